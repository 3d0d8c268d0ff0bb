"""Files written whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from droitcommun.graph.errors import WriteFailed


def write_atomic(path: Path, data: bytes) -> None:
    """Write *data* to *path* so that a reader, or a crash, sees the old content or the new, never a part.

    Raises WriteFailed when the disk refuses or when the target is open elsewhere (Excel on Windows).
    """
    temporary = _aside(path, "tmp")
    try:
        _write_whole(temporary, data)
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise WriteFailed(path, error.strerror or str(error)) from error


def write_together(contents: Mapping[Path, bytes]) -> None:
    """Write several files so that a fault leaves all the former ones: all are new, or none is.

    Each takes its name at once; only a crash between two names may leave files of two lots.
    Raises WriteFailed with the file that the disk refuses or that is open elsewhere.
    """
    path, former, taken = Path(), list[Path](), list[Path]()
    try:
        for path, data in contents.items():
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
        raise WriteFailed(path, error.strerror or str(error)) from error
    for target in former:
        _aside(target, "old").unlink(missing_ok=True)


def _aside(path: Path, word: str) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.{word}")


def _write_whole(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
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


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of *data* in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
