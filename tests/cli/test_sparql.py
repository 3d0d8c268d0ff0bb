"""droitcommun sparql: read-only, local, in standard forms."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib

PILIERS = """SELECT ?code ?nom {
  ?p a cdv:Pilier ; skos:notation ?code ; skos:prefLabel ?nom FILTER(lang(?nom) = "fr")
} ORDER BY ?code"""


def test_a_select_as_json_is_the_w3c_form(cli: Callable, espace: Path) -> None:
    answer = json.loads(cli("-w", espace, "sparql", PILIERS, "--format", "json").out)
    assert answer["head"]["vars"] == ["code", "nom"]
    assert [b["code"] for b in answer["results"]["bindings"]] == [
        {"type": "literal", "value": code} for code in ("P1", "P2", "P3")
    ]
    assert answer["results"]["bindings"][0]["nom"]["xml:lang"] == "fr"


def test_numbers_keep_their_type(cli: Callable, espace: Path) -> None:
    answer = json.loads(cli("-w", espace, "sparql", "SELECT (12 AS ?n) {}", "--format", "json").out)
    assert answer["results"]["bindings"] == [
        {"n": {"type": "literal", "value": "12", "datatype": "http://www.w3.org/2001/XMLSchema#integer"}}
    ]


def test_csv(cli: Callable, espace: Path) -> None:
    rows = list(csv.reader(io.StringIO(cli("-w", espace, "sparql", PILIERS, "--format", "csv").out)))
    assert rows[0] == ["code", "nom"]
    assert [row[0] for row in rows[1:]] == ["P1", "P2", "P3"]


def test_the_table_shortens_iris_and_shows_the_unknown(cli: Callable, espace: Path) -> None:
    query = "SELECT ?p ?vide { ?p a cdv:Pilier ; skos:notation 'P1' }"
    lines = cli("-w", espace, "sparql", query).out.splitlines()
    assert lines[0].split() == ["p", "vide"]
    assert lines[2].split() == ["id:call-2024/pilier/P1", "–"]


def test_no_row_keeps_the_header(cli: Callable, espace: Path) -> None:
    out = cli("-w", espace, "sparql", "SELECT ?x ?y { ?x a cdv:RienDuTout }").out
    assert out.splitlines()[0].split() == ["x", "y"]
    assert "Aucune ligne." in out


def test_ask(cli: Callable, espace: Path) -> None:
    assert cli("-w", espace, "sparql", "ASK { ?c a cdv:Campagne }").out == "oui\n"
    assert json.loads(cli("-w", espace, "sparql", "ASK { ?c a cdv:Rien }", "--format", "json").out)["boolean"] is False


def test_construct_gives_turtle_that_others_read(cli: Callable, espace: Path, tmp_path: Path) -> None:
    query, target = tmp_path / "q.rq", tmp_path / "piliers.ttl"
    query.write_text("CONSTRUCT { ?p skos:notation ?code } WHERE { ?p a cdv:Pilier ; skos:notation ?code }", "utf-8")
    result = cli("-w", espace, "sparql", "-f", query, "--format", "ttl", "--out", target)
    assert result.code == 0, result.err
    assert len(rdflib.Graph().parse(target)) == 3


def test_personal_data_is_out_of_reach(cli: Callable, demo: Path) -> None:
    assert cli("-w", demo, "sparql", "ASK { ?t a cdv:Titulaire }").out == "non\n"
    assert cli("-w", demo, "sparql", "ASK { GRAPH ?g { ?t a cdv:Titulaire } }").code == 2


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("DELETE WHERE { ?s ?p ?o }", "refusée"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", "refusée"),
        ("SELECT * { SERVICE <http://exemple.fr/sparql> { ?s ?p ?o } }", "autre machine"),
        ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "FROM NAMED et GRAPH"),
        ("SELECT * { ?s ?p", "refusée"),
    ],
)
def test_writing_and_leaving_the_machine_are_refused(cli: Callable, espace: Path, query: str, words: str) -> None:
    before = cli("-w", espace, "doctor").out
    result = cli("-w", espace, "sparql", query)
    assert (result.code, result.out) == (2, "")
    assert words in result.err
    assert cli("-w", espace, "doctor").out == before


@pytest.mark.parametrize(
    "arguments", [[], ["ASK {}", "--format", "ttl"], ["CONSTRUCT WHERE { ?s ?p ?o }", "--format", "json"]]
)
def test_wrong_usage(cli: Callable, espace: Path, arguments: list[str]) -> None:
    assert cli("-w", espace, "sparql", *arguments).code == 2


def test_an_unknown_campagne_is_refused(cli: Callable, espace: Path) -> None:
    assert cli("-w", espace, "sparql", "ASK {}", "--campagne", "2031").code == 2


def test_a_query_without_end_is_stopped_and_says_what_to_do(cli: Callable, espace: Path) -> None:
    result = cli(
        "-w", espace, "sparql", "--secondes", "0.3", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    )
    assert (result.code, result.out) == (2, "")
    assert "arrêtée au bout de 0.3 s" in result.err
    assert "--secondes" in result.err


def test_only_the_first_rows_are_kept_and_it_is_said(cli: Callable, espace: Path) -> None:
    cut = cli("-w", espace, "sparql", PILIERS, "--lignes", "2", "--format", "csv")
    assert cut.out.split() == ["code,nom", *cut.out.split()[1:]]
    assert len(list(csv.reader(io.StringIO(cut.out)))) == 3
    assert "Seules les 2 premières lignes" in cut.err
    whole = cli("-w", espace, "sparql", PILIERS, "--lignes", "3", "--format", "csv")
    assert len(list(csv.reader(io.StringIO(whole.out)))) == 4
    assert "premières" not in whole.err


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT * { \\u0053ERVICE <http://exemple.fr/> { ?s ?p ?o } }", "refusée"),
        ("SELECT * { # x\rSERVICE <http://exemple.fr/> { ?s ?p ?o }\n}", "refusée"),
        ("SELECT * { { SELECT * { OPTIONAL { SERVICE SILENT ?x { ?s ?p ?o } } } } }", "autre machine"),
        ("ASK { FILTER NOT EXISTS { SERVICE <http://exemple.fr/> { ?s ?p ?o } } }", "autre machine"),
        ("LOAD <http://exemple.fr/>", "refusée"),
        ("CLEAR ALL", "refusée"),
        ("SELECT * " + "{" * 900 + "?s ?p ?o" + "}" * 900, "imbriquée"),
    ],
)
def test_hostile_texts(cli: Callable, espace: Path, query: str, words: str) -> None:
    result = cli("-w", espace, "sparql", query)
    assert (result.code, result.out) == (2, "")
    assert words in result.err


def test_a_file_that_is_not_text_is_refused(cli: Callable, espace: Path, tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.write_bytes(b"SELECT \xff")
    result = cli("-w", espace, "sparql", "-f", path)
    assert result.code == 3
    assert "UTF-8" in result.err
