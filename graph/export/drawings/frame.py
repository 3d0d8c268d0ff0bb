"""What frames a drawing: the title that says the message, the legend, the notes, and what the product must bear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from droitcommun.graph.export.drawings.drawing import (
    ENCRE,
    GRIS,
    TEXTE,
    Aire,
    Disque,
    Ligne,
    Style,
    Texte,
    couper,
    largeur_texte,
    rectangle,
)

Element = Aire | Disque | Ligne | Texte
MARGE = 24.0
_TITRE, _SOUS_TITRE, _LEGENDE, _NOTE = 21.0, 14.0, 13.0, 12.0
_ALERTE = "#b4560f"


@dataclass(frozen=True)
class Signe:
    """One entry of a legend: a filled square (or disc), or a line, and its words."""

    texte: str
    style: Style | None = None
    trait: str = GRIS
    epaisseur: float = 2
    rond: bool = False
    tirets: tuple[float, ...] = ()


def entete(titre: str, sous_titre: str, alerte: str, largeur: float) -> tuple[list[Element], float]:
    """Return the title, what is under it and *alerte* (« Données fictives ») when there is one; then the next y."""
    found: list[Element] = []
    room = largeur - 2 * MARGE
    y = MARGE
    if alerte:
        wide = largeur_texte(alerte, _LEGENDE, True) + 16
        found.append(rectangle(largeur - MARGE - wide, y, wide, 24, Style(None, trait=_ALERTE, epaisseur=1.5)))
        found.append(Texte((largeur - MARGE - wide / 2, y + 17), alerte, _LEGENDE, _ALERTE, True, "middle"))
        room -= wide + 12
    for line in couper(titre, _TITRE, room, True):
        y += _TITRE
        found.append(Texte((MARGE, y), line, _TITRE, ENCRE, True))
        y += 5
    for line in couper(sous_titre, _SOUS_TITRE, room):
        y += _SOUS_TITRE + 4
        found.append(Texte((MARGE, y), line, _SOUS_TITRE, TEXTE))
    return found, y + 14


def pied(signes: Sequence[Signe], notes: Sequence[str], largeur: float, y: float) -> tuple[list[Element], float]:
    """Return the legend, in rows, and the notes under it, from *y*; then the height of the whole drawing."""
    found: list[Element] = []
    x, room = MARGE, largeur - MARGE
    y += 6
    for signe in signes:
        lines = couper(signe.texte, _LEGENDE, room - MARGE - 34)
        wide = 30 + max(largeur_texte(line, _LEGENDE) for line in lines) + 22
        if x > MARGE and x + wide - 22 > room:
            x, y = MARGE, y + 26
        found.append(_sign(signe, x, y))
        for n, line in enumerate(lines):
            found.append(Texte((x + 30, y + 13 + n * 16), line, _LEGENDE, TEXTE))
        x += wide
        y += (len(lines) - 1) * 16
    y += 38 if signes else 0
    for note in notes:
        for line in couper(note, _NOTE, room - MARGE):
            found.append(Texte((MARGE, y), line, _NOTE, GRIS))
            y += 16
    return found, y + MARGE - 12


def _sign(signe: Signe, x: float, y: float) -> Element:
    if signe.style is None:
        return Ligne(((x, y + 8), (x + 22, y + 8)), signe.trait, signe.epaisseur, signe.tirets)
    if signe.rond:
        return Disque((x + 11, y + 8), 6.5, signe.style)
    return rectangle(x, y, 22, 16, signe.style)
