"""Statistical secrecy: a small count of inhabitants, and an amount that only one body brings, are not shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from decimal import Decimal

from droitcommun.graph.formats import entier
from droitcommun.graph.langue import _
from droitcommun.graph.pictures.figures import Figure
from droitcommun.graph.pictures.modele import Picture
from droitcommun.graph.pictures.rows import Masque, Row, montant

_HABITANTS = "resultats-habitants"
_PERSONNES = ("habitants", "femmes", "moins_25", "habitants_femmes", "habitants_jeunes")
# Each share: its figure, its count, and the base of the share.
_PARTS = (("F-habitants-4", "femmes", "habitants_femmes"), ("F-habitants-6", "moins_25", "habitants_jeunes"))


def non_montre() -> Masque:
    """Return the words that stand for an amount that only one body, without visa, brings."""
    return Masque(_("non montré"))


def hide_small_counts(picture: Picture, seuil: int) -> Picture:
    """Hide each count of inhabitants from 1 to *seuil* − 1, and the shares that would give it back."""
    words = Masque(_("moins de {n}").format(n=entier(seuil)))

    def small(value: Decimal | int | None) -> bool:
        return value is not None and 0 < value < seuil

    table = picture.tables[_HABITANTS]
    rows = [
        {c: words if c in _PERSONNES and small(montant(row, c)) else v for c, v in row.items()} for row in table.rows
    ]
    figures = dict(picture.figures)
    reached = figures["F-habitants-1"]
    if small(reached.valeur):
        figures[reached.id] = hide(reached, words)
    for row in table.rows:
        for name, column, base in _PARTS:
            value, whole = montant(row, column), montant(row, base)
            others = whole - value if value is not None and whole is not None else None
            if any(small(count) for count in (value, whole, others)):
                figures[name] = hide(figures[name], non_montre())
    return replace(picture, tables={**picture.tables, _HABITANTS: replace(table, rows=rows)}, figures=figures)


def hide(figure: Figure, words: Masque) -> Figure:
    """Return *figure* without its value, with *words* in its place; an unknown value stays unknown."""
    return figure if figure.valeur is None else replace(figure, valeur=None, masque=str(words), confiance=())


def hide_amounts(
    rows: Sequence[Row], columns: Collection[str], providers: Callable[[Row, str], Collection[str]]
) -> list[Row]:
    """Hide the amounts of the rows that give back, by subtraction, what one body without visa brings.

    *providers* tells which bodies without visa bring the amount of a row and column. Years are hidden apart: each has
    its total, which stays.
    """
    found: list[dict[str, object]] = [dict(row) for row in rows]
    for column in columns:
        for year in dict.fromkeys(row.get("exercice") for row in rows):
            known = [n for n, row in enumerate(found) if row.get("exercice") == year and montant(row, column)]
            sizes = [montant(rows[n], column) or Decimal(0) for n in known]
            for n in to_hide([providers(rows[n], column) for n in known], sizes):
                found[known[n]][column] = non_montre()
    return list(found)


def to_hide(providers: Sequence[Collection[str]], sizes: Sequence[Decimal]) -> set[int]:
    """Return which of the amounts whose total is public must be hidden: those of one provider, and one more if needed.

    When all those hidden are of the same body, the total would give its money back: the smallest that several bring
    is hidden with them, else the smallest of all.
    """
    hidden = {n for n, bodies in enumerate(providers) if len(bodies) == 1}
    if len({body for n in hidden for body in providers[n]}) == 1:
        others = [n for n in range(len(providers)) if n not in hidden]
        several = [n for n in others if len(providers[n]) > 1]
        if others:
            hidden.add(min(several or others, key=sizes.__getitem__))
    return hidden
