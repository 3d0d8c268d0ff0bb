"""Where the nodes of a network stand: columns in the order of the contract; a node keeps its place every year."""

from __future__ import annotations

from droitcommun.graph.network import Reseau

Point = tuple[float, float]

LARGEUR = 460.0  # between the two columns
PAS_ORGANISME = 24.0
# Room for one thing in the right column: its name on two lines, and its counts.
PAS = {"ambition": 56.0, "qpv": 46.0, "engagement": 56.0}
TETE_DE_PILIER = 42.0


def network_positions(reseau: Reseau) -> dict[str, Point]:
    """Return the position of each node in pixels, origin at the top left: bodies at x = 0, the others at x = LARGEUR.

    A position depends on the node's `rang` and on nothing else (an ambition also on its pilier): a body that leaves
    leaves its place empty, one that arrives takes the next. Bodies alone (body – body network) stand in one column.
    """
    piliers = {pilier: n for n, pilier in enumerate(piliers_in_order(reseau))}
    found: dict[str, Point] = {}
    for node, data in reseau.nodes(data=True):
        rank = int(data["rang"])
        if data["kind"] == "organisme":
            found[node] = (0.0, rank * PAS_ORGANISME)
        else:
            heads = TETE_DE_PILIER * (piliers[data["pilier"]] + 1) if "pilier" in data else 0.0
            found[node] = (LARGEUR, rank * PAS[data["kind"]] + heads)
    return found


def piliers_in_order(reseau: Reseau) -> list[str]:
    """Return the piliers of the ambitions, in the order of the contract."""
    ranked = sorted((data["rang"], data["pilier"]) for _node, data in reseau.nodes(data=True) if "pilier" in data)
    return list(dict.fromkeys(pilier for _rank, pilier in ranked))
