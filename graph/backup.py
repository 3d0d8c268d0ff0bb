"""One archive that holds a whole workspace: journal, originals, settings, publications. Graphs are made again from it.

The archive is a ZIP whose first member, sauvegarde.json, gives the size and the SHA-256 of every other. It holds what
the workspace holds, contacts included: it is to be kept as the workspace is.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from glob import escape
from hashlib import sha256
from pathlib import Path
from typing import Any

from droitcommun.graph.errors import (
    ArchiveInvalid,
    BackupExists,
    DroitCommunError,
    SourceMissing,
    WorkspaceExists,
    WriteFailed,
)
from droitcommun.graph.files import os_reason
from droitcommun.graph.fingerprints import Logiciel, current_logiciel
from droitcommun.graph.langue import _
from droitcommun.graph.settings import FILE_NAME
from droitcommun.graph.workspace import Workspace, move_into_place

MANIFEST = "sauvegarde.json"
FORMAT = 1
_CHUNK = 1 << 20
_MAX_MANIFEST = 50_000_000
# Beyond both, what an archive says it holds is a decompression bomb: workbooks are compressed already.
_MAX_RATIO, _RATIO_FLOOR = 200, 200_000_000
_PART = r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*"
_ALLOWED = re.compile(
    rf"droitcommun\.toml|journal/journal\.jsonl|journal/originaux/{_PART}|sorties/[0-9]{{4}}/publication-{_PART}(?:/{_PART})*"
)
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Sauvegarde:
    """An archive made, or put back in `dossier`: how many events and files, and the fingerprint of the data.

    `changements` is what the program that put it back has of different, when the fingerprint is not the one saved.
    """

    dossier: Path
    evenements: int
    fichiers: int
    empreinte: str
    fictif: bool
    changements: tuple[str, ...] = ()


def backup(workspace: Workspace, target: Path) -> Sauvegarde:
    """Write *workspace* into one archive, whole or not at all, each file read back and compared.

    Raises BackupExists, JournalDamaged, SourceMissing, WriteFailed.
    """
    if target.exists():
        raise BackupExists(target)
    with workspace.lock():
        events = workspace.journal.events()
        files = dict(_files(workspace))
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "fictif": workspace.fictif,
            "evenements": len(events),
            "empreinte": workspace.graphs.fingerprint(),
            "logiciel": current_logiciel().to_data(),
            "fichiers": {name: _described(path) for name, path in files.items()},
        }
        _check_originals(manifest["fichiers"])
        temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            for stale in target.parent.glob(f".{escape(target.name)}.*.tmp"):  # what a crash left
                stale.unlink()
            _write(temporary, files, manifest)
            with zipfile.ZipFile(temporary) as archive:
                for name, said in manifest["fichiers"].items():
                    for _chunk in _read_checked(archive, name, said, target):
                        pass
            temporary.replace(target)
        except OSError as error:
            raise WriteFailed(target, os_reason(error)) from error
        finally:
            temporary.unlink(missing_ok=True)
    return Sauvegarde(target, len(events), len(files), manifest["empreinte"], manifest["fictif"])


def restore(archive_path: Path, folder: Path) -> Sauvegarde:
    """Make in *folder*, empty or new, the workspace that an archive holds; its graphs are made again.

    Nothing appears there unless everything is right. Raises ArchiveInvalid, WorkspaceExists, JournalDamaged,
    WriteFailed.
    """
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WorkspaceExists(folder)
    draft = folder.with_name(f".{folder.name}.restauration")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        manifest = _extract(archive_path, draft)
        restored = Workspace.open(draft)
        found = len(restored.journal.events()), restored.graphs.fingerprint()
        changes = _explained(archive_path, manifest, *found)
        result = Sauvegarde(folder, found[0], len(manifest["fichiers"]), found[1], restored.fictif, changes)
        move_into_place(draft, folder)
    except OSError as error:
        raise WriteFailed(folder, os_reason(error)) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return result


def _explained(path: Path, manifest: Mapping[str, Any], n_events: int, empreinte: str) -> tuple[str, ...]:
    """Return why the fingerprint differs from the one saved: the program has changed. Raises ArchiveInvalid if not."""
    if n_events != manifest["evenements"]:
        raise ArchiveInvalid(path, _("son journal n'a pas le nombre d'événements annoncé"))
    if empreinte == manifest["empreinte"]:
        return ()
    changes = current_logiciel().changes_since(Logiciel.from_data(manifest["logiciel"]))
    if not changes:
        raise ArchiveInvalid(path, _("ses données n'ont pas l'empreinte annoncée"))
    return changes


def _files(workspace: Workspace) -> Iterator[tuple[str, Path]]:
    """Yield what is kept, by name in the archive, sorted."""
    root = workspace.folder
    wanted = [root / FILE_NAME, workspace.journal.path]
    wanted += workspace.originals.folder.glob("*")
    wanted += (p for kept in root.glob("sorties/*/publication-*") for p in kept.rglob("*"))
    for path in sorted(p for p in wanted if p.is_file() and not p.is_symlink()):
        name = path.relative_to(root).as_posix()
        if _ALLOWED.fullmatch(name):
            yield name, path


def _described(path: Path) -> dict[str, Any]:
    total, size = sha256(), 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            total.update(chunk)
            size += len(chunk)
    return {"sha256": total.hexdigest(), "taille": size}


def _check_originals(files: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse to save an original that is no longer the one received. Raises SourceMissing."""
    for name, said in files.items():
        folder, _slash, file = name.rpartition("/")
        if folder == "journal/originaux" and file.partition(".")[0] != said["sha256"]:
            raise SourceMissing(file.partition(".")[0], Path(name))


def _write(path: Path, files: Mapping[str, Path], manifest: Mapping[str, Any]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
        archive.writestr(_member(MANIFEST), text.encode())
        for name, source in files.items():
            with source.open("rb") as stream, archive.open(_member(name), "w", force_zip64=True) as member:
                shutil.copyfileobj(stream, member, _CHUNK)
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _EPOCH)
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


def _extract(path: Path, draft: Path) -> dict[str, Any]:
    """Write the files of an archive under *draft*, each checked as it comes; return the manifest."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _read_manifest(archive, path)
            for name, said in manifest["fichiers"].items():
                target = draft.joinpath(*name.split("/"))
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("wb") as stream:
                    for chunk in _read_checked(archive, name, said, path):
                        stream.write(chunk)
                    stream.flush()
                    os.fsync(stream.fileno())
            return manifest
    except DroitCommunError:
        raise
    except OSError as error:
        if error.filename != str(path):
            raise  # the fault is where it writes
        raise ArchiveInvalid(path, os_reason(error)) from error
    except zipfile.BadZipFile as error:
        raise ArchiveInvalid(path, _("l'archive est coupée ou abîmée")) from error
    except (ValueError, KeyError, TypeError, AttributeError, RuntimeError, NotImplementedError, EOFError) as error:
        # A border: a damaged or hostile archive fails in many ways.
        raise ArchiveInvalid(path, _("son contenu n'est pas celui d'une sauvegarde")) from error


def _read_manifest(archive: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    """Read the list of files, and refuse an archive that is not exactly that list. Raises ArchiveInvalid."""
    names = [member.filename for member in archive.infolist()]
    if MANIFEST not in names:
        raise ArchiveInvalid(path, _("il n'y a pas de « {fichier} »").format(fichier=MANIFEST))
    with archive.open(MANIFEST) as stream:
        text = stream.read(_MAX_MANIFEST + 1)
    if len(text) > _MAX_MANIFEST:
        raise ArchiveInvalid(path, _("il se déploie sans fin (bombe de décompression)"))
    manifest = json.loads(text)
    if manifest["format"] != FORMAT:
        raise ArchiveInvalid(path, _("son format ({n}) est inconnu de cette version").format(n=manifest["format"]))
    files = manifest["fichiers"]
    hostile = next((name for name in (*names, *files) if name != MANIFEST and not _ALLOWED.fullmatch(name)), None)
    if hostile is not None:
        raise ArchiveInvalid(path, _("« {nom} » n'a rien à y faire").format(nom=hostile))
    if sorted(names) != sorted([MANIFEST, *files]):
        raise ArchiveInvalid(path, _("ses fichiers ne sont pas ceux de sa liste"))
    total = sum(int(said["taille"]) for said in files.values())
    if total > max(_RATIO_FLOOR, _MAX_RATIO * path.stat().st_size):
        raise ArchiveInvalid(path, _("il se déploie sans fin (bombe de décompression)"))
    return dict(manifest)


def _read_checked(archive: zipfile.ZipFile, name: str, said: Mapping[str, Any], path: Path) -> Iterator[bytes]:
    """Yield the bytes of a member, no more than it should have. Raises ArchiveInvalid when they are not those said."""
    total, size = sha256(), 0
    with archive.open(name) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > said["taille"]:
                break
            total.update(chunk)
            yield chunk
    if size != said["taille"] or total.hexdigest() != said["sha256"]:
        raise ArchiveInvalid(path, _("« {nom} » n'est pas le fichier sauvegardé").format(nom=name))
