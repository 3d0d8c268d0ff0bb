"""One workbook for a body that serves several contracts: the same sheets, with one more column, « Contrat ».

Its rows are parted before anything is read of them, so that each contract receives its own contribution.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from droitcommun.graph.classeurs.cells import normalised
from droitcommun.graph.classeurs.problems import ClasseurRefuse, Problem
from droitcommun.graph.classeurs.read import RawClasseur, RawRow, RawSheet
from droitcommun.graph.langue import _

CONTRAT_COLUMN = "Contrat"
CONTRAT_HELP = "Le contrat de ville que cette ligne concerne. Choisissez dans la liste."
_SEPARATOR = ";"
_SEARCHED_ROWS = 40


def join_contracts(codes: Sequence[str]) -> str:
    """Return what the hidden sheet says of a workbook common to several contracts."""
    return _SEPARATOR.join(codes)


def contracts_of(raw: RawClasseur) -> tuple[str, ...]:
    """Return the codes of the contracts that a workbook is for: none when it is not one of ours."""
    return tuple(raw.model.contrat.split(_SEPARATOR)) if raw.model else ()


def part_of(raw: RawClasseur, contrat: str, titles: Mapping[str, str]) -> RawClasseur:
    """Return what a common workbook says of one contract; a workbook of one contract is returned as it is.

    *titles* gives the title of each contract by its code; a row names its contract by code, title, or both. Addresses
    stay those of the file. Raises ClasseurRefuse with the rows whose contract is blank or unknown.
    """
    codes = contracts_of(raw)
    if raw.model is None or len(codes) < 2:
        return raw
    names = {normalised(name): code for code in codes for name in _names(code, titles.get(code, code))}
    problems: list[Problem] = []
    sheets = {name: _part(sheet, contrat, names, problems) for name, sheet in raw.sheets.items()}
    if problems:
        raise ClasseurRefuse(problems)
    return replace(raw, model=replace(raw.model, contrat=contrat), sheets=sheets)


def contract_label(code: str, title: str) -> str:
    """Return how the drop-down list shows a contract."""
    return f"{code} – {title}"


def _names(code: str, title: str) -> tuple[str, ...]:
    return (code, title, contract_label(code, title))


def _part(sheet: RawSheet, contrat: str, names: Mapping[str, str], problems: list[Problem]) -> RawSheet:
    header = next((row for row in sheet.rows[:_SEARCHED_ROWS] if _contrat_column(row)), None)
    if header is None:
        return sheet
    column = _contrat_column(header)
    kept: list[RawRow] = []
    for row in sheet.rows:
        others = tuple(cell for cell in row.cells if cell.column != column)
        if row.number <= header.number:
            kept.append(replace(row, cells=others))
            continue
        if not others:
            continue
        cell = row.cell(column)
        code = names.get(normalised(cell.text)) if cell else None
        if code is None:
            problems.append(_to_name(sheet.name, f"{column}{row.number}", cell.text if cell else None, names))
        elif code == contrat:
            kept.append(replace(row, cells=others))
    return replace(sheet, rows=tuple(kept))


def _contrat_column(row: RawRow) -> str:
    """Return the letter of the column « Contrat » of a row of titles; empty when there is none."""
    if len(row.cells) < 2:
        return ""
    return next((cell.column for cell in row.cells if normalised(cell.text) == normalised(CONTRAT_COLUMN)), "")


def _to_name(sheet: str, place: str, said: str | None, names: Mapping[str, str]) -> Problem:
    known = ", ".join(sorted(set(names.values())))
    message = (
        _("« {texte} » n'est pas un contrat de ce classeur ({connus}).").format(texte=said, connus=known)
        if said
        else _("Cette ligne ne dit pas de quel contrat elle est ({connus}).").format(connus=known)
    )
    return Problem(
        "bloquant",
        "contrat-a-preciser",
        sheet,
        place,
        CONTRAT_COLUMN,
        said,
        message,
        _("Choisissez le contrat dans la liste : sans lui, un moyen pourrait compter dans un autre contrat."),
    )
