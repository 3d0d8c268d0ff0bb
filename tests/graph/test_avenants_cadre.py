"""Effects on the frame: duration, caps, commitments, pillars, axes and bodies of governance."""

from __future__ import annotations

from datetime import date

import pytest

from droitcommun.graph.campagnes import open_campagne
from droitcommun.graph.check import check_campagne
from droitcommun.graph.dataset import activate
from droitcommun.graph.workspace import Workspace

from .avenants import (
    AVENANT,
    COPIL,
    DE_FAIT,
    accepted,
    amend,
    codes,
    dispositions,
    one,
    state,
)


@pytest.fixture
def workspace(two_campagnes: Workspace) -> Workspace:
    return two_campagnes


CADRE: list[dict[str, object]] = [
    {"Effet*": "Nouvelle fin du contrat", "Nouvelle fin du contrat": date(2031, 12, 31)},
    {"Effet*": "Plafond des territoires vulnérables", "Taux (%)": 3.5},
    {"Effet*": "Évaluations de gouvernance par an", "Nombre": 1},
    {"Effet*": "Évaluations d'ambition par an", "Nombre": 2},
    {
        "Effet*": "Engagement ajouté",
        "Nouveau code": "E03",
        "Nouveau libellé": "Partager ses chiffres",
        "Rattachement": "F1 – Participer",
        "S'applique à": "État ; Organisme de protection sociale",
        "Prouvé par": "Indicateurs de contexte transmis",
        "Durée de la preuve (ans)": 2,
        "Dans la mesure du possible": "Oui",
    },
    {
        "Effet*": "Engagement modifié",
        "Élément concerné": "E01",
        "Nouveau libellé": "Dire son droit commun",
        "S'applique à": "Commune",
        "Prouvé par": "Contribution transmise ; Présence au comité de pilotage",
        "Toutes les preuves": "Oui",
    },
    {"Effet*": "Engagement étendu à tous", "Élément concerné": "E02"},
    {
        "Effet*": "Fréquence d'une instance",
        "Élément concerné": "Comité de pilotage",
        "Nombre": 3,
        "Nombre au plus": 4,
    },
    {
        "Effet*": "Instance ajoutée",
        "Nouveau code": "labo",
        "Nouveau libellé": "Labo de la participation",
        "Nombre": 1,
    },
]


def test_the_frame_of_the_contract_is_changed_from_its_day(workspace: Workspace) -> None:
    """Duration, cap and evaluations; a commitment added, one changed, one for all; how often the copil meets."""
    accepted(amend(workspace, CADRE))
    before, after = (activate(workspace, None, annee, alone=True).store for annee in (2025, 2026))
    whole = """SELECT ?fin ?plafond ?g ?a { ?c a cdv:ContratDeVille ; cdv:nombreAmbitions ?n ; cdv:dateFin ?fin ;
      cdv:plafondTerritoiresVulnerables ?plafond ; cdv:evaluationsGouvernanceParAn ?g ;
      cdv:evaluationsAmbitionParAn ?a }"""
    assert one(before, whole) == [("2029-12-31", "5", "2", "0")]
    assert one(after, whole) == [("2031-12-31", "3.5", "1", "2")]
    assert one(before, DE_FAIT) == [
        ("commune-00001", "E01"),
        ("commune-00001", "E02"),
        ("essai-agglo", "E01"),
        ("essai-etat", "E01"),
    ]
    assert one(after, DE_FAIT) == [
        ("commune-00001", "E01"),
        ("commune-00001", "E02"),
        ("essai-agglo", "E02"),
        ("essai-etat", "E02"),
        ("essai-etat", "E03"),
    ]
    assert one(after, 'SELECT ?c { ?f skos:notation "F1" ; skos:member/skos:notation ?c }') == [
        ("E01",),
        ("E02",),
        ("E03",),
    ]
    assert codes(after, "Instance") == ["copil", "labo"] and codes(before, "Instance") == ["copil"]


def test_state_says_what_the_contract_said_on_each_day(workspace: Workspace) -> None:
    accepted(amend(workspace, CADRE))
    eve, day = dispositions(workspace, "2026-08-31"), dispositions(workspace, "2026-09-01")
    assert {key: eve.get(key) for key in eve if eve[key] != day.get(key)} == {
        ("version", "1"): "fin du contrat : 31/12/2029 ; plafond des territoires vulnérables (%) : 5 ; "
        "questions de gouvernance à évaluer par an : 2 ; ambitions à évaluer par an : 0",
        ("instance", "copil"): "séances par an, au moins : 2 ; séances par an, au plus : 2",
        ("type-engagement", "E01"): "famille : Participer ; prouvé par : Contribution transmise",
        ("type-engagement", "E02"): "famille : Participer ; s'applique à : Commune ; "
        "prouvé par : Comité de pilotage local tenu",
    }
    assert {key: day[key] for key in day if day[key] != eve.get(key) and key[0] != "avenant"} == {
        ("version", "2"): "fin du contrat : 31/12/2031 ; plafond des territoires vulnérables (%) : 3,5 ; "
        "questions de gouvernance à évaluer par an : 1 ; ambitions à évaluer par an : 2",
        ("instance", "copil"): "séances par an, au moins : 3 ; séances par an, au plus : 4",
        ("instance", "labo"): "séances par an, au moins : 1",
        ("type-engagement", "E01"): "famille : Participer ; s'applique à : Commune ; prouvé par : "
        "Contribution transmise, Présence au comité de pilotage ; toutes les preuves : oui",
        ("type-engagement", "E02"): "famille : Participer ; prouvé par : Comité de pilotage local tenu",
        ("type-engagement", "E03"): "famille : Participer ; s'applique à : Organisme de protection sociale, État ; "
        "prouvé par : Indicateurs de contexte transmis ; durée de la preuve (ans) : 2 ; "
        "dans la mesure du possible : oui",
    }


def test_pillars_axes_commitments_and_bodies_of_governance_come_go_and_change_their_name(workspace: Workspace) -> None:
    effects: list[dict[str, object]] = [
        {"Effet*": "Pilier renommé", "Élément concerné": "P1", "Nouveau libellé": "Vivre bien"},
        {"Effet*": "Pilier ajouté", "Nouveau code": "P3", "Nouveau libellé": "Respirer"},
        {"Effet*": "Ambition retirée", "Élément concerné": "A2.1 ; A2.2"},
        {"Effet*": "Pilier retiré", "Élément concerné": "P2"},
        {"Effet*": "Axe ou sous-axe renommé", "Élément concerné": "T1", "Nouveau libellé": "Prendre part"},
        {"Effet*": "Axe ou sous-axe ajouté", "Nouveau code": "T2", "Nouveau libellé": "Transition"},
        {
            "Effet*": "Axe ou sous-axe ajouté",
            "Nouveau code": "T1.1",
            "Nouveau libellé": "Conseils",
            "Rattachement": "T1",
        },
        {"Effet*": "Engagement retiré", "Élément concerné": "E02"},
        {"Effet*": "Instance renommée", "Élément concerné": "copil", "Nouveau libellé": "Comité stratégique"},
    ]
    accepted(amend(workspace, effects))
    before, after = (activate(workspace, None, annee, alone=True) for annee in (2025, 2026))
    kinds = ("Pilier", "Ambition", "AxeTransversal", "SousAxe", "TypeEngagement")
    assert [codes(before.store, kind) for kind in kinds] == [
        ["P1", "P2"],
        ["A1.1", "A1.2", "A1.3", "A2.1", "A2.2"],
        ["T1"],
        [],
        ["E01", "E02"],
    ]
    assert [codes(after.store, kind) for kind in kinds] == [
        ["P1", "P3"],
        ["A1.1", "A1.2", "A1.3"],
        ["T1", "T2"],
        ["T1.1"],
        ["E01"],
    ]
    names = 'SELECT ?l { ?x skos:notation ?c ; skos:prefLabel ?l FILTER(?c IN ("P1", "T1", "copil")) }'
    assert one(after.store, names) == [("Comité stratégique",), ("Prendre part",), ("Vivre bien",)]
    assert one(after.store, 'SELECT ?p { ?x skos:notation "T1.1" ; skos:broader/skos:notation ?p }') == [("T1",)]
    announced = "SELECT ?p ?n ?a { ?c cdv:nombrePiliers ?p ; cdv:nombreAmbitions ?n ; cdv:nombreAxes ?a }"
    assert one(after.store, announced) == [("2", "3", "2")]
    found = check_campagne(after, date(2027, 3, 1)).findings
    assert [f.message for f in found if f.regle.startswith("R-S")] == []
    gone, come = (
        {row[:3] for row in one_day - other if row[0] not in ("version", "avenant")}
        for one_day, other in (
            (state(workspace, "2026-08-31"), state(workspace, "2026-09-01")),
            (state(workspace, "2026-09-01"), state(workspace, "2026-08-31")),
        )
    )
    assert gone == {
        ("pilier", "P1", "Vivre mieux"),
        ("pilier", "P2", "Travailler ensemble"),
        ("ambition", "A2.1", "Se former entre professionnels"),
        ("ambition", "A2.2", "Partager les données"),
        ("axe", "T1", "Participation"),
        ("type-engagement", "E02", "Tenir un copil communal"),
        ("instance", "copil", "Comité de pilotage"),
    }
    assert come == {
        ("pilier", "P1", "Vivre bien"),
        ("pilier", "P3", "Respirer"),
        ("axe", "T1", "Prendre part"),
        ("axe", "T2", "Transition"),
        ("sous-axe", "T1.1", "Conseils"),
        ("instance", "copil", "Comité stratégique"),
    }


def test_an_axis_that_leaves_takes_its_parts_and_a_body_of_governance_leaves(workspace: Workspace) -> None:
    """A second amendment takes back what the first one brought."""
    first: list[dict[str, object]] = [
        {
            "Effet*": "Axe ou sous-axe ajouté",
            "Nouveau code": "T1.1",
            "Nouveau libellé": "Conseils",
            "Rattachement": "T1",
        },
        {"Effet*": "Instance ajoutée", "Nouveau code": "labo", "Nouveau libellé": "Labo"},
    ]
    accepted(amend(workspace, first))
    open_campagne(workspace, None, 2027)
    second: list[dict[str, object]] = [
        {"Effet*": "Axe ou sous-axe retiré", "Élément concerné": "T1"},
        {"Effet*": "Instance retirée", "Élément concerné": "labo – Labo"},
    ]
    later = {**AVENANT, "Date d'effet*": date(2027, 3, 1), "Validé en séance*": "Comité de pilotage – 02/02/2027"}
    accepted(amend(workspace, second, later, {**COPIL, "Date*": date(2027, 2, 2)}, 2027))
    stores = {annee: activate(workspace, None, annee, alone=True).store for annee in (2026, 2027)}
    kinds = ("AxeTransversal", "SousAxe", "Instance")
    assert [codes(stores[2026], kind) for kind in kinds] == [["T1"], ["T1.1"], ["copil", "labo"]]
    assert [codes(stores[2027], kind) for kind in kinds] == [[], [], ["copil"]]
    assert one(stores[2027], "SELECT ?n { ?c cdv:nombreAxes ?n }") == [("0",)]


def test_a_contract_made_longer_takes_amendments_until_its_new_end(workspace: Workspace) -> None:
    """2030 is past the end as signed (2029): an amendment of that year waits for the one that makes it longer."""
    late = {"Intitulé*": "Avenant n° 2", "Date d'effet*": date(2030, 6, 1)}
    effects: list[dict[str, object]] = [{"Effet*": "Ambition retirée", "Élément concerné": "A2.2"}]
    both = {**AVENANT, **late}
    accepted(amend(workspace, [{**e, "Avenant*": "Avenant n° 2"} for e in effects], both))
    dataset = activate(workspace, None, 2026, alone=True)
    found = [f for f in check_campagne(dataset, date(2027, 3, 1)).findings if f.regle == "R-S11"]
    assert [f.valeur for f in found] == ["hors-contrat"]
    open_campagne(workspace, None, 2027)
    longer = {**AVENANT, "Date d'effet*": date(2027, 3, 1), "Validé en séance*": "Comité de pilotage – 02/02/2027"}
    report = amend(workspace, CADRE[:1], longer, {**COPIL, "Date*": date(2027, 2, 2)}, 2027)
    accepted(report)
    ambitions = {row[1] for row in state(workspace, "2030-06-01") if row[0] == "ambition"}
    assert ambitions == {"A1.1", "A1.2", "A1.3", "A2.1"}
    # The campagne of 2026 knows nothing of it.
    again = activate(workspace, None, 2026, alone=True)
    assert [f.valeur for f in check_campagne(again, date(2027, 3, 1)).findings if f.regle == "R-S11"] == [
        "hors-contrat"
    ]
