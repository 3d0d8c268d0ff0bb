"""The municipalities of a contract, and what a picture knows of each. Pure reading of its tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from droitcommun.graph.errors import CommuneInconnue
from droitcommun.graph.names import slug
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.rows import Row, texte

# Where an action of nobody's district or municipality in particular takes place.
_PARTOUT = ("agglomeration", "au-dela")


@dataclass(frozen=True)
class Commune:
    """One municipality: its code, its name, the code and name of its town hall when it is a party ("" otherwise).

    `quartiers` are the (code, name) of its QPV; one may also lie in other municipalities.
    """

    code: str
    libelle: str
    organisme: str
    libelle_organisme: str
    quartiers: tuple[tuple[str, str], ...]


def communes(picture: Picture) -> tuple[Commune, ...]:
    """Return every municipality of the contract, in alphabetical order, party or not."""
    rows: dict[str, list[Row]] = {}
    for row in picture.tables["quartiers-et-communes"].rows:
        if texte(row, "commune"):
            rows.setdefault(texte(row, "commune"), []).append(row)
    found = [_commune(code, held) for code, held in rows.items()]
    return tuple(sorted(found, key=lambda c: (slug(c.libelle), c.code)))


def communes_signataires(picture: Picture) -> tuple[Commune, ...]:
    """Return those whose town hall is a party to the contract."""
    return tuple(c for c in communes(picture) if c.organisme)


def find_commune(picture: Picture, code: str) -> Commune:
    """Return the municipality of a code (Insee), or of a name. Raises CommuneInconnue."""
    known = communes(picture)
    wanted = code.strip()
    for commune in known:
        if wanted in (commune.code, commune.organisme) or slug(wanted) == slug(commune.libelle):
            return commune
    raise CommuneInconnue(code, [(c.code, c.libelle) for c in known])


def communes_du_quartier(picture: Picture, qpv: str) -> list[str]:
    """Return the names of the municipalities a QPV lies in."""
    rows = picture.tables["quartiers-et-communes"].rows
    return [texte(r, "libelle_commune") or texte(r, "commune") for r in rows if qpv and texte(r, "qpv") == qpv]


def actions_de(picture: Picture, commune: Commune) -> list[Row]:
    """Return the actions the town hall declares."""
    rows = picture.tables["actions-declarees"].rows
    return [r for r in rows if commune.organisme and texte(r, "organisme") == commune.organisme]


def actions_chez(picture: Picture, commune: Commune) -> list[Row]:
    """Return the actions of the other bodies that name the municipality or one of its QPV."""
    own = {code for code, _label in commune.quartiers}
    return [
        row
        for row in picture.tables["actions-declarees"].rows
        if (texte(row, "organisme") != commune.organisme or not commune.organisme)
        and (own & set(_codes(row, "quartiers")) or commune.code in _codes(row, "communes"))
    ]


def n_actions_partout(picture: Picture) -> int:
    """Count the actions meant for the whole agglomeration or more, that name no place."""
    rows = picture.tables["actions-declarees"].rows
    return compter(r for r in rows if texte(r, "portee") in _PARTOUT and not texte(r, "quartiers"))


def compter(rows: Iterable[Row]) -> int:
    """Count actions, linked ones once."""
    return len({texte(row, "comptee") for row in rows})


def _codes(row: Row, column: str) -> list[str]:
    return [code for code in texte(row, column).split(" ; ") if code]


def _commune(code: str, rows: list[Row]) -> Commune:
    quartiers = {texte(r, "qpv"): texte(r, "libelle_qpv") or texte(r, "qpv") for r in rows if texte(r, "qpv")}
    named = next((r for r in rows if texte(r, "organisme")), rows[0])
    return Commune(
        code,
        texte(rows[0], "libelle_commune") or code,
        texte(named, "organisme"),
        texte(named, "libelle_organisme") or texte(named, "organisme"),
        tuple(sorted(quartiers.items(), key=lambda item: slug(item[1]))),
    )
