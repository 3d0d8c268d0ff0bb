"""The reminders of a campagne, written in one folder; those of the run before are kept aside."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from droitcommun.graph.campagnes import find_campagne
from droitcommun.graph.checks.findings import CheckReport
from droitcommun.graph.checks.nodes import StoreNodes
from droitcommun.graph.dataset import ActiveDataset
from droitcommun.graph.errors import CampagneState
from droitcommun.graph.export.relances.contacts import read_contacts
from droitcommun.graph.export.relances.eml import eml_bytes
from droitcommun.graph.export.relances.messages import Relance, body_text, services_of, write_messages
from droitcommun.graph.export.relances.publipostage import Envoi, publipostage_bytes
from droitcommun.graph.lots import finish_lot, write_together
from droitcommun.graph.templates import contributors, workbook_name, write_workbook
from droitcommun.graph.workspace import Workspace

BEFORE = "precedentes"
_WORKBOOKS = "classeurs"


def require_open(workspace: Workspace, contrat: str, annee: int) -> date:
    """Return the last day to answer. Raises CampagneState when the campagne no longer receives workbooks."""
    info = find_campagne(workspace, contrat, annee)
    if info.statut != "ouverte":
        raise CampagneState(annee, info.statut, "ouverte")
    return info.cloture


def write_relances(
    workspace: Workspace,
    dataset: ActiveDataset,
    report: CheckReport,
    folder: Path,
    addresses: bool = False,
    organisme: str | None = None,
    tell: Callable[[int, int], None] = lambda _done, _total: None,
) -> list[Path]:
    """Write the messages of *report* in *folder* and return the path of each, the mail-merge sheet first.

    For each contributor with something to do: `relance-….eml` (a draft with its workbook attached), the same as `.txt`,
    and the workbook in `classeurs/`. *addresses* reads the personal graphs, for a product of profile « interne » only.
    Files of a former run that change or are no longer wanted are moved to `precedentes/N/`: nothing is lost, and no
    outdated message is left among the new ones. Raises CampagneState, WriteFailed.
    """
    contrat, annee = dataset.contrat, dataset.annee
    cloture = require_open(workspace, contrat, annee)
    asked = contributors(workspace, dataset, organisme)
    entries = workspace.graphs.entries("contribution", contrat)
    answered = frozenset((e.organisme or "", e.service or "") for e in entries if e.annee == annee)
    services = services_of(StoreNodes(dataset.store), report.findings)
    relances = write_messages(report, asked, answered, services, cloture)
    contacts = read_contacts(workspace, contrat, annee) if addresses else {}
    files: dict[str, bytes] = {}
    envois: list[Envoi] = []
    for n, relance in enumerate(relances):
        tell(n, len(relances))
        name = workbook_name(annee, relance.organisme, relance.service)
        message = name.replace("recensement-", "relance-", 1).removesuffix(".xlsx")
        people = contacts.get((relance.organisme, relance.service), ())
        workbook = _workbook(workspace, dataset, relance, report.jour or date.today())
        files[f"{message}.eml"] = eml_bytes(relance, name, workbook, people)
        files[f"{message}.txt"] = body_text(relance).encode()
        files[f"{_WORKBOOKS}/{name}"] = workbook
        envois.append(Envoi(relance, f"{message}.eml", f"{_WORKBOOKS}/{name}", people))
    sheet = f"relances-{annee}.xlsx"
    files[sheet] = publipostage_bytes(envois, addresses)
    write_together({folder / name: data for name, data in files.items()}, _to_keep(folder, annee, files))
    return [folder / sheet, *(folder / envoi.message for envoi in envois)]


def _workbook(workspace: Workspace, dataset: ActiveDataset, relance: Relance, made: date) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "classeur.xlsx"
        write_workbook(workspace, [dataset], path, relance.organisme, relance.service, made)
        return path.read_bytes()


def _to_keep(folder: Path, annee: int, files: dict[str, bytes]) -> dict[Path, Path]:
    """Return where the files of a former run that are not those to write go: a new folder of `precedentes`."""
    finish_lot(folder)
    patterns = (f"relance-{annee}-*.eml", f"relance-{annee}-*.txt", f"relances-{annee}.xlsx")
    held = [path for pattern in patterns for path in folder.glob(pattern)]
    held += (folder / _WORKBOOKS).glob(f"recensement-{annee}-*.xlsx")
    names = {path: path.relative_to(folder).as_posix() for path in sorted(held)}
    n = 1
    while (folder / BEFORE / str(n)).exists():
        n += 1
    return {
        path: folder / BEFORE / str(n) / name for path, name in names.items() if files.get(name) != path.read_bytes()
    }
