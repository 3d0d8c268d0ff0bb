"""Every constraint is worth something: take it away, and some fixture of its rule gives other results.

One mutant a sh:sparql query, one a FILTER of a query (but those that pick the language of a label), one a Core
constraint of a numbered rule; each is judged by the fixtures of its own rule only, and by its own engine. The shapes of
the forms are mutated in test_form_constraints.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import pytest
from rulebench import HERE, make_dataset, seen_by_rules

from droitcommun.graph.checks.nodes import node_key
from droitcommun.graph.checks.rules import Constraint, load_rules
from droitcommun.graph.checks.shacl import Result, core_results, graph_results, sparql_results
from droitcommun.graph.names import PREFIXES, SHAPES
from droitcommun.graph.store import Store, Triple

BOOK = load_rules()
SH = PREFIXES["sh"]
COUNTED = {
    SH + name
    for name in (
        *("minCount", "maxCount", "class", "datatype", "pattern", "in", "hasValue", "or", "languageIn", "uniqueLang"),
        *("lessThan", "lessThanOrEquals", "minInclusive", "maxInclusive", "minExclusive", "maxExclusive", "minLength"),
        *("maxLength", "nodeKind", "not", "and", "xone", "node", "closed", "equals", "disjoint", "qualifiedValueShape"),
    )
}
Found = frozenset[tuple[str, ...]]
_PHANTOM = "rdflib gives one empty row, of count 0, for a GROUP BY without match; the store gives none"
# The FILTERs (by rank in their query) that change nothing on any data, with the reason why they are kept.
EQUIVALENT: dict[str, dict[int, str]] = {
    "R-E0-information": {1: _PHANTOM},
    "R-P6-texte": {1: _PHANTOM},
}


@dataclass(frozen=True)
class Fixture:
    """What a check of one fixture is given, and whether its rule must find something in it."""

    invalid: bool
    store: Store
    triples: tuple[Triple, ...]


@lru_cache(maxsize=8)  # the constraints of a rule follow each other
def fixtures(rule: str) -> tuple[Fixture, ...]:
    """Return the fixtures of a rule."""
    made = []
    for path in sorted((HERE / rule).glob("*.ttl")):
        triples = seen_by_rules(make_dataset(path.read_text(encoding="utf-8")))
        store = Store()
        store.add(triples)
        made.append(Fixture(path.stem.startswith("invalid"), store, triples))
    return tuple(made)


def by_queries(constraint: Constraint) -> Iterator[Found]:
    """Yield what a query finds in each fixture, asked only as long as somebody looks."""
    alone = replace(BOOK, constraints=(constraint,))
    for fixture in fixtures(constraint.rule.name):
        yield frozenset(said(r) for r in sparql_results(alone, fixture.store))


def differ(found: Iterable[Found], right: Iterable[Found]) -> bool:
    """Tell whether some fixture gives other results; the first one that does is enough."""
    return any(one != other for one, other in zip(found, right, strict=True))


def said(result: Result) -> tuple[str, ...]:
    more = (result.bindings.get(name, "") for name in ("exigible", "ligne", "voir"))
    return (result.focus, result.value or "", result.path or "", *more, *result.said())


def filters(select: str) -> Iterator[str]:
    """Yield the query without each of its FILTERs in turn, except those that pick the language of a label."""
    start = select.find("FILTER")
    while start >= 0:
        end = _end(select, start)
        if not select.startswith("FILTER(LANG(", start):
            yield select[:start] + select[end:]
        start = select.find("FILTER", end)


def _end(text: str, start: int) -> int:
    """Return where a FILTER ends: after the bracket or brace that closes its first one."""
    depth, opened = 0, False
    for place in range(start, len(text)):
        depth += (text[place] in "({") - (text[place] in ")}")
        opened = opened or depth > 0
        if opened and depth == 0:
            return place + 1
    raise ValueError(text)


@pytest.mark.parametrize("constraint", BOOK.constraints, ids=lambda c: c.iri.removeprefix(SHAPES))
def test_a_query_taken_away_or_loosened_is_seen(constraint: Constraint) -> None:
    right = list(by_queries(constraint))
    wrong = (found for found, fixture in zip(right, fixtures(constraint.rule.name), strict=True) if fixture.invalid)
    assert any(wrong), "no invalid fixture makes this query speak"
    loose = (by_queries(replace(constraint, select=select)) for select in filters(constraint.select))
    unseen = {n for n, found in enumerate(loose) if not differ(found, right)}
    assert unseen == set(EQUIVALENT.get(constraint.iri.removeprefix(SHAPES), ()))


def test_filters_kept_without_effect_still_exist() -> None:
    assert set(EQUIVALENT) <= {c.iri.removeprefix(SHAPES) for c in BOOK.constraints}


@pytest.mark.parametrize("query", BOOK.graph_queries, ids=lambda q: q.iri.removeprefix(SHAPES))
def test_a_query_over_graphs_taken_away_is_seen(query: Constraint) -> None:
    alone = replace(BOOK, graph_queries=(query,))
    assert any(graph_results(alone, fixture.store) for fixture in fixtures(query.rule.name))


@cache
def reached(start: str) -> frozenset[str]:
    """Return a shape and all that it is made of."""
    found, todo = set(), [start]
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo += [key for key in _objects().get(node, ()) if key in _objects()]
    return frozenset(found)


@cache
def _objects() -> dict[str, tuple[str, ...]]:
    said: dict[str, tuple[str, ...]] = {}
    for subject, _, value in BOOK.core_triples:
        said[node_key(subject)] = (*said.get(node_key(subject), ()), node_key(value))
    return said


ROOTS = sorted({node_key(t[0]) for t in BOOK.core_triples if t[1].value.startswith(SH + "target")})


def constraint_name(triple: Triple) -> str:
    """Return « shape constraint value », the same in each process: a blank node has no name of its own."""
    code = node_key(triple[0]).removeprefix(SHAPES)
    return re.sub(r"_:\w+", "…", f"{code} {triple[1].value.removeprefix(SH)} {node_key(triple[2]).rpartition('/')[2]}")


def core_found(shapes: tuple[Triple, ...], triples: Iterable[Triple]) -> Found:
    """Return (shape, node, constraint, value) of each result of Core shapes on triples."""
    results = core_results(replace(BOOK, core_triples=shapes), triples)
    return frozenset((r.shape, r.focus, r.component, r.value or "") for r in results)


def core_mutants() -> list[tuple[str, str, str, Triple]]:
    """Return each Core constraint, with its name, the shape that has the target, and the rule."""
    found = {}
    for root in ROOTS:
        if root in BOOK.core_shapes and root.startswith(SHAPES + "R-"):
            inside = reached(root)
            for triple in BOOK.core_triples:
                if triple[1].value in COUNTED and node_key(triple[0]) in inside:
                    found[triple] = (constraint_name(triple), BOOK.core_shapes[root].rule.name, root, triple)
    return sorted(found.values(), key=lambda mutant: mutant[0])


def by_core(root: str, rule: str, gone: Triple | None = None) -> Iterator[Found]:
    """Yield what the shape *root* finds in each fixture of its rule, without the constraint *gone*."""
    inside = reached(root)
    loose = {gone}
    if gone and gone[1].value == SH + "qualifiedValueShape":
        loose |= {t for t in BOOK.core_triples if t[0] == gone[0] and t[1].value.startswith(SH + "qualified")}
    kept = tuple(t for t in BOOK.core_triples if node_key(t[0]) in inside and t not in loose)
    return (core_found(kept, fixture.triples) for fixture in fixtures(rule))


@cache
def by_core_whole(root: str, rule: str) -> tuple[Found, ...]:
    return tuple(by_core(root, rule))


@pytest.mark.parametrize("mutant", core_mutants(), ids=lambda m: m[0])
def test_a_core_constraint_taken_away_is_seen(mutant: tuple[str, str, str, Triple]) -> None:
    name, rule, root, gone = mutant
    assert differ(by_core(root, rule, gone), by_core_whole(root, rule)), name
