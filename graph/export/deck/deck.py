"""The picture as a PPTX deck: native charts and tables, on the default template or the user's."""

from __future__ import annotations

import zipfile
from copy import deepcopy
from io import BytesIO
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE, PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches

from droitcommun.graph.export.deck.charts import Place
from droitcommun.graph.export.deck.content import plan_deck
from droitcommun.graph.export.deck.default import gabarit
from droitcommun.graph.export.deck.drawing import PETIT, boite, dessiner, ecrire, propre
from droitcommun.graph.export.deck.modele import Gabarit, default_layouts, read_modele
from droitcommun.graph.export.deck.plan import Couverture, Diapo, Plan
from droitcommun.graph.export.measure import abrege, hauteur, taille
from droitcommun.graph.export.sheets import MADE
from droitcommun.graph.langue import _
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.sentence import Fragment

_TITRE_MAX, _TITRE_MIN = 26, 18
_ENTRE_COLONNES, _ENTRE_BLOCS = 0.35, 0.15
_ENTRE_LIGNES = 4
_PIED_ASSEZ_LARGE = 0.8  # a narrower foot would not hold what it must say
_PROPRIETE = 255  # what a document property holds
# Every part of the package is dated the day the ZIP format begins.
_DATE = (1980, 1, 1, 0, 0, 0)


def deck_bytes(picture: Picture, modele: bytes | None = None) -> bytes:
    """Return the deck; *modele* is the user's own template (PPTX or POTX).

    Raises ModeleRefuse when the template is unsafe, cannot be read, or lacks a layout with a title.
    """
    place = default_layouts(gabarit()) if modele is None else read_modele(modele)
    plan = plan_deck(picture, place.zone[2])
    _cover(place, plan, plan.couverture)
    for diapo in plan.diapos:
        _slide(place, plan, diapo)
    properties = place.presentation.core_properties
    properties.title, properties.author = propre(plan.couverture.titre)[:_PROPRIETE], plan.auteur
    properties.subject, properties.comments, properties.keywords = propre(" – ".join(plan.pied))[:_PROPRIETE], "", ""
    properties.last_modified_by, properties.revision = plan.auteur, 1
    properties.created = properties.modified = MADE
    return _canonical(place.presentation)


def _cover(place: Gabarit, plan: Plan, couverture: Couverture) -> None:
    slide = place.presentation.slides.add_slide(place.couverture)
    slide.shapes.title.text_frame.text = propre(couverture.titre)
    body = next((s for s in slide.placeholders if s.placeholder_format.idx > 0 and s.has_text_frame), None)
    lines = [abrege(propre(line), 20, place.zone[2] * 0.9, 2) for line in couverture.sous_titre]
    if body is not None:
        wide, tall = body.width / 914400, body.height / 914400
        size = taille(lines, wide * 0.9, tall, 20, PETIT, _ENTRE_LIGNES)
        body.text_frame.text = "\n".join(lines)
        for paragraph in body.text_frame.paragraphs:
            paragraph.font.size = size * 12700
            paragraph.space_before = paragraph.space_after = 0
            paragraph.line_spacing = 1.1
    else:
        title = slide.shapes.title
        top = (title.top + title.height) / 914400 + 0.2
        frame = boite(slide, (place.zone[0], top, place.zone[2], 1.2), _("Contrat"))
        for n, line in enumerate(lines):
            ecrire(frame.paragraphs[0] if n == 0 else frame.add_paragraph(), (Fragment(line, False),), 18)
    _unused(slide, body)
    _bears(slide, place, plan)
    _notes(slide, couverture.notes)


def _slide(place: Gabarit, plan: Plan, diapo: Diapo) -> None:
    slide = place.presentation.slides.add_slide(place.contenu)
    title = slide.shapes.title
    width, height = title.width / 914400, title.height / 914400
    size = taille([propre(diapo.titre)], width * 0.95, height, _TITRE_MAX, _TITRE_MIN, 0)
    title.text_frame.text = ""
    run = title.text_frame.paragraphs[0].add_run()
    run.text = abrege(propre(diapo.titre), size, width * 0.95, int(height * 72 / size / 1.2) or 1)
    run.font.size = size * 12700
    _unused(slide, None)
    left, top, wide, tall = place.zone
    if diapo.remarque:
        tall = _remark(slide, diapo.remarque, place.zone)
    total = sum(column.poids for column in diapo.colonnes)
    free = wide - _ENTRE_COLONNES * (len(diapo.colonnes) - 1)
    for column in diapo.colonnes:
        each = free * column.poids / total
        _column(slide, column.blocs, (left, top, each, tall))
        left += each + _ENTRE_COLONNES
    _bears(slide, place, plan)
    _notes(slide, diapo.notes)


def _remark(slide: Any, remark: str, zone: Place) -> float:
    """Write the remark at the foot of the zone and return the height left above it."""
    left, top, wide, tall = zone
    room = min(hauteur([propre(remark)], PETIT, wide * 0.97) + 0.02, tall / 3)
    frame = boite(slide, (left, top + tall - room, wide, room), _("Remarque"), MSO_ANCHOR.BOTTOM)
    ecrire(frame.paragraphs[0], (Fragment(remark, False),), PETIT)
    return tall - room - 0.12


def _column(slide: Any, blocs: tuple[Any, ...], zone: Place) -> None:
    left, top, wide, tall = zone
    total = sum(bloc.part for bloc in blocs)
    free = tall - _ENTRE_BLOCS * (len(blocs) - 1)
    for bloc in blocs:
        each = free * bloc.part / total
        dessiner(slide, bloc, (left, top, wide, each))
        top += each + _ENTRE_BLOCS


def _unused(slide: Any, kept: Any) -> None:
    """Take away the placeholders that nothing fills: they would ask the reader to click."""
    for shape in list(slide.placeholders):
        if shape.placeholder_format.idx == 0 or (kept is not None and shape.shape_id == kept.shape_id):
            continue
        shape._element.getparent().remove(shape._element)


def _bears(slide: Any, place: Gabarit, plan: Plan) -> None:
    """The foot and the number of the slide, in the placeholders of its layout when it has them; the warning on top."""
    foot = _copy(slide, PP_PLACEHOLDER.FOOTER)
    if foot is not None and foot.width / 914400 < place.pied[2] * _PIED_ASSEZ_LARGE:
        foot._element.getparent().remove(foot._element)
        foot = None
    if foot is None:
        frame = boite(slide, place.pied, _("Pied de page"), MSO_ANCHOR.MIDDLE)
        for n, line in enumerate(plan.pied):
            ecrire(
                frame.paragraphs[0] if n == 0 else frame.add_paragraph(),
                (Fragment(abrege(propre(line), 10, place.pied[2], 2), False),),
                10,
            )
    else:
        foot.text_frame.text = "\n".join(abrege(propre(line), 10, foot.width / 914400 * 0.97) for line in plan.pied)
    number = _copy(slide, PP_PLACEHOLDER.SLIDE_NUMBER)
    if number is None:
        frame = boite(slide, place.numero, _("Numéro"), MSO_ANCHOR.MIDDLE)
        frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
        ecrire(frame.paragraphs[0], (Fragment(str(len(place.presentation.slides)), False),), 11)
    if plan.fictif:
        _warn(slide, place)


def _copy(slide: Any, kind: PP_PLACEHOLDER) -> Any:
    """Copy a placeholder of the layout (python-pptx leaves feet and numbers out) and return it, None without one."""
    source = next((s for s in slide.slide_layout.placeholders if s.placeholder_format.type == kind), None)
    if source is None:
        return None
    slide.shapes._spTree.append(deepcopy(source._element))
    made = slide.shapes[-1]
    made._element.nvSpPr.cNvPr.set("id", str(max(s.shape_id for s in list(slide.shapes)[:-1]) + 1))
    return made


def _warn(slide: Any, place: Gabarit) -> None:
    left, top, wide, tall = place.alerte
    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(left), Inches(top), Inches(wide), Inches(tall))
    shape.name = _("Données fictives")
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string("FFE9C2")
    shape.line.color.rgb = RGBColor.from_string("8A5300")
    shape.shadow.inherit = False
    frame = shape.text_frame
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.paragraphs[0].alignment = PP_ALIGN.CENTER
    ecrire(frame.paragraphs[0], (Fragment(_("Données fictives"), True),), PETIT, "4A3500")


def _notes(slide: Any, notes: tuple[str, ...]) -> None:
    slide.notes_slide.notes_text_frame.text = "\n".join(propre(line) for note in notes for line in note.split("\n"))


def _canonical(presentation: Any) -> bytes:
    """Return the package with its parts in a fixed order and dated alike."""
    stream, made = BytesIO(), BytesIO()
    presentation.save(stream)
    with zipfile.ZipFile(stream) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        names = sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            info = zipfile.ZipInfo(name, _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            target.writestr(info, source.read(name))
    return made.getvalue()
