"""Files that cannot be read, or not as what they were given for."""

from __future__ import annotations

from pathlib import Path

from droitcommun.graph.errors.base import DroitCommunError
from droitcommun.graph.langue import _


class FileNotReadable(DroitCommunError):
    """A file named on the command line that cannot be opened."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return _(
            "Impossible de lire « {fichier} » : {raison}. Vérifiez le chemin ; s'il est ouvert ailleurs, fermez-le."
        ).format(fichier=self.path, raison=self.reason)


class RdfUnreadable(DroitCommunError):
    """A Turtle or N-Quads file that does not parse."""

    def __init__(self, path: Path | str, reason: str) -> None:
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return _("« {fichier} » n'est pas du RDF lisible : {raison}. Corrigez-le à cet endroit, et relancez.").format(
            fichier=self.path, raison=self.reason
        )


class MappingInvalid(DroitCommunError):
    """A mapping that is unknown or badly written."""

    def __init__(self, name: str, reason: str) -> None:
        self.name, self.reason = name, reason

    def __str__(self) -> str:
        return _("Correspondance « {nom} » : {raison}.").format(nom=self.name, raison=self.reason)


class ModeleRefuse(DroitCommunError):
    """A PPTX template that is unsafe, damaged, or has nowhere to write a title."""

    def __init__(self, raison: str) -> None:
        self.raison = raison

    def __str__(self) -> str:
        return _(
            "Le modèle de diapositives n'est pas utilisable : {raison}. "
            "Donnez un .pptx ou .potx sans macro, qui ait les dispositions « Titre » et « Titre seul » "
            "(voyez docs/diapositives.md), ou faites sans « --modele »."
        ).format(raison=self.raison)
