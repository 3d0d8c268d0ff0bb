"""From received files to versions in the workspace: all of a file or nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from droitcommun.graph.campagnes import find_campagne
from droitcommun.graph.classeurs import refusals
from droitcommun.graph.classeurs.commun import contracts_of
from droitcommun.graph.classeurs.form import load_form
from droitcommun.graph.classeurs.map import Mapped
from droitcommun.graph.classeurs.problems import ClasseurRefuse, Problem, blocking
from droitcommun.graph.classeurs.read import RawClasseur, is_lock_file, read_classeur
from droitcommun.graph.classeurs.recognise import answers_since, form_of_sheets, lone_sheet
from droitcommun.graph.contractreference import reading_reference
from droitcommun.graph.differences import Difference, find_differences
from droitcommun.graph.errors import CampagneInconnue, ContratInconnu, FileNotReadable, MappingInvalid
from droitcommun.graph.files import os_reason, sha256_hex
from droitcommun.graph.history import (
    Reception,
    Replaced,
    map_reception,
    part_of_contract,
    reception_changes,
    replaced_by,
    serie_of,
)
from droitcommun.graph.langue import _
from droitcommun.graph.mappings import delivered_mappings, mapping_text
from droitcommun.graph.store import Store
from droitcommun.graph.versions import Changes, compare
from droitcommun.graph.visaperdu import lost_visa
from droitcommun.graph.workspace import Workspace

_SUFFIXES = (".xlsx", ".xlsm", ".ods", ".xls", ".csv")
_MAPPED_SUFFIXES = (*_SUFFIXES, ".tsv", ".txt", ".json", ".geojson")
_NO_CHANGE = Changes(0, 0, 0, 0, identical=True)


@dataclass(frozen=True)
class FileReport:
    """What became of one file. `etat` is accepte, accepte-avec-reserves, inchange or refuse.

    `differences` says row by row what a trial (dry run) would change; it is empty otherwise.
    """

    fichier: str
    empreinte: str
    contrat: str | None
    campagne: int | None
    organisme: str | None
    service: str | None
    graphe: str | None
    etat: str
    lues: int
    gardees: int
    reserves: int
    hors_perimetre: int
    changements: Changes
    problemes: tuple[Problem, ...]
    differences: tuple[Difference, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the file's object of `ingest --format json`."""
        return {
            "fichier": self.fichier,
            "empreinte": self.empreinte,
            "contrat": self.contrat,
            "campagne": self.campagne,
            "organisme": self.organisme,
            "service": self.service,
            "graphe": self.graphe,
            "etat": self.etat,
            "lignes": {
                "lues": self.lues,
                "gardees": self.gardees,
                "reserves": self.reserves,
                "hors-perimetre": self.hors_perimetre,
            },
            "changements": {
                "ajoutes": self.changements.ajoutes,
                "modifies": self.changements.modifies,
                "termines": self.changements.termines,
                "inchanges": self.changements.inchanges,
            },
            "differences": [asdict(difference) for difference in self.differences],
            "problemes": [asdict(problem) for problem in self.problemes],
        }


@dataclass(frozen=True)
class IngestReport:
    """What became of each file, in the order given; `ignores` are the lock files left beside open workbooks."""

    fichiers: tuple[FileReport, ...]
    ignores: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Tell whether at least one file was refused."""
        return any(f.etat == "refuse" for f in self.fichiers)

    def to_json(self) -> dict[str, Any]:
        """Return the whole of `ingest --format json`."""
        return {"fichiers": [f.to_json() for f in self.fichiers]}


def ingest_files(
    workspace: Workspace,
    contrat: str | None,
    paths: Sequence[Path],
    annee: int | None = None,
    mapping: str | None = None,
    dry_run: bool = False,
    confirme: bool = False,
    today: date | None = None,
    progress: Callable[[FileReport], None] | None = None,
) -> IngestReport:
    """Read each file (a folder stands for the workbooks in it), and take in those that can be.

    A refused file is kept and journalled but changes nothing; an unchanged one makes no version. With *dry_run*
    nothing is written at all. *mapping* names a delivered mapping or a TOML file, for tables that are not ours.
    Raises FileNotReadable, MappingInvalid, ContratInconnu.
    """
    code = workspace.choose_contrat(contrat) if contrat or len(workspace.contrats()) == 1 else None
    mapping_text = _mapping_source(mapping) if mapping else None
    reports: list[FileReport] = []
    with workspace.lock():
        batch = _Batch(workspace, code, annee, mapping, mapping_text, dry_run, confirme, today or date.today())
        found = _expand(paths, _MAPPED_SUFFIXES if mapping else _SUFFIXES)
        ignored = tuple(path.name for path in found if is_lock_file(path.name))
        for path in (path for path in found if not is_lock_file(path.name)):
            for report in batch.take(path):
                reports.append(report)
                if progress:
                    progress(report)
    return IngestReport(tuple(reports), ignored)


class _Batch:
    """The files of one command: the contract's reference is read once."""

    def __init__(
        self,
        workspace: Workspace,
        contrat: str | None,
        annee: int | None,
        mapping: str | None,
        mapping_text: bytes | None,
        dry_run: bool,
        confirme: bool,
        today: date,
    ) -> None:
        self.workspace, self.contrat, self.annee = workspace, contrat, annee
        self.mapping = Path(mapping).stem if mapping else None
        self.mapping_text, self.dry_run, self.confirme, self.today = mapping_text, dry_run, confirme, today
        self._references: dict[tuple[str, int | None, str], Store] = {}

    def take(self, path: Path) -> list[FileReport]:
        """Take one file in; a workbook common to several contracts gives one report a contract."""
        try:
            path, data = self._without_erased(path, _read_bytes(path))
        except ClasseurRefuse as refused:
            return [_unopened(path.name, self.contrat, self.annee, refused.problems)]
        try:
            raw = read_classeur(path, data)
            parts = self._parts(raw)
        except ClasseurRefuse as refused:
            return [self._refuse(path.name, data, path.suffix, None, None, None, refused.problems)]
        return [self._take_part(path, data, part) for part in parts]

    def _without_erased(self, path: Path, data: bytes) -> tuple[Path, bytes]:
        """Return a file as it is, or the copy without the person erased since: one sent again brings nobody back.

        Its name may be what named them: it is then called as the journal calls it now.
        Raises ClasseurRefuse when nothing could be kept of that file.
        """
        originals = self.workspace.originals
        sha256 = sha256_hex(data)
        if sha256 not in originals.replaced:
            return path, data
        if originals.standing_for(sha256) is None:
            raise ClasseurRefuse((refusals.names_an_erased_person(),))
        events = self.workspace.journal.events()
        known = [e.data["fichier"] for e in events if e.data.get("sha256") == sha256 and e.data.get("fichier")]
        return (path.with_name(known[0]) if known else path), originals.read(sha256)

    def _parts(self, raw: RawClasseur) -> list[RawClasseur]:
        """Return the file by contract, of those that the workspace holds (of the one asked for)."""
        codes = contracts_of(raw)
        if len(codes) < 2:
            return [raw]
        known = [code for code in codes if code in self.workspace.contrats() and self.contrat in (None, code)]
        if not known:
            raise ClasseurRefuse((refusals.wrong_contract(", ".join(codes), ", ".join(self.workspace.contrats())),))
        return [part_of_contract(raw, code, self.workspace.graphs) for code in known]

    def _take_part(self, path: Path, data: bytes, raw: RawClasseur) -> FileReport:
        try:
            reception = self._reception(path.name, raw.sha256, raw)
        except ClasseurRefuse as refused:
            return self._refuse(path.name, data, path.suffix, raw, None, None, refused.problems)
        if reception.mapping_sha256 and not self.dry_run:
            self.workspace.originals.keep(self.mapping_text or b"", ".toml")
        try:
            mapped = self._map(reception, raw)
        except ClasseurRefuse as refused:
            return self._refuse(path.name, data, path.suffix, raw, reception, None, refused.problems)
        if any(p.gravite == "bloquant" for p in mapped.problems):
            return self._refuse(path.name, data, path.suffix, raw, reception, mapped, mapped.problems)
        replaced = replaced_by(reception, raw, mapped, self.workspace.graphs)
        if replaced.to_confirm and not self.confirme:
            asked = (*mapped.problems, *refusals.to_confirm(replaced.if_confirmed, replaced.imports))
            return self._refuse(path.name, data, path.suffix, raw, reception, mapped, asked)
        return self._accept(data, path.suffix, reception, raw, mapped, replaced)

    def _reception(self, name: str, sha256: str, raw: RawClasseur) -> Reception:
        """Say what the file claims to be, or refuse it. Raises ClasseurRefuse."""
        if self.mapping:
            if self.contrat is None:
                raise ContratInconnu(None, self.workspace.contrats())
            mapping_sha = sha256_hex(self.mapping_text or b"")
            return Reception("import", self.contrat, None, name, sha256, self.mapping, mapping_sha, self.confirme)
        model = raw.model
        if model is None:
            return self._without_model(name, sha256, raw)
        if model.genre == "contrat":
            raise ClasseurRefuse((refusals.contract_model(),))
        contrat = self._contrat_of(model.contrat)
        annee = self._annee_of(model.annee, contrat, raw)
        return Reception(model.genre, contrat, annee, name, sha256, confirme=self.confirme)

    def _without_model(self, name: str, sha256: str, raw: RawClasseur) -> Reception:
        """Take a workbook that lost its hidden sheet for the one its sheets show, of the campagne that was asked."""
        genre = form_of_sheets(raw)
        if genre is None:
            raise ClasseurRefuse(
                (refusals.lone_sheet(sheet),) if (sheet := lone_sheet(raw)) else (refusals.no_model(),)
            )
        if self.annee is None or self.contrat is None:
            raise ClasseurRefuse((refusals.say_which(load_form(genre).title),))
        return Reception(
            genre, self.contrat, self._open(self.annee, self.contrat), name, sha256, confirme=self.confirme
        )

    def _contrat_of(self, named: str) -> str:
        expected = self.contrat or named
        if named != expected or named not in self.workspace.contrats():
            known = ", ".join([self.contrat] if self.contrat else self.workspace.contrats())
            raise ClasseurRefuse((refusals.wrong_contract(named, known),))
        return named

    def _annee_of(self, named: int, contrat: str, raw: RawClasseur) -> int:
        """Return the campagne of a workbook. That of the year before, asked for and dated since, is used again."""
        if self.annee is None or named == self.annee:
            return self._open(named, contrat)
        annee = self._open(self.annee, contrat)
        opening = find_campagne(self.workspace, contrat, annee).ouverture
        if named != annee - 1 or not answers_since(raw, opening):
            raise ClasseurRefuse((refusals.wrong_campagne(named, annee),))
        return annee

    def _open(self, named: int, contrat: str) -> int:
        """Return a campagne that takes workbooks. Raises ClasseurRefuse."""
        try:
            info = find_campagne(self.workspace, contrat, named)
        except CampagneInconnue as error:
            raise ClasseurRefuse((blocking("campagne-inconnue", str(error), ""),)) from error
        if info.statut != "ouverte":
            raise ClasseurRefuse((refusals.campagne_closed(named),))
        return named

    def _map(self, reception: Reception, raw: RawClasseur) -> Mapped:
        workspace = self.workspace
        reference = self._reference(reception)
        return map_reception(reception, raw, self.today, workspace.graphs, reference, mapping_text=self.mapping_text)

    def _reference(self, reception: Reception) -> Store:
        """Return the contract that a file is read by."""
        key = (reception.contrat, reception.annee, reception.genre)
        if key not in self._references:
            self._references[key] = reading_reference(self.workspace.graphs, *key)
        return self._references[key]

    def _accept(
        self, data: bytes, suffix: str, reception: Reception, raw: RawClasseur, mapped: Mapped, replaced: Replaced
    ) -> FileReport:
        graphs = self.workspace.graphs
        current = graphs.current(serie_of(reception, mapped))
        held = graphs.triples(current) if current else []
        held += [triple for _entry, takeover in replaced.imports for triple in takeover.taken]
        changes = compare(held, mapped.triples)
        made = reception_changes(reception, raw, mapped, self.today, graphs)
        unchanged = not made
        new = next((change.entry.iri for change in made if change.entry.genre != "personnel"), None)
        graphe = new or (current.iri if current else None)
        if not self.dry_run:
            self.workspace.originals.keep(data, suffix)
            kind = "fichier-inchange" if unchanged else "fichier-recu"
            self.workspace.commit(kind, self.today, reception.to_data(), made)
            if reception.genre == "pilotage":  # it may hold an avenant
                self._references.clear()
        has_reserves = any(p.gravite == "reserve" for p in mapped.problems)
        etat = "inchange" if unchanged else "accepte-avec-reserves" if has_reserves else "accepte"
        lost = lost_visa(graphs, current, held, mapped.triples) if current and made else []
        taken = [refusals.lines_taken(entry, takeover) for entry, takeover in replaced.imports]
        report = _report(reception, mapped, graphe, etat, changes, (*mapped.problems, *taken, *lost))
        if not self.dry_run or unchanged:
            return report
        form = load_form("pilotage" if reception.genre == "pilotage" else "recensement")
        reference = self._reference(reception)
        return replace(report, differences=find_differences(held, mapped.triples, form, reference))

    def _refuse(
        self,
        name: str,
        data: bytes,
        suffix: str,
        raw: RawClasseur | None,
        reception: Reception | None,
        mapped: Mapped | None,
        problems: Iterable[Problem],
    ) -> FileReport:
        sha256 = sha256_hex(data)
        kept = tuple(problems)
        if not self.dry_run:
            self.workspace.originals.keep(data, suffix)
            details = {
                "fichier": name,
                "sha256": sha256,
                "problemes": [p.code for p in kept if p.gravite == "bloquant"],
                **self._claimed(raw, mapped),
            }
            self.workspace.commit("fichier-refuse", self.today, details)
        if reception is None:
            return FileReport(
                name, sha256, self.contrat, self.annee, None, None, None, "refuse", 0, 0, 0, 0, _NO_CHANGE, kept
            )
        return _report(reception, mapped, None, "refuse", _NO_CHANGE, kept)

    def _claimed(self, raw: RawClasseur | None, mapped: Mapped | None) -> dict[str, Any]:
        """Return whose file it says it is, as far as that is known, so that the returns of a campagne can name it."""
        model = raw.model if raw else None
        said = {
            "contrat": self.contrat or (model.contrat if model else None),
            "annee": self.annee or (model.annee if model else None),
            "genre": model.genre if model else None,
            "organisme": (mapped.organisme if mapped else None) or (model.organisme if model else None),
            "service": (mapped.service if mapped else None) or (model.service if model else None),
        }
        return {name: value for name, value in said.items() if value}


def _report(
    reception: Reception,
    mapped: Mapped | None,
    graphe: str | None,
    etat: str,
    changes: Changes,
    problems: tuple[Problem, ...],
) -> FileReport:
    return FileReport(
        fichier=reception.fichier,
        empreinte=reception.sha256,
        contrat=reception.contrat,
        campagne=reception.annee,
        organisme=mapped.organisme if mapped else None,
        service=mapped.service if mapped else None,
        graphe=graphe,
        etat=etat,
        lues=mapped.read if mapped else 0,
        gardees=mapped.kept if mapped else 0,
        reserves=mapped.reserves if mapped else 0,
        hors_perimetre=mapped.out_of_perimeter if mapped else 0,
        changements=changes,
        problemes=problems,
    )


def _unopened(name: str, contrat: str | None, annee: int | None, problems: tuple[Problem, ...]) -> FileReport:
    """Report a file that could not even be opened: there is nothing of it to keep or to journal."""
    return FileReport(name, "", contrat, annee, None, None, None, "refuse", 0, 0, 0, 0, _NO_CHANGE, problems)


def _expand(paths: Sequence[Path], suffixes: Sequence[str]) -> list[Path]:
    """Return the files meant: a folder stands for the workbooks in it, and the marks that they are open."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            named = (p for p in path.iterdir() if p.suffix.lower().rstrip("#") in suffixes and p.is_file())
            files += sorted(p for p in named if is_lock_file(p.name) or not p.name.startswith("."))
        else:
            files.append(path)
    return files


def _read_bytes(path: Path) -> bytes:
    """Return the bytes of a file. Raises FileNotReadable when there is none, ClasseurRefuse when it is held elsewhere:
    the other files of the command are then still taken in."""
    try:
        return path.read_bytes()
    except PermissionError as error:
        raise ClasseurRefuse((refusals.held_elsewhere(os_reason(error)),)) from error
    except OSError as error:
        raise FileNotReadable(path, os_reason(error)) from error


def _mapping_source(mapping: str) -> bytes:
    """Return the TOML of a delivered mapping or of a file. Raises MappingInvalid."""
    if mapping.endswith(".toml"):
        try:
            return Path(mapping).read_bytes()
        except OSError as error:
            raise MappingInvalid(mapping, os_reason(error)) from error
    if mapping not in delivered_mappings():
        known = ", ".join(delivered_mappings())
        raise MappingInvalid(mapping, _("inconnue ; celles livrées : {connues}").format(connues=known))
    return mapping_text(mapping).encode()
