"""droitcommun purge: it shows before it erases, and says what is left to do by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

VAL_D_ESSAI = Path(__file__).parents[1] / "contrats" / "val-d-essai.ttl"


@pytest.fixture
def espace(cli: Callable, tmp_path: Path) -> Path:
    """Return a workspace that received one table, refused, which names somebody."""
    folder = tmp_path / "espace"
    assert cli("init", folder, "--contrat", VAL_D_ESSAI).code == 0
    table = tmp_path / "liste.csv"
    table.write_text("Nom;n\nJeanne d'Essai;1\n", encoding="utf-8")
    assert cli("-w", folder, "ingest", table).code == 3
    return folder


def test_it_shows_and_erases_nothing_unless_confirmed(cli: Callable, espace: Path) -> None:
    before = sorted((p, p.read_bytes()) for p in espace.rglob("*") if p.is_file())
    shown = cli("-w", espace, "purge", "jeanne d'essai")
    assert shown.code == 0
    assert "Fichier reçu · liste.csv csv!A2 · depuis le 30/11/2026 · Jeanne d'Essai" in shown.out
    assert "Rien n'est effacé" in shown.err
    rows = json.loads(cli("-w", espace, "purge", "jeanne d'essai", "--acces", "--format", "json").out)
    assert rows["mentions"] == [
        {
            "genre": "fichier",
            "ou": "liste.csv",
            "place": "csv!A2",
            "depuis": "2026-11-30",
            "texte": "Jeanne d'Essai",
        }
    ]
    assert sorted((p, p.read_bytes()) for p in espace.rglob("*") if p.is_file()) == before


def test_it_erases_when_confirmed(cli: Callable, espace: Path) -> None:
    done = cli("-w", espace, "purge", "Jeanne d'Essai", "--confirme")
    assert done.code == 0, done.err
    assert "Fichier reçu remplacé par une copie sans elle : liste.csv" in done.out
    assert "inchangée" in done.out
    assert "sauvegardes" in done.err
    assert not [p for p in espace.rglob("*") if p.is_file() and b"Jeanne" in p.read_bytes()]
    assert cli("-w", espace, "doctor").code == 0
    again = cli("-w", espace, "purge", "Jeanne d'Essai", "--confirme")
    assert again.code == 2
    assert "ne nomme" in again.err


@pytest.mark.parametrize(
    "arguments", [(), ("Jeanne d'Essai", "--echus"), ("--echus", "--registre"), ("Jeanne", "--acces", "--confirme")]
)
def test_it_wants_one_thing_at_a_time(cli: Callable, espace: Path, arguments: tuple[str, ...]) -> None:
    assert cli("-w", espace, "purge", *arguments).code == 2


def test_the_register_and_what_is_over_are_said(cli: Callable, espace: Path) -> None:
    assert "| Finalité |" in cli("-w", espace, "purge", "--registre").out
    assert "2 ans" in cli("-w", espace, "purge", "--echus").out
    (espace / "droitcommun.toml").write_text("version = 1\nconservation_contacts = -1\n", encoding="utf-8")
    wrong = cli("-w", espace, "purge", "--echus")
    assert wrong.code == 3
    assert "conservation_contacts" in wrong.err
