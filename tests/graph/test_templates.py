"""The loop: a workbook sent again holds what was received, and last year's actions come back to be confirmed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from droitcommun.graph.campagnes import open_campagne
from droitcommun.graph.errors import ContratHeld, OrganismeInconnu
from droitcommun.graph.ingest import FileReport, ingest_files
from droitcommun.graph.templates import write_templates
from droitcommun.graph.workspace import Workspace

from .conftest import ACTION, IDENTITE, MOYEN, ROWS, TODAY, VAL_D_ESSAI, Rows, fill

TITLE = "Intitulé de l'action ou du dispositif*"
FULL = {
    "Autres ambitions et axes": "A1.1; T1",
    "Public visé": "Adultes",
    "QPV ou communes concernés": "QN00001X; 00002",
    "Habitants des QPV touchés": 120,
    "dont femmes": "Ne sait pas",
    "Porteur (si différent)": "L'association",
    "Commentaire": "Deux fois par semaine",
    "Suite donnée": "Nouvelle",
}
SPOILT = {
    **ACTION,
    TITLE: "Café des parents",
    "Forme de mobilisation*": "Bricolée",
    "Habitants des QPV touchés": "beaucoup",
}
PART = {**MOYEN, "Part bénéficiant aux QPV (%)": 37.5, "Origine de cette part": "Population", "Fiabilité": "Estimé"}
STAFF = {**MOYEN, "Période*": "Prévu N", "Nature et unité*": "Personnel (ETP)", "Quantité*": 0.35}
UNSAID = {**MOYEN, "Période*": "Prévu N", "Quantité*": "Non chiffrable"}
RICH = {
    "Identité": [{**IDENTITE, "Visa (fonction et date)": "Directrice, 20/03/2026"}],
    "Engagements": [{"État": "Constaté", "Preuve (texte ou lien)": "Délibération du 3 mars"}],
    "Positionnement": [{"Prioritaire": "Oui"}, {"Néant cette année": "Oui"}],
    "Actions": [{**ACTION, **FULL}, SPOILT],
    "Moyens": [PART, STAFF, UNSAID],
}


def take(workspace: Workspace, *paths: Path) -> FileReport:
    (report,) = ingest_files(workspace, None, paths, today=TODAY).fichiers
    return report


def template(
    workspace: Workspace, out: Path, annee: int = 2026, service: str | None = None, kind: Any = "xlsx"
) -> Path:
    paths = write_templates(
        workspace, None, annee, organisme="essai-caf", service=service, out=out, today=TODAY, file_format=kind
    )
    return paths[0]


def rows(path: Path, sheet: str) -> list[dict[str, Any]]:
    """Return the rows of a sheet as pandas reads them, without the empty cells."""
    table = pd.read_excel(path, sheet_name=sheet, header=1, engine="calamine")
    return [
        {k: v for k, v in row.items() if pd.notna(v)}
        for row in table.to_dict("records")
        if any(map(pd.notna, row.values()))
    ]


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_sent_again_and_returned_untouched_nothing_changes(
    workspace: Workspace, filled: Callable[..., Path], tmp_path: Path, kind: str
) -> None:
    assert take(workspace, filled("a.xlsx", RICH)).etat == "accepte-avec-reserves"
    before = workspace.graphs.fingerprint()
    again = template(workspace, tmp_path / "encore", kind=kind)
    assert take(workspace, again).etat == "inchange"
    assert workspace.graphs.fingerprint() == before
    assert workspace.rebuild() == before


def test_the_workbook_sent_again_says_what_was_received(
    workspace: Workspace, filled: Callable[..., Path], tmp_path: Path
) -> None:
    take(workspace, filled("a.xlsx", RICH))
    path = template(workspace, tmp_path / "encore")
    actions, moyens = rows(path, "Actions"), rows(path, "Moyens")
    assert [row[TITLE] for row in actions] == [ACTION[TITLE], "Café des parents"]
    assert actions[0]["Autres ambitions et axes"].split("; ")[0] == "A1.1 – Apprendre"
    assert actions[0]["QPV ou communes concernés"] == "00002 – Essai-le-Bas; QN00001X – Les Tilleuls"
    assert (actions[0]["Habitants des QPV touchés"], actions[0]["dont femmes"]) == (120, "Ne sait pas")
    assert actions[1]["Forme de mobilisation*"] == "Bricolée"  # what could not be read comes back as it was typed
    assert [row["Quantité*"] for row in moyens] == [12500.5, 0.35, "Non chiffrable"]
    assert [row["Période*"] for row in moyens] == ["Réalisé N-1 définitif", "Prévu N", "Prévu N"]
    (identite,) = rows(path, "Identité")
    assert identite["Visa (fonction et date)"] == "Directrice, 20/03/2026"
    assert rows(path, "Engagements")[0]["Preuve (texte ou lien)"] == "Délibération du 3 mars"
    assert [row.get("Prioritaire") or row.get("Néant cette année") for row in rows(path, "Positionnement")][:2] == [
        "Oui"
    ] * 2


@pytest.fixture
def next_year(workspace: Workspace, filled: Callable[..., Path], tmp_path: Path) -> tuple[Workspace, Path]:
    """Return the workspace with campagne 2027 open, and the workbook that the Caf then receives."""
    second = {**ACTION, TITLE: "Café des parents", "Public visé": "Parents", "Habitants des QPV touchés": 30}
    ended = {**ACTION, TITLE: "Bus des droits", "Suite donnée": "Terminée"}
    take(workspace, filled("a.xlsx", {**ROWS, "Actions": [{**ACTION, **FULL}, second, ended], "Moyens": [PART, STAFF]}))
    open_campagne(workspace, None, 2027, today=TODAY)
    return workspace, template(workspace, tmp_path / "2027", 2027)


def test_last_year_s_actions_come_back_to_be_confirmed(next_year: tuple[Workspace, Path]) -> None:
    _workspace, path = next_year
    actions = rows(path, "Actions")
    assert [row[TITLE] for row in actions] == [ACTION[TITLE], "Café des parents"]  # the ended one does not
    assert "Suite donnée" not in actions[0] and "Habitants des QPV touchés" not in actions[0]
    assert actions[1]["Public visé"] == "Parents" and "Commentaire" not in actions[0]
    moyens = rows(path, "Moyens")
    assert [(row["Nature et unité*"], row.get("Quantité*"), row.get("Période*")) for row in moyens] == [
        ("Dépense directe (€)", None, None),
        ("Personnel (ETP)", None, None),
    ]
    assert moyens[0]["Part bénéficiant aux QPV (%)"] == 37.5
    guide = openpyxl.load_workbook(path)["Mode d'emploi"]
    text = "\n".join(str(row[0]) for row in guide.iter_rows(values_only=True))
    assert "Vos actions de l'an dernier" in text and "À renvoyer avant le 31/12/2027" in text


def answer(next_year: tuple[Workspace, Path], cells: dict[str, dict[str, object]]) -> tuple[FileReport, set[str]]:
    """Return what became of the workbook of 2027, and the titles of the actions then declared."""
    workspace, path = next_year
    book = openpyxl.load_workbook(path)
    for title, value in IDENTITE.items():
        column = next(c.column for c in book["Identité"][2] if c.value == title)
        book["Identité"].cell(3, column, value)
    for sheet, changes in cells.items():
        for cell, value in changes.items():
            book[sheet][cell] = value
    target = path.with_name("retour.xlsx")
    book.save(target)
    report = take(workspace, target)
    entries = [e for e in workspace.graphs.entries("contribution") if e.annee == 2027]
    titles = {t[2].value for e in entries for t in workspace.graphs.triples(e) if t[1].value.endswith("terms/title")}
    return report, titles


def test_rows_left_as_they_were_sent_do_not_count(next_year: tuple[Workspace, Path]) -> None:
    report, titles = answer(next_year, {})
    assert report.etat == "accepte" and titles == set()
    (problem,) = [p for p in report.problemes if p.code == "actions-a-confirmer"]
    assert problem.message.startswith("2 actions") and "Café des parents" in problem.message
    assert report.lues == report.gardees == 1  # the sheet Identité


def test_a_confirmed_row_counts_and_keeps_its_identity(next_year: tuple[Workspace, Path]) -> None:
    workspace, _path = next_year
    report, titles = answer(next_year, {"Actions": {"N3": "Reconduite"}, "Moyens": {"C3": "Prévu N", "E3": 900}})
    assert titles == {ACTION[TITLE]}
    assert "1 action " in next(p.message for p in report.problemes if p.code == "actions-a-confirmer")
    codes = {
        e.annee: {s.value.rsplit("/", 1)[1] for s, p, o in workspace.graphs.triples(e) if o.value.endswith("#Action")}
        for e in workspace.graphs.entries("contribution")
    }
    assert len(codes[2027]) == 1 and codes[2027] < codes[2026]
    assert report.lues == 3 and report.reserves == 0  # Identité, one action, one resource; the other moyen is left out


def test_a_filled_resource_confirms_its_action(next_year: tuple[Workspace, Path]) -> None:
    _report, titles = answer(next_year, {"Moyens": {"C3": "Prévu N", "E3": 900}})
    assert titles == {ACTION[TITLE]}


@pytest.mark.parametrize("cell", ["I4", "M4", "H4"])
def test_a_row_with_one_cell_changed_counts(next_year: tuple[Workspace, Path], cell: str) -> None:
    _report, titles = answer(next_year, {"Actions": {cell: {"I4": 45, "M4": "Un mot", "H4": "Seniors"}[cell]}})
    assert titles == {"Café des parents"}


def test_the_action_ended_last_year_can_still_be_declared_anew(next_year: tuple[Workspace, Path]) -> None:
    new = {"B5": "Bus des droits", "C5": "A1.2", "E5": "Nouvelle", "F5": "Agglomération"}
    _report, titles = answer(next_year, {"Actions": new})
    assert titles == {"Bus des droits"}


def test_pilotage_sent_again_changes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    (path,) = write_templates(workspace, None, 2026, pilotage=True, out=tmp_path, today=TODAY)
    said = {
        "Séances": [
            {"Instance": "Comité de pilotage", "Date*": date(2026, 3, 12), "Statut": "Tenue", "Lieu": "Mairie"}
        ],
        "Présences": [{"Séance": "Comité de pilotage – 12/03/2026", "Organisme": "Caf d'Essai", "Présence": "Présent"}],
        "Qualification": [{"Qualification": "Droit commun", "Décidé en": "Copil du 12/03/2026"}],
    }
    assert take(workspace, fill(path, tmp_path / "p.xlsx", said)).etat == "accepte"
    before = workspace.graphs.fingerprint()
    (again,) = write_templates(workspace, None, 2026, pilotage=True, out=tmp_path / "encore", today=TODAY)
    assert rows(again, "Présences") == said["Présences"]
    assert take(workspace, again).etat == "inchange" and workspace.graphs.fingerprint() == before


def trial(workspace: Workspace, path: Path, confirme: bool = False) -> FileReport:
    (report,) = ingest_files(workspace, None, [path], dry_run=True, confirme=confirme, today=TODAY).fichiers
    return report


def test_a_trial_says_row_by_row_what_would_change(workspace: Workspace, filled: Callable[..., Path]) -> None:
    take(workspace, filled("a.xlsx", {**RICH, "Actions": [ACTION]}))
    before = workspace.graphs.fingerprint()
    new = {**ACTION, TITLE: "Café des parents"}
    changed = {**ACTION, "Habitants des QPV touchés": 80, "Suite donnée": "Terminée"}
    report = trial(
        workspace,
        filled("b.xlsx", {**RICH, "Actions": [changed, new], "Moyens": [{**PART, "Quantité*": 13000}, STAFF, UNSAID]}),
    )
    title = str(ACTION[TITLE])
    moyen = f"{title} – Réalisé N-1 définitif – Dépense directe (€) – Budget ordinaire"
    assert [(d.nature, d.feuille, d.libelle, d.colonne, d.avant, d.apres) for d in report.differences] == [
        ("modifie", "Actions", title, "Habitants des QPV touchés", "", "80"),
        ("termine", "Actions", title, "Suite donnée", "", "Terminée"),
        ("ajoute", "Actions", "Café des parents", None, None, None),
        ("modifie", "Moyens", moyen, "Quantité", "12500,5", "13000"),
    ]
    assert workspace.graphs.fingerprint() == before


def test_last_year_s_action_ended_is_said_ended_in_the_trial(next_year: tuple[Workspace, Path]) -> None:
    workspace, path = next_year
    book = openpyxl.load_workbook(path)
    for title, value in IDENTITE.items():
        book["Identité"].cell(3, next(c.column for c in book["Identité"][2] if c.value == title), value)
    book["Actions"]["N3"], book["Actions"]["N4"] = "Terminée", "Reconduite"
    book.save(target := path.with_name("retour.xlsx"))
    report = trial(workspace, target)
    said = [(d.nature, d.libelle, d.apres) for d in report.differences if d.feuille == "Actions"]
    assert said == [("termine", ACTION[TITLE], "Terminée"), ("ajoute", "Café des parents", None)]
    assert report.changements.termines == 1


def test_a_line_that_would_go_is_named_in_the_trial(workspace: Workspace, filled: Callable[..., Path]) -> None:
    take(workspace, filled("a.xlsx", {**ROWS, "Moyens": [MOYEN, STAFF]}))
    assert trial(workspace, filled("b.xlsx", ROWS)).etat == "refuse"
    gone = trial(workspace, filled("b.xlsx", ROWS), confirme=True).differences
    assert [(d.nature, d.feuille) for d in gone] == [("retire", "Moyens")] and "Personnel (ETP)" in gone[0].libelle


def test_a_figure_turned_to_zero_is_refused_until_confirmed(workspace: Workspace, filled: Callable[..., Path]) -> None:
    take(workspace, filled("a.xlsx", ROWS))
    zero = filled("b.xlsx", {**ROWS, "Moyens": [{**MOYEN, "Quantité*": 0}]})
    report = take(workspace, zero)
    (problem,) = [p for p in report.problemes if p.gravite == "bloquant"]
    assert (problem.code, problem.feuille, problem.cellule) == ("montant-remis-a-zero", "Moyens", "E3")
    assert "12500,5" in problem.message
    (confirmed,) = ingest_files(workspace, None, [zero], confirme=True, today=TODAY).fichiers
    assert confirmed.etat == "accepte"
    # Zero from the start, and zero again, are answers like any other.
    assert take(workspace, zero).etat == "inchange"


VOISIN = VAL_D_ESSAI.read_text(encoding="utf-8").replace("val-d-essai", "voisin").replace("Val d'Essai", "pays voisin")


@pytest.fixture
def two_contracts(workspace: Workspace, tmp_path: Path) -> Workspace:
    """Return a workspace that holds a second contract, where the Caf is expected too."""
    (tmp_path / "voisin.ttl").write_text(VOISIN, encoding="utf-8")
    assert workspace.add_contrat(str(tmp_path / "voisin.ttl"), TODAY) == "voisin"
    open_campagne(workspace, "voisin", 2026, cloture=date(2026, 4, 30), today=TODAY)
    return workspace


def common(workspace: Workspace, out: Path, kind: Any = "xlsx") -> Path:
    (path,) = write_templates(
        workspace, None, 2026, organisme="essai-caf", service="Action sociale", out=out, today=TODAY,
        file_format=kind, commun=True,
    )  # fmt: skip
    return path


def spread(source: Path, target: Path, own: str = "val-d-essai", other: object = "voisin") -> Path:
    """Fill the common workbook: one action in each contract, under the same title."""
    lines = ((own, 12500.5), (other, 300))
    said: Rows = {
        "Identité": [IDENTITE],
        "Actions": [{**ACTION, "Contrat*": contrat} for contrat, _amount in lines],
        "Moyens": [{**MOYEN, "Contrat*": contrat, "Quantité*": amount} for contrat, amount in lines],
    }
    return fill(source, target, said)


def cents(workspace: Workspace, contrat: str) -> list[str]:
    (entry,) = workspace.graphs.entries("contribution", contrat)
    return [o.value for _s, p, o in workspace.graphs.triples(entry) if p.value.endswith("#centimes")]


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_one_workbook_for_two_contracts_gives_each_its_own(two_contracts: Workspace, tmp_path: Path, kind: str) -> None:
    path = spread(common(two_contracts, tmp_path / "commun"), tmp_path / "retour.xlsx")
    reports = ingest_files(two_contracts, None, [path], today=TODAY).fichiers
    assert [(r.contrat, r.etat, r.lues, r.reserves) for r in reports] == [
        ("val-d-essai", "accepte", 3, 0),
        ("voisin", "accepte", 3, 0),
    ]
    assert (cents(two_contracts, "val-d-essai"), cents(two_contracts, "voisin")) == (["1250050"], ["30000"])
    before = two_contracts.graphs.fingerprint()
    assert two_contracts.rebuild() == before
    again = common(two_contracts, tmp_path / "encore", kind)
    reports = ingest_files(two_contracts, None, [again], today=TODAY).fichiers
    assert [r.etat for r in reports] == ["inchange", "inchange"] and two_contracts.graphs.fingerprint() == before


def test_the_common_workbook_says_of_which_contract_each_row_is(two_contracts: Workspace, tmp_path: Path) -> None:
    path = common(two_contracts, tmp_path / "commun")
    label = "voisin – Contrat de ville du pays voisin"
    found = rows(path, "Engagements")
    assert {row["Contrat*"] for row in found} == {"val-d-essai – Contrat de ville du Val d'Essai", label}
    guide = openpyxl.load_workbook(path)["Mode d'emploi"]
    text = "\n".join(str(row[0]) for row in guide.iter_rows(values_only=True))
    assert "Plusieurs contrats de ville" in text and "Les ambitions – Contrat de ville du pays voisin" in text


@pytest.mark.parametrize(("said", "shown"), [(None, None), ("Ailleurs", "Ailleurs")])
def test_a_row_that_names_no_contract_of_the_workbook_is_refused_with_its_cells(
    two_contracts: Workspace, tmp_path: Path, said: object, shown: str | None
) -> None:
    path = spread(common(two_contracts, tmp_path / "commun"), tmp_path / "retour.xlsx", other=said)
    (report,) = ingest_files(two_contracts, None, [path], today=TODAY).fichiers
    assert report.etat == "refuse"
    assert [(p.code, p.feuille, p.cellule, p.valeur) for p in report.problemes] == [
        ("contrat-a-preciser", "Actions", "B4", shown),
        ("contrat-a-preciser", "Moyens", "B4", shown),
    ]


def test_a_body_that_no_contract_expects_has_no_common_workbook(two_contracts: Workspace, tmp_path: Path) -> None:
    with pytest.raises(OrganismeInconnu):
        write_templates(two_contracts, None, 2026, organisme="inconnu", out=tmp_path, today=TODAY, commun=True)


def test_a_contract_is_added_once(two_contracts: Workspace, tmp_path: Path) -> None:
    assert two_contracts.contrats() == ["val-d-essai", "voisin"]
    with pytest.raises(ContratHeld, match="voisin"):
        two_contracts.add_contrat(str(tmp_path / "voisin.ttl"), TODAY)
