"""What the rules say of a contract for which nothing was declared yet: its workbook, checked before it is taken."""

from __future__ import annotations

from datetime import date

from droitcommun.graph.avenants import apply_avenants
from droitcommun.graph.checks.rules import RuleBook, load_rules
from droitcommun.graph.checks.shacl import Result, core_results, sparql_results
from droitcommun.graph.classeurs.contrat import ContratLu
from droitcommun.graph.classeurs.problems import Problem
from droitcommun.graph.derive import derive
from droitcommun.graph.langue import langue
from droitcommun.graph.names import PREFIXES, cdv, contract_thing, contrat_iri
from droitcommun.graph.reference import reference_store
from droitcommun.graph.store import Store, iri, literal

_BEGINS = """
SELECT $contrat ?jour WHERE {
  { $contrat cdv:dateDebut ?jour } UNION { ?partie a cdv:Partie ; cdv:contrat $contrat ; cdv:dateDebut ?jour }
} ORDER BY DESC(?jour) LIMIT 1
"""


def contract_faults(lu: ContratLu) -> list[Problem]:
    """Return the violations that a campagne opened on this contract would have before anybody answers, at their cells.

    Rules judged at the closing date wait for it. A warning or a remark does not keep a contract out: `check` says it.
    """
    store = reference_store()
    store.add(lu.triples)
    if not _open(store, lu.code):
        return []  # a contract without a date: the reader has asked for it
    book = load_rules()
    found = [*core_results(book, store.triples()), *sparql_results(book, store)]
    problems = [_problem(lu, book, result) for result in found if _is_due(result, lu)]
    return list(dict.fromkeys(sorted(problems, key=lambda p: _place(lu, p))))


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


def _is_due(result: Result, lu: ContratLu) -> bool:
    about = result.focus in lu.rows or result.value in lu.rows
    return about and result.gravite == "violation" and not result.rule.a_la_cloture


def _problem(lu: ContratLu, book: RuleBook, result: Result) -> Problem:
    shape = book.core_shapes.get(result.shape)
    corrections = shape.corrections if shape else result.rule.corrections
    correction = corrections.get(langue()) or corrections.get("fr", "")
    node = result.focus if result.focus in lu.rows else result.value or result.focus
    return lu.fault(node, result.path, result.rule.name, result.message(langue()), correction)


def _place(lu: ContratLu, problem: Problem) -> tuple[int, int, str]:
    sheets = list(dict.fromkeys(line.table.name for line in lu.rows.values()))
    row = int("".join(c for c in problem.cellule or "" if c.isdigit()) or 0)
    return sheets.index(problem.feuille or sheets[0]), row, problem.cellule or ""
