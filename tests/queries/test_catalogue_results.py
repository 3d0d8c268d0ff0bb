"""Every query of the catalogue gives the rows added up by hand, and the same ones on two engines."""

from __future__ import annotations

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from droitcommun.graph.catalogue import Query, find_query, load_catalogue, run
from droitcommun.graph.derive import derive

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/*/params.json"))
# Rows that stand when nobody answered: one per expected body, ambition, QPV, instance or forme.
EMPTY = {
    "retours": 1,
    "mobilisation-par-ambition": 1,
    "ambitions-sans-partenaire": 1,
    "matrice-organisme-ambition": 1,
    "mobilisation-par-qpv": 1,
    "matrice-qpv-ambition": 1,
    "calendrier-des-instances": 1,
    "resultats-habitants": 1,
    "formes-de-mobilisation": 5,
    "programme-d-evaluation": 1,
    "etat-du-contrat": 3,
    "matrice-organisme-qpv": 1,
    "couverture-par-forme": 5,
    "contrats-cote-a-cote": 1,
    "trajectoires": 1,
    "quartiers-et-communes": 1,
    "missions-des-instances": 1,
}
# Their euros are of N-1 (réalisé) or N (prévu) only.
ONE_EXERCICE = (
    "matrice-organisme-ambition", "matrice-organisme-qpv", "formes-de-mobilisation", "moyens-humains", "effet-levier",
    "evolution", "contrats-cote-a-cote", "trajectoires",
)  # fmt: skip
# A value for each type of parameter that has no default.
ANY = {"gYear": "2026", "date": "2026-06-30", "text": "o", "iri": "urn:ambition"}
READ = {"integer": int, "gYear": int, "decimal": Decimal, "boolean": lambda t: t == "true", "date": date.fromisoformat}


def expected(case: Path, query: Query) -> list[dict[str, object]]:
    types = {c.name: READ.get(c.type, str) for c in query.columns}
    with (case / "expected.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    return [{name: types[name](text) if text else None for name, text in row.items()} for row in rows]


def values(case: Path) -> dict[str, str]:
    read: dict[str, str] = json.loads((case / "params.json").read_text(encoding="utf-8"))
    return read


def extra(case: Path) -> list[str]:
    path = case / "data.ttl"
    return [path.read_text(encoding="utf-8")] if path.exists() else []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_rows_are_those_added_up_by_hand(case, dataset, other_engine):
    query = find_query(case.parent.name)
    ours = dataset(*extra(case))
    rows = expected(case, query)
    table = run(query, ours, values(case))
    assert table.rows == rows
    assert [list(row) for row in table.rows] == [[c.name for c in query.columns]] * len(rows)
    other = run(query, other_engine(ours), values(case))
    assert other.rows == rows
    assert other.warnings == table.warnings


def test_every_query_has_a_fixture():
    assert {case.parent.name for case in CASES} == set(load_catalogue())


def test_rows_have_the_declared_python_types(dataset):
    kinds = {"integer": int, "gYear": int, "decimal": Decimal, "boolean": bool, "date": date}
    seen = set()
    for case in CASES:
        query = find_query(case.parent.name)
        for row in run(query, dataset(*extra(case)), values(case)).rows:
            for column in query.columns:
                value = row[column.name]
                if value is not None:
                    assert type(value) is kinds.get(column.type, str), (query.name, column.name)
                    seen.add(column.type)
    assert seen >= {*kinds, "code", "text"}


@pytest.fixture(scope="module")
def empty(underived):
    """Return a dataset where nobody answered and nothing was imported. Read it only."""
    store = underived(
        """<https://w3id.org/droit-commun/id/vide/campagne/2026> a cdv:Campagne ; cdv:annee "2026"^^xsd:gYear ;
             cdv:contrat <https://w3id.org/droit-commun/id/contrat/vide> ; cdv:dateReference "2026-01-01"^^xsd:date ;
             cdv:attend <https://w3id.org/droit-commun/id/organisme/o> .
           <urn:ambition> a cdv:Ambition ; cdv:contrat <https://w3id.org/droit-commun/id/contrat/vide> .
           <urn:qpv> a cdv:QPV ; cdv:contrat <https://w3id.org/droit-commun/id/contrat/vide> .
           <urn:instance> a cdv:Instance ; cdv:contrat <https://w3id.org/droit-commun/id/contrat/vide> ."""
    )
    derive(store)
    return SimpleNamespace(contrat="vide", store=store)


@pytest.mark.parametrize("name", sorted(load_catalogue()))
def test_an_empty_campagne_reads_the_same_on_two_engines(name, empty, other_engine):
    """Nobody answered, nothing was imported: the form in which engines differ most (groups with no match)."""
    query = find_query(name)
    given = {p.name: ANY[p.type] for p in query.parameters if p.default is None}
    table = run(query, empty, given)
    assert run(query, other_engine(empty), given).rows == table.rows
    money = [c.name for c in query.columns if c.unit]
    assert all(row[column] is None for row in table.rows for column in money)
    assert len(table.rows) == EMPTY.get(name, 0)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_another_contract_in_the_store_changes_no_row(case, dataset):
    query = find_query(case.parent.name)
    noise = (HERE / "autre-contrat.ttl").read_text(encoding="utf-8")
    ours = [r for r in expected(case, query) if not query.across or r["contrat"] == "essai"]
    rows = run(query, dataset(*extra(case), noise), values(case)).rows
    assert [r for r in rows if not query.across or r["contrat"] == "essai"] == ours


@pytest.mark.parametrize(
    "case",
    [c for c in CASES if c.parent.name in ONE_EXERCICE],
    ids=lambda case: f"{case.parent.name}-{case.name}",
)
def test_tables_without_exercice_hold_only_the_year_of_their_phase(case, dataset):
    query = find_query(case.parent.name)
    noise = (HERE / "autre-exercice.ttl").read_text(encoding="utf-8")
    assert run(query, dataset(*extra(case), noise), values(case)).rows == expected(case, query)
