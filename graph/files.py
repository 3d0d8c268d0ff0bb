"""Files written whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from droitcommun.graph.errors import WriteFailed


def write_atomic(path: Path, data: bytes) -> None:
    """Write *data* to *path* so that a reader, or a crash, sees the old content or the new, never a part.

    Raises WriteFailed when the disk refuses or when the target is open elsewhere (Excel on Windows).
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise WriteFailed(path, error.strerror or str(error)) from error


def _sync_folder(folder: Path) -> None:
    """Make a rename durable; Windows cannot open a folder and does not need it."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of *data* in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
