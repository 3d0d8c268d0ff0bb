"""What is held of a contribution or of the pilotage, as the rows of its workbook: reading them back changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import chain, count
from typing import TypeAlias

from droitcommun.graph.classeurs.form import Field, Sheet
from droitcommun.graph.classeurs.previous import Previous
from droitcommun.graph.classeurs.words import NE_SAIT_PAS, NON_CHIFFRABLE, OUI_NON
from droitcommun.graph.names import CODES, PREFIXES, cdv, code_iri, local_code
from droitcommun.graph.store import Store

Cell: TypeAlias = str | int | Decimal | date
Row: TypeAlias = dict[str, Cell]

_LABELS = """
SELECT ?thing ?code ?label WHERE {
  ?thing skos:notation ?code ; skos:prefLabel ?label . FILTER(lang(?label) IN ("", "fr"))
}
"""
_TITLE = PREFIXES["dcterms"] + "title"
_COMMENT = PREFIXES["rdfs"] + "comment"
# Things shown by their name alone: their codes are ours, not the reader's.
_BY_NAME = {cdv("Organisme"), cdv("Instance")}
# What a year says anew: never prefilled from the year before.
_OF_THE_YEAR = {cdv(term) for term in ("habitantsTouches", "dontFemmes", "dontMoins25", "suite")} | {_COMMENT}
_AMOUNT = {cdv("phase"), cdv("quantite")}


# What is no longer in force, and what follows it that is.
_GONE = """
SELECT ?gone ?new WHERE {
  ?gone a cdv:AncienElement .
  OPTIONAL {
    ?gone cdv:remplacePar+ ?new .
    OPTIONAL { ?new cdv:ancienneClasse ?old }
    FILTER(!BOUND(?old))
  }
} ORDER BY ?gone ?new
"""


@dataclass(frozen=True)
class Words:
    """The words that a workbook uses for codes and things, by IRI: (code, label in French).

    `gone` gives, for what has left the contract, what follows it.
    """

    known: Mapping[str, tuple[str, str]]
    gone: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, reference: Store) -> Words:
        """Read them from vocabulary, codes and contract."""
        rows = sorted((r["thing"].value, r["code"].value, r["label"].value) for r in reference.select(_LABELS))
        gone: dict[str, tuple[str, ...]] = {}
        for row in reference.select(_GONE):
            new = (row["new"].value,) if "new" in row else ()
            gone[row["gone"].value] = gone.get(row["gone"].value, ()) + new
        return cls({thing: (code, label) for thing, code, label in rows}, gone)

    def redirected(self, things: Iterable[str]) -> list[str]:
        """Return *things* as they are named today: one that left gives way to the only one that follows it.

        One that was split, or has no follower, is left out: a person has to choose.
        """
        today = [self.gone.get(thing, (thing,)) for thing in things]
        return sorted({new[0] for new in today if len(new) == 1})

    def cell(self, thing: str, field: Field) -> str:
        """Return what the column's drop-down list shows for *thing*."""
        code, label = self.known.get(thing, (local_code(thing), local_code(thing)))
        named = any(classe in thing for classe in ("/organisme/", "/instance/")) and _BY_NAME & set(field.classes)
        if thing.startswith(CODES) or named:
            return label
        return code if field.title == "Code" else f"{code} – {label}"


class Held:
    """One contribution, or the pilotage of one campagne, ready to be written as rows."""

    def __init__(self, store: Store | None, words: Words) -> None:
        self._said, self._words = Previous(store), words
        self._reserves: dict[tuple[str, str], str] = {}
        for reserve in self._said.of_class("Reserve"):
            key = (self._one(reserve, cdv("sujet")), self._one(reserve, cdv("chemin")))
            self._reserves[key] = self._one(reserve, cdv("texteBrut"))
        self._codes = _distinct_codes(self._said.of_class("Action"))

    def rows(self, sheet: Sheet) -> list[Row]:
        """Return one row a node of the sheet, in the order of the file received; keys are column titles."""
        return list(self.by_node(sheet).values())

    def by_node(self, sheet: Sheet) -> dict[str, Row]:
        """Return the rows of a sheet by the node (IRI) that each says."""
        return {node: self._row(node, sheet.fields) for node in self.nodes(sheet)}

    def nodes(self, sheet: Sheet) -> list[str]:
        """Return the nodes of a sheet, in the order of the file received."""
        nodes = self._said.of_class(local_code(sheet.target_class))
        return sorted(nodes, key=lambda node: (self._said.place(node) or ("", 0), node))

    def to_confirm(self, sheet: Sheet, known: Iterable[str] = ()) -> dict[str, Row]:
        """Return, by code, the actions to confirm, modify or end: neither ended nor among the codes *known*.

        What the year says anew (residents reached, comment, what became of it) is left blank.
        """
        gone, over = set(known), code_iri("suite", "terminee")
        fields = [field for field in sheet.fields if field.path not in _OF_THE_YEAR]
        return {
            self._code(node): self._row(node, fields, today=True)
            for node in self.nodes(sheet)
            if self._code(node) not in gone and self._one(node, cdv("suite")) != over
        }

    def to_count_again(self, sheet: Sheet, actions: Iterable[str]) -> list[Row]:
        """Return the distinct resources of *actions* (codes), without period, quantity nor identifier."""
        wanted = set(actions)
        fields = [field for field in sheet.fields if field.path not in _OF_THE_YEAR | _AMOUNT and not field.hidden]
        found: list[Row] = []
        for node in self.nodes(sheet):
            row = self._row(node, fields, today=True)
            if self._code(self._one(node, cdv("action"))) in wanted and row not in found:
                found.append(row)
        return found

    def _row(self, node: str, fields: Sequence[Field], today: bool = False) -> Row:
        """Return the cells of a node; *today* names things as the contract now does."""
        cells = ((field.title, self._cell(node, field, today)) for field in fields)
        return {title: value for title, value in cells if value is not None and value != ""}

    def _cell(self, node: str, field: Field, today: bool = False) -> Cell | None:
        if (node, field.path) in self._reserves:
            return self._reserves[node, field.path]
        if field.path in [value.value for value in self._said.values(node, cdv("neSaitPas"))]:
            return NE_SAIT_PAS
        if field.kind == "identifiant":
            return self._code(node)
        if field.kind == "quantite":
            return self._quantity(node, field.path)
        if field.kind == "visa":
            post, day = self._one(node, cdv("visaFonction")), self._one(node, cdv("visaDate"))
            return ", ".join(part for part in (post, f"{date.fromisoformat(day):%d/%m/%Y}" if day else "") if part)
        if field.path == cdv("action"):
            return self._action(self._one(node, field.path))
        if cdv("Seance") in field.classes:
            return self._seance(self._one(node, field.path), field)
        if cdv("Avenant") in field.classes:
            return self._one(self._one(node, field.path), _TITLE)
        if cdv("Candidature") in field.classes:
            return next(
                (self._one(c, _TITLE) for c in self._said.of_class("Candidature") if self._holds(c, node)), None
            )
        values = [value.value for path in field.paths for value in self._said.values(node, path)]
        return self._typed(self._words.redirected(values) if today else sorted(values), field)

    def _typed(self, values: list[str], field: Field) -> Cell | None:
        if not values:
            return None
        if field.kind == "libelle":
            return self._words.known.get(values[0], ("", ""))[1]
        if field.kind in ("code", "chose"):
            return "; ".join(self._words.cell(value, field) for value in values)
        if field.kind == "date":
            return date.fromisoformat(values[0])
        if field.kind in ("entier", "annee"):
            return int(values[0])
        if field.kind in ("decimal", "mesure"):
            return Decimal(values[0])
        if field.kind == "oui-non":
            return OUI_NON[0] if values[0] == "true" else OUI_NON[1]
        if field.path == cdv("preuve"):
            return self._one(values[0], _COMMENT)
        return "; ".join(values) if field.multiple else values[0]

    def _holds(self, candidature: str, node: str) -> bool:
        return node in [value.value for value in self._said.values(candidature, cdv("verification"))]

    def _quantity(self, node: str, path: str) -> Cell | None:
        if path != cdv("quantite"):
            cents = self._one(node, path)
            return Decimal(cents) / 100 if cents else None
        cents, quantity = self._one(node, cdv("centimes")), self._one(node, cdv("quantite"))
        if cents:
            return Decimal(cents) / 100
        if quantity:
            return Decimal(quantity)
        return NON_CHIFFRABLE if self._one(node, cdv("nonChiffrable")) == "true" else None

    def _action(self, action: str) -> str:
        """Return the title of an action, or its code when another one bears the same title."""
        title = self._one(action, _TITLE)
        same = [a for a in self._said.of_class("Action") if self._one(a, _TITLE) == title]
        return title if title and len(same) == 1 else self._code(action)

    def _seance(self, seance: str, field: Field) -> str:
        instance, day = self._one(seance, cdv("instance")), self._one(seance, cdv("date"))
        if not (instance and day):
            return ""
        return f"{self._words.known.get(instance, ('', ''))[1]} – {date.fromisoformat(day):%d/%m/%Y}"

    def _code(self, node: str) -> str:
        return self._codes.get(node) or local_code(node)

    def _one(self, node: str, path: str) -> str:
        return next(iter(sorted(value.value for value in self._said.values(node, path))), "")


def _distinct_codes(actions: Sequence[str]) -> dict[str, str]:
    """Return the code of each action: of those of merged bodies that bear the same one, the second takes « -2 »."""
    codes: dict[str, str] = {}
    taken: set[str] = set()
    for action in actions:
        code = local_code(action)
        names = chain((code,), (f"{code.partition('-')[0]}-{rank}" for rank in count(2)))
        codes[action] = next(name for name in names if name not in taken)
        taken.add(codes[action])
    return codes
