"""Questions, networks, figures and profiles that are asked for by name; SPARQL."""

from __future__ import annotations

from collections.abc import Sequence

from droitcommun.graph.errors.base import UsageError, suggestion
from droitcommun.graph.langue import _


class QueryUnknown(UsageError):
    """A name that is not in the catalogue."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name, self.known = name, tuple(known)

    def __str__(self) -> str:
        return _("Requête inconnue : « {nom} ». « droitcommun query --list » les montre toutes.").format(
            nom=self.name
        ) + suggestion(self.name, self.known)


class ParameterInvalid(UsageError):
    """A query parameter that is missing, unknown or of the wrong type."""

    def __init__(self, query: str, name: str, reason: str) -> None:
        self.query, self.name, self.reason = query, name, reason

    def __str__(self) -> str:
        said = _("Paramètre « {nom} » de la requête « {requete} » : {raison}.").format(
            nom=self.name, requete=self.query, raison=self.reason
        )
        return said[:-1] if self.reason.endswith("?") else said


class NetworkUnknown(UsageError):
    """A name that is no network."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name, self.known = name, tuple(known)

    def __str__(self) -> str:
        return _("Réseau inconnu : « {nom} ». Choisissez parmi {connus}.").format(
            nom=self.name, connus=", ".join(self.known)
        )


class FigureUnknown(UsageError):
    """A thing to explain that is no figure, no cell of a table and no node."""

    def __init__(self, name: str, known: Sequence[str], reason: str = "") -> None:
        self.name, self.known, self.reason = name, tuple(known), reason

    def __str__(self) -> str:
        return _(
            "Rien à expliquer sous « {nom} »{raison}. Donnez le repère d'un chiffre (F-euros-1), une case "
            "(REQUETE:LIGNE:COLONNE) ou un identifiant."
        ).format(nom=self.name, raison=self.reason) + suggestion(self.name, self.known)


class ProfilInconnu(UsageError):
    """A name that is no profile of products."""

    def __init__(self, code: str, known: Sequence[str]) -> None:
        self.code, self.known = code, tuple(known)

    def __str__(self) -> str:
        return _("Profil inconnu : « {nom} ». Choisissez parmi {connus}.").format(
            nom=self.code, connus=", ".join(self.known)
        )


class SparqlRefused(UsageError):
    """SPARQL text that is wrong, or that would write or leave the machine."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __str__(self) -> str:
        return _(
            "Requête SPARQL refusée : {raison}. Seules les lectures locales (SELECT, ASK, CONSTRUCT) passent."
        ).format(raison=self.reason)


class SparqlStopped(UsageError):
    """A SPARQL query that was stopped: over its time (`seconds`), or for want of memory (None)."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds

    def __str__(self) -> str:
        advice = _(
            "Restreignez-la (un type avec « a », une campagne, LIMIT), vérifiez qu'aucune partie n'est sans lien avec "
            "les autres, ou donnez plus de temps avec « --secondes »."
        )
        if self.seconds is None:
            return _("Requête SPARQL arrêtée : la mémoire n'a pas suffi.") + " " + advice
        return _("Requête SPARQL arrêtée au bout de {n} s.").format(n=f"{self.seconds:g}") + " " + advice
