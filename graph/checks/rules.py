"""The rules, read from the shape files: what each says, what it targets, and what goes to which engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, cast

from droitcommun.graph.checks.nodes import Iri, Literal, Nodes, node_key
from droitcommun.graph.names import CDV, PREFIXES, local_code
from droitcommun.graph.store import Triple, iri, read_triples

SH, RDF, RDFS = PREFIXES["sh"], PREFIXES["rdf"], PREFIXES["rdfs"]
GRAVITES = ("violation", "warning", "info")
_TARGETS = ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")
_NOT_CORE = {SH + "sparql", SH + "name", SH + "description", SH + "order", SH + "group"}
_CONSTRAINTS = {
    SH + name
    for name in (
        *("property", "or", "and", "xone", "not", "node", "class", "datatype", "nodeKind", "pattern", "in", "hasValue"),
        *("languageIn", "closed", "minInclusive", "maxInclusive", "minExclusive", "maxExclusive", "minLength"),
    )
}
_PREDICATE_OBJECTS = (
    *("path", "inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"),
    *("equals", "disjoint", "lessThan", "lessThanOrEquals", "targetSubjectsOf", "targetObjectsOf"),
)


@dataclass(frozen=True)
class AnswerColumn:
    """The column of a workbook where the answer to a finding of absence is written.

    `classe` is what the rows of the sheet become; `letter` stands for it in the workbook sent. `prefilled` says that
    its rows are written beforehand, one for each thing asked about.
    """

    sheet: str
    path: str
    classe: str
    letter: str
    prefilled: bool


@dataclass(frozen=True)
class Rule:
    """One rule. Texts are by language. `attendus` selects the ?organisme it applies to, for the scores.

    `premiere_campagne` is the campagne during which it is on trial, None when it is not; `answer` is where the answer
    to an absence is written.
    """

    name: str
    iri: str
    gravite: str
    labels: Mapping[str, str]
    messages: Mapping[str, str]
    corrections: Mapping[str, str]
    destinataire: str
    reference: str
    a_la_cloture: bool
    premiere_campagne: int | None
    non_verifiee: bool
    attendus: str | None
    answer: AnswerColumn | None = None

    def is_on_trial(self, annee: int) -> bool:
        """Tell whether the rule only warns in the campagne *annee*: its first, or one from before the rule."""
        return self.premiere_campagne is not None and annee <= self.premiere_campagne


@dataclass(frozen=True)
class Constraint:
    """One sh:sparql constraint (or, when it has no target, one query over graphs) of a rule."""

    iri: str
    rule: Rule
    select: str
    messages: Mapping[str, str]
    targets: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CoreShape:
    """A shape whose results come from the Core engine. `column` is the property its column is known by."""

    iri: str
    rule: Rule
    messages: Mapping[str, str]
    corrections: Mapping[str, str]
    destinataire: str
    column: str | None


@dataclass(frozen=True)
class RuleBook:
    """Every rule, with what each engine needs. `rules` is in reading order."""

    rules: Mapping[str, Rule]
    constraints: tuple[Constraint, ...]
    graph_queries: tuple[Constraint, ...]
    core_shapes: Mapping[str, CoreShape]
    core_triples: tuple[Triple, ...]
    core_predicates: frozenset[str]
    core_backwards: frozenset[str]
    columns: Mapping[str, str]
    prefixes: str


@lru_cache(maxsize=1)
def load_rules() -> RuleBook:
    """Return the rules of the package's shape files. Raises RdfUnreadable on a broken file."""
    folder = resources.files("droitcommun.shapes")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".ttl")), key=lambda f: f.name)
    triples: list[Triple] = []
    order: dict[str, int] = {}
    for rank, file in enumerate(files):
        for triple in read_triples(file.read_bytes(), ".ttl", name=file.name):
            order.setdefault(node_key(triple[0]), rank)
            triples.append(triple)
    return read_rules(triples, order)


def read_rules(triples: Iterable[Triple], order: Mapping[str, int]) -> RuleBook:
    """Return the rules found in *triples*; *order* gives the rank of the file each subject stands in."""
    kept = tuple(triples)
    nodes = Nodes(kept)
    iris = nodes.subjects(RDF + "type", CDV + "Regle")
    iris.sort(key=lambda s: (order.get(s, 0), local_code(s)))
    by_iri = {subject: _rule(nodes, subject) for subject in iris}
    core = _core_nodes(nodes)
    core_triples = _flattened(
        nodes,
        [t for t in kept if node_key(t[0]) in core and t[1].value not in _NOT_CORE and not t[1].value.startswith(CDV)],
    )
    return RuleBook(
        rules={rule.name: rule for rule in by_iri.values()},
        constraints=tuple(c for s, rule in by_iri.items() for c in _constraints(nodes, s, rule, SH + "sparql")),
        graph_queries=tuple(c for s, rule in by_iri.items() for c in _constraints(nodes, s, rule, CDV + "requete")),
        core_shapes=_core_shapes(nodes, by_iri, core),
        core_triples=core_triples,
        core_predicates=_predicates(core_triples),
        core_backwards=_backwards(core_triples),
        columns=_columns(nodes),
        prefixes=_prefixes(nodes),
    )


def _rule(nodes: Nodes, subject: str) -> Rule:
    severity = nodes.key(subject, SH + "severity")
    lines = ", ".join(nodes.keys(subject, CDV + "ligneSource"))
    return Rule(
        name=nodes.key(subject, SH + "name") or local_code(subject),
        iri=subject,
        gravite=gravite_of(severity),
        labels=nodes.texts(subject, RDFS + "label"),
        messages=nodes.texts(subject, SH + "message"),
        corrections=nodes.texts(subject, CDV + "correction"),
        destinataire=local_code(nodes.key(subject, CDV + "destinataire") or ""),
        reference=lines or nodes.key(subject, PREFIXES["dcterms"] + "bibliographicCitation") or "",
        a_la_cloture=nodes.key(subject, CDV + "jugeeALaCloture") == "true",
        premiere_campagne=_year(nodes.key(subject, CDV + "premiereCampagne")),
        non_verifiee=nodes.key(subject, CDV + "nonVerifiee") == "true",
        attendus=nodes.key(subject, CDV + "attendus"),
        answer=_answer(nodes, subject),
    )


def _answer(nodes: Nodes, subject: str) -> AnswerColumn | None:
    shape = nodes.key(subject, CDV + "repondreEn")
    sheet = next(iter(nodes.subjects(SH + "property", shape)), None) if shape else None
    path = _column(nodes, shape) if shape else None
    if shape is None or sheet is None or path is None:
        return None
    columns = sorted(nodes.keys(sheet, SH + "property"), key=lambda c: int(nodes.key(c, SH + "order") or 0))
    return AnswerColumn(
        sheet=nodes.key(sheet, CDV + "feuille") or "",
        path=path,
        classe=nodes.key(sheet, SH + "targetClass") or "",
        letter=chr(ord("A") + columns.index(shape)),
        prefilled=nodes.key(subject, CDV + "ligneProposee") == "true",
    )


def _year(text: str | None) -> int | None:
    return int(text) if text else None


def gravite_of(severity: str | None) -> str:
    """Return "violation", "warning" or "info" from a SHACL severity; no severity is a violation, as SHACL says."""
    name = local_code(severity or "Violation").lower()
    return name if name in GRAVITES else "violation"


def _constraints(nodes: Nodes, subject: str, rule: Rule, predicate: str) -> list[Constraint]:
    targets = tuple((name, target) for name in _TARGETS for target in nodes.keys(subject, SH + name))
    return [
        Constraint(
            iri=node,
            rule=rule,
            select=nodes.key(node, SH + "select") or "",
            messages=nodes.texts(node, SH + "message") or rule.messages,
            targets=targets,
        )
        for node in nodes.keys(subject, predicate)
    ]


def _core_nodes(nodes: Nodes) -> set[str]:
    """Return the node shapes that have a target and a Core constraint, and all they reach."""
    todo = [s for s in nodes if any(SH + t in nodes.said(s) for t in _TARGETS) and _CONSTRAINTS & set(nodes.said(s))]
    found: set[str] = set()
    while todo:
        node = todo.pop()
        if node in found or node not in nodes:
            continue
        found.add(node)
        for predicate, values in nodes.said(node).items():
            if predicate not in _NOT_CORE and not predicate.startswith(CDV):
                todo += [node_key(v) for v in values if not isinstance(v, Literal)]
    return found


def _flattened(nodes: Nodes, triples: Iterable[Triple]) -> tuple[Triple, ...]:
    """Return the shapes with each property shape given the targets of the node shape that holds it.

    The results are the same, and pyshacl then reads a property shape once, not once for each focus node (five times
    faster on a campagne).
    """
    targets = {SH + name for name in _TARGETS}
    flat: list[Triple] = []
    for triple in triples:
        holder = nodes.said(node_key(triple[0]))
        if triple[1].value != SH + "property" or not targets & set(holder) or SH + "deactivated" in holder:
            flat.append(triple)
            continue
        for target in sorted(targets & set(holder)):
            flat += [(cast(Any, triple[2]), iri(target), value) for value in holder[target]]
    return tuple(flat)


def _core_shapes(nodes: Nodes, by_iri: Mapping[str, Rule], core: set[str]) -> dict[str, CoreShape]:
    """Return what to say of each shape: its rule is its own cdv:regle, itself, or the shape that holds it."""
    found: dict[str, CoreShape] = {}
    for shape in sorted(s for s in core if not s.startswith("_:")):
        parents = nodes.subjects(SH + "property", shape)
        owner = nodes.key(shape, CDV + "regle") or next((i for i in (shape, *parents) if i in by_iri), None)
        if owner is None or owner not in by_iri:
            continue
        rule = by_iri[owner]
        found[shape] = CoreShape(
            iri=shape,
            rule=rule,
            messages=nodes.texts(shape, SH + "message") or rule.messages,
            corrections=nodes.texts(shape, CDV + "correction") or rule.corrections,
            destinataire=local_code(nodes.key(shape, CDV + "destinataire") or "") or rule.destinataire,
            column=_column(nodes, shape) or _asked_column(nodes, shape),
        )
    return found


def _column(nodes: Nodes, shape: str) -> str | None:
    """Return the property that names the column of a property shape: the first of its path."""
    path = nodes.key(shape, SH + "path")
    return _first_property(nodes, path) if path else None


def _first_property(nodes: Nodes, path: str) -> str | None:
    if not path.startswith("_:"):
        return path
    if SH + "inversePath" in nodes.said(path):
        return None
    inner = nodes.key(path, SH + "alternativePath") or nodes.key(path, RDF + "first")
    return _first_property(nodes, inner) if inner else None


def _asked_column(nodes: Nodes, shape: str) -> str | None:
    """Return the property a node shape asks for: the one of its sh:or that has to be there."""
    for member in _members(nodes, nodes.key(shape, SH + "or")):
        if nodes.key(member, SH + "minCount") not in (None, "0"):
            return _column(nodes, member)
    return None


def _members(nodes: Nodes, head: str | None) -> list[str]:
    members: list[str] = []
    while head and head != RDF + "nil":
        members += nodes.keys(head, RDF + "first")
        head = nodes.key(head, RDF + "rest")
    return members


def _columns(nodes: Nodes) -> dict[str, str]:
    """Return the property each further property of a column is filed under (cdv:centimes under cdv:quantite)."""
    found: dict[str, str] = {}
    for shape in nodes:
        path = nodes.key(shape, SH + "path")
        alternatives = _members(nodes, nodes.key(path, SH + "alternativePath")) if path else []
        for other in alternatives[1:]:
            found[other] = alternatives[0]
    return found


def _predicates(core: Iterable[Triple]) -> frozenset[str]:
    names = {SH + name for name in _PREDICATE_OBJECTS} | {RDF + "first"}
    found = {t[2].value for t in core if t[1].value in names and isinstance(t[2], Iri)}
    return frozenset(found | {RDF + "type", RDFS + "subClassOf"})


def _backwards(core: Iterable[Triple]) -> frozenset[str]:
    """Return the properties that shapes read from a value to its subject; any of them, where a path is not simple."""
    read = [t[2] for t in core if t[1].value in (SH + "inversePath", SH + "targetObjectsOf")]
    return frozenset(term.value for term in read) if all(isinstance(term, Iri) for term in read) else _predicates(core)


def _prefixes(nodes: Nodes) -> str:
    lines = []
    for subject in nodes:
        prefix, namespace = nodes.key(subject, SH + "prefix"), nodes.key(subject, SH + "namespace")
        if prefix and namespace:
            lines.append(f"PREFIX {prefix}: <{namespace}>\n")
    return "".join(sorted(lines))
