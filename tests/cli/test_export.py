"""droitcommun export: files that other tools read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import igraph
import networkx
import pyoxigraph
import pytest

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


@pytest.mark.parametrize("form", ["ttl", "nq"])
def test_the_graph_of_the_contract_without_personal_data(cli: Callable, demo: Path, tmp_path: Path, form: str) -> None:
    target = tmp_path / f"donnees.{form}"
    result = cli("-w", demo, "export", "donnees", "--campagne", "2026", "--format", form, "--out", target)
    assert result.code == 0, result.err
    store = Store()
    store.add((q.subject, q.predicate, q.object) for q in pyoxigraph.parse(path=str(target)))
    assert len(store.select("SELECT DISTINCT ?a { ?a a cdv:Action }")) > 100
    assert not store.ask("ASK { ?t a cdv:Titulaire }")
    typed = cli("-w", demo, "sparql", "ASK { ?a a cdv:Action ; rdfs:comment ?c FILTER(CONTAINS(?c, '@')) }")
    assert typed.out == "oui\n", "la démonstration ne contient plus d'adresse dans un commentaire"
    data = target.read_bytes()
    assert b"@exemple.fr" not in data
    # copil, the profile by default: no file name, no cell.
    assert b".xlsx" not in data
    assert not store.ask("ASK { ?l a cdv:Localisation }")


def test_a_profile_is_for_networks_too(cli: Callable, demo: Path, tmp_path: Path) -> None:
    counts = {}
    for profil in ("public", "copil"):
        target = tmp_path / f"{profil}.json"
        arguments = ("organisme-qpv", "--campagne", "2026", "--format", "json", "--profil", profil, "--out", target)
        result = cli("-w", demo, "export", *arguments)
        assert result.code == 0, result.err
        read = json.loads(target.read_bytes())
        assert read["graph"]["profil"] == profil
        counts[profil] = sum(1 for node in read["nodes"] if node["kind"] == "organisme")
    assert 0 < counts["public"] < counts["copil"] == 38


def test_the_years_in_one_file(cli: Callable, demo_copy: Path) -> None:
    result = cli("-w", demo_copy, "export", "organisme-qpv", "--campagne", "2026", "--format", "gexf", "--annees")
    path = demo_copy / "sorties" / "2026" / "organisme-qpv-annees.gexf"
    assert (result.code, result.out.strip()) == (0, str(path))
    spells = {spell for _n, data in networkx.read_gexf(path).nodes(data=True) for spell in data["spells"]}
    assert spells == {("2025-01-01", "2025-12-31"), ("2026-01-01", "2026-12-31")}


def test_csv_is_two_files(cli: Callable, demo: Path, tmp_path: Path) -> None:
    target = tmp_path / "r.csv"
    arguments = ("organisme-organisme", "--campagne", "2026", "--format", "csv", "--out", target)
    result = cli("-w", demo, "export", *arguments)
    assert result.out.split() == [str(tmp_path / "r-noeuds.csv"), str(tmp_path / "r-liens.csv")]
    assert not target.exists()


def test_by_default_it_goes_to_the_workspace(cli: Callable, demo_copy: Path) -> None:
    result = cli("-w", demo_copy, "export", "organisme-qpv", "--campagne", "2025")
    assert Path(result.out.strip()) == demo_copy / "sorties" / "2025" / "organisme-qpv.graphml"
    assert Path(result.out.strip()).is_file()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["organisme-ambition", "--format", "ttl", "--campagne", "2026"], "graphml ou gexf ou dot"),
        (["donnees", "--format", "gexf", "--campagne", "2026"], "ttl ou trig ou nq ou jsonld"),
        (["organisme-qpv", "--annees", "--campagne", "2026"], "--format gexf"),
        (["organisme-ambition"], "--campagne"),
        (["amis", "--campagne", "2026"], "organisme-ambition"),
        (["organisme-qpv", "--campagne", "2031"], "campagne open 2031"),
    ],
)
def test_wrong_usage(cli: Callable, demo: Path, arguments: list[str], words: str) -> None:
    result = cli("-w", demo, "export", *arguments)
    assert (result.code, result.out) == (2, "")
    assert words in result.err
