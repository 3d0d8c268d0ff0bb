"""Where the QPV are: their communes, and their contours when a table of contours was received. Reads the store only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from droitcommun.graph.names import contrat_iri
from droitcommun.graph.store import iri

if TYPE_CHECKING:
    from droitcommun.graph.dataset import ActiveDataset

_COMMUNES = """
SELECT $contrat ?code ?commune WHERE {
  ?qpv a cdv:QPV ; cdv:contrat $contrat ; skos:notation ?code ; cdv:commune ?lieu .
  ?lieu skos:prefLabel ?commune . FILTER(lang(?commune) IN ("", "fr"))
} ORDER BY ?code ?commune
"""

_CONTOURS = """
SELECT $contrat ?code ?jour ?wkt ?contour ?titre WHERE {
  ?qpv a cdv:QPV ; cdv:contrat $contrat ; skos:notation ?code ; geo:hasGeometry ?contour .
  ?contour geo:asWKT ?wkt ; cdv:date ?jour .
  OPTIONAL {
    ?contour prov:wasDerivedFrom ?place . ?place dcterms:source ?source .
    ?import a cdv:ImportExterne ; prov:wasDerivedFrom ?source ; skos:prefLabel ?titre .
  }
} ORDER BY ?code ?jour ?contour ?titre
"""


@dataclass(frozen=True)
class Territoires:
    """The QPV on the ground: `contours` (WKT in WGS 84) and `communes` (names) by QPV code; titles of the sources."""

    contours: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    communes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_territoires(dataset: ActiveDataset, jour: date) -> Territoires:
    """Read the communes of each QPV, and of its contours the last one in force on *jour*."""
    contrat = {"contrat": iri(contrat_iri(dataset.contrat))}
    communes: dict[str, list[str]] = {}
    for row in dataset.store.select(_COMMUNES, contrat):
        communes.setdefault(row["code"].value, []).append(row["commune"].value)
    contours: dict[str, str] = {}
    titles: dict[str, str] = {}
    for row in dataset.store.select(_CONTOURS, contrat):
        if date.fromisoformat(row["jour"].value) <= jour:
            contours[row["code"].value] = row["wkt"].value
            titles[row["code"].value] = row["titre"].value if "titre" in row else ""
    sources = tuple(sorted({title for title in titles.values() if title}))
    return Territoires(contours, sources, {code: tuple(names) for code, names in communes.items()})
