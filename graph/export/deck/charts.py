"""Native charts: drawn by the program that opens the deck, from a workbook held in it that people may edit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from droitcommun.graph.export.deck.numbers import number_format
from droitcommun.graph.export.deck.plan import BLANC, Graphe
from droitcommun.graph.export.measure import abrege, largeur, taille
from droitcommun.graph.export.sheets import MADE, options
from droitcommun.graph.langue import _, langue

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")
_CORPS, _TITRE = 14, 16
# The room kept past the longest bar for its label, as a share of the axis; the smallest share that can bear a label.
_ETIQUETTE, _VISIBLE = 0.24, 0.025
# The share of the width that the names of the categories may take.
_NOMS = 0.55
Place = tuple[float, float, float, float]


def dessiner_graphe(slide: Any, graphe: Graphe, place: Place) -> None:
    """Add a chart to a slide at *place* (left, top, width, height in inches)."""
    _left, _top, width, height = place
    names = width * _NOMS if len(graphe.categories) > 2 else width * 0.3
    per_name = max(1, int(height * 0.78 / max(len(graphe.categories), 1) / (_CORPS * 1.2 / 72)))
    shown = [abrege(_clean(c), _CORPS, names, min(per_name, 3)) for c in graphe.categories]
    data = CategoryChartData()
    data.categories = shown or [""]
    for serie in graphe.series:
        data.add_series(serie.nom, [_number(v) for v in serie.valeurs])
    kind = XL_CHART_TYPE.BAR_STACKED if graphe.empile else XL_CHART_TYPE.BAR_CLUSTERED
    frame = slide.shapes.add_chart(kind, *(Inches(v) for v in place), data)
    frame.name = graphe.titre
    frame._element.nvGraphicFramePr.cNvPr.set("descr", _clean(graphe.alternative))
    chart = frame.chart
    _workbook(chart, graphe, [_clean(c) for c in graphe.categories])
    chart.font.size = Pt(_CORPS)
    chart.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
    chart.has_title = True
    run = chart.chart_title.text_frame
    run.text = graphe.titre
    size = taille([graphe.titre], width * 0.78, _TITRE * 1.3 / 72, _TITRE, _CORPS, 0)
    run.paragraphs[0].font.size, run.paragraphs[0].font.bold = Pt(size), True
    chart.chart_title.include_in_layout = False
    chart.has_legend = len(graphe.series) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        chart.legend.font.size = Pt(_CORPS)
    _axes(chart, graphe)
    _bars(chart, graphe)
    room = min(max((largeur(c, _CORPS) for c in shown), default=0) + 0.15, names + 0.15)
    _layout(chart, room / width, 0.5 / height, chart.has_legend and 0.5 / height)


def _clean(text: str) -> str:
    return _CONTROL.sub(" ", text)


def _number(value: Decimal | int | None) -> float | int | None:
    return float(value) if isinstance(value, Decimal) else value


def _axes(chart: Any, graphe: Graphe) -> None:
    category, value = chart.category_axis, chart.value_axis
    category.reverse_order = True
    category.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    category.major_tick_mark = XL_TICK_MARK.NONE
    category.format.line.color.rgb = RGBColor.from_string("566077")
    category.has_major_gridlines = False
    _tous_les_noms(category)
    value.visible = False
    value.has_major_gridlines = False
    least, most = _etendue(graphe)
    value.minimum_scale = least - (most - least) * 2 * _ETIQUETTE if least < 0 else 0
    if most > least:
        value.maximum_scale = most + (most - least) * (_ETIQUETTE if not graphe.empile else 0.02)


def _tous_les_noms(category: Any) -> None:
    """Ask for every name: a program that lacks room would leave out one in two."""
    element = category._element
    skip = element.makeelement(qn("c:tickLblSkip"), {"val": "1"})
    before = element.find(qn("c:noMultiLvlLbl"))
    if before is None:
        element.append(skip)
    else:
        before.addprevious(skip)


def _etendue(graphe: Graphe) -> tuple[float, float]:
    """Return the least and the greatest value drawn (of the sums, when bars are stacked); both reach zero."""
    columns = list(zip(*([float(v or 0) for v in s.valeurs] for s in graphe.series), strict=True))
    held = [sum(c) for c in columns] if graphe.empile else [v for c in columns for v in c]
    return min([0.0, *held]), max([0.0, *held])


def _bars(chart: Any, graphe: Graphe) -> None:
    plot = chart.plots[0]
    plot.gap_width = 45
    if graphe.empile:
        plot.overlap = 100
    elif len(graphe.series) > 1:
        plot.overlap = -5
    for series, planned in zip(plot.series, graphe.series, strict=True):
        series.invert_if_negative = False
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = RGBColor.from_string(planned.couleur)
        labels = series.data_labels
        labels.show_value = True
        labels.number_format, labels.number_format_is_linked = _format(graphe), False
        labels.font.size = Pt(_CORPS)
        if graphe.empile:
            labels.position = XL_LABEL_POSITION.CENTER
            labels.font.bold = True
            labels.font.color.rgb = RGBColor.from_string(_lisible(planned.couleur))
        else:
            labels.position = XL_LABEL_POSITION.OUTSIDE_END
            labels.font.color.theme_color = MSO_THEME_COLOR.TEXT_1


def _format(graphe: Graphe) -> str:
    """In stacked bars, a part too thin for its number bears none: it would cover its neighbours."""
    least = _etendue(graphe)[1] * _VISIBLE if graphe.empile else 0
    return number_format(graphe.nombre, [v for serie in graphe.series for v in serie.valeurs if v is not None], least)


def _lisible(colour: str) -> str:
    """Return white on a dark ground, ink on a light one (WCAG: 4.5 to 1 with these colours)."""
    red, green, blue = (int(colour[n : n + 2], 16) for n in (0, 2, 4))
    return BLANC if 0.299 * red + 0.587 * green + 0.114 * blue < 130 else "16213A"


def _layout(chart: Any, left: float, top: float, bottom: float) -> None:
    """Fix where the bars stand, so that every name has its room whatever program draws them."""
    area = chart._chartSpace.chart.plotArea
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    layout = area.makeelement(qn("c:layout"), {})
    manual = layout.makeelement(qn("c:manualLayout"), {})
    layout.append(manual)
    wide = 1 - left - 0.02
    values = (
        ("layoutTarget", "inner"), ("xMode", "edge"), ("yMode", "edge"), ("x", f"{left:.4f}"), ("y", f"{top:.4f}"),
        ("w", f"{wide:.4f}"), ("h", f"{1 - top - bottom:.4f}"),
    )  # fmt: skip
    for name, value in values:
        child = manual.makeelement(qn(f"c:{name}"), {"val": value})
        manual.append(child)
    area.insert(0, layout)


def _workbook(chart: Any, graphe: Graphe, categories: Sequence[str]) -> None:
    """Put in the chart its workbook, written as all ours: texts stay texts, and it says nothing of when it was made."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, options())
    book.set_properties({"created": MADE})
    name = _("Données")
    sheet = book.add_worksheet(name)
    style = book.add_format({"num_format": _format(graphe)})
    for row, category in enumerate(categories or [""], 1):
        sheet.write_string(row, 0, category)
    for column, serie in enumerate(graphe.series, 1):
        sheet.write_string(0, column, serie.nom)
        for row, value in enumerate(serie.valeurs, 1):
            if value is not None:
                sheet.write_number(row, column, float(value), style)
    sheet.set_column(0, 0, 50)
    book.close()
    chart.part.chart_workbook.update_from_xlsx_blob(stream.getvalue())
    for reference in chart._chartSpace.iter(qn("c:f")):
        reference.text = (reference.text or "").replace("Sheet1!", f"'{name}'!")
    language = chart._chartSpace.makeelement(qn("c:lang"), {"val": f"{langue()}-{'FR' if langue() == 'fr' else 'GB'}"})
    chart._chartSpace.insert(1, language)
    # python-pptx writes a format without escaping it: it is put here.
    for code in chart._chartSpace.iter(qn("c:formatCode")):
        code.text = _format(graphe)
