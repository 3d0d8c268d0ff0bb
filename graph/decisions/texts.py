"""Texts typed with a decision: products show them, so they hold no personal data."""

from __future__ import annotations

import re

from droitcommun.graph.errors import TexteRefuse
from droitcommun.graph.formats import mask
from droitcommun.graph.langue import _

_TITLE_AND_NAME = re.compile(r"(?:\bM\.|\bMM\.|\bMmes?\b|\bMlle\b|\bMr\b|\bMonsieur\b|\bMadame\b) +[A-ZÀ-ÖØ-Þ]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]+")


def impersonal(text: str, what: str) -> str:
    """Return *text* on one line. *what* names it in the error.

    Raises TexteRefuse when it is empty, or holds an e-mail, a telephone number, or « M. » or « Mme » and a name.
    """
    clean = " ".join(_CONTROL.sub(" ", text).split())
    if not clean:
        raise TexteRefuse(what, _("il manque"))
    if mask(clean) != clean:
        raise TexteRefuse(what, _("il contient une adresse électronique ou un numéro de téléphone"))
    if _TITLE_AND_NAME.search(clean):
        raise TexteRefuse(what, _("il nomme une personne"))
    return clean
