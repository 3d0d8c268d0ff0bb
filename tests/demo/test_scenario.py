"""The invented story: what it holds and must show. Expectations are written by hand, not read from its table."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from droitcommun.graph.demo.modele import NE_SAIT_PAS, NON_CHIFFRABLE, Action, Moyen, Scenario
from droitcommun.graph.demo.montants import niveaux, parts, tirage
from droitcommun.graph.demo.scenario import build_scenario
from droitcommun.graph.demo.terrain import Terrain


def actions(scenario: Scenario, annee: int) -> list[tuple[str, Action]]:
    return [(c.organisme, a) for c in scenario.contributions[annee] for a in c.actions]


def moyens(scenario: Scenario, annee: int) -> list[Moyen]:
    return [m for _, action in actions(scenario, annee) for m in action.moyens]


@pytest.mark.parametrize(
    ("annee", "n_organismes", "n_classeurs", "n_actions"), [(2025, 30, 38, 146), (2026, 32, 40, 150)]
)
def test_the_size_of_a_campagne(
    scenario: Scenario, annee: int, n_organismes: int, n_classeurs: int, n_actions: int
) -> None:
    contributions = scenario.contributions[annee]
    assert len({c.organisme for c in contributions}) == n_organismes
    assert len(contributions) == n_classeurs
    found = actions(scenario, annee)
    assert len(found) == n_actions
    assert 2 <= len(moyens(scenario, annee)) / len(found) <= 4


def test_the_departement_answers_by_three_services(scenario: Scenario) -> None:
    services = [c.service for c in scenario.contributions[2026] if c.organisme == "cd62"]
    assert services == ["Insertion et emploi", "Enfance et famille", "Culture et sport"]
    speaking = [c.service for c in scenario.contributions[2026] if c.organisme == "cd62" and c.premiere]
    assert speaking == ["Insertion et emploi"]


@pytest.mark.parametrize("annee", [2025, 2026])
def test_every_kind_of_answer_is_there(scenario: Scenario, annee: int) -> None:
    found = [action for _, action in actions(scenario, annee)]
    assert {a.forme for a in found} == {"offre-ordinaire", "renforcee", "adaptee", "nouvelle", "prestation-legale"}
    assert {a.portee for a in found} == {"qpv", "equipement-voisin", "commune", "agglomeration", "au-dela"}
    lines = moyens(scenario, annee)
    assert {m.nature for m in lines} >= {"subvention", "depense-directe", "personnel", "permanences", "depense-tfpb"}
    specific = {"p147", "adulte-relais", "cite-educative", "pre", "fonjep", "npnru", "ami-agglomeration"}
    assert {m.source for m in lines} >= specific | {"budget-ordinaire", "ctg", "abattement-tfpb", "fse-feder", "autre"}
    assert {m.quantite for m in lines} >= {NON_CHIFFRABLE, NE_SAIT_PAS}
    assert NE_SAIT_PAS in {a.habitants for a in found}
    assert any(not a.moyens for a in found)
    assert any(m.qpv for m in lines)
    assert any(len(a.lieux) > 1 and len({a.ambition, *a.autres}) > 1 for a in found)
    assert {m.phase for m in lines} == {"realise-definitif", "realise-provisoire", "prevu"}


def test_who_says_neant_and_who_is_silent(scenario: Scenario) -> None:
    neant = {y: [c.organisme for c in scenario.contributions[y] if c.neant] for y in (2025, 2026)}
    assert neant == {2025: [], 2026: ["icf-nord-est"]}
    assert scenario.attendus[2026].muets == (
        *("bpifrance", "caisse-des-depots", "commune-62737", "commune-62895", "dtpjj-62", "ja-martin"),
    )
    answering = {c.organisme for c in scenario.contributions[2026]}
    assert not answering & set(scenario.attendus[2026].muets)
    assert len(answering) + len(scenario.attendus[2026].muets) == 38


def test_coverage_of_the_ambitions(scenario: Scenario, terrain: Terrain) -> None:
    covered: dict[int, dict[str, set[str]]] = {}
    for annee in (2025, 2026):
        covered[annee] = {code: set() for code in terrain.ambitions}
        for organisme, action in actions(scenario, annee):
            for code in {action.ambition, *action.autres} & set(terrain.ambitions):
                covered[annee][code].add(organisme)
    few = {y: {code: bodies for code, bodies in found.items() if len(bodies) < 2} for y, found in covered.items()}
    assert few == {2025: {"A3.2": {"call"}}, 2026: {"A2.4": set(), "A1.3": {"cpam-62"}, "A3.2": {"call"}}}
    for annee, found in few.items():
        said = scenario.attendus[annee]
        assert said.ambitions_sans_partenaire == tuple(code for code, bodies in found.items() if not bodies)
        assert said.ambitions_un_partenaire == {code: min(bodies) for code, bodies in found.items() if bodies}


@pytest.mark.parametrize(("annee", "without"), [(2025, {"QN06235M"}), (2026, {"QN06232M", "QN06235M"})])
def test_each_qpv_has_an_action_of_its_own_but_those_meant(
    scenario: Scenario, terrain: Terrain, annee: int, without: set[str]
) -> None:
    inside = {q.code for q in terrain.quartiers if q.dans_contrat}
    named = {code for _, action in actions(scenario, annee) for code in action.lieux}
    alone = {action.lieux[0] for _, action in actions(scenario, annee) if len(action.lieux) == 1}
    assert inside - named == without
    assert inside - alone == without
    assert set(scenario.attendus[annee].qpv_sans_action) == without


def test_titles_are_unique_in_a_workbook(scenario: Scenario) -> None:
    for annee in (2025, 2026):
        for contribution in scenario.contributions[annee]:
            counts = Counter(a.titre for a in contribution.actions)
            assert not [titre for titre, n in counts.items() if n > 1], contribution.service


def test_2026_differs_in_understandable_ways(scenario: Scenario) -> None:
    before = {(o, a.titre): a for o, a in actions(scenario, 2025)}
    after = {(o, a.titre): a for o, a in actions(scenario, 2026)}
    suites = Counter(a.suite for a in after.values())
    assert set(suites) == {"reconduite", "modifiee", "nouvelle", "terminee"}
    for key, action in after.items():
        phases = {m.phase.split("-")[0] for m in action.moyens}
        if action.suite == "nouvelle":
            assert key not in before and phases == {"prevu"}
        elif action.suite == "terminee":
            assert phases == {"realise"}
        elif action.moyens:
            assert phases == {"realise", "prevu"}
    ended = {key for key, action in before.items() if action.suite == "terminee"}
    assert ended and not ended & set(after)
    assert ("call", "Conseillers numériques dans les espaces France services") in ended


def test_a_prevu_of_2025_and_its_realise_are_close(scenario: Scenario) -> None:
    """The réalisé 2025 of campagne 2026 follows the prévu 2025 of campagne 2025, from 93 % to 102 %."""

    def total(annee: int, phase: str) -> Decimal:
        (action,) = [a for _, a in actions(scenario, annee) if a.titre.startswith("Rénovation énergétique")]
        return sum((m.quantite for m in action.moyens if m.phase.startswith(phase)), Decimal(0))

    assert Decimal("0.93") <= total(2026, "realise") / total(2025, "prevu") <= Decimal("1.021")


def test_a_commune_acts_on_its_own_territory(scenario: Scenario, terrain: Terrain) -> None:
    own = {q.code: q.communes for q in terrain.quartiers}
    for organisme, action in actions(scenario, 2026):
        if organisme.startswith("commune-"):
            insee = organisme.removeprefix("commune-")
            assert all(place == insee or insee in own[place] for place in action.lieux), action.titre


def test_the_same_terrain_tells_the_same_story(terrain: Terrain, scenario: Scenario) -> None:
    random.seed(7)  # the global draw has no part in it
    shuffled = replace(terrain, organismes=dict(reversed(terrain.organismes.items())))
    assert build_scenario(shuffled).contributions == scenario.contributions


def test_parts_add_up_to_the_cent() -> None:
    total = Decimal("100.01")
    found = parts(total, 3, tirage("essai"))
    assert sum(found, Decimal(0)) == total
    assert all(part == part.quantize(Decimal("0.01")) and part > 0 for part in found if isinstance(part, Decimal))
    assert parts("non-chiffrable", 2, tirage("essai")) == ["non-chiffrable", "non-chiffrable"]


def test_levels_are_rounded_as_people_do() -> None:
    euros = niveaux(1_000_000, "subvention", 2024, 0.02, tirage("essai"))
    assert set(euros) == {(2024, "realise"), (2025, "prevu"), (2025, "realise"), (2026, "prevu")}
    assert euros[2026, "prevu"] % 100 == 0
    etp = niveaux(2.5, "personnel", 2026, 0.02, tirage("essai"))
    assert etp[2026, "prevu"] == Decimal("2.5")
