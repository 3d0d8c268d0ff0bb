"""Each form of a network, read back by another tool than its writer."""

from __future__ import annotations

import html
import io
import json
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest

from droitcommun.graph.dataset import ActiveDataset
from droitcommun.graph.export.networks.formats import FORMATS, network_files
from droitcommun.graph.export.networks.profil import restrict_network
from droitcommun.graph.network import RESEAUX, Reseau, build_network
from droitcommun.graph.pictures.contexte import Publication
from droitcommun.graph.profils import PROFILS, profil

from .deux_rives import make_dataset

META = {"empreinte": "0123456789abcdef", "profil": "copil"}


@pytest.fixture(scope="module", params=list(RESEAUX))
def reseau(request: pytest.FixtureRequest, dataset: ActiveDataset) -> Reseau:
    """Return each network of « Deux-Rives », with one hostile name."""
    graph = build_network(request.param, dataset)
    graph.nodes["organisme/caf"]["label"] = '=HYPERLINK("x");"a\\b" <i>\n'
    return graph


def links(graph: Reseau) -> set[frozenset[str]]:
    """Return the ends of each link."""
    return {frozenset(edge) for edge in graph.edges}


def only(reseau: Reseau, form: str) -> bytes:
    """Return the one file of a form."""
    (data,) = network_files(reseau, form, Path("r.x"), META).values()
    return data


def test_dot_is_read_by_graphviz(reseau: Reseau) -> None:
    done = subprocess.run(["dot", "-Tjson"], input=only(reseau, "dot"), capture_output=True, check=True, timeout=60)
    assert done.stderr == b""
    read = json.loads(done.stdout)
    names = {o["_gvid"]: o["name"] for o in read["objects"]}
    labels = {o["name"]: o["label"] for o in read["objects"]}
    assert set(names.values()) == set(reseau)
    assert {frozenset((names[e["tail"]], names[e["head"]])) for e in read["edges"]} == links(reseau)
    assert labels["organisme/bailleur"] == "Bailleur <b>Rive</b> & fils"
    assert read["donnees"] == "Données fictives"
    assert read["empreinte"] == "0123456789abcdef"


def test_node_link_json_is_plain(reseau: Reseau) -> None:
    read = json.loads(only(reseau, "json"))
    assert {node["id"] for node in read["nodes"]} == set(reseau)
    assert {frozenset((e["source"], e["target"])) for e in read["links"]} == links(reseau)
    weights = {frozenset((e["source"], e["target"])): e["weight"] for e in read["links"]}
    assert all(weights[frozenset((s, t))] == data["weight"] for s, t, data in reseau.edges(data=True))
    assert (read["graph"]["campagne"], read["graph"]["profil"]) == (2026, "copil")
    assert read["graph"]["publication"] == "provisoire"
    assert all(isinstance(node["x"], float) and isinstance(node["y"], float) for node in read["nodes"])


def test_cytoscape_json_has_what_it_needs(reseau: Reseau) -> None:
    read = json.loads(only(reseau, "cytoscape"))
    nodes = {node["data"]["id"]: node for node in read["elements"]["nodes"]}
    edges = [edge["data"] for edge in read["elements"]["edges"]]
    assert set(nodes) == set(reseau)
    assert {frozenset((e["source"], e["target"])) for e in edges} == links(reseau)
    assert len({e["id"] for e in edges} | set(nodes)) == len(edges) + len(nodes)
    assert nodes["organisme/bailleur"]["data"]["label"] == "Bailleur <b>Rive</b> & fils"
    assert set(nodes["organisme/bailleur"]["position"]) == {"x", "y"}


def test_csv_is_read_by_pandas(reseau: Reseau, tmp_path: Path) -> None:
    files = network_files(reseau, "csv", tmp_path / "r.csv", META)
    assert sorted(p.name for p in files) == ["r-liens.csv", "r-noeuds.csv"]
    nodes = pd.read_csv(io.BytesIO(files[tmp_path / "r-noeuds.csv"]), index_col="Id")
    edges = pd.read_csv(io.BytesIO(files[tmp_path / "r-liens.csv"]))
    assert set(nodes.index) == set(reseau)
    assert {frozenset(pair) for pair in zip(edges.Source, edges.Target, strict=True)} == links(reseau)
    assert edges.Weight.sum() == sum(data["weight"] for _s, _t, data in reseau.edges(data=True))
    assert nodes.Label["organisme/caf"].startswith("'=HYPERLINK")
    assert set(nodes.donnees) == {"Données fictives"}
    if "euros_dc" in edges:
        known = sum(1 for _s, _t, data in reseau.edges(data=True) if "euros_dc" in data)
        assert edges.euros_dc.notna().sum() == known < len(edges)


def test_a_publication_is_said_by_files_and_pictures(reseau: Reseau) -> None:
    meta = {**META, "publication": Publication(2, date(2026, 5, 12))}
    for form in FORMATS:
        if form != "png":
            (data, *_rest) = network_files(reseau, form, Path("r.x"), meta).values()
            assert "publication n° 2 du 12 mai 2026" in html.unescape(data.decode()), form


def test_csv_as_an_archive(reseau: Reseau) -> None:
    files = network_files(reseau, "csv", Path("x/r.ZIP"), META)
    archive = zipfile.ZipFile(io.BytesIO(files[Path("x/r.ZIP")]))
    assert archive.testzip() is None
    assert archive.namelist() == ["r-noeuds.csv", "r-liens.csv"]
    assert files == network_files(reseau, "csv", Path("x/r.ZIP"), META)


@pytest.mark.parametrize("form", [f for f in FORMATS if f != "png"])
def test_the_same_network_gives_the_same_bytes(form: str, dataset: ActiveDataset) -> None:
    first, second = (network_files(build_network("organisme-qpv", dataset), form, Path("r.x"), META) for _n in (1, 2))
    assert first == second


@pytest.fixture(scope="module")
def approved() -> ActiveDataset:
    """Return the dataset where the CAF alone gave its visa."""
    visa = """
    <https://w3id.org/droit-commun/id/deux-rives/contribution/2026/caf> cdv:etatVisa
      <https://w3id.org/droit-commun/codes/etat-visa/vise> .
    """
    return make_dataset("reponses-2026", "campagne-2025", extra=visa)


@pytest.mark.parametrize("name", list(RESEAUX))
def test_public_details_only_bodies_with_a_visa(name: str, approved: ActiveDataset) -> None:
    whole = build_network(name, approved)
    visas = {node for node, data in whole.nodes(data=True) if data.get("visa")}
    assert visas == {"organisme/caf"}
    seen = restrict_network(whole, profil("public"))
    assert {n for n, d in seen.nodes(data=True) if d["kind"] == "organisme"} == visas
    assert {n for n, d in seen.nodes(data=True) if d["kind"] != "organisme"} == {
        n for n, d in whole.nodes(data=True) if d["kind"] != "organisme"
    }
    # agglo, bailleur and ville answered without a visa; the ARS has not answered.
    assert seen.graph["non_detailles"] == 3
    for form in FORMATS:
        if form != "png":
            data = b"".join(network_files(seen, form, Path("r.x"), {}).values()).decode()
            for hidden in ("Agence de santé", "Agglomération des", "Bailleur", "Ville de Rive"):
                assert hidden not in data, (form, hidden)
            assert "public" in data
    words = network_files(seen, "svg", Path("r.svg"), {})[Path("r.svg")].decode()
    assert "3 institutions ont répondu sans avoir donné leur visa : elles ne sont pas dans le dessin." in words
    assert ("Les nombres écrits" in words) == (name in ("organisme-ambition", "organisme-qpv"))


def test_counts_of_public_keep_everyone(approved: ActiveDataset) -> None:
    seen = restrict_network(build_network("organisme-ambition", approved), profil("public"))
    data = seen.nodes["ambition/A1.2"]
    assert (data["n_organismes"], seen.degree("ambition/A1.2")) == (3, 1)


@pytest.mark.parametrize("code", [c for c in PROFILS if c != "public"])
def test_others_see_every_body(code: str, approved: ActiveDataset) -> None:
    whole = build_network("organisme-qpv", approved)
    seen = restrict_network(whole, profil(code))
    assert nx.utils.graphs_equal(nx.Graph(seen.edges), nx.Graph(whole.edges))
    assert set(seen) == set(whole)
    assert seen.graph["profil"] == code
    assert "profil" not in whole.graph
