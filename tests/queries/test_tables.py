"""A table leaves as JSON, CSV, XLSX, Markdown or text without changing a number or becoming a formula."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from droitcommun.graph.catalogue import Table, find_query, parse_query, run
from droitcommun.graph.export.tables import as_dict, to_csv, to_json, to_markdown, to_text, to_xlsx

COLUMNS = {"nom": "text", "euros": "decimal EUR", "n": "integer", "vu": "boolean", "jour": "date", "exercice": "gYear"}
NBSP = "\u202f"


@pytest.fixture
def table() -> Table:
    header = "#+ title: Essai\n#+ description: d\n#+ use: u\n"
    query = parse_query("essai", header + "".join(f"#+ column {n}: {t}; dit {n}\n" for n, t in COLUMNS.items()))
    rows = [
        ["=1+2|<b>", Decimal("-1234567.80"), 1234, True, date(2026, 3, 1), 2025],
        ['a;b\n"c"', Decimal("0"), 0, False, None, 2026],
        ["x" * 60, None, None, None, None, None],
    ]
    return Table(query, "essai", {"annee": 2026}, [dict(zip(COLUMNS, r, strict=True)) for r in rows], ("Attention.",))


def test_json_is_the_contract_of_the_command_line(table):
    assert json.loads(to_json(table)) == as_dict(table)
    assert as_dict(table) == {
        "requete": "essai",
        "contrat": "essai",
        "parametres": {"annee": 2026},
        "colonnes": [
            {"nom": "nom", "type": "text", "unite": None},
            {"nom": "euros", "type": "decimal", "unite": "EUR"},
            {"nom": "n", "type": "integer", "unite": None},
            {"nom": "vu", "type": "boolean", "unite": None},
            {"nom": "jour", "type": "date", "unite": None},
            {"nom": "exercice", "type": "gYear", "unite": None},
        ],
        "lignes": [
            {"nom": "=1+2|<b>", "euros": -1234567.8, "n": 1234, "vu": True, "jour": "2026-03-01", "exercice": 2025},
            {"nom": 'a;b\n"c"', "euros": 0, "n": 0, "vu": False, "jour": None, "exercice": 2026},
            {"nom": "x" * 60, "euros": None, "n": None, "vu": None, "jour": None, "exercice": None},
        ],
        "avertissements": ["Attention."],
    }
    assert '"euros": 0,' in to_json(table) and '"euros": null' in to_json(table)


def test_csv_opens_in_a_french_excel_and_runs_nothing(table):
    text = to_csv(table)
    assert text.startswith("\ufeffnom;euros;n;vu;jour;exercice\r\n")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert rows[1:] == [
        ["'=1+2|<b>", "-1234567,80", "1234", "oui", "2026-03-01", "2025"],
        ['a;b\n"c"', "0", "0", "non", "", "2026"],
        ["x" * 60, "", "", "", "", ""],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_cell_starts_a_formula(table, start):
    table.rows[0]["nom"] = start + "cmd"
    rows = list(csv.reader(io.StringIO(to_csv(table), newline=""), delimiter=";"))
    assert rows[1][0] == "'" + start + "cmd"


def test_xlsx_keeps_types_and_writes_no_formula(table):
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(table)))
    rows = [[cell.value for cell in row] for row in book["Données"].iter_rows()]
    assert rows[0][:2] == ["nom", "euros (EUR)"]
    assert rows[1][:4] == ["=1+2|<b>", -1234567.8, 1234, "oui"]
    assert rows[1][4].date() == date(2026, 3, 1)
    assert book["Données"]["A2"].data_type == "s"
    assert rows[3][1:] == [None] * 5
    said = [[cell.value for cell in row] for row in book["À savoir"].iter_rows()]
    assert ["euros (EUR)", "dit euros"] in said and [None, "Attention."] in said
    assert to_xlsx(table) == to_xlsx(table)


def test_markdown_escapes_what_would_break_it(table):
    assert to_markdown(table).splitlines() == [
        "## Essai",
        "",
        "| nom | euros (EUR) | n | vu | jour | exercice |",
        "|---|---:|---:|---|---|---|",
        f"| =1+2\\|&lt;b> | −1{NBSP}234{NBSP}567,80 | 1{NBSP}234 | oui | 01/03/2026 | 2025 |",
        '| a;b "c" | 0,00 | 0 | non | – | 2026 |',
        f"| {'x' * 60} | – | – | – | – | – |",
        "",
        "- Attention.",
    ]


def test_text_is_aligned_and_says_that_unknown_is_not_zero(table):
    lines = to_text(table).splitlines()
    assert lines[0] == "Essai"
    assert lines[2] == f"{'nom':44}  {'euros (EUR)':>13}  {'n':>5}  vu   jour        exercice"
    assert lines[4] == f"{'=1+2|<b>':44}  −1{NBSP}234{NBSP}567,80  1{NBSP}234  oui  01/03/2026  2025"
    assert lines[6].startswith("x" * 43 + "…  ") and lines[6].split()[1:] == ["–"] * 5
    assert "ce n'est pas zéro" in lines[8]
    assert lines[-1] == "Attention."


def test_a_table_without_rows_says_so(dataset):
    table = run(find_query("effet-levier"), dataset(), {"annee": "2026", "phase": "prevu"})
    assert "Aucune ligne." in to_text(table)
    assert len(to_csv(table).splitlines()) == 1
