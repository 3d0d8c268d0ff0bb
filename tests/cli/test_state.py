"""droitcommun state, and the questions asked of several contracts at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

VAL = Path(__file__).parents[1] / "contrats" / "val-d-essai.ttl"


def rows(cli: Callable, folder: Path, day: str) -> list[dict[str, object]]:
    result = cli("-w", folder, "state", "--date", day, "--format", "json")
    assert result.code == 0, result.err
    return json.loads(result.out)["lignes"]


def test_before_the_contract_begins_it_is_not_in_force(cli: Callable, espace: Path) -> None:
    assert [r["code"] for r in rows(cli, espace, "2024-01-01") if r["genre"] == "version"] == []
    (version,) = (r for r in rows(cli, espace, "2026-01-01") if r["genre"] == "version")
    assert (version["code"], version["debut"], version["fin"]) == ("1", "2024-03-31", "2030-12-31")


def test_what_the_contract_holds_is_listed_by_kind(cli: Callable, espace: Path) -> None:
    found = rows(cli, espace, "01/06/2026")
    kinds = {kind: sum(r["genre"] == kind for r in found) for kind in ("pilier", "ambition", "axe", "type-engagement")}
    assert kinds == {"pilier": 3, "ambition": 12, "axe": 2, "type-engagement": 15}
    assert {r["code"] for r in found if r["genre"] == "partie"} >= {"caf-62", "cd62", "call"}


def test_without_a_date_today_is_read(cli: Callable, espace: Path) -> None:
    shown = cli("-w", espace, "state")
    assert shown.code == 0 and "Contrat de ville de Lens-Liévin" in shown.out
    assert cli("-w", espace, "state", "--date", "31 juin").code == 2


def test_contracts_stand_side_by_side(cli: Callable, espace: Path) -> None:
    made = cli("-w", espace, "init", espace, "--contrat", VAL)
    assert made.code == 0, made.err
    opened = cli("-w", espace, "-c", "val-d-essai", "campagne", "open", "2026", "--cloture", "2026-06-30")
    assert opened.code == 0, opened.err
    asked = cli("-w", espace, "query", "contrats-cote-a-cote", "-p", "annee=2026", "--format", "json")
    assert asked.code == 0, asked.err
    found = {r["contrat"]: r for r in json.loads(asked.out)["lignes"]}
    assert list(found) == ["call-2024", "val-d-essai"]
    assert found["call-2024"]["n_ambitions"] == 12 and found["call-2024"]["n_repondants"] == 0
    assert found["val-d-essai"]["euros_dc"] is None
