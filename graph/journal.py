"""The event log of a workspace: one JSON line an event, chained, append-only. A whole line is the commit point."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from droitcommun.graph.errors import JournalDamaged, WriteFailed
from droitcommun.graph.files import os_reason, sha256_hex, write_atomic
from droitcommun.graph.langue import _

_FIRST = "0" * 64


@dataclass(frozen=True)
class Event:
    """One thing that happened: its rank from 1, its kind, its date (data, not the clock) and its details."""

    n: int
    kind: str
    le: date
    data: Mapping[str, Any]


class Journal:
    """The file journal.jsonl. A last line cut by a crash never happened; any other fault is an error.

    With *until*, the journal as it stood after its first *until* events; it is then read only.
    """

    def __init__(self, path: Path, until: int | None = None) -> None:
        self.path, self.until = path, until

    def events(self) -> list[Event]:
        """Return every event, oldest first. Raises JournalDamaged with the line at fault."""
        events: list[Event] = []
        previous = _FIRST
        for number, line in enumerate(self._whole_lines()[: self.until], start=1):
            try:
                record = json.loads(line)
                event = Event(
                    n=record["n"],
                    kind=record["evenement"],
                    le=date.fromisoformat(record["le"]),
                    data=record["donnees"],
                )
                chained = record["precedent"]
            except (ValueError, KeyError, TypeError) as error:
                raise JournalDamaged(self.path, number, _("ce n'est pas un événement")) from error
            if chained != previous or event.n != number:
                raise JournalDamaged(self.path, number, _("la ligne ne suit pas la précédente"))
            events.append(event)
            previous = sha256_hex(line)
        return events

    def append(self, kind: str, le: date, data: Mapping[str, Any]) -> Event:
        """Add one event and make it durable. The caller holds the workspace's lock.

        Raises WriteFailed, and ValueError on the journal of the past.
        """
        if self.until is not None:
            raise ValueError(self.until)
        lines = self._whole_lines()
        event = Event(len(lines) + 1, kind, le, data)
        text = _line(event, sha256_hex(lines[-1]) if lines else _FIRST)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("r+b" if self.path.exists() else "w+b") as stream:
                stream.seek(sum(len(line) + 1 for line in lines))
                stream.truncate()
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise WriteFailed(self.path, os_reason(error)) from error
        return event

    def rewrite(self, events: Sequence[Event]) -> None:
        """Put *events* in place of all those held, chained anew. Only the erasure of a person does this.

        The caller holds the workspace's lock. Raises WriteFailed.
        """
        write_atomic(self.path, journal_bytes(events))

    def last_hash(self) -> str:
        """Return the SHA-256 of the last line: the head of the chain."""
        lines = self._whole_lines()
        return sha256_hex(lines[-1]) if lines else _FIRST

    def _whole_lines(self) -> list[bytes]:
        if not self.path.exists():
            return []
        return self.path.read_bytes().split(b"\n")[:-1]


def journal_bytes(events: Sequence[Event]) -> bytes:
    """Return the file of these events, each chained to the one before."""
    made, previous = [], _FIRST
    for event in events:
        line = _line(event, previous)
        previous = sha256_hex(line[:-1])
        made.append(line)
    return b"".join(made)


def _line(event: Event, previous: str) -> bytes:
    record = {
        "n": event.n,
        "evenement": event.kind,
        "le": event.le.isoformat(),
        "precedent": previous,
        "donnees": dict(event.data),
    }
    return (json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
