"""How to read a foreign table: a mapping written in TOML (see mappings/postes-anct.toml).

`titre`; `[perimetre] colonne` of the contract codes; `[exercice] colonne`; `[action] intitule` (a sentence with
{columns}), `porteur` (column), `identite` (columns that make a line the same from one file to the next); `[moyen]
montant` (column, euros), optional `decimale` ("." or ","; without it « 12,350 » stays in doubt), `phase`, `nature`,
`apporteur` (a type of body of the contract); `[moyen.source] colonne` and `codes`; optional `identiques` (columns that
make two lines alike, by default all); optional `[[attention]] quand` (column = value), `message`, `correction`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from droitcommun.graph.errors import MappingInvalid
from droitcommun.graph.langue import _
from droitcommun.graph.names import PREFIXES, cdv

_TITLE = PREFIXES["dcterms"] + "title"


@dataclass(frozen=True)
class Attention:
    """Something to point out when a row holds these values."""

    quand: Mapping[str, str]
    message: str
    correction: str


@dataclass(frozen=True)
class TableMapping:
    """How to read one kind of foreign table. Columns are given by title."""

    name: str
    titre: str
    perimetre: str
    exercice: str
    intitule: str
    porteur: str
    identite: tuple[str, ...]
    montant: str
    decimale: str
    phase: str
    nature: str
    apporteur: str
    source: str
    sources: Mapping[str, str]
    identiques: tuple[str, ...] = ()
    attentions: tuple[Attention, ...] = ()

    @property
    def columns(self) -> dict[str, str]:
        """Return the columns that a file must have, with the property each gives (the main one)."""
        named = re.findall(r"{([^}]+)}", self.intitule)
        columns = dict.fromkeys((*named, *self.identite, *self.identiques), _TITLE)
        columns |= dict.fromkeys((c for a in self.attentions for c in a.quand), _TITLE)
        columns[self.perimetre] = cdv("contrat")
        columns[self.porteur] = cdv("porteur")
        columns[self.exercice] = cdv("exercice")
        columns[self.source] = cdv("source")
        columns[self.montant] = cdv("centimes")
        return columns


def parse_mapping(data: Mapping[str, Any], name: str) -> TableMapping:
    """Return the mapping that a TOML document describes. Raises MappingInvalid, which names what is missing."""
    try:
        action, moyen = data["action"], data["moyen"]
        mapping = TableMapping(
            name=name,
            titre=str(data["titre"]),
            perimetre=str(data["perimetre"]["colonne"]),
            exercice=str(data["exercice"]["colonne"]),
            intitule=str(action["intitule"]),
            porteur=str(action["porteur"]),
            identite=tuple(str(c) for c in action["identite"]),
            montant=str(moyen["montant"]),
            decimale=str(moyen.get("decimale", "")),
            phase=str(moyen["phase"]),
            nature=str(moyen["nature"]),
            apporteur=str(moyen["apporteur"]),
            source=str(moyen["source"]["colonne"]),
            sources={str(k): str(v) for k, v in moyen["source"]["codes"].items()},
            identiques=tuple(str(c) for c in data.get("identiques", ())),
            attentions=tuple(_attention(a) for a in data.get("attention", ())),
        )
    except KeyError as error:
        raise MappingInvalid(name, _("il manque « {cle} »").format(cle=error.args[0])) from error
    except (TypeError, AttributeError, ValueError) as error:
        raise MappingInvalid(name, _("une valeur n'a pas la forme attendue ({raison})").format(raison=error)) from error
    if mapping.decimale not in (".", ",") and "decimale" in moyen:
        raise MappingInvalid(name, _("« decimale » vaut « . » ou « , »"))
    return mapping


def _attention(data: Mapping[str, Any]) -> Attention:
    quand = {str(k): str(v) for k, v in data["quand"].items()}
    return Attention(quand, str(data["message"]), str(data["correction"]))
