"""Documents of ours that someone has worked on since they were written: a new one never takes their place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from droitcommun.graph.errors import FileNotReadable
from droitcommun.graph.export.sheets import MADE
from droitcommun.graph.files import os_reason
from droitcommun.graph.langue import _

_OFFICE = (".docx", ".pptx", ".xlsx")
_CORE = "docProps/core.xml"
_MODIFIED = re.compile(rb"<dcterms:modified[^>]*>([^<]*)<")
_DAYS = {(1980, 1, 1), (2000, 1, 1)}  # of the parts of a package of ours


def free_path(path: Path) -> Path:
    """Return where to write what is called *path*: there, or beside when the document there has been worked on.

    What we write bears the same days always. Word, Excel and PowerPoint date the document they save, LibreOffice the
    parts of its package, even when nothing was typed. The names beside are
    `rapport-2026-nouveau.docx`, then `rapport-2026-nouveau-2.docx` … Raises FileNotReadable.
    """
    if path.suffix not in _OFFICE:
        return path
    target, n = path, 0
    while target.is_file() and _is_reworked(target):
        n += 1
        mark = _("nouveau") + (f"-{n}" if n > 1 else "")
        target = path.with_name(f"{path.stem}-{mark}{path.suffix}")
    return target


def left_alone(asked: Iterable[Path], written: Iterable[Path]) -> list[str]:
    """Return a sentence for each document that was left as someone made it, with the name of the new one."""
    sentence = _("« {fichier} » a été modifié depuis : il est laissé tel quel, le nouveau est « {nouveau} ».")
    return [
        sentence.format(fichier=path.name, nouveau=target.name)
        for path, target in zip(asked, written, strict=True)
        if path != target
    ]


def _is_reworked(path: Path) -> bool:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileNotReadable(path, os_reason(error)) from error
    try:
        with ZipFile(BytesIO(data)) as package:
            said = _MODIFIED.search(package.read(_CORE))
            days = {part.date_time[:3] for part in package.infolist()}
    except (BadZipFile, KeyError, NotImplementedError, RuntimeError, OSError):
        return True  # nothing that we wrote
    return said is None or not said[1].startswith(MADE.isoformat().encode()) or not days <= _DAYS
