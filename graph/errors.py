"""Every error of the engine. Each carries its data and writes its own sentence, which ends with the next move."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from droitcommun.graph.langue import _, ngettext


class DroitCommunError(Exception):
    """Root of the errors a user can act on; `exit_code` is the status of the command line."""

    exit_code = 3


class UsageError(DroitCommunError):
    """A command asked for something that does not exist or cannot be done now."""

    exit_code = 2


class StorageError(DroitCommunError):
    """The disk or the store did not do what was asked."""

    exit_code = 4


def _suggestion(value: str, candidates: Sequence[str]) -> str:
    close = get_close_matches(value, candidates, n=1)
    return _(" Vouliez-vous dire « {candidat} » ?").format(candidat=close[0]) if close else ""


class WorkspaceNotFound(UsageError):
    """No droitcommun.toml in the folder or above it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __str__(self) -> str:
        return _(
            "Aucun espace de travail dans « {dossier} » ni au-dessus. "
            "Créez-en un avec « droitcommun init DOSSIER », ou indiquez-le avec « -w DOSSIER »."
        ).format(dossier=self.folder)


class WorkspaceExists(UsageError):
    """init on a folder that already holds a workspace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __str__(self) -> str:
        return _(
            "« {dossier} » contient déjà un espace de travail ou des fichiers. Choisissez un dossier vide ou nouveau."
        ).format(dossier=self.folder)


class ContratHeld(UsageError):
    """init with a contract that the workspace holds already."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __str__(self) -> str:
        return _(
            "Le contrat « {code} » est déjà dans cet espace. Pour en ajouter un autre, donnez-le à --contrat."
        ).format(code=self.code)


class SettingsInvalid(DroitCommunError):
    """droitcommun.toml cannot be read."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return _("« {fichier} » est illisible : {raison}. Corrigez-le ou reprenez la copie d'une sauvegarde.").format(
            fichier=self.path, raison=self.reason
        )


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
        ) + _suggestion(self.code, self.known)


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
        return _(
            "La campagne {annee} est « {statut} » ; cette commande la veut « {voulu} ». "
            "Voyez « droitcommun campagne list »."
        ).format(annee=self.annee, statut=self.statut, voulu=self.needed)


class OrganismeInconnu(UsageError):
    """An organisme code that the contract does not hold."""

    def __init__(self, code: str, known: Sequence[str]) -> None:
        self.code, self.known = code, tuple(known)

    def __str__(self) -> str:
        return _("Organisme inconnu : « {code} ». Les codes sont listés par « droitcommun query retours ».").format(
            code=self.code
        ) + _suggestion(self.code, self.known)


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


class QueryUnknown(UsageError):
    """A name that is not in the catalogue."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name, self.known = name, tuple(known)

    def __str__(self) -> str:
        return _("Requête inconnue : « {nom} ». « droitcommun query --list » les montre toutes.").format(
            nom=self.name
        ) + _suggestion(self.name, self.known)


class NetworkUnknown(UsageError):
    """A name that is no network."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name, self.known = name, tuple(known)

    def __str__(self) -> str:
        return _("Réseau inconnu : « {nom} ». Choisissez parmi {connus}.").format(
            nom=self.name, connus=", ".join(self.known)
        )


class ProfilInconnu(UsageError):
    """A name that is no profile of products."""

    def __init__(self, code: str, known: Sequence[str]) -> None:
        self.code, self.known = code, tuple(known)

    def __str__(self) -> str:
        return _("Profil inconnu : « {nom} ». Choisissez parmi {connus}.").format(
            nom=self.code, connus=", ".join(self.known)
        )


class FigureUnknown(UsageError):
    """A thing to explain that is no figure, no cell of a table and no node."""

    def __init__(self, name: str, known: Sequence[str], reason: str = "") -> None:
        self.name, self.known, self.reason = name, tuple(known), reason

    def __str__(self) -> str:
        return _(
            "Rien à expliquer sous « {nom} »{raison}. Donnez le repère d'un chiffre (F-euros-1), une case "
            "(REQUETE:LIGNE:COLONNE) ou un identifiant."
        ).format(nom=self.name, raison=self.reason) + _suggestion(self.name, self.known)


class ParameterInvalid(UsageError):
    """A query parameter that is missing, unknown or of the wrong type."""

    def __init__(self, query: str, name: str, reason: str) -> None:
        self.query, self.name, self.reason = query, name, reason

    def __str__(self) -> str:
        said = _("Paramètre « {nom} » de la requête « {requete} » : {raison}.").format(
            nom=self.name, requete=self.query, raison=self.reason
        )
        return said[:-1] if self.reason.endswith("?") else said


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


class RdfUnreadable(DroitCommunError):
    """A Turtle or N-Quads file that does not parse."""

    def __init__(self, path: Path | str, reason: str) -> None:
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return _("« {fichier} » n'est pas du RDF lisible : {raison}.").format(fichier=self.path, raison=self.reason)


class MappingInvalid(DroitCommunError):
    """A mapping that is unknown or badly written."""

    def __init__(self, name: str, reason: str) -> None:
        self.name, self.reason = name, reason

    def __str__(self) -> str:
        return _("Correspondance « {nom} » : {raison}.").format(nom=self.name, raison=self.reason)


class JournalDamaged(StorageError):
    """A journal line that is complete but wrong: someone changed the file."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        self.path, self.line, self.reason = path, line, reason

    def __str__(self) -> str:
        return _(
            "Le journal « {fichier} » est abîmé ligne {ligne} : {raison}. "
            "Rien n'a été modifié ; reprenez la copie d'une sauvegarde."
        ).format(fichier=self.path, ligne=self.line, raison=self.reason)


class SourceMissing(StorageError):
    """An original named by the journal is absent, or is not the one received."""

    def __init__(self, sha256: str, path: Path) -> None:
        self.sha256, self.path = sha256, path

    def __str__(self) -> str:
        return _(
            "L'original « {fichier} » (empreinte {empreinte}) manque ou a changé. Reprenez-le d'une sauvegarde."
        ).format(fichier=self.path, empreinte=self.sha256[:12])


class WriteFailed(StorageError):
    """A file that could not be written (open elsewhere, disk full, no right)."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return _(
            "Impossible d'écrire « {fichier} » : {raison}. "
            "S'il est ouvert dans Excel, fermez-le ; sinon, vérifiez la place et vos droits. Puis relancez la commande."
        ).format(fichier=self.path, raison=self.reason)


class WorkspaceBusy(StorageError):
    """Another command holds the workspace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __str__(self) -> str:
        return _(
            "Une autre commande écrit dans « {dossier} ». Attendez qu'elle finisse, puis relancez la vôtre."
        ).format(dossier=self.folder)


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


class CampagneExists(UsageError):
    """A campagne opened twice."""

    def __init__(self, annee: int) -> None:
        self.annee = annee

    def __str__(self) -> str:
        return _("La campagne {annee} existe déjà. « droitcommun campagne list » la montre.").format(annee=self.annee)


class BackupExists(UsageError):
    """backup on a file that is there already."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __str__(self) -> str:
        return _("« {fichier} » existe déjà : une sauvegarde n'en remplace pas une autre. Donnez un autre nom.").format(
            fichier=self.path
        )


class ArchiveInvalid(DroitCommunError):
    """A file that is no backup, or one that was damaged or tampered with."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return _(
            "« {fichier} » n'est pas une sauvegarde utilisable : {raison}. Rien n'a été écrit ; prenez une autre "
            "sauvegarde."
        ).format(fichier=self.path, raison=self.reason)


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


class GraphesChanged(StorageError):
    """The graph files do not say what the journal and the originals give."""

    def __str__(self) -> str:
        return _(
            "Les graphes ne sont pas ceux que donnent le journal et les fichiers reçus : quelqu'un les a modifiés. "
            "Rien n'est publié ; lancez « droitcommun rebuild », puis recommencez."
        )


class DatesInvalid(UsageError):
    """Dates that contradict each other."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __str__(self) -> str:
        return _("Dates impossibles : {raison}. Corrigez-les et relancez.").format(raison=self.reason)


class FileNotReadable(DroitCommunError):
    """A file named on the command line that cannot be opened."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return _(
            "Impossible de lire « {fichier} » : {raison}. Vérifiez le chemin ; s'il est ouvert ailleurs, fermez-le."
        ).format(fichier=self.path, raison=self.reason)


class CampagneAChoisir(UsageError):
    """A command that needs one campagne, where none or several are open."""

    def __init__(self, known: Sequence[int]) -> None:
        self.known = tuple(known)

    def __str__(self) -> str:
        known = ", ".join(str(k) for k in self.known) or _("aucune")
        return _(
            "De quelle campagne s'agit-il ? Indiquez-la avec « --campagne ANNEE » (campagnes : {connues})."
        ).format(connues=known)


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
        near = _suggestion(self.asked, bodies if "/" not in self.asked else self.known)
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
        ) + _suggestion(self.code, self.known)


class SeanceInconnue(UsageError):
    """A séance that the campagne does not hold."""

    def __init__(self, code: str, known: Sequence[str]) -> None:
        self.code, self.known = code, tuple(known)

    def __str__(self) -> str:
        known = ", ".join(self.known) or _("aucune ; les séances s'écrivent dans le classeur de pilotage")
        return _("Séance inconnue : « {code} ». Séances de la campagne : {connues}.").format(
            code=self.code, connues=known
        ) + _suggestion(self.code, self.known)


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
