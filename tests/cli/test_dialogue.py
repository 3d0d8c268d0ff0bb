"""droitcommun dialogue, on the demonstration."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl


def test_the_page_holds_what_the_workbook_said_and_no_amount_of_others(
    cli: Callable, demo: Path, tmp_path: Path
) -> None:
    result = cli("-w", demo, "dialogue", "2026", "--organisme", "commune-62386", "--out", tmp_path)
    assert result.code == 0, result.err
    (path,) = (Path(line) for line in result.out.split())
    assert path.name == "dialogue-2026-commune-62386.html"
    assert "1 page écrite" in result.err
    page = path.read_text(encoding="utf-8")
    sent = next((demo / "classeurs" / "2026").rglob("*commune-62386*.xlsx"), None)
    assert sent is not None
    book = openpyxl.load_workbook(sent, data_only=True)
    titles = {cell.column: str(cell.value).rstrip("*") for cell in book["Moyens"][2]}
    column = next(n for n, title in titles.items() if title == "Quantité")
    own = {round(float(v), 2) for v in (row[column - 1].value for row in book["Moyens"]) if isinstance(v, int | float)}
    read = {
        float(re.sub(r"[^\d,]", "", t).replace(",", ".")) for t in re.findall(r'class="n">([\d,\u202f]+)\u00a0€', page)
    }
    assert read and read <= own


def test_an_unknown_body_is_wrong_usage(cli: Callable, demo: Path, tmp_path: Path) -> None:
    result = cli("-w", demo, "dialogue", "2026", "--organisme", "cd26", "--out", tmp_path)
    assert (result.code, result.out) == (2, "")
    assert "cd26" in result.err
