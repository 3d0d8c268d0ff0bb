"""Publications: frozen, kept, made again byte for byte, corrected by another one; what has changed since is said."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from unittest import mock

import networkx
import pytest

from droitcommun.graph import publications
from droitcommun.graph.campagnes import close_campagne, find_campagne, open_campagne, opening_changes
from droitcommun.graph.decisions.visas import give_visa
from droitcommun.graph.doctor import examine
from droitcommun.graph.errors import (
    CampagneState,
    GraphesChanged,
    PublicationInconnue,
    RienAPublier,
    TexteRefuse,
)
from droitcommun.graph.files import sha256_hex
from droitcommun.graph.fingerprints import current_logiciel
from droitcommun.graph.ingest import ingest_files
from droitcommun.graph.langue import in_langue, langue
from droitcommun.graph.publications import find_parution, publish_campagne, reopen_campagne, reproduce
from droitcommun.graph.templates import write_templates
from droitcommun.graph.workspace import Workspace

from .conftest import ACTION, IDENTITE, MOYEN, ROWS, TODAY, VAL_D_ESSAI, fill

CLOSED, PUBLISHED, CORRECTED = date(2026, 5, 1), date(2026, 5, 4), date(2026, 9, 9)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a closed campagne, the same one published, and two workbooks of the Caf: made once, then copied."""
    folder = tmp_path_factory.mktemp("publie")
    workspace = Workspace.create(folder / "close", str(VAL_D_ESSAI), today=TODAY)
    open_campagne(workspace, None, 2026, cloture=date(2026, 4, 30))
    (template,) = write_templates(workspace, None, 2026, organisme="essai-caf", out=folder, today=TODAY)
    workbook = fill(template, folder / "a.xlsx", ROWS)
    corrected = {"Identité": [IDENTITE], "Actions": [ACTION], "Moyens": [{**MOYEN, "Quantité*": 125005}]}
    correction = fill(template, folder / "b.xlsx", corrected)
    ingest_files(workspace, None, [workbook], today=TODAY)
    close_campagne(workspace, None, 2026, CLOSED)
    shutil.copytree(workspace.folder, folder / "publiee")
    publish_campagne(Workspace.open(folder / "publiee"), None, 2026, PUBLISHED)
    return {"close": workspace.folder, "publiee": folder / "publiee", "a": workbook, "b": correction}


@pytest.fixture
def closed(once: dict[str, Path], tmp_path: Path) -> Workspace:
    return Workspace.open(shutil.copytree(once["close"], tmp_path / "espace"))


@pytest.fixture
def published(once: dict[str, Path], tmp_path: Path) -> Workspace:
    return Workspace.open(shutil.copytree(once["publiee"], tmp_path / "espace"))


def kept(workspace: Workspace, numero: int) -> dict[str, bytes]:
    folder = workspace.folder / "sorties" / "2026" / f"publication-{numero}"
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def made_again(workspace: Workspace, numero: int) -> dict[str, bytes]:
    parution = find_parution(workspace, None, 2026, numero)
    return {
        f"{profil}/{name}": data
        for profil in parution.profils
        for name, data in reproduce(workspace, parution, profil).contenus.items()
    }


def correct(workspace: Workspace, workbook: Path) -> None:
    """A late correction: the amount was ten times too low."""
    reopen_campagne(workspace, None, 2026, "Montant de la Caf corrigé", CORRECTED)
    report = ingest_files(workspace, None, [workbook], today=CORRECTED, confirme=True)
    assert not report.refused
    close_campagne(workspace, None, 2026, CORRECTED)


def test_a_publication_is_kept_read_only_with_its_manifest(published: Workspace) -> None:
    folder = published.folder / "sorties" / "2026" / "publication-1"
    files = kept(published, 1)
    manifest = json.loads(files.pop("manifeste.json"))
    assert {name.split("/")[0] for name in files} == {"public", "copil"} == set(manifest["profils"])
    assert {f"{p}/{n}": sha for p, f in manifest["profils"].items() for n, sha in f.items()} == {
        name: sha256_hex(data) for name, data in files.items()
    }
    assert manifest["journal"] == len(published.journal.events()) - 1
    assert (manifest["numero"], manifest["le"], manifest["motif"]) == (1, "2026-05-04", None)
    assert all(p.stat().st_mode & 0o222 == 0 for p in folder.rglob("*") if p.is_file())
    info = find_campagne(published, None, 2026)
    assert (info.statut, [p.numero for p in info.parutions]) == ("publiee", [1])


def test_the_networks_of_public_show_only_bodies_with_a_visa(published: Workspace) -> None:
    files = {n: data for n, data in kept(published, 1).items() if n.endswith(".graphml")}
    seen = {"public": set[bool](), "copil": set[bool]()}
    for name, data in files.items():
        for _node, about in networkx.parse_graphml(data.decode()).nodes(data=True):
            seen[name.split("/")[0]] |= {about["visa"]} if about["kind"] == "organisme" else set()
    assert len(files) == 4
    assert False not in seen["public"]
    assert False in seen["copil"]


def test_it_is_made_again_byte_for_byte_after_a_correction_and_a_new_publication(
    published: Workspace, once: dict[str, Path]
) -> None:
    first = {name: data for name, data in kept(published, 1).items() if name != "manifeste.json"}
    correct(published, once["b"])
    second = publish_campagne(published, None, 2026, CORRECTED)
    assert (second.numero, second.motif) == (2, "Montant de la Caf corrigé")
    assert made_again(published, 1) == first
    again = made_again(published, 2)
    assert again == {name: data for name, data in kept(published, 2).items() if name != "manifeste.json"}
    assert again.keys() == first.keys()
    page = "copil/photographie-2026.html"
    assert again[page] != first[page]
    # It survives the graphs being made anew, and the folder of products being lost.
    published.rebuild()
    assert made_again(Workspace.open(published.folder), 1) == first


def test_a_visa_after_the_publication_asks_for_no_reopening(published: Workspace) -> None:
    with pytest.raises(RienAPublier, match="publication 1"):
        publish_campagne(published, None, 2026, CORRECTED)
    give_visa(published, None, 2026, "essai-caf", "Directrice", CORRECTED)
    assert publish_campagne(published, None, 2026, CORRECTED, profils=["copil"], motif="Visa de la Caf").numero == 2


def test_what_happens_in_a_later_campagne_is_no_reason_to_publish_again(published: Workspace) -> None:
    open_campagne(published, None, 2027)
    with pytest.raises(RienAPublier):
        publish_campagne(published, None, 2026, CORRECTED)


def test_an_open_campagne_is_not_published_and_a_reopened_one_takes_workbooks(
    closed: Workspace, once: dict[str, Path]
) -> None:
    assert ingest_files(closed, None, [once["b"]], today=CLOSED).refused
    with pytest.raises(TexteRefuse):
        reopen_campagne(closed, None, 2026, "Mme Dupont a oublié une ligne", CLOSED)
    assert reopen_campagne(closed, None, 2026, "Une ligne oubliée", CLOSED).statut == "ouverte"
    assert not ingest_files(closed, None, [once["b"]], today=CLOSED).refused
    with pytest.raises(CampagneState, match="close"):
        publish_campagne(closed, None, 2026, PUBLISHED)
    with pytest.raises(CampagneState):
        reopen_campagne(closed, None, 2026, "Rien à rouvrir", PUBLISHED)


def test_unknown_publications_are_said(closed: Workspace) -> None:
    with pytest.raises(PublicationInconnue, match="campagne publish 2026"):
        find_parution(closed, None, 2026)
    publish_campagne(closed, None, 2026, PUBLISHED, profils=["public"])
    with pytest.raises(PublicationInconnue, match="publications : 1"):
        find_parution(closed, None, 2026, 2)
    refaite = reproduce(closed, find_parution(closed, None, 2026), "copil")
    assert not refaite.publie
    assert not refaite.identique
    assert refaite.contenus


def test_edited_graphs_are_not_published(closed: Workspace) -> None:
    entry = closed.graphs.entries("contribution")[0]
    path = closed.graphs.path(entry.iri)
    path.write_bytes(path.read_bytes().replace(b'"1250050"', b'"9250050"'))
    with pytest.raises(GraphesChanged, match="rebuild"):
        publish_campagne(closed, None, 2026, PUBLISHED)
    assert not (closed.folder / "sorties" / "2026" / "publication-1").exists()


def test_what_a_crash_left_is_replaced(closed: Workspace) -> None:
    with (
        mock.patch.object(Workspace, "commit", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        publish_campagne(closed, None, 2026, PUBLISHED, profils=["copil"])
    assert not find_campagne(closed, None, 2026).parutions
    publish_campagne(closed, None, 2026, PUBLISHED, profils=["copil"])
    assert all(line.ok is not False for line in examine(closed))


def test_doctor_sees_a_kept_file_that_was_changed_or_lost(published: Workspace) -> None:
    assert next(line for line in examine(published) if line.label == "publications").value.startswith("1, ")
    page = published.folder / "sorties" / "2026" / "publication-1" / "copil" / "photographie-2026.html"
    page.chmod(0o644)
    page.write_bytes(page.read_bytes() + b"<!-- retouche -->")
    lost = next((page.parent.parent / "public").glob("*.xlsx"))
    lost.unlink()
    (line,) = [line for line in examine(published) if line.label == "publications"]
    assert line.ok is False
    assert "publication-1/copil/photographie-2026.html" in line.value
    assert f"publication-1/public/{lost.name}" in line.value
    assert "manifeste.json" not in line.value and "ajoutés" not in line.value


def test_doctor_sees_a_manifest_that_was_changed_and_files_that_were_added(published: Workspace) -> None:
    folder = published.folder / "sorties" / "2026" / "publication-1"
    manifest = folder / "manifeste.json"
    manifest.chmod(0o644)
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("2026-05-04", "2026-05-03"), encoding="utf-8")
    (folder / "copil" / "note.txt").write_text("ajout", encoding="utf-8")
    (folder / "autre").mkdir()
    (folder / "autre" / "lien").symlink_to(manifest)
    (line,) = [line for line in examine(published) if line.label == "publications"]
    assert line.ok is False
    changed, added = line.value.split(" ; fichiers ajoutés")
    assert "publication-1/manifeste.json" in changed and "note.txt" not in changed
    assert "publication-1/copil/note.txt" in added and "publication-1/autre/lien" in added


def test_a_kept_file_that_gave_way_to_a_link_is_seen(published: Workspace) -> None:
    page = published.folder / "sorties" / "2026" / "publication-1" / "copil" / "photographie-2026.html"
    away = published.folder / "ailleurs.html"
    page.rename(away)
    page.symlink_to(away)
    (line,) = [line for line in examine(published) if line.label == "publications"]
    assert line.ok is False and page.name in line.value


def test_a_changed_program_is_said_with_the_files_it_makes_differently(published: Workspace) -> None:
    parution = find_parution(published, None, 2026)
    page = "photographie-2026.html"
    now = replace(current_logiciel(), regles="0" * 64, version="9.0")

    def other_page(*args: object, **kwargs: object) -> publications.Contents:
        made = campagne_products(*args, **kwargs)
        return {p: {**files, page: files[page] + b" "} for p, files in made.items()}

    campagne_products = publications.campagne_products
    with (
        mock.patch.object(publications, "current_logiciel", return_value=now),
        mock.patch.object(publications, "campagne_products", other_page),
    ):
        refaite = reproduce(published, parution, "copil")
        changes = opening_changes(published, find_campagne(published, None, 2026))
    assert refaite.differents == (page,)
    assert not refaite.identique
    assert refaite.changements == ("version du logiciel : 0.1.0 → 9.0", "règles")
    assert changes == ()  # the list of campagnes asks the program that runs


def test_it_is_made_again_in_the_language_it_was_published_in(closed: Workspace) -> None:
    with in_langue("en"):
        publish_campagne(closed, None, 2026, PUBLISHED, profils=["copil"])
    assert langue() == "fr"
    again = made_again(closed, 1)
    assert again == {name: data for name, data in kept(closed, 1).items() if name != "manifeste.json"}
    assert langue() == "fr"
