"""What an invented campagne is made of: contributions, actions, moyens, meetings, and what they must show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

ANNEES = (2025, 2026)
JOUR = date(2026, 3, 20)
NON_CHIFFRABLE = "non-chiffrable"
NE_SAIT_PAS = "ne-sait-pas"

Quantite = Decimal | str  # a number, or one of the two words above
Compte = int | str | None


@dataclass(frozen=True)
class Moyen:
    """One line of sheet Moyens; every word is a code of the shared lists. Money in euros."""

    phase: str
    nature: str
    quantite: Quantite
    source: str
    part: int | None
    origine_part: str | None
    qpv: str | None
    fiabilite: str
    commentaire: str | None


@dataclass(frozen=True)
class Action:
    """One line of sheet Actions with its moyens."""

    titre: str
    ambition: str
    autres: tuple[str, ...]
    forme: str
    portee: str
    lieux: tuple[str, ...]
    public: str
    habitants: Compte
    femmes: Compte
    jeunes: Compte
    porteur: str | None
    commentaire: str | None
    suite: str
    moyens: tuple[Moyen, ...]


@dataclass(frozen=True)
class Contribution:
    """What one service of one body answers for one campagne. `premiere` marks the service that speaks for the body.

    `priorites` are ambitions it calls a priority without acting on them. `etats` are the commitments, by code, of which
    it says something else than it would by itself (a code of etat-engagement).
    """

    annee: int
    organisme: str
    service: str
    fonction: str
    suppleance: str
    le: date
    visa: bool
    neant: bool
    premiere: bool
    priorites: tuple[str, ...]
    etats: Mapping[str, str]
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class Seance:
    """One meeting, with the bodies present, excused and absent (nobody yet when it is to come)."""

    instance: str
    le: date
    lieu: str
    objet: str
    tenue: bool
    presents: tuple[str, ...]
    excuses: tuple[str, ...]
    absents: tuple[str, ...]
    points: tuple[str, ...] = ()


@dataclass(frozen=True)
class DemoExpectations:
    """What the queries must find for one campagne, whatever was damaged.

    `constats` is all that `check` finds on intact workbooks: (rule, code of the body or of the thing).
    """

    annee: int
    ambitions_sans_partenaire: tuple[str, ...]
    ambitions_un_partenaire: Mapping[str, str]
    qpv_sans_action: tuple[str, ...]
    repondants: tuple[str, ...]
    neant: tuple[str, ...]
    muets: tuple[str, ...]
    constats: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Scenario:
    """Two campagnes, by year: contributions, meetings, qualification decided (by source) and what they must show.

    `registres` gives by sheet of the steering workbook its rows, by column title.
    """

    contributions: Mapping[int, tuple[Contribution, ...]]
    seances: Mapping[int, tuple[Seance, ...]]
    decisions: Mapping[int, Mapping[str, str]]
    attendus: Mapping[int, DemoExpectations]
    registres: Mapping[int, Mapping[str, Sequence[Mapping[str, Any]]]]
