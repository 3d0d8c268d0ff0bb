"""What a new version of a contribution, or of the pilotage, would change: row by row, in the words of its workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from droitcommun.graph.classeurs.form import Form, Sheet
from droitcommun.graph.classeurs.held import Cell, Held, Row, Words
from droitcommun.graph.formats import mask
from droitcommun.graph.names import cdv, code_iri
from droitcommun.graph.store import Store, Triple

Nature = Literal["ajoute", "modifie", "termine", "retire"]
_SUITE = cdv("suite")


@dataclass(frozen=True)
class Difference:
    """One row added, ended or taken away; or one cell of a row that changes, from `avant` to `apres` ("" when blank).

    `libelle` names the row by its first cells; `colonne` is the title of the column, None for a whole row. Texts are
    free of e-mails and telephone numbers.
    """

    nature: Nature
    feuille: str
    libelle: str
    colonne: str | None = None
    avant: str | None = None
    apres: str | None = None


def find_differences(
    old: Iterable[Triple], new: Iterable[Triple], form: Form, reference: Store
) -> tuple[Difference, ...]:
    """Return what *new* changes of *old*, sheet by sheet in the order of *form*, rows in the order of the new file."""
    words = Words.of(reference)
    before, after = (Held(_store(triples), words) for triples in (old, new))
    ended = words.known[code_iri("suite", "terminee")][1]
    return tuple(
        found for sheet in form.sheets for found in _of_sheet(sheet, before.by_node(sheet), after.by_node(sheet), ended)
    )


def _store(triples: Iterable[Triple]) -> Store:
    store = Store()
    store.add(triples)
    return store


def _of_sheet(sheet: Sheet, before: dict[str, Row], after: dict[str, Row], ended: str) -> Iterator[Difference]:
    ending = next((field.title for field in sheet.fields if field.path == _SUITE), None)
    shown = [field.title for field in sheet.fields if not field.hidden and field.kind != "libelle"]
    for node, row in after.items():
        label = _label(sheet, row)
        if node not in before:
            if ending and _text(row.get(ending)) == ended:
                yield Difference("termine", sheet.name, label, ending, "", ended)
            else:
                yield Difference("ajoute", sheet.name, label)
            continue
        for title in shown:
            was, now = _text(before[node].get(title)), _text(row.get(title))
            if was != now:
                nature: Nature = "termine" if title == ending and now == ended else "modifie"
                yield Difference(nature, sheet.name, label, title, was, now)
    for node, row in before.items():
        if node not in after:
            yield Difference("retire", sheet.name, _label(sheet, row))


def _label(sheet: Sheet, row: Row) -> str:
    """Return the first cells of a row that say what it is about: its title, or action, period, kind and source."""
    required = [field.title for field in sheet.fields if field.required and not field.hidden]
    titles = required or [field.title for field in sheet.fields if not field.hidden]
    kept = titles[:1] if sheet.target_class == cdv("Action") else [t for t in titles if t != "Quantité"][:4]
    return " – ".join(text for title in kept if (text := _text(row.get(title))))


def _text(value: Cell | None) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}".replace(".", ",")
    return mask(str(value))
