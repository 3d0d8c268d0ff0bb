"""The draft of the yearly report (CGCT L. 1111-2, décret 2015-1118): the whole contract, or the extract of a commune.

The law asks the mayor and the president of the EPCI for it each year. Figures and tables come from the picture; what a
person must write is marked « À compléter par … », never invented.
"""

from __future__ import annotations

from droitcommun.graph.export.rapport import actions as faits
from droitcommun.graph.export.rapport.communes import communes_signataires, find_commune
from droitcommun.graph.export.rapport.contrat import articulation, orientations, situation
from droitcommun.graph.export.rapport.extrait import ecrire_extrait
from droitcommun.graph.export.rapport.frame import (
    empreinte,
    fictives,
    intercommunalite,
    ouvrir,
    publication,
    reference,
)
from droitcommun.graph.export.rapport.outlook import avis, methode, perspectives
from droitcommun.graph.export.word import Word
from droitcommun.graph.langue import _
from droitcommun.graph.picture import Picture
from droitcommun.graph.profils import profil


def report_bytes(picture: Picture, commune: str | None = None) -> bytes:
    """Return the report as DOCX; with *commune* (its code or name), the extract of that municipality.

    The same picture always gives the same bytes. Raises CommuneInconnue.
    """
    if commune is not None:
        return _extrait(picture, commune)
    titre = _("Rapport annuel sur la politique de la ville, {annee}").format(annee=picture.contexte.annee)
    word = ouvrir(picture, titre, _("Projet de rapport {annee}").format(annee=picture.contexte.annee))
    _couverture(word, picture, titre, intercommunalite(picture))
    word.saut()
    word.sommaire()
    word.saut()
    _lire(word)
    orientations(word, picture)
    situation(word, picture)
    faits.actions(word, picture)
    faits.moyens(word, picture)
    faits.evolution(word, picture)
    perspectives(word, picture)
    articulation(word, picture)
    avis(word, picture)
    methode(word, picture, 7)
    return word.contenu()


def nom_du_rapport(picture: Picture, commune: str | None = None) -> str:
    """Return the name of the file. Raises CommuneInconnue."""
    annee = picture.contexte.annee
    if commune is None:
        return f"rapport-{annee}.docx"
    return f"rapport-{annee}-{find_commune(picture, commune).code}.docx"


def extraits(picture: Picture) -> dict[str, bytes]:
    """Return the extract of each municipality that is a party, by file name."""
    return {nom_du_rapport(picture, c.code): _extrait(picture, c.code) for c in communes_signataires(picture)}


def _extrait(picture: Picture, code: str) -> bytes:
    commune = find_commune(picture, code)
    annee = picture.contexte.annee
    titre = _("Rapport annuel sur la politique de la ville, {annee} : {commune}").format(
        annee=annee, commune=commune.libelle
    )
    word = ouvrir(
        picture, titre, _("Projet de rapport {annee}, {commune}").format(annee=annee, commune=commune.libelle)
    )
    _couverture(word, picture, titre, commune.libelle_organisme or commune.libelle)
    word.sommaire()
    word.saut()
    ecrire_extrait(word, picture, commune)
    methode(word, picture, 6)
    return word.contenu()


def _couverture(word: Word, picture: Picture, titre: str, assemblee: str) -> None:
    contexte = picture.contexte
    day = reference(picture)
    word.couverture(
        titre,
        _("Projet, à compléter puis à soumettre pour avis et au débat"),
        (
            (_("Contrat"), f"{contexte.titre} ({contexte.identifiant or contexte.contrat})"),
            (_("Présenté par"), assemblee),
            (_("Campagne"), str(contexte.annee)),
            (_("Montants"), _("{a} et {b}").format(a=picture.principale.mots(), b=picture.autre.mots())),
            (_("Date de référence des données"), day),
            (_("État"), publication(picture)),
            (_("Profil"), profil(picture.profil).mots()),
            (_("Empreinte des données"), empreinte(picture)),
            (_("Textes"), _("CGCT, article L. 1111-2 ; décret n° 2015-1118 du 3 septembre 2015")),
        ),
        fictives(picture),
    )


def _lire(word: Word) -> None:
    word.titre(_("Comment lire ce projet"))
    word.texte(
        _(
            "Les chiffres, tableaux et listes viennent du recensement du droit commun. Ce qu'une personne doit écrire "
            "est marqué ainsi :"
        )
    )
    word.a_completer(_("qui est nommé ici"), _("ce qui est demandé. Remplacez ce cadre par votre texte."))
    word.texte(_("« Sans information » veut dire que personne ne l'a dit : ce n'est pas zéro."))
