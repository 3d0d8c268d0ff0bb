"""The form shapes as SHACL Core rules, run by pyshacl on what the mappers make."""

from __future__ import annotations

from importlib import resources
from typing import Any

import pyshacl
import pytest
import rdflib
from rdflib.namespace import SH

from droitcommun.graph.store import Store

BASE = "https://w3id.org/droit-commun/"


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    graph = rdflib.Graph()
    for name in ("recensement", "pilotage"):
        graph.parse(
            data=(resources.files("droitcommun.shapes") / f"formulaire-{name}.ttl").read_text("utf-8"), format="turtle"
        )
    return graph


@pytest.fixture
def results(shapes: rdflib.Graph, reference: Store) -> Any:
    """Return the function that lists (shape, message in French) of each result on a mapping."""
    base = reference.ntriples()

    def run(mapped: Any) -> list[str]:
        store = Store()
        store.add(mapped.triples)
        data = rdflib.Graph().parse(data=base + store.ntriples(), format="nt")
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", inplace=True, do_owl_imports=False)
        found = [str(report.value(r, SH.sourceShape)) for r in report.subjects(rdflib.RDF.type, SH.ValidationResult)]
        return sorted(name.removeprefix(BASE + "shapes#") for name in found)

    return run


def test_a_good_workbook_has_no_result(desk: Any, rows: Any, results: Any) -> None:
    action = {
        **rows["action"],
        "Autres ambitions et axes": "A1.2; T1",
        "QPV ou communes concernés": "QN00001X; Essai-le-Bas",
        "Habitants des QPV touchés": 10,
        "dont femmes": 10,
        "Suite donnée": "Nouvelle",
    }
    moyens = [
        {
            **rows["moyen"],
            "Part bénéficiant aux QPV (%)": 25,
            "Origine de cette part": "Comptée",
            "QPV du montant": "QN00001X",
        },
        {**rows["moyen"], "Quantité": "Ne sait pas"},
        {**rows["moyen"], "Quantité": "Non chiffrable"},
    ]
    path = desk.recensement(
        [action],
        moyens,
        identite={"Visa (fonction et date)": "DGA, 12/03/2026"},
        Engagements=[{"Code": "E01", "Modalité": "De fait", "État": "Constaté", "Preuve (texte ou lien)": "x"}],
        Positionnement=[{"Code": "A1.1", "Prioritaire": "Oui"}],
    )
    assert results(desk.map(path)) == []


def test_each_compulsory_cell_is_one_result(desk: Any, results: Any) -> None:
    path = desk.recensement(
        [{"Commentaire": "x"}],
        [{"Commentaire": "y"}],
        identite={"Fonction du référent technique": None, "Date de réponse": None, "Réponse": None},
    )
    assert results(desk.map(path)) == [
        "Actions-ambition",
        "Actions-forme",
        "Actions-intitule",
        "Actions-portee",
        "Identite-date-reponse",
        "Identite-fonction-referent",
        "Identite-reponse",
        "Moyens-action",
        "Moyens-nature",
        "Moyens-periode",
        "Moyens-source",
    ]


def test_what_depends_on_two_columns(desk: Any, rows: Any, results: Any) -> None:
    moyens = [
        {**rows["moyen"], "Quantité": "beaucoup"},
        {**rows["moyen"], "Période": "Prévu N", "Part bénéficiant aux QPV (%)": 25},
    ]
    assert results(desk.map(desk.recensement([rows["action"]], moyens))) == [
        "Moyens-part-justifiee",
        "Moyens-quantite-presente",
    ]


def test_imported_actions_owe_no_ambition(desk: Any, results: Any) -> None:
    from droitcommun.graph.classeurs.read import read_classeur
    from droitcommun.graph.classeurs.tables import map_table, parse_mapping

    text = (resources.files("droitcommun.graph.mappings") / "postes-anct.toml").read_text("utf-8")
    head = "dispositif,id_poste,raison_sociale,annee,montant,code_cv\n"
    raw = read_classeur(desk.save((head + "fonjep,D1,ABC,2024,7164,CN00000X\n").encode(), "p.csv"))
    mapped = map_table(raw, parse_mapping(text, "postes-anct"), desk.context(raw, annee=None, campagne=None))
    assert mapped.kept == 1
    assert results(mapped) == []


def test_a_good_steering_workbook_has_no_result(desk: Any, results: Any) -> None:
    from datetime import date

    path = desk.pilotage(
        Séances=[{"Instance": "copil", "Date": date(2026, 3, 12), "Statut": "tenue"}],
        Présences=[{"Séance": "copil", "Organisme": "essai-caf", "Présence": "Présent"}],
        Qualification=[{"Dispositif ou source": "CTG", "Qualification": "Spécifique", "Décidé en": "Copil"}],
    )
    assert results(desk.map_pilotage(path)) == []
