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
    AVENANT,
    COPIL,
    PLACE,
    SCISSION,
    accepted,
    amend,
    answer,
    codes,
    dispositions,
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
DE_FAIT = """SELECT ?o ?t { ?e a cdv:Engagement ; cdv:modalite/skos:notation "de-fait" ; cdv:campagne/cdv:annee ?y ;
  cdv:organisme/skos:notation ?o ; cdv:typeEngagement/skos:notation ?t }"""


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


COMMUNES = """SELECT ?c { ?k a cdv:ContratDeVille ; cdv:nombreAmbitions ?n ; cdv:epci ?e .
  ?x a cdv:Commune ; cdv:epci ?e ; skos:notation ?c }"""


def test_municipalities_join_and_leave(workspace: Workspace) -> None:
    """One that the contract describes, one that nobody knew, one that leaves; a body changes its place."""
    effects: list[dict[str, object]] = [
        {"Effet*": "Commune qui entre", "Nouveau code": "00002", **PLACE},
        {"Effet*": "Commune qui entre", "Nouveau code": "00003", "Nouveau libellé": "Essai-sur-Mer", **PLACE},
        {"Effet*": "Commune qui sort", "Élément concerné": "Commune d'Essai-le-Haut"},
        {"Effet*": "Place d'un organisme dans le contrat", "Élément concerné": "Caf d'Essai", **PLACE},
    ]
    accepted(amend(workspace, effects))
    before, after = (activate(workspace, None, annee, alone=True).store for annee in (2025, 2026))
    assert parties(before, 2025) == ["commune-00001", "essai-agglo", "essai-caf", "essai-etat"]
    assert parties(after, 2026) == ["commune-00002", "commune-00003", "essai-agglo", "essai-caf", "essai-etat"]
    assert one(before, COMMUNES) == [("00001",)] and one(after, COMMUNES) == [("00002",), ("00003",)]
    bound = (
        "SELECT ?o ?t { ?e a cdv:Engagement ; cdv:organisme/skos:notation ?o ; cdv:typeEngagement/skos:notation ?t }"
    )
    assert ("commune-00003", "E02") in one(after, bound) and ("essai-caf", "E01") in one(after, bound)
    named = 'SELECT ?l ?c { ?o skos:notation "commune-00003" ; skos:prefLabel ?l ; cdv:competence/skos:notation ?c }'
    assert one(after, named) == [("Commune d'Essai-sur-Mer", "00003")]
    # What the one that joined has not sent is asked for in its own workbook, not in the row that made it join.
    open_campagne(workspace, None, 2027)
    found = check_campagne(activate(workspace, None, 2027, alone=True), date(2028, 3, 1)).findings
    silent = [f for f in found if f.regle == "R-E02" and f.organisme == "commune-00003"]
    assert silent and not [s for f in silent for s in f.sources if s.feuille == "Effets des avenants"]
    eve, day = dispositions(workspace, "2026-08-31"), dispositions(workspace, "2026-09-01")
    place = ("partie", "essai-caf")
    assert eve[place] == "statut : Partenaire ; catégorie légale : Peut signer ; obligatoire : non"
    assert day[place] == "statut : Signataire ; catégorie légale : Conclut le contrat ; obligatoire : oui"


def test_municipalities_merge_with_their_bodies_and_their_districts(workspace: Workspace) -> None:
    """The new one bears the code of one of them, as the law lets it: its body keeps its place, both QPV are its own."""
    entry: dict[str, object] = {"Effet*": "Commune qui entre", "Nouveau code": "00002", **PLACE}
    accepted(amend(workspace, [entry]))
    open_campagne(workspace, None, 2027)
    merge: dict[str, object] = {
        "Effet*": "Communes fusionnées",
        "Élément concerné": "Commune d'Essai-le-Haut ; commune-00002",
        "Nouveau code": "00001",
        "Nouveau libellé": "Essai-les-Deux",
    }
    later = {**AVENANT, "Date d'effet*": date(2027, 3, 1), "Validé en séance*": "Comité de pilotage – 02/02/2027"}
    accepted(amend(workspace, [merge], later, {**COPIL, "Date*": date(2027, 2, 2)}, 2027))
    before, after = (activate(workspace, None, annee, alone=True) for annee in (2026, 2027))
    assert parties(after.store, 2027) == ["commune-00001", "essai-agglo", "essai-caf", "essai-etat"]
    around = "SELECT ?q ?c { ?x a cdv:QPV ; skos:notation ?q ; cdv:commune/skos:notation ?c }"
    assert one(before.store, around) == [
        ("QN00001X", "00001"),
        ("QN00002X", "00001"),
        ("QN00002X", "00002"),
        ("QN00003X", "00002"),
    ]
    assert one(after.store, around) == [("QN00001X", "00001"), ("QN00002X", "00001"), ("QN00003X", "00001")]
    assert one(after.store, COMMUNES) == [("00001",)]
    names = 'SELECT ?l { ?x skos:notation ?c ; skos:prefLabel ?l FILTER(?c IN ("00001", "commune-00001")) }'
    assert one(after.store, names) == [("Commune d'Essai-les-Deux",), ("Essai-les-Deux",)]
    assert [f.message for f in check_campagne(after, date(2028, 3, 1)).findings if f.regle in ("R-P2", "R-S3")] == []
    eve, day = dispositions(workspace, "2027-02-28"), dispositions(workspace, "2027-03-01")
    assert (eve["qpv", "QN00003X"], day["qpv", "QN00003X"]) == ("communes : Essai-le-Bas", "communes : Essai-les-Deux")


def test_municipalities_may_merge_under_a_new_code(workspace: Workspace) -> None:
    entry: dict[str, object] = {"Effet*": "Commune qui entre", "Nouveau code": "00002", **PLACE}
    accepted(amend(workspace, [entry]))
    open_campagne(workspace, None, 2027)
    merge: dict[str, object] = {
        "Effet*": "Communes fusionnées",
        "Élément concerné": "Commune d'Essai-le-Haut ; commune-00002",
        "Nouveau code": "00009",
        "Nouveau libellé": "Grand-Essai",
    }
    later = {**AVENANT, "Date d'effet*": date(2027, 3, 1), "Validé en séance*": "Comité de pilotage – 02/02/2027"}
    accepted(amend(workspace, [merge], later, {**COPIL, "Date*": date(2027, 2, 2)}, 2027))
    after = activate(workspace, None, 2027, alone=True).store
    assert parties(after, 2027) == ["commune-00009", "essai-agglo", "essai-caf", "essai-etat"]
    around = "SELECT DISTINCT ?c { ?x a cdv:QPV ; cdv:commune/skos:notation ?c }"
    assert one(after, around) == [("00009",)] and one(after, COMMUNES) == [("00009",)]
    followed = "SELECT ?a ?b { ?x cdv:remplacePar ?y . ?x skos:notation ?a . ?y skos:notation ?b }"
    assert one(after, followed) == [
        ("00001", "00009"),
        ("00002", "00009"),
        ("commune-00001", "commune-00009"),
        ("commune-00002", "commune-00009"),
    ]
