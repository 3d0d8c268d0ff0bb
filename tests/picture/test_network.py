"""The two networks, and their files read back by networkx and igraph."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import gexfpy
import igraph
import networkx as nx
import pytest
from lxml import etree

from droitcommun.graph.dataset import ActiveDataset
from droitcommun.graph.export.networks.graphml import gexf_bytes, gexf_years_bytes, graphml_bytes
from droitcommun.graph.network import Reseau, networks_by_year, organisme_ambition, organisme_qpv


@pytest.fixture(scope="module")
def ambitions(dataset: ActiveDataset) -> Reseau:
    """Return the network of bodies and ambitions."""
    return organisme_ambition(dataset)


@pytest.fixture(scope="module")
def places(dataset: ActiveDataset) -> Reseau:
    """Return the network of bodies and QPV."""
    return organisme_qpv(dataset)


def edges(graph: Reseau) -> dict[tuple[str, str], tuple[int, float | None]]:
    """Return (count, euros or None) by (body, other end)."""
    found = {}
    for source, target, data in graph.edges(data=True):
        body, other = sorted((source, target), key=lambda node: not node.startswith("organisme/"))
        found[body.split("/")[1], other.split("/")[1]] = (data["n_actions"], data.get("euros_dc"))
    return found


def test_who_acts_for_which_ambition(ambitions: Reseau) -> None:
    assert edges(ambitions) == {
        ("agglo", "A1.1"): (1, 10000.0),
        ("agglo", "A1.2"): (1, None),
        ("agglo", "A2.1"): (1, 0.0),
        ("bailleur", "A1.2"): (1, None),
        ("bailleur", "A1.3"): (1, None),
        ("caf", "A1.1"): (2, 2345.67),
        ("caf", "A1.2"): (1, None),
    }


def test_who_acts_in_which_qpv(places: Reseau) -> None:
    assert edges(places) == {
        ("agglo", "QN99001X"): (1, None),
        ("agglo", "QN99002X"): (1, None),
        ("bailleur", "QN99002X"): (1, None),
        ("caf", "QN99001X"): (1, 2345.67),
    }


def test_the_planned_amounts_are_another_network(dataset: ActiveDataset) -> None:
    graph = organisme_ambition(dataset, "prevu")
    assert graph.graph["montants"] == "prévu 2026"
    assert edges(graph)["agglo", "A1.1"] == (1, 12000.5)


def test_those_who_are_alone_are_nodes_too(ambitions: Reseau, places: Reseau) -> None:
    assert ambitions.nodes["organisme/ars"] == {
        "kind": "organisme", "label": "Agence de santé", "code": "ars", "reponse": "pas-de-reponse", "visa": False,
        "rang": 1,
    }  # fmt: skip
    assert ambitions.nodes["ambition/A1.4"] == {
        "kind": "ambition", "label": "A1.4 Se déplacer", "code": "A1.4", "pilier": "P1",
        "libelle_pilier": "Agir", "rang": 3, "n_actions": 0, "n_organismes": 0,
    }  # fmt: skip
    assert places.nodes["qpv/QN99001X"]["population"] == 1000
    assert "population" not in places.nodes["qpv/QN99003X"]
    assert [n for n, data in places.nodes(data=True) if data.get("a_cheval")] == ["qpv/QN99004X"]
    assert len(ambitions) == 5 + 5
    assert len(places) == 5 + 4


def test_graphml_is_read_back_by_networkx_and_igraph(ambitions: Reseau, tmp_path: Path) -> None:
    path = tmp_path / "r.graphml"
    path.write_bytes(graphml_bytes(ambitions, {"empreinte": "ab"}))
    read = nx.read_graphml(path)
    assert edges(read) == edges(ambitions)
    assert dict(read.nodes(data=True)) == dict(ambitions.nodes(data=True))
    assert read.graph["contrat"] == "deux-rives"
    assert read.graph["campagne"] == 2026
    assert read.graph["donnees"] == "Données fictives"
    assert read.graph["empreinte"] == "ab"
    other = igraph.Graph.Read_GraphML(str(path))
    assert (other.vcount(), other.ecount()) == (10, 7)
    assert other["donnees"] == "Données fictives"
    assert other.vs.find(code="bailleur")["label"] == "Bailleur <b>Rive</b> & fils"


def test_gexf_is_read_back_and_says_nothing_of_the_day(places: Reseau, tmp_path: Path) -> None:
    path = tmp_path / "r.gexf"
    path.write_bytes(gexf_bytes(places, {}))
    read = nx.read_gexf(path)
    assert edges(read) == edges(places)
    assert read.nodes["qpv/QN99001X"]["population"] == 1000
    assert "Données fictives" in path.read_text(encoding="utf-8")
    assert "lastmodifieddate" not in path.read_text(encoding="utf-8")


def test_the_same_network_gives_the_same_bytes(dataset: ActiveDataset, ambitions: Reseau) -> None:
    again = organisme_ambition(dataset)
    assert graphml_bytes(again, {}) == graphml_bytes(ambitions, {})
    assert gexf_bytes(again, {}) == gexf_bytes(ambitions, {})


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_awkward_attributes_do_not_break_a_file(form: str, tmp_path: Path) -> None:
    graph: Reseau = nx.Graph(note=None, tags=["x", "y"])
    graph.add_node("a\x07", label="<&>", pid=3, vide=None, liste=["u", "v"], mixte=1, grand=Decimal("1.5"), fin=True)
    graph.add_node("b", label="é", pid="quatre", liste=["w"], mixte=2.5, jour=date(2026, 3, 1), fin=False)
    graph.add_edge("a\x07", "b", start="2025", mixte=1)
    nx.set_node_attributes(graph, {"a\x07": {"kind": "organisme", "rang": 0}, "b": {"kind": "organisme", "rang": 1}})
    path = tmp_path / f"r.{form}"
    path.write_bytes((graphml_bytes if form == "graphml" else gexf_bytes)(graph, {"note": None}))
    read = nx.read_graphml(path) if form == "graphml" else nx.read_gexf(path)
    assert set(read) == {"a", "b"}
    first, second = read.nodes["a"], read.nodes["b"]
    assert (first["attr_pid"], second["attr_pid"]) == ("3", "quatre")
    assert (first["liste"], first["mixte"], second["mixte"]) == ("u; v", 1.0, 2.5)
    assert "vide" not in first
    assert second["jour"] == "2026-03-01"
    assert (first["fin"], second["fin"]) == (True, False)
    assert read.edges["a", "b"]["attr_start"] == "2025"
    if form == "graphml":
        assert igraph.Graph.Read_GraphML(str(path)).vcount() == 2


def parsed(data: bytes) -> gexfpy.Graph:
    """Read by gexfpy, which looks for positions outside their namespace: they are read apart, by networkx."""
    root = etree.fromstring(data)
    for place in root.findall(".//{http://www.gexf.net/1.2draft/viz}position"):
        place.getparent().remove(place)
    return gexfpy.parse_string(etree.tostring(root, encoding="unicode")).graph


def test_gexf_is_read_by_another_tool_than_its_writer(places: Reseau, tmp_path: Path) -> None:
    """igraph reads no GEXF; gexfpy does, by the schema of the format."""
    path = tmp_path / "r.gexf"
    path.write_bytes(gexf_bytes(places, {}))
    graph = parsed(path.read_bytes())
    nodes = {node.id: node for found in graph.nodes for node in found.node}
    links = [edge for found in graph.edges for edge in found.edge]
    assert set(nodes) == set(places)
    assert nodes["organisme/bailleur"].label == "Bailleur <b>Rive</b> & fils"
    assert {frozenset((e.source, e.target)) for e in links} == {frozenset(e) for e in places.edges}
    place = nx.read_gexf(path).nodes["organisme/bailleur"]["viz"]["position"]
    assert (place["x"], place["y"]) == (0.0, -2 * 24.0)


def test_the_years_are_one_dynamic_graph(dataset: ActiveDataset, tmp_path: Path) -> None:
    years = networks_by_year("organisme-ambition", dataset)
    assert sorted(years) == [2025, 2026]
    path = tmp_path / "r.gexf"
    path.write_bytes(gexf_years_bytes(years, {}))
    graph = parsed(path.read_bytes())
    assert (graph.mode.value, graph.timeformat.value) == ("dynamic", "date")
    whole = nx.read_gexf(path)
    spells = {frozenset((s, t)): sorted(data["spells"]) for s, t, data in whole.edges(data=True)}
    for year, days in ((2025, ("2025-01-01", "2025-12-31")), (2026, ("2026-01-01", "2026-12-31"))):
        assert {link for link, found in spells.items() if days in found} == {frozenset(e) for e in years[year].edges}
    for source, target, data in years[2026].edges(data=True):
        counts = {start: value for value, start, _end in whole.edges[source, target]["n_actions"]}
        assert counts["2026-01-01"] == data["n_actions"]
    assert whole.nodes["organisme/ars"]["reponse"][-1] == ("pas-de-reponse", "2026-01-01", "2026-12-31")
    assert gexf_years_bytes(dict(reversed(years.items())), {}) == path.read_bytes()
