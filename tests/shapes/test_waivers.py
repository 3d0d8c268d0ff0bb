"""Dérogations: what is waived says so, until its last day; nothing else moves, nothing is hidden by accident."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rulebench import DUE, EARLY, HERE, make_dataset

from droitcommun.graph.check import check_campagne
from droitcommun.graph.checks.findings import CheckReport, Finding, Waiver
from droitcommun.graph.checks.waivers import Granted, waive

FAULTS = ("R-A1/invalid-forme", "R-E11/invalid", "R-T3/invalid", "R-E0/invalid-deux", "R-M2/invalid-montant")
LAST = date(2026, 12, 31)


@lru_cache(maxsize=1)
def faults() -> str:
    return "\n".join((HERE / f"{name}.ttl").read_text(encoding="utf-8") for name in FAULTS)


@lru_cache(maxsize=1)
def plain() -> CheckReport:
    return check_campagne(make_dataset(faults()), DUE)


def derogation(constat: str, fin: str = "2026-12-31", name: str = "d1", campagne: str = "essai/campagne/2026") -> str:
    return f"""
<essai/derogation/2026/{name}> a cdv:Derogation ; cdv:campagne <{campagne}> ; cdv:contrat <contrat/essai> ;
  cdv:constat "{constat}" ; cdv:motif "Décidé au copil du 12 mars" ; cdv:dateFin "{fin}"^^xsd:date .
"""


def waived(text: str, today: date = DUE) -> CheckReport:
    return check_campagne(make_dataset(faults() + text), today)


def the(report: CheckReport, rule: str) -> Finding:
    return next(f for f in report.findings if f.regle == rule)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_waiver_touches_the_findings_it_names_and_no_other(data: st.DataObject) -> None:
    findings = plain().findings
    named = data.draw(st.sets(st.sampled_from([f.id for f in findings])))
    invented = data.draw(st.sets(st.text("0123456789abcdef", min_size=1, max_size=7)))
    granted = [Granted(f"urn:{n}", c, "motif", LAST) for n, c in enumerate(sorted(named | invented))]
    after = waive(findings, granted, DUE)
    assert [f.id for f in after] == [f.id for f in findings]
    for before, now in zip(findings, after, strict=True):
        if before.id in named:
            assert now == replace(before, etat="deroge", derogation=Waiver("motif", "2026-12-31", True))
        elif before.id not in invented:
            assert now == before


def test_the_beginning_that_reports_show_is_enough_when_it_names_one_finding() -> None:
    finding = plain().findings[0]
    for said, etat in ((finding.id[:8], "deroge"), (finding.id[:7], finding.etat), ("", finding.etat)):
        (after,) = waive([finding], [Granted("urn:d", said, "motif", LAST)], DUE)
        assert after.etat == etat
    twin = replace(finding, id=finding.id[:8] + "x" * 8)
    both = waive([finding, twin], [Granted("urn:d", finding.id[:8], "motif", LAST)], DUE)
    assert [f.derogation for f in both] == [None, None]


@given(st.lists(st.integers(-400, 400), min_size=1, max_size=4))
def test_the_longest_waiver_counts_and_holds_to_its_last_day_included(offsets: list[int]) -> None:
    finding = plain().findings[0]
    granted = [Granted(f"urn:{n}", finding.id, f"motif {n}", DUE + timedelta(o)) for n, o in enumerate(offsets)]
    (after,) = waive([finding], granted, DUE)
    assert (after.etat == "deroge") == (max(offsets) >= 0)
    assert after.derogation is not None
    assert after.derogation.expire == (DUE + timedelta(max(offsets))).isoformat()
    assert after.derogation.valable == (after.etat == "deroge")


def test_a_waived_finding_is_counted_apart_and_shown_with_its_reason() -> None:
    target = the(plain(), "R-A1")
    report = waived(derogation(target.id))
    now = the(report, "R-A1")
    assert now.etat == "deroge"
    assert now.derogation == Waiver("Décidé au copil du 12 mars", "2026-12-31", True)
    before, after = plain().resume(), report.resume()
    assert after == {**before, "violation": before["violation"] - 1, "deroge": 1}
    assert [f.id for f in report.findings] == [f.id for f in plain().findings]


def test_an_expired_waiver_leaves_the_finding_open_with_a_note() -> None:
    target = the(plain(), "R-A1")
    for day, etat in ((date(2026, 10, 31), "deroge"), (date(2026, 11, 1), "ouvert")):
        now = the(waived(derogation(target.id, fin="2026-10-31"), today=day), "R-A1")
        assert (now.etat, now.derogation and now.derogation.valable) == (etat, etat == "deroge")


def test_what_is_still_to_come_can_be_waived_and_goes_back_to_its_own_state() -> None:
    early = check_campagne(make_dataset((HERE / "R-G3/invalid-aucun.ttl").read_text(encoding="utf-8")), EARLY)
    target = next(f for f in early.findings if f.etat == "a-venir")
    text = (HERE / "R-G3/invalid-aucun.ttl").read_text(encoding="utf-8")
    for fin, etat in (("2026-12-31", "deroge"), ("2026-01-01", "a-venir")):
        report = check_campagne(make_dataset(text + derogation(target.id, fin=fin)), EARLY)
        assert next(f for f in report.findings if f.id == target.id).etat == etat


@pytest.mark.parametrize(
    "text",
    [
        derogation("0123456789abcdef"),
        derogation("{id}", campagne="essai/campagne/2025"),
        '<essai/derogation/2026/d1> a cdv:Derogation ; cdv:campagne <essai/campagne/2026> ; cdv:constat "{id}" .',
    ],
    ids=["another finding", "another campagne", "no reason, no last day"],
)
def test_a_waiver_that_does_not_fit_grants_nothing(text: str) -> None:
    report = waived(text.replace("{id}", the(plain(), "R-A1").id))
    assert report.resume()["deroge"] == 0
    assert {f.id for f in plain().findings} <= {f.id for f in report.findings}
    assert all(f.derogation is None for f in report.findings)


def test_changed_data_are_another_finding() -> None:
    text = (HERE / "R-E0/invalid-deux.ttl").read_text(encoding="utf-8")
    kept = next(line for line in text.splitlines() if line.startswith("#- "))
    before = the(check_campagne(make_dataset(text), DUE), "R-E0")
    after = the(check_campagne(make_dataset(text.replace(kept, "")), DUE), "R-E0")
    assert before.sujet == after.sujet
    assert before.message != after.message
    assert before.id != after.id


def test_one_more_line_alike_is_another_finding() -> None:
    def alike(*lines: str) -> dict[str, str]:
        report = check_campagne(make_dataset("\n".join(lines)), DUE)
        return {f.sujet.rsplit("/", 1)[-1]: f.id for f in report.findings if f.regle == "R-M8"}

    text = (HERE / "R-M8/invalid.ttl").read_text(encoding="utf-8")
    two, three = alike(text), alike(text, text.replace("/m2b>", "/m1b>").replace("#moyens-6>", "#moyens-7>"))
    assert (sorted(two), sorted(three)) == (["m2b"], ["m2", "m2b"])
    assert two["m2b"] != three["m2b"]  # it now stands beside two others: nobody has waived that


def test_a_waived_rule_is_neither_met_nor_expected() -> None:
    target = the(plain(), "R-E11")
    before = {s.code: s for s in plain().scores_organismes}["agglo"]
    after = {s.code: s for s in waived(derogation(target.id)).scores_organismes}["agglo"]
    assert (after.fait, after.attendu) == (before.fait, before.attendu - 1)
