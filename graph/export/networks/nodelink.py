"""A network as JSON: node-link (D3, networkx, any script) and Cytoscape. Same graph, same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import networkx as nx

from droitcommun.graph.export.networks.clean import clean_graph
from droitcommun.graph.export.networks.layout import network_positions
from droitcommun.graph.network import Reseau


def node_link_bytes(graph: Reseau, meta: Mapping[str, object]) -> bytes:
    """Return {directed, multigraph, graph, nodes: [{id, label, kind, x, y …}], links: [{source, target, weight …}]}."""
    clean = clean_graph(graph, meta)
    for node, (x, y) in network_positions(clean).items():
        clean.nodes[node].update(x=x, y=y)
    return _json(nx.node_link_data(clean, edges="links"))


def cytoscape_bytes(graph: Reseau, meta: Mapping[str, object]) -> bytes:
    """Return the JSON that Cytoscape and Cytoscape.js open, each node at its place."""
    clean = clean_graph(graph, meta)
    # Cytoscape knows a node by its name: ours is what people read.
    found: dict[str, Any] = nx.cytoscape_data(clean, name="label")
    places = network_positions(clean)
    for item in found["elements"]["nodes"]:
        x, y = places[item["data"]["id"]]
        item["position"] = {"x": x, "y": y}
    for n, item in enumerate(found["elements"]["edges"]):
        item["data"]["id"] = f"lien-{n}"
    return _json({**found, "format_version": "1.0", "data": {**dict(found["data"]), "name": clean.graph["reseau"]}})


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
