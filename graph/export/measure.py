"""How much room a text takes, near enough to choose its size before a program draws it (widths of Arial)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

_NARROW = frozenset("iljI.,:;'|!’")
_SLIM = frozenset('frt()-[]/ \u00a0\u202f«»"')
_WIDE = frozenset("mwMW%@—…")
_ROUND = frozenset("cksvxyz")
_INTERLIGNE = 1.2
_PAR_POUCE = 72


def largeur(texte: str, points: float) -> float:
    """Return the width of *texte* on one line, in inches."""
    return _ems(texte) * points / _PAR_POUCE


@lru_cache(maxsize=1 << 14)  # a workbook and a report measure the same words thousands of times
def _ems(texte: str) -> float:
    return sum(map(_em, texte))


@cache
def _em(char: str) -> float:
    base = unicodedata.normalize("NFD", char)[0]
    if base in _NARROW:
        return 0.26
    if base in _SLIM:
        return 0.34
    if base in _WIDE:
        return 0.86
    if base in _ROUND:
        return 0.5
    return 0.7 if base.isupper() else 0.56


def lignes(texte: str, points: float, maximum: float) -> int:
    """Return how many lines *texte* takes when it wraps at *maximum* inches (a long word is broken)."""
    count, used, space = 1, 0.0, largeur(" ", points)
    for word in texte.split(" "):
        wide = largeur(word, points)
        if used and used + space + wide > maximum:
            count, used = count + 1, 0.0
        while wide > maximum > 0:
            count, wide = count + 1, wide - maximum
        used += wide + (space if used else 0)
    return count


def hauteur(textes: Iterable[str], points: float, maximum: float, entre: float = 0.0) -> float:
    """Return the height of paragraphs in inches, *entre* points between them."""
    found = [lignes(texte, points, maximum) * points * _INTERLIGNE + entre for texte in textes]
    return sum(found) / _PAR_POUCE


def taille(textes: Iterable[str], large: float, haut: float, plus_grande: int, plus_petite: int, entre: float) -> int:
    """Return the largest size, in points, at which the paragraphs hold in *large* × *haut* inches."""
    held = list(textes)
    sizes = range(plus_grande, plus_petite, -1)
    return next((size for size in sizes if hauteur(held, size, large, entre) <= haut), plus_petite)


def abrege(texte: str, points: float, maximum: float, nombre: int = 1) -> str:
    """Return *texte*, or its first words and « … » when it takes more than *nombre* lines of *maximum* inches."""
    if lignes(texte, points, maximum) <= nombre:
        return texte
    words = texte.split(" ")
    while len(words) > 1 and lignes(" ".join(words) + "…", points, maximum) > nombre:
        words.pop()
    kept = " ".join(words)
    while len(kept) > 1 and lignes(kept + "…", points, maximum) > nombre:
        kept = kept[:-1]
    return kept.rstrip(" ,;:–-") + "…"
