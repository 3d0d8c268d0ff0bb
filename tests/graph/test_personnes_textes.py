"""A person in a text and in a received file: every way to be written, and nothing else taken out."""

from __future__ import annotations

import io
import json
import re
import struct
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from droitcommun.graph.errors import PersonneImprecise, PurgeImpossible
from droitcommun.graph.personnes.files import markup_tokens, places_in, without
from droitcommun.graph.personnes.personne import Personne

from .test_personnes import SOUGHT

# ---- words ----


@pytest.mark.parametrize(
    ("text", "erased"),
    [
        ("Voir Jeanne d’Essai-Bleu.", "Voir [effacé]."),
        ("BLEU, JEANNE D'ESSAI", ""),
        ("Mme Bleu et M. Rouge", "[effacé] et M. Rouge"),
        ("J.BLEU@EXEMPLE.FR;rouge@exemple.fr", "[effacé];rouge@exemple.fr"),
        ("+33 3 21 00 00 01", ""),
        ("0321000001 ou 0321000002", "[effacé] ou 0321000002"),
        ("Jea\u0301nne d'Essai-Bleu\u0301 !", "[effacé] !"),
        ("aj.bleu@exemple.fr", "aj.bleu@exemple.fr"),
        ("Bleuet", "Bleuet"),
        ("10321000001", "10321000001"),
    ],
)
def test_texts_write_a_person_in_many_ways(text: str, erased: str) -> None:
    assert SOUGHT.erased(text) == erased


def test_the_pixels_of_a_picture_name_nobody_its_words_do() -> None:
    """Compressed bytes hold « M.zoe » by chance; a text of the same file holds it on purpose."""
    sought = Personne(("Zoé Essai",))

    def png(kind: bytes) -> bytes:
        chunks = ((b"IHDR", b"\0" * 13), (kind, "title\0M. Zoé".encode("cp1252")), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(struct.pack(">I", len(d)) + k + d + b"\0" * 4 for k, d in chunks)

    assert places_in(Path("a.png"), png(b"IDAT"), sought) == []
    assert [text for _place, text in places_in(Path("a.png"), png(b"tEXt"), sought)] == ["title\0M. Zoé"]


def test_words_too_short_name_nobody() -> None:
    with pytest.raises(PersonneImprecise):
        Personne(("Léa",))


@given(st.text(), st.text())
def test_only_the_person_is_taken_out(before: str, after: str) -> None:
    text = f"{before} | Jeanne d'Essai-Bleu | {after}"
    erased = SOUGHT.erased(text)
    assert not SOUGHT.in_text(erased)
    if not SOUGHT.in_text(before) and not SOUGHT.in_text(after):
        assert erased == f"{before} | [effacé] | {after}" or erased == ""


# ---- files ----


def _ods() -> bytes:
    made = io.BytesIO()
    with pd.ExcelWriter(made, engine="odf") as book:
        pd.DataFrame({"Nom": ["Jeanne d'Essai-Bleu", "Paul Roux"], "n": [1.5, 2]}).to_excel(book, index=False)
    return made.getvalue()


def _runs() -> bytes:
    """A cell whose name is cut between two runs, and a comment that names her."""
    book = openpyxl.Workbook()
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont

    book.active["A1"] = CellRichText("Voir ", TextBlock(InlineFont(b=True), "Jeanne d'"), "Essai-Bleu", " lundi")
    book.active["B2"] = 12.5
    book.active["B2"].comment = openpyxl.comments.Comment("Jeanne d'Essai-Bleu l'a dit", "Jeanne d'Essai-Bleu")
    book.active["C3"] = 321000001
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


FILES = {
    "a.ods": _ods,
    "a.xlsx": _runs,
    "a.csv": lambda: 'Nom;n\n"d\'Essai-Bleu, Jéanne";1\nPaul;2\n'.encode("cp1252"),
    "b.csv": lambda: "Nom\tn\nJeanne d'Essai-Bleu\t1\n".encode("utf-16"),
    "a.json": lambda: json.dumps([{"nom": "Jéanne d'Essai-Bleu", "n": 1}, {"nom": "Paul", "n": 2}]).encode(),
    "a.html": lambda: b"<p title='Jeanne d&#39;Essai-Bleu'>Jeanne <i>d&#39;Essai</i>-Bleu</p><p>Paul</p>",
}


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_copy_says_the_rest_at_the_same_address(name: str) -> None:
    data, path = FILES[name](), Path(name)
    assert places_in(path, data, SOUGHT)
    copy, suffix = without(path, data, SOUGHT)
    assert suffix == path.suffix
    assert places_in(path, copy, SOUGHT) == []
    assert without(path, copy, SOUGHT)[0] == copy or name == "a.json"


class Counted(str):
    """A text that counts the characters looked at to find something in it."""

    __slots__ = ("seen",)

    def find(self, mark: str, start: int = 0) -> int:  # type: ignore[override]
        found = super().find(mark, start)
        self.seen = getattr(self, "seen", 0) + (len(self) if found < 0 else found + len(mark)) - start
        return found


@pytest.mark.parametrize(
    "piece", ["<", "<!--", "<!-- >", "<a='", '<a="x>', "a<b", "<!-->", "-->", "<!--x-->", "<p>a</p>"]
)
def test_a_hostile_file_is_cut_in_a_time_that_grows_with_its_length(piece: str) -> None:
    for times in (100, 1000):
        text = Counted(piece * times)
        assert "".join(markup_tokens(text)) == text
        assert 0 < text.seen <= 4 * len(text)


@given(st.lists(st.sampled_from(["<", ">", "<!--", "-->", "a", "<p>", "</p>", " ", "'"])).map("".join))
def test_markup_is_cut_into_comments_tags_and_texts(text: str) -> None:
    """As a plain expression cuts it, which is slow on a hostile file, and forgets a « < » that nothing closes."""
    plain = re.findall(r"<!--.*?-->|<[^>]*>|[^<]+", text, re.DOTALL)
    tokens = markup_tokens(text)
    assert "".join(tokens) == text
    assert tokens == plain or "".join(plain) != text


def test_what_nothing_closes_is_text_and_is_lost_by_no_copy() -> None:
    data = b"<p>10 < 20, Jeanne d'Essai-Bleu le sait <b"
    copy, _suffix = without(Path("a.html"), data, SOUGHT)
    assert copy == b"<p>10 &lt; 20, [effac\xc3\xa9] le sait &lt;b"
    data = b'<p>10 < 20</p> <!-- <p title="Jeanne d\'Essai-Bleu">a</p> <'
    copy, _suffix = without(Path("a.html"), data, SOUGHT)
    assert copy == b'<p>10 < 20</p> <!-- <p title="">a</p> <'


def test_a_workbook_without_her_still_opens_elsewhere() -> None:
    copy, _suffix = without(Path("a.xlsx"), FILES["a.xlsx"](), SOUGHT)
    sheet = openpyxl.load_workbook(io.BytesIO(copy)).active
    assert (sheet["A1"].value, sheet["B2"].value, sheet["C3"].value) == ("Voir [effacé] lundi", 12.5, 0)
    copy, _suffix = without(Path("a.ods"), FILES["a.ods"](), SOUGHT)
    frame = pd.read_excel(io.BytesIO(copy), engine="odf")
    assert frame["n"].tolist() == [1.5, 2]
    assert frame["Nom"].tolist()[1] == "Paul Roux"
    assert json.loads(without(Path("a.json"), FILES["a.json"](), SOUGHT)[0])[1] == {"nom": "Paul", "n": 2}


def test_a_protected_file_is_said_to_resist(tmp_path: Path) -> None:
    data = b"PK\x03\x04 Jeanne d'Essai-Bleu"
    with pytest.raises(PurgeImpossible, match="Rien n'a été effacé"):
        without(Path("a.xlsx"), data, SOUGHT)
