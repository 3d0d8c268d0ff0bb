"""What the rules say of a contract for which nothing was declared yet: its file, checked before it is taken."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache

from droitcommun.graph.avenants import apply_avenants
from droitcommun.graph.checks.rules import RuleBook, load_rules
from droitcommun.graph.checks.shacl import Result, core_results, sparql_results
from droitcommun.graph.classeurs.contrat import ContratLu
from droitcommun.graph.classeurs.problems import Problem
from droitcommun.graph.derive import derive
from droitcommun.graph.langue import _, langue
from droitcommun.graph.names import PREFIXES, cdv, contract_thing, contrat_iri, local_code
from droitcommun.graph.reference import reference_store
from droitcommun.graph.store import Store, Triple, iri, literal

_PREFIX = re.compile(r"@prefix\s+([\w-]*):\s+<([^>]*)>")
_ESCAPED = re.compile(r"[~.\-!$&'()*+,;=/?#@%_]")
_BEGINS = """
SELECT $contrat ?jour WHERE {
  { $contrat cdv:dateDebut ?jour } UNION { ?partie a cdv:Partie ; cdv:contrat $contrat ; cdv:dateDebut ?jour }
} ORDER BY DESC(?jour) LIMIT 1
"""


def contract_faults(lu: ContratLu) -> list[Problem]:
    """Return what breaks a rule in the workbook of a contract, at its cells."""
    book = load_rules()
    problems = [_problem(lu, book, result) for result in _broken(book, lu.code, lu.triples, lu.rows.keys())]
    return list(dict.fromkeys(sorted(problems, key=lambda p: _place(lu, p))))


@lru_cache(maxsize=4)
def turtle_faults(code: str, turtle: bytes) -> tuple[str, ...]:
    """Return what breaks a rule in the Turtle file of a contract, each with the line where its subject is described."""
    store = Store()
    store.load_bytes(turtle, ".ttl")
    triples = tuple(store.triples())
    about = {s.value for s, _p, _o in triples}
    book, lines = load_rules(), turtle.decode("utf-8-sig").splitlines()
    prefixes = {m[1]: m[2] for line in lines if (m := _PREFIX.match(line))}
    found: set[tuple[int, str]] = set()
    for result in _broken(book, code, triples, about):
        node = result.focus if result.focus in about else result.value or result.focus
        number = _line(node, lines, prefixes)
        place = _("ligne {n}, {code}").format(n=number, code=local_code(node)) if number else local_code(node)
        found.add((number, f"{place} : {result.message(langue())} {_correction(book, result)}".strip()))
    return tuple(text for _number, text in sorted(found))


def _broken(book: RuleBook, code: str, triples: Iterable[Triple], about: Container[str]) -> list[Result]:
    """Return the violations that a campagne opened on this contract would have before anybody answers.

    Rules judged at the closing date wait for it. A warning or a remark does not keep a contract out: `check` says it.
    """
    store = reference_store()
    store.add(triples)
    if not _open(store, code):
        return []  # a contract without a date: the reader has asked for it
    found = [*core_results(book, store.triples()), *sparql_results(book, store)]
    return [
        result
        for result in found
        if (result.focus in about or result.value in about)
        and result.gravite == "violation"
        and not result.rule.a_la_cloture
    ]


def _line(node: str, lines: Sequence[str], prefixes: Mapping[str, str]) -> int:
    """Return the line where a Turtle file begins to describe a node; 0 when it is written in a way we do not know."""
    names = {f"<{node}>"}
    for short, space in prefixes.items():
        if node.startswith(space):
            names.add(f"{short}:" + _ESCAPED.sub(r"\\\g<0>", node.removeprefix(space)))
            names.add(f"{short}:" + node.removeprefix(space))
    return next((n for n, line in enumerate(lines, start=1) if line.split(None, 1)[:1] and line.split()[0] in names), 0)


def _open(store: Store, code: str) -> bool:
    """Add a campagne that expects nobody, on the day when all the parties have entered."""
    contrat = iri(contrat_iri(code))
    rows = store.select(_BEGINS, {"contrat": contrat})
    if not rows:
        return False
    day = date.fromisoformat(rows[0]["jour"].value)
    campagne = iri(contract_thing(code, "campagne", day.year))
    apply_avenants(store, code, day)
    store.add(
        [
            (campagne, iri(PREFIXES["rdf"] + "type"), iri(cdv("Campagne"))),
            (campagne, iri(cdv("contrat")), contrat),
            (campagne, iri(cdv("annee")), literal(str(day.year), "gYear")),
            (campagne, iri(cdv("dateReference")), literal(day.isoformat(), "date")),
            (campagne, iri(cdv("sousControle")), literal(True, "boolean")),
        ]
    )
    derive(store)
    return True


def _problem(lu: ContratLu, book: RuleBook, result: Result) -> Problem:
    node = result.focus if result.focus in lu.rows else result.value or result.focus
    return lu.fault(node, result.path, result.rule.name, result.message(langue()), _correction(book, result))


def _correction(book: RuleBook, result: Result) -> str:
    shape = book.core_shapes.get(result.shape)
    corrections = shape.corrections if shape else result.rule.corrections
    return corrections.get(langue()) or corrections.get("fr", "")


def _place(lu: ContratLu, problem: Problem) -> tuple[int, int, str]:
    sheets = list(dict.fromkeys(line.table.name for line in lu.rows.values()))
    row = int("".join(c for c in problem.cellule or "" if c.isdigit()) or 0)
    return sheets.index(problem.feuille or sheets[0]), row, problem.cellule or ""
