"""Where the answer to a finding of absence is written: a cell of the workbook received, else of the one sent."""

from __future__ import annotations

from string import ascii_uppercase

from droitcommun.graph.checks.nodes import Nodes
from droitcommun.graph.checks.provenance import Cells, Source
from droitcommun.graph.checks.rules import AnswerColumn
from droitcommun.graph.checks.shacl import Result
from droitcommun.graph.names import PREFIXES, cdv

_TYPE = PREFIXES["rdf"] + "type"
_CONTRAT = cdv("contrat")
_DERIVED = PREFIXES["prov"] + "wasDerivedFrom"
_SOURCE = PREFIXES["dcterms"] + "source"
_OWN_WORKBOOK = {cdv(name) for name in ("Contribution", "SuiviEngagement", "Positionnement", "Action", "Moyen")}
_FIRST_ROW = 3  # row 1 is the title of a sheet, row 2 the titles of its columns


class Answers:
    """Finds the cells where what is missing would stand, in the campagne *annee*."""

    def __init__(self, nodes: Nodes, cells: Cells, annee: int) -> None:
        self._nodes, self._cells = nodes, cells
        self._annee = str(annee)
        self._campagnes = [
            c for c in nodes.subjects(_TYPE, cdv("Campagne")) if nodes.key(c, cdv("annee")) == self._annee
        ]
        self._naming: dict[str, dict[str, list[tuple[str, str]]]] = {}
        self._documents: dict[str, str | None] = {}

    def sources(self, result: Result, column: AnswerColumn) -> tuple[Source, ...]:
        """Return the cells of *column* for a result.

        They are those of the row that the result names (?ligne), of the rows about its subject, or of the prefilled row
        that names it; else the first cell of the next free row. In a body's own workbook, a sheet where any row would
        do is answered from its first row.
        """
        named = result.bindings.get("ligne")
        of_one_body = column.classe in _OWN_WORKBOOK
        if of_one_body and column.prefilled and not named:
            return ()  # each row of such a sheet is about one thing, that StateCells knows
        rows = [named] if named else self._rows_about(result.focus, column)
        if rows:
            return tuple(source for row in rows for source in self._cells.sources(row, column.path))
        if of_one_body and (body := result.bindings.get("organisme")):
            found = [s for row in self._rows_about(body, column) for s in self._cells.sources(row, column.path)]
            if found:
                return (min(found, key=_place),)
            for received in self._received(body):
                if first := self._cells.first(received, column.sheet, column.path):
                    return (first,)
        document = None if of_one_body else self._document(column.sheet)
        if document is None:
            return (Source("", column.sheet, f"{column.letter}{_FIRST_ROW}", ""),)
        for text in (self._nodes.label(result.focus, "fr"), self._nodes.code(result.focus)):
            beside = self.prefilled(document, column, text) if column.prefilled else None
            if beside:
                return (beside,)
        return (self._cells.free(document, column.sheet, self._last_row(document, column.sheet) + 1),)

    def prefilled(self, document: str, column: AnswerColumn, text: str) -> Source | None:
        """Return the cell of *column* on the row of a file where a cell says exactly *text*."""
        return self._cells.beside(document, column.sheet, text, column.path)

    def _received(self, body: str) -> list[str]:
        """Return the files received from a body for the campagne."""
        nodes = self._nodes
        replies = nodes.typed(cdv("Contribution"), cdv("organisme"), body)
        of_campagne = [c for c in replies if set(self._campagnes) & set(nodes.keys(c, cdv("campagne")))]
        documents = {nodes.key(place, _SOURCE) for c in of_campagne for place in nodes.keys(c, _DERIVED)}
        return sorted(filter(None, documents))

    def _rows_about(self, focus: str, column: AnswerColumn) -> list[str]:
        """Return the rows of the sheet that name *focus*, when the column asked is not the one that names it."""
        named = self._rows_naming(column.classe).get(focus, ())
        return list(dict.fromkeys(row for row, path in named if path not in (column.path, _CONTRAT)))

    def _rows_naming(self, classe: str) -> dict[str, list[tuple[str, str]]]:
        """Return, by node, the rows of a class that name it and by which path; all rows are read once."""
        if classe not in self._naming:
            nodes, found = self._nodes, self._naming.setdefault(classe, {})
            rows = nodes.subjects(_TYPE, classe)
            for campagne in self._campagnes:
                for row in (row for row in rows if campagne in nodes.keys(row, cdv("campagne"))):
                    for path in nodes.said(row):
                        for named in nodes.keys(row, path):
                            found.setdefault(named, []).append((row, path))
        return self._naming[classe]

    def _document(self, sheet: str) -> str | None:
        """Return the file received for the campagne that has this sheet; looked for once."""
        if sheet not in self._documents:
            self._documents[sheet] = self._find_document(sheet)
        return self._documents[sheet]

    def _find_document(self, sheet: str) -> str | None:
        nodes = self._nodes
        columns = (c for c in nodes.subjects(_TYPE, cdv("Colonne")) if nodes.key(c, cdv("feuille")) == sheet)
        having = sorted({document for column in columns if (document := nodes.key(column, _SOURCE))})
        return next((document for document in having if self._is_of_the_campagne(document)), None)

    def _is_of_the_campagne(self, document: str) -> bool:
        nodes = self._nodes
        return any(
            campagne in nodes.keys(node, cdv("campagne"))
            for place in nodes.typed(cdv("Localisation"), _SOURCE, document)
            for node in nodes.subjects(_DERIVED, place)
            for campagne in self._campagnes
        )

    def _last_row(self, document: str, sheet: str) -> int:
        nodes = self._nodes
        rows = [
            int(nodes.key(place, cdv("ligneFeuille")) or 0)
            for place in nodes.subjects(_SOURCE, document)
            if nodes.key(place, cdv("feuille")) == sheet
        ]
        return max([*rows, _FIRST_ROW - 1])


def _place(source: Source) -> tuple[str, str, int, str]:
    """Return what sorts cells as they are read: a row before the next one, of one file after the other."""
    return source.fichier, source.feuille, int(source.cellule.lstrip(ascii_uppercase) or 0), source.cellule
