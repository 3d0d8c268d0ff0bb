"""droitcommun campagne open, list, status, close."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path


def test_open_says_the_dates_and_how_many_are_expected(cli: Callable, tmp_path: Path) -> None:
    cli("init", tmp_path / "e")
    result = cli(
        "-w", tmp_path / "e", "campagne", "open", "2026", "--ouverture", "15/01/2026", "--cloture", "2026-06-30"
    )
    assert result.code == 0, result.err
    assert "campagne 2026 : ouverte, du 15/01/2026 au 30/06/2026 ; organismes ayant répondu : 0 sur 3" in result.out
    assert "droitcommun template 2026" in result.out


def test_opening_twice_is_wrong_usage(cli: Callable, espace: Path) -> None:
    result = cli("-w", espace, "campagne", "open", "2026")
    assert result.code == 2
    assert "2026" in result.err


def test_a_closing_date_before_the_opening_is_refused(cli: Callable, espace: Path) -> None:
    result = cli("-w", espace, "campagne", "open", "2027", "--cloture", "2026-12-31")
    assert result.code == 2
    assert "précède" in result.err


def test_list_shows_the_campagnes_in_order(cli: Callable, espace: Path) -> None:
    assert cli("-w", espace, "campagne", "open", "2025").code == 0
    lines = cli("-w", espace, "campagne", "list").out.splitlines()
    assert [line.split(" : ")[0] for line in lines] == ["call-2024 · campagne 2025", "call-2024 · campagne 2026"]


def test_list_of_a_new_workspace_says_how_to_begin(cli: Callable, tmp_path: Path) -> None:
    cli("init", tmp_path / "e")
    assert "campagne open ANNEE" in cli("-w", tmp_path / "e", "campagne", "list").out


def test_close_then_close_again(cli: Callable, espace: Path) -> None:
    closed = cli("-w", espace, "campagne", "close", "2026")
    assert closed.code == 0
    assert "campagne 2026 : close" in closed.out
    again = cli("-w", espace, "campagne", "close", "2026")
    assert again.code == 2
    assert "campagne list" in again.err


def test_status_of_an_unknown_campagne_says_how_to_open_it(cli: Callable, espace: Path) -> None:
    result = cli("-w", espace, "campagne", "status", "2031")
    assert result.code == 2
    assert "droitcommun campagne open 2031" in result.err


def test_status_names_who_is_awaited(cli: Callable, espace: Path) -> None:
    result = cli("-w", espace, "campagne", "status", "2026")
    assert result.code == 0, result.err
    head, _, awaited = result.out.partition("Pas de réponse (38)\n")
    assert "0 sur 38." in head
    assert "  Département du Pas-de-Calais (cd62)" in awaited.splitlines()
    assert len(awaited.splitlines()) == 38


def test_status_of_the_demonstration(cli: Callable, demo: Path) -> None:
    out = cli("-w", demo, "campagne", "status", "2026").out
    groups = re.findall(r"^(A répondu|Néant déclaré|Pas de réponse) \((\d+)\)\n((?:  .+\n?)+)", out, re.MULTILINE)
    counts = {name: int(count) for name, count, _ in groups}
    assert {name: len(lines.splitlines()) for name, _, lines in groups} == counts
    answered = counts["A répondu"] + counts["Néant déclaré"]
    assert f"{answered} sur {answered + counts['Pas de réponse']}." in out
    assert re.search(r"\(cd62\) · 3 services · \d+ actions · le \d\d/\d\d/2026 · (pas encore )?visé", out)
