"""How to read a foreign table: a mapping written in TOML (docs/correspondances.md tells how; mappings/ holds examples).

A mapping says what is in the contract (`[perimetre]`), which year (`[exercice]`), what an action is (`[action]`) and
what its resources are (`[moyen]`, or several `[[moyen]]`); or, for a map, what the contours are (`[contour]`); or, for
statistics, which column holds which indicator (`[[observation]]`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from droitcommun.graph.classeurs.perimeter import Critere, Genre
from droitcommun.graph.errors import MappingInvalid
from droitcommun.graph.langue import _
from droitcommun.graph.names import PREFIXES, cdv
from droitcommun.graph.parserwords import toml_reason

_TITLE = PREFIXES["dcterms"] + "title"
_NAMED = re.compile(r"{([^}]+)}")
_MARKS = ("", ".", ",")


@dataclass(frozen=True)
class Code:
    """A code: always the same (`fixe`), or told by a column, whose words `codes` translates when they are not ours."""

    fixe: str = ""
    colonne: str = ""
    codes: Mapping[str, str] | None = None


@dataclass(frozen=True)
class MoyenMapping:
    """One resource of each row. `cle` tells it from the others of the row; it is empty when it is the only one."""

    cle: str
    montant: str
    decimale: str
    phase: Code
    nature: Code
    apporteur: Code
    source: Code | None

    @property
    def columns(self) -> dict[str, str]:
        """Return the columns of this resource, with the property each gives."""
        named = [(self.phase, "phase"), (self.nature, "nature"), (self.apporteur, "apporteur"), (self.source, "source")]
        read = {code.colonne: cdv(term) for code, term in named if code and code.colonne}
        return {**read, self.montant: cdv("centimes")}


@dataclass(frozen=True)
class Attention:
    """Something to point out when a row holds these values."""

    quand: Mapping[str, str]
    message: str
    correction: str


@dataclass(frozen=True)
class Contour:
    """The outline of a QPV: the column of its code, that of its geometry, and the day from which it is in force."""

    qpv: str
    geometrie: str
    date: date


@dataclass(frozen=True)
class Observation:
    """The values of one indicator: their column, and what is the same for all of them.

    `periode` is their year when the table has no column for it; `statistique` and `statut` are codes.
    """

    indicateur: str
    valeur: str
    periode: int | None
    statistique: str
    champ: str
    statut: str
    source: str


@dataclass(frozen=True)
class TableMapping:
    """How to read one kind of foreign table. Columns are given by title.

    `famille` names the lines: two mappings of one family know the same line by the same name. `constantes` are columns
    that the table does not have; `titres` gives other titles of a column.
    """

    name: str
    titre: str
    famille: str
    feuilles: tuple[str, ...]
    constantes: Mapping[str, str]
    titres: Mapping[str, tuple[str, ...]]
    perimetre: tuple[Critere, ...]
    exercice: str = ""
    intitule: str = ""
    porteur: str = ""
    qpv: str = ""
    commune: str = ""
    identite: tuple[str, ...] = ()
    moyens: tuple[MoyenMapping, ...] = ()
    identiques: tuple[str, ...] = ()
    attentions: tuple[Attention, ...] = ()
    contour: Contour | None = None
    territoire: str = ""
    periode: str = ""
    observations: tuple[Observation, ...] = ()

    @property
    def columns(self) -> dict[str, str]:
        """Return every column that may be read, with the property each gives (the main one)."""
        if self.contour:
            return {self.contour.qpv: cdv("qpv"), self.contour.geometrie: PREFIXES["geo"] + "asWKT"}
        if self.observations:
            columns = {self.territoire: PREFIXES["sdmx-dimension"] + "refArea"}
            columns |= {self.periode: PREFIXES["sdmx-dimension"] + "refPeriod"} if self.periode else {}
            return {**columns, **{o.valeur: PREFIXES["sdmx-measure"] + "obsValue" for o in self.observations}}
        columns = dict.fromkeys((*_NAMED.findall(self.intitule), *self.identite, *self.identiques), _TITLE)
        columns |= dict.fromkeys((c for a in self.attentions for c in a.quand), _TITLE)
        columns |= {c.colonne: cdv(c.term) for c in self.perimetre if c.colonne}
        told = {"porteur": self.porteur, "exercice": self.exercice, "qpv": self.qpv, "commune": self.commune}
        columns |= {title: cdv(term) for term, title in told.items() if title}
        for moyen in self.moyens:
            columns |= moyen.columns
        return {title: path for title, path in columns.items() if title not in self.constantes}

    @property
    def any_of(self) -> tuple[tuple[str, ...], ...]:
        """Return groups of columns of which one is enough: those of the perimeter, of the amounts, of the values."""
        perimeter = tuple(c.colonne for c in self.perimetre if c.colonne)
        return (perimeter, tuple(m.montant for m in self.moyens), tuple(o.valeur for o in self.observations))

    @property
    def optional(self) -> set[str]:
        """Return the columns that a file may lack."""
        alternatives = {title for group in self.any_of for title in group}
        return {self.porteur, self.qpv, self.commune} | alternatives


def parse_mapping(text: str, name: str) -> TableMapping:
    """Return the mapping that a TOML text describes. Raises MappingInvalid, which names what is wrong."""
    try:
        return _mapping(tomllib.loads(text), name)
    except tomllib.TOMLDecodeError as error:
        raise MappingInvalid(name, _("ce n'est pas du TOML ({raison})").format(raison=toml_reason(error))) from error
    except KeyError as error:
        raise MappingInvalid(name, _("il manque « {cle} »").format(cle=error.args[0])) from error
    except (TypeError, AttributeError, ValueError) as error:
        raise MappingInvalid(
            name,
            _("une valeur n'a pas la forme attendue ; comparez avec ce que propose « droitcommun mapping suggest »"),
        ) from error


def _mapping(data: Mapping[str, Any], name: str) -> TableMapping:
    known = {
        "titre", "famille", "feuilles", "constantes", "titres", "perimetre", "exercice", "action", "moyen",
        "identiques", "attention", "contour", "territoire", "periode", "observation",
    }  # fmt: skip
    unknown = sorted(data.keys() - known)
    if unknown:
        raise MappingInvalid(name, _("« {cle} » n'est pas un mot d'une correspondance").format(cle=unknown[0]))
    common: dict[str, Any] = {
        "name": name,
        "titre": str(data["titre"]),
        "famille": str(data.get("famille", name)),
        "feuilles": _texts(data.get("feuilles", ()), name),
        "constantes": {str(k): str(v) for k, v in data.get("constantes", {}).items()},
        "titres": {str(k): _texts(v, name) for k, v in data.get("titres", {}).items()},
    }
    if "observation" in data:
        return _observations(data, common)
    common["perimetre"] = tuple(_critere(c, name) for c in _tables(data["perimetre"]))
    if "contour" in data:
        contour = data["contour"]
        return TableMapping(**common, contour=Contour(str(contour["qpv"]), str(contour["geometrie"]), contour["date"]))
    action, moyens = data["action"], _tables(data["moyen"])
    return TableMapping(
        **common,
        exercice=str(data["exercice"]["colonne"]),
        intitule=str(action["intitule"]),
        porteur=str(action.get("porteur", "")),
        qpv=str(action.get("qpv", "")),
        commune=str(action.get("commune", "")),
        identite=_texts(action["identite"], name),
        moyens=tuple(_moyen(m, len(moyens) > 1, name) for m in moyens),
        identiques=_texts(data.get("identiques", ()), name),
        attentions=tuple(_attention(a) for a in data.get("attention", ())),
    )


def _observations(data: Mapping[str, Any], common: Mapping[str, Any]) -> TableMapping:
    periode = str(data.get("periode", ""))
    observations = tuple(_observation(o) for o in _tables(data["observation"]))
    if not periode and any(o.periode is None for o in observations):
        raise KeyError("periode")
    return TableMapping(
        **common, perimetre=(), territoire=str(data["territoire"]), periode=periode, observations=observations
    )


def _observation(data: Mapping[str, Any]) -> Observation:
    return Observation(
        indicateur=str(data["indicateur"]),
        valeur=str(data["valeur"]),
        periode=int(data["periode"]) if "periode" in data else None,
        statistique=str(data.get("statistique", "valeur")),
        champ=str(data.get("champ", "ensemble")),
        statut=str(data.get("statut", "")),
        source=str(data["source"]),
    )


def _tables(value: Any) -> list[Mapping[str, Any]]:
    return list(value) if isinstance(value, list) else [value]


def _texts(values: Iterable[object], name: str) -> tuple[str, ...]:
    if isinstance(values, str):
        raise MappingInvalid(name, _("« {valeur} » devrait être une liste").format(valeur=values))
    return tuple(str(value) for value in values)


def _critere(data: Mapping[str, Any], name: str) -> Critere:
    genre = str(data.get("genre", "contrat"))
    if genre not in get_args(Genre):
        known = ", ".join(get_args(Genre))
        raise MappingInvalid(
            name, _("périmètre de genre « {genre} » ; genres connus : {connus}").format(genre=genre, connus=known)
        )
    colonne = str(data.get("colonne", "")) if genre == "tout" else str(data["colonne"])
    return Critere(genre, colonne, frozenset(_texts(data.get("valeurs", ()), name)))  # type: ignore[arg-type]


def _moyen(data: Mapping[str, Any], several: bool, name: str) -> MoyenMapping:
    decimale = str(data.get("decimale", ""))
    if decimale not in _MARKS or ("decimale" in data and not decimale):
        raise MappingInvalid(name, _("« decimale » vaut « . » ou « , »"))
    return MoyenMapping(
        cle=str(data.get("cle", data["montant"])) if several else "",
        montant=str(data["montant"]),
        decimale=decimale,
        phase=_code(data["phase"]),
        nature=_code(data["nature"]),
        apporteur=_code(data["apporteur"]),
        source=_code(data["source"]) if "source" in data else None,
    )


def _code(data: Any) -> Code:
    if isinstance(data, str):
        return Code(fixe=data)
    codes = {str(k): str(v) for k, v in data["codes"].items()} if "codes" in data else None
    return Code(colonne=str(data["colonne"]), codes=codes)


def _attention(data: Mapping[str, Any]) -> Attention:
    quand = {str(k): str(v) for k, v in data["quand"].items()}
    return Attention(quand, str(data["message"]), str(data["correction"]))
