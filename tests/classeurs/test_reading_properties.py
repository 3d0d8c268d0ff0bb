"""However a contributor rearranges its workbook, it says the same, and addresses stay those of the file received."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from droitcommun.graph.classeurs.mapped import Mapped

TRACES = ("Localisation", "Colonne", "DocumentSource", "Reserve")


def content(mapped: Mapped) -> set[tuple[str, str, str]]:
    """Return what is said, without where it was read."""
    traces = {s.value for s, p, o in mapped.triples if p.value.endswith("#type") and o.value.endswith(TRACES)}
    return {
        (s.value, p.value, str(o))
        for s, p, o in mapped.triples
        if s.value not in traces and not p.value.endswith("wasDerivedFrom")
    }


def retitled(text: str, how: int) -> str:
    """Write a title as people do: without accents, in capitals, on two lines, with other spaces."""
    if how == 0:
        return unicodedata.normalize("NFD", text)
    if how == 1:
        return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).upper()
    return text.replace(" ", "\n", 1) if how == 2 else f"  {text.replace(' ', chr(0xA0))} "


@pytest.fixture
def moyens(rows: Any) -> list[dict[str, object]]:
    return [{**rows["moyen"], "Quantité": n} for n in ("1 234,50 €", "5 k€", 12, "12 350 000", "beaucoup")]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), how=st.integers(0, 3))
def test_blank_rows_moved_columns_and_rewritten_titles_change_nothing(
    desk: Any, rows: Any, moyens: list[dict[str, object]], seed: int, how: int
) -> None:
    chance = random.Random(seed)
    moved: dict[str, dict[int, int]] = {}

    def rearrange(sheets: dict[str, list[list[object]]]) -> None:
        for name, grid in sheets.items():
            order = list(range(len(grid[1])))
            chance.shuffle(order)
            for r in range(1, len(grid)):
                grid[r] = [grid[r][c] if c < len(grid[r]) else None for c in order]
            grid[1] = [retitled(str(title), how) for title in grid[1]]
            where, made = {}, grid[:2]
            for r, cells in enumerate(grid[2:], 3):
                made += [[] for _ in range(chance.randint(0, 3))]
                made.append(cells)
                where[r] = len(made)
            sheets[name], moved[name] = made, where

    plain = desk.map(desk.recensement(moyens=moyens))
    path = desk.recensement(moyens=moyens, edit=rearrange)
    other = desk.map(path)
    assert content(other) == content(plain)
    assert (other.read, other.kept, other.reserves) == (plain.read, plain.kept, plain.reserves)
    book = openpyxl.load_workbook(path)
    (reserve,) = [p for p in other.problems if p.gravite == "reserve"]
    assert book["Moyens"][reserve.cellule].value == "beaucoup"
    assert {node["ligne"] for node in other.nodes.values() if node["feuille"] == "Moyens"} == {
        moved["Moyens"][r] for r in range(3, 8)
    }


def reopened(path: Path, edit: Callable[[Any], object]) -> Path:
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)
    return path


def test_an_action_merged_over_its_moyens_is_read_in_each_of_them(
    desk: Any, said: Any, moyens: list[dict[str, object]]
) -> None:
    natures = ["Subvention (€)", "Dépense directe (€)", "Locaux et matériel valorisés (€)"]
    lines = [{**moyens[0], "Nature et unité": nature} for nature in natures]
    path = desk.recensement(moyens=lines)

    def merge(book: Any) -> None:
        sheet = book["Moyens"]
        column = next(c.column_letter for c in sheet[2] if str(c.value).startswith("Action"))
        sheet.merge_cells(f"{column}3:{column}5")

    mapped = desk.map(reopened(path, merge))
    assert mapped.problems == ()
    assert len(said(mapped).all("Moyen")) == 3
    assert all(said(mapped).of(node).get("action") for node in said(mapped).all("Moyen"))


def test_titles_under_a_merged_band_and_on_two_rows_are_found(desk: Any, said: Any, rows: Any) -> None:
    path = desk.recensement(moyens=[rows["moyen"]])

    def band(book: Any) -> None:
        sheet = book["Moyens"]
        sheet.insert_rows(2)
        sheet["B2"] = "À remplir par le service"
        sheet.merge_cells("B2:F2")
        sheet.insert_rows(4)
        for column in range(1, sheet.max_column + 1):
            sheet.merge_cells(start_row=3, end_row=4, start_column=column, end_column=column)

    mapped = desk.map(reopened(path, band))
    assert mapped.problems == () and len(said(mapped).all("Moyen")) == 1
    assert {n["ligne"] for n in mapped.nodes.values() if n["feuille"] == "Moyens"} == {5}


def test_hidden_and_filtered_rows_count_like_the_others(desk: Any, moyens: list[dict[str, object]]) -> None:
    path = desk.recensement(moyens=moyens[:3])
    before = content(desk.map(path))

    def hide(book: Any) -> None:
        sheet = book["Moyens"]
        sheet.auto_filter.ref = sheet.dimensions
        sheet.auto_filter.add_filter_column(0, ["x"])
        sheet.row_dimensions[4].hidden = True

    assert content(desk.map(reopened(path, hide))) == before
