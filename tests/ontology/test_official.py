"""Codes, communes and SIREN agree with the official lists."""

from __future__ import annotations

from rdflib import RDF, SKOS, Graph, Namespace, URIRef

CDV = Namespace("https://w3id.org/droit-commun/def#")
ID = Namespace("https://w3id.org/droit-commun/id/")
CALL = Namespace("https://w3id.org/droit-commun/id/call-2024/")


def codes_of(graph: Graph, node: URIRef, term: str) -> set[str]:
    return {str(o).rsplit("/", 1)[1] for o in graph.objects(node, CDV[term])}


def test_districts(contract: Graph, official_qpv: list[dict[str, str]]) -> None:
    assert {ID[f"qpv/{row['code_qp']}"] for row in official_qpv} == set(contract.subjects(RDF.type, CDV.QPV))
    for row in official_qpv:
        node = ID[f"qpv/{row['code_qp']}"]
        assert codes_of(contract, node, "commune") == set(row["insee_com"].split(", ")), node
        assert codes_of(contract, node, "epci") == set(row["siren_epci"].split(", ")), node
        assert str(contract.value(node, SKOS.prefLabel)) == row["lib_contrat_pdf"], node
        names = {str(o) for p in (SKOS.prefLabel, SKOS.altLabel) for o in contract.objects(node, p)}
        assert row["lib_qp_anct"] in names, node
        straddling = row["groupe"].startswith("3 a cheval")
        assert codes_of(contract, node, "perimetre") == {"a-cheval" if straddling else "dans-contrat"}, node


def test_populations(contract: Graph, official_qpv: list[dict[str, str]]) -> None:
    for row in official_qpv:
        for annee, column in (("2014", "pop_contrat_2014"), ("2024", "pop_contrat_2030")):
            node = CALL[f"population/{row['code_qp']}-{annee}"]
            found = str(contract.value(node, CDV.nombre) or "")
            assert found == row[column], node


def test_municipalities(contract: Graph, official_communes: list[dict[str, str]]) -> None:
    assert {ID[f"commune/{row['code_insee']}"] for row in official_communes} == set(
        contract.subjects(RDF.type, CDV.Commune)
    )
    for row in official_communes:
        node = ID[f"commune/{row['code_insee']}"]
        assert str(contract.value(node, SKOS.prefLabel)) == row["nom"]
        assert str(contract.value(node, CDV.siren)) == row["siren_commune"]
        assert codes_of(contract, node, "epci") == {row["siren_epci"]}
        party = CALL[f"partie/commune-{row['code_insee']}"]
        assert ((party, RDF.type, CDV.Partie) in contract) == (row["role"] == "signataire"), node
