"""The workbook of a contract, blank or holding a contract: reading it back gives that contract."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from droitcommun.graph.classeurs.contrat import CODE
from droitcommun.graph.classeurs.form import CONTRAT, Field, Form, Sheet, load_form
from droitcommun.graph.classeurs.held import Cell, Row, Words
from droitcommun.graph.classeurs.plan import Menu, Missing, Plan, PlannedColumn, PlannedRow, PlannedSheet
from droitcommun.graph.classeurs.template import FileFormat
from droitcommun.graph.classeurs.words import OUI_NON
from droitcommun.graph.names import CODES, PREFIXES, cdv, contrat_iri, local_code
from droitcommun.graph.reference import reference_store
from droitcommun.graph.store import Store, Term

_RDF_TYPE = PREFIXES["rdf"] + "type"
# Codes that only group others are never chosen.
_WORDS = """
SELECT ?s ?l ?r WHERE {
  ?c skos:inScheme ?s ; skos:prefLabel ?l . FILTER(LANG(?l) = "fr")
  OPTIONAL { ?c cdv:ordre ?r }
  OPTIONAL { ?narrower skos:broader ?c }
  FILTER(!BOUND(?narrower))
}
"""
_ROWS, _ONE_ROW = 60, ("Contrat", "Contrat précédent")
_GUIDE = (
    "Ce classeur décrit un contrat de ville : sa stratégie, ses territoires, ses parties, leurs engagements et sa "
    "gouvernance. « droitcommun init DOSSIER --contrat CE-FICHIER » en fait un espace de travail.",
    "Remplissez d'abord EPCI, Communes, Organismes et Instances : les autres feuilles les nomment par leur code.",
    "Les colonnes dont le titre porte une étoile (*) sont obligatoires. Plusieurs valeurs se séparent par « ; ».",
    "Un code ne change plus une fois le contrat ouvert : un avenant change un libellé, ou fait entrer un code nouveau.",
    "Laissez vide ce que le document signé ne dit pas : une fréquence absente n'est pas une fréquence nulle.",
    "« Ligne du document » garde l'endroit du document signé qui fonde la ligne : il est montré avec chaque règle.",
    "Rien n'est créé tant qu'une cellule est fautive : chaque faute est dite avec sa feuille et sa cellule.",
)


def render_contrat(made: date, contrat: str | None, store: Store | None, file_format: FileFormat = "xlsx") -> bytes:
    """Return the bytes of the workbook: blank, or holding contract *contrat* of *store*.

    The same input always gives the same bytes.
    """
    plan = plan_contrat(made, contrat, store)
    if file_format == "ods":
        from droitcommun.graph.classeurs.odswriting import write_ods

        return write_ods(plan)
    from droitcommun.graph.classeurs.xlsxwriting import write_xlsx

    return write_xlsx(plan)


def plan_contrat(made: date, contrat: str | None, store: Store | None) -> Plan:
    """Return what the workbook shows."""
    form = load_form(CONTRAT)
    held = _Held(store, contrat, Words.of(reference_store())) if store and contrat else None
    lists = _lists(form)
    sheets = tuple(_sheet(form, sheet, held) for sheet in form.sheets)
    return Plan(
        title=form.title,
        subject=contrat or "modèle vierge",
        made=made,
        guide=tuple(_guide(form)),
        sheets=sheets,
        lists=lists,
        seances="",
        model=(
            ("modele", form.template),
            ("version", form.version),
            ("contrat", contrat or "nouveau"),
            ("campagne", str(made.year)),
            ("fait-le", made.isoformat()),
        ),
    )


def _guide(form: Form) -> Iterator[tuple[str, str]]:
    yield "titre", form.title
    for line in _GUIDE:
        yield "texte", line
    yield "texte", ""
    yield "titre", "Les feuilles"
    for sheet in form.sheets:
        yield "texte", f"{sheet.name} : {sheet.title_help}"


def _lists(form: Form) -> dict[str, tuple[str, ...]]:
    """Return the words of each list of codes, by scheme, as drop-down lists."""
    words: dict[str, list[tuple[int, str]]] = {}
    for row in reference_store().select(_WORDS):
        rank = int(row["r"].value) if "r" in row else 0
        words.setdefault(row["s"].value, []).append((rank, row["l"].value))
    used = dict.fromkeys(f.codes for sheet in form.sheets for f in sheet.fields if f.codes)
    return {local_code(scheme): tuple(word for _rank, word in sorted(words.get(scheme, ()))) for scheme in used}


def _sheet(form: Form, sheet: Sheet, held: _Held | None) -> PlannedSheet:
    rows = tuple(PlannedRow(row) for row in held.rows(sheet)) if held else ()
    return PlannedSheet(
        sheet=sheet,
        heading=sheet.title,
        columns=tuple(PlannedColumn(f, f.title[:32], f.help[:255], _menu(form, f)) for f in sheet.fields),
        rows=rows,
        length=1 if sheet.name in _ONE_ROW else max(_ROWS, len(rows) + _ROWS),
        missing=tuple(
            Missing(n, tuple((m, ()) for m in range(len(sheet.fields)) if m != n))
            for n, f in enumerate(sheet.fields)
            if f.required
        ),
    )


def _menu(form: Form, field: Field) -> Menu | None:
    if field.kind == "oui-non":
        return Menu(values=OUI_NON)
    if field.codes:
        return Menu(liste=local_code(field.codes))
    if len(field.classes) == 1:
        # A single sheet makes that class, whose codes are in its first column.
        of = [s.name for s in form.sheets if s.target_class == field.classes[0]]
        return Menu(column=(of[-1], 0))
    return None


class _Held:
    """One contract of a store, as rows."""

    def __init__(self, store: Store, contrat: str, words: Words) -> None:
        self._store, self._node, self._words = store, contrat_iri(contrat), words

    def rows(self, sheet: Sheet) -> list[Row]:
        """Return one row a node, by rank then code."""
        nodes = [n for n in self._store.subjects(_RDF_TYPE, sheet.target_class) if self._is_of(sheet, n)]
        return [self._row(node, sheet) for node in sorted(nodes, key=self._rank)]

    def _is_of(self, sheet: Sheet, node: str) -> bool:
        if sheet.name in _ONE_ROW:
            before = [o.value for o in self._store.objects(self._node, cdv("succedeA"))]
            return node == self._node if sheet.name == "Contrat" else node in before
        if sheet.name == "Qualification" and self._store.objects(node, cdv("campagne")):
            return False
        of = [o.value for o in self._store.objects(node, cdv("contrat"))]
        return self._node in of or not of

    def _rank(self, node: str) -> tuple[int, str]:
        ranks = [int(o.value) for o in self._store.objects(node, cdv("ordre"))]
        return (min(ranks, default=0), node)

    def _row(self, node: str, sheet: Sheet) -> Row:
        cells = ((field.title, self._cell(node, field)) for field in sheet.fields)
        return {title: value for title, value in cells if value not in (None, "")}

    def _cell(self, node: str, field: Field) -> Cell | None:
        said = [o for o in self._store.objects(node, field.paths[-1]) if getattr(o, "language", None) in (None, "fr")]
        if not said:
            return None
        if field.multiple:
            return "; ".join(self._word(value, field) for value in said)
        value = said[0].value
        if field.kind == "date":
            return date.fromisoformat(value)
        if field.kind == "entier":
            return int(value)
        if field.kind == "decimal":
            return Decimal(value)
        if field.kind == "oui-non":
            return OUI_NON[0] if value == "true" else OUI_NON[1]
        return self._word(said[0], field)

    def _word(self, value: Term, field: Field) -> str:
        if value.value.startswith(CODES):
            return self._words.cell(value.value, field)
        if field.kind != "chose":
            return value.value
        return next((o.value for o in self._store.objects(value.value, CODE)), local_code(value.value))


__all__ = ["plan_contrat", "render_contrat"]
