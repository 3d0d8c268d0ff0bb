"""The co-pilots' workbook that holds avenants, sent again: its rows speak of the contract before them, and after."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from droitcommun.graph.ingest import IngestReport, ingest_files
from droitcommun.graph.templates import write_templates
from droitcommun.graph.workspace import Workspace

from .avenants import ALL, AVENANT, COPIL
from .conftest import Rows

TODAY = date(2026, 12, 1)
SHEETS: Rows = {
    "Séances": [dict(COPIL)],
    "Avenants": [dict(AVENANT)],
    "Effets des avenants": [{"Avenant*": "Avenant n° 1", **effect} for effect in ALL],
    # The Caf leaves with the avenant, and Essai-Région comes: both were at the table that day.
    "Présences": [
        {"Séance": "Comité de pilotage – 02/06/2026", "Organisme": "Caf d'Essai", "Présence": "Présent"},
        {"Séance": "Comité de pilotage – 02/06/2026", "Organisme": "Région d'Essai", "Présence": "Présent"},
    ],
    "Évaluation": [
        {"Objet": "Ambition", "Ambition": ambition, "Question évaluée": f"Où en est {ambition} ?", "Critères": "effet"}
        for ambition in ("A1.1", "A1.4", "A1.2 – Se soigner")
    ],
}


def fill_pilotage(source: Path, target: Path, rows: Rows) -> Path:
    book = openpyxl.load_workbook(source)
    for name, lines in rows.items():
        columns = {str(cell.value).rstrip("*"): cell.column for cell in book[name][2] if cell.value}
        for number, line in enumerate(lines, start=3):
            for title, value in line.items():
                book[name].cell(number, columns[title.rstrip("*")], value)
    book.save(target)
    return target


def send(workspace: Workspace, path: Path) -> IngestReport:
    return ingest_files(workspace, None, [path], today=TODAY)


def prepared(workspace: Workspace, name: str) -> Path:
    folder = workspace.folder.parent / name
    (path,) = write_templates(workspace, None, 2026, pilotage=True, out=folder, today=TODAY)
    return path


@pytest.fixture
def sent(two_campagnes: Workspace) -> Path:
    """The workbook, received once."""
    path = prepared(two_campagnes, "envoi")
    path = fill_pilotage(path, path.with_name("recu.xlsx"), SHEETS)
    (first,) = send(two_campagnes, path).fichiers
    assert (first.etat, first.problemes) == ("accepte", ())
    return path


def test_sent_again_as_it_was_it_makes_no_version(two_campagnes: Workspace, sent: Path) -> None:
    before = two_campagnes.graphs.fingerprint()
    for _time in range(2):
        (again,) = send(two_campagnes, sent).fichiers
        assert (again.etat, again.problemes) == ("inchange", ())
    assert two_campagnes.graphs.fingerprint() == before == two_campagnes.rebuild()


def test_prepared_again_and_sent_back_it_says_the_same(two_campagnes: Workspace, sent: Path) -> None:
    (again,) = send(two_campagnes, prepared(two_campagnes, "renvoi")).fichiers
    assert again.problemes == ()
    assert (again.changements.ajoutes, again.changements.termines) == (0, 0)


def test_one_row_more_is_one_change_more(two_campagnes: Workspace, sent: Path) -> None:
    rows: Rows = {
        **SHEETS,
        "Présences": [*SHEETS["Présences"], {**SHEETS["Présences"][0], "Organisme": "Agglomération d'Essai"}],
    }
    more = fill_pilotage(prepared(two_campagnes, "suite"), sent.with_name("suite.xlsx"), rows)
    (again,) = send(two_campagnes, more).fichiers
    assert again.problemes == ()
    assert again.changements.termines == 0
    assert again.changements.ajoutes >= 1
