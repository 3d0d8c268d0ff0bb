"""The three ways a network is drawn: two columns and lines, one column and arcs, a grid when nearly all is joined."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from droitcommun.graph.export.drawings.drawing import (
    BLANC,
    ENCRE,
    GRIS,
    TEXTE,
    TRAIT,
    Disque,
    Ligne,
    Style,
    Texte,
    couper,
    largeur_texte,
    rectangle,
)
from droitcommun.graph.export.drawings.frame import MARGE, Element
from droitcommun.graph.export.drawings.palette import Marque, marque
from droitcommun.graph.export.networks.layout import LARGEUR, PAS_ORGANISME, network_positions, piliers_in_order
from droitcommun.graph.formats import deux_points, entier, keuros
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.network import Reseau
from droitcommun.graph.words import etats_engagement, etats_reponse

REPONSES = {
    "repondu": Style("#1d4e89", trait=ENCRE),
    "neant-declare": Style(BLANC, trait=ENCRE, epaisseur=2.5),
    "pas-de-reponse": Style("#eef0f4", trait="#9aa4b8", epaisseur=1.5),
    "non-attendu": Style("#ffe9c2", trait="#8a5300", epaisseur=1.5),
}
ETATS = {
    "constate": Style("#1d4e89", trait=ENCRE),
    "en-cours": Style("#d6e4f5", "hachures", ENCRE, ENCRE),
    "pas-encore": Style("#ffe9c2", "lignes", "#8a5300", "#8a5300", 1.5),
    "sans-objet": Style("#eef0f4", trait=GRIS),
    "sans-information": Style(BLANC, "points", GRIS, GRIS, pointille=True),
}
LIEN = "#1d4e89"
_CHOSE = Style("#e8ecf4", trait=ENCRE, epaisseur=1.5)
_TAILLE, _PETITE, _LIGNE = 12.5, 10.5, 15.5
_COLONNE = 400.0  # a name wider than this goes on two lines; wider still, the column widens
_BORD = 16.0  # between a node and its name
_CASE = 30.0  # a square of the grid


def pilier_marque(reseau: Reseau, pilier: str) -> Marque:
    """Return how a pilier's lines are drawn."""
    return marque(piliers_in_order(reseau).index(pilier))


def largeur(reseau: Reseau) -> float:
    """Return the width that the drawing takes, margins included."""
    left = 2 * MARGE + _room(reseau, True) + _BORD
    if reseau.graph["reseau"] == "organisme-organisme":
        ranks = [int(data["rang"]) for _node, data in reseau.nodes(data=True)]
        return left + max(ranks, default=0) * PAS_ORGANISME / 2 + 8
    things = sum(1 for _node, data in reseau.nodes(data=True) if data["kind"] != "organisme")
    middle = things * _CASE if reseau.graph["reseau"] == "organisme-engagement" else LARGEUR
    return left + middle + _BORD + _room(reseau, False)


def draw(reseau: Reseau, top: float) -> tuple[list[Element], float]:
    """Draw the network from *top* down; return it and where it ends."""
    x = MARGE + _room(reseau, True) + _BORD
    name = reseau.graph["reseau"]
    drawing = {"organisme-organisme": _arcs, "organisme-engagement": _grid}.get(name, _columns)
    return drawing(reseau, x, top + 20)


def _room(reseau: Reseau, bodies: bool) -> float:
    """Return the width that the names of one side need, on two lines at most."""
    widest = 0.0
    for _node, data in reseau.nodes(data=True):
        if data["kind"] == "engagement" and not bodies:
            widest = max(widest, *(largeur_texte(line, _TAILLE) for line in _wrapped(str(data["label"]))))
        elif (data["kind"] == "organisme") == bodies:
            lines, size = _name(str(data["label"]), not bodies)
            widest = max(widest, *(largeur_texte(line, size, not bodies) for line in lines))
        if "libelle_pilier" in data and not bodies:
            lines, size = _name(_pilier(data), True)
            widest = max(widest, *(largeur_texte(line, size, True) for line in lines))
    return widest


def _name(text: str, bold: bool) -> tuple[list[str], float]:
    """Return a name on one line when it fits, on two smaller ones otherwise: nothing is ever cut."""
    if largeur_texte(text, _TAILLE, bold) <= _COLONNE:
        return [text], _TAILLE
    return _wrapped(text, _PETITE, bold), _PETITE


def _wrapped(text: str, size: float = _TAILLE, bold: bool = False) -> list[str]:
    """Break a name in two lines at most, as wide as that takes."""
    room = _COLONNE
    while len(lines := couper(text, size, room, bold)) > 2:
        room *= 1.15
    return lines


def _pilier(data: Mapping[str, object]) -> str:
    return f"{data['pilier']} {data['libelle_pilier']}"


def _columns(reseau: Reseau, x: float, top: float) -> tuple[list[Element], float]:
    placed = {node: (x + px, top + py) for node, (px, py) in network_positions(reseau).items()}
    drawn: list[Element] = []
    for source, target, data in _heaviest_first(reseau):
        body, thing = (source, target) if reseau.nodes[source]["kind"] == "organisme" else (target, source)
        (x1, y1), (x2, y2) = placed[body], placed[thing]
        known = "pilier" in reseau.nodes[thing]
        mark = pilier_marque(reseau, reseau.nodes[thing]["pilier"]) if known else Marque(LIEN)
        points = ((x1, y1), ((x1 + x2) / 2, y1), ((x1 + x2) / 2, y2), (x2, y2))
        wide = 0.7 + 1.1 * math.sqrt(data["n_actions"])
        title = deux_points(_ends(reseau, body, thing), _counts(data))
        drawn.append(Ligne(points, mark.couleur, wide, mark.tirets, opacite=0.6, courbe=True, titre=title))
    heads: set[str] = set()
    for node, (px, py) in sorted(placed.items(), key=lambda item: item[1]):
        data = reseau.nodes[node]
        if data["kind"] == "organisme":
            drawn.extend(_body(reseau, node, px, py))
            continue
        if "pilier" in data and data["pilier"] not in heads:
            heads.add(data["pilier"])
            drawn.extend(_two_lines(_pilier(data), px - 6, py - 34, ENCRE, True))
            mark = pilier_marque(reseau, data["pilier"])
            drawn.append(Ligne(((px - 6, py - 26), (px + 90, py - 26)), mark.couleur, 3, mark.tirets))
        ground = replace(_CHOSE, fond=pilier_marque(reseau, data["pilier"]).couleur) if "pilier" in data else _CHOSE
        drawn.append(Disque((px, py), 7, ground, str(data["label"])))
        drawn.extend(_two_lines(str(data["label"]), px + _BORD, py - 2, ENCRE, True))
        below = py + 16 + 4 * (len(_name(str(data["label"]), True)[0]) - 1)
        drawn.append(Texte((px + _BORD, below), _total(data), 11.5, TEXTE))
    return drawn, max((y for _x, y in placed.values()), default=top) + 34


def _arcs(reseau: Reseau, x: float, top: float) -> tuple[list[Element], float]:
    placed = {node: (x, top + py) for node, (_px, py) in network_positions(reseau).items()}
    drawn: list[Element] = []
    for source, target, data in _heaviest_first(reseau):
        (_x1, y1), (_x2, y2) = sorted((placed[source], placed[target]), key=lambda p: p[1])
        # A cubic curve that goes as far as half the distance, like half a circle.
        reach = x + (y2 - y1) / 2 * 4 / 3
        wide = 0.6 + 0.7 * math.sqrt(data["weight"])
        title = deux_points(_ends(reseau, source, target), _shared(data))
        points = ((x, y1), (reach, y1), (reach, y2), (x, y2))
        drawn.append(Ligne(points, LIEN, wide, opacite=0.4, courbe=True, titre=title))
    for node, (px, py) in sorted(placed.items(), key=lambda item: item[1]):
        drawn.extend(_body(reseau, node, px, py))
    return drawn, max((y for _x, y in placed.values()), default=top) + 24


def _grid(reseau: Reseau, x: float, top: float) -> tuple[list[Element], float]:
    places = network_positions(reseau)
    things = sorted((n for n, d in reseau.nodes(data=True) if d["kind"] != "organisme"), key=lambda n: places[n][1])
    bodies = sorted((n for n, d in reseau.nodes(data=True) if d["kind"] == "organisme"), key=lambda n: places[n][1])
    words = etats_engagement()
    y0, drawn = top + 14, list[Element]()
    right = x + len(things) * _CASE
    for column, thing in enumerate(things):
        at = (x + (column + 0.5) * _CASE, top)
        drawn.append(Texte(at, str(reseau.nodes[thing]["code"]), _PETITE, ENCRE, True, "middle"))
    for body in bodies:
        y = y0 + places[body][1]
        drawn.append(Ligne(((x, y + 12), (right, y + 12)), TRAIT, 0.6))
        drawn.extend(_body(reseau, body, x - 8, y, _BORD - 6))
        for column, thing in enumerate(things):
            if reseau.has_edge(body, thing):
                state = str(reseau.edges[body, thing]["etat"])
                title = deux_points(_ends(reseau, body, thing), words.get(state, state))
                drawn.append(rectangle(x + column * _CASE + 6, y - 9, 18, 18, ETATS[state], title))
    for row, thing in enumerate(things):
        for n, line in enumerate(_wrapped(str(reseau.nodes[thing]["label"]))):
            drawn.append(Texte((right + _BORD, y0 + 4 + row * 36 + n * 14), line, _TAILLE, TEXTE))
    last = max((places[body][1] for body in bodies), default=0)
    return drawn, max(y0 + last, y0 + len(things) * 36) + 24


def _heaviest_first(reseau: Reseau) -> list[tuple[str, str, dict[str, float]]]:
    """Draw the heaviest links first, so that the thin ones stay seen; then by name, so that the bytes are the same."""
    edges = [(*sorted((s, t)), data) for s, t, data in reseau.edges(data=True)]
    return sorted(edges, key=lambda e: (-e[2]["weight"], e[0], e[1]))


def _body(reseau: Reseau, node: str, x: float, y: float, gap: float = _BORD - 4) -> list[Element]:
    data = reseau.nodes[node]
    alone = not reseau.degree(node)
    title = deux_points(str(data["label"]), reponses()[data["reponse"]])
    lines, size = _name(str(data["label"]), False)
    drawn: list[Element] = [Disque((x, y), 5.5, REPONSES[data["reponse"]], title)]
    for n, line in enumerate(lines):
        base = y + 4.5 if len(lines) == 1 else y - 1 + n * 11
        drawn.append(Texte((x - gap, base), line, size, GRIS if alone else ENCRE, False, "end"))
    return drawn


def _ends(reseau: Reseau, one: str, other: str) -> str:
    return " – ".join(str(reseau.nodes[node]["label"]) for node in (one, other))


def reponses() -> dict[str, str]:
    """Return the words for the answer of a body, those that nobody expected included."""
    return {**etats_reponse(), "non-attendu": _("n'était pas attendu")}


def _two_lines(text: str, x: float, y: float, colour: str, bold: bool) -> list[Element]:
    lines, size = _name(text, bold)
    first = y - (len(lines) - 1) * 6.5
    return [Texte((x, first + n * 12.5), line, size, colour, bold) for n, line in enumerate(lines)]


def _counts(data: Mapping[str, object]) -> str:
    n = int(str(data["n_actions"]))
    text = ngettext("{n} action", "{n} actions", n).format(n=entier(n))
    return f"{text}, {keuros(round(float(str(data['euros_dc']))))}" if "euros_dc" in data else text


def _shared(data: Mapping[str, object]) -> str:
    pairs, actions = int(str(data["n_partages"])), int(str(data["n_actions"]))
    texts = []
    if pairs:
        text = ngettext("{n} ambition partagée dans un quartier", "{n} ambitions partagées dans un quartier", pairs)
        texts.append(text.format(n=entier(pairs)))
    if actions:
        texts.append(ngettext("{n} action partagée", "{n} actions partagées", actions).format(n=entier(actions)))
    return ", ".join(texts)


def _total(data: Mapping[str, object]) -> str:
    n, bodies = int(str(data["n_actions"])), int(str(data["n_organismes"]))
    if not bodies:
        return _("à cheval · rien de déclaré") if data.get("a_cheval") else _("rien de déclaré")
    text = ngettext("{n} institution", "{n} institutions", bodies).format(n=entier(bodies))
    text += " · " + ngettext("{n} action", "{n} actions", n).format(n=entier(n))
    return _("à cheval · {compte}").format(compte=text) if data.get("a_cheval") else text
