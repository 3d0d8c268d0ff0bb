"""The contract in force on a day: what its avenants change, applied to the triples of the contract.

An avenant is data of the co-pilots' workbook: a date of effect, the meeting of the steering committee that approved it,
and its effects. The dataset of a campagne is given the contract in force at its reference date, and only by avenants
recorded in that campagne or before: a past campagne never changes because of a later avenant. What is not in force
keeps its IRI and its labels under cdv:AncienElement, so that no rule and no question has to look at dates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from droitcommun.graph.avenanteffets import RDF_TYPE, VALEURS, Contrat, Effet, NonApplicable, apply_effet
from droitcommun.graph.langue import _
from droitcommun.graph.names import cdv, code_iri, contrat_iri, local_code, shared_iri
from droitcommun.graph.store import Row, Store, iri

# What has a life of its own in a contract. Parties stay: cdv:partieActive says which are in force.
_DATED = ("Pilier", "Ambition", "AxeTransversal", "SousAxe", "QPV", "Instance", "TypeEngagement")
_SPLIT = "ambition-scindee"
_ILLISIBLE, _HORS_CONTRAT = "ligne-illisible", "hors-contrat"

_AVENANTS = """
SELECT $contrat ?avenant ?effet ?campagne ?seance ?statut ?copil ?debut WHERE {
  ?avenant a cdv:Avenant ; cdv:contrat $contrat ; cdv:campagne ?campagne .
  OPTIONAL { ?avenant cdv:dateEffet ?effet }
  OPTIONAL { ?avenant cdv:valideEn ?seance }
  OPTIONAL { ?avenant cdv:valideEn/cdv:statutSeance ?statut }
  OPTIONAL {
    ?avenant cdv:valideEn/cdv:instance ?copil .
    ?copil cdv:roleInstance <https://w3id.org/droit-commun/codes/role-instance/comite-pilotage>
  }
  OPTIONAL { $contrat cdv:dateDebut ?debut }
} ORDER BY ?avenant ?seance ?copil
"""
_EFFETS = """
SELECT $contrat ?effet ?avenant ?nature ?code ?libelle ?court ?ligne WHERE {
  ?effet a cdv:EffetAvenant ; cdv:contrat $contrat ; cdv:avenant ?avenant ; cdv:effet ?nature .
  OPTIONAL { ?effet cdv:nouveauCode ?code }
  OPTIONAL { ?effet cdv:nouveauLibelle ?libelle }
  OPTIONAL { ?effet cdv:libelleCourt ?court }
  OPTIONAL { ?effet prov:wasDerivedFrom ?place . ?place cdv:ligneFeuille ?ligne }
} ORDER BY ?ligne ?effet
"""
_UNREAD = """
SELECT DISTINCT $contrat ?ligne ?avenant ?nature ?ancien WHERE {
  ?reserve a cdv:Reserve ; cdv:sujet ?ligne .
  ?ligne a cdv:EffetAvenant ; cdv:contrat $contrat .
  OPTIONAL { ?ligne cdv:avenant ?avenant }
  OPTIONAL { ?ligne cdv:effet ?nature }
  OPTIONAL { ?ligne cdv:concerne ?ancien }
}
"""
_SUITES = """
SELECT $contrat ?ancien ?nouveau ?titre ?le ?codeAncien ?codeNouveau WHERE {
  ?effet a cdv:EffetAvenant ; cdv:contrat $contrat ; cdv:avenant ?avenant ; cdv:concerne ?ancien .
  ?avenant cdv:dateEffet ?le ; dcterms:title ?titre .
  ?ancien cdv:remplacePar ?nouveau .
  ?ancien skos:notation ?codeAncien . ?nouveau skos:notation ?codeNouveau .
} ORDER BY ?le ?codeAncien ?codeNouveau
"""


_FORMES_DE = """
SELECT DISTINCT $organisme ?code WHERE {
  ?ancien cdv:remplacePar+ $organisme ; a cdv:Organisme ; skos:notation ?code . FILTER(?ancien != $organisme)
} ORDER BY ?code
"""


@dataclass(frozen=True)
class _Avenant:
    """One amendment; `motif` is why it cannot be applied (empty when it is only incomplete), None when it can."""

    iri: str
    annee: int
    le: date | None
    motif: str | None


def apply_avenants(
    store: Store, contrat: str, on: date | None, annee: int | None = None, source: Store | None = None
) -> None:
    """Change the contract of *store* into the contract in force on *on*.

    With *annee*, only avenants recorded in that campagne or before count. When *on* is None, every avenant applies and
    nothing leaves: things keep their class, with their dates. Avenants are read in *source*, by default the store
    itself. What cannot be applied is said by cdv:nonApplique.
    """
    read = source or store
    known = [a for a in _avenants(read, contrat) if annee is None or a.annee <= annee]
    view, unread = Contrat(store, contrat), read.select(_UNREAD, {"contrat": iri(contrat_iri(contrat))})
    effets = _effets(read, contrat, {a.iri: a for a in known if a.motif is None and a.le})
    for avenant in sorted(known, key=lambda a: (a.le or date.max, a.annee, a.iri)):
        motif = avenant.motif
        if motif is None and view.fin and avenant.le and avenant.le > view.fin:
            motif = _HORS_CONTRAT  # past the end that the avenants before have given the contract
        if motif:
            _refuse(store, (avenant.iri,), motif)
        for effet in effets.get(avenant.iri, ()) if motif is None else ():
            view.writing = on is None or effet.le <= on
            try:
                if any(_concerns(row, effet) for row in unread):
                    raise NonApplicable(_ILLISIBLE)
                apply_effet(view, effet)
            except NonApplicable as reason:
                _refuse(store, effet.lignes, str(reason))
                continue
            view.note(effet)
    if known:
        _group(store)
    if on is not None:
        _retire(store, contrat, on)


def holds_effets(data: bytes) -> bool:
    """Tell whether the N-Quads of a graph speak of effects of avenants."""
    return cdv("EffetAvenant").encode() in data


def suites(store: Store, contrat: str, after: str, until: str) -> Iterator[str]:
    """Say which things were replaced by an avenant that took effect after a day (ISO), until another one."""
    found: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in store.select(_SUITES, {"contrat": iri(contrat_iri(contrat))}):
        le = row["le"].value
        if after < le <= until:
            found[le, row["titre"].value][row["codeAncien"].value].add(row["codeNouveau"].value)
    for (le, titre), pairs in sorted(found.items()):
        day = f"{date.fromisoformat(le):%d/%m/%Y}"
        for old, new in sorted(pairs.items()):
            text = _("« {titre} » ({jour}) : {ancien} devient {nouveaux} ; les deux côtés sont additionnés ensemble.")
            yield text.format(titre=titre, jour=day, ancien=old, nouveaux=", ".join(sorted(new)))


def forebears(store: Store, organisme: str) -> tuple[str, ...]:
    """Return the codes of the bodies that merged into a body, as the avenants applied to *store* say, sorted."""
    rows = store.select(_FORMES_DE, {"organisme": iri(shared_iri("organisme", organisme))})
    return tuple(row["code"].value for row in rows)


# ---- reading ----


def _avenants(store: Store, contrat: str) -> list[_Avenant]:
    found: dict[str, _Avenant] = {}
    for row in store.select(_AVENANTS, {"contrat": iri(contrat_iri(contrat))}):
        name = row["avenant"].value
        le = date.fromisoformat(row["effet"].value) if "effet" in row else None
        found.setdefault(name, _Avenant(name, int(local_code(row["campagne"].value)), le, _why_not(row, le)))
    return list(found.values())


def _why_not(row: Row, le: date | None) -> str | None:
    if le is None or "seance" not in row:
        return ""  # the sheet's own rule says it
    if "debut" in row and le < date.fromisoformat(row["debut"].value):
        return _HORS_CONTRAT
    if "statut" not in row or row["statut"].value != code_iri("statut-seance", "tenue"):
        return "seance-non-tenue"
    return None if "copil" in row else "seance-hors-copil"


def _effets(store: Store, contrat: str, avenants: dict[str, _Avenant]) -> dict[str, list[Effet]]:
    """Return the effects of each avenant, in the order of their rows; the rows of one split are one effect."""
    whole: dict[tuple[object, ...], Effet] = {}
    for row in store.select(_EFFETS, {"contrat": iri(contrat_iri(contrat))}):
        avenant = avenants.get(row["avenant"].value)
        if avenant is None or avenant.le is None:
            continue
        effet = _effet(store, row, avenant, avenant.le)
        key = (effet.avenant, effet.concerne) if effet.nature == _SPLIT else effet.lignes
        if key in whole and effet.lignes[0] not in whole[key].lignes:
            first = whole[key]
            whole[key] = replace(
                first,
                lignes=(*first.lignes, *effet.lignes),
                nouveaux=(*first.nouveaux, *effet.nouveaux),
                rattachement=tuple(sorted({*first.rattachement, *effet.rattachement})),
            )
        else:
            whole.setdefault(key, effet)
    found: dict[str, list[Effet]] = defaultdict(list)
    for effet in whole.values():
        found[effet.avenant].append(effet)
    return found


def _effet(store: Store, row: Row, avenant: _Avenant, le: date) -> Effet:
    name = row["effet"].value
    new = tuple(row[v].value if v in row else "" for v in ("code", "libelle", "court"))
    return Effet(
        lignes=(name,),
        avenant=avenant.iri,
        annee=avenant.annee,
        le=le,
        nature=local_code(row["nature"].value),
        concerne=tuple(o.value for o in store.objects(name, cdv("concerne"))),
        nouveaux=((new[0], new[1], new[2]),) if any(new) else (),
        rattachement=tuple(o.value for o in store.objects(name, cdv("rattachement"))),
        valeurs={term: said for term in VALEURS if (said := tuple(store.objects(name, cdv(term))))},
    )


def _concerns(unread: Row, effet: Effet) -> bool:
    """Tell whether a row of which one cell was not read is of this effect, or may be one more row of the same split.

    Half of a merger, or a split without one of its parts, is not what the steering committee approved.
    """
    if unread["ligne"].value in effet.lignes:
        return True
    if effet.nature != _SPLIT:
        return False
    said = {name: unread[name].value for name in ("avenant", "nature", "ancien") if name in unread}
    return (
        said.get("avenant", effet.avenant) == effet.avenant
        and said.get("nature", code_iri("effet-avenant", _SPLIT)) == code_iri("effet-avenant", _SPLIT)
        and ("ancien" not in said or said["ancien"] in effet.concerne)
    )


# ---- writing ----


def _refuse(store: Store, rows: Iterable[str], motif: str) -> None:
    store.add((iri(row), iri(cdv("nonApplique")), iri(code_iri("motif-non-applique", motif))) for row in rows)


def _group(store: Store) -> None:
    """Say under which thing those that follow one another are compared: the only last one, else the only first one.

    Two ambitions merged are compared under the new one, an ambition split under the old one.
    """
    after: dict[str, set[str]] = defaultdict(set)
    linked: dict[str, set[str]] = defaultdict(set)
    for row in store.select("SELECT ?old ?new WHERE { ?old cdv:remplacePar ?new }"):
        old, new = row["old"].value, row["new"].value
        after[old].add(new)
        linked[old].add(new)
        linked[new].add(old)
    left = set(linked)
    while left:
        whole, todo = set(), {min(left)}
        while todo:
            whole |= todo
            todo = {other for thing in todo for other in linked[thing]} - whole
        left -= whole
        last = sorted(thing for thing in whole if not after[thing])
        begun = {new for thing in whole for new in after[thing]}
        first = sorted(whole - begun)
        chosen = last[0] if len(last) == 1 else first[0]
        store.add((iri(thing), iri(cdv("compareAvec")), iri(chosen)) for thing in sorted(whole))


def _retire(store: Store, contrat: str, on: date) -> None:
    """Put what is not in force on *on* under cdv:AncienElement."""
    day, node = on.isoformat(), iri(contrat_iri(contrat))
    ended = {s.value: o.value < day for s, o in store.pairs(cdv("dateFin"))}
    begun = {s.value: o.value <= day for s, o in store.pairs(cdv("dateDebut"))}
    for thing in sorted({t for t, over in ended.items() if over} | {t for t, yet in begun.items() if not yet}):
        kinds = [o for o in store.objects(thing, RDF_TYPE) if o.value in {cdv(name) for name in _DATED}]
        if kinds and node in store.objects(thing, cdv("contrat")):
            subject = iri(thing)
            store.remove((subject, iri(RDF_TYPE), kind) for kind in kinds)
            store.add((subject, iri(cdv("ancienneClasse")), kind) for kind in kinds)
            store.add([(subject, iri(RDF_TYPE), iri(cdv("AncienElement")))])
