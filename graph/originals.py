"""What was received, byte for byte, named by its SHA-256. Nothing here is ever rewritten."""

from __future__ import annotations

from pathlib import Path

from droitcommun.graph.errors import SourceMissing
from droitcommun.graph.files import sha256_hex, write_atomic


class Originals:
    """The folder journal/originaux/."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, data: bytes, suffix: str) -> str:
        """Keep *data* and return its SHA-256; a file already there is not written again."""
        sha256 = sha256_hex(data)
        path = self.folder / f"{sha256}{suffix.lower() or '.bin'}"
        if not path.exists():
            write_atomic(path, data)
        return sha256

    def path(self, sha256: str) -> Path:
        """Return the kept file. Raises SourceMissing when absent."""
        found = next(iter(self.folder.glob(f"{sha256}.*")), None)
        if found is None:
            raise SourceMissing(sha256, self.folder / sha256)
        return found

    def read(self, sha256: str) -> bytes:
        """Return the kept bytes. Raises SourceMissing when they are absent or not those received."""
        path = self.path(sha256)
        data = path.read_bytes()
        if sha256_hex(data) != sha256:
            raise SourceMissing(sha256, path)
        return data
