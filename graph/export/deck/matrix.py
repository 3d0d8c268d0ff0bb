"""The slide of the matrix: which body acts for which ambition, in the states that coverage knows.

A slide is read from the back of a room: when the bodies are too many, those of the most numerous type are gathered on
one row, which says how many of them act. Nothing is ranked: rows are in the order of the alphabet.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from droitcommun.graph.export.deck.marks import notes
from droitcommun.graph.export.deck.plan import (
    AMBRE,
    BLANC,
    CLAIR,
    GRIS,
    PALE,
    Bloc,
    Case,
    Colonne,
    Diapo,
    Tableau,
    Texte,
    fragment,
)
from droitcommun.graph.export.measure import lignes
from droitcommun.graph.export.page.coverage import phrase
from droitcommun.graph.formats import entier, enumeration
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.names import slug
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.rows import Row, texte
from droitcommun.graph.pictures.rows import entier as lire_entier
from droitcommun.graph.words import etats_couverture

_ETATS = ("agit", "attendu-rien-declare", "neant-declare", "pas-de-reponse", "non-concerne")
_SYMBOLES = {"attendu-rien-declare": "!", "neant-declare": "∅", "non-concerne": "–", "pas-de-reponse": "?"}
_FONDS = {"agit": CLAIR, "attendu-rien-declare": AMBRE, "neant-declare": GRIS, "pas-de-reponse": BLANC}
# What the slide holds: lines of names at this size, the head left out; and the room of a name, in inches.
_LIGNES, _TAILLE, _LARGEUR_NOM, _LARGEUR_MINIMALE = 14, 14, 4.3, 11.0


@dataclass(frozen=True)
class Rangee:
    """One row: a body, or those of one type; `par_corps` holds the rows of the table of each body."""

    nom: str
    par_corps: tuple[Sequence[Row], ...]


def diapo_matrice(picture: Picture, largeur: float) -> Diapo:
    """Which body acts for which ambition; by ambition alone when bodies, even gathered, do not hold on a slide."""
    table = picture.tables.get("matrice-organisme-ambition")
    bodies: dict[str, list[Row]] = {}
    for row in table.rows if table else ():
        if texte(row, "libelle_organisme"):
            bodies.setdefault(texte(row, "libelle_organisme"), []).append(row)
    silent = [name for name, rows in bodies.items() if {texte(r, "etat") for r in rows} == {"pas-de-reponse"}]
    shown = {name: bodies[name] for name in sorted(bodies, key=slug) if name not in silent}
    rangees = _rangees(picture, shown) if largeur >= _LARGEUR_MINIMALE else None
    if rangees is None:
        return _par_ambition(picture, bodies)
    bloc: Bloc = _grille(picture, rangees) if rangees else Texte((fragment(phrase(picture, 6)),))
    gathered = any(len(rangee.par_corps) > 1 for rangee in rangees)
    return Diapo(
        _("Qui agit pour quelle ambition, institution par institution")
        if not gathered
        else _("Qui agit pour quelle ambition ; les plus nombreux sont réunis sur une ligne"),
        (Colonne((bloc,)),),
        _notes_matrice(picture),
        " ".join(_remarques(picture, gathered, len(silent))),
    )


def _remarques(picture: Picture, gathered: bool, silent: int) -> list[str]:
    legend = [_("chiffre = nombre d'actions"), *(f"{s} {etats_couverture()[etat]}" for etat, s in _SYMBOLES.items())]
    if gathered:
        legend.append(_("« 3/5 » = 3 institutions sur 5 agissent"))
    said = [_("{legende}.").format(legende=" · ".join(legend))]
    if silent:
        text = ngettext(
            "{n} institution sans réponse n'y figure pas.", "{n} institutions sans réponse n'y figurent pas.", silent
        )
        said.append(text.format(n=entier(silent)))
    if picture.non_detailles:
        text = ngettext(
            "{n} institution qui a répondu n'est pas détaillée.",
            "{n} institutions qui ont répondu ne sont pas détaillées.",
            picture.non_detailles,
        )
        said.append(text.format(n=entier(picture.non_detailles)))
    return said


def _rangees(picture: Picture, bodies: Mapping[str, Sequence[Row]]) -> list[Rangee] | None:
    """Return the rows of the slide: gather the most numerous type until all hold; None when they never do."""
    types = {name: picture.contexte.types.get(texte(rows[0], "organisme"), "") for name, rows in bodies.items()}
    counts = Counter(kind for kind in types.values() if kind)
    wide = sorted((kind for kind, n in counts.items() if n > 1), key=lambda kind: (-counts[kind], kind))
    for n in range(len(wide) + 1):
        gathered = wide[:n]
        found = [Rangee(name, (rows,)) for name, rows in bodies.items() if types[name] not in gathered]
        for kind in gathered:
            text = _("{type} : {n} institutions").format(
                type=picture.contexte.mot("type-organisme", kind), n=entier(counts[kind])
            )
            found.append(Rangee(text, tuple(rows for name, rows in bodies.items() if types[name] == kind)))
        if sum(lignes(rangee.nom, _TAILLE, _LARGEUR_NOM) for rangee in found) <= _LIGNES:
            return sorted(found, key=lambda rangee: slug(rangee.nom))
    return None


def _notes_matrice(picture: Picture) -> tuple[str, ...]:
    methode = _(
        "Attendu, rien de déclaré : l'institution a dit cette ambition prioritaire et n'y déclare rien. "
        "Néant déclaré : elle a dit n'y rien faire. "
        "Les institutions sont par ordre alphabétique : ce n'est pas un palmarès."
    )
    names = "; ".join(f"{a.code} {a.libelle}" for a in picture.contexte.ambitions)
    return (*notes(picture, methode, ("matrice-organisme-ambition",), ("F-ambitions-3",)), names.replace("; ", "\n"))


def _grille(picture: Picture, rangees: Sequence[Rangee]) -> Tableau:
    ambitions = picture.contexte.ambitions
    lines = tuple((Case(r.nom), *(_case(_de(r, a.code)) for a in ambitions)) for r in rangees)
    each = (12.2 - _LARGEUR_NOM) / max(len(ambitions), 1)
    return Tableau(
        "",
        (_("Institution"), *_codes([a.code for a in ambitions])),
        lines,
        (_LARGEUR_NOM, *(each,) * len(ambitions)),
        _("État de chaque institution pour chaque ambition : {noms}").format(
            noms=enumeration([rangee.nom for rangee in rangees])
        ),
        taille=_TAILLE + 2,
    )


def _codes(codes: Sequence[str]) -> list[str]:
    """Return the codes without the letters that all begin with: a column is narrow."""
    letters = {match.group() for code in codes if (match := re.match(r"[^\W\d]*", code))}
    shared = letters.pop() if len(letters) == 1 else ""
    return [code.removeprefix(shared) for code in codes]


def _de(rangee: Rangee, ambition: str) -> list[Row | None]:
    """Return, for each body of a row, its line on one ambition."""
    return [next((r for r in rows if texte(r, "ambition") == ambition), None) for rows in rangee.par_corps]


def _case(rows: Sequence[Row | None]) -> Case:
    etats = [texte(row, "etat") if row else "" for row in rows]
    acting = etats.count("agit")
    if len(rows) > 1:
        ground = CLAIR if acting else AMBRE if "attendu-rien-declare" in etats else PALE
        return Case(f"{entier(acting)}/{entier(len(rows))}", ground, gras=bool(acting), centre=True)
    if acting and rows[0]:
        return Case(entier(lire_entier(rows[0], "n_actions")), CLAIR, gras=True, centre=True)
    return Case(_SYMBOLES.get(etats[0], ""), _FONDS.get(etats[0], PALE), centre=True)


def _par_ambition(picture: Picture, bodies: dict[str, list[Row]]) -> Diapo:
    words = etats_couverture()
    found = {(texte(r, "ambition"), texte(r, "etat")): 0 for rows in bodies.values() for r in rows}
    for rows in bodies.values():
        for row in rows:
            found[texte(row, "ambition"), texte(row, "etat")] += 1
    lines = tuple(
        (
            Case(f"{a.code} {a.court}"),
            *(Case(entier(found.get((a.code, e), 0)), _FONDS.get(e, PALE), centre=True) for e in _ETATS),
        )
        for a in picture.contexte.ambitions
    )
    heads = (_("Ambition"), *(words[etat].capitalize() for etat in _ETATS))
    alt = _("Nombre d'institutions dans chaque état, pour chaque ambition.")
    grid: Bloc = Tableau("", heads, lines, (4, *(1.6,) * len(_ETATS)), alt)
    text = _("Pour chaque ambition, combien d'institutions agissent, se taisent ou disent néant")
    return Diapo(text, (Colonne((grid,)),), _notes_matrice(picture))
