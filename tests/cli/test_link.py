"""droitcommun link: two actions are one, or are not; the money stays where it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from .conftest import fill


@pytest.fixture
def deux(cli: Callable, espace: Path, classeur: Path) -> Path:
    """Return a workspace where two bodies declare the same action."""
    assert cli("-w", espace, "ingest", classeur).code == 0
    made = cli("-w", espace, "template", "2026", "--organisme", "caf-62", "--service", "Action sociale")
    other = Path(made.out.strip())
    source, target = openpyxl.load_workbook(classeur), openpyxl.load_workbook(other)
    for sheet in ("Actions", "Moyens"):
        for column, title in enumerate((c.value for c in source[sheet][2]), 1):
            if title and title != "Identifiant":
                target[sheet].cell(3, column, source[sheet].cell(3, column).value)
    target.save(other)
    identity = {"Réponse": "Actions déclarées", "Fonction du référent technique": "Conseiller"}
    fill(other, "Identité", [{**identity, "Date de réponse": source["Identité"]["E3"].value or "02/03/2026"}])
    fill(other, "Actions", [{"Intitulé de l'action ou du dispositif": "Emploi : permanences"}])
    fill(other, "Moyens", [{"Action": "Emploi : permanences"}])
    assert cli("-w", espace, "ingest", other).code == 0
    return espace


def listed(cli: Callable, espace: Path) -> list[dict[str, object]]:
    result = cli("-w", espace, "link", "--list", "--format", "json")
    assert result.code == 0, result.err
    return json.loads(result.out)["lignes"]


def money(cli: Callable, espace: Path) -> str:
    return cli("-w", espace, "sparql", "SELECT (SUM(?c) AS ?n) WHERE { ?m cdv:centimes ?c }", "--format", "csv").out


def test_a_possible_duplicate_is_proposed_then_linked_then_forgotten(cli: Callable, deux: Path) -> None:
    (pair,) = listed(cli, deux)
    assert (pair["etat"], pair["organisme_1"], pair["organisme_2"]) == ("possible", "caf-62", "cd62")
    assert pair["sommes"] == "budget-ordinaire 2025 : 12\u202f000\u00a0€"
    before, total = cli("-w", deux, "doctor").out.splitlines()[-1], money(cli, deux)
    made = cli("-w", deux, "link", str(pair["action_1"]), "Permanences emploi")
    assert made.code == 0, made.err
    assert "La même action" in made.out
    (link,) = listed(cli, deux)
    assert (link["etat"], link["proximite"]) == ("meme", None)
    assert money(cli, deux) == total
    held = cli("-w", deux, "doctor").out.splitlines()[-1]
    assert cli("-w", deux, "rebuild").code == 0
    assert cli("-w", deux, "doctor").out.splitlines()[-1] == held != before
    assert cli("-w", deux, "link", "emploi permanences", "permanences emploi", "--distinctes").code == 0
    assert [row["etat"] for row in listed(cli, deux)] == ["distinctes"]  # the later word replaces the earlier
    assert cli("-w", deux, "link", "emploi permanences", "permanences emploi", "--annuler").code == 0
    assert [row["etat"] for row in listed(cli, deux)] == ["possible"]
    assert cli("-w", deux, "link", "emploi permanences", "permanences emploi", "--annuler").code == 2


def test_linked_actions_count_once(cli: Callable, deux: Path) -> None:
    def rows() -> list[dict[str, str]]:
        query = "SELECT DISTINCT ?r WHERE { ?a cdv:compteeAvec ?r }"
        return json.loads(cli("-w", deux, "sparql", query, "--format", "json").out)["results"]["bindings"]

    assert len(rows()) == 2
    assert cli("-w", deux, "link", "emploi permanences", "permanences emploi").code == 0
    assert len(rows()) == 1


def test_a_link_is_said_both_ways(cli: Callable, deux: Path) -> None:
    assert cli("-w", deux, "link", "emploi permanences", "permanences emploi").code == 0
    query = "ASK { ?a cdv:memeActionQue ?b . ?b cdv:memeActionQue ?a }"
    assert json.loads(cli("-w", deux, "sparql", query, "--format", "json").out)["boolean"] is True


def test_what_cannot_be_is_wrong_usage(cli: Callable, deux: Path) -> None:
    for arguments, said in (
        (("Permanence emplois", "emploi permanences"), "« Permanences emploi »"),
        (("zzzz", "emploi permanences"), "link --list"),
        (("permanences emploi", "Permanences  emploi !"), "deux fois la même action"),
        (("permanences emploi",), "Donnez deux actions"),
        (("permanences emploi", "emploi permanences", "--annuler", "--distinctes"), "de trop"),
    ):
        result = cli("-w", deux, "link", *arguments)
        assert result.code == 2, arguments
        assert said in result.err
    assert [row["etat"] for row in listed(cli, deux)] == ["possible"]
