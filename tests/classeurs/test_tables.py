"""Foreign tables through a mapping: the real State-funded posts, and small made-up tables."""

from __future__ import annotations

from collections import Counter
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from droitcommun.graph.classeurs.mapped import MapContext, Mapped
from droitcommun.graph.classeurs.read import read_classeur
from droitcommun.graph.classeurs.tables import map_table, parse_mapping
from droitcommun.graph.errors import MappingInvalid
from droitcommun.graph.names import contract_thing
from droitcommun.graph.reference import contract_files, reference_store
from droitcommun.graph.store import Store

POSTS = Path(__file__).parents[2] / "../shared/data/politique_ville/postes_call_2020_2025.csv"

POSTES = (resources.files("droitcommun.graph.mappings") / "postes-anct.toml").read_text("utf-8")
HEAD = "dispositif,fichier,id_poste,code_tiers,raison_sociale,annee,montant,code_cv,insee_dep,insee_reg\n"


def posts(desk: Any, *lines: str, header: str = HEAD, mapping: str = POSTES, previous: Mapped | None = None) -> Mapped:
    """Map a small table on the fictitious contract (CN00000X, preceded by CV000)."""
    raw = read_classeur(desk.save((header + "".join(f"{line}\n" for line in lines)).encode(), "postes 2025.csv"))
    context = desk.context(raw, previous, annee=None, campagne=None, filename="Postes 2025.csv")
    return map_table(raw, parse_mapping(mapping, "postes-anct"), context)


POST = "adulte-relais,f.json,06213R001102,432,ACSBM,2024,19875.06,CN00000X,62,32"


def test_a_row_becomes_an_action_and_its_resource(desk: Any, said: Any) -> None:
    mapped = posts(desk, POST)
    assert (mapped.read, mapped.kept, mapped.reserves, mapped.out_of_perimeter, mapped.problems) == (1, 1, 0, 0, ())
    assert (mapped.organisme, mapped.service, mapped.annee, mapped.personal) == (None, None, None, [])
    assert said(mapped).all("ImportExterne") == ["import/postes-anct/postes-2025"]
    (action,), (moyen,) = said(mapped).all("Action"), said(mapped).all("Moyen")
    # printf 'adulte relais\x1f06213r001102\x1f2024' | sha1sum | cut -c1-10
    assert action == "action/2024/import/postes-anct/a301a21dac"
    node = said(mapped).of(action)
    assert node == {
        "type": ["Action"],
        "contrat": ["val-d-essai"],
        "import": ["postes-2025"],
        "wasDerivedFrom": ["csv-2"],
        "exercice": ["2024"],
        "title": ["Poste adulte-relais 06213R001102 – ACSBM"],
        "porteur": ["ACSBM"],
    }
    node = said(mapped).of(moyen)
    assert node == {
        "type": ["Moyen"],
        "contrat": ["val-d-essai"],
        "import": ["postes-2025"],
        "wasDerivedFrom": ["csv-2"],
        "exercice": ["2024"],
        "action": ["a301a21dac"],
        "phase": ["realise-definitif"],
        "nature": ["subvention"],
        "unite": ["EUR"],
        "source": ["adulte-relais"],
        "centimes": ["1987506"],
        "apporteur": ["essai-etat"],
    }


def test_rows_of_other_contracts_are_counted_and_never_count(desk: Any, said: Any) -> None:
    old, other, none = (POST.replace("CN00000X", code) for code in ("CV000", "CN99999Z", ""))
    mapped = posts(desk, POST, old, old, other, none)
    assert (mapped.read, mapped.kept, mapped.reserves, mapped.out_of_perimeter) == (5, 1, 0, 4)
    told = [(p.gravite, p.code, p.cellule, p.valeur, p.message.partition(" ligne")[0]) for p in mapped.problems]
    assert told == [
        ("info", "hors-perimetre", "H3", "CV000", "2"),
        ("info", "hors-perimetre", "H5", "CN99999Z", "1"),
        ("info", "hors-perimetre", "H6", None, "1"),
    ]
    assert "génération 2015" in mapped.problems[0].message and "génération 2015" not in mapped.problems[1].message
    assert len(said(mapped).all("Moyen")) == 1
    assert said(mapped).of("#csv-3") == {}, "a row left out leaves nothing that could count"


def test_identical_rows_are_both_kept_and_asked_about(desk: Any, said: Any) -> None:
    mapped = posts(desk, POST, POST.replace("001102", "001103"), POST)
    assert len(said(mapped).all("Moyen")) == len(said(mapped).all("Action")) == 3
    assert [n[-12:] for n in said(mapped).all("Moyen") if n.endswith("-2")] == ["a301a21dac-2"]
    (problem,) = mapped.problems
    assert (problem.gravite, problem.code) == ("info", "lignes-identiques")
    assert "A2 et A4" in problem.message and "?" in problem.message


@pytest.mark.parametrize(
    ("change", "code", "cell", "lost"),
    [
        (("19875.06", "dix"), "nombre-illisible", "G2", "centimes"),
        (("19875.06", ""), "nombre-illisible", "G2", "centimes"),
        (("19875.06", "-5"), "valeur-impossible", "G2", "centimes"),
        (("19875.06", "1.005"), "valeur-impossible", "G2", "centimes"),
        (("2024,", "l'an dernier,"), "date-illisible", "F2", "exercice"),
        (("adulte-relais,", "loto,"), "code-inconnu", "A2", "source"),
    ],
)
def test_a_bad_cell_is_a_reserve_and_no_figure(
    desk: Any, said: Any, change: tuple[str, str], code: str, cell: str, lost: str
) -> None:
    mapped = posts(desk, POST.replace(*change))
    assert [(p.gravite, p.code, p.cellule) for p in mapped.problems] == [("reserve", code, cell)]
    assert (mapped.read, mapped.kept, mapped.reserves) == (1, 0, 1)
    (moyen,) = said(mapped).all("Moyen")
    assert lost not in said(mapped).of(moyen)


def test_columns_are_found_in_any_order_and_a_missing_one_blocks(desk: Any) -> None:
    mapped = posts(
        desk, "CN00000X;2024;7164;fonjep;X;Y", header="code_cv;Année;MONTANT;dispositif;id_poste;raison_sociale\n"
    )
    assert mapped.kept == 1 and mapped.problems == ()
    mapped = posts(desk, "CN00000X;2024;fonjep;X;Y", header="code_cv;annee;dispositif;id_poste;raison_sociale\n")
    assert [(p.gravite, p.code, p.colonne) for p in mapped.problems] == [("bloquant", "colonne-absente", "montant")]
    assert mapped.triples == []


def test_lines_gone_from_a_file_sent_again_block(desk: Any) -> None:
    first = posts(desk, POST, POST.replace("001102", "001103"))
    again = posts(desk, POST, previous=first)
    assert [(p.gravite, p.code) for p in again.problems] == [("bloquant", "lignes-absentes")]
    assert "--confirme" in again.problems[0].correction


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('montant = "montant"', "", "montant"),
        ('titre = "', 'titrer = "', "titre"),
        ('phase = "realise-definitif"', 'phase = "jadis"', "jadis"),
        ('fonjep = "fonjep"', 'fonjep = "loto"', "loto"),
        ('decimale = "."', 'decimale = "x"', "decimale"),
    ],
)
def test_a_badly_written_mapping_says_what(desk: Any, old: str, new: str, word: str) -> None:
    with pytest.raises(MappingInvalid) as caught:
        posts(desk, POST, mapping=POSTES.replace(old, new))
    assert word in str(caught.value)


def test_another_mapping_needs_no_code(desk: Any, said: Any) -> None:
    mapping = """
        titre = "Crédits de la Région"
        [perimetre]
        colonne = "Contrat"
        [exercice]
        colonne = "An"
        [action]
        intitule = "{Objet}"
        porteur = "Bénéficiaire"
        identite = ["Objet"]
        [moyen]
        montant = "Montant voté"
        phase = "prevu"
        nature = "depense-directe"
        apporteur = "epci"
        [moyen.source]
        colonne = "Ligne"
        codes = { "Ligne 12" = "budget-ordinaire" }
    """
    header = "Contrat;An;Objet;Bénéficiaire;Montant voté;Ligne\n"
    mapped = posts(desk, "CN00000X;2026;Atelier;Mission locale;12 350,50 €;Ligne 12", header=header, mapping=mapping)
    (moyen,) = said(mapped).all("Moyen")
    node = said(mapped).of(moyen)
    assert (node["centimes"], node["phase"], node["apporteur"], node["source"]) == (
        ["1235050"],
        ["prevu"],
        ["essai-agglo"],
        ["budget-ordinaire"],
    )


@pytest.mark.parametrize(
    ("mark", "amount", "cents"),
    [
        ("", "12,350", None),
        ('decimale = ","', "12,350", ["1235"]),
        ('decimale = ","', "12 350,50", ["1235050"]),
        ('decimale = "."', "12.350", ["1235"]),
        ('decimale = "."', "12,350", None),
    ],
)
def test_only_a_mapping_that_says_its_decimal_mark_lifts_the_doubt(
    desk: Any, said: Any, mark: str, amount: str, cents: list[str] | None
) -> None:
    mapping = POSTES.replace('decimale = "."', mark)
    mapped = posts(desk, POST.replace("19875.06", f'"{amount}"'), mapping=mapping)
    (moyen,) = said(mapped).all("Moyen")
    assert said(mapped).of(moyen).get("centimes") == cents


@pytest.fixture(scope="module")
def real() -> Mapped:
    """The real file of Lens-Liévin through the delivered mapping."""
    if not POSTS.is_file():
        pytest.skip("données réelles absentes (../shared)")
    reference = reference_store()
    for file in contract_files("call-2024"):
        reference.load_bytes(file.read_bytes(), ".ttl", name=file.name)
    raw = read_classeur(POSTS)
    document = contract_thing("call-2024", "source", raw.sha256)
    context = MapContext(reference, "call-2024", None, None, document, raw.sha256, POSTS.name, date(2026, 3, 1))
    return map_table(raw, parse_mapping(POSTES, "postes-anct"), context)


def test_the_real_posts_are_all_counted(real: Mapped) -> None:
    """102 rows: 34 of CN06202I, 68 of CV219 (grep -c on the file)."""
    assert (real.read, real.kept, real.reserves, real.out_of_perimeter) == (102, 34, 0, 68)


def test_the_real_fonjep_2025_posts_stand_twice_and_are_asked_about(real: Mapped) -> None:
    twins = [p for p in real.problems if p.code == "lignes-identiques"]
    assert [p.cellule for p in twins] == ["A94", "A95", "A96", "A97", "A98"]
    assert "A94 et A99" in twins[0].message and "A98 et A103" in twins[4].message
    assert Counter(p.code for p in real.problems) == {"lignes-identiques": 5, "hors-perimetre": 1, "valeur-douteuse": 1}


def test_the_real_sums_are_those_of_the_file(real: Mapped) -> None:
    """2024: 250 916,71 € of adultes-relais and 35 820 € of Fonjep; 2025: 57 312 € and 71 640 € (awk on the file)."""
    store = Store()
    store.add(real.triples)
    rows = store.select("""
        SELECT ?ex ?s (SUM(?c) AS ?sum) WHERE {
          ?m a cdv:Moyen ; cdv:exercice ?ex ; cdv:source ?s ; cdv:centimes ?c
        } GROUP BY ?ex ?s
    """)
    sums = {(r["ex"].value, r["s"].value.rpartition("/")[2]): int(r["sum"].value) for r in rows}
    assert sums == {
        ("2024", "adulte-relais"): 25_091_671,
        ("2024", "fonjep"): 3_582_000,
        ("2025", "adulte-relais"): 5_731_200,
        ("2025", "fonjep"): 7_164_000,
    }
