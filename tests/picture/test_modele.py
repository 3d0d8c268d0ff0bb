"""The user's own template: found by names, examined before it is opened."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any, cast

import pytest
from pptx import Presentation
from pptx.util import Inches, Pt

from droitcommun.graph import production as photographie
from droitcommun.graph.errors import ModeleRefuse
from droitcommun.graph.export.deck import modele as reader
from droitcommun.graph.export.deck.deck import deck_bytes
from droitcommun.graph.picture import Picture
from droitcommun.graph.workspace import Workspace

from .reading import plain

MAIN = b"presentationml.presentation.main+xml"
VIDE = b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>'
LIEN = (
    b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" '
    b'Target="%s" TargetMode="External"/>'
)

VBA = b'<Override PartName="/ppt/autre.bin" ContentType="application/vnd.ms-office.vbaProject"/>'


def saved(made: Any) -> bytes:
    """Return the bytes of a presentation."""
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def changed(data: bytes, parts: dict[str, bytes], replace: tuple[bytes, bytes] = (b"", b"")) -> bytes:
    """Return a package with parts added or put in place of others, and words changed in its list of types."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name not in parts:
                content = source.read(name)
                target.writestr(name, content.replace(*replace) if name == "[Content_Types].xml" else content)
        for name, content in parts.items():
            target.writestr(name, content)
    return made.getvalue()


@pytest.fixture(scope="module")
def modele() -> bytes:
    """Return a template of 4:3 with a sample slide, as PowerPoint makes one (English names)."""
    made = Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = "Diapositive d'exemple"
    return saved(made)


def test_its_own_layouts_and_size_are_kept_and_its_slides_left_out(picture: Picture, modele: bytes) -> None:
    deck = Presentation(io.BytesIO(deck_bytes(picture, modele)))
    assert (deck.slide_width, deck.slide_height) == (Inches(10), Inches(7.5))
    assert len(deck.slide_layouts) == 11
    names = [slide.slide_layout.name for slide in deck.slides]
    assert names == ["Title Slide", *["Title Only"] * (len(names) - 1)]
    said = [plain(s.text_frame.text) for slide in deck.slides for s in slide.shapes if s.has_text_frame]
    assert "Diapositive d'exemple" not in said
    assert "4 institutions sur 5 ont répondu" in said
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.left + shape.width <= deck.slide_width, shape.name
            assert shape.top >= 0 and shape.top + shape.height <= deck.slide_height, shape.name
            assert not (shape.is_placeholder and shape.has_text_frame and not shape.text_frame.text), shape.name


def test_the_same_template_gives_the_same_bytes(picture: Picture, modele: bytes) -> None:
    assert deck_bytes(picture, modele) == deck_bytes(picture, modele)


def test_a_template_of_powerpoint_potx(picture: Picture, modele: bytes) -> None:
    potx = changed(modele, {}, (MAIN, b"presentationml.template.main+xml"))
    assert len(Presentation(io.BytesIO(deck_bytes(picture, potx))).slides) == 14


def test_a_layout_named_contenu_and_its_placeholder_are_used_first(picture: Picture) -> None:
    made = Presentation()
    layout = made.slide_layouts.get_by_name("Title and Content")
    layout._element.cSld.set("name", "Contenu")
    (body,) = [s for s in layout.placeholders if s.placeholder_format.idx == 1]
    body.name = "Contenu"
    body.left, body.top, body.width, body.height = Inches(2), Inches(2), Inches(7), Inches(4)
    deck = Presentation(io.BytesIO(deck_bytes(picture, saved(made))))
    drawn = [s for slide in list(deck.slides)[1:] for s in slide.shapes if s.has_chart or s.has_table]
    assert {slide.slide_layout.name for slide in list(deck.slides)[1:]} == {"Contenu"}
    assert min(s.left for s in drawn) == Inches(2) and min(s.top for s in drawn) >= Inches(2)
    assert max(s.left + s.width for s in drawn) <= Inches(9) + Pt(2)


def test_without_a_title_it_says_what_is_there_and_what_is_needed(picture: Picture) -> None:
    made = Presentation()
    for layout in list(made.slide_layouts):
        if layout.name not in ("Blank", "Vide"):
            made.slide_layouts.remove(layout)
    with pytest.raises(ModeleRefuse) as caught:
        deck_bytes(picture, saved(made))
    said = str(caught.value)
    assert "« Blank »" in said and "« Titre seul »" in said and said.endswith("« --modele ».")


BAD = {
    "pas un zip": (lambda data: b"bonjour", "n'est pas un fichier PowerPoint"),
    "coupé": (lambda data: data[:3000], "n'est pas un fichier PowerPoint"),
    "un autre zip": (
        lambda data: changed(data, {"[Content_Types].xml": b"<Types/>"}),
        "n'est pas un fichier PowerPoint",
    ),
    "macros": (lambda data: changed(data, {"ppt/vbaProject.bin": b"x"}), "macros"),
    "macros cachées": (
        lambda data: changed(data, {}, (b"</Types>", VBA + b"</Types>")),
        "macros",
    ),
    "classeur à macros": (lambda data: changed(data, {"ppt/embeddings/Classeur1.xlsm": b"PK"}), "macros"),
    "mot de passe": (lambda data: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), "mot de passe"),
    "pptm": (lambda data: changed(data, {}, (MAIN, b"ms-powerpoint.presentation.macroEnabled.main+xml")), "macros"),
    "image au loin": (
        lambda data: changed(data, {"ppt/_rels/x.xml.rels": VIDE % (LIEN % (b"image", b"http://x.test/a.png"))}),
        "fichier extérieur : « http://x.test/a.png »",
    ),
    "lien vers un programme": (
        lambda data: changed(data, {"ppt/_rels/x.xml.rels": VIDE % (LIEN % (b"hyperlink", b"file:///c:/x.exe"))}),
        "fichier extérieur",
    ),
    "objet OLE": (lambda data: changed(data, {"ppt/embeddings/oleObject1.bin": b"x"}), "objets actifs"),
    "entités": (
        lambda data: changed(data, {"ppt/x.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        "entités XML",
    ),
    "XML abîmé": (lambda data: changed(data, {"ppt/x.xml": b"<a>"}), "ppt/x.xml"),
    "bombe": (lambda data: changed(data, {"ppt/media/x.bin": b"0" * 20_000_000}), "bombe"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_hostile_template_is_refused_with_its_reason(
    picture: Picture, modele: bytes, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "_MAX_UNPACKED", 10_000_000)
    make, reason = BAD[name]
    with pytest.raises(ModeleRefuse) as caught:
        deck_bytes(picture, make(modele))
    assert reason in str(caught.value).replace("\u00a0", " ")


def test_a_link_to_the_web_that_one_clicks_is_kept(picture: Picture, modele: bytes) -> None:
    linked = changed(modele, {"ppt/_rels/x.xml.rels": VIDE % (LIEN % (b"hyperlink", b"https://example.org/"))})
    assert deck_bytes(picture, linked)


def test_a_template_is_refused_before_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checking a campagne takes a minute: nobody waits that long to hear that the template is a text file."""
    monkeypatch.setattr(photographie, "activate", lambda *_args: pytest.fail("the campagne was read first"))
    with pytest.raises(ModeleRefuse, match="PowerPoint"):
        photographie.campagne_products(
            cast("Workspace", None), None, 2026, date(2026, 4, 30), ["copil"], modele=b"texte"
        )
