"""droitcommun check: JSON contract, forms, exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

TOP = [
    "contrat",
    "campagne",
    "conforme",
    "resume",
    "non-verifie",
    "organismes",
    "ambitions",
    "constats",
]
FINDING = [
    "id",
    "regle",
    "gravite",
    "etat",
    "destinataire",
    "organisme",
    "sujet",
    "libelle",
    "chemin",
    "valeur",
    "message",
    "correction",
    "reference",
    "sources",
]


@pytest.fixture(scope="module")
def report(cli: Callable, demo: Path) -> dict:
    result = cli("-w", demo, "check", "2026", "--format", "json")
    assert result.code == 1, result.err
    return json.loads(result.out)


def test_json_follows_the_contract(report: dict) -> None:
    assert set(TOP) <= set(report)
    assert (report["contrat"], report["campagne"], report["conforme"]) == ("call-2024", 2026, False)
    assert set(report["resume"]) == {"violation", "warning", "info", "deroge", "a-venir"}
    assert all(set(FINDING) <= set(f) for f in report["constats"])
    for body in report["organismes"]:
        assert set(body) == {"organisme", "libelle", "score", "constats"}
        assert 0 <= body["score"]["fait"] <= body["score"]["attendu"]


def test_the_summary_counts_the_open_findings(report: dict) -> None:
    for gravite in ("violation", "warning", "info"):
        opened = [f for f in report["constats"] if f["gravite"] == gravite and f["etat"] == "ouvert"]
        assert report["resume"][gravite] == len(opened)


def test_findings_are_french_and_name_the_cell(report: dict) -> None:
    located = [f for f in report["constats"] if f["sources"]]
    assert located
    for finding in located:
        for source in finding["sources"]:
            assert source["fichier"] and source["feuille"]
    assert all(f["message"] and f["correction"] for f in report["constats"])
    assert not any("https://w3id.org" in f["message"] for f in report["constats"])


@pytest.mark.parametrize(("threshold", "code"), [("violation", 1), ("warning", 1), ("never", 0)])
def test_fail_on(cli: Callable, demo: Path, threshold: str, code: int) -> None:
    assert cli("-w", demo, "check", "2026", "--fail-on", threshold).code == code


def test_a_body_alone_has_its_own_findings_only(cli: Callable, demo: Path, report: dict) -> None:
    body = next(f["organisme"] for f in report["constats"] if f["organisme"])
    alone = json.loads(cli("-w", demo, "check", "2026", "--organisme", body, "--format", "json").out)
    assert {f["organisme"] for f in alone["constats"]} == {body}
    assert sorted(f["id"] for f in alone["constats"]) == sorted(
        f["id"] for f in report["constats"] if f["organisme"] == body
    )


def test_html_is_one_file_without_outside_resource(cli: Callable, demo: Path, tmp_path: Path) -> None:
    target = tmp_path / "constats.html"
    result = cli("-w", demo, "check", "2026", "--format", "html", "--out", target)
    assert (result.code, result.out) == (1, "")
    page = target.read_text(encoding="utf-8")
    assert "Données fictives" in page or "données fictives" in page
    assert 'src="http' not in page and "<link" not in page


def test_text_says_n_out_of_m(cli: Callable, demo: Path) -> None:
    out = cli("-w", demo, "check", "2026").out
    assert " sur " in out
    assert "à corriger" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["2031"], "campagne open 2031"), (["2026", "--organisme", "cd26"], "cd26"), ([], "ANNEE")],
)
def test_wrong_usage(cli: Callable, demo: Path, arguments: list[str], words: str) -> None:
    result = cli("-w", demo, "check", *arguments)
    assert (result.code, result.out) == (2, "")
    assert words in result.err
