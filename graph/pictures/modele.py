"""The picture of a campagne, as plain data: what every product is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from droitcommun.graph.catalogue import Table
from droitcommun.graph.pictures.constats import Controle
from droitcommun.graph.pictures.contexte import Contexte, Publication
from droitcommun.graph.pictures.figures import Figure, Montants, Periode
from droitcommun.graph.pictures.sentence import Sentence


@dataclass(frozen=True)
class Picture:
    """Everything a product shows of one campagne.

    `tables` are keyed by query name; « name:autre » is the other phase, « name:precedente » the campagne before.
    `principale` is the period of the money columns of « name »; `montants` holds every period by origin (EUR).
    `empreinte` is the SHA-256 of the data read. `profil` is the code of the profile it was restricted to: a table, a
    row or a text that the profile leaves out is not here at all, and a cell that it hides is a Masque.
    `publication` is None while the campagne is not published (« provisoire »). `non_detailles` counts the bodies that
    answered, are in every total, and have no row of their own (public: those that have not given their visa).
    `contours` (WKT in WGS 84; empty when none was received) and `communes` (names) are keyed by QPV code;
    `sources_contours` are the titles of the tables that the contours come from.
    """

    contexte: Contexte
    tables: Mapping[str, Table]
    montants: tuple[Montants, ...]
    principale: Periode
    autre: Periode
    figures: Mapping[str, Figure]
    phrases: tuple[Sentence, ...]
    avertissements: tuple[str, ...]
    controle: Controle | None
    empreinte: str
    version: str
    contours: Mapping[str, str] = field(default_factory=dict)
    sources_contours: tuple[str, ...] = ()
    communes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    profil: str = "interne"
    publication: Publication | None = None
    non_detailles: int = 0
