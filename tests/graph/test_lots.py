"""Files written as one lot: killed or refused at any step, the former ones or the new ones, and nothing beside."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from droitcommun.graph.errors import WriteFailed
from droitcommun.graph.lots import HIDDEN, RECORD, finish_lots, write_together

from .diskfaults import in_child, refused_at
from .test_interruptions import held

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL et fork n'existent pas sous Windows")

OLD = {"a.html": b"avant a", "sous/b.html": b"avant b", "parti.html": b"avant p"}
NEW = {"a.html": b"nouveau a", "sous/b.html": b"nouveau b", "c.html": b"nouveau c"}
KEPT = {"sous/b.html": "gardes/1/b.html", "parti.html": "gardes/1/parti.html"}
AFTER = {**NEW, **{target: OLD[name] for name, target in KEPT.items()}}


def lot(folder: Path) -> None:
    write_together(
        {folder / name: data for name, data in NEW.items()}, {folder / n: folder / target for n, target in KEPT.items()}
    )


@pytest.fixture
def start(tmp_path: Path) -> Path:
    folder = tmp_path / "depart"
    write_together({folder / name: data for name, data in OLD.items()})
    return folder


def copies(start: Path) -> Callable[[int], Path]:
    return lambda step: Path(shutil.copytree(start, start.parent / str(step) / "lot"))


def changes_of_a_lot(folder: Path) -> int:
    changes = in_child(lambda: lot(folder), None)
    assert changes is not None
    return changes


def test_a_lot_replaces_keeps_and_adds(start: Path) -> None:
    assert held(start) == OLD
    lot(start)
    assert held(start) == AFTER


def test_killed_at_any_step(start: Path) -> None:
    copy = copies(start)
    changes = changes_of_a_lot(copy(0))
    assert changes > 10
    seen = []
    for step in range(1, changes + 1):
        folder = copy(step)
        assert in_child(lambda folder=folder: lot(folder), step) is None
        again, other = (Path(shutil.copytree(folder, folder.parent / name / "lot")) for name in ("meme", "autre"))
        # What follows may be the next opening of the workspace, the same command, or another one in the same folder.
        finish_lots(folder.parent)
        left = {name: data for name, data in held(folder).items() if not Path(name).name.startswith(HIDDEN)}
        assert left in (OLD, AFTER), step
        seen.append(left == AFTER)
        lot(again)
        assert {name: data for name, data in held(again).items() if name in NEW} == NEW, step
        write_together({other / "z.html": b"z", other / "sous" / "z.html": b"z"})
        assert held(other) == {**left, "z.html": b"z", "sous/z.html": b"z"}, step
        assert not [name for name in (*held(again), *held(other)) if HIDDEN in name], step
    assert seen == sorted(seen) and set(seen) == {False, True}


def test_killed_while_a_killed_lot_is_ended(start: Path) -> None:
    copy = copies(start)
    half, step = start, 0
    while not (half / RECORD).exists():  # the first step at which the lot is decided: nothing has its name yet
        step += 1
        half = copy(step)
        assert in_child(lambda folder=half: lot(folder), step) is None
    ended = Path(shutil.copytree(half, start.parent / "fin" / "lot"))
    steps = in_child(lambda: finish_lots(ended.parent), None)
    assert steps
    for step in range(1, steps + 1):
        folder = Path(shutil.copytree(half, start.parent / f"fin-{step}" / "lot"))
        assert in_child(lambda folder=folder: finish_lots(folder.parent), step) is None
        finish_lots(folder.parent)
        assert held(folder) == AFTER, step


def test_refused_at_any_step(start: Path) -> None:
    copy = copies(start)
    seen = set()
    for step in range(1, changes_of_a_lot(copy(0)) + 1):
        folder = copy(step)
        refused_at(lambda folder=folder: lot(folder), step)
        left = held(folder)
        if (folder / RECORD).exists() or any(HIDDEN in name for name in left):
            finish_lots(folder.parent)  # what could not even be removed
            left = {name: data for name, data in held(folder).items() if HIDDEN not in name}
        assert left in (OLD, AFTER), step
        seen.add(left == AFTER)
    assert seen == {False, True}


def test_folders_apart_are_undone_together(tmp_path: Path) -> None:
    first, second = tmp_path / "un" / "a.html", tmp_path / "deux" / "b.html"
    write_together({first: b"avant"})
    second.mkdir(parents=True)
    with pytest.raises(WriteFailed, match=r"b\.html.*c'est un dossier"):
        write_together({first: b"nouveau", second: b"nouveau"})
    assert held(tmp_path) == {"un/a.html": b"avant"}
    second.rmdir()
    write_together({first: b"nouveau", second: b"nouveau"})
    assert held(tmp_path) == {"un/a.html": b"nouveau", "deux/b.html": b"nouveau"}


def test_a_device_takes_its_data_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "tube"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_together({pipe: b"page", tmp_path / "a.html": b"a"})
        assert os.read(reader, 10) == b"page"
    finally:
        os.close(reader)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.html", "tube"]


@pytest.mark.parametrize(
    "record",
    [
        {"vers": "neuf", "fichiers": [{"path": "x", "draft": "../secret", "former": None, "kept": False}]},
        {"vers": "ancien", "fichiers": [{"path": "../secret", "draft": f"{HIDDEN}1", "former": None, "kept": False}]},
        {"vers": "neuf", "fichiers": [{"path": "x", "draft": None, "former": "../secret", "kept": False}]},
        {"vers": "neuf", "fichiers": [{"path": "/x", "draft": None, "former": None, "kept": True}]},
        {"vers": "neuf", "fichiers": [{"path": "a.html", "draft": None, "former": "b.html", "kept": False}]},
        {"vers": "neuf", "fichiers": ["a.html"]},
        {"fichiers": []},
        [],
    ],
)
def test_a_record_that_is_not_ours_moves_nothing(record: object, tmp_path: Path) -> None:
    folder = tmp_path / "lot"
    folder.mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    (folder / "a.html").write_bytes(b"a")
    (folder / RECORD).write_text(json.dumps(record), encoding="utf-8")
    finish_lots(tmp_path)
    assert held(tmp_path) == {"secret": b"secret", "lot/a.html": b"a"}
