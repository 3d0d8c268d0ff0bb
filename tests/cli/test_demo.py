"""droitcommun demo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any


def test_it_prints_where_to_look(made_demo: tuple[Path, Any]) -> None:
    folder, result = made_demo
    assert result.code == 0, result.err
    assert "Données fictives : aucun chiffre n'est réel." in result.out
    shown = [Path(line.split(" : ", 1)[1]) for line in result.out.splitlines() if str(folder) in line and " : " in line]
    products = [path for path in shown if path.suffix in (".html", ".pptx", ".xlsx", ".graphml", ".gexf")]
    assert {path.suffix for path in products} >= {".html", ".pptx", ".xlsx", ".graphml", ".gexf"}
    assert products[0].suffix == ".html"
    assert all(path.is_file() for path in products)
    assert f"droitcommun -w {folder} check 2026" in result.out


def test_it_never_writes_over_a_folder_that_holds_something(cli: Callable, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("à moi")
    result = cli("demo", tmp_path)
    assert result.code == 2
    assert [p.name for p in tmp_path.iterdir()] == ["note.txt"]


def test_the_demonstration_has_two_campagnes(cli: Callable, demo: Path) -> None:
    lines = cli("-w", demo, "campagne", "list").out.splitlines()
    assert lines[0] == "Données fictives"
    assert ["campagne 2025" in lines[1], "campagne 2026" in lines[2], len(lines)] == [True, True, 3]
