"""droitcommun export: files that other tools read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import igraph
import networkx
import pyoxigraph
import pytest
import rdflib

from droitcommun.graph.store import Store


@pytest.mark.parametrize(
    "reseau", ["organisme-ambition", "organisme-qpv", "organisme-engagement", "organisme-organisme"]
)
@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_a_network_is_read_back(cli: Callable, demo: Path, tmp_path: Path, reseau: str, form: str) -> None:
    target = tmp_path / f"r.{form}"
    result = cli("-w", demo, "export", reseau, "--campagne", "2026", "--format", form, "--out", target)
    assert result.code == 0, result.err
    assert result.out.strip() == str(target)
    graph = networkx.read_graphml(target) if form == "graphml" else networkx.read_gexf(target)
    kinds = {data["kind"] for _, data in graph.nodes(data=True)}
    assert kinds == set(reseau.split("-"))
    assert graph.number_of_edges() > 20
    if form == "graphml":
        read = igraph.Graph.Read_GraphML(str(target))
        assert (read.vcount(), read.ecount()) == (graph.number_of_nodes(), graph.number_of_edges())


@pytest.mark.parametrize(("form", "parser"), [("ttl", "turtle"), ("nq", "nquads")])
def test_the_graph_of_the_contract_without_personal_data(
    cli: Callable, demo: Path, tmp_path: Path, form: str, parser: str
) -> None:
    target = tmp_path / f"donnees.{form}"
    result = cli("-w", demo, "export", "donnees", "--campagne", "2026", "--format", form, "--out", target)
    assert result.code == 0, result.err
    store = Store()
    store.add((q.subject, q.predicate, q.object) for q in pyoxigraph.parse(path=str(target)))
    assert len(store.select("SELECT DISTINCT ?a { ?a a cdv:Action }")) > 100
    assert not store.ask("ASK { ?t a cdv:Titulaire }")
    typed = cli("-w", demo, "sparql", "ASK { ?a a cdv:Action ; rdfs:comment ?c FILTER(CONTAINS(?c, '@')) }")
    assert typed.out == "oui\n", "la démonstration ne contient plus d'adresse dans un commentaire"
    assert b"@exemple.fr" not in target.read_bytes()
    # Another reader than ours, on the head of the file: one statement a line.
    head = b"".join(target.read_bytes().splitlines(keepends=True)[:300])
    assert len(rdflib.Dataset(default_union=True).parse(head, format=parser)) == 300


def test_by_default_it_goes_to_the_workspace(cli: Callable, demo_copy: Path) -> None:
    result = cli("-w", demo_copy, "export", "organisme-qpv", "--campagne", "2025")
    assert Path(result.out.strip()) == demo_copy / "sorties" / "2025" / "organisme-qpv.graphml"
    assert Path(result.out.strip()).is_file()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["organisme-ambition", "--format", "ttl", "--campagne", "2026"], "graphml ou gexf"),
        (["donnees", "--format", "gexf", "--campagne", "2026"], "ttl ou nq"),
        (["organisme-ambition"], "--campagne"),
        (["amis", "--campagne", "2026"], "organisme-ambition"),
        (["organisme-qpv", "--campagne", "2031"], "campagne open 2031"),
    ],
)
def test_wrong_usage(cli: Callable, demo: Path, arguments: list[str], words: str) -> None:
    result = cli("-w", demo, "export", *arguments)
    assert (result.code, result.out) == (2, "")
    assert words in result.err


def test_what_a_title_holds_of_a_person_is_masked() -> None:
    from types import SimpleNamespace

    from droitcommun.graph.export.rdf import turtle_bytes

    turtle = """
    id:a dcterms:title "Atelier, contact jean@essai.fr" ; prov:wasDerivedFrom id:l ; rdfs:comment "appeler Zoé" .
    id:l a cdv:Localisation ; cdv:ligneFeuille 3 ; cdv:texteBrut "Zoé Témoin" .
    """
    dataset = SimpleNamespace(contrat="essai", annee=2026, store=Store.from_turtle(turtle))
    written = turtle_bytes(dataset).decode()
    assert "Atelier, contact" in written
    assert "jean@" not in written
    assert "Zo" not in written
