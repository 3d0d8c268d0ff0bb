"""What every slide bears: its notes (method, questions, figures) and its foot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from droitcommun.graph.export.cells import commande
from droitcommun.graph.export.deck.plan import BLEU, Graphe, Serie
from droitcommun.graph.export.mentions import mention_photographie
from droitcommun.graph.formats import deux_points, entier, euros, keuros, nombre, points_virgules
from droitcommun.graph.langue import _
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.figures import Figure
from droitcommun.graph.words import unites


def notes(picture: Picture, methode: str, tables: Sequence[str], figures: Iterable[str]) -> tuple[str, ...]:
    """Return the notes of a slide: how it is made, the command that gives each table again, each figure with its id."""
    said = [_("Méthode : {texte}").format(texte=methode)] if methode else []
    held = [picture.tables[name] for name in tables if name in picture.tables]
    said += [_("Source : {commande}").format(commande=commande(table)) for table in held]
    found = [picture.figures[name] for name in dict.fromkeys(figures) if name in picture.figures]
    said += [
        _("{repere} – {libelle} : {valeur}").format(repere=f.id, libelle=f.libelle, valeur=valeur(f)) for f in found
    ]
    return (*said, provenance(picture))


def nommer(libelles: Sequence[str], valeurs: Sequence[object], masques: Sequence[str | None] = ()) -> tuple[str, ...]:
    """Return the names of categories; one without a value says why: an empty bar would pass for zero."""
    hidden = masques or [None] * len(libelles)
    return tuple(
        label
        if value is not None
        else _("{libelle} : {mots}").format(libelle=label, mots=words or _("sans information"))
        for label, value, words in zip(libelles, valeurs, hidden, strict=True)
    )


def _detail_keuros(amounts: Iterable[tuple[str, Decimal | None]]) -> str:
    """Return the amounts of a chart in words, for its text alternative."""
    return points_virgules(_dit(name, value) for name, value in amounts) + "."


def droit_commun_en_barres(
    titre: str, libelles: Sequence[str], montants: Sequence[Decimal | None], masques: Sequence[str | None]
) -> Graphe:
    """Return the bars of the droit commun by category; *masques* are the words for amounts that are not shown."""
    series = (Serie(_("Droit commun"), tuple(montants), BLEU),)
    noms = nommer(libelles, montants, masques)
    return Graphe(titre, noms, series, "keuros", _detail_keuros(zip(libelles, montants, strict=True)))


def _dit(name: str, value: Decimal | None) -> str:
    return deux_points(name, keuros(value) if value is not None else _("sans information"))


def valeur(figure: Figure) -> str:
    """Return the value of a figure with its unit, exact; what is unknown is said so."""
    if figure.valeur is None:
        return figure.masque or _("sans information")
    if figure.unite == "EUR":
        return euros(round(Decimal(figure.valeur), 2))
    sign = unites().get(figure.unite, figure.unite)
    text = entier(figure.valeur) if isinstance(figure.valeur, int) else nombre(figure.valeur, 2)
    return f"{text}\u00a0{sign}" if sign else text


def provenance(picture: Picture) -> str:
    """Return the contract, the campagne and the whole fingerprint, for the notes."""
    contexte = picture.contexte
    text = _("{titre}, campagne {annee}. Empreinte des données : {empreinte}. Produit par droitcommun {version}.")
    text = text.format(titre=contexte.titre, annee=contexte.annee, empreinte=picture.empreinte, version=picture.version)
    return _("Données fictives. {texte}").format(texte=text) if contexte.fictif else text


def pied(picture: Picture) -> tuple[str, ...]:
    """Return the two lines at the foot of every slide: the contract, then what bounds the figures."""
    titre = picture.contexte.titre
    reste = mention_photographie(picture).removeprefix(titre).lstrip(" –")
    return titre, _("{mention} – données fictives").format(mention=reste) if picture.contexte.fictif else reste
