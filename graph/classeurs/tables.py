"""Foreign tables (CSV, or the first fitting sheet of a workbook) read through a mapping.

Each row of the contract becomes an Action and a Moyen that carry cdv:import, with no ambition, no place and no
campagne. A row of another contract is counted out of perimeter and kept only as a place with its raw text: it can never
count.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from pathlib import PurePath

from droitcommun.graph.classeurs.cells import EUR, clean, normalised, read_number
from droitcommun.graph.classeurs.columns import Column, Line, Table
from droitcommun.graph.classeurs.draft import DERIVED_FROM, RDF_TYPE, SOURCE, Draft
from droitcommun.graph.classeurs.fill import two_decimals
from droitcommun.graph.classeurs.form import Field, Sheet
from droitcommun.graph.classeurs.lines import report_absent, short_hash
from droitcommun.graph.classeurs.mapped import MapContext, Mapped
from droitcommun.graph.classeurs.moyens import unit_of
from droitcommun.graph.classeurs.problems import Problem, has_blocking
from droitcommun.graph.classeurs.read import RawCell, RawClasseur, RawSheet
from droitcommun.graph.classeurs.tablemapping import Attention, TableMapping, parse_mapping
from droitcommun.graph.errors import MappingInvalid
from droitcommun.graph.langue import _
from droitcommun.graph.names import PREFIXES, cdv, code_iri, contract_thing, contrat_iri, slug
from droitcommun.graph.store import Store, iri, literal

__all__ = ["TableMapping", "map_table", "parse_mapping"]

_TITLE = PREFIXES["dcterms"] + "title"
_LABEL = PREFIXES["skos"] + "prefLabel"
_SEARCHED_ROWS = 40
_OWN_CODES = "SELECT $contrat ?code WHERE { $contrat dcterms:identifier ?code }"
_OLD_CODES = "SELECT $contrat ?code WHERE { $contrat cdv:succedeA+ ?before . ?before dcterms:identifier ?code }"
_BODIES = """
SELECT DISTINCT $contrat $genre ?body WHERE {
  ?partie a cdv:Partie ; cdv:contrat $contrat ; cdv:organisme ?body . ?body cdv:typeOrganisme $genre
}
"""


def map_table(raw: RawClasseur, mapping: TableMapping, context: MapContext) -> Mapped:
    """Map a foreign table. Read = kept + reserves + out of perimeter (rows of other contracts)."""
    draft = Draft(context, raw.format)
    draft.problems += raw.problems
    table = _find_table(raw, mapping, draft)
    _check_codes(mapping, context.reference)
    if table is None:
        return draft.refused(None)
    reader = _Reader(draft, mapping, table)
    reader.read()
    if has_blocking(draft.problems):
        return draft.refused(None)
    return draft.mapped(None, None, None)


def _check_codes(mapping: TableMapping, reference: Store) -> None:
    """Raise MappingInvalid when the mapping names a code that does not exist."""
    wanted = [("phase", mapping.phase), ("nature-moyen", mapping.nature), ("type-organisme", mapping.apporteur)]
    wanted += [("source-financement", code) for code in mapping.sources.values()]
    for scheme, code in wanted:
        node = iri(code_iri(scheme, code))
        if not reference.select("SELECT $code ?notation WHERE { $code skos:notation ?notation }", {"code": node}):
            raise MappingInvalid(mapping.name, _("code inconnu : {liste}/{code}").format(liste=scheme, code=code))


class _Reader:
    """The rows of one file, one by one."""

    def __init__(self, draft: Draft, mapping: TableMapping, table: Table) -> None:
        self.draft, self.mapping, self.table = draft, mapping, table
        self.context = context = draft.context
        contrat = {"contrat": iri(contrat_iri(context.contrat))}
        self.old_codes = {row["code"].value for row in context.reference.select(_OLD_CODES, contrat)}
        self.own_codes = {row["code"].value for row in context.reference.select(_OWN_CODES, contrat)} - self.old_codes
        genre = iri(code_iri("type-organisme", mapping.apporteur))
        bodies = context.reference.select(_BODIES, {**contrat, "genre": genre})
        self.body = bodies[0]["body"].value if len(bodies) == 1 else None
        self.unite = unit_of(context.reference, code_iri("nature-moyen", mapping.nature))
        stem = slug(PurePath(context.filename).stem)
        self.node = contract_thing(context.contrat, "import", mapping.name, stem)
        self.fields = {field.title: field for field in table.sheet.fields}
        self.taken: dict[str, int] = defaultdict(int)

    def read(self) -> None:
        """Read every row; then ask about identical lines, and say what was left out."""
        draft = self.draft
        draft.add(self.node, RDF_TYPE, cdv("ImportExterne"))
        draft.add(self.node, cdv("contrat"), contrat_iri(self.context.contrat))
        draft.add(self.node, _LABEL, literal(self.mapping.titre, lang="fr"))
        draft.add(self.node, DERIVED_FROM, self.context.document)
        draft.describe_columns(self.table)
        if self.body is None:
            draft.problems.append(self._no_body())
        kept: list[Line] = []
        out: dict[str, list[Line]] = defaultdict(list)
        for line in self.table.lines():
            code = self._text(line, self.mapping.perimetre)
            if code in self.own_codes:
                draft.open(line)
                self._row(line)
                kept.append(line)
            else:
                self._leave_out(line)
                out[code].append(line)
        self._ask_about_twins(kept)
        draft.problems += [self._left_out(code, lines) for code, lines in out.items()]
        draft.problems += [p for a in self.mapping.attentions if (p := self._attention(a, kept))]
        report_absent(draft, "Moyen", self.table.name, _("Relancez avec --confirme pour les retirer."))

    def _text(self, line: Line, column: str) -> str:
        return line.text(self.fields[column])

    def _row(self, line: Line) -> None:
        draft, mapping, context = self.draft, self.mapping, self.context
        values = {title: line.text(field) for title, field in self.fields.items()}
        exercice = self._exercice(line)
        key = short_hash("\x1f".join(normalised(values[c]) for c in mapping.identite))
        self.taken[key] += 1
        code = key if self.taken[key] == 1 else f"{key}-{self.taken[key]}"
        year = str(exercice) if exercice else "_"
        action = contract_thing(context.contrat, "action", year, "import", mapping.name, code)
        moyen = contract_thing(context.contrat, "moyen", year, "import", mapping.name, code)
        title = clean(re.sub(r"{([^}]+)}", lambda m: values[m[1]], mapping.intitule))
        for node, name in ((action, "Action"), (moyen, "Moyen")):
            draft.add(node, RDF_TYPE, cdv(name))
            draft.add(node, cdv("contrat"), contrat_iri(context.contrat))
            draft.add(node, cdv("import"), self.node)
            draft.locate(node, line, title)
            if exercice:
                draft.add(node, cdv("exercice"), literal(str(exercice), "gYear"))
        if not exercice:
            self._reserve_exercice(moyen, line)
        draft.add_text(action, _TITLE, title)
        draft.add_text(action, cdv("porteur"), values[mapping.porteur])
        draft.add(moyen, cdv("action"), action)
        draft.add(moyen, cdv("phase"), code_iri("phase", mapping.phase))
        draft.add(moyen, cdv("nature"), code_iri("nature-moyen", mapping.nature))
        if self.body:
            draft.add(moyen, cdv("apporteur"), self.body)
        if self.unite:
            draft.add(moyen, cdv("unite"), self.unite)
        self._source(moyen, line, values[mapping.source])
        self._amount(moyen, line)

    def _exercice(self, line: Line) -> int | None:
        text = self._text(line, self.mapping.exercice)
        return int(text) if re.fullmatch(r"20\d\d", text) else None

    def _reserve_exercice(self, moyen: str, line: Line) -> None:
        field = self.fields[self.mapping.exercice]
        self.draft.reserve(
            moyen,
            "date-illisible",
            line,
            field,
            _("« {texte} » n'est pas une année.").format(texte=line.text(field)),
            _("Corrigez-la dans la table, et renvoyez le fichier."),
        )

    def _source(self, moyen: str, line: Line, text: str) -> None:
        code = self.mapping.sources.get(text)
        if code:
            self.draft.add(moyen, cdv("source"), code_iri("source-financement", code))
            return
        self.draft.reserve(
            moyen,
            "code-inconnu",
            line,
            self.fields[self.mapping.source],
            _("« {texte} » n'a pas de source dans la correspondance « {nom} ».").format(
                texte=text, nom=self.mapping.name
            ),
            _("Ajoutez-la dans « [moyen.source] » de la correspondance, et relancez."),
        )

    def _amount(self, moyen: str, line: Line) -> None:
        field = self.fields[self.mapping.montant]
        cell = line.cell(field)
        number = self._number(cell) if cell else None
        kept = two_decimals(number, self.draft, line, field) if number is not None and number >= 0 else None
        if kept is not None:
            self.draft.add(moyen, cdv("centimes"), literal(int(kept * 100)))
            return
        self.draft.reserve(
            moyen,
            "nombre-illisible" if number is None else "valeur-impossible",
            line,
            field,
            _("« {texte} » n'est pas un montant en euros.").format(texte=line.text(field)),
            _("Corrigez-le dans la table, et renvoyez le fichier ; le montant reste inconnu d'ici là."),
        )

    def _number(self, cell: RawCell) -> Decimal | None:
        """Read an amount; a table that says its decimal mark has no ambiguous « 1.234 »."""
        mark = self.mapping.decimale
        if isinstance(cell.value, str) and mark:
            text = clean(cell.value)
            if re.fullmatch(rf"-?\d{{1,12}}({re.escape(mark)}\d+)?", text):
                return Decimal(text.replace(mark, "."))
            return None if mark == "." else read_number(text, EUR)
        return read_number(cell.value, EUR)

    def _leave_out(self, line: Line) -> None:
        """Count a row of another contract, and keep its raw text beside its place, linked to nothing."""
        self.draft.out_of_perimeter(line)
        place = f"{self.context.document}#{slug(self.table.name)}-{line.number}"
        self.draft.add(place, RDF_TYPE, cdv("Localisation"))
        self.draft.add_text(place, cdv("feuille"), self.table.name)
        self.draft.add(place, cdv("ligneFeuille"), literal(line.number))
        self.draft.add(place, SOURCE, self.context.document)
        self.draft.add_text(place, cdv("texteBrut"), " ; ".join(clean(cell.text) for cell in line.row.cells))

    def _left_out(self, code: str, lines: Sequence[Line]) -> Problem:
        field = self.fields[self.mapping.perimetre]
        if code in self.old_codes:
            message = _(
                "{n} lignes sont du contrat « {code} », le contrat précédent (génération 2015) : elles ne comptent pas."
            )
        elif code:
            message = _("{n} lignes sont d'un autre contrat (« {code} ») : elles ne comptent pas.")
        else:
            message = _("{n} lignes n'ont pas de code de contrat : elles ne comptent pas.")
        return Problem(
            "info",
            "hors-perimetre",
            self.table.name,
            lines[0].place(field),
            field.title,
            code or None,
            message.format(n=len(lines), code=code),
            _("Rien à faire ; leur texte est gardé."),
        )

    def _ask_about_twins(self, lines: Sequence[Line]) -> None:
        """Ask about the lines that say the same: they may be real, so they are kept and counted."""
        columns = self.mapping.identiques
        alike: dict[tuple[str, ...], list[Line]] = defaultdict(list)
        for line in lines:
            if columns:
                alike[tuple(self._text(line, column) for column in columns)].append(line)
            else:
                alike[tuple(f"{cell.column}={cell.text}" for cell in line.row.cells)].append(line)
        first = self.fields[self.mapping.identite[0]]
        for twins in alike.values():
            if len(twins) > 1:
                cells = " et ".join(str(line.place(first)) for line in twins)
                self.draft.problems.append(
                    Problem(
                        "info",
                        "lignes-identiques",
                        self.table.name,
                        twins[0].place(first),
                        first.title,
                        " ; ".join(self._text(twins[0], column) for column in self.mapping.identite),
                        _(
                            "Les lignes {cellules} disent la même chose : est-ce une répétition ? Toutes comptent."
                        ).format(cellules=cells),
                        _(
                            "Demandez à l'émetteur ; si c'est une répétition, supprimez une ligne "
                            "et renvoyez le fichier."
                        ),
                    )
                )

    def _attention(self, attention: Attention, lines: Sequence[Line]) -> Problem | None:
        found = [
            ln for ln in lines if all(self._text(ln, column) == value for column, value in attention.quand.items())
        ]
        if not found:
            return None
        field = self.fields[self.mapping.montant]
        return Problem(
            "info",
            "valeur-douteuse",
            self.table.name,
            found[0].place(field),
            field.title,
            found[0].text(field) or None,
            attention.message.format(n=len(found), lignes=", ".join(str(line.number) for line in found)),
            attention.correction,
        )

    def _no_body(self) -> Problem:
        return Problem(
            "info",
            "apporteur-inconnu",
            None,
            None,
            None,
            self.mapping.apporteur,
            _(
                "Le contrat n'a pas un seul organisme de type « {genre} » : l'apporteur de ces moyens reste inconnu."
            ).format(genre=self.mapping.apporteur),
            _("Corrigez « apporteur » dans la correspondance si un autre type convient."),
        )


def _find_table(raw: RawClasseur, mapping: TableMapping, draft: Draft) -> Table | None:
    """Return the first sheet that has the mapping's columns; a blocking problem says which are missing."""
    missing: list[str] = []
    for sheet in raw.sheets.values():
        table, missing = _table_of(sheet, mapping)
        if table:
            return table
    draft.problems.append(
        Problem(
            "bloquant",
            "colonne-absente",
            next(iter(raw.sheets), None),
            None,
            ", ".join(missing) or None,
            None,
            _("Cette table n'a pas les colonnes de la correspondance « {nom} » : {manquantes}.").format(
                nom=mapping.name, manquantes=", ".join(f"« {title} »" for title in missing) or _("aucune ligne")
            ),
            _("Vérifiez que c'est le bon fichier ; sinon, changez la correspondance avec « --mapping FICHIER.toml »."),
        )
    )
    return None


def _table_of(sheet: RawSheet, mapping: TableMapping) -> tuple[Table | None, list[str]]:
    wanted = mapping.columns
    best: list[str] = list(wanted)
    for row in sheet.rows[:_SEARCHED_ROWS]:
        titles = {normalised(cell.text): cell for cell in reversed(row.cells)}
        missing = [title for title in wanted if normalised(title) not in titles]
        if len(missing) < len(best):
            best = missing
        if not missing:
            fields = tuple(_field(title, path, order) for order, (title, path) in enumerate(wanted.items(), 1))
            columns = {
                field.title: Column(
                    field, titles[normalised(field.title)].column, clean(titles[normalised(field.title)].text)
                )
                for field in fields
            }
            rows = tuple(r for r in sheet.rows if r.number > row.number)
            form = Sheet(sheet.name, mapping.titre, "", fields, cdv("Moyen"))
            return Table(form, sheet.name, columns, rows), []
    return None, best


def _field(title: str, path: str, order: int) -> Field:
    return Field(path, (path,), title, title, (), "", order, False, (), "texte", None, (), False, 1, False)
