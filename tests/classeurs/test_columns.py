"""Columns are found by their titles, wherever they stand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Grids = dict[str, list[list[object]]]


def codes(mapped: Any) -> list[tuple[str, str, str | None]]:
    return [(p.gravite, p.code, p.cellule) for p in mapped.problems]


def retitle(sheet: str, old: str, new: str) -> Any:
    def edit(sheets: Grids) -> None:
        header = sheets[sheet][1]
        header[header.index(old)] = new

    return edit


@pytest.mark.parametrize(
    "title",
    [
        "Ambition principale (obligatoire)",
        "AMBITION\nPRINCIPALE",
        "Ambition",
        "Main ambition",
        "Ambition  Principale *",
    ],
)
def test_a_reworded_title_is_understood(desk: Any, said: Any, title: str) -> None:
    mapped = desk.map(desk.recensement(edit=retitle("Actions", "Ambition principale*", title)))
    assert said(mapped).of("bd196406be")["ambitionPrincipale"] == ["A1.1"]


@pytest.mark.parametrize(
    ("old", "new", "letter"),
    [
        ("Ambition principale*", "Ambition principale (obligatoire)", "C2"),
        ("Où se déroule l'action*", "Où a lieu l'action", "F2"),
    ],
)
def test_what_was_assumed_is_told(desk: Any, old: str, new: str, letter: str) -> None:
    mapped = desk.map(desk.recensement(edit=retitle("Actions", old, new)))
    assert codes(mapped) == [("info", "colonne-supposee", letter)]
    assert mapped.problems[0].valeur == new and mapped.problems[0].colonne == old.rstrip("*")


def test_case_accents_stars_and_line_breaks_need_no_telling(desk: Any) -> None:
    mapped = desk.map(desk.recensement(edit=retitle("Actions", "Où se déroule l'action*", "OU SE DEROULE\nL’ACTION *")))
    assert codes(mapped) == []


@pytest.mark.parametrize("title", ["Habitants hors QPV touchés", "Remarques du service", "Colonne1"])
def test_a_foreign_title_is_not_read(desk: Any, said: Any, title: str) -> None:
    action = {
        "Intitulé de l'action ou du dispositif": "Permanences RSA",
        "Ambition principale": "A1.1",
        "Forme de mobilisation": "Renforcée",
        "Où se déroule l'action": "Agglomération",
        "Habitants des QPV touchés": 40,
    }
    mapped = desk.map(desk.recensement([action], edit=retitle("Actions", "Habitants des QPV touchés", title)))
    assert codes(mapped) == [("info", "colonne-inconnue", "I2")]
    assert "habitantsTouches" not in said(mapped).of("bd196406be")


def test_a_missing_compulsory_column_blocks(desk: Any) -> None:
    mapped = desk.map(desk.recensement(edit=retitle("Actions", "Ambition principale*", "Couleur")))
    assert ("bloquant", "colonne-absente", None) in codes(mapped)
    assert mapped.triples == []
    assert next(p for p in mapped.problems if p.gravite == "bloquant").colonne == "Ambition principale"


def test_two_titles_for_one_column_block(desk: Any) -> None:
    def edit(sheets: Grids) -> None:
        sheets["Actions"][1].append("Ambition principale")
        sheets["Actions"][2].append("A1.2")

    assert ("bloquant", "colonne-en-double", "O2") in codes(desk.map(desk.recensement(edit=edit)))


def test_two_close_titles_for_one_column_are_not_chosen_between(desk: Any) -> None:
    def edit(sheets: Grids) -> None:
        header = sheets["Moyens"][1]
        header[header.index("Quantité*")] = "Quantité 2025"
        header.append("Quantité 2026")

    assert ("bloquant", "colonne-absente", None) in codes(desk.map(desk.recensement(edit=edit)))


@pytest.mark.parametrize("sheet", ["Identité", "Engagements", "Positionnement", "Actions", "Moyens"])
def test_a_missing_sheet_blocks(desk: Any, sheet: str) -> None:
    mapped = desk.map(desk.recensement(edit=lambda sheets: sheets.pop(sheet) and None))
    assert [(p.gravite, p.code, p.feuille) for p in mapped.problems] == [("bloquant", "feuille-absente", sheet)]


def test_contacts_may_be_missing_and_other_sheets_are_told(desk: Any) -> None:
    def edit(sheets: Grids) -> None:
        del sheets["Contacts"]
        sheets["Brouillon"] = [["notes"]]

    mapped = desk.map(desk.recensement(edit=edit))
    assert [(p.gravite, p.code, p.feuille) for p in mapped.problems] == [("info", "feuille-inconnue", "Brouillon")]


def test_a_sheet_without_its_titles_blocks(desk: Any) -> None:
    mapped = desk.map(desk.recensement(edit=lambda sheets: sheets["Actions"].pop(1) and None))
    assert [(p.gravite, p.code, p.feuille) for p in mapped.problems] == [("bloquant", "titres-absents", "Actions")]


def test_an_unknown_code_after_rows_inserted_and_a_title_reworded(desk: Any, rows: dict[str, Any]) -> None:
    """The report gives the cell as it stands in the received file."""

    def edit(sheets: Grids) -> None:
        grid = sheets["Actions"]
        grid[1][2] = "Ambition principale (obligatoire)"
        grid.insert(0, ["À rendre avant le 15 mars"])
        grid.insert(0, [])
        grid.insert(4, [])

    mapped = desk.map(desk.recensement([rows["action"], {**rows["action"], "Ambition principale": "A9.9"}], edit=edit))
    problem = next(p for p in mapped.problems if p.code == "code-inconnu")
    assert (problem.feuille, problem.cellule, problem.colonne, problem.valeur) == (
        "Actions",
        "C7",
        "Ambition principale",
        "A9.9",
    )


def test_letters_and_titles_are_kept_as_received(desk: Any, said: Any) -> None:
    mapped = desk.map(
        desk.recensement(edit=retitle("Actions", "Ambition principale*", "Ambition principale (obligatoire)"))
    )
    column = said(mapped).of("#actions-ambitionPrincipale")
    assert column["lettre"] == ["C"] and column["titreColonne"] == ["Ambition principale (obligatoire)"]
    assert column["chemin"] == ["ambitionPrincipale"] and column["feuille"] == ["Actions"]
    assert said(mapped).of("#actions-3")["ligneFeuille"] == ["3"]


TRACE = ("wasDerivedFrom", "#localisation")


def meaning(mapped: Any) -> set[tuple[str, str, str]]:
    """Return what the triples say, leaving out where it was read."""
    return {
        (s.value, p.value, o.value)
        for s, p, o in mapped.triples
        if "#" not in s.value.partition("/id/")[2]
        and "/source/" not in s.value
        and not p.value.endswith("wasDerivedFrom")
    }


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_moving_rows_and_columns_changes_addresses_and_nothing_else(desk: Any, rows: dict[str, Any], data: Any) -> None:
    """Blank rows above, under the titles and between the lines, columns permuted, blank columns inserted."""
    actions = [
        rows["action"],
        {
            **rows["action"],
            "Intitulé de l'action ou du dispositif": "Bus santé",
            "Habitants des QPV touchés": "beaucoup",
        },
        {**rows["action"], "Intitulé de l'action ou du dispositif": "Été", "Public visé": "Martiens"},
    ]
    base = desk.map(desk.recensement(actions))
    where: dict[int, int] = {}
    order: list[int] = []

    def edit(sheets: Grids) -> None:
        title, header, *lines = sheets["Actions"]
        order.extend(data.draw(st.permutations(range(-2, len(header)))))

        def permuted(row: list[object]) -> list[object]:
            return [row[n] if n >= 0 else None for n in order]

        grid: list[list[object]] = [title]
        grid += [[] for _ in range(data.draw(st.integers(0, 4)))]
        grid.append(permuted(header))
        for n, line in enumerate(lines):
            grid += [[] for _ in range(data.draw(st.integers(0, 3)))]
            grid.append(permuted(line))
            where[n] = len(grid)
        sheets["Actions"] = grid

    moved = desk.map(desk.recensement(actions, edit=edit))

    def place(column: int, line: int) -> str:
        return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[order.index(column)] + str(where[line])

    assert meaning(moved) == meaning(base)
    found = {(p.code, p.cellule) for p in moved.problems}
    assert found == {("nombre-illisible", place(8, 1)), ("code-inconnu", place(7, 2))}
    assert {v["ligne"] for k, v in moved.nodes.items() if "/action/" in k} == set(where.values())
