"""droitcommun decision: add, follow, list, take back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest


def listed(cli: Callable, espace: Path, *more: str) -> list[dict[str, object]]:
    result = cli("-w", espace, "decision", "list", "--format", "json", *more)
    assert result.code == 0, result.err
    return json.loads(result.out)["lignes"]


def empreinte(cli: Callable, espace: Path) -> str:
    return cli("-w", espace, "doctor").out.splitlines()[-1]


def test_a_decision_is_added_followed_and_taken_back(cli: Callable, espace: Path) -> None:
    before = empreinte(cli, espace)
    made = cli(
        *("-w", espace, "decision", "add", "Écrire aux bailleurs", "--responsable", "call", "--echeance", "2026-10-15")
    )
    assert made.code == 0, made.err
    assert made.out.startswith("Décision notée. D1 : Écrire aux bailleurs – à faire – Communauté d'agglomération")
    assert cli("-w", espace, "decision", "add", "Réunir les référents").code == 0
    first, second = listed(cli, espace)
    assert (first["code"], first["responsable"], first["echeance"]) == ("D1", "call", "2026-10-15")
    assert (first["etat"], first["en_retard"]) == ("a-faire", True)  # the tests run on 30 November
    shown = cli("-w", espace, "decision", "list").out
    assert "à faire" in shown and "a-faire" not in shown
    assert (second["code"], second["responsable"], second["echeance"], second["en_retard"]) == ("D2", None, None, False)
    held = empreinte(cli, espace)
    assert cli("-w", espace, "rebuild").code == 0
    assert empreinte(cli, espace) == held
    followed = cli("-w", espace, "decision", "set", "d1", "--etat", "realisee")
    assert "D1 : Écrire aux bailleurs – réalisée – Communauté" in followed.out
    assert "15/10/2026" in followed.out  # what is not given stays
    assert listed(cli, espace)[0]["en_retard"] is False
    for code in ("D1", "D2"):
        assert cli("-w", espace, "decision", "remove", code).code == 0
    assert listed(cli, espace) == []
    assert empreinte(cli, espace) != held
    assert before != held
    assert "D3" in cli("-w", espace, "decision", "add", "Une troisième").out  # a code is never used twice


def test_the_list_is_written_in_every_form(cli: Callable, espace: Path, tmp_path: Path) -> None:
    cli("-w", espace, "decision", "add", "=1+1 à vérifier", "--echeance", "2027-01-10")
    text = cli("-w", espace, "decision", "list", "--format", "csv").out
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";")
    assert row["decision"] == "'=1+1 à vérifier"
    assert row["echeance"] == "2027-01-10"
    assert cli("-w", espace, "decision", "list", "--format", "xlsx").code == 2
    out = tmp_path / "releve.xlsx"
    assert cli("-w", espace, "decision", "list", "--format", "xlsx", "--out", out).code == 0
    sheet = openpyxl.load_workbook(out)["Données"]
    assert sheet["B2"].value == "=1+1 à vérifier"
    assert sheet["B2"].data_type == "s"
    assert "Relevé de décisions de la campagne 2026" in cli("-w", espace, "decision", "list").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "X", "--responsable", "cal"), "Vouliez-vous dire « call » ?"),
        (("add", "X", "--seance", "copil-2026-01-01"), "Séance inconnue"),
        (("add", "Écrire à a.b@exemple.fr"), "adresse électronique"),
        (("add", "  "), "il manque"),
        (("set", "D9", "--etat", "realisee"), "Décision inconnue"),
        (("set", "D9"), "Que change-t-on"),
        (("remove", "D9"), "decision list"),
    ],
)
def test_what_cannot_be_is_wrong_usage(cli: Callable, espace: Path, arguments: tuple[str, ...], said: str) -> None:
    result = cli("-w", espace, "decision", *arguments)
    assert result.code == 2
    assert said in result.err
    assert listed(cli, espace) == []


def test_a_decision_may_name_the_seance_that_took_it(cli: Callable, demo_copy: Path) -> None:
    query = "SELECT ?s WHERE { ?s a cdv:Seance ; cdv:campagne ?c . ?c cdv:annee '2026'^^xsd:gYear } ORDER BY ?s"
    rows = json.loads(cli("-w", demo_copy, "sparql", query, "--format", "json").out)["results"]["bindings"]
    code = rows[0]["s"]["value"].rpartition("/")[2]
    assert cli("-w", demo_copy, "decision", "add", "Revoir la charte", "--seance", code).code == 0
    mine = [d for d in listed(cli, demo_copy, "--campagne", "2026") if d["decision"] == "Revoir la charte"]
    assert [(d["seance"], d["origine"]) for d in mine] == [(code, "commande")]
