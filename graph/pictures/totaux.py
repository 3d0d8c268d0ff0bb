"""A total that keeps everyone gives, once what is public is taken from it, what the bodies without visa bring.

When only one of them brings some, its amount would be read by subtraction: that total, and whatever adds up to it, is
not shown. It is the rule of the cells (secret.py), held to the totals: never the money, nor the staff, of one body.
From two on it is shown: each of the two reads the other, as it does in the profile copil (docs/profils.md says why).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from droitcommun.graph.catalogue import Table
from droitcommun.graph.pictures.contexte import Contexte
from droitcommun.graph.pictures.figures import PRESTATION_LEGALE, Montants, Periode, phase_groupe, repere_euros
from droitcommun.graph.pictures.modele import Picture
from droitcommun.graph.pictures.rows import Row, masque, montant, texte
from droitcommun.graph.pictures.secret import hide, non_montre

# The column of the tables by ambition and by place, and the field of Montants, of each kind of amount; in the order of
# the figures of a period (figures.repere_euros).
CHAMPS = {
    "euros_dc": "droit_commun",
    "euros_spec": "specifique",
    "euros_a_qualifier": "a_qualifier",
    "euros_prestations_legales": "prestations_legales",
    "abattement": "abattement",
}
_ORIGINES = {
    "droit-commun": "euros_dc",
    "specifique": "euros_spec",
    "a-qualifier": "euros_a_qualifier",
    "abattement-tfpb": "abattement",
}
_BAILLEUR = "bailleur"
# The amounts whose bodies are known by ambition and by QPV: vises.py has hidden those that one body alone brings.
_CONNUS_PAR_AMBITION = frozenset(("euros_dc", "euros_spec"))
_CONNUS_PAR_QPV = frozenset(("euros_dc",))


@dataclass(frozen=True)
class Cache:
    """A total that must be hidden: the column of its kind (« etp » for staff, or a figure on it), and its phase."""

    colonne: str
    phase: str


def lone_totals(picture: Picture, silent: Collection[str], shown: Mapping[str, Table]) -> frozenset[Cache]:
    """Return the totals that one body alone, among those without visa (*silent*), brings something to.

    *picture* is whole; *shown* are its tables once restricted.
    """
    found = set()
    for variant, periode in _periodes(picture):
        for column in (*CHAMPS, "etp"):
            if len(_providers(picture.tables, picture.contexte, column, variant, periode.phase) & set(silent)) == 1:
                found.add(Cache(column, periode.phase))
    # The figure on the adultes-relais is that of their source: hidden with its row, which hides another.
    relais = [r for r in shown["moyens-humains"].rows if texte(r, "source") == "adulte-relais"]
    if any(masque(row, "etp") for row in relais):
        found.add(Cache("F-etp-2", picture.principale.phase))
    for figure, bodies in _staff_providers(picture.tables).items():
        if len(bodies & set(silent)) == 1:
            found.add(Cache(figure, picture.principale.phase))
    return frozenset(found)


def _staff_providers(tables: Mapping[str, Table]) -> dict[str, set[str]]:
    """Return who brings the staff of each figure on it that is a part of the total, or its change."""
    rows = [r for r in tables["moyens-humains"].rows if montant(r, "etp")]
    before = tables["moyens-humains:precedente"].rows if "moyens-humains:precedente" in tables else ()
    buckets = {texte(r, "lieu") for r in tables["mobilisation-par-qpv"].rows if texte(r, "genre") == "commun"}
    found = {
        "F-etp-2": [r for r in rows if texte(r, "source") == "adulte-relais"],
        "F-etp-3": [r for r in rows if texte(r, "qpv") not in buckets],
        "F-etp-4": [*rows, *(r for r in before if montant(r, "etp"))],
    }
    return {figure: {texte(r, "organisme") for r in held} - {""} for figure, held in found.items()}


def _periodes(picture: Picture) -> tuple[tuple[str, Periode], ...]:
    return (("", picture.principale), (":autre", picture.autre))


def _providers(tables: Mapping[str, Table], contexte: Contexte, column: str, variant: str, phase: str) -> set[str]:
    """Return the bodies that bring something of a kind in a phase.

    The abatement is of landlords: nothing says which, so all of them may.
    """

    def bringing(name: str, of: str) -> set[str]:
        return {texte(r, "organisme") for r in tables[name].rows if montant(r, of)} - {""}

    if column in ("euros_dc", "euros_spec"):
        found = bringing("matrice-organisme-ambition" + variant, column) | bringing("effet-levier" + variant, column)
        return found | bringing("matrice-organisme-qpv" + variant, "euros_dc") if column == "euros_dc" else found
    if column == "etp":
        return bringing("moyens-humains" + variant, "etp")
    if column == "euros_a_qualifier":
        rows = tables["moyens-a-qualifier"].rows
        return {texte(r, "organisme") for r in rows if montant(r, "euros") and phase_groupe(texte(r, "phase")) == phase}
    rows = tables["actions-declarees"].rows
    if column == "euros_prestations_legales":
        return {texte(r, "organisme") for r in rows if texte(r, "forme") == PRESTATION_LEGALE}
    bodies = {texte(r, "organisme") for r in rows}
    return {body for body in bodies if contexte.types.get(body, _BAILLEUR) == _BAILLEUR}


def hide_totals(picture: Picture, caches: Collection[Cache]) -> Picture:
    """Return *picture* without the totals *caches*, nor what adds up to them."""
    if not caches:
        return picture
    figures, money = dict(picture.figures), list(picture.montants)
    for rank, (_variant, periode) in enumerate(_periodes(picture)):
        hidden = [column for column in CHAMPS if Cache(column, periode.phase) in caches]
        for column in hidden:
            name = repere_euros(rank, list(CHAMPS).index(column) + 1)
            figures[name] = hide(figures[name], non_montre())
        money = [_without(m, hidden) if m.periode == periode else m for m in money]
    principale = picture.principale.phase
    ids = ["F-qpv-4"] if Cache("euros_dc", principale) in caches else []
    ids += [f"F-etp-{n}" for n in range(1, 5)] if Cache("etp", principale) in caches else []
    ids += [cache.colonne for cache in caches if cache.colonne.startswith("F-")]
    figures |= {name: hide(figures[name], non_montre()) for name in ids if name in figures}
    tables = {
        key: replace(table, rows=[dict(row) for row in _rows(picture, key, table, caches)])
        for key, table in picture.tables.items()
    }
    return replace(picture, figures=figures, montants=tuple(money), tables=tables)


def _without(montants: Montants, hidden: Iterable[str]) -> Montants:
    fields = {CHAMPS[column] for column in hidden if getattr(montants, CHAMPS[column]) is not None}
    kept: dict[str, Any] = dict.fromkeys(fields)
    return replace(montants, **kept, masques=montants.masques | fields)


def _rows(picture: Picture, key: str, table: Table, caches: Collection[Cache]) -> Iterable[Row]:
    name, _sep, variant = key.partition(":")
    periode = picture.autre if variant == "autre" else picture.principale
    columns = {cache.colonne for cache in caches if cache.phase == periode.phase}
    if name == "formes-de-mobilisation":
        return [_hide(row, _of_form(row, columns)) for row in table.rows]
    if name == "mobilisation-par-qpv":
        return [
            _hide(row, columns - _CONNUS_PAR_QPV if texte(row, "genre") == "qpv" else columns) for row in table.rows
        ]
    if name == "mobilisation-par-ambition":
        return [_hide(row, columns - _CONNUS_PAR_AMBITION if texte(row, "pilier") else columns) for row in table.rows]
    if name in ("droit-commun-et-specifique", "reconciliation"):
        return [_by_origin(row, caches) for row in table.rows]
    return table.rows


def _of_form(row: Row, columns: Collection[str]) -> Collection[str]:
    """The row of legal benefits holds theirs in the column of the droit commun."""
    if texte(row, "forme") == PRESTATION_LEGALE:
        return ("euros_dc",) if "euros_prestations_legales" in columns else ()
    return columns


def _by_origin(row: Row, caches: Collection[Cache]) -> Row:
    phase = phase_groupe(texte(row, "phase"))
    hidden = []
    column = "etp" if texte(row, "unite") == "ETP" else _ORIGINES.get(texte(row, "origine"), "")
    if Cache(column, phase) in caches:
        hidden += ["euros", "total", "somme"]
    if Cache("euros_prestations_legales", phase) in caches:
        hidden.append("euros_prestations_legales")
    return _hide(row, hidden)


def _hide(row: Row, columns: Collection[str]) -> Row:
    """Return *row* without the amounts it holds in *columns*; what is unknown, or a known zero, tells nothing."""
    return {c: non_montre() if c in columns and montant(row, c) else v for c, v in row.items()}
