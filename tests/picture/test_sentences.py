"""The ten sentences: what they say, in the singular and the plural, and what they admit not to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from droitcommun.graph.catalogue import Table
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.sentence import Fragment, Matiere, make_sentence
from droitcommun.graph.pictures.sentences import write_sentences


def plain(text: str) -> str:
    """Return *text* with ordinary spaces, so that expectations stay readable."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def says(picture: Picture) -> dict[int, str]:
    """Return the ten sentences by number."""
    return {phrase.numero: plain(phrase.texte) for phrase in picture.phrases}


def rewritten(
    picture: Picture, values: Mapping[str, Decimal | int | None], tables: Mapping[str, Table] | None = None
) -> dict[int, str]:
    """Return the sentences that the same picture would say with other figures."""
    figures = {**picture.figures, **{k: replace(picture.figures[k], valeur=v) for k, v in values.items()}}
    matiere = Matiere(
        picture.contexte,
        {**picture.tables, **(tables or {})},
        figures,
        picture.montants,
        picture.principale,
        picture.autre,
    )
    return {phrase.numero: plain(phrase.texte) for phrase in write_sentences(matiere)}


def test_the_ten_sentences_of_deux_rives(picture: Picture) -> None:
    assert says(picture) == {
        1: "4 institutions sur 5 ont répondu ; nous attendons encore Agence de santé. "
        "Les chiffres portent sur les seuls répondants.",
        2: "3 actions de droit commun recensées hors prestations légales, dont 2 renforcées, adaptées ou créées "
        "pour les habitants des QPV ; 6 actions sont déclarées en tout, prestations légales et actions sans droit "
        "commun comprises.",
        3: "Réalisé 2025 : 12 k€ de droit commun déclarés hors prestations légales, et 7 k€ de crédits spécifiques ; "
        "0,8 k€ restent à qualifier. Prévu 2026 : 12 k€ de droit commun déclarés hors prestations légales, "
        "et crédits spécifiques sans information.",
        4: "Là où les deux se rejoignent (1 action), 1 € spécifique accompagne 2,50 € de droit commun ; "
        "1 action repose sur les seuls crédits spécifiques.",
        5: "2,5 ETP de proximité pour les habitants des QPV (réalisé 2025), dont 1 dans un seul QPV et "
        "1 d'adultes-relais ; +0,5 ETP depuis la campagne 2025, à répondants constants et sur ce qui est connu les "
        "deux années.",
        6: "1 ambition sur 5 (4 + 1) réunit au moins 3 institutions ; A1.3 « Se loger » repose sur une seule "
        "institution, Bailleur <b>Rive</b> & fils ; A2.1 « Travailler ensemble » repose sur une seule institution, "
        "Agglomération des Deux-Rives ; 1 n'a aucune action déclarée : A1.4 « Se déplacer ».",
        7: "2 QPV sur 3 ont au moins une action déclarée ; aucune n'est déclarée pour La Gare. "
        "19 % du droit commun (réalisé 2025) est localisé par quartier.",
        8: "150 participations d'habitants des QPV (connues pour 2 actions sur 6 déclarées), dont 60 % de femmes "
        "(connu pour 1) et 40 % de moins de 25 ans (connu pour 1).",
        9: "Décisions de la campagne 2025 : 1 réalisée sur 2. "
        "Engagements : 1 constaté, 1 en cours et 1 sans information, sur 3.",
        10: "Décisions demandées aujourd'hui : Desservir La Gare – Caf des Deux-Rives – 1er octobre 2026 ; "
        'Compter <les> habitants & les "heures" – responsable à désigner – échéance à fixer.',
    }
    assert [phrase.connu for phrase in picture.phrases] == [True] * 10


def test_ten_decisions_are_cut_and_none_is_said(picture: Picture) -> None:
    table = picture.tables["decisions"]
    rows = [{"titre": f"Faire {n}", "etat_decision": "a-faire"} for n in range(10)]
    said = rewritten(picture, {}, {"decisions": replace(table, rows=rows)})[10]
    assert "Faire 7 – " in said and "Faire 8" not in said
    assert said.endswith("Le relevé de décisions donne les 2 autres.")
    none = rewritten(picture, {}, {"decisions": replace(table, rows=[])})[10]
    assert none == "Décisions demandées aujourd'hui : aucune n'est enregistrée pour la campagne 2026."


def test_what_became_of_the_decisions_of_the_year_before(picture: Picture, silent: Picture) -> None:
    assert {n: picture.figures[f"F-decisions-{n}"].valeur for n in (1, 2, 3, 4)} == {1: 2, 2: 3, 3: 2, 4: 1}
    assert "F-decisions-3" not in silent.figures
    assert says(silent)[9].startswith("Décisions : c'est la première campagne, il n'y en a pas à suivre.")
    none = rewritten(picture, {"F-decisions-3": 0})[9]
    assert none.startswith("Décisions de la campagne 2025 : aucune n'est enregistrée. Engagements")


def test_when_nobody_answered_each_sentence_says_so(silent: Picture) -> None:
    said = says(silent)
    assert said[1] == (
        "Aucune institution n'a répondu, sur 5 attendues : le droit commun est sans information, "
        "ce qui ne veut pas dire zéro."
    )
    assert said[3] == (
        "Réalisé 2025 : droit commun sans information, et 21 k€ de crédits spécifiques. "
        "Réalisé 2026 : droit commun sans information, et 22 k€ de crédits spécifiques."
    )
    for numero in (2, 4, 5, 6, 7, 8):
        assert "sans information" in said[numero]
    assert not any(phrase.connu for phrase in silent.phrases)


def test_when_nothing_is_known_no_sentence_says_zero(nothing: Picture) -> None:
    assert not any(" 0 " in f" {text} " for text in says(nothing).values())
    assert says(nothing)[3] == "Montants : sans information, pour le droit commun comme pour les crédits spécifiques."


@pytest.mark.parametrize(
    ("values", "numero", "expected"),
    [
        ({"F-retours-1": 0}, 1, "La liste des institutions attendues n'est pas établie."),
        ({"F-retours-1": 1, "F-retours-2": 0}, 1, "Aucune institution n'a répondu, sur 1 attendue :"),
        ({"F-retours-1": 1, "F-retours-2": 1}, 1, "La seule institution attendue a répondu."),
        ({"F-retours-1": 4}, 1, "Les 4 institutions attendues ont toutes répondu."),
        ({"F-retours-2": 1}, 1, "1 institution sur 5 a répondu ;"),
        ({"F-actions-1": 0, "F-habitants-3": 0}, 2, "Les répondants ne déclarent aucune action."),
        ({"F-actions-1": 0}, 2, "Hors prestations légales (1 action), aucune action n'est recensée comme droit com"),
        ({"F-actions-1": 0, "F-actions-4": 0}, 2, "Aucune des 6 actions déclarées n'est recensée comme droit commun."),
        ({"F-actions-1": 1, "F-actions-2": 1}, 2, "1 action de droit commun recensée hors prestations légales, dont"),
        ({"F-habitants-3": 3}, 2, "adaptées ou créées pour les habitants des QPV."),
        ({"F-actions-2": 0}, 2, "3 actions de droit commun recensées hors prestations légales ; aucune n'est renfor"),
        ({"F-actions-3": 2}, 2, "hors prestations légales (dont 2 aux moyens non chiffrés), dont 2 renforcées, adapt"),
        ({"F-rencontre-1": 2, "F-rencontre-5": 3}, 4, "Là où les deux se rejoignent (2 actions)"),
        ({"F-rencontre-1": 2, "F-rencontre-5": 3}, 4, "; 3 actions reposent sur les seuls crédits spécifiques."),
        ({"F-rencontre-5": 0}, 4, "; aucune action ne repose sur les seuls crédits spécifiques."),
        ({"F-rencontre-1": 0}, 4, "Aucune action ne réunit encore droit commun et crédits spécifiques chiffrés ; 1"),
        ({"F-rencontre-1": 0, "F-rencontre-5": 0}, 4, "sans information"),
        ({"F-etp-4": Decimal("-0.5")}, 5, "; \u22120,5 ETP depuis la campagne 2025"),
        ({"F-etp-4": None}, 5, "1 d'adultes-relais ; évolution depuis la campagne 2025 sans information."),
        ({"F-etp-2": None, "F-etp-3": None, "F-etp-4": None}, 5, "des QPV (réalisé 2025) ; évolution"),
        ({"F-ambitions-2": 2}, 6, "2 ambitions sur 5 (4 + 1) réunissent au moins 3 institutions"),
        ({"F-ambitions-4": 0}, 6, "toutes ont au moins une action déclarée."),
        ({"F-qpv-2": 1}, 7, "1 QPV sur 3 a au moins une action déclarée"),
        ({"F-qpv-4": None}, 7, "La part des euros localisée par quartier est sans information."),
        ({"F-habitants-1": 1, "F-habitants-2": 1}, 8, "1 participation d'habitants des QPV (connue pour 1 action sur"),
        ({"F-habitants-4": None, "F-habitants-6": None}, 8, "(connues pour 2 actions sur 6 déclarées)."),
        ({"F-habitants-5": 2}, 8, "dont 60 % de femmes et 40 %"),
        ({"F-engagements-2": 2, "F-engagements-5": 1}, 9, "2 constatés, 1 en cours, 1 pas encore constaté et 1 sans"),
        ({"F-engagements-1": 0}, 9, "Engagements : sans information."),
    ],
)  # fmt: skip
def test_singular_plural_and_missing(
    picture: Picture, values: dict[str, Decimal | int | None], numero: int, expected: str
) -> None:
    assert expected in rewritten(picture, values)[numero]


def test_more_than_two_ambitions_alone_are_counted_not_named(picture: Picture) -> None:
    table = picture.tables["mobilisation-par-ambition"]
    rows = [{**row, "n_organismes": 1} for row in table.rows]
    text = rewritten(picture, {}, {"mobilisation-par-ambition": replace(table, rows=rows)})[6]
    assert "; 5 reposent sur une seule institution (A1.1, A1.2, A1.3, A1.4 et A2.1) ;" in text


def test_a_long_list_of_silent_bodies_is_cut(picture: Picture) -> None:
    table = picture.tables["retours"]
    rows = [
        {"organisme": f"o{n}", "libelle_organisme": f"Institution {n}", "etat": "pas-de-reponse"} for n in range(12)
    ]
    text = rewritten(picture, {"F-retours-1": 16}, {"retours": replace(table, rows=[*table.rows, *rows])})[1]
    assert "Institution 6 et 5 autres. Les chiffres" in text


def test_the_figures_are_what_stands_out(picture: Picture) -> None:
    first = picture.phrases[0]
    assert [plain(f.texte) for f in first.fragments if f.fort] == ["4", "5"]


def test_marks_that_come_with_a_label_are_dropped() -> None:
    sentence = make_sentence(1, "un \x02deux\x03 \x02trois", ())
    assert sentence.fragments == (Fragment("un ", False), Fragment("deux", True), Fragment(" trois", False))
