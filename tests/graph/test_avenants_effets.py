"""What each effect of an avenant changes, and `state` shows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from droitcommun.graph.campagnes import open_campagne
from droitcommun.graph.check import check_campagne
from droitcommun.graph.dataset import activate
from droitcommun.graph.workspace import Workspace

from .avenants import (
    ALL,
    SCISSION,
    accepted,
    amend,
    answer,
    codes,
    one,
    parties,
    state,
)
from .conftest import ACTION, IDENTITE, Rows


@pytest.fixture
def workspace(two_campagnes: Workspace) -> Workspace:
    return two_campagnes


def test_the_effects_that_stand_alone_are_applied_from_their_day(workspace: Workspace) -> None:
    """An ambition added, three removed, a QPV renamed, another drawn again, a body that leaves."""
    effects: list[dict[str, object]] = [
        {
            "Effet*": "Ambition ajoutée",
            "Nouveau code": "A1.9",
            "Nouveau libellé": "Se déplacer",
            "Libellé court": "Bouger",
            "Rattachement": "P1 – Vivre mieux",
        },
        {"Effet*": "Ambition retirée", "Élément concerné": "A2.1 ; A2.2"},
        {"Effet*": "Ambition retirée", "Élément concerné": "A1.3"},
        {"Effet*": "QPV renommé", "Élément concerné": "QN00001X", "Nouveau libellé": "Les Grands Tilleuls"},
        {
            "Effet*": "Contour d'un QPV (communes)",
            "Élément concerné": "QN00002X",
            "Rattachement": "00001 – Essai-le-Haut",
        },
        {"Effet*": "Organisme qui sort", "Élément concerné": "Caf d'Essai"},
    ]
    accepted(amend(workspace, effects))
    before, after = (activate(workspace, None, annee).store for annee in (2025, 2026))
    assert codes(before, "Ambition") == ["A1.1", "A1.2", "A1.3", "A2.1", "A2.2"]
    assert codes(after, "Ambition") == ["A1.1", "A1.2", "A1.9"]
    assert codes(after, "AncienElement") == ["A1.3", "A2.1", "A2.2"]
    added = """SELECT ?l ?court ?pilier ?rang ?jour {
      ?a skos:notation "A1.9" ; skos:prefLabel ?l ; skos:altLabel ?court ; skos:broader/skos:notation ?pilier ;
        cdv:ordre ?rang ; cdv:dateDebut ?jour }"""
    assert one(after, added) == [("Se déplacer", "Bouger", "P1", "6", "2026-09-01")] and one(before, added) == []
    assert one(after, "SELECT ?n { ?c cdv:nombreAmbitions ?n }") == [("3",)]
    ends = 'SELECT ?fin { ?a skos:notation "A2.1" ; cdv:dateFin ?fin }'
    assert one(after, ends) == [("2026-08-31",)]
    named = 'SELECT ?l ?code { ?q skos:notation "QN00001X" ; skos:prefLabel ?l ; cdv:commune/skos:notation ?code }'
    assert one(before, named) == [("Les Tilleuls", "00001")]
    assert one(after, named) == [("Les Grands Tilleuls", "00001")]
    around = 'SELECT ?code { ?q skos:notation "QN00002X" ; cdv:commune/skos:notation ?code }'
    assert (one(before, around), one(after, around)) == ([("00001",), ("00002",)], [("00001",)])
    assert parties(after, 2026) == ["commune-00001", "essai-agglo", "essai-etat"]
    assert state(workspace, "2026-09-01") - state(workspace, "2026-08-31") == {
        row for row in state(workspace, "2026-09-01") if row[1] in ("2", "A1.9", "QN00001X") or row[0] == "avenant"
    }


def test_a_file_may_still_name_a_district_by_its_former_name(workspace: Workspace) -> None:
    accepted(
        amend(workspace, [{"Effet*": "QPV renommé", "Élément concerné": "QN00001X", "Nouveau libellé": "Le Parc"}])
    )
    rows: Rows = {
        "Identité": [IDENTITE],
        "Actions": [{**ACTION, "QPV ou communes concernés": name} for name in ("Les Tilleuls", "Le Parc")],
    }
    rows["Actions"][1]["Intitulé de l'action ou du dispositif*"] = "Autre"
    accepted(answer(workspace, 2026, "essai-agglo", rows))
    found = one(
        activate(workspace, None, 2026).store, "SELECT ?t ?c { ?a cdv:qpv/skos:notation ?c ; dcterms:title ?t }"
    )
    assert found == [("Autre", "QN00001X"), (str(ACTION["Intitulé de l'action ou du dispositif*"]), "QN00001X")]


def test_a_body_absorbed_by_another_leaves_and_the_other_keeps_its_place(workspace: Workspace) -> None:
    absorbed = {
        "Effet*": "Organismes fusionnés",
        "Élément concerné": "Caf d'Essai ; Agglomération d'Essai",
        "Nouveau code": "essai-agglo",
    }
    accepted(amend(workspace, [absorbed]))
    before, after = (activate(workspace, None, annee).store for annee in (2025, 2026))
    assert parties(before, 2025) == ["commune-00001", "essai-agglo", "essai-caf", "essai-etat"]
    assert parties(after, 2026) == ["commune-00001", "essai-agglo", "essai-etat"]
    assert one(after, "SELECT ?l { ?o skos:notation 'essai-agglo' ; skos:prefLabel ?l }") == [
        ("Agglomération d'Essai",)
    ]
    parts = "SELECT ?debut { ?p a cdv:Partie ; cdv:organisme/skos:notation 'essai-agglo' ; cdv:dateDebut ?debut }"
    assert one(after, parts) == [("2024-01-01",)]
    followed = "SELECT ?a ?b { ?x cdv:remplacePar ?y . ?x skos:notation ?a . ?y skos:notation ?b }"
    assert one(after, followed) == [("essai-caf", "essai-agglo")]
    together = "SELECT ?a { ?x cdv:compareAvec/skos:notation 'essai-agglo' ; skos:notation ?a }"
    assert one(after, together) == [("essai-agglo",), ("essai-caf",)]


def test_the_contract_amended_has_no_fault_of_structure(workspace: Workspace) -> None:
    accepted(amend(workspace, ALL))
    report = check_campagne(activate(workspace, None, 2026, alone=True), date(2027, 3, 1))
    structure = [f for f in report.findings if f.regle.startswith(("R-S", "R-P1"))]
    assert [(f.regle, f.message) for f in structure] == []


def test_state_before_and_after_differ_by_what_the_avenant_changed(workspace: Workspace) -> None:
    accepted(amend(workspace, [*SCISSION, ALL[2]]))
    eve, day = state(workspace, "2026-08-31"), state(workspace, "2026-09-01")
    assert {row[:3] for row in eve - day} == {
        ("version", "1", "None"),
        ("ambition", "A1.1", "Apprendre"),
        ("ambition", "A1.2", "Se soigner"),
    }
    entered = {row[:3] for row in day - eve if row[0] != "avenant"}
    assert len(day - eve) == len(entered) + 1 and entered == {
        ("version", "2", "Avenant n° 1"),
        ("ambition", "A1.2", "Aller bien"),
        ("ambition", "A1.4", "Lire"),
        ("ambition", "A1.5", "Compter"),
    }


def test_on_the_real_contract_state_differs_only_by_what_the_avenant_changed(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "espace", "call-2024", today=date(2026, 1, 2))
    open_campagne(workspace, None, 2026)
    effects: list[dict[str, object]] = [
        {"Effet*": "Ambition scindée", "Élément concerné": "A2.4", "Nouveau code": code, "Nouveau libellé": label}
        for code, label in (("A2.6", "Accès aux droits"), ("A2.7", "Numérique"))
    ]
    effects += [
        {"Effet*": "Population d'un QPV", "Élément concerné": "QN06202M", "Nombre": 1600},
        {"Effet*": "Organisme qui change de nom", "Élément concerné": "caf-62", "Nouveau libellé": "Caf du 62"},
        {"Effet*": "Organisme qui sort", "Élément concerné": "icf-nord-est"},
    ]
    accepted(amend(workspace, effects))
    eve, day = state(workspace, "2026-08-31"), state(workspace, "2026-09-01")
    gone, come = (
        {(r[0], r[1], r[2], r[5]) for r in rows if r[0] not in ("version", "avenant")}
        for rows in (eve - day, day - eve)
    )
    labels = {row[1]: row[2] for row in eve}
    assert gone == {
        ("ambition", "A2.4", labels["A2.4"], "None"),
        ("qpv", "QN06202M", "Camus", "1500"),
        ("partie", "caf-62", labels["caf-62"], "None"),
        ("partie", "icf-nord-est", labels["icf-nord-est"], "None"),
    }
    assert come == {
        ("ambition", "A2.6", "Accès aux droits", "None"),
        ("ambition", "A2.7", "Numérique", "None"),
        ("qpv", "QN06202M", "Camus", "1600"),
        ("partie", "caf-62", "Caf du 62", "None"),
    }
    # The day before, all is as it was signed.
    assert {r for r in eve if r[0] != "version"} == {r for r in state(workspace, "2025-06-01") if r[0] != "version"}
