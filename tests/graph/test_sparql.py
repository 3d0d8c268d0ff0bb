"""Ad hoc SPARQL: reads, and only reads, and only here."""

from __future__ import annotations

import pytest

from droitcommun.graph.errors import SparqlRefused
from droitcommun.graph.names import PREFIXES
from droitcommun.graph.sparql import ask_store
from droitcommun.graph.store import Store

STORE = Store.from_turtle('id:a cdv:nombre 1 . id:b cdv:nombre 2 . id:c skos:notation "é" .')


def test_select_gives_columns_and_rows() -> None:
    answer = ask_store(STORE, "SELECT ?s ?n WHERE { ?s cdv:nombre ?n } ORDER BY ?n")
    assert answer.columns == ("s", "n")
    assert [row["n"].value for row in answer.rows] == ["1", "2"]


def test_ask_and_construct() -> None:
    assert ask_store(STORE, 'ASK { ?s skos:notation "é" }').truth is True
    answer = ask_store(STORE, "CONSTRUCT { ?s cdv:ordre ?n } WHERE { ?s cdv:nombre ?n }")
    assert answer.triples is not None
    assert len(answer.triples) == 2


def test_a_prefix_of_one_s_own() -> None:
    head = f"PREFIX z: <{PREFIXES['cdv']}> PREFIX : <urn:x>"
    assert len(ask_store(STORE, head + " SELECT ?x { ?s z:nombre ?x MINUS { ?s : 1 } }").rows) == 2


def test_a_word_of_the_language_in_a_text_or_a_name_is_no_reason_to_refuse() -> None:
    text = 'SELECT ?from { ?from skos:notation ?graph FILTER(?graph != "FROM <urn:a> GRAPH SERVICE") }'
    assert len(ask_store(STORE, text).rows) == 1


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("SELECT * WHERE { SERVICE <http://127.0.0.1:9/sparql> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT * WHERE { { SELECT * WHERE { OPTIONAL { SERVICE SILENT ?e { ?s ?p ?o } } } } }", "SERVICE"),
        ("SELECT * WHERE { FILTER EXISTS { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } }", "SERVICE"),
        ("SELECT * WHERE { #\r SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } #\n }", "SERVICE"),
        ("SELECT * FROM <file:///etc/passwd> WHERE { ?s ?p ?o }", "retirez-les"),
        ("SELECT * FROM NAMED <http://127.0.0.1:9/> WHERE { GRAPH ?g { ?s ?p ?o } }", "retirez-les"),
        ("ASK FROM <urn:a> { ?s ?p ?o }", "retirez-les"),
        ("CONSTRUCT FROM <urn:a> WHERE { ?s ?p ?o }", "retirez-les"),
        ("DESCRIBE <urn:a> FROM <urn:b>", "retirez-les"),
        ("SELECT * WHERE { OPTIONAL { GRAPH <urn:a> { ?s ?p ?o } } }", "retirez-les"),
        ("SELECT * WHERE { FILTER EXISTS { GRAPH ?g { ?s ?p ?o } } }", "retirez-les"),
        ("SELECT ?x { ?s z:b ?x }", "le préfixe « z: » n'est pas connu"),
        ("SELECT ?x { ?s :b ?x }", "le préfixe « : » n'est pas connu"),
        ("SELECT ?x { ?s cdv:nombre/z:b ?x }", "le préfixe « z: » n'est pas connu"),
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "ligne 1"),
        ("DROP ALL", "ligne 1"),
        ("SELECT nimporte quoi", "ligne 1"),
    ],
)
def test_refused_with_the_reason(text: str, word: str) -> None:
    with pytest.raises(SparqlRefused) as caught:
        ask_store(STORE, text)
    assert word in str(caught.value)
    assert len(STORE) == 3
