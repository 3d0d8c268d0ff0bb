"""An explanation as text to read and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal

from droitcommun.graph.explain import Explication, Piece
from droitcommun.graph.formats import (
    deux_points,
    entier,
    euros,
    nombre,
    typographie,
)
from droitcommun.graph.langue import _, ngettext

_MONTREES = 20


def to_json(found: Explication, fictif: bool) -> str:
    """Return the whole explanation; numbers are JSON numbers, unknown is null."""
    data = asdict(found) | {"fictif": fictif}
    return json.dumps(data, ensure_ascii=False, indent=1, default=_plain) + "\n"


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)


def to_text(found: Explication, fictif: bool, toutes: bool = False) -> str:
    """Return the explanation for a terminal: the number, how it is made, then its pieces (the first ones, or all)."""
    return "\n".join(typographie(line) for line in _lines(found, fictif, toutes))


def _lines(found: Explication, fictif: bool, toutes: bool) -> Iterator[str]:
    if fictif:
        yield _("Données fictives.")
    what = f"{found.sujet} – {found.libelle}"
    yield deux_points(what, _number(found.valeur, found.unite)) if found.commande else what
    if found.commande:
        yield _("Demandé par : {commande}").format(commande=found.commande)
    yield ngettext("{n} élément.", "{n} éléments.", len(found.pieces)).format(n=entier(len(found.pieces)))
    if found.recompose:
        yield _("Ensemble, ces éléments redonnent exactement ce chiffre.")
    elif found.somme is not None:
        yield _("Ces éléments font {somme} : ce n'est pas le chiffre montré, signalez-le.").format(
            somme=_number(found.somme, found.unite_pieces)
        )
    elif found.commande:
        yield _("Ce chiffre n'est pas une somme : voici ce sur quoi il repose.")
    if found.fiabilite:
        counts = ", ".join(deux_points(mot, str(n)) for mot, n in sorted(found.fiabilite.items()))
        yield _("Fiabilité (nombre d'éléments) – {detail}").format(detail=counts)
    shown = found.pieces if toutes else found.pieces[:_MONTREES]
    for piece in shown:
        yield ""
        yield from _piece(piece, found.unite_pieces)
    if len(shown) < len(found.pieces):
        yield ""
        yield _("… et {n} autres : ajoutez « --toutes », ou « --format json ».").format(
            n=entier(len(found.pieces) - len(shown))
        )


def _piece(piece: Piece, unite: str) -> Iterator[str]:
    body = f" ({piece.organisme})" if piece.organisme else ""
    what = f"• {piece.libelle}{body}"
    yield deux_points(what, _number(piece.valeur, unite)) if piece.valeur is not None else what
    if piece.fichier:
        place = f"  {piece.fichier}, {piece.feuille}, {piece.cellule}"
        yield place + (_(" : « {texte} »").format(texte=" ".join(piece.texte.split())) if piece.texte else "")
        yield "  " + _("empreinte {empreinte}").format(empreinte=piece.empreinte[:16])
    else:
        yield "  " + _("aucun fichier ne le dit : c'est une donnée du contrat ou de la campagne")
    if piece.fiabilite:
        yield "  " + _("fiabilité : {mot}").format(mot=piece.fiabilite)


def _number(value: object, unite: str) -> str:
    if value is None:
        return _("sans information")
    if unite == "EUR" and isinstance(value, int | Decimal):
        return euros(value)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return f"{nombre(value, 2)} {unite}".strip()
    return str(value)
