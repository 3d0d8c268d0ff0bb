"""A catalogue table as people read it: French headers with units, formatted cells, and what is unknown said so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Protocol

from droitcommun.graph.catalogue import Column, Table
from droitcommun.graph.export.views import Cellule, TableVue
from droitcommun.graph.formats import date_courte, entier, euros, fixe, nombre, points_virgules
from droitcommun.graph.langue import _
from droitcommun.graph.pictures.contexte import Contexte
from droitcommun.graph.pictures.figures import en_retard
from droitcommun.graph.pictures.rows import Masque, Row, texte
from droitcommun.graph.words import (
    colonnes,
    ecarts,
    etats_couverture,
    etats_decision,
    etats_engagement,
    etats_evaluation,
    etats_referent,
    etats_reponse,
    genres_de_lieu,
    manques,
    mouvements,
    origines_preuve,
    phases,
    unites,
)

_ETATS = {
    "retours": etats_reponse,
    "tableau-des-engagements": etats_engagement,
    "engagements-declares": etats_engagement,
    "referents-manquants": etats_referent,
    "programme-d-evaluation": etats_evaluation,
}
_WORDS = {
    "ecart": ecarts,
    "etat_decision": etats_decision,
    "phase": phases,
    "genre": genres_de_lieu,
    "manque": manques,
    "mouvement": mouvements,
    "origine_preuve": origines_preuve,
}
_SCHEMES = {
    "statut_partie": "statut-partie",
    "modalite": "modalite",
    "origine": "origine",
    "source": "source-financement",
    "fiabilite": "fiabilite",
    "forme": "forme-mobilisation",
    "unite": "unite",
    "decision": "decision-candidature",
    "type": "type-objet",
    "portee": "portee",
    "perimetre": "perimetre-qpv",
}


class Mots(Protocol):
    """Whatever knows the labels of the shared codes."""

    def mot(self, scheme: str, code: object) -> str:
        """Return the label of a code of one scheme."""
        ...


def mot(contexte: Mots, table: Table, column: str, code: object) -> str:
    """Return the words for a code of one column; a code that stands beside its label stays a code."""
    text = str(code)
    if column == "dates":
        return points_virgules(date_courte(date.fromisoformat(day)) for day in text.split(" ; "))
    if column == "etat":
        return _ETATS.get(table.query.name, etats_couverture)().get(text, text)
    if column in _WORDS:
        return _WORDS[column]().get(text, text)
    scheme = _SCHEMES.get(column)
    labelled = any(other.name == f"libelle_{column}" for other in table.query.columns)
    return contexte.mot(scheme, text) if scheme and not labelled else text


def en_mots(mots: Mots, table: Table) -> Table:
    """Return *table* with the words of its codes, for people to read; a code beside its label stays a code."""
    codes = {c.name for c in table.query.columns if c.type == "code" or c.name == "dates"}
    rows: list[dict[str, object]] = [
        {name: mot(mots, table, name, v) if name in codes and v is not None else v for name, v in row.items()}
        for row in table.rows
    ]
    return replace(table, rows=rows)


def entete(column: Column) -> str:
    """Return the header of a column with its unit, as « Droit commun (€) »."""
    title = colonnes().get(column.name, column.name)
    return f"{title} ({unites()[column.unit]})" if column.unit else title


def est_numerique(column: Column) -> bool:
    """Tell whether the cells of a column are numbers to line up (a year is a name, not a number)."""
    return column.type in ("integer", "decimal")


def _inconnu(column: Column) -> str:
    if column.name in ("frequence_min", "frequence_max"):
        return _("non dit")
    if est_numerique(column) or column.type == "boolean":
        return _("sans information")
    return "–"


def cellule(contexte: Contexte, table: Table, column: Column, row: Row, decimals: int | None) -> Cellule:
    """Format one cell; *decimals* is the number of decimals of its column of amounts."""
    value = row.get(column.name)
    numeric = est_numerique(column)
    if value is None:
        return Cellule(_inconnu(column), numeric, inconnu=True)
    if isinstance(value, Masque):
        return Cellule(str(value), numeric, inconnu=True)
    if isinstance(value, bool):
        return Cellule(_("oui") if value else _("non"))
    if isinstance(value, date):
        return Cellule(date_courte(value))
    if isinstance(value, Decimal):
        return Cellule(_number(column, value, decimals), numeric)
    if isinstance(value, int) and numeric:
        return Cellule(entier(value), numeric)
    return Cellule(mot(contexte, table, column.name, value))


def _number(column: Column, value: Decimal, decimals: int | None) -> str:
    if column.unit == "EUR":
        return euros(value, cents=bool(decimals))
    return fixe(value, decimals) if decimals is not None else nombre(value, 2)


def _decimals(column: Column, rows: Sequence[Row]) -> int | None:
    """Cents for a whole column as soon as one amount has some, so that figures line up."""
    values = [v for row in rows if isinstance(v := row.get(column.name), Decimal)]
    if column.type != "decimal" or not values:
        return None
    return 0 if all(v == int(v) for v in values) else 2


def etat_de_decision(row: Row, jour: date | None) -> str:
    """Return where a décision stands, as « en cours, en retard depuis le 30/03/2026 », late being judged on *jour*."""
    state = etats_decision().get(texte(row, "etat_decision"), texte(row, "etat_decision"))
    day = row.get("echeance")
    if not isinstance(day, date) or not en_retard(row, jour):
        return state
    return _("{etat}, en retard depuis le {jour}").format(etat=state, jour=date_courte(day))


def commande(table: Table) -> str:
    """Return the command that gives a table again."""
    values = " ".join(f"-p {name}={value}" for name, value in table.parameters.items())
    return f"droitcommun query {table.query.name} {values}".rstrip()


def vue(
    contexte: Contexte,
    table: Table,
    titre: str,
    noms: Sequence[str],
    *,
    rows: Sequence[Row] | None = None,
    entetes: Mapping[str, str] | None = None,
    note: str = "",
    ouvert: bool = False,
) -> TableVue:
    """Return a table for the page: the columns *noms*, in that order, of *rows* (all when None).

    *entetes* replaces the header of some columns. A column that the profile took out of *table* is not shown.
    """
    by_name = {column.name: column for column in table.query.columns}
    shown = [by_name[name] for name in noms if name in by_name]
    kept = table.rows if rows is None else rows
    decimals = {column.name: _decimals(column, kept) for column in shown}
    titles = {column.name: entete(column) for column in shown} | dict(entetes or {})
    return TableVue(
        titre,
        tuple(Cellule(titles[column.name], est_numerique(column)) for column in shown),
        tuple(tuple(cellule(contexte, table, c, row, decimals[c.name]) for c in shown) for row in kept),
        commande(table),
        note,
        ouvert,
    )
