"""The three families of errors, and the hint on a misspelt word."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from droitcommun.graph.langue import _


class DroitCommunError(Exception):
    """Root of the errors a user can act on; `exit_code` is the status of the command line."""

    exit_code = 3


class UsageError(DroitCommunError):
    """A command asked for something that does not exist or cannot be done now."""

    exit_code = 2


class StorageError(DroitCommunError):
    """The disk or the store did not do what was asked."""

    exit_code = 4


def suggestion(value: str, candidates: Sequence[str]) -> str:
    close = get_close_matches(value, candidates, n=1)
    return _(" Vouliez-vous dire « {candidat} » ?").format(candidat=close[0]) if close else ""
