"""Invented amounts: drawn with a fixed seed, rounded as people round them, split so that the parts add up exactly."""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Decimal

_PAS_PREVU = {"personnel": Decimal("0.25"), "permanences": Decimal(10)}
_PAS_REALISE = {"personnel": Decimal("0.25"), "permanences": Decimal(1)}
_CENT = Decimal("0.01")


def tirage(*key: str) -> random.Random:
    """Return a draw that depends on its key and on nothing else."""
    return random.Random("|".join(key))  # noqa: S311 - invented figures, not secrets


def _facteur(draw: random.Random, low: int, high: int) -> Decimal:
    return Decimal(draw.randint(low, high)) / 1000


def niveaux(
    base: float | str, nature: str, debut: int, croissance: float, draw: random.Random
) -> dict[tuple[int, str], Decimal | str]:
    """Return the quantity of each (exercice, « realise » or « prevu ») that the two campagnes collect.

    *base* is the level of the first exercice; a word (« non-chiffrable ») stands for every level.
    """
    keys = ((2024, "realise"), (2025, "prevu"), (2025, "realise"), (2026, "prevu"))
    if isinstance(base, str):
        return dict.fromkeys(keys, base)
    growth = Decimal(str(croissance))
    first = Decimal(str(base))
    levels: dict[tuple[int, str], Decimal | str] = {}
    levels[2024, "realise"] = r24 = _realise(first * _facteur(draw, 960, 1040), nature, draw)
    p25 = first if debut == 2025 else r24 * (1 + growth + _facteur(draw, -10, 30))
    levels[2025, "prevu"] = p25 = _prevu(p25, nature)
    levels[2025, "realise"] = r25 = _realise(p25 * _facteur(draw, 930, 1020), nature, draw)
    p26 = first if debut == 2026 else r25 * (1 + growth + _facteur(draw, -10, 30))
    levels[2026, "prevu"] = _prevu(p26, nature)
    return levels


def parts(total: Decimal | str, n: int, draw: random.Random) -> list[Decimal | str]:
    """Return *n* amounts in cents whose sum is exactly *total*."""
    if isinstance(total, str):
        return [total] * n
    weights = [draw.randint(50, 150) for _ in range(n)]
    shares: list[Decimal | str] = []
    left = total
    for weight in weights[:-1]:
        share = (total * weight / sum(weights)).quantize(_CENT, ROUND_HALF_UP)
        shares.append(share)
        left -= share
    return [*shares, left]


def _realise(value: Decimal, nature: str, draw: random.Random) -> Decimal:
    pas = _PAS_REALISE.get(nature)
    return _au_pas(value, pas) if pas else _au_pas(value, Decimal(1)) + _CENT * draw.randint(0, 99)


def _prevu(value: Decimal, nature: str) -> Decimal:
    pas = _PAS_PREVU.get(nature) or (Decimal(1000) if value >= 1_000_000 else Decimal(100))
    return _au_pas(value, pas)


def _au_pas(value: Decimal, pas: Decimal) -> Decimal:
    return max(pas, (value / pas).quantize(Decimal(1), ROUND_HALF_UP) * pas)
