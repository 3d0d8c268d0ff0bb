"""Every constraint of the contract's sheets is worth something: without it, modele/contrat.ttl gives other results.

These sheets have no target, since a campagne is not checked against them: here each has the class that its rows become.
The rows, right (« bon ») and wrong, give results approved line by line (DROITCOMMUN_APPROUVER=1 writes them again), and
each constraint is taken away in turn. What a sheet says of a column is then held, in the workbook, at its own cell.
"""

from __future__ import annotations

import os
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from rdflib.namespace import RDF
from rdflib.namespace import SH as VOCABULARY
from rulebench import HERE, parse, short
from test_each_constraint import COUNTED, SH

from droitcommun.graph.checks.nodes import node_key
from droitcommun.graph.checks.shacl import core_report
from droitcommun.graph.classeurs.cells import letter
from droitcommun.graph.classeurs.contrat import GENRES
from droitcommun.graph.classeurs.form import Field, Sheet, load_form
from droitcommun.graph.contratmodele import read_contrat, write_modele
from droitcommun.graph.errors import ClasseurContratInvalid
from droitcommun.graph.names import SHAPES
from droitcommun.graph.store import Store, Triple, iri

FILE = Path(__file__).parents[2] / "shapes" / "formulaire-contrat.ttl"
ROWS = HERE / "modele" / "contrat.ttl"
Found = frozenset[tuple[str, str, str, str]]


@cache
def sheets() -> dict[str, tuple[Triple, ...]]:
    """Return, by sheet, its property shapes, each with the class of its rows as its target."""
    store = Store()
    store.load_bytes(FILE.read_bytes(), ".ttl", name=FILE.name)
    every = list(store.triples())
    by_node: dict[str, list[Triple]] = {}
    for triple in every:
        by_node.setdefault(node_key(triple[0]), []).append(triple)
    found = {}
    for sheet in {node_key(s) for s, p, _o in every if p.value == SH + "property"}:
        target = next(o for _s, p, o in by_node[sheet] if p.value == SH + "class")
        columns = [o for _s, p, o in by_node[sheet] if p.value == SH + "property"]
        kept: list[Triple] = []
        todo = [node_key(column) for column in columns]
        while todo:
            mine = [t for t in by_node[todo.pop()] if t[1].value.startswith((SH, str(RDF)))]
            kept += mine
            todo += [node_key(o) for _s, p, o in mine if p.value != SH + "class" and node_key(o) in by_node]
        found[sheet] = tuple(kept) + tuple((column, iri(SH + "targetClass"), target) for column in columns)
    return found


@cache
def rows() -> tuple[Triple, ...]:
    return tuple(parse(ROWS.read_text(encoding="utf-8")))


def results(shapes: tuple[Triple, ...]) -> Found:
    """Return (shape, node, constraint, value) of each result on the rows."""
    report = core_report(shapes, rows())
    if report is None:
        return frozenset()
    return frozenset(
        tuple(
            str(report.value(node, term) or "")
            for term in (
                VOCABULARY.sourceShape,
                VOCABULARY.focusNode,
                VOCABULARY.sourceConstraintComponent,
                VOCABULARY.value,
            )
        )
        for node in report.subjects(RDF.type, VOCABULARY.ValidationResult)
    )


right = cache(lambda sheet: results(sheets()[sheet]))


def mutants() -> list[tuple[str, str, Triple]]:
    found = []
    for sheet, triples in sheets().items():
        for triple in triples:
            if triple[1].value in COUNTED and node_key(triple[0]).startswith(SHAPES):
                name = f"{node_key(triple[0]).removeprefix(SHAPES)} {triple[1].value.removeprefix(SH)}"
                found.append((name, sheet, triple))
    return sorted(found, key=lambda mutant: mutant[0])


def test_wrong_rows_give_the_approved_results_and_right_ones_none() -> None:
    lines = [
        f"{short(focus)} | {shape.removeprefix(SHAPES)} | {component.removeprefix(SH)} | {short(value)}\n"
        for sheet in sheets()
        for shape, focus, component, value in right(sheet)
        if focus.rpartition("/")[2].rpartition("-")[0] == sheet.removeprefix(SHAPES)
    ]
    got = "".join(sorted(lines))
    approved = ROWS.with_suffix(".approved.txt")
    if os.environ.get("DROITCOMMUN_APPROUVER"):
        approved.write_text(got, encoding="utf-8")
    assert got == approved.read_text(encoding="utf-8")
    assert not [line for line in lines if "-bon |" in line]


@pytest.mark.parametrize("mutant", mutants(), ids=lambda m: m[0])
def test_a_constraint_taken_away_is_seen(mutant: tuple[str, str, Triple]) -> None:
    _name, sheet, gone = mutant
    loose = tuple(t for t in sheets()[sheet] if t != gone)
    assert results(loose) != right(sheet)


# ---- what a column says of itself is held at its own cell ----

FORM = load_form("contrat")
_ROW = 3


@pytest.fixture(scope="module")
def modele(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("modele") / "contrat.xlsx"
    write_modele(path, date(2026, 3, 20), "call-2024")
    return path


def faults(path: Path) -> set[str]:
    with pytest.raises(ClasseurContratInvalid) as refused:
        read_contrat(path, path.read_bytes())
    return {problem.partition(" : ")[0] for problem in refused.value.problems}


def change(modele: Path, name: str, value: object, wanted: dict[str, list[Field]]) -> tuple[Path, set[str]]:
    """Write *value* in the columns *wanted* of the first row of each sheet; return the file and the cells."""
    book = openpyxl.load_workbook(modele)
    cells = set()
    for sheet in FORM.sheets:
        for field in wanted.get(sheet.name, ()):
            place = f"{letter(sheet.fields.index(field))}{_ROW}"
            book[sheet.name][place] = value
            cells.add(f"{sheet.name}!{place}")
    path = modele.with_name(f"{name}.xlsx")
    book.save(path)
    return path, cells


def named(sheet: Sheet) -> Field:
    """Return the column that names the rows of a sheet: without it there is no row to speak of."""
    return sheet.field(GENRES[sheet.name].key)


def test_a_compulsory_cell_left_empty_is_said(modele: Path) -> None:
    wanted = {s.name: [f for f in s.fields if f.required and f != named(s)] for s in FORM.sheets}
    path, cells = change(modele, "vide", None, wanted)
    assert cells <= faults(path)


def test_a_cell_that_is_not_of_its_kind_is_said(modele: Path) -> None:
    wanted = {
        s.name: [f for f in s.fields if f.kind not in ("texte", "libelle") and f != named(s)] for s in FORM.sheets
    }
    path, cells = change(modele, "faux", "n'importe quoi", wanted)
    assert cells <= faults(path)


def test_a_row_that_nothing_names_is_said(modele: Path) -> None:
    wanted = {s.name: [named(s)] for s in FORM.sheets if s.name != "Contrat"}
    path, cells = change(modele, "sans-nom", None, wanted)
    assert cells <= faults(path)
