"""droitcommun doctor and rebuild: the fingerprint, and what they say of a damaged workspace."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path


def fingerprint(text: str) -> str:
    (found,) = re.findall(r"^empreinte : ([0-9a-f]{64})$", text, re.MULTILINE)
    return str(found)


def test_a_sound_workspace(cli: Callable, demo: Path) -> None:
    result = cli("-w", demo, "doctor")
    assert result.code == 0, result.out
    assert "contrats : call-2024" in result.out
    assert "À RÉPARER" not in result.out
    assert fingerprint(result.out)


def test_rebuild_gives_the_same_fingerprint(cli: Callable, demo_copy: Path) -> None:
    before = fingerprint(cli("-w", demo_copy, "doctor").out)
    for file in (demo_copy / "graphes").rglob("*.nq"):
        file.unlink()
    rebuilt = cli("-w", demo_copy, "rebuild")
    assert rebuilt.code == 0, rebuilt.err
    assert fingerprint(rebuilt.out) == before
    assert fingerprint(cli("-w", demo_copy, "doctor").out) == before


def test_a_lost_original_is_said_and_gives_4(cli: Callable, demo_copy: Path) -> None:
    lost = min((demo_copy / "journal" / "originaux").glob("*.xlsx"))
    lost.unlink()
    result = cli("-w", demo_copy, "doctor")
    assert result.code == 4
    assert "À RÉPARER" in result.out
    assert lost.stem[:12] in result.out


def test_a_graph_changed_by_hand_is_said_and_rebuild_mends_it(cli: Callable, espace: Path, classeur: Path) -> None:
    assert cli("-w", espace, "ingest", classeur).code == 0
    sound = fingerprint(cli("-w", espace, "doctor").out)
    file = max((espace / "graphes").rglob("*.nq"))
    file.write_bytes(file.read_bytes().splitlines(keepends=True)[0])
    result = cli("-w", espace, "doctor")
    assert result.code == 4
    assert "droitcommun rebuild" in result.out
    assert cli("-w", espace, "rebuild").code == 0
    mended = cli("-w", espace, "doctor")
    assert (mended.code, fingerprint(mended.out)) == (0, sound)


def test_a_damaged_journal_stops_everything_with_4(cli: Callable, demo_copy: Path) -> None:
    journal = demo_copy / "journal" / "journal.jsonl"
    lines = journal.read_text(encoding="utf-8").splitlines(keepends=True)
    journal.write_text("".join([lines[0].replace("call-2024", "call-2025"), *lines[1:]]), encoding="utf-8")
    result = cli("-w", demo_copy, "doctor")
    assert result.code == 4
    assert "journal" in result.err
