"""Two builds give the same bytes: the demonstration and the intact one were made by two processes."""

from __future__ import annotations

from droitcommun.graph.demo.damage import read_damages
from droitcommun.graph.graphfiles import GraphEntry
from droitcommun.graph.store import sorted_nquads
from droitcommun.graph.workspace import Workspace


def graphs(workspace: Workspace) -> dict[str, tuple[GraphEntry, bytes]]:
    entries = workspace.graphs.entries(current=False)
    return {e.iri: (e, sorted_nquads(workspace.graphs.triples(e), e.iri)) for e in entries}


def test_what_is_not_damaged_has_the_same_graphs(espace: Workspace, intact: Workspace) -> None:
    demo, other = graphs(espace), graphs(intact)
    assert set(demo) == set(other)
    damaged = {d.fichier for d in read_damages(espace.folder, 2026)}
    originals = {e.data["sha256"]: e.data["fichier"] for e in espace.journal.events() if e.kind == "fichier-recu"}
    changed = {originals[demo[name][0].source or ""] for name in demo if demo[name][1] != other[name][1]}
    assert changed == {name for name in damaged if "-2026" in name}


def test_the_journal_has_fixed_days(espace: Workspace) -> None:
    days = sorted({e.le.isoformat() for e in espace.journal.events()})
    assert days == [
        *("2025-01-06", "2025-01-13", "2025-02-28", "2025-03-31", "2025-04-28", "2025-04-30"),
        *("2026-01-15", "2026-02-13", "2026-03-06", "2026-03-20"),
    ]
