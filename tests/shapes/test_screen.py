"""The screen before the Core engine: it sets aside a node only when pyshacl finds nothing on it, and often enough."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyshacl
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.namespace import RDF, SH
from rulebench import seen_by_rules

from droitcommun.graph.checks.rules import load_rules
from droitcommun.graph.checks.screen import screen
from droitcommun.graph.checks.shacl import core_results
from droitcommun.graph.dataset import activate
from droitcommun.graph.names import PREFIXES
from droitcommun.graph.store import Store, Triple
from droitcommun.graph.workspace import Workspace

HEADER = "@prefix : <urn:x:> .\n" + "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("sh", "xsd"))


def triples(text: str) -> tuple[Triple, ...]:
    store = Store()
    store.load_bytes((HEADER + text).encode(), ".ttl")
    return tuple(store.triples())


def failures(shapes: str, data: str) -> int:
    shapes_graph, data_graph = (rdflib.Graph().parse(data=HEADER + text, format="turtle") for text in (shapes, data))
    _, report, _ = pyshacl.validate(data_graph, shacl_graph=shapes_graph, inference="none")
    assert isinstance(report, rdflib.Graph)
    return len(list(report.subjects(RDF.type, SH.ValidationResult)))


def shape(constraint: str) -> str:
    return f":S a sh:NodeShape ; sh:targetNode :n ; sh:property [ sh:path :p ; {constraint} ] ."


CASES = [
    # constraint, what is said of the node, results
    ('sh:pattern "^QN[0-9]{5}[A-Z]$"', ':p "QN06201M"', 0),
    ('sh:pattern "^QN[0-9]{5}[A-Z]$"', ':p "QN0620M"', 1),
    ('sh:pattern "n$"', ":p :n", 0),
    ('sh:pattern "x"', ":p []", 1),
    ("sh:minCount 1 ; sh:deactivated true", "a :T", 0),
    ("sh:minCount 1 ; sh:deactivated false", "a :T", 1),
    ('sh:languageIn ( "fr" "EN" )', ':p "a"@fr , "b"@en', 0),
    ('sh:languageIn ( "fr" )', ':p "a"@de', 1),
    ('sh:languageIn ( "fr" )', ':p "a"', 1),
    ("sh:uniqueLang true", ':p "a"@fr , "b"@en , "c" , "d"', 0),
    ("sh:uniqueLang true", ':p "a"@fr , "b"@fr', 1),
    ("sh:datatype xsd:date", ':p "2026-01-31"^^xsd:date', 0),
    ("sh:datatype xsd:date", ':p "2026-02-30"^^xsd:date', 1),
    ("sh:lessThan :q", ':p "2026-01-30"^^xsd:date ; :q "2026-01-31"^^xsd:date', 0),
    ("sh:lessThan :q", ':p "2026-01-31"^^xsd:date ; :q "2026-01-31"^^xsd:date', 1),
    ("sh:lessThanOrEquals :q", ':p "2026-01-31"^^xsd:date ; :q "2026-01-31"^^xsd:date', 0),
    ("sh:lessThanOrEquals :q", ':p "2026-02-01"^^xsd:date ; :q "2026-01-31"^^xsd:date', 1),
]


@pytest.mark.parametrize(("constraint", "said", "results"), CASES)
def test_a_node_that_conforms_is_set_aside_and_no_other(constraint: str, said: str, results: int) -> None:
    shapes, data = shape(constraint), f":n {said} ."
    assert failures(shapes, data) == results
    assert (screen(triples(shapes), triples(data)) is None) is (results == 0)


TEXTS = st.sampled_from(["2026-01-31", "2026-02-29", "2024-02-29", "0000-01-01", "2026-1-1", "2026-01-31Z", "x"])


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(one=TEXTS, other=TEXTS, constraint=st.sampled_from(["sh:lessThan :q", "sh:datatype xsd:date"]))
def test_dates_that_are_set_aside_conform(one: str, other: str, constraint: str) -> None:
    data = f':n :p "{one}"^^xsd:date ; :q "{other}"^^xsd:date .'
    if screen(triples(shape(constraint)), triples(data)) is None:
        assert date.fromisoformat(one)
        assert failures(shape(constraint), data) == 0


def test_on_the_demonstration_only_nodes_at_fault_are_left_for_the_engine(demo: Path) -> None:
    dataset = activate(Workspace.open(demo), None, 2026, alone=True)
    book, seen = load_rules(), seen_by_rules(dataset)
    data = [t for t in seen if t[1].value in book.core_predicates]
    work = screen(book.core_triples, data)
    assert work is not None
    asked = {t[2].value for t in work.shapes if t[1].value == PREFIXES["sh"] + "targetNode"}
    assert asked == {result.focus for result in core_results(book, seen)}
    assert len(work.data) < len(data) / 4 and len(work.shapes) < len(book.core_triples) / 4
