"""A document that someone has worked on is never overwritten."""

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import docx
import pytest

from droitcommun.graph.errors import WriteFailed
from droitcommun.graph.export.products import picture_products, write_products
from droitcommun.graph.export.reworked import free_path, left_alone
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.profils import restrict_picture
from droitcommun.graph.profils import profil

REPORT = "rapport-2026.docx"


@pytest.fixture(scope="module")
def made(picture: Picture) -> dict[str, bytes]:
    """Return the documents of Deux-Rives that an office program opens."""
    products = picture_products(restrict_picture(picture, profil("copil")), {})
    return {name: data for name, data in products.items() if name.endswith((".docx", ".pptx", ".xlsx"))}


def save_as_word(path: Path, text: str) -> bytes:
    """Add a line and save, with the day that Word writes."""
    document = docx.Document(str(path))
    document.add_paragraph(text)
    document.core_properties.modified = datetime(2026, 4, 2, 9, 30)
    document.save(str(path))
    return path.read_bytes()


def test_what_nobody_touched_is_replaced(made: dict[str, bytes], tmp_path: Path) -> None:
    assert len(made) == 5
    write_products(made, tmp_path)
    assert write_products(made, tmp_path) == {name: tmp_path / name for name in made}
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(made)


def test_what_someone_completed_stays_and_the_new_one_is_beside(made: dict[str, bytes], tmp_path: Path) -> None:
    write_products(made, tmp_path)
    theirs = save_as_word(tmp_path / REPORT, "Le projet de territoire…")
    for _time in range(2):  # the second time, the one beside is replaced: nobody touched it
        paths = write_products(made, tmp_path)
        assert paths[REPORT] == tmp_path / "rapport-2026-nouveau.docx"
        assert paths[REPORT].read_bytes() == made[REPORT]
    assert (tmp_path / REPORT).read_bytes() == theirs
    again = save_as_word(tmp_path / "rapport-2026-nouveau.docx", "Repris ici")
    assert write_products(made, tmp_path)[REPORT] == tmp_path / "rapport-2026-nouveau-2.docx"
    assert (tmp_path / "rapport-2026-nouveau.docx").read_bytes() == again
    assert len(list(tmp_path.iterdir())) == len(made) + 2


def test_it_is_said_with_the_name_of_the_new_one(tmp_path: Path) -> None:
    asked = [tmp_path / "a.docx", tmp_path / "b.docx"]
    assert left_alone(asked, asked) == []
    (said,) = left_alone(asked, [asked[0], tmp_path / "b-nouveau.docx"])
    assert "« b.docx »" in said and "« b-nouveau.docx »" in said


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half a file", b"a text"])
def test_what_is_no_document_of_ours_is_left_too(content: bytes, tmp_path: Path) -> None:
    (tmp_path / REPORT).write_bytes(content)
    assert free_path(tmp_path / REPORT).name == "rapport-2026-nouveau.docx"
    (tmp_path / "page.html").write_bytes(content)
    assert free_path(tmp_path / "page.html").name == "page.html"


def test_a_folder_of_that_name_is_not_worked_on(tmp_path: Path) -> None:
    (tmp_path / REPORT).mkdir()
    with pytest.raises(WriteFailed, match="c'est un dossier"):
        write_products({REPORT: b""}, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [REPORT]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice absent")
def test_what_libreoffice_saved_is_known_for_such(made: dict[str, bytes], tmp_path: Path) -> None:
    source, saved = tmp_path / REPORT, tmp_path / "enregistre"
    source.write_bytes(made[REPORT])
    profile = f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "docx", "--outdir", str(saved), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert free_path(saved / REPORT).name == "rapport-2026-nouveau.docx"
