"""What the networks tell, counted by hand on « Deux-Rives », and by igraph."""

from __future__ import annotations

import igraph
import networkx as nx
import pytest

from droitcommun.graph.dataset import ActiveDataset
from droitcommun.graph.network import RESEAUX, Reseau, build_network
from droitcommun.graph.networkmeasures import Mesure, communities, measures

from .deux_rives import make_dataset


def by_name(name: str, dataset: ActiveDataset) -> dict[str, Mesure]:
    return {m.nom: m for m in measures(name, build_network(name, dataset))}


def rows(measure: Mesure, *columns: str) -> list[tuple[object, ...]]:
    return [tuple(row[c] for c in columns) for row in measure.table.rows]


def as_igraph(graph: Reseau) -> igraph.Graph:
    nodes = sorted(graph)
    edges = [(nodes.index(a), nodes.index(b)) for a, b in graph.edges()]
    made = igraph.Graph(n=len(nodes), edges=edges)
    made.vs["name"] = nodes
    made.es["weight"] = [graph.edges[a, b]["weight"] for a, b in graph.edges()]
    return made


def test_ambitions_counted_by_hand(dataset: ActiveDataset) -> None:
    found = by_name("organisme-ambition", dataset)
    assert rows(found["partenaire-seul"], "objet", "organisme", "n_actions") == [
        ("A1.3", "bailleur", 1),
        ("A2.1", "agglo", 1),
    ]
    assert rows(found["passerelles"], "organisme", "piliers", "n_ambitions", "seul_lien_entre") == [
        ("agglo", "P1, P2", 2, "P1–P2")  # A1.1 (a1) and A2.1 (a6); A1.2 is only a secondary ambition
    ]
    assert [(a, b, n, t, float(p), m if m is None else float(m)) for a, b, n, t, p, m in rows(
        found["dependance"], "objet", "organisme", "n_actions", "n_actions_total", "part_actions", "part_euros_dc"
    )] == [
        ("A1.3", "bailleur", 1, 1, 100.0, None),
        ("A2.1", "agglo", 1, 1, 100.0, None),
        ("A1.1", "caf", 2, 3, 66.7, 19.0),
        ("A1.2", "agglo", 1, 3, 33.3, None),
    ]  # fmt: skip
    assert rows(found["departs"], "organisme", "n_orphelins", "orphelins", "n_un_seul_restant", "n_actions") == [
        ("agglo", 1, "A2.1", 1, 3),
        ("bailleur", 1, "A1.3", 0, 2),
        ("caf", 0, None, 1, 3),
    ]
    assert {name: m.valeur for name, m in found.items()} == {
        "partenaire-seul": 2, "passerelles": 1, "dependance": 3, "departs": 1,
    }  # fmt: skip


def test_bodies_together_counted_by_hand(dataset: ActiveDataset) -> None:
    graph = build_network("organisme-organisme", dataset)
    assert sorted((a, b, d["n_partages"], d["n_actions"]) for a, b, d in graph.edges(data=True)) == [
        ("organisme/agglo", "organisme/bailleur", 1, 0),
        ("organisme/agglo", "organisme/caf", 2, 0),
    ]
    found = by_name("organisme-organisme", dataset)
    assert rows(found["pivots"], "organisme", "n_liens", "n_morceaux") == [("agglo", 2, 2)]
    assert found["isoles"].valeur == 0


def test_actions_that_people_link_bind_their_bodies() -> None:
    linked = make_dataset("reponses-2026", extra="a26:a5 cdv:memeActionQue a26:a6 .")
    graph = build_network("organisme-organisme", linked)
    assert graph.edges["organisme/agglo", "organisme/bailleur"]["n_actions"] == 1


def test_commitments(dataset: ActiveDataset) -> None:
    found = by_name("organisme-engagement", dataset)
    assert found["engagements-sans-constat"].valeur + len(rows(found["engagement-chez-un-seul"], "engagement")) <= 1
    graph = build_network("organisme-engagement", dataset)
    assert graph.edges["organisme/agglo", "engagement/E01"]["modalite"] == "de-fait"


@pytest.mark.parametrize("name", RESEAUX)
def test_each_measure_is_a_question_and_a_sentence_with_its_number(name: str, dataset: ActiveDataset) -> None:
    for measure in measures(name, build_network(name, dataset)):
        assert measure.question.endswith("?")
        assert measure.phrase.endswith(".")
        assert str(measure.valeur) in measure.phrase
        assert measure.table.query.title == measure.question


@pytest.mark.parametrize("name", RESEAUX)
def test_nobody_answered_breaks_nothing(name: str) -> None:
    for measure in measures(name, build_network(name, make_dataset())):
        assert str(measure.valeur) in measure.phrase


@pytest.mark.parametrize("seed", range(6))
def test_igraph_finds_the_same_pivots_and_groups_as_good(seed: int) -> None:
    graph: Reseau = nx.gnm_random_graph(14, 18, seed=seed)
    graph = nx.relabel_nodes(graph, {n: f"organisme/{n:02}" for n in graph})
    for i, (a, b) in enumerate(graph.edges()):
        graph.edges[a, b].update(weight=float(1 + i % 3), n_partages=1, n_actions=0)
    graph.graph.update(campagne=2026, contrat="essai")
    for n in graph:
        graph.nodes[n].update(kind="organisme", label=n, code=n[-2:], reponse="repondu")
    other = as_igraph(graph)
    found = {m.nom: m for m in measures("organisme-organisme", graph)}
    assert sorted(row["organisme"] for row in found["pivots"].table.rows) == sorted(
        other.vs[v]["name"][-2:] for v in other.articulation_points()
    )
    groups = communities(graph)
    names = other.vs["name"]
    membership = [next((i for i, g in enumerate(groups) if n in g), 100 + names.index(n)) for n in names]
    ours = other.modularity(membership, weights="weight")
    best = other.community_fastgreedy(weights="weight").as_clustering()
    assert ours >= other.modularity(best.membership, weights="weight") - 0.03
    assert communities(nx.relabel_nodes(graph, {})) == groups
