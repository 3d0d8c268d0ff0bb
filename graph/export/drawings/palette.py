"""The marks of the piliers, the same in every product: a colour, and a dash, so that colour does not speak alone.

Colours stand 3 to 1 on white and are told apart by who does not see red, green or blue (tests/picture/test_palette.py).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Marque:
    """How the lines of one pilier are drawn; `tirets` are lengths drawn and left, none for a whole line."""

    couleur: str
    tirets: tuple[float, ...] = ()

    @property
    def svg(self) -> str:
        """The dash, as SVG and CSS write it."""
        return " ".join(f"{length:g}" for length in self.tirets) or "none"

    @property
    def fond(self) -> str:
        """The ground, in CSS, of a line as thick as one likes."""
        if not self.tirets:
            return self.couleur
        stops, at = [], 0.0
        for n, length in enumerate(self.tirets):
            colour = self.couleur if n % 2 == 0 else "transparent"
            stops.append(f"{colour} {at:g}px {at + length:g}px")
            at += length
        return f"repeating-linear-gradient(90deg, {', '.join(stops)})"


MARQUES = (
    Marque("#0b5fa5"),
    Marque("#c2570c", (8, 3)),
    Marque("#00927a", (3, 3)),
    Marque("#16213a", (9, 3, 3, 3)),
)


def marque(rang: int) -> Marque:
    """Return the mark of the pilier of rank *rang* (0, 1 …); beyond them, marks come again."""
    return MARQUES[rang % len(MARQUES)]
