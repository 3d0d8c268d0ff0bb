"""The QPV as tiles, one each, under the name of their communes: what is shown when no contour was received."""

from __future__ import annotations

from collections.abc import Sequence

from droitcommun.graph.export.carte.quartiers import A_CHEVAL, Quartier
from droitcommun.graph.export.drawings.drawing import ENCRE, Style, Texte, couper, largeur_texte, rectangle
from droitcommun.graph.export.drawings.frame import MARGE, Element
from droitcommun.graph.langue import _

_LARGEUR, _ECART, _TAILLE, _LIGNE = 172.0, 10.0, 12.5, 16.0


def tuiles(found: Sequence[Quartier], largeur: float, y: float) -> tuple[list[Element], float]:
    """Return the tiles from *y* down, grouped by communes in their order, and where they end."""
    groups: dict[str, list[Quartier]] = {}
    for quartier in found:
        groups.setdefault(", ".join(quartier.communes) or _("Commune non précisée"), []).append(quartier)
    height = 16 + _LIGNE * max(len(_words(q)) + len(_value(q)) for q in found) if found else 0.0
    drawn: list[Element] = []
    x, right = MARGE, largeur - MARGE
    heads: list[tuple[float, list[str]]] = []
    pending: list[tuple[float, Quartier]] = []
    for name, members in sorted(groups.items()):
        # A group never breaks unless it is wider than the drawing.
        if x > MARGE and x + len(members) * (_LARGEUR + _ECART) - _ECART > right:
            y = _row(drawn, heads, pending, y, height)
            x, heads, pending = MARGE, [], []
        heads.append((x, couper(name, _TAILLE, min(len(members), 6) * (_LARGEUR + _ECART) - _ECART, True)))
        for quartier in members:
            if x + _LARGEUR > right:
                y = _row(drawn, heads, pending, y, height)
                x, heads, pending = MARGE, [(MARGE, couper(name, _TAILLE, right - MARGE, True))], []
            pending.append((x, quartier))
            x += _LARGEUR + _ECART
        x += 12
    return drawn, _row(drawn, heads, pending, y, height) if pending else y


def _row(
    drawn: list[Element],
    heads: Sequence[tuple[float, list[str]]],
    tiles: Sequence[tuple[float, Quartier]],
    y: float,
    height: float,
) -> float:
    """Draw one row: the headings stand on one base line, the tiles under them. Return where the next row begins."""
    lines = max(len(text) for _x, text in heads)
    for x, text in heads:
        for n, line in enumerate(text):
            base = y + (lines - len(text) + n + 1) * _LIGNE
            drawn.append(Texte((x, base), line, _TAILLE, ENCRE, True))
    top = y + lines * _LIGNE + 8
    for x, quartier in tiles:
        drawn.extend(_tile(quartier, x, top, height))
    return top + height + 16


def _tile(quartier: Quartier, x: float, y: float, height: float) -> list[Element]:
    found: list[Element] = [rectangle(x, y, _LARGEUR, height, quartier.style, quartier.alternative)]
    if quartier.a_cheval:
        found.append(rectangle(x, y, 16, height, A_CHEVAL))
    left = x + (22 if quartier.a_cheval else 12)
    texts = [(line, True) for line in _words(quartier)] + [(line, False) for line in _value(quartier)]
    base = y + 8
    for line, bold in texts:
        base += _LIGNE
        if quartier.style.motif:
            # Words never lie on a pattern.
            wide = largeur_texte(line, _TAILLE, bold) + 6
            found.append(rectangle(left - 3, base - 12.5, wide, 16, Style(quartier.style.fond)))
        found.append(Texte((left, base), line, _TAILLE, quartier.encre, bold))
    return found


def _words(quartier: Quartier) -> list[str]:
    return couper(quartier.libelle, _TAILLE, _LARGEUR - 30, True)


def _value(quartier: Quartier) -> list[str]:
    return couper(quartier.mots, _TAILLE, _LARGEUR - 30)
