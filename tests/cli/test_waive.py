"""droitcommun waive: a finding is left as it is, in sight, for a reason and until a day."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from .conftest import fill

WAIVE = ("--motif", "Décidé au copil du 12 mars", "--expire", "2026-12-31")


def check(cli: Callable, espace: Path, *more: str, day: str = "2026-11-30") -> dict[str, Any]:
    result = cli("-w", espace, "check", "2026", "--format", "json", *more, env={"DROITCOMMUN_DATE": day})
    return {**json.loads(result.out), "code": result.code}


@pytest.fixture
def constat(cli: Callable, espace: Path) -> dict[str, Any]:
    """Return one finding to correct of an empty campagne."""
    found = check(cli, espace, "--fail-on", "never")["constats"]
    return next(f for f in found if f["gravite"] == "violation" and f["organisme"] == "cd62")


def test_a_waived_finding_stays_in_sight_and_no_longer_fails(
    cli: Callable, espace: Path, constat: dict[str, Any]
) -> None:
    before = check(cli, espace)
    made = cli("-w", espace, "waive", constat["id"][:8], *WAIVE)
    assert made.code == 0, made.err
    assert made.out.startswith(f"Dérogation accordée jusqu'au 31/12/2026 : {constat['id']} [{constat['regle']}]")
    after = check(cli, espace)
    assert [f["id"] for f in after["constats"]] == [f["id"] for f in before["constats"]]
    now = next(f for f in after["constats"] if f["id"] == constat["id"])
    assert now["etat"] == "deroge"
    assert now["derogation"] == {"motif": "Décidé au copil du 12 mars", "expire": "2026-12-31", "valable": True}
    assert after["resume"]["violation"] == before["resume"]["violation"] - 1
    assert after["resume"]["deroge"] == 1
    late = check(cli, espace, day="2027-01-01")
    again = next(f for f in late["constats"] if f["id"] == constat["id"])
    assert (again["etat"], again["derogation"]["valable"]) == ("ouvert", False)


def test_a_row_of_the_steering_workbook_waives_like_the_command(
    cli: Callable, espace: Path, tmp_path: Path, constat: dict[str, Any]
) -> None:
    """From the sheet Dérogations, typed with the short id that reports show, through ingest, to the check."""
    assert cli("-w", espace, "template", "2026", "--pilotage", "--out", tmp_path).code == 0
    (path,) = tmp_path.glob("pilotage-*.xlsx")
    row = {"Constat": constat["id"][:8], "Motif": "Vu en copil", "Valable jusqu'au": date(2026, 12, 31)}
    fill(path, "Dérogations", [row])
    sent = cli("-w", espace, "ingest", path)
    assert sent.code == 0, sent.err
    after = check(cli, espace)
    now = next(f for f in after["constats"] if f["id"] == constat["id"])
    assert now["etat"] == "deroge"
    assert now["derogation"] == {"motif": "Vu en copil", "expire": "2026-12-31", "valable": True}
    assert after["resume"]["deroge"] == 1


def test_the_exit_code_counts_open_findings_only(cli: Callable, espace: Path) -> None:
    opened = [f for f in check(cli, espace)["constats"] if (f["gravite"], f["etat"]) == ("violation", "ouvert")]
    of_body = [f for f in opened if f["organisme"] == "cd62"]
    assert check(cli, espace, "--organisme", "cd62")["code"] == 1
    for finding in of_body:
        assert cli("-w", espace, "waive", finding["id"], *WAIVE).code == 0
    assert check(cli, espace, "--organisme", "cd62")["code"] == 0
    assert check(cli, espace)["code"] == 1


def test_it_is_lifted_listed_and_rebuilt(cli: Callable, espace: Path, constat: dict[str, Any]) -> None:
    before = cli("-w", espace, "doctor").out.splitlines()[-1]
    assert cli("-w", espace, "waive", constat["id"], *WAIVE).code == 0
    held = cli("-w", espace, "doctor").out.splitlines()[-1]
    assert cli("-w", espace, "rebuild").code == 0
    assert cli("-w", espace, "doctor").out.splitlines()[-1] == held != before
    (line,) = json.loads(cli("-w", espace, "waive", "--list", "--format", "json").out)["lignes"]
    assert (line["constat"], line["etat"], line["origine"]) == (constat["id"], "en-vigueur", "commande")
    assert cli("-w", espace, "waive", constat["id"][:6], "--annuler").code == 0
    assert json.loads(cli("-w", espace, "waive", "--list", "--format", "json").out)["lignes"] == []
    again = cli("-w", espace, "waive", constat["id"], "--annuler")
    assert again.code == 2
    assert "Rien à annuler" in again.err


def test_a_waiver_whose_finding_is_gone_says_so(
    cli: Callable, espace: Path, classeur: Path, constat: dict[str, Any]
) -> None:
    assert constat["regle"] == "R-E02"
    assert cli("-w", espace, "waive", constat["id"], *WAIVE).code == 0
    assert cli("-w", espace, "ingest", classeur).code == 0
    (line,) = json.loads(cli("-w", espace, "waive", "--list", "--format", "json").out)["lignes"]
    assert (line["etat"], line["regle"]) == ("sans-objet", None)


def test_what_cannot_be_is_wrong_usage_and_nothing_is_waived(
    cli: Callable, espace: Path, constat: dict[str, Any]
) -> None:
    wrong = constat["id"][:-1] + ("0" if constat["id"][-1] != "0" else "1")
    for arguments, said in (
        ((wrong, *WAIVE), f"Les plus proches : {constat['id']}"),
        ((constat["id"][:3], *WAIVE), "Aucun constat"),
        ((constat["id"], "--motif", "x", "--expire", "2026-11-29"), "est passé"),
        ((constat["id"], "--motif", "Voir a.b@exemple.fr", "--expire", "2026-12-31"), "adresse électronique"),
        ((constat["id"], "--motif", "x"), "--expire"),
        (WAIVE, "identifiant"),
    ):
        result = cli("-w", espace, "waive", *arguments)
        assert result.code == 2, arguments
        assert said in result.err
    assert check(cli, espace)["resume"]["deroge"] == 0


def test_a_closed_campagne_is_still_waived(cli: Callable, espace: Path, constat: dict[str, Any]) -> None:
    assert cli("-w", espace, "campagne", "close", "2026").code == 0
    assert cli("-w", espace, "waive", constat["id"], *WAIVE, "--campagne", "2026").code == 0
    assert check(cli, espace)["resume"]["deroge"] == 1
