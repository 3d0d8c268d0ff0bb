"""Two engines, one list of results: pyshacl for SHACL Core, set queries on the store for sh:sparql constraints."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from droitcommun.graph.checks.nodes import Iri, Literal, node_key
from droitcommun.graph.checks.owner import Part
from droitcommun.graph.checks.rules import Constraint, Rule, RuleBook, gravite_of
from droitcommun.graph.checks.screen import screen
from droitcommun.graph.checks.setquery import can_bind_whose, restrict, says_whose, set_query
from droitcommun.graph.formats import euros, nombre
from droitcommun.graph.langue import _
from droitcommun.graph.names import PREFIXES
from droitcommun.graph.store import Row, Store, Term, Triple, iri

_SH = PREFIXES["sh"]
_SUBCLASS = PREFIXES["rdfs"] + "subClassOf"
_SPARQL_COMPONENT = _SH + "SPARQLConstraintComponent"
# A list of more names than that is cut to the first ones.
_LONGEST_LIST, _NAMES_SHOWN = 10, 8
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


@dataclass(frozen=True)
class Result:
    """One validation result. `shape` is the shape or constraint it comes from; `bindings` fill the message."""

    rule: Rule
    shape: str
    gravite: str
    focus: str
    path: str | None
    value: str | None
    component: str
    messages: Mapping[str, str]
    bindings: Mapping[str, str] = field(default_factory=dict)

    def message(self, langue: str) -> str:
        """Return the message in *langue* (else French) with its placeholders filled."""
        return self.filled(self.messages.get(langue) or self.messages.get("fr") or self.rule.name)

    def filled(self, template: str) -> str:
        """Return *template* with its placeholders filled; a long list of names is cut short."""
        return _PLACEHOLDER.sub(lambda m: _shown(m.group(1), self.bindings.get(m.group(1), "")), template)

    def said(self) -> tuple[str, ...]:
        """Return what fills the message in any language, as « name=text », sorted."""
        names = {name for template in self.messages.values() for name in _PLACEHOLDER.findall(template)}
        return tuple(f"{name}={self.bindings.get(name, '')}" for name in sorted(names))


def _shown(name: str, text: str) -> str:
    """Return a text of a message: the number of ?nombre…, the euros of ?euros, as people of the language write them.

    Of a ?liste… too long to be read, the first names and how many others.
    """
    if _NUMBER.fullmatch(text):
        if name == "euros":
            return euros(Decimal(text))
        if name.startswith("nombre"):
            return nombre(Decimal(text), 2)
    names = text.split(", ") if name.startswith("liste") and not name.startswith("listeTitres") else []
    if len(names) <= _LONGEST_LIST:
        return text
    return _("{noms} et {n} autres").format(noms=", ".join(names[:_NAMES_SHOWN]), n=len(names) - _NAMES_SHOWN)


def core_data(book: RuleBook, store: Store, part: Part | None = None) -> list[Triple]:
    """Return what the Core shapes look at in *store*: the triples of the predicates that one of them reads.

    With *part*, only those that can be reached from what is its own.
    """
    if part is not None:
        return store.around(part.owned, book.core_predicates, book.core_backwards)
    predicates = map(iri, sorted(book.core_predicates))
    return [(subject, name, value) for name in predicates for subject, value in store.pairs(name.value)]


def core_results(book: RuleBook, data: Iterable[Triple], focus: Callable[[Term], bool] | None = None) -> list[Result]:
    """Return the results of the Core shapes on core_data(), counted one by one (« conforms » is never trusted).

    With *focus*, only those on the nodes it accepts.
    """
    report = core_report(book.core_triples, data, focus)
    return [] if report is None else sorted(_report_results(book, report), key=_order)


def core_report(
    shapes: Sequence[Triple], data: Iterable[Triple], focus: Callable[[Term], bool] | None = None
) -> Any | None:
    """Return the report of pyshacl (an rdflib graph) on the nodes that could fail, None when none could."""
    work = screen(shapes, data, focus)
    if work is None:
        return None
    import pyshacl  # a third of a second, that only who has something to judge pays

    data_graph, shapes_graph = _Graph(), _Graph()
    data_graph.fill(work.data)
    shapes_graph.fill(work.shapes)
    _conforms, report, _summary = pyshacl.validate(
        data_graph.graph,
        shacl_graph=shapes_graph.graph,
        inference="none",
        inplace=True,
        do_owl_imports=False,
        meta_shacl=False,
    )
    return report


def _report_results(book: RuleBook, report: Any) -> Iterable[Result]:
    from rdflib.namespace import RDF, SH

    for node in report.subjects(RDF.type, SH.ValidationResult):
        shape = book.core_shapes.get(str(report.value(node, SH.sourceShape)))
        if shape is None:
            continue
        focus, value = report.value(node, SH.focusNode), report.value(node, SH.value)
        yield Result(
            rule=shape.rule,
            shape=shape.iri,
            gravite=gravite_of(str(report.value(node, SH.resultSeverity))),
            focus=str(focus),
            path=shape.column,
            value=None if value in (None, focus) else str(value),
            component=str(report.value(node, SH.sourceConstraintComponent)),
            messages=shape.messages,
        )


class _Graph:
    """An rdflib graph filled from our triples."""

    def __init__(self) -> None:
        import rdflib

        self.graph = rdflib.Graph()
        self._rdflib = rdflib
        self._terms: dict[Term, Any] = {}

    def fill(self, triples: Iterable[Triple]) -> None:
        for triple in triples:
            self.graph.add((self._term(triple[0]), self._term(triple[1]), self._term(triple[2])))

    def _term(self, term: Term) -> Any:
        found = self._terms.get(term)
        if found is None:
            found = self._terms[term] = self._convert(term)
        return found

    def _convert(self, term: Term) -> Any:
        if isinstance(term, Iri):
            return self._rdflib.URIRef(term.value)
        if not isinstance(term, Literal):
            return self._rdflib.BNode(term.value)
        if term.language:
            return self._rdflib.Literal(term.value, lang=term.language)
        plain = term.datatype.value == PREFIXES["xsd"] + "string"
        return self._rdflib.Literal(
            term.value, datatype=None if plain else self._rdflib.URIRef(term.datatype.value), normalize=False
        )


def sparql_results(
    book: RuleBook, store: Store, part: Part | None = None, threads: ThreadPoolExecutor | None = None
) -> list[Result]:
    """Return the results of every sh:sparql constraint, each run once as a set query on the default graph.

    With *part*, only those that are about one body: the query is given the body, or the nodes that are its own.
    With *threads*, they share the queries: the store answers outside of Python's lock.
    """
    below = _subclasses(store)
    kinds = _kinds(store, part.owned) if part else {}

    def ask(constraint: Constraint) -> list[Result]:
        targets, only = [pattern for target in constraint.targets for pattern in _patterns(target, below)], ""
        if part and says_whose(constraint.select):
            only = _whose(constraint.select, part)
        elif part:
            owned = _targeted(constraint, part.owned, kinds, below)
            if not owned:
                return []  # nothing to ask: no node of the body is a target
            only = _values("?this", owned)
        results = _rows_results(constraint, store.select(set_query(constraint.select, targets, book.prefixes, only)))
        return [r for r in results if part is None or _is_about(r, part)]

    answers = threads.map(ask, book.constraints) if threads else map(ask, book.constraints)
    return sorted((result for found in answers for result in found), key=_order)


def graph_results(book: RuleBook, store: Store, part: Part | None = None) -> list[Result]:
    """Return the results of the queries that run over every graph of *store* (rule R-R1); *part* as above."""
    found: list[Result] = []
    for query in book.graph_queries:
        select = restrict(query.select, _values("?this", part.owned)) if part else query.select
        found += _rows_results(query, store.select(book.prefixes + select))
    return sorted(found, key=_order)


def _whose(select: str, part: Part) -> str:
    """Return the pattern that keeps the rows about one body, when it can be put in without changing them."""
    if "$this AS ?organisme" in select:
        return _values("?this", part.bodies)
    return _values("?organisme", part.bodies) if can_bind_whose(select) else ""


def _is_about(result: Result, part: Part) -> bool:
    body = result.bindings.get("organisme")
    return body in part.bodies if body else result.focus in part.owned


def _values(variable: str, nodes: Iterable[str]) -> str:
    return f"VALUES {variable} {{ {' '.join(f'<{n}>' for n in sorted(nodes) if not n.startswith('_:'))} }}"


def _rows_results(constraint: Constraint, rows: Iterable[Row]) -> list[Result]:
    found: dict[tuple[tuple[str, str], ...], Result] = {}
    for row in rows:
        if "this" not in row:
            continue
        texts = {name: _text(name, term) for name, term in row.items()}
        found[tuple(sorted(texts.items()))] = Result(
            rule=constraint.rule,
            shape=constraint.iri,
            gravite=constraint.rule.gravite,
            focus=texts["this"],
            path=texts.get("path"),
            value=texts.get("value"),
            component=_SPARQL_COMPONENT,
            messages=constraint.messages,
            bindings=texts,
        )
    return list(found.values())


def _text(name: str, term: Term) -> str:
    """Return a term as text; the members of a ?liste… are sorted, since GROUP_CONCAT promises no order.

    Titles may hold commas: those of a ?listeTitres… are separated by « ; ».
    """
    text = node_key(term)
    if not name.startswith("liste"):
        return text
    between = " ; " if name.startswith("listeTitres") else ", "
    return between.join(sorted(text.split(between)))


def _subclasses(store: Store) -> dict[str, set[str]]:
    """Return each class with itself and all that stands below it in the default graph."""
    rows = store.select(f"SELECT ?below ?above WHERE {{ ?below <{_SUBCLASS}>+ ?above }}")
    below: dict[str, set[str]] = {}
    for row in rows:
        below.setdefault(row["above"].value, set()).add(row["below"].value)
    return below


def _kinds(store: Store, nodes: Iterable[str]) -> dict[str, set[str]]:
    """Return the nodes of each class, among *nodes*."""
    found: dict[str, set[str]] = {}
    for row in store.select(f"SELECT ?this ?kind WHERE {{ {_values('?this', nodes)} ?this a ?kind }}"):
        found.setdefault(node_key(row["kind"]), set()).add(node_key(row["this"]))
    return found


def _targeted(
    constraint: Constraint, owned: frozenset[str], kinds: Mapping[str, set[str]], below: Mapping[str, set[str]]
) -> Set[str]:
    """Return those of *owned* that a constraint may look at; all of them when it has other targets than classes."""
    if any(kind != "targetClass" for kind, _iri in constraint.targets):
        return owned
    classes = {c for _kind, iri in constraint.targets for c in (iri, *below.get(iri, ()))}
    return set().union(*(kinds.get(c, ()) for c in classes))


def _patterns(target: tuple[str, str], below: Mapping[str, set[str]]) -> list[str]:
    kind, iri = target
    if kind == "targetClass":
        return [f"$this a <{c}>" for c in sorted({iri} | below.get(iri, set()))]
    if kind == "targetSubjectsOf":
        return [f"$this <{iri}> ?cible"]
    if kind == "targetObjectsOf":
        return [f"?cible <{iri}> $this"]
    return [f"BIND(<{iri}> AS $this)"]


def _order(result: Result) -> tuple[str, ...]:
    bound = tuple(f"{name}={text}" for name, text in sorted(result.bindings.items()))
    return (result.shape, result.focus, result.path or "", result.value or "", result.component, *bound)
