"""What the queries and products show of the demonstration, against the workbooks read by pandas alone."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from pptx import Presentation

from droitcommun.graph.catalogue import find_query, run
from droitcommun.graph.dataset import ActiveDataset
from droitcommun.graph.demo.modele import ANNEES, Scenario
from droitcommun.graph.picture import build_picture

# By hand, from the contract's qualification table and what the copil decided for 2026.
DROIT_COMMUN = {2025: {"Budget ordinaire", "CTG"}, 2026: {"Budget ordinaire", "CTG", "FSE+ ou FEDER"}}
A_QUALIFIER = {2025: {"Autre", "FSE+ ou FEDER"}, 2026: {"Autre"}}
SPECIFIQUE = {"P147", "Cité éducative", "PRE", "Adulte-relais", "Fonjep", "AMI de l'agglomération", "NPNRU"}


def table(path: Path, sheet: str, mark: str) -> pd.DataFrame:
    """Read a sheet with pandas; *mark* is the beginning of a title, to find the row of titles."""
    raw = pd.read_excel(path, sheet_name=sheet, header=None, dtype=object, engine="openpyxl")
    (top,) = [n for n, row in raw.iterrows() if any(str(v).startswith(mark) for v in row)]
    frame = raw.iloc[top + 1 :].copy()
    frame.columns = [str(v) for v in raw.iloc[top]]
    return frame.dropna(how="all")


def number(value: object) -> Decimal | None:
    """Read a number as a person does: spaces, comma, euro; None for anything else."""
    text = re.sub(r"[\s€]", "", str(value)).replace(",", ".")
    return Decimal(text).quantize(Decimal("0.01")) if re.fullmatch(r"\d+(\.\d+)?", text) else None


def lines(folder: Path, annee: int) -> Iterator[tuple[str, str, Decimal]]:
    """Yield (source, realise or prevu, euros) of each known amount that is neither TFPB nor a prestation légale."""
    for path in sorted((folder / "classeurs" / str(annee)).glob("recensement-*.xlsx")):
        actions = table(path, "Actions", "Forme de mobilisation")
        titles = next(c for c in actions.columns if c.startswith("Intitulé"))
        legal = set(actions.loc[actions["Forme de mobilisation*"] == "Prestation légale", titles])
        for _, row in table(path, "Moyens", "Quantité").iterrows():
            nature, amount = str(row["Nature et unité*"]), number(row["Quantité*"])
            if nature.endswith("(€)") and "TFPB" not in nature and amount is not None and row["Action*"] not in legal:
                yield row["Dispositif ou source*"], "prevu" if row["Période*"] == "Prévu N" else "realise", amount


@pytest.fixture(scope="module")
def totals(demo: Path) -> dict[tuple[int, str, str], Decimal]:
    """Return the euros by campagne, phase and origin, from the cells alone."""
    found: dict[tuple[int, str, str], Decimal] = {}
    for annee in ANNEES:
        for source, phase, amount in lines(demo, annee):
            origine = "droit-commun" if source in DROIT_COMMUN[annee] else "a-qualifier"
            origine = "specifique" if source in SPECIFIQUE else origine
            assert origine != "a-qualifier" or source in A_QUALIFIER[annee]
            key = (annee, phase, origine)
            found[key] = found.get(key, Decimal(0)) + amount
    return found


@pytest.mark.parametrize("origine", ["droit-commun", "specifique", "a-qualifier"])
@pytest.mark.parametrize("phase", ["realise", "prevu"])
@pytest.mark.parametrize("annee", ANNEES)
def test_totals_are_those_of_the_cells(
    datasets: dict[int, ActiveDataset], totals: dict, annee: int, phase: str, origine: str
) -> None:
    rows = run(find_query("droit-commun-et-specifique"), datasets[annee], {"annee": str(annee)}).rows
    found = [r["euros"] for r in rows if r["origine"] == origine and str(r["phase"]).startswith(phase) and r["euros"]]
    assert sum(found, Decimal(0)) == totals[annee, phase, origine] > 0


def test_the_headline_of_the_picture_is_that_of_the_cells(datasets: dict[int, ActiveDataset], totals: dict) -> None:
    figures = build_picture(datasets[2026]).figures
    shown = [figures[f"F-euros-{n}"].valeur for n in (1, 2, 3)]
    assert shown == [totals[2026, "realise", o] for o in ("droit-commun", "specifique", "a-qualifier")]


@pytest.mark.parametrize("annee", ANNEES)
def test_ambitions_without_partner_or_with_one(
    datasets: dict[int, ActiveDataset], scenario: Scenario, annee: int
) -> None:
    rows = run(find_query("ambitions-sans-partenaire"), datasets[annee], {"annee": str(annee)}).rows
    zero = {r["ambition"] for r in rows if r["n_organismes"] == 0}
    one = {r["ambition"] for r in rows if r["n_organismes"] == 1}
    assert len(rows) == len(zero) + len(one)
    assert zero == ({"A2.4"} if annee == 2026 else set()) == set(scenario.attendus[annee].ambitions_sans_partenaire)
    assert one == ({"A1.3", "A3.2"} if annee == 2026 else {"A3.2"})
    assert one == set(scenario.attendus[annee].ambitions_un_partenaire)


@pytest.mark.parametrize("annee", ANNEES)
def test_reconciliation_is_zero_and_not_empty(datasets: dict[int, ActiveDataset], annee: int) -> None:
    rows = run(find_query("reconciliation"), datasets[annee], {"annee": str(annee)}).rows
    assert {r["perimetre"] for r in rows} == {"par ambition", "par QPV et lieux"}
    assert {r["unite"] for r in rows} >= {"EUR", "ETP"}
    assert all(r["ecart"] == 0 for r in rows)
    assert all(r["total"] for r in rows)


def test_who_answered(datasets: dict[int, ActiveDataset], scenario: Scenario) -> None:
    rows = run(find_query("retours"), datasets[2026], {"annee": "2026"}).rows
    silent = {r["organisme"] for r in rows if r["etat"] == "pas-de-reponse"}
    assert silent == set(scenario.attendus[2026].muets)
    assert {r["organisme"] for r in rows if r["etat"] == "neant-declare"} == {"icf-nord-est"}
    (departement,) = [r for r in rows if r["organisme"] == "cd62"]
    assert departement["n_services"] == 3


def test_qpv_without_action(datasets: dict[int, ActiveDataset]) -> None:
    rows = run(find_query("mobilisation-par-qpv"), datasets[2026], {"annee": "2026", "phase": "realise"}).rows
    assert {r["lieu"] for r in rows if r["genre"] == "qpv" and not r["n_actions"]} >= {"QN06232M", "QN06235M"}
    named = {r["lieu"] for r in rows if r["genre"] == "qpv" and r["n_actions"]}
    assert len(named) == 17


def test_every_product_says_that_the_figures_are_invented(demo: Path) -> None:
    products = sorted((demo / "sorties" / "2026").iterdir())
    suffixes = {p.suffix for p in products}
    assert suffixes == {".html", ".pptx", ".xlsx", ".docx", ".svg", ".png", ".graphml", ".gexf"}
    for path in products:
        if path.suffix == ".png":  # the same drawing as the SVG of that name
            assert path.with_suffix(".svg") in products
        elif path.suffix == ".docx":
            with zipfile.ZipFile(path) as archive:
                assert any(
                    "données fictives" in archive.read(n).decode().lower() for n in archive.namelist() if "header" in n
                )
        elif path.suffix == ".pptx":
            for slide in Presentation(str(path)).slides:
                said = [s.text_frame.text for s in slide.shapes if s.has_text_frame]
                assert "Données fictives" in said, said
        elif path.suffix == ".xlsx":
            for page in openpyxl.load_workbook(path):
                assert any("données fictives" in str(c.value).lower() for row in page for c in row), page.title
        else:
            assert "données fictives" in path.read_text(encoding="utf-8").lower(), path.name


def test_every_workbook_sent_says_so_on_each_sheet(demo: Path) -> None:
    for annee in ANNEES:
        path = next((demo / "classeurs" / str(annee)).glob("recensement-*-sigh-*.xlsx"))
        for page in openpyxl.load_workbook(path):
            if page.sheet_state == "visible":
                assert "Données fictives" in str(page["A1"].value or page["B1"].value), page.title


def test_the_workbook_prints_at_seven_points_or_more(demo: Path) -> None:
    """10 points, shrunk until the columns (7 pixels a character, 5 more each) hold between margins of 0,4 inch."""
    papers = {9: 11.69, 8: 16.54}
    sizes = {}
    for page in openpyxl.load_workbook(demo / "sorties" / "2026" / "photographie-2026.xlsx"):
        widths = [d.width for d in page.column_dimensions.values() for _n in range(d.min, d.max + 1)]
        inches = sum(round(width * 7) for width in widths) / 96
        sizes[page.title] = 10 * min(1, (papers[int(page.page_setup.paperSize)] - 0.8) / inches)
    assert len(sizes) > 30 and min(sizes.values()) >= 7, sizes
