"""A person taken out of a workspace for good. What else the files said stays, and the journal can still be replayed.

Each file received that names them gives way to a copy without them (a refused file that cannot be copied is removed);
the lines of the journal that name them are written again, and the chain after them; the event « personne-effacee »
says which file stands for which, how many lines changed, and the fingerprints before and after. It is the tombstone: a
rebuild does not bring them back, nor does the same file sent again. It never says who.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from droitcommun.graph.campagnes import list_campagnes
from droitcommun.graph.errors import PersonneInconnue, PurgeImpossible
from droitcommun.graph.graphfiles import PERSONNEL, GraphEntry
from droitcommun.graph.history import ERASED, replaced_originals
from droitcommun.graph.journal import Event, Journal, journal_bytes
from droitcommun.graph.langue import _
from droitcommun.graph.originals import Originals
from droitcommun.graph.personnes.access import Mention, mentions
from droitcommun.graph.personnes.contacts import Cherchee, Received, contact_rows, find_personne, held_originals
from droitcommun.graph.personnes.files import places_in, without
from droitcommun.graph.personnes.personne import Personne
from droitcommun.graph.store import Triple
from droitcommun.graph.workspace import Workspace

_MADE_AGAIN = ("produit", "publication")


@dataclass(frozen=True)
class Effacement:
    """What an erasure did. `fichiers` are the received files replaced, `retires` those removed, `produits` the files
    made by commands that were removed, `restes` the files that no command made and that still name the person,
    `partages` the addresses and numbers that are another contact's too, and stay.

    The fingerprints differ only when something else than the contacts named them.
    """

    fichiers: tuple[str, ...]
    retires: tuple[str, ...]
    lignes: int
    produits: tuple[str, ...]
    restes: tuple[str, ...]
    partages: tuple[str, ...]
    avant: str
    apres: str


def erase_personne(workspace: Workspace, demande: str, le: date) -> Effacement:
    """Erase the person that *demande* names from the whole workspace, all or nothing.

    Raises PersonneImprecise, PersonneAmbigue, PersonneInconnue, PurgeImpossible, SourceMissing, WriteFailed.
    """
    with workspace.lock():
        cherchee = find_personne(workspace, demande)
        found = mentions(workspace, cherchee)
        if not found:
            raise PersonneInconnue(demande)
        copies = dict(_copies(workspace, lambda received, path, data: cherchee.dans(received.organisme)))
        return replace(_erase(workspace, cherchee, copies, found, le), partages=cherchee.partages)


def expired_campagnes(workspace: Workspace, today: date) -> list[tuple[str, int]]:
    """Return the campagnes (contract, year) whose contacts have been kept for longer than the settings say."""
    kept = workspace.settings.conservation_contacts
    held = {(e.contrat, e.annee) for e in workspace.graphs.entries(PERSONNEL)}
    return [
        (info.contrat, info.annee)
        for info in list_campagnes(workspace)
        if (info.contrat, info.annee) in held
        and (info.cloture.year + kept, info.cloture.month, info.cloture.day) < (today.year, today.month, today.day)
    ]


def erase_expired(workspace: Workspace, le: date) -> Effacement:
    """Erase the contacts of the campagnes whose time is over, from the files received for those only.

    Somebody who is still a contact of a later campagne stays there. Raises PersonneInconnue when there is nothing.
    """
    with workspace.lock():
        expired = {annee for _contrat, annee in expired_campagnes(workspace, le)}

        def contacts(received: Received, path: Path, data: bytes) -> Personne | None:
            if not received.annees or not received.annees <= expired:
                return None
            nobody: tuple[str, ...] = ()
            return Personne(nobody).also(text for row in contact_rows(path, data, received) for text in row.textes)

        copies = dict(_copies(workspace, contacts))
        if not copies:
            raise PersonneInconnue(_("un contact dont le délai est passé"))
        return _erase(workspace, None, copies, [], le)


_Who = Callable[[Received, Path, bytes], Personne | None]
_Copies = Mapping[str, tuple[Received, bytes | None, str]]


def _copies(workspace: Workspace, who: _Who) -> Iterator[tuple[str, tuple[Received, bytes | None, str]]]:
    """Yield, by the SHA-256 held, each file that names *who*, its copy without them (None: removed), its suffix."""
    for received, path, data in held_originals(workspace):
        personne = who(received, path, data)
        if personne is None or not personne.termes or not places_in(path, data, personne):
            continue
        held = workspace.originals.standing_for(received.sha256)
        assert held is not None  # noqa: S101  (held_originals yields only those)
        try:
            copy, suffix = without(path, data, personne)
        except PurgeImpossible:
            if received.accepte:
                raise
            yield held, (received, None, "")
        else:
            yield held, (received, copy, suffix)


def _erase(
    workspace: Workspace, cherchee: Cherchee | None, copies: _Copies, found: Sequence[Mention], le: date
) -> Effacement:
    before = workspace.graphs.fingerprint()
    events = workspace.journal.events()
    edited = events
    if cherchee is not None:
        edited = [replace(e, data=_edited(e.data, cherchee.dans_evenement(e.data))) for e in events]
    changed = sum(old != new for old, new in zip(events, edited, strict=True))
    kept_before = {path.name for path in workspace.originals.folder.glob("*")}
    try:
        stand_ins = {
            held: workspace.originals.keep(copy, suffix) if copy is not None else None
            for held, (_received, copy, suffix) in copies.items()
        }
        details: dict[str, Any] = {
            "originaux": stand_ins,
            "lignes": changed,
            "chaine_avant": workspace.journal.last_hash(),
            "publications": sorted({m.ou for m in found if m.genre == "publication"}),
            "empreinte_avant": before,
            "empreinte_apres": "",
        }
        fresh = workspace.folder / "graphes.nouveau"
        after = _rehearse(workspace, [*edited, Event(len(events) + 1, ERASED, le, details)], fresh, cherchee, copies)
    except BaseException:
        for path in workspace.originals.folder.glob("*"):
            if path.name not in kept_before:
                path.unlink()
        raise
    details["empreinte_apres"] = after.graphs.fingerprint()
    # From here a crash is finished by the next command: without graphs, everything is made again from the journal.
    workspace.graphs.forget()
    workspace.journal.rewrite([*edited, Event(len(events) + 1, ERASED, le, details)])
    workspace.originals.forget_replaced()
    workspace.originals.remove_replaced()
    workspace.graphs.replace_by(after.graphs)
    removed = _remove_products(workspace, found)
    return Effacement(
        fichiers=tuple(received.nom for received, copy, _s in copies.values() if copy is not None),
        retires=tuple(received.nom for received, copy, _s in copies.values() if copy is None),
        lignes=changed,
        produits=removed,
        restes=tuple(dict.fromkeys(m.ou for m in found if m.genre == "autre")),
        partages=(),
        avant=before,
        apres=details["empreinte_apres"],
    )


def _rehearse(
    workspace: Workspace, events: Sequence[Event], fresh: Path, cherchee: Cherchee | None, copies: _Copies
) -> Workspace:
    """Return the workspace that *events* would make, its graphs in the folder *fresh*.

    Raises PurgeImpossible when something that did not name the person would be lost, or when they would still be named.
    """
    shutil.rmtree(fresh, ignore_errors=True)
    with TemporaryDirectory(prefix="droitcommun-") as scratch:
        path = Path(scratch) / "journal.jsonl"
        path.write_bytes(journal_bytes(events))
        originals = Originals(workspace.originals.folder, lambda: replaced_originals(events))
        seen = workspace.seen_through(Journal(path), originals, fresh)
    names = {held: received.nom for held, (received, _copy, _suffix) in copies.items()}
    for entry in workspace.graphs.entries(current=False):
        if entry.genre == PERSONNEL:
            continue
        name = names.get(workspace.originals.standing_for(entry.source) or "", entry.iri) if entry.source else entry.iri
        if _lost(workspace, seen, entry, cherchee.dans(entry.organisme) if cherchee else None):
            shutil.rmtree(fresh, ignore_errors=True)
            raise PurgeImpossible(name, _("ce qu'il dit d'autre changerait"))
    if cherchee is not None:
        for entry in seen.graphs.entries(current=False):
            personne = cherchee.dans(entry.organisme)
            if any(personne.in_text(o.value) for _s, _p, o in seen.graphs.triples(entry)):
                shutil.rmtree(fresh, ignore_errors=True)
                raise PurgeImpossible(entry.iri, _("son graphe la nommerait encore"))
    return seen


def _lost(before: Workspace, after: Workspace, entry: GraphEntry, personne: Personne | None) -> set[Triple]:
    """Return the triples of a graph that the erasure would lose though they are not about the person."""
    held = set(before.graphs.triples(entry))
    same = next((e for e in after.graphs.entries(current=False) if e.iri == entry.iri), None)
    gone = held - set(after.graphs.triples(same)) if same else held
    if not gone or personne is None:
        return gone
    # A node that names them may have another IRI afterwards, and so what speaks of it.
    about = {s for s, _p, o in held if personne.in_text(o.value)}
    while more := {s for s, _p, o in gone if o in about and s not in about}:
        about |= more
    return {t for t in gone if t[0] not in about and t[2] not in about}


def _edited(value: Any, personne: Personne) -> Any:
    if isinstance(value, str):
        return personne.erased(value)
    if isinstance(value, Mapping):
        return {key: _edited(item, personne) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_edited(item, personne) for item in value]
    return value


def _remove_products(workspace: Workspace, found: Sequence[Mention]) -> tuple[str, ...]:
    """Remove the files made by commands that name the person, and return them: commands make them again without."""
    names = tuple(dict.fromkeys(m.ou for m in found if m.genre in _MADE_AGAIN))
    for name in names:
        path = workspace.folder / name
        path.chmod(0o644)
        path.unlink()
    return names
