"""What was received, byte for byte, named by its SHA-256.

Nothing here is ever rewritten, but for one case: when a person is erased, a file that named them gives way to a copy
without them (or to nothing, for a file that was refused). The journal says which.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path

from droitcommun.graph.errors import SourceMissing
from droitcommun.graph.files import sha256_hex, write_atomic

Replacements = Mapping[str, str | None]


def _none() -> Replacements:
    return {}


class Originals:
    """The folder journal/originaux/. *replaced* gives, by SHA-256, that of the copy that stands for a file, or None."""

    def __init__(self, folder: Path, replaced: Callable[[], Replacements] = _none) -> None:
        self.folder = folder
        self._find_replaced = replaced

    @cached_property
    def replaced(self) -> Replacements:
        """What stands for the files that named somebody erased since."""
        return self._find_replaced()

    def forget_replaced(self) -> None:
        """Read again, when next asked, what stands for what."""
        self.__dict__.pop("replaced", None)

    def keep(self, data: bytes, suffix: str) -> str:
        """Keep *data* and return its SHA-256; a file already there is not written again."""
        sha256 = sha256_hex(data)
        path = self.folder / f"{sha256}{suffix.lower() or '.bin'}"
        if not path.exists():
            write_atomic(path, data)
        return sha256

    def standing_for(self, sha256: str) -> str | None:
        """Return the SHA-256 of the file held for the one received, or None when it was removed with a person."""
        seen: str | None = sha256
        while seen is not None and seen in self.replaced:
            seen = self.replaced[seen]
        return seen

    def path(self, sha256: str) -> Path:
        """Return the kept file, or the copy that stands for it. Raises SourceMissing when absent."""
        held = self.standing_for(sha256)
        found = next(iter(self.folder.glob(f"{held}.*")), None) if held else None
        if found is None:
            raise SourceMissing(sha256, self.folder / sha256)
        return found

    def read(self, sha256: str) -> bytes:
        """Return the kept bytes. Raises SourceMissing when they are absent or not those received."""
        path = self.path(sha256)
        data = path.read_bytes()
        if sha256_hex(data) != self.standing_for(sha256):
            raise SourceMissing(sha256, path)
        return data

    def remove_replaced(self) -> None:
        """Remove the files that something else stands for: what is left to do when an erasure was interrupted."""
        for sha256 in self.replaced:
            for path in self.folder.glob(f"{sha256}.*"):
                path.unlink()
