"""What leaves the program: results on stdout, notices on stderr, files written whole."""

from __future__ import annotations

import codecs
import contextlib
import errno
import os
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import click

_ASCII = {"\u202f": "\u00a0", "→": "->", "≥": ">=", "≤": "<=", "−": "-", "\u2011": "-", "─": "-", "–": "-", "·": "-"}
_HANDLER = "droitcommun.lisible"


def _readable(error: UnicodeError) -> tuple[str, int]:
    """Replace what a narrow console (cp1252, ASCII) cannot print by the nearest thing it can."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    out = []
    for char in error.object[error.start : error.end]:
        plain = unicodedata.normalize("NFKD", _ASCII.get(char, char)).encode("ascii", "ignore").decode()
        out.append(plain or {"«": '"', "»": '"', "…": "...", "’": "'", "€": "EUR"}.get(char, "?"))
    return "".join(out), error.end


def prepare_streams() -> None:
    """Make both streams survive any character on any console."""
    codecs.register_error(_HANDLER, _readable)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=_HANDLER)


def _silence(stream: IO[str]) -> None:
    """Send to nowhere what is still to be written: the reader has left (« | head »)."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _echo(message: str | bytes, stream: IO[str], newline: bool) -> None:
    try:
        click.echo(message, file=None if isinstance(message, bytes) else stream, nl=newline)
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EINVAL):
            raise
        _silence(stream)


def emit(text: str) -> None:
    """Print text for people on stdout."""
    _echo(text, sys.stdout, newline=True)


def notice(text: str) -> None:
    """Print progress or a remark on stderr."""
    _echo(text, sys.stderr, newline=True)


def terminal_width() -> int | None:
    """Return how many characters a line of the terminal holds; None when stdout is not one: a file keeps its lines."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


@contextlib.contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Give a function that says what is going on, on one line of stderr; nothing is said when it is not a terminal."""
    if not sys.stderr.isatty():
        yield lambda _text: None
        return

    def tell(text: str) -> None:
        _echo(f"\r\x1b[2K{text}", sys.stderr, newline=False)

    try:
        yield tell
    finally:
        tell("")


def deliver(content: str | bytes, out: Path | None, machine: bool = False) -> None:
    """Write *content* to the file *out*, or to stdout when None.

    *machine* marks a format that programs read: it leaves a pipe or a redirection as UTF-8, whatever the console.
    """
    if out is not None:
        from droitcommun.graph.files import write_atomic

        data = content if isinstance(content, bytes) else content.encode()
        write_atomic(out, data)
        return
    if isinstance(content, str) and not content.endswith("\n"):
        content += "\n"
    if isinstance(content, str) and machine and not sys.stdout.isatty():
        content = content.encode()
    _echo(content, sys.stdout, newline=False)
