"""The notebook of the analyst runs from end to end on the demonstration."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "docs" / "carnet.ipynb"


def test_the_notebook_runs(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DROITCOMMUN_DEMO", str(demo))
    book = nbformat.read(NOTEBOOK, as_version=4)
    assert all(not cell.get("outputs") for cell in book.cells), "videz les sorties avant d'enregistrer"
    assert "Données fictives" in book.cells[0].source
    NotebookClient(book, timeout=240, kernel_name="python3").execute()
    shown = "".join(str(out.get("text", "")) for cell in book.cells for out in cell.get("outputs", []))
    assert "réalisé avec réalisé" in shown
    assert "?" in shown
