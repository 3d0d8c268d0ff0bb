"""What a deck holds, ready to draw: slides, their columns and blocks. Plain data, no PPTX and no arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from droitcommun.graph.pictures.sentence import Fragment

# What the numbers of a chart are: thousands of euros, changes of them, counts, staff (deck/numbers.py writes them).
Nombre = Literal["keuros", "ecarts", "comptes", "etp"]

# Series and states, as on the page; each is doubled by a word or a symbol.
BLEU, CLAIR, ORANGE, OCRE, GRIS, VERT = "1D4E89", "8DB4E0", "B4560F", "857019", "D5DAE4", "1F6F54"
ENCRE, BLANC, AMBRE, PALE = "16213A", "FFFFFF", "FFE9C2", "F5F6F9"


@dataclass(frozen=True)
class Texte:
    """Paragraphs of fragments; `taille` is the largest size in points, made smaller when they do not fit."""

    paragraphes: tuple[tuple[Fragment, ...], ...]
    titre: str = ""
    puces: bool = False
    taille: int = 20
    part: float = 1


@dataclass(frozen=True)
class Serie:
    """One series of a chart, in its colour (RRGGBB). None is what nobody said: nothing is drawn for it."""

    nom: str
    valeurs: tuple[Decimal | int | None, ...]
    couleur: str


@dataclass(frozen=True)
class Graphe:
    """A horizontal bar chart: categories from top to bottom, side by side or stacked, and its text alternative."""

    titre: str
    categories: tuple[str, ...]
    series: tuple[Serie, ...]
    nombre: Nombre
    alternative: str
    empile: bool = False
    part: float = 1


@dataclass(frozen=True)
class Case:
    """One cell of a table; `fond` is its ground (RRGGBB), "" for that of the table."""

    texte: str
    fond: str = ""
    gras: bool = False
    centre: bool = False


@dataclass(frozen=True)
class Tableau:
    """A native table: `largeurs` are relative, `taille` is the size of its text in points."""

    titre: str
    entetes: tuple[str, ...]
    lignes: tuple[tuple[Case, ...], ...]
    largeurs: tuple[float, ...]
    alternative: str
    taille: int = 14
    part: float = 1


@dataclass(frozen=True)
class Image:
    """A PNG and its text alternative."""

    png: bytes
    alternative: str
    part: float = 1


@dataclass(frozen=True)
class Chiffre:
    """A figure to bring out, what it counts and what bounds it."""

    valeur: str
    libelle: str
    precision: str = ""


@dataclass(frozen=True)
class Chiffres:
    """Figures one under the other."""

    chiffres: tuple[Chiffre, ...]
    part: float = 1


Bloc = Texte | Graphe | Tableau | Image | Chiffres


@dataclass(frozen=True)
class Colonne:
    """Blocks one under the other; `poids` is the share of the width, `part` of each block that of the height."""

    blocs: tuple[Bloc, ...]
    poids: float = 1


@dataclass(frozen=True)
class Diapo:
    """One slide: the message as its title, its columns, a remark under them, and the notes of the speaker."""

    titre: str
    colonnes: tuple[Colonne, ...]
    notes: tuple[str, ...]
    remarque: str = ""


@dataclass(frozen=True)
class Couverture:
    """The first slide."""

    titre: str
    sous_titre: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """A deck: its cover, its slides, and what each bears: the foot, and whether its figures are invented."""

    couverture: Couverture
    diapos: tuple[Diapo, ...]
    pied: tuple[str, ...]
    fictif: bool
    auteur: str


def fragment(texte: str, fort: bool = False) -> tuple[Fragment, ...]:
    """Return a paragraph of one fragment."""
    return (Fragment(texte, fort),)
