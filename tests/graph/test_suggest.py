"""A mapping proposed for a table nobody has described: it parses, reads what it placed, assumes nothing of money."""

from __future__ import annotations

from pathlib import Path

import pytest

from droitcommun.graph.classeurs.problems import ClasseurRefuse
from droitcommun.graph.classeurs.read import read_classeur
from droitcommun.graph.classeurs.tablefind import find_tables
from droitcommun.graph.classeurs.tablemapping import parse_mapping
from droitcommun.graph.suggest import TO_COMPLETE, Suggestion, suggest_mapping

SHARED = Path(__file__).parents[3] / "shared" / "data"

TABLE = """Direction de la cohésion;;;;;;
;;;;;;
Millésime;Quartier;Nom de la structure;Intitulé du projet;Montant versé;Observations;Financeur
2025;QN00001X;Club;Atelier;1 234,50 €;vu;CAF
2025;QN00002X;Ligue;Stage;500;;CAF
"""


def suggest(tmp_path: Path, text: str, name: str = "table 2025.csv") -> Suggestion:
    path = tmp_path / name
    path.write_text(text, encoding="cp1252")
    return suggest_mapping(read_classeur(path))


def test_columns_are_placed_by_their_words_and_their_values(tmp_path: Path) -> None:
    found = suggest(tmp_path, TABLE)
    mapping = parse_mapping(found.toml, "proposee")
    assert [(c.genre, c.colonne) for c in mapping.perimetre] == [("qpv", "Quartier")]
    assert (mapping.exercice, mapping.porteur, mapping.qpv) == ("Millésime", "Nom de la structure", "Quartier")
    assert mapping.intitule == "{Intitulé du projet} – {Nom de la structure}"
    (moyen,) = mapping.moyens
    assert (moyen.montant, moyen.phase.fixe, moyen.apporteur.colonne) == (
        "Montant versé",
        "realise-definitif",
        "Financeur",
    )
    assert found.unplaced == ("Observations",) and found.missing == ()
    assert "#   Observations : vu" in found.toml


def test_a_proposal_reads_the_file_it_was_made_from(tmp_path: Path) -> None:
    found = suggest(tmp_path, TABLE)
    tables = find_tables(read_classeur(tmp_path / "table 2025.csv"), parse_mapping(found.toml, "p"), [])
    assert [len(list(table.lines())) for table in tables] == [2]


def test_what_cannot_be_told_is_to_complete_and_never_assumed(tmp_path: Path) -> None:
    found = suggest(tmp_path, "Chose;Valeur\nun;2\ndeux;3\n", "liste.csv")
    assert found.toml.count(f'"{TO_COMPLETE}"') >= 5
    assert len(found.missing) >= 5 and found.unplaced == ("Chose", "Valeur")
    with pytest.raises(Exception, match=TO_COMPLETE):
        parse_mapping(found.toml, "liste")


def test_a_year_in_the_name_of_the_file_is_that_of_all_its_lines(tmp_path: Path) -> None:
    found = suggest(tmp_path, "Code QPV;Action;Montant réalisé\nQN00001X;A;10\nQN00002X;B;20\n", "bilan_2024.csv")
    assert parse_mapping(found.toml, "b").constantes == {"annee": "2024"}


def test_a_delivered_mapping_that_fits_is_given_as_it_is(tmp_path: Path) -> None:
    head = "dispositif,id_poste,raison_sociale,annee,montant,code_cv\nfonjep,D1,X,2024,7164,CN00000X\n"
    assert suggest(tmp_path, head).delivered == ("postes-anct",)


def test_a_file_without_titles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ClasseurRefuse, match="titres"):
        suggest(tmp_path, "1;2\n3;4\n")


@pytest.mark.parametrize("folder", ["messy", "politique_ville", "qpv", "communes"])
def test_every_real_file_gets_a_proposal_that_is_toml(folder: str) -> None:
    files = [f for f in sorted((SHARED / folder).glob("*.*")) if f.suffix != ".md"]
    if not files:
        pytest.skip("données réelles absentes (../shared)")
    for file in files:
        assert "[perimetre]" in suggest_mapping(read_classeur(file)).toml.replace("[[", "[").replace("]]", "]")


@pytest.mark.parametrize(
    ("file", "first"),
    [("postes-fonjep-2024.json", "postes-fonjep"), ("adulte-relais-2020.json", "adultes-relais")],
)
def test_of_two_mappings_that_read_a_file_its_name_chooses(tmp_path: Path, file: str, first: str) -> None:
    """The national files of posts have the same columns: read as the other, a post would count under another source."""
    path = tmp_path / file
    path.write_text(
        '[{"id_poste": "F1", "raison_sociale": "Foyer", "montant": 7164, "annee": "2024", "code_cv": "CN06202I"}]',
        encoding="utf-8",
    )
    found = suggest_mapping(read_classeur(path))
    assert found.delivered[0] == first and set(found.delivered) == {"postes-fonjep", "adultes-relais"}
