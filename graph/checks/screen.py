"""Before the Core engine: which nodes could fail, and what it has to read of the graph to judge them.

A node is set aside only when it surely conforms; all that is not understood here is left to the engine, which alone
makes results. So the screen changes the time a check takes, never its findings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

from droitcommun.graph.checks.nodes import Iri, Literal
from droitcommun.graph.names import PREFIXES
from droitcommun.graph.store import BlankNode, Term, Triple, iri, literal

SH, RDF, RDFS, XSD = (PREFIXES[name] for name in ("sh", "rdf", "rdfs", "xsd"))
_TARGETS = tuple(SH + name for name in ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode"))
_SAYS_NOTHING = {
    SH + name
    for name in (
        *("path", "severity", "message", "name", "description", "order", "group", "defaultValue", "deactivated"),
        *("qualifiedMinCount", "qualifiedValueShapesDisjoint"),
    )
} | set(_TARGETS)
# What reaches outside the values of a shape, or makes constraints that no predicate of SHACL names: no screen then.
_UNBOUNDED = {SH + name for name in ("sparql", "js", "target", "rule", "parameter", "expression", "validator")}
_CLASSES = {RDFS + "Class", "http://www.w3.org/2002/07/owl#Class"}
_SURE = {
    XSD + "boolean": re.compile(r"true|false"),
    XSD + "integer": re.compile(r"-?[0-9]+"),
    XSD + "decimal": re.compile(r"-?[0-9]+(\.[0-9]+)?"),
    XSD + "gYear": re.compile(r"[12][0-9]{3}"),
}
_DATE = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")
_TRUE = literal(True, "boolean")
_NUMBERS = (XSD + "integer", XSD + "decimal")
_DEPTH = 12


@dataclass(frozen=True)
class Work:
    """What is left for the engine: shapes whose targets are the nodes to judge, and the triples these can reach."""

    shapes: tuple[Triple, ...]
    data: tuple[Triple, ...]


class Index:
    """Triples by subject and predicate, and backwards."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = tuple(triples)
        self.said: dict[Term, dict[str, list[Term]]] = {}
        self._pairs: dict[str, list[tuple[Term, Term]]] = {}
        self._back: dict[str, dict[Term, list[Term]]] = {}
        said, pairs = self.said, self._pairs
        for subject, predicate, value in self.triples:
            name = predicate.value
            said.setdefault(subject, {}).setdefault(name, []).append(value)
            pairs.setdefault(name, []).append((subject, value))

    @property
    def names(self) -> set[str]:
        """The predicates that are used."""
        return set(self._pairs)

    def back(self, predicate: str) -> dict[Term, list[Term]]:
        """Return the subjects of a predicate by value; few predicates are ever asked backwards."""
        if predicate not in self._back:
            found = self._back[predicate] = dict[Term, list[Term]]()
            for subject, value in self._pairs.get(predicate, ()):
                found.setdefault(value, []).append(subject)
        return self._back[predicate]

    def values(self, subject: Term, predicate: str) -> list[Term]:
        """Return what is said of *subject* by *predicate*."""
        return self.said.get(subject, {}).get(predicate, [])

    def subjects(self, predicate: str, value: Term) -> list[Term]:
        """Return what *value* is said of by *predicate*."""
        return self.back(predicate).get(value, [])

    def members(self, head: Term) -> list[Term]:
        """Return the members of an RDF list, 1000 at most: a circular one ends."""
        found: list[Term] = []
        while self.values(head, RDF + "first") and len(found) < 1000:
            found += self.values(head, RDF + "first")
            head = next(iter(self.values(head, RDF + "rest")), head)
        return found

    def below(self, kind: Term) -> set[Term]:
        """Return a class and all that stands below it."""
        found, todo = {kind}, [kind]
        while todo:
            for lower in self.subjects(RDFS + "subClassOf", todo.pop()):
                if lower not in found:
                    found.add(lower)
                    todo.append(lower)
        return found


def screen(
    shapes: Sequence[Triple], data: Iterable[Triple], focus: Callable[[Term], bool] | None = None
) -> Work | None:
    """Return what the engine has to judge, or None when no node can fail.

    With *focus*, only the nodes it accepts are judged.
    """
    rules, graph = Index(shapes), Index(data)
    if _UNBOUNDED & rules.names and focus is None:
        return Work(tuple(shapes), graph.triples)
    judge = _Judge(rules, graph)
    targets: list[Triple] = []
    suspects: set[Term] = set()
    for shape, said in rules.said.items():
        if not set(_TARGETS) & set(said) and not _is_class(said):
            continue
        found = [
            node for node in judge.targets(shape) if (focus is None or focus(node)) and judge.may_fail(shape, node, 0)
        ]
        targets += [cast(Triple, (shape, iri(SH + "targetNode"), node)) for node in found]
        suspects.update(found)
    if not suspects:
        return None
    if any(_is_class(said) for said in rules.said.values()):  # its targets are not written: they cannot be replaced
        return Work(tuple(shapes), graph.triples)
    needed = _parts(rules, {target[0] for target in targets})
    kept = [t for t in shapes if t[0] in needed and t[1].value not in _TARGETS]
    return Work((*kept, *targets), tuple(_reach(rules, graph, suspects)))


def _parts(rules: Index, shapes: Iterable[Term]) -> set[Term]:
    """Return *shapes* and all that they point to: what the engine has to read of the rules."""
    found = set(shapes)
    todo = list(found)
    while todo:
        for values in rules.said.get(todo.pop(), {}).values():
            new = [value for value in values if not isinstance(value, Literal) and value not in found]
            found.update(new)
            todo += new
    return found


def _is_class(said: dict[str, list[Term]]) -> bool:
    return any(kind.value in _CLASSES for kind in said.get(RDF + "type", []) if isinstance(kind, Iri))


def _reach(rules: Index, graph: Index, start: set[Term]) -> Iterable[Triple]:
    """Yield the triples of *start* and of all that can be reached from it: forwards, and by the inverse paths."""
    paths = rules.back(SH + "inversePath")
    inverse = {path.value for path in paths if isinstance(path, Iri)}
    if any(not isinstance(path, Iri) for path in paths):
        inverse = graph.names
    found, todo = set(start), list(start)
    while todo:
        node = todo.pop()
        near = [value for values in graph.said.get(node, {}).values() for value in values]
        near += [subject for name in inverse for subject in graph.subjects(name, node)]
        for other in near:
            if other not in found and not isinstance(other, Literal):
                found.add(other)
                todo.append(other)
    for triple in graph.triples:
        if triple[0] in found or triple[1].value == RDFS + "subClassOf":
            yield triple


@dataclass(frozen=True)
class _Plan:
    """What is asked of a node by one shape, read once: `active` when it is said to be so, or not, whatever the node."""

    said: dict[str, list[Term]]
    active: bool | None
    paths: list[Term]
    constraints: tuple[tuple[str, list[Term]], ...]

    @classmethod
    def of(cls, said: dict[str, list[Term]]) -> _Plan:
        asked = (name for name in said if name.startswith(SH) and name not in _SAYS_NOTHING)
        deactivated = said.get(SH + "deactivated")
        return cls(
            said=said,
            active=None if deactivated is None else deactivated != [_TRUE],
            paths=said.get(SH + "path", []),
            constraints=tuple((name[len(SH) :], said[name]) for name in asked),
        )


class _Judge:
    """Tells whether a node could fail a shape. « Could » is the answer whenever a constraint is not understood."""

    def __init__(self, rules: Index, graph: Index) -> None:
        self._rules, self._graph = rules, graph
        self._instances: dict[Term, dict[Term, None]] = {}
        self._plans: dict[Term, _Plan] = {}
        self._lists: dict[Term, list[Term]] = {}

    def targets(self, shape: Term) -> list[Term]:
        rules, graph = self._rules, self._graph
        found: dict[Term, None] = dict.fromkeys(rules.values(shape, SH + "targetNode"))
        classes = list(rules.values(shape, SH + "targetClass"))
        if _is_class(rules.said[shape]):
            classes.append(shape)
        for kind in classes:
            found.update(self._of_class(kind))
        for name in rules.values(shape, SH + "targetSubjectsOf"):
            for subjects in graph.back(name.value).values():
                found.update(dict.fromkeys(subjects))
        for name in rules.values(shape, SH + "targetObjectsOf"):
            found.update(dict.fromkeys(graph.back(name.value)))
        return list(found)

    def may_fail(self, shape: Term, node: Term, depth: int) -> bool:
        if depth > _DEPTH:
            return True
        plan = self._plans.get(shape)
        if plan is None:
            plan = self._plans[shape] = _Plan.of(self._rules.said.get(shape, {}))
        if plan.active is not None:
            return plan.active
        values: list[Term] = [node]
        for path in plan.paths:
            reached = self._follow(path, node)
            if reached is None:
                return True
            values = reached if len(reached) < 2 else list(dict.fromkeys(reached))
        return any(self._fails(name, arguments, values, node, plan.said, depth) for name, arguments in plan.constraints)

    def _members(self, head: Term) -> list[Term]:
        if head not in self._lists:
            self._lists[head] = self._rules.members(head)
        return self._lists[head]

    def _follow(self, path: Term, node: Term) -> list[Term] | None:
        """Return the values of a path, None when it is of a kind not followed here."""
        if isinstance(path, Iri):
            return self._graph.values(node, path.value)
        said = self._rules.said.get(path, {})
        if RDF + "first" in said:
            here = [node]
            for step in self._members(path):
                nexts = [self._follow(step, one) for one in here]
                if any(found is None for found in nexts):
                    return None
                here = [value for found in nexts for value in found or ()]
            return here
        for head in said.get(SH + "alternativePath", ()):
            ways = [self._follow(way, node) for way in self._members(head)]
            return None if any(way is None for way in ways) else [value for way in ways for value in way or ()]
        for inner in said.get(SH + "inversePath", ()):
            return self._graph.subjects(inner.value, node) if isinstance(inner, Iri) else None
        return None

    def _fails(
        self,
        name: str,
        arguments: list[Term],
        values: list[Term],
        node: Term,
        said: dict[str, list[Term]],
        depth: int,
    ) -> bool:
        if name == "minCount":
            return any(len(values) < int(n.value) for n in arguments)
        if name == "maxCount":
            return any(len(values) > int(n.value) for n in arguments)
        if name in ("or", "and"):
            meets = any if name == "or" else all
            return not all(
                meets(not self.may_fail(member, value, depth + 1) for member in self._members(head))
                for head in arguments
                for value in values
            )
        if name in ("property", "node"):
            return any(self.may_fail(inner, value, depth + 1) for inner in arguments for value in values)
        if name == "hasValue":
            return any(wanted not in values for wanted in arguments)
        if name == "in":
            allowed = {member for head in arguments for member in self._members(head)}
            return len(arguments) > 1 or any(value not in allowed for value in values)
        if name in ("lessThan", "lessThanOrEquals"):
            others = [other for way in arguments for other in self._graph.values(node, way.value)]
            return any(not _surely_less(one, other, name) for one in values for other in others)
        if name == "qualifiedValueShape":
            sure = sum(all(not self.may_fail(inner, value, depth + 1) for inner in arguments) for value in values)
            needed = said.get(SH + "qualifiedMinCount", [])
            return not needed or any(sure < int(n.value) for n in needed) or SH + "qualifiedMaxCount" in said
        if name == "qualifiedMaxCount":
            return True
        if name == "uniqueLang":
            tongues = [value.language.lower() for value in values if isinstance(value, Literal) and value.language]
            return len(tongues) != len(set(tongues))
        if name == "languageIn":
            spoken = {one.value.lower() for head in arguments for one in self._members(head)}
            return any(not isinstance(v, Literal) or (v.language or "").lower() not in spoken for v in values)
        if name == "pattern":
            return SH + "flags" in said or any(not _matches(v, text) for text in arguments for v in values)
        check = _ON_VALUE.get(name)
        if name == "class":
            return any(value not in self._of_class(kind) for kind in arguments for value in values)
        return check is None or any(not check(value, argument) for argument in arguments for value in values)

    def _of_class(self, kind: Term) -> dict[Term, None]:
        """Return the nodes of a class and of those below it."""
        if kind not in self._instances:
            found = self._instances[kind] = dict[Term, None]()
            for lower in self._graph.below(kind):
                found.update(dict.fromkeys(self._graph.subjects(RDF + "type", lower)))
        return self._instances[kind]


def _has_datatype(value: Term, wanted: Term) -> bool:
    if not isinstance(value, Literal) or value.datatype != wanted:
        return False
    if wanted.value == XSD + "string":
        return True
    if wanted.value == XSD + "date":
        return _day(value) is not None
    sure = _SURE.get(wanted.value)
    return sure is not None and sure.fullmatch(value.value) is not None


def _day(term: Term) -> date | None:
    """Return the day that an xsd:date without a time zone says, None for anything else."""
    if not isinstance(term, Literal) or term.datatype.value != XSD + "date" or not _DATE.fullmatch(term.value):
        return None
    try:
        return date.fromisoformat(term.value)
    except ValueError:
        return None


def _matches(value: Term, pattern: Term) -> bool:
    """Tell whether a value surely matches a pattern, in the regular expressions that the engine uses."""
    return not isinstance(value, BlankNode) and _compiled(pattern.value).search(value.value) is not None


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _has_kind(value: Term, wanted: Term) -> bool:
    name = wanted.value[len(SH) :]
    kind = "IRI" if isinstance(value, Iri) else "BlankNode" if isinstance(value, BlankNode) else "Literal"
    return name == kind or (name.count("Or") == 1 and kind in name.split("Or"))


def _number(term: Term) -> Decimal | None:
    if isinstance(term, Literal) and term.datatype.value in _NUMBERS and _has_datatype(term, term.datatype):
        return Decimal(term.value)
    return None


def _surely_less(one: Term, other: Term, name: str) -> bool:
    left, right = _number(one), _number(other)
    if left is not None and right is not None:
        return left < right or (name == "lessThanOrEquals" and left == right)
    first, second = _day(one), _day(other)
    if first is not None and second is not None:
        return first < second or (name == "lessThanOrEquals" and first == second)
    return False


def _bounded(holds: Callable[[Decimal, Decimal], bool]) -> Callable[[Term, Term], bool]:
    def check(value: Term, bound: Term) -> bool:
        left, right = _number(value), _number(bound)
        return left is not None and right is not None and holds(left, right)

    return check


_ON_VALUE: dict[str, Callable[[Any, Any], bool]] = {
    "datatype": _has_datatype,
    "nodeKind": _has_kind,
    "minInclusive": _bounded(lambda left, right: left >= right),
    "maxInclusive": _bounded(lambda left, right: left <= right),
    "minExclusive": _bounded(lambda left, right: left > right),
    "maxExclusive": _bounded(lambda left, right: left < right),
}
