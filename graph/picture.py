"""The yearly picture of a contract: its tables, its figures and its ten sentences, as plain data. No file, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from droitcommun import __version__
from droitcommun.graph.catalogue import Table, find_query, run
from droitcommun.graph.pictures.contexte import Contexte, read_contexte
from droitcommun.graph.pictures.figures import (
    Figure,
    Montants,
    Periode,
    autre_periode,
    compute_figures,
    montants_par_periode,
    periode_principale,
    repondants,
)
from droitcommun.graph.pictures.sentences import Matiere, Sentence, write_sentences
from droitcommun.graph.pictures.territoires import read_territoires
from droitcommun.graph.store import fingerprint

if TYPE_CHECKING:
    from droitcommun.graph.checks.findings import CheckReport
    from droitcommun.graph.dataset import ActiveDataset

CREDITS = "droit-commun-et-specifique"

# Tables asked once, and tables asked in each phase (« name » for the period shown first, « name:autre »).
_ONCE = (
    "retours",
    "tableau-des-engagements",
    "engagements-declares",
    "ambitions-sans-partenaire",
    "matrice-qpv-ambition",
    CREDITS,
    "moyens-a-qualifier",
    "resultats-habitants",
    "calendrier-des-instances",
    "actions-incompletes",
    "reconciliation",
)
_BY_PHASE = (
    "mobilisation-par-ambition",
    "matrice-organisme-ambition",
    "mobilisation-par-qpv",
    "formes-de-mobilisation",
    "effet-levier",
    "moyens-humains",
)
# The rule that finds identical rows, and the counts that come from what bodies declare.
_IDENTIQUES = "R-M8"
_DECLARES = frozenset(
    (
        "n_actions",
        "n_actions_connues",
        "n_actions_femmes",
        "n_actions_jeunes",
        "n_actions_sans_moyen",
        "n_actions_secondaires",
        "n_organismes",
    )
)


@dataclass(frozen=True)
class Controle:
    """How many findings are open on `jour`, by severity, and what the check says it cannot verify.

    `a_venir` counts those judged at the closing date only; `doublons` says each row that may be counted twice.
    """

    a_corriger: int
    a_completer: int
    pour_information: int
    non_verifie: tuple[str, ...]
    a_venir: int = 0
    jour: date | None = None
    doublons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Picture:
    """Everything a product shows of one campagne.

    `tables` are keyed by query name; « name:autre » is the other phase, « name:precedente » the campagne before.
    `principale` is the period of the money columns of « name »; `montants` holds every period by origin (EUR).
    `empreinte` is the SHA-256 of the data read. `contours` (WKT in WGS 84; empty when none was received) and `communes`
    (names) are keyed by QPV code; `sources_contours` are the titles of the tables that the contours come from.
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


def build_picture(dataset: ActiveDataset, report: CheckReport | None = None, empreinte: str | None = None) -> Picture:
    """Build the picture of *dataset*'s campagne.

    *report* adds the findings; *empreinte* is the workspace's fingerprint when the caller has it, so that the product
    bears the one « doctor » prints; without it the fingerprint of the active dataset is computed.
    Source: every query of the catalogue that the tables name.
    """
    contexte = read_contexte(dataset)
    sources = _ask(dataset, CREDITS, contexte.annee)
    montants = montants_par_periode(sources)
    principale = periode_principale(contexte, montants)
    autre = autre_periode(contexte, principale)
    tables = _tables(dataset, contexte, sources, principale, autre)
    figures = compute_figures(contexte, tables, montants, principale)
    if not repondants(tables["retours"]):
        tables = _muettes(tables)
    matiere = Matiere(contexte, tables, figures, montants, principale, autre)
    territoires = read_territoires(dataset, contexte.reference or date(contexte.annee, 12, 31))
    return Picture(
        contexte=contexte,
        tables=tables,
        montants=montants,
        principale=principale,
        autre=autre,
        figures=figures,
        phrases=write_sentences(matiere),
        avertissements=tuple(dict.fromkeys(w for table in tables.values() for w in table.warnings)),
        controle=_controle(report) if report is not None else None,
        empreinte=empreinte or fingerprint([dataset.store.ntriples().encode()]),
        version=__version__,
        contours=territoires.contours,
        sources_contours=territoires.sources,
        communes=territoires.communes,
    )


def _ask(dataset: ActiveDataset, name: str, annee: int, **values: str) -> Table:
    return run(find_query(name), dataset, {"annee": str(annee), **values})


def _tables(
    dataset: ActiveDataset, contexte: Contexte, sources: Table, principale: Periode, autre: Periode
) -> dict[str, Table]:
    tables = {name: sources if name == CREDITS else _ask(dataset, name, contexte.annee) for name in _ONCE}
    for name in _BY_PHASE:
        tables[name] = _ask(dataset, name, contexte.annee, phase=principale.phase)
        tables[f"{name}:autre"] = _ask(dataset, name, contexte.annee, phase=autre.phase)
    before = contexte.annee_precedente
    if before is not None:
        years = {"annee1": str(before), "annee2": str(contexte.annee)}
        tables["evolution"] = run(find_query("evolution"), dataset, years)
        tables["retours:precedente"] = _ask(dataset, "retours", before)
        tables["moyens-humains:precedente"] = _ask(dataset, "moyens-humains", before, phase=principale.phase)
    return tables


def _controle(report: CheckReport) -> Controle:
    opened = [finding.gravite for finding in report.findings if finding.etat == "ouvert"]
    return Controle(
        a_corriger=opened.count("violation"),
        a_completer=opened.count("warning"),
        pour_information=opened.count("info"),
        non_verifie=tuple(str(item) for item in report.not_checked),
        a_venir=sum(1 for finding in report.findings if finding.etat == "a-venir"),
        jour=report.jour,
        doublons=tuple(f.message for f in report.findings if f.regle == _IDENTIQUES and f.etat != "deroge"),
    )


def _muettes(tables: Mapping[str, Table]) -> dict[str, Table]:
    """Put « unknown » for the zero counts of the tables when nobody has answered: nobody said zero."""
    return {key: table if key.endswith(":precedente") else _muette(table) for key, table in tables.items()}


def _muette(table: Table) -> Table:
    rows = [{c: None if c in _DECLARES and value == 0 else value for c, value in row.items()} for row in table.rows]
    return replace(table, rows=rows)
