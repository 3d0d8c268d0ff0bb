"""The graph of one file while it is being made: triples with their places, problems, and the count of lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from droitcommun.graph.classeurs.cells import clean
from droitcommun.graph.classeurs.columns import Line, Table
from droitcommun.graph.classeurs.form import Field
from droitcommun.graph.classeurs.mapped import MapContext, Mapped
from droitcommun.graph.classeurs.previous import Previous
from droitcommun.graph.classeurs.problems import Gravite, Problem
from droitcommun.graph.classeurs.read import Model
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.names import PREFIXES, cdv, slug
from droitcommun.graph.store import Term, Triple, iri, literal

RDF_TYPE = PREFIXES["rdf"] + "type"
DERIVED_FROM = PREFIXES["prov"] + "wasDerivedFrom"
SOURCE = PREFIXES["dcterms"] + "source"
FORMAT = PREFIXES["dcterms"] + "format"
_MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "xls": "application/vnd.ms-excel",
    "csv": "text/csv",
    "json": "application/json",
}


class Draft:
    """What is known so far of one file."""

    def __init__(self, context: MapContext, file_format: str) -> None:
        self.context = context
        self.previous = Previous(context.previous)
        self.problems: list[Problem] = []
        self.nodes: dict[str, dict[str, Any]] = {}
        self._triples: dict[Triple, None] = {}
        self._by_subject: dict[str, list[Triple]] = defaultdict(list)
        self._personal: dict[Triple, None] = {}
        self._read: set[tuple[str, int]] = set()
        self._reserved: set[tuple[str, int]] = set()
        self._out: set[tuple[str, int]] = set()
        self._kept_cells: dict[tuple[str, str], None] = {}
        self._describe_document(file_format)

    # ---- triples ----

    def add(self, subject: str, predicate: str, value: Term | str) -> None:
        """Add one triple; a str value is an IRI."""
        self._keep(_triple(subject, predicate, value))

    def add_text(self, subject: str, predicate: str, text: str) -> None:
        """Add one plain text, when there is one."""
        if text:
            self.add(subject, predicate, literal(text))

    def add_personal(self, subject: str, predicate: str, value: Term | str) -> None:
        """Add one triple of personal data, kept apart."""
        self._personal[_triple(subject, predicate, value)] = None

    def add_all(self, triples: Iterable[Triple]) -> None:
        """Add triples as they are."""
        for triple in triples:
            self._keep(triple)

    def _keep(self, triple: Triple) -> None:
        if triple not in self._triples:
            self._triples[triple] = None
            self._by_subject[triple[0].value].append(triple)

    def remove(self, subject: str, predicate: str) -> None:
        """Take back what was said of one property."""
        for triple in [t for t in self._by_subject.get(subject, ()) if t[1].value == predicate]:
            del self._triples[triple]
            self._by_subject[subject].remove(triple)

    def values(self, subject: str, predicate: str) -> list[str]:
        """Return what a node already says of one property."""
        return [o.value for _s, p, o in self._by_subject.get(subject, ()) if p.value == predicate]

    def says(self, subject: str, name: str) -> bool:
        """Tell whether a node has the property, or the value, of that IRI; « Ne sait pas » is not to have it."""
        said = self._by_subject.get(subject, ())
        return any(name in (p.value, o.value) for _s, p, o in said if p.value != cdv("neSaitPas"))

    # ---- places ----

    def locate(self, subject: str, line: Line, label: str) -> None:
        """Say from which row a node was read."""
        place = f"{self.context.document}#{slug(line.table.name)}-{line.number}"
        self.add(subject, DERIVED_FROM, place)
        self.add(place, RDF_TYPE, cdv("Localisation"))
        self.add_text(place, cdv("feuille"), line.table.name)
        self.add(place, cdv("ligneFeuille"), literal(line.number))
        self.add(place, SOURCE, self.context.document)
        self.nodes[subject] = {"feuille": line.table.name, "ligne": line.number, "libelle": label}

    def describe_columns(self, table: Table) -> None:
        """Keep where each column stood, and its title as received."""
        for column in table.columns.values():
            field = column.field
            if field.hidden or field.kind == "libelle":
                continue
            node = f"{self.context.document}#{slug(table.name)}-{field.path.rpartition('#')[2].rpartition('/')[2]}"
            self.add(node, RDF_TYPE, cdv("Colonne"))
            self.add(node, cdv("chemin"), field.path)
            self.add_text(node, cdv("feuille"), table.name)
            self.add_text(node, cdv("lettre"), column.letter)
            self.add_text(node, cdv("titreColonne"), column.title)
            self.add(node, SOURCE, self.context.document)

    def _describe_document(self, file_format: str) -> None:
        context = self.context
        self.add(context.document, RDF_TYPE, cdv("DocumentSource"))
        self.add_text(context.document, cdv("empreinte"), context.sha256)
        self.add_text(context.document, cdv("nomFichier"), context.filename)
        self.add_text(context.document, FORMAT, _MEDIA[file_format])

    # ---- lines and problems ----

    def open(self, line: Line) -> None:
        """Count a line as read."""
        self._read.add((line.table.name, line.number))

    def out_of_perimeter(self, line: Line) -> None:
        """Count a line as read and left out of the contract."""
        self.open(line)
        self._out.add((line.table.name, line.number))

    def keep_cell(self, line: Line, field: Field) -> None:
        """Note a blank cell that left unchanged what the previous version said."""
        self._kept_cells[line.table.name, line.place(field) or f"{field.title} {line.number}"] = None

    def keep_line(self, subject: str, line: Line, fields: Sequence[Field]) -> None:
        """Leave a whole node as it was: of its row, the cells of *fields* that are blank keep what was said."""
        self.add_all(self.previous.whole(subject))
        for field in fields:
            if line.cell(field) is None and any(self.previous.values(subject, path) for path in field.paths):
                self.keep_cell(line, field)

    def report(
        self,
        gravite: Gravite,
        code: str,
        line: Line,
        field: Field,
        message: str,
        correction: str,
        value: str | None = None,
    ) -> None:
        """Add a problem about one cell; a reserve marks its line."""
        said = line.text(field) if value is None else value
        self.problems.append(
            Problem(gravite, code, line.table.name, line.place(field), field.title, said or None, message, correction)
        )
        if gravite == "reserve":
            self._reserved.add((line.table.name, line.number))

    def reserve(
        self,
        subject: str,
        code: str,
        line: Line,
        field: Field,
        message: str,
        correction: str,
        *,
        value: str | None = None,
        precision: str = "",
        cause: str | None = None,
    ) -> None:
        """Add a reserve about a cell; what the cell says is kept, in raw form, beside the node.

        *precision* is the narrower code of the problem; *cause* is the node whose own fault is the only one to mend.
        *value* is the part of the cell that is at fault, when it is not all of it. Of several faults of one cell, the
        first is kept in the graph.
        """
        self.report("reserve", code, line, field, message, correction, value=value)
        cell = line.cell(field)
        if cell is None:
            return
        node = f"{self.context.document}#reserve-{slug(line.table.name)}-{cell.address}"
        if self.values(node, cdv("sujet")):
            return
        self.add(node, RDF_TYPE, cdv("Reserve"))
        self.add(node, cdv("sujet"), subject)
        self.add(node, cdv("chemin"), field.path)
        self.add_text(node, cdv("feuille"), line.table.name)
        self.add_text(node, cdv("cellule"), cell.address)
        self.add_text(node, cdv("texteBrut"), cell.text)
        self.add_text(node, cdv("codeProbleme"), code)
        self.add_text(node, cdv("precisionProbleme"), precision)
        if value and clean(value) != clean(cell.text):
            self.add_text(node, cdv("partieFautive"), clean(value))
        if cause:
            self.add(node, cdv("decouleDe"), cause)
        self.add(node, SOURCE, self.context.document)

    def refused(self, model: Model | None) -> Mapped:
        """Return what is known of a file that a blocking problem refuses: no triples."""
        organisme, service = (model.organisme, model.service) if model else (None, None)
        return Mapped([], [], tuple(self.problems), 0, 0, 0, 0, organisme, service, model.annee if model else None)

    def mapped(self, organisme: str | None, service: str | None, annee: int | None) -> Mapped:
        """Return the whole."""
        reserved = len(self._reserved & self._read - self._out)
        return Mapped(
            triples=list(self._triples),
            personal=list(self._personal),
            problems=(*self.problems, *self._values_kept()),
            read=len(self._read),
            kept=len(self._read) - reserved - len(self._out),
            reserves=reserved,
            out_of_perimeter=len(self._out),
            organisme=organisme,
            service=service,
            annee=annee,
            nodes=self.nodes,
        )

    def _values_kept(self) -> list[Problem]:
        if not self._kept_cells:
            return []
        n = len(self._kept_cells)
        sheet, cell = next(iter(self._kept_cells))
        message = ngettext(
            "{n} case vide : la valeur déjà déclarée est gardée ({feuille}, {cellule}).",
            "{n} cases vides : la valeur déjà déclarée est gardée (exemple : {feuille}, {cellule}).",
            n,
        ).format(n=n, feuille=sheet, cellule=cell)
        correction = _("Rien à faire si c'est voulu ; sinon, écrivez la nouvelle valeur, ou « Ne sait pas ».")
        return [Problem("info", "valeurs-gardees", None, None, None, None, message, correction)]


def _triple(subject: str, predicate: str, value: Term | str) -> Triple:
    return (iri(subject), iri(predicate), iri(value) if isinstance(value, str) else value)
