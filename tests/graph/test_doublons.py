"""Possible duplicates: same money, near title, nobody has settled it; and what links imply."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droitcommun.graph.derive import derive
from droitcommun.graph.doublons import Decided, doublons, nearness
from droitcommun.graph.names import BASE
from droitcommun.graph.store import Store

CAMPAGNE = BASE + "id/essai/campagne/2026"
HEAD = f"""@base <{BASE}id/> .
<contrat/essai> a cdv:ContratDeVille .
<essai/campagne/2026> a cdv:Campagne ; cdv:contrat <contrat/essai> ; cdv:annee "2026"^^xsd:gYear .
<organisme/caf> a cdv:Organisme ; skos:notation "caf" ; skos:prefLabel "Caf"@fr .
<organisme/ville> a cdv:Organisme ; skos:notation "ville" ; skos:prefLabel "Ville"@fr .
<qpv/Q1> a cdv:QPV ; cdv:commune <commune/1> . <qpv/Q2> a cdv:QPV ; cdv:commune <commune/1> .
"""


def action(code: str, organisme: str, titre: str, centimes: int = 1200000, exercice: int = 2025, lieu: str = "") -> str:
    where = f" ; {lieu}" if lieu else ""
    return f"""
<essai/action/2026/{organisme}/s/{code}> a cdv:Action ; cdv:contrat <contrat/essai> ;
  cdv:campagne <essai/campagne/2026> ;
  cdv:declarant <organisme/{organisme}> ; dcterms:title "{titre}"{where} .
<essai/moyen/2026/{organisme}/s/{code}> a cdv:Moyen ; cdv:contrat <contrat/essai> ;
  cdv:campagne <essai/campagne/2026> ;
  cdv:action <essai/action/2026/{organisme}/s/{code}> ; cdv:apporteur <organisme/{organisme}> ;
  cdv:exercice "{exercice}"^^xsd:gYear ; cdv:source <../codes/source-financement/p147> ;
  cdv:unite <../codes/unite/EUR> ; cdv:centimes {centimes} .
"""


def found(*parts: str) -> list[tuple[str, str, str]]:
    store = Store.from_turtle(HEAD + "".join(parts))
    derive(store)
    return [
        (d.premiere.action.rsplit("/", 1)[-1], d.seconde.action.rsplit("/", 1)[-1], d.genre)
        for d in doublons(store, CAMPAGNE)
    ]


A = action("a", "caf", "Permanences d'accès aux droits")
B = action("b", "ville", "Accès aux droits : permanences")


def test_the_same_money_under_a_near_title_is_shown() -> None:
    assert found(A, B) == [("a", "b", "entre-organismes")]


@pytest.mark.parametrize(
    "other",
    [
        action("b", "ville", "Accès aux droits : permanences", centimes=1200001),
        action("b", "ville", "Accès aux droits : permanences", exercice=2026),
        action("b", "ville", "Accès aux droits : permanences").replace("p147", "pre"),
        action("b", "ville", "Ateliers de cuisine"),
        action("b", "caf", "Accès aux droits : permanences"),  # one body, two titles: two lines it wrote itself
    ],
    ids=["amount", "exercice", "source", "title", "one body"],
)
def test_anything_else_is_not(other: str) -> None:
    assert found(A, other) == []


def test_zero_is_no_shared_money() -> None:
    zero = [action(c, o, "Permanences", centimes=0) for c, o in (("a", "caf"), ("b", "ville"))]
    assert found(*zero) == []


def test_the_same_title_twice_in_one_body_is_shown() -> None:
    assert found(A, action("c", "caf", "PERMANENCES d’acces aux droits")) == [("a", "c", "dans-un-organisme")]


@pytest.mark.parametrize(
    ("here", "there", "shown"),
    [
        ("cdv:qpv <qpv/Q1>", "cdv:qpv <qpv/Q2>", False),
        ("cdv:qpv <qpv/Q1>", "cdv:qpv <qpv/Q1>", True),
        ("cdv:qpv <qpv/Q1>", "cdv:commune <commune/1>", True),
        ("cdv:qpv <qpv/Q1>", "cdv:commune <commune/2>", False),
        ("cdv:qpv <qpv/Q1>", "", True),
    ],
)
def test_actions_that_surely_take_place_elsewhere_are_two(here: str, there: str, shown: bool) -> None:
    first = action("a", "caf", "Permanences", lieu=here)
    assert bool(found(first, action("b", "ville", "Permanences", lieu=there))) == shown


@pytest.mark.parametrize("said", ["memeActionQue", "distincteDe"])
def test_what_is_settled_is_not_shown_again(said: str) -> None:
    one, other = "<essai/action/2026/caf/s/a>", "<essai/action/2026/ville/s/b>"
    assert found(A, B, f"{one} cdv:{said} {other} . {other} cdv:{said} {one} .") == []


def test_one_line_a_pair_with_all_that_it_shares() -> None:
    def second_year(text: str, code: str) -> str:
        moyen = text[text.index("<essai/moyen") :].replace(f"/{code}> a", f"/{code}2> a")
        return moyen.replace('"2025"', '"2026"').replace("1200000", "500")

    more = second_year(A, "a") + second_year(B, "b")
    store = Store.from_turtle(HEAD + A + B + more)
    derive(store)
    (pair,) = doublons(store, CAMPAGNE)
    assert [(s.exercice, s.source, s.unite, int(s.quantite)) for s in pair.sommes] == [
        (2025, "p147", "EUR", 1200000),
        (2026, "p147", "EUR", 500),
    ]


@given(st.text(max_size=30), st.text(max_size=30))
def test_nearness_is_symmetric_and_whole_for_one_title(first: str, second: str) -> None:
    assert nearness(first, second) == nearness(second, first)
    assert nearness(first, first) == 100
    assert 0 <= nearness(first, second) <= 100


def test_links_follow_one_another_and_contradictions_are_seen() -> None:
    decided = Decided([("a", "b"), ("b", "c")], [("c", "d")])
    assert decided.cluster("a") == {"a", "b", "c"}
    assert decided.settled("a", "c")
    assert decided.settled("a", "d")  # since c is told apart from d, and a is c
    assert not decided.settled("a", "e")
    assert decided.contradiction() is None
    assert Decided([("a", "b"), ("b", "c")], [("c", "a")]).contradiction() == ("a", "c")
