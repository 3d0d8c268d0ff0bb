"""The relevé de décisions, read back as XML: last year's followed, this year's asked, signatures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from pptx import Presentation

from droitcommun.graph.export.deck.deck import deck_bytes
from droitcommun.graph.export.page.render import render_page
from droitcommun.graph.export.releve import releve_bytes, releve_products
from droitcommun.graph.picture import Picture

from .docx_reading import Docx, W, read_docx

HEADS = ("Code", "Décision", "Qui", "Pour quand", "Où l'on en est")


@pytest.fixture(scope="module")
def releve(picture: Picture) -> Docx:
    """Return the relevé of Deux-Rives."""
    return read_docx(releve_bytes(picture))


def test_what_became_of_the_decisions_of_last_year(releve: Docx) -> None:
    assert releve.table(*HEADS) == [
        ["D1", "Ouvrir la salle le soir", "Ville de Rive", "à fixer", "réalisée"],
        ["D2", "Écrire aux absents", "à désigner", "à fixer", "abandonnée"],
    ]
    assert "1 décision réalisée sur 2." in releve.paragraphs


def test_what_is_asked_today_with_its_code_and_a_box(releve: Docx) -> None:
    assert releve.table(*HEADS[:4], "Décidé ? (oui, non, modifié)") == [
        ["D2", "Desservir La Gare", "Caf des Deux-Rives", "01/10/2026", ""],
        ["D1", 'Compter <les> habitants & les "heures"', "à désigner", "à fixer", ""],
    ]


def test_those_already_followed_then_blank_lines(releve: Docx) -> None:
    same = [rows[1:] for rows in releve.tables() if tuple(rows[0]) == HEADS]
    assert same[1] == [["D3", "Nommer un référent", "Agglomération des Deux-Rives", "à fixer", "réalisée"]]
    assert same[2] == [[""] * 5] * 4


def test_the_copilots_sign(releve: Docx, picture: Picture) -> None:
    last = list(releve.body.iter(f"{W}tbl"))[-1]
    assert "Agglomération des Deux-Rives" in "".join(t.text or "" for t in last.iter(f"{W}t"))
    unsaid = replace(picture, contexte=replace(picture.contexte, copilotes=()))
    assert "Premier copilote" in read_docx(releve_bytes(unsaid)).text


def test_an_open_decision_past_its_day_is_said(picture: Picture) -> None:
    table = picture.tables["decisions:precedente"]
    rows = [{**table.rows[0], "etat_decision": "en-cours", "echeance": date(2026, 3, 30)}]
    day = [{**table.rows[0], "etat_decision": "en-cours", "echeance": date(2026, 3, 31)}]
    for held, late in ((rows, True), (day, False)):
        seen = replace(picture, tables={**picture.tables, "decisions:precedente": replace(table, rows=held)})
        text = read_docx(releve_bytes(seen)).text
        assert ("en cours, en retard depuis le 30/03/2026" in text) is late
        assert ("1 est encore ouverte après son échéance, au 31 mars 2026." in text) is late


def test_a_decision_asked_and_late_says_since_when(picture: Picture) -> None:
    """Section 2, whose last cell is for the pen: the day itself says it. The reference date is 31 March 2026."""
    table = picture.tables["decisions"]

    def asked(state: str, day: date) -> Docx:
        rows = [{**table.rows[0], "etat_decision": state, "echeance": day}]
        tables = {**picture.tables, "decisions": replace(table, rows=rows)}
        return read_docx(releve_bytes(replace(picture, tables=tables)))

    late = asked("a-faire", date(2026, 3, 30))
    ((_code, _what, _who, when, box),) = late.table(*HEADS[:4], "Décidé ? (oui, non, modifié)")
    assert (when, box) == ("en retard depuis le 30/03/2026", "")
    assert "1 est encore ouverte après son échéance, au 31 mars 2026." in late.paragraphs
    assert "en retard" not in asked("a-faire", date(2026, 3, 31)).text
    assert "en retard" not in asked("realisee", date(2026, 3, 30)).text


def test_nothing_recorded_is_said(nothing: Picture) -> None:
    text = read_docx(releve_bytes(nothing)).text
    assert "C'est la première campagne : il n'y a pas de décision à suivre." in text
    assert "Aucune décision à faire ou en cours n'est enregistrée pour cette campagne." in text


def test_every_page_bears_what_it_must_and_the_bytes_are_the_same(picture: Picture, releve: Docx) -> None:
    assert releve.head.endswith("Données fictives")
    assert releve.foot.startswith("Relevé de décisions, campagne 2026 · provisoire · profil interne")
    assert releve_products(picture) == releve_products(picture)
    assert list(releve_products(picture)) == ["releve-de-decisions-2026.docx"]


def test_the_page_and_the_deck_say_it_too(picture: Picture) -> None:
    rows = [{**picture.tables["decisions"].rows[0], "etat_decision": "en-cours", "echeance": date(2026, 3, 30)}]
    tables = {**picture.tables, "decisions": replace(picture.tables["decisions"], rows=rows)}
    seen = replace(picture, tables=tables)
    late = "en cours, en retard depuis le 30/03/2026"
    assert late in render_page(seen)
    slides = Presentation(BytesIO(deck_bytes(seen))).slides
    cells = [c for slide in slides for s in slide.shapes if s.has_table for row in s.table.rows for c in row.cells]
    (cell,) = [c for c in cells if c.text == late]
    assert str(cell.fill.fore_color.rgb) == "FFE9C2"
