"""The workspace, its journal, its files and its backups."""

from __future__ import annotations

from pathlib import Path

from droitcommun.graph.errors.base import DroitCommunError, StorageError, UsageError
from droitcommun.graph.langue import _


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


class WorkspaceBusy(StorageError):
    """Another command holds the workspace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __str__(self) -> str:
        return _(
            "Une autre commande écrit dans « {dossier} ». Attendez qu'elle finisse, puis relancez la vôtre."
        ).format(dossier=self.folder)


class SettingsInvalid(DroitCommunError):
    """droitcommun.toml cannot be read."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return _("« {fichier} » est illisible : {raison}. Corrigez-le ou reprenez la copie d'une sauvegarde.").format(
            fichier=self.path, raison=self.reason
        )


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


class GraphesChanged(StorageError):
    """The graph files do not say what the journal and the originals give."""

    def __str__(self) -> str:
        return _(
            "Les graphes ne sont pas ceux que donnent le journal et les fichiers reçus : quelqu'un les a modifiés. "
            "Rien n'est publié ; lancez « droitcommun rebuild », puis recommencez."
        )


class WriteFailed(StorageError):
    """A file that could not be written (open elsewhere, disk full, no right)."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return _(
            "Impossible d'écrire « {fichier} » : {raison}. "
            "S'il est ouvert dans Excel, fermez-le ; sinon, vérifiez la place et vos droits. Puis relancez la commande."
        ).format(fichier=self.path, raison=self.reason)


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
