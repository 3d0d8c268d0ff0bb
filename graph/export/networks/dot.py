"""A network as DOT, for Graphviz. Same graph, same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pydot

from droitcommun.graph.export.networks.clean import Value, clean_graph
from droitcommun.graph.export.networks.layout import network_positions
from droitcommun.graph.network import Reseau

_SHAPES = {"organisme": "ellipse"}


def dot_bytes(graph: Reseau, meta: Mapping[str, object]) -> bytes:
    """Return *graph* as DOT, each node with its label and its place (`neato -n` draws it where our pictures do).

    The other attributes follow under their names; Graphviz keeps those it does not know.
    """
    clean = clean_graph(graph, meta)
    about = {name: value for name, value in clean.graph.items() if name not in ("label", "id")}
    title = " – ".join(
        str(about[name])
        for name in ("titre", "reseau", "campagne", "donnees", "publication", "profil")
        if name in about
    )
    drawn = pydot.Dot(_quoted(about["reseau"]), graph_type="graph", strict=True, label=_quoted(title), charset="UTF-8")
    for name, value in about.items():
        drawn.set(name, _quoted(value))
    places = network_positions(clean)
    for node, data in clean.nodes(data=True):
        x, y = places[node]
        shape = _SHAPES.get(str(data["kind"]), "box")
        # Points from the bottom, as Graphviz counts.
        attributes: dict[str, Any] = {**_texts(data), "shape": shape, "pos": _quoted(f"{x:g},{0.0 - y:g}!")}
        drawn.add_node(pydot.Node(_quoted(node), **attributes))
    for source, target, data in clean.edges(data=True):
        drawn.add_edge(pydot.Edge(_quoted(source), _quoted(target), **_texts(data)))
    return str(drawn.to_string()).encode()


def _texts(data: Mapping[str, Value]) -> dict[str, Any]:
    return {name: _quoted(value) for name, value in data.items()}


def _quoted(value: object) -> str:
    """Quote every value ourselves: pydot leaves « <b> » as HTML and some words bare."""
    text = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\r", " ")
    return f'"{text}"'
