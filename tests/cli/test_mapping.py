"""droitcommun mapping."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from droitcommun.graph.mappings import delivered_mappings


def test_list_names_every_delivered_mapping(cli: Callable) -> None:
    result = cli("mapping", "list")
    assert result.code == 0
    assert [line.partition(" : ")[0] for line in result.out.splitlines()] == delivered_mappings()


def test_suggest_writes_toml_and_says_what_is_left(cli: Callable, tmp_path: Path) -> None:
    table = tmp_path / "aides.csv"
    table.write_text("Code QPV;Objet;Montant;Avis\nQN00001X;Fête;100;oui\nQN00002X;Bal;200;non\n", encoding="utf-8")
    out = tmp_path / "aides.toml"
    result = cli("mapping", "suggest", table, "--out", out)
    assert result.code == 0
    assert 'colonne = "Code QPV"' in out.read_text(encoding="utf-8")
    assert "« Avis »" in result.err and "apporteur" in result.err


def test_suggest_on_what_is_no_table_is_bad_input(cli: Callable, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{", encoding="utf-8")
    result = cli("mapping", "suggest", tmp_path / "a.json")
    assert result.code == 3 and "JSON" in result.err
