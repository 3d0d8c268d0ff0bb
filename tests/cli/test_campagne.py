"""droitcommun campagne open, list, status, close."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl

from .conftest import fill


def test_open_says_the_dates_and_how_many_are_expected(cli: Callable, tmp_path: Path) -> None:
    cli("init", tmp_path / "e")
    result = cli(
        "-w", tmp_path / "e", "campagne", "open", "2026", "--ouverture", "15/01/2026", "--cloture", "2026-06-30"
    )
    assert result.code == 0, result.err
    assert "campagne 2026 : ouverte, du 15/01/2026 au 30/06/2026 ; organismes ayant répondu : 0 sur 3" in result.out
    assert "droitcommun template 2026" in result.out


def test_opening_twice_is_wrong_usage(cli: Callable, espace: Path) -> None:
    result = cli("-w", espace, "campagne", "open", "2026")
    assert result.code == 2
    assert "2026" in result.err


def test_a_closing_date_before_the_opening_is_refused(cli: Callable, espace: Path) -> None:
    result = cli("-w", espace, "campagne", "open", "2027", "--cloture", "2026-12-31")
    assert result.code == 2
    assert "précède" in result.err


def test_list_shows_the_campagnes_in_order(cli: Callable, espace: Path) -> None:
    assert cli("-w", espace, "campagne", "open", "2025").code == 0
    lines = cli("-w", espace, "campagne", "list").out.splitlines()
    assert [line.split(" : ")[0] for line in lines] == ["call-2024 · campagne 2025", "call-2024 · campagne 2026"]


def test_list_of_a_new_workspace_says_how_to_begin(cli: Callable, tmp_path: Path) -> None:
    cli("init", tmp_path / "e")
    assert "campagne open ANNEE" in cli("-w", tmp_path / "e", "campagne", "list").out


def test_close_then_close_again(cli: Callable, espace: Path) -> None:
    closed = cli("-w", espace, "campagne", "close", "2026")
    assert closed.code == 0
    assert "campagne 2026 : close" in closed.out
    again = cli("-w", espace, "campagne", "close", "2026")
    assert again.code == 2
    assert "La campagne 2026 est close" in again.err and "campagne reopen 2026 --motif" in again.err


def test_status_of_an_unknown_campagne_says_how_to_open_it(cli: Callable, espace: Path) -> None:
    result = cli("-w", espace, "campagne", "status", "2031")
    assert result.code == 2
    assert "droitcommun campagne open 2031" in result.err


def test_status_names_who_is_awaited(cli: Callable, espace: Path) -> None:
    result = cli("-w", espace, "campagne", "status", "2026")
    assert result.code == 0, result.err
    head, _, awaited = result.out.partition("Pas de réponse (38)\n")
    assert "0 sur 38." in head
    assert "Il reste : 38 organismes à relancer." in head
    assert "  Département du Pas-de-Calais (cd62) · aucun classeur préparé" in awaited.splitlines()
    assert len(awaited.splitlines()) == 38


def test_status_follows_a_workbook_from_its_making_to_its_visa(cli: Callable, espace: Path, classeur: Path) -> None:
    def line() -> dict[str, object]:
        found = json.loads(cli("-w", espace, "campagne", "status", "2026", "--format", "json").out)["lignes"]
        (mine,) = [row for row in found if row["organisme"] == "cd62"]
        return mine

    sent = line()
    assert (sent["service"], sent["etat"], sent["envoye_le"]) == ("Insertion", "envoye", "2026-11-30")
    assert (sent["recu_le"], sent["n_reserves"], sent["visa"]) == (None, None, None)
    refused = espace / "abime.xlsx"
    shutil.copy(classeur, refused)
    book = openpyxl.load_workbook(refused)
    del book["Moyens"]
    book.save(refused)
    assert cli("-w", espace, "ingest", refused).code == 3
    assert (line()["etat"], line()["n_refus"]) == ("refuse", 1)
    assert str(line()["dernier_refus"]).startswith("abime.xlsx (")
    assert "1 fichier refusé à reprendre" in cli("-w", espace, "campagne", "status", "2026").out
    fill(classeur, "Actions", [{"Habitants des QPV touchés": "beaucoup"}])
    assert cli("-w", espace, "ingest", classeur).code == 0
    received = line()
    assert (received["etat"], received["recu_le"], received["version"]) == ("recu", "2026-11-30", 1)
    assert (received["reponse_le"], received["n_reserves"], received["n_refus"]) == ("2026-03-02", 1, 0)
    assert received["visa"] == "non-vise"
    cli("-w", espace, "visa", "cd62", "--fonction", "Directrice")
    assert (line()["visa"], line()["visa_le"]) == ("vise", "2026-11-30")
    fill(classeur, "Actions", [{"Habitants des QPV touchés": 120}])
    assert cli("-w", espace, "ingest", classeur).code == 0
    assert (line()["version"], line()["n_reserves"], line()["visa"]) == (2, 0, "a-renouveler")
    text = cli("-w", espace, "campagne", "status", "2026").out
    assert "Il reste : 37 organismes à relancer, 1 visa à obtenir." in text
    assert "(cd62) · Insertion · reçu le 30/11/2026 · version 2 · visa à renouveler" in text


def test_a_second_service_is_expected_once_its_workbook_is_made(cli: Callable, espace: Path, classeur: Path) -> None:
    assert cli("-w", espace, "ingest", classeur).code == 0
    assert cli("-w", espace, "template", "2026", "--organisme", "cd62", "--service", "Culture").code == 0
    text = cli("-w", espace, "campagne", "status", "2026").out
    assert "(cd62) · 1 services reçus sur 2" not in text
    assert "(cd62) · 1 service reçu sur 2 · pas encore visé" in text
    assert "    Culture · classeur préparé le 30/11/2026" in text
    assert "37 organismes à relancer, 1 autre service attendu" in text


def test_a_refused_file_of_nobody_is_shown_apart(cli: Callable, espace: Path) -> None:
    strange = espace / "photo.xlsx"
    strange.write_bytes(b"not a workbook")
    day = {"DROITCOMMUN_DATE": "2026-03-20"}
    assert cli("-w", espace, "ingest", strange, env=day).code == 3
    out = cli("-w", espace, "campagne", "status", "2026", env=day).out
    assert "Fichiers refusés, sans qu'on sache de qui (1)\n  photo.xlsx, 20/03/2026 (" in out


def test_the_returns_are_exported(cli: Callable, demo: Path, tmp_path: Path) -> None:
    rows = json.loads(cli("-w", demo, "campagne", "status", "2026", "--format", "json").out)["lignes"]
    assert {row["organisme"] for row in rows if row["attendu"]} >= {"cd62", "call"}
    assert len([row for row in rows if row["organisme"] == "cd62"]) == 3
    assert cli("-w", demo, "campagne", "status", "2026", "--format", "xlsx").code == 2
    out = tmp_path / "retours.xlsx"
    assert cli("-w", demo, "campagne", "status", "2026", "--format", "xlsx", "--out", out).code == 0
    book = openpyxl.load_workbook(out)
    assert book["Données"].max_row == len(rows) + 1
    notes = [str(cell.value) for cell in book["À savoir"]["B"]]
    assert any("Données fictives" in note or "fictives" in note for note in notes)
    text = cli("-w", demo, "campagne", "status", "2026", "--format", "csv").out.removeprefix("\ufeff")
    assert len(list(csv.DictReader(io.StringIO(text), delimiter=";"))) == len(rows)


def test_status_of_the_demonstration(cli: Callable, demo: Path) -> None:
    out = cli("-w", demo, "campagne", "status", "2026").out
    groups = re.findall(r"^(A répondu|Néant déclaré|Pas de réponse) \((\d+)\)\n((?:  .+\n?)+)", out, re.MULTILINE)
    counts = {name: int(count) for name, count, _ in groups}
    bodies = {name: [line for line in lines.splitlines() if line[2] != " "] for name, _, lines in groups}
    assert {name: len(lines) for name, lines in bodies.items()} == counts
    answered = counts["A répondu"] + counts["Néant déclaré"]
    assert f"{answered} sur {answered + counts['Pas de réponse']}." in out
    assert f"Il reste : {counts['Pas de réponse']} organismes à relancer" in out
    assert re.search(r"\(cd62\) · 3 services reçus sur 3 · (pas encore )?visé\n    Culture et sport · reçu le ", out)
    assert out.startswith("Données fictives")
