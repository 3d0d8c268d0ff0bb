"""The standard SHACL report: what rdflib and pyoxigraph read is what the check found."""

from __future__ import annotations

from dataclasses import replace

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import RDF, SH, Literal, URIRef
from rulebench import DUE, HERE, Dataset, make_dataset

from droitcommun.graph.check import check_campagne
from droitcommun.graph.checks.findings import CheckReport
from droitcommun.graph.export.constats.turtlereport import render_turtle

FAULTS = ("R-A1/invalid-forme", "R-T3/invalid", "R-M8/invalid", "R-G2/invalid", "R-M2/invalid-montant")
SHAPES = "https://w3id.org/droit-commun/shapes#"


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return make_dataset("".join((HERE / f"{name}.ttl").read_text(encoding="utf-8") for name in FAULTS))


@pytest.fixture(scope="module")
def report(dataset: Dataset) -> CheckReport:
    return check_campagne(dataset, DUE)


@pytest.fixture(scope="module")
def text(report: CheckReport, dataset: Dataset) -> str:
    return render_turtle(report, dataset.store)


@pytest.fixture(scope="module")
def graph(text: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=text, format="turtle")


def test_one_report_with_a_result_a_result(graph: rdflib.Graph, report: CheckReport) -> None:
    (node,) = graph.subjects(RDF.type, SH.ValidationReport)
    results = set(graph.objects(node, SH.result))
    assert len(results) == len(report.results) > 4
    assert results == set(graph.subjects(RDF.type, SH.ValidationResult))
    assert graph.value(node, SH.conforms) == Literal(False)
    read = sorted(
        (str(graph.value(r, SH.focusNode)), str(graph.value(r, SH.resultSeverity)).rpartition("#")[2].lower())
        for r in results
    )
    assert read == sorted((r.focus, r.gravite) for r in report.results)


def test_each_result_names_its_finding(graph: rdflib.Graph, report: CheckReport) -> None:
    named = {
        (str(graph.value(r, SH.focusNode)), str(graph.value(r, rdflib.DCTERMS.identifier)))
        for r in graph.subjects(RDF.type, SH.ValidationResult)
    }
    assert named == {(f.sujet, f.id) for f in report.findings}


def test_it_follows_the_shacl_vocabulary(graph: rdflib.Graph) -> None:
    """Each property of the SHACL namespace exists, and bears what the standard asks of a result, once."""
    for predicate in set(graph.predicates()):
        assert not str(predicate).startswith(str(SH)) or predicate in SH, predicate
    for result in graph.subjects(RDF.type, SH.ValidationResult):
        for term in (SH.focusNode, SH.resultSeverity, SH.sourceConstraintComponent, SH.sourceShape):
            assert len(list(graph.objects(result, term))) == 1
        assert graph.value(result, SH.resultSeverity) in (SH.Violation, SH.Warning, SH.Info)
        assert graph.value(result, SH.sourceConstraintComponent) in SH
        assert str(graph.value(result, SH.sourceShape)).startswith(SHAPES)
        assert len(list(graph.objects(result, SH.resultPath))) <= 1
        messages = list(graph.objects(result, SH.resultMessage))
        assert {m.language for m in messages} == {"fr", "en"}
        assert not any("{" in m or m == "" for m in messages)
        by_query = graph.value(result, SH.sourceConstraintComponent) == SH.SPARQLConstraintComponent
        assert bool(list(graph.objects(result, SH.sourceConstraint))) is by_query
    assert not any(isinstance(term, rdflib.BNode) for triple in graph for term in triple)


def test_a_value_is_the_term_of_the_data(graph: rdflib.Graph, dataset: Dataset) -> None:
    result = next(r for r in graph.subjects(RDF.type, SH.ValidationResult) if graph.value(r, SH.value) is not None)
    value = graph.value(result, SH.value)
    assert isinstance(value, URIRef | Literal)
    terms = {str(o) for _s, _p, o in dataset.store.triples()}
    values = [v for v in graph.objects(None, SH.value) if isinstance(v, URIRef) or v.datatype is not None]
    assert values and all(v.n3() in terms for v in values)


def test_pyoxigraph_reads_the_same_triples(text: str, graph: rdflib.Graph) -> None:
    read = {(str(q.subject), str(q.predicate), str(q.object)) for q in ox.parse(text, format=ox.RdfFormat.TURTLE)}
    lines = graph.serialize(format="nt").strip().splitlines()
    again = {
        (str(q.subject), str(q.predicate), str(q.object))
        for q in ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES)
    }
    assert read == again


def test_nothing_wrong_conforms_and_the_same_data_give_the_same_text(
    report: CheckReport, dataset: Dataset, text: str
) -> None:
    assert render_turtle(report, dataset.store) == text
    clean = make_dataset()
    fine = rdflib.Graph().parse(data=render_turtle(check_campagne(clean, DUE), clean.store), format="turtle")
    (node,) = fine.subjects(RDF.type, SH.ValidationReport)
    assert (fine.value(node, SH.conforms).toPython(), list(fine.objects(node, SH.result))) == (True, [])  # type: ignore[union-attr]


def test_a_value_that_holds_an_address_is_left_out(report: CheckReport, dataset: Dataset) -> None:
    held = next(r for r in report.results if r.value is not None)
    for value, kept in (("alix@exemple.invalid", 0), ("03 21 00 00 00", 0), ("texte", 1)):
        changed = replace(report, results=(replace(held, value=value),), result_ids=("0123456789abcdef",))
        text = render_turtle(changed, dataset.store)
        assert (text.count("sh:value"), "alix" in text) == (kept, False)


def test_no_personal_data_leaves_in_a_value(dataset: Dataset) -> None:
    typed = 'dcterms:title "Écrire à alix@exemple.invalid"'
    hostile = make_dataset(
        (HERE / "R-A1/invalid-forme.ttl").read_text(encoding="utf-8")
        + "\n#- <essai/action/2026/bourg/ville/a1> dcterms:title ?t .\n"
        + f"<essai/action/2026/bourg/ville/a1> {typed} ."
    )
    text = render_turtle(check_campagne(hostile, DUE), hostile.store)
    assert "R-R1" in text
    assert "alix" not in text
