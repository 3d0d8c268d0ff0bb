"""Propose a mapping for an unknown table, from its titles and a sample of its values.

The words come from the delivered mappings: a title is known because one of them reads it. What cannot be told is left
to complete, and a mapping that is not completed is refused by `ingest`: nothing is ever assumed about money.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import tomlkit
from rapidfuzz.distance import Indel
from tomlkit.items import Table as TomlTable

from droitcommun.graph.classeurs.cells import EUR, clean, normalised, read_date, read_number
from droitcommun.graph.classeurs.headers import Header, data_rows, headers
from droitcommun.graph.classeurs.problems import ClasseurRefuse, blocking
from droitcommun.graph.classeurs.raw import RawCell, RawClasseur, RawSheet
from droitcommun.graph.classeurs.tablefind import compact, find_tables
from droitcommun.graph.classeurs.tablemapping import TableMapping, parse_mapping
from droitcommun.graph.langue import _
from droitcommun.graph.mappings import delivered_mappings, mapping_text

TO_COMPLETE = "A COMPLETER"
_SAMPLE = 200
_CLOSE = 0.8
_MOSTLY = 0.8

# What the values of a column show by themselves, whatever its title.
_PATTERNS: dict[str, re.Pattern[str]] = {
    "qpv": re.compile(r"Q[NP]\w{6}", re.IGNORECASE),
    "contrat": re.compile(r"C[NV]\d\w{1,7}", re.IGNORECASE),
    "commune": re.compile(r"\d[\dAB]\d{3}"),
    "exercice": re.compile(r"20\d\d"),
    "identifiant": re.compile(r"\d{9}|\d{14}"),
}
_ROLES = ("contrat", "qpv", "commune", "epci", "exercice", "montant", "apporteur", "source", "porteur", "intitule")
_PLANNED, _DONE = ("prevu", "previsionnel", "vote", "accorde", "propose"), ("realise", "paye", "verse", "execute")


@dataclass(frozen=True)
class Suggestion:
    """A proposed mapping as TOML; the delivered mappings that already fit; what was not placed or not found."""

    toml: str
    delivered: tuple[str, ...]
    unplaced: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class _Column:
    """A column of the unknown table: its title, and a sample of what it holds."""

    title: str
    cells: tuple[RawCell, ...]

    def share(self, test: Callable[[RawCell], bool]) -> float:
        """Return the share of the sample that passes *test*; 0 when the sample is empty."""
        return sum(map(test, self.cells)) / len(self.cells) if self.cells else 0.0

    def shows(self, kind: str) -> bool:
        """Tell whether most values have the form of a code (or of a year)."""
        return self.share(lambda cell: bool(_PATTERNS[kind].fullmatch(clean(cell.text)))) >= _MOSTLY

    @property
    def is_amount(self) -> bool:
        """Tell whether the values are numbers that are not codes nor years."""
        if any(self.shows(kind) for kind in _PATTERNS):
            return False
        return self.share(lambda cell: read_number(cell.value, EUR) is not None) >= _MOSTLY

    @property
    def is_date(self) -> bool:
        """Tell whether the values are dates."""
        return self.share(lambda cell: isinstance(cell.value, str) and read_date(cell.value) is not None) >= _MOSTLY


def suggest_mapping(raw: RawClasseur) -> Suggestion:
    """Propose a mapping for the largest table of a file. Raises ClasseurRefuse when there is no table in it."""
    fitting = _fitting(raw)
    if fitting:
        return Suggestion(mapping_text(fitting[0]), fitting, (), ())
    sheet, header = _largest_table(raw)
    columns = _columns(sheet, header)
    roles = _roles(columns)
    placed = {column.title for column in roles.values()}
    unplaced = [column for column in columns if column.title not in placed]
    document, missing = _document(raw.path, sheet, roles, unplaced)
    return Suggestion(tomlkit.dumps(document), (), tuple(column.title for column in unplaced), missing)


def _fitting(raw: RawClasseur) -> tuple[str, ...]:
    """Return the delivered mappings that read the most of its columns, the one the name of the file evokes first."""
    read = {name: sum(len(t.columns) for t in find_tables(raw, _delivered(name), [])) for name in delivered_mappings()}
    most = max(read.values())
    stem = compact(raw.path.stem)
    found = [name for name, n in read.items() if n == most and n]
    return tuple(sorted(found, key=lambda name: -Indel.normalized_similarity(compact(name), stem)))


@cache
def _delivered(name: str) -> TableMapping:
    return parse_mapping(mapping_text(name), name)


def _largest_table(raw: RawClasseur) -> tuple[RawSheet, Header]:
    found = [(len(sheet.rows), sheet, header) for sheet in raw.sheets.values() if (header := _title_row(sheet))]
    if not found:
        raise ClasseurRefuse(
            [
                blocking(
                    "titres-absents",
                    _("Aucune feuille de ce fichier n'a une ligne de titres au-dessus de données."),
                    _("Ajoutez des titres de colonnes, et relancez."),
                )
            ]
        )
    _rows, sheet, header = max(found, key=lambda item: item[0])
    return sheet, header


def _title_row(sheet: RawSheet) -> Header | None:
    """Return the row with the most different words above rows of data, the highest in a draw."""
    best, most = None, 1
    rows = sheet.rows[:_SAMPLE]
    for header in headers(sheet):
        below = [len(row.cells) for row in rows if row.number > header.number]
        words = {
            compact(c.text) for c in header.cells if read_number(c.value, EUR) is None and read_date(c.value) is None
        }
        if len(words) > most and below and max(below) * 2 >= len(words):
            best, most = header, len(words)
    return best


def _columns(sheet: RawSheet, header: Header) -> list[_Column]:
    rows = data_rows(sheet, header.number)[:_SAMPLE]
    seen: dict[str, int] = {}
    columns = []
    for cell in header.cells:
        title = clean(header.whole(cell) if header.groups else cell.text)
        seen[compact(title)] = rank = seen.get(compact(title), 0) + 1
        held = tuple(found for row in rows if (found := row.cell(cell.column)))
        columns.append(_Column(title if rank == 1 else f"{title} ({rank})", held))
    return [column for column in columns if column.cells]


# ---- which column is what ----


@cache
def _vocabulary() -> dict[str, frozenset[str]]:
    """Return the titles by which the delivered mappings know each role."""
    words: dict[str, set[str]] = {role: set() for role in _ROLES}
    for name in delivered_mappings():
        mapping = _delivered(name)
        for role, title in _read_by(mapping):
            words[role] |= {compact(known) for known in (title, *mapping.titres.get(title, ()))} - {""}
    return {role: frozenset(titles) for role, titles in words.items()}


def _read_by(mapping: TableMapping) -> Iterator[tuple[str, str]]:
    for critere in mapping.perimetre:
        if critere.genre in _ROLES:
            yield critere.genre, critere.colonne
    named = re.findall(r"{([^}]+)}", mapping.intitule)
    told = [("exercice", mapping.exercice), ("porteur", mapping.porteur), ("qpv", mapping.qpv)]
    told += [("commune", mapping.commune)]
    told += [("intitule", title) for title in named if title != mapping.porteur]
    for moyen in mapping.moyens:
        told += [("montant", moyen.montant), ("apporteur", moyen.apporteur.colonne)]
        told += [("source", moyen.source.colonne)] if moyen.source else []
    yield from ((role, title) for role, title in told if title and title not in mapping.constantes)


def _roles(columns: Sequence[_Column]) -> dict[str, _Column]:
    """Give each role the column that fits it best: by its values when they show it, else by its title."""
    scores = sorted(
        ((_score(role, column), -n, role, column) for role in _ROLES for n, column in enumerate(columns)),
        key=lambda item: item[:2],
        reverse=True,
    )
    roles: dict[str, _Column] = {}
    taken: set[str] = set()
    for score, _n, role, column in scores:
        if score >= _CLOSE and role not in roles and column.title not in taken:
            roles[role] = column
            taken.add(column.title)
    return roles


def _score(role: str, column: _Column) -> float:
    """Return from 0 to 2 how well a column fits a role; values that belie it leave nothing."""
    said = compact(column.title)
    title = max((_likeness(said, known) for known in _vocabulary()[role]), default=0.0)
    if role in ("qpv", "contrat") and column.shows(role):
        return 1.0 + title
    if role == "contrat" or (role in ("qpv", "commune") and column.is_amount):
        return 0.0
    if role == "exercice":
        return 1.0 + title if column.shows(role) else title if column.is_date else 0.0
    if role == "commune" and column.shows(role):
        return title + 0.5 if "com" in said or "insee" in said else title
    if role == "montant":
        money = any(word in said for word in ("montant", "euro", "subvention", "depense", "credit"))
        return (max(title, 0.85 if money else 0.0)) if column.is_amount else 0.0
    if role in ("porteur", "intitule", "apporteur", "source"):
        return 0.0 if column.is_amount or column.is_date else title
    return title


def _likeness(said: str, known: str) -> float:
    whole = 0.85 if len(known) >= 5 and known in said else 0.0
    return max(whole, Indel.normalized_similarity(said, known))


# ---- the TOML ----


def _document(
    path: Path, sheet: RawSheet, roles: dict[str, _Column], unplaced: Sequence[_Column]
) -> tuple[tomlkit.TOMLDocument, tuple[str, ...]]:
    missing: list[str] = []
    document = tomlkit.document()
    document.add(
        tomlkit.comment(
            _("Correspondance proposée pour « {fichier} » : relisez chaque ligne.").format(fichier=path.name)
        )
    )
    document.add(tomlkit.comment(_("Ce qui vaut « {mot} » doit l'être avant de servir.").format(mot=TO_COMPLETE)))
    document.add(tomlkit.nl())
    document["titre"] = clean(path.stem.replace("_", " "))
    if not path.suffix.lower().startswith((".csv", ".json", ".geojson", ".tsv", ".txt")):
        document["feuilles"] = [sheet.name]
    year = re.search(r"(?<!\d)20\d\d(?!\d)", path.stem)
    if "exercice" not in roles:
        constants = tomlkit.table()
        constants["annee"] = year[0] if year else TO_COMPLETE
        constants["annee"].comment(_("aucune colonne d'année : la même pour toutes les lignes"))
        document["constantes"] = constants
        missing += [] if year else [_("l'année")]
    document["perimetre"] = _perimeter(roles, missing)
    document["exercice"] = _table({"colonne": roles["exercice"].title if "exercice" in roles else "annee"})
    document["action"] = _action(roles, missing)
    document["moyen"] = _resource(roles, missing)
    if unplaced:
        document.add(tomlkit.nl())
        document.add(tomlkit.comment(_("Colonnes non placées, avec un exemple :")))
        for column in unplaced:
            document.add(tomlkit.comment(f"  {column.title} : {clean(column.cells[0].text)[:60]}"))
    return document, tuple(missing)


def _table(values: dict[str, object]) -> TomlTable:
    table = tomlkit.table()
    for key, value in values.items():
        table[key] = value
    return table


def _perimeter(roles: dict[str, _Column], missing: list[str]) -> object:
    """Return the criteria found, the finest first; without any, the genre is to complete."""
    if "contrat" in roles:
        return _table({"genre": "contrat", "colonne": roles["contrat"].title})
    found = [genre for genre in ("qpv", "commune", "epci") if genre in roles]
    if not found:
        missing.append(_("le périmètre (colonne de code de contrat, de QPV, de commune ou d'EPCI)"))
        table = _table({"genre": TO_COMPLETE, "colonne": ""})
        table["genre"].comment(_("contrat, qpv, commune, epci, organisme, ou tout si la table est déjà triée"))
        return table
    tables = tomlkit.aot()
    for genre in found:
        tables.append(_table({"genre": genre, "colonne": roles[genre].title}))
    return tables


def _action(roles: dict[str, _Column], missing: list[str]) -> TomlTable:
    named = [roles[role].title for role in ("intitule", "porteur") if role in roles]
    table = _table({"intitule": " – ".join(f"{{{title}}}" for title in named) or TO_COMPLETE})
    if not named:
        missing.append(_("l'intitulé de l'action"))
    for key in ("porteur", "qpv", "commune"):
        if key in roles:
            table[key] = roles[key].title
    identity = [roles[role].title for role in ("exercice", "intitule", "porteur", "qpv", "apporteur") if role in roles]
    table["identite"] = identity or [TO_COMPLETE]
    table["identite"].comment(_("ce qui fait qu'une ligne est la même d'un fichier au suivant"))
    return table


def _resource(roles: dict[str, _Column], missing: list[str]) -> TomlTable:
    amount = roles.get("montant")
    table = _table({"montant": amount.title if amount else TO_COMPLETE})
    if amount is None:
        missing.append(_("le montant"))
    words = normalised(amount.title).split() if amount else []
    planned, done = (any(w.startswith(k) for w in words for k in known) for known in (_PLANNED, _DONE))
    table["phase"] = "prevu" if planned else "realise-definitif" if done else TO_COMPLETE
    table["phase"].comment("realise-definitif, realise-provisoire, prevu")
    if not planned and not done:
        missing.append(_("la phase (réalisé ou prévu)"))
    table["nature"] = "subvention"
    table["nature"].comment(_("à vérifier : subvention, depense-directe, depense-tfpb, locaux-materiel"))
    if "apporteur" in roles:
        table["apporteur"] = tomlkit.inline_table()
        table["apporteur"]["colonne"] = roles["apporteur"].title
    else:
        missing.append(_("l'apporteur (qui paie)"))
        table["apporteur"] = TO_COMPLETE
        table["apporteur"].comment(_("le code d'un organisme du contrat, ou un type : etat, epci, departement …"))
    if "source" in roles:
        table["source"] = _table({"colonne": roles["source"].title, "codes": _words(roles["source"])})
    return table


def _words(column: _Column) -> TomlTable:
    """Return the words of a column of sources, each to be given a code; those that are ours need none."""
    table = tomlkit.table()
    for word in list(dict.fromkeys(clean(cell.text) for cell in column.cells))[:20]:
        table.add(tomlkit.comment(f'"{word}" = "code"'))
    return table
