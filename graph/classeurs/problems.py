"""What a received file may have wrong, in one form for every reader: the `P` of `ingest --format json`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from droitcommun.graph.errors import DroitCommunError

Gravite = Literal["bloquant", "reserve", "info"]


@dataclass(frozen=True)
class Problem:
    """One fault of a file. `cellule` is the address in the file as received; `correction` says what to do."""

    gravite: Gravite
    code: str
    feuille: str | None
    cellule: str | None
    colonne: str | None
    valeur: str | None
    message: str
    correction: str

    def __str__(self) -> str:
        place = "!".join(part for part in (self.feuille, self.cellule) if part)
        return (f"{place} : " if place else "") + f"{self.message} {self.correction}".strip()


class ClasseurRefuse(DroitCommunError):
    """A file that cannot be taken in at all; at least one of `problems` is blocking."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(str(p) for p in self.problems if p.gravite == "bloquant")


def blocking(code: str, message: str, correction: str, feuille: str | None = None) -> Problem:
    """Return a blocking problem about a whole file or sheet."""
    return Problem("bloquant", code, feuille, None, None, None, message, correction)


def has_blocking(problems: Sequence[Problem]) -> bool:
    """Tell whether one of *problems* blocks the file."""
    return any(p.gravite == "bloquant" for p in problems)
