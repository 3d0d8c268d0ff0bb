"""What the tests of the rules share: the faultless contract of base.ttl, and fixtures as changes to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from droitcommun.graph.check import campagne_scope
from droitcommun.graph.dataset import ActiveDataset
from droitcommun.graph.derive import derive
from droitcommun.graph.names import PREFIXES
from droitcommun.graph.reference import reference_store
from droitcommun.graph.store import Store, Triple

HERE = Path(__file__).parent
BASE_IRI = "https://w3id.org/droit-commun/id/"
CAMPAGNE = BASE_IRI + "essai/campagne/2026"
DUE = date(2026, 11, 1)
EARLY = date(2026, 3, 20)
_PREFIXES = {
    **PREFIXES,
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}
_TURTLE = f"@base <{BASE_IRI}> .\n" + "".join(f"@prefix {p}: <{i}> .\n" for p, i in _PREFIXES.items())
_SPARQL = f"BASE <{BASE_IRI}>\n" + "".join(f"PREFIX {p}: <{i}>\n" for p, i in _PREFIXES.items())


@dataclass(frozen=True)
class Dataset:
    """The attributes of an ActiveDataset."""

    contrat: str
    annee: int
    campagne: str
    store: Store


def seen_by_rules(dataset: Dataset | ActiveDataset) -> tuple[Triple, ...]:
    """Return the triples that the rules see of a campagne."""
    with campagne_scope(dataset.store, dataset.campagne) as scope:
        return tuple(scope.store.triples())


def parse(text: str) -> list[Triple]:
    """Return the triples of a Turtle text written with the prefixes and base of the fixtures."""
    return [(t.subject, t.predicate, t.object) for t in ox.parse(_TURTLE + text, format=ox.RdfFormat.TURTLE)]


@lru_cache(maxsize=1)
def _start() -> bytes:
    """Return the codes and the base as N-Triples: the quickest way into a store."""
    store = reference_store()
    store.add(parse((HERE / "base.ttl").read_text(encoding="utf-8")))
    return store.ntriples().encode()


def _taken(text: str, mark: str) -> list[str]:
    return [line.removeprefix(mark).strip() for line in text.splitlines() if line.startswith(mark)]


def _take_away(store: Store, patterns: list[str]) -> None:
    gone: set[Triple] = set()
    for pattern in patterns:
        found = store.construct(f"{_SPARQL} CONSTRUCT WHERE {{ {pattern} }}")
        assert found, f"nothing to take away: {pattern}"
        gone.update(found)
    store.remove(gone)


def make_store(text: str = "") -> Store:
    """Return codes, base and fixture, with what derives from them.

    A line « #- pattern . » takes triples away from the base, « #-- pattern . » takes away what was derived.
    """
    store = Store()
    store.load_bytes(_start(), ".nq")
    _take_away(store, _taken(text, "#- "))
    store.add(parse(text))
    derive(store)
    _take_away(store, _taken(text, "#-- "))
    return store


def make_dataset(text: str = "") -> Dataset:
    """Return the dataset of campagne 2026 for a fixture text."""
    return Dataset("essai", 2026, CAMPAGNE, make_store(text))


def short(iri: str) -> str:
    """Return an IRI without the base that all fixtures share."""
    return iri.removeprefix(BASE_IRI)
