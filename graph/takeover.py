"""What is left of an import when a later file holds some of its lines: the lines it alone holds, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from droitcommun.graph.names import PREFIXES, cdv
from droitcommun.graph.store import Triple

_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_DERIVED = PREFIXES["prov"] + "wasDerivedFrom"
_LINES = frozenset({cdv("Action"), cdv("Observation"), PREFIXES["geo"] + "Geometry"})
_OF_LINE = frozenset({cdv("action"), cdv("sujet")})


@dataclass(frozen=True)
class Takeover:
    """The triples of an import parted in two: those of the lines that another file takes, and those that stay."""

    taken: tuple[Triple, ...]
    kept: tuple[Triple, ...]

    @property
    def taken_lines(self) -> int:
        """Return how many lines (actions, observations or contours) change file."""
        return len(lines_of(self.taken))

    @property
    def kept_lines(self) -> int:
        """Return how many lines (actions, observations or contours) stay."""
        return len(lines_of(self.kept))


def lines_of(triples: Iterable[Triple]) -> set[str]:
    """Return the nodes that stand for a line of an imported table: its action, observation or contour."""
    return {s.value for s, p, o in triples if p.value == _RDF_TYPE and o.value in _LINES}


def part_import(held: Sequence[Triple], lines: set[str]) -> Takeover:
    """Part the triples of an import: a line goes whole, with its moyens, its reserves and the places only it has.

    A moyen that the new file no longer has goes with its line: kept, it would count beside what replaces it.
    """
    gone = set(lines)
    while more := {s.value for s, p, o in held if p.value in _OF_LINE and o.value in gone} - gone:
        gone |= more
    places = {o.value for s, p, o in held if p.value == _DERIVED and s.value in gone}
    gone |= places - {o.value for s, p, o in held if p.value == _DERIVED and s.value not in gone}
    taken = [triple for triple in held if triple[0].value in gone or triple[2].value in gone]
    return Takeover(tuple(taken), tuple(triple for triple in held if not {triple[0].value, triple[2].value} & gone))
