"""What the demonstration borrows from the contract: its bodies, ambitions, neighbourhoods and communes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from droitcommun.graph.names import contrat_iri, local_code
from droitcommun.graph.store import Store, iri

_AMBITIONS = """
SELECT DISTINCT $contrat ?code WHERE { ?a a cdv:Ambition ; cdv:contrat $contrat ; skos:notation ?code } ORDER BY ?code
"""
_AXES = """
SELECT DISTINCT $contrat ?code WHERE {
  { ?x a cdv:AxeTransversal } UNION { ?x a cdv:SousAxe }
  ?x cdv:contrat $contrat ; skos:notation ?code
} ORDER BY ?code
"""
_ORGANISMES = """
SELECT DISTINCT $contrat ?code ?libelle WHERE {
  ?partie a cdv:Partie ; cdv:contrat $contrat ; cdv:organisme ?o ; cdv:statutPartie ?statut .
  FILTER(?statut IN (<https://w3id.org/droit-commun/codes/statut-partie/signataire>,
                     <https://w3id.org/droit-commun/codes/statut-partie/partenaire>))
  ?o skos:notation ?code ; skos:prefLabel ?libelle
  FILTER(LANG(?libelle) IN ("", "fr"))
} ORDER BY ?code
"""
_QPV = """
SELECT DISTINCT $contrat ?code ?libelle ?commune ?insee ?nom ?perimetre WHERE {
  ?qpv a cdv:QPV ; cdv:contrat $contrat ; skos:notation ?code ; skos:prefLabel ?libelle ; cdv:commune ?commune .
  ?commune skos:notation ?insee ; skos:prefLabel ?nom .
  OPTIONAL { ?qpv cdv:perimetre ?perimetre }
  FILTER(LANG(?libelle) IN ("", "fr") && LANG(?nom) IN ("", "fr"))
} ORDER BY ?code ?insee
"""


@dataclass(frozen=True)
class Quartier:
    """A QPV with the INSEE codes of its communes; `dans_contrat` is False for those led by a neighbour EPCI."""

    code: str
    libelle: str
    communes: tuple[str, ...]
    dans_contrat: bool


@dataclass(frozen=True)
class Terrain:
    """The contract as the scenario needs it. `organismes` are the signatories and partners, by code."""

    organismes: Mapping[str, str]
    ambitions: tuple[str, ...]
    axes: tuple[str, ...]
    quartiers: tuple[Quartier, ...]
    communes: Mapping[str, str]

    def quartiers_de(self, insee: str) -> tuple[Quartier, ...]:
        """Return the neighbourhoods of the contract that lie in a commune."""
        return tuple(q for q in self.quartiers if q.dans_contrat and insee in q.communes)


def read_terrain(store: Store, contrat: str) -> Terrain:
    """Read the bodies, ambitions, axes and neighbourhoods of one contract from its reference store."""
    bindings = {"contrat": iri(contrat_iri(contrat))}
    quartiers: dict[str, Quartier] = {}
    communes: dict[str, str] = {}
    for row in store.select(_QPV, bindings):
        code, insee = row["code"].value, row["insee"].value
        communes[insee] = row["nom"].value
        known = quartiers[code].communes if code in quartiers else ()
        inside = "perimetre" not in row or local_code(row["perimetre"].value) == "dans-contrat"
        quartiers[code] = Quartier(code, row["libelle"].value, (*known, insee), inside)
    return Terrain(
        organismes={r["code"].value: r["libelle"].value for r in store.select(_ORGANISMES, bindings)},
        ambitions=tuple(r["code"].value for r in store.select(_AMBITIONS, bindings)),
        axes=tuple(r["code"].value for r in store.select(_AXES, bindings)),
        quartiers=tuple(quartiers.values()),
        communes=communes,
    )
