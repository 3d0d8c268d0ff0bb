"""The map of the QPV: their contours when a table of contours was received, one tile each otherwise."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from shapely.affinity import affine_transform

from droitcommun.graph.export.carte.quartiers import (
    A_CHEVAL,
    ETATS,
    NIVEAUX,
    Quartier,
    classes,
    mesures,
    mots_etats,
    quartiers,
)
from droitcommun.graph.export.carte.tiles import tuiles
from droitcommun.graph.export.drawings import drawing as dessin
from droitcommun.graph.export.drawings.drawing import (
    ENCRE,
    GRIS,
    TEXTE,
    Aire,
    Dessin,
    Disque,
    Ligne,
    Style,
    Texte,
    couper,
)
from droitcommun.graph.export.drawings.frame import MARGE, Element, Signe, entete, pied
from droitcommun.graph.export.drawings.labels import Etiquette, hauteur_necessaire, placer
from droitcommun.graph.export.mentions import mention_photographie
from droitcommun.graph.formats import NBSP, entier, points_virgules
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.picture import Picture

_LARGEUR = 1280.0
_COLONNE = 256.0  # the width kept on each side for labels
_HAUTEUR_MAX = 760.0
_TAILLE, _LIGNE = 12.5, 15.5
_COMPTES = ("actions", "organismes")
_RAYON_TERRE = 6371.0088  # km, mean radius (IUGG)


def carte_svg(picture: Picture, mesure: str = "actions") -> str:
    """Return the map of *mesure* (a name of `quartiers.mesures()`) as SVG. Raises KeyError on another measure."""
    return dessin.svg(dessiner_carte(picture, mesure))


def carte_png(picture: Picture, mesure: str = "actions") -> bytes:
    """Return the same drawing as PNG, two pixels for one. Raises KeyError on another measure."""
    return dessin.png(dessiner_carte(picture, mesure))


def dessiner_carte(picture: Picture, mesure: str) -> Dessin:
    """Draw the map: contours when there are some for the contract's QPV, tiles otherwise.

    A QPV without contour, when others have theirs, is named under the map. Sources: `quartiers.quartiers` and
    Picture.contours. Raises KeyError on another measure.
    """
    found = quartiers(picture, mesure)
    shapes = {q.code: shape for q in found if (shape := _shape(picture.contours.get(q.code, "")))}
    title = _message(found, mesure)
    about = _("{mesure}, campagne {annee}").format(mesure=mesures()[mesure].titre, annee=picture.contexte.annee)
    if mesure not in _COMPTES:
        about += f" ({picture.principale.mots()})"
    alert = _("Données fictives") if picture.contexte.fictif else ""
    elements, y = entete(title, about, alert, _LARGEUR)
    drawn, y = _contours(found, shapes, y) if shapes else tuiles(found, _LARGEUR, y)
    below, height = pied(_legend(found, mesure), _notes(picture, found, shapes, mesure), _LARGEUR, y)
    description = ". ".join([*([alert] if alert else []), about, *(q.alternative for q in found)]) + "."
    return Dessin(f"carte-{mesure}", _LARGEUR, height, title, description, (*elements, *drawn, *below))


def _message(found: Sequence[Quartier], mesure: str) -> str:
    """Return the title: like the sentences and the deck, it counts the contract's own QPV."""
    if not found:
        return _("Ce contrat ne compte aucun quartier prioritaire")
    own = [q for q in found if not q.a_cheval] or found
    known = sum(1 for q in own if q.valeur is not None)
    if mesure in _COMPTES:
        text = ngettext(
            "Des actions sont déclarées dans {n} quartier sur {total}",
            "Des actions sont déclarées dans {n} quartiers sur {total}",
            known,
        )
        if not known:
            text = _("Aucune action n'est encore déclarée dans l'un des {total} quartiers")
    else:
        text = ngettext(
            "Des moyens propres au quartier sont connus dans {n} quartier sur {total}",
            "Des moyens propres au quartier sont connus dans {n} quartiers sur {total}",
            known,
        )
    return text.format(n=entier(known), total=entier(len(own)))


def _legend(found: Sequence[Quartier], mesure: str) -> list[Signe]:
    signs = [Signe(text, NIVEAUX[niveau - 1]) for niveau, text in classes(found, mesure)]
    words = {**mots_etats(), "pas-de-reponse": _("pas de réponse (une institution attendue au moins se tait)")}
    seen = {q.etat for q in found if q.valeur is None}
    signs += [Signe(words[state], style) for state, style in ETATS.items() if state in seen]
    if any(q.a_cheval for q in found):
        signs.append(Signe(_("à cheval sur une autre intercommunalité"), A_CHEVAL))
    return signs


def _notes(picture: Picture, found: Sequence[Quartier], shapes: Mapping[str, object], mesure: str) -> list[str]:
    notes = []
    missing = [q.libelle for q in found if q.code not in shapes]
    if shapes and missing:
        notes.append(_("Sans contour connu : {noms}.").format(noms=", ".join(missing)))
    if shapes and picture.sources_contours:
        notes.append(_("Source des contours : {sources}.").format(sources=points_virgules(picture.sources_contours)))
    if not shapes:
        notes.append(
            _("Une tuile par quartier, rangée sous ses communes : aucun contour n'a été reçu, la place ne dit rien.")
        )
    straddling = sum(1 for q in found if q.a_cheval)
    if 0 < straddling < len(found):
        text = ngettext(
            "{n} quartier à cheval sur une autre intercommunalité est dessiné, pas compté dans le titre.",
            "{n} quartiers à cheval sur une autre intercommunalité sont dessinés, pas comptés dans le titre.",
            straddling,
        )
        notes.append(text.format(n=entier(straddling)))
    if mesure not in _COMPTES:
        notes.append(_("Ce qui est commun à plusieurs quartiers n'est réparti entre aucun. Inconnu n'est pas zéro."))
    notes.append(mention_photographie(picture))
    return notes


def _shape(text: str) -> Any:
    """Return a contour as a valid polygon, or None when it cannot be drawn."""
    if not text:
        return None
    try:
        shape = shapely.make_valid(shapely.from_wkt(text))
    except shapely.errors.ShapelyError:
        return None
    surfaces = [part for part in shapely.get_parts(shape, return_index=False) if part.area > 0]
    return shapely.union_all(surfaces) if surfaces else None


def _contours(found: Sequence[Quartier], shapes: Mapping[str, Any], top: float) -> tuple[list[Element], float]:
    """Draw the contours between two columns of labels, and the scale; return them and where the map ends."""
    left, right = MARGE + _COLONNE + 22, _LARGEUR - MARGE - _COLONNE - 22
    texts = {q.code: _label(q) for q in found if q.code in shapes}
    flat, km = _flatten(shapes)
    west, south, east, north = shapely.total_bounds(list(flat.values()))
    scale = min((right - left - 24) / max(east - west, 1e-9), _HAUTEUR_MAX / max(north - south, 1e-9))
    labels = [Etiquette(code, (0, 0), len(lines) * _LIGNE) for code, lines in texts.items()]
    height = max((north - south) * scale + 24, hauteur_necessaire(labels, 10))
    x0 = (left + right) / 2 - (west + east) / 2 * scale
    y0 = top + height / 2 + (north + south) / 2 * scale
    placed = {
        code: shapely.simplify(affine_transform(shape, (scale, 0, 0, -scale, x0, y0)), 0.4)
        for code, shape in flat.items()
    }
    points = {code: _inside(shape) for code, shape in placed.items()}
    labels = [Etiquette(code, points[code], len(lines) * _LIGNE) for code, lines in texts.items()]
    height = max(height, hauteur_necessaire(labels, 10))
    drawn: list[Element] = []
    for quartier in found:
        if quartier.code in placed:
            drawn.extend(_area(quartier, placed[quartier.code]))
    for place in placer(labels, left - 12, right + 12, top, top + height, 10):
        drawn.extend(_named(place.gauche, place.haut, place.attache, points[place.cle], texts[place.cle]))
    bottom = top + height
    return [*drawn, *_scale_bar(scale / km, left, bottom + 26)], bottom + 44


def _flatten(shapes: Mapping[str, Any]) -> tuple[dict[str, Any], float]:
    """Project degrees on a plane true at the middle of the map (equirectangular); return also kilometres a unit."""
    _west, south, _east, north = shapely.total_bounds(list(shapes.values()))
    shrink = math.cos(math.radians((south + north) / 2))
    return {c: affine_transform(s, (shrink, 0, 0, 1, 0, 0)) for c, s in shapes.items()}, math.radians(1) * _RAYON_TERRE


def _inside(shape: Any) -> tuple[float, float]:
    """Return a point that is inside the largest part."""
    point = max(shapely.get_parts(shape), key=lambda part: part.area).representative_point()
    return point.x, point.y


def _area(quartier: Quartier, shape: Any) -> list[Element]:
    rings = tuple(
        tuple((float(x), float(y)) for x, y in ring.coords)
        for part in shapely.get_parts(shape)
        for ring in (part.exterior, *part.interiors)
    )
    drawn: list[Element] = [Aire(rings, quartier.style, quartier.alternative)]
    return [*drawn, Aire(rings, A_CHEVAL, quartier.alternative)] if quartier.a_cheval else drawn


def _label(quartier: Quartier) -> list[tuple[str, str]]:
    """Return the lines of a label, each with its look: the name, the communes, then what the measure says."""
    lines = [(line, "nom") for line in couper(quartier.libelle, _TAILLE, _COLONNE, True)]
    lines += [(line, "commune") for line in couper(", ".join(quartier.communes), _TAILLE, _COLONNE) if line]
    return lines + [(line, "valeur") for line in couper(quartier.mots, _TAILLE, _COLONNE)]


def _named(
    left: bool, top: float, end: tuple[float, float], point: tuple[float, float], lines: Sequence[tuple[str, str]]
) -> list[Element]:
    drawn: list[Element] = [Ligne((end, point), GRIS, 0.9), Disque(point, 2.6, Style(ENCRE, trait="#ffffff"))]
    looks = {"nom": (ENCRE, True), "commune": (GRIS, False), "valeur": (TEXTE, False)}
    for n, (line, look) in enumerate(lines):
        colour, bold = looks[look]
        at = (end[0] - 5 if left else end[0] + 5, top + n * _LIGNE + _TAILLE)
        drawn.append(Texte(at, line, _TAILLE, colour, bold, "end" if left else "start"))
    return drawn


def _scale_bar(per_km: float, x: float, y: float) -> list[Element]:
    """Draw a bar of 1, 2 or 5 times a power of ten, about 150 pixels long."""
    wish = 150 / per_km
    power = 10.0 ** math.floor(math.log10(wish))
    km = max(step * power for step in (1, 2, 5) if step * power <= wish)
    end = x + km * per_km
    words = _length(km)
    ticks = [Ligne(((at, y - 4), (at, y + 4)), ENCRE, 1.5) for at in (x, end)]
    return [Ligne(((x, y), (end, y)), ENCRE, 1.5), *ticks, Texte((end + 8, y + 4.5), words, 12, TEXTE)]


def _length(km: float) -> str:
    """Return a length of a scale, as « 2 km » or « 500 m »."""
    return f"{entier(round(km))}{NBSP}km" if km >= 1 else f"{entier(round(km * 1000))}{NBSP}m"
