"""A report made by hand: every state, hostile texts, two bodies whose names are alike."""

from __future__ import annotations

from datetime import date

import pytest

from droitcommun.graph.checks.findings import CheckReport, Finding, Pass, Score, Source, Waiver

TODAY = date(2026, 3, 20)
LONG = "Direction territoriale de la protection judiciaire de la jeunesse"


def finding(n: int, **changes: object) -> Finding:
    """Return a finding of Bourg to correct, but for *changes*."""
    said: dict[str, object] = {
        "id": f"{n:016x}",
        "regle": "R-A1",
        "gravite": "violation",
        "etat": "ouvert",
        "destinataire": "contributeur",
        "organisme": "bourg",
        "sujet": f"https://w3id.org/droit-commun/id/essai/action/2026/bourg/ville/a{n}",
        "libelle": f"Action {n}",
        "chemin": None,
        "valeur": None,
        "message": f"La forme de l'action {n} manque.",
        "correction": "Feuille Actions : choisir une forme.",
        "reference": "L665",
        "sources": (Source("bourg.xlsx", "Actions", f"E{n}", ""),),
    }
    return Finding(**{**said, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def report() -> CheckReport:
    """Return the report: Bourg has every state, the two long names one finding each, Toits none."""
    formula = '=HYPERLINK("https://exemple.invalid";"là")'
    two = (Source("bourg.xlsx", "Moyens", "B4", formula), Source("bourg.xlsx", "Moyens", "B9", ""))
    findings = (
        finding(1),
        finding(2, regle="R-A6", message='<script>alert("1")</script> & \x0b', libelle=formula, sources=two),
        finding(3, regle="R-E0", gravite="warning", libelle="Commune de Bourg", sources=()),
        finding(4, regle="R-M8", gravite="info"),
        finding(5, regle="R-E02", etat="a-venir"),
        finding(6, regle="R-E01", etat="a-l-essai", gravite="warning", destinataire="copilotes"),
        finding(7, regle="R-M1", etat="deroge", derogation=Waiver("Vu au copil ; sans suite", "2026-12-31", True)),
        finding(8, regle="R-M1", derogation=Waiver("Ancien accord", "2026-01-31", False)),
        finding(9, organisme="dtpjj-1"),
        finding(10, organisme="dtpjj-2"),
        finding(11, organisme=None, regle="R-G2", destinataire="copilotes", sources=()),
    )
    scores = (
        Score("bourg", "Commune de Bourg", 7, 12, 8),
        Score("dtpjj-1", LONG, 0, 1, 1),
        Score("dtpjj-2", LONG + " (bis)", 0, 1, 1),
        Score("toits", "Les Toits", 1, 1, 0),
    )
    return CheckReport(
        contrat="essai",
        annee=2026,
        fictif=True,
        findings=findings,
        scores_organismes=scores,
        scores_ambitions=(Score("A1.1", "Apprendre", 9, 13, 4), Score("A1.2", "Se soigner", 0, 0, 0)),
        not_checked=("R-A4 – Durée des conventions",),
        titre="Contrat d'essai",
        jour=TODAY,
        passes=(Pass("R-A6", "toits", "Cellules lisibles"), Pass("R-T1", "bourg", "Lieu de l'action")),
    )
