"""The workbook of a contract, read: one node a row, found by their codes from sheet to sheet.

A contract is taken whole or not at all: every fault of a cell is said with its address, and nothing is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from droitcommun.graph.classeurs.cells import ETP, clean
from droitcommun.graph.classeurs.columns import Line, Table, find_tables
from droitcommun.graph.classeurs.draft import RDF_TYPE, Draft
from droitcommun.graph.classeurs.fill import Filler, decimal_literal
from droitcommun.graph.classeurs.form import Field, load_form
from droitcommun.graph.classeurs.lookup import Lookup
from droitcommun.graph.classeurs.mapped import MapContext
from droitcommun.graph.classeurs.pieces import pieces
from droitcommun.graph.classeurs.problems import ClasseurRefuse, Problem, blocking
from droitcommun.graph.classeurs.raw import RawClasseur
from droitcommun.graph.langue import _
from droitcommun.graph.names import (
    ANY_CODE,
    CODE_FORMS,
    PREFIXES,
    cdv,
    code_iri,
    contract_thing,
    contrat_iri,
    local_code,
    shared_iri,
    slug,
)
from droitcommun.graph.reference import reference_store
from droitcommun.graph.store import Term, Triple, iri, literal

CODE, LABEL = PREFIXES["skos"] + "notation", PREFIXES["skos"] + "prefLabel"
_IN_FRENCH = {LABEL, PREFIXES["skos"] + "altLabel", PREFIXES["dcterms"] + "title"}
# The forms of codes that the State gives; those of a contract may have any, that its files can bear.
_FORMS = {"QPV": "qpv", "Ambitions": "ambition", "Communes": "commune", "Organismes": "organisme", "EPCI": "siren"}
_LONGEST_CODE = 60
_NO_DAY = date(1, 1, 1)  # nothing of a contract depends on the day its workbook is read
_YEAR = re.compile(r"[0-9]{4}")


@dataclass(frozen=True)
class Genre:
    """What the rows of a sheet become: the kind in their IRIs, shared between contracts or not, and by what named."""

    kind: str
    shared: bool = False
    key: str = CODE
    types: tuple[str, ...] = ()


_CONCEPT = (PREFIXES["skos"] + "Concept",)
GENRES: dict[str, Genre] = {
    "Contrat": Genre("contrat", shared=True),
    "Contrat précédent": Genre("contrat", shared=True),
    "EPCI": Genre("epci", shared=True),
    "Communes": Genre("commune", shared=True),
    "Organismes": Genre("organisme", shared=True),
    "Piliers": Genre("pilier", types=_CONCEPT),
    "Ambitions": Genre("ambition", types=_CONCEPT),
    "Axes": Genre("axe", types=_CONCEPT),
    "Sous-axes": Genre("sous-axe", types=_CONCEPT),
    "QPV": Genre("qpv", shared=True),
    "Populations": Genre("population", key=cdv("territoire")),
    "Parties": Genre("partie", key=cdv("organisme")),
    "Familles d'engagements": Genre("famille-engagement", types=(PREFIXES["skos"] + "Collection",)),
    "Engagements": Genre("type-engagement", types=_CONCEPT),
    "Instances": Genre("instance"),
    "Qualification": Genre("qualification", key=cdv("source")),
    "Critères d'évaluation": Genre("critere-evaluatif"),
    "Critères de vulnérabilité": Genre("critere-vulnerabilite"),
    "Questions évaluatives": Genre("question-evaluative"),
    "Questions du copil": Genre("question-copil"),
    "Points attendus": Genre("point-attendu"),
    "Indicateurs": Genre("indicateur"),
    "Dispositifs": Genre("dispositif"),
}
# What stands beside contracts, and belongs to none.
_OF_NO_CONTRACT = ("Contrat", "Contrat précédent", "EPCI", "Communes", "Organismes")
_PERCENTS = {cdv("plafondTerritoiresVulnerables")}
_COUNTED = {"nombrePiliers": "Piliers", "nombreAmbitions": "Ambitions", "nombreAxes": "Axes"}


@dataclass(frozen=True)
class ContratLu:
    """The contract that a workbook describes; `rows` gives the row each of its nodes was read from."""

    code: str
    triples: tuple[Triple, ...]
    rows: Mapping[str, Line]

    def fault(self, node: str, path: str | None, code: str, message: str, correction: str) -> Problem:
        """Return a blocking problem about *node*, at the cell of *path*, else at the one that names the row."""
        line = self.rows.get(node) or self.rows[contrat_iri(self.code)]
        sheet = line.table.sheet
        asked = next((f for f in sheet.fields if path in f.paths and not f.hidden), None)
        field = asked or sheet.field(GENRES[sheet.name].key)
        said = line.text(field) or None
        return Problem("bloquant", code, line.table.name, line.place(field), field.title, said, message, correction)


def map_contrat(raw: RawClasseur) -> ContratLu:
    """Return the contract that a workbook describes.

    Raises ClasseurRefuse with every fault, each at its cell.
    """
    form = load_form("contrat")
    if raw.model and raw.model.genre != "contrat":
        raise ClasseurRefuse((_wrong_workbook(load_form(raw.model.genre).title),))
    problems = list(raw.problems)
    tables = find_tables(form.sheets, raw, problems, {}, int(form.version))
    _raise(problems)
    code = _contract_code(tables["Contrat"])
    return _Reader(raw, code, tables).read()


class _Reader:
    """One workbook being read: a first pass makes the nodes, a second one fills them, so that any row may name any."""

    def __init__(self, raw: RawClasseur, code: str, tables: dict[str, Table]) -> None:
        self.code, self.tables, self.reference = code, tables, reference_store()
        self.owner = contrat_iri(code)  # what a fault is about, when its row makes no node
        document = contract_thing(code, "source", raw.sha256)
        context = MapContext(self.reference, code, None, None, document, raw.sha256, raw.path.name, _NO_DAY)
        self.draft = Draft(context, raw.format)
        self.filler = Filler(self.draft, Lookup(self.reference, code), raw.epoch)
        self.nodes: list[tuple[str, Line]] = []
        self.first: dict[str, Line] = {}

    def read(self) -> ContratLu:
        for name, table in self.tables.items():
            if GENRES[name].key == CODE:
                self.nodes += [(node, line) for line in table.lines() if (node := self._coded(name, line))]
        self.reference.add(self._said())
        # What bears a title and no label is found by its code.
        unnamed = [node for node in self.first if not self.draft.values(node, LABEL)]
        self.reference.add((iri(node), iri(LABEL), literal(local_code(node))) for node in unnamed)
        for name, table in self.tables.items():
            if GENRES[name].key != CODE:
                self.nodes += [(node, line) for line in table.lines() if (node := self._keyed(name, line))]
        for node, line in self.nodes:
            for field in line.table.sheet.fields:
                if field.path != CODE:
                    self._fill(node, line, field)
        self._finish()
        rank = {table.name: n for n, table in enumerate(self.tables.values())}
        _raise(sorted(self.draft.problems, key=lambda p: (rank.get(p.feuille or "", 0), _row_of(p))))
        return ContratLu(self.code, tuple(self._said()), self.first)

    # ---- nodes ----

    def _coded(self, name: str, line: Line) -> str | None:
        """Make the node of a row that has a code, with its label; None when the code is missing, wrong or taken."""
        field = line.table.sheet.field(CODE)
        text = line.text(field)
        if not text:
            self.filler.missing(self.owner, line, field)
            return None
        genre = GENRES[name]
        reason = _why_not_a_code(name, text)
        if reason:
            self._impossible(self.owner, line, field, reason)
            return None
        node = self._iri(genre, text)
        if node in self.first:
            self._twice(line, field)
            return None
        self._begin(node, name, line)
        self.draft.add(node, CODE, literal(text))
        return node

    def _keyed(self, name: str, line: Line) -> str | None:
        """Make the node of a row named by another: a population, a party, a qualification."""
        genre, sheet = GENRES[name], line.table.sheet
        field = sheet.field(genre.key)
        if line.cell(field) is None:
            self.filler.missing(self.owner, line, field)
            return None
        text = line.text(field)
        lookup = self.filler.lookup
        answer = lookup.code(text, field.codes) if field.codes else lookup.thing(text, field.classes)
        found = self.filler.named(self.owner, line, field, text, answer)
        if found is None:
            return None
        key = local_code(found)
        if name == "Populations":
            key = f"{key}-{line.text(sheet.field('annee'))}"
        node = contract_thing(self.code, genre.kind, *(["contrat", key] if name == "Qualification" else [key]))
        if node in self.first:
            self._twice(line, field)
            return None
        self._begin(node, name, line)
        return node

    def _begin(self, node: str, name: str, line: Line) -> None:
        self.first[node] = line
        for kind in (line.table.sheet.target_class, *GENRES[name].types):
            self.draft.add(node, RDF_TYPE, kind)
        if name not in _OF_NO_CONTRACT:
            self.draft.add(node, cdv("contrat"), contrat_iri(self.code))
        label = next((f for f in line.table.sheet.fields if f.path == LABEL), None)
        if label and line.text(label):
            self.draft.add(node, LABEL, literal(line.text(label), lang="fr"))

    def _iri(self, genre: Genre, code: str) -> str:
        return shared_iri(genre.kind, code) if genre.shared else contract_thing(self.code, genre.kind, code)

    # ---- cells ----

    def _fill(self, node: str, line: Line, field: Field) -> None:
        cell = self.filler.understood_cell(node, line, field)
        if cell is None or field.path == LABEL:  # a label is told as soon as its row is known
            return
        if field.multiple and field.classes:
            self.filler.fill_all(node, line, field)
        elif field.kind == "decimal" and field.path not in _PERCENTS:
            number = self.filler.number(node, line, field, cell, ETP)
            if number is not None:
                self.draft.add(node, field.path, decimal_literal(number))
        elif field.kind == "texte":
            for text in pieces(cell.text) if field.multiple else (clean(cell.text),):
                self._text(node, line, field, text)
        else:
            self.filler.fill(node, line, field)

    def _text(self, node: str, line: Line, field: Field, text: str) -> None:
        path = field.paths[-1]
        if path == cdv("siren"):
            number = "".join(text.split())
            if CODE_FORMS["siren"].fullmatch(number):
                self.draft.add(node, path, literal(number))
            else:
                self._impossible(node, line, field, _("un SIREN a neuf chiffres"))
        elif path == cdv("annee"):
            if _YEAR.fullmatch(text):
                self.draft.add(node, path, literal(text, "gYear"))
            else:
                self._impossible(node, line, field, _("une année à quatre chiffres est attendue"))
        else:
            self.draft.add(node, path, literal(text, lang="fr") if path in _IN_FRENCH else literal(text))

    # ---- the whole ----

    def _finish(self) -> None:
        contrat = contrat_iri(self.code)
        line = self.first[contrat]
        sheet = line.table.sheet
        for term, name in _COUNTED.items():
            said = self.draft.values(contrat, cdv(term))
            count = sum(1 for node, row in self.nodes if row.table.sheet.name == name)
            if said and int(said[0]) != count:
                reason = _("la feuille {feuille} en a {n}").format(feuille=name, n=count)
                self._impossible(contrat, line, sheet.field(term), reason)
        begins, ends = (self.draft.values(contrat, cdv(term)) for term in ("dateDebut", "dateFin"))
        if begins and ends and ends[0] <= begins[0]:
            self._impossible(contrat, line, sheet.field("dateFin"), _("le contrat finirait avant de commencer"))
        self._unpopulated()
        for node, row in self.nodes:
            for family in self.draft.values(node, cdv("famille")) if row.table.sheet.name == "Engagements" else ():
                self.draft.add(family, PREFIXES["skos"] + "member", node)

    def _unpopulated(self) -> None:
        """Ask for the population of each QPV of the contract: figures by inhabitant need it."""
        known = {v for node, row in self.nodes for v in self.draft.values(node, cdv("territoire"))}
        for node, row in self.nodes:
            inside = code_iri("perimetre-qpv", "dans-contrat") in self.draft.values(node, cdv("perimetre"))
            if inside and node not in known:
                reason = _("aucune ligne de la feuille Populations ne donne ses habitants")
                self._impossible(node, row, row.table.sheet.field(CODE), reason)

    def _impossible(self, node: str, line: Line, field: Field, reason: str) -> None:
        """Report a value that was read and cannot be."""
        message = _("« {texte} » n'est pas possible pour « {colonne} » : {raison}.").format(
            texte=line.text(field), colonne=field.title, raison=reason
        )
        correction = _("Corrigez cette cellule, et recommencez.")
        self.draft.report("reserve", "valeur-impossible", line, field, message, correction)

    def _twice(self, line: Line, field: Field) -> None:
        self.draft.report(
            "reserve",
            "ligne-en-double",
            line,
            field,
            _("« {code} » est déjà plus haut.").format(code=line.text(field)),
            _("Gardez une seule ligne, et recommencez."),
        )

    def _said(self) -> list[Triple]:
        """Return what the rows say, without the traces of the file."""
        own = {iri(node) for node in self.first}
        return [
            _canonical(t)
            for t in self.draft.mapped(None, None, None).triples
            if t[0] in own and t[1].value != cdv("neSaitPas")
        ]


def _canonical(triple: Triple) -> Triple:
    """Write a decimal as contracts do: 5.0, never 5."""
    s, p, o = triple
    datatype = getattr(o, "datatype", None)
    if datatype and datatype.value == PREFIXES["xsd"] + "decimal" and "." not in o.value:
        written: Term = literal(f"{o.value}.0", "decimal")
        return s, p, written
    return triple


def _why_not_a_code(name: str, text: str) -> str:
    """Say why a text cannot be a code of a sheet; empty when it can."""
    if len(text) > _LONGEST_CODE:
        return _("un code a {n} caractères au plus").format(n=_LONGEST_CODE)
    form = CODE_FORMS.get(_FORMS.get(name, ""), ANY_CODE)
    if form.fullmatch(text):
        return ""
    return {
        "Communes": _(
            "un code Insee a cinq caractères, zéro de tête compris, comme 01004, 2A004 ou 97411 (mettez la colonne au "
            "format Texte pour garder le zéro)"
        ),
        "QPV": _("un code de l'ANCT a cette forme : QN06202M (ou, en Corse, QN02A01M)"),
        "EPCI": _("le SIREN d'une intercommunalité a neuf chiffres"),
        "Organismes": _("un code d'organisme s'écrit en minuscules sans accents, chiffres et tirets, comme caf-62"),
    }.get(name, _("un code s'écrit en lettres sans accents, chiffres, points et tirets"))


def _contract_code(table: Table) -> str:
    """Return the code on the only row of the sheet Contrat. Raises ClasseurRefuse."""
    lines = list(table.lines())
    field = table.sheet.field(CODE)
    if not lines:
        message = _("La feuille « {feuille} » n'a aucune ligne remplie.").format(feuille=table.name)
        advice = _(
            "Décrivez le contrat sur la ligne qui suit les titres : les colonnes à étoile (*) sont obligatoires."
        )
        raise ClasseurRefuse((blocking("contrat-absent", message, advice, table.name),))
    if len(lines) > 1:
        text = _("La feuille « {feuille} » a {n} lignes remplies au lieu d'une (lignes {lignes}).")
        numbers = ", ".join(str(line.number) for line in lines)
        message = text.format(feuille=table.name, n=len(lines), lignes=numbers)
        advice, place = _("Gardez une seule ligne."), lines[1].place(field)
        raise ClasseurRefuse(
            (Problem("bloquant", "contrat-unique", table.name, place, field.title, None, message, advice),)
        )
    code = lines[0].text(field)
    if not code or slug(code) != code:
        place = lines[0].place(field)
        message = _("« {texte} » ne peut pas être le code du contrat.").format(texte=code)
        advice = _("Écrivez-le en minuscules, chiffres et tirets, comme val-2024.")
        raise ClasseurRefuse(
            (Problem("bloquant", "code-impossible", table.name, place, field.title, code or None, message, advice),)
        )
    return code


def _raise(problems: Sequence[Problem]) -> None:
    """Refuse the workbook when one of its problems is more than a remark."""
    serious = [p for p in problems if p.gravite != "info"]
    if serious:
        raise ClasseurRefuse(tuple(_blocking(serious)))


def _row_of(problem: Problem) -> int:
    return int("".join(c for c in problem.cellule or "" if c.isdigit()) or 0)


def _blocking(problems: Sequence[Problem]) -> Iterator[Problem]:
    for p in problems:
        yield Problem("bloquant", p.code, p.feuille, p.cellule, p.colonne, p.valeur, p.message, p.correction)


def _wrong_workbook(title: str) -> Problem:
    return blocking(
        "mauvais-classeur",
        _("Ce fichier est un « {lu} », pas un modèle de contrat.").format(lu=title.lower()),
        _("« droitcommun init --modele FICHIER.xlsx » en écrit un."),
    )
