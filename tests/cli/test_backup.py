"""droitcommun backup and restore: the same workspace comes back, and nothing comes out of an archive that lies."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

VAL_D_ESSAI = Path(__file__).parents[1] / "contrats" / "val-d-essai.ttl"


def empreinte(text: str) -> str:
    return next(line.split(" : ")[1] for line in text.splitlines() if line.startswith("empreinte : "))


@pytest.fixture(scope="module")
def espace(cli: Callable, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace of the fictitious contract that received one table. Read it only."""
    folder = tmp_path_factory.mktemp("sauve") / "espace"
    assert cli("init", folder, "--contrat", VAL_D_ESSAI).code == 0
    assert cli("-w", folder, "campagne", "open", "2026").code == 0
    table = folder.with_name("inconnue.csv")
    table.write_text("a;b\n1;2\n", encoding="utf-8")
    assert cli("-w", folder, "ingest", table).code == 3
    return folder


@pytest.fixture(scope="module")
def whole(cli: Callable, espace: Path) -> bytes:
    path = espace.with_name("espace.zip")
    made = cli("-w", espace, "backup", path)
    assert made.code == 0, made.err
    return path.read_bytes()


@pytest.fixture
def archive(whole: bytes, tmp_path: Path) -> Path:
    """Return a backup of that workspace."""
    path = tmp_path / "garde" / "espace.zip"
    path.parent.mkdir()
    path.write_bytes(whole)
    return path


def test_the_workspace_comes_back_with_its_fingerprint(
    cli: Callable, espace: Path, archive: Path, tmp_path: Path
) -> None:
    back = tmp_path / "retour"
    result = cli("restore", archive, back)
    assert result.code == 0, result.err
    before, after = (cli("-w", folder, "doctor") for folder in (espace, back))
    assert after.code == 0
    assert empreinte(result.out) == empreinte(before.out) == empreinte(after.out)
    for path in ("journal/journal.jsonl", "droitcommun.toml"):
        assert (back / path).read_bytes() == (espace / path).read_bytes()
    originals = sorted(p.name for p in (espace / "journal" / "originaux").iterdir())
    assert sorted(p.name for p in (back / "journal" / "originaux").iterdir()) == originals
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


def test_the_archive_is_a_zip_that_says_what_it_holds(archive: Path, espace: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        manifest = json.loads(opened.read("sauvegarde.json"))
        said = {name: file["sha256"] for name, file in manifest["fichiers"].items()}
        held = {n: hashlib.sha256(opened.read(n)).hexdigest() for n in opened.namelist() if n != "sauvegarde.json"}
    assert held == said
    assert manifest["evenements"] == len((espace / "journal" / "journal.jsonl").read_text("utf-8").splitlines())
    assert not [name for name in held if name.startswith("graphes/")]


def test_a_backup_replaces_no_other(cli: Callable, espace: Path, archive: Path) -> None:
    before = archive.read_bytes()
    result = cli("-w", espace, "backup", archive)
    assert result.code == 2
    assert "existe déjà" in result.err
    assert archive.read_bytes() == before


def test_a_damaged_original_is_not_saved_as_if_it_were_right(cli: Callable, espace: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(espace, tmp_path / "copie")
    original = next((copy / "journal" / "originaux").iterdir())
    original.write_bytes(original.read_bytes() + b" ")
    result = cli("-w", copy, "backup", tmp_path / "b.zip")
    assert result.code == 4
    assert not (tmp_path / "b.zip").exists()


def test_a_folder_that_holds_something_is_refused(cli: Callable, archive: Path, tmp_path: Path) -> None:
    folder = tmp_path / "plein"
    folder.mkdir()
    (folder / "note.txt").write_text("à garder", encoding="utf-8")
    assert cli("restore", archive, folder).code == 2
    assert [p.name for p in folder.iterdir()] == ["note.txt"]


def _rewritten(archive: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(archive) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    change(members)
    path = archive.with_name("changee.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return path


def _declare(members: dict[str, bytes], name: str, data: bytes, size: int | None = None) -> None:
    """Add a member and write it in the list as an honest one."""
    manifest = json.loads(members["sauvegarde.json"])
    manifest["fichiers"][name] = {
        "sha256": hashlib.sha256(data).hexdigest(),
        "taille": len(data) if size is None else size,
    }
    members["sauvegarde.json"] = json.dumps(manifest).encode()
    members[name] = data


def _flip(members: dict[str, bytes]) -> None:
    name = next(n for n in members if n.startswith("journal/originaux/"))
    members[name] = b"X" + members[name][1:]


def _forge_journal(members: dict[str, bytes]) -> None:
    """Change an event and declare the new journal: only the chain of the journal can tell."""
    text = members["journal/journal.jsonl"].replace(b'"annee":2026', b'"annee":2025', 1)
    _declare(members, "journal/journal.jsonl", text)


HOSTILE: dict[str, Callable[[dict[str, bytes]], None]] = {
    "zip-slip": lambda m: _declare(m, "../evade.txt", b"x"),
    "zip-slip-dedans": lambda m: _declare(m, "journal/originaux/../../evade.txt", b"x"),
    "absolu": lambda m: _declare(m, "/tmp/evade.txt", b"x"),  # noqa: S108
    "windows": lambda m: _declare(m, "journal\\originaux\\evade.txt", b"x"),
    "graphes": lambda m: _declare(m, "graphes/etat.json", b"{}"),
    "non-annonce": lambda m: m.update({"journal/originaux/" + "0" * 64 + ".bin": b"x"}),
    "bombe-annoncee": lambda m: _declare(m, "journal/originaux/" + "0" * 64 + ".bin", b"x", 10**12),
    "taille-fausse": lambda m: _declare(m, "journal/originaux/" + "0" * 64 + ".bin", b"0" * 100_000, 10),
    "octet-change": _flip,
    "journal-forge": _forge_journal,
    "sans-liste": lambda m: m.pop("sauvegarde.json") and None,
    "liste-autre": lambda m: m.update({"sauvegarde.json": b"[1, 2]"}),
    "format-futur": lambda m: m.update({"sauvegarde.json": b'{"format": 9, "fichiers": {}}'}),
}


@pytest.mark.parametrize("fault", sorted(HOSTILE))
def test_an_archive_that_lies_leaves_nothing(cli: Callable, archive: Path, tmp_path: Path, fault: str) -> None:
    before = set(tmp_path.rglob("*"))
    path = _rewritten(archive, HOSTILE[fault])
    result = cli("restore", path, tmp_path / "retour")
    assert result.code in (3, 4), result.out
    assert "Erreur" in result.err
    assert set(tmp_path.rglob("*")) - before == {path}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"pas une archive"])
def test_a_file_that_is_no_archive_is_said(cli: Callable, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    assert cli("restore", path, tmp_path / "retour").code == 3
    assert cli("restore", tmp_path / "rien.zip", tmp_path / "retour").code == 3
    assert not (tmp_path / "retour").exists()


def test_a_cut_archive_is_refused_at_any_length(cli: Callable, archive: Path, tmp_path: Path) -> None:
    whole = archive.read_bytes()
    path = tmp_path / "coupee.zip"
    for length in range(0, len(whole), max(1, len(whole) // 12)):
        path.write_bytes(whole[:length])
        assert cli("restore", path, tmp_path / "retour").code == 3
        assert not (tmp_path / "retour").exists()
