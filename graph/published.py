"""What the journal keeps of a publication, and whether the files kept beside it are still those published."""

from __future__ import annotations

import json
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
MANIFESTE = "manifeste.json"


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


def manifest_bytes(parution: Parution, fictif: bool) -> bytes:
    """Return the manifest kept with the files of a publication: the journal's event, for who has only the folder."""
    said = {"fictif": fictif, **parution.to_data()}
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


@dataclass(frozen=True)
class Gardees:
    """What the folders of the publications hold, by path under the workspace's folder.

    `altered` are missing or not as published, manifests included; `added` are files that no publication put there.
    Files removed with a person they named are in neither.
    """

    n: int
    altered: tuple[str, ...]
    added: tuple[str, ...]


def kept_publications(workspace: Workspace) -> Gardees:
    """Compare the folders of the publications with what the journal says of them."""
    events = workspace.journal.events()
    parutions = [parution_of(event) for event in events if event.kind == PUBLIEE]
    removed = {name for event in events if event.kind == ERASED for name in event.data["publications"]}
    expected: dict[str, str] = {}
    found: set[str] = set()
    for parution in parutions:
        folder = workspace.folder / PurePosixPath(parution.dossier)
        fictif = any(e.data.get("fictif", False) for e in events[: parution.journal] if e.kind == "contrat-ajoute")
        expected[f"{parution.dossier}/{MANIFESTE}"] = sha256_hex(manifest_bytes(parution, fictif))
        for profil, files in parution.profils.items():
            expected |= {f"{parution.dossier}/{profil}/{name}": sha256 for name, sha256 in files.items()}
        found |= {p.relative_to(workspace.folder).as_posix() for p in folder.rglob("*") if not p.is_dir()}
    altered = (
        name
        for name, sha256 in expected.items()
        if name not in removed and (name not in found or _sha256_of(workspace.folder / name) != sha256)
    )
    return Gardees(len(parutions), tuple(altered), tuple(sorted(found - expected.keys())))


def _sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file; nothing of a link, which may lead anywhere, nor of what cannot be read."""
    try:
        return "" if path.is_symlink() else sha256_hex(path.read_bytes())
    except OSError:
        return ""
