"""droitcommun init."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from droitcommun.graph import reference

VAL_D_ESSAI = Path(__file__).parents[1] / "contrats" / "val-d-essai.ttl"


def test_it_makes_a_workspace_and_says_the_next_move(cli: Callable, tmp_path: Path) -> None:
    result = cli("init", tmp_path / "Lens", env={"DROITCOMMUN_DATE": "2027-02-01"})
    assert result.code == 0
    assert (tmp_path / "Lens" / "droitcommun.toml").is_file()
    assert "Contrat : call-2024" in result.out
    assert f"droitcommun -w {tmp_path / 'Lens'} campagne open 2027" in result.out


def test_a_contract_of_ones_own(cli: Callable, tmp_path: Path) -> None:
    result = cli("init", tmp_path / "essai", "--contrat", VAL_D_ESSAI)
    assert result.code == 0, result.err
    assert "Contrat : val-d-essai" in result.out


def test_a_folder_that_holds_something_is_left_alone(cli: Callable, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("à moi")
    result = cli("init", tmp_path)
    assert result.code == 2
    assert "Choisissez un dossier vide ou nouveau" in result.err
    assert [p.name for p in tmp_path.iterdir()] == ["note.txt"]


def test_between_several_delivered_contracts_one_has_to_be_named(
    cli: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "delivered_contrats", lambda: ["autre", "call-2024"])
    result = cli("init", tmp_path / "x")
    assert result.code == 2
    assert "Contrats livrés : autre, call-2024. Dites lequel avec « --contrat »." in result.err
    assert not (tmp_path / "x").exists()


def test_an_unknown_contract_names_those_that_exist(cli: Callable, tmp_path: Path) -> None:
    result = cli("init", tmp_path / "x", "--contrat", "call-2042")
    assert result.code == 2
    assert "Contrat inconnu : « call-2042 »" in result.err
    assert "Vouliez-vous dire « call-2024 »" in result.err
    assert not (tmp_path / "x").exists()


def test_a_file_that_is_not_there_is_said_so(cli: Callable, tmp_path: Path) -> None:
    result = cli("init", tmp_path / "x", "--contrat", tmp_path / "absent.xlsx")
    assert result.code == 3
    assert "absent.xlsx » : il n'existe pas" in result.err
    assert not (tmp_path / "x").exists()


def test_a_file_that_is_not_a_contract_is_bad_input(cli: Callable, tmp_path: Path) -> None:
    wrong = tmp_path / "faux.ttl"
    wrong.write_text("ceci n'est pas du Turtle")
    result = cli("init", tmp_path / "x", "--contrat", wrong)
    assert result.code == 3
    assert "faux.ttl" in result.err
