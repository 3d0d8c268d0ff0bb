"""What the mappers take and give back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from droitcommun.graph.classeurs.problems import Problem
from droitcommun.graph.store import Store, Triple


@dataclass(frozen=True)
class MapContext:
    """The circumstances of a mapping.

    `reference` holds codes and contract; `document` is the IRI of the received file; `previous` holds the version that
    this file replaces, `last_campagne` what the same service declared in the campagne before; `confirme` accepts that
    lines of the previous version have gone.
    """

    reference: Store
    contrat: str
    annee: int | None
    campagne: str | None
    document: str
    sha256: str
    filename: str
    received: date
    previous: Store | None = None
    last_campagne: Store | None = None
    confirme: bool = False


@dataclass(frozen=True)
class Mapped:
    """What a file says. `read` = `kept` + `reserves` + `out_of_perimeter`.

    A line is a row that says something (a row that only holds what was prefilled says nothing). A line with at least
    one reserve counts in `reserves` and stays in `triples`; one of another contract counts in `out_of_perimeter`.
    The rows of the sheet Contacts are personal data: they are in `personal`, and not counted.
    `nodes` gives, by IRI, where each line stands: feuille, ligne, libelle.
    """

    triples: list[Triple]
    personal: list[Triple]
    problems: tuple[Problem, ...]
    read: int
    kept: int
    reserves: int
    out_of_perimeter: int
    organisme: str | None
    service: str | None
    annee: int | None
    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
