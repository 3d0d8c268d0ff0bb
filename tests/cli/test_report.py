"""droitcommun report."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path


def body(path: Path) -> str:
    return zipfile.ZipFile(path).read("word/document.xml").decode()


def foot(path: Path) -> str:
    found = zipfile.ZipFile(path)
    return " ".join(found.read(n).decode().replace("\u00a0", " ") for n in found.namelist() if "footer" in n)


def test_it_writes_the_report_and_the_extracts(cli: Callable, demo: Path, tmp_path: Path) -> None:
    out = tmp_path / "rapport.docx"
    result = cli("-w", demo, "report", "2026", "--out", out, "--extraits", tmp_path / "communes")
    assert result.code == 0, result.err
    paths = [Path(line) for line in result.out.splitlines()]
    assert paths[0] == out and len(paths) == 20
    assert "rapport-2026-62498.docx" in {path.name for path in paths}
    assert "Communauté d'agglomération de Lens-Liévin" in body(out) and "w3id" not in body(out)
    assert "À compléter" in result.err


def test_one_commune_by_its_name_for_the_public(cli: Callable, demo: Path, tmp_path: Path) -> None:
    out = tmp_path / "lievin.docx"
    result = cli("-w", demo, "report", "2026", "--commune", "liévin", "--profil", "public", "--out", out)
    assert result.code == 0, result.err
    assert result.out.splitlines() == [str(out)]
    assert "Liévin" in body(out) and "profil public" in foot(out)


def test_by_default_it_goes_to_the_workspace(cli: Callable, espace: Path) -> None:
    result = cli("-w", espace, "report", "2026")
    assert result.code == 0, result.err
    assert result.out.splitlines() == [str(espace / "sorties" / "2026" / "rapport-2026.docx")]


def test_wrong_uses(cli: Callable, espace: Path, tmp_path: Path) -> None:
    unknown = cli("-w", espace, "report", "2026", "--commune", "75056")
    assert unknown.code == 2 and "62498 (Lens)" in unknown.err
    assert not (espace / "sorties" / "2026" / "rapport-2026-75056.docx").exists()
    both = cli("-w", espace, "report", "2026", "--commune", "62498", "--extraits", tmp_path)
    assert both.code == 2
    assert cli("-w", espace, "report", "2031").code == 2
