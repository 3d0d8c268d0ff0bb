"""The lint lets through what a set query can say exactly, and refuses the rest with its reason."""

from __future__ import annotations

import pytest

from droitcommun.graph.checks.rules import load_rules
from droitcommun.graph.checks.setquery import lint, set_query
from droitcommun.graph.store import Store

ACCEPTED = [
    "SELECT $this WHERE { $this a cdv:Action . FILTER NOT EXISTS { $this cdv:forme ?f } }",
    "SELECT $this ?value WHERE { $this cdv:a ?value . FILTER(?value < 3 && $this != ?value) }",
    "SELECT $this WHERE { $this a ?c . { $this cdv:a ?x } UNION { $this cdv:b ?x } OPTIONAL { $this cdv:c ?y } }",
    """SELECT $this ?n WHERE { $this a ?c .
       { SELECT $this (COUNT(?x) AS ?n) WHERE { $this a ?c OPTIONAL { ?x cdv:p $this } } GROUP BY $this } }""",
    "SELECT $this WHERE { $this a ?c . BIND(EXISTS { ?x cdv:p $this } AS ?y) }",
    'SELECT $this WHERE { $this cdv:label ?l . FILTER(?l != "LIMIT $this { VALUES") # $this MINUS {\n }',
    "SELECT $this WHERE { $this a <http://exemple.org/a#LIMIT> }",
]
REFUSED = [
    (
        "SELECT $this WHERE { $this a ?c . { ?x a cdv:A FILTER(?x = $this) } UNION { $this cdv:b ?x } }",
        "without binding",
    ),
    ("SELECT $this WHERE { $this a ?c . FILTER NOT EXISTS { ?x cdv:p ?y . FILTER(?y = $this) } }", "without binding"),
    ("SELECT $this WHERE { FILTER(EXISTS { $this a ?c }) }", "does not bind"),
    ("SELECT $this WHERE { ?x cdv:p ?y . { $this a ?c } }", "does not bind"),
    ("SELECT $this WHERE { $this a ?c } LIMIT 1", "LIMIT"),
    ("SELECT $this WHERE { $this a ?c } OFFSET 1", "OFFSET"),
    ("SELECT $this WHERE { $this $PATH ?c }", "$PATH"),
    ("SELECT $this WHERE { $this a ?c MINUS { $this cdv:p ?x } }", "MINUS"),
    ("SELECT $this WHERE { $this a ?c VALUES ?c { cdv:A } }", "VALUES"),
    ("SELECT $this WHERE { GRAPH ?g { $this a ?c } }", "GRAPH"),
    ("SELECT (COUNT(?x) AS ?n) WHERE { $this cdv:p ?x }", "project"),
    ("SELECT $this (COUNT(?x) AS ?n) WHERE { $this cdv:p ?x }", "without GROUP BY"),
    ("SELECT $this (SUM(?x) AS ?n) WHERE { $this cdv:p ?x } GROUP BY ?c", "without GROUP BY"),
    ("SELECT $this WHERE { $this a ?c . { SELECT ?x WHERE { $this cdv:p ?x } } }", "project"),
    ("ASK { $this a ?c }", "not a SELECT"),
]


@pytest.mark.parametrize("select", ACCEPTED)
def test_accepted(select: str) -> None:
    assert lint(select) == []


@pytest.mark.parametrize(("select", "reason"), REFUSED)
def test_refused(select: str, reason: str) -> None:
    assert any(reason in fault for fault in lint(select))
    with pytest.raises(ValueError, match=r"\w"):
        set_query(select, ["$this a cdv:A"], "")


def test_every_rule_passes_the_lint() -> None:
    constraints = load_rules().constraints
    assert len(constraints) > 30
    assert {c.iri: lint(c.select) for c in constraints if lint(c.select)} == {}
    assert all(c.targets for c in constraints)


def test_targets_go_inside_the_where() -> None:
    store = Store.from_turtle("<urn:a> a cdv:A . <urn:b> a cdv:A ; cdv:p 1 . <urn:c> a cdv:B .")
    select = "SELECT $this WHERE { $this a ?c . FILTER NOT EXISTS { $this cdv:p ?x } }"
    rows = store.select(set_query(select, ["$this a cdv:A", "$this a cdv:Z"], ""))
    assert [row["this"].value for row in rows] == ["urn:a"]


def test_an_absence_by_count_is_kept() -> None:
    store = Store.from_turtle("<urn:a> a cdv:A . <urn:b> a cdv:A . <urn:x> cdv:p <urn:b> .")
    select = """SELECT $this ?n WHERE { $this a ?c .
      { SELECT $this (COUNT(?x) AS ?n) WHERE { $this a ?k OPTIONAL { ?x cdv:p $this } } GROUP BY $this }
      FILTER(?n < 1) }"""
    rows = store.select(set_query(select, ["$this a cdv:A"], ""))
    assert [(row["this"].value, row["n"].value) for row in rows] == [("urn:a", "0")]
