"""droitcommun template."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest


def test_one_classeur_for_each_expected_body(cli: Callable, espace: Path) -> None:
    result = cli("-w", espace, "template", "2026")
    assert result.code == 0, result.err
    paths = [Path(line) for line in result.out.splitlines()]
    assert all(path.parent == espace / "classeurs" / "2026" / "modeles" and path.is_file() for path in paths)
    listed = cli("-w", espace, "campagne", "list").out
    assert f"0 sur {len(paths)}." in listed
    assert f"{len(paths)} classeurs écrits." in result.err


def test_one_body_one_service_in_a_chosen_folder(cli: Callable, espace: Path, tmp_path: Path) -> None:
    out = tmp_path / "envoi"
    result = cli("-w", espace, "template", "2026", "--organisme", "cd62", "--service", "Insertion", "--out", out)
    assert result.code == 0, result.err
    (path,) = out.iterdir()
    assert result.out.strip() == str(path)
    assert result.err.strip() == "1 classeur écrit."
    book = openpyxl.load_workbook(path)
    assert {"Identité", "Contacts", "Engagements", "Positionnement", "Actions", "Moyens"} <= set(book.sheetnames)
    assert "Insertion" in [cell.value for cell in book["Identité"][3]]


def test_the_classeur_de_pilotage(cli: Callable, espace: Path) -> None:
    result = cli("-w", espace, "template", "2026", "--pilotage")
    assert result.code == 0, result.err
    assert {"Séances", "Présences", "Qualification"} <= set(openpyxl.load_workbook(result.out.strip()).sheetnames)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["2026", "--organisme", "cd26"], "Vouliez-vous dire « cd62 »"),
        (["2026", "--service", "Insertion"], "--organisme"),
        (["2026", "--pilotage", "--organisme", "cd62"], "--pilotage"),
        (["2031"], "campagne open 2031"),
    ],
)
def test_wrong_usage(cli: Callable, espace: Path, arguments: list[str], words: str) -> None:
    result = cli("-w", espace, "template", *arguments)
    assert (result.code, result.out) == (2, "")
    assert words in result.err
    assert not list((espace / "classeurs").rglob("*.xlsx"))
