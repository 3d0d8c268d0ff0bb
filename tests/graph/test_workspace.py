"""A workspace: made whole or not at all, opened from anywhere inside, finished after a crash."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from droitcommun.graph.campagnes import close_campagne, list_campagnes, open_campagne
from droitcommun.graph.dataset import activate
from droitcommun.graph.doctor import examine
from droitcommun.graph.errors import (
    CampagneExists,
    CampagneInconnue,
    CampagneState,
    ContratInconnu,
    ContratInvalid,
    DatesInvalid,
    SettingsInvalid,
    WorkspaceExists,
    WorkspaceNotFound,
)
from droitcommun.graph.workspace import Workspace

VAL_D_ESSAI = Path(__file__).parents[1] / "contrats" / "val-d-essai.ttl"
TODAY = date(2026, 3, 20)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "espace", str(VAL_D_ESSAI), today=TODAY)


def test_create_holds_the_contract_of_the_file(workspace: Workspace) -> None:
    assert workspace.contrats() == ["val-d-essai"]
    assert not workspace.fictif


def test_open_finds_the_workspace_above(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = workspace.folder / "classeurs" / "2026"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    assert Workspace.open().folder == workspace.folder


def test_open_elsewhere_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceNotFound, match="droitcommun init"):
        Workspace.open(tmp_path)


def test_create_refuses_a_folder_with_files_and_keeps_them(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("à garder", encoding="utf-8")
    with pytest.raises(WorkspaceExists):
        Workspace.create(tmp_path, str(VAL_D_ESSAI))
    assert [p.name for p in tmp_path.iterdir()] == ["note.txt"]


def test_create_with_an_unknown_contract_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ContratInconnu, match="call-2024"):
        Workspace.create(tmp_path / "espace", "call-2042")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", ["..", "a%2Fb", "Val", ""])
def test_a_contract_code_that_would_leave_the_folder_is_refused(tmp_path: Path, code: str) -> None:
    hostile = tmp_path / "hostile.ttl"
    text = VAL_D_ESSAI.read_text(encoding="utf-8")
    hostile.write_text(text.replace("id/contrat/val-d-essai>", f"id/contrat/{code}>"), encoding="utf-8")
    with pytest.raises(ContratInvalid, match="code en minuscules"):
        Workspace.create(tmp_path / "espace", str(hostile))
    assert [p.name for p in tmp_path.iterdir()] == ["hostile.ttl"]


def test_unknown_store_is_refused_in_words(workspace: Workspace) -> None:
    settings = workspace.folder / "droitcommun.toml"
    settings.write_text('version = 1\nstore = "oxigraph:dossier"\n', encoding="utf-8")
    with pytest.raises(SettingsInvalid, match="memoire"):
        Workspace.open(workspace.folder)


def test_expected_bodies_are_those_of_the_reference_date(workspace: Workspace) -> None:
    # The Caf joins on 1 January 2025: expected in 2025, not in 2024.
    assert open_campagne(workspace, None, 2024).n_attendus == 3
    assert open_campagne(workspace, None, 2025).n_attendus == 4


def test_campagne_life_and_its_errors(workspace: Workspace) -> None:
    open_campagne(workspace, None, 2026, cloture=date(2026, 4, 30))
    with pytest.raises(CampagneExists):
        open_campagne(workspace, None, 2026)
    with pytest.raises(CampagneInconnue, match="campagne open 2025"):
        close_campagne(workspace, None, 2025, TODAY)
    assert close_campagne(workspace, None, 2026, TODAY).statut == "close"
    with pytest.raises(CampagneState):
        close_campagne(workspace, None, 2026, TODAY)
    with pytest.raises(DatesInvalid):
        open_campagne(workspace, None, 2027, ouverture=date(2027, 5, 1), cloture=date(2027, 4, 1))
    assert [(c.annee, c.statut) for c in list_campagnes(workspace)] == [(2026, "close")]


def test_the_campagne_in_the_dataset_is_the_one_asked(workspace: Workspace) -> None:
    open_campagne(workspace, None, 2026, cloture=date(2026, 4, 30))
    dataset = activate(workspace, None, 2026)
    rows = dataset.store.select(
        "SELECT ?cloture (COUNT(?o) AS ?n) WHERE { ?c cdv:dateCloture ?cloture ; cdv:attend ?o } GROUP BY ?cloture"
    )
    assert [(r["cloture"].value, r["n"].value) for r in rows] == [("2026-04-30", "4")]
    with pytest.raises(CampagneInconnue):
        activate(workspace, None, 2025)


def test_rebuild_gives_the_same_fingerprint(workspace: Workspace) -> None:
    open_campagne(workspace, None, 2026)
    before = workspace.graphs.fingerprint()
    stray = workspace.folder / "graphes" / "perdu.nq"
    stray.write_text("", encoding="utf-8")
    assert workspace.rebuild() == before
    assert not stray.exists()


def test_graphs_lost_with_the_disk_are_made_again(workspace: Workspace) -> None:
    open_campagne(workspace, None, 2026)
    before = workspace.graphs.fingerprint()
    import shutil

    shutil.rmtree(workspace.folder / "graphes")
    assert Workspace.open(workspace.folder).graphs.fingerprint() == before


def test_an_event_without_its_graphs_is_finished_on_open(workspace: Workspace) -> None:
    before = workspace.graphs.fingerprint()
    state = workspace.folder / "graphes" / "etat.json"
    saved = state.read_bytes()
    open_campagne(workspace, None, 2026)
    after = workspace.graphs.fingerprint()
    state.write_bytes(saved)
    (workspace.folder / "graphes" / "val-d-essai" / "2026" / "campagne.nq").unlink()
    again = Workspace.open(workspace.folder)
    assert again.graphs.fingerprint() == after != before
    assert json.loads(state.read_text(encoding="utf-8"))["evenements"] == 2


def test_doctor_sees_a_changed_graph_and_a_lost_original(workspace: Workspace) -> None:
    assert all(line.ok is not False for line in examine(workspace))
    assert (
        next(line.value for line in examine(workspace) if line.label == "empreinte") == workspace.graphs.fingerprint()
    )
    graph = next((workspace.folder / "graphes").rglob("contrat.nq"))
    graph.write_bytes(graph.read_bytes().replace(b"Tilleuls", b"Platanes"))
    next((workspace.folder / "journal" / "originaux").glob("*.ttl")).unlink()
    wrong = [line.label for line in examine(Workspace(workspace.folder)) if line.ok is False]
    assert wrong == ["originaux", "graphes"]
