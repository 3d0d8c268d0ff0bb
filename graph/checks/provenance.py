"""From a node back to the cells it was read from: file, sheet, address, and the text as it was received."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from droitcommun.graph.checks.nodes import Nodes
from droitcommun.graph.classeurs.cells import clean
from droitcommun.graph.errors import DroitCommunError
from droitcommun.graph.formats import mask
from droitcommun.graph.names import PREFIXES, cdv

__all__ = ["Cells", "Source", "mask"]

_DERIVED = PREFIXES["prov"] + "wasDerivedFrom"
_SOURCE = PREFIXES["dcterms"] + "source"
_IDENTIFIER = PREFIXES["dcterms"] + "identifier"
_LETTERS, _DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"


@dataclass(frozen=True)
class Source:
    """One cell of a received file. `texte` is what was typed, without e-mails nor telephone numbers."""

    fichier: str
    feuille: str
    cellule: str
    texte: str


class Cells:
    """Finds the cells of a node; reads each sheet of an original at most once, and only when a text is needed."""

    def __init__(self, nodes: Nodes, columns: Mapping[str, str], originals: Callable[[str], Path] | None) -> None:
        self._nodes = nodes
        self._columns = columns
        self._originals = originals
        self._texts: dict[tuple[str, str], dict[str, str]] = {}
        self._letters: dict[str, dict[str, dict[str, str]]] = {}

    def sources(self, subject: str, path: str | None, empty: bool = False) -> tuple[Source, ...]:
        """Return the cells of (subject, path); the first cell of the row when no column is known by *path*.

        *empty* says that the cell is known to be blank, so that the original is not opened.
        """
        places = self._nodes.keys(subject, _DERIVED) or [subject]  # a place is its own place
        found = [self._cell(place, path, empty) for place in places]
        return tuple(source for source in found if source is not None)

    def reserve(self, reserve: str) -> Source:
        """Return the cell that a cdv:Reserve keeps."""
        document = self._nodes.key(reserve, _SOURCE) or ""
        return Source(
            fichier=mask(self._nodes.key(document, cdv("nomFichier")) or ""),
            feuille=self._nodes.key(reserve, cdv("feuille")) or "",
            cellule=self._nodes.key(reserve, cdv("cellule")) or "",
            texte=mask(self._nodes.key(reserve, cdv("texteBrut")) or ""),
        )

    def beside(self, document: str, sheet: str, text: str, path: str) -> Source | None:
        """Return the cell of *path* on the first row of a sheet where a cell says exactly *text*; opens the file."""
        letter = self._letters_of(document, sheet).get(path)
        rows = [address.lstrip(_LETTERS) for address, said in self._texts_of(document, sheet).items() if said == text]
        if letter is None or not rows:
            return None
        return self._source(document, sheet, f"{letter}{min(rows, key=int)}", "")

    def first(self, document: str, sheet: str, path: str) -> Source | None:
        """Return the cell of *path* on the first row under the titles of a sheet; opens the file."""
        letter = self._letters_of(document, sheet).get(path)
        texts = self._texts_of(document, sheet) if letter else {}
        titles = self._titles_of(document, sheet)
        rows = [int(a.lstrip(_LETTERS)) for a, said in texts.items() if (a.rstrip(_DIGITS), clean(said)) in titles]
        if letter is None or not rows:
            return None
        cell = f"{letter}{min(rows) + 1}"
        return self._source(document, sheet, cell, mask(self._text(document, sheet, cell)))

    def free(self, document: str, sheet: str, row: int) -> Source:
        """Return the first cell of an empty row."""
        return self._source(document, sheet, f"{_first_letter(self._letters_of(document, sheet))}{row}", "")

    def _source(self, document: str, sheet: str, cell: str, text: str) -> Source:
        return Source(mask(self._nodes.key(document, cdv("nomFichier")) or ""), sheet, cell, text)

    def _cell(self, place: str, path: str | None, empty: bool) -> Source | None:
        sheet, row = self._nodes.key(place, cdv("feuille")), self._nodes.key(place, cdv("ligneFeuille"))
        document = self._nodes.key(place, _SOURCE)
        if sheet is None or row is None or document is None:
            return None
        letters = self._letters_of(document, sheet)
        letter = (letters.get(path) or letters.get(self._columns.get(path, path))) if path else None
        blank = empty and letter is not None
        letter = letter or _first_letter(letters)
        cell = f"{letter}{row}"
        text = "" if blank else self._text(document, sheet, cell)
        return self._source(document, sheet, cell, mask(text))

    def _titles_of(self, document: str, sheet: str) -> set[tuple[str, str]]:
        """Return the letters of the columns of a sheet, each with its title as received."""
        nodes = self._nodes
        columns = [c for c in nodes.typed(cdv("Colonne"), _SOURCE, document) if nodes.key(c, cdv("feuille")) == sheet]
        return {(nodes.key(c, cdv("lettre")) or "", nodes.key(c, cdv("titreColonne")) or "") for c in columns}

    def _letters_of(self, document: str, sheet: str) -> dict[str, str]:
        """Return the letters of the columns of a sheet, by property."""
        if document not in self._letters:
            nodes, found = self._nodes, self._letters.setdefault(document, {})
            for column in nodes.typed(cdv("Colonne"), _SOURCE, document):
                name, letter = nodes.key(column, cdv("feuille")), nodes.key(column, cdv("lettre"))
                path = nodes.key(column, cdv("chemin"))
                if name and letter and path:
                    found.setdefault(name, {})[path] = letter
        return self._letters[document].get(sheet, {})

    def _text(self, document: str, sheet: str, cell: str) -> str:
        return self._texts_of(document, sheet).get(cell, "")

    def _texts_of(self, document: str, sheet: str) -> dict[str, str]:
        key = (document, sheet)
        if key not in self._texts:
            self._texts[key] = self._read(document, sheet)
        return self._texts[key]

    def _read(self, document: str, name: str) -> dict[str, str]:
        """Return the texts of one sheet of an original by address; nothing when it cannot be opened any more."""
        sha256 = self._nodes.key(document, cdv("empreinte"))
        if self._originals is None or sha256 is None:
            return {}
        from droitcommun.graph.classeurs.read import read_sheet

        try:
            sheet = read_sheet(self._originals(sha256), name)
        except (DroitCommunError, OSError):
            return {}
        return {cell.address: cell.text for row in sheet.rows for cell in row.cells} if sheet else {}


def _first_letter(letters: Mapping[str, str]) -> str:
    shown = [letter for path, letter in letters.items() if path != _IDENTIFIER]
    return min(shown, key=lambda letter: (len(letter), letter), default="A")
