"""A contract made from a workbook, and the workbook that shows one: no Turtle to write."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from droitcommun.graph.classeurs.contrat import map_contrat
from droitcommun.graph.classeurs.contratplan import render_contrat
from droitcommun.graph.classeurs.problems import ClasseurRefuse
from droitcommun.graph.classeurs.read import read_classeur
from droitcommun.graph.classeurs.template import FileFormat
from droitcommun.graph.contratcontrole import contract_faults
from droitcommun.graph.errors import ClasseurContratInvalid, FileNotReadable
from droitcommun.graph.files import os_reason, write_atomic
from droitcommun.graph.reference import contract_files
from droitcommun.graph.store import Store, pretty

WORKBOOKS = (".xlsx", ".xlsm", ".ods", ".xls")


def read_contrat(path: Path, data: bytes) -> tuple[str, bytes]:
    """Return the code of the contract that a workbook describes, and its triples as Turtle, in order.

    What can be read is then held to the rules of the contract itself (see contratcontrole).
    Raises ClasseurContratInvalid with each fault at its sheet and cell.
    """
    try:
        lu = map_contrat(read_classeur(path, data))
    except ClasseurRefuse as refused:
        raise ClasseurContratInvalid(path, [str(problem) for problem in refused.problems]) from refused
    faults = contract_faults(lu)
    if faults:
        raise ClasseurContratInvalid(path, [str(problem) for problem in faults])
    return lu.code, pretty(lu.triples)


def write_modele(target: Path, made: date, contrat: str | None = None) -> None:
    """Write the workbook of a contract: blank, or holding *contrat* (a delivered one, or a Turtle file).

    Raises ContratInconnu, RdfUnreadable, FileNotReadable, WriteFailed.
    """
    file_format: FileFormat = "ods" if target.suffix == ".ods" else "xlsx"
    if contrat is None:
        write_atomic(target, render_contrat(made, None, None, file_format))
        return
    store = _loaded(contrat)
    write_atomic(target, render_contrat(made, _code(store), store, file_format))


def _loaded(contrat: str) -> Store:
    store = Store()
    if contrat.endswith(".ttl"):
        try:
            store.load(Path(contrat))
        except OSError as error:
            raise FileNotReadable(Path(contrat), os_reason(error)) from error
    else:
        for file in contract_files(contrat):
            store.load_bytes(file.read_bytes(), ".ttl", name=file.name)
    return store


def _code(store: Store) -> str:
    (row,) = store.select("SELECT ?code { ?c a cdv:ContratDeVille ; cdv:nombreAmbitions ?n ; skos:notation ?code }")
    return row["code"].value
