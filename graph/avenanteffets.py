"""What each effect of an avenant does to a contract: one reading of the contract, changed effect after effect.

Effects are tried in the order of their dates, all of them, so that one which cannot be applied is said before its day
comes; only those in force write anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from droitcommun.graph.names import PREFIXES, cdv, code_iri, contract_thing, contrat_iri, local_code, shared_iri
from droitcommun.graph.store import Store, Term, Triple, iri, literal

RDF_TYPE = PREFIXES["rdf"] + "type"
DERIVED_FROM = PREFIXES["prov"] + "wasDerivedFrom"
LABEL, SHORT, OLD_LABEL, CODE, BROADER = (
    PREFIXES["skos"] + term for term in ("prefLabel", "altLabel", "hiddenLabel", "notation", "broader")
)
_SCHEME = PREFIXES["skos"] + "inScheme"
# A code becomes the end of an IRI, and of names of folders.
_CODES = {"qpv": re.compile(r"QN[0-9]{5}[A-Z]"), "ambition": re.compile(r"[A-Za-z0-9]+(\.[A-Za-z0-9]+)*")}
_ANY_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_INHERITED = ("typeOrganisme", "competence")
_OF_PARTIE = ("statutPartie", "categorieLegale", "obligatoire")


@dataclass(frozen=True)
class Effet:
    """One row of the sheet « Effets des avenants », or several rows that split one thing.

    `nature` is the code of effet-avenant; `nouveaux` holds (code, label, short label) of what enters; `concerne` and
    `rattachement` are IRIs; `partie` gives what is known of a new body, by property.
    """

    lignes: tuple[str, ...]
    avenant: str
    annee: int
    le: date
    nature: str
    concerne: tuple[str, ...]
    nouveaux: tuple[tuple[str, str, str], ...]
    rattachement: tuple[str, ...]
    nombre: int | None
    partie: dict[str, Term]


class NonApplicable(Exception):
    """Why an effect changes nothing: a code of motif-non-applique, never shown as it is."""


class Contrat:
    """One contract of a store, as the effects find it and leave it."""

    def __init__(self, store: Store, contrat: str) -> None:
        self.store, self.code, self.node = store, contrat, iri(contrat_iri(contrat))
        self.writing = True
        self._ended: dict[str, date] = {}
        self._entered: dict[str, str] = {}
        self._codes: set[str] = set()

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

    def check_code(self, code: str, kind: str, name: str) -> str:
        """Return the IRI that a new code makes. Raises NonApplicable when it is missing, malformed or taken."""
        if not code:
            raise NonApplicable("code-manquant")
        if not _CODES[kind].fullmatch(code):
            raise NonApplicable("code-mal-forme")
        thing = shared_iri(kind, code) if kind == "qpv" else contract_thing(self.code, kind, code)
        # A QPV of another contract of the workspace may enter this one too.
        mine = self.node in self.values(thing, "contrat")
        if thing in self._entered or (mine and (self.is_a(thing, name) or self.is_a(thing, "AncienElement"))):
            raise NonApplicable("code-deja-pris")
        return thing

    def check_body(self, code: str, le: date) -> str:
        """Return the IRI of a body that joins. Raises NonApplicable: no code, malformed, or already a party."""
        if not code:
            raise NonApplicable("code-manquant")
        if not _ANY_CODE.fullmatch(code):
            raise NonApplicable("code-mal-forme")
        thing = shared_iri("organisme", code)
        if self.parties(thing, le):
            raise NonApplicable("code-deja-pris")
        return thing

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
        for row in effet.lignes:
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
        before = () if effet.nature == "frequence-modifiee" else effet.concerne
        entered = [thing for thing, name in self._entered.items() if not name.startswith("Partie")]
        codes = {code for code, _label, _short in effet.nouveaux}
        for thing in (*before, *(thing for thing in entered if local_code(thing) in codes)):
            self.add(effet.avenant, "modifie", thing)

    def count(self, term: str, more: int) -> None:
        """Change a number that the contract announces, when it announces one."""
        for value in self.values(self.node.value, term):
            self.replace(self.node.value, term, literal(int(value.value) + more))


def apply_effet(contrat: Contrat, effet: Effet) -> None:
    """Apply one effect to the contract. Raises NonApplicable before anything is written."""
    _EFFETS[effet.nature](contrat, effet)


# ---- what an effect needs ----


def _concerned(contrat: Contrat, effet: Effet, name: str, least: int = 1, most: int | None = 1) -> Sequence[str]:
    found = effet.concerne
    if not found:
        raise NonApplicable("element-manquant")
    if not all(contrat.is_a(thing, name) or contrat.is_a(thing, "AncienElement") for thing in found):
        raise NonApplicable("element-autre-nature")
    if name == "Organisme":
        alive = [bool(contrat.parties(thing, effet.le)) for thing in found]
    else:
        alive = [contrat.is_a(thing, name) and contrat.in_force(thing, effet.le) for thing in found]
    if not all(alive):
        raise NonApplicable("element-hors-vigueur")
    if len(found) < least:
        raise NonApplicable("fusion-seule")
    if most is not None and len(found) > most:
        raise NonApplicable("plusieurs-elements")
    return found


def _only(effet: Effet) -> tuple[str, str, str]:
    return effet.nouveaux[0] if effet.nouveaux else ("", "", "")


def _labelled(effet: Effet) -> tuple[str, str]:
    _code, label, short = _only(effet)
    if not label:
        raise NonApplicable("libelle-manquant")
    return label, short


def _attached(contrat: Contrat, effet: Effet, name: str) -> list[str]:
    found = [thing for thing in effet.rattachement if contrat.is_a(thing, name)]
    if not found or len(found) < len(effet.rattachement):
        raise NonApplicable("rattachement-manquant")
    return found


# ---- ambitions ----


def _rename(name: str) -> Callable[[Contrat, Effet], None]:
    def apply(contrat: Contrat, effet: Effet) -> None:
        (thing,) = _concerned(contrat, effet, name)
        contrat.rename(thing, effet, *_labelled(effet))

    return apply


def _remove(name: str, number: str) -> Callable[[Contrat, Effet], None]:
    def apply(contrat: Contrat, effet: Effet) -> None:
        things = _concerned(contrat, effet, name, most=None)
        for thing in things:
            contrat.end(thing, effet)
        contrat.count(number, -len(things))
        if name == "QPV":
            _forget_printed_totals(contrat)

    return apply


def _new_ambitions(contrat: Contrat, effet: Effet, old: Sequence[str], pilier: str) -> None:
    """Make the new ambitions of an effect, where the old ones stood."""
    given = effet.nouveaux or (_only(effet),)
    made = [(contrat.check_code(new[0], "ambition", "Ambition"), *new) for new in given]
    if not all(label for _thing, _code, label, _short in made):
        raise NonApplicable("libelle-manquant")
    if len({thing for thing, *_rest in made}) < len(made):
        raise NonApplicable("code-deja-pris")
    ranks = [int(o.value) for thing in old for o in contrat.values(thing, "ordre")]
    ambitions = [
        s for s in contrat.store.subjects(RDF_TYPE, cdv("Ambition")) if contrat.node in contrat.values(s, "contrat")
    ]
    every = [int(o.value) for thing in ambitions for o in contrat.values(thing, "ordre")]
    rank = min(ranks) if ranks else max(every, default=0) + 1
    schemes = {o.value for thing in ambitions for o in contrat.values(thing, _SCHEME)}
    for thing, code, label, short in made:
        contrat.enter(thing, "Ambition", effet)
        contrat.describe(thing, code, label, short)
        contrat.add(thing, "contrat", contrat.node)
        contrat.add(thing, BROADER, pilier)
        contrat.add(thing, "ordre", literal(rank))
        for scheme in schemes:
            contrat.add(thing, _SCHEME, scheme)
        for one in old:
            contrat.follow(one, thing)
    for one in old:
        contrat.end(one, effet)
    contrat.count("nombreAmbitions", len(made) - len(old))


def _pilier(contrat: Contrat, effet: Effet, old: Sequence[str]) -> str:
    """Return the pillar given, or the one that the old ambitions share."""
    if effet.rattachement:
        found = _attached(contrat, effet, "Pilier")
    else:
        found = sorted({o.value for thing in old for o in contrat.values(thing, BROADER)})
    if len(found) != 1:
        raise NonApplicable("rattachement-manquant")
    return found[0]


def _add_ambition(contrat: Contrat, effet: Effet) -> None:
    _new_ambitions(contrat, effet, (), _pilier(contrat, effet, ()))


def _split_ambition(contrat: Contrat, effet: Effet) -> None:
    old = _concerned(contrat, effet, "Ambition")
    if len(effet.nouveaux) < 2:
        raise NonApplicable("scission-seule")
    _new_ambitions(contrat, effet, old, _pilier(contrat, effet, old))


def _merge_ambitions(contrat: Contrat, effet: Effet) -> None:
    old = _concerned(contrat, effet, "Ambition", least=2, most=None)
    _new_ambitions(contrat, effet, old, _pilier(contrat, effet, old))


# ---- QPV ----


def _enter_qpv(contrat: Contrat, effet: Effet) -> None:
    code, _label, _short = _only(effet)
    thing = contrat.check_code(code, "qpv", "QPV")
    label, short = _labelled(effet)
    communes = _attached(contrat, effet, "Commune")
    contrat.enter(thing, "QPV", effet)
    contrat.describe(thing, code, label, short)
    contrat.add(thing, "contrat", contrat.node)
    contrat.add(thing, "perimetre", code_iri("perimetre-qpv", "dans-contrat"))
    for commune in communes:
        contrat.add(thing, "commune", commune)
    if effet.nombre is not None:
        _populate(contrat, thing, effet, effet.nombre)
    contrat.count("nombreQPV", 1)
    _forget_printed_totals(contrat)


def _populate_qpv(contrat: Contrat, effet: Effet) -> None:
    (thing,) = _concerned(contrat, effet, "QPV")
    if effet.nombre is None:
        raise NonApplicable("nombre-manquant")
    _populate(contrat, thing, effet, effet.nombre)


def _populate(contrat: Contrat, qpv: str, effet: Effet, number: int) -> None:
    node = contract_thing(contrat.code, "population", f"{local_code(qpv)}-{effet.le.year}")
    contrat.add(node, RDF_TYPE, cdv("Population"))
    contrat.add(node, "contrat", contrat.node)
    contrat.add(node, "territoire", qpv)
    contrat.add(node, "annee", literal(str(effet.le.year), "gYear"))
    contrat.add(node, "dateDebut", literal(effet.le.isoformat(), "date"))
    contrat.add(node, "instituePar", effet.avenant)
    contrat.replace(node, "nombre", literal(number))


def _redraw_qpv(contrat: Contrat, effet: Effet) -> None:
    (thing,) = _concerned(contrat, effet, "QPV")
    communes = _attached(contrat, effet, "Commune")
    contrat.replace(thing, "commune", *(iri(commune) for commune in communes))
    contrat.add(thing, "instituePar", effet.avenant)


def _forget_printed_totals(contrat: Contrat) -> None:
    """Take back the totals printed in the contract as signed: they were of other districts."""
    for node in list(contrat.store.subjects(RDF_TYPE, cdv("TotalImprime"))):
        if contrat.node in contrat.values(node, "contrat"):
            contrat.replace(node, RDF_TYPE, iri(cdv("AncienElement")))


# ---- bodies ----


def _enter_organisme(contrat: Contrat, effet: Effet) -> None:
    code, label, short = _only(effet)
    if effet.concerne:
        (thing,) = effet.concerne if len(effet.concerne) == 1 else (None,)
        if thing is None:
            raise NonApplicable("plusieurs-elements")
        if not contrat.is_a(thing, "Organisme"):
            raise NonApplicable("element-autre-nature")
        if contrat.parties(thing, effet.le):
            raise NonApplicable("code-deja-pris")
        needed: tuple[str, ...] = _OF_PARTIE[:2]
    else:
        thing = contrat.check_body(code, effet.le)
        label, short = _labelled(effet)
        needed = ("typeOrganisme", *_OF_PARTIE[:2])
    if any(term not in effet.partie for term in needed):
        raise NonApplicable("partie-incomplete")
    if not effet.concerne:
        _new_organisme(contrat, effet, thing, code, label, short)
    _new_partie(contrat, effet, thing, effet.partie)


def _new_organisme(contrat: Contrat, effet: Effet, thing: str, code: str, label: str, short: str) -> None:
    if contrat.is_a(thing, "Organisme"):
        return
    contrat.enter(thing, "Organisme", effet)
    contrat.describe(thing, code, label, short)
    if "typeOrganisme" in effet.partie:
        contrat.add(thing, "typeOrganisme", effet.partie["typeOrganisme"])


def _new_partie(contrat: Contrat, effet: Effet, organisme: str, said: dict[str, Term]) -> None:
    node = contract_thing(contrat.code, "partie", f"{local_code(organisme)}-{effet.le.isoformat()}")
    contrat.enter(node, "Partie", effet, key=f"Partie {organisme}")
    contrat.add(node, "contrat", contrat.node)
    contrat.add(node, "organisme", organisme)
    for term in _OF_PARTIE:
        if term in said:
            contrat.add(node, term, said[term])


def _remove_organisme(contrat: Contrat, effet: Effet) -> None:
    for thing in _concerned(contrat, effet, "Organisme", most=None):
        for partie in contrat.parties(thing, effet.le):
            contrat.end(partie, effet)


def _merge_organismes(contrat: Contrat, effet: Effet) -> None:
    """Merge bodies into a new one, or into one of them, which then keeps its place in the contract."""
    old = _concerned(contrat, effet, "Organisme", least=2, most=None)
    code, label, short = _only(effet)
    kept = next((thing for thing in old if local_code(thing) == code), None)
    thing = kept or contrat.check_body(code, effet.le)
    if kept is None:
        label, short = _labelled(effet)
        _new_organisme(contrat, effet, thing, code, label, short)
        for term in _INHERITED:
            said = [] if term in effet.partie else [o for one in old for o in contrat.values(one, term)]
            for value in said[:1] if term == "typeOrganisme" else said:
                contrat.add(thing, term, value)
        _new_partie(contrat, effet, thing, {**_shared(contrat, effet, old), **effet.partie})
    elif label:
        contrat.rename(thing, effet, label, short)
    for one in old:
        contrat.follow(one, thing)
        for partie in contrat.parties(one, effet.le) if one != thing else ():
            contrat.end(partie, effet)


def _shared(contrat: Contrat, effet: Effet, old: Iterable[str]) -> dict[str, Term]:
    """Return what the merged bodies were in the contract: obligatory as soon as one of them was."""
    said: dict[str, Term] = {}
    for term in _OF_PARTIE:
        parties = [p for one in old for p in contrat.parties(one, effet.le)]
        values = [o for p in parties for o in contrat.values(p, term)]
        if values:
            said[term] = max(values, key=lambda o: o.value) if term == "obligatoire" else values[0]
    return said


# ---- instances ----


def _change_frequency(contrat: Contrat, effet: Effet) -> None:
    (thing,) = _concerned(contrat, effet, "Instance")
    if effet.nombre is None:
        raise NonApplicable("nombre-manquant")
    contrat.replace(thing, "frequenceMin", literal(effet.nombre))
    most = [int(o.value) for o in contrat.values(thing, "frequenceMax")]
    if most and max(most) < effet.nombre:
        contrat.replace(thing, "frequenceMax", literal(effet.nombre))
    contrat.add(thing, "instituePar", effet.avenant)


_EFFETS: dict[str, Callable[[Contrat, Effet], None]] = {
    "ambition-renommee": _rename("Ambition"),
    "ambition-ajoutee": _add_ambition,
    "ambition-retiree": _remove("Ambition", "nombreAmbitions"),
    "ambition-scindee": _split_ambition,
    "ambition-fusionnee": _merge_ambitions,
    "qpv-entre": _enter_qpv,
    "qpv-sorti": _remove("QPV", "nombreQPV"),
    "qpv-renomme": _rename("QPV"),
    "qpv-population": _populate_qpv,
    "qpv-contour": _redraw_qpv,
    "organisme-entre": _enter_organisme,
    "organisme-sorti": _remove_organisme,
    "organisme-renomme": _rename("Organisme"),
    "organisme-fusionne": _merge_organismes,
    "frequence-modifiee": _change_frequency,
}
