"""Why a received file is refused before anything of it is read into the graph: the sentences, in one place."""

from __future__ import annotations

from collections.abc import Iterable

from droitcommun.graph.classeurs.problems import Problem, blocking
from droitcommun.graph.graphfiles import GraphEntry
from droitcommun.graph.langue import _
from droitcommun.graph.takeover import Takeover


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


def to_confirm(renamed: Iterable[GraphEntry], imports: Iterable[tuple[GraphEntry, Takeover]]) -> list[Problem]:
    """Return the refusals of a file whose money other current graphs hold, and that --confirme would let in."""
    return [_renamed(entry) for entry in renamed] + [_would_double(entry, takeover) for entry, takeover in imports]


def _would_double(entry: GraphEntry, takeover: Takeover) -> Problem:
    message = _("Des lignes de ce fichier sont déjà tenues par un autre import ({nom}) : elles compteraient deux fois.")
    return blocking(
        "import-deja-tenu",
        message.format(nom=_name_of(entry)),
        _(
            "Relancez avec --confirme : les lignes communes ({n}) seront celles de ce fichier, et les autres lignes "
            "de « {nom} » ({reste}) resteront. Si le même fichier revient sous un autre nom, rendez-lui l'ancien."
        ).format(n=takeover.taken_lines, nom=_name_of(entry), reste=takeover.kept_lines),
    )


def lines_taken(entry: GraphEntry, takeover: Takeover) -> Problem:
    """Say which lines of another import a confirmed file takes, and how many that import keeps."""
    return Problem(
        "info",
        "lignes-reprises",
        None,
        None,
        None,
        None,
        _("Lignes reprises de l'import « {nom} » : {n} ; il en garde {reste}.").format(
            nom=_name_of(entry), n=takeover.taken_lines, reste=takeover.kept_lines
        ),
        _("Rien à faire : aucune ligne n'est perdue, aucune ne compte deux fois."),
    )


def _name_of(entry: GraphEntry) -> str:
    return entry.serie.rsplit("/", 1)[-1]


def _renamed(entry: GraphEntry) -> Problem:
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


def names_an_erased_person() -> Problem:
    """Return the refusal of a file that was removed with a person it named."""
    return blocking(
        "personne-effacee",
        _("Ce fichier nomme une personne effacée depuis (« droitcommun purge ») : rien n'en est gardé."),
        _("Demandez à l'organisme un classeur sans elle."),
    )


def contract_model() -> Problem:
    """Refuse the workbook of a contract: it makes a workspace, it is not data of a campagne."""
    return blocking(
        "mauvais-classeur",
        _("Ce fichier est le modèle d'un contrat, pas un classeur d'une campagne."),
        _("Donnez-le à « droitcommun init DOSSIER --contrat FICHIER »."),
    )
