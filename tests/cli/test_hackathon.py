"""droitcommun hackathon."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl


def test_it_writes_the_products_and_prints_their_paths(cli: Callable, demo: Path, tmp_path: Path) -> None:
    result = cli("-w", demo, "hackathon", "2026", "--out", tmp_path / "sorties")
    assert result.code == 0, result.err
    paths = [Path(line) for line in result.out.splitlines()]
    assert sorted(path.suffix for path in paths) == [".gexf", ".gexf", ".graphml", ".graphml", ".html", ".xlsx"]
    assert all(path.parent == tmp_path / "sorties" and path.stat().st_size for path in paths)
    (page,) = (path for path in paths if path.suffix == ".html")
    text = page.read_text(encoding="utf-8")
    assert "fictives" in text
    assert 'src="http' not in text and "<link" not in text
    (book,) = (path for path in paths if path.suffix == ".xlsx")
    assert len(openpyxl.load_workbook(book).sheetnames) > 10


def test_by_default_they_go_to_the_workspace(cli: Callable, espace: Path) -> None:
    result = cli("-w", espace, "hackathon", "2026")
    assert result.code == 0, result.err
    assert {Path(line).parent for line in result.out.splitlines()} == {espace / "sorties" / "2026"}


def test_nobody_answered_is_said_and_nothing_is_shown_as_zero(cli: Callable, espace: Path) -> None:
    result = cli("-w", espace, "hackathon", "2026")
    page = next(Path(line) for line in result.out.splitlines() if line.endswith(".html")).read_text(encoding="utf-8")
    assert "fictives" not in page
    assert "0\u00a0€" not in page and "0\u00a0k€" not in page


def test_the_products_are_the_same_bytes_twice(cli: Callable, demo: Path, tmp_path: Path) -> None:
    for name in ("un", "deux"):
        assert cli("-w", demo, "hackathon", "2026", "--out", tmp_path / name).code == 0
    files = sorted(path.name for path in (tmp_path / "un").iterdir())
    assert files == sorted(path.name for path in (tmp_path / "deux").iterdir())
    for name in files:
        assert (tmp_path / "un" / name).read_bytes() == (tmp_path / "deux" / name).read_bytes(), name


def test_an_unknown_campagne(cli: Callable, espace: Path) -> None:
    assert cli("-w", espace, "hackathon", "2031").code == 2
