"""From a survey workbook to triples: every expected value is written by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

CAF = "essai-caf/action-sociale"


def codes(mapped: Any) -> list[tuple[str, str, str | None, str | None]]:
    return [(p.gravite, p.code, p.feuille, p.cellule) for p in mapped.problems]


def counts(mapped: Any) -> tuple[int, int, int, int]:
    return (mapped.read, mapped.kept, mapped.reserves, mapped.out_of_perimeter)


# ---- Identité ----


def test_identity(desk: Any, said: Any) -> None:
    path = desk.recensement(
        [],
        identite={
            "Suppléance (fonction)": "Chargé de mission",
            "Visa (fonction et date)": "Directrice, 20/03/2026",
            "Réponse": "Néant",
            "Date de réponse": 46093,
        },
    )
    mapped = desk.map(path)
    assert codes(mapped) == [] and counts(mapped) == (1, 1, 0, 0)
    assert (mapped.organisme, mapped.service, mapped.annee) == ("essai-caf", "Action sociale", 2026)
    assert said(mapped).all("Contribution") == ["contribution/2026/essai-caf/action-sociale"]
    node = said(mapped).of("contribution/2026/essai-caf/action-sociale")
    del node["wasDerivedFrom"]
    assert node == {
        "type": ["Contribution"],
        "contrat": ["val-d-essai"],
        "campagne": ["2026"],
        "organisme": ["essai-caf"],
        "notation": ["action-sociale"],
        "version": ["1"],
        "service": ["Action sociale"],
        "fonctionReferent": ["Conseillère technique"],
        "fonctionSuppleance": ["Chargé de mission"],
        "dateReponse": ["2026-03-12"],
        "visaFonction": ["Directrice"],
        "visaDate": ["2026-03-20"],
        "visaVersion": ["1"],
        "reponse": ["neant"],
    }


@pytest.mark.parametrize(
    ("visa", "fonction", "jour", "problems"),
    [
        ("Directrice 20/03/2026", ["Directrice"], ["2026-03-20"], []),
        ("DGA (le 1er mars 2026)", ["DGA"], ["2026-03-01"], []),
        ("Directrice", ["Directrice"], None, ["visa-incomplet"]),
        (date(2026, 3, 20), None, ["2026-03-20"], ["visa-incomplet"]),
    ],
)
def test_visa(desk: Any, said: Any, visa: object, fonction: Any, jour: Any, problems: list[str]) -> None:
    mapped = desk.map(desk.recensement([], identite={"Visa (fonction et date)": visa}))
    node = said(mapped).of("contribution/2026/essai-caf/action-sociale")
    assert (node.get("visaFonction"), node.get("visaDate")) == (fonction, jour)
    assert [p.code for p in mapped.problems] == problems


def test_the_service_written_in_the_sheet_wins_and_is_told(desk: Any) -> None:
    mapped = desk.map(desk.recensement([], identite={"Service ou direction": "Petite enfance"}))
    assert mapped.service == "Petite enfance"
    assert codes(mapped) == [("info", "service-modifie", "Identité", "B3")]


def test_a_blank_service_takes_the_one_of_the_workbook_with_a_reserve(desk: Any, said: Any) -> None:
    mapped = desk.map(desk.recensement([], identite={"Service ou direction": None}))
    assert mapped.service == "Action sociale"
    assert codes(mapped) == [("reserve", "cellule-obligatoire-vide", "Identité", "B3")]
    assert said(mapped).all("Contribution") == ["contribution/2026/essai-caf/action-sociale"]


def test_a_service_given_by_a_dead_formula_is_blank(desk: Any, said: Any, kinds: Any) -> None:
    dead = kinds["formula"]("=Autre!A1", "#REF!")
    mapped = desk.map(desk.recensement([], identite={"Service ou direction": dead}))
    assert mapped.service == "Action sociale"
    assert codes(mapped) == [("reserve", "cellule-en-erreur", "Identité", "B3")]
    assert said(mapped).all("Contribution") == ["contribution/2026/essai-caf/action-sociale"]
    assert said(mapped).of("essai-caf/action-sociale")["service"] == ["Action sociale"]


def test_a_dead_formula_is_no_service_even_when_the_workbook_names_none(
    desk: Any, said: Any, kinds: Any, models: Any
) -> None:
    dead = kinds["formula"]("=Autre!A1", "#REF!")
    model = {**models["recensement"], "service": ""}
    mapped = desk.map(desk.recensement([], identite={"Service ou direction": dead}, model=model))
    assert mapped.service is None
    assert codes(mapped) == [("reserve", "cellule-en-erreur", "Identité", "B3")]
    assert "service" not in said(mapped).of("contribution/2026/essai-caf/_")


def test_an_empty_identity_blocks(desk: Any) -> None:
    mapped = desk.map(desk.recensement([], edit=lambda sheets: sheets["Identité"].pop(2) and None))
    assert [c[:2] for c in codes(mapped)] == [("bloquant", "identite-vide")] and mapped.triples == []


def test_a_second_identity_row_is_not_lost_in_silence(desk: Any) -> None:
    mapped = desk.map(desk.recensement([], edit=lambda sheets: sheets["Identité"].append([None, "Autre service"])))
    assert codes(mapped) == [("reserve", "ligne-en-trop", "Identité", "B4")] and counts(mapped) == (2, 1, 1, 0)


# ---- whose workbook ----


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"contrat": "autre"}, "mauvais-contrat"),
        ({"campagne": "2025"}, "mauvaise-campagne"),
        ({"organisme": "inconnu"}, "mauvais-organisme"),
        ({"organisme": ""}, "mauvais-organisme"),
        ({"modele": "droitcommun-pilotage"}, "mauvais-classeur"),
        ({"modele": "tableau-de-paul"}, "modele-absent"),
        ({"organisme": "essai-etat"}, "mauvais-organisme"),
    ],
)
def test_the_wrong_workbook_is_refused(desk: Any, models: Any, change: dict[str, str], code: str) -> None:
    mapped = desk.map(desk.recensement(model={**models["recensement"], **change}))
    assert code in [p.code for p in mapped.problems if p.gravite == "bloquant"]
    assert mapped.triples == [] and mapped.read == 0
    assert all(p.correction for p in mapped.problems)


@pytest.mark.parametrize("code", ["../../../../essai-caf", "Essai-CAF", "essai caf", "Caf d'Essai"])
def test_the_body_of_the_workbook_is_its_exact_code(desk: Any, models: Any, code: str) -> None:
    """The code goes into IRIs and names of files: nothing near it will do, even when the sheet names no body."""
    model = {**models["recensement"], "organisme": code}
    mapped = desk.map(desk.recensement(identite={"Organisme": None}, model=model))
    assert [c[:2] for c in codes(mapped)] == [("bloquant", "mauvais-organisme")] and mapped.triples == []


def test_another_version_of_the_template_is_read_with_a_notice(desk: Any, models: Any) -> None:
    mapped = desk.map(desk.recensement(model={**models["recensement"], "version": "0"}))
    assert [c[:2] for c in codes(mapped)] == [("info", "modele-ancien")] and mapped.triples


# ---- Engagements, Positionnement ----


def test_commitments(desk: Any, said: Any) -> None:
    lines = [
        {
            "Code": "E01",
            "Engagement": "Faire état",
            "Modalité": "De fait",
            "État": "Constaté",
            "Preuve (texte ou lien)": "note",
        },
        {"Code": "E02", "Engagement": "Tenir", "Modalité": "De fait"},
    ]
    mapped = desk.map(desk.recensement([], Engagements=lines))
    assert codes(mapped) == [] and counts(mapped) == (2, 2, 0, 0)
    assert said(mapped).all("SuiviEngagement") == [f"suivi/2026/{CAF}/E01"]
    node = said(mapped).of(f"suivi/2026/{CAF}/E01")
    assert {
        k: node[k] for k in ("typeEngagement", "engagement", "organisme", "modalite", "etatEngagement", "preuve")
    } == {
        "typeEngagement": ["E01"],
        "engagement": ["E01"],
        "organisme": ["essai-caf"],
        "modalite": ["de-fait"],
        "etatEngagement": ["constate"],
        "preuve": ["E01"],
    }
    assert said(mapped).of(f"preuve/2026/{CAF}/E01") == {"type": ["Preuve"], "comment": ["note"]}


@pytest.mark.parametrize(
    ("etat", "code"), [("Ne sait pas", "sans-information"), ("pas encore", "pas-encore"), ("SANS OBJET", "sans-objet")]
)
def test_states_of_commitments(desk: Any, said: Any, etat: str, code: str) -> None:
    mapped = desk.map(desk.recensement([], Engagements=[{"Code": "E01", "État": etat}]))
    assert said(mapped).of(f"suivi/2026/{CAF}/E01")["etatEngagement"] == [code]


def test_a_declared_or_refused_commitment_says_something_alone(desk: Any, said: Any) -> None:
    lines = [{"Code": "E01", "Modalité": "Déclaré"}, {"Code": "E02", "Modalité": "Non pris"}]
    mapped = desk.map(desk.recensement([], Engagements=lines))
    assert said(mapped).all("SuiviEngagement") == [f"suivi/2026/{CAF}/E01", f"suivi/2026/{CAF}/E02"]


def test_a_lost_code_is_found_by_its_label_or_kept_with_a_reserve(desk: Any, said: Any) -> None:
    lines = [
        {"Code": None, "Engagement": "Faire état de son droit commun", "État": "En cours"},
        {"Code": "E99", "Engagement": "?", "État": "En cours"},
        {"Code": "E01", "État": "Constaté"},
    ]
    mapped = desk.map(desk.recensement([], Engagements=lines))
    assert codes(mapped) == [
        ("reserve", "code-inconnu", "Engagements", "A4"),
        ("reserve", "ligne-en-double", "Engagements", "A5"),
    ]
    assert counts(mapped) == (4, 2, 2, 0)
    assert said(mapped).of(f"suivi/2026/{CAF}/E01")["etatEngagement"] == ["en-cours"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("E20", "« E20 » n'est pas le code de « Faire état de son droit commun » (E01)."),
        ("E02", "« E02 » n'est pas le code de « Faire état de son droit commun » (E01)."),
    ],
)
def test_a_code_at_fault_is_told_at_its_cell_and_the_answer_kept(desk: Any, said: Any, code: str, words: str) -> None:
    lines = [
        {"Code": code, "Engagement": "Faire état de son droit commun", "État": "En cours"},
        {"Code": "E02", "Engagement": "Tenir un copil", "État": "Pas encore"},
    ]
    mapped = desk.map(desk.recensement([], Engagements=lines))
    assert codes(mapped) == [("reserve", "code-inconnu", "Engagements", "A3")]
    assert (mapped.problems[0].message, counts(mapped)) == (words, (3, 2, 1, 0))
    states = {c: said(mapped).of(f"suivi/2026/{CAF}/{c}")["etatEngagement"] for c in ("E01", "E02")}
    assert states == {"E01": ["en-cours"], "E02": ["pas-encore"]}


def test_a_label_reworded_or_copied_is_only_a_help(desk: Any, said: Any) -> None:
    lines = [
        {"Code": "E01", "Engagement": "Les instances", "État": "En cours"},
        {"Code": "E02", "Engagement": "Faire état de son droit commun", "État": "Constaté"},
    ]
    mapped = desk.map(desk.recensement([], Engagements=lines))
    assert codes(mapped) == []
    states = [said(mapped).of(f"suivi/2026/{CAF}/{c}")["etatEngagement"] for c in ("E01", "E02")]
    assert states == [["en-cours"], ["constate"]]


def test_positions(desk: Any, said: Any) -> None:
    lines = [
        {"Code": "A1.1", "Ambition": "Apprendre", "Prioritaire": "Oui"},
        {"Code": "A1.2", "Ambition": "Se soigner", "Prioritaire": "non", "Néant cette année": "Oui"},
        {"Code": "A1.3", "Ambition": "Se loger"},
        {"Code": "A2.1", "Ambition": "Se former", "Prioritaire": "bof"},
    ]
    mapped = desk.map(desk.recensement([], Positionnement=lines))
    assert codes(mapped) == [("reserve", "code-inconnu", "Positionnement", "C6")]
    assert counts(mapped) == (4, 3, 1, 0)
    first, second = (said(mapped).of(f"positionnement/2026/{CAF}/{code}") for code in ("A1.1", "A1.2"))
    assert (first["ambition"], first["prioritaire"], first.get("neant")) == (["A1.1"], ["true"], None)
    assert (second["prioritaire"], second["neant"]) == (["false"], ["true"])
    assert f"positionnement/2026/{CAF}/A1.3" not in said(mapped).all("Positionnement")


# ---- Contacts ----


def test_contacts_go_to_the_personal_graph_only(desk: Any) -> None:
    people = [
        {"Nom": "Ada Martin", "Fonction": "Conseillère", "Courriel": "ada@caf.example", "Téléphone": "03 21 00 00 00"}
    ]
    mapped = desk.map(desk.recensement([], Contacts=people))
    assert codes(mapped) == [] and counts(mapped) == (1, 1, 0, 0)
    text = "\n".join(f"{s} {p} {o}" for s, p, o in mapped.triples) + repr(mapped.problems) + repr(mapped.nodes)
    for word in ("Ada", "Martin", "ada@", "0321", "Titulaire"):
        assert word not in text
    personal = sorted((p.value.rpartition("/")[2].rpartition("#")[2], o.value) for _s, p, o in mapped.personal)
    assert ("hasEmail", "mailto:ada@caf.example") in personal
    assert ("hasTelephone", "tel:0321000000") in personal
    assert ("name", "Ada Martin") in personal


def test_an_address_that_is_none_is_said_without_being_repeated(desk: Any) -> None:
    mapped = desk.map(desk.recensement([], Contacts=[{"Nom": "Ada Martin", "Courriel": "ada chez caf"}]))
    assert codes(mapped) == [("info", "courriel-illisible", "Contacts", "C3")]
    assert "ada" not in repr(mapped.problems).lower()
