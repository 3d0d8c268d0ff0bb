"""Triples as framed JSON-LD under a context that is in the file: nothing is fetched to write it, nor to read it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NoReturn

import pyoxigraph as ox

from droitcommun.graph.names import PREFIXES
from droitcommun.graph.store import Triple

_TYPE = PREFIXES["rdf"] + "type"
_STRING = PREFIXES["xsd"] + "string"
_PREFIXES = {**PREFIXES, "owl": "http://www.w3.org/2002/07/owl#"}
# pyld frames a hundred nodes many times faster than ten thousand at once, and each is framed alone.
_LOT = 200


def framed_bytes(triples: Iterable[Triple], graph: str) -> bytes:
    """Return the triples in the named *graph*: one object a node, in order of their IRIs.

    The frame takes every node and embeds none, so that nothing is lost nor said twice. The context holds our prefixes
    and the type of each property that has only one, so that values are plain; a property of several types keeps them.
    """
    from pyld import jsonld

    ordered = sorted(triples, key=lambda t: (t[0].value, t[1].value, str(t[2])))
    nodes = _expanded(ordered)
    context = {**_PREFIXES, **_typed_terms(ordered)}
    frame = {"@context": context, "@embed": "@never"}
    found: list[dict[str, Any]] = []
    for start in range(0, len(nodes), _LOT):
        lot = nodes[start : start + _LOT]
        framed = jsonld.frame(lot, frame, {"documentLoader": _refused, "omitGraph": False})
        # Nodes that are only named here come too, empty: they are whole in their own lot.
        found += [node for node in framed["@graph"] if len(node) > 1]
    return (
        json.dumps({"@context": context, "@id": graph, "@graph": found}, ensure_ascii=False, indent=1) + "\n"
    ).encode()


def _expanded(ordered: Iterable[Triple]) -> list[dict[str, Any]]:
    nodes: dict[str, dict[str, Any]] = {}
    for s, p, o in ordered:
        node = nodes.setdefault(s.value, {"@id": s.value})
        if p.value == _TYPE:
            node.setdefault("@type", []).append(o.value)
        else:
            node.setdefault(p.value, []).append(_value(o))
    return list(nodes.values())


def _value(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> dict[str, str]:
    if not isinstance(term, ox.Literal):
        return {"@id": term.value}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if term.datatype.value == _STRING:
        return {"@value": term.value}
    return {"@value": term.value, "@type": term.datatype.value}


def _typed_terms(ordered: Iterable[Triple]) -> dict[str, dict[str, str]]:
    """Return the properties whose values are all nodes, or all of one datatype, with that type."""
    kinds: dict[str, set[str]] = {}
    for _s, p, o in ordered:
        if p.value != _TYPE:
            kind = (o.language or o.datatype.value) if isinstance(o, ox.Literal) else "@id"
            kinds.setdefault(p.value, set()).add(kind)
    found = {}
    for name, seen in sorted(kinds.items()):
        kind = next(iter(seen))
        if len(seen) == 1 and (kind == "@id" or (":" in kind and kind != _STRING)):
            found[_short(name)] = {"@id": name, "@type": kind}
    return found


def _short(name: str) -> str:
    fits = [(len(base), prefix) for prefix, base in _PREFIXES.items() if name.startswith(base)]
    if not fits:
        return name
    length, prefix = max(fits)
    return f"{prefix}:{name[length:]}"


def _refused(url: str, _options: object = None) -> NoReturn:
    raise ValueError(f"no document is loaded: {url}")
