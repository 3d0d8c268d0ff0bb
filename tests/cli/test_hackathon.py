"""droitcommun hackathon."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
from pptx import Presentation

from ..conftest import TODAY


def test_it_writes_the_products_and_prints_their_paths(cli: Callable, demo: Path, tmp_path: Path) -> None:
    result = cli("-w", demo, "hackathon", "2026", "--out", tmp_path / "sorties")
    assert result.code == 0, result.err
    paths = [Path(line) for line in result.out.splitlines()]
    assert [path.name for path in paths[:5]] == [
        "photographie-2026.html",
        "photographie-2026.pptx",
        "photographie-2026.xlsx",
        "habitants-2026.html",
        "habitants-2026.docx",
    ]
    assert sorted(path.name for path in (tmp_path / "sorties").iterdir()) == sorted(path.name for path in paths)
    assert all(path.stat().st_mode & 0o444 == 0o444 for path in paths)
    assert "Diaporama :" in result.err
    assert all(path.parent == tmp_path / "sorties" and path.stat().st_size for path in paths)
    page = paths[0]
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
    """Another process, far away: neither the clock, the place, the order of sets nor the words of the system show."""
    assert cli("-w", demo, "hackathon", "2026", "--out", tmp_path / "un").code == 0
    away = {"TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "4242", "DROITCOMMUN_DATE": TODAY}
    env = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"} | away
    program = "from droitcommun.cli.main import main; main()"
    command = [sys.executable, "-c", program, "-w", str(demo), "hackathon", "2026", "--out", str(tmp_path / "deux")]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path, env=env)
    files = sorted(path.name for path in (tmp_path / "un").iterdir())
    assert files == sorted(path.name for path in (tmp_path / "deux").iterdir())
    for name in files:
        assert (tmp_path / "un" / name).read_bytes() == (tmp_path / "deux" / name).read_bytes(), name


def test_the_users_own_template_and_profile(cli: Callable, espace: Path, tmp_path: Path) -> None:
    Presentation().save(str(tmp_path / "modele.pptx"))
    result = cli("-w", espace, "hackathon", "2026", "--profil", "public", "--modele", tmp_path / "modele.pptx")
    assert result.code == 0, result.err
    deck = Presentation(
        next(line for line in result.out.splitlines() if line.endswith("photographie-2026-public.pptx"))
    )
    assert deck.slide_layouts.get_by_name("Title Only") is not None


def test_a_template_that_cannot_be_used_writes_nothing(cli: Callable, espace: Path, tmp_path: Path) -> None:
    (tmp_path / "modele.pptx").write_bytes(b"pas un zip")
    result = cli("-w", espace, "hackathon", "2026", "--modele", tmp_path / "modele.pptx", "--out", tmp_path / "sorties")
    assert (result.code, result.out) == (3, "")
    assert "docs/diapositives.md" in result.err
    assert not (tmp_path / "sorties").exists()


def test_an_unknown_campagne(cli: Callable, espace: Path) -> None:
    assert cli("-w", espace, "hackathon", "2031").code == 2
