"""A person who is looked for, or erased."""

from __future__ import annotations

from collections.abc import Sequence

from droitcommun.graph.errors.base import DroitCommunError, UsageError
from droitcommun.graph.langue import _


class PersonneImprecise(UsageError):
    """Words too short to name one person."""

    def __init__(self, terme: str) -> None:
        self.terme = terme

    def __str__(self) -> str:
        return _("« {terme} » est trop court pour nommer une personne. Écrivez son prénom et son nom.").format(
            terme=self.terme
        )


class PersonneAmbigue(UsageError):
    """Words said of several contacts: a mailbox that a service shares, a surname alone, the name of two namesakes."""

    def __init__(self, demande: str, noms: Sequence[str]) -> None:
        self.demande, self.noms = demande, tuple(noms)

    def __str__(self) -> str:
        return _(
            "« {demande} » désigne plusieurs contacts : {noms}. Rien n'a été montré ni effacé ; donnez le prénom et le "
            "nom de celui qu'il faut, comme ils sont écrits ici."
        ).format(demande=self.demande, noms=", ".join(self.noms))


class PersonneInconnue(UsageError):
    """A person that nothing in the workspace names."""

    def __init__(self, demande: str) -> None:
        self.demande = demande

    def __str__(self) -> str:
        return _(
            "Rien dans cet espace de travail ne nomme « {personne} ». Essayez son adresse électronique, ou une autre "
            "écriture de son nom ; pensez aussi aux sauvegardes et aux boîtes de courriel."
        ).format(personne=self.demande)


class PurgeImpossible(DroitCommunError):
    """A received file that cannot be rid of a person without changing what else it says. Nothing was erased."""

    def __init__(self, fichier: str, reason: str) -> None:
        self.fichier, self.reason = fichier, reason

    def __str__(self) -> str:
        return _(
            "« {fichier} » ne peut pas être vidé de cette personne : {raison}. Rien n'a été effacé ; demandez à "
            "l'organisme un classeur sans elle, recevez-le, puis recommencez."
        ).format(fichier=self.fichier, raison=self.reason)
