"""The derived graphs of a workspace: one sorted N-Quads file a named graph, and the list of those that are current."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from droitcommun.graph.files import sha256_hex, write_atomic
from droitcommun.graph.names import GRAPH
from droitcommun.graph.store import Store, Triple, fingerprint, sorted_nquads

_STATE = "etat.json"


@dataclass(frozen=True)
class GraphEntry:
    """One named graph: what it holds (`genre`), whose it is, and whether it is the current one of its series."""

    iri: str
    serie: str
    genre: str
    contrat: str
    annee: int | None = None
    organisme: str | None = None
    service: str | None = None
    version: int = 1
    le: str = ""
    source: str | None = None
    courant: bool = True
    empreinte: str = ""


@dataclass(frozen=True)
class GraphChange:
    """A graph to write: its entry and its triples."""

    entry: GraphEntry
    triples: tuple[Triple, ...]


class GraphFiles:
    """The folder graphes/. Everything in it can be made again from the journal and the originals."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._entries: dict[str, GraphEntry] = {}
        self.applied = 0
        self._read_state()

    def entries(self, genre: str | None = None, contrat: str | None = None, current: bool = True) -> list[GraphEntry]:
        """Return the entries asked for, ordered by IRI; superseded versions too when *current* is False."""
        found = (
            e
            for e in self._entries.values()
            if (genre is None or e.genre == genre)
            and (contrat is None or e.contrat == contrat)
            and (e.courant or not current)
        )
        return sorted(found, key=lambda e: e.iri)

    def current(self, serie: str) -> GraphEntry | None:
        """Return the current graph of a series, as one contribution's last version."""
        return next((e for e in self._entries.values() if e.serie == serie and e.courant), None)

    def load(self, entry: GraphEntry, store: Store) -> None:
        """Add one graph file to *store*, under its name."""
        store.load(self.path(entry.iri))

    def triples(self, entry: GraphEntry) -> list[Triple]:
        """Return the triples of one graph."""
        store = Store()
        self.load(entry, store)
        return list(store.triples(entry.iri))

    def path(self, iri: str) -> Path:
        """Return the file of a graph."""
        parts = unquote(iri.removeprefix(GRAPH)).split("/")
        return self.folder.joinpath(*parts[:-1], parts[-1] + ".nq")

    def apply(self, n: int, changes: list[GraphChange]) -> None:
        """Write the graphs of event *n*; the state file, written last, says that the event is in."""
        for change in changes:
            data = sorted_nquads(change.triples, change.entry.iri)
            write_atomic(self.path(change.entry.iri), data)
            for other in [e for e in self._entries.values() if e.serie == change.entry.serie]:
                self._entries[other.iri] = replace(other, courant=False)
            self._entries[change.entry.iri] = replace(change.entry, empreinte=sha256_hex(data))
        self.applied = n
        self._write_state()

    def forget(self) -> None:
        """Declare everything to be made again, before a rebuild: a crash midway then rebuilds too."""
        (self.folder / _STATE).unlink(missing_ok=True)
        self._entries, self.applied = {}, 0

    def remove_strays(self) -> None:
        """Remove the graph files that no event accounts for."""
        kept = {self.path(iri) for iri in self._entries}
        for path in self.folder.rglob("*.nq"):
            if path not in kept:
                path.unlink()

    def fingerprint(self) -> str:
        """Return the SHA-256 of all sorted N-Quads: the identity of the current content."""
        return fingerprint(self._contents())

    def changed_files(self) -> list[Path]:
        """Return the graph files that are missing or are not those written: someone edited them."""
        bad = []
        for entry in self._entries.values():
            path = self.path(entry.iri)
            if not path.exists() or sha256_hex(path.read_bytes()) != entry.empreinte:
                bad.append(path)
        return sorted(bad)

    def _contents(self) -> Iterator[bytes]:
        for iri in sorted(self._entries):
            yield self.path(iri).read_bytes()

    def _read_state(self) -> None:
        path = self.folder / _STATE
        if not path.exists():
            return
        state = json.loads(path.read_text(encoding="utf-8"))
        self.applied = state["evenements"]
        self._entries = {g["iri"]: GraphEntry(**g) for g in state["graphes"]}

    def _write_state(self) -> None:
        graphs = [asdict(self._entries[iri]) for iri in sorted(self._entries)]
        text = json.dumps({"evenements": self.applied, "graphes": graphs}, ensure_ascii=False, indent=1)
        write_atomic(self.folder / _STATE, text.encode())
