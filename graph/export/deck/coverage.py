"""Slides on who answered and who acts: the ten sentences, returns, ambitions, the matrix of the states."""

from __future__ import annotations

from collections.abc import Sequence

from droitcommun.graph.export.deck.marks import notes
from droitcommun.graph.export.deck.plan import (
    BLEU,
    CLAIR,
    GRIS,
    ORANGE,
    Colonne,
    Diapo,
    Graphe,
    Serie,
    Texte,
    fragment,
)
from droitcommun.graph.export.page.coverage import phrase, silence
from droitcommun.graph.formats import entier, enumeration
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.names import slug
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.figures import PARTENAIRES_VOULUS, attendus, non_attendus, sans_reponse
from droitcommun.graph.pictures.rows import Row, entier_ou_rien, texte

# The ten sentences -----------------------------------------------------------------------------------------------


def diapos_phrases(picture: Picture) -> list[Diapo]:
    """Return the ten sentences on two slides of five."""
    halves = (picture.phrases[:5], picture.phrases[5:])
    slides = []
    for n, half in enumerate(halves, 1):
        figures = [name for sentence in half for name in sentence.figures]
        text = Texte(tuple(sentence.fragments for sentence in half), puces=True)
        titre = _("L'année en dix phrases ({n} sur 2)").format(n=n)
        methode = _("Les phrases sont calculées ; elles ne parlent que de ce qui est connu et disent ce qui manque.")
        slides.append(Diapo(titre, (Colonne((text,)),), notes(picture, methode, (), figures)))
    return slides


# Returns -----------------------------------------------------------------------------------------------------------


def diapo_retours(picture: Picture) -> Diapo:
    """Who answered, by kind of party, and who is still awaited."""
    table = picture.tables["retours"]
    groups: dict[str, list[Row]] = {}
    for row in attendus(table):
        groups.setdefault(texte(row, "statut_partie"), []).append(row)
    parts = [(_statut(picture, code), rows) for code, rows in sorted(groups.items(), reverse=True)]
    others = non_attendus(table)
    if others:
        parts.append((_("Institutions non attendues"), others))
    if len(parts) > 1 or not parts:
        parts.insert(0, (_("Toutes les institutions attendues"), attendus(table)))
    states = (
        (_("a déclaré des actions"), "repondu", BLEU),
        (_("néant déclaré"), "neant-declare", CLAIR),
        (_("pas de réponse"), "pas-de-reponse", GRIS),
    )
    series = tuple(Serie(nom, tuple(_combien(rows, etat) for _l, rows in parts), c) for nom, etat, c in states)
    chart = Graphe(
        _("Réponses reçues, en nombre d'institutions"),
        tuple(label for label, _rows in parts),
        series,
        "comptes",
        phrase(picture, 1),
        empile=True,
    )
    missing = [texte(r, "libelle_organisme") for r in sans_reponse(table)]
    columns = [Colonne((chart,), 3)]
    if missing and not silence(picture):
        names = [fragment(name) for name in sorted(missing, key=slug)]
        columns.append(Colonne((Texte(tuple(names), _("Nous attendons encore"), puces=True, taille=18),), 2))
    figures = [f"F-retours-{n}" for n in range(1, 6)]
    methode = _("Une institution a répondu dès qu'un de ses services a répondu ; déclarer « néant » est une réponse.")
    return Diapo(
        _titre_retours(picture),
        tuple(columns),
        notes(picture, methode, ("retours",), figures),
        _detail_retours(parts[0][1]),
    )


def _detail_retours(rows: Sequence[Row]) -> str:
    """Say the three states in words: a part of a bar may be too thin for its number."""
    said = (
        (ngettext("{n} a déclaré des actions", "{n} ont déclaré des actions", _combien(rows, "repondu")), "repondu"),
        (
            ngettext("{n} a répondu « néant »", "{n} ont répondu « néant »", _combien(rows, "neant-declare")),
            "neant-declare",
        ),
        (ngettext("{n} n'a pas répondu", "{n} n'ont pas répondu", _combien(rows, "pas-de-reponse")), "pas-de-reponse"),
    )
    found = [words.format(n=entier(n)) for words, etat in said if (n := _combien(rows, etat))]
    return _("Parmi les attendues : {detail}.").format(detail=enumeration(found)) if found else ""


def _combien(rows: Sequence[Row], etat: str) -> int:
    return sum(1 for row in rows if texte(row, "etat") == etat)


def _titre_retours(picture: Picture) -> str:
    expected, answered, others = (int(picture.figures[f"F-retours-{n}"].valeur or 0) for n in (1, 2, 5))
    if silence(picture):
        return _("Aucune institution n'a répondu : le droit commun est sans information")
    if not expected:
        text = ngettext("{r} institution a répondu", "{r} institutions ont répondu", others)
        return text.format(r=entier(others))
    text = ngettext("{r} institution sur {a} a répondu", "{r} institutions sur {a} ont répondu", answered)
    return text.format(r=entier(answered), a=entier(expected))


def _statut(picture: Picture, code: str) -> str:
    plural = {"signataire": _("Signataires"), "partenaire": _("Partenaires")}
    return plural.get(code) or (picture.contexte.mot("statut-partie", code) if code else _("Hors du contrat"))


# Ambitions -----------------------------------------------------------------------------------------------------------


def diapo_ambitions(picture: Picture) -> Diapo:
    """How many bodies act for each ambition: those for residents, then those for professionals."""
    ambitions = picture.contexte.ambitions
    ordered = [a for a in ambitions if a.habitants] + [a for a in ambitions if not a.habitants]
    counts = {a.code: _porteurs(picture, a.code) for a in ordered}
    labels = [_libelle(a.code, a.court, a.habitants, counts[a.code]) for a in ordered]
    held = [counts[a.code] for a in ordered]
    series: tuple[Serie, ...] = (
        Serie(_("3 institutions ou plus"), tuple(n if (n or 0) >= PARTENAIRES_VOULUS else 0 for n in held), BLEU),
        Serie(_("1 ou 2 institutions"), tuple(n if n and n < PARTENAIRES_VOULUS else 0 for n in held), ORANGE),
    )
    if all(n is None for n in held):
        series = tuple(Serie(s.nom, (None,) * len(held), s.couleur) for s in series)
    chart = Graphe(
        _("Nombre d'institutions qui agissent pour chaque ambition"),
        tuple(labels),
        series,
        "comptes",
        phrase(picture, 6),
        empile=True,
    )
    methode = _(
        "Une institution agit pour une ambition quand une de ses actions la sert, à titre principal ou non. "
        "Les ambitions « professionnels » améliorent le travail des équipes : l'absence d'argent y est normale."
    )
    figures = [f"F-ambitions-{n}" for n in range(1, 9)]
    tables = ("mobilisation-par-ambition",)
    return Diapo(_titre_ambitions(picture), (Colonne((chart,)),), notes(picture, methode, tables, figures))


def _porteurs(picture: Picture, code: str) -> int | None:
    rows = picture.tables["mobilisation-par-ambition"].rows
    found = [n for r in rows if texte(r, "ambition") == code and (n := entier_ou_rien(r, "n_organismes")) is not None]
    return None if silence(picture) else max(found, default=0)


def _libelle(code: str, court: str, habitants: bool, n: int | None) -> str:
    label = f"{code} {court}" if habitants else _("{code} {court} (professionnels)").format(code=code, court=court)
    if n is None:
        return _("{libelle} : sans information").format(libelle=label)
    return label if n else _("{libelle} : aucune action").format(libelle=label)


def _titre_ambitions(picture: Picture) -> str:
    if silence(picture):
        return _("Couverture des ambitions : sans information, faute de réponse")
    count = {n: int(picture.figures[f"F-ambitions-{n}"].valeur or 0) for n in (2, 5, 6, 7, 8)}
    parts = []
    if count[5]:
        parts.append(_("{n} ambitions sur {total} pour les habitants").format(n=count[6], total=count[5]))
    if count[7]:
        parts.append(_("{n} sur {total} pour les professionnels").format(n=count[8], total=count[7]))
    text = ngettext(
        "{couverture} ont une action déclarée ; {c} réunit au moins 3 institutions",
        "{couverture} ont une action déclarée ; {c} réunissent au moins 3 institutions",
        count[2],
    )
    return text.format(couverture=enumeration(parts), c=count[2])
