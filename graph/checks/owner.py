"""Whose node is it: the body that a finding on a node is about, and the share of a check that one body is."""

from __future__ import annotations

from dataclasses import dataclass

from droitcommun.graph.checks.nodes import Nodes
from droitcommun.graph.names import PREFIXES, cdv

_TYPE = PREFIXES["rdf"] + "type"
# Rows that the co-pilots write: what is wrong with them is theirs to correct, whatever body they name.
_BY_COPILOTES = {cdv(name) for name in ("Decision", "Depot", "PlanAction", "Presence")}

_BODY, _EVIDENCE = cdv("Organisme"), cdv("preuve")
_OWNERS = (cdv("declarant"), cdv("organisme"))
_HOLDERS = (cdv("contribution"), cdv("action"), cdv("sujet"))


def owner_of(nodes: Nodes, node: str) -> str | None:
    """Return the body a node belongs to: itself, its declarer, that of its contribution, action, evidence or cell."""
    said = nodes.said(node)
    kinds = nodes.keys(node, _TYPE) if _TYPE in said else []
    if _BODY in kinds:
        return node
    if _BY_COPILOTES & set(kinds):
        return None
    body = next((body for link in _OWNERS if link in said and (body := nodes.key(node, link))), None)
    if body:
        return body
    links = [link for link in _HOLDERS if link in said]  # most nodes of a campagne, cells and codes, have none
    holders = [*(holder for link in links for holder in nodes.keys(node, link)), *nodes.subjects(_EVIDENCE, node)]
    return next((body for holder in holders if (body := owner_of(nodes, holder))), None)


@dataclass(frozen=True)
class Part:
    """What one body is of a check: its IRI (several when a code is used twice) and the nodes that are its own."""

    bodies: frozenset[str]
    owned: frozenset[str]


def part_of_body(nodes: Nodes, organisme: str, outside: frozenset[str]) -> Part:
    """Return the part of the body whose code is *organisme*, without the nodes *outside* the campagne."""
    bodies = frozenset(o for o in nodes.subjects(_TYPE, cdv("Organisme")) if nodes.code(o) == organisme)
    owned, todo = set(bodies), list(bodies)
    while todo:  # the way that owner_of() goes, backwards
        near = _near(nodes, todo.pop())
        new = [node for node in near if node not in owned and node in nodes and owner_of(nodes, node) in bodies]
        owned.update(new)
        todo += new
    return Part(bodies, frozenset(owned - outside))


def _near(nodes: Nodes, node: str) -> list[str]:
    """Return the nodes that may belong to who *node* belongs to: what points to it, and its evidence."""
    pointing = (subject for link in (*_OWNERS, *_HOLDERS) for subject in nodes.subjects(link, node))
    return list(dict.fromkeys((*pointing, *nodes.keys(node, _EVIDENCE))))
