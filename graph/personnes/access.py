"""What a workspace holds of a person, where, and since when: the answer to a request for access."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from droitcommun.graph.classeurs.problems import ClasseurRefuse
from droitcommun.graph.classeurs.read import RawSheet, read_classeur
from droitcommun.graph.errors import PersonneAmbigue, PersonneImprecise, PersonneInconnue
from droitcommun.graph.graphfiles import PERSONNEL
from droitcommun.graph.journal import Event
from droitcommun.graph.langue import _
from droitcommun.graph.names import local_code
from droitcommun.graph.personnes.files import places_in
from droitcommun.graph.personnes.personne import Personne
from droitcommun.graph.workspace import Workspace

CONTACTS = "Contacts"
_POST, _NAME = "fonction", "nom"
_TITLES_ROW = 2
_RECEIVED = ("fichier-recu", "fichier-inchange", "fichier-refuse")
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


@dataclass(frozen=True)
class Received:
    """A file received once or several times: its SHA-256 as received, the name it came under, the first day, whether
    it was taken in, and the years it was sent for."""

    sha256: str
    nom: str
    depuis: date
    accepte: bool
    annees: frozenset[int]


def find_personne(workspace: Workspace, demande: str) -> tuple[Personne, tuple[str, ...]]:
    """Return the person that *demande* names (a name, an address, a number), with what the contacts say of them alone.

    The second value is what their rows give and those of somebody else give too: the mailbox of a service, a
    switchboard. It is not theirs to know or to have erased.
    Raises PersonneImprecise, and PersonneAmbigue when *demande* is said of several contacts.
    """
    asked = Personne((demande,))
    contacts = [contact for _file, path, data in held_originals(workspace) for contact in contact_rows(path, data)]
    named = [contact for contact in contacts if asked.in_text(contact.nom)]
    mine = named or [contact for contact in contacts if any(asked.in_text(text) for text in contact.autres)]
    names = list[str]()
    for name in (contact.nom for contact in mine if contact.nom):
        if not any(_same(name, known) for known in names):
            names.append(name)
    if len(names) > 1:
        raise PersonneAmbigue(demande, names)
    others = [c for c in contacts if c.nom and not any(_same(c.nom, name) for name in (*names, demande))]
    elsewhere = "\n".join(text for contact in others for text in contact.autres)
    said = tuple(dict.fromkeys(text for contact in mine for text in contact.autres if text.strip()))
    shared = tuple(text for text in said if _held_by(text, elsewhere))
    found = asked.also(contact.nom for contact in mine).also(text for text in said if text not in shared)
    return found, shared


def _same(name: str, other: str) -> bool:
    """Tell whether two names may be one person's: one holds the words of the other, in any order."""
    return _held_by(name, other) or _held_by(other, name)


def _held_by(text: str, where: str) -> bool:
    """Tell whether *where* says *text*; texts too short to name anybody are compared whole."""
    try:
        return Personne((text,)).in_text(where)
    except PersonneImprecise:
        return text.casefold() in where.casefold().split("\n")


def mentions(workspace: Workspace, personne: Personne) -> list[Mention]:
    """Return every place of the workspace that names *personne*, the contacts first.

    Raises SourceMissing when an original has gone.
    """
    found = [*_in_graphs(workspace, personne), *_in_originals(workspace, personne)]
    found += [*_in_journal(workspace, personne), *_in_files(workspace, personne)]
    rank = ("contact", "fichier", "graphe", "journal", "publication", "produit", "autre")
    return sorted(found, key=lambda m: (rank.index(m.genre), m.ou, m.place))


def access_report(workspace: Workspace, demande: str) -> tuple[Personne, list[Mention]]:
    """Return who is meant by *demande*, and what is held of them.

    Raises PersonneImprecise, PersonneAmbigue, PersonneInconnue.
    """
    personne, _shared = find_personne(workspace, demande)
    found = mentions(workspace, personne)
    if not found:
        raise PersonneInconnue(demande)
    return personne, found


def received_files(events: list[Event]) -> list[Received]:
    """Return the files that the journal says were received, in the order of their coming."""
    found: dict[str, Received] = {}
    for event in events:
        if event.kind not in _RECEIVED:
            continue
        sha256, data = event.data["sha256"], event.data
        before = found.get(sha256)
        years = {data["annee"]} if data.get("annee") else set()
        found[sha256] = Received(
            sha256,
            before.nom if before else data["fichier"],
            before.depuis if before else event.le,
            event.kind != "fichier-refuse" or (before is not None and before.accepte),
            frozenset(years | (before.annees if before else set())),
        )
    return list(found.values())


def held_originals(workspace: Workspace) -> Iterator[tuple[Received, Path, bytes]]:
    """Yield each file received, the path of what is held of it under the name it came with, and its bytes."""
    for received in received_files(workspace.journal.events()):
        if workspace.originals.standing_for(received.sha256) is not None:
            held = workspace.originals.path(received.sha256)
            yield (
                received,
                Path(received.nom or "fichier").with_suffix(held.suffix),
                workspace.originals.read(received.sha256),
            )


@dataclass(frozen=True)
class Contact:
    """A row of the sheet Contacts: the name, and what else names the person (everything but the post)."""

    nom: str
    autres: tuple[str, ...]

    @property
    def textes(self) -> tuple[str, ...]:
        """Return everything that names the person."""
        return (self.nom, *self.autres)


def contact_rows(path: Path, data: bytes) -> Iterator[Contact]:
    """Yield each person of the sheet Contacts."""
    try:
        sheets = read_classeur(path, data).sheets
    except ClasseurRefuse:
        return
    sheet = sheets.get(CONTACTS)
    if sheet is not None:
        yield from _rows(sheet)


def _rows(sheet: RawSheet) -> Iterator[Contact]:
    titles = next((row for row in sheet.rows if row.number == _TITLES_ROW), None)
    heads = {c.column: c.text.casefold().strip(" *") for c in titles.cells} if titles else {}
    for row in sheet.rows:
        if row.number > _TITLES_ROW:
            said = [(heads.get(c.column, ""), c.text) for c in row.cells if _POST not in heads.get(c.column, "")]
            name = " ".join(text for head, text in said if head == _NAME)
            yield Contact(name, tuple(text for head, text in said if head != _NAME))


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


def _in_graphs(workspace: Workspace, personne: Personne) -> Iterator[Mention]:
    for entry in workspace.graphs.entries(current=False):
        since = date.fromisoformat(entry.le) if entry.le else None
        genre = "contact" if entry.genre == PERSONNEL else "graphe"
        for _subject, predicate, value in workspace.graphs.triples(entry):
            if personne.in_text(value.value):
                yield Mention(genre, entry.iri, local_code(predicate.value), since, value.value)


def _in_originals(workspace: Workspace, personne: Personne) -> Iterator[Mention]:
    for received, path, data in held_originals(workspace):
        for place, text in places_in(path, data, personne):
            yield Mention("fichier", received.nom, place, received.depuis, text)


def _in_journal(workspace: Workspace, personne: Personne) -> Iterator[Mention]:
    for event in workspace.journal.events():
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
