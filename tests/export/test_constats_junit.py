"""The findings as JUnit XML, read back by junitparser."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from junitparser import Failure, JUnitXml, Skipped, TestSuite

from droitcommun.graph.checks.findings import CheckReport
from droitcommun.graph.export.constats.junitreport import render_junit


@pytest.fixture(scope="module")
def suites(report: CheckReport) -> dict[str, TestSuite]:
    read = JUnitXml.fromroot(JUnitXml.fromstring(render_junit(report))._elem)
    return {suite.name: suite for suite in read}


def outcomes(suite: TestSuite) -> dict[str, str]:
    found = {}
    for case in suite:
        kinds = {Failure: "failure", Skipped: "skipped"}
        result = [f"{kinds[type(r)]} {r.type or ''}".strip() for r in case.result]
        found[case.name.split(" – ")[0]] = result[0] if result else "passed"
    return found


def test_one_suite_a_body_and_one_case_a_rule(suites: dict[str, TestSuite]) -> None:
    assert next(iter(suites)) == "Commune de Bourg"
    assert outcomes(suites["Commune de Bourg"]) == {
        "R-A1": "failure violation",
        "R-A6": "failure violation",
        "R-M1": "failure violation",  # one waived, one whose dérogation has expired
        "R-E0": "failure warning",
        "R-M8": "passed",  # for information
        "R-E02": "skipped",
        "R-E01": "skipped",
        "R-T1": "passed",
    }
    assert outcomes(suites["Les Toits"]) == {"R-A6": "passed"}
    assert outcomes(suites["Contrat, territoires et gouvernance"]) == {"R-G2": "failure violation"}


def test_counts_are_those_of_the_cases(suites: dict[str, TestSuite], report: CheckReport) -> None:
    for suite in suites.values():
        got = list(outcomes(suite).values())
        assert (suite.tests, suite.failures, suite.skipped, suite.errors) == (
            len(got),
            sum(o.startswith("failure") for o in got),
            got.count("skipped"),
            0,
        )
    whole = JUnitXml.fromstring(render_junit(report))
    assert whole.tests == sum(suite.tests for suite in suites.values())


def test_a_failure_says_the_cell_and_the_move(suites: dict[str, TestSuite]) -> None:
    case = next(c for c in suites["Commune de Bourg"] if c.name.startswith("R-A1"))
    assert case.result[0].text == (
        "Action 1 : la forme de l'action 1 manque.\n→ Feuille Actions : choisir une forme.\nbourg.xlsx › Actions › E1"
    )
    waived = next(c for c in suites["Commune de Bourg"] if c.name.startswith("R-M1"))
    assert "Dérogation jusqu'au 31/12/2026 : Vu au copil ; sans suite" in (waived.system_out or "")
    assert "Dérogation expirée le 31/01/2026 : Ancien accord" in waived.result[0].text


def test_a_case_bears_the_same_name_whatever_becomes_of_it(suites: dict[str, TestSuite]) -> None:
    names = {c.name for suite in suites.values() for c in suite if c.name.startswith("R-A6")}
    assert names == {"R-A6 – Cellules lisibles"}


def test_a_rule_partly_for_information_is_not_skipped(report: CheckReport) -> None:
    info, coming = report.findings[3], replace(report.findings[4], regle=report.findings[3].regle)
    (suite,) = JUnitXml.fromstring(render_junit(replace(report, findings=(info, coming), passes=())))
    assert outcomes(suite) == {"R-M8": "passed"}
    assert "à venir : Action 5" in next(iter(suite)).system_out


def test_it_is_xml_whatever_was_typed(report: CheckReport) -> None:
    data = render_junit(report)
    assert b"\x0b" not in data and b"<script" not in data
    assert JUnitXml.fromfile(io.BytesIO(data)).tests == JUnitXml.fromstring(data).tests


def test_fictitious_data_say_so(suites: dict[str, TestSuite], report: CheckReport) -> None:
    assert [p.value for p in suites["Les Toits"].properties()] == ["Données fictives"]
    assert b"fictives" not in render_junit(replace(report, fictif=False))
