"""A fault of the system at a chosen change to the disk, in a process of its own."""

from __future__ import annotations

import os
import signal
import struct
import sys
from collections.abc import Callable

from droitcommun.graph.errors import WriteFailed

_CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.truncate")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def _at_change(step: int | None, fault: Callable[[], object]) -> Callable[[], int]:
    """Call *fault* before the *step*-th change to the disk of this process; return what counts the changes."""
    changes = 0

    def count(event: str, details: tuple[object, ...]) -> None:
        nonlocal changes
        flags = details[2] if event == "open" else 0
        if event in _CHANGES or (isinstance(flags, int) and flags & _WRITES):
            changes += 1
            if changes == step:
                fault()

    sys.addaudithook(count)
    return lambda: changes


def in_child(act: Callable[[], object], kill_at: int | None) -> int | None:
    """Run *act* in a process that kills itself before its *kill_at*-th change to the disk.

    Return the number of changes of one that lived, None of one that was killed.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            changes = _at_change(kill_at, lambda: os.kill(os.getpid(), signal.SIGKILL))
            act()
            os.write(writer, struct.pack("q", changes()))
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    os.close(writer)
    answer = os.read(reader, 8)
    os.close(reader)
    assert answer or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL)
    return struct.unpack("q", answer)[0] if answer else None


def refused_at(act: Callable[[], object], step: int) -> bool:
    """Run *act* in a process where the system refuses its *step*-th change to the disk, and nothing else.

    Tell whether *act* went to its end all the same, or said WriteFailed; anything else it raised is a fault.
    """
    child = os.fork()
    if child == 0:
        try:
            _at_change(step, _refuse)
            act()
            os._exit(0)
        except WriteFailed:
            os._exit(7)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, 7)
    return code == 0


def _refuse() -> None:
    raise PermissionError(13, "refused")
