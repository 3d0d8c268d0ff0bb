"""Find in a foreign file the sheets that a mapping can read, and tell its rows of data from its titles and totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from droitcommun.graph.classeurs.cells import EUR, clean, normalised, read_number
from droitcommun.graph.classeurs.columns import Column, Line, Table
from droitcommun.graph.classeurs.form import Field, Sheet
from droitcommun.graph.classeurs.headers import Header, data_rows, headers
from droitcommun.graph.classeurs.problems import Problem, blocking
from droitcommun.graph.classeurs.raw import RawCell, RawClasseur, RawRow, RawSheet
from droitcommun.graph.classeurs.tablemapping import TableMapping
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.names import cdv

_LOOKED_AT = 240
_TOTALS = {"total", "totaux", "sous total", "total general", "somme", "montant total", "cumul"}


def compact(text: str) -> str:
    """Return a title to compare: « Code_CV », « codeCV » and « code cv » are one."""
    return normalised(text).replace(" ", "")


def find_tables(raw: RawClasseur, mapping: TableMapping, problems: list[Problem]) -> list[Table]:
    """Return every sheet that has the mapping's columns. Those that have not are told; none at all is blocking."""
    wanted = {compact(name) for name in mapping.feuilles}
    tables: list[Table] = []
    left: list[tuple[RawSheet, list[str], Header | None]] = []
    for sheet in raw.sheets.values():
        if wanted and compact(sheet.name) not in wanted:
            continue
        table, missing, header = _table_of(sheet, mapping)
        if table:
            tables.append(table)
        elif sheet.rows:
            left.append((sheet, missing, header))
    if not tables:
        problems += [_missing(sheet, missing, header, mapping) for sheet, missing, header in left]
        problems += [] if left else [_empty(raw, mapping)]
        return []
    problems += [_not_read(sheet, missing) for sheet, missing, _header in left]
    return tables


def _table_of(sheet: RawSheet, mapping: TableMapping) -> tuple[Table | None, list[str], Header | None]:
    """Return the table of a sheet; else the columns that its likeliest row of titles lacks, and that row."""
    best: list[str] | None = None
    likeliest: Header | None = None
    for header in headers(sheet):
        near = [row for row in sheet.rows[:_LOOKED_AT] if row.number > header.number]
        titles = _titles(header, near)
        found = {title: cell for title in mapping.columns if (cell := _named(title, titles, mapping))}
        missing = _lacking(mapping, found)
        if best is None or len(missing) < len(best):
            best, likeliest = missing, header
        if not missing and found:
            return _table(sheet, mapping, found, data_rows(sheet, header.number)), [], header
    return None, best if best is not None else list(mapping.columns), likeliest


def _titles(header: Header, rows: Sequence[RawRow]) -> dict[str, RawCell]:
    """Return the cells of a row of titles by what they say, alone or with what stands over them.

    A title that stands again, or a column without one beside a column that has one, is « Titre (2) ».
    """
    titled = {cell.column: cell for cell in header.cells}
    filled = {cell.column: cell for row in rows for cell in row.cells}
    titles: dict[str, RawCell] = {}
    last: RawCell | None = None
    rank = 1
    for column in sorted({*titled, *filled}, key=lambda c: (len(c), c)):
        cell = titled.get(column)
        if cell is None and last is not None:
            rank += 1
            titles.setdefault(compact(f"{last.text} {rank}"), RawCell(last.address, column, last.value, last.text))
        elif cell is not None:
            last, rank = cell, 1
            for name in (cell.text, header.whole(cell)):
                key, n = compact(name), 1
                while key in titles and titles[key] is not cell:
                    n += 1
                    key = compact(f"{name} {n}")
                titles[key] = cell
    return titles


def _named(title: str, titles: dict[str, RawCell], mapping: TableMapping) -> RawCell | None:
    names = (title, *mapping.titres.get(title, ()))
    return next((titles[compact(name)] for name in names if compact(name) in titles), None)


def _lacking(mapping: TableMapping, found: dict[str, RawCell]) -> list[str]:
    optional = mapping.optional
    missing = [title for title in mapping.columns if title not in found and title not in optional]
    for group in mapping.any_of:
        if group and not any(title in found or title in mapping.constantes for title in group):
            missing.append(group[0])
    return missing


def _table(sheet: RawSheet, mapping: TableMapping, found: dict[str, RawCell], rows: tuple[RawRow, ...]) -> Table:
    fields = tuple(table_field(title, path, order) for order, (title, path) in enumerate(mapping.columns.items(), 1))
    columns = {
        f.title: Column(f, found[f.title].column, clean(found[f.title].text)) for f in fields if f.title in found
    }
    return Table(Sheet(sheet.name, mapping.titre, "", fields, cdv("Moyen")), sheet.name, columns, rows)


def table_field(title: str, path: str, order: int) -> Field:
    """Return a column of a foreign table as a column of a form."""
    return Field(path, (path,), title, title, (), "", order, False, (), "texte", None, (), False, 1, False)


# ---- rows ----


@dataclass
class TableRows:
    """The rows of a table: those that say something, those that repeat the titles, those that add up others."""

    lines: list[Line] = field(default_factory=list)
    titles: list[Line] = field(default_factory=list)
    totals: list[Line] = field(default_factory=list)


def sort_rows(table: Table, amounts: Sequence[Field]) -> TableRows:
    """Tell the rows of data from the others.

    A total is a row that says so with only numbers beside, or that holds nothing but the sum of two rows or more above.
    """
    rows = TableRows()
    above: list[dict[str, Decimal]] = []
    for line in table.lines():
        if _repeats_titles(line):
            rows.titles.append(line)
            above = []
        elif _is_total(line, amounts, above):
            rows.totals.append(line)
            above = []
        else:
            rows.lines.append(line)
            above.append(_amounts(line, amounts))
    return rows


def _amounts(line: Line, amounts: Sequence[Field]) -> dict[str, Decimal]:
    read = {column.title: _number(line.cell(column)) for column in amounts}
    return {title: number for title, number in read.items() if number is not None}


def _number(cell: RawCell | None) -> Decimal | None:
    return read_number(cell.value, EUR) if cell else None


def _repeats_titles(line: Line) -> bool:
    said = [(column.title, line.row.cell(column.letter)) for column in line.table.columns.values()]
    same = [title for title, cell in said if cell and compact(cell.text) == compact(title)]
    return len(same) >= 2 and 2 * len(same) >= len([cell for _title, cell in said if cell])


def _is_total(line: Line, amounts: Sequence[Field], above: Sequence[dict[str, Decimal]]) -> bool:
    cells = [cell for cell in line.row.cells if line.row.owns(cell)]
    words = [cell for cell in cells if _number(cell) is None]
    if len(words) == 1 and len(cells) > 1:
        said = normalised(words[0].text)
        return said in _TOTALS or said.startswith(("total ", "sous total ", "totaux "))
    own = {column.letter for column in line.table.columns.values()} & {cell.column for cell in cells}
    told = _amounts(line, amounts)
    if words or len(above) < 2 or len(own) != len(told) or not told:
        return False
    return all(sum(row.get(title, Decimal(0)) for row in above) == number for title, number in told.items())


def tell_rows(rows: TableRows, problems: list[Problem]) -> None:
    """Say which rows were not lines of data, with where they stand."""
    for lines, code, message in (
        (rows.titles, "titres-repetes", _("Titres répétés (lignes {lignes}) : ce ne sont pas des données.")),
        (rows.totals, "ligne-de-total", _("Lignes de total ({lignes}) : elles ne comptent pas.")),
    ):
        if lines:
            numbers = ", ".join(str(line.number) for line in lines[:20]) + (" …" if len(lines) > 20 else "")
            first = lines[0]
            column = next(column for column in first.table.columns.values() if not column.field.hidden)
            place = first.row.place(column.letter)
            problems.append(
                Problem("info", code, first.table.name, place, None, None, message.format(lignes=numbers), "")
            )


# ---- what to say ----


def _missing(sheet: RawSheet, missing: Sequence[str], header: Header | None, mapping: TableMapping) -> Problem:
    place = header.cells[0].address if header and header.cells else None
    present = ", ".join(f"« {clean(cell.text)[:40]} »" for cell in header.cells[:12]) if header else _("aucun")
    return Problem(
        "bloquant",
        "colonne-absente",
        sheet.name,
        place,
        ", ".join(missing) or None,
        None,
        _("Il manque les colonnes de la correspondance « {nom} » : {manquantes} (titres lus : {lus}).").format(
            nom=mapping.name, manquantes=", ".join(f"« {title} »" for title in missing), lus=present
        ),
        _(
            "Vérifiez que c'est le bon fichier ; sinon, « droitcommun mapping suggest FICHIER » propose une "
            "correspondance, à donner avec « --mapping FICHIER.toml »."
        ),
    )


def _empty(raw: RawClasseur, mapping: TableMapping) -> Problem:
    present = ", ".join(f"« {name} »" for name in raw.sheets) or _("aucune")
    return blocking(
        "feuille-absente",
        _("Rien à lire pour la correspondance « {nom} » (feuilles du fichier : {presentes}).").format(
            nom=mapping.name, presentes=present
        ),
        _("Vérifiez que c'est le bon fichier, ou corrigez « feuilles » dans la correspondance."),
    )


def _not_read(sheet: RawSheet, missing: Sequence[str]) -> Problem:
    n = len(sheet.rows)
    return Problem(
        "info",
        "feuille-inconnue",
        sheet.name,
        None,
        None,
        None,
        ngettext(
            "La feuille « {feuille} » ({n} ligne) n'a pas été lue : il lui manque {manquantes}.",
            "La feuille « {feuille} » ({n} lignes) n'a pas été lue : il lui manque {manquantes}.",
            n,
        ).format(feuille=sheet.name, n=n, manquantes=", ".join(f"« {title} »" for title in missing[:4])),
        _("Rien à faire si elle ne contient pas de données à reprendre."),
    )
