"""What a new version of a contribution makes of the visa of the one before."""

from __future__ import annotations

from collections.abc import Iterable

from droitcommun.graph.classeurs.problems import Problem
from droitcommun.graph.decisiongraph import GENRE
from droitcommun.graph.derive import derivations
from droitcommun.graph.graphfiles import GraphEntry, GraphFiles
from droitcommun.graph.langue import _
from droitcommun.graph.names import cdv, graph_iri, local_code
from droitcommun.graph.store import Store, Triple

_RULE = "21-etat-visa.rq"


def lost_visa(graphs: GraphFiles, held: GraphEntry, before: Iterable[Triple], after: Iterable[Triple]) -> list[Problem]:
    """Return one information when the version held was approved and the new one, *after*, is not; else nothing.

    Source: queries/derive/21-etat-visa.rq, as everywhere.
    """
    decisions = graphs.current(graph_iri(held.contrat, held.annee, GENRE))
    decided = graphs.triples(decisions) if decisions else []
    if "vise" not in _etats([*before, *decided]) or "vise" in _etats([*after, *decided]):
        return []
    return [
        Problem(
            "info",
            "visa-a-renouveler",
            None,
            None,
            None,
            None,
            _("Le visa de cette contribution portait sur la version précédente ; celle-ci n'est pas visée."),
            _("Faites relire la nouvelle version au contributeur, puis notez son visa avec « droitcommun visa »."),
        )
    ]


def _etats(triples: Iterable[Triple]) -> set[str]:
    store = Store()
    store.add(triples)
    return {local_code(o.value) for _s, p, o in store.construct(derivations()[_RULE]) if p.value == cdv("etatVisa")}
