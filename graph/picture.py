"""The yearly picture of a contract: its tables, its figures and its ten sentences, as plain data. No file, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from droitcommun import __version__
from droitcommun.graph.catalogue import Table, find_query, run
from droitcommun.graph.pictures.confiance import with_confiance
from droitcommun.graph.pictures.constats import Controle, read_controle
from droitcommun.graph.pictures.contexte import Contexte, Publication, read_contexte
from droitcommun.graph.pictures.figures import (
    Periode,
    autre_periode,
    compute_figures,
    montants_par_periode,
    periode_principale,
    periodes_dites,
    repondants,
)
from droitcommun.graph.pictures.modele import Picture
from droitcommun.graph.pictures.sentence import Matiere
from droitcommun.graph.pictures.sentences import write_sentences
from droitcommun.graph.pictures.territoires import read_territoires
from droitcommun.graph.store import fingerprint

if TYPE_CHECKING:
    from droitcommun.graph.checks.findings import CheckReport
    from droitcommun.graph.dataset import ActiveDataset

__all__ = ["CREDITS", "Controle", "Picture", "build_picture"]

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
    "axes-transversaux",
    "ecarts-de-couverture",
    "programme-d-evaluation",
    "decisions",
    "actions-declarees",
    "quartiers-et-communes",
    "missions-des-instances",
    "indicateurs",
    "fiabilite-des-montants",
)
_BY_PHASE = (
    "mobilisation-par-ambition",
    "matrice-organisme-ambition",
    "matrice-organisme-qpv",
    "mobilisation-par-qpv",
    "formes-de-mobilisation",
    "effet-levier",
    "moyens-humains",
)
# The counts that come from what bodies declare.
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


def build_picture(
    dataset: ActiveDataset,
    report: CheckReport | None = None,
    empreinte: str | None = None,
    publication: Publication | None = None,
) -> Picture:
    """Build the picture of *dataset*'s campagne, whole (profile « interne »): restrict_picture makes the others.

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
    figures = with_confiance(figures, tables["fiabilite-des-montants"], periodes_dites(montants, principale, autre))
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
        controle=read_controle(report) if report is not None else None,
        empreinte=empreinte or fingerprint([dataset.store.ntriples().encode()]),
        version=__version__,
        contours=territoires.contours,
        sources_contours=territoires.sources,
        communes=territoires.communes,
        publication=publication,
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
        tables["decisions:precedente"] = _ask(dataset, "decisions", before)
        tables["moyens-humains:precedente"] = _ask(dataset, "moyens-humains", before, phase=principale.phase)
    return tables


def _muettes(tables: Mapping[str, Table]) -> dict[str, Table]:
    """Put « unknown » for the zero counts of the tables when nobody has answered: nobody said zero."""
    return {key: table if key.endswith(":precedente") else _muette(table) for key, table in tables.items()}


def _muette(table: Table) -> Table:
    rows = [{c: None if c in _DECLARES and value == 0 else value for c, value in row.items()} for row in table.rows]
    return replace(table, rows=rows)
