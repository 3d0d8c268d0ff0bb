"""Publications: a closed campagne frozen with a date, kept, and made again byte for byte from the journal.

What is frozen is the rank of the last event seen: the first n events, the originals and the program give the same
bytes for ever. The files kept in sorties/ANNEE/publication-N/ are a copy that anybody can open and nobody has to trust.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from droitcommun.graph.campagnes import CampagneInfo, find_campagne
from droitcommun.graph.check import check_campagne
from droitcommun.graph.dataset import activate
from droitcommun.graph.decisions.texts import impersonal
from droitcommun.graph.empreintes import current_logiciel
from droitcommun.graph.errors import (
    CampagneState,
    GraphesChanged,
    PublicationInconnue,
    RienAPublier,
    WriteFailed,
)
from droitcommun.graph.export.products import picture_products
from droitcommun.graph.files import sha256_hex, write_atomic
from droitcommun.graph.langue import _, in_langue, langue
from droitcommun.graph.network import organisme_ambition, organisme_qpv
from droitcommun.graph.parutions import PUBLIEE, Parution
from droitcommun.graph.picture import build_picture
from droitcommun.graph.pictures.contexte import Publication
from droitcommun.graph.pictures.profils import restrict_network, restrict_picture
from droitcommun.graph.profils import profil as find_profil
from droitcommun.graph.workspace import Workspace

PROFILS_PUBLIES = ("public", "copil")
MANIFESTE = "manifeste.json"

Contents = dict[str, dict[str, bytes]]


@dataclass(frozen=True)
class Refaite:
    """A publication made again: its files by profile and name, and what is not as it was published.

    `differents` are « profile/name » of the files whose bytes differ from those published, `absents` those that the
    program no longer makes, `nouveaux` those that it did not make. `changements` says in words what has changed in the
    program since, and who was erased.
    """

    parution: Parution
    contenus: Mapping[str, Mapping[str, bytes]]
    differents: tuple[str, ...]
    absents: tuple[str, ...]
    nouveaux: tuple[str, ...]
    changements: tuple[str, ...]

    @property
    def identique(self) -> bool:
        """Tell whether every file is, byte for byte, the one published."""
        return not (self.differents or self.absents or self.nouveaux)


def reopen_campagne(workspace: Workspace, contrat: str | None, annee: int, motif: str, le: date) -> CampagneInfo:
    """Open campagne *annee* again, for a late correction; what was published stays as it is.

    Raises CampagneInconnue, CampagneState (it is open), TexteRefuse (*motif* is empty or names somebody).
    """
    reason = impersonal(motif, _("Le motif de la réouverture"))
    info = find_campagne(workspace, contrat, annee)
    if info.statut == "ouverte":
        raise CampagneState(annee, info.statut, "close")
    with workspace.lock():
        workspace.commit("campagne-rouverte", le, {"contrat": info.contrat, "annee": annee, "motif": reason})
    return find_campagne(workspace, info.contrat, annee)


def publish_campagne(
    workspace: Workspace,
    contrat: str | None,
    annee: int,
    le: date,
    motif: str | None = None,
    profils: Sequence[str] = PROFILS_PUBLIES,
) -> Parution:
    """Publish a closed campagne, or publish it again after corrections; return the publication.

    The products of each profile are made from the journal as it stands, kept read-only under the workspace with their
    manifest, then journalled. *motif* defaults to the reason of the last reopening.
    Raises CampagneInconnue, CampagneState (it is open), RienAPublier, GraphesChanged, TexteRefuse, WriteFailed.
    """
    info = find_campagne(workspace, contrat, annee)
    if info.statut == "ouverte":
        raise CampagneState(annee, info.statut, "close")
    reason = impersonal(motif, _("Le motif de la publication")) if motif else info.motif
    names = [find_profil(name).code for name in dict.fromkeys(profils)]
    with workspace.lock():
        seen = len(workspace.journal.events())
        logiciel = current_logiciel()
        numero = len(info.parutions) + 1
        draft = Parution(
            contrat=info.contrat,
            annee=annee,
            numero=numero,
            le=le,
            motif=reason,
            journal=seen,
            langue=langue(),
            empreinte="",
            dossier=_folder_name(workspace, info.contrat, annee, numero),
            profils={name: {} for name in names},
            logiciel=logiciel,
        )
        with _as_of(workspace, seen) as past:
            empreinte = past.graphs.fingerprint()
            if empreinte != workspace.graphs.fingerprint() or workspace.graphs.changed_files():
                raise GraphesChanged
            contents = _contents(past, draft)
        hashes = {name: {f: sha256_hex(data) for f, data in files.items()} for name, files in contents.items()}
        parution = replace(draft, empreinte=empreinte, profils=hashes)
        if info.parutions and _says_the_same(workspace, info.parutions[-1], parution):
            raise RienAPublier(annee, info.parutions[-1].numero)
        _keep(workspace, parution, contents)
        workspace.commit(PUBLIEE, le, parution.to_data())
    return parution


def find_parution(workspace: Workspace, contrat: str | None, annee: int, numero: int | None = None) -> Parution:
    """Return publication *numero* of a campagne, the last one when None.

    Raises CampagneInconnue, PublicationInconnue.
    """
    info = find_campagne(workspace, contrat, annee)
    found = [p for p in info.parutions if numero in (None, p.numero)]
    if not found:
        raise PublicationInconnue(annee, numero, [p.numero for p in info.parutions])
    return found[-1]


def reproduce(workspace: Workspace, parution: Parution) -> Refaite:
    """Make a publication again from the journal as it stood, and compare each file with the one published.

    Raises SourceMissing when an original has gone.
    """
    with _as_of(workspace, parution.journal) as past:
        contents = _contents(past, parution)
    made = {f"{profil}/{name}": sha256_hex(data) for profil, files in contents.items() for name, data in files.items()}
    published = {f"{profil}/{name}": sha for profil, files in parution.profils.items() for name, sha in files.items()}
    return Refaite(
        parution=parution,
        contenus=contents,
        differents=tuple(sorted(f for f in made.keys() & published.keys() if made[f] != published[f])),
        absents=tuple(sorted(published.keys() - made.keys())),
        nouveaux=tuple(sorted(made.keys() - published.keys())),
        changements=current_logiciel().changes_since(parution.logiciel),
    )


# Events that change no graph that the products of a closed campagne read.
_SILENT = frozenset(
    {
        PUBLIEE,
        "campagne-close",
        "campagne-rouverte",
        "classeurs-prepares",
        "fichier-refuse",
        "fichier-inchange",
        "personne-effacee",
    }
)


def _says_the_same(workspace: Workspace, last: Parution, new: Parution) -> bool:
    """Tell whether nothing that is shown has moved since *last*: neither the program, nor what was declared or decided
    in this campagne or one before (later ones are not shown)."""
    moved = (
        event
        for event in workspace.journal.events()[last.journal :]
        if event.kind not in _SILENT
        and event.data.get("contrat") == last.contrat
        and (event.data.get("annee") or last.annee) <= last.annee
    )
    return last.logiciel == new.logiciel and set(last.profils) == set(new.profils) and not any(moved)


def _contents(past: Workspace, parution: Parution) -> Contents:
    """Return the files of each profile, from the workspace as it stood and the words of the publication."""
    with in_langue(parution.langue):
        dataset = activate(past, parution.contrat, parution.annee)
        report = check_campagne(dataset, parution.le, originals=past.originals.path)
        said = Publication(parution.numero, parution.le, parution.motif)
        picture = build_picture(dataset, report, past.graphs.fingerprint(), publication=said)
        networks = {"organisme-ambition": organisme_ambition(dataset), "organisme-qpv": organisme_qpv(dataset)}
        contents: Contents = {}
        for name in parution.profils:
            profil = find_profil(name)
            shown = {key: restrict_network(reseau, profil) for key, reseau in networks.items()}
            contents[name] = picture_products(restrict_picture(picture, profil), shown)
        return contents


@contextmanager
def _as_of(workspace: Workspace, n: int) -> Iterator[Workspace]:
    with TemporaryDirectory(prefix="droitcommun-") as scratch:
        yield workspace.as_of(n, Path(scratch))


def _folder_name(workspace: Workspace, contrat: str, annee: int, numero: int) -> str:
    """Return where a publication is kept; the contract is named when the workspace holds several."""
    several = len(workspace.contrats()) > 1
    name = f"publication-{contrat}-{numero}" if several else f"publication-{numero}"
    return PurePosixPath("sorties", str(annee), name).as_posix()


def _keep(workspace: Workspace, parution: Parution, contents: Contents) -> None:
    """Write the files and their manifest beside, then give the folder its name: whole or not at all.

    A folder of that name can only be what a crash left: the journal does not know it.
    """
    folder = workspace.folder / PurePosixPath(parution.dossier)
    draft = folder.with_name(f".{folder.name}.nouveau")
    try:
        for stale in (draft, folder):
            _remove(stale)
        for profil, files in contents.items():
            for name, data in files.items():
                write_atomic(draft / profil / name, data)
        manifest = {"fictif": workspace.fictif, **parution.to_data()}
        text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
        write_atomic(draft / MANIFESTE, text.encode())
        for path in draft.rglob("*"):
            if path.is_file():
                path.chmod(0o444)
        draft.rename(folder)
    except OSError as error:
        raise WriteFailed(folder, error.strerror or str(error)) from error


def _remove(folder: Path) -> None:
    """Remove a folder and its read-only files (Windows refuses those)."""
    if folder.exists():
        for path in folder.rglob("*"):
            if path.is_file():
                path.chmod(0o644)
        shutil.rmtree(folder)
