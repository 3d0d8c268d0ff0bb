"""The delivered mappings, on small made-up tables of the fictitious contract, then on the real files."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from droitcommun.graph.classeurs.contours import fault
from droitcommun.graph.classeurs.mapped import MapContext, Mapped
from droitcommun.graph.classeurs.read import read_classeur
from droitcommun.graph.classeurs.tables import map_table, parse_mapping
from droitcommun.graph.errors import MappingInvalid
from droitcommun.graph.mappings import delivered_mappings, mapping_text
from droitcommun.graph.names import contract_thing
from droitcommun.graph.reference import contract_files, reference_store
from droitcommun.graph.store import Store

SHARED = Path(__file__).parents[2] / "../shared/data"


def read(desk: Any, name: str, data: bytes, file: str = "table.csv", mapping: str | None = None) -> Mapped:
    raw = read_classeur(desk.save(data, file))
    context = desk.context(raw, annee=None, campagne=None, filename=file)
    return map_table(raw, parse_mapping(mapping or mapping_text(name), name), context)


def table(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def counts(mapped: Mapped) -> tuple[int, int, int, int]:
    return (mapped.read, mapped.kept, mapped.reserves, mapped.out_of_perimeter)


def cents(said: Any, mapped: Mapped) -> dict[str, int]:
    """Return the cents of each resource by the last word of its IRI."""
    found = {node: said(mapped).of(node).get("centimes") for node in said(mapped).all("Moyen")}
    return {node.rpartition("/")[2]: int(value[0]) for node, value in found.items() if value}


@pytest.mark.parametrize("name", delivered_mappings())
def test_every_delivered_mapping_reads_and_has_a_title(name: str) -> None:
    assert parse_mapping(mapping_text(name), name).titre


def test_the_example_of_the_guide_is_a_mapping(desk: Any, said: Any) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "correspondances.md").read_text("utf-8")
    example = guide.partition("```toml\n")[2].partition("```")[0]
    head = "Structure;Objet;Quartier;Code Insee;Montant versé;Financeur;Ligne budgétaire"
    rows = ("Club;Fête;QN00001X;;12,350;Caf d'Essai;UO/0147-X", "Ligue;Bal;;Hors commune;1 000;Caf d'Essai;divers")
    mapped = read(desk, "guide", table(head, *rows), mapping=example.replace('feuilles = ["Aides 2025"]', ""))
    assert counts(mapped) == (2, 1, 1, 0), "« divers » has no code: a reserve"
    assert sorted(int(said(mapped).of(n)["centimes"][0]) for n in said(mapped).all("Moyen")) == [1235, 100_000]
    assert "1 lignes « divers » (lignes 3)." in [p.message for p in mapped.problems]


def test_the_state_posts_of_two_files_are_the_same_lines(desk: Any, said: Any) -> None:
    line = "fonjep,f.json,D01177,,ACTIV,2024,7164,CN00000X,62,32"
    head = "dispositif,fichier,id_poste,code_tiers,raison_sociale,annee,montant,code_cv,insee_dep,insee_reg"
    record = {"id_poste": "D01177", "raison_sociale": "ACTIV", "montant": 7164, "annee": "2024", "code_cv": "CN00000X"}
    records = [record, {**record, "code_cv": "CN99999Z"}, {"id_poste": "D1", "montant": 7164, "annee": "2024"}]
    one = read(desk, "postes-anct", table(head, line))
    two = read(desk, "postes-fonjep", json.dumps(records).encode(), "national.json")
    assert counts(two) == (3, 1, 0, 2)
    assert said(two).all("Moyen") == said(one).all("Moyen") and cents(said, two) == cents(said, one)
    assert [p.cellule for p in two.problems] == ["/1/code_cv", "/2/code_cv"]
    assert said(two).of("#json-1")["ligneFeuille"] == ["1"]


def test_adultes_relais_are_not_fonjep(desk: Any, said: Any) -> None:
    records = [{"id_poste": "A1", "raison_sociale": "X", "montant": 19875.06, "annee": 2024, "code_cv": "CN00000X"}]
    mapped = read(desk, "adultes-relais", json.dumps({"data": records}).encode(), "ar.json")
    (node,) = said(mapped).all("Moyen")
    assert said(mapped).of(node)["source"] == ["adulte-relais"] and cents(said, mapped) == {node[-10:]: 1_987_506}


SCDL = (
    " Nom attributaire* ;Identification de l'attributaire* ;Date de convention*;Nom du bénéficiaire* ;"
    "Objet de la convention ;Montant total de la subvention* ;Nature de la subvention* "
)


def test_scdl_takes_the_bodies_of_the_contract_only(desk: Any, said: Any) -> None:
    reference_siren = "Agglomération d'Essai;;2025-05-10;Club;Tournoi;1 234,50 €;aide en numéraire"
    other = "SPM - DILCRAH;12000123400023;2019-05-10;ANNO_1;Pride;45000;aide en numéraire"
    odd = "Agglomération d'Essai;;2025-05-10;Club;Prêt;10;aide en fromage"
    mapped = read(desk, "scdl-subventions", table(SCDL, reference_siren, other, odd))
    assert counts(mapped) == (3, 0, 2, 1), "an identifiant left blank is a reserve on the apporteur"
    assert sorted(cents(said, mapped).values()) == [1000, 123450]
    assert {p.code for p in mapped.problems} == {"code-inconnu", "hors-perimetre", "territoire-non-dit"}


def test_scdl_camel_case_titles_and_siret(desk: Any, said: Any, reference: Store) -> None:
    name = "nomAttribuant,idAttribuant,dateConvention,nomBeneficiaire,objet,montant,nature"
    mapping = mapping_text("scdl-subventions").replace('colonne = "idAttribuant" }', 'colonne = "nomAttribuant" }')
    line = "Caf d'Essai,,10/05/2025,Club,Tournoi,12000.5,aide en numéraire"
    mapped = read(desk, "scdl-subventions", table(name, line), mapping=mapping)
    (node,) = said(mapped).all("Moyen")
    said_of = said(mapped).of(node)
    assert counts(mapped) == (1, 1, 0, 0)
    assert (said_of["apporteur"], said_of["exercice"], said_of["centimes"]) == (["essai-caf"], ["2025"], ["1200050"])
    assert "source" not in said_of, "a source that nobody tells stays to be qualified"


CHORUS = (
    "N° EJ;N° poste EJ;Fournisseur payé (DP);;Code taxe 1;Référentiel de programmation;;Société;Exercice comptable;"
    "N° DP;N° poste DP;Centre financier;;Montant payé"
)


def test_chorus_reads_the_name_beside_the_code_and_the_programme(desk: Any, said: Any) -> None:
    mine = "1;1;100;ASSO 1;11111111100011;BG00;Appels a projet;AZE;2025;195;1;AA01/0147-C001-4000;UO;40000"
    other = mine.replace("11111111100011", "22222222200022")
    third = mine.replace("0147", "0163").replace(";195;", ";196;")
    mapping = mapping_text("chorus").replace("valeurs = []", 'valeurs = ["11111111100011"]')
    mapped = read(desk, "chorus", table(CHORUS, mine, other, third), mapping=mapping)
    assert counts(mapped) == (3, 1, 1, 1)
    first = said(mapped).of(next(a for a in said(mapped).all("Action")))
    assert first["title"] == ["Appels a projet – ASSO 1"] and first["porteur"] == ["ASSO 1"]
    sources = [said(mapped).of(node).get("source") for node in said(mapped).all("Moyen")]
    assert sorted(sources, key=str) == [None, ["p147"]]


def test_tfpb_goes_to_its_landlord_and_its_quarter_apart_from_credits(desk: Any, said: Any) -> None:
    head = "Axe;Bailleur;Quartier;Actions;Exercice;Dépense totale;Montant valorisé"
    line = "Cadre de vie;Caf d'Essai;Les Tilleuls;Sur-entretien;2025;12 000;5 k€"
    mapped = read(desk, "tfpb-bailleurs", table(head, line, line.replace("Tilleuls", "Ormes")))
    assert counts(mapped) == (2, 1, 0, 1)
    (node,) = said(mapped).all("Moyen")
    moyen = said(mapped).of(node)
    assert (moyen["nature"], moyen["source"], moyen["centimes"]) == (["depense-tfpb"], ["abattement-tfpb"], ["500000"])
    (action,) = said(mapped).all("Action")
    assert (said(mapped).of(action)["qpv"], said(mapped).of(action)["portee"]) == (["QN00001X"], ["qpv"])


def test_an_aap_row_has_one_resource_for_each_funder_that_gives(desk: Any, said: Any) -> None:
    head = "Millésime;Structure;Intitulé du projet;QPV;Commune;Crédits État;EPCI"
    rows = (
        "2026;Club;Atelier;QN00001X;;3000;1500",
        "2026;Ligue;Stage;;Essai-le-Bas;2000;",
        "2026;Mairie;Fête;;Ailleurs;900;100",
        "2026;Asso;Rien;QN00001X;;;",
        ";;;;Total général;5900;1600",
    )
    mapped = read(desk, "programme-aap", table(head, *rows))
    assert counts(mapped) == (4, 2, 1, 1)
    amounts = sorted(int(said(mapped).of(node)["centimes"][0]) for node in said(mapped).all("Moyen"))
    assert amounts == [150_000, 200_000, 300_000]
    assert ("ligne-de-total", "C6") in {(p.code, p.cellule) for p in mapped.problems}


def test_a_departmental_export_is_filtered_by_the_finest_place_told(desk: Any, said: Any) -> None:
    head = "Année;Organisme;Bénéficiaire;Action;Dispositif;QPV;Code Insee;SIREN EPCI;Montant"
    rows = (
        "2025;Caf d'Essai;A;Un;Budget ordinaire;QN00001X;99999;999999999;100",
        "2025;Caf d'Essai;B;Deux;Budget ordinaire;;00002;;200",
        "2025;Caf d'Essai;C;Trois;Budget ordinaire;;;000000000;300",
        "2025;Caf d'Essai;D;Quatre;Budget ordinaire;QN99999Z;00002;000000000;400",
        "2025;Caf d'Essai;E;Cinq;Budget ordinaire;;;;500",
        "2025;Caf d'Essai;F;Six;Budget ordinaire;Les Tileuls;;;600",
        "2025;Caf d'Essai;G;Sept;Budget ordinaire;QN00001X, QN99999Z;;;700",
    )
    mapped = read(desk, "export-departemental", table(head, *rows))
    assert counts(mapped) == (7, 3, 2, 2)
    assert sorted(cents(said, mapped).values()) == [10_000, 20_000, 30_000]
    reserves = {p.cellule: p for p in mapped.problems if p.gravite == "reserve"}
    assert set(reserves) == {"F7", "F8"}
    assert "QN00001X – Les Tilleuls" in reserves["F7"].correction, "a close name is proposed, never assumed"
    assert "dépasse le contrat" in reserves["F8"].message


def square(x: float, y: float, size: float = 0.01) -> list[list[list[float]]]:
    return [[[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]]


def geojson(*features: tuple[str, list[Any]]) -> bytes:
    made = [
        {"type": "Feature", "properties": {"code_qp": c}, "geometry": {"type": "Polygon", "coordinates": g}}
        for c, g in features
    ]
    return json.dumps({"type": "FeatureCollection", "features": made}).encode()


def test_contours_are_dated_geometries_of_the_contract(desk: Any, said: Any) -> None:
    open_ring = [square(2.8, 50.4)[0][:-1]]
    data = geojson(
        ("QN00001X", square(2.76, 50.4)),
        ("QN00002X", square(50.4, 2.76)),
        ("QN00003X", open_ring),
        ("QN99999Z", square(2.8, 50.4)),
    )
    mapped = read(desk, "qpv-geojson", data, "qpv.geojson")
    assert counts(mapped) == (4, 1, 2, 1)
    (node,) = said(mapped).all("Geometry")
    assert node == "contour/QN00001X-2024-01-01"
    assert said(mapped).of(node)["date"] == ["2024-01-01"]
    assert said(mapped).of("qpv/QN00001X") == {"hasGeometry": ["QN00001X-2024-01-01"]}
    wkt = said(mapped).of(node)["asWKT"][0]
    assert wkt == "MULTIPOLYGON (((2.76 50.4, 2.77 50.4, 2.77 50.41, 2.76 50.41, 2.76 50.4)))"
    reasons = {p.cellule: p.message for p in mapped.problems if p.gravite == "reserve"}
    assert "échangées" in reasons["/features/1/properties/geometry"]
    assert "fermée" in reasons["/features/2/properties/geometry"]


def test_projected_coordinates_are_told() -> None:
    assert "Lambert" in str(fault("MULTIPOLYGON (((680000 7030000, 1 1, 2 2, 680000 7030000)))"))
    assert fault("POINT (1 2)") is not None


def test_a_file_without_any_quarter_of_the_contract_is_refused(desk: Any) -> None:
    mapped = read(desk, "qpv-geojson", geojson(("QN99999Z", square(2.8, 50.4))), "qpv.geojson")
    assert [p.gravite for p in mapped.problems if p.code == "hors-perimetre"][-1] == "bloquant"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (('genre = "qpv"', 'genre = "canton"'), "canton"),
        (("[perimetre]", "[perimeter]"), "perimeter"),
        (('qpv = "code_qp"', ""), "qpv"),
        (("date = 2024-01-01", "date = "), "TOML"),
    ],
)
def test_a_badly_written_mapping_says_what(desk: Any, change: tuple[str, str], word: str) -> None:
    with pytest.raises(MappingInvalid, match=word):
        read(desk, "qpv-geojson", geojson(), "q.geojson", mapping_text("qpv-geojson").replace(*change))


INDICATEUR = mapping_text("indicateurs").replace('"taux-de-pauvrete"', '"chomage"')


def test_values_of_an_indicator_are_observations_of_the_contract(desk: Any, said: Any) -> None:
    data = (
        "territoire;annee;taux_pauvrete\nLes Tilleuls;2024;31,5 %\nQN00002X;2024;s\nQN00003X;2024;\n"
        "QN99999Z;2024;12\n00001;l'an passé;9\nQN00001X;2024;32\nQN00003X;2023;un tiers\n"
    )
    mapped = read(desk, "indicateurs", data.encode(), "pauvrete.csv", INDICATEUR)
    found = said(mapped)
    values = {found.of(node)["refArea"][0]: found.of(node) for node in found.all("Observation")}
    assert sorted(values) == ["QN00001X", "QN00002X"]
    first, secret = values["QN00001X"], values["QN00002X"]
    assert (first["obsValue"], first["refPeriod"], first["champ"]) == (["31.5"], ["2024"], ["ensemble"])
    assert (first["indicateur"], first["statistique"]) == (["chomage"], ["valeur"]) and "obsStatus" not in first
    assert secret["obsStatus"] == ["secrete"] and "obsValue" not in secret
    assert found.of(f"cube/import/{first['dataSet'][0]}")["structure"] == ["structure-observations"]
    assert [(p.code, p.cellule) for p in mapped.problems if p.gravite == "reserve"] == [
        ("date-illisible", "B6"),
        ("ligne-en-double", "C7"),
        ("nombre-illisible", "C8"),
    ]
    assert counts(mapped) == (7, 3, 3, 1)


def test_a_mapping_may_not_name_an_indicator_that_the_contract_has_not(desk: Any) -> None:
    text = INDICATEUR.replace('"chomage"', '"bonheur"')
    with pytest.raises(MappingInvalid, match="bonheur"):
        read(desk, "indicateurs", b"territoire;annee;taux_pauvrete\nQN00001X;2024;3\n", "p.csv", text)


# ---- whatever the rows, the counts add up, and only the contract's money is in the graph ----

CELLS = st.sampled_from(["QN00001X", "QN99999Z", "Les Tilleuls", "Les Tileuls", "", "00001", "Total", "000000000"])
AMOUNTS = st.sampled_from(["100", "", "néant", "1 234,50 €", "-5", "12,350", "abc", "Ne sait pas", "5 k€"])
ROW = st.tuples(st.sampled_from(["2025", "", "bientôt", "01/02/2025"]), CELLS, CELLS, CELLS, AMOUNTS)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROW, max_size=8))
def test_lines_read_are_kept_reserved_or_out(desk: Any, rows: list[tuple[str, ...]]) -> None:
    head = "Année;QPV;Commune;EPCI;Montant;Organisme;Bénéficiaire;Action;Dispositif"
    body = [";".join((*row, "Caf d'Essai", "B", f"Action {n}", "P147")) for n, row in enumerate(rows)]
    mapped = read(desk, "export-departemental", table(head, *body))
    assert mapped.read == mapped.kept + mapped.reserves + mapped.out_of_perimeter == len(rows)
    actions = [s for s, p, o in mapped.triples if p.value.endswith("#type") and o.value.endswith("#Action")]
    assert len(actions) == mapped.kept + mapped.reserves


# ---- real files ----


@pytest.fixture(scope="module")
def lens() -> Store:
    reference = reference_store()
    for file in contract_files("call-2024"):
        reference.load_bytes(file.read_bytes(), ".ttl", name=file.name)
    return reference


def real(lens: Store, file: str, name: str, mapping: str | None = None) -> Mapped:
    path = SHARED / file
    if not path.is_file():
        pytest.skip("données réelles absentes (../shared)")
    raw = read_classeur(path)
    document = contract_thing("call-2024", "source", raw.sha256)
    context = MapContext(lens, "call-2024", None, None, document, raw.sha256, path.name, date(2026, 3, 1))
    return map_table(raw, parse_mapping(mapping or mapping_text(name), name), context)


def euros(mapped: Mapped) -> int:
    return sum(int(o.value) for _s, p, o in mapped.triples if p.value.endswith("#centimes"))


@pytest.mark.parametrize(
    ("file", "name", "expected", "total"),
    [
        # jq 'map(select(.code_cv == "CN06202I")) | length' gives 5, of 7 164 € each, of 1 547 records
        ("politique_ville/postes-fonjep-2024.json", "postes-fonjep", (1547, 5, 0, 1542), 3_582_000),
        ("messy/SCDL_DILCRAH_2019.csv", "scdl-subventions", (4, 0, 0, 4), 0),
        ("messy/new-chorus-export.xlsx", "chorus", (12, 0, 0, 12), 0),
        ("qpv/qpv2024_call_simplified.geojson", "qpv-geojson", (22, 22, 0, 0), 0),
    ],
)
def test_real_files_go_in(lens: Store, file: str, name: str, expected: tuple[int, ...], total: int) -> None:
    mapped = real(lens, file, name)
    assert (counts(mapped), euros(mapped)) == (expected, total)


MONTPELLIER = """
titre = "Subventions de la ville"
feuilles = {feuilles}
[constantes]
annee = "{annee}"
[titres]
"Structure" = ["Association (handicap)"]
"Code" = ["N°Asso."]
[perimetre]
genre = "tout"
[exercice]
colonne = "annee"
[action]
intitule = "{{Structure}}"
porteur = "Structure"
identite = ["Code", "Structure"]
[moyen]
montant = "Montant"
phase = "realise-definitif"
nature = "subvention"
source = "budget-ordinaire"
apporteur = "epci"
"""


@pytest.mark.parametrize("suffix", ["ods", "xls"])
def test_the_real_merged_and_totalled_workbook_goes_in(lens: Store, suffix: str) -> None:
    """The sheet holds 1 264 rows under its titles: 1 192 of data, the others repeat the titles or add up a section."""
    mapping = MONTPELLIER.format(feuilles='["Subventions"]', annee="2014")
    mapped = real(lens, f"messy/VilleMTP_MTP_AttribSub_2014.{suffix}", "ville", mapping)
    assert mapped.read == mapped.kept + mapped.reserves and mapped.out_of_perimeter == 0
    told = {p.code for p in mapped.problems}
    assert {"ligne-de-total", "titres-repetes"} <= told
    assert (mapped.read, mapped.reserves) == (1192, 9), "nine amounts are blank in the file"


def test_the_real_csv_of_sections_goes_in_without_its_titles_and_totals(lens: Store) -> None:
    mapping = MONTPELLIER.format(feuilles="[]", annee="2012")
    mapped = real(lens, "messy/VilleMTP_MTP_AttribSub_2012.csv", "ville", mapping)
    told = {p.code: p.message for p in mapped.problems}
    assert {"titres-repetes", "ligne-de-total"} <= set(told)
    assert (mapped.read, mapped.kept) == (616, 616)
    assert euros(mapped) == 379_712_100, "the sum of the « Total » rows of the file, added up apart"


@pytest.mark.parametrize("name", delivered_mappings())
@pytest.mark.parametrize("folder", ["messy", "politique_ville", "qpv"])
def test_a_real_file_given_to_the_wrong_mapping_is_refused_with_addresses(lens: Store, folder: str, name: str) -> None:
    files = [f for f in sorted((SHARED / folder).glob("*.*")) if f.suffix in (".csv", ".xls", ".json", ".geojson")]
    if not files:
        pytest.skip("données réelles absentes (../shared)")
    for file in files:
        mapped = real(lens, f"{folder}/{file.name}", name)
        assert mapped.read == mapped.kept + mapped.reserves + mapped.out_of_perimeter
        if not mapped.read:
            (first, *_rest) = [p for p in mapped.problems if p.gravite == "bloquant"]
            assert first.feuille and first.cellule and first.correction
