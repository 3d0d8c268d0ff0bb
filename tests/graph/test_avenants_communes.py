"""Municipalities that join, leave or merge, and the place of a body in the contract."""

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
    PLACE,
    accepted,
    amend,
    dispositions,
    one,
    parties,
)


@pytest.fixture
def workspace(two_campagnes: Workspace) -> Workspace:
    return two_campagnes


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


def merge_municipalities(workspace: Workspace, code: str, name: str) -> None:
    """Let a second municipality join, then merge with the first in the campagne after."""
    entry: dict[str, object] = {"Effet*": "Commune qui entre", "Nouveau code": "00002", **PLACE}
    accepted(amend(workspace, [entry]))
    open_campagne(workspace, None, 2027)
    merge: dict[str, object] = {
        "Effet*": "Communes fusionnées",
        "Élément concerné": "Commune d'Essai-le-Haut ; commune-00002",
        "Nouveau code": code,
        "Nouveau libellé": name,
    }
    later = {**AVENANT, "Date d'effet*": date(2027, 3, 1), "Validé en séance*": "Comité de pilotage – 02/02/2027"}
    accepted(amend(workspace, [merge], later, {**COPIL, "Date*": date(2027, 2, 2)}, 2027))


def test_municipalities_merge_with_their_bodies_and_their_districts(workspace: Workspace) -> None:
    """The new one bears the code of one of them, as the law lets it: its body keeps its place, both QPV are its own."""
    merge_municipalities(workspace, "00001", "Essai-les-Deux")
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
    merge_municipalities(workspace, "00009", "Grand-Essai")
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
