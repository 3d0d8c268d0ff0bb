"""What a workbook is prefilled with, read from the contract and what derives from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from droitcommun.graph.errors import OrganismeInconnu
from droitcommun.graph.names import CODES, contract_thing, contrat_iri, shared_iri, slug
from droitcommun.graph.store import Row, Store, Term, iri

_CONTRAT = "SELECT $contrat ?titre WHERE { $contrat dcterms:title ?titre }"
_ORGANISMES = """
SELECT ?code ?libelle WHERE {
  ?o a cdv:Organisme ; skos:notation ?code ; skos:prefLabel ?libelle .
  FILTER(lang(?libelle) IN ("", "fr"))
}
"""
_STRATEGIE = """
SELECT $contrat $classe ?code ?libelle WHERE {
  ?c a $classe ; cdv:contrat $contrat ; skos:notation ?code ; skos:prefLabel ?libelle .
  FILTER(lang(?libelle) IN ("", "fr"))
} ORDER BY ?code
"""
_COMMUNES = """
SELECT DISTINCT ?code ?libelle WHERE {
  ?c a cdv:Commune ; skos:notation ?code ; skos:prefLabel ?libelle .
  FILTER(lang(?libelle) IN ("", "fr"))
}
"""
_CODES = """
SELECT ?scheme ?libelle WHERE {
  ?c skos:inScheme ?scheme ; skos:prefLabel ?libelle .
  FILTER(lang(?libelle) = "fr")
  OPTIONAL { ?c cdv:ordre ?ordre }
  OPTIONAL { ?plus skos:broader ?c }
  FILTER(!BOUND(?plus))
} ORDER BY ?scheme ?ordre ?libelle
"""
_TYPES = """
SELECT DISTINCT $contrat $organisme ?code ?libelle WHERE {
  ?type a cdv:TypeEngagement ; cdv:contrat $contrat ; skos:notation ?code ; skos:prefLabel ?libelle .
  FILTER(lang(?libelle) IN ("", "fr"))
  $organisme cdv:typeOrganisme ?genre .
  OPTIONAL { ?type cdv:appliqueA ?limite }
  OPTIONAL { ?type cdv:appliqueA ?permis . FILTER(?permis = ?genre) }
  FILTER(!BOUND(?limite) || BOUND(?permis))
} ORDER BY ?code
"""
# Apart from the types: joined to them, the engagements of every body would be read for each.
_MODALITES = """
SELECT DISTINCT $organisme $campagne ?code ?modalite WHERE {
  ?engagement cdv:organisme $organisme ; a cdv:Engagement ; cdv:campagne $campagne ;
    cdv:typeEngagement ?type ; cdv:modalite ?m .
  ?type skos:notation ?code .
  ?m skos:prefLabel ?modalite . FILTER(lang(?modalite) = "fr")
}
"""


@dataclass(frozen=True)
class Choice:
    """One value of a list, shown « code – libellé »."""

    code: str
    label: str

    def __str__(self) -> str:
        return f"{self.code} – {self.label}"


@dataclass(frozen=True)
class EngagementRow:
    """One commitment that may bind the body; `modalite` is empty when nobody has said."""

    code: str
    label: str
    modalite: str


@dataclass(frozen=True)
class TemplateContext:
    """All that a workbook shows beside its columns. `codes` holds the labels of each scheme IRI, in order."""

    contrat: str
    titre: str
    annee: int
    organisme: Choice | None
    service: str
    made: date
    fictif: bool
    engagements: tuple[EngagementRow, ...] = ()
    ambitions: tuple[Choice, ...] = ()
    axes: tuple[Choice, ...] = ()
    qpv: tuple[Choice, ...] = ()
    communes: tuple[Choice, ...] = ()
    instances: tuple[Choice, ...] = ()
    organismes: tuple[Choice, ...] = ()
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def build_context(
    dataset_store: Store, contrat: str, annee: int, organisme: str | None, service: str, made: date, fictif: bool
) -> TemplateContext:
    """Return what the workbook of one body (None: the steering workbook) is prefilled with.

    *dataset_store* holds codes, contract and derived engagements. Raises OrganismeInconnu.
    """
    node = iri(contrat_iri(contrat))
    organismes = _by_label(dataset_store.select(_ORGANISMES))
    chosen = next((choice for choice in organismes if choice.code == organisme), None)
    if organisme is not None and chosen is None:
        raise OrganismeInconnu(organisme, [choice.code for choice in organismes])
    titles = [row["titre"].value for row in dataset_store.select(_CONTRAT, {"contrat": node})]
    return TemplateContext(
        contrat=contrat,
        titre=min(titles, default=contrat),
        annee=annee,
        organisme=chosen,
        service=service,
        made=made,
        fictif=fictif,
        engagements=_engagements(dataset_store, contrat, annee, chosen) if chosen else (),
        ambitions=_strategie(dataset_store, node, "Ambition"),
        axes=_strategie(dataset_store, node, "AxeTransversal", "SousAxe"),
        qpv=_strategie(dataset_store, node, "QPV"),
        communes=_by_label(dataset_store.select(_COMMUNES)),
        instances=_strategie(dataset_store, node, "Instance"),
        organismes=organismes,
        codes=_codes(dataset_store),
    )


def _strategie(store: Store, contrat: Term, *classes: str) -> tuple[Choice, ...]:
    found: list[Choice] = []
    for name in classes:
        classe = iri("https://w3id.org/droit-commun/def#" + name)
        found += _choices(store.select(_STRATEGIE, {"contrat": contrat, "classe": classe}))
    return tuple(sorted(found, key=lambda choice: _natural(choice.code)))


def _engagements(store: Store, contrat: str, annee: int, organisme: Choice) -> tuple[EngagementRow, ...]:
    body = iri(shared_iri("organisme", organisme.code))
    campagne = iri(contract_thing(contrat, "campagne", annee))
    said: dict[str, str] = {}
    for row in store.select(_MODALITES, {"organisme": body, "campagne": campagne}):
        code = row["code"].value
        said[code] = max(said.get(code, ""), row["modalite"].value)
    types = store.select(_TYPES, {"organisme": body, "contrat": iri(contrat_iri(contrat))})
    return tuple(
        EngagementRow(row["code"].value, row["libelle"].value, said.get(row["code"].value, "")) for row in types
    )


def _codes(store: Store) -> dict[str, tuple[str, ...]]:
    codes: dict[str, list[str]] = {}
    for row in store.select(_CODES):
        scheme = row["scheme"].value
        if scheme.startswith(CODES):
            codes.setdefault(scheme, []).append(row["libelle"].value)
    return {scheme: tuple(labels) for scheme, labels in codes.items()}


def _choices(rows: list[Row]) -> tuple[Choice, ...]:
    return tuple(Choice(row["code"].value, row["libelle"].value) for row in rows)


def _by_label(rows: list[Row]) -> tuple[Choice, ...]:
    """Return choices as a French reader looks them up: É stands with E."""
    return tuple(sorted(_choices(rows), key=lambda choice: (slug(choice.label), choice.code)))


def _natural(code: str) -> tuple[object, ...]:
    """Return a sorting key where T1.10 comes after T1.9."""
    return tuple(int(part) if part.isdigit() else part for part in code.replace(".", " . ").split())
