"""The findings as JSON: the contract of `check --format json`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from droitcommun.graph.checks.findings import CheckReport, Finding, Score


def render_json(report: CheckReport, passes: bool = False) -> str:
    """Return the report as JSON, in the order and with the names of the command line contract."""
    return json.dumps(report_object(report, passes), ensure_ascii=False, indent=2) + "\n"


def report_object(report: CheckReport, passes: bool = False) -> dict[str, Any]:
    """Return what render_json writes, as Python values; *passes* adds « satisfaites », the rules each body meets."""
    said: dict[str, Any] = {
        "contrat": report.contrat,
        "campagne": report.annee,
        "conforme": report.conforme,
        "resume": report.resume(),
        "non-verifie": list(report.not_checked),
        "organismes": [{"organisme": s.code, **_score_object(s)} for s in report.scores_organismes],
        "ambitions": [{"ambition": s.code, **_score_object(s)} for s in report.scores_ambitions],
        "constats": [_finding_object(finding) for finding in report.findings],
    }
    if passes:
        said["satisfaites"] = [asdict(one) for one in report.passes]
    return said


def _finding_object(finding: Finding) -> dict[str, Any]:
    """Return one finding; « sources » are cells of files received, « repondre » those of a workbook still to come."""
    said = asdict(finding)
    received = [source for source in said["sources"] if source["fichier"]]
    awaited = [source for source in said["sources"] if not source["fichier"]]
    said["sources"] = received
    said["repondre"] = [{"feuille": source["feuille"], "cellule": source["cellule"]} for source in awaited]
    return said


def _score_object(score: Score) -> dict[str, Any]:
    return {
        "libelle": score.libelle,
        "score": {"fait": score.fait, "attendu": score.attendu},
        "constats": score.constats,
    }
