"""The derived graphs of a workspace: one sorted N-Quads file a named graph, and the list of those that are current."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from droitcommun.graph.errors import WriteFailed
from droitcommun.graph.files import os_reason, sha256_hex, write_atomic
from droitcommun.graph.names import GRAPH, contract_thing
from droitcommun.graph.store import Store, Triple, fingerprint, sorted_nquads

_STATE = "etat.json"
# The genre of the graphs that hold personal data, and nothing else.
PERSONNEL = "personnel"


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
    """A graph to write: its entry, its triples, and the other series whose graphs it makes no longer current."""

    entry: GraphEntry
    triples: tuple[Triple, ...]
    supersedes: tuple[str, ...] = ()


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

    def load_unnamed(self, entry: GraphEntry, store: Store, cells_aside: bool = False) -> None:
        """Add one graph file to the default graph of *store*; with *cells_aside*, its cells to the graph CELLS."""
        path = self.path(entry.iri)
        cells = contract_thing(entry.contrat, "source", "") if cells_aside else None
        store.load_unnamed(path.read_bytes(), entry.iri, name=path, cells=cells)

    def read(self, entry: GraphEntry) -> bytes:
        """Return the N-Quads of one graph file."""
        return self.path(entry.iri).read_bytes()

    def triples(self, entry: GraphEntry) -> list[Triple]:
        """Return the triples of one graph."""
        store = Store()
        self.load(entry, store)
        return list(store.triples(entry.iri))

    def path(self, iri: str) -> Path:
        """Return the file of a graph. Raises ValueError on a name that would leave the folder."""
        parts = iri.removeprefix(GRAPH).split("/")
        if iri == GRAPH or not iri.startswith(GRAPH) or {"", ".", ".."} & set(parts):
            raise ValueError(iri)
        return self.folder.joinpath(*parts[:-1], parts[-1] + ".nq")

    def apply(self, n: int, changes: list[GraphChange]) -> None:
        """Write the graphs of event *n*; the state file, written last, says that the event is in."""
        for change in changes:
            data = sorted_nquads(change.triples, change.entry.iri)
            write_atomic(self.path(change.entry.iri), data)
            replaced = {change.entry.serie, *change.supersedes}
            for other in [e for e in self._entries.values() if e.serie in replaced]:
                self._entries[other.iri] = replace(other, courant=False)
            self._entries[change.entry.iri] = replace(change.entry, empreinte=sha256_hex(data))
        self.applied = n
        self._write_state()

    def forget(self) -> None:
        """Declare everything to be made again; a crash midway then makes it again too."""
        (self.folder / _STATE).unlink(missing_ok=True)
        self._entries, self.applied = {}, 0

    def replace_by(self, other: GraphFiles) -> None:
        """Put the folder of *other* in place of this one. A crash between the two renames leaves no graphs at all,
        which the next open makes again."""
        old = self._former
        shutil.rmtree(old, ignore_errors=True)
        try:
            if self.folder.exists():
                self.folder.rename(old)
            other.folder.rename(self.folder)
        except OSError as error:
            raise WriteFailed(self.folder, os_reason(error)) from error
        shutil.rmtree(old, ignore_errors=True)
        self._read_state()

    @property
    def _former(self) -> Path:
        return self.folder.with_name(self.folder.name + ".ancien")

    @property
    def has_former(self) -> bool:
        """Tell whether a crash left the graphs that others have replaced: they may name somebody erased since."""
        return self._former.exists()

    def remove_former(self) -> None:
        """Remove the graphs that a crash left beside those that have replaced them."""
        shutil.rmtree(self._former, ignore_errors=True)

    def is_as_written(self, entry: GraphEntry) -> bool:
        """Tell whether the file of *entry* is the one the state speaks of; a crash may have left a newer one."""
        path = self.path(entry.iri)
        return path.exists() and sha256_hex(path.read_bytes()) == entry.empreinte

    def fingerprint(self) -> str:
        """Return the SHA-256 of all sorted N-Quads: the identity of the current content.

        Personal data is left out: a product bears this fingerprint, and must still be made again, the same, once
        somebody has been erased.
        """
        return fingerprint(self._contents())

    def changed_files(self) -> list[Path]:
        """Return the graph files that are missing or are not those written: someone edited them."""
        return sorted(self.path(e.iri) for e in self._entries.values() if not self.is_as_written(e))

    def _contents(self) -> Iterator[bytes]:
        for entry in self.entries(current=False):
            if entry.genre != PERSONNEL:
                yield self.path(entry.iri).read_bytes()

    def _read_state(self) -> None:
        """Read the state; one that is missing or unreadable means that everything has to be made again."""
        self._entries, self.applied = {}, 0
        try:
            state = json.loads((self.folder / _STATE).read_text(encoding="utf-8"))
            self._entries = {g["iri"]: GraphEntry(**g) for g in state["graphes"]}
            self.applied = state["evenements"]
        except (OSError, ValueError, KeyError, TypeError):
            self._entries = {}

    def _write_state(self) -> None:
        graphs = [asdict(self._entries[iri]) for iri in sorted(self._entries)]
        text = json.dumps({"evenements": self.applied, "graphes": graphs}, ensure_ascii=False, indent=1)
        write_atomic(self.folder / _STATE, text.encode())
