"""A workbook before it is a file: sheets, columns, drop-downs, rows. Each file format is one writer of such a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from droitcommun.graph.classeurs.commun import CONTRAT_COLUMN, CONTRAT_HELP, contract_label, join_contracts
from droitcommun.graph.classeurs.context import TemplateContext
from droitcommun.graph.classeurs.form import Field, Form, Sheet
from droitcommun.graph.classeurs.guide import guide_lines
from droitcommun.graph.classeurs.held import Cell, Row
from droitcommun.graph.classeurs.words import NE_SAIT_PAS, OUI_NON
from droitcommun.graph.names import CDV, CODES, PREFIXES, code_iri

GUIDE_SHEET, LISTS_SHEET = "Mode d'emploi", "_listes"
TITLE_ROW, HEADER_ROW, FIRST_ROW = 0, 1, 2

_TITLE = PREFIXES["dcterms"] + "title"
_ROWS = {"Identité": 1, "Contacts": 20, "Actions": 500, "Moyens": 2000, "Séances": 60, "Présences": 1500}
_DEFAULT_ROWS, _SPARE_ROWS = 60, 50
_INPUT_TITLE, _INPUT_TEXT = 32, 255
_CONTRAT = CDV + "contrat"
# Where several values, or the things themselves, are listed: « Ne sait pas » is not one of them.
_NEVER_UNKNOWN = {CDV + term for term in ("autreAmbition", "qpv")}
_SUITE, _PHASE, _QUANTITE, _AMBITION = (CDV + t for t in ("suite", "phase", "quantite", "ambitionPrincipale"))


@dataclass(frozen=True)
class Menu:
    """A drop-down list: a few `values`, or those of a list of the hidden sheet, or of a column of another sheet."""

    values: tuple[str, ...] = ()
    liste: str = ""
    column: tuple[str, int] | None = None


@dataclass(frozen=True)
class PlannedColumn:
    """One column. `help_title` and `help` fit a spreadsheet's input message; `comment` is the whole help."""

    field: Field
    help_title: str
    help: str
    menu: Menu | None

    @property
    def comment(self) -> str:
        """Return the help, whole."""
        return self.field.help


@dataclass(frozen=True)
class PlannedRow:
    """One prefilled row: cells by column title. `given` names those that the contract gives and nobody has to type.

    `to_fill` names the columns that this row waits for (an action of last year to confirm).
    """

    cells: Row
    given: frozenset[str] = frozenset()
    to_fill: frozenset[str] = frozenset()

    def shown(self, sheet: PlannedSheet) -> list[tuple[Field, Cell]]:
        """Return the cells that are seen, with their columns."""
        columns = [c.field for c in sheet.columns if not c.field.hidden and c.field.title in self.cells]
        return [(column, self.cells[column.title]) for column in columns]


@dataclass(frozen=True)
class Missing:
    """When an empty cell of column `column` is missing: one of `because` is filled, or holds one of the words."""

    column: int
    because: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True)
class PlannedSheet:
    """One sheet. `length` counts the rows ready to be typed in; the rows of `rows` come first."""

    sheet: Sheet
    heading: str
    columns: tuple[PlannedColumn, ...]
    rows: tuple[PlannedRow, ...]
    length: int
    missing: tuple[Missing, ...]

    @property
    def visible(self) -> list[int]:
        """Return the positions of the columns that are shown."""
        return [n for n, column in enumerate(self.columns) if not column.field.hidden]


@dataclass(frozen=True)
class Plan:
    """The whole workbook. `lists` are those of the hidden sheet, in order; `seances` names the one made of formulas."""

    title: str
    subject: str
    made: date
    guide: tuple[tuple[str, str], ...]
    sheets: tuple[PlannedSheet, ...]
    lists: Mapping[str, tuple[str, ...]]
    seances: str
    model: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Prefill:
    """What is held, by sheet name: the rows of this campagne, and those of the year before to confirm or to count.

    `taken_over` names those that come from bodies merged into this one, a line each.
    """

    held: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    to_confirm: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    taken_over: tuple[str, ...] = ()


def make_plan(form: Form, *parts: tuple[TemplateContext, Prefill]) -> Plan:
    """Return the plan of *form* for one contributor (or the co-pilots): one part a contract, with what is held of it.

    With several parts, the rows of every sheet but those about the body itself say of which contract they are.
    """
    planner = _Planner(form, parts)
    context = parts[0][0]
    sheets = tuple(planner.sheet(sheet) for sheet in planner.form.sheets)
    titles = [part.titre for part, _prefill in parts]
    said = (["Données fictives"] if context.fictif else []) + [*titles, f"campagne {context.annee}"]
    return Plan(
        title=form.title,
        subject=" – ".join(said),
        made=context.made,
        guide=tuple(
            guide_lines(
                form,
                [part for part, _prefill in parts],
                any(p.to_confirm for _c, p in parts),
                [line for _c, p in parts for line in p.taken_over],
            )
        ),
        sheets=sheets,
        lists=planner.lists,
        seances="Séances",
        model=_model(form, context, [part.contrat for part, _prefill in parts]),
    )


def seances_length() -> int:
    """Return how many meetings the list of the sheet Présences can offer."""
    return _ROWS["Séances"]


class _Planner:
    def __init__(self, form: Form, parts: Sequence[tuple[TemplateContext, Prefill]]) -> None:
        self.form = _with_contrat(form) if len(parts) > 1 else form
        self.parts, self.context = parts, parts[0][0]
        self.lists: dict[str, tuple[str, ...]] = {}

    def sheet(self, sheet: Sheet) -> PlannedSheet:
        rows = [row for context, prefill in self._parts_of(sheet) for row in self._rows(sheet, context, prefill)]
        return PlannedSheet(
            sheet=sheet,
            heading=f"Données fictives – {sheet.title}" if self.context.fictif else sheet.title,
            columns=tuple(self._column(f) for f in sheet.fields),
            rows=tuple(rows),
            length=max(_ROWS.get(sheet.name, _DEFAULT_ROWS), len(rows) + _SPARE_ROWS if len(rows) > 1 else 0),
            missing=tuple(self._missing(sheet)),
        )

    # ---- columns ----

    def _column(self, column: Field) -> PlannedColumn:
        return PlannedColumn(
            column,
            _shortened(column.title, _INPUT_TITLE),
            _shortened(column.help, _INPUT_TEXT),
            None if column.hidden else self._menu(column),
        )

    def _menu(self, column: Field) -> Menu | None:
        if column.kind == "oui-non":
            return Menu(values=(*OUI_NON, NE_SAIT_PAS))
        if column.path == CDV + "action":
            fields = self.form.sheet("Actions").fields
            return Menu(column=("Actions", next(n for n, f in enumerate(fields) if f.path == _TITLE)))
        if CDV + "Seance" in column.classes:
            return self._list("Séances", ())
        if CDV + "Candidature" in column.classes:
            fields = self.form.sheet("Candidatures").fields
            return Menu(column=("Candidatures", next(n for n, f in enumerate(fields) if f.path == _TITLE)))
        if CDV + "Avenant" in column.classes:
            fields = self.form.sheet("Avenants").fields
            return Menu(column=("Avenants", next(n for n, f in enumerate(fields) if f.path == _TITLE)))
        values = self._values(column)
        return self._list(column.title, values) if values else None

    def _list(self, name: str, values: tuple[str, ...]) -> Menu:
        self.lists.setdefault(name, values)
        return Menu(liste=name)

    def _values(self, column: Field) -> tuple[str, ...]:
        if column.path == _CONTRAT:
            return tuple(contract_label(context.contrat, context.titre) for context, _prefill in self.parts)
        values = dict.fromkeys(v for context, _prefill in self.parts for v in _words(column, context))
        offers_things = column.kind == "chose" and self.form.name == "pilotage"
        unknown = values and column.accepts_unknown and not offers_things and column.path not in _NEVER_UNKNOWN
        return (*values, NE_SAIT_PAS) if unknown else tuple(values)

    def _missing(self, sheet: Sheet) -> list[Missing]:
        """Return when each empty cell is missing: compulsory on a row that says something, or asked by another cell."""
        position = {f.path: n for n, f in enumerate(sheet.fields) if f.kind != "libelle"}
        found = []
        for n, column in enumerate(sheet.fields):
            others = tuple((m, ()) for m, f in enumerate(sheet.fields) if m != n and not f.hidden)
            if column.required and len(sheet.fields) > 1:
                found.append(Missing(n, others))
            because: list[tuple[int, tuple[str, ...]]] = [
                (position[path], ()) for path in column.required_if if path in position
            ]
            by_scheme: dict[str, list[str]] = {}
            for value in column.required_if:
                if value.startswith(CODES):
                    by_scheme.setdefault(value.rpartition("/")[0], []).append(value)
            for scheme, values in by_scheme.items():
                words = tuple(self.context.words.get(value, "") for value in values)
                because += [(m, words) for m, f in enumerate(sheet.fields) if f.codes == scheme]
            if because:
                found.append(Missing(n, tuple(because)))
        return found

    # ---- rows ----

    def _parts_of(self, sheet: Sheet) -> Sequence[tuple[TemplateContext, Prefill]]:
        """Return the contracts whose rows stand on a sheet: one is enough for what is said of the body itself."""
        return self.parts if any(f.path == _CONTRAT for f in sheet.fields) else self.parts[:1]

    def _rows(self, sheet: Sheet, context: TemplateContext, prefill: Prefill) -> list[PlannedRow]:
        given, held = _given(sheet, context), list(prefill.held.get(sheet.name, ()))
        if not given:
            rows = [PlannedRow(row) for row in held]
        elif sheet.target_class == CDV + "Contribution":
            rows = [PlannedRow({**given[0], **(held[0] if held else {})}, frozenset(given[0]))]
        else:
            key = next(iter(given[0]))
            by_key = {row.get(key): row for row in held}
            rows = [PlannedRow({**row, **by_key.pop(row[key], {})}, frozenset(row)) for row in given]
            rows += [PlannedRow(row) for row in by_key.values()]
        asked = frozenset(f.title for f in sheet.fields if f.path in (_SUITE, _PHASE, _QUANTITE))
        rows += [
            PlannedRow(row, to_fill=asked | _to_choose(sheet, row)) for row in prefill.to_confirm.get(sheet.name, ())
        ]
        if not any(f.path == _CONTRAT for f in sheet.fields):
            return rows
        of = {CONTRAT_COLUMN: contract_label(context.contrat, context.titre)}
        return [replace(row, cells={**of, **row.cells}, given=row.given | of.keys()) for row in rows]


def _to_choose(sheet: Sheet, row: Row) -> frozenset[str]:
    """Return the ambition of an action brought from last year, when that ambition has left the contract."""
    return frozenset(f.title for f in sheet.fields if f.path == _AMBITION and f.title not in row)


def _words(column: Field, context: TemplateContext) -> tuple[str, ...]:
    """Return the values that a column's drop-down list offers for one contract."""
    if column.kind == "code" and column.allowed:
        return tuple(context.words[code] for code in column.allowed)
    if column.kind == "code" and column.codes:
        return context.codes.get(column.codes, ())
    if context.organisme is None:
        return _things(column, context)
    if column.path == CDV + "ambitionPrincipale":
        return tuple(str(choice) for choice in context.ambitions)
    if column.path == CDV + "autreAmbition":
        return tuple(str(choice) for choice in context.ambitions + context.axes)
    if column.path == CDV + "qpv":
        return tuple(str(choice) for choice in context.places)
    if column.path == CDV + "qpvDuMontant":
        return tuple(str(choice) for choice in context.qpv)
    return ()


def _things(column: Field, context: TemplateContext) -> tuple[str, ...]:
    """Return what a column of the steering workbook offers: bodies by their name, the contract's things by code."""
    named = {"Instance": context.instances, "Organisme": context.organismes}
    coded = {"Ambition": context.ambitions, "AxeTransversal": context.axes, "Commune": context.communes}
    coded |= {"QPV": context.qpv, "CritereEvaluatif": context.criteres_evaluatifs, "PointAttendu": context.points}
    coded |= {"CritereVulnerabilite": context.criteres_vulnerabilite, "Pilier": context.piliers}
    coded |= {"Indicateur": context.indicateurs, "Territoire": context.territoires, "Dispositif": context.dispositifs}
    classes = [classe.removeprefix(CDV) for classe in column.classes]
    found = [str(choice) for name in classes for choice in coded.get(name, ())]
    return (*found, *(choice.label for name in classes for choice in named.get(name, ())))


def _given(sheet: Sheet, context: TemplateContext) -> list[Row]:
    """Return what the contract gives, by row; the first cell of a row names it."""
    label = next((f.title for f in sheet.fields if f.kind == "libelle"), "")
    if sheet.target_class == CDV + "Contribution" and context.organisme:
        return [_named(sheet, {"organisme": context.organisme.label, "service": context.service})]
    if sheet.target_class == CDV + "SuiviEngagement":
        return [
            {**_named(sheet, {"typeEngagement": e.code, "modalite": e.modalite}), label: e.label}
            for e in context.engagements
        ]
    if sheet.target_class == CDV + "Positionnement":
        return [{**_named(sheet, {"ambition": c.code}), label: c.label} for c in context.ambitions]
    if sheet.target_class == CDV + "Qualification":
        sources = context.codes.get(code_iri("source-financement", "").rstrip("/"), ())
        return [_named(sheet, {"source": word}) for word in sources]
    return []


def _named(sheet: Sheet, values: Mapping[str, str]) -> Row:
    return {sheet.field(term).title: value for term, value in values.items() if value}


def _with_contrat(form: Form) -> Form:
    """Return the form whose rows say their contract: a first visible column, on every sheet about a contract."""
    column = Field(
        path=_CONTRAT,
        paths=(_CONTRAT,),
        title=CONTRAT_COLUMN,
        title_en="Contract",
        synonyms=(),
        help=CONTRAT_HELP,
        order=0,
        required=True,
        required_if=(),
        kind="contrat",
        codes=None,
        classes=(),
        multiple=False,
        maximum=1,
        hidden=False,
    )

    def widened(sheet: Sheet) -> Sheet:
        if sheet.target_class == CDV + "Contribution" or sheet.personal:
            return sheet
        hidden = tuple(f for f in sheet.fields if f.hidden)
        return replace(sheet, fields=(*hidden, column, *(f for f in sheet.fields if not f.hidden)))

    return replace(form, sheets=tuple(widened(sheet) for sheet in form.sheets))


def _model(form: Form, context: TemplateContext, contrats: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return (
        ("modele", form.template),
        ("version", form.version),
        ("contrat", join_contracts(contrats)),
        ("campagne", str(context.annee)),
        ("organisme", context.organisme.code if context.organisme else ""),
        ("service", context.service if context.organisme else ""),
        ("fait-le", context.made.isoformat()),
        ("fictif", OUI_NON[0] if context.fictif else OUI_NON[1]),
    )


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


__all__ = [
    "FIRST_ROW",
    "GUIDE_SHEET",
    "HEADER_ROW",
    "LISTS_SHEET",
    "TITLE_ROW",
    "Menu",
    "Missing",
    "Plan",
    "PlannedColumn",
    "PlannedRow",
    "PlannedSheet",
    "Prefill",
    "make_plan",
    "seances_length",
]
