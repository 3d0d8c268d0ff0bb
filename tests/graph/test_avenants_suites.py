"""On both sides of an avenant: what follows is compared together, and last year's actions are carried over."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest

from droitcommun.graph.campagnes import open_campagne
from droitcommun.graph.catalogue import find_query, run
from droitcommun.graph.dataset import load_contract
from droitcommun.graph.diff import compare
from droitcommun.graph.ingest import ingest_files
from droitcommun.graph.templates import write_templates
from droitcommun.graph.workspace import Workspace

from .avenants import (
    ALL,
    AVENANT,
    CONTRAT,
    SCISSION,
    Loaded,
    accepted,
    amend,
    answer,
)
from .conftest import ACTION, IDENTITE, MOYEN, Rows, fill


@pytest.fixture
def workspace(two_campagnes: Workspace) -> Workspace:
    return two_campagnes


def test_trajectories_follow_a_merged_body(workspace: Workspace) -> None:
    """400 + 500 € of two bodies, then 1000 € of the one that follows: one constant respondent, 900 € then 1000 €."""
    merge: dict[str, object] = {
        "Effet*": "Organismes fusionnés",
        "Élément concerné": "Caf d'Essai ; Préfecture d'Essai",
        "Nouveau code": "essai-uni",
        "Nouveau libellé": "Maison d'Essai",
    }
    accepted(amend(workspace, [merge], avenant={**AVENANT, "Date d'effet*": date(2027, 1, 1)}))
    open_campagne(workspace, None, 2027)
    for annee, body, euros in ((2026, "essai-caf", 400), (2026, "essai-etat", 500), (2027, "essai-uni", 1000)):
        moyens: list[dict[str, object]] = [{**MOYEN, "Quantité*": euros}]
        accepted(answer(workspace, annee, body, {"Identité": [IDENTITE], "Moyens": moyens}, "A1.2"))
    table = run(find_query("trajectoires"), Loaded(CONTRAT, load_contract(workspace, CONTRAT)), {})
    shown = ("annee", "n_repondants", "n_constants", "euros_dc_realise_constants")
    assert [tuple(row[c] for c in shown) for row in table.rows] == [
        (2025, 0, 0, None),
        (2026, 2, 1, 900),
        (2027, 1, 1, 1000),
    ]


def test_last_years_actions_are_redirected(workspace: Workspace) -> None:
    """One follower takes the place of what left; between several, a person chooses, and the guide says which."""
    actions = [
        {**ACTION, "Intitulé de l'action ou du dispositif*": f"Action {code}", "Ambition principale*": code}
        for code in ("A1.1", "A1.2", "A2.1")
    ]
    accepted(answer(workspace, 2025, "essai-agglo", {"Identité": [IDENTITE], "Actions": actions}))
    accepted(amend(workspace, [*SCISSION, *ALL[2:4]]))
    service = str(IDENTITE["Service ou direction*"])
    (path,) = write_templates(
        workspace, None, 2026, organisme="essai-agglo", service=service, out=workspace.folder.parent / "m"
    )
    book = openpyxl.load_workbook(path)
    titles = {cell.value: cell.column for cell in book["Actions"][2]}
    shown = {
        book["Actions"].cell(n, titles["Intitulé de l'action ou du dispositif*"]).value: book["Actions"]
        .cell(n, titles["Ambition principale*"])
        .value
        for n in (3, 4, 5)
    }
    assert shown == {"Action A1.1": None, "Action A1.2": "A1.2 – Aller bien", "Action A2.1": "A2.3 – Coopérer"}
    guide = [str(row[0].value) for row in book["Mode d'emploi"].iter_rows() if row[0].value]
    assert "A1.1 – Apprendre : devient, au choix, « A1.4 – Lire » ou « A1.5 – Compter »" in guide
    positions = [cell.value for cell in book["Positionnement"]["A"][2:] if cell.value]
    assert positions == ["A1.2", "A1.3", "A1.4", "A1.5", "A2.3"]
    # A file that still names the ambition that was split is told which ones follow it.
    (told,) = answer(workspace, 2026, "essai-etat", {"Identité": [IDENTITE]}, "A1.1 – Apprendre").fichiers
    (problem,) = (p for p in told.problemes if p.code == "code-inconnu")
    assert "A1.4 – Lire" in problem.correction and "A1.5 – Compter" in problem.correction


def test_years_on_both_sides_are_compared_together(workspace: Workspace) -> None:
    """1000 € under A1.1, then 300 € + 450 € under the two that follow it: −250 €, never « A1.1 has ended »."""
    moyen = {**MOYEN, "Quantité*": 1000}
    accepted(answer(workspace, 2025, "essai-agglo", {"Identité": [IDENTITE], "Moyens": [moyen]}, "A1.1 – Apprendre"))
    accepted(amend(workspace, SCISSION))
    rows: Rows = {
        "Identité": [IDENTITE],
        "Actions": [
            {**ACTION, "Intitulé de l'action ou du dispositif*": name, "Ambition principale*": name}
            for name in ("A1.4", "A1.5")
        ],
        "Moyens": [{**MOYEN, "Action*": "A1.4", "Quantité*": 300}, {**MOYEN, "Action*": "A1.5", "Quantité*": 450}],
    }
    (path,) = write_templates(
        workspace, None, 2026, organisme="essai-agglo", service="Action sociale", out=workspace.folder.parent / "autre"
    )
    sent = fill(path, workspace.folder.parent / "autre" / "recu.xlsx", rows)
    accepted(ingest_files(workspace, None, [sent], today=date(2026, 12, 2)))
    found = compare(Loaded(CONTRAT, load_contract(workspace, CONTRAT)), 2025, 2026)
    (row,) = found.table.rows
    assert (row["ambition"], row["euros_dc_1"], row["euros_dc_2"], row["ecart"]) == ("A1.1", 1000, 750, -250)
    assert row["mouvement"] == "baisse"
    told = "« Avenant n° 1 » (01/09/2026) : A1.1 devient A1.4, A1.5 ; les deux côtés sont additionnés ensemble."
    assert told in found.table.warnings


def test_a_merged_body_is_compared_only_if_all_that_formed_it_answered(workspace: Workspace) -> None:
    merge = [
        {
            "Effet*": "Organismes fusionnés",
            "Élément concerné": "Caf d'Essai ; Préfecture d'Essai",
            "Nouveau code": "essai-uni",
            "Nouveau libellé": "Maison d'Essai",
        }
    ]
    accepted(amend(workspace, merge, avenant={**AVENANT, "Date d'effet*": date(2027, 1, 1)}))
    open_campagne(workspace, None, 2027)

    def send(annee: int, body: str, euros: int) -> None:
        moyens = [{**MOYEN, "Quantité*": euros}]
        accepted(answer(workspace, annee, body, {"Identité": [IDENTITE], "Moyens": moyens}, "A1.2"))

    def rows() -> list[tuple[object, ...]]:
        store = load_contract(workspace, CONTRAT)
        table = run(find_query("evolution"), Loaded(CONTRAT, store), {"annee1": "2026", "annee2": "2027"})
        return [(r["organisme"], r["euros_dc_1"], r["euros_dc_2"]) for r in table.rows]

    send(2026, "essai-caf", 400)
    send(2027, "essai-uni", 1000)
    assert rows() == []
    send(2026, "essai-etat", 500)
    assert rows() == [("essai-uni", 900, 1000)]
