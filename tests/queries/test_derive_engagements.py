"""Evidence and established state of the commitments, worked out by hand: what proves, from where, and what follows."""

# ruff: noqa: E501 - statements of the fixtures, one a line
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from droitcommun.graph.derive import derive
from droitcommun.graph.names import CDV, CODES, ID
from droitcommun.graph.store import Store

# What the registers add to the shared fixture is left out: each test says its own evidence.
DATA = (Path(__file__).parent / "data.ttl").read_text(encoding="utf-8").split("# Life of the contract:")[0]
_HEAD = f"""@prefix cdv: <{CDV}> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix etat: <{CODES}etat-engagement/> .
@prefix preuve: <{CODES}type-preuve/> .
@prefix presence: <{CODES}presence/> .
@prefix modalite: <{CODES}modalite/> .
@prefix org: <{ID}organisme/> .
@prefix t: <{ID}essai/type-engagement/> .
@prefix e: <{ID}essai/> .
@prefix c: <{ID}essai/campagne/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
Made = Callable[..., Store]


@pytest.fixture
def made(underived: Callable[..., Store]) -> Made:
    """Return a function that derives the shared fixture with more statements, and fewer of *without*."""

    def make(extra: str, without: str = "") -> Store:
        assert without in DATA
        store = underived(DATA.replace(without, ""), _HEAD + extra)
        derive(store)
        return store

    return make


def etat(store: Store, code: str, annee: int = 2026) -> list[str]:
    """Return the established states of an engagement given as « body/E01 »: there is exactly one."""
    rows = store.select(f"SELECT ?e WHERE {{ <{ID}essai/engagement/{annee}/{code}> cdv:etatEtabli ?e }}")
    return [row["e"].value.removeprefix(f"{CODES}etat-engagement/") for row in rows]


def preuves(store: Store, code: str, annee: int = 2026) -> set[tuple[str, str, str]]:
    """Return the computed evidence of an engagement: kind, title, what it is derived from."""
    rows = store.select(
        f"""SELECT ?sorte ?titre ?source WHERE {{ <{ID}essai/engagement/{annee}/{code}> cdv:preuveCalculee ?p .
        ?p a cdv:PreuveCalculee ; cdv:typePreuve ?sorte ; dcterms:title ?titre ; prov:wasDerivedFrom ?source }}"""
    )
    return {
        (
            row["sorte"].value.removeprefix(f"{CODES}type-preuve/"),
            row["titre"].value,
            row["source"].value.removeprefix(f"{ID}essai/"),
        )
        for row in rows
    }


def test_every_engagement_has_one_state(made: Made) -> None:
    rows = made("").select(
        "SELECT ?e (COUNT(?etat) AS ?n) WHERE { ?e a cdv:Engagement OPTIONAL { ?e cdv:etatEtabli ?etat } } GROUP BY ?e"
    )
    assert len(rows) > 10
    assert {row["n"].value for row in rows} == {"1"}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("cdv:etatEngagement etat:constate ; cdv:preuve <urn:p>", "constate"),
        ("cdv:etatEngagement etat:constate", "en-cours"),  # said, and nothing shows it
        ("cdv:etatEngagement etat:en-cours", "en-cours"),
        ("cdv:etatEngagement etat:pas-encore", "pas-encore"),
        ("cdv:etatEngagement etat:sans-objet", "sans-objet"),
        ("cdv:etatEngagement etat:sans-information", "sans-information"),
        ("cdv:precision 'On verra.'", "sans-information"),
    ],
)
def test_state_from_what_one_service_says(made: Made, said: str, found: str) -> None:
    extra = "<urn:s> a cdv:SuiviEngagement ; cdv:campagne c:2026 ; cdv:organisme org:bailleur ; "
    store = made(extra + f"cdv:typeEngagement t:E13 ; {said} .")
    assert etat(store, "bailleur/E13") == [found]
    assert etat(store, "bailleur/E01") == ["sans-information"]


def test_the_most_advanced_service_wins_and_non_pris_is_no_engagement(made: Made) -> None:
    store = made("")
    assert etat(store, "commune-a/E01") == ["constate"]  # one service quotes evidence, the other is under way
    assert etat(store, "commune-a/E01", 2025) == ["sans-information"]
    assert etat(store, "caf/E14") == ["en-cours"]
    assert etat(store, "departement/E13") == []


PRESENT = (
    "e:p1 a cdv:Presence ; cdv:organisme org:departement ; cdv:seance {seance} ; cdv:etatPresence presence:{etat} .\n"
)
PROUVE = "e:instance\\/copil cdv:presenceProuve preuve:presence-copil . t:E01 cdv:prouvePar preuve:presence-copil .\n"


@pytest.mark.parametrize(
    ("seance", "presence", "found"),
    [("e:s1", "present", "constate"), ("e:s1", "excuse", "pas-encore"), ("e:s2", "present", "pas-encore"),
     ("e:s3", "present", "pas-encore")],
)  # fmt: skip
def test_presence_proves_when_held_and_present_at_the_right_instance(
    made: Made, seance: str, presence: str, found: str
) -> None:
    store = made(PROUVE + PRESENT.format(seance=seance, etat=presence))
    assert etat(store, "departement/E01") == [found]
    expected = {("presence-copil", "Comité de pilotage – 12/03/2026", "p1")} if found == "constate" else set()
    assert preuves(store, "departement/E01") == expected


def test_cumulated_evidence_is_under_way_until_all_of_it_is_there(made: Made) -> None:
    both = "t:E01 cdv:preuvesCumulees true ; cdv:prouvePar preuve:contribution-transmise .\n" + PROUVE
    assert etat(made(both), "departement/E01") == ["en-cours"]
    assert etat(made(both + PRESENT.format(seance="e:s1", etat="present")), "departement/E01") == ["constate"]
    assert etat(made(both), "bailleur/E01") == ["en-cours"]
    assert preuves(made(both), "bailleur/E01") == {("contribution-transmise", "direction", "c5")}


DEPOT = "e:d9 a cdv:Depot ; cdv:organisme org:{org} ; cdv:typePreuve preuve:etudes ; cdv:campagne c:{annee} ; {date} dcterms:title 'Étude' .\n"
CLOTURE = "c:2026 cdv:dateCloture '2026-10-01'^^xsd:date . c:2025 cdv:dateCloture '2025-10-01'^^xsd:date .\n"


@pytest.mark.parametrize(
    ("duree", "annee", "date", "found"),
    [
        (
            None,
            2026,
            "cdv:date '2019-01-01'^^xsd:date ;",
            True,
        ),  # no life: the campagne that collects it, whatever its date
        (None, 2025, "cdv:date '2025-03-01'^^xsd:date ;", False),
        (3, 2026, "", True),
        (3, 2026, "cdv:date '2023-10-01'^^xsd:date ;", True),
        (3, 2026, "cdv:date '2023-09-30'^^xsd:date ;", False),
        (3, 2025, "cdv:date '2023-10-01'^^xsd:date ;", True),
        (3, 2025, "", False),  # of another year, and nobody knows when
        (3, 2024, "cdv:date '2024-02-01'^^xsd:date ;", True),  # a campagne that is not loaded is an earlier one
        (3, 2027, "cdv:date '2026-02-01'^^xsd:date ;", False),  # collected later: this campagne did not know it
    ],
)
def test_a_deposit_proves_as_long_as_the_contract_says(
    made: Made, duree: int | None, annee: int, date: str, found: bool
) -> None:
    life = f" ; cdv:dureePreuve {duree}" if duree else ""
    later = "c:2027 a cdv:Campagne ; cdv:contrat <https://w3id.org/droit-commun/id/contrat/essai> ; cdv:annee '2027'^^xsd:gYear .\n"
    store = made(
        CLOTURE
        + f"t:E01 cdv:prouvePar preuve:etudes{life} .\n"
        + (later if annee == 2027 else "")
        + DEPOT.format(org="bailleur", annee=annee, date=date)
    )
    assert etat(store, "bailleur/E01") == ["constate" if found else "sans-information"]
    assert etat(store, "caf/E01") == ["sans-information"]


def test_the_workbook_proves_contact_position_staff_and_abatement(made: Made) -> None:
    kinds = ("referent-en-poste", "positionnement", "rh-proximite", "convention-tfpb")
    extra = "".join(f"t:E01 cdv:prouvePar preuve:{kind} .\n" for kind in kinds)
    store = made(extra + "e:c5 cdv:fonctionReferent 'Cheffe de projet' .\n")
    assert preuves(store, "bailleur/E01") == {
        ("referent-en-poste", "Cheffe de projet", "c5"),
        ("convention-tfpb", "Entretien renforcé", "m13"),
        ("rh-proximite", "Entretien renforcé", "m14"),
    }
    assert {kind for kind, _, _ in preuves(store, "departement/E01")} == {"positionnement", "rh-proximite"}
    assert preuves(store, "caf/E01", 2025) == set()


def test_zero_staff_proves_nothing(made: Made) -> None:
    store = made("t:E01 cdv:prouvePar preuve:rh-proximite . e:m14 cdv:quantite 0.0 .", " ; cdv:quantite 120.0")
    assert preuves(store, "bailleur/E01") == set()


PLAN = "e:plan{n} a cdv:PlanAction ; cdv:campagne c:2026 ; cdv:organisme org:{org} ; cdv:qpv <https://w3id.org/droit-commun/id/qpv/{qpv}> ; dcterms:title 'Plan {n}' .\n"
QUARTIERS = "t:E14 cdv:prouvePar preuve:plan-action . org:commune-a cdv:competence <urn:commune> .\n" + "".join(
    f"<https://w3id.org/droit-commun/id/qpv/{q}> cdv:commune <urn:commune> ; cdv:perimetre <{CODES}perimetre-qpv/dans-contrat> .\n"
    for q in ("QN1", "QN2")
)


@pytest.mark.parametrize(
    ("plans", "found", "left"),
    [
        ((), "sans-information", {"QN1", "QN2"}),
        ((("commune-a", "QN1"),), "en-cours", {"QN2"}),
        ((("commune-a", "QN1"), ("caf", "QN2")), "constate", set()),  # whoever carries it
    ],
)
def test_a_plan_for_each_district(made: Made, plans: tuple[tuple[str, str], ...], found: str, left: set[str]) -> None:
    store = made(QUARTIERS + "".join(PLAN.format(n=n, org=o, qpv=q) for n, (o, q) in enumerate(plans)))
    assert etat(store, "commune-a/E14") == [found]
    rows = store.select(f"SELECT ?q WHERE {{ <{ID}essai/engagement/2026/commune-a/E14> cdv:resteAProuver ?q }}")
    assert {row["q"].value.rpartition("/")[2] for row in rows} == left


def test_an_evaluator_is_named_by_the_evaluation(made: Made) -> None:
    store = made(
        "t:E01 cdv:prouvePar preuve:evaluateur-designe .\n"
        "e:o1 a cdv:ObjetEvaluation ; cdv:campagne c:2026 ; cdv:question 'Et le Labo ?' ; cdv:evaluateur org:caf ."
    )
    assert preuves(store, "caf/E01") == {("evaluateur-designe", "Et le Labo ?", "o1")}
    assert etat(store, "caf/E01") == ["constate"]


def test_deriving_twice_adds_nothing(made: Made) -> None:
    store = made(PROUVE + PRESENT.format(seance="e:s1", etat="present"))
    before = store.ntriples()
    derive(store)
    assert store.ntriples() == before
