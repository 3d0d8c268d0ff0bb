"""The event log of a workspace: one JSON line an event, chained, append-only. A whole line is the commit point."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from droitcommun.graph.errors import JournalDamaged, WriteFailed
from droitcommun.graph.files import sha256_hex
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
    """The file journal.jsonl. A last line cut by a crash never happened; any other fault is an error."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def events(self) -> list[Event]:
        """Return every event, oldest first. Raises JournalDamaged with the line at fault."""
        events: list[Event] = []
        previous = _FIRST
        for number, line in enumerate(self._whole_lines(), start=1):
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
                raise JournalDamaged(self.path, number, str(error)) from error
            if chained != previous or event.n != number:
                raise JournalDamaged(self.path, number, _("la ligne ne suit pas la précédente"))
            events.append(event)
            previous = sha256_hex(line)
        return events

    def append(self, kind: str, le: date, data: Mapping[str, Any]) -> Event:
        """Add one event and make it durable. The caller holds the workspace's lock. Raises WriteFailed."""
        lines = self._whole_lines()
        event = Event(len(lines) + 1, kind, le, data)
        record = {
            "n": event.n,
            "evenement": kind,
            "le": le.isoformat(),
            "precedent": sha256_hex(lines[-1]) if lines else _FIRST,
            "donnees": dict(data),
        }
        text = json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("r+b" if self.path.exists() else "w+b") as stream:
                stream.seek(sum(len(line) + 1 for line in lines))
                stream.truncate()
                stream.write(text.encode())
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise WriteFailed(self.path, error.strerror or str(error)) from error
        return event

    def _whole_lines(self) -> list[bytes]:
        if not self.path.exists():
            return []
        return self.path.read_bytes().split(b"\n")[:-1]
