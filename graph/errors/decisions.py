"""What people decide: visas, waivers, links, decisions."""

from __future__ import annotations

from collections.abc import Sequence

from droitcommun.graph.errors.base import UsageError, suggestion
from droitcommun.graph.langue import _


class ContributionInconnue(UsageError):
    """A contribution that was not received, or a choice to make between the services of a body."""

    def __init__(self, asked: str, annee: int, known: Sequence[str], several: bool = False) -> None:
        self.asked, self.annee, self.known, self.several = asked, annee, tuple(known), several

    def __str__(self) -> str:
        if self.several:
            return _(
                "« {demande} » a plusieurs contributions à la campagne {annee}. Nommez-en une : {connues}."
            ).format(demande=self.asked, annee=self.annee, connues=", ".join(self.known))
        if not self.known:
            return _(
                "Aucune contribution n'est arrivée pour la campagne {annee}. Recevez d'abord les classeurs avec "
                "« droitcommun ingest »."
            ).format(annee=self.annee)
        sentence = _("Aucune contribution « {demande} » à la campagne {annee}.").format(
            demande=self.asked, annee=self.annee
        )
        bodies = [name.partition("/")[0] for name in self.known]
        near = suggestion(self.asked, bodies if "/" not in self.asked else self.known)
        if near:
            return sentence + near
        shown = ", ".join(self.known[:8]) + (" …" if len(self.known) > 8 else "")
        return sentence + _(" Celles reçues : {connues}.").format(connues=shown)


class ConstatInconnu(UsageError):
    """The identity of a finding that the check does not give; `near` are « id (règle : sujet) » that may be meant."""

    def __init__(self, asked: str, annee: int, near: Sequence[str], several: bool = False) -> None:
        self.asked, self.annee, self.near, self.several = asked, annee, tuple(near), several

    def __str__(self) -> str:
        near = " ; ".join(self.near)
        if self.several:
            return _("« {demande} » commence plusieurs constats. Écrivez-en davantage : {proches}.").format(
                demande=self.asked, proches=near
            )
        sentence = _("Aucun constat « {demande} » dans le contrôle de la campagne {annee}.").format(
            demande=self.asked, annee=self.annee
        )
        if near:
            sentence += _(" Les plus proches : {proches}.").format(proches=near)
        return sentence + _(" « droitcommun check {annee} » écrit l'identifiant de chacun.").format(annee=self.annee)


class ActionInconnue(UsageError):
    """An action that the campagne does not hold, or words that fit several."""

    def __init__(self, asked: str, annee: int, near: Sequence[str], several: bool = False) -> None:
        self.asked, self.annee, self.near, self.several = asked, annee, tuple(near), several

    def __str__(self) -> str:
        near = " ; ".join(self.near)
        if self.several:
            return _("« {demande} » désigne plusieurs actions. Donnez le code de l'une : {proches}.").format(
                demande=self.asked, proches=near
            )
        sentence = _("Aucune action « {demande} » dans la campagne {annee}.").format(
            demande=self.asked, annee=self.annee
        )
        if near:
            sentence += _(" Les plus proches : {proches}.").format(proches=near)
        return sentence + _(" « droitcommun link --list » donne le code des doublons possibles.")


class LienImpossible(UsageError):
    """Two actions that cannot be linked, or a link that is not there."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __str__(self) -> str:
        return _("Lien impossible : {raison}. « droitcommun link --list » montre les liens et les doublons.").format(
            raison=self.reason
        )


class DecisionInconnue(UsageError):
    """The code of a décision that the campagne does not hold, or that a command did not make."""

    def __init__(self, code: str, known: Sequence[str], in_workbook: bool = False) -> None:
        self.code, self.known, self.in_workbook = code, tuple(known), in_workbook

    def __str__(self) -> str:
        if self.in_workbook:
            return _(
                "La décision « {code} » est écrite dans le classeur de pilotage : changez-la dans sa feuille "
                "« Décisions », et renvoyez ce classeur."
            ).format(code=self.code)
        known = ", ".join(self.known) or _("aucune")
        return _("Décision inconnue : « {code} » (décisions : {connues}). Voyez « droitcommun decision list ».").format(
            code=self.code, connues=known
        ) + suggestion(self.code, self.known)


class SeanceInconnue(UsageError):
    """A séance that the campagne does not hold."""

    def __init__(self, code: str, known: Sequence[str]) -> None:
        self.code, self.known = code, tuple(known)

    def __str__(self) -> str:
        known = ", ".join(self.known) or _("aucune ; les séances s'écrivent dans le classeur de pilotage")
        return _("Séance inconnue : « {code} ». Séances de la campagne : {connues}.").format(
            code=self.code, connues=known
        ) + suggestion(self.code, self.known)


class TexteRefuse(UsageError):
    """A text that is empty, or that holds personal data, where a product will show it."""

    def __init__(self, what: str, reason: str) -> None:
        self.what, self.reason = what, reason

    def __str__(self) -> str:
        return _("{quoi} : {raison}. Récrivez ce texte sans nom, adresse ni téléphone.").format(
            quoi=self.what, raison=self.reason
        )


class RienAAnnuler(UsageError):
    """An undo of what was not done by this command."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __str__(self) -> str:
        return _("Rien à annuler : {raison}.").format(raison=self.reason)
