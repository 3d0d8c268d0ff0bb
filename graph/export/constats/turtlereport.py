"""The findings as a standard SHACL validation report in Turtle, for other SHACL tools."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from droitcommun.graph.checks.findings import CheckReport
from droitcommun.graph.checks.nodes import Iri, Nodes, StoreNodes, node_key
from droitcommun.graph.checks.shacl import Result
from droitcommun.graph.formats import mask
from droitcommun.graph.langue import LANGUES
from droitcommun.graph.names import PREFIXES, SHAPES, contract_thing
from droitcommun.graph.store import Store, Term, iri, literal

_SH = PREFIXES["sh"]
_SEVERITIES = {"violation": "Violation", "warning": "Warning", "info": "Info"}
_BY_QUERY = _SH + "SPARQLConstraintComponent"
_Statement = tuple[str, Term]


def render_turtle(report: CheckReport, store: Store) -> str:
    """Return a sh:ValidationReport with one sh:result a result, sorted; *store* is the dataset checked.

    A result has its focus node, path, value, source shape, constraint component, severity, a message in each language
    its rule has, and the id of its finding (dcterms:identifier). As the standard says, sh:conforms is false as soon as
    there is a result, whatever its severity; waived findings are results too. Nodes are IRIs, which stay from one
    report to the next. A value that holds an e-mail or a telephone number is left out.
    """
    nodes = StoreNodes(store)
    me = contract_thing(report.contrat, "controle", report.annee)
    blocks = {
        f"{me}/{_digest(result)}": [*_result(result, nodes), ("dcterms:identifier", literal(finding))]
        for result, finding in zip(report.results, report.result_ids, strict=True)
    }
    statements: list[_Statement] = [
        ("a", iri(_SH + "ValidationReport")),
        ("sh:conforms", literal(not blocks)),
        *(("sh:result", iri(name)) for name in sorted(blocks)),
    ]
    if report.jour:
        statements.append(("dcterms:date", literal(report.jour.isoformat(), "date")))
    if report.fictif:
        statements.append(("rdfs:comment", literal("Données fictives", lang="fr")))
    prefixes = ("sh", "cdvsh", "dcterms", "rdfs", "xsd")
    head = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in prefixes)
    return "\n".join([head, _block(me, statements), *(_block(name, blocks[name]) for name in sorted(blocks))])


def _digest(result: Result) -> str:
    said = (result.rule.name, result.shape, result.component, result.focus, result.path or "", result.value or "")
    return hashlib.sha256("\n".join((*said, *result.said())).encode()).hexdigest()[:16]


def _result(result: Result, nodes: Nodes) -> Iterable[_Statement]:
    yield "a", iri(_SH + "ValidationResult")
    yield "sh:focusNode", iri(result.focus)
    if result.path:
        yield "sh:resultPath", iri(result.path)
    value = _value(result, nodes)
    if value is not None:
        yield "sh:value", value
    yield "sh:resultSeverity", iri(_SH + _SEVERITIES[result.gravite])
    yield "sh:sourceConstraintComponent", iri(result.component)
    if result.component == _BY_QUERY:
        yield "sh:sourceShape", iri(result.rule.iri)
        yield "sh:sourceConstraint", iri(result.shape)
    else:
        yield "sh:sourceShape", iri(result.shape)
    for langue in LANGUES:
        if langue in result.messages:
            yield "sh:resultMessage", literal(mask(result.message(langue)), lang=langue)


def _value(result: Result, nodes: Nodes) -> Term | None:
    """Return the value as the term it is in the data: one said of the focus node, else a node, else a text."""
    text = result.value
    if text is None or mask(text) != text:
        return None
    said = nodes.said(result.focus)
    candidates: list[Term] = [
        *said.get(result.path or "", ()),
        *(value for values in said.values() for value in values),
    ]
    held: Term | None = next((value for value in candidates if node_key(value) == text), None)
    if held is not None:
        return held
    return iri(text) if text in nodes else literal(text)


def _block(subject: str, statements: Iterable[_Statement]) -> str:
    lines = [f"    {predicate} {_term(value)}" for predicate, value in statements]
    return f"<{subject}>\n" + " ;\n".join(lines) + " .\n"


def _term(term: Term) -> str:
    if isinstance(term, Iri):
        for prefix, base in (("sh", _SH), ("cdvsh", SHAPES)):
            name = term.value.removeprefix(base)
            if name != term.value and name.replace("-", "").isalnum():
                return f"{prefix}:{name}"
    return str(term)
