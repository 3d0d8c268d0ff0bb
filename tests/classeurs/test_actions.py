"""The sheets Actions and Moyens: every expected value is written by hand."""

from __future__ import annotations

from typing import Any

import pytest

PLACE = "2026/essai-caf/action-sociale"
RSA = "bd196406be"  # printf 'permanences rsa' | sha1sum | cut -c1-10
BUS = "53c8ecc45e"  # printf 'bus sante' | sha1sum | cut -c1-10


def codes(mapped: Any) -> list[tuple[str, str, str | None, str | None]]:
    return [(p.gravite, p.code, p.feuille, p.cellule) for p in mapped.problems]


def counts(mapped: Any) -> tuple[int, int, int, int]:
    return (mapped.read, mapped.kept, mapped.reserves, mapped.out_of_perimeter)


def test_a_whole_action(desk: Any, said: Any) -> None:
    action = {
        "Intitulé de l'action ou du dispositif": " Permanences  RSA ",
        "Ambition principale": "A1.1 – Apprendre",
        "Autres ambitions et axes": "A1.2 ; A2.1 – Se former entre professionnels; T1",
        "Forme de mobilisation": "Adaptée, aller-vers",
        "Où se déroule l'action": "Équipement voisin",
        "QPV ou communes concernés": "QN00001X ; les érables\nEssai-le-Bas",
        "Public visé": "16-25 ans",
        "Habitants des QPV touchés": "1 250",
        "dont femmes": 700,
        "dont moins de 25 ans": "Ne sait pas",
        "Porteur (si différent)": "Centre social",
        "Commentaire": "Ouvert le samedi.",
        "Suite donnée": "Reconduite",
    }
    mapped = desk.map(desk.recensement([action]))
    assert codes(mapped) == [] and counts(mapped) == (2, 2, 0, 0)
    assert said(mapped).all("Action") == [f"action/{PLACE}/{RSA}"]
    node = said(mapped).of(RSA)
    assert node.pop("wasDerivedFrom") == ["actions-3"]
    assert node == {
        "type": ["Action"],
        "contrat": ["val-d-essai"],
        "campagne": ["2026"],
        "contribution": ["action-sociale"],
        "declarant": ["essai-caf"],
        "title": ["Permanences RSA"],
        "ambitionPrincipale": ["A1.1"],
        "autreAmbition": ["A1.2", "A2.1"],
        "axe": ["T1"],
        "forme": ["adaptee"],
        "portee": ["equipement-voisin"],
        "qpv": ["QN00001X", "QN00002X"],
        "commune": ["00002"],
        "publicVise": ["16-25-ans"],
        "habitantsTouches": ["1250"],
        "dontFemmes": ["700"],
        "neSaitPas": ["dontMoins25"],
        "porteur": ["Centre social"],
        "comment": ["Ouvert le samedi."],
        "suite": ["reconduite"],
    }


@pytest.mark.parametrize(
    "text", ["A1.1", "a1.1", "Apprendre", "A1.1 – Apprendre", "A1.1 - apprendre", "A1.1 : Apprendre à lire"]
)
def test_an_ambition_by_code_or_label(desk: Any, said: Any, rows: Any, text: str) -> None:
    mapped = desk.map(desk.recensement([{**rows["action"], "Ambition principale": text}]))
    assert said(mapped).of(RSA)["ambitionPrincipale"] == ["A1.1"]


@pytest.mark.parametrize(
    ("text", "proposed"),
    [
        ("A1.1 – Se soigner", "A1.2 – Se soigner"),
        ("Aprendre", "A1.1 – Apprendre"),
        ("A9.9", None),
        ("A1.1 ; A1.2", "A1.1"),
    ],
)
def test_an_ambition_is_never_guessed(desk: Any, said: Any, rows: Any, text: str, proposed: str | None) -> None:
    mapped = desk.map(desk.recensement([{**rows["action"], "Ambition principale": text}]))
    assert codes(mapped) == [("reserve", "code-inconnu", "Actions", "C3")]
    assert (proposed or "liste") in mapped.problems[0].correction
    assert "ambitionPrincipale" not in said(mapped).of(RSA)


def test_what_was_not_understood_is_kept_raw(desk: Any, said: Any, rows: Any) -> None:
    mapped = desk.map(desk.recensement([{**rows["action"], "Forme de mobilisation": "à  la carte"}]))
    reserve = said(mapped).of("#reserve-actions-E3")
    source = reserve.pop("source")
    assert len(source) == 1 and len(source[0]) == 64
    assert reserve == {
        "type": ["Reserve"],
        "sujet": [RSA],
        "chemin": ["forme"],
        "feuille": ["Actions"],
        "cellule": ["E3"],
        "texteBrut": ["à  la carte"],
        "codeProbleme": ["code-inconnu"],
    }
    assert counts(mapped) == (2, 1, 1, 0)


@pytest.mark.parametrize(
    ("cell", "found", "bad"),
    [
        ("Les Tilleuls, Les Érables", ["QN00001X", "QN00002X"], 0),
        ("QN00001X – Les Tilleuls", ["QN00001X"], 0),
        ("Tilleul ; Les Saules", ["QN00003X"], 1),
        ("tous", None, 1),
    ],
)
def test_places_by_code_or_name_never_by_likeness(
    desk: Any, said: Any, rows: Any, cell: str, found: Any, bad: int
) -> None:
    mapped = desk.map(desk.recensement([{**rows["action"], "QPV ou communes concernés": cell}]))
    assert said(mapped).of(RSA).get("qpv") == found
    assert codes(mapped) == [("reserve", "code-inconnu", "Actions", "G3")] * bad


def test_a_near_place_is_named_in_the_correction(desk: Any, rows: Any) -> None:
    mapped = desk.map(desk.recensement([{**rows["action"], "QPV ou communes concernés": "Les Tilleul"}]))
    assert "« QN00001X – Les Tilleuls »" in mapped.problems[0].correction


@pytest.mark.parametrize(
    ("lieu", "problems"), [("Dans un QPV", 1), ("Commune(s)", 1), ("Agglomération", 0), ("Territoire plus large", 0)]
)
def test_places_are_compulsory_where_they_make_sense(desk: Any, rows: Any, lieu: str, problems: int) -> None:
    action = {**rows["action"], "Où se déroule l'action": lieu, "QPV ou communes concernés": None}
    assert (
        codes(desk.map(desk.recensement([action])))
        == [("reserve", "cellule-obligatoire-vide", "Actions", "G3")] * problems
    )


def test_compulsory_cells_left_empty(desk: Any, said: Any) -> None:
    mapped = desk.map(desk.recensement([{"Commentaire": "à compléter"}]))
    assert codes(mapped) == [("reserve", "cellule-obligatoire-vide", "Actions", f"{c}3") for c in "BCEF"]
    assert counts(mapped) == (2, 1, 1, 0)
    (node,) = said(mapped).all("Action")
    assert "title" not in said(mapped).of(node)


def test_unknown_is_not_a_title(desk: Any, rows: Any) -> None:
    mapped = desk.map(desk.recensement([{**rows["action"], "Intitulé de l'action ou du dispositif": "Ne sait pas"}]))
    assert codes(mapped) == [("reserve", "cellule-obligatoire-vide", "Actions", "B3")]


@pytest.mark.parametrize(
    ("habitants", "femmes", "kept", "problem"),
    [
        (100, 101, {"habitantsTouches": ["100"]}, ("valeur-impossible", "J3")),
        (100, 100, {"habitantsTouches": ["100"], "dontFemmes": ["100"]}, None),
        (-5, None, {}, ("valeur-impossible", "I3")),
        (10.5, None, {}, ("valeur-impossible", "I3")),
        ("beaucoup", 3, {"dontFemmes": ["3"]}, ("nombre-illisible", "I3")),
        (0, 0, {"habitantsTouches": ["0"], "dontFemmes": ["0"]}, None),
    ],
)
def test_impossible_results(
    desk: Any, said: Any, rows: Any, habitants: object, femmes: object, kept: Any, problem: Any
) -> None:
    action = {**rows["action"], "Habitants des QPV touchés": habitants, "dont femmes": femmes}
    mapped = desk.map(desk.recensement([action]))
    node = said(mapped).of(RSA)
    assert {k: v for k, v in node.items() if k in ("habitantsTouches", "dontFemmes")} == kept
    assert [(p.code, p.cellule) for p in mapped.problems] == ([problem] if problem else [])


def test_formula_errors_are_unreadable_and_not_blank(desk: Any, rows: Any, kinds: Any) -> None:
    action = {**rows["action"], "Habitants des QPV touchés": kinds["formula"]("=REF!", "#REF!")}
    mapped = desk.map(desk.recensement([action]))
    assert codes(mapped) == [("reserve", "cellule-en-erreur", "Actions", "I3")]
    assert mapped.problems[0].valeur == "#REF!"


def test_too_many_other_ambitions_are_told(desk: Any, said: Any, rows: Any) -> None:
    mapped = desk.map(desk.recensement([{**rows["action"], "Autres ambitions et axes": "A1.2; A1.3; A2.1; T1"}]))
    assert codes(mapped) == [("info", "trop-de-valeurs", "Actions", "D3")]
    assert said(mapped).of(RSA)["autreAmbition"] == ["A1.2", "A1.3", "A2.1"]


def test_the_main_ambition_is_not_also_another(desk: Any, said: Any, rows: Any) -> None:
    mapped = desk.map(desk.recensement([{**rows["action"], "Autres ambitions et axes": "A1.1; A1.2"}]))
    assert said(mapped).of(RSA)["autreAmbition"] == ["A1.2"]
    assert codes(mapped) == [("reserve", "valeur-impossible", "Actions", "D3")]
    (problem,) = mapped.problems
    assert problem.valeur == "A1.1" and "ambition principale" in problem.message
    parts = {p.value.rpartition("#")[2]: o.value for _s, p, o in mapped.triples if p.value.endswith("Fautive")}
    assert parts == {"partieFautive": "A1.1"}


def test_other_ambitions_may_be_parted_by_commas(desk: Any, said: Any, rows: Any) -> None:
    mapped = desk.map(desk.recensement([{**rows["action"], "Autres ambitions et axes": "A1.2, A2.1 , T1"}]))
    assert codes(mapped) == []
    assert said(mapped).of(RSA)["autreAmbition"] == ["A1.2", "A2.1"]


@pytest.mark.parametrize("text", ["A1.2 / A2.1", "A1.2 et A2.1", "A1.2, A2.1 et T1", "A1.2 & T1"])
def test_other_marks_part_values_that_are_all_known(desk: Any, said: Any, rows: Any, text: str) -> None:
    mapped = desk.map(desk.recensement([{**rows["action"], "Autres ambitions et axes": text}]))
    node = said(mapped).of(RSA)
    found = {*node.get("autreAmbition", ()), *node.get("axe", ())}
    assert codes(mapped) == [] and found == {code for code in ("A1.2", "A2.1", "T1") if code in text}


@pytest.mark.parametrize("text", ["A1.2 / A9.9", "A1.2/A2.1", "A1.2 ou A2.1"])
def test_values_of_which_one_is_not_known_are_not_parted(desk: Any, said: Any, rows: Any, text: str) -> None:
    mapped = desk.map(desk.recensement([{**rows["action"], "Autres ambitions et axes": text}]))
    assert codes(mapped) == [("reserve", "code-inconnu", "Actions", "D3")]
    assert "autreAmbition" not in said(mapped).of(RSA)


@pytest.mark.parametrize("text", ["Seniors et Femmes", "Seniors ; Femmes", "Seniors, Femmes"])
def test_several_values_where_one_is_expected_are_named(desk: Any, rows: Any, text: str) -> None:
    problem = desk.map(desk.recensement([{**rows["action"], "Public visé": text}])).problems[0]
    assert (problem.code, problem.cellule) == ("code-inconnu", "H3")
    assert problem.correction == "Gardez-en une (« Seniors » ; « Femmes »), et redonnez le classeur."


def test_identical_lines_are_kept_and_asked_about(desk: Any, said: Any, rows: Any) -> None:
    mapped = desk.map(desk.recensement([rows["action"], rows["action"]], [rows["moyen"]]))
    assert said(mapped).all("Action") == [f"action/{PLACE}/{RSA}", f"action/{PLACE}/{RSA}-2"]
    (problem,) = mapped.problems
    assert (problem.gravite, problem.code, problem.cellule) == ("info", "lignes-identiques", "B3")
    assert "B3 / B4" in problem.message
    assert said(mapped).of(said(mapped).all("Moyen")[0])["action"] == [RSA]


def test_an_identifier_filled_wins_over_the_title(desk: Any, said: Any, rows: Any) -> None:
    renamed = {
        **rows["action"],
        "Identifiant": RSA,
        "Intitulé de l'action ou du dispositif": "Permanences d'accès aux droits",
    }
    mapped = desk.map(desk.recensement([renamed]))
    assert said(mapped).all("Action") == [f"action/{PLACE}/{RSA}"]


def test_a_row_copied_with_its_identifier_is_a_new_line(desk: Any, said: Any, rows: Any) -> None:
    first = {**rows["action"], "Identifiant": RSA}
    copy = {**first, "Intitulé de l'action ou du dispositif": "Bus santé"}
    mapped = desk.map(desk.recensement([copy, first]))
    assert said(mapped).all("Action") == [f"action/{PLACE}/{BUS}", f"action/{PLACE}/{RSA}"]
    assert said(mapped).of(RSA)["title"] == ["Permanences RSA"]
    assert codes(mapped) == [("info", "identifiant-en-double", "Actions", "A3")]


# ---- Moyens ----


def moyen(desk: Any, said: Any, rows: Any, **changes: object) -> tuple[dict[str, list[str]], Any]:
    """Map one resource and return what is said of it, with the whole."""
    row = {**rows["moyen"], **{name.replace("_", " "): value for name, value in changes.items()}}
    mapped = desk.map(desk.recensement([rows["action"]], [row]))
    (node,) = said(mapped).all("Moyen")
    return said(mapped).of(node), mapped


def test_a_whole_resource(desk: Any, said: Any, rows: Any) -> None:
    row = {
        **rows["moyen"],
        "Quantité": "12 350,50 €",
        "Part bénéficiant aux QPV (%)": 25,
        "Origine de cette part": "Population",
        "QPV du montant": "Les Tilleuls",
        "Fiabilité": "À dire d'expert",
        "Commentaire": "estimé",
    }
    mapped = desk.map(desk.recensement([rows["action"]], [row]))
    assert codes(mapped) == [] and counts(mapped) == (3, 3, 0, 0)
    (iri,) = said(mapped).all("Moyen")
    # printf 'bd196406be|realise-definitif|subvention|budget-ordinaire|QN00001X' | sha1sum | cut -c1-10
    assert iri == f"moyen/{PLACE}/f891d065bf"
    node = said(mapped).of(iri)
    assert node.pop("wasDerivedFrom") == ["moyens-3"]
    assert node == {
        "type": ["Moyen"],
        "contrat": ["val-d-essai"],
        "campagne": ["2026"],
        "contribution": ["action-sociale"],
        "apporteur": ["essai-caf"],
        "action": [RSA],
        "phase": ["realise-definitif"],
        "exercice": ["2025"],
        "nature": ["subvention"],
        "unite": ["EUR"],
        "centimes": ["1235050"],
        "source": ["budget-ordinaire"],
        "partQPV": ["25"],
        "originePart": ["population"],
        "qpvDuMontant": ["QN00001X"],
        "fiabilite": ["dire-d-expert"],
        "comment": ["estimé"],
    }


@pytest.mark.parametrize(
    ("text", "phase", "exercice"),
    [
        ("Réalisé N-1 définitif", "realise-definitif", "2025"),
        ("Réalisé 2025 provisoire", "realise-provisoire", "2025"),
        ("Prévu N", "prevu", "2026"),
        ("prévu 2026", "prevu", "2026"),
    ],
)
def test_periods_give_their_exercice(desk: Any, said: Any, rows: Any, text: str, phase: str, exercice: str) -> None:
    node, mapped = moyen(desk, said, rows, Période=text)
    assert (node["phase"], node["exercice"], mapped.problems) == ([phase], [exercice], ())


@pytest.mark.parametrize("text", ["Réalisé", "Réalisé 2024 définitif", "2025"])
def test_a_period_is_never_guessed(desk: Any, said: Any, rows: Any, text: str) -> None:
    node, mapped = moyen(desk, said, rows, Période=text)
    assert "phase" not in node and "exercice" not in node
    assert codes(mapped) == [("reserve", "code-inconnu", "Moyens", "C3")]


@pytest.mark.parametrize(
    ("nature", "cell", "expected"),
    [
        ("Subvention (€)", 1234.5, {"unite": ["EUR"], "centimes": ["123450"]}),
        ("Subvention", "5 k€", {"unite": ["EUR"], "centimes": ["500000"]}),
        ("Dépense TFPB (€)", 0, {"unite": ["EUR"], "centimes": ["0"]}),
        ("Subvention (€)", 12.35, {"unite": ["EUR"], "centimes": ["1235"]}),
        ("Personnel (ETP)", "1,25", {"unite": ["ETP"], "quantite": ["1.25"]}),
        ("Permanences (heures par an)", 120, {"unite": ["heures-par-an"], "quantite": ["120"]}),
        ("Locaux et matériel valorisés (€)", "Non chiffrable", {"unite": ["EUR"], "nonChiffrable": ["true"]}),
        ("Personnel (ETP)", "Ne sait pas", {"unite": ["ETP"], "neSaitPas": ["quantite"]}),
    ],
)
def test_quantities(desk: Any, said: Any, rows: Any, nature: str, cell: object, expected: Any) -> None:
    node, mapped = moyen(desk, said, rows, Nature_et_unité=nature, Quantité=cell)
    kept = ("unite", "centimes", "quantite", "nonChiffrable", "neSaitPas")
    assert {k: v for k, v in node.items() if k in kept} == expected and mapped.problems == ()


@pytest.mark.parametrize(
    ("nature", "cell", "code"),
    [
        ("Subvention (€)", -3, "valeur-impossible"),
        ("Subvention (€)", "1012,345", "valeur-impossible"),
        ("Subvention (€)", "12,350", "nombre-illisible"),
        ("Subvention (€)", "environ 3000", "nombre-illisible"),
        ("Subvention (€)", "1.234", "nombre-illisible"),
        ("Subvention (€)", None, "cellule-obligatoire-vide"),
        ("Personnel (ETP)", "10 000 €", "nombre-illisible"),
        ("Subvention (€)", "35 heures", "nombre-illisible"),
        ("Personnel (ETP)", "0,125", "valeur-impossible"),
        ("Personnel (ETP)", "0,12345678", "valeur-impossible"),
        ("Cadeau", 12, "code-inconnu"),
        (None, 12, "cellule-obligatoire-vide"),
    ],
)
def test_no_bad_cell_becomes_a_figure(desk: Any, said: Any, rows: Any, nature: object, cell: object, code: str) -> None:
    node, mapped = moyen(desk, said, rows, Nature_et_unité=nature, Quantité=cell)
    assert not {"centimes", "quantite", "nonChiffrable"} & set(node)
    assert [p.code for p in mapped.problems] == [code]
    assert mapped.problems[0].cellule == ("E3" if nature in ("Subvention (€)", "Personnel (ETP)") else "D3")


@pytest.mark.parametrize(
    ("nature", "cell", "expected", "words"),
    [
        ("Subvention (€)", 1000 / 3, {"centimes": ["33333"]}, ("333,333333333333", "333,33")),
        ("Subvention (€)", 0.125, {"centimes": ["12"]}, ("0,125", "0,12")),
        ("Personnel (ETP)", 1 / 3, {"quantite": ["0.33"]}, ("0,333333333333333", "0,33")),
        ("Permanences (heures par an)", 0.375, {"quantite": ["0.38"]}, ("0,375", "0,38")),
    ],
)
def test_a_computed_amount_is_rounded_and_it_is_said(
    desk: Any, said: Any, rows: Any, nature: str, cell: float, expected: Any, words: tuple[str, str]
) -> None:
    node, mapped = moyen(desk, said, rows, Nature_et_unité=nature, Quantité=cell)
    assert {k: v for k, v in node.items() if k in ("centimes", "quantite")} == expected
    assert codes(mapped) == [("info", "montant-arrondi", "Moyens", "E3")]
    assert mapped.problems[0].valeur == words[0] and f" {words[1]}." in mapped.problems[0].message


def test_hours_are_not_staff_and_thousands_of_euros_are_not_people(desk: Any, said: Any, rows: Any) -> None:
    node, mapped = moyen(desk, said, rows, Nature_et_unité="Permanences (heures par an)", Quantité="3 ETP")
    assert "quantite" not in node and codes(mapped) == [("reserve", "nombre-illisible", "Moyens", "E3")]
    assert "heures par an" in mapped.problems[0].message
    mapped = desk.map(desk.recensement([{**rows["action"], "Habitants des QPV touchés": "5 k€"}]))
    assert [c[:3] for c in codes(mapped)] == [("reserve", "nombre-illisible", "Actions")]
    assert "habitantsTouches" not in said(mapped).of(RSA)


@pytest.mark.parametrize(
    ("text", "found", "near"),
    [
        ("A 1.2", "A1.2", ""),
        ("a 1 . 2 – ", "A1.2", ""),
        ("A 1.1 – Apprendre", "A1.1", ""),
        ("A 1.9", None, "« A1."),
        ("Z9.9", None, None),
    ],
)
def test_spaces_inside_a_code(desk: Any, said: Any, rows: Any, text: str, found: str | None, near: str | None) -> None:
    mapped = desk.map(desk.recensement([{**rows["action"], "Ambition principale": text}]))
    assert said(mapped).of(RSA).get("ambitionPrincipale") == ([found] if found else None)
    if found is None:
        assert codes(mapped) == [("reserve", "code-inconnu", "Actions", "C3")]
        assert (near in mapped.problems[0].correction) if near else ("liste" in mapped.problems[0].correction)


@pytest.mark.parametrize(
    ("part", "expected", "code"),
    [
        ("25 €", None, "nombre-illisible"),
        ("25 %", ["25"], None),
        (12.5, ["12.5"], None),
        (0, ["0"], None),
        (0.25, None, "nombre-illisible"),
        (101, None, "valeur-impossible"),
    ],
)
def test_shares(desk: Any, said: Any, rows: Any, part: object, expected: Any, code: str | None) -> None:
    row = {**rows["moyen"], "Part bénéficiant aux QPV (%)": part, "Origine de cette part": "Comptée"}
    mapped = desk.map(desk.recensement([rows["action"]], [row]))
    (node,) = said(mapped).all("Moyen")
    assert said(mapped).of(node).get("partQPV") == expected
    assert [(p.code, p.cellule) for p in mapped.problems] == ([(code, "G3")] if code else [])


def test_a_percent_cell_is_not_divided_by_a_hundred(desk: Any, said: Any, rows: Any, kinds: Any) -> None:
    row = {**rows["moyen"], "Part bénéficiant aux QPV (%)": kinds["percent"](0.25), "Origine de cette part": "Comptée"}
    mapped = desk.map(desk.recensement([rows["action"]], [row]))
    assert said(mapped).of(said(mapped).all("Moyen")[0])["partQPV"] == ["25"]


def test_a_share_needs_its_basis(desk: Any, said: Any, rows: Any) -> None:
    row = {**rows["moyen"], "Part bénéficiant aux QPV (%)": 25}
    mapped = desk.map(desk.recensement([rows["action"]], [row]))
    assert codes(mapped) == [("reserve", "cellule-obligatoire-vide", "Moyens", "H3")]


def test_a_share_that_is_not_known_needs_no_basis(desk: Any, rows: Any) -> None:
    row = {**rows["moyen"], "Part bénéficiant aux QPV (%)": "Ne sait pas"}
    assert codes(desk.map(desk.recensement([rows["action"]], [row]))) == []


@pytest.mark.parametrize(
    ("column", "term", "text", "code"),
    [
        ("Fiabilité", "fiabilite", "Estimées", "estime"),
        ("Fiabilité", "fiabilite", "COMPTÉE", "compte"),
        ("Nature et unité", "nature", "Dépenses directes (€)", "depense-directe"),
        ("Dispositif ou source", "source", "Budgets ordinaires", "budget-ordinaire"),
    ],
)
def test_gender_and_number_change_no_answer(
    desk: Any, said: Any, rows: Any, column: str, term: str, text: str, code: str
) -> None:
    mapped = desk.map(desk.recensement([rows["action"]], [{**rows["moyen"], column: text}]))
    assert codes(mapped) == [] and said(mapped).of(said(mapped).all("Moyen")[0])[term] == [code]


@pytest.mark.parametrize("text", ["Comptable", "Estimation", "Non compté"])
def test_another_word_is_another_answer(desk: Any, rows: Any, text: str) -> None:
    mapped = desk.map(desk.recensement([rows["action"]], [{**rows["moyen"], "Fiabilité": text}]))
    assert codes(mapped) == [("reserve", "code-inconnu", "Moyens", "J3")]


@pytest.mark.parametrize("source", ["FSE+ / FEDER", "FSE, FEDER", "feder"])
def test_two_names_of_one_source_are_that_source(desk: Any, said: Any, rows: Any, source: str) -> None:
    mapped = desk.map(desk.recensement([rows["action"]], [{**rows["moyen"], "Dispositif ou source": source}]))
    assert codes(mapped) == [] and said(mapped).of(said(mapped).all("Moyen")[0])["source"] == ["fse-feder"]


@pytest.mark.parametrize(
    ("text", "linked", "words"),
    [
        ("permanences rsa", True, None),
        (RSA, True, None),
        ("Permanence RSA", False, "« Permanences RSA »"),
        ("Cirque", False, "liste"),
    ],
)
def test_the_action_of_a_resource(desk: Any, said: Any, rows: Any, text: str, linked: bool, words: str | None) -> None:
    node, mapped = moyen(desk, said, rows, Action=text)
    assert node.get("action") == ([RSA] if linked else None)
    assert node["centimes"] == ["100000"]
    if words:
        assert codes(mapped) == [("reserve", "action-introuvable", "Moyens", "B3")]
        assert words in mapped.problems[0].correction


def test_a_title_that_two_different_actions_have_is_ambiguous(desk: Any, said: Any, rows: Any) -> None:
    other = {**rows["action"], "Ambition principale": "A1.2"}
    mapped = desk.map(desk.recensement([rows["action"], other], [rows["moyen"]]))
    assert codes(mapped) == [
        ("reserve", "intitule-en-double", "Actions", "B4"),
        ("reserve", "action-introuvable", "Moyens", "B3"),
    ]
    assert "Plusieurs actions" in mapped.problems[1].message
    assert "action" not in said(mapped).of(said(mapped).all("Moyen")[0])
    # One fault: the second title. What the resources name only follows from it.
    (cause,) = (o.value for _s, p, o in mapped.triples if p.value.endswith("#decouleDe"))
    assert cause.endswith(f"{RSA}-2")


@pytest.mark.parametrize(
    ("cited", "follow"),
    [
        (("Permanences RSA", "Bus santé"), 1),  # the action without a title is « Bus santé »
        (("Permanence RSA", "Bus santé"), 1),  # « Permanence RSA » is mistyped
        (("Permanences RSA 2", "Bus santé"), 0),  # another number is another action: which of the two, nobody knows
        (("Permanences RSA", "Action fantôme", "Bus santé"), 0),
    ],
)
def test_what_the_action_without_a_title_is_called(
    desk: Any, said: Any, rows: Any, cited: tuple[str, ...], follow: int
) -> None:
    untitled = {**rows["action"], "Intitulé de l'action ou du dispositif": None, "Public visé": "Seniors"}
    moyens = [{**rows["moyen"], "Action": title, "Quantité": n} for n, title in enumerate(cited, 1)]
    mapped = desk.map(desk.recensement([rows["action"], untitled], moyens))
    assert sum(p.value.endswith("#decouleDe") for _s, p, _o in mapped.triples) == follow


def test_a_title_that_two_actions_have_is_right_while_no_resource_names_it(desk: Any, said: Any, rows: Any) -> None:
    other = {**rows["action"], "Ambition principale": "A1.2"}
    assert codes(desk.map(desk.recensement([rows["action"], other]))) == []


def test_two_resources_alike_but_for_the_amount_are_two(desk: Any, said: Any, rows: Any) -> None:
    mapped = desk.map(desk.recensement([rows["action"]], [rows["moyen"], {**rows["moyen"], "Quantité": 50}]))
    first, second = said(mapped).all("Moyen")
    assert second == f"{first}-2" and mapped.problems == ()
    assert said(mapped).of(first)["centimes"] == ["100000"] and said(mapped).of(second)["centimes"] == ["5000"]


def test_a_total_row_is_no_money(desk: Any, said: Any, rows: Any) -> None:
    mapped = desk.map(desk.recensement([rows["action"]], [rows["moyen"], {"Action": "TOTAL", "Quantité": 1000}]))
    amounts = [said(mapped).of(node).get("centimes") for node in said(mapped).all("Moyen")]
    assert amounts == [["100000"]]
    assert codes(mapped) == [("info", "ligne-de-total", "Moyens", "B4")] and counts(mapped) == (3, 3, 0, 0)


def test_an_unfinished_row_is_no_total(desk: Any, said: Any, rows: Any) -> None:
    mapped = desk.map(desk.recensement([rows["action"]], [rows["moyen"], {"Action": "Totem", "Quantité": 1000}]))
    assert ("reserve", "action-introuvable", "Moyens", "B4") in codes(mapped) and counts(mapped) == (4, 3, 1, 0)


def test_titles_copied_among_the_rows_are_no_row(desk: Any, said: Any, rows: Any) -> None:
    titles = {title: title for title in (*rows["action"], "Commentaire")}
    other = {**rows["action"], "Intitulé de l'action ou du dispositif": "Bus santé"}
    mapped = desk.map(desk.recensement([rows["action"], titles, other]))
    assert codes(mapped) == [("info", "titres-repetes", "Actions", "B4")]
    assert [said(mapped).of(node)["title"] for node in said(mapped).all("Action")] == [
        ["Bus santé"],
        ["Permanences RSA"],
    ]
