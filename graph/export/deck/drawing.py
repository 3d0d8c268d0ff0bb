"""Draw the blocks of a slide with python-pptx: texts, figures, tables, pictures. Sizes in inches and points."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from PIL import Image as Pixels
from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Inches, Pt

from droitcommun.graph.export.deck.charts import Place, dessiner_graphe
from droitcommun.graph.export.deck.plan import (
    BLANC,
    ENCRE,
    GRIS,
    PALE,
    Bloc,
    Case,
    Chiffre,
    Chiffres,
    Graphe,
    Image,
    Tableau,
    Texte,
)
from droitcommun.graph.export.measure import abrege, hauteur, lignes, taille
from droitcommun.graph.formats import typographie
from droitcommun.graph.pictures.sentence import Fragment

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")
PETIT = 14  # the smallest text outside tables, notes and feet
_TITRE_BLOC, _ENTRE, _RETRAIT = 16, 8, 0.28
_CELLULE = 0.06  # the margin of a cell on each side
_LONG = 600


def propre(texte: str) -> str:
    """Return a text that PPTX can hold and a slide can show: no control character, not endless."""
    clean = typographie(_CONTROL.sub(" ", texte))
    return clean if len(clean) <= _LONG else clean[: _LONG - 1].rstrip() + "…"


def dessiner(slide: Any, bloc: Bloc, place: Place) -> None:
    """Draw one block at *place* (left, top, width, height)."""
    if isinstance(bloc, Graphe):
        dessiner_graphe(slide, bloc, place)
    elif isinstance(bloc, Tableau):
        _tableau(slide, bloc, place)
    elif isinstance(bloc, Image):
        _image(slide, bloc, place)
    elif isinstance(bloc, Chiffres):
        _chiffres(slide, bloc.chiffres, place)
    else:
        _texte(slide, bloc, place)


# Texts ---------------------------------------------------------------------------------------------------------------


def boite(slide: Any, place: Place, nom: str, ancre: MSO_ANCHOR = MSO_ANCHOR.TOP) -> Any:
    """Add an empty text box without margins and return its frame."""
    box = slide.shapes.add_textbox(*(Inches(v) for v in place))
    box.name = nom
    frame = box.text_frame
    frame.word_wrap = True
    frame.vertical_anchor = ancre
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    return frame


def ecrire(paragraph: Any, fragments: Iterable[Fragment], points: float, couleur: str = "", gras: bool = False) -> None:
    """Write fragments in a paragraph, the figures to bring out in bold."""
    for fragment in fragments:
        run = paragraph.add_run()
        run.text = propre(fragment.texte)
        run.font.size = Pt(points)
        run.font.bold = gras or fragment.fort
        if couleur:
            run.font.color.rgb = RGBColor.from_string(couleur)
        else:
            run.font.color.theme_color = MSO_THEME_COLOR.TEXT_1


def _texte(slide: Any, bloc: Texte, place: Place) -> None:
    _left, _top, width, height = place
    frame = boite(slide, place, bloc.titre or "Texte")
    indent = _RETRAIT if bloc.puces else 0
    texts = [propre("".join(f.texte for f in fragments)) for fragments in bloc.paragraphes]
    room = height - (0.42 if bloc.titre else 0)
    size = taille(texts, (width - indent) * 0.97, room, bloc.taille, PETIT, _ENTRE)
    kept = _tenir(texts, size, (width - indent) * 0.97, room)
    first = frame.paragraphs[0]
    if bloc.titre:
        ecrire(first, (Fragment(bloc.titre, True),), _TITRE_BLOC)
        first.space_after = Pt(_ENTRE)
    for n, fragments in enumerate(bloc.paragraphes[:kept]):
        paragraph = first if not bloc.titre and n == 0 else frame.add_paragraph()
        ecrire(paragraph, fragments, size)
        paragraph.space_after = Pt(_ENTRE)
        if bloc.puces:
            _puce(paragraph, indent)
    if kept < len(bloc.paragraphes):
        paragraph = frame.add_paragraph()
        ecrire(paragraph, (Fragment(f"… (+ {len(bloc.paragraphes) - kept})", False),), size)


def _tenir(texts: Sequence[str], size: float, width: float, height: float) -> int:
    """Return how many paragraphs hold; the last line is kept to say how many are left out."""
    if hauteur(texts, size, width, _ENTRE) <= height:
        return len(texts)
    kept = len(texts) - 1
    while kept > 1 and hauteur([*texts[:kept], "…"], size, width, _ENTRE) > height:
        kept -= 1
    return max(kept, 1)


def _puce(paragraph: Any, indent: float) -> None:
    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", str(int(Inches(indent))))
    properties.set("indent", str(-int(Inches(indent))))
    properties.append(parse_xml(f'<a:buFont {nsdecls("a")} typeface="Arial"/>'))
    properties.append(parse_xml(f'<a:buChar {nsdecls("a")} char="•"/>'))


# Figures -------------------------------------------------------------------------------------------------------------


def _chiffres(slide: Any, chiffres: Sequence[Chiffre], place: Place) -> None:
    """Figures one under the other: a large value, what it counts, what bounds it."""
    left, top, width, height = place
    each = height / max(len(chiffres), 1)
    for n, chiffre in enumerate(chiffres):
        frame = boite(slide, (left, top + n * each, width, each - 0.15), chiffre.libelle, MSO_ANCHOR.MIDDLE)
        size = taille([propre(chiffre.valeur)], width, 0.7, 40, 24, 0)
        ecrire(frame.paragraphs[0], (Fragment(chiffre.valeur, True),), size)
        ecrire(frame.add_paragraph(), (Fragment(chiffre.libelle, False),), 18)
        if chiffre.precision:
            ecrire(frame.add_paragraph(), (Fragment(chiffre.precision, False),), PETIT)


# Tables --------------------------------------------------------------------------------------------------------------


def _tableau(slide: Any, bloc: Tableau, place: Place) -> None:
    left, top, width, height = place
    if bloc.titre:
        ecrire(
            boite(slide, (left, top, width, 0.3), bloc.titre).paragraphs[0], (Fragment(bloc.titre, True),), _TITRE_BLOC
        )
        top, height = top + 0.38, height - 0.38
    total = sum(bloc.largeurs)
    widths = [width * share / total for share in bloc.largeurs]
    centred = [case.centre for case in bloc.lignes[0]] if bloc.lignes else [False] * len(bloc.entetes)
    heads = tuple(Case(h, ENCRE, gras=True, centre=c) for h, c in zip(bloc.entetes, centred, strict=True))
    rows = [heads, *bloc.lignes]
    heights, size = _hauteurs(rows, widths, bloc.taille, height)
    frame = slide.shapes.add_table(
        len(rows), len(widths), Inches(left), Inches(top), Inches(width), Inches(sum(heights))
    )
    frame.name = bloc.titre or bloc.entetes[0]
    frame._element.nvGraphicFramePr.cNvPr.set("descr", propre(bloc.alternative))
    table = frame.table
    table.horz_banding = False
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = Inches(wide)
    for n, (line, tall) in enumerate(zip(rows, heights, strict=True)):
        table.rows[n].height = Inches(tall)
        for m, case in enumerate(line):
            room = _place_du_texte(widths[m], case)
            fits = max(1, int((tall - 0.02) / (size * 1.2 / 72)))
            _case(table.cell(n, m), case, size, abrege(propre(case.texte), size, room, fits), n == 0)


def _hauteurs(
    rows: Sequence[Sequence[Case]], widths: Sequence[float], size: float, height: float
) -> tuple[list[float], float]:
    """Give each row the height of its longest cell; when all do not hold, one line each at 11 points."""
    for points in range(int(size), 10, -1):
        found = [
            max(lignes(propre(c.texte), points, _place_du_texte(w, c)) for c, w in zip(row, widths, strict=True))
            * points * 1.2 / 72 + 0.045
            for row in rows
        ]  # fmt: skip
        if sum(found) <= height:
            extra = min((height - sum(found)) / len(found), 0.1)
            return [value + extra for value in found], points
    return [height / len(rows)] * len(rows), 11


def _place_du_texte(width: float, case: Case) -> float:
    return width - 0.02 if case.centre else (width - 2 * _CELLULE) * 0.97


def _case(cell: Any, case: Case, size: float, texte: str, tete: bool) -> None:
    cell.margin_left = cell.margin_right = 0 if case.centre else Inches(_CELLULE)
    cell.margin_top = cell.margin_bottom = Inches(0.01)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.fill.solid()
    cell.fill.fore_color.rgb = RGBColor.from_string(case.fond or BLANC)
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.CENTER if case.centre else PP_ALIGN.LEFT
    ecrire(paragraph, (Fragment(texte, case.gras),), size, BLANC if tete else ENCRE)
    _bords(cell)


def _bords(cell: Any) -> None:
    """Thin lines under and between cells: a ground alone would not tell a cell from its neighbour."""
    properties = cell._tc.get_or_add_tcPr()
    for side in ("lnL", "lnR", "lnT", "lnB"):
        colour = GRIS if side == "lnB" else PALE
        xml = f'<a:{side} {nsdecls("a")} w="6350"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></a:{side}>'
        properties.insert(("lnL", "lnR", "lnT", "lnB").index(side), parse_xml(xml))


# Pictures ------------------------------------------------------------------------------------------------------------


def _image(slide: Any, bloc: Image, place: Place) -> None:
    left, top, width, height = place
    with Pixels.open(BytesIO(bloc.png)) as pixels:
        ratio = pixels.width / pixels.height
    wide, tall = (width, width / ratio) if width / ratio <= height else (height * ratio, height)
    place = (left + (width - wide) / 2, top + (height - tall) / 2, wide, tall)
    picture = slide.shapes.add_picture(BytesIO(bloc.png), *(Inches(v) for v in place))
    picture._element.nvPicPr.cNvPr.set("descr", propre(bloc.alternative))
    picture.name = "Carte"
