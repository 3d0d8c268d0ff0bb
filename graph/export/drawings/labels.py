"""Labels beside a drawing, joined to what they name: two columns, no overlap, and leader lines that do not cross."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True)
class Etiquette:
    """What is to be named: its key, the point named and the height that its text takes."""

    cle: str
    point: Point
    hauteur: float


@dataclass(frozen=True)
class Place:
    """Where a label stands: its column, the top of its text, and the end of its leader line."""

    cle: str
    gauche: bool
    haut: float
    attache: Point


def placer(
    etiquettes: Sequence[Etiquette], gauche: float, droite: float, haut: float, bas: float, ecart: float = 8
) -> list[Place]:
    """Place each label in the column that ends at x = *gauche* or in the one that begins at x = *droite*.

    The western half goes left. When a column is too short for its labels, it goes beyond *bas*: `hauteur_necessaire`
    says what it takes.
    """
    places = []
    for left, column in zip((True, False), _columns(etiquettes), strict=True):
        x = gauche if left else droite
        order = _uncrossed(column, x, haut, bas, ecart)
        for label, top in zip(order, _tops(order, haut, bas, ecart), strict=True):
            places.append(Place(label.cle, left, top, (x, top + label.hauteur / 2)))
    return places


def hauteur_necessaire(etiquettes: Sequence[Etiquette], ecart: float = 8) -> float:
    """Return the height of the taller column."""
    return max((sum(e.hauteur + ecart for e in column) for column in _columns(etiquettes)), default=0)


def _columns(etiquettes: Sequence[Etiquette]) -> tuple[list[Etiquette], list[Etiquette]]:
    by_x = sorted(etiquettes, key=lambda e: (e.point[0], e.cle))
    half = (len(by_x) + 1) // 2
    return by_x[:half], by_x[half:]


def _tops(order: Sequence[Etiquette], haut: float, bas: float, ecart: float) -> list[float]:
    """Return tops near the points named, in this order, one under the other: each block sits at its mean wish."""
    blocks: list[list[float]] = []  # wish of the first top (sum over the labels), number of labels, height
    for label in order:
        blocks.append([label.point[1] - label.hauteur / 2, 1, label.hauteur + ecart])
        while len(blocks) > 1 and _top(blocks[-2], haut, bas) + blocks[-2][2] > _top(blocks[-1], haut, bas):
            wish, n, height = blocks.pop()
            blocks[-1][0] += wish - n * blocks[-1][2]
            blocks[-1][1] += n
            blocks[-1][2] += height
    tops: list[float] = []
    labels = iter(order)
    for block in blocks:
        top = _top(block, haut, bas)
        for _n in range(int(block[1])):
            tops.append(top)
            top += next(labels).hauteur + ecart
    return tops


def _top(block: Sequence[float], haut: float, bas: float) -> float:
    return max(haut, min(block[0] / block[1], bas - block[2]))


def _uncrossed(column: Sequence[Etiquette], x: float, haut: float, bas: float, ecart: float) -> list[Etiquette]:
    """Order a column so that no two leader lines cross: two that do are exchanged, which shortens them."""
    order = sorted(column, key=lambda e: (e.point[1], e.cle))
    for _pass in range(len(order) ** 2):
        tops = _tops(order, haut, bas, ecart)
        ends = [(x, top + label.hauteur / 2) for label, top in zip(order, tops, strict=True)]
        crossing = next(
            (
                (i, j)
                for i in range(len(order))
                for j in range(i + 1, len(order))
                if _cross(order[i].point, ends[i], order[j].point, ends[j])
            ),
            None,
        )
        if crossing is None:
            break
        i, j = crossing
        order[i], order[j] = order[j], order[i]
    return order


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Point, b: Point, p: Point) -> float:
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
