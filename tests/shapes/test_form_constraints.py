"""Every constraint of the sheets is worth something: take it away, and formulaires/*.ttl give other results.

These files hold, for each sheet, rows that are right (« bon ») and rows that break one kind of constraint each. What
they give is approved line by line (DROITCOMMUN_APPROUVER=1 writes it again), and each constraint is taken away in turn.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest
from rulebench import HERE, parse, short
from test_each_constraint import BOOK, COUNTED, ROOTS, SH, Found, constraint_name, core_found, reached

from droitcommun.graph.checks.nodes import node_key
from droitcommun.graph.names import SHAPES
from droitcommun.graph.store import Triple

FILES = sorted((HERE / "formulaires").glob("*.ttl"))
FORMS = [root for root in ROOTS if root in BOOK.core_shapes and not root.startswith(SHAPES + "R-")]
# What changes nothing on any data, with the reason why it is written.
EQUIVALENT = {
    "Moyens-quantite minCount": "sh:deactivated: it marks the column as compulsory; Moyens-quantite-presente judges it",
}


@cache
def rows() -> tuple[Triple, ...]:
    """Return the rows of all sheets, right and wrong, without any code nor contract but what they name."""
    return tuple(triple for path in FILES for triple in parse(path.read_text(encoding="utf-8")))


@cache
def judged(root: str) -> tuple[tuple[Triple, ...], Found]:
    """Return the triples of a shape, and what it finds in the rows."""
    inside = reached(root)
    shape = tuple(t for t in BOOK.core_triples if node_key(t[0]) in inside)
    return shape, core_found(shape, rows())


def form_mutants() -> list[tuple[str, str, Triple]]:
    """Return each Core constraint of the sheets, with its name and the shape that has the target."""
    found = {}
    for root in FORMS:
        inside = reached(root)
        for triple in BOOK.core_triples:
            if triple[1].value in COUNTED and node_key(triple[0]) in inside:
                found[triple] = (constraint_name(triple), root, triple)
    return sorted(found.values(), key=lambda mutant: mutant[0])


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_wrong_rows_give_the_approved_results_and_right_ones_none(path: Path) -> None:
    triples = parse(path.read_text(encoding="utf-8"))
    mine = {node_key(t[0]) for t in triples}
    got = "".join(
        f"{short(focus)} | {shape.removeprefix(SHAPES)} | {component.removeprefix(SH)} | {short(value)}\n"
        for shape, focus, component, value in sorted(core_found(BOOK.core_triples, triples), key=lambda r: (r[1], r))
        if focus in mine
    )
    approved = path.with_suffix(".approved.txt")
    if os.environ.get("DROITCOMMUN_APPROUVER"):
        approved.write_text(got, encoding="utf-8")
    assert got == approved.read_text(encoding="utf-8")
    assert not [line for line in got.splitlines() if "-bon |" in line]


@pytest.mark.parametrize("mutant", form_mutants(), ids=lambda m: m[0])
def test_a_form_constraint_taken_away_is_seen(mutant: tuple[str, str, Triple]) -> None:
    name, root, gone = mutant
    shape, right = judged(root)
    loose = core_found(tuple(t for t in shape if t != gone), rows())
    assert (right == loose) is any(name.startswith(same) for same in EQUIVALENT), name
