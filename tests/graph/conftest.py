"""A workspace on the fictitious contract, and workbooks filled by another tool than the one that wrote them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from droitcommun.graph.campagnes import open_campagne
from droitcommun.graph.templates import write_templates
from droitcommun.graph.workspace import Workspace

VAL_D_ESSAI = Path(__file__).parents[1] / "contrats" / "val-d-essai.ttl"
ESSAI_LE_BAS = VAL_D_ESSAI.with_name("essai-le-bas.ttl")
TODAY = date(2026, 3, 20)

Rows = dict[str, list[dict[str, object]]]

IDENTITE: dict[str, object] = {
    "Service ou direction*": "Action sociale",
    "Fonction du référent technique*": "Conseiller technique",
    "Date de réponse*": date(2026, 3, 1),
    "Réponse*": "Actions déclarées",
}
ACTION: dict[str, object] = {
    "Intitulé de l'action ou du dispositif*": "Permanences « accès aux droits »",
    "Ambition principale*": "A1.2 – Se soigner",
    "Forme de mobilisation*": "Renforcée",
    "Où se déroule l'action*": "Dans un QPV",
    "QPV ou communes concernés": "QN00001X",
}
MOYEN: dict[str, object] = {
    "Action*": "Permanences « accès aux droits »",
    "Période*": "Réalisé N-1 définitif",
    "Nature et unité*": "Dépense directe (€)",
    "Quantité*": 12500.5,
    "Dispositif ou source*": "Budget ordinaire",
}
ROWS: Rows = {"Identité": [IDENTITE], "Actions": [ACTION], "Moyens": [MOYEN]}


def whole_contract(folder: Path) -> Path:
    """Write the fictitious contract with all its municipalities: as a Turtle file, that no rule keeps out."""
    path = folder / "contrat-entier.ttl"
    text = "".join(p.read_text(encoding="utf-8") for p in (VAL_D_ESSAI, ESSAI_LE_BAS))
    own = [line for line in text.splitlines(keepends=True) if "epci/000000001> a cdv:EPCI" not in line]
    path.write_text("".join(own).replace("epci/000000001", "epci/000000000"), encoding="utf-8")
    return path


def fill(source: Path, target: Path, rows: Rows) -> Path:
    """Fill a template by column title, from row 3, and save it elsewhere."""
    book = openpyxl.load_workbook(source)
    for name, lines in rows.items():
        sheet = book[name]
        columns = {str(cell.value): cell.column for cell in sheet[2] if cell.value}
        for number, line in enumerate(lines, start=3):
            for title, value in line.items():
                sheet.cell(number, columns[title], value)
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(target)
    return target


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace.create(tmp_path / "espace", str(VAL_D_ESSAI), today=TODAY)
    open_campagne(workspace, None, 2026, cloture=date(2026, 4, 30))
    return workspace


@pytest.fixture(scope="session")
def _two_campagnes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deux") / "espace"
    workspace = Workspace.create(folder, str(VAL_D_ESSAI), today=date(2025, 1, 2))
    open_campagne(workspace, None, 2025)
    open_campagne(workspace, None, 2026)
    return folder


@pytest.fixture
def two_campagnes(_two_campagnes: Path, tmp_path: Path) -> Workspace:
    """Return a workspace on the fictitious contract where campagnes 2025 and 2026 are open, its own copy."""
    return Workspace.open(shutil.copytree(_two_campagnes, tmp_path / "espace"))


@pytest.fixture
def filled(workspace: Workspace, tmp_path: Path) -> Callable[..., Path]:
    """Return a maker of filled workbooks of the Caf: `filled("a.xlsx", ROWS)`."""
    (template,) = write_templates(workspace, None, 2026, organisme="essai-caf", out=tmp_path / "modeles", today=TODAY)

    def make(name: str, rows: Rows) -> Path:
        return fill(template, tmp_path / "recus" / name, rows)

    return make
