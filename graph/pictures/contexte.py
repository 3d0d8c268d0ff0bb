"""What frames a picture: the contract, the campagne, its ambitions and the words of the codes. Reads the store only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import pyoxigraph as ox

from droitcommun.graph.langue import langue
from droitcommun.graph.names import contrat_iri, local_code
from droitcommun.graph.store import Row, Store, iri, literal

if TYPE_CHECKING:
    from droitcommun.graph.dataset import ActiveDataset

_CONTRAT = """
SELECT $contrat ?titre ?identifiant WHERE {
  OPTIONAL { $contrat dcterms:title ?titre }
  OPTIONAL { $contrat dcterms:identifier ?identifiant }
} ORDER BY ?identifiant ?titre
"""

_CAMPAGNE = """
SELECT $campagne ?ouverture ?cloture ?reference ?statut ?fictif WHERE {
  OPTIONAL { $campagne cdv:dateOuverture ?ouverture }
  OPTIONAL { $campagne cdv:dateCloture ?cloture }
  OPTIONAL { $campagne cdv:dateReference ?reference }
  OPTIONAL { $campagne cdv:statutCampagne ?statut }
  OPTIONAL { $campagne cdv:fictif ?fictif }
}
"""

_CAMPAGNES = """
SELECT DISTINCT $contrat ?annee WHERE { ?campagne a cdv:Campagne ; cdv:contrat $contrat ; cdv:annee ?annee }
"""

_AMBITIONS = """
SELECT $contrat ?code ?libelle ?court ?pilier ?libellePilier ?destine WHERE {
  ?ambition a cdv:Ambition ; cdv:contrat $contrat ; skos:notation ?code ; skos:prefLabel ?libelle ; skos:broader ?p .
  FILTER(lang(?libelle) IN ("", "fr"))
  ?p a cdv:Pilier ; skos:notation ?pilier ; skos:prefLabel ?libellePilier .
  FILTER(lang(?libellePilier) IN ("", "fr"))
  OPTIONAL {
    SELECT ?ambition (MIN(?autre) AS ?court) WHERE {
      ?ambition a cdv:Ambition ; skos:altLabel ?autre . FILTER(lang(?autre) IN ("", "fr"))
    } GROUP BY ?ambition
  }
  OPTIONAL { ?ambition cdv:ordre ?rang }
  OPTIONAL { ?p cdv:ordre ?rangPilier }
  OPTIONAL { ?p cdv:destineA ?destine }
} ORDER BY ?rangPilier ?pilier ?rang ?code
"""

_A_CHEVAL = """
SELECT $contrat ?code WHERE {
  ?qpv a cdv:QPV ; cdv:contrat $contrat ; skos:notation ?code ;
    cdv:perimetre <https://w3id.org/droit-commun/codes/perimetre-qpv/a-cheval> .
}
"""

_LIBELLES = """
SELECT $langue ?scheme ?code ?libelle WHERE {
  ?concept skos:inScheme ?s ; skos:notation ?code ; skos:prefLabel ?libelle .
  ?s a skos:ConceptScheme ; skos:notation ?scheme .
  FILTER(lang(?libelle) = $langue)
}
"""

_COPILOTES = """
SELECT $contrat ?nom WHERE {
  $contrat cdv:copilote ?organisme . ?organisme skos:prefLabel ?nom . FILTER(lang(?nom) IN ("", "fr"))
} ORDER BY ?nom
"""

_EPCI = """
SELECT $contrat ?nom WHERE {
  $contrat cdv:epci ?epci . ?epci skos:prefLabel ?nom . FILTER(lang(?nom) IN ("", "fr"))
} ORDER BY ?nom
"""

_FAMILLES = """
SELECT $contrat ?code ?libelle ?engagement WHERE {
  ?famille a cdv:FamilleEngagement ; cdv:contrat $contrat ; skos:notation ?code ; skos:prefLabel ?libelle .
  FILTER(lang(?libelle) IN ("", "fr"))
  ?type cdv:famille ?famille ; skos:notation ?engagement .
  OPTIONAL { ?famille cdv:ordre ?rang }
} ORDER BY ?rang ?code ?engagement
"""

_TYPES = """
SELECT $contrat ?code ?type WHERE {
  ?organisme a cdv:Organisme ; skos:notation ?code ; cdv:typeOrganisme ?type .
} ORDER BY ?code ?type
"""

_RESERVES = """
SELECT $campagne (COUNT(DISTINCT ?reserve) AS ?n) WHERE {
  ?reserve a cdv:Reserve ; cdv:sujet ?sujet .
  { ?sujet cdv:campagne $campagne } UNION { ?sujet cdv:dansCampagne $campagne }
  UNION { ?sujet cdv:action/cdv:dansCampagne $campagne }
} GROUP BY $campagne
"""


@dataclass(frozen=True)
class Ambition:
    """One ambition of the contract, in its pilier. `habitants` is False when the pilier is for professionals.

    `court` is its short name in the contract's data, or its label when there is none.
    """

    code: str
    libelle: str
    court: str
    pilier: str
    libelle_pilier: str
    habitants: bool


@dataclass(frozen=True)
class Famille:
    """One family of commitments of the contract, and the codes of its commitments."""

    code: str
    libelle: str
    engagements: tuple[str, ...]


@dataclass(frozen=True)
class Publication:
    """One publication of a campagne: its number (1, 2 …), its day, and why it was made again (None for the first)."""

    numero: int
    le: date
    motif: str | None = None


@dataclass(frozen=True)
class Contexte:
    """The frame of a picture. Dates are None when the campagne does not state them.

    `qpv_a_cheval` are the codes of the QPV that belong first to another EPCI's contract; `copilotes` and
    `intercommunalites` are names, empty when the contract does not say them; `types` are the codes of the types of
    bodies, by code of body.
    """

    contrat: str
    titre: str
    identifiant: str
    annee: int
    statut: str
    ouverture: date | None
    cloture: date | None
    reference: date | None
    fictif: bool
    annee_precedente: int | None
    ambitions: tuple[Ambition, ...]
    qpv_a_cheval: frozenset[str]
    n_reserves: int
    libelles: Mapping[tuple[str, str], str]
    copilotes: tuple[str, ...] = ()
    intercommunalites: tuple[str, ...] = ()
    familles: tuple[Famille, ...] = ()
    types: Mapping[str, str] = field(default_factory=dict)

    def mot(self, scheme: str, code: object) -> str:
        """Return the label of a code, or the code itself when the codes hold none."""
        return self.libelles.get((scheme, str(code)), str(code))


@dataclass(frozen=True)
class Lexique:
    """The labels of the shared codes in the current language, by (scheme, code)."""

    libelles: Mapping[tuple[str, str], str]

    def mot(self, scheme: str, code: object) -> str:
        """Return the label of a code, or the code itself when the codes hold none."""
        return self.libelles.get((scheme, str(code)), str(code))


def read_lexique(store: Store) -> Lexique:
    """Read the labels of the shared codes, for tables that are asked outside any picture."""
    return Lexique(_libelles(store))


def read_contexte(dataset: ActiveDataset) -> Contexte:
    """Read the frame of one campagne from the active dataset."""
    store = dataset.store
    contrat = {"contrat": iri(contrat_iri(dataset.contrat))}
    campagne = {"campagne": iri(dataset.campagne)}
    about = _first(store.select(_CONTRAT, contrat))
    when = _first(store.select(_CAMPAGNE, campagne))
    years = sorted(int(row["annee"].value) for row in store.select(_CAMPAGNES, contrat))
    reserves = _first(store.select(_RESERVES, campagne))
    return Contexte(
        contrat=dataset.contrat,
        titre=_text(about, "titre") or dataset.contrat,
        identifiant=_text(about, "identifiant"),
        annee=dataset.annee,
        statut=local_code(_text(when, "statut")) if "statut" in when else "",
        ouverture=_date(when, "ouverture"),
        cloture=_date(when, "cloture"),
        reference=_date(when, "reference"),
        fictif=_text(when, "fictif") in ("true", "1"),
        annee_precedente=max((y for y in years if y < dataset.annee), default=None),
        ambitions=tuple(_ambition(row) for row in store.select(_AMBITIONS, contrat)),
        qpv_a_cheval=frozenset(_text(row, "code") for row in store.select(_A_CHEVAL, contrat)),
        n_reserves=int(_text(reserves, "n") or 0),
        libelles=_libelles(store),
        copilotes=tuple(_text(row, "nom") for row in store.select(_COPILOTES, contrat)),
        intercommunalites=tuple(_text(row, "nom") for row in store.select(_EPCI, contrat)),
        familles=_familles(store.select(_FAMILLES, contrat)),
        types={_text(row, "code"): local_code(_text(row, "type")) for row in store.select(_TYPES, contrat)},
    )


def _familles(rows: list[Row]) -> tuple[Famille, ...]:
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        found.setdefault((_text(row, "code"), _text(row, "libelle")), []).append(_text(row, "engagement"))
    return tuple(Famille(code, label, tuple(codes)) for (code, label), codes in found.items())


def _libelles(store: Store) -> dict[tuple[str, str], str]:
    rows = store.select(_LIBELLES, {"langue": literal(langue())})
    return {(_text(r, "scheme"), _text(r, "code")): _text(r, "libelle") for r in rows}


def _ambition(row: Row) -> Ambition:
    return Ambition(
        code=_text(row, "code"),
        libelle=_text(row, "libelle"),
        court=_text(row, "court") or _text(row, "libelle"),
        pilier=_text(row, "pilier"),
        libelle_pilier=_text(row, "libellePilier"),
        habitants=local_code(_text(row, "destine")) != "professionnels",
    )


def _first(rows: list[Row]) -> Row:
    return rows[0] if rows else {}


def _text(row: Row, name: str) -> str:
    term = row.get(name)
    return "" if term is None or isinstance(term, ox.BlankNode) else term.value


def _date(row: Row, name: str) -> date | None:
    text = _text(row, name)
    return date.fromisoformat(text[:10]) if text else None
