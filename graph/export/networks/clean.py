"""A network that any format can hold: no None, no list, one type an attribute, no reserved name, no control sign."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import networkx as nx

from droitcommun.graph.network import Reseau

Value = str | int | float | bool

# Names that GEXF keeps for itself: such an attribute would be lost, or would break the reading.
_RESERVED = frozenset({"pid", "id", "for", "start", "end", "spells", "slices", "parents", "viz", "mod_count"})
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean_graph(graph: Reseau, meta: Mapping[str, object]) -> Reseau:
    """Return a copy that every format can hold: no None, no list, one type an attribute, no reserved name."""
    clean: Reseau = nx.Graph(**_attributes({**graph.graph, **meta}, {}))
    node_types = _types(data for _node, data in graph.nodes(data=True))
    edge_types = _types(data for _source, _target, data in graph.edges(data=True))
    for node, data in graph.nodes(data=True):
        clean.add_node(_text(node), **_attributes(data, node_types))
    for source, target, data in graph.edges(data=True):
        clean.add_edge(_text(source), _text(target), **_attributes(data, edge_types))
    return clean


def _types(rows: Iterable[Mapping[Any, object]]) -> dict[str, Callable[[Any], Value]]:
    """Choose one type for each attribute: the narrowest that holds every value it takes."""
    seen: dict[str, set[type]] = {}
    for row in rows:
        for name, value in row.items():
            if value is not None:
                seen.setdefault(str(name), set()).add(type(_plain(value)))
    return {name: _widest(types) for name, types in seen.items()}


def _widest(types: set[type]) -> Callable[[Any], Value]:
    if types == {bool}:
        return bool
    if types == {int}:
        return int
    if types <= {int, float}:
        return float
    return _text


def _attributes(row: Mapping[Any, object], types: Mapping[str, Callable[[Any], Value]]) -> dict[str, Value]:
    return {_name(str(n)): types.get(str(n), _same)(_plain(v)) for n, v in row.items() if v is not None}


def _same(value: Value) -> Value:
    return value


def _name(name: str) -> str:
    return f"attr_{name}" if name in _RESERVED else name


def _plain(value: object) -> Value:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return "; ".join(
            sorted(_text(item) for item in value) if isinstance(value, set | frozenset) else map(_text, value)
        )
    return _text(value)


def _text(value: object) -> str:
    return _NOT_XML.sub("", str(value))
