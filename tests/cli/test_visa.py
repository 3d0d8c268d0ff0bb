"""droitcommun visa: who approves which version, and what a new version makes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from .conftest import fill


@pytest.fixture
def recu(cli: Callable, espace: Path, classeur: Path) -> Path:
    assert cli("-w", espace, "ingest", classeur).code == 0
    return espace


def etat(cli: Callable, espace: Path) -> dict[str, str | None]:
    query = "SELECT ?etat ?date WHERE { ?c a cdv:Contribution ; cdv:etatVisa ?etat OPTIONAL { ?c cdv:dateVisa ?date } }"
    (row,) = json.loads(cli("-w", espace, "sparql", query, "--format", "json").out)["results"]["bindings"]
    return {"etat": row["etat"]["value"].rpartition("/")[2], "date": row.get("date", {}).get("value")}


def empreinte(cli: Callable, espace: Path) -> str:
    return cli("-w", espace, "doctor").out.splitlines()[-1]


def test_a_visa_is_given_withdrawn_and_rebuilt(cli: Callable, recu: Path) -> None:
    before = empreinte(cli, recu)
    assert etat(cli, recu) == {"etat": "non-vise", "date": None}
    given = cli("-w", recu, "visa", "cd62/insertion", "--fonction", "Cheffe de service", "--le", "12/03/2026")
    assert given.code == 0, given.err
    assert given.out == "Visa noté : cd62/insertion, version 1, campagne 2026, le 12/03/2026 (Cheffe de service).\n"
    assert etat(cli, recu) == {"etat": "vise", "date": "2026-03-12"}
    held = empreinte(cli, recu)
    assert held != before
    assert cli("-w", recu, "rebuild").code == 0
    assert empreinte(cli, recu) == held
    assert cli("-w", recu, "visa", "cd62", "--annuler").code == 0
    assert etat(cli, recu)["etat"] == "non-vise"
    assert empreinte(cli, recu) == before
    again = cli("-w", recu, "visa", "cd62", "--annuler")
    assert again.code == 2
    assert "Rien à annuler" in again.err


def test_a_changed_contribution_is_to_be_approved_again(cli: Callable, recu: Path, classeur: Path) -> None:
    assert cli("-w", recu, "visa", "cd62", "--fonction", "Cheffe de service").code == 0
    assert cli("-w", recu, "ingest", classeur).code == 0  # the same file says nothing new
    assert etat(cli, recu)["etat"] == "vise"
    fill(classeur, "Actions", [{"Forme de mobilisation": "Nouvelle"}])
    assert "n'est pas visée" in cli("-w", recu, "ingest", classeur).out
    assert etat(cli, recu) == {"etat": "a-renouveler", "date": "2026-11-30"}
    fill(classeur, "Actions", [{"Forme de mobilisation": "Renforcée"}])
    assert "n'est pas visée" not in cli("-w", recu, "ingest", classeur).out  # said once: it was no longer
    assert "version 3" in cli("-w", recu, "visa", "cd62", "--fonction", "Cheffe de service").out
    assert etat(cli, recu)["etat"] == "vise"


def test_the_visa_of_a_workbook_is_that_of_the_version_where_it_was_written(
    cli: Callable, espace: Path, classeur: Path
) -> None:
    fill(classeur, "Identité", [{"Visa (fonction et date)": "Directrice, 20/03/2026"}])
    assert cli("-w", espace, "ingest", classeur).code == 0
    assert etat(cli, espace) == {"etat": "vise", "date": "2026-03-20"}
    fill(classeur, "Actions", [{"Forme de mobilisation": "Nouvelle"}])  # the visa is left as it was
    assert cli("-w", espace, "ingest", classeur).code == 0
    assert etat(cli, espace)["etat"] == "a-renouveler"
    fill(classeur, "Identité", [{"Visa (fonction et date)": None}])  # blank: unchanged
    fill(classeur, "Actions", [{"Forme de mobilisation": "Renforcée"}])
    assert cli("-w", espace, "ingest", classeur).code == 0
    assert etat(cli, espace)["etat"] == "a-renouveler"
    fill(classeur, "Identité", [{"Visa (fonction et date)": "Directrice, 02/04/2026"}])
    assert "n'est pas visée" not in cli("-w", espace, "ingest", classeur).out
    assert etat(cli, espace) == {"etat": "vise", "date": "2026-04-02"}
    assert cli("-w", espace, "rebuild").code == 0
    assert etat(cli, espace) == {"etat": "vise", "date": "2026-04-02"}


def test_a_closed_campagne_is_still_approved(cli: Callable, recu: Path) -> None:
    cli("-w", recu, "campagne", "close", "2026")
    unsaid = cli("-w", recu, "visa", "cd62", "--fonction", "Cheffe de service")
    assert unsaid.code == 2
    assert "--campagne" in unsaid.err
    assert cli("-w", recu, "visa", "cd62", "--fonction", "Cheffe de service", "--campagne", "2026").code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("cd63", "--fonction", "Directrice"), "Vouliez-vous dire « cd62 » ?"),
        (("cd62/inserer", "--fonction", "Directrice"), "Vouliez-vous dire « cd62/insertion » ?"),
        (("x/y", "--fonction", "Directrice"), "Celles reçues : cd62/insertion."),
        (("cd62",), "--fonction"),
        (("cd62", "--fonction", "a.b@exemple.fr"), "adresse électronique"),
        (("cd62", "--fonction", "06 12 34 56 78"), "téléphone"),
        (("cd62", "--fonction", "Mme Dupont, directrice"), "nomme une personne"),
        (("cd62", "--fonction", "Directrice", "--le", "2026-12-01"), "après aujourd'hui"),
        (("cd62", "--fonction", "Directrice", "--campagne", "2031"), "campagne open 2031"),
        (("cd62", "--annuler", "--fonction", "Directrice"), "--annuler"),
    ],
)
def test_what_cannot_be_is_wrong_usage_and_says_the_next_move(
    cli: Callable, recu: Path, arguments: tuple[str, ...], said: str
) -> None:
    result = cli("-w", recu, "visa", *arguments)
    assert result.code == 2
    assert said in result.err
    assert etat(cli, recu)["etat"] == "non-vise"


def test_the_journal_keeps_the_day_as_data_and_no_name(cli: Callable, recu: Path) -> None:
    cli("-w", recu, "visa", "cd62", "--fonction", "Cheffe\nde  service", "--le", "2026-03-12")
    line = json.loads((recu / "journal" / "journal.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert (line["evenement"], line["le"]) == ("visa-donne", "2026-11-30")
    assert line["donnees"]["fonction"] == "Cheffe de service"
    assert date.fromisoformat(line["donnees"]["date"]) == date(2026, 3, 12)
