"""Files written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from droitcommun.graph.errors import WriteFailed
from droitcommun.graph.langue import _

# Windows: sharing violation, and lock violation.
_WINDOWS_HELD = (32, 33)


def write_atomic(path: Path, data: bytes) -> None:
    """Write *data* to *path* so that a reader, or a crash, sees the old content or the new, never a part.

    A device or a pipe takes the data as it comes.
    Raises WriteFailed when the disk refuses or when the target is open elsewhere (Excel on Windows).
    """
    temporary = _aside(path, "tmp")
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            path.write_bytes(data)  # a device or a pipe (/dev/stdout) is written to, never replaced
            return
        _write_whole(temporary, data)
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise WriteFailed(path, os_reason(error)) from error


def write_together(contents: Mapping[Path, bytes]) -> None:
    """Write several files so that a fault leaves all the former ones: all are new, or none is.

    Each takes its name at once; only a crash between two names may leave files of two lots.
    Raises WriteFailed with the file that the disk refuses or that is open elsewhere.
    """
    path, former, taken = Path(), list[Path](), list[Path]()
    try:
        for path, data in contents.items():
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, "", str(path))
            _write_whole(_aside(path, "tmp"), data)
        for path in contents:
            if path.exists():
                path.replace(_aside(path, "old"))
                former.append(path)
            _aside(path, "tmp").replace(path)
            taken.append(path)
        for folder in {path.parent for path in contents}:
            _sync_folder(folder)
    except OSError as error:
        for target in contents:
            with contextlib.suppress(OSError):
                _aside(target, "tmp").unlink()
        for target in taken:
            target.unlink(missing_ok=True)
        for target in former:
            _aside(target, "old").replace(target)
        raise WriteFailed(path, os_reason(error)) from error
    for target in former:
        _aside(target, "old").unlink(missing_ok=True)


def _aside(path: Path, word: str) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.{word}")


def _write_whole(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(errno.ENOTDIR, "", str(path.parent)) from error
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    """Make a rename durable; Windows cannot open a folder and does not need it."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def os_reason(error: OSError) -> str:
    """Return in the user's language why the system refused; it says it itself in its own."""
    held = _("il est ouvert dans un autre programme")
    reasons = {
        errno.ENOENT: _("il n'existe pas"),
        errno.EACCES: _("l'accès est refusé"),
        errno.EPERM: _("l'opération n'est pas permise"),
        errno.EEXIST: _("il existe déjà"),
        errno.EISDIR: _("c'est un dossier"),
        errno.ENOTDIR: _("une partie du chemin n'est pas un dossier"),
        errno.ENOTEMPTY: _("le dossier n'est pas vide"),
        errno.ENOSPC: _("il n'y a plus de place sur le disque"),
        errno.EROFS: _("le disque est en lecture seule"),
        errno.EFBIG: _("le fichier dépasse la taille permise"),
        errno.ENAMETOOLONG: _("le nom est trop long"),
        errno.ELOOP: _("les liens du chemin tournent en rond"),
        errno.EXDEV: _("les deux emplacements ne sont pas sur le même disque"),
        errno.EMFILE: _("trop de fichiers sont ouverts"),
        errno.ENFILE: _("trop de fichiers sont ouverts"),
        errno.EBUSY: held,
        errno.ETXTBSY: held,
        errno.EIO: _("le disque a une panne de lecture ou d'écriture"),
        errno.ENOMEM: _("la mémoire ne suffit pas"),
    }
    if hasattr(errno, "EDQUOT"):  # not on Windows
        reasons[errno.EDQUOT] = _("le quota de disque est atteint")
    if getattr(error, "winerror", None) in _WINDOWS_HELD:
        return held
    return reasons.get(error.errno or 0) or _("le système a refusé, erreur {code}").format(
        code=errno.errorcode.get(error.errno or 0, error.errno or type(error).__name__)
    )


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of *data* in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
