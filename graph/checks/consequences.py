"""What only follows from a row that cannot be read: that row has its own finding, what it may say is not missing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from droitcommun.graph.checks.nodes import Nodes
from droitcommun.graph.checks.shacl import Result
from droitcommun.graph.classeurs.cells import normalised
from droitcommun.graph.names import PREFIXES, cdv, local_code

_TYPE = PREFIXES["rdf"] + "type"
_PRESENCE, _KIND = cdv("Presence"), cdv("presenceProuve")
_SEEN = ("present", "excuse")
_SOURCE = PREFIXES["dcterms"] + "source"
_UNREADABLE, _CITES_NOTHING = "R-A6", "-introuvable"
_NUMBERS = re.compile(r"\d+")


class Attendance:
    """The attendance lists of a dataset, and what their rows leave in doubt."""

    def __init__(self, nodes: Nodes) -> None:
        self._nodes = nodes
        self._kinds = {kind for i in nodes.subjects(_TYPE, cdv("Instance")) for kind in nodes.keys(i, _KIND)}
        self._rows: dict[str, list[str]] = {}
        for row in nodes.subjects(_TYPE, _PRESENCE):
            home = nodes.key(row, cdv("campagne")) or nodes.key(nodes.key(row, cdv("seance")) or "", cdv("campagne"))
            self._rows.setdefault(home or "", []).append(row)

    def is_in_doubt(self, engagement: str) -> bool:
        """Tell whether a row that cannot be read may be the presence that an engagement lacks.

        It is one of the body whose meeting or state is not known; or it names nobody that can be read, and there are
        as many such rows as bodies that seem to be missing (all of them, or those that have answered: who is silent
        was likely away).
        """
        nodes = self._nodes
        campagne, body = nodes.key(engagement, cdv("campagne")) or "", nodes.key(engagement, cdv("organisme"))
        rows = self._rows.get(campagne, [])
        for kind in self._wanted(engagement):
            doubtful = [row for row in rows if self._is_doubtful(row) and self._may_prove(row, kind)]
            if any(nodes.key(row, cdv("organisme")) == body for row in doubtful):
                return True
            nameless = sum(nodes.key(row, cdv("organisme")) is None for row in doubtful)
            if nameless:
                missing = self._missing(campagne, kind)
                answered = missing & self._answered(campagne)
                if any(body in group and len(group) <= nameless for group in (missing, answered)):
                    return True
        return False

    def _wanted(self, engagement: str) -> set[str]:
        nodes = self._nodes
        types = nodes.keys(engagement, cdv("typeEngagement"))
        return {kind for t in types for kind in nodes.keys(t, cdv("prouvePar"))} & self._kinds

    def _is_doubtful(self, row: str) -> bool:
        return any(self._nodes.key(row, cdv(term)) is None for term in ("seance", "organisme", "etatPresence"))

    def _may_prove(self, row: str, kind: str) -> bool:
        meetings = self._nodes.keys(row, cdv("seance"))
        return not meetings or any(self._proves(meeting, kind) for meeting in meetings)

    def _proves(self, meeting: str, kind: str) -> bool:
        nodes = self._nodes
        instances = nodes.keys(meeting, cdv("instance"))
        return not instances or any(kind in nodes.keys(instance, _KIND) for instance in instances)

    def _missing(self, campagne: str, kind: str) -> set[str]:
        """Return the expected bodies that owe this kind of presence and have none."""
        nodes = self._nodes
        owing = {
            body
            for engagement in nodes.typed(cdv("Engagement"), cdv("campagne"), campagne)
            if kind in self._wanted(engagement)
            for body in nodes.keys(engagement, cdv("organisme"))
        }
        seen = {
            body
            for row in self._rows.get(campagne, [])
            if local_code(nodes.key(row, cdv("etatPresence")) or "") in _SEEN
            and any(self._proves(meeting, kind) for meeting in nodes.keys(row, cdv("seance")))
            for body in nodes.keys(row, cdv("organisme"))
        }
        return (owing & set(nodes.keys(campagne, cdv("attend")))) - seen

    def _answered(self, campagne: str) -> set[str]:
        nodes = self._nodes
        return {
            body
            for contribution in nodes.typed(cdv("Contribution"), cdv("campagne"), campagne)
            for body in nodes.keys(contribution, cdv("organisme"))
        }


class Citations:
    """The rows that cite a thing no row defines; *reserves* are those of the dataset, by node and path."""

    def __init__(self, nodes: Nodes, reserves: Mapping[tuple[str, str], Sequence[str]]) -> None:
        self._nodes, self._reserves = nodes, reserves

    def key(self, result: Result) -> tuple[str, ...] | None:
        """Return what the rows of one column of a file that cite the same missing thing share; None for other results.

        They are one finding: a meeting struck off its sheet is one fault, not one for each body that attended it.
        """
        if result.rule.name != _UNREADABLE or result.path is None:
            return None
        nodes, found = self._nodes, self._reserves.get((result.focus, result.path), ())
        places = {(nodes.key(r, _SOURCE) or "", nodes.key(r, cdv("feuille")) or "") for r in found}
        if len(places) != 1 or not all(_cites_nothing(nodes.key(r, cdv("codeProbleme"))) for r in found):
            return None
        return (result.rule.name, *places.pop(), result.path, normalised(result.value or ""))


def row_of(result: Result) -> int:
    """Return the row of an unreadable cell, by which the cells of one finding are ordered; 0 for other results."""
    numbers = _NUMBERS.findall(result.bindings.get("cellule", ""))  # « C14 », or « /13/montant » of a JSON file
    return int(numbers[0]) if numbers else 0


def _cites_nothing(code: str | None) -> bool:
    return (code or "").endswith(_CITES_NOTHING)
