"""The headline figures, worked out from the cells received by pandas alone, found alike in every product."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from pptx import Presentation

from .test_produits import DROIT_COMMUN, SPECIFIQUE, lines, number, table

ANNEE = 2026


@dataclass(frozen=True)
class Cellules:
    """What the cells of the workbooks received add up to: euros by phase and origin, staff, inhabitants, bodies."""

    euros: dict[tuple[str, str], Decimal]
    etp: Decimal
    habitants: int
    repondants: int


def received(folder: Path) -> list[Path]:
    """Return the workbooks of the year."""
    return sorted((folder / "classeurs" / str(ANNEE)).glob("recensement-*.xlsx"))


@pytest.fixture(scope="module")
def cellules(demo: Path) -> Cellules:
    """Return the sums, without a line of the engine: a body is one, whatever its services."""
    euros: dict[tuple[str, str], Decimal] = {}
    for source, phase, amount in lines(demo, ANNEE):
        origine = "dc" if source in DROIT_COMMUN[ANNEE] else "spec" if source in SPECIFIQUE else "aq"
        euros[phase, origine] = euros.get((phase, origine), Decimal(0)) + amount
    etp, habitants, bodies = Decimal(0), 0, set[str]()
    for path in received(demo):
        for _, row in table(path, "Moyens", "Quantité").iterrows():
            known = number(str(row["Quantité*"]).replace("ETP", ""))  # one was typed « 6,25 ETP »
            if row["Nature et unité*"] == "Personnel (ETP)" and row["Période*"] != "Prévu N" and known is not None:
                etp += known
        counts = (number(value) for value in table(path, "Actions", "Forme")["Habitants des QPV touchés"])
        habitants += sum(int(count) for count in counts if count is not None)
        bodies.add(str(table(path, "Identité", "Organisme")["Organisme"].iloc[0]))
    return Cellules(euros, etp, habitants, len(bodies))


def whole(value: Decimal | int) -> str:
    """Write a number as French people do, without decimals."""
    rounded = int(Decimal(value).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return f"{rounded:,}".replace(",", " ")


def flat(text: str) -> str:
    """Return a text on one line with ordinary spaces."""
    return " ".join(text.replace("\u202f", " ").replace("\u00a0", " ").split())


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def page_text(path: Path) -> str:
    """Return the words of a page."""
    reader = _Words()
    reader.feed(path.read_text(encoding="utf-8"))
    return flat("".join(reader.said))


def deck_of(demo: Path) -> Any:
    """Return the deck of the demonstration."""
    return Presentation(str(demo / "sorties" / str(ANNEE) / f"photographie-{ANNEE}.pptx"))


def deck_text(demo: Path) -> str:
    """Return the words of the deck."""
    frames = [s.text_frame.text for slide in deck_of(demo).slides for s in slide.shapes if s.has_text_frame]
    return flat(" ".join(frames))


@pytest.fixture(scope="module")
def report_text(cli: Callable, demo: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the words of the yearly report, tables included."""
    path = tmp_path_factory.mktemp("rapport") / "rapport.docx"
    result = cli("-w", demo, "report", str(ANNEE), "--out", path)
    assert result.code == 0, result.err
    document = docx.Document(str(path))
    cells = [cell.text for t in document.tables for row in t.rows for cell in row.cells]
    return flat(" ".join([p.text for p in document.paragraphs] + cells))


def test_the_cells_hold_what_the_test_looks_for(cellules: Cellules) -> None:
    assert set(cellules.euros) == {(p, o) for p in ("realise", "prevu") for o in ("dc", "spec", "aq")}
    assert min(cellules.euros.values()) > 10_000
    assert cellules.etp > 100 and cellules.habitants > 10_000 and cellules.repondants == 32  # counted on the folder


def test_in_words_page_deck_and_report_round_alike(cellules: Cellules, demo: Path, report_text: str) -> None:
    page = page_text(demo / "sorties" / str(ANNEE) / f"photographie-{ANNEE}.html")
    wanted = [f"{whole(amount / 1000)} k€" for amount in cellules.euros.values()]
    wanted += [f"{cellules.etp.normalize()} ETP".replace(".", ","), f"{whole(cellules.habitants)} participations"]
    wanted += [f"{cellules.repondants} institutions sur 38 ont répondu"]
    for name, text in (("page", page), ("deck", deck_text(demo)), ("report", report_text)):
        assert [w for w in wanted if w not in text] == [], name


def test_in_the_workbook_to_the_cent(cellules: Cellules, demo: Path) -> None:
    book = openpyxl.load_workbook(demo / "sorties" / str(ANNEE) / f"photographie-{ANNEE}.xlsx")
    head, *rows = book["Chiffres"].iter_rows(min_row=2, values_only=True)
    column = [str(h) for h in head].index("Valeur")
    found = {row[0]: row[column] for row in rows}
    ids = {"dc": 1, "spec": 2, "aq": 3}
    for (phase, origine), amount in cellules.euros.items():
        assert Decimal(str(found[f"F-euros-{ids[origine] + (5 if phase == 'prevu' else 0)}"])) == amount
    assert Decimal(str(found["F-etp-1"])) == cellules.etp
    assert (found["F-habitants-1"], found["F-retours-2"]) == (cellules.habitants, cellules.repondants)


def test_in_the_charts_of_the_deck_to_the_cent(cellules: Cellules, demo: Path) -> None:
    charts = [s.chart for slide in deck_of(demo).slides for s in slide.shapes if s.has_chart]
    (chart,) = [c for c in charts if c.chart_title.text_frame.text == "Montants déclarés"]
    names = {"Droit commun": "dc", "Crédits spécifiques": "spec", "À qualifier": "aq"}
    (plot,) = chart.plots
    found = {
        (period.split()[0].lower().replace("é", "e"), names[s.name]): Decimal(str(value))
        for s in plot.series
        for period, value in zip(plot.categories, s.values, strict=True)
    }
    assert found == cellules.euros
    book = openpyxl.load_workbook(BytesIO(chart.part.chart_workbook.xlsx_part.blob))
    held = sorted(c.value for row in book.active for c in row if isinstance(c.value, int | float))
    assert [Decimal(str(v)) for v in held] == sorted(cellules.euros.values())
