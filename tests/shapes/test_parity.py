"""Our engines find what pyshacl finds, finding for finding: on every fixture, and on graphs made at random."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import pyshacl
import pytest
import rdflib
import rdflib.plugins.sparql.processor as processor
import shifty
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.namespace import RDF, SH
from rulebench import HERE, make_dataset, seen_by_rules

from droitcommun.graph.checks.rules import RuleBook, load_rules
from droitcommun.graph.checks.shacl import Result, core_results, sparql_results
from droitcommun.graph.dataset import activate
from droitcommun.graph.names import PREFIXES, SHAPES
from droitcommun.graph.store import Store, Triple
from droitcommun.graph.workspace import Workspace

INVALID = sorted(HERE.glob("R-*/invalid*.ttl"))
Key = tuple[str, str, str, str]
_translate, _parse = processor.translateQuery, processor.parseQuery


@cache
def _translated(text: str, base: str | None, prefixes: tuple[tuple[str, Any], ...]) -> Any:
    return _translate(_parse(text), base, dict(prefixes))


@pytest.fixture(autouse=True, scope="module")
def _parse_each_query_once() -> Iterable[None]:
    """pyshacl parses a constraint again for each focus node: nine tenths of its time, none of its meaning."""
    patch = pytest.MonkeyPatch()
    patch.setattr(processor, "parseQuery", lambda text: text)
    patch.setattr(
        processor,
        "translateQuery",
        lambda text, base=None, initNs=None: _translated(text, base, tuple(sorted((initNs or {}).items()))),  # noqa: N803
    )
    yield
    patch.undo()


@lru_cache(maxsize=1)
def shapes() -> rdflib.Graph:
    graph = rdflib.Graph()
    for file in sorted(resources.files("droitcommun.shapes").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".ttl"):
            graph.parse(data=file.read_text(encoding="utf-8"), format="turtle")
    return graph


@lru_cache(maxsize=1)
def only(rule: str) -> rdflib.Graph:
    """Return the shapes of one rule, with what they are made of: pyshacl then reads and runs these only."""
    book = load_rules()
    kept: set[Any] = {rdflib.URIRef(book.rules[rule].iri)}
    kept |= {rdflib.URIRef(shape.iri) for shape in book.core_shapes.values() if shape.rule.name == rule}
    kept |= {parent for shape in kept for parent in shapes().subjects(SH.property, shape)}
    targets = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)
    graph, parts = rdflib.Graph(), set(kept)
    todo = list(kept)
    while todo:
        node = todo.pop()
        for triple in shapes().triples((node, None, None)):
            if triple[1] not in targets or node in kept:
                graph.add(triple)
            if triple[2] not in parts and not isinstance(triple[2], rdflib.Literal):
                parts.add(triple[2])
                todo.append(triple[2])
    return graph


@cache
def parsed(line: str) -> Any:
    """Return one line of N-Triples as rdflib reads it: two fixtures have nearly all their lines in common."""
    (triple,) = rdflib.Graph().parse(data=line, format="nt")
    assert not any(isinstance(term, rdflib.BNode) for term in triple), "two lines may name the same blank node"
    return triple


class Data:
    """One rdflib graph for all: from a fixture to the next, only the triples that differ are taken out or put in."""

    def __init__(self) -> None:
        self.graph = rdflib.Graph()
        self._lines: set[str] = set()

    def become(self, triples: Iterable[Triple]) -> rdflib.Graph:
        store = Store()
        store.add(triples)
        lines = set(store.ntriples().splitlines())
        for line in self._lines - lines:
            self.graph.remove(parsed(line))
        for line in lines - self._lines:
            self.graph.add(parsed(line))
        self._lines = lines
        assert len(self.graph) == len(lines), "a validation changed the graph"
        return self.graph


DATA = Data()


def reference(triples: Iterable[Triple], shapes_graph: rdflib.Graph) -> set[Key]:
    """Return the results of pyshacl alone, on the same graph."""
    data = DATA.become(triples)
    _, report, text = pyshacl.validate(data, shacl_graph=shapes_graph, advanced=True, inplace=True, inference="none")
    assert isinstance(report, rdflib.Graph), text
    found: set[Key] = set()
    for node in report.subjects(RDF.type, SH.ValidationResult):
        focus, value = report.value(node, SH.focusNode), report.value(node, SH.value)
        constraint = report.value(node, SH.sourceConstraint)
        if constraint is None:
            shape = str(report.value(node, SH.sourceShape))
            found.add((shape, str(focus), str(report.value(node, SH.sourceConstraintComponent)), ""))
        else:
            path = report.value(node, SH.resultPath)
            found.add((str(constraint), str(focus), str(path or ""), "" if value in (None, focus) else str(value)))
    return found


def ours(book: RuleBook, triples: tuple[Triple, ...], rule: str | None = None) -> set[Key]:
    """Return our results; of one *rule*, its own queries only (the Core shapes judged together, if it has one)."""
    store = Store()
    store.add(triples)
    with_core = rule is None or any(shape.rule.name == rule for shape in book.core_shapes.values())
    if rule:
        book = replace(book, constraints=tuple(c for c in book.constraints if c.rule.name == rule))
    results = [*(core_results(book, triples) if with_core else ()), *sparql_results(book, store)]
    return {key(r) for r in results if rule in (None, r.rule.name)}


def key(result: Result) -> Key:
    if result.component.endswith("#SPARQLConstraintComponent"):
        value = result.value if result.value not in (None, result.focus) else ""
        return (result.shape, result.focus, result.path or "", value or "")
    return (result.shape, result.focus, result.component, "")


def scope(text: str) -> tuple[Triple, ...]:
    return seen_by_rules(make_dataset(text))


@pytest.mark.parametrize("path", INVALID, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_each_fixture_gives_what_pyshacl_gives(path: Path) -> None:
    rule = path.parent.name
    triples = scope(path.read_text(encoding="utf-8"))
    expected = {k for k in reference(triples, only(rule)) if _rule_of(k) == rule}
    assert ours(load_rules(), triples, rule) == expected
    assert expected or load_rules().rules[rule].iri in {q.rule.iri for q in load_rules().graph_queries}


def _rule_of(found: Key) -> str:
    book = load_rules()
    if found[0] in book.core_shapes:
        return book.core_shapes[found[0]].rule.name
    return next(c.rule.name for c in book.constraints if c.iri == found[0])


BASE = scope("")
CODES = PREFIXES["code"]
MOVABLE = [t for t in BASE if not t[0].value.startswith((CODES, SHAPES, PREFIXES["cdv"]))]


@settings(max_examples=10, deadline=None, derandomize=True, database=None)
@given(
    gone=st.sets(st.sampled_from(range(len(MOVABLE))), min_size=4, max_size=60),
    swapped=st.lists(st.tuples(st.sampled_from(MOVABLE), st.sampled_from(MOVABLE)), max_size=12),
)
def test_random_graphs_give_what_pyshacl_gives(gone: set[int], swapped: list[tuple[Triple, Triple]]) -> None:
    lost = {MOVABLE[i] for i in gone}
    moved = [(one[0], other[1], other[2]) for one, other in swapped]
    triples = tuple(dict.fromkeys([*(t for t in BASE if t not in lost), *moved]))
    found = ours(load_rules(), triples)
    assert found == reference(triples, shapes())
    assert found or len(lost) < 20


def test_the_comparison_is_not_empty() -> None:
    triples = tuple(t for t in BASE if "attend" in t[1].value or "Contribution" not in str(t[2]))
    found = reference(triples, shapes())
    assert found == ours(load_rules(), triples)
    assert {k[0].rpartition("#")[2] for k in found} >= {"R-E02-transmis"}


def test_the_core_part_finds_on_the_demonstration_what_pyshacl_finds(demo: Path) -> None:
    """Every node goes through pyshacl, also those that our screen sets aside; the queries have fixtures and graphs."""
    triples = seen_by_rules(activate(Workspace.open(demo), None, 2026, alone=True))
    core_only = rdflib.Graph()
    for triple in shapes():
        if triple[1] != SH.sparql:
            core_only.add(triple)
    found = {key(r) for r in core_results(load_rules(), triples)}
    assert found == reference(triples, core_only)
    assert len(found) > 5


def test_all_that_is_found_on_the_demonstration_is_what_another_engine_finds(demo: Path) -> None:
    """The queries too, on every node of the campagne: by pyshifty, since pyshacl would take the better part of an hour.

    It runs each query for each node, where we run it once for all of them.
    """
    triples = seen_by_rules(activate(Workspace.open(demo), None, 2026, alone=True))
    expected = by_shifty(triples)
    store, book = Store(), load_rules()
    store.add(triples)
    results = [*core_results(book, triples), *sparql_results(book, store)]
    assert Counter(_shown(r) for r in results) == expected
    assert len(expected) > 30


def by_shifty(triples: Iterable[Triple]) -> Counter[Key]:
    """Return the results of pyshifty: their shape, node, component when it is a Core one, and value."""
    data = rdflib.Graph()
    for triple in triples:
        data.add(parsed(" ".join([*map(str, triple), "."])))
    report = next(part for part in shifty.validate(data, shapes(), infer=False) if isinstance(part, rdflib.Graph))
    found: Counter[Key] = Counter()
    for node in report.subjects(RDF.type, SH.ValidationResult):
        focus, value = report.value(node, SH.focusNode), report.value(node, SH.value)
        component = report.value(node, SH.sourceConstraintComponent)
        said = "" if value in (None, focus) else str(value)
        found[str(report.value(node, SH.sourceShape)), str(focus), str(component), said] += 1
    return found


def _shown(result: Result) -> Key:
    query = result.component.endswith("#SPARQLConstraintComponent")
    value = "" if result.value in (None, result.focus) else str(result.value)
    return (result.rule.iri if query else result.shape, result.focus, result.component, value)
