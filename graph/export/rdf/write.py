"""The active dataset as RDF files for other tools, as a profile may see it. Same data, same bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from droitcommun.graph.export.rdf.jsonld import framed_bytes
from droitcommun.graph.export.rdf.profil import restrict_triples
from droitcommun.graph.names import graph_iri
from droitcommun.graph.profils import Profil
from droitcommun.graph.store import Triple, pretty, sorted_nquads

if TYPE_CHECKING:
    from droitcommun.graph.dataset import ActiveDataset


def shareable_triples(dataset: ActiveDataset, profil: Profil) -> list[Triple]:
    """Return the triples of *dataset* that *profil* lets through (personal data is never in it)."""
    return restrict_triples(dataset.store, profil)


def nquads_bytes(dataset: ActiveDataset, profil: Profil) -> bytes:
    """Return sorted N-Quads, in one named graph of the contract and campagne."""
    return sorted_nquads(shareable_triples(dataset, profil), _graph(dataset))


def turtle_bytes(dataset: ActiveDataset, profil: Profil) -> bytes:
    """Return Turtle to read: prefixes, one paragraph a subject, subjects in order."""
    return pretty(shareable_triples(dataset, profil))


def trig_bytes(dataset: ActiveDataset, profil: Profil) -> bytes:
    """Return TriG: the same, in the named graph of the N-Quads."""
    return pretty(shareable_triples(dataset, profil), _graph(dataset))


def jsonld_bytes(dataset: ActiveDataset, profil: Profil) -> bytes:
    """Return framed JSON-LD under a context that is in the file itself, in the named graph of the N-Quads."""
    return framed_bytes(shareable_triples(dataset, profil), _graph(dataset))


FORMATS: dict[str, Callable[[ActiveDataset, Profil], bytes]] = {
    "ttl": turtle_bytes,
    "trig": trig_bytes,
    "nq": nquads_bytes,
    "jsonld": jsonld_bytes,
}


def _graph(dataset: ActiveDataset) -> str:
    return graph_iri(dataset.contrat, "export", dataset.annee)
