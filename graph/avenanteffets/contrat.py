"""One contract, as the effects of avenants find it and leave it; and what an effect asks of it before it writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from droitcommun.graph.names import (
    ANY_CODE,
    CODE_FORMS,
    PREFIXES,
    cdv,
    contract_thing,
    contrat_iri,
    local_code,
    shared_iri,
)
from droitcommun.graph.store import Store, Term, Triple, iri, literal

RDF_TYPE = PREFIXES["rdf"] + "type"
DERIVED_FROM = PREFIXES["prov"] + "wasDerivedFrom"
LABEL, SHORT, OLD_LABEL, CODE, BROADER = (
    PREFIXES["skos"] + term for term in ("prefLabel", "altLabel", "hiddenLabel", "notation", "broader")
)
SCHEME = PREFIXES["skos"] + "inScheme"
_SHARED = ("qpv", "commune", "organisme")


@dataclass(frozen=True)
class Effet:
    """One row of the sheet « Effets des avenants », or several rows that split one thing.

    `nature` is the code of effet-avenant; `nouveaux` holds (code, label, short label) of what enters; `concerne` and
    `rattachement` are IRIs; `valeurs` holds what the row says of the thing itself, by property of cdv:.
    """

    lignes: tuple[str, ...]
    avenant: str
    annee: int
    le: date
    nature: str
    concerne: tuple[str, ...]
    nouveaux: tuple[tuple[str, str, str], ...]
    rattachement: tuple[str, ...]
    valeurs: Mapping[str, tuple[Term, ...]]

    @property
    def nombre(self) -> int | None:
        """Return the number of the row: inhabitants, meetings or evaluations a year."""
        return self._whole("nombre")

    @property
    def nombre_au_plus(self) -> int | None:
        """Return the most meetings a year."""
        return self._whole("nombreAuPlus")

    @property
    def fin(self) -> date | None:
        """Return the new last day of the contract."""
        said = self.valeurs.get("nouvelleFin")
        return date.fromisoformat(said[0].value) if said else None

    @property
    def nouveau(self) -> tuple[str, str, str]:
        """Return code, label and short label of the only thing that enters."""
        return self.nouveaux[0] if self.nouveaux else ("", "", "")

    def _whole(self, term: str) -> int | None:
        said = self.valeurs.get(term)
        return int(said[0].value) if said else None


class NonApplicable(Exception):
    """Why an effect changes nothing: a code of motif-non-applique, never shown as it is."""


class Contrat:
    """One contract of a store, as the effects find it and leave it."""

    def __init__(self, store: Store, contrat: str) -> None:
        self.store, self.code, self.node = store, contrat, iri(contrat_iri(contrat))
        self.writing = True
        self._ended: dict[str, date] = {}
        self._entered: dict[str, str] = {}
        ends = sorted(date.fromisoformat(o.value) for o in self.values(self.node.value, "dateFin"))
        self.fin: date | None = ends[-1] if ends else None

    # ---- reading ----

    def values(self, subject: str, *terms: str) -> list[Term]:
        """Return what is said of a thing, of any of the properties."""
        return [o for term in terms for o in self.store.objects(subject, term if ":" in term else cdv(term))]

    def is_a(self, thing: str, name: str) -> bool:
        """Tell whether *thing* is, or enters as, one of class cdv:*name*."""
        return self._entered.get(thing) == name or any(o.value == cdv(name) for o in self.values(thing, RDF_TYPE))

    def in_force(self, thing: str, le: date) -> bool:
        """Tell whether *thing* is in force on the eve of *le*, as the contract and the effects before say it."""
        if thing in self._ended:
            return self._ended[thing] >= le
        ends = [date.fromisoformat(o.value) for o in self.values(thing, "dateFin")]
        begins = [date.fromisoformat(o.value) for o in self.values(thing, "dateDebut")]
        return not any(day < le for day in ends) and not any(day > le for day in begins)

    def parties(self, organisme: str, le: date) -> list[str]:
        """Return the parties of a body in force on *le*, sorted."""
        of = [s for s in self.store.subjects(cdv("organisme"), organisme) if self.is_a(s, "Partie")]
        mine = [s for s in of if self.node in self.values(s, "contrat")]
        added = [p for p, name in self._entered.items() if name == f"Partie {organisme}"]
        return sorted(p for p in {*mine, *added} if self.in_force(p, le))

    def label(self, thing: str) -> str:
        """Return the French label of a thing, or its code."""
        found = [o for o in self.values(thing, LABEL) if getattr(o, "language", None) in (None, "fr")]
        return min((o.value for o in found), default=local_code(thing))

    def of_class(self, name: str) -> list[str]:
        """Return the things of the contract that are of class cdv:*name*, in force or to come, sorted."""
        return sorted(s for s in self.store.subjects(RDF_TYPE, cdv(name)) if self.node in self.values(s, "contrat"))

    def check_code(self, code: str, kind: str, name: str) -> str:
        """Return the IRI that a new code makes. Raises NonApplicable when it is missing, malformed or taken."""
        thing = self.named(code, kind)
        # A QPV of another contract of the workspace may enter this one too.
        mine = self.node in self.values(thing, "contrat")
        if thing in self._entered or (mine and (self.is_a(thing, name) or self.is_a(thing, "AncienElement"))):
            raise NonApplicable("code-deja-pris")
        return thing

    def check_body(self, code: str, le: date) -> str:
        """Return the IRI of a body that joins. Raises NonApplicable: no code, malformed, or already a party."""
        thing = self.named(code, "organisme")
        if self.parties(thing, le):
            raise NonApplicable("code-deja-pris")
        return thing

    def named(self, code: str, kind: str) -> str:
        """Return the IRI that a code makes. Raises NonApplicable when it is missing or malformed."""
        if not code:
            raise NonApplicable("code-manquant")
        if not CODE_FORMS.get(kind, ANY_CODE).fullmatch(code):
            raise NonApplicable("code-mal-forme")
        return shared_iri(kind, code) if kind in _SHARED else contract_thing(self.code, kind, code)

    # ---- writing ----

    def add(self, subject: str, term: str, value: Term | str) -> None:
        """Say something of a thing, if the effect is in force; a str value is an IRI."""
        if self.writing:
            predicate = iri(term if ":" in term else cdv(term))
            self.store.add([(iri(subject), predicate, iri(value) if isinstance(value, str) else value)])

    def replace(self, subject: str, term: str, *values: Term) -> None:
        """Say one thing in the place of another, if the effect is in force."""
        if self.writing:
            predicate = iri(term if ":" in term else cdv(term))
            gone: list[Triple] = [(iri(subject), predicate, o) for o in self.store.objects(subject, predicate.value)]
            self.store.remove(gone)
            self.store.add([(iri(subject), predicate, value) for value in values])

    def change(self, thing: str, term: str, effet: Effet, *values: Term) -> None:
        """Say one thing in the place of another from the effective date on; what was said before is kept, dated."""
        before = self.values(thing, term)
        if set(before) == set(values):
            return
        self.replace(thing, term, *values)
        node = contract_thing(self.code, "valeur", local_code(thing), term, effet.le.isoformat())
        known = [
            s for s in self.store.subjects(cdv("valeurDe"), thing) if iri(cdv(term)) in self.values(s, "propriete")
        ]
        ends = [date.fromisoformat(o.value) for s in known for o in self.values(s, "dateFin")]
        if before or thing not in self._entered:  # what was not said before was not said either on a day before
            self.add(node, RDF_TYPE, cdv("ValeurAnterieure"))
            self.add(node, "valeurDe", thing)
            self.add(node, "propriete", cdv(term))
            for value in before:
                self.add(node, "valeur", value)
            self.add(node, "dateFin", literal((effet.le - timedelta(days=1)).isoformat(), "date"))
            if ends:
                self.add(node, "dateDebut", literal((max(ends) + timedelta(days=1)).isoformat(), "date"))
        self.add(thing, "instituePar", effet.avenant)

    def end(self, thing: str, effet: Effet) -> None:
        """Make a thing leave on the eve of the effective date."""
        last = effet.le - timedelta(days=1)
        self._ended[thing] = last
        self.replace(thing, "dateFin", literal(last.isoformat(), "date"))
        self.add(thing, "instituePar", effet.avenant)

    def enter(self, thing: str, name: str, effet: Effet, key: str | None = None) -> None:
        """Make a thing enter on the effective date."""
        self._entered[thing] = key or name
        self.add(thing, RDF_TYPE, cdv(name))
        self.add(thing, "dateDebut", literal(effet.le.isoformat(), "date"))
        self.add(thing, "instituePar", effet.avenant)
        # What is found about a body is answered in its own workbook, never in the row that made it a party.
        for row in effet.lignes if name not in ("Organisme", "Partie") else ():
            for place in self.values(row, DERIVED_FROM):
                self.add(thing, DERIVED_FROM, place)

    def describe(self, thing: str, code: str, label: str, short: str) -> None:
        """Give a new thing its code and its labels."""
        self.add(thing, CODE, literal(code))
        self.add(thing, LABEL, literal(label, lang="fr"))
        if short:
            self.add(thing, SHORT, literal(short, lang="fr"))

    def rename(self, thing: str, effet: Effet, label: str, short: str) -> None:
        """Change the label of a thing. The former one still names it in a file, and before the effective date."""
        before = self.label(thing)
        self.replace(thing, LABEL, literal(label, lang="fr"))
        self.replace(thing, SHORT, *([literal(short, lang="fr")] if short else []))
        self.add(thing, OLD_LABEL, literal(before, lang="fr"))
        self.add(thing, "instituePar", effet.avenant)
        former = [s for s in self.store.subjects(cdv("nomme"), thing) if not self.values(s, "dateFin")]
        day, eve = (literal(d.isoformat(), "date") for d in (effet.le, effet.le - timedelta(days=1)))
        for node in former or [self._libelle(thing, "premier", before)]:
            self.add(node, "dateFin", eve)
        self.add(self._libelle(thing, effet.le.isoformat(), label), "dateDebut", day)

    def _libelle(self, thing: str, key: str, label: str) -> str:
        node = contract_thing(self.code, "libelle", local_code(thing), key)
        self.add(node, RDF_TYPE, cdv("Libelle"))
        self.add(node, "nomme", thing)
        self.add(node, PREFIXES["rdfs"] + "label", literal(label, lang="fr"))
        return node

    def follow(self, old: str, new: str) -> None:
        """Say that one thing takes the place of another."""
        if old != new:
            self.add(old, "remplacePar", new)

    def note(self, effet: Effet) -> None:
        """Say on the avenant what one of its effects changed."""
        entered = [thing for thing, name in self._entered.items() if not name.startswith("Partie")]
        codes = {code for code, _label, _short in effet.nouveaux}
        for thing in (*effet.concerne, *(thing for thing in entered if local_code(thing) in codes)):
            self.add(effet.avenant, "modifie", thing)

    def count(self, term: str, more: int) -> None:
        """Change a number that the contract announces, when it announces one."""
        for value in self.values(self.node.value, term):
            self.replace(self.node.value, term, literal(int(value.value) + more))


# ---- what an effect needs ----


def concerned(contrat: Contrat, effet: Effet, *names: str, least: int = 1, most: int | None = 1) -> Sequence[str]:
    """Return the things that an effect changes, all of one of the classes cdv:*names* and in force.

    Raises NonApplicable when they are not, or are fewer or more than the effect takes.
    """
    found = effet.concerne
    if not found:
        raise NonApplicable("element-manquant")
    kinds = (*names, "AncienElement")
    if not all(any(contrat.is_a(thing, name) for name in kinds) for thing in found):
        raise NonApplicable("element-autre-nature")
    if names == ("Organisme",):
        alive = [bool(contrat.parties(thing, effet.le)) for thing in found]
    else:
        alive = [any(contrat.is_a(t, name) for name in names) and contrat.in_force(t, effet.le) for t in found]
    if not all(alive):
        raise NonApplicable("element-hors-vigueur")
    if len(found) < least:
        raise NonApplicable("fusion-seule")
    if most is not None and len(found) > most:
        raise NonApplicable("plusieurs-elements")
    return found


def labelled(effet: Effet) -> tuple[str, str]:
    """Return the new label and the short one. Raises NonApplicable when there is no label."""
    _code, label, short = effet.nouveau
    if not label:
        raise NonApplicable("libelle-manquant")
    return label, short


def attached(contrat: Contrat, effet: Effet, name: str) -> list[str]:
    """Return what the row attaches its thing to, all of class cdv:*name*. Raises NonApplicable when there is none."""
    found = [thing for thing in effet.rattachement if contrat.is_a(thing, name)]
    if not found or len(found) < len(effet.rattachement):
        raise NonApplicable("rattachement-manquant")
    return found


def rename(contrat: Contrat, effet: Effet, *names: str) -> None:
    """Give the only thing concerned, of one of the classes cdv:*names*, the label of the row."""
    (thing,) = concerned(contrat, effet, *names)
    contrat.rename(thing, effet, *labelled(effet))


def rank(contrat: Contrat, things: Sequence[str]) -> int:
    """Return the display rank of what comes after *things*."""
    return max((int(o.value) for thing in things for o in contrat.values(thing, "ordre")), default=0) + 1


def enter_element(contrat: Contrat, effet: Effet, kind: str, name: str, *more: str) -> str:
    """Make the new thing of a row enter, after those of its class, and return its IRI.

    *more* are other classes (IRIs). Raises NonApplicable before anything is written.
    """
    code = effet.nouveau[0]
    thing = contrat.check_code(code, kind, name)
    label, short = labelled(effet)
    others = contrat.of_class(name)
    contrat.enter(thing, name, effet)
    contrat.describe(thing, code, label, short)
    contrat.add(thing, "contrat", contrat.node)
    contrat.add(thing, "ordre", literal(rank(contrat, others)))
    for scheme in {o.value for other in others for o in contrat.values(other, SCHEME)}:
        contrat.add(thing, SCHEME, scheme)
    for classe in more:
        contrat.add(thing, RDF_TYPE, classe)
    return thing
