"""Killed at each step that touches the disk: publish, backup, restore, purge, products and reminders. Before or after,
never between, and the same command given again ends the work."""

from __future__ import annotations

import shutil
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from unittest import mock

import pytest

from droitcommun.cli.main import run
from droitcommun.graph import publications
from droitcommun.graph.backup import backup, restore
from droitcommun.graph.campagnes import close_campagne, find_campagne, open_campagne
from droitcommun.graph.check import check_campagne
from droitcommun.graph.dataset import activate
from droitcommun.graph.doctor import examine
from droitcommun.graph.errors import BackupExists, PersonneInconnue, RienAPublier, WorkspaceExists
from droitcommun.graph.export.products import write_products
from droitcommun.graph.export.relances.write import write_relances
from droitcommun.graph.ingest import ingest_files
from droitcommun.graph.lots import HIDDEN, finish_lots
from droitcommun.graph.personnes.erasure import erase_personne
from droitcommun.graph.personnes.personne import Personne
from droitcommun.graph.publications import publish_campagne
from droitcommun.graph.templates import write_templates
from droitcommun.graph.workspace import Workspace

from .conftest import IDENTITE, TODAY, VAL_D_ESSAI, fill
from .diskfaults import in_child
from .test_personnes import files_naming

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL et fork n'existent pas sous Windows")

PERSON = "Jeanne Bleu"
CLOSED = date(2026, 5, 1)
POINTS = 8  # steps tried at most, spread over the whole command, the first and the last among them


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a closed campagne whose only contribution has a contact."""
    folder = tmp_path_factory.mktemp("interruptions")
    workspace = Workspace.create(folder / "espace", str(VAL_D_ESSAI), today=TODAY)
    open_campagne(workspace, None, 2026, cloture=date(2026, 4, 30))
    (template,) = write_templates(workspace, None, 2026, organisme="essai-caf", out=folder, today=TODAY)
    rows = {"Identité": [IDENTITE], "Contacts": [{"Nom": PERSON, "Courriel": "j.bleu@exemple.fr"}]}
    assert not ingest_files(workspace, None, [fill(template, folder / "caf.xlsx", rows)], today=TODAY).refused
    close_campagne(workspace, None, 2026, CLOSED)
    return workspace.folder


def killed_everywhere(once: Path, tmp_path: Path, act: Callable[[Path], object], points: int = POINTS) -> list[Path]:
    """Return copies of the workspace, in each of which *act* was killed at another of its changes to the disk."""
    whole = shutil.copytree(once, tmp_path / "entier" / "espace")
    changes = in_child(lambda: act(whole), None)
    assert changes is not None and changes > 3
    steps = sorted({1 + round(n * (changes - 1) / (points - 1)) for n in range(points)})
    folders = []
    for step in steps:
        folder = shutil.copytree(once, tmp_path / str(step) / "espace")
        assert in_child(lambda folder=folder: act(folder), step) is None, f"étape {step}"
        folders.append(folder)
    return folders


def sound(folder: Path) -> Workspace:
    """Open a workspace as the next command does, and return it: nothing is left to repair."""
    workspace = Workspace.open(folder)
    assert [line.label for line in examine(workspace) if line.ok is False] == []
    return workspace


def products(*_arguments: object, **_named: object) -> publications.Contents:
    """Make small products: only the writing is tried here."""
    return {profil: {f"{name}.html": name.encode() * 999 for name in "abc"} for profil in ("public", "copil")}


def test_a_publication(once: Path, tmp_path: Path) -> None:
    def publish(folder: Path) -> None:
        publish_campagne(Workspace.open(folder), None, 2026, CLOSED)

    seen = set()
    with mock.patch.object(publications, "_contents", products):
        for folder in killed_everywhere(once, tmp_path, publish):
            workspace = sound(folder)
            published = len(find_campagne(workspace, None, 2026).parutions)
            seen.add(published)
            if published:
                with pytest.raises(RienAPublier):
                    publish(folder)
            else:
                publish(folder)
            (parution,) = find_campagne(sound(folder), None, 2026).parutions
            kept = sorted(p.name for p in (folder / "sorties" / "2026").iterdir())
            assert kept == ["publication-1"] and parution.numero == 1
    assert seen == {0, 1}


def test_a_backup_and_its_return(once: Path, tmp_path: Path) -> None:
    def save(folder: Path) -> None:
        backup(Workspace.open(folder), folder.parent / "sauvegarde.zip")

    before = sound(once).graphs.fingerprint()
    for folder in killed_everywhere(once, tmp_path, save):
        archive = folder.parent / "sauvegarde.zip"
        assert sound(folder).graphs.fingerprint() == before
        if archive.exists():
            with pytest.raises(BackupExists):
                save(folder)
        else:
            save(folder)
        with zipfile.ZipFile(archive) as saved:
            assert saved.testzip() is None
        assert sorted(p.name for p in folder.parent.iterdir()) == ["espace", "sauvegarde.zip"]


def test_a_restored_workspace(once: Path, tmp_path: Path) -> None:
    archive = tmp_path / "sauvegarde.zip"
    backup(Workspace.open(once), archive)
    before = sound(once).graphs.fingerprint()

    def put_back(folder: Path) -> None:
        restore(archive, folder.parent / "retour")

    for folder in killed_everywhere(once, tmp_path, put_back):
        back = folder.parent / "retour"
        if Workspace.is_at(back):
            with pytest.raises(WorkspaceExists):
                put_back(folder)
        else:
            put_back(folder)
        assert sound(back).graphs.fingerprint() == before
        assert sorted(p.name for p in folder.parent.iterdir()) == ["espace", "retour"]


def test_an_erasure(once: Path, tmp_path: Path) -> None:
    def erase(folder: Path) -> None:
        erase_personne(Workspace.open(folder), PERSON, CLOSED)

    events, seen = len(sound(once).journal.events()), set()
    for folder in killed_everywhere(once, tmp_path, erase, points=14):
        workspace = sound(folder)
        done = len(workspace.journal.events()) - events
        seen.add(done)
        if done:
            with pytest.raises(PersonneInconnue):
                erase(folder)
        else:
            erase(folder)
        assert len(sound(folder).journal.events()) == events + 1
        assert files_naming(folder, Personne((PERSON, "j.bleu@exemple.fr"))) == []
    assert seen == {0, 1}


def held(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder by its path in it, hidden ones too."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_products_of_a_year(once: Path, tmp_path: Path) -> None:
    old, new = ({f"{name}-2026.html": word * 99 for name in "abc"} for word in (b"avant ", b"nouveau "))
    start = shutil.copytree(once, tmp_path / "depart" / "espace")
    write_products(old, start / "sorties" / "2026")

    def make(folder: Path) -> None:
        assert run(["-w", str(folder), "hackathon", "2026"]) == 0

    seen = []
    with mock.patch("droitcommun.graph.production.campagne_products", lambda *_a, **_n: {"copil": new}):
        for folder in killed_everywhere(start, tmp_path, make):
            sound(folder)
            left = {name: data for name, data in held(folder / "sorties" / "2026").items() if name in old}
            assert left in (old, new)
            seen.append(left == new)
            make(folder)
            assert held(folder / "sorties" / "2026") == new
    assert set(seen) == {False, True}


def test_reminders(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "espace", str(VAL_D_ESSAI), today=TODAY)
    open_campagne(workspace, None, 2026, cloture=date(2026, 4, 30))
    dataset = activate(workspace, None, 2026, alone=True)
    report = check_campagne(dataset, TODAY)

    def remind(folder: Path) -> None:
        write_relances(workspace, dataset, report, folder / "envoi")

    start, fresh = tmp_path / "depart", tmp_path / "neuf"
    start.mkdir()
    workbooks = "droitcommun.graph.export.relances.write._workbook"
    with mock.patch(workbooks, lambda *_a: b"d'avant"):
        remind(start)
    old = held(start / "envoi")
    with mock.patch(workbooks, lambda *_a: b"d'aujourd'hui"):
        remind(fresh)
        new = held(fresh / "envoi")
        changed = {f"precedentes/1/{name}": data for name, data in old.items() if new[name] != data}
        assert len(new) > len(changed) > 5
        seen = []
        for folder in killed_everywhere(start, tmp_path, remind):
            again = shutil.copytree(folder, folder / "aussitot")
            remind(again)
            assert held(again / "envoi") == {**new, **changed}
            finish_lots(folder)
            left = {name: data for name, data in held(folder / "envoi").items() if HIDDEN not in name}
            assert left in (old, {**new, **changed})
            seen.append(left != old)
            remind(folder)
            assert held(folder / "envoi") == {**new, **changed}
    assert set(seen) == {False, True}
