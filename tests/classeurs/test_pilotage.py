"""The co-pilots' workbook: meetings, presence, qualification."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

COPIL = {
    "Instance": "Comité de pilotage",
    "Date": date(2026, 3, 12),
    "Lieu": "Mairie",
    "Statut": "tenue",
    "Compte rendu": "CR 1",
}


def codes(mapped: Any) -> list[tuple[str, str, str | None, str | None]]:
    return [(p.gravite, p.code, p.feuille, p.cellule) for p in mapped.problems]


def test_meetings_and_presence(desk: Any, said: Any) -> None:
    there = {"Séance": "Comité de pilotage – 12/03/2026", "Organisme": "Caf d'Essai", "Présence": "Excusé"}
    mapped = desk.map_pilotage(desk.pilotage(Séances=[COPIL], Présences=[there]))
    assert codes(mapped) == [] and (mapped.read, mapped.kept) == (2, 2)
    assert (mapped.organisme, mapped.service, mapped.annee) == (None, None, 2026)
    assert said(mapped).all("Seance") == ["seance/2026/copil-2026-03-12"]
    node = said(mapped).of("seance/2026/copil-2026-03-12")
    assert (node["instance"], node["date"], node["statutSeance"]) == (["copil"], ["2026-03-12"], ["tenue"])
    assert (node["lieu"], node["compteRendu"], node["campagne"]) == (["Mairie"], ["CR 1"], ["2026"])
    assert said(mapped).all("Presence") == ["presence/2026/copil-2026-03-12/essai-caf"]
    presence = said(mapped).of("presence/2026/copil-2026-03-12/essai-caf")
    assert (presence["seance"], presence["organisme"], presence["etatPresence"]) == (
        ["copil-2026-03-12"],
        ["essai-caf"],
        ["excuse"],
    )


@pytest.mark.parametrize(
    "text",
    [
        "copil 12/03/2026",
        "Comité de pilotage du 12 mars 2026",
        "Comité de pilotage",
        "12/03/2026",
        "copil – 2026-03-12",
    ],
)
def test_a_meeting_by_body_and_date(desk: Any, said: Any, text: str) -> None:
    there = {"Séance": text, "Organisme": "essai-caf", "Présence": "Présent"}
    mapped = desk.map_pilotage(desk.pilotage(Séances=[COPIL], Présences=[there]))
    assert said(mapped).all("Presence") == ["presence/2026/copil-2026-03-12/essai-caf"]


@pytest.mark.parametrize("text", ["copil 13/03/2026", "Hackathon 12/03/2026", "réunion"])
def test_a_meeting_is_never_guessed(desk: Any, said: Any, text: str) -> None:
    there = {"Séance": text, "Organisme": "essai-caf", "Présence": "Présent"}
    mapped = desk.map_pilotage(desk.pilotage(Séances=[COPIL], Présences=[there]))
    assert codes(mapped) == [("reserve", "seance-introuvable", "Présences", "A3")]
    (node,) = said(mapped).all("Presence")
    assert "seance" not in said(mapped).of(node) and (mapped.read, mapped.kept, mapped.reserves) == (2, 1, 1)


def test_a_body_alone_is_not_enough_with_two_meetings(desk: Any) -> None:
    two = [COPIL, {**COPIL, "Date": date(2026, 10, 1)}]
    there = {"Séance": "copil", "Organisme": "essai-caf", "Présence": "Présent"}
    assert [c[1] for c in codes(desk.map_pilotage(desk.pilotage(Séances=two, Présences=[there])))] == [
        "seance-introuvable"
    ]


def test_faults_of_a_meeting(desk: Any, said: Any) -> None:
    rows = [{**COPIL, "Instance": None}, {**COPIL, "Date": "en mars"}, {**COPIL, "Statut": "reportée"}, COPIL]
    mapped = desk.map_pilotage(desk.pilotage(Séances=rows))
    assert codes(mapped) == [
        ("reserve", "cellule-obligatoire-vide", "Séances", "A3"),
        ("reserve", "date-illisible", "Séances", "B4"),
        ("reserve", "code-inconnu", "Séances", "E5"),
        ("reserve", "ligne-en-double", "Séances", "B6"),
    ]
    assert len(said(mapped).all("Seance")) == 3 and (mapped.read, mapped.kept, mapped.reserves) == (4, 0, 4)


def test_qualification_says_only_what_was_decided(desk: Any, said: Any) -> None:
    rows = [
        {"Dispositif ou source": "Budget ordinaire"},
        {"Dispositif ou source": "CTG", "Qualification": "Droit commun", "Décidé en": "Copil du 12/03/2026"},
        {"Dispositif ou source": "Autre", "Qualification": "au cas par cas"},
        {"Dispositif ou source": "NPNRU", "Qualification": "peut-être"},
        {"Dispositif ou source": "Loto", "Qualification": "Spécifique"},
    ]
    mapped = desk.map_pilotage(desk.pilotage(Qualification=rows))
    assert codes(mapped) == [
        ("reserve", "code-inconnu", "Qualification", "B6"),
        ("reserve", "code-inconnu", "Qualification", "A7"),
    ]
    node = said(mapped).of("qualification/2026/ctg")
    assert (node["source"], node["qualification"]) == (["ctg"], ["droit-commun"])
    assert (node["decideEn"], node["campagne"]) == (["Copil du 12/03/2026"], ["2026"])
    assert said(mapped).of("qualification/2026/autre")["qualification"] == ["cas-par-cas"]
    assert said(mapped).of("qualification/2026/budget-ordinaire") == {}


def test_sending_again_keeps_what_was_decided_and_asks_about_meetings_gone(desk: Any, said: Any) -> None:
    first = desk.map_pilotage(
        desk.pilotage(Séances=[COPIL], Qualification=[{"Dispositif ou source": "CTG", "Qualification": "Spécifique"}])
    )
    again = desk.map_pilotage(desk.pilotage(Qualification=[{"Dispositif ou source": "CTG"}]), previous=first)
    assert said(again).of("qualification/2026/ctg")["qualification"] == ["specifique"]
    assert codes(again) == [
        ("bloquant", "lignes-absentes", "Séances", None),
        ("info", "valeurs-gardees", None, None),
    ]


def test_meetings_are_listed_without_what_they_are_known_by(desk: Any) -> None:
    rows = [COPIL, {**COPIL, "Date": "en mars"}]
    there = {"Séance": "réunion", "Organisme": "essai-caf", "Présence": "Présent"}
    mapped = desk.map_pilotage(desk.pilotage(Séances=rows, Présences=[there]))
    (problem,) = [p for p in mapped.problems if p.code == "seance-introuvable"]
    assert "(séances lues : « copil 2026-03-12 » ; « copil (date illisible) »)" in problem.correction


def test_a_row_that_names_nothing_known_is_known_by_its_number(desk: Any, said: Any) -> None:
    mapped = desk.map_pilotage(desk.pilotage(Qualification=[{"Dispositif ou source": "Loto"}]))
    assert said(mapped).all("Qualification") == ["qualification/2026/ligne-3"]
    other = {"Dispositif ou source": "Bingo", "Décidé en": "copil"}
    first = desk.map_pilotage(
        desk.pilotage(Qualification=[{"Dispositif ou source": "Loto", "Qualification": "Spécifique"}])
    )
    again = desk.map_pilotage(desk.pilotage(Qualification=[other]), previous=first)
    assert "qualification" not in said(again).of("qualification/2026/ligne-3")


@pytest.mark.parametrize(
    ("second", "word"),
    [("Présent", "dit la même chose que la ligne 3"), ("Absent", "« Présent » plus haut, « Absent »")],
)
def test_two_rows_that_differ_are_a_contradiction(desk: Any, said: Any, second: str, word: str) -> None:
    rows = [
        {"Séance": "copil 12/03/2026", "Organisme": "essai-caf", "Présence": "Présent"},
        {"Séance": "Comité de pilotage", "Organisme": "Caf d'Essai", "Présence": second},
    ]
    mapped = desk.map_pilotage(desk.pilotage(Séances=[COPIL], Présences=rows))
    assert codes(mapped) == [("reserve", "ligne-en-double", "Présences", "B4")]
    assert word in mapped.problems[0].message and ("contredit" in mapped.problems[0].message) is (second == "Absent")
    assert said(mapped).of("presence/2026/copil-2026-03-12/essai-caf")["etatPresence"] == ["present"]
