"""The slides of a picture in their order: what each says, from the picture alone."""

from __future__ import annotations

from droitcommun.graph.export.deck.coverage import diapo_ambitions, diapo_retours, diapos_phrases
from droitcommun.graph.export.deck.follow import diapo_decisions, diapo_engagements, diapo_habitants, diapo_methode
from droitcommun.graph.export.deck.marks import notes, pied
from droitcommun.graph.export.deck.matrix import diapo_matrice
from droitcommun.graph.export.deck.money import diapo_credits, diapo_evolution, diapo_formes
from droitcommun.graph.export.deck.places import diapo_lieux
from droitcommun.graph.export.deck.plan import Couverture, Plan
from droitcommun.graph.export.mentions import publication_mots
from droitcommun.graph.export.page.render import titre_page
from droitcommun.graph.formats import date_longue
from droitcommun.graph.langue import _
from droitcommun.graph.picture import Picture
from droitcommun.graph.profils import profil


def plan_deck(picture: Picture, largeur: float) -> Plan:
    """Return the slides of *picture*: a cover, then eleven to thirteen slides whose titles say the message.

    *largeur* is the width of their content in inches.
    """
    contexte = picture.contexte
    lines = [
        contexte.titre,
        _("Campagne {annee} – {etat}").format(annee=contexte.annee, etat=publication_mots(picture.publication)),
    ]
    lines.append(_("Produit pour : {profil}").format(profil=profil(picture.profil).mots()))
    if contexte.reference:
        lines.append(_("Données à la date de référence du {jour}").format(jour=date_longue(contexte.reference)))
    methode = _("Les titres disent le message ; les notes disent la méthode, la source et le repère de chaque chiffre.")
    slides = [
        *diapos_phrases(picture),
        diapo_retours(picture),
        diapo_ambitions(picture),
        diapo_matrice(picture, largeur),
        diapo_formes(picture),
        diapo_credits(picture),
        diapo_lieux(picture),
        diapo_evolution(picture),
        diapo_engagements(picture),
        diapo_habitants(picture),
        diapo_decisions(picture),
        diapo_methode(picture),
    ]
    return Plan(
        Couverture(titre_page(picture), tuple(lines), notes(picture, methode, (), ())),
        tuple(slide for slide in slides if slide is not None),
        pied(picture),
        contexte.fictif,
        f"droitcommun {picture.version}",
    )
