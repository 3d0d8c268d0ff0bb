"""The slide on places: the neighbourhoods, on a map or in a table, and the money that belongs to no single one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from droitcommun.graph.export.carte.carte import carte_png
from droitcommun.graph.export.deck.marks import droit_commun_en_barres, notes
from droitcommun.graph.export.deck.plan import (
    AMBRE,
    Bloc,
    Case,
    Colonne,
    Diapo,
    Image,
    Tableau,
    Texte,
    fragment,
)
from droitcommun.graph.export.page.coverage import phrase, silence
from droitcommun.graph.formats import entier, keuros, pourcent
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.names import slug
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.figures import lignes_de_la_periode
from droitcommun.graph.pictures.rows import Row, entier_ou_rien, masque, montant, somme, texte

_POSTES = ("plusieurs-qpv", "communal", "agglomeration", "au-dela", "non-localise")
# More neighbourhoods than this do not hold in two tables side by side.
_MAXIMUM = 32


def diapo_lieux(picture: Picture) -> Diapo:
    """Where actions are, and how much droit commun is known by neighbourhood or stays in a bucket."""
    rows = lignes_de_la_periode(picture.tables["mobilisation-par-qpv"], picture.principale)
    own = [r for r in rows if texte(r, "genre") == "qpv"]
    # A sum without the amounts that the profile hides would not be the sum.
    unsaid = next((words for r in own if (words := masque(r, "euros_dc"))), None)
    local = None if unsaid else somme(own, "euros_dc")
    places: list[tuple[str, Decimal | None, str | None]] = [(_("Dans un quartier précis"), local, unsaid)]
    buckets = {texte(r, "lieu"): r for r in rows if texte(r, "genre") == "commun"}
    for code in _POSTES:
        if code in buckets:
            value = montant(buckets[code], "euros_dc")
            if value is not None or code != "non-localise":
                places.append((texte(buckets[code], "libelle_lieu"), value, masque(buckets[code], "euros_dc")))
    names, amounts, hidden = zip(*places, strict=True)
    titre = _("Droit commun par lieu, {periode}").format(periode=picture.principale.mots())
    chart = droit_commun_en_barres(titre, names, amounts, hidden)
    methode = _(
        "Un montant n'est mis dans un quartier que si l'institution l'a donné pour ce quartier, ou si l'action n'en "
        "concerne qu'un. Rien n'est réparti au prorata de la population."
    )
    figures = [f"F-qpv-{n}" for n in range(1, 6)]
    tables = ("matrice-qpv-ambition", "mobilisation-par-qpv")
    told = notes(picture, methode, tables, figures)
    if silence(picture):
        return Diapo(_titre_lieux(picture), (Colonne((Texte((fragment(phrase(picture, 7)),)),)),), told)
    columns = (Colonne(_quartiers(picture, rows), 8), Colonne((chart,), 5))
    remarks = [] if picture.contours else [_("« – » : montant sans information par quartier.")]
    if picture.contexte.qpv_a_cheval and not picture.contours:
        remarks.append(_("* À cheval sur une autre intercommunalité, hors du titre."))
    return Diapo(_titre_lieux(picture), columns, told, " ".join(remarks))


def _titre_lieux(picture: Picture) -> str:
    total, acted, share = (picture.figures[f"F-qpv-{n}"].valeur for n in (1, 2, 4))
    if not total or acted is None:
        return _("Actions par quartier : sans information, faute de réponse")
    text = ngettext(
        "{q} QPV sur {total} a une action déclarée", "{q} QPV sur {total} ont une action déclarée", int(acted)
    )
    text = text.format(q=entier(acted), total=entier(total))
    if share is not None:
        text += _(" ; {p} du droit commun est connu par quartier").format(p=pourcent(share, 100))
    return text


def _quartiers(picture: Picture, rows: Sequence[Row]) -> tuple[Bloc, ...]:
    """Return the map when contours were received, else a table of the neighbourhoods, whose words can be read."""
    table = _tableau(picture, [r for r in rows if texte(r, "genre") == "qpv"])
    if picture.contours or table is None:
        alt = _("Carte des quartiers prioritaires, par nombre d'actions. {texte}").format(texte=phrase(picture, 7))
        return (Image(carte_png(picture, "actions"), alt),)
    return (table,)


def _tableau(picture: Picture, rows: Sequence[Row]) -> Tableau | None:
    """Neighbourhoods in two halves side by side: actions, droit commun; those without action stand out."""
    if not rows or len(rows) > _MAXIMUM:
        return None
    lines = [_ligne(picture, row) for row in sorted(rows, key=lambda r: slug(texte(r, "libelle_lieu")))]
    half = (len(lines) + 1) // 2
    left, right = lines[:half], lines[half:]
    right += [(Case(""),) * 3] * (half - len(right))
    heads = (_("Quartier (QPV)"), _("Actions"), _("Droit commun"))
    alt = _("Nombre d'actions et droit commun de chaque quartier. {texte}").format(texte=phrase(picture, 7))
    widths = (3.8, 1.35, 1.8)
    both = tuple((*a, *b) for a, b in zip(left, right, strict=True))
    return Tableau("", (*heads, *heads), both, (*widths, *widths), alt, taille=12)


def _ligne(picture: Picture, row: Row) -> tuple[Case, ...]:
    n, euros = entier_ou_rien(row, "n_actions"), montant(row, "euros_dc")
    straddles = texte(row, "lieu") in picture.contexte.qpv_a_cheval
    ground = AMBRE if n == 0 and not straddles else ""
    count = "–" if n is None else entier(n) if n else _("aucune")
    amount = keuros(euros) if euros is not None else masque(row, "euros_dc") or "–"
    return (
        Case(texte(row, "libelle_lieu") + " *" * straddles, ground),
        Case(count, ground, centre=True),
        Case(amount, ground, centre=True),
    )
