"""The headline figures, worked out from the cells received by pandas alone, found alike in every product."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pandas as pd
import pytest
from pptx import Presentation

from .test_produits import DROIT_COMMUN, SPECIFIQUE, lines, number, table

ANNEE = 2026


@dataclass(frozen=True)
class Cellules:
    """What the cells of the workbooks received add up to.

    Euros by phase and origin, staff, inhabitants, and the counts of the ten sentences; a body is one, whatever its
    services. `actions` has a row an action and `moyens` a row a line, keyed by workbook and title.
    """

    euros: dict[tuple[str, str], Decimal]
    etp: Decimal
    habitants: int
    repondants: int
    actions: pd.DataFrame
    moyens: pd.DataFrame


def received(folder: Path, annee: int = ANNEE) -> list[Path]:
    """Return the workbooks of a year."""
    return sorted((folder / "classeurs" / str(annee)).glob("recensement-*.xlsx"))


def staff_by_body(folder: Path, annee: int) -> dict[str, Decimal]:
    """Return the staff of the actual year of each body that says all of its own."""
    found: dict[str, list[Decimal | None]] = {}
    for path in received(folder, annee):
        body = str(table(path, "Identité", "Organisme")["Organisme"].iloc[0])
        rows = table(path, "Moyens", "Quantité")
        kept = rows[(rows["Nature et unité*"] == "Personnel (ETP)") & (rows["Période*"] != "Prévu N")]
        found.setdefault(body, []).extend(number(str(v).replace("ETP", "")) for v in kept["Quantité*"])
    return {
        body: sum((v for v in values if v is not None), Decimal(0))
        for body, values in found.items()
        if values and None not in values
    }


def read_all(demo: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the actions and the moyens of every workbook, with what is read of each cell beside it."""
    actions, moyens = [], []
    for path in received(demo):
        body = str(table(path, "Identité", "Organisme")["Organisme"].iloc[0])
        found = table(path, "Actions", "Forme")
        title = next(c for c in found.columns if c.startswith("Intitulé"))  # one workbook has its title in other words
        found = found.assign(organisme=body, cle=path.name + "|" + found[title].astype(str))
        actions.append(found)
        lines_ = table(path, "Moyens", "Quantité")
        moyens.append(lines_.assign(cle=path.name + "|" + lines_["Action*"].astype(str)))
    acts, means = pd.concat(actions, ignore_index=True), pd.concat(moyens, ignore_index=True)
    for column, name in (("Habitants des QPV touchés", "h"), ("dont femmes", "f"), ("dont moins de 25 ans", "j")):
        acts[name] = [number(v) for v in acts[column]]
    acts["legale"] = acts["Forme de mobilisation*"] == "Prestation légale"
    acts["lieux"] = [[p.strip() for p in str(v).split(";")] if isinstance(v, str) else [] for v in
                     acts["QPV ou communes concernés"]]  # fmt: skip
    means["realise"] = means["Période*"] != "Prévu N"
    means["n"] = [number(str(v).replace("ETP", "")) for v in means["Quantité*"]]  # one was typed « 6,25 ETP »
    sources = means["Dispositif ou source*"]
    means["origine"] = ["dc" if s in DROIT_COMMUN[ANNEE] else "spec" if s in SPECIFIQUE else "aq" for s in sources]
    natures = means["Nature et unité*"]
    means["euros"] = natures.str.endswith("(€)") & ~natures.str.contains("TFPB") & means["n"].notna()
    means["personnel"] = (natures == "Personnel (ETP)") & means["n"].notna()
    means["legale"] = means["cle"].isin(acts.loc[acts["legale"], "cle"])
    return acts, means


@pytest.fixture(scope="module")
def cellules(demo: Path) -> Cellules:
    """Return the sums, without a line of the engine."""
    euros: dict[tuple[str, str], Decimal] = {}
    for source, phase, amount in lines(demo, ANNEE):
        origine = "dc" if source in DROIT_COMMUN[ANNEE] else "spec" if source in SPECIFIQUE else "aq"
        euros[phase, origine] = euros.get((phase, origine), Decimal(0)) + amount
    actions, moyens = read_all(demo)
    etp = sum(moyens.loc[moyens["personnel"] & moyens["realise"], "n"], Decimal(0))
    habitants = int(sum(actions.loc[actions["h"].notna(), "h"]))
    bodies = {str(table(path, "Identité", "Organisme")["Organisme"].iloc[0]) for path in received(demo)}
    return Cellules(euros, etp, habitants, len(bodies), actions, moyens)


def sentences(cellules: Cellules, demo: Path) -> dict[int, list[str]]:
    """Return what the ten sentences must say, by number, from the cells alone (the third: see the euros)."""
    acts, means = cellules.actions, cellules.moyens
    with_dc = set(means.loc[means["origine"] == "dc", "cle"])
    declared = acts["cle"].isin(with_dc) | ~acts["cle"].isin(set(means["cle"]))  # droit commun, or no moyen at all
    # An action that says no form is not told from a legal benefit: its moyens are to be qualified.
    ordinary = acts[declared & ~acts["legale"] & acts["Forme de mobilisation*"].notna()]
    further = ordinary["Forme de mobilisation*"] != "Offre ordinaire"
    bare = ~ordinary["cle"].isin(set(means["cle"]))
    # Where the two meet, in the actual year.
    money = means[means["euros"] & means["realise"] & ~means["legale"]]
    by_action = money.groupby(["cle", "origine"])["n"].sum().unstack()
    both = by_action[(by_action["dc"] > 0) & (by_action["spec"] > 0)]
    ratio = (sum(both["dc"]) / sum(both["spec"])).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    ordinary_means = set(means.loc[means["realise"] & (means["origine"] == "dc"), "cle"])
    alone = set(money.loc[money["origine"] == "spec", "cle"]) - ordinary_means
    # Staff, and what is known by QPV: the line says one, or its action cites one.
    single = set(acts.loc[(acts["lieux"].map(len) == 1) & acts["Où se déroule l'action*"].isin(
        ["Dans un QPV", "Équipement voisin"]), "cle"])  # fmt: skip
    local = means["cle"].isin(single) | means["QPV du montant"].notna()
    staff = means[means["personnel"] & means["realise"]]
    now, then = staff_by_body(demo, ANNEE), staff_by_body(demo, ANNEE - 1)
    change = sum((now[body] - then[body] for body in now.keys() & then.keys()), Decimal(0))
    relais = sum(staff.loc[staff["Dispositif ou source*"] == "Adulte-relais", "n"])
    ordinary_money = money[money["origine"] == "dc"]
    share = 100 * sum(ordinary_money.loc[local, "n"]) / sum(ordinary_money["n"])
    # Ambitions: bodies that act for each, as the main one or not. A9.9 is a code that nobody knows.
    acting: dict[str, set[str]] = {}
    for _, row in acts.iterrows():
        for code in re.findall(r"A\d\.\d", f"{row['Ambition principale*'][:4]} {row['Autres ambitions et axes']}"):
            acting.setdefault(code, set()).add(row["organisme"])
    counts = {f"A{p}.{n}": 0 for p, last in ((1, 4), (2, 5), (3, 3)) for n in range(1, last + 1)}
    counts |= {code: len(bodies) for code, bodies in acting.items() if code in counts}
    known = acts[acts["h"].notna()]
    parts = {}
    for column in ("f", "j"):
        told = known[known[column].notna() & (known[column] <= known["h"])]
        parts[column] = (whole(100 * sum(told[column]) / sum(told["h"])), len(told))
    decided = table(demo / "classeurs" / "2025" / "pilotage-2025.xlsx", "Décisions", "Décision")
    asked = table(demo / "classeurs" / str(ANNEE) / f"pilotage-{ANNEE}.xlsx", "Décisions", "Décision")
    one = [code for code, n in counts.items() if n == 1]
    none = [code for code, n in counts.items() if n == 0]
    assert (len(one), len(none)) == (2, 1)
    return {
        1: [f"{cellules.repondants} institutions sur 38 ont répondu ; nous attendons encore"],
        2: [
            f"{len(ordinary)} actions de droit commun recensées hors prestations légales "
            f"(dont {bare.sum()} aux moyens non chiffrés), dont {further.sum()} renforcées, adaptées ou créées",
            f"{len(acts)} actions sont déclarées en tout",
        ],
        4: [
            f"Là où les deux se rejoignent ({len(both)} actions), 1 € spécifique accompagne "
            f"{str(ratio).replace('.', ',')} € de droit commun",
            f"{len(alone)} actions reposent sur les seuls crédits spécifiques",
        ],
        5: [
            f"{french(cellules.etp)} ETP de proximité",
            f"dont {french(sum(staff.loc[local, 'n']))} dans un seul QPV et {french(relais)} d'adultes-relais",
            f"{french(change)} ETP depuis la campagne 2025, à répondants constants",
        ],
        6: [
            f"{sum(n >= 3 for n in counts.values())} ambitions sur 12 (9 + 3) réunissent au moins 3 institutions",
            *(f"{code} « " for code in one),
            f"1 n'a aucune action déclarée : {none[0]}",
        ],
        7: [
            "17 QPV sur 19 ont au moins une action déclarée",
            "aucune n'est déclarée pour Cité 10 et Cité Des Taberneaux",
            f"{whole(share)} % du droit commun (réalisé 2025) est localisé par quartier",
        ],
        8: [
            f"{whole(cellules.habitants)} participations d'habitants des QPV (connues pour {len(known)} actions sur "
            f"{len(acts)} déclarées), dont {parts['f'][0]} % de femmes (connu pour {parts['f'][1]}) et "
            f"{parts['j'][0]} % de moins de 25 ans (connu pour {parts['j'][1]})",
        ],
        9: [f"Décisions de la campagne 2025 : {sum(decided['État*'] == 'Réalisée')} réalisées sur {len(decided)}"],
        10: [
            f"{row['Décision*']} – {row['Responsable']}"
            for _, row in asked.iterrows()
            if row["État*"] in ("À faire", "En cours")
        ],
    }


def french(value: Decimal) -> str:
    """Write a number with what decimals it has."""
    return f"{value.normalize():f}".replace(".", ",").replace("-", "\u2212")


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


def workbook_text(demo: Path) -> str:
    """Return the sentences of the workbook."""
    book = openpyxl.load_workbook(demo / "sorties" / str(ANNEE) / f"photographie-{ANNEE}.xlsx")
    return flat(" ".join(str(cell.value) for row in book["Phrases"] for cell in row))


def test_the_ten_sentences_say_what_the_cells_add_up_to(cellules: Cellules, demo: Path, report_text: str) -> None:
    """Each sentence in the four products; the engagements of the ninth are judged by rules, proved elsewhere."""
    wanted = sentences(cellules, demo)
    products = {
        "page": page_text(demo / "sorties" / str(ANNEE) / f"photographie-{ANNEE}.html"),
        "deck": deck_text(demo),
        "workbook": workbook_text(demo),
        "report": report_text,
    }
    missing = {
        (name, n): fragment
        for name, text in products.items()
        for n, fragments in wanted.items()
        for fragment in fragments
        if flat(fragment) not in text
    }
    assert missing == {}
    assert set(wanted) | {3} == set(range(1, 11))  # the third: the six amounts, below


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
