"""The sheets and columns of the workbooks, read from the form shapes (shapes/formulaire-*.ttl)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from droitcommun.graph.names import CDV, PREFIXES
from droitcommun.graph.store import Row, Store

FormName = Literal["recensement", "pilotage", "contrat"]
# The workbooks that a campagne sends out and takes in; that of a contract makes a workspace.
FORMS: tuple[FormName, ...] = ("recensement", "pilotage")

CONTRAT: FormName = "contrat"

IDENTIFIER = PREFIXES["dcterms"] + "identifier"
_PREF_LABEL = PREFIXES["skos"] + "prefLabel"
_XSD = PREFIXES["xsd"]
_KINDS = {
    "string": "texte",
    "integer": "entier",
    "decimal": "decimal",
    "date": "date",
    "gYear": "annee",
    "boolean": "oui-non",
}

_HEADER = """
SELECT ?form ?label ?version ?template WHERE {
  ?form a <http://www.w3.org/2002/07/owl#Ontology> ; dcterms:identifier ?template ; rdfs:label ?label ;
    <http://www.w3.org/2002/07/owl#versionInfo> ?version .
  FILTER(lang(?label) = "fr")
}
"""
_SHEETS = """
SELECT ?shape ?name ?label ?help ?targetClass ?class ?since WHERE {
  ?shape a sh:NodeShape ; cdv:feuille ?name ; rdfs:label ?label ; cdv:aide ?help ; sh:order ?order .
  FILTER(lang(?label) = "fr" && lang(?help) = "fr")
  OPTIONAL { ?shape sh:targetClass ?targetClass }
  OPTIONAL { ?shape sh:class ?class }
  OPTIONAL { ?shape cdv:depuisVersion ?since }
} ORDER BY ?order
"""
_FIELDS = """
SELECT $shape ?field ?order ?title ?titleEn ?help ?min ?max ?datatype ?codes ?path WHERE {
  $shape sh:property ?field . ?field sh:order ?order ; sh:name ?title ; sh:name ?titleEn ; sh:description ?help .
  FILTER(lang(?title) = "fr" && lang(?titleEn) = "en" && lang(?help) = "fr")
  ?field sh:path ?path .
  OPTIONAL { ?field sh:minCount ?min }
  OPTIONAL { ?field sh:maxCount ?max }
  OPTIONAL { ?field sh:datatype ?datatype }
  OPTIONAL { ?field cdv:listeDeCodes ?codes }
} ORDER BY ?order
"""
# The members of a list, in order: the farther a member is from the end, the earlier it comes.
_PATH_MEMBERS = """
SELECT $field ?item (COUNT(?tail) AS ?rank) WHERE {{
  $field {path} ?list . ?list rdf:rest* ?cell . ?cell rdf:first ?item . ?cell rdf:rest* ?tail
}} GROUP BY $field ?item ORDER BY DESC(?rank)
"""
_ALLOWED = _PATH_MEMBERS.format(path="sh:in")
_ALTERNATIVES = _PATH_MEMBERS.format(path="sh:path/sh:alternativePath")
_SEQUENCE = _PATH_MEMBERS.format(path="sh:path")
_CLASSES = """
SELECT $field ?item WHERE {
  { $field sh:class ?item } UNION { $field sh:or/rdf:rest*/rdf:first/sh:class ?item }
} ORDER BY ?item
"""
_SYNONYMS = "SELECT $field ?item WHERE { $field skos:altLabel ?item } ORDER BY ?item"
_CONDITIONS = "SELECT $field ?item WHERE { $field cdv:obligatoireSi ?item } ORDER BY ?item"


@dataclass(frozen=True)
class Field:
    """One column.

    `path` names the column (cdv:chemin); `paths` are every property it may fill. `kind` is texte, entier, decimal,
    date, annee, mesure (a number in the unit of an indicator), oui-non, code (of the scheme `codes`), chose (of
    `classes`), libelle (shown, not read), identifiant, quantite or visa. `required_if` holds property IRIs (filled on
    the row) and value IRIs (held by the row). `allowed` holds the only codes (IRIs) of the list that the column takes,
    in order; empty: all of them.
    """

    path: str
    paths: tuple[str, ...]
    title: str
    title_en: str
    synonyms: tuple[str, ...]
    help: str
    order: int
    required: bool
    required_if: tuple[str, ...]
    kind: str
    codes: str | None
    classes: tuple[str, ...]
    multiple: bool
    maximum: int | None
    hidden: bool
    allowed: tuple[str, ...] = ()

    @property
    def header(self) -> str:
        """Return the title as the workbook shows it: `*` marks a compulsory column."""
        return self.title + "*" if self.required else self.title

    @property
    def accepts_unknown(self) -> bool:
        """Tell whether « Ne sait pas » is an answer: everywhere except in compulsory text columns."""
        return not (self.required and self.kind == "texte") and self.kind not in ("libelle", "identifiant", "visa")


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, the title and help of row 1, its columns in order, the class its rows become.

    `since` is the version of the template in which it appears.
    """

    name: str
    title: str
    title_help: str
    fields: tuple[Field, ...]
    target_class: str
    since: int = 1

    @property
    def personal(self) -> bool:
        """Tell whether the sheet holds personal data (it may then be missing from a file)."""
        return self.target_class == CDV + "Titulaire"

    def field(self, term: str) -> Field:
        """Return the column whose path is cdv:*term* (or the full IRI *term*). Raises KeyError."""
        wanted = term if ":" in term else CDV + term
        for field in self.fields:
            if field.path == wanted and field.kind != "libelle":
                return field
        raise KeyError(term)

    def titled(self, title: str) -> Field:
        """Return the column of that title. Raises KeyError."""
        for field in self.fields:
            if field.title == title:
                return field
        raise KeyError(title)


@dataclass(frozen=True)
class Form:
    """One workbook: `template` and `version` are written in its hidden sheet `_modele`."""

    name: FormName
    title: str
    template: str
    version: str
    sheets: tuple[Sheet, ...]

    def sheet(self, name: str) -> Sheet:
        """Return a sheet by its name. Raises KeyError."""
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise KeyError(name)


@cache
def load_form(name: FormName) -> Form:
    """Return a workbook's form, read once from its shapes."""
    file = resources.files("droitcommun.shapes") / f"formulaire-{name}.ttl"
    return parse_form(name, file.read_text(encoding="utf-8"))


def parse_form(name: FormName, turtle: str) -> Form:
    """Return the form that a Turtle document describes."""
    store = Store.from_turtle(turtle)
    header = store.select(_HEADER)[0]
    sheets = tuple(_sheet(store, row) for row in store.select(_SHEETS))
    return Form(name, _text(header, "label"), _text(header, "template"), _text(header, "version"), sheets)


def _sheet(store: Store, row: Row) -> Sheet:
    fields = tuple(_field(store, found) for found in store.select(_FIELDS, {"shape": row["shape"]}))
    target = _text(row, "targetClass") or _text(row, "class")
    since = int(_text(row, "since") or 1)
    return Sheet(_text(row, "name"), _text(row, "label"), _text(row, "help"), fields, target, since)


def _field(store: Store, row: Row) -> Field:
    def items(query: str) -> tuple[str, ...]:
        return tuple(_text(found, "item") for found in store.select(query, {"field": row["field"]}))

    sequence = items(_SEQUENCE)
    paths = items(_ALTERNATIVES) or sequence[:1] or (_text(row, "path"),)
    codes = _text(row, "codes") or None
    classes = items(_CLASSES)
    maximum = int(_text(row, "max")) if "max" in row else None
    return Field(
        path=paths[0],
        paths=paths,
        title=_text(row, "title"),
        title_en=_text(row, "titleEn"),
        synonyms=items(_SYNONYMS),
        help=_text(row, "help"),
        order=int(_text(row, "order")),
        required=_text(row, "min") == "1",
        required_if=items(_CONDITIONS),
        kind=_kind(paths, sequence, _text(row, "datatype"), codes, classes),
        codes=codes,
        classes=classes,
        multiple=maximum != 1,
        maximum=maximum,
        hidden=paths[0] == IDENTIFIER,
        allowed=items(_ALLOWED),
    )


def _kind(
    paths: tuple[str, ...], sequence: tuple[str, ...], datatype: str, codes: str | None, classes: tuple[str, ...]
) -> str:
    if paths[0] == IDENTIFIER:
        return "identifiant"
    if sequence and sequence[-1] == _PREF_LABEL:
        return "libelle"
    if {CDV + "centimes", CDV + "enveloppeP147"} & set(paths):
        return "quantite"
    if CDV + "visaDate" in paths:
        return "visa"
    if PREFIXES["sdmx-measure"] + "obsValue" in paths:
        return "mesure"
    if codes:
        return "code"
    if classes:
        return "chose"
    return _KINDS.get(datatype.removeprefix(_XSD), "texte")


def _text(row: Row, name: str) -> str:
    return row[name].value if name in row else ""


def form_of_template(template: str) -> FormName | None:
    """Return the form whose template id is *template*, or None."""
    return next((name for name in (*FORMS, CONTRAT) if load_form(name).template == template), None)
