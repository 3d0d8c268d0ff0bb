"""A workspace: a folder with its journal (the truth), its graphs (derived) and its products."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

from droitcommun.graph.errors import (
    ClasseurContratInvalid,
    ContratHeld,
    ContratInconnu,
    ContratInvalid,
    FileNotReadable,
    WorkspaceBusy,
    WorkspaceExists,
    WorkspaceNotFound,
    WriteFailed,
)
from droitcommun.graph.files import os_reason, write_atomic
from droitcommun.graph.graphfiles import GraphChange, GraphFiles
from droitcommun.graph.history import changes_of, replaced_originals
from droitcommun.graph.journal import Event, Journal
from droitcommun.graph.langue import _
from droitcommun.graph.lots import finish_lots
from droitcommun.graph.names import PREFIXES, contrat_iri, local_code, slug
from droitcommun.graph.originals import Originals
from droitcommun.graph.reference import contract_files, only_delivered
from droitcommun.graph.settings import FILE_NAME, Settings, read_settings
from droitcommun.graph.store import BlankNode, Literal, Store

_Files: TypeAlias = list[tuple[str, bytes]]
_LOCK_SECONDS = 60
_OUTPUTS = "sorties"
# What XML 1.0, and so every office file, cannot hold, and what turns the writing; the longest name that can be drawn.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_LABELS = {PREFIXES["skos"] + "prefLabel", PREFIXES["skos"] + "altLabel", PREFIXES["dcterms"] + "title"}
_LABEL_MAX = 500


class Workspace:
    """A folder of one or more contracts. Use `open` or `create`, not the constructor."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = read_settings(folder / FILE_NAME)
        self.journal = Journal(folder / "journal" / "journal.jsonl")
        # What persons were erased is read in the whole journal, even by a workspace of the past.
        whole = self.journal
        self.originals = Originals(folder / "journal" / "originaux", lambda: replaced_originals(whole.events()))
        self.graphs = GraphFiles(folder / "graphes")

    @staticmethod
    def is_at(folder: Path) -> bool:
        """Tell whether *folder* is a workspace."""
        return (folder / FILE_NAME).is_file()

    @classmethod
    def open(cls, folder: Path | None = None) -> Workspace:
        """Open the workspace of *folder*, or of the nearest folder above the current one.

        What a crash left half done is finished first. Raises WorkspaceNotFound.
        """
        start = (folder or Path.cwd()).absolute()
        candidates = [start] if folder else [start, *start.parents]
        found = next((c for c in candidates if cls.is_at(c)), None)
        if found is None:
            raise WorkspaceNotFound(start)
        workspace = cls(found)
        workspace.catch_up()
        finish_lots(found / _OUTPUTS)
        return workspace

    @classmethod
    def create(
        cls, folder: Path, contrat: str | None = None, fictif: bool = False, today: date | None = None
    ) -> Workspace:
        """Make a workspace that holds one contract: a delivered one, a Turtle file, or the workbook of a contract.

        By default, the only one delivered. It is made beside, then renamed: an interrupted init leaves nothing that
        looks like a workspace.
        Raises WorkspaceExists, ContratInconnu, FileNotReadable, RdfUnreadable, ClasseurContratInvalid.
        """
        folder = folder.absolute()
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise WorkspaceExists(folder)
        code, files, classeur = _contract_sources(contrat or only_delivered())
        draft = folder.with_name(f".{folder.name}.init")
        shutil.rmtree(draft, ignore_errors=True)
        try:
            write_atomic(draft / FILE_NAME, Settings().to_toml().encode())
            workspace = cls(draft)
            workspace._journal_contrat(code, files, classeur, fictif, today)
            move_into_place(draft, folder)
        except OSError as error:
            raise WriteFailed(folder, os_reason(error)) from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return cls(folder)

    def add_contrat(self, contrat: str, today: date | None = None) -> str:
        """Add a contract to those held, a delivered one, a Turtle file or a workbook; return its code.

        Raises ContratHeld, ContratInconnu, ContratInvalid, ClasseurContratInvalid, RdfUnreadable.
        """
        code, files, classeur = _contract_sources(contrat)
        with self.lock():
            if code in self.contrats():
                raise ContratHeld(code)
            self._journal_contrat(code, files, classeur, self.fictif, today)
        return code

    def _journal_contrat(
        self, code: str, files: _Files, classeur: tuple[str, bytes] | None, fictif: bool, today: date | None
    ) -> None:
        kept = [{"nom": name, "sha256": self.originals.keep(data, ".ttl")} for name, data in files]
        details: dict[str, Any] = {"contrat": code, "fichiers": kept, "fictif": fictif}
        if classeur:  # graphs are made from the triples it gave: another version of its reader changes nothing
            name, data = classeur
            details["classeur"] = {"nom": name, "sha256": self.originals.keep(data, Path(name).suffix.lower())}
        self.commit("contrat-ajoute", today or date.today(), details)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the workspace for one writer; the system frees it if the process dies. Raises WorkspaceBusy."""
        from filelock import FileLock, Timeout  # only who writes pays for it

        lock = FileLock(self.folder / "journal" / "verrou")
        (self.folder / "journal").mkdir(exist_ok=True)
        try:
            with lock.acquire(timeout=_LOCK_SECONDS):
                self.graphs = GraphFiles(self.graphs.folder)
                made_again = self.graphs.applied == 0
                self._replay(self.graphs)
                if made_again:
                    self.originals.remove_replaced()
                self.graphs.remove_former()
                yield
        except Timeout as error:
            raise WorkspaceBusy(self.folder) from error

    def commit(
        self, kind: str, le: date, data: Mapping[str, Any], changes: Sequence[GraphChange] | None = None
    ) -> Event:
        """Journal one event, then write its graphs (made from the event when *changes* is None).

        The journal line is the commit point: a crash after it is finished by the next `open`.
        """
        event = self.journal.append(kind, le, data)
        made = list(changes) if changes is not None else changes_of(event, self.graphs, self.originals)
        self.graphs.apply(event.n, made)
        return event

    def catch_up(self) -> None:
        """Write the graphs of the events that a crash left without them, and remove those that others have replaced."""
        if self.graphs.applied != len(self.journal.events()) or self.graphs.has_former:
            with self.lock():
                pass

    def rebuild(self) -> str:
        """Make every graph again from the journal and the originals; return the fingerprint.

        The graphs held stay in place until the new ones are whole. Raises SourceMissing.
        """
        with self.lock():
            fresh = self.folder / "graphes.nouveau"
            shutil.rmtree(fresh, ignore_errors=True)
            made = GraphFiles(fresh)
            self._replay(made)
            self.graphs.replace_by(made)
        return self.graphs.fingerprint()

    def as_of(self, n: int, scratch: Path) -> Workspace:
        """Return this workspace as it stood after its first *n* events, to read only.

        Its graphs are made again in the empty folder *scratch*, from the journal and the originals: what has happened
        since is not seen, but for the persons erased since. Raises SourceMissing.
        """
        return self.seen_through(Journal(self.journal.path, until=n), self.originals, scratch)

    def seen_through(self, journal: Journal, originals: Originals, scratch: Path) -> Workspace:
        """Return what *journal* and *originals* would make of this workspace, its graphs in the folder *scratch*."""
        seen = Workspace(self.folder)
        seen.journal, seen.originals, seen.graphs = journal, originals, GraphFiles(scratch)
        seen._replay(seen.graphs)
        return seen

    def contrats(self) -> list[str]:
        """Return the codes of the contracts held, sorted."""
        return sorted(e.contrat for e in self.graphs.entries("contrat"))

    def choose_contrat(self, code: str | None) -> str:
        """Return *code* checked, or the only contract when None. Raises ContratInconnu."""
        known = self.contrats()
        if code is None and len(known) == 1:
            return known[0]
        if code is None or code not in known:
            raise ContratInconnu(code, known)
        return code

    @property
    def fictif(self) -> bool:
        """Tell whether the workspace holds invented figures."""
        return any(e.data.get("fictif", False) for e in self.journal.events() if e.kind == "contrat-ajoute")

    def classeurs(self, annee: int) -> Path:
        """Return the folder of the workbooks of a campagne."""
        return self.folder / "classeurs" / str(annee)

    def sorties(self, annee: int) -> Path:
        """Return the folder of the products of a campagne."""
        return self.folder / _OUTPUTS / str(annee)

    def _replay(self, graphs: GraphFiles) -> None:
        """Write into *graphs* what the events it has not seen make."""
        events = self.journal.events()
        if graphs.applied > len(events):
            graphs.forget()
        for event in events[graphs.applied :]:
            graphs.apply(event.n, changes_of(event, graphs, self.originals))


def move_into_place(draft: Path, folder: Path) -> None:
    """Make *draft* the workspace. A folder already there is filled, not replaced: somebody may be standing in it."""
    if not folder.exists():
        draft.rename(folder)
        return
    for child in sorted(draft.iterdir(), key=lambda path: path.name == FILE_NAME):  # the mark comes last
        child.rename(folder / child.name)


def _contract_sources(contrat: str) -> tuple[str, _Files, tuple[str, bytes] | None]:
    """Return the code of a contract, its Turtle files, and its workbook: from a delivered code or from a path."""
    # Few workspaces are made from one's own file: the rules and the readers are loaded for those only.
    from droitcommun.graph.contratcontrole import turtle_faults
    from droitcommun.graph.contratmodele import WORKBOOKS, read_contrat

    path = Path(contrat)
    workbook = path.suffix.lower() in WORKBOOKS
    if path.suffix != ".ttl" and not workbook:
        return contrat, [(f.name, f.read_bytes()) for f in contract_files(contrat)], None
    store = Store()
    if not path.is_file():
        raise FileNotReadable(path, _("il n'existe pas") if not path.exists() else _("c'est un dossier"))
    if workbook:
        data = path.read_bytes()
        code, turtle = read_contrat(path, data)
        store.load_bytes(turtle, ".ttl")
        _refuse_texts(path, store)
        return code, [(f"{code}.ttl", turtle)], (path.name, data)
    store.load(path)
    rows = store.select("SELECT ?c WHERE { ?c a cdv:ContratDeVille ; cdv:nombreAmbitions ?n }")
    if len(rows) != 1:
        raise ContratInvalid(path, _("{n} contrat(s) avec cdv:nombreAmbitions au lieu d'un").format(n=len(rows)))
    code = local_code(rows[0]["c"].value)
    if contrat_iri(code) != rows[0]["c"].value or slug(code) != code or not code:
        # The code names folders: one such as « .. » would leave the workspace.
        raise ContratInvalid(path, _("son IRI doit finir par contrat/ et un code en minuscules, chiffres et tirets"))
    if any(isinstance(term, BlankNode) for triple in store.triples() for term in triple):
        raise ContratInvalid(path, _("il contient un nœud anonyme ; donnez-lui une IRI"))
    _refuse_texts(path, store)
    data = path.read_bytes()
    faults = turtle_faults(code, data)
    if faults:
        raise ClasseurContratInvalid(path, faults)
    return code, [(path.name, data)], None


def _refuse_texts(path: Path, store: Store) -> None:
    """Refuse a contract whose words no product could bear: they are on every page, in cells, in drawings.

    Raises ContratInvalid.
    """
    for _subject, predicate, term in store.triples():
        if not isinstance(term, Literal):
            continue
        shown = f"{local_code(predicate.value)} : « {_UNWRITABLE.sub('□', term.value[:40])}… »"
        if _UNWRITABLE.search(term.value):
            raise ContratInvalid(
                path,
                _("un texte contient un caractère de commande, qui ne s'imprime pas ({texte})").format(texte=shown),
            )
        if predicate.value in _LABELS and len(term.value) > _LABEL_MAX:
            raise ContratInvalid(path, _("un nom dépasse {n} caractères ({texte})").format(n=_LABEL_MAX, texte=shown))
