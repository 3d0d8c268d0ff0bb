"""On both sides of an avenant: what follows is compared together, and last year's actions are carried over."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest

from droitcommun.graph.campagnes import open_campagne
from droitcommun.graph.catalogue import find_query, run
from droitcommun.graph.dataset import activate, load_contract
from droitcommun.graph.diff import compare
from droitcommun.graph.ingest import ingest_files
from droitcommun.graph.templates import write_templates
from droitcommun.graph.workspace import Workspace

from .avenants import (
    ALL,
    AVENANT,
    CONTRAT,
    COPIL,
    SCISSION,
    Loaded,
    accepted,
    amend,
    answer,
    one,
)
from .conftest import ACTION, IDENTITE, MOYEN, Rows, fill

TITRE, SUITE, CODE = "Intitulé de l'action ou du dispositif*", "Suite donnée", "Identifiant"

FUSION: dict[str, object] = {
    "Effet*": "Organismes fusionnés",
    "Élément concerné": "Caf d'Essai ; Préfecture d'Essai",
    "Nouveau code": "essai-uni",
    "Nouveau libellé": "Maison d'Essai",
}


@pytest.fixture
def workspace(two_campagnes: Workspace) -> Workspace:
    return two_campagnes


def test_trajectories_follow_a_merged_body(workspace: Workspace) -> None:
    """400 + 500 € of two bodies, then 1000 € of the one that follows: one constant respondent, 900 € then 1000 €."""
    accepted(amend(workspace, [FUSION], avenant={**AVENANT, "Date d'effet*": date(2027, 1, 1)}))
    open_campagne(workspace, None, 2027)
    for annee, body, euros in ((2026, "essai-caf", 400), (2026, "essai-etat", 500), (2027, "essai-uni", 1000)):
        name = f"Accueil de {body}"
        rows: Rows = {
            "Identité": [IDENTITE],
            "Actions": [{**ACTION, TITRE: name, "Ambition principale*": "A1.2"}],
            "Moyens": [{**MOYEN, "Action*": name, "Quantité*": euros}],
        }
        # The rows that wait for the body that follows, and that it leaves as they are, are only remarks.
        (file,) = answer(workspace, annee, body, rows).fichiers
        assert {p.gravite for p in file.problemes} <= {"info"} and file.etat.startswith("accepte"), file.problemes
    table = run(find_query("trajectoires"), Loaded(CONTRAT, load_contract(workspace, CONTRAT)), {})
    shown = ("annee", "n_repondants", "n_constants", "euros_dc_realise_constants")
    assert [tuple(row[c] for c in shown) for row in table.rows] == [
        (2025, 0, 0, None),
        (2026, 2, 1, 900),
        (2027, 1, 1, 1000),
    ]


def test_last_years_actions_are_redirected(workspace: Workspace) -> None:
    """One follower takes the place of what left; between several, a person chooses, and the guide says which."""
    actions = [
        {**ACTION, "Intitulé de l'action ou du dispositif*": f"Action {code}", "Ambition principale*": code}
        for code in ("A1.1", "A1.2", "A2.1")
    ]
    accepted(answer(workspace, 2025, "essai-agglo", {"Identité": [IDENTITE], "Actions": actions}))
    accepted(amend(workspace, [*SCISSION, *ALL[2:4]]))
    service = str(IDENTITE["Service ou direction*"])
    (path,) = write_templates(
        workspace, None, 2026, organisme="essai-agglo", service=service, out=workspace.folder.parent / "m"
    )
    book = openpyxl.load_workbook(path)
    titles = {cell.value: cell.column for cell in book["Actions"][2]}
    shown = {
        book["Actions"].cell(n, titles["Intitulé de l'action ou du dispositif*"]).value: book["Actions"]
        .cell(n, titles["Ambition principale*"])
        .value
        for n in (3, 4, 5)
    }
    assert shown == {"Action A1.1": None, "Action A1.2": "A1.2 – Aller bien", "Action A2.1": "A2.3 – Coopérer"}
    guide = [str(row[0].value) for row in book["Mode d'emploi"].iter_rows() if row[0].value]
    assert "A1.1 – Apprendre : devient, au choix, « A1.4 – Lire » ou « A1.5 – Compter »" in guide
    positions = [cell.value for cell in book["Positionnement"]["A"][2:] if cell.value]
    assert positions == ["A1.2", "A1.3", "A1.4", "A1.5", "A2.3"]
    # A file that still names the ambition that was split is told which ones follow it.
    (told,) = answer(workspace, 2026, "essai-etat", {"Identité": [IDENTITE]}, "A1.1 – Apprendre").fichiers
    (problem,) = (p for p in told.problemes if p.code == "code-inconnu")
    assert "A1.4 – Lire" in problem.correction and "A1.5 – Compter" in problem.correction


def test_years_on_both_sides_are_compared_together(workspace: Workspace) -> None:
    """1000 € under A1.1, then 300 € + 450 € under the two that follow it: −250 €, never « A1.1 has ended »."""
    moyen = {**MOYEN, "Quantité*": 1000}
    accepted(answer(workspace, 2025, "essai-agglo", {"Identité": [IDENTITE], "Moyens": [moyen]}, "A1.1 – Apprendre"))
    accepted(amend(workspace, SCISSION))
    rows: Rows = {
        "Identité": [IDENTITE],
        "Actions": [
            {**ACTION, "Intitulé de l'action ou du dispositif*": name, "Ambition principale*": name}
            for name in ("A1.4", "A1.5")
        ],
        "Moyens": [{**MOYEN, "Action*": "A1.4", "Quantité*": 300}, {**MOYEN, "Action*": "A1.5", "Quantité*": 450}],
    }
    (path,) = write_templates(
        workspace, None, 2026, organisme="essai-agglo", service="Action sociale", out=workspace.folder.parent / "autre"
    )
    sent = fill(path, workspace.folder.parent / "autre" / "recu.xlsx", rows)
    accepted(ingest_files(workspace, None, [sent], today=date(2026, 12, 2)))
    found = compare(Loaded(CONTRAT, load_contract(workspace, CONTRAT)), 2025, 2026)
    (row,) = found.table.rows
    assert (row["ambition"], row["euros_dc_1"], row["euros_dc_2"], row["ecart"]) == ("A1.1", 1000, 750, -250)
    assert row["mouvement"] == "baisse"
    told = "« Avenant n° 1 » (01/09/2026) : A1.1 devient A1.4, A1.5 ; les deux côtés sont additionnés ensemble."
    assert told in found.table.warnings


def test_a_merged_body_is_compared_only_if_all_that_formed_it_answered(workspace: Workspace) -> None:
    merge = [
        {
            "Effet*": "Organismes fusionnés",
            "Élément concerné": "Caf d'Essai ; Préfecture d'Essai",
            "Nouveau code": "essai-uni",
            "Nouveau libellé": "Maison d'Essai",
        }
    ]
    accepted(amend(workspace, merge, avenant={**AVENANT, "Date d'effet*": date(2027, 1, 1)}))
    open_campagne(workspace, None, 2027)

    def send(annee: int, body: str, euros: int) -> None:
        moyens = [{**MOYEN, "Quantité*": euros}]
        accepted(answer(workspace, annee, body, {"Identité": [IDENTITE], "Moyens": moyens}, "A1.2"))

    def rows() -> list[tuple[object, ...]]:
        store = load_contract(workspace, CONTRAT)
        table = run(find_query("evolution"), Loaded(CONTRAT, store), {"annee1": "2026", "annee2": "2027"})
        return [(r["organisme"], r["euros_dc_1"], r["euros_dc_2"]) for r in table.rows]

    send(2026, "essai-caf", 400)
    send(2027, "essai-uni", 1000)
    assert rows() == []
    send(2026, "essai-etat", 500)
    assert rows() == [("essai-uni", 900, 1000)]


def test_last_years_actions_of_merged_bodies_wait_in_the_workbook_of_the_one_that_follows(workspace: Workspace) -> None:
    """Two bodies bring one action of the same title each, and one its own: three rows, none counts as it is."""
    same = {**ACTION, TITRE: "Accueil", "Ambition principale*": "A1.2"}
    own = {**same, TITRE: "Ateliers"}
    moyens = [{**MOYEN, "Action*": "Accueil"}]
    for body, actions in (("essai-caf", [same, own]), ("essai-etat", [same])):
        accepted(answer(workspace, 2026, body, {"Identité": [IDENTITE], "Actions": actions, "Moyens": moyens}))
    accepted(amend(workspace, [FUSION], avenant={**AVENANT, "Date d'effet*": date(2027, 1, 1)}))
    open_campagne(workspace, None, 2027)
    folder = workspace.folder.parent / "envoi-2027"
    paths = write_templates(workspace, None, 2027, out=folder, today=date(2027, 2, 1))
    # The service that answered for each of the two is that of the one that follows.
    assert "recensement-2027-essai-uni-action-sociale.xlsx" in {path.name for path in paths}
    path = folder / "recensement-2027-essai-uni-action-sociale.xlsx"
    book = openpyxl.load_workbook(path)
    titles = {str(cell.value): cell.column for cell in book["Actions"][2] if cell.value}
    cells = [[book["Actions"].cell(n, titles[name]).value for name in (TITRE, CODE)] for n in range(3, 7)]
    rows = [(title, code) for title, code in cells]
    assert sorted(str(title) for title, _code in rows if title) == ["Accueil", "Accueil", "Ateliers"]
    codes_given = [str(code) for title, code in rows if title]
    assert len(set(codes_given)) == 3
    guide = [str(row[0].value) for row in book["Mode d'emploi"].iter_rows() if row[0].value]
    at = guide.index("Dont celles des organismes que le vôtre a réunis")
    assert guide[at + 1 : at + 3] == [
        "Caf d'Essai, campagne 2026 : « Accueil » ; « Ateliers »",
        "Préfecture d'Essai, campagne 2026 : « Accueil »",
    ]
    # Sent back with one row confirmed: the two others are said not to count.
    confirmed = next(n for n, (title, _code) in enumerate(rows, start=3) if title == "Ateliers")
    book["Actions"].cell(confirmed, titles[SUITE], "Reconduite")
    identite = {str(cell.value): cell.column for cell in book["Identité"][2] if cell.value}
    for title, value in IDENTITE.items():
        book["Identité"].cell(3, identite[title], value)
    sent = folder / "recu.xlsx"
    book.save(sent)
    (file,) = ingest_files(workspace, None, [sent], today=date(2027, 3, 1)).fichiers
    assert file.etat.startswith("accepte"), file.problemes
    of_uni = """SELECT ?t { ?a a cdv:Action ; cdv:declarant/skos:notation "essai-uni" ; dcterms:title ?t }"""
    assert one(activate(workspace, None, 2027, alone=True).store, of_uni) == [("Ateliers",)]
    before = workspace.graphs.fingerprint()
    assert workspace.rebuild() == before
    # The year after, it is what the one that follows declared that waits.
    open_campagne(workspace, None, 2028)
    (after,) = write_templates(workspace, None, 2028, organisme="essai-uni", out=folder, today=date(2028, 2, 1))
    sheet = openpyxl.load_workbook(after)["Actions"]
    assert [sheet.cell(n, titles[TITRE]).value for n in (3, 4)] == ["Ateliers", None]


def test_what_a_merged_body_has_answered_itself_this_year_does_not_wait_a_second_time(workspace: Workspace) -> None:
    """The Caf answered for 2027 before it merged: only the Prefecture's action waits for the one that follows."""
    for body in ("essai-caf", "essai-etat"):
        action = {**ACTION, TITRE: f"Accueil de {body}", "Ambition principale*": "A1.2"}
        accepted(answer(workspace, 2026, body, {"Identité": [IDENTITE], "Actions": [action]}))
    open_campagne(workspace, None, 2027)
    again = {**ACTION, TITRE: "Accueil de essai-caf", "Ambition principale*": "A1.2", SUITE: "Reconduite"}
    accepted(answer(workspace, 2027, "essai-caf", {"Identité": [IDENTITE], "Actions": [again]}))
    seance = {**COPIL, "Date*": date(2027, 2, 2)}
    later = {**AVENANT, "Date d'effet*": date(2027, 6, 1), "Validé en séance*": "Comité de pilotage – 02/02/2027"}
    accepted(amend(workspace, [FUSION], later, seance, 2027))
    folder = workspace.folder.parent / "envoi"
    (path,) = write_templates(workspace, None, 2027, organisme="essai-uni", out=folder, today=date(2027, 7, 1))
    sheet = openpyxl.load_workbook(path)["Actions"]
    titles = {str(cell.value): cell.column for cell in sheet[2] if cell.value}
    assert [sheet.cell(n, titles[TITRE]).value for n in (3, 4)] == ["Accueil de essai-etat", None]
