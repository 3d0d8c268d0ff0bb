"""Workspaces for the tests of the commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest


@pytest.fixture
def espace(cli: Callable, tmp_path: Path) -> Path:
    """Return a new workspace of the Lens-Liévin contract, with campagne 2026 open and nothing received."""
    folder = tmp_path / "espace"
    assert cli("init", folder).code == 0
    opened = cli("-w", folder, "campagne", "open", "2026", "--cloture", "2026-06-30")
    assert opened.code == 0, opened.err
    return folder


def fill(path: Path, sheet: str, rows: Sequence[Mapping[str, object]], first: int = 3) -> None:
    """Write *rows* (column title → value) in a sheet of a workbook, from line *first*; titles are on line 2."""
    book = openpyxl.load_workbook(path)
    columns = {str(cell.value).rstrip("*").strip(): cell.column for cell in book[sheet][2] if cell.value}
    for offset, row in enumerate(rows):
        for title, value in row.items():
            book[sheet].cell(first + offset, columns[title], value)
    book.save(path)


@pytest.fixture
def classeur(cli: Callable, espace: Path) -> Path:
    """Return the classeur of the Département's insertion service, filled with one action and its money."""
    made = cli("-w", espace, "template", "2026", "--organisme", "cd62", "--service", "Insertion")
    assert made.code == 0, made.err
    path = Path(made.out.strip())
    fill(
        path,
        "Identité",
        [
            {
                "Réponse": "Actions déclarées",
                "Fonction du référent technique": "Cheffe du service insertion",
                "Date de réponse": date(2026, 3, 2),
            }
        ],
    )
    fill(
        path,
        "Actions",
        [
            {
                "Intitulé de l'action ou du dispositif": "Permanences emploi",
                "Ambition principale": "A1.1",
                "Forme de mobilisation": "Renforcée",
                "Où se déroule l'action": "Agglomération",
            }
        ],
    )
    fill(
        path,
        "Moyens",
        [
            {
                "Action": "Permanences emploi",
                "Période": "Réalisé N-1 définitif",
                "Nature et unité": "Subvention (€)",
                "Quantité": 12000,
                "Dispositif ou source": "Budget ordinaire",
            }
        ],
    )
    return path
