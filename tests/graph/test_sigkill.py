"""Killed at any moment, an ingest is before or after, never between, and the next command needs no help."""

from __future__ import annotations

import os
import random
import shutil
import signal
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from droitcommun.graph.doctor import examine
from droitcommun.graph.ingest import ingest_files
from droitcommun.graph.journal import Event
from droitcommun.graph.workspace import Workspace

from .conftest import MOYEN, ROWS, TODAY

ANYWHERE, WRITING = 40, 160  # nothing is on disk before the commit begins
POINTS = ANYWHERE + WRITING

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL et fork n'existent pas sous Windows")


@dataclass(frozen=True)
class Life:
    """How a child ended: the signal (0 for none), and the calls it made while they were counted, if it lived."""

    ended_by: int
    calls: int = 0


def ingest_in_child(folder: Path, path: Path, kill_at: int | None, *, commit_only: bool = False) -> Life:
    """Ingest in a child process that kills itself at its *kill_at*-th Python call, or that of its commit."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        calls = 0
        commit = Workspace.commit

        def count(_frame: FrameType, event: str, _arg: object) -> None:
            nonlocal calls
            if event in ("call", "c_call"):
                calls += 1
                if calls == kill_at:
                    os.kill(os.getpid(), signal.SIGKILL)

        def counted(*arguments: Any, **options: Any) -> Event:
            sys.setprofile(count)  # the reading before goes at full speed
            return commit(*arguments, **options)

        workspace = Workspace.open(folder)
        if commit_only:
            Workspace.commit = counted  # type: ignore[method-assign]
        else:
            sys.setprofile(count)
        ingest_files(workspace, None, [path], today=TODAY)
        sys.setprofile(None)
        os.write(writer, struct.pack("q", calls))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    os.close(writer)
    answer = os.read(reader, 8)
    os.close(reader)
    if os.WIFSIGNALED(status):
        return Life(os.WTERMSIG(status))
    return Life(0, *struct.unpack("q", answer))


def test_killed_at_200_points(workspace: Workspace, filled: Callable[..., Path], tmp_path: Path) -> None:
    ingest_files(workspace, None, [filled("a.xlsx", ROWS)], today=TODAY)
    before, events = workspace.graphs.fingerprint(), len(workspace.journal.events())
    changed = filled("b.xlsx", {**ROWS, "Moyens": [{**MOYEN, "Quantité*": 20}]})

    def live(name: str, commit_only: bool) -> int:
        folder = Path(shutil.copytree(workspace.folder, tmp_path / name))
        calls = ingest_in_child(folder, changed, None, commit_only=commit_only).calls
        assert Workspace.open(folder).graphs.fingerprint() == after
        return calls

    finished = Workspace.open(shutil.copytree(workspace.folder, tmp_path / "fini"))
    ingest_files(finished, None, [changed], today=TODAY)
    after = finished.graphs.fingerprint()
    assert after != before

    # Some of the points anywhere, most after the commit began, where all the writing is. The count of calls moves by
    # some tens from one child to another: the very last ones may not come.
    chance = random.Random(20260320)
    whole, writing = live("entier", False) - 100, live("commit", True) - 100
    assert 0 < writing < whole
    points = [(chance.randint(1, whole), False) for _ in range(ANYWHERE)]
    points += [(chance.randint(1, writing), True) for _ in range(WRITING)]
    seen = {before: 0, after: 0}
    for point, commit_only in points:
        folder = Path(shutil.copytree(workspace.folder, tmp_path / "essai"))
        life = ingest_in_child(folder, changed, point, commit_only=commit_only)
        assert life.ended_by == signal.SIGKILL, f"point {point}"
        again = Workspace.open(folder)
        fingerprint = again.graphs.fingerprint()
        assert fingerprint in seen, f"point {point}"
        seen[fingerprint] += 1
        assert [line.label for line in examine(again) if line.ok is False] == []
        assert len(again.journal.events()) == events + (fingerprint != before)
        shutil.rmtree(folder)
    assert min(seen.values()) >= POINTS // 10, "les deux états doivent se rencontrer, sinon le test ne prouve rien"
