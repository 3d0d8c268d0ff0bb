"""droitcommun facts: the flat table, read by other programs."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from droitcommun.graph.catalogue import Query, Table
from droitcommun.graph.export.parquet import to_parquet
from droitcommun.graph.facts import colonnes

Key = tuple[str, str, str, str]


@pytest.fixture(scope="module")
def totals(cli: Callable, demo: Path) -> dict[Key, Decimal]:
    """Return what « reconciliation » reads, by exercice, phase, unit and origin."""
    out = cli("-w", demo, "query", "reconciliation", "-p", "annee=2026", "--format", "json").out
    rows = json.loads(out, parse_float=Decimal, parse_int=Decimal)["lignes"]
    return {(str(r["exercice"]), r["phase"], r["unite"], r["origine"]): Decimal(r["total"]) for r in rows}


def test_the_csv_adds_up_to_the_reconciliation(cli: Callable, demo: Path, totals: dict[Key, Decimal]) -> None:
    result = cli("-w", demo, "facts", "2026")
    assert result.code == 0, result.err
    assert "Données fictives." in result.err
    found: dict[Key, Decimal] = defaultdict(Decimal)
    for row in csv.DictReader(io.StringIO(result.out.removeprefix("\ufeff")), delimiter=";"):
        text = row["euros"] or row["quantite"]
        if text and row["phase_groupe"] != "remplace":
            key = (row["exercice"], row["phase_groupe"], row["unite"], row["origine"])
            found[key] += Decimal(text.replace(",", "."))
    assert found == totals


def test_duckdb_reads_the_parquet_and_finds_the_same_totals(
    cli: Callable, demo: Path, tmp_path: Path, totals: dict[Key, Decimal]
) -> None:
    path = tmp_path / "moyens.parquet"
    assert cli("-w", demo, "facts", "2026", "--format", "parquet", "--out", path).code == 0
    rows = duckdb.sql(
        f"""SELECT exercice, phase_groupe, unite, origine, sum(CAST(coalesce(euros, quantite) AS DECIMAL(18, 2)))
        FROM '{path}' WHERE phase_groupe <> 'remplace' AND coalesce(euros, quantite) IS NOT NULL GROUP BY ALL"""  # noqa: S608
    ).fetchall()
    assert {(str(r[0]), *r[1:4]): r[4] for r in rows} == totals
    unknown = duckdb.sql(f"SELECT count(*) FROM '{path}' WHERE euros IS NULL AND quantite IS NULL").fetchall()  # noqa: S608
    assert unknown == [(6,)]
    meta = duckdb.sql(f"SELECT decode(value) FROM parquet_kv_metadata('{path}')").fetchall()  # noqa: S608
    assert any("Données fictives." in value for (value,) in meta)


def test_the_workbook_holds_real_numbers_and_the_address_is_the_right_cell(
    cli: Callable, demo: Path, tmp_path: Path
) -> None:
    path = tmp_path / "moyens.xlsx"
    assert cli("-w", demo, "facts", "2026", "--format", "xlsx", "--out", path).code == 0
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names[0] == "Données fictives"
    header, *rows = book.get_sheet_by_index(0).to_python()
    assert [title.split(" (")[0] for title in header] == [c.name for c in colonnes()]
    facts = [dict(zip([c.name for c in colonnes()], row, strict=True)) for row in rows]
    names = {p.name: p for p in (demo / "classeurs" / "2026").rglob("*.xlsx")}
    checked = 0
    for fact in facts:
        if fact["fichier"] in names and fact["euros"] != "" and checked < 12:
            cell = openpyxl.load_workbook(names[fact["fichier"]], read_only=False)[fact["feuille"]][fact["cellule"]]
            if isinstance(cell.value, int | float):
                assert cell.value == pytest.approx(fact["euros"])
                checked += 1
    assert checked


def test_a_hostile_text_is_no_formula_and_unknown_is_null(tmp_path: Path) -> None:
    query = Query("facts", "t", "d", "u", (), colonnes(), "")
    row: dict[str, object] = {c.name: None for c in colonnes()}
    row |= {"libelle_action": "=1+1", "euros": Decimal("0.10")}
    path = tmp_path / "f.parquet"
    path.write_bytes(to_parquet(Table(query, "essai", {}, [row])))
    assert duckdb.sql(f"SELECT libelle_action, euros, quantite FROM '{path}'").fetchall() == [("=1+1", 0.1, None)]  # noqa: S608
    from droitcommun.graph.export.tables import to_csv

    assert "'=1+1" in to_csv(Table(query, "essai", {}, [row]))


def test_by_default_a_binary_form_goes_to_the_outputs(cli: Callable, demo_copy: Path) -> None:
    assert cli("-w", demo_copy, "facts", "2025", "--format", "parquet").code == 0
    assert (demo_copy / "sorties" / "2025" / "moyens-2025.parquet").is_file()
