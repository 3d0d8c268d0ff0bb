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

import pytest

from droitcommun.graph.doctor import examine
from droitcommun.graph.ingest import ingest_files
from droitcommun.graph.workspace import Workspace

from .conftest import MOYEN, ROWS, TODAY

POINTS = 200

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL et fork n'existent pas sous Windows")


@dataclass(frozen=True)
class Life:
    """How a child ended: the signal (0 for none); its calls before the commit began, and in all, if it lived."""

    ended_by: int
    commit_at: int = 0
    calls: int = 0


def ingest_in_child(folder: Path, path: Path, kill_at: int | None) -> Life:
    """Ingest in a child process that kills itself at its *kill_at*-th Python call."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        calls = 0
        commit_at = 0

        def count(frame: FrameType, event: str, _arg: object) -> None:
            nonlocal calls, commit_at
            if event in ("call", "c_call"):
                calls += 1
                if event == "call" and frame.f_code is Workspace.commit.__code__:
                    commit_at = calls
                if calls == kill_at:
                    os.kill(os.getpid(), signal.SIGKILL)

        workspace = Workspace.open(folder)
        sys.setprofile(count)
        ingest_files(workspace, None, [path], today=TODAY)
        sys.setprofile(None)
        os.write(writer, struct.pack("qq", commit_at, calls))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    os.close(writer)
    answer = os.read(reader, 16)
    os.close(reader)
    if os.WIFSIGNALED(status):
        return Life(os.WTERMSIG(status))
    commit_at, calls = struct.unpack("qq", answer)
    return Life(0, commit_at, calls)


def test_killed_at_200_points(workspace: Workspace, filled: Callable[..., Path], tmp_path: Path) -> None:
    ingest_files(workspace, None, [filled("a.xlsx", ROWS)], today=TODAY)
    before, events = workspace.graphs.fingerprint(), len(workspace.journal.events())
    changed = filled("b.xlsx", {**ROWS, "Moyens": [{**MOYEN, "Quantité*": 20}]})

    finished = tmp_path / "fini"
    shutil.copytree(workspace.folder, finished)
    whole = ingest_in_child(finished, changed, None)
    after = Workspace.open(finished).graphs.fingerprint()
    assert after != before
    assert 0 < whole.commit_at < whole.calls

    # Half of the points anywhere, half after the commit began, where all the writing is. The count of calls moves by
    # some tens from one child to another: the very last ones may not come.
    chance = random.Random(20260320)
    last = whole.calls - 100
    points = [chance.randint(1, last) for _ in range(POINTS // 2)]
    points += [chance.randint(whole.commit_at, last) for _ in range(POINTS // 2)]
    seen = {before: 0, after: 0}
    for point in points:
        folder = tmp_path / f"essai-{point}"
        shutil.copytree(workspace.folder, folder)
        assert ingest_in_child(folder, changed, point).ended_by == signal.SIGKILL, f"point {point}"
        again = Workspace.open(folder)
        fingerprint = again.graphs.fingerprint()
        assert fingerprint in seen, f"point {point}"
        seen[fingerprint] += 1
        assert [line.label for line in examine(again) if line.ok is False] == []
        assert len(again.journal.events()) == events + (fingerprint != before)
        shutil.rmtree(folder)
    assert min(seen.values()) >= POINTS // 10, "les deux états doivent se rencontrer, sinon le test ne prouve rien"
