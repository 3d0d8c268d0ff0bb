"""Sections of the page on the decisions asked, and on every figure: its mark, its value, what it rests on."""

from __future__ import annotations

from decimal import Decimal

from droitcommun.graph.export.cells import etat_de_decision, vue
from droitcommun.graph.export.page.coverage import phrase
from droitcommun.graph.export.views import Bloc, Cellule, Section, TableVue
from droitcommun.graph.formats import entier, euros, nombre, pourcent
from droitcommun.graph.langue import _
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.figures import Figure, en_retard
from droitcommun.graph.words import unites


def section_decisions(picture: Picture) -> Section:
    """What is asked today: who does what by when; then what became of the decisions before."""
    blocs: list[Bloc] = []
    columns = ["titre", "libelle_organisme", "echeance", "etat_decision"]
    titles = {
        "decisions": _("décisions de la campagne {annee}").format(annee=picture.contexte.annee),
        "decisions:precedente": _("décisions de la campagne {annee}").format(annee=picture.contexte.annee_precedente),
    }
    for key, titre in titles.items():
        table = picture.tables.get(key)
        if table is not None and table.rows:
            jour = picture.contexte.reference
            rows = [{**r, "etat_decision": etat_de_decision(r, jour)} if en_retard(r, jour) else r for r in table.rows]
            blocs.append(vue(picture.contexte, table, titre, columns, rows=rows, ouvert=key == "decisions"))
    return Section("decisions", _("Les décisions demandées"), phrase(picture, 10), tuple(blocs))


def table_des_chiffres(picture: Picture) -> TableVue:
    """Return every figure of the page: its mark, what it counts, its value, and its confidence."""
    heads = (
        Cellule(_("Chiffre")),
        Cellule(_("Repère")),
        Cellule(_("Valeur"), numerique=True),
        Cellule(_("Fiabilité")),
    )
    lines = tuple(
        (
            Cellule(figure.libelle),
            Cellule(figure.id),
            _valeur(figure),
            Cellule(confiance(picture, figure) or "–", inconnu=not figure.confiance),
        )
        for figure in picture.figures.values()
    )
    note = _(
        "Fiabilité : ce que disent ceux qui apportent les montants. Un nombre d'actions ou d'institutions est compté "
        "dans ce qui est déclaré."
    )
    source = f"droitcommun explain F-euros-1 --campagne {picture.contexte.annee}"
    return TableVue(_("tous les chiffres et leurs repères"), heads, lines, source, note)


def _valeur(figure: Figure) -> Cellule:
    value = figure.valeur
    if value is None:
        return Cellule(figure.masque or _("sans information"), numerique=True, inconnu=True)
    if figure.unite == "EUR":
        return Cellule(euros(Decimal(value)), numerique=True)
    if figure.unite == "%":
        return Cellule(pourcent(value, 100, 1), numerique=True)
    shown = entier(value) if isinstance(value, int) else nombre(value, 2)
    unit = unites().get(figure.unite, figure.unite)
    return Cellule(f"{shown} {unit}".strip(), numerique=True)


def confiance(picture: Picture, figure: Figure) -> str:
    """Say what an amount rests on, as « compté 85 %, estimé 15 % »; "" when nothing is known of it."""
    total = sum((amount for _code, amount in figure.confiance), Decimal(0))
    if not total:
        return ""
    said = [
        f"{picture.contexte.mot('fiabilite', code).lower() if code else _('non dit')} {pourcent(amount, total)}"
        for code, amount in figure.confiance
        if amount
    ]
    return ", ".join(said)
