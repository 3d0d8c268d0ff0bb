"""What the journal keeps of a publication, and whether the files kept beside it are still those published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from droitcommun.graph.files import sha256_hex
from droitcommun.graph.fingerprints import Logiciel
from droitcommun.graph.history import ERASED
from droitcommun.graph.journal import Event
from droitcommun.graph.workspace import Workspace

PUBLIEE = "campagne-publiee"


@dataclass(frozen=True)
class Parution:
    """One publication of a campagne, as the journal keeps it.

    `journal` is how many events had happened: the data is what they made. `profils` gives, by profile and file name,
    the SHA-256 of each file published; `dossier` is where they are kept, under the workspace's folder.
    """

    contrat: str
    annee: int
    numero: int
    le: date
    motif: str | None
    journal: int
    langue: str
    empreinte: str
    dossier: str
    profils: Mapping[str, Mapping[str, str]]
    logiciel: Logiciel

    def to_data(self) -> dict[str, Any]:
        """Return the details of the journal's event; the manifest kept with the files says the same."""
        return {
            "contrat": self.contrat,
            "annee": self.annee,
            "numero": self.numero,
            "le": self.le.isoformat(),
            "motif": self.motif,
            "journal": self.journal,
            "langue": self.langue,
            "empreinte": self.empreinte,
            "dossier": self.dossier,
            "profils": {profil: dict(files) for profil, files in self.profils.items()},
            "logiciel": self.logiciel.to_data(),
        }

    def path(self, workspace: Workspace, profil: str, name: str) -> Path:
        """Return where a file of this publication is kept."""
        return workspace.folder / PurePosixPath(self.dossier) / profil / name


def parution_of(event: Event) -> Parution:
    """Read an event of the kind PUBLIEE."""
    data = event.data
    return Parution(
        contrat=data["contrat"],
        annee=data["annee"],
        numero=data["numero"],
        le=event.le,
        motif=data["motif"],
        journal=data["journal"],
        langue=data["langue"],
        empreinte=data["empreinte"],
        dossier=data["dossier"],
        profils=data["profils"],
        logiciel=Logiciel.from_data(data["logiciel"]),
    )


def altered_publications(workspace: Workspace) -> tuple[int, list[str]]:
    """Return how many publications there are, and the kept files, by path under the workspace, that are not as
    published: missing, or changed. Those removed with a person they named are left out."""
    events = workspace.journal.events()
    parutions = [parution_of(event) for event in events if event.kind == PUBLIEE]
    removed = {name for event in events if event.kind == ERASED for name in event.data["publications"]}
    altered: list[str] = []
    for parution in parutions:
        for profil, files in parution.profils.items():
            for name, sha256 in files.items():
                path = parution.path(workspace, profil, name)
                relative = path.relative_to(workspace.folder).as_posix()
                if relative not in removed and not (path.is_file() and sha256_hex(path.read_bytes()) == sha256):
                    altered.append(relative)
    return len(parutions), altered
