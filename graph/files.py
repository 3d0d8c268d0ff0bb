"""Files written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
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
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        if is_device(path):
            path.write_bytes(data)
            return
        write_whole(temporary, data)
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise WriteFailed(path, os_reason(error)) from error


def is_device(path: Path) -> bool:
    """Tell whether a path is written to and never replaced: a pipe, a device, or what the system gives under /dev.

    /dev/stdout may well lead to a file, when the output of the command is sent there.
    """
    return path.exists() and not path.is_dir() and (not path.is_file() or path.is_relative_to("/dev"))


def write_whole(path: Path, data: bytes) -> None:
    """Write a file through to the disk, making the folders it needs. Raises OSError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(errno.ENOTDIR, "", str(path.parent)) from error
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
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
