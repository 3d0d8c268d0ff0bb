"""What a workspace holds of a person, where, and since when: the answer to a request for access."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from droitcommun.graph.errors import PersonneInconnue
from droitcommun.graph.graphfiles import PERSONNEL
from droitcommun.graph.langue import _
from droitcommun.graph.names import local_code
from droitcommun.graph.personnes.contacts import Cherchee, find_personne, held_originals
from droitcommun.graph.personnes.files import places_in
from droitcommun.graph.personnes.personne import Personne
from droitcommun.graph.workspace import Workspace

_SKIPPED = ("journal", "graphes", "graphes.nouveau", "graphes.ancien")


@dataclass(frozen=True)
class Mention:
    """One place where a person is named.

    `genre`: contact (the graph of personal data), graphe (another graph), fichier (a received file), journal,
    publication, produit (made by a command: it can be made again), autre (a file that no command made).
    `ou` names the file, graph or event, `place` the cell, property or part, `depuis` the day it came in (None when
    nothing says it).
    """

    genre: str
    ou: str
    place: str
    depuis: date | None
    texte: str


def mentions(workspace: Workspace, cherchee: Cherchee) -> list[Mention]:
    """Return every place of the workspace that names somebody, the contacts first.

    Raises SourceMissing when an original has gone.
    """
    found = [*_in_graphs(workspace, cherchee), *_in_originals(workspace, cherchee)]
    found += [*_in_journal(workspace, cherchee), *_in_files(workspace, cherchee.dans(None))]
    rank = ("contact", "fichier", "graphe", "journal", "publication", "produit", "autre")
    return sorted(found, key=lambda m: (rank.index(m.genre), m.ou, m.place))


def access_report(workspace: Workspace, demande: str) -> tuple[Personne, list[Mention]]:
    """Return who is meant by *demande*, and what is held of them.

    Raises PersonneImprecise, PersonneAmbigue, PersonneInconnue.
    """
    cherchee = find_personne(workspace, demande)
    found = mentions(workspace, cherchee)
    if not found:
        raise PersonneInconnue(demande)
    return cherchee.personne, found


def in_words(workspace: Workspace, mention: Mention) -> tuple[str, str]:
    """Return, as people read them, where a mention is: no address of a graph, no name of a property or of an event."""
    if mention.genre in ("contact", "graphe"):
        entry = next((e for e in workspace.graphs.entries(current=False) if e.iri == mention.ou), None)
        if entry is None:
            return "", ""
        said = (entry.service, entry.organisme, _("contrat {code}").format(code=entry.contrat))
        year = _("campagne {annee}").format(annee=entry.annee) if entry.annee else ""
        place = _properties().get(mention.place, "")
        return ", ".join(part for part in (*said, year) if part), place
    if mention.genre == "journal":
        return "", _("ligne {n}").format(n=mention.place)
    return mention.ou, mention.place


def _properties() -> dict[str, str]:
    return {
        "name": _("nom"),
        "hasEmail": _("adresse électronique"),
        "hasTelephone": _("téléphone"),
        "role": _("fonction"),
        "title": _("intitulé"),
        "comment": _("commentaire"),
        "texteBrut": _("texte reçu"),
        "nomFichier": _("nom du fichier"),
        "visaFonction": _("visa"),
    }


# ---- where ----


def _in_graphs(workspace: Workspace, cherchee: Cherchee) -> Iterator[Mention]:
    for entry in workspace.graphs.entries(current=False):
        personne = cherchee.dans(entry.organisme)
        since = date.fromisoformat(entry.le) if entry.le else None
        genre = "contact" if entry.genre == PERSONNEL else "graphe"
        for _subject, predicate, value in workspace.graphs.triples(entry):
            if personne.in_text(value.value):
                yield Mention(genre, entry.iri, local_code(predicate.value), since, value.value)


def _in_originals(workspace: Workspace, cherchee: Cherchee) -> Iterator[Mention]:
    for received, path, data in held_originals(workspace):
        for place, text in places_in(path, data, cherchee.dans(received.organisme)):
            yield Mention("fichier", received.nom, place, received.depuis, text)


def _in_journal(workspace: Workspace, cherchee: Cherchee) -> Iterator[Mention]:
    for event in workspace.journal.events():
        personne = cherchee.dans_evenement(event.data)
        for text in texts_of(event.data):
            if personne.in_text(text):
                yield Mention("journal", event.kind, str(event.n), event.le, text)


def texts_of(value: Any) -> Iterator[str]:
    """Yield every text in the details of an event."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts_of(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from texts_of(item)


def _in_files(workspace: Workspace, personne: Personne) -> Iterator[Mention]:
    for path in sorted(workspace.folder.rglob("*")):
        parts = path.relative_to(workspace.folder).parts
        if parts[0] in _SKIPPED or path.is_symlink() or not path.is_file():
            continue
        name = path.relative_to(workspace.folder).as_posix()
        found = places_in(path, path.read_bytes(), personne)
        if personne.in_text(path.name):
            found.append(("", path.name))
        for place, text in found:
            yield Mention(_genre(parts), name, place, None, text)


def _genre(parts: tuple[str, ...]) -> str:
    if parts[0] == "sorties":
        return "publication" if len(parts) > 2 and parts[2].startswith("publication-") else "produit"
    return "produit" if parts[0] == "classeurs" and len(parts) > 2 and parts[2] == "modeles" else "autre"
