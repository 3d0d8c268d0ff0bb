"""The default template of a deck, made here from python-pptx's own: 16:9, sober, three layouts."""

from __future__ import annotations

from typing import Any

from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Inches

from droitcommun.graph.export.deck.plan import BLANC, BLEU, CLAIR, ENCRE, GRIS, OCRE, ORANGE, VERT
from droitcommun.graph.langue import _

LARGEUR, HAUTEUR = 13.333, 7.5
MARGE = 0.6
_COUVERTURE, _TEXTE, _SEUL = "Title Slide", "Title and Content", "Title Only"
_TITRE = (MARGE, 0.56, LARGEUR - 2 * MARGE, 0.88)
_CONTENU = (MARGE, 1.62, LARGEUR - 2 * MARGE, 5.1)
_PIED = (MARGE, 6.97, 11.3, 0.42)
_NUMERO = (LARGEUR - MARGE - 0.8, 6.98, 0.8, 0.32)
_THEME = {
    "dk1": ENCRE, "lt1": BLANC, "dk2": ENCRE, "lt2": "F5F6F9", "accent1": BLEU, "accent2": ORANGE, "accent3": CLAIR,
    "accent4": OCRE, "accent5": VERT, "accent6": GRIS, "hlink": BLEU, "folHlink": BLEU,
}  # fmt: skip


def gabarit() -> Any:
    """Return a presentation without slides, with the layouts « Titre », « Titre et contenu » and « Titre seul »."""
    made = Presentation()
    made.slide_width, made.slide_height = Inches(LARGEUR), Inches(HAUTEUR)
    names = {_COUVERTURE: _("Titre"), _TEXTE: _("Titre et contenu"), _SEUL: _("Titre seul")}
    for layout in list(made.slide_layouts):
        if layout.name not in names:
            made.slide_layouts.remove(layout)
    _bare(made)
    master = made.slide_master
    _theme(master)
    _styles(master)
    _places(master)
    _rectangle(master, (0, 0, LARGEUR, 0.16), ENCRE)
    _rectangle(master, (MARGE, 1.46, 1.1, 0.06), ORANGE)
    _rectangle(master, (MARGE, 6.92, LARGEUR - 2 * MARGE, 0.012), GRIS)
    for layout in made.slide_layouts:
        _places(layout)
        if layout.name == _COUVERTURE:
            _cover(layout)
        layout.name = names[layout.name]
        layout._element.cSld.set("name", layout.name)
    return made


def _bare(made: Any) -> None:
    """Leave out what python-pptx's template holds of the machine it was made on: a printer and a thumbnail."""
    for part in (made.part, made.part.package):
        for name, link in list(part._rels.items()):
            if link.reltype in (RT.THUMBNAIL, RT.PRINTER_SETTINGS):
                part._rels.pop(name)


def _theme(master: Any) -> None:
    part = master.part.part_related_by(RT.THEME)
    root = parse_xml(part.blob)
    space = {"a": "http://schemas.openxmlformats.org/drawingml/2006/main"}
    for name, colour in _THEME.items():
        (slot,) = root.iterfind(f".//a:clrScheme/a:{name}", space)
        for child in list(slot):
            slot.remove(child)
        slot.append(slot.makeelement(qn("a:srgbClr"), {"val": colour}))
    for font in root.iterfind(".//a:fontScheme/*/a:latin", space):
        font.set("typeface", "Arial")
    part._blob = serialize_part_xml(root)


def _styles(master: Any) -> None:
    styles = master._element.find(qn("p:txStyles"))
    title = styles.find(f"{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")
    title.set("algn", "l")
    run = title.find(qn("a:defRPr"))
    run.set("sz", "2600")
    run.set("b", "1")


def _places(page: Any) -> None:
    """Put the placeholders of a master or layout where a 16:9 slide has them; the date goes: a date is a datum."""
    for shape in list(page.placeholders):
        kind = str(shape.placeholder_format.type).split()[0].rpartition(".")[2]
        if kind == "DATE":
            shape._element.getparent().remove(shape._element)
            continue
        place = {"FOOTER": _PIED, "SLIDE_NUMBER": _NUMERO, "TITLE": _TITRE, "CENTER_TITLE": _TITRE}.get(kind, _CONTENU)
        shape.left, shape.top, shape.width, shape.height = (Inches(v) for v in place)
        body = shape.text_frame._txBody.bodyPr
        if kind in ("FOOTER", "SLIDE_NUMBER"):
            _small(shape, "l" if kind == "FOOTER" else "r")
        elif kind == "TITLE":
            body.set("anchor", "b")
            for side in ("lIns", "rIns"):
                body.set(side, "0")
        for fit in body.findall(qn("a:normAutofit")):
            body.remove(fit)


def _small(shape: Any, align: str) -> None:
    styles = shape.text_frame._txBody.find(qn("a:lstStyle"))
    for child in list(styles):
        styles.remove(child)
    xml = (
        f'<a:lvl1pPr {nsdecls("a")} algn="{align}"><a:defRPr sz="1000"><a:solidFill><a:srgbClr val="566077"/>'
        "</a:solidFill></a:defRPr></a:lvl1pPr>"
    )
    styles.append(parse_xml(xml))
    for side in ("lIns", "rIns"):
        shape.text_frame._txBody.bodyPr.set(side, "0")


def _rectangle(page: Any, place: tuple[float, float, float, float], colour: str) -> None:
    """Draw a plain rectangle under everything else; it says nothing, so it is no content for a screen reader."""
    left, top, width, height = (int(Inches(v)) for v in place)
    tree = page.shapes._spTree
    ident = max((int(e.get("id")) for e in tree.iter(qn("p:cNvPr"))), default=1) + 1
    xml = (
        f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="{ident}" name=""/><p:cNvSpPr/><p:nvPr userDrawn="1"/>'
        f'</p:nvSpPr><p:spPr><a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
        "<a:ln><a:noFill/></a:ln></p:spPr></p:sp>"
    )
    tree.insert(2, parse_xml(xml))


def _cover(layout: Any) -> None:
    """The first slide: white on ink, title and lines on the left."""
    _rectangle(layout, (MARGE, 4.35, 1.1, 0.06), ORANGE)
    _rectangle(layout, (0, 0, LARGEUR, HAUTEUR), ENCRE)
    layout._element.set("showMasterSp", "0")
    for shape in layout.placeholders:
        kind = str(shape.placeholder_format.type).split()[0].rpartition(".")[2]
        if kind == "CENTER_TITLE":
            place, size, anchor = (MARGE, 1.9, 11.5, 2.3), 4400, "b"
        elif kind == "SUBTITLE":
            place, size, anchor = (MARGE, 4.6, 11.5, 1.9), 2000, "t"
        else:
            _white(shape)
            continue
        shape.left, shape.top, shape.width, shape.height = (Inches(v) for v in place)
        frame = shape.text_frame._txBody
        frame.bodyPr.set("anchor", anchor)
        for side in ("lIns", "rIns"):
            frame.bodyPr.set(side, "0")
        styles = frame.find(qn("a:lstStyle"))
        for child in list(styles):
            styles.remove(child)
        styles.append(
            parse_xml(
                f'<a:lvl1pPr {nsdecls("a")} marL="0" indent="0" algn="l"><a:buNone/><a:defRPr sz="{size}">'
                '<a:solidFill><a:schemeClr val="bg1"/></a:solidFill></a:defRPr></a:lvl1pPr>'
            )
        )


def _white(shape: Any) -> None:
    for colour in shape.text_frame._txBody.iter(qn("a:srgbClr")):
        colour.set("val", CLAIR)
