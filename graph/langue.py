"""The language of every sentence shown: French in the source, English from the gettext catalogue."""

from __future__ import annotations

import gettext as _gettext
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources

LANGUES = ("fr", "en")
_current: _gettext.NullTranslations = _gettext.NullTranslations()
_code = "fr"


def set_langue(code: str) -> None:
    """Choose the language of all later sentences.

    Raises ValueError when *code* is not one of LANGUES.
    """
    global _current, _code
    if code not in LANGUES:
        raise ValueError(code)
    _code = code
    if code == "fr":
        _current = _gettext.NullTranslations()
        return
    catalogue = resources.files("droitcommun.graph") / "locale" / code / "LC_MESSAGES" / "droitcommun.mo"
    with catalogue.open("rb") as stream:
        _current = _gettext.GNUTranslations(stream)


@contextmanager
def in_langue(code: str) -> Iterator[None]:
    """Speak another language for a while: that of a product made again. Raises ValueError as set_langue does."""
    before = _code
    set_langue(code)
    try:
        yield
    finally:
        set_langue(before)


def langue() -> str:
    """Return the current language code, "fr" or "en"."""
    return _code


def _(text: str) -> str:
    """Return *text* (French, the source language) in the current language."""
    return _current.gettext(text)


def ngettext(singular: str, plural: str, n: int) -> str:
    """Return the form of a counted sentence in the current language; French counts 0 as singular."""
    if _code == "fr":
        return singular if abs(n) < 2 else plural
    return _current.ngettext(singular, plural, n)
