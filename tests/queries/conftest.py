"""What the tests of the queries share: the fixture graph, its dataset, and the same graph read by another engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query

from droitcommun.graph.derive import derive
from droitcommun.graph.names import PREFIXES
from droitcommun.graph.store import Row, Store, Term, Triple

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Dataset:
    """The two attributes of an ActiveDataset that a query reads."""

    contrat: str
    store: Store


@cache
def parsed(line: str) -> tuple[rdflib.term.Node, ...]:
    """Return one line of N-Triples as rdflib reads it: two fixtures have nearly all their lines in common."""
    (triple,) = rdflib.Graph().parse(data=line, format="nt")
    assert not any(isinstance(term, rdflib.BNode) for term in triple), "two lines may name the same blank node"
    return triple


@cache
def prepared(query: str) -> Query:
    """Return a query as rdflib parsed it: two thirds of the time of an answer."""
    return prepareQuery(query, initNs=PREFIXES)


class RdflibStore(Store):
    """The same default graph, asked through rdflib: no rewriting of ours, no Oxigraph."""

    def __init__(self, ntriples: str) -> None:
        super().__init__()
        self.graph = rdflib.Graph()
        for line in ntriples.splitlines():
            self.graph.add(parsed(line))

    def select(self, query: str, bindings: Mapping[str, Term] | None = None) -> list[Row]:
        given = {name: _to_rdflib(term) for name, term in (bindings or {}).items()}
        found = self.graph.query(prepared(query), initBindings=given)
        return [{str(name): _to_ox(term) for name, term in row.asdict().items()} for row in found]

    def construct(self, query: str, bindings: Mapping[str, Term] | None = None) -> list[Triple]:
        return [tuple(_to_ox(term) for term in triple) for triple in self.graph.query(prepared(query))]

    def infer(self, query: str) -> None:
        self.add(self.construct(query))

    def add(self, triples: Iterable[Triple]) -> None:
        for triple in triples:
            self.graph.add(tuple(_to_rdflib(term) for term in triple))

    def triples(self, graph: str | None = None) -> Iterable[Triple]:
        yield from (tuple(_to_ox(term) for term in triple) for triple in self.graph)


def _to_rdflib(term: Term) -> rdflib.term.Node:
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    # rdflib still tells a plain literal from an xsd:string, and reads plain ones from N-Triples.
    kind = rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, datatype=None if kind == rdflib.XSD.string else kind)


def _to_ox(term: rdflib.term.Node) -> Term:
    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    assert isinstance(term, rdflib.Literal)
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype))) if term.datatype else ox.Literal(str(term))


@pytest.fixture(scope="session")
def reference() -> str:
    """Return the shared codes as N-Triples."""
    store = Store()
    for file in (resources.files("droitcommun.ontology") / "codes").iterdir():
        if file.name.endswith(".ttl"):
            store.load_bytes(file.read_bytes(), ".ttl", name=file.name)
    return store.ntriples()


@pytest.fixture(scope="session")
def underived(reference: str) -> Callable[..., Store]:
    """Return a function that makes the store of Turtle texts and codes, nothing derived."""

    def make(*texts: str) -> Store:
        return Store.from_turtle(reference, *texts)

    return make


@pytest.fixture(scope="session")
def dataset(underived: Callable[..., Store]) -> Callable[..., Dataset]:
    """Return a function that gives the derived dataset of the shared fixture plus *extra* Turtle. Read it only."""

    @cache
    def make(*extra: str) -> Dataset:
        store = underived((HERE / "data.ttl").read_text(encoding="utf-8"), *extra)
        derive(store)
        return Dataset("essai", store)

    return make


@pytest.fixture(scope="session")
def other_engine() -> Callable[[Dataset], Dataset]:
    """Return a function that gives the same dataset, answered by rdflib."""

    @cache
    def make(store: Store) -> RdflibStore:
        return RdflibStore(store.ntriples())

    return lambda dataset: Dataset(dataset.contrat, make(dataset.store))
