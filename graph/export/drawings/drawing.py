"""A drawing made of few primitives, written as SVG (text stays text) and as PNG. Same drawing, same bytes; no clock.

Measures of text are those of DejaVu Sans, which matplotlib carries: a label that fits here fits in the narrower fonts
that a browser may use instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.ft2font import FT2Font

Point = tuple[float, float]

ENCRE, TEXTE, GRIS, TRAIT, BLANC = "#16213a", "#273047", "#566077", "#d5dae4", "#ffffff"
_POLICE = "DejaVu Sans, Verdana, Noto Sans, Segoe UI, Arial, sans-serif"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PIXELS = 100  # pixels an inch of the drawing; a PNG has twice as many
# name: (what SVG repeats in a square, size of the square, the same for matplotlib)
_MOTIFS = {
    "hachures": ('<path d="M-1 1L1 -1M0 8L8 0M7 9L9 7" stroke="{c}" stroke-width="1.4"/>', 8, "////"),
    "lignes": ('<path d="M0 3H6" stroke="{c}" stroke-width="1.2"/>', 6, "----"),
    "points": ('<circle cx="3" cy="3" r="1.1" fill="{c}"/>', 6, "...."),
    "croix": ('<path d="M0 0L7 7M7 0L0 7" stroke="{c}" stroke-width="0.8"/>', 7, "xxxx"),
}


@dataclass(frozen=True)
class Style:
    """How an area is filled and bordered; `motif` is a name of the patterns, so that colour never speaks alone."""

    fond: str | None = None
    motif: str | None = None
    encre_motif: str = GRIS
    trait: str | None = None
    epaisseur: float = 1
    pointille: bool = False


@dataclass(frozen=True)
class Aire:
    """A polygon with its holes (closed rings); `titre` is its text alternative."""

    anneaux: tuple[tuple[Point, ...], ...]
    style: Style
    titre: str = ""


@dataclass(frozen=True)
class Disque:
    """A disc."""

    centre: Point
    rayon: float
    style: Style
    titre: str = ""


@dataclass(frozen=True)
class Ligne:
    """A line through its points, or one Bézier curve when `courbe` (three points, or four); `tirets` are its dashes."""

    points: tuple[Point, ...]
    couleur: str = GRIS
    epaisseur: float = 1
    tirets: tuple[float, ...] = ()
    opacite: float = 1
    courbe: bool = False
    titre: str = ""


@dataclass(frozen=True)
class Texte:
    """One line of text; `point` is on its base line, at its start, middle or end."""

    point: Point
    texte: str
    taille: float = 13
    couleur: str = TEXTE
    gras: bool = False
    ancre: str = "start"


@dataclass(frozen=True)
class Dessin:
    """A drawing in pixels, origin at the top left. `nom` makes its SVG ids; `description` is read instead of it."""

    nom: str
    largeur: float
    hauteur: float
    titre: str
    description: str
    elements: tuple[Aire | Disque | Ligne | Texte, ...]


def rectangle(x: float, y: float, largeur: float, hauteur: float, style: Style, titre: str = "") -> Aire:
    """Return a rectangle by its top left corner."""
    corners = ((x, y), (x + largeur, y), (x + largeur, y + hauteur), (x, y + hauteur), (x, y))
    return Aire((corners,), style, titre)


@cache
def _font(bold: bool) -> FT2Font:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    properties = FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")
    return get_font(findfont(properties, fallback_to_default=False))


@cache
def _advance(character: str, bold: bool) -> float:
    """Return the width of a character in thousandths of its size."""
    from matplotlib.ft2font import LoadFlags

    font = _font(bold)
    font.set_size(1000, 72)
    return float(font.load_char(ord(character), flags=LoadFlags.NO_HINTING).linearHoriAdvance) / 65536


def largeur_texte(texte: str, taille: float, gras: bool = False) -> float:
    """Return the width of *texte*, in pixels."""
    return sum(_advance(c, gras) for c in _drawable(texte)) * taille / 1000


def couper(texte: str, taille: float, largeur: float, gras: bool = False) -> list[str]:
    """Break *texte* into lines no wider than *largeur*; nothing is lost, a word too long is broken."""
    lines: list[str] = []
    for word in texte.split(" "):
        tried = f"{lines[-1]} {word}" if lines else word
        if lines and largeur_texte(tried, taille, gras) <= largeur:
            lines[-1] = tried
            continue
        lines += _pieces(word, taille, largeur, gras)
    return lines


def _pieces(word: str, taille: float, largeur: float, gras: bool) -> list[str]:
    """Break a word into pieces no wider than *largeur*, of one character at least; its letters are measured once."""
    pieces, width = [""], 0.0
    for char in word:
        wide = largeur_texte(char, taille, gras)
        if pieces[-1] and width + wide > largeur:
            pieces.append("")
            width = 0.0
        pieces[-1] += char
        width += wide
    return pieces


def svg(dessin: Dessin) -> str:
    """Return the drawing as an SVG element to put in a page, or to save as a file."""
    name, width, height = dessin.nom, _n(dessin.largeur), _n(dessin.hauteur)
    motifs = sorted({(s.motif, s.encre_motif) for s in _styles(dessin) if s.motif})
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-labelledby="{name}-titre {name}-texte" font-family={quoteattr(_POLICE)}>',
        f'<title id="{name}-titre">{_escaped(dessin.titre)}</title>',
        f'<desc id="{name}-texte">{_escaped(dessin.description)}</desc>',
    ]
    if motifs:
        lines.append("<defs>")
        for motif, ink in motifs:
            drawn, size, _hatch = _MOTIFS[motif]
            lines.append(
                f'<pattern id="{_pattern_id(name, motif, ink)}" width="{size}" height="{size}" '
                f'patternUnits="userSpaceOnUse">{drawn.format(c=ink)}</pattern>'
            )
        lines.append("</defs>")
    lines.append(f'<rect width="{width}" height="{height}" fill="{BLANC}"/>')
    for element in dessin.elements:
        lines.extend(_svg_element(element, name))
    return "\n".join([*lines, "</svg>\n"])


def _styles(dessin: Dessin) -> list[Style]:
    return [element.style for element in dessin.elements if isinstance(element, Aire | Disque)]


def _pattern_id(name: str, motif: str, ink: str) -> str:
    return f"{name}-{motif}-{ink.removeprefix('#')}"


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _escaped(text: str) -> str:
    return escape(_NOT_XML.sub("", text))


def _titled(shape: str, attributes: str, title: str) -> str:
    return f"<{shape} {attributes}><title>{_escaped(title)}</title></{shape}>" if title else f"<{shape} {attributes}/>"


def _svg_element(element: Aire | Disque | Ligne | Texte, name: str) -> list[str]:
    if isinstance(element, Texte):
        bold = ' font-weight="bold"' if element.gras else ""
        anchor = f' text-anchor="{element.ancre}"' if element.ancre != "start" else ""
        at = f'x="{_n(element.point[0])}" y="{_n(element.point[1])}" font-size="{_n(element.taille)}"'
        return [f'<text {at} fill="{element.couleur}"{bold}{anchor}>{_escaped(element.texte)}</text>']
    if isinstance(element, Ligne):
        points = [f"{_n(x)} {_n(y)}" for x, y in element.points]
        curve = {3: "Q", 4: "C"}.get(len(points), "L") if element.courbe else "L"
        d = f"M{points[0]}{curve}{' '.join(points[1:])}"
        stroke = f'd="{d}" fill="none" stroke="{element.couleur}" stroke-width="{_n(element.epaisseur)}"'
        dashes = " ".join(_n(length) for length in element.tirets)
        stroke += f' stroke-dasharray="{dashes}"' if dashes else ""
        stroke += f' stroke-opacity="{element.opacite:.2f}"' if element.opacite < 1 else ""
        return [_titled("path", stroke, element.titre)]
    if isinstance(element, Disque):
        shape, x, y = "circle", *element.centre
        form = f'cx="{_n(x)}" cy="{_n(y)}" r="{_n(element.rayon)}"'
    else:
        rings = ("M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in ring[:-1]) + "Z" for ring in element.anneaux)
        shape, form = "path", f'd="{"".join(rings)}" fill-rule="evenodd"'
    style = element.style
    border = f' stroke="{style.trait}" stroke-width="{_n(style.epaisseur)}"' if style.trait else ""
    border += ' stroke-dasharray="4 3"' if style.trait and style.pointille else ""
    drawn = [_titled(shape, f'{form} fill="{style.fond or "none"}"{border}', element.titre)]
    if style.motif:
        fill = f'fill="url(#{_pattern_id(name, style.motif, style.encre_motif)})"'
        drawn.append(_titled(shape, f"{form} {fill}", element.titre))
    return drawn


@lru_cache(maxsize=4)  # the report shows the map that also stands by itself
def png(dessin: Dessin, echelle: float = 2) -> bytes:
    """Return the drawing as PNG, *echelle* pixels for one of the drawing; its title and description are inside."""
    from matplotlib import style
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    # The user's own matplotlibrc must not change the bytes.
    with style.context(["default", {"hatch.linewidth": 0.9, "path.simplify": False}], after_reset=True):
        figure = Figure(figsize=(dessin.largeur / _PIXELS, dessin.hauteur / _PIXELS), dpi=_PIXELS * echelle)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, dessin.largeur), ylim=(dessin.hauteur, 0))
        axes.set_axis_off()
        for order, element in enumerate(dessin.elements):
            _draw(axes, element, order)
        stream = BytesIO()
        about = {"Title": dessin.titre, "Description": dessin.description, "Software": None}
        figure.savefig(stream, format="png", metadata={k: _latin(v) if v else v for k, v in about.items()})
    return stream.getvalue()


def _latin(text: str) -> str:
    """PNG holds Latin-1 here: what it cannot hold is put in near letters."""
    plain = _NOT_XML.sub("", text).translate(str.maketrans("–—’…\u202f", "--'.\u00a0"))
    return plain.encode("latin-1", "replace").decode("latin-1")


def _drawable(text: str) -> str:
    """Put a square where DejaVu Sans has no sign."""
    known = _charmap()
    return "".join(c if ord(c) in known else "□" for c in _NOT_XML.sub("", text))


@cache
def _charmap() -> frozenset[int]:
    return frozenset(_font(False).get_charmap()) & frozenset(_font(True).get_charmap())


def _points(pixels: float) -> float:
    return pixels * 72 / _PIXELS


def _draw(axes: Axes, element: Aire | Disque | Ligne | Texte, order: int) -> None:
    from matplotlib.patches import Circle, PathPatch

    if isinstance(element, Texte):
        weight = "bold" if element.gras else "normal"
        align = {"start": "left", "middle": "center", "end": "right"}[element.ancre]
        axes.text(
            *element.point, _drawable(element.texte), size=_points(element.taille), color=element.couleur,
            weight=weight, family="DejaVu Sans", ha=align, va="baseline", zorder=order, parse_math=False,
        )  # fmt: skip
        return
    if isinstance(element, Ligne):
        path = _path((element.points,), element.courbe)
        line: dict[str, Any] = {"edgecolor": element.couleur, "linewidth": _points(element.epaisseur)}
        # Matplotlib counts dashes in widths of the line.
        dashes = tuple(length / max(element.epaisseur, 0.1) for length in element.tirets)
        line |= {"linestyle": (0, dashes) if dashes else "-", "alpha": element.opacite, "capstyle": "butt"}
        axes.add_patch(PathPatch(path, fill=False, zorder=order, **line))
        return
    style = element.style
    border: dict[str, Any] = {"edgecolor": style.trait or "none", "linestyle": (0, (4, 3)) if style.pointille else "-"}
    border["linewidth"] = _points(style.epaisseur) if style.trait else 0
    shapes: list[dict[str, Any]] = [{"facecolor": style.fond or "none", **border}]
    if style.motif:
        shapes.append(
            {"facecolor": "none", "edgecolor": style.encre_motif, "linewidth": 0, "hatch": _MOTIFS[style.motif][2]}
        )
    for shape in shapes:
        if isinstance(element, Disque):
            axes.add_patch(Circle(element.centre, element.rayon, zorder=order, **shape))
        else:
            axes.add_patch(PathPatch(_path(element.anneaux, False), zorder=order, **shape))


def _path(rings: Sequence[Sequence[Point]], curve: bool) -> Any:
    from matplotlib.path import Path

    points = [point for ring in rings for point in ring]
    codes: list[int] = []
    for ring in rings:
        after = {3: Path.CURVE3, 4: Path.CURVE4}.get(len(ring), Path.LINETO) if curve else Path.LINETO
        codes += [int(Path.MOVETO), *[int(after)] * (len(ring) - 1)]
    return Path(points, codes)
