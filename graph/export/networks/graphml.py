"""Networks as GraphML and GEXF files that other programs read (Gephi, igraph, networkx). Same graph, same bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import networkx as nx

from droitcommun import __version__
from droitcommun.graph.export.networks.clean import Value, clean_graph
from droitcommun.graph.export.networks.layout import network_positions
from droitcommun.graph.network import Reseau


def graphml_bytes(graph: Reseau, meta: Mapping[str, object]) -> bytes:
    """Return *graph* as GraphML; *meta* joins its graph attributes."""
    stream = BytesIO()
    nx.write_graphml_xml(clean_graph(graph, meta), stream)
    return stream.getvalue()


def gexf_bytes(graph: Reseau, meta: Mapping[str, object]) -> bytes:
    """Return *graph* as GEXF 1.2, without the day it was made; graph attributes and *meta* go to its description."""
    clean = clean_graph(graph, meta)
    _place(clean)
    return _gexf(clean)


def gexf_years_bytes(graphs: Mapping[int, Reseau], meta: Mapping[str, object]) -> bytes:
    """Return the networks of several campagnes (by year) as one dynamic GEXF, for a time slider.

    A node or a link has a spell for each year it is in; what changes with the year (n_actions, weight, euros_dc …) is
    dynamic, what says what it is (kind, label, code) is static, as the last year says it. The graph attributes are
    those of the last year. Raises ValueError without any year.
    """
    cleaned = {year: clean_graph(graphs[year], meta) for year in sorted(graphs)}
    last = cleaned[max(cleaned)]
    whole: Reseau = nx.Graph(**{**last.graph, "campagne": ", ".join(map(str, cleaned))}, mode="dynamic")
    node_rows: dict[str, dict[int, Mapping[str, Value]]] = {}
    edge_rows: dict[tuple[str, str], dict[int, Mapping[str, Value]]] = {}
    for year, graph in cleaned.items():
        for node, data in graph.nodes(data=True):
            node_rows.setdefault(node, {})[year] = data
        for source, target, data in graph.edges(data=True):
            edge_rows.setdefault((min(source, target), max(source, target)), {})[year] = data
    for node, rows in node_rows.items():
        whole.add_node(node, **_in_time(rows))
    for (source, target), rows in edge_rows.items():
        whole.add_edge(source, target, **_in_time(rows))
    _place(whole)
    return _gexf(whole)


_STATIC = frozenset({"kind", "label", "code", "pilier", "libelle_pilier", "rang", "modalite"})


def _in_time(rows: Mapping[int, Mapping[str, Value]]) -> dict[str, Any]:
    """Return static attributes as the last year says them, the others with their years, and the spells."""
    found: dict[str, Any] = {name: value for year in rows for name, value in rows[year].items() if name in _STATIC}
    for year, row in rows.items():
        for name, value in row.items():
            if name not in _STATIC:
                # networkx writes « True » here, which is no boolean of XML: two words are.
                said = str(value).lower() if isinstance(value, bool) else value
                found.setdefault(name, []).append((said, *_days(year)))
    # GEXF reads the thickness of a link in its weight, outside the attributes: one value only, the last.
    if "weight" in found:
        found["poids"], found["weight"] = found["weight"], found["weight"][-1][0]
    return {**found, "spells": [_days(year) for year in rows]}


def _days(year: int) -> tuple[str, str]:
    return f"{year}-01-01", f"{year}-12-31"


def _place(clean: Reseau) -> None:
    """Put each node where the pictures put it; GEXF counts upwards."""
    for node, (x, y) in network_positions(clean).items():
        clean.nodes[node]["viz"] = {"position": {"x": x, "y": 0.0 - y, "z": 0.0}}


def _gexf(clean: Reseau) -> bytes:
    text = "\n".join(nx.generate_gexf(clean))
    words = "; ".join(f"{name}: {value}" for name, value in clean.graph.items() if name != "mode")
    about = (
        f"<meta><creator>droitcommun {__version__}</creator><keywords>{escape(str(clean.graph.get('contrat', '')))}"
        f"</keywords><description>{escape(words)}</description></meta>"
    )
    text = re.sub(r"<meta\b.*?</meta>", lambda _found: about, text, count=1, flags=re.DOTALL)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + text + "\n").encode()
