"""What was damaged is found, at its cell, and nothing else is."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from droitcommun.graph.check import check_campagne
from droitcommun.graph.checks.findings import Finding
from droitcommun.graph.dataset import activate
from droitcommun.graph.demo.damage import Damage, damage_folder, read_damages
from droitcommun.graph.demo.modele import JOUR, Scenario
from droitcommun.graph.ingest import FileReport, ingest_files
from droitcommun.graph.names import local_code
from droitcommun.graph.workspace import Workspace

AFTER_CLOSING = date(2026, 11, 30)
Place = tuple[str, str | None, str | None, str]


@pytest.fixture(scope="module")
def damages(espace: Workspace) -> list[Damage]:
    return read_damages(espace.folder, 2026)


def expected(damages: list[Damage], kind: str) -> Counter[Place]:
    """Return the places and codes that « ingest » or « check » must report."""
    return Counter(
        (d.fichier, d.feuille, d.cellule, code.partition(":")[2])
        for d in damages
        for code in d.expected
        if code.startswith(f"{kind}:")
    )


@cache
def findings(workspace: Workspace, annee: int, today: date = JOUR) -> tuple[Finding, ...]:
    """Return what check finds; a check of the same workspace on the same day is made once."""
    dataset = activate(workspace, None, annee)
    return check_campagne(dataset, today, originals=workspace.originals.path).findings


def key(finding: Finding) -> tuple[str, str]:
    return finding.regle, finding.organisme or local_code(finding.sujet)


def read_again(workspace: Workspace, annee: int) -> list[FileReport]:
    report = ingest_files(workspace, None, [workspace.classeurs(annee)], annee=annee, dry_run=True, today=JOUR)
    return list(report.fichiers)


def test_the_list_has_every_kind(damages: list[Damage]) -> None:
    kinds = {d.kind for d in damages}
    assert len(kinds) == len(damages)
    assert kinds >= {
        *("code-ambition-inconnu", "qpv-mal-nomme", "nombre-illisible", "nombre-negatif", "partie-plus-grande"),
        *("cellule-vide", "action-introuvable", "date-illisible", "titre-reformule", "lignes-au-dessus-des-titres"),
        *("ligne-blanche", "colonne-deplacee", "ligne-masquee", "ligne-en-double", "nombre-a-la-francaise"),
        *("courriel-dans-un-texte", "telephone-dans-un-texte", "preuve-effacee", "mauvaise-annee"),
    }
    silent = {d.kind for d in damages if not d.expected}
    assert silent == {
        *("lignes-au-dessus-des-titres", "ligne-blanche", "colonne-deplacee", "ligne-masquee"),
        *("nombre-a-la-francaise", "nombre-avec-unite"),
    }


def test_ingest_finds_exactly_the_damages(espace: Workspace, damages: list[Damage]) -> None:
    files = read_again(espace, 2026)
    found = Counter((f.fichier, p.feuille, p.cellule, p.code) for f in files for p in f.problemes)
    assert found == expected([d for d in damages if d.kind != "mauvaise-annee"], "ingest")
    assert {f.etat for f in files} == {"inchange"}


def test_an_unknown_code_is_shown_where_it_stands_in_the_received_file(damages: list[Damage]) -> None:
    """Three rows above the titles, a reworded title and a blank row: written by hand, from the workbook itself."""
    (damage,) = [d for d in damages if d.kind == "code-ambition-inconnu"]
    assert (damage.feuille, damage.cellule) == ("Actions", "C10")


def test_check_finds_exactly_the_damages(espace: Workspace, damages: list[Damage], scenario: Scenario) -> None:
    left = expected(damages, "check")
    for finding in findings(espace, 2026):
        if key(finding) in scenario.attendus[2026].constats:
            continue
        cells = {(s.fichier, s.feuille, s.cellule, finding.regle) for s in finding.sources}
        if not cells:  # about a body, not about a cell
            cells = {p for p in left if p[3] == finding.regle and f"-{finding.organisme}-" in p[0]}
        matching = [place for place in left if place in cells and left[place]]
        assert len(matching) == 1, (finding.regle, finding.libelle, finding.message, cells)
        left[matching[0]] -= 1
    assert not +left


def test_a_check_of_one_campagne_needs_no_other(espace: Workspace) -> None:
    alone = check_campagne(activate(espace, None, 2026, alone=True), JOUR, originals=espace.originals.path)
    assert alone.findings == findings(espace, 2026)
    assert alone.findings


def test_what_check_quotes_is_the_text_of_the_cell(espace: Workspace) -> None:
    quoted = {f.valeur: s for f in findings(espace, 2026) if f.regle == "R-A6" for s in f.sources}
    assert quoted["A9.9 – Autonomie des jeunes"].cellule == "C10"
    assert quoted["mi-mars"].texte == "mi-mars"


def test_intact_workbooks_give_no_problem(intact: Workspace) -> None:
    assert [p for f in read_again(intact, 2026) for p in f.problemes] == []
    assert [e for e in intact.journal.events() if e.kind == "fichier-refuse"] == []
    reserves = activate(intact, None, 2026).store.select("SELECT ?reserve WHERE { ?reserve a cdv:Reserve }")
    assert reserves == []


@pytest.mark.parametrize(("annee", "today"), [(2025, JOUR), (2026, JOUR), (2026, AFTER_CLOSING)])
def test_intact_workbooks_leave_only_what_is_meant(
    intact: Workspace, scenario: Scenario, annee: int, today: date
) -> None:
    found = findings(intact, annee, today)
    assert Counter(key(f) for f in found) == Counter(scenario.attendus[annee].constats)
    # Nothing to correct in a cell: those named are where the answer is written, or what is to be cross-checked.
    cited = {(f.regle, s.feuille, s.cellule[:1]) for f in found for s in f.sources}
    states = {(rule, sheet, column) for rule, sheet, column in cited if (sheet, column) == ("Engagements", "D")}
    assert {rule[:3] for rule, _sheet, _column in states} <= {"R-E"}
    assert cited - states <= {
        *(("R-E02", "Identité", "G"), ("R-E01", "Présences", "C"), ("R-E02b", "Présences", "C")),
        *(("R-E15", "Plans d'action", "B"), ("R-M5", "Qualification", "B"), ("R-M10", "Moyens", "F")),
        *(("R-G5", "Séances", "G"), ("R-EV1", "Évaluation", "B"), ("R-EV2", "Évaluation", "B")),
    }


def test_what_is_not_due_yet_is_to_come(intact: Workspace) -> None:
    etats = {key(f): f.etat for f in findings(intact, 2026, JOUR)}
    assert etats["R-E02", "bpifrance"] == etats["R-A3", "A2.4"] == etats["R-T6", "QN06232M"] == "a-venir"
    assert etats["R-M5", "autre"] == etats["R-E13", "icf-nord-est"] == "ouvert"
    assert {f.etat for f in findings(intact, 2026, AFTER_CLOSING)} == {"ouvert"}


def test_the_workbook_of_another_year_is_refused_and_changes_nothing(espace: Workspace) -> None:
    (aside,) = sorted((espace.folder / "classeurs" / "a-part").iterdir())
    refused = [e for e in espace.journal.events() if e.kind == "fichier-refuse"]
    assert [(e.data["fichier"], e.data["problemes"]) for e in refused] == [(aside.name, ["mauvaise-campagne"])]
    report = ingest_files(espace, None, [aside], annee=2026, dry_run=True, today=JOUR)
    assert [(f.etat, [p.code for p in f.problemes]) for f in report.fichiers] == [("refuse", ["mauvaise-campagne"])]
    assert not [
        e for e in espace.graphs.entries(current=False) if e.source == report.fichiers[0].empreinte and e.annee == 2026
    ]


def test_a_corrected_workbook_makes_a_version_without_problem(demo_copy: Path) -> None:
    workspace = Workspace.open(demo_copy)
    name = "recensement-2026-cd62-insertion-et-emploi.xlsx"
    corrected = demo_copy / "classeurs" / "corriges" / "2026" / name
    report = ingest_files(workspace, None, [corrected], annee=2026, today=JOUR)
    (file,) = report.fichiers
    # What it said had been read over in its first version only: the new one asks for its visa again.
    assert (file.etat, [p.code for p in file.problemes], file.reserves) == ("accepte", ["visa-a-renouveler"], 0)
    assert file.graphe is not None and file.graphe.endswith("/v2")
    # The ambition of one action and the amount of one moyen were unreadable; the rest is as it was.
    assert (file.changements.ajoutes, file.changements.termines) == (0, 0)


def test_damaging_is_repeatable(intact: Workspace, espace: Workspace, tmp_path: Path) -> None:
    copy = tmp_path / "espace"
    shutil.copytree(intact.folder / "classeurs", copy / "classeurs")
    damage_folder(copy, 2026)
    again = {p.relative_to(copy): p.read_bytes() for p in sorted((copy / "classeurs").rglob("*.xlsx"))}
    first = {
        p.relative_to(espace.folder): p.read_bytes() for p in sorted((espace.folder / "classeurs").rglob("*.xlsx"))
    }
    assert again == first
    for suffix in ("json", "csv"):
        assert (copy / f"degats-2026.{suffix}").read_bytes() == (espace.folder / f"degats-2026.{suffix}").read_bytes()
