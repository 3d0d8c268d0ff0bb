"""droitcommun template."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas
import pytest

VAL_D_ESSAI = Path(__file__).parents[1] / "contrats" / "val-d-essai.ttl"


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


def test_an_ods_workbook(cli: Callable, espace: Path, tmp_path: Path) -> None:
    result = cli("-w", espace, "template", "2026", "--organisme", "cd62", "--format", "ods", "--out", tmp_path)
    assert result.code == 0, result.err
    assert Path(result.out.strip()).suffix == ".ods"
    sheets = pandas.read_excel(result.out.strip(), sheet_name=None, engine="odf", header=1)
    assert {"Identité", "Engagements", "Actions", "Moyens", "_modele"} <= set(sheets)
    assert "Forme de mobilisation*" in sheets["Actions"].columns


def test_one_workbook_common_to_the_contracts_of_the_workspace(cli: Callable, espace: Path, tmp_path: Path) -> None:
    text = VAL_D_ESSAI.read_text(encoding="utf-8").replace("essai-caf", "caf-62")
    (tmp_path / "essai.ttl").write_text(text, encoding="utf-8")
    added = cli("init", espace, "--contrat", tmp_path / "essai.ttl")
    assert (added.code, added.out.strip()) == (0, "Contrat ajouté : val-d-essai"), added.err
    assert cli("init", espace, "--contrat", tmp_path / "essai.ttl").code == 2
    assert cli("-w", espace, "-c", "val-d-essai", "campagne", "open", "2026").code == 0
    result = cli("-w", espace, "template", "2026", "--organisme", "caf-62", "--commun", "--out", tmp_path / "envoi")
    assert result.code == 0, result.err
    actions = openpyxl.load_workbook(result.out.strip())["Actions"]
    assert actions["B2"].value == "Contrat*"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["2026", "--commun"], "--organisme"),
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
