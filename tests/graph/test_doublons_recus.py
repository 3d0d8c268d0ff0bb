"""What is received says which of its actions look like another body's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from droitcommun.graph.doublonsrecus import report_doublons
from droitcommun.graph.ingest import ingest_files
from droitcommun.graph.templates import write_templates
from droitcommun.graph.workspace import Workspace

from .conftest import ACTION, IDENTITE, MOYEN, ROWS, TODAY, Rows, fill

TITLE = "Intitulé de l'action ou du dispositif*"
NEAR = "Permanence d'accès aux droits"


def other_body(workspace: Workspace, tmp_path: Path, title: str, amount: float) -> Path:
    """Return the workbook of a municipality that declares one action under *title*, with one amount."""
    (template,) = write_templates(workspace, None, 2026, organisme="commune-00001", out=tmp_path / "m", today=TODAY)
    rows: Rows = {
        "Identité": [{**IDENTITE, "Service ou direction*": "CCAS"}],
        "Actions": [{**ACTION, TITLE: title}],
        "Moyens": [{**MOYEN, "Action*": title, "Quantité*": amount}],
    }
    return fill(template, tmp_path / "ville.xlsx", rows)


def doublons_of(workspace: Workspace, path: Path) -> list[tuple[str | None, str | None, str | None, str]]:
    report = report_doublons(workspace, ingest_files(workspace, None, [path], today=TODAY))
    (file,) = report.fichiers
    assert file.etat == "accepte"
    return [(p.feuille, p.cellule, p.valeur, p.message) for p in file.problemes if p.code == "doublon-possible"]


def test_a_near_title_with_the_same_money_is_told_at_its_cell(
    workspace: Workspace, filled: Callable[..., Path], tmp_path: Path
) -> None:
    assert doublons_of(workspace, filled("caf.xlsx", ROWS)) == []
    (found,) = doublons_of(workspace, other_body(workspace, tmp_path, NEAR, 12500.5))
    assert found[:3] == ("Actions", "B3", NEAR)
    assert str(ACTION[TITLE]) in found[3] and "Caf d'Essai" in found[3] and "Les deux comptent" in found[3]


def test_another_amount_or_another_title_is_not_told(
    workspace: Workspace, filled: Callable[..., Path], tmp_path: Path
) -> None:
    doublons_of(workspace, filled("caf.xlsx", ROWS))
    assert doublons_of(workspace, other_body(workspace, tmp_path, NEAR, 12500)) == []
    assert doublons_of(workspace, other_body(workspace, tmp_path, "Rénovation des halls", 12500.5)) == []
