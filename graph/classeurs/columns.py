"""Find the sheets and columns of a form in a received file, by their titles and never by their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from droitcommun.graph.classeurs.cells import clean, normalised
from droitcommun.graph.classeurs.form import Field, Sheet
from droitcommun.graph.classeurs.headers import Header, data_rows, headers
from droitcommun.graph.classeurs.problems import Problem
from droitcommun.graph.classeurs.raw import RawCell, RawClasseur, RawRow, RawSheet
from droitcommun.graph.langue import _

_CLOSE, _MARGIN = 0.62, 0.08
_OPPOSITE = {"hors", "non", "sans", "ancien", "ancienne"}


@dataclass(frozen=True)
class Column:
    """A column of the form as it stands in the file: its letter, and its title as received."""

    field: Field
    letter: str
    title: str


@dataclass(frozen=True)
class Line:
    """One row of a table, that says something in at least one known column."""

    table: Table
    row: RawRow

    @property
    def number(self) -> int:
        """Return the number of the row in the file."""
        return self.row.number

    def cell(self, field: Field) -> RawCell | None:
        """Return the cell of a column; None when it is empty, or the file has no such column."""
        column = self.table.columns.get(field.title)
        return self.row.cell(column.letter) if column else None

    def text(self, field: Field) -> str:
        """Return what a cell says, on one line; empty when there is nothing."""
        cell = self.cell(field)
        return clean(cell.text) if cell else ""

    def place(self, field: Field) -> str | None:
        """Return the address of a cell, filled or not; None when the file has no such column."""
        column = self.table.columns.get(field.title)
        return self.row.place(column.letter) if column else None

    def content(self) -> tuple[str, ...]:
        """Return all that the row says, to compare rows, the hidden identifier left out."""
        return tuple(normalised(self.text(f)) for f in self.table.sheet.fields if not f.hidden)


@dataclass(frozen=True)
class Table:
    """One sheet of the form found in a file. `name` is that of the file; columns are by the form's title."""

    sheet: Sheet
    name: str
    columns: dict[str, Column]
    rows: tuple[RawRow, ...]

    def lines(self) -> Iterator[Line]:
        """Yield the rows that say something."""
        letters = {column.letter for column in self.columns.values()}
        for row in self.rows:
            if any(cell.column in letters and row.owns(cell) for cell in row.cells):
                yield Line(self, row)

    def column(self, field: Field) -> Column | None:
        """Return a column of the file, or None."""
        return self.columns.get(field.title)


def find_tables(
    sheets: Sequence[Sheet],
    raw: RawClasseur,
    problems: list[Problem],
    needed: Mapping[str, Sequence[tuple[str, ...]]],
    version: int,
) -> dict[str, Table]:
    """Return the tables of a file by the form's sheet names; what is missing or assumed goes to *problems*.

    *needed* gives, by sheet, the columns without which no row can be told apart: of each group, one is enough.
    A sheet that appeared after the *version* of the file's template may be missing.
    """
    named = {normalised(name): sheet for name, sheet in raw.sheets.items()}
    tables: dict[str, Table] = {}
    for sheet in sheets:
        found = named.pop(normalised(sheet.name), None)
        if found is None:
            if not sheet.personal and sheet.since <= version:
                problems.append(_missing_sheet(sheet, raw))
            continue
        table = _find_table(sheet, found, problems, needed.get(sheet.name, ()))
        if table:
            tables[sheet.name] = table
    problems += [_unknown_sheet(sheet.name) for sheet in named.values() if sheet.rows]
    return tables


def _find_table(
    sheet: Sheet, raw: RawSheet, problems: list[Problem], needed: Sequence[tuple[str, ...]]
) -> Table | None:
    header = _find_header(sheet, raw)
    if header is None:
        if not sheet.personal:
            problems.append(_missing_header(sheet, raw))
        return None
    rows = data_rows(raw, header.number)
    columns = _match(sheet, raw.name, header, rows, problems)
    missing = [field for field in sheet.fields if field.required and field.title not in columns]
    lacking = [group[0] for group in needed if not any(title in columns for title in group)]
    missing += [field for field in sheet.fields if field.title in lacking and field not in missing]
    if missing:
        problems += [_missing_column(raw.name, field, header) for field in missing]
        return None
    return Table(sheet, raw.name, columns, rows)


def _find_header(sheet: Sheet, raw: RawSheet) -> Header | None:
    """Return the row that holds the most column titles, the highest one in a draw; None when there is no such row."""
    names = {name for field in sheet.fields for name in _names(field)}
    best: Header | None = None
    most = 0
    for header in headers(raw):
        said = {normalised(text) for cell in header.cells for text in (cell.text, header.whole(cell))}
        count = len(said & names)
        if count > most:
            best, most = header, count
    return best if most >= min(2, len(sheet.fields)) else None


def _names(field: Field) -> list[str]:
    return [normalised(name) for name in (field.title, field.title_en, *field.synonyms)]


def _match(
    sheet: Sheet, name: str, header: Header, rows: Sequence[RawRow], problems: list[Problem]
) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    left: list[RawCell] = []
    for cell in header.cells:
        field = _exact(sheet, cell.text, columns) or _exact(sheet, header.whole(cell), columns)
        if field is None:
            left.append(cell)
        elif field.title not in columns:
            columns[field.title] = Column(field, cell.column, clean(cell.text))
            if normalised(cell.text) not in (normalised(field.title), normalised(field.title_en)):
                problems.append(_assumed(name, cell, field))
        elif any(row.cell(cell.column) for row in rows):
            problems.append(_twice(name, cell, columns[field.title]))
    for cell in left:
        field = _close(sheet, cell, left, columns)
        if field:
            columns[field.title] = Column(field, cell.column, clean(cell.text))
            problems.append(_assumed(name, cell, field))
        else:
            problems.append(_unknown_column(name, cell))
    return columns


def _exact(sheet: Sheet, text: str, taken: dict[str, Column]) -> Field | None:
    """Return the column whose title or other title is *text*: a title before another column's other title."""
    said = normalised(text)
    for names in (lambda f: [normalised(f.title), normalised(f.title_en)], _names):
        found = [field for field in sheet.fields if said in names(field)]
        free = [field for field in found if field.title not in taken]
        if found:
            return (free or found)[0]
    return None


def _close(sheet: Sheet, cell: RawCell, rivals: Sequence[RawCell], taken: dict[str, Column]) -> Field | None:
    """Return the only free column that a reworded title may mean; None when two could, or two titles could mean it."""
    free = [field for field in sheet.fields if field.title not in taken and not field.hidden]
    scores = sorted(((_likeness(cell.text, field), field.title) for field in free), reverse=True)
    if not scores or scores[0][0] < _CLOSE:
        return None
    score, title = scores[0]
    if len(scores) > 1 and score - scores[1][0] < _MARGIN:
        return None
    field = next(f for f in free if f.title == title)
    others = [_likeness(rival.text, field) for rival in rivals if rival is not cell]
    return None if others and score - max(others) < _MARGIN else field


def _likeness(text: str, field: Field) -> float:
    """Return from 0 to 1 how much a title says what a column's does; 0 when it says the opposite."""
    said = normalised(text)
    best = 0.0
    for name in _names(field):
        words, wanted = set(said.split()), set(name.split())
        if (words ^ wanted) & _OPPOSITE:
            continue
        whole = 0.9 if wanted and len(wanted) > 1 and wanted <= words and len(words) <= len(wanted) + 4 else 0.0
        best = max(best, whole, Indel.normalized_similarity(said, name))
    return best


# ---- what to say ----


def _missing_sheet(sheet: Sheet, raw: RawClasseur) -> Problem:
    present = ", ".join(f"« {name} »" for name in raw.sheets) or _("aucune")
    return Problem(
        "bloquant",
        "feuille-absente",
        sheet.name,
        None,
        None,
        None,
        _("La feuille « {feuille} » manque (feuilles du fichier : {presentes}).").format(
            feuille=sheet.name, presentes=present
        ),
        _("Remettez-la depuis le classeur envoyé, sans changer son nom, et redonnez le fichier."),
    )


def _missing_header(sheet: Sheet, raw: RawSheet) -> Problem:
    return Problem(
        "bloquant",
        "titres-absents",
        raw.name,
        None,
        None,
        None,
        _("La feuille « {feuille} » n'a plus sa ligne de titres.").format(feuille=raw.name),
        _("Remettez les titres du classeur envoyé ({exemple} …) au-dessus des données, et redonnez le fichier.").format(
            exemple=", ".join(f"« {f.header} »" for f in sheet.fields if not f.hidden)[:80]
        ),
    )


def _missing_column(name: str, field: Field, header: Header) -> Problem:
    present = ", ".join(f"« {clean(cell.text)} »" for cell in header.cells)
    return Problem(
        "bloquant",
        "colonne-absente",
        name,
        None,
        field.title,
        None,
        _("La colonne obligatoire « {colonne} » manque (titres lus ligne {ligne} : {presents}).").format(
            colonne=field.title, ligne=header.number, presents=present
        ),
        _("Remettez ce titre au-dessus de sa colonne, et redonnez le fichier."),
    )


def _twice(name: str, cell: RawCell, first: Column) -> Problem:
    return Problem(
        "bloquant",
        "colonne-en-double",
        name,
        cell.address,
        first.field.title,
        clean(cell.text),
        _("Deux colonnes ont le titre « {colonne} » ({une} et {autre}).").format(
            colonne=first.field.title, une=first.letter, autre=cell.column
        ),
        _("Gardez celle qui compte, supprimez l'autre ou changez son titre, et redonnez le fichier."),
    )


def _assumed(name: str, cell: RawCell, field: Field) -> Problem:
    return Problem(
        "info",
        "colonne-supposee",
        name,
        cell.address,
        field.title,
        clean(cell.text),
        _("La colonne « {lu} » a été lue comme « {colonne} ».").format(lu=clean(cell.text), colonne=field.title),
        _("Si ce n'est pas cela, changez ce titre et redonnez le fichier."),
    )


def _unknown_column(name: str, cell: RawCell) -> Problem:
    return Problem(
        "info",
        "colonne-inconnue",
        name,
        cell.address,
        None,
        clean(cell.text),
        _("La colonne « {lu} » n'est pas du classeur : elle n'a pas été lue.").format(lu=clean(cell.text)),
        _("Si elle remplace une colonne du classeur, remettez le titre d'origine et redonnez le fichier."),
    )


def _unknown_sheet(name: str) -> Problem:
    return Problem(
        "info",
        "feuille-inconnue",
        name,
        None,
        None,
        None,
        _("La feuille « {feuille} » n'est pas du classeur : elle n'a pas été lue.").format(feuille=name),
        _("Si elle contient des réponses, recopiez-les dans les feuilles du classeur."),
    )
