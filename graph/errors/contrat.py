"""The contract, its campagnes, its bodies, its publications."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from droitcommun.graph.errors.base import DroitCommunError, UsageError, suggestion
from droitcommun.graph.langue import _, ngettext


class ContratHeld(UsageError):
    """init with a contract that the workspace holds already."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __str__(self) -> str:
        return _(
            "Le contrat « {code} » est déjà dans cet espace. Pour en ajouter un autre, donnez-le à --contrat."
        ).format(code=self.code)


class ContratInconnu(UsageError):
    """A contract that the workspace does not hold, or a choice to make between several."""

    def __init__(self, code: str | None, known: Sequence[str]) -> None:
        self.code, self.known = code, tuple(known)

    def __str__(self) -> str:
        known = ", ".join(self.known) or _("aucun")
        if self.code is None:
            return _("Plusieurs contrats dans cet espace ({connus}) : indiquez le vôtre avec « -c CONTRAT ».").format(
                connus=known
            )
        if not self.code:
            return _("Contrats livrés : {connus}. Dites lequel avec « --contrat ».").format(connus=known)
        return _("Contrat inconnu : « {code} ». Contrats connus : {connus}.").format(
            code=self.code, connus=known
        ) + suggestion(self.code, self.known)


class ContratInvalid(DroitCommunError):
    """A contract file that does not describe exactly one contract, or whose words no product could bear."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return _(
            "« {fichier} » ne décrit pas un contrat de ville : {raison}. Corrigez ce fichier, et relancez."
        ).format(fichier=self.path, raison=self.reason)


class ClasseurContratInvalid(DroitCommunError):
    """The file of a contract with faults: `problems` says each one, with its sheet and cell, or with its line."""

    def __init__(self, path: Path, problems: Sequence[str]) -> None:
        self.path, self.problems = path, tuple(problems)

    def __str__(self) -> str:
        head = ngettext(
            "« {fichier} » n'a pas été pris, rien n'a été créé : {n} faute.",
            "« {fichier} » n'a pas été pris, rien n'a été créé : {n} fautes.",
            len(self.problems),
        ).format(fichier=self.path, n=len(self.problems))
        last = _("Corrigez le fichier, puis relancez « droitcommun init … --contrat {fichier} ».")
        return "\n".join([head, *self.problems, last.format(fichier=self.path.name)])


class CampagneInconnue(UsageError):
    """A campagne that was never opened."""

    def __init__(self, annee: int, known: Sequence[int]) -> None:
        self.annee, self.known = annee, tuple(known)

    def __str__(self) -> str:
        known = ", ".join(str(k) for k in self.known) or _("aucune")
        return _(
            "La campagne {annee} n'existe pas (campagnes ouvertes ou closes : {connues}). "
            "Ouvrez-la avec « droitcommun campagne open {annee} »."
        ).format(annee=self.annee, connues=known)


class CampagneState(UsageError):
    """A campagne that is not in the state the command needs."""

    def __init__(self, annee: int, statut: str, needed: str) -> None:
        self.annee, self.statut, self.needed = annee, statut, needed

    def __str__(self) -> str:
        statuts = {"ouverte": _("ouverte"), "close": _("close"), "publiee": _("publiée")}
        said = _("La campagne {annee} est {statut} ; cette commande la veut {voulu}.").format(
            annee=self.annee,
            statut=statuts.get(self.statut, self.statut),
            voulu=statuts.get(self.needed, self.needed),
        )
        if self.needed == "ouverte":
            move = _("S'il faut la rouvrir : « droitcommun campagne reopen {annee} --motif TEXTE ».")
        else:
            move = _("S'il faut la clore : « droitcommun campagne close {annee} ».")
        return f"{said} {move.format(annee=self.annee)}"


class CampagneExists(UsageError):
    """A campagne opened twice."""

    def __init__(self, annee: int) -> None:
        self.annee = annee

    def __str__(self) -> str:
        return _("La campagne {annee} existe déjà. « droitcommun campagne list » la montre.").format(annee=self.annee)


class CampagneAChoisir(UsageError):
    """A command that needs one campagne, where none or several are open."""

    def __init__(self, known: Sequence[int]) -> None:
        self.known = tuple(known)

    def __str__(self) -> str:
        known = ", ".join(str(k) for k in self.known) or _("aucune")
        return _(
            "De quelle campagne s'agit-il ? Indiquez-la avec « --campagne ANNEE » (campagnes : {connues})."
        ).format(connues=known)


class DatesInvalid(UsageError):
    """Dates that contradict each other."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __str__(self) -> str:
        return _("Dates impossibles : {raison}. Corrigez-les et relancez.").format(raison=self.reason)


class OrganismeInconnu(UsageError):
    """An organisme code that the contract does not hold."""

    def __init__(self, code: str, known: Sequence[str]) -> None:
        self.code, self.known = code, tuple(known)

    def __str__(self) -> str:
        return _("Organisme inconnu : « {code} ». Les codes sont listés par « droitcommun query retours ».").format(
            code=self.code
        ) + suggestion(self.code, self.known)


class CommuneInconnue(UsageError):
    """A municipality that the contract does not know; `known` are (code, name)."""

    def __init__(self, code: str, known: Sequence[tuple[str, str]]) -> None:
        self.code = code
        self.known = tuple(known)

    def __str__(self) -> str:
        if not self.known:
            return _("Le contrat ne dit les communes d'aucun de ses quartiers. Complétez-le, puis recommencez.")
        names = {f"{code} ({name})": name for code, name in self.known}
        near = get_close_matches(self.code, [name for _code, name in self.known], n=1)
        hint = ""
        if near:
            shown = next(text for text, name in names.items() if name == near[0])
            hint = _(" Vouliez-vous dire « {candidat} » ?").format(candidat=shown)
        return _("« {code} » n'est pas une commune du contrat.{indice} Choisissez-en une : {communes}.").format(
            code=self.code, indice=hint, communes=", ".join(names)
        )


class PublicationInconnue(UsageError):
    """A publication that the campagne never had."""

    def __init__(self, annee: int, numero: int | None, known: Sequence[int]) -> None:
        self.annee, self.numero, self.known = annee, numero, tuple(known)

    def __str__(self) -> str:
        if not self.known:
            return _(
                "La campagne {annee} n'a pas encore de publication. « droitcommun campagne publish {annee} » fait la "
                "première, une fois la campagne close."
            ).format(annee=self.annee)
        return _("La campagne {annee} n'a pas de publication {numero} (publications : {connues}).").format(
            annee=self.annee, numero=self.numero, connues=", ".join(str(n) for n in self.known)
        ) + _(" Choisissez-en une avec « --publication ».")


class RienAPublier(UsageError):
    """A publication that would say again what the last one says."""

    def __init__(self, annee: int, numero: int) -> None:
        self.annee, self.numero = annee, numero

    def __str__(self) -> str:
        return _(
            "Rien n'a changé depuis la publication {numero} de la campagne {annee} : ni les données, ni le logiciel. "
            "Pour la revoir : « droitcommun hackathon {annee} »."
        ).format(annee=self.annee, numero=self.numero)
