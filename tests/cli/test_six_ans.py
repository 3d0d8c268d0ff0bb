"""Six years of a contract by its commands alone, 2024-2030: two avenants, a QPV added, an ambition split, two bodies
merged, a late correction. At the end each publication, made again, is the one kept, byte for byte."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import openpyxl
import pytest

VAL_D_ESSAI = Path(__file__).parents[1] / "contrats" / "val-d-essai.ttl"
YEARS = range(2024, 2031)
Rows = dict[str, list[dict[str, object]]]

COPIL = {"Instance": "Comité de pilotage", "Statut": "tenue", "Compte rendu": "Relevé"}
AVENANT_1: Rows = {
    "Séances": [{**COPIL, "Date*": date(2025, 6, 2)}],
    "Avenants": [
        {
            "Intitulé*": "Avenant n° 1",
            "Date d'effet*": date(2025, 9, 1),
            "Validé en séance*": "Comité de pilotage – 02/06/2025",
        }
    ],
    "Effets des avenants": [
        {
            "Avenant*": "Avenant n° 1",
            "Effet*": "QPV qui entre",
            "Nouveau code": "QN00004X",
            "Nouveau libellé": "Les Iris",
            "Rattachement": "00002 – Essai-le-Bas",
            "Nombre": 700,
        }
    ],
}
AVENANT_2: Rows = {
    "Séances": [{**COPIL, "Date*": date(2027, 2, 1)}],
    "Avenants": [
        {
            "Intitulé*": "Avenant n° 2",
            "Date d'effet*": date(2027, 3, 1),
            "Validé en séance*": "Comité de pilotage – 01/02/2027",
        }
    ],
    "Effets des avenants": [
        {
            "Avenant*": "Avenant n° 2",
            "Effet*": "Ambition scindée",
            "Élément concerné": "A1.1",
            "Nouveau code": "A1.4",
            "Nouveau libellé": "Lire",
        },
        {
            "Avenant*": "Avenant n° 2",
            "Effet*": "Ambition scindée",
            "Élément concerné": "A1.1",
            "Nouveau code": "A1.5",
            "Nouveau libellé": "Compter",
        },
        {
            "Avenant*": "Avenant n° 2",
            "Effet*": "Organismes fusionnés",
            "Élément concerné": "Caf d'Essai ; Commune d'Essai-le-Haut",
            "Nouveau code": "essai-uni",
            "Nouveau libellé": "Maison commune d'Essai",
        },
    ],
}
# Who answers, on which ambition and in which QPV. The amount is the year, in hundreds of euros.
ANSWERS = {
    2024: ("commune-00001", "A1.1", "QN00001X"),
    2025: ("essai-caf", "A1.1", "QN00001X"),
    2026: ("commune-00001", "A1.1", "QN00004X"),
    2027: ("essai-agglo", "A1.4", "QN00004X"),
    2028: ("essai-uni", "A1.4", "QN00004X"),
    2029: ("essai-uni", "A1.5", "QN00002X"),
    2030: ("essai-etat", "A1.5", "QN00003X"),
}
# Worked out by hand: the Caf is a party from 2025 on; from 2028 on, it and the commune are one body.
EXPECTED = {2024: 3, 2025: 4, 2026: 4, 2027: 4, 2028: 3, 2029: 3, 2030: 3}


def fill(source: Path, target: Path, rows: Rows) -> Path:
    book = openpyxl.load_workbook(source)
    for name, lines in rows.items():
        columns = {str(cell.value): cell.column for cell in book[name][2] if cell.value}
        for number, line in enumerate(lines, start=3):
            for title, value in line.items():
                book[name].cell(number, columns[title], value)
    book.save(target)
    return target


@dataclass
class Life:
    """The workspace at the end of the story, what each publication was when it was made, and what was said."""

    cli: Callable
    folder: Path
    published: dict[tuple[int, int], dict[str, bytes]] = field(default_factory=dict)
    expected: dict[int, int] = field(default_factory=dict)

    def run(self, day: date, *arguments: str | Path) -> str:
        result = self.cli("-w", self.folder, *arguments, env={"DROITCOMMUN_DATE": day.isoformat()})
        assert result.code == 0, (arguments, result.out, result.err)
        return str(result.out)

    def answer(self, annee: int, quantity: float, day: date, *more: str) -> None:
        body, ambition, qpv = ANSWERS[annee]
        sent = self.folder.parent / "envois"
        made = self.run(day, "template", str(annee), "--organisme", body, "--out", sent / str(annee))
        rows: Rows = {
            "Identité": [
                {
                    "Service ou direction*": "Action sociale",
                    "Fonction du référent technique*": "Chargée de mission",
                    "Date de réponse*": day,
                    "Réponse*": "Actions déclarées",
                }
            ],
            "Actions": [
                {
                    "Intitulé de l'action ou du dispositif*": f"Ateliers {annee}",
                    "Ambition principale*": ambition,
                    "Forme de mobilisation*": "Renforcée",
                    "Où se déroule l'action*": "Dans un QPV",
                    "QPV ou communes concernés": qpv,
                }
            ],
            "Moyens": [
                {
                    "Action*": f"Ateliers {annee}",
                    "Période*": "Réalisé N-1 définitif",
                    "Nature et unité*": "Dépense directe (€)",
                    "Quantité*": quantity,
                    "Dispositif ou source*": "Budget ordinaire",
                }
            ],
        }
        self.run(day, "ingest", fill(Path(made.strip()), sent / f"recu-{annee}.xlsx", rows), *more)

    def amend(self, annee: int, rows: Rows, day: date) -> None:
        sent = self.folder.parent / "envois"
        made = self.run(day, "template", str(annee), "--pilotage", "--out", sent)
        self.run(day, "ingest", fill(Path(made.strip()), sent / f"pilotage-recu-{annee}.xlsx", rows))

    def publish(self, annee: int, numero: int, day: date) -> None:
        said = self.run(day, "campagne", "publish", str(annee), "--profil", "copil")
        assert f"publication {numero} du {day:%d/%m/%Y}" in said
        kept = self.folder / "sorties" / str(annee) / f"publication-{numero}" / "copil"
        self.published[annee, numero] = {p.name: p.read_bytes() for p in kept.iterdir()}


@pytest.fixture(scope="module")
def life(cli: Callable, tmp_path_factory: pytest.TempPathFactory) -> Life:
    """Return the workspace after seven campagnes."""
    life = Life(cli, tmp_path_factory.mktemp("six-ans") / "espace")
    started = cli("init", life.folder, "--contrat", VAL_D_ESSAI, env={"DROITCOMMUN_DATE": "2024-01-10"})
    assert started.code == 0, started.err
    for annee in YEARS:
        opened = life.run(date(annee, 1, 15), "campagne", "open", str(annee), "--cloture", f"{annee}-10-31")
        life.expected[annee] = int(opened.split(" sur ")[1].split(".")[0])
        if annee == 2025:
            life.amend(annee, AVENANT_1, date(2025, 6, 10))
        if annee == 2027:
            life.amend(annee, AVENANT_2, date(2027, 2, 10))
        life.answer(annee, annee * 100, date(annee, 9, 10))
        life.run(date(annee, 11, 2), "campagne", "close", str(annee))
        life.publish(annee, 1, date(annee, 11, 20))
        if annee == 2029:  # the body finds a mistake in what it said the year before
            day = date(2029, 12, 3)
            life.run(day, "campagne", "reopen", "2028", "--motif", "Montant corrigé par la Maison commune")
            life.answer(2028, 123456, day, "--confirme")
            life.run(day, "campagne", "close", "2028")
            life.publish(2028, 2, day)
    return life


def test_every_publication_made_again_is_the_one_kept(life: Life, tmp_path: Path) -> None:
    assert sorted(life.published) == sorted([*((annee, 1) for annee in YEARS), (2028, 2)])
    for (annee, numero), files in life.published.items():
        out = tmp_path / f"{annee}-{numero}"
        result = life.cli(
            "-w", life.folder, "hackathon", str(annee), "--publication", str(numero), "--profil", "copil", "--out", out
        )
        assert result.code == 0, result.err
        assert "À l'octet près" in result.err
        assert {p.name: p.read_bytes() for p in out.iterdir()} == files, (annee, numero)
        kept = life.folder / "sorties" / str(annee) / f"publication-{numero}" / "copil"
        assert {p.name: p.read_bytes() for p in kept.iterdir()} == files
    assert "8, telles que publiées" in life.run(date(2031, 1, 5), "doctor")


def test_each_campagne_expects_the_bodies_of_its_contract(life: Life) -> None:
    assert life.expected == EXPECTED


def test_a_publication_says_the_contract_of_its_year(life: Life) -> None:
    pages = {key: files[f"photographie-{key[0]}.html"].decode() for key, files in life.published.items()}
    assert [annee for annee in YEARS if "Les Iris" in pages[annee, 1]] == list(range(2025, 2031))
    # The list of those expected was frozen before the avenant of 2027: the merged body is asked from 2028 on.
    uni = [annee for annee in YEARS if "Maison commune d'Essai" in pages[annee, 1].replace("&#39;", "'")]
    assert uni == [2028, 2029, 2030]
    assert pages[2028, 1] != pages[2028, 2]
    assert "Montant corrigé par la Maison commune" not in pages[2028, 1]


def test_the_whole_life_travels_in_one_archive(life: Life, tmp_path: Path) -> None:
    """Restored elsewhere, with its graphs made anew, it still gives what was published."""
    archive, back = tmp_path / "garde.zip", tmp_path / "retour"
    said = life.run(date(2031, 1, 5), "backup", archive)
    restored = life.cli("restore", archive, back)
    assert restored.code == 0, restored.err
    assert said.splitlines()[-1] == restored.out.splitlines()[-1]
    assert "8, telles que publiées" in life.cli("-w", back, "doctor").out
    shutil.rmtree(back / "sorties")
    out = tmp_path / "refaite"
    again = life.cli("-w", back, "hackathon", "2028", "--publication", "1", "--out", out)
    assert "À l'octet près" in again.err
    assert {p.name: p.read_bytes() for p in out.iterdir()} == life.published[2028, 1]


def test_the_list_of_campagnes_tells_the_story(life: Life) -> None:
    lines = life.run(date(2031, 1, 5), "campagne", "list").splitlines()
    assert [line.split(" : ")[0] for line in lines if line.startswith("val-d-essai")] == [
        f"val-d-essai · campagne {annee}" for annee in YEARS
    ]
    corrected = next(line.strip() for line in lines if "publication 2" in line)
    assert corrected.startswith("publication 2 du 03/12/2029 (copil, ")
    assert corrected.endswith(") : Montant corrigé par la Maison commune")
