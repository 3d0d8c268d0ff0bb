"""Sending again: blank means unchanged, ending is explicit, and the same file says the same."""

from __future__ import annotations

from typing import Any

import pytest

from droitcommun.graph.versions import compare

PLACE = "2026/essai-caf/action-sociale"
RSA = "bd196406be"

FULL = {
    "Autres ambitions et axes": "A1.2 ; T1",
    "Public visé": "Adultes",
    "Habitants des QPV touchés": 120,
    "dont femmes": "Ne sait pas",
    "Commentaire": "le samedi",
}


def codes(mapped: Any) -> list[tuple[str, str, str | None, str | None]]:
    return [(p.gravite, p.code, p.feuille, p.cellule) for p in mapped.problems]


def test_the_same_file_again_changes_nothing(desk: Any, rows: Any) -> None:
    path = desk.recensement(
        [{**rows["action"], **FULL}], [rows["moyen"]], Engagements=[{"Code": "E01", "État": "En cours"}]
    )
    first = desk.map(path)
    again = desk.map(path, previous=first)
    assert compare(first.triples, again.triples).identical
    assert again.problems == first.problems == ()


def test_mapping_is_deterministic(desk: Any, rows: Any) -> None:
    path = desk.recensement([{**rows["action"], "Public visé": "?"}], [rows["moyen"]])
    assert desk.map(path) == desk.map(path)


def test_blank_cells_leave_what_was_said(desk: Any, said: Any, rows: Any) -> None:
    first = desk.map(desk.recensement([{**rows["action"], **FULL}], [{**rows["moyen"], "Fiabilité": "Estimé"}]))
    sparse = {"Identifiant": RSA, "Intitulé de l'action ou du dispositif": "Permanences RSA"}
    again = desk.map(desk.recensement([sparse], [{**rows["moyen"], "Quantité": None}]), previous=first)
    assert codes(again) == [("info", "valeurs-gardees", None, None)]
    # 4 compulsory columns and the 5 of FULL for the action, the quantity and its reliability for the resource.
    assert again.problems[0].message.startswith("11 cases vides") and "Actions, C3" in again.problems[0].message
    before, after = said(first).of(RSA), said(again).of(RSA)
    for node in (before, after):
        node.pop("wasDerivedFrom")
    assert after == before
    moyen = said(again).of(said(again).all("Moyen")[0])
    assert (moyen["centimes"], moyen["fiabilite"]) == (["100000"], ["estime"])
    assert compare(first.triples, again.triples).identical


def test_what_is_carried_can_still_be_walked_back_to_its_file(desk: Any, rows: Any) -> None:
    first = desk.map(desk.recensement([{**rows["action"], "Public visé": "Adultes"}]))
    again = desk.map(desk.recensement([{**rows["action"], "Commentaire": "neuf"}]), previous=first)
    documents = {s.value for s, p, o in again.triples if o.value.endswith("#DocumentSource")}
    assert len(documents) == 2
    (node,) = {s for s, p, o in again.triples if o.value.endswith("#Action")}
    places = {o.value for s, p, o in again.triples if s == node and p.value.endswith("wasDerivedFrom")}
    assert {place.partition("#")[0] for place in places} == documents


def test_unknown_said_again_takes_the_figure_back(desk: Any, said: Any, rows: Any) -> None:
    first = desk.map(desk.recensement([{**rows["action"], "Habitants des QPV touchés": 120}]))
    again = desk.map(desk.recensement([{**rows["action"], "Habitants des QPV touchés": "Ne sait pas"}]), previous=first)
    node = said(again).of(RSA)
    assert "habitantsTouches" not in node and node["neSaitPas"] == ["habitantsTouches"]


def test_a_figure_replaces_unknown(desk: Any, said: Any, rows: Any) -> None:
    first = desk.map(desk.recensement([{**rows["action"], "Habitants des QPV touchés": "Ne sait pas"}]))
    again = desk.map(desk.recensement([{**rows["action"], "Habitants des QPV touchés": 12}]), previous=first)
    node = said(again).of(RSA)
    assert node["habitantsTouches"] == ["12"] and "neSaitPas" not in node


def test_an_unreadable_cell_does_not_bring_the_old_figure_back(desk: Any, said: Any, rows: Any) -> None:
    first = desk.map(desk.recensement([rows["action"]], [rows["moyen"]]))
    again = desk.map(desk.recensement([rows["action"]], [{**rows["moyen"], "Quantité": "beaucoup"}]), previous=first)
    assert codes(again) == [("reserve", "nombre-illisible", "Moyens", "E3")]
    assert "centimes" not in said(again).of(said(again).all("Moyen")[0])


def test_a_quantity_is_not_carried_to_another_unit(desk: Any, said: Any, rows: Any) -> None:
    first = desk.map(desk.recensement([rows["action"]], [rows["moyen"]]))
    code = said(first).all("Moyen")[0].rpartition("/")[2]
    changed = {**rows["moyen"], "Identifiant": code, "Nature et unité": "Personnel (ETP)", "Quantité": None}
    again = desk.map(desk.recensement([rows["action"]], [changed]), previous=first)
    node = said(again).of(code)
    assert node["unite"] == ["ETP"] and "centimes" not in node and "quantite" not in node
    assert codes(again) == [("reserve", "cellule-obligatoire-vide", "Moyens", "E3")]


def test_nothing_is_carried_between_lines_that_cannot_be_told_apart(desk: Any, said: Any, rows: Any) -> None:
    two = [rows["moyen"], {**rows["moyen"], "Quantité": 50}]
    first = desk.map(desk.recensement([rows["action"]], two))
    again = desk.map(desk.recensement([rows["action"]], [{**rows["moyen"], "Quantité": None}] * 2), previous=first)
    assert [c[1] for c in codes(again)].count("cellule-obligatoire-vide") == 2
    assert all("centimes" not in said(again).of(node) for node in said(again).all("Moyen"))


def test_lines_that_have_gone_block_until_confirmed(desk: Any, said: Any, rows: Any) -> None:
    other = {**rows["action"], "Intitulé de l'action ou du dispositif": "Bus santé"}
    first = desk.map(desk.recensement([rows["action"], other], [rows["moyen"]]))
    path = desk.recensement([rows["action"]])
    again = desk.map(path, previous=first)
    assert [(p.gravite, p.code, p.feuille) for p in again.problems] == [
        ("bloquant", "lignes-absentes", "Actions"),
        ("bloquant", "lignes-absentes", "Moyens"),
    ]
    assert "« Bus santé »" in again.problems[0].message and "lignes 4" in again.problems[0].message
    assert "--confirme" in again.problems[0].correction and "Terminée" in again.problems[0].correction
    confirmed = desk.map(path, previous=first, confirme=True)
    assert {(p.gravite, p.code) for p in confirmed.problems} == {("info", "lignes-absentes")}
    assert said(confirmed).all("Action") == [f"action/{PLACE}/{RSA}"] and said(confirmed).all("Moyen") == []


def test_an_action_that_ends_says_so_and_stays(desk: Any, said: Any, rows: Any) -> None:
    first = desk.map(desk.recensement([rows["action"]]))
    ended = {"Intitulé de l'action ou du dispositif": "Permanences RSA", "Suite donnée": "Terminée"}
    again = desk.map(desk.recensement([ended]), previous=first)
    assert codes(again) == [("info", "valeurs-gardees", None, None)] and "4 cases vides" in again.problems[0].message
    assert said(again).of(RSA)["suite"] == ["terminee"]
    assert said(again).of(RSA)["ambitionPrincipale"] == ["A1.1"]


@pytest.mark.parametrize("lines", [[], [{"Code": "E01", "Modalité": "De fait"}]])
def test_a_commitment_left_blank_keeps_its_state_and_its_evidence(desk: Any, said: Any, lines: Any) -> None:
    told = {"Code": "E01", "Modalité": "De fait", "État": "Constaté", "Preuve (texte ou lien)": "note"}
    first = desk.map(desk.recensement([], Engagements=[told]))
    again = desk.map(desk.recensement([], Engagements=lines), previous=first)
    node = said(again).of(f"suivi/{PLACE}/E01")
    assert node["etatEngagement"] == ["constate"] and said(again).of(f"preuve/{PLACE}/E01")["comment"] == ["note"]
    assert compare(first.triples, again.triples).identical


def test_a_commitment_partly_filled_keeps_the_rest(desk: Any, said: Any) -> None:
    told = {"Code": "E01", "État": "En cours", "Preuve (texte ou lien)": "note"}
    first = desk.map(desk.recensement([], Engagements=[told]))
    again = desk.map(desk.recensement([], Engagements=[{"Code": "E01", "État": "Constaté"}]), previous=first)
    assert said(again).of(f"suivi/{PLACE}/E01")["etatEngagement"] == ["constate"]
    assert said(again).of(f"preuve/{PLACE}/E01")["comment"] == ["note"]


def test_a_position_left_blank_is_unchanged(desk: Any, said: Any) -> None:
    first = desk.map(desk.recensement([], Positionnement=[{"Code": "A1.1", "Prioritaire": "Oui"}]))
    again = desk.map(desk.recensement([], Positionnement=[{"Code": "A1.1", "Ambition": "Apprendre"}]), previous=first)
    assert [p.message.partition(" :")[0] for p in again.problems] == ["1 case vide"]
    assert said(again).of(f"positionnement/{PLACE}/A1.1")["prioritaire"] == ["true"]


def test_the_version_counts_up(desk: Any, said: Any) -> None:
    first = desk.map(desk.recensement([]))
    again = desk.map(desk.recensement([]), previous=first)
    assert said(again).of(f"contribution/{PLACE}")["version"] == ["2"]


# ---- corrections are not disappearances ----


@pytest.mark.parametrize(
    "wrong",
    [
        {"Dispositif ou source": "Loto"},
        {"Période": "2024"},
        {"Nature et unité": "Cadeau"},
        {"Action": "Permanence du RSA"},
        {"Dispositif ou source": None},
    ],
)
def test_a_key_that_could_not_be_read_is_corrected_without_a_fuss(desk: Any, said: Any, rows: Any, wrong: Any) -> None:
    first = desk.map(desk.recensement([rows["action"]], [{**rows["moyen"], **wrong}]))
    assert len(first.problems) == 1
    again = desk.map(desk.recensement([rows["action"]], [rows["moyen"]]), previous=first)
    assert again.problems == ()
    assert said(again).all("Moyen") == said(first).all("Moyen")
    assert said(again).of(said(again).all("Moyen")[0])["centimes"] == ["100000"]
    changes = compare(first.triples, again.triples)
    assert (changes.ajoutes, changes.modifies, changes.termines) == (0, 1, 0)


@pytest.mark.parametrize(
    "change", [{"Période": "Réalisé N-1 provisoire"}, {"Dispositif ou source": "P147"}, {"QPV du montant": "QN00001X"}]
)
def test_one_part_of_a_key_may_change(desk: Any, said: Any, rows: Any, change: Any) -> None:
    first = desk.map(desk.recensement([rows["action"]], [rows["moyen"]]))
    again = desk.map(desk.recensement([rows["action"]], [{**rows["moyen"], **change}]), previous=first)
    assert again.problems == () and said(again).all("Moyen") == said(first).all("Moyen")
    third = desk.map(desk.recensement([rows["action"]], [{**rows["moyen"], **change}, rows["moyen"]]), previous=again)
    kept, new = said(third).all("Moyen"), said(first).all("Moyen")
    assert third.problems == () and len(kept) == 2 and new[0] in kept
    assert said(third).of(new[0])["wasDerivedFrom"] == ["moyens-3"]


def test_a_changed_key_carries_nothing_to_blank_cells(desk: Any, said: Any, rows: Any) -> None:
    first = desk.map(desk.recensement([rows["action"]], [rows["moyen"]]))
    changed = {**rows["moyen"], "Dispositif ou source": "P147", "Quantité": None}
    again = desk.map(desk.recensement([rows["action"]], [changed]), previous=first)
    assert codes(again) == [("reserve", "cellule-obligatoire-vide", "Moyens", "E3")]
    assert "centimes" not in said(again).of(said(again).all("Moyen")[0])


def test_two_parts_changed_are_another_line(desk: Any, rows: Any) -> None:
    first = desk.map(desk.recensement([rows["action"]], [rows["moyen"]]))
    changed = {**rows["moyen"], "Dispositif ou source": "P147", "Période": "Prévu N"}
    again = desk.map(desk.recensement([rows["action"]], [changed]), previous=first)
    assert [(p.gravite, p.code, p.feuille) for p in again.problems] == [("bloquant", "lignes-absentes", "Moyens")]


def test_one_line_fewer_is_seen_even_when_others_changed(desk: Any, rows: Any) -> None:
    two = [rows["moyen"], {**rows["moyen"], "Période": "Prévu N"}]
    first = desk.map(desk.recensement([rows["action"]], two))
    again = desk.map(
        desk.recensement([rows["action"]], [{**rows["moyen"], "Dispositif ou source": "P147"}]), previous=first
    )
    assert [(p.code, p.valeur) for p in again.problems] == [
        ("lignes-absentes", "« Permanences RSA – prevu – subvention »")
    ]


def test_a_slip_in_a_title_is_corrected_and_told(desk: Any, said: Any, rows: Any) -> None:
    slip = {**rows["action"], "Intitulé de l'action ou du dispositif": "Permannences RSA"}
    moyen = {**rows["moyen"], "Action": "Permannences RSA"}
    first = desk.map(desk.recensement([slip], [moyen]))
    again = desk.map(desk.recensement([rows["action"]], [rows["moyen"]]), previous=first)
    assert codes(again) == [("info", "intitule-modifie", "Actions", "B3")]
    assert said(again).all("Action") == said(first).all("Action") and said(again).all("Moyen") == said(first).all(
        "Moyen"
    )


def test_a_missing_title_is_filled_in_without_a_fuss(desk: Any, said: Any, rows: Any) -> None:
    untitled = {**rows["action"], "Intitulé de l'action ou du dispositif": None}
    first = desk.map(desk.recensement([untitled]))
    again = desk.map(desk.recensement([rows["action"]]), previous=first)
    assert [(p.gravite, p.code) for p in again.problems] == [("info", "lignes-absentes")]
    assert said(again).all("Action") == [f"action/{PLACE}/{RSA}"]


def test_a_commitment_whose_code_is_corrected_leaves_nothing_behind(desk: Any, said: Any) -> None:
    first = desk.map(desk.recensement([], Engagements=[{"Code": "E99", "État": "En cours"}]))
    again = desk.map(desk.recensement([], Engagements=[{"Code": "E01", "État": "En cours"}]), previous=first)
    assert said(again).all("SuiviEngagement") == [f"suivi/{PLACE}/E01"]
