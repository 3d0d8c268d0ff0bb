"""The questions of queries/catalogue: read a header, check and bind the parameters, run, return typed rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from importlib import resources
from typing import Protocol

from rapidfuzz import fuzz, process, utils

from droitcommun.graph.avertissements import avertissements, fictif
from droitcommun.graph.errors import CampagneInconnue, ParameterInvalid, QueryUnknown
from droitcommun.graph.formats import mask
from droitcommun.graph.langue import _, langue
from droitcommun.graph.names import CODES, ID, code_iri, contract_thing, contrat_iri, shared_iri
from droitcommun.graph.store import Store, Term, iri, literal

TYPES = ("gYear", "code", "text", "integer", "decimal", "boolean", "date", "iri")
UNITES = ("EUR", "ETP", "heures", "personnes")

_PARAM = re.compile(
    r"(?P<name>\w+): (?P<type>\w+)(?:\((?P<choices>[\w|-]+)\))?(?: = (?P<default>[^;]+))?; (?P<text>.+)"
)
_COLUMN = re.compile(r"(?P<name>\w+): (?P<type>\w+)(?: (?P<unit>\w+))?; (?P<text>.+)")
_TRANSLATED = re.compile(r"(?P<what>param|column)-(?P<lang>\w+) (?P<name>\w+): (?P<text>.+)")
_SENTENCES = ("title", "description", "use")
_ANNEE = re.compile(r"annee(\d?)")
# The codes that stand under one of the IRIs where a code parameter may point, with the labels people know them by.
_CODES = """
SELECT $duContrat $partage $codeCommun ?chose ?libelle WHERE {
  ?chose skos:notation ?code .
  FILTER(STRSTARTS(STR(?chose), $duContrat) || STRSTARTS(STR(?chose), $partage) || STRSTARTS(STR(?chose), $codeCommun))
  OPTIONAL { ?chose skos:prefLabel ?libelle . FILTER(LANG(?libelle) = "fr") }
} ORDER BY ?chose ?libelle
"""
_RESSEMBLANCE = 60
_MONTRES = 8


@dataclass(frozen=True)
class Parameter:
    """One parameter of a query; a code parameter lists its *choices*, codes of the scheme that bears its name."""

    name: str
    type: str
    description: str
    default: str | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """One column of a table; *unit* is "" or one of UNITES."""

    name: str
    type: str
    unit: str
    description: str


@dataclass(frozen=True)
class Query:
    """One question of the catalogue; title, description and use are in the current language."""

    name: str
    title: str
    description: str
    use: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    text: str

    @property
    def bound(self) -> tuple[str, ...]:
        """Names written $so in the text: what the runner binds, all of them projected."""
        return tuple(dict.fromkeys(re.findall(r"\$(\w+)", _body(self.text))))

    @property
    def across(self) -> bool:
        """True for a question that sets contracts side by side: it is asked of every contract the store holds."""
        return "contrat" not in self.bound


@dataclass(frozen=True)
class Table:
    """The answer. Rows hold str, int, Decimal, bool, date, or None where the value is unknown.

    Texts are free of e-mails and telephone numbers.
    """

    query: Query
    contrat: str
    parameters: dict[str, object]
    rows: list[dict[str, object]]
    warnings: tuple[str, ...] = ()


class Dataset(Protocol):
    """What a query needs of the active dataset."""

    @property
    def contrat(self) -> str:
        """The code of the contract."""
        ...

    @property
    def store(self) -> Store:
        """The triples that are asked."""
        ...


def _body(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))


def parse_query(name: str, text: str, lang: str = "fr") -> Query:
    """Read a query file: its `#+ key: value` header and its text.

    Raises ValueError on a header line that is malformed or of an unknown type or unit.
    """
    fields: dict[str, str] = {}
    parameters: list[Parameter] = []
    columns: list[Column] = []
    lines = [line[3:].strip() for line in text.splitlines() if line.startswith("#+ ")]
    other = {
        (f["what"], f["name"]): f["text"] for line in lines if (f := _TRANSLATED.match(line)) and f["lang"] == lang
    }
    for content in lines:
        if _TRANSLATED.match(content):
            continue
        if content.startswith("param "):
            found = _match(_PARAM, name, content[6:])
            choices = tuple(found["choices"].split("|")) if found["choices"] else ()
            said = other.get(("param", found["name"]), found["text"])
            parameters.append(Parameter(found["name"], found["type"], said, found["default"], choices))
        elif content.startswith("column "):
            found = _match(_COLUMN, name, content[7:])
            if found["unit"] and found["unit"] not in UNITES:
                raise ValueError(f"{name}: {content}")
            said = other.get(("column", found["name"]), found["text"])
            columns.append(Column(found["name"], found["type"], found["unit"] or "", said))
        else:
            key, _sep, value = content.partition(": ")
            fields[key] = value
    title, description, use = (fields[key if lang == "fr" else f"{key}-{lang}"] for key in _SENTENCES)
    return Query(name, title, description, use, tuple(parameters), tuple(columns), text)


def _match(pattern: re.Pattern[str], name: str, content: str) -> re.Match[str]:
    found = pattern.fullmatch(content)
    if found is None or found["type"] not in TYPES:
        raise ValueError(f"{name}: {content}")
    return found


@lru_cache(maxsize=2)
def _load(lang: str) -> dict[str, Query]:
    folder = resources.files("droitcommun.queries") / "catalogue"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".rq")), key=lambda f: f.name)
    names = [f.name.removesuffix(".rq") for f in files]
    return {n: parse_query(n, f.read_text(encoding="utf-8"), lang) for n, f in zip(names, files, strict=True)}


def load_catalogue() -> dict[str, Query]:
    """Return every query of the catalogue by name, sorted, in the current language."""
    return dict(_load(langue()))


def find_query(name: str) -> Query:
    """Return one query. Raises QueryUnknown, with the nearest name."""
    catalogue = load_catalogue()
    if name not in catalogue:
        raise QueryUnknown(name, list(catalogue))
    return catalogue[name]


@lru_cache(maxsize=16)
def _read(folder: str, name: str, lang: str) -> Query:
    file = resources.files("droitcommun.queries") / folder / f"{name}.rq"
    return parse_query(name, file.read_text(encoding="utf-8"), lang)


def read_query(folder: str, name: str) -> Query:
    """Return a query that is not one of the catalogue: the edges of a network, the flat table."""
    return _read(folder, name, langue())


def run(query: Query, dataset: Dataset, values: Mapping[str, str]) -> Table:
    """Answer *query* on *dataset* with the parameters *values*, as typed on a command line.

    `$contrat`, `$langue` (the language of words that a question writes itself), and `$campagne` (`$campagne1` …) from
    `annee` (`annee1` …), are bound here.
    Raises ParameterInvalid (missing, unknown, wrong value) and CampagneInconnue.
    """
    terms, python = _bind(query, dataset, values)
    bindings = {name: terms[name] for name in query.bound}
    found = dataset.store.select(query.text, bindings)
    rows = [{c.name: _python(row.get(c.name), c.type) for c in query.columns} for row in found]
    money = any(c.unit in ("EUR", "ETP", "heures") or c.name == "unite" for c in query.columns)
    campagnes = [term for name, term in terms.items() if name.startswith("campagne")]
    said = avertissements(dataset.store, campagnes, money) if campagnes else fictif(dataset.store)
    return Table(query, dataset.contrat, python, rows, said)


def _bind(query: Query, dataset: Dataset, values: Mapping[str, str]) -> tuple[dict[str, Term], dict[str, object]]:
    names = [p.name for p in query.parameters]
    for name in values:
        if name not in names:
            known = ", ".join(names) or _("aucun")
            raise ParameterInvalid(query.name, name, _("inconnu ; paramètres possibles : {noms}").format(noms=known))
    terms: dict[str, Term] = {"contrat": iri(contrat_iri(dataset.contrat)), "langue": literal(langue())}
    python: dict[str, object] = {}
    for parameter in query.parameters:
        text = values.get(parameter.name, parameter.default)
        if text is None:
            reason = _("il manque ; ajoutez « -p {nom}=VALEUR »").format(nom=parameter.name)
            raise ParameterInvalid(query.name, parameter.name, reason)
        terms[parameter.name] = _term(query, parameter, text.strip(), dataset)
        python[parameter.name] = _python(terms[parameter.name], parameter.type)
        if (found := _ANNEE.fullmatch(parameter.name)) and not query.across:
            annee = int(text)
            _known_campagne(dataset, annee)
            terms["campagne" + found[1]] = iri(contract_thing(dataset.contrat, "campagne", annee))
    return terms, python


def _known_campagne(dataset: Dataset, annee: int) -> None:
    rows = dataset.store.select(
        "SELECT $contrat ?annee { ?campagne a cdv:Campagne ; cdv:contrat $contrat ; cdv:annee ?annee }",
        {"contrat": iri(contrat_iri(dataset.contrat))},
    )
    known = sorted({int(row["annee"].value) for row in rows})
    if annee not in known:
        raise CampagneInconnue(annee, known)


def _term(query: Query, parameter: Parameter, text: str, dataset: Dataset) -> Term:
    if parameter.type == "code":
        return iri(_code(query, parameter, text, dataset))
    try:
        _CHECKS[parameter.type](text)
    except (ValueError, InvalidOperation) as error:
        reason = _("« {valeur} » ne convient pas ; il faut {attendu}").format(
            valeur=text, attendu=_expected()[parameter.type]
        )
        raise ParameterInvalid(query.name, parameter.name, reason) from error
    if parameter.type == "iri":
        return iri(text)
    if parameter.type == "text":
        # A text that names a thing of a kind the contract holds (an indicator) must be the code of one of them.
        known = {code_of(known_iri): label for known_iri, label in _codes(parameter.name, dataset).items()}
        if known and text not in known:
            raise _wrong_code(query, parameter, text, known)
    return literal(text, None if parameter.type == "text" else parameter.type)


def _code(query: Query, parameter: Parameter, text: str, dataset: Dataset) -> str:
    """Return the IRI of a code: one of the parameter's choices, or a thing of its kind that the dataset holds.

    The kind is the parameter's name (ambition, qpv, organisme …): a thing of the contract, one that several
    contracts share, or a code of that scheme. Raises ParameterInvalid with the nearest code.
    """
    if parameter.choices:
        if text not in parameter.choices:
            raise _wrong_code(query, parameter, text, dict.fromkeys(parameter.choices, ""))
        return code_iri(parameter.name, text)
    known = _codes(parameter.name, dataset)
    found = next((known_iri for known_iri in known if code_of(known_iri) == text), None)
    if found is None:
        raise _wrong_code(query, parameter, text, {code_of(known_iri): label for known_iri, label in known.items()})
    return found


def _codes(kind: str, dataset: Dataset) -> dict[str, str]:
    """Return the IRIs of one kind with their French labels."""
    roots = {
        "duContrat": literal(contract_thing(dataset.contrat, kind, "")),
        "partage": literal(shared_iri(kind, "")),
        "codeCommun": literal(code_iri(kind, "")),
    }
    rows = dataset.store.select(_CODES, roots)
    return {row["chose"].value: row["libelle"].value if "libelle" in row else "" for row in rows}


def _wrong_code(query: Query, parameter: Parameter, text: str, known: Mapping[str, str]) -> ParameterInvalid:
    """Say which codes there are, and which one is nearest to *text* by its code or its label."""
    shown = list(known)[:_MONTRES]
    codes = ", ".join(shown) + (" …" if len(known) > _MONTRES else "")
    reason = _("« {valeur} » n'est pas un code ; valeurs possibles : {codes}").format(
        valeur=text, codes=codes or _("aucune")
    )
    near = nearest(text, {code: label or code for code, label in known.items()})
    if near is not None:
        named = f"{near} ({known[near]})" if known[near] else near
        reason += _(" ; vouliez-vous dire « {code} » ?").format(code=named)
    return ParameterInvalid(query.name, parameter.name, reason)


def nearest(text: str, known: Mapping[str, str]) -> str | None:
    """Return the key of *known* whose words (or the key itself) look most like *text*; None when nothing does."""
    by_key = process.extractOne(
        text,
        {key: key for key in known},
        scorer=fuzz.ratio,
        processor=utils.default_process,
        score_cutoff=_RESSEMBLANCE,
    )
    by_words = process.extractOne(
        text, known, scorer=fuzz.WRatio, processor=utils.default_process, score_cutoff=_RESSEMBLANCE
    )
    found = [match for match in (by_key, by_words) if match is not None]
    return str(max(found, key=lambda match: match[1])[2]) if found else None


def _annee(text: str) -> None:
    if not re.fullmatch(r"[1-9]\d{3}", text):
        raise ValueError(text)


def _boolean(text: str) -> None:
    if text not in ("true", "false"):
        raise ValueError(text)


_CHECKS: dict[str, Callable[[str], object]] = {
    "gYear": _annee,
    "text": str,
    "integer": int,
    "decimal": Decimal,
    "boolean": _boolean,
    "date": date.fromisoformat,
    "iri": iri,
}


def _expected() -> dict[str, str]:
    return {
        "gYear": _("une année sur quatre chiffres, comme 2026"),
        "integer": _("un nombre entier"),
        "decimal": _("un nombre, comme 12.5"),
        "boolean": _("true ou false"),
        "date": _("une date, comme 2026-03-31"),
        "iri": _("un IRI complet"),
    }


def code_of(term: str) -> str:
    """Return the code of one of our IRIs: what follows its kind, as A1.1, QN06219M, 2026/caf-62/siege/1a2b.

    Another text is returned as it is.
    """
    if term.startswith(CODES):
        return term.removeprefix(CODES).partition("/")[2]
    if not term.startswith(ID):
        return term
    _first, second, *rest = term.removeprefix(ID).split("/")
    return "/".join(rest) if rest else second


def _python(term: Term | None, kind: str) -> object:
    if term is None:
        return None
    text = term.value
    if kind == "code":
        return code_of(text)
    if kind in ("integer", "gYear"):
        return int(text)
    if kind == "decimal":
        return Decimal(text)
    if kind == "boolean":
        return text in ("true", "1")
    if kind == "date":
        return date.fromisoformat(text)
    return mask(text) if kind == "text" else text
