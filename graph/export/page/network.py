"""Section of the page on the network of bodies and ambitions: a drawing that a small script lets people filter.

Places are those of the contract's order and of the alphabet: the drawing is the same from year to year. Without script
it stays a picture, and its table says every link.
"""

from __future__ import annotations

from dataclasses import dataclass

from droitcommun.graph.export.cells import commande
from droitcommun.graph.export.drawings.drawing import couper
from droitcommun.graph.export.drawings.palette import MARQUES
from droitcommun.graph.export.page.coverage import non_detaillees, phrase, silence
from droitcommun.graph.export.views import LienReseau, NoeudReseau, ReseauVue, Section
from droitcommun.graph.formats import entier, enumeration, guillemets, keuros
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.names import slug
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.contexte import Ambition
from droitcommun.graph.pictures.figures import organismes_par_ambition
from droitcommun.graph.pictures.rows import Row, masque, montant, texte
from droitcommun.graph.pictures.rows import entier as lire_entier
from droitcommun.graph.words import etats_reponse

_TABLE = "matrice-organisme-ambition"
# The drawing, in its own units: a column of bodies, a column of ambitions, and the links between them.
LARGEUR, _GAUCHE, _DROITE, _LABEL, _TAILLE, _LIGNE = 1120, 392, 722, 372, 13.5, 16
_RANG, _TITRE, _MARGE = 28, 30, 16
_PILIERS = len(MARQUES)


@dataclass(frozen=True)
class _Corps:
    """One body: its name, its answer, and its rows of the matrix where it acts."""

    code: str
    libelle: str
    reponse: str
    lignes: tuple[Row, ...]


def section_reseau(picture: Picture) -> Section:
    """Who acts for what, as a network to search and filter."""
    bodies, ambitions = _corps(picture), picture.contexte.ambitions
    links = [(b, row) for b in bodies for row in b.lignes]
    numbers = {a.code: n for n, a in enumerate(ambitions)}
    view = _vue(picture, bodies, ambitions, links, numbers)
    return Section("reseau", _("Le réseau"), _message(picture), (view, *non_detaillees(picture)))


def _corps(picture: Picture) -> list[_Corps]:
    answers = {texte(r, "organisme"): texte(r, "etat") for r in picture.tables["retours"].rows}
    found: dict[str, list[Row]] = {}
    labels: dict[str, str] = {}
    for row in picture.tables[_TABLE].rows:
        code = texte(row, "organisme")
        labels[code] = texte(row, "libelle_organisme") or code
        found.setdefault(code, []).extend([row] if texte(row, "etat") == "agit" else [])
    ordered = sorted(found, key=lambda code: (slug(labels[code]), code))
    return [_Corps(code, labels[code], answers.get(code, ""), tuple(found[code])) for code in ordered]


def _message(picture: Picture) -> str:
    if silence(picture):
        return phrase(picture, 6)
    counts = organismes_par_ambition(picture.tables["mobilisation-par-ambition"])
    known = {a: counts.get(a.code, 0) for a in picture.contexte.ambitions}
    if not any(known.values()):
        return phrase(picture, 6)
    most, least = max(known.values()), min(known.values())
    names = {
        n: enumeration([guillemets(a.court) for a, count in known.items() if count == n], 2) for n in (most, least)
    }
    text = _("Le plus d'institutions se retrouvent sur {beaucoup} ({n}), le moins sur {peu} ({m}).")
    return text.format(beaucoup=names[most], n=entier(most), peu=names[least], m=entier(least))


def _vue(
    picture: Picture,
    bodies: list[_Corps],
    ambitions: tuple[Ambition, ...],
    links: list[tuple[_Corps, Row]],
    numbers: dict[str, int],
) -> ReseauVue:
    left, bottom_left = _places([_lignes(b.libelle + _reponse(b)) for b in bodies], _MARGE)
    piliers = list(dict.fromkeys(a.pilier for a in ambitions))
    right, titles, bottom = _droite(ambitions, bottom_left)
    heights = {b.code: y for b, y in zip(bodies, left, strict=True)}
    nodes = [
        NoeudReseau(
            f"o{n}",
            "organisme",
            "",
            b.libelle,
            _GAUCHE,
            heights[b.code],
            _lignes(b.libelle + _reponse(b)),
            _dit_corps(b, ambitions, numbers),
            inconnu=b.reponse == "pas-de-reponse",
        )
        for n, b in enumerate(bodies)
    ]
    nodes += [
        NoeudReseau(
            f"a{n}",
            "ambition",
            str(piliers.index(a.pilier) % _PILIERS),
            f"{a.code} {a.court}",
            _DROITE,
            right[n],
            _lignes(f"{a.code} {a.court}"),
            _dit_ambition(a, [b.libelle for b, row in links if texte(row, "ambition") == a.code]),
        )
        for n, a in enumerate(ambitions)
    ]
    places = {b.code: n for n, b in enumerate(bodies)}
    drawn = tuple(
        LienReseau(
            f"o{places[b.code]}",
            f"a{(at := numbers[texte(row, 'ambition')])}",
            str(piliers.index(ambitions[at].pilier) % _PILIERS),
            _niveau(lire_entier(row, "n_actions")),
            _courbe(heights[b.code], right[at]),
            (b.libelle, f"{ambitions[at].code} {ambitions[at].court}", _actions(row), _euros(row)),
        )
        for b, row in links
        if texte(row, "ambition") in numbers
    )
    return ReseauVue(
        titre=_("Réseau des institutions et des ambitions"),
        description=_description(bodies, len(drawn), len(ambitions)),
        largeur=LARGEUR,
        hauteur=bottom,
        noeuds=tuple(nodes),
        liens=drawn,
        titres=tuple(titles),
        piliers=tuple((str(n % _PILIERS), _pilier(ambitions, code)) for n, code in enumerate(piliers)),
        source=commande(picture.tables[_TABLE]),
        montants=picture.principale.mots(),
    )


def _reponse(body: _Corps) -> str:
    return "" if body.reponse in ("repondu", "") else f" ({etats_reponse()[body.reponse]})"


def _lignes(label: str) -> tuple[str, ...]:
    return tuple(couper(label, _TAILLE, _LABEL))


def _places(labels: list[tuple[str, ...]], top: float) -> tuple[list[float], float]:
    """Return the middle of each row, and where the column ends."""
    found = []
    for lines in labels:
        height = max(_RANG, len(lines) * _LIGNE + 8)
        found.append(top + height / 2)
        top += height
    return found, top + _MARGE


def _droite(ambitions: tuple[Ambition, ...], bottom: float) -> tuple[list[float], list[tuple[str, str, float]], float]:
    """Return the place of each ambition, the titles of their piliers, and the height of the whole drawing.

    Ambitions are spread over the height of the column of bodies.
    """
    labels = [_lignes(f"{a.code} {a.court}") for a in ambitions]
    heights = [max(_RANG, len(lines) * _LIGNE + 8) for lines in labels]
    piliers = [a.pilier for a in ambitions]
    needed = sum(heights) + _TITRE * len(set(piliers)) + 2 * _MARGE
    height = max(bottom, needed)
    gap = (height - needed) / max(1, len(ambitions))
    top, places, titles = float(_MARGE), list[float](), list[tuple[str, str, float]]()
    order = list(dict.fromkeys(piliers))
    for n, ambition in enumerate(ambitions):
        if n == 0 or piliers[n - 1] != ambition.pilier:
            titles.append((str(order.index(ambition.pilier) % _PILIERS), ambition.libelle_pilier, top + 18))
            top += _TITRE
        places.append(top + heights[n] / 2)
        top += heights[n] + gap
    return places, titles, height


def _pilier(ambitions: tuple[Ambition, ...], code: str) -> str:
    return next(a.libelle_pilier for a in ambitions if a.pilier == code)


def _courbe(y1: float, y2: float) -> str:
    middle = (_GAUCHE + _DROITE) / 2
    return f"M{_GAUCHE + 6} {y1:.1f}C{middle:.0f} {y1:.1f} {middle:.0f} {y2:.1f} {_DROITE - 6} {y2:.1f}"


def _niveau(n: int) -> int:
    """The three widths follow the three depths of the heat maps: 1 action, 2 or 3, 4 and more."""
    return 1 if n < 2 else 2 if n < 4 else 3


def _actions(row: Row) -> str:
    return entier(lire_entier(row, "n_actions"))


def _euros(row: Row) -> str:
    value = montant(row, "euros_dc")
    return keuros(value) if value is not None else masque(row, "euros_dc") or _("sans information")


def _dit_corps(body: _Corps, ambitions: tuple[Ambition, ...], numbers: dict[str, int]) -> str:
    if body.reponse == "pas-de-reponse":
        return _("{nom} : pas de réponse, on ne sait pas.").format(nom=body.libelle)
    rows = sorted(
        (r for r in body.lignes if texte(r, "ambition") in numbers), key=lambda r: numbers[texte(r, "ambition")]
    )
    if not rows:
        return _("{nom} : aucune action déclarée.").format(nom=body.libelle)
    said = []
    for row in rows:
        n = lire_entier(row, "n_actions")
        actions = ngettext("{n} action", "{n} actions", n).format(n=entier(n))
        said.append(f"{ambitions[numbers[texte(row, 'ambition')]].code} ({actions})")
    text = ngettext("{nom} agit pour {n} ambition : {detail}.", "{nom} agit pour {n} ambitions : {detail}.", len(rows))
    return text.format(nom=body.libelle, n=entier(len(rows)), detail=", ".join(said))


def _dit_ambition(ambition: Ambition, names: list[str]) -> str:
    label = f"{ambition.code} {ambition.court}"
    if not names:
        return _("{ambition} : aucune action déclarée par une institution montrée ici.").format(ambition=label)
    text = ngettext(
        "{ambition} réunit {n} institution : {noms}.", "{ambition} réunit {n} institutions : {noms}.", len(names)
    )
    return text.format(ambition=label, n=entier(len(names)), noms=enumeration(names))


def _description(bodies: list[_Corps], n_liens: int, n_ambitions: int) -> str:
    text = _(
        "{corps} institutions à gauche, {ambitions} ambitions à droite, {liens} liens : un trait par institution qui "
        "agit pour une ambition, plus épais quand elle y a plus d'actions. Le tableau qui suit dit chaque lien."
    )
    return text.format(corps=entier(len(bodies)), ambitions=entier(n_ambitions), liens=entier(n_liens))
