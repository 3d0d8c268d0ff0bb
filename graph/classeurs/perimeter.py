"""What of a foreign table belongs to the contract: by its code, its EPCI, communes, QPV or bodies.

The finest criterion that a row fills decides. A name that is close to one of the contract's is neither in nor out: it
is proposed, and until someone corrects it nothing of the row counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from droitcommun.graph.classeurs.cells import normalised
from droitcommun.graph.classeurs.lookup import Entry, Lookup
from droitcommun.graph.classeurs.pieces import pieces
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.names import cdv, contrat_iri
from droitcommun.graph.store import Store, iri

Genre = Literal["contrat", "epci", "commune", "qpv", "organisme", "tout"]
Verdict = Literal["dedans", "dehors", "doute"]

_OWN_CODES = "SELECT $contrat ?code WHERE { $contrat dcterms:identifier ?code }"
_OLD_CODES = "SELECT $contrat ?code WHERE { $contrat cdv:succedeA+ ?before . ?before dcterms:identifier ?code }"
_EPCI = "SELECT $contrat ?thing WHERE { $contrat cdv:epci ?thing }"
_QPV = "SELECT $contrat ?thing WHERE { ?thing a cdv:QPV ; cdv:contrat $contrat }"
_BODIES = "SELECT $contrat ?thing WHERE { ?partie a cdv:Partie ; cdv:contrat $contrat ; cdv:organisme ?thing }"
_COMMUNES = """
SELECT DISTINCT $contrat ?thing WHERE {
  { $contrat cdv:epci ?epci . ?thing a cdv:Commune ; cdv:epci ?epci }
  UNION { ?qpv a cdv:QPV ; cdv:contrat $contrat ; cdv:commune ?thing }
}
"""
_MEMBERS = {"epci": _EPCI, "commune": _COMMUNES, "qpv": _QPV, "organisme": _BODIES}
_CLASSES = {"epci": "EPCI", "commune": "Commune", "qpv": "QPV", "organisme": "Organisme"}
_TERMS = {"contrat": "contrat", "epci": "epci", "commune": "commune", "qpv": "qpv", "organisme": "apporteur"}
# QN06202M, 62498 or 2A004, a SIREN or a SIRET: a code is the one of something or it is not, it is never close.
_CODE = re.compile(r"QN?\w{5,7}|\d[\dAB]\d{3}|\d{9}|\d{14}|C[NV]\w+", re.IGNORECASE)
_CLOSE = 0.85


def places(text: str) -> list[str]:
    """Return the places that a cell names, separated by `;`, or by commas when they are codes."""
    parts: list[str] = []
    for piece in pieces(text):
        cut = [part.strip() for part in piece.split(",")]
        parts += cut if all(_CODE.fullmatch(part) for part in cut) else [piece]
    return parts


@dataclass(frozen=True)
class Critere:
    """One criterion: what a column holds, and other values of it that belong to the contract too."""

    genre: Genre
    colonne: str = ""
    valeurs: frozenset[str] = frozenset()

    @property
    def term(self) -> str:
        """Return the property that the column gives."""
        return _TERMS.get(self.genre, "contrat")


@dataclass(frozen=True)
class Place:
    """The verdict on a row. `text` is what decided, `found` what it names, `near` what it may have meant."""

    verdict: Verdict
    critere: Critere | None = None
    text: str = ""
    found: tuple[str, ...] = ()
    near: tuple[Entry, ...] = ()
    partial: bool = False


class Perimeter:
    """The territory and the bodies of one contract."""

    def __init__(self, criteres: Sequence[Critere], reference: Store, lookup: Lookup, contrat: str) -> None:
        node = {"contrat": iri(contrat_iri(contrat))}
        self.criteres, self._lookup = criteres, lookup
        self.old_codes = {row["code"].value for row in reference.select(_OLD_CODES, node)}
        self._own_codes = {row["code"].value for row in reference.select(_OWN_CODES, node)} - self.old_codes
        self._members = {
            genre: {row["thing"].value for row in reference.select(query, node)} for genre, query in _MEMBERS.items()
        }
        self._accepted = {critere: {normalised(v) for v in critere.valeurs} for critere in criteres}
        self._known: dict[tuple[Critere, str], Place] = {}

    def judge(self, texts: Sequence[str]) -> Place:
        """Return where a row stands, from what it says for each criterion (empty when it says nothing)."""
        for critere, text in zip(self.criteres, texts, strict=True):
            if critere.genre == "tout":
                return Place("dedans", critere)
            if text:
                key = (critere, text)
                if key not in self._known:
                    self._known[key] = self._judge(critere, text)
                return self._known[key]
        return Place("dehors", next((c for c in self.criteres if c.colonne), None))

    def _judge(self, critere: Critere, text: str) -> Place:
        if normalised(text) in self._accepted[critere]:
            return Place("dedans", critere, text)
        if critere.genre == "contrat":
            return Place("dedans" if text in self._own_codes else "dehors", critere, text)
        parts = places(text) if critere.genre != "organisme" else [text]
        found, near, others = [], [], 0
        for part in parts:
            iris, close = self.named(critere.genre, part)
            found += iris
            near += close
            others += not iris
        if found:
            return Place("dedans", critere, text, tuple(dict.fromkeys(found)), tuple(near), partial=others > 0)
        return Place("doute" if near else "dehors", critere, text, near=tuple(near))

    def named(self, genre: str, text: str) -> tuple[list[str], list[Entry]]:
        """Return the thing of the contract that *text* names, or those it may have meant."""
        code = text.replace(" ", "").replace("\u00a0", "")
        said = code if _CODE.fullmatch(code) else text
        if genre in ("organisme", "epci") and re.fullmatch(r"\d{14}", code):
            said = code[:9]  # a SIRET begins with the SIREN
        answer = self._lookup.thing(said, (cdv(_CLASSES[genre]),))
        members = self._members[genre]
        if answer.entry:
            return ([answer.entry.iri] if answer.entry.iri in members else []), []
        if _CODE.fullmatch(code):
            return [], []
        return [], [e for e in self._lookup.near(said, (cdv(_CLASSES[genre]),), _CLOSE) if e.iri in members]

    def why_out(self, place: Place, n: int) -> str:
        """Say why *n* rows do not count."""
        genre = place.critere.genre if place.critere else "contrat"
        if not place.text:
            return ngettext(
                "{n} ligne ne dit pas son territoire ou son contrat : elle ne compte pas.",
                "{n} lignes ne disent pas leur territoire ou leur contrat : elles ne comptent pas.",
                n,
            ).format(n=n)
        if genre == "contrat" and place.text in self.old_codes:
            return ngettext(
                "{n} ligne est du contrat « {code} », le précédent (génération 2015) : elle ne compte pas.",
                "{n} lignes sont du contrat « {code} », le précédent (génération 2015) : elles ne comptent pas.",
                n,
            ).format(n=n, code=place.text)
        told = {
            "contrat": _("d'un autre contrat"),
            "epci": _("d'une autre intercommunalité"),
            "commune": _("d'une autre commune"),
            "qpv": _("d'un autre quartier"),
            "organisme": _("d'un organisme qui n'est pas partie au contrat"),
        }
        return ngettext(
            "{n} ligne est {quoi} (« {code} ») : elle ne compte pas.",
            "{n} lignes sont {quoi} (« {code} ») : elles ne comptent pas.",
            n,
        ).format(n=n, quoi=told[genre], code=place.text)
