"""Several files written as one lot: after a fault or a crash, all are the former ones, or all are the new ones.

The new contents are first written beside, under hidden names. A record in the folder of the lot then says which takes
which name: from there the lot is decided. A crash before it leaves the former files, and drafts that the next lot of
the folder removes; after it, the next lot, or the next opening of the workspace, ends the work.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from droitcommun.graph.errors import WriteFailed
from droitcommun.graph.files import is_device, os_reason, sync_folder, write_atomic, write_whole

HIDDEN = ".droitcommun-"
RECORD = HIDDEN + "lot.json"


@dataclass(frozen=True)
class _Item:
    """One name of a lot, as paths under its folder: the `draft` that takes it (None: the file only leaves), where the
    `former` file goes (None: there was none), and whether it is `kept` there."""

    path: str
    draft: str | None
    former: str | None
    kept: bool


def write_together(contents: Mapping[Path, bytes], kept: Mapping[Path, Path] | None = None) -> None:
    """Write several files so that a fault leaves all the former ones: all are new, or none is.

    *kept* says where former files go, instead of disappearing, by path, under the folder that holds them all; one that
    *contents* does not name only leaves.
    Files in folders apart make a lot each, for a crash; a fault undoes them all. A device or a pipe takes its data as
    it comes. Raises WriteFailed with the file that the disk refuses or that is open elsewhere.
    """
    kept = kept or {}
    for path in [path for path in contents if is_device(path)]:
        write_atomic(path, contents[path])
    files = {path: contents.get(path) for path in (*contents, *kept) if not is_device(path)}
    lots = [_Lot(root, {p: files[p] for p in paths}, kept) for root, paths in _roots(list(files)).items()]
    try:
        for lot in lots:
            lot.prepare()
        for lot in lots:
            lot.decide()
        for lot in lots:
            lot.take()
    except BaseException:
        for lot in lots:
            lot.give_back()
        raise
    for lot in lots:
        lot.close()


def finish_lot(folder: Path) -> None:
    """End what a crash left undone in *folder*, for who looks at its files before writing. Raises WriteFailed."""
    with _about(folder):
        _finish(folder)


def finish_lots(folder: Path) -> None:
    """End what a crash left undone in the folders of *folder*; what the system refuses is left to the next time."""
    for record in folder.glob(f"*/{RECORD}"):
        with contextlib.suppress(OSError):
            _finish(record.parent)


class _Lot:
    """The files of one folder and of those under it."""

    def __init__(self, root: Path, files: Mapping[Path, bytes | None], kept: Mapping[Path, Path]) -> None:
        self._root = root
        self._data = {self._name(path): data for path, data in files.items()}
        self._kept = {self._name(path): self._name(target) for path, target in kept.items() if path in files}
        self._items: tuple[_Item, ...] = ()
        self._decided = False

    def _name(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()

    def prepare(self) -> None:
        """Write the new contents beside, once what a crash left is ended and removed."""
        finish_lot(self._root)
        with _about(self._root):
            for folder in {(self._root / name).parent for name in self._data}:
                for left in folder.glob(f"{HIDDEN}*"):
                    left.unlink()
        for n, (name, data) in enumerate(self._data.items()):
            path = self._root / name
            beside = PurePosixPath(name).with_name(f"{HIDDEN}{os.getpid()}-{n}")
            with _about(path):
                if path.is_dir():
                    raise IsADirectoryError(errno.EISDIR, "", str(path))
                draft = None if data is None else f"{beside}.neuf"
                former = self._kept.get(name, f"{beside}.ancien") if path.exists() else None
                self._items += (_Item(name, draft, former, name in self._kept),)
                if draft is not None and data is not None:
                    write_whole(self._root / draft, data)

    def decide(self) -> None:
        """Write the record, after which the names are to be taken."""
        with _about(self._root):
            _sync(self._root, self._items)
            _write_record(self._root, self._items, forward=True)
            self._decided = True

    def take(self) -> None:
        """Give the new files their names."""
        for item in self._items:
            with _about(self._root / item.path):
                try:
                    _take(self._root, item)
                except FileNotFoundError:
                    if (self._root / RECORD).exists():
                        raise
                    # another command has just ended this lot
        with _about(self._root):
            _sync(self._root, self._items)

    def give_back(self) -> None:
        """Give the former files their names again, and leave no draft."""
        with contextlib.suppress(OSError):
            if self._decided:
                _write_record(self._root, self._items, forward=False)
        for item in self._items:
            with contextlib.suppress(OSError):
                _give_back(self._root, item)
        with contextlib.suppress(OSError):
            (self._root / RECORD).unlink(missing_ok=True)

    def close(self) -> None:
        """Remove what is no longer of use."""
        with _about(self._root):
            _close(self._root, self._items)


def _take(root: Path, item: _Item) -> None:
    path = root / item.path
    if item.draft is not None and not (root / item.draft).exists():
        return  # done: what bears the name is the new file
    if item.former is not None and path.exists():
        (root / item.former).parent.mkdir(parents=True, exist_ok=True)
        path.replace(root / item.former)
    if item.draft is not None:
        (root / item.draft).replace(path)


def _give_back(root: Path, item: _Item) -> None:
    if item.former is None:
        if item.draft is not None and not (root / item.draft).exists():
            (root / item.path).unlink(missing_ok=True)
    elif (root / item.former).exists():
        (root / item.former).replace(root / item.path)
    if item.draft is not None:
        (root / item.draft).unlink(missing_ok=True)


def _close(root: Path, items: tuple[_Item, ...]) -> None:
    for item in items:
        if item.former is not None and not item.kept:
            (root / item.former).unlink(missing_ok=True)
    (root / RECORD).unlink(missing_ok=True)


def _finish(root: Path) -> None:
    """End the lot that a crash left in a folder, in the direction that its record says."""
    path = root / RECORD
    if not path.exists():
        return
    items, forward = _read_record(path)
    for item in items:
        (_take if forward else _give_back)(root, item)
    _sync(root, items)
    if forward:
        _close(root, items)
    path.unlink(missing_ok=True)


def _write_record(root: Path, items: tuple[_Item, ...], *, forward: bool) -> None:
    draft = root / f"{HIDDEN}{os.getpid()}.lot"
    write_whole(
        draft, json.dumps({"vers": "neuf" if forward else "ancien", "fichiers": [*map(asdict, items)]}).encode()
    )
    draft.replace(root / RECORD)
    sync_folder(root)


def _read_record(path: Path) -> tuple[tuple[_Item, ...], bool]:
    """Return the files of a record and whether they are to become the new ones.

    A record that we cannot have written names nothing: a folder may come from anywhere.
    """
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        items = tuple(_Item(**item) for item in said["fichiers"])
        if all(_is_ours(item) for item in items):
            return items, said["vers"] == "neuf"
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    return (), True


def _is_ours(item: _Item) -> bool:
    def under(name: str) -> bool:
        return not PurePosixPath(name).is_absolute() and ".." not in PurePosixPath(name).parts and "\\" not in name

    hidden = [item.draft] if item.kept else [item.draft, item.former]
    return all(under(name) for name in (item.path, item.draft, item.former) if name is not None) and all(
        PurePosixPath(name).name.startswith(HIDDEN) for name in hidden if name is not None
    )


def _roots(paths: list[Path]) -> dict[Path, list[Path]]:
    """Return the paths by folder of their lot: the one that holds all the others, or each its own."""
    folders = list(dict.fromkeys(path.parent for path in paths))
    whole = next((f for f in folders if all(other.is_relative_to(f) for other in folders)), None)
    if whole is not None:
        return {whole: paths}
    return {folder: [path for path in paths if path.parent == folder] for folder in folders}


def _sync(root: Path, items: tuple[_Item, ...]) -> None:
    for folder in {(root / item.path).parent for item in items}:
        if folder.is_dir():
            sync_folder(folder)


@contextlib.contextmanager
def _about(path: Path) -> Iterator[None]:
    """Say of which file the system refused something. Raises WriteFailed."""
    try:
        yield
    except OSError as error:
        raise WriteFailed(path, os_reason(error)) from error
