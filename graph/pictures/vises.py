"""A picture that details only the bodies that gave their visa; its totals keep everyone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from droitcommun.graph.catalogue import Table
from droitcommun.graph.langue import _
from droitcommun.graph.pictures.figures import Figure, comparables, repondants
from droitcommun.graph.pictures.modele import Picture
from droitcommun.graph.pictures.rows import Masque, Row, entier, montant, somme, texte
from droitcommun.graph.pictures.secret import hide, hide_amounts, non_montre, to_hide
from droitcommun.graph.pictures.totaux import hide_totals, lone_totals

# What a body says of itself before its visa: its gaps, its money to qualify.
_ABSENTES = frozenset(("moyens-a-qualifier", "ecarts-de-couverture", "actions-incompletes"))
_MONTANTS = ("euros_dc", "euros_prestations_legales", "euros_spec", "euros_a_qualifier", "etp")
_LEGALES, _A_QUALIFIER = "euros_prestations_legales", "euros_a_qualifier"
_EVOLUTION = ("euros_dc_1", "euros_dc_2", "ecart")
_LISTES = frozenset(("axes-transversaux", "ambitions-sans-partenaire"))
_CREDITS = "droit-commun-et-specifique"
_FIABILITE = "fiabilite-des-montants"

Rows = Sequence[Row]


def only_approved(picture: Picture, vises: Collection[str]) -> Picture:
    """Take out of *picture* the rows of the bodies that are not among *vises* (codes).

    Where a count needs them they stay without name nor detail; where a sum does, they are added up; an amount that
    one of them alone brings, or would be left with once the public ones are subtracted, is hidden (Masque).
    """
    silent = repondants(picture.tables["retours"]) - set(vises)
    makers = _makers(picture.tables, vises, bool(silent))
    left_out = _ABSENTES | {_FIABILITE} if silent else _ABSENTES
    tables = {}
    for key, table in picture.tables.items():
        name = table.query.name
        if name not in left_out:
            # A table nobody thought of here and that names bodies keeps the rows of the approved ones only.
            make = makers.get(name, makers["*"] if any(c.name == "organisme" for c in table.query.columns) else _whole)
            tables[key] = replace(table, rows=[dict(row) for row in make(table.rows, key.removeprefix(name))])
    money, figures = picture.montants, dict(picture.figures)
    if silent:
        figures = {name: replace(figure, confiance=()) for name, figure in figures.items()}
    if len(silent) == 1 and len(repondants(picture.tables["retours"])) == 1:
        money = ()
        _hide(figures, [f.id for f in figures.values() if f.unite == "EUR"])
    if _alone(picture.tables["effet-levier"], vises):
        _hide(figures, ["F-rencontre-2", "F-rencontre-3", "F-rencontre-4"])
    if "evolution" in picture.tables and _alone_in_evolution(picture.tables["evolution"], vises):
        _hide(figures, ["F-evolution-2", "F-evolution-3"])
    return hide_totals(
        replace(picture, tables=tables, figures=figures, montants=money), lone_totals(picture, silent, tables)
    )


def _hide(figures: dict[str, Figure], ids: Iterable[str]) -> None:
    for name in ids:
        figures[name] = hide(figures[name], non_montre())


def _makers(
    tables: Mapping[str, Table], vises: Collection[str], silent: bool
) -> dict[str, Callable[[Rows, str], Rows]]:
    """Return, by table, how its rows are restricted; the second argument is « :autre », « :precedente » or « »."""

    declaring = _declaring(tables)

    def kept(rows: Rows, _variant: str) -> Rows:
        return [r for r in rows if texte(r, "organisme") in vises]

    def lists(rows: Rows, _variant: str) -> Rows:
        return [{**r, "organismes": _named(texte(r, "organismes"), vises)} for r in rows]

    def ambitions(rows: Rows, variant: str) -> Rows:
        matrix = tables[f"matrice-organisme-ambition{variant}"].rows
        acting = _providers(matrix, "ambition", "ambition", vises)

        def providers(row: Row, column: str) -> Collection[str]:
            known = declaring.get((column, texte(row, "ambition")))
            return known - set(vises) if known else acting(row, column)

        return hide_amounts(rows, _MONTANTS, providers)

    def places(rows: Rows, variant: str) -> Rows:
        by_place = _providers(tables[f"matrice-organisme-qpv{variant}"].rows, "qpv", "lieu", vises)

        unqualified = {body for (column, _key), found in declaring.items() if column == _A_QUALIFIER for body in found}

        def providers(row: Row, column: str) -> Collection[str]:
            if column == _A_QUALIFIER and unqualified - set(vises):
                return ("?",)  # few bodies have some, and nothing says which of them does here
            return by_place(row, column) if texte(row, "genre") == "qpv" else unknown(row, column)

        return hide_amounts(rows, _MONTANTS, providers)

    def unknown(row: Row, _column: str) -> Collection[str]:
        """Nobody knows who brings the amount of a form or of a bucket: the first two declaring may be any two."""
        return {str(n) for n in range(min(entier(row, "n_organismes"), 2))} if silent else ()

    def forms(rows: Rows, _variant: str) -> Rows:
        def providers(row: Row, column: str) -> Collection[str]:
            known = declaring.get((column, texte(row, "forme"))) if column == _A_QUALIFIER else None
            return known - set(vises) if known else unknown(row, column)

        return hide_amounts(rows, _MONTANTS, providers)

    makers: dict[str, Callable[[Rows, str], Rows]] = {
        "retours": lambda rows, _variant: _unnamed(rows, vises, ("statut_partie", "attendu", "etat")),
        "tableau-des-engagements": lambda rows, _variant: _unnamed(
            rows, vises, ("engagement", "libelle_engagement", "etat")
        ),
        "actions-declarees": lambda rows, _variant: _actions(rows, vises),
        "programme-d-evaluation": lambda rows, _variant: [
            {**r, "evaluateurs": _named(texte(r, "evaluateurs"), vises)} for r in rows
        ],
        "*": kept,
        "decisions": _whole,
        "quartiers-et-communes": _whole,
        "moyens-humains": lambda rows, _variant: _staff(rows, vises),
        "evolution": lambda rows, _variant: _evolution(rows, vises),
        "mobilisation-par-ambition": ambitions,
        "mobilisation-par-qpv": places,
        "formes-de-mobilisation": forms,
        **dict.fromkeys(_LISTES, lists),
    }
    if silent:
        makers[_CREDITS] = lambda rows, _variant: _by_origin(rows)
    return makers


def _whole(rows: Rows, _variant: str) -> Rows:
    return rows


def _sans_nom() -> Masque:
    return Masque(_("institution non détaillée"))


def _unnamed(rows: Rows, vises: Collection[str], shown: Collection[str]) -> Rows:
    """Keep the rows of the approved bodies; of the others, only the columns *shown*, in an order that tells nothing."""
    named = [r for r in rows if texte(r, "organisme") in vises]
    others: list[dict[str, object]] = [
        {c: v if c in shown else _sans_nom() if c == "libelle_organisme" else None for c, v in row.items()}
        for row in rows
        if texte(row, "organisme") not in vises
    ]
    return [*named, *sorted(others, key=lambda row: [texte(row, c) for c in shown])]


def _actions(rows: Rows, vises: Collection[str]) -> Rows:
    """Keep of the actions of the others only where they take place; the counted action, whose code is that of a
    body, becomes a rank, so that linked actions still count once."""
    places = _unnamed(rows, vises, ("comptee", "portee", "quartiers", "communes"))
    by_place = sorted(places, key=lambda r: [texte(r, c) for c in ("quartiers", "communes", "libelle_action")])
    ranks = {code: str(n) for n, code in enumerate(dict.fromkeys(texte(r, "comptee") for r in by_place), 1)}
    return [{**row, "comptee": ranks[texte(row, "comptee")]} for row in by_place]


def _named(codes: str, vises: Collection[str]) -> str | None:
    """Keep the approved bodies of a list of codes."""
    kept = [code for code in codes.split(" ; ") if code in vises]
    return " ; ".join(kept) or None


def _declaring(tables: Mapping[str, Table]) -> dict[tuple[str, str], set[str]]:
    """Return who declares legal benefits by ambition, and what is to be qualified by ambition and by form: few do."""
    found: dict[tuple[str, str], set[str]] = {}
    actions = {texte(row, "action"): row for row in tables["actions-declarees"].rows}
    for row in actions.values():
        if texte(row, "forme") == "prestation-legale":
            found.setdefault((_LEGALES, texte(row, "ambition")), set()).add(texte(row, "organisme"))
    for row in tables["moyens-a-qualifier"].rows:
        action = actions.get(texte(row, "action"), {})
        if montant(row, "euros"):
            for key in (texte(action, "ambition") or "sans-ambition", texte(action, "forme")):
                found.setdefault((_A_QUALIFIER, key), set()).add(texte(row, "organisme"))
    return found


def _providers(matrix: Rows, code: str, key: str, vises: Collection[str]) -> Callable[[Row, str], Collection[str]]:
    """Return what tells which bodies without visa bring the amount of a row.

    Those with a visa do not count: their own amounts are public, and would be subtracted. The matrix says who brings
    droit commun (and specific credits by ambition); for the other amounts, who acts.
    """
    bringing: dict[tuple[str, str], set[str]] = {}
    for row in matrix:
        body, place = texte(row, "organisme"), texte(row, code)
        for column in ("euros_dc", "euros_spec"):
            if montant(row, column):
                bringing.setdefault((place, column), set()).add(body)
        if texte(row, "etat") == "agit":
            bringing.setdefault((place, ""), set()).add(body)

    def providers(row: Row, column: str) -> Collection[str]:
        place = texte(row, key)
        return (bringing.get((place, column)) or bringing.get((place, ""), set())) - set(vises)

    return providers


def _staff(rows: Rows, vises: Collection[str]) -> Rows:
    """Keep the staff of the approved bodies; add up that of the others by source, hidden where there is only one."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if texte(row, "organisme") not in vises:
            groups.setdefault(texte(row, "source"), []).append(row)
    known = sorted(source for source, found in groups.items() if somme(found, "etp"))
    bodies = [{texte(r, "organisme") for r in groups[source] if montant(r, "etp")} for source in known]
    sizes = [somme(groups[source], "etp") or Decimal(0) for source in known]
    hidden = {known[n] for n in to_hide(bodies, sizes)}
    added: list[Row] = [
        {
            **dict.fromkeys(found[0]),
            "libelle_organisme": _sans_nom(),
            "source": source or None,
            "etp": non_montre() if source in hidden else somme(found, "etp"),
            "n_inconnus": sum(entier(r, "n_inconnus") for r in found),
        }
        for source, found in sorted(groups.items())
    ]
    return [*(r for r in rows if texte(r, "organisme") in vises), *added]


def _evolution(rows: Rows, vises: Collection[str]) -> Rows:
    """Keep the rows of the approved bodies; add up the others by ambition, hidden where there is only one."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if texte(row, "organisme") not in vises:
            groups.setdefault(texte(row, "ambition"), []).append(row)
    compared = {ambition: comparables(found) for ambition, found in sorted(groups.items())}
    known = [ambition for ambition, found in compared.items() if found]
    bodies = [{texte(r, "organisme") for r in compared[ambition]} for ambition in known]
    sizes = [somme(compared[ambition], "euros_dc_2") or Decimal(0) for ambition in known]
    hidden = {known[n] for n in to_hide(bodies, sizes)}
    added: list[Row] = []
    for ambition, lines in compared.items():
        found = groups[ambition]
        sums = {c: non_montre() if ambition in hidden else somme(lines, c) for c in _EVOLUTION}
        counts = {c: sum(entier(r, c) for r in found) for c in ("n_inconnus_1", "n_inconnus_2")}
        label = {"organisme": None, "libelle_organisme": _sans_nom(), "ambition": ambition}
        added.append({**found[0], **label, **sums, **counts})
    return [*(r for r in rows if texte(r, "organisme") in vises), *added]


def _by_origin(rows: Rows) -> Rows:
    """Add up the sources by exercice, phase and origin: one source may be one body."""
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["exercice"], row["phase"], row["origine"]), []).append(row)
    return [
        {
            **found[0],
            "source": None,
            "libelle_source": Masque(_("toutes sources")),
            **{c: somme(found, c) for c in ("euros", "euros_prestations_legales")},
            **{c: sum(entier(r, c) for r in found) for c in ("n_moyens", "n_inconnus")},
        }
        for found in groups.values()
    ]


def _alone(table: Table, vises: Collection[str]) -> bool:
    """True when, of the actions that have both origins, those without visa are of one body."""
    both = {texte(r, "organisme") for r in table.rows if montant(r, "euros_dc") and montant(r, "euros_spec")}
    return len(both - set(vises)) == 1


def _alone_in_evolution(table: Table, vises: Collection[str]) -> bool:
    return len({texte(r, "organisme") for r in comparables(table.rows)} - set(vises)) == 1
