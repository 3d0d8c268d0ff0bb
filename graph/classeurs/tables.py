"""Foreign tables read through a mapping: every sheet that has its columns.

Each row of the contract becomes an Action and its Moyens, which carry cdv:import, with no ambition and no campagne. A
row out of the perimeter is counted and leaves nothing in the graph: the file received is kept whole. Lines read =
kept + reserves + out of perimeter; titles repeated and totals are no lines, and are told.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from pathlib import PurePath

from droitcommun.graph.classeurs.cells import EUR, clean, is_unknown, normalised, read_date, read_number
from droitcommun.graph.classeurs.columns import Line, Table
from droitcommun.graph.classeurs.contours import map_contours
from droitcommun.graph.classeurs.draft import DERIVED_FROM, RDF_TYPE, Draft
from droitcommun.graph.classeurs.fill import two_decimals
from droitcommun.graph.classeurs.lines import report_absent, short_hash
from droitcommun.graph.classeurs.lookup import Lookup
from droitcommun.graph.classeurs.mapped import MapContext, Mapped
from droitcommun.graph.classeurs.observations import map_observations
from droitcommun.graph.classeurs.perimeter import Perimeter, Place, places
from droitcommun.graph.classeurs.problems import has_blocking
from droitcommun.graph.classeurs.raw import RawCell, RawClasseur
from droitcommun.graph.classeurs.tablecodes import TableCodes
from droitcommun.graph.classeurs.tablefind import find_tables, sort_rows, table_field, tell_rows
from droitcommun.graph.classeurs.tablemapping import MoyenMapping, TableMapping, parse_mapping
from droitcommun.graph.classeurs.tablenotes import Notes
from droitcommun.graph.langue import _
from droitcommun.graph.names import PREFIXES, cdv, code_iri, contract_thing, contrat_iri, slug
from droitcommun.graph.store import literal

__all__ = ["TableMapping", "map_table", "parse_mapping"]

_TITLE = PREFIXES["dcterms"] + "title"
_LABEL = PREFIXES["skos"] + "prefLabel"
_YEAR = re.compile(r"20\d\d")


def map_table(raw: RawClasseur, mapping: TableMapping, context: MapContext) -> Mapped:
    """Map a foreign table. Raises MappingInvalid when the mapping names a code that does not exist."""
    draft = Draft(context, raw.format)
    draft.problems += raw.problems
    lookup = Lookup(context.reference, context.contrat)
    codes = TableCodes(mapping, context, lookup)
    tables = find_tables(raw, mapping, draft.problems)
    if not tables:
        return draft.refused(None)
    perimeter = Perimeter(mapping.perimetre, context.reference, lookup, context.contrat)
    node = contract_thing(context.contrat, "import", mapping.name, slug(PurePath(context.filename).stem))
    draft.add(node, RDF_TYPE, cdv("ImportExterne"))
    draft.add(node, cdv("contrat"), contrat_iri(context.contrat))
    draft.add(node, _LABEL, literal(mapping.titre, lang="fr"))
    draft.add(node, DERIVED_FROM, context.document)
    notes = Notes(draft, mapping, perimeter)
    if mapping.observations:
        map_observations(tables, mapping, draft, lookup)
    elif mapping.contour:
        map_contours(tables, mapping.contour, draft, perimeter, notes)
    else:
        _Reader(draft, mapping, lookup, codes, perimeter, notes, node, raw).read(tables)
    if has_blocking(draft.problems):
        return draft.refused(None)
    return draft.mapped(None, None, None)


class _Reader:
    """The rows of one file, one by one."""

    def __init__(
        self,
        draft: Draft,
        mapping: TableMapping,
        lookup: Lookup,
        codes: TableCodes,
        perimeter: Perimeter,
        notes: Notes,
        node: str,
        raw: RawClasseur,
    ) -> None:
        self.draft, self.mapping, self.lookup = draft, mapping, lookup
        self.codes, self.perimeter = codes, perimeter
        self.notes, self.node, self.epoch = notes, node, raw.epoch
        self.taken: dict[str, int] = defaultdict(int)
        columns = (*mapping.columns.items(), *((title, _TITLE) for title in mapping.constantes))
        self.fields = {title: table_field(title, path, n) for n, (title, path) in enumerate(columns, 1)}

    def read(self, tables: Sequence[Table]) -> None:
        """Read every row; then ask about identical lines, and say what was left out."""
        draft = self.draft
        self.codes.tell_unknown_bodies(draft)
        kept: list[Line] = []
        for table in tables:
            draft.describe_columns(table)
            rows = sort_rows(table, [self.fields[m.montant] for m in self.mapping.moyens])
            tell_rows(rows, draft.problems)
            for line in rows.lines:
                place = self.perimeter.judge([self.text(line, c.colonne) for c in self.mapping.perimetre])
                if place.verdict == "dehors":
                    draft.out_of_perimeter(line)
                    self.notes.leave_out(place, line)
                else:
                    draft.open(line)
                    self._row(line, place)
                    kept.append(line)
        self.notes.write(kept)
        report_absent(draft, "Action", tables[0].name, _("Relancez avec --confirme pour les retirer."))

    def text(self, line: Line, column: str) -> str:
        """Return what a row says in a column, or what the mapping says for all."""
        if column in self.mapping.constantes:
            return self.mapping.constantes[column]
        return line.text(self.fields[column]) if column in self.fields else ""

    def _row(self, line: Line, place: Place) -> None:
        draft, mapping, context = self.draft, self.mapping, self.draft.context
        exercice = self._exercice(line)
        key = short_hash("\x1f".join(normalised(self.text(line, c)) for c in mapping.identite))
        self.taken[key] += 1
        code = key if self.taken[key] == 1 else f"{key}-{self.taken[key]}"
        path = (str(exercice) if exercice else "_", "import", mapping.famille, code)
        action = contract_thing(context.contrat, "action", *path)
        title = clean(re.sub(r"{([^}]+)}", lambda m: self.text(line, m[1]), mapping.intitule)).strip(" –-")
        self._common(action, "Action", line, title, exercice)
        draft.add_text(action, _TITLE, title)
        draft.add_text(action, cdv("porteur"), self.text(line, mapping.porteur))
        self._places(action, line)
        doubt = place.verdict == "doute" or place.partial
        if doubt:
            self._doubt(action, line, place)
        if not exercice:
            self._reserve_exercice(action, line)
        made = 0
        for moyen in mapping.moyens:
            if moyen.cle and not self.text(line, moyen.montant):
                continue  # one of several funders, that gives nothing to this row
            made += 1
            node = contract_thing(context.contrat, "moyen", *path, *((slug(moyen.cle),) if moyen.cle else ()))
            self._moyen(node, action, moyen, line, title, exercice, doubt)
        if not made:
            self._no_amount(action, line)

    def _common(self, node: str, name: str, line: Line, title: str, exercice: int | None) -> None:
        draft = self.draft
        draft.add(node, RDF_TYPE, cdv(name))
        draft.add(node, cdv("contrat"), contrat_iri(draft.context.contrat))
        draft.add(node, cdv("import"), self.node)
        draft.locate(node, line, title)
        if exercice:
            draft.add(node, cdv("exercice"), literal(str(exercice), "gYear"))

    def _moyen(
        self, node: str, action: str, moyen: MoyenMapping, line: Line, title: str, exercice: int | None, doubt: bool
    ) -> None:
        draft, codes = self.draft, self.codes
        self._common(node, "Moyen", line, title, exercice)
        draft.add(node, cdv("action"), action)
        for name, code in (("phase", moyen.phase), ("nature", moyen.nature), ("source", moyen.source)):
            if code:
                text = self.text(line, code.colonne)
                found = codes.find(name, code, text)
                if found.iri:
                    draft.add(node, cdv(name), found.iri)
                elif text or name != "source":  # a source that is not told stays to be qualified
                    codes.reserve(node, name, code, found, text, line, self.fields, draft)
        text = self.text(line, moyen.apporteur.colonne)
        body = codes.body(moyen.apporteur, text)
        if body.iri:
            draft.add(node, cdv("apporteur"), body.iri)
        elif moyen.apporteur.colonne:
            codes.reserve(node, "apporteur", moyen.apporteur, body, text, line, self.fields, draft)
        natures = draft.values(node, cdv("nature"))
        unite = self.lookup.unit(natures[0]) if natures else None
        if unite:
            draft.add(node, cdv("unite"), unite)
        if not doubt:
            self._amount(node, moyen, line)

    def _exercice(self, line: Line) -> int | None:
        """Return the year of a row: written as such, or that of a date."""
        text = self.text(line, self.mapping.exercice)
        if _YEAR.fullmatch(text):
            return int(text)
        cell = line.cell(self.fields[self.mapping.exercice])
        day = read_date(cell.value if cell else text, self.epoch)
        return day.year if day and _YEAR.fullmatch(str(day.year)) else None

    def _reserve_exercice(self, action: str, line: Line) -> None:
        field = self.fields[self.mapping.exercice]
        self.draft.reserve(
            action,
            "date-illisible",
            line,
            field,
            _("« {texte} » n'est pas une année.").format(texte=self.text(line, field.title)),
            _("Corrigez-la dans la table, et redonnez le fichier."),
        )

    def _places(self, action: str, line: Line) -> None:
        """Say where the action is, when the table says it: in QPV, else in communes."""
        for name, column in (("qpv", self.mapping.qpv), ("commune", self.mapping.commune)):
            text = self.text(line, column)
            found = [iri for part in places(text) for iri in self.perimeter.named(name, part)[0]] if text else []
            for iri in dict.fromkeys(found):
                self.draft.add(action, cdv(name), iri)
            if found and not self.draft.values(action, cdv("portee")):
                self.draft.add(action, cdv("portee"), code_iri("portee", name))

    def _doubt(self, action: str, line: Line, place: Place) -> None:
        """Keep a row whose place is not sure, without its money."""
        critere = place.critere
        if critere is None:
            return
        near = " ; ".join(f"« {entry} »" for entry in place.near)
        if place.partial:
            message = _("« {texte} » dépasse le contrat : la part de ce montant qui le concerne est inconnue.")
            correction = _("Séparez les lieux en plusieurs lignes, chacune avec son montant, et redonnez le fichier.")
        else:
            message = _("« {texte} » n'est pas reconnu : on ne sait pas si la ligne est du contrat.")
            correction = _("Vouliez-vous dire {proches} ? Écrivez son code ou son nom exact, et redonnez le fichier.")
        self.draft.reserve(
            action,
            "code-inconnu",
            line,
            self.fields[critere.colonne],
            message.format(texte=place.text),
            correction.format(proches=near),
        )

    def _amount(self, node: str, moyen: MoyenMapping, line: Line) -> None:
        field = self.fields[moyen.montant]
        cell = line.cell(field)
        if cell and is_unknown(cell.text):
            self.draft.add(node, cdv("neSaitPas"), cdv("centimes"))
            return
        number = _read_amount(cell, moyen.decimale) if cell else None
        kept = two_decimals(number, self.draft, line, field) if number is not None and number >= 0 else None
        if kept is not None:
            self.draft.add(node, cdv("centimes"), literal(int(kept * 100)))
            return
        self.draft.reserve(
            node,
            "nombre-illisible" if number is None else "valeur-impossible",
            line,
            field,
            _("« {texte} » n'est pas un montant en euros.").format(texte=line.text(field))
            if cell
            else _("Le montant est vide."),
            _("Corrigez-le dans la table, et redonnez le fichier ; le montant reste inconnu d'ici là."),
        )

    def _no_amount(self, action: str, line: Line) -> None:
        columns = ", ".join(f"« {m.montant} »" for m in self.mapping.moyens)
        self.draft.reserve(
            action,
            "cellule-obligatoire-vide",
            line,
            self.fields[self.mapping.moyens[0].montant],
            _("Aucun montant dans {colonnes} : l'action est gardée sans moyen.").format(colonnes=columns),
            _("Remplissez-en un (0 est une réponse), et redonnez le fichier."),
        )


def _read_amount(cell: RawCell, mark: str) -> Decimal | None:
    """Read an amount; a table that says its decimal mark has no ambiguous « 1.234 »."""
    if isinstance(cell.value, str) and mark:
        text = clean(cell.value)
        if re.fullmatch(rf"-?\d{{1,12}}({re.escape(mark)}\d+)?", text):
            return Decimal(text.replace(mark, "."))
        return None if mark == "." and re.fullmatch(r"-?[\d., ]+", text) else read_number(text, EUR)
    return read_number(cell.value, EUR)
