"""Before the Core engine: which nodes could fail, and what it has to read of the graph to judge them.

A node is set aside only when it surely conforms; all that is not understood here is left to the engine, which alone
makes results. So the screen changes the time a check takes, never its findings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from droitcommun.graph.checks.nodes import Iri, Literal
from droitcommun.graph.names import PREFIXES
from droitcommun.graph.store import BlankNode, Term, Triple, iri

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
    XSD + "date": re.compile(r"[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"),
}
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
        self.back: dict[str, dict[Term, list[Term]]] = {}
        for subject, predicate, value in self.triples:
            name = predicate.value
            self.said.setdefault(subject, {}).setdefault(name, []).append(value)
            self.back.setdefault(name, {}).setdefault(value, []).append(subject)

    def values(self, subject: Term, predicate: str) -> list[Term]:
        """Return what is said of *subject* by *predicate*."""
        return self.said.get(subject, {}).get(predicate, [])

    def subjects(self, predicate: str, value: Term) -> list[Term]:
        """Return what *value* is said of by *predicate*."""
        return self.back.get(predicate, {}).get(value, [])

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
    if _UNBOUNDED & set(rules.back) and focus is None:
        return Work(tuple(shapes), graph.triples)
    judge = _Judge(rules, graph)
    kept = [t for t in shapes if t[1].value not in _TARGETS]
    suspects: set[Term] = set()
    for shape, said in rules.said.items():
        if not set(_TARGETS) & set(said) and not _is_class(said):
            continue
        found = [
            node for node in judge.targets(shape) if (focus is None or focus(node)) and judge.may_fail(shape, node, 0)
        ]
        kept += [cast(Triple, (shape, iri(SH + "targetNode"), node)) for node in found]
        suspects.update(found)
    if not suspects:
        return None
    if any(_is_class(said) for said in rules.said.values()):  # its targets are not written: they cannot be replaced
        return Work(tuple(shapes), graph.triples)
    return Work(tuple(kept), tuple(_reach(rules, graph, suspects)))


def _is_class(said: dict[str, list[Term]]) -> bool:
    return any(kind.value in _CLASSES for kind in said.get(RDF + "type", []) if isinstance(kind, Iri))


def _reach(rules: Index, graph: Index, start: set[Term]) -> Iterable[Triple]:
    """Yield the triples of *start* and of all that can be reached from it: forwards, and by the inverse paths."""
    inverse = {path.value for path in rules.back.get(SH + "inversePath", {}) if isinstance(path, Iri)}
    if any(not isinstance(path, Iri) for path in rules.back.get(SH + "inversePath", {})):
        inverse = set(graph.back)
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


class _Judge:
    """Tells whether a node could fail a shape. « Could » is the answer whenever a constraint is not understood."""

    def __init__(self, rules: Index, graph: Index) -> None:
        self._rules, self._graph = rules, graph
        self._below: dict[Term, set[Term]] = {}

    def targets(self, shape: Term) -> list[Term]:
        rules, graph = self._rules, self._graph
        found: dict[Term, None] = dict.fromkeys(rules.values(shape, SH + "targetNode"))
        classes = list(rules.values(shape, SH + "targetClass"))
        if _is_class(rules.said[shape]):
            classes.append(shape)
        for kind in classes:
            for lower in self._classes(kind):
                found.update(dict.fromkeys(graph.subjects(RDF + "type", lower)))
        for name in rules.values(shape, SH + "targetSubjectsOf"):
            for subjects in graph.back.get(name.value, {}).values():
                found.update(dict.fromkeys(subjects))
        for name in rules.values(shape, SH + "targetObjectsOf"):
            found.update(dict.fromkeys(graph.back.get(name.value, {})))
        return list(found)

    def may_fail(self, shape: Term, node: Term, depth: int) -> bool:
        said = self._rules.said.get(shape, {})
        if depth > _DEPTH or SH + "deactivated" in said:
            return True
        values: list[Term] = [node]
        for path in said.get(SH + "path", ()):
            reached = self._follow(path, node)
            if reached is None:
                return True
            values = list(dict.fromkeys(reached))
        return any(
            self._fails(name[len(SH) :], arguments, values, node, said, depth)
            for name, arguments in said.items()
            if name.startswith(SH) and name not in _SAYS_NOTHING
        )

    def _follow(self, path: Term, node: Term) -> list[Term] | None:
        """Return the values of a path, None when it is of a kind not followed here."""
        if isinstance(path, Iri):
            return self._graph.values(node, path.value)
        said = self._rules.said.get(path, {})
        if RDF + "first" in said:
            here = [node]
            for step in self._rules.members(path):
                nexts = [self._follow(step, one) for one in here]
                if any(found is None for found in nexts):
                    return None
                here = [value for found in nexts for value in found or ()]
            return here
        for head in said.get(SH + "alternativePath", ()):
            ways = [self._follow(way, node) for way in self._rules.members(head)]
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
                meets(not self.may_fail(member, value, depth + 1) for member in self._rules.members(head))
                for head in arguments
                for value in values
            )
        if name in ("property", "node"):
            return any(self.may_fail(inner, value, depth + 1) for inner in arguments for value in values)
        if name == "hasValue":
            return any(wanted not in values for wanted in arguments)
        if name == "in":
            allowed = {member for head in arguments for member in self._rules.members(head)}
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
        check = _ON_VALUE.get(name)
        if name == "class":
            return any(not self._is_a(value, kind) for kind in arguments for value in values)
        return check is None or any(not check(value, argument) for argument in arguments for value in values)

    def _classes(self, kind: Term) -> set[Term]:
        if kind not in self._below:
            self._below[kind] = self._graph.below(kind)
        return self._below[kind]

    def _is_a(self, value: Term, kind: Term) -> bool:
        return any(found in self._classes(kind) for found in self._graph.values(value, RDF + "type"))


def _has_datatype(value: Term, wanted: Term) -> bool:
    if not isinstance(value, Literal) or value.datatype != wanted:
        return False
    if wanted.value == XSD + "string":
        return True
    sure = _SURE.get(wanted.value)
    return sure is not None and sure.fullmatch(value.value) is not None


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
    if left is None or right is None:
        return False
    return left < right or (name == "lessThanOrEquals" and left == right)


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
