"""The rows of last campagne that a workbook brings to be confirmed: those left as they were sent say nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from droitcommun.graph.classeurs.cells import normalised
from droitcommun.graph.classeurs.columns import Line, Table
from droitcommun.graph.classeurs.draft import Draft
from droitcommun.graph.classeurs.form import IDENTIFIER
from droitcommun.graph.classeurs.held import Cell, Held, Row, Words
from droitcommun.graph.classeurs.problems import Problem
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.names import PREFIXES, local_code

_TITLE = PREFIXES["dcterms"] + "title"


@dataclass(frozen=True)
class Reconduction:
    """The rows of the sheets Actions and Moyens (by number) that came back as they were sent, to be left out."""

    actions: Mapping[int, str] = field(default_factory=dict)
    moyens: frozenset[int] = frozenset()


def find_untouched(tables: Mapping[str, Table], draft: Draft) -> Reconduction:
    """Return the rows brought from the last campagne that nobody touched, and say that they do not count.

    An action is touched as soon as one of its cells differs, or a filled row of the sheet Moyens names it.
    """
    store = draft.context.last_campagne
    if store is None:
        return Reconduction()
    actions, moyens = tables["Actions"], tables["Moyens"]
    held = Held(store, Words.of(draft.context.reference))
    brought = held.to_confirm(actions.sheet, map(local_code, draft.previous.of_class("Action")))
    again = held.to_count_again(moyens.sheet, brought)
    title, action, code = actions.sheet.field(_TITLE), moyens.sheet.field("action"), actions.sheet.field(IDENTIFIER)
    silent = {line.number for line in moyens.lines() if any(_is(line, row) for row in again)}
    named = {normalised(line.text(action)) for line in moyens.lines() if line.number not in silent}
    untouched: dict[int, str] = {}
    for line in actions.lines():
        row = brought.get(line.text(code))
        if row and _is(line, row) and not named & {normalised(line.text(title)), normalised(line.text(code))}:
            untouched[line.number] = line.text(title)
    if untouched:
        draft.problems.append(_to_confirm(actions, untouched))
    return Reconduction(untouched, frozenset(silent))


def _is(line: Line, row: Row) -> bool:
    """Tell whether a row says what *row* says, and nothing more."""
    return all(_same(line, f.title, row.get(f.title)) for f in line.table.sheet.fields if f.title in line.table.columns)


def _same(line: Line, title: str, value: Cell | None) -> bool:
    cell = line.cell(line.table.columns[title].field)
    if cell is None or value is None:
        return cell is None and value is None
    if isinstance(value, Decimal | int) and isinstance(cell.value, int | float):
        return float(value) == float(cell.value)
    return normalised(cell.text) == normalised(str(value))


def _to_confirm(table: Table, untouched: Mapping[int, str]) -> Problem:
    n = len(untouched)
    titles = " ; ".join(f"« {title} » (ligne {number})" for number, title in untouched.items())
    return Problem(
        "info",
        "actions-a-confirmer",
        table.name,
        None,
        table.sheet.field("suite").title,
        None,
        ngettext(
            "{n} action de la campagne précédente revient sans réponse, elle ne compte pas : {titres}.",
            "{n} actions de la campagne précédente reviennent sans réponse, elles ne comptent pas : {titres}.",
            n,
        ).format(n=n, titres=titles),
        _("Pour chacune, choisissez « Reconduite », « Modifiée » ou « Terminée », et redonnez le classeur."),
    )
