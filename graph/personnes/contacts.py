"""The contacts of a workspace, and who is meant by a name, an address or a number.

Two rows are one person when they give one name, and one body or one e-mail address. Namesakes of two bodies are two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from droitcommun.graph.classeurs.problems import ClasseurRefuse
from droitcommun.graph.classeurs.read import RawSheet, read_classeur
from droitcommun.graph.errors import PersonneAmbigue, PersonneImprecise
from droitcommun.graph.journal import Event
from droitcommun.graph.personnes.personne import Personne
from droitcommun.graph.workspace import Workspace

CONTACTS = "Contacts"
_POST, _NAME = "fonction", "nom"
_TITLES_ROW = 2
_RECEIVED = ("fichier-recu", "fichier-inchange", "fichier-refuse")
_WITH_BODY = re.compile(r"(.+?)\s*\(([^()]+)\)\s*")


@dataclass(frozen=True)
class Received:
    """A file received once or several times: its SHA-256 as received, the name it came under, the first day, whether
    it was taken in, the years it was sent for, and the body that sent it (None: nothing says it)."""

    sha256: str
    nom: str
    depuis: date
    accepte: bool
    annees: frozenset[int]
    organisme: str | None


@dataclass(frozen=True)
class Contact:
    """A row of the sheet Contacts: the name, what else names the person (everything but the post), the body."""

    nom: str
    autres: tuple[str, ...]
    organisme: str | None = None

    @property
    def textes(self) -> tuple[str, ...]:
        """Return everything that names the person."""
        return (self.nom, *self.autres)

    @property
    def adresses(self) -> frozenset[str]:
        """Return the e-mail addresses."""
        return frozenset(text.strip().casefold() for text in self.autres if "@" in text)


@dataclass(frozen=True)
class Cherchee:
    """Who is meant: `personne` by all that names them, `ailleurs` by what names nobody else.

    A namesake makes the difference: `personne` then holds for the `organismes` of the one who is meant only (None:
    everywhere). `partages` are what somebody else gives too, the mailbox of a service, a switchboard: it is in neither,
    not theirs to know or to have erased. `fichiers` says which body sent each file, by its SHA-256 as received.
    """

    personne: Personne
    ailleurs: Personne
    organismes: frozenset[str] | None
    partages: tuple[str, ...]
    fichiers: Mapping[str, str | None]

    def dans(self, organisme: str | None) -> Personne:
        """Return what names them in what a body says (None: in what no body says)."""
        return self.personne if self.organismes is None or organisme in self.organismes else self.ailleurs

    def dans_evenement(self, data: Mapping[str, Any]) -> Personne:
        """Return what names them in the details of an event of the journal."""
        return self.dans(data.get("organisme") or self.fichiers.get(data.get("sha256", "")))


def find_personne(workspace: Workspace, demande: str) -> Cherchee:
    """Return who is meant by *demande*: a name, an address, a number, or « name (body) » for one of two namesakes.

    Raises PersonneImprecise, and PersonneAmbigue when *demande* is said of several contacts.
    """
    contacts, senders = list[Contact](), dict[str, str | None]()
    for received, path, data in held_originals(workspace):
        senders[received.sha256] = received.organisme
        contacts += contact_rows(path, data, received)
    body = _WITH_BODY.fullmatch(demande)
    if body and any(contact.organisme == body[2] for contact in contacts):
        asked, among = Personne((body[1],)), [contact for contact in contacts if contact.organisme == body[2]]
    else:
        asked, among = Personne((demande,)), contacts
    named = [contact for contact in among if asked.in_text(contact.nom)]
    meant = named or [contact for contact in among if any(asked.in_text(text) for text in contact.autres)]
    people = [group for group in _people(contacts) if any(contact in group for contact in meant)]
    if len(people) > 1:
        raise PersonneAmbigue(demande, _told_apart(people))
    mine = people[0] if people else meant
    others = [contact for contact in contacts if contact.nom and contact not in mine]
    if not people:  # rows without a name, or none: whoever bears the name asked for is not somebody else
        others = [contact for contact in others if not _same(contact.nom, asked.termes[0])]
    elsewhere = "\n".join(text for contact in others for text in contact.autres)
    said = tuple(dict.fromkeys(text for contact in mine for text in contact.autres if text.strip()))
    shared = tuple(text for text in said if _held_by(text, elsewhere))
    own = [text for text in said if text not in shared]
    found = asked.also(contact.nom for contact in mine).also(own)
    if not any(_same(contact.nom, other.nom) for contact in mine for other in others):
        return Cherchee(found, found, None, shared, senders)
    apart = (Personne(()) if named else asked).also(own)
    return Cherchee(found, apart, frozenset(c.organisme for c in mine if c.organisme), shared, senders)


def _people(contacts: Sequence[Contact]) -> list[list[Contact]]:
    """Return the rows that have a name, by person."""
    people: list[list[Contact]] = []
    for contact in contacts:
        if contact.nom:
            mine = [group for group in people if any(_one_person(contact, other) for other in group)]
            people = [group for group in people if group not in mine]
            people.append([*(row for group in mine for row in group), contact])
    return people


def _one_person(one: Contact, other: Contact) -> bool:
    together = one.organisme is not None and one.organisme == other.organisme
    return _same(one.nom, other.nom) and (together or bool(one.adresses & other.adresses))


def _told_apart(people: Sequence[Sequence[Contact]]) -> list[str]:
    """Return a name for each person; namesakes are told apart by their body."""
    names = [group[0].nom for group in people]
    return [
        f"{name} ({group[0].organisme or '?'})"
        if any(_same(name, other) for m, other in enumerate(names) if m != n)
        else name
        for n, (name, group) in enumerate(zip(names, people, strict=True))
    ]


def _same(name: str, other: str) -> bool:
    """Tell whether two names may be one person's: one holds the words of the other, in any order."""
    return _held_by(name, other) or _held_by(other, name)


def _held_by(text: str, where: str) -> bool:
    """Tell whether *where* says *text*; texts too short to name anybody are compared whole."""
    try:
        return Personne((text,)).in_text(where)
    except PersonneImprecise:
        return text.casefold() in where.casefold().split("\n")


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
            (before.organisme if before else None) or data.get("organisme"),
        )
    return list(found.values())


def held_originals(workspace: Workspace) -> Iterator[tuple[Received, Path, bytes]]:
    """Yield each file received, the path of what is held of it under the name it came with, and its bytes."""
    bodies = {entry.source: entry.organisme for entry in workspace.graphs.entries(current=False) if entry.organisme}
    for received in received_files(workspace.journal.events()):
        if workspace.originals.standing_for(received.sha256) is not None:
            path = Path(received.nom or "fichier").with_suffix(workspace.originals.path(received.sha256).suffix)
            data = workspace.originals.read(received.sha256)
            body = received.organisme or bodies.get(received.sha256) or _claimed_body(path, data)
            yield replace(received, organisme=body), path, data


def _claimed_body(path: Path, data: bytes) -> str | None:
    """Return the body for which we made a workbook: what is left of one sent unchanged, or refused."""
    try:
        model = read_classeur(path, data).model
    except ClasseurRefuse:
        return None
    return model.organisme if model else None


def contact_rows(path: Path, data: bytes, received: Received) -> Iterator[Contact]:
    """Yield each person of the sheet Contacts of a file."""
    try:
        sheets = read_classeur(path, data).sheets
    except ClasseurRefuse:
        return
    sheet = sheets.get(CONTACTS)
    if sheet is not None:
        yield from _rows(sheet, received.organisme)


def _rows(sheet: RawSheet, organisme: str | None) -> Iterator[Contact]:
    titles = next((row for row in sheet.rows if row.number == _TITLES_ROW), None)
    heads = {c.column: c.text.casefold().strip(" *") for c in titles.cells} if titles else {}
    for row in sheet.rows:
        if row.number > _TITLES_ROW:
            said = [(heads.get(c.column, ""), c.text) for c in row.cells if _POST not in heads.get(c.column, "")]
            name = " ".join(text for head, text in said if head == _NAME)
            yield Contact(name, tuple(text for head, text in said if head != _NAME), organisme)
