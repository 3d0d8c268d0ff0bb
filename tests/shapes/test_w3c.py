"""The W3C SHACL test suite, through our engines: the screen before pyshacl, and set queries for sh:sparql.

The counts are those of docs/verification.md; a case that fails is named here with its reason.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import RDF, SH

from droitcommun.graph.checks.screen import Work, screen
from droitcommun.graph.checks.setquery import lint, set_query
from droitcommun.graph.checks.shacl import core_report
from droitcommun.graph.store import Store, Triple

ROOT = Path(__file__).parents[2] / ".." / "shared" / "data" / "w3c" / "data-shapes-test-suite" / "tests"
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = rdflib.Namespace("http://www.w3.org/ns/shacl-test#")
CASES = sorted(p for p in ROOT.glob("*/*/*.ttl") if b"sht:Validate" in p.read_bytes())
Line = tuple[str, ...]
KNOWN = {
    "core/property/uniqueLang-002": 'pyshacl takes sh:uniqueLang "1"^^xsd:boolean for true',
    "sparql/node/prefixes-001": "pyshacl reads the prefix of an imported ontology in the header of the file",
    "sparql/pre-binding/shapesGraph-001": "pyshacl does not support $shapesGraph, and our lint refuses it",
}  # fmt: skip

pytestmark = pytest.mark.skipif(not ROOT.exists(), reason="données réelles absentes (../shared)")


def triples(path: Path) -> tuple[Triple, ...]:
    parsed = ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE, base_iri=path.resolve().as_uri())
    return tuple((t.subject, t.predicate, t.object) for t in parsed)  # type: ignore[misc]


@lru_cache(maxsize=8)
def graph(path: Path) -> rdflib.Graph:
    with pytest.MonkeyPatch.context() as patch:  # lexical forms as they are written
        patch.setattr(rdflib, "NORMALIZE_LITERALS", False)
        return rdflib.Graph().parse(path, format="turtle", publicID=path.resolve().as_uri())


def action(path: Path) -> tuple[tuple[Triple, ...], tuple[Triple, ...], Any]:
    """Return the shapes, the data and the expected result of the case of a file."""
    manifest = graph(path)
    test = next(s for s in manifest.subjects(RDF.type, SHT.Validate))
    given = manifest.value(test, MF.action)

    def file(name: rdflib.URIRef) -> Path:
        return Path(str(manifest.value(given, name)).removeprefix("file://"))

    return triples(file(SHT.shapesGraph)), triples(file(SHT.dataGraph)), manifest.value(test, MF.result)


def lines(report: rdflib.Graph, root: Any) -> Counter[Line]:
    """Return one line a result; a blank node has no name that two files could share."""

    def shown(node: Any) -> str:
        return "_" if node is None or isinstance(node, rdflib.BNode) else str(node.n3())

    predicates = (
        SH.focusNode,
        SH.resultPath,
        SH.value,
        SH.resultSeverity,
        SH.sourceConstraintComponent,
        SH.sourceShape,
    )
    found = report.objects(root, SH.result)
    return Counter(tuple(shown(report.value(result, p)) for p in predicates) for result in found)


def found_by_us(path: Path) -> tuple[Counter[Line] | None, Counter[Line] | None]:
    """Return what is expected and what our engine finds; None for a refusal."""
    shapes, data, result = action(path)
    expected = None if result == SHT.Failure else lines(graph(path), result)
    try:
        report = core_report(shapes, data)
    except Exception as refused:  # whatever the engine raises is its refusal
        assert str(refused)
        return expected, None
    if report is None:
        return expected, Counter()
    if not isinstance(report, rdflib.Graph):
        return expected, None
    return expected, lines(report, next(report.subjects(RDF.type, SH.ValidationReport)))


@pytest.mark.parametrize("path", CASES, ids=lambda p: f"{p.parent.parent.name}/{p.parent.name}/{p.stem}")
def test_the_expected_report(path: Path) -> None:
    expected, found = found_by_us(path)
    name = f"{path.parent.parent.name}/{path.parent.name}/{path.stem}"
    assert (found == expected) is (name not in KNOWN), (expected, found)


def test_the_suite_is_whole() -> None:
    assert Counter(p.parent.parent.name for p in CASES) == {"core": 98, "sparql": 23}


def test_the_screen_is_at_work() -> None:
    """In most Core cases it leaves nodes aside, so that these cases prove it."""
    smaller = 0
    for path in CASES:
        shapes, data, _ = action(path)
        work = screen(shapes, data)
        smaller += work is None or work != Work(shapes, data)
    assert smaller > 60


def test_constraints_that_a_set_query_can_hold_give_the_expected_nodes() -> None:
    proved, refused = [], []
    for path in (p for p in CASES if p.parts[-3] == "sparql" and p.parent.name != "component"):
        manifest, (_shapes, data, result) = graph(path), action(path)
        if result == SHT.Failure:
            continue
        store = Store()
        store.add(data)
        own = Counter(str(f) for r in manifest.objects(result, SH.result) for f in manifest.objects(r, SH.focusNode))
        got: Counter[str] = Counter()
        texts = [str(t) for t in manifest.objects(None, SH.select)]
        if any(lint(text) for text in texts) or not texts:
            refused.append(f"{path.parent.name}/{path.stem}")
            continue
        for shape, constraint in manifest.subject_objects(SH.sparql):
            targets = [f"BIND({t.n3()} AS $this)" for t in manifest.objects(shape, SH.targetNode)]
            targets += [f"$this a {t.n3()}" for t in manifest.objects(shape, SH.targetClass)]
            declared = "".join(
                f"PREFIX {manifest.value(d, SH.prefix)}: <{manifest.value(d, SH.namespace)}>\n"
                for d in manifest.objects(None, SH.declare)
            )
            text = str(manifest.value(constraint, SH.select))
            rows = {
                tuple(sorted((k, str(v)) for k, v in row.items()))
                for row in store.select(set_query(text, targets, declared))
            }
            got.update(value.strip("<>") for row in rows for name, value in row if name == "this")
        assert got == own, path
        proved.append(path.stem)
    assert (len(proved), len(refused)) == (4, 8), (proved, refused)
