"""Publications: a closed campagne frozen with a date, kept, and made again byte for byte from the journal.

What is frozen is the rank of the last event seen: the first n events, the originals and the program give the same
bytes for ever. The files kept in sorties/ANNEE/publication-N/ are a copy that anybody can open and nobody has to trust.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from droitcommun.graph.campagnes import CampagneInfo, find_campagne
from droitcommun.graph.decisions.texts import impersonal
from droitcommun.graph.errors import (
    CampagneState,
    GraphesChanged,
    PublicationInconnue,
    RienAPublier,
    WriteFailed,
)
from droitcommun.graph.files import os_reason, sha256_hex, write_atomic
from droitcommun.graph.fingerprints import current_logiciel
from droitcommun.graph.formats import date_courte
from droitcommun.graph.history import ERASED
from droitcommun.graph.langue import _, in_langue, langue
from droitcommun.graph.pictures.contexte import Publication
from droitcommun.graph.production import Contents, campagne_products
from droitcommun.graph.profils import profil as find_profil
from droitcommun.graph.published import MANIFESTE, PUBLIEE, Parution, manifest_bytes
from droitcommun.graph.workspace import Workspace

PROFILS_PUBLIES = ("public", "copil")


@dataclass(frozen=True)
class Refaite:
    """One profile of a publication made again: its files by name, and what is not as it was published.

    `publie` is False when that profile was not published: there is nothing to compare with. `differents` are the files
    whose bytes differ, `absents` those that the program no longer makes, `nouveaux` those that it did not make then.
    `changements` says in words what has changed in the program since, and that somebody was erased. `memes_donnees`
    tells whether the data made again has the fingerprint published, which the products bear anyway.
    """

    contenus: Mapping[str, bytes]
    publie: bool
    differents: tuple[str, ...]
    absents: tuple[str, ...]
    nouveaux: tuple[str, ...]
    changements: tuple[str, ...]
    memes_donnees: bool

    @property
    def identique(self) -> bool:
        """Tell whether every file is, byte for byte, the one published."""
        return self.publie and not (self.differents or self.absents or self.nouveaux)


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
            empreinte=workspace.graphs.fingerprint(),
            dossier=_folder_name(workspace, info.contrat, annee, numero),
            profils={name: {} for name in names},
            logiciel=logiciel,
        )
        with _as_of(workspace, seen) as past:
            if past.graphs.fingerprint() != draft.empreinte or workspace.graphs.changed_files():
                raise GraphesChanged
            if info.parutions and _says_the_same(workspace, info.parutions[-1], draft):
                raise RienAPublier(annee, info.parutions[-1].numero)
            contents = _contents(past, draft, names)
        hashes = {name: {f: sha256_hex(data) for f, data in files.items()} for name, files in contents.items()}
        parution = replace(draft, profils=hashes)
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


def reproduce(workspace: Workspace, parution: Parution, profil: str) -> Refaite:
    """Make the files of one profile of a publication again, from the journal as it stood, and compare each with the
    one published. Raises ProfilInconnu, and SourceMissing when an original has gone.
    """
    with _as_of(workspace, parution.journal) as past:
        same_data = past.graphs.fingerprint() == parution.empreinte
        contents = _contents(past, parution, [profil])[profil]
    made = {name: sha256_hex(data) for name, data in contents.items()}
    published = parution.profils.get(profil)
    known = made if published is None else published
    return Refaite(
        contenus=contents,
        publie=published is not None,
        differents=tuple(sorted(name for name in made.keys() & known.keys() if made[name] != known[name])),
        absents=tuple(sorted(known.keys() - made.keys())),
        nouveaux=tuple(sorted(made.keys() - known.keys())),
        changements=(*current_logiciel().changes_since(parution.logiciel), *_erased_since(workspace, parution)),
        memes_donnees=same_data,
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
        ERASED,
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


def _erased_since(workspace: Workspace, parution: Parution) -> list[str]:
    erased = [e for e in workspace.journal.events()[parution.journal :] if e.kind == ERASED]
    return [_("des données personnelles ont été effacées le {date}").format(date=date_courte(e.le)) for e in erased]


def _contents(past: Workspace, parution: Parution, profils: Sequence[str]) -> Contents:
    """Return the files of each profile, from the workspace as it stood and the words of the publication."""
    said = Publication(parution.numero, parution.le, parution.motif)
    with in_langue(parution.langue):
        return campagne_products(past, parution.contrat, parution.annee, parution.le, profils, said, parution.empreinte)


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
        write_atomic(draft / MANIFESTE, manifest_bytes(parution, workspace.fictif))
        for path in draft.rglob("*"):
            if path.is_file():
                path.chmod(0o444)
        draft.rename(folder)
    except OSError as error:
        raise WriteFailed(folder, os_reason(error)) from error


def _remove(folder: Path) -> None:
    """Remove a folder and its read-only files (Windows refuses those)."""
    if folder.exists():
        for path in folder.rglob("*"):
            if path.is_file():
                path.chmod(0o644)
        shutil.rmtree(folder)
