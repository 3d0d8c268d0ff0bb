"""The findings as CSV: one line a finding, column names that never change."""

from __future__ import annotations

import csv
import io

from droitcommun.graph.checks.findings import CheckReport, Finding
from droitcommun.graph.export.constats.groups import body_names, kind_of, kinds
from droitcommun.graph.export.tables import safe_text
from droitcommun.graph.langue import _

COLUMNS = (
    *("id", "regle", "gravite", "etat", "a_faire", "destinataire", "organisme", "libelle_organisme"),
    *("libelle", "message", "correction", "reference", "fichier", "feuille", "cellule", "texte"),
    *("derogation_motif", "derogation_expire", "avertissement"),
)
_BETWEEN = " | "


def render_csv(report: CheckReport) -> str:
    """Return the findings for a French spreadsheet: byte order mark, « ; » between cells, COLUMNS on the first line.

    A finding with several cells joins them by « | », file by file. `a_faire` is in words; the other codes are those
    of the JSON form; `avertissement` says when data are fictitious. No cell can be taken for a formula.
    """
    target = io.StringIO()
    target.write("\ufeff")
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    names, words = body_names(report), kinds()
    notice = _("Données fictives") if report.fictif else ""
    for finding in report.findings:
        body = names.get(finding.organisme or "", finding.organisme or "")
        writer.writerow([safe_text(text) for text in (*_cells(finding, body, words[kind_of(finding)]), notice)])
    return target.getvalue()


def _cells(finding: Finding, body: str, words: str) -> list[str]:
    held = finding.derogation
    return [
        *(finding.id, finding.regle, finding.gravite, finding.etat, words, finding.destinataire),
        *(finding.organisme or "", body, finding.libelle, finding.message, finding.correction, finding.reference),
        _BETWEEN.join(s.fichier for s in finding.sources),
        _BETWEEN.join(s.feuille for s in finding.sources),
        _BETWEEN.join(s.cellule for s in finding.sources),
        _BETWEEN.join(s.texte for s in finding.sources),
        *((held.motif, held.expire) if held else ("", "")),
    ]
