"""How the numbers of a chart are written: a format that the viewer's program applies, in the language of the deck.

Programs group thousands as the computer that shows them is set. Here the space is a text of the format, and the format
names its language: the deck reads alike everywhere, up to the decimal point of programs that do not follow that name.
A format has three parts at most: those that the values of the chart need.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from droitcommun.graph.export.deck.plan import Nombre
from droitcommun.graph.langue import langue

_MILLIERS = {"fr": "\u202f"}  # what groups thousands, a comma elsewhere
_LANGUES = {"fr": "[$-40C]"}
_EUROS, _KEUROS, _ETP = '"\u00a0€"', ',"\u00a0k€"', '"\u00a0ETP"'


def number_format(nombre: Nombre, valeurs: Sequence[Decimal | int], petit: float = 0) -> str:
    """Return the format code of *nombre* for a chart of *valeurs*; a value under *petit* is not written."""
    grouped = f'0"{_MILLIERS.get(langue(), ",")}"000'
    if nombre == "keuros":
        parts = _keuros(valeurs, grouped)
    elif nombre == "ecarts":
        thousands = "0.0" if all(-999_950 < v < 999_950 for v in valeurs) else "#,##0"
        parts = [f"+{thousands}{_KEUROS}", f"\u2212{thousands}{_KEUROS}", '0"\u00a0k€"']
    elif nombre == "etp":
        parts = [f"[>=999.95]{grouped}.0{_ETP}", f"0.0{_ETP}"]
    else:
        parts = [f'[<{petit or 1:.3f}]""', f"[>=1000]{grouped}", "0"]
    return ";".join(_in_langue(part) for part in parts)


def _keuros(valeurs: Sequence[Decimal | int], grouped: str) -> list[str]:
    """As formats.keuros: euros under 100 €, one decimal under 10 k€, then none; thousands of thousands are grouped."""
    steps: tuple[tuple[int | None, str], ...] = (
        (100, f"0{_EUROS}"),
        (9_950, f"0.0{_KEUROS}"),
        (999_500, f"0{_KEUROS}"),
        (None, f"{grouped}{_KEUROS}"),
    )
    needed = {next(n for n, (top, _c) in enumerate(steps) if top is None or v < top) for v in valeurs} or {1}
    kept = [steps[n] for n in sorted(needed)][-3:]
    return [code if n == len(kept) - 1 else f"[<{top}]{code}" for n, (top, code) in enumerate(kept)]


def _in_langue(part: str) -> str:
    """Put the language after the condition, where programs look for it."""
    condition, bracket, code = part.rpartition("]") if part.startswith("[") else ("", "", part)
    return f"{condition}{bracket}{_LANGUES.get(langue(), '')}{code}"
