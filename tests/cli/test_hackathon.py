"""droitcommun hackathon."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from pptx import Presentation

from tests.conftest import TODAY, Result
from tests.installed import AWAY, PROGRAM


@pytest.fixture(scope="module")
def made(cli: Callable, demo: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """Return the folder of the products of the demonstration, made once, and what the command said."""
    folder = tmp_path_factory.mktemp("produits") / "sorties"
    return folder, cli("-w", demo, "hackathon", "2026", "--out", folder)


def test_it_writes_the_products_and_prints_their_paths(made: tuple[Path, Result]) -> None:
    folder, result = made
    assert result.code == 0, result.err
    paths = [Path(line) for line in result.out.splitlines()]
    assert [path.name for path in paths[:5]] == [
        "photographie-2026.html",
        "photographie-2026.pptx",
        "photographie-2026.xlsx",
        "habitants-2026.html",
        "habitants-2026.docx",
    ]
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in paths)
    assert all(path.stat().st_mode & 0o444 == 0o444 for path in paths)
    assert "Diaporama :" in result.err
    assert all(path.parent == folder and path.stat().st_size for path in paths)
    page = paths[0]
    text = page.read_text(encoding="utf-8")
    assert "fictives" in text
    assert 'src="http' not in text and "<link" not in text
    (book,) = (path for path in paths if path.suffix == ".xlsx")
    assert len(openpyxl.load_workbook(book).sheetnames) > 10


def test_nobody_answered_is_said_and_nothing_is_shown_as_zero(cli: Callable, espace: Path) -> None:
    """By default, the products go to the workspace."""
    result = cli("-w", espace, "hackathon", "2026")
    assert result.code == 0, result.err
    assert {Path(line).parent for line in result.out.splitlines()} == {espace / "sorties" / "2026"}
    page = next(Path(line) for line in result.out.splitlines() if line.endswith(".html")).read_text(encoding="utf-8")
    assert "fictives" not in page
    assert "0\u00a0€" not in page and "0\u00a0k€" not in page


def test_the_products_are_the_same_bytes_twice(
    made: tuple[Path, Result], demo: Path, installed: Path, tmp_path: Path
) -> None:
    """By the installed wheel, far away: neither the clock, the place, the order of sets nor the system's words show."""
    here, _said = made
    away = {"TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "4242", "DROITCOMMUN_DATE": TODAY}
    env = {name: value for name, value in AWAY.items() if name != "SOURCE_DATE_EPOCH"} | away
    command = [installed / PROGRAM, "-w", demo, "hackathon", "2026", "--out", tmp_path / "deux"]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path, env=env)
    files = sorted(path.name for path in here.iterdir())
    assert files == sorted(path.name for path in (tmp_path / "deux").iterdir())
    for name in files:
        assert (here / name).read_bytes() == (tmp_path / "deux" / name).read_bytes(), name


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
