"""Tables of Word documents: a line copied from another is the line written by itself."""

from __future__ import annotations

import io
import zipfile

from lxml import etree

from droitcommun.graph.export.views import Cellule, TableVue
from droitcommun.graph.export.word import Cadre, Word

from .docx_reading import W

LINES = (
    (Cellule("Emploi"), Cellule("12", numerique=True)),
    (Cellule("Santé : soins"), Cellule("1 200", numerique=True)),
    (Cellule("Deux\nlignes"), Cellule("3", numerique=True)),
    (Cellule(" au bord "), Cellule("4", numerique=True)),
    (Cellule(""), Cellule("5", numerique=True)),
    (Cellule("<b> & \x0bfin"), Cellule("6", numerique=True)),
    (Cellule("Culture"), Cellule("non connu", inconnu=True)),
    (Cellule("Sport"), Cellule("non connu", inconnu=True)),
    (Cellule("Loisirs\tjeux"), Cellule("non connu", inconnu=True)),
)


def rows(*lines: tuple[Cellule, ...]) -> list[bytes]:
    """Return the lines of a table as XML, its header first."""
    word = Word("Essai", "", Cadre("", "", ""))
    word.table(TableVue("Table", (Cellule("Nom"), Cellule("Nombre")), lines, ""), largeurs=(2, 1))
    with zipfile.ZipFile(io.BytesIO(word.contenu())) as held:
        body = etree.fromstring(held.read("word/document.xml"))
    return [etree.tostring(row) for row in body.iter(f"{W}tr")]


def test_each_line_is_what_it_is_alone() -> None:
    assert rows(*LINES)[1:] == [rows(line)[1] for line in LINES]
    assert len({*rows(*LINES)}) == len(LINES) + 1
