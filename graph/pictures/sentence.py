"""A sentence of a picture: fragments, the figures to bring out among them, and what sentences are made of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from droitcommun.graph.catalogue import Table
from droitcommun.graph.formats import entier, typographie
from droitcommun.graph.pictures.contexte import Contexte
from droitcommun.graph.pictures.figures import Figure, Montants, Periode

_MARK = re.compile("\x02([^\x02\x03]*)\x03")
NOMS = 8  # so many names, then « et 4 autres »


@dataclass(frozen=True)
class Fragment:
    """A piece of a sentence; `fort` marks a figure to bring out."""

    texte: str
    fort: bool


@dataclass(frozen=True)
class Sentence:
    """One of the ten sentences. `connu` is False when it says that the data is missing; `figures` are figure ids."""

    numero: int
    fragments: tuple[Fragment, ...]
    connu: bool
    figures: tuple[str, ...]

    @property
    def texte(self) -> str:
        """The sentence as plain text."""
        return "".join(fragment.texte for fragment in self.fragments)


@dataclass(frozen=True)
class Matiere:
    """What the sentences are made of."""

    contexte: Contexte
    tables: Mapping[str, Table]
    figures: Mapping[str, Figure]
    montants: tuple[Montants, ...]
    principale: Periode
    autre: Periode

    def valeur(self, figure: str) -> Decimal | int | None:
        """Return the value of a figure, None when it is unknown or was not computed."""
        found = self.figures.get(figure)
        return found.valeur if found else None

    def compte(self, figure: str) -> int:
        """Return a count, 0 when it is unknown (test `valeur` first where the difference matters)."""
        return int(self.valeur(figure) or 0)

    def masque(self, figure: str) -> str:
        """Return the words of a figure that the profile hides, "" for any other."""
        found = self.figures.get(figure)
        return found.masque if found else ""

    @property
    def silence(self) -> bool:
        """True when no institution has answered: nothing can be said of the droit commun."""
        return self.compte("F-retours-2") + self.compte("F-retours-5") == 0


def fort(text: str) -> str:
    """Mark a figure to bring out; make_sentence takes the marks away."""
    return f"\x02{text}\x03"


def compte_fort(n: int) -> str:
    """Mark a count to bring out."""
    return fort(entier(n))


def make_sentence(numero: int, text: str, figures: Sequence[str], connu: bool = True) -> Sentence:
    """Cut a text whose figures are marked into fragments; marks that came with the data are dropped."""
    fragments: list[Fragment] = []
    for n, piece in enumerate(_MARK.split(text)):
        clean = typographie(piece.replace("\x02", "").replace("\x03", ""))
        if clean:
            fragments.append(Fragment(clean, n % 2 == 1))
    return Sentence(numero, tuple(fragments), connu, tuple(figures))
