"""Why a received file is refused before anything of it is read into the graph: the sentences, in one place."""

from __future__ import annotations

from droitcommun.graph.classeurs.problems import Problem, blocking
from droitcommun.graph.graphfiles import GraphEntry
from droitcommun.graph.langue import _


def held_elsewhere(reason: str) -> Problem:
    """Return the refusal of a file that another program holds."""
    return blocking(
        "fichier-illisible",
        _("Le fichier ne peut pas être lu ({raison}).").format(raison=reason),
        _("S'il est ouvert dans Excel, fermez-le ; sinon, vérifiez vos droits sur ce dossier, et relancez."),
    )


def no_model() -> Problem:
    """Return the refusal of a file that is none of our workbooks."""
    return blocking(
        "classeur-inconnu",
        _("Ce fichier n'est pas un classeur de recensement ni un classeur de pilotage (feuille « _modele » absente)."),
        _(
            "Repartez du classeur envoyé, ou donnez la correspondance d'une autre table avec « --mapping NOM » "
            "(« droitcommun mapping suggest FICHIER » en propose une)."
        ),
    )


def say_which(title: str) -> Problem:
    """Return the refusal of a workbook without its hidden sheet, of a campagne that nobody said."""
    return blocking(
        "modele-absent",
        _("Ce fichier a les feuilles d'un « {titre} », mais plus « _modele », qui dit de quelle année il est.").format(
            titre=title.lower()
        ),
        _("Si c'est bien lui, relancez avec « --campagne ANNEE » (et « -c CONTRAT » s'il y en a plusieurs)."),
    )


def lone_sheet(name: str) -> Problem:
    """Return the refusal of one sheet of a workbook, alone."""
    return blocking(
        "classeur-inconnu",
        _("Ce fichier est la seule feuille « {feuille} » d'un classeur : il ne dit ni de qui, ni de quand.").format(
            feuille=name
        ),
        _("Demandez le classeur entier, au format .xlsx ou .ods."),
    )


def wrong_contract(named: str, known: str) -> Problem:
    """Return the refusal of the workbook of another contract."""
    return blocking(
        "mauvais-contrat",
        _("Ce classeur est celui du contrat « {nom} » ; ici : {connus}.").format(nom=named, connus=known),
        _("Déposez-le dans l'espace de travail de son contrat."),
    )


def wrong_campagne(named: int, asked: int) -> Problem:
    """Return the refusal of the workbook of another campagne."""
    return blocking(
        "mauvaise-campagne",
        _("Ce classeur est celui de la campagne {nom}, pas de la campagne {voulue}.").format(nom=named, voulue=asked),
        _("Demandez le classeur de la campagne {voulue} au contributeur.").format(voulue=asked),
    )


def would_double(entry: GraphEntry) -> Problem:
    """Return the refusal of a file whose money another current graph holds."""
    if entry.genre == "import":
        message = _(
            "Des lignes de ce fichier sont déjà tenues par un autre import ({nom}) : elles compteraient deux fois."
        )
        return blocking(
            "import-deja-tenu",
            message.format(nom=entry.serie.rsplit("/", 1)[-1]),
            _("Si ce fichier remplace l'autre, relancez avec --confirme ; sinon, retirez-en les lignes communes."),
        )
    message = _(
        "Ce classeur a été préparé pour le service « {ancien} », qui a déjà répondu, et revient sous un autre nom."
    )
    return blocking(
        "service-renomme",
        message.format(ancien=entry.service or ""),
        _(
            "Si c'est le même service, relancez avec --confirme : sa réponse sera remplacée. "
            "Si c'est un autre service, faites-lui remplir un classeur à son nom (« droitcommun template »)."
        ),
    )


def campagne_closed(annee: int) -> Problem:
    """Return the refusal of a workbook that comes after the closing."""
    return blocking(
        "campagne-close",
        _("La campagne {annee} est close : elle ne reçoit plus de classeur.").format(annee=annee),
        _("Gardez ce fichier pour la campagne suivante, ou voyez avec les copilotes du contrat."),
    )
