"""droitcommun ingest: report for people, JSON contract, exit codes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

FILE_KEYS = [
    "fichier",
    "empreinte",
    "contrat",
    "campagne",
    "organisme",
    "service",
    "graphe",
    "etat",
    "lignes",
    "changements",
    "differences",
    "problemes",
]
PROBLEM_KEYS = ["gravite", "code", "feuille", "cellule", "colonne", "valeur", "message", "correction"]


def fingerprint(cli: Callable, espace: Path) -> str:
    return re.findall(r"^empreinte : (\w+)$", cli("-w", espace, "doctor").out, re.MULTILINE)[0]


def column_of(path: Path, sheet: str, title: str) -> str:
    row = openpyxl.load_workbook(path)[sheet][2]
    return next(cell.column_letter for cell in row if str(cell.value).startswith(title))


def change(path: Path, sheet: str, title: str, line: int, value: object) -> str:
    """Write one cell and return its address."""
    address = f"{column_of(path, sheet, title)}{line}"
    book = openpyxl.load_workbook(path)
    book[sheet][address] = value
    book.save(path)
    return address


def test_a_good_classeur_is_taken(cli: Callable, espace: Path, classeur: Path) -> None:
    result = cli("-w", espace, "ingest", classeur)
    assert result.code == 0, result.out + result.err
    assert result.out.startswith(f"{classeur.name} : reçu\n")
    assert "  cd62 · Insertion · 2026" in result.out
    assert "1 sur" in cli("-w", espace, "campagne", "list").out


def test_json_follows_the_contract(cli: Callable, espace: Path, classeur: Path) -> None:
    answer = json.loads(cli("-w", espace, "ingest", classeur, "--format", "json").out)
    assert list(answer) == ["fichiers"]
    (file,) = answer["fichiers"]
    assert list(file) == FILE_KEYS
    assert (file["organisme"], file["service"], file["campagne"]) == ("cd62", "Insertion", 2026)
    assert file["etat"] == "accepte"
    assert file["graphe"].startswith("https://w3id.org/droit-commun/")
    lines = file["lignes"]
    assert set(lines) == {"lues", "gardees", "reserves", "hors-perimetre"}
    assert lines["lues"] == lines["gardees"] + lines["reserves"] + lines["hors-perimetre"]
    assert set(file["changements"]) == {"ajoutes", "modifies", "termines", "inchanges"}
    assert file["problemes"] == []


def test_the_same_file_twice_changes_nothing(cli: Callable, espace: Path, classeur: Path) -> None:
    cli("-w", espace, "ingest", classeur)
    before = fingerprint(cli, espace)
    again = cli("-w", espace, "ingest", classeur)
    assert (again.code, "déjà reçu, rien de changé" in again.out) == (0, True)
    assert fingerprint(cli, espace) == before


def test_a_bad_cell_is_named_and_the_file_is_taken(cli: Callable, espace: Path, classeur: Path) -> None:
    address = change(classeur, "Moyens", "Quantité", 3, "douze mille")
    answer = json.loads(cli("-w", espace, "ingest", classeur, "--format", "json").out)
    (file,) = answer["fichiers"]
    (problem,) = file["problemes"]
    assert list(problem) == PROBLEM_KEYS
    assert file["etat"] == "accepte-avec-reserves"
    assert (problem["gravite"], problem["feuille"], problem["cellule"]) == ("reserve", "Moyens", address)
    assert (problem["valeur"], problem["colonne"].rstrip("*").strip()) == ("douze mille", "Quantité")
    assert problem["correction"]
    text = cli("-w", espace, "ingest", "--dry-run", classeur).out
    assert f"  - à corriger · Moyens!{address} (Quantité" in text
    assert f"    → {problem['correction']}" in text


def test_a_dry_run_writes_nothing(cli: Callable, espace: Path, classeur: Path) -> None:
    before = fingerprint(cli, espace)
    journal = (espace / "journal" / "journal.jsonl").read_bytes()
    result = cli("-w", espace, "ingest", "--dry-run", classeur)
    assert result.code == 0
    assert "rien n'a été écrit" in result.err
    assert fingerprint(cli, espace) == before
    assert (espace / "journal" / "journal.jsonl").read_bytes() == journal


def test_a_foreign_file_is_refused_with_3_and_the_others_are_taken(
    cli: Callable, espace: Path, classeur: Path, tmp_path: Path
) -> None:
    foreign = tmp_path / "budget.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["Chapitre", "Montant"])
    book.save(foreign)
    result = cli("-w", espace, "ingest", foreign, classeur)
    assert result.code == 3
    assert "budget.xlsx : REFUSÉ, rien n'a été pris" in result.out
    assert f"{classeur.name} : reçu" in result.out
    assert "--mapping" in result.out


def test_a_refused_file_changes_nothing(cli: Callable, espace: Path, tmp_path: Path) -> None:
    broken = tmp_path / "casse.xlsx"
    broken.write_bytes(b"PK\x03\x04 pas un classeur")
    before = fingerprint(cli, espace)
    result = cli("-w", espace, "ingest", broken)
    assert result.code == 3
    assert "casse.xlsx" in result.out
    assert fingerprint(cli, espace) == before


def test_a_folder_stands_for_its_classeurs(cli: Callable, espace: Path, classeur: Path) -> None:
    (classeur.parent / f"~${classeur.name}").write_bytes(b"verrou d'Excel")
    result = cli("-w", espace, "-v", "ingest", classeur.parent)
    assert result.code == 0, result.out
    assert result.out.count(" : reçu") == 1
    first, second = result.err.strip().splitlines()
    assert first == f"{classeur.name} : accepte"
    assert "verrous" in second and f"~${classeur.name}" in second


def test_a_closed_campagne_takes_nothing(cli: Callable, espace: Path, classeur: Path) -> None:
    cli("-w", espace, "campagne", "close", "2026")
    result = cli("-w", espace, "ingest", classeur)
    assert result.code == 3
    assert "close" in result.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["absent.xlsx"], "n'existe pas"),
        ([], "FICHIER"),
    ],
)
def test_wrong_usage(cli: Callable, espace: Path, arguments: list[str], words: str) -> None:
    result = cli("-w", espace, "ingest", *arguments)
    assert (result.code, result.out) == (2, "")
    assert words in result.err


def test_an_unknown_mapping_names_those_delivered(cli: Callable, espace: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("a;b\n1;2\n", encoding="utf-8")
    result = cli("-w", espace, "ingest", "--mapping", "poste-anct", table)
    assert result.code == 3
    assert "postes-anct" in result.err
