"""The active dataset as RDF files for other tools, without what a person could be known by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droitcommun.graph.formats import mask
from droitcommun.graph.names import PREFIXES, cdv, graph_iri
from droitcommun.graph.store import Term, Triple, literal, sorted_nquads

if TYPE_CHECKING:
    from droitcommun.graph.dataset import ActiveDataset

# What somebody typed freely may hold a name, an address or a number: it stays in the workspace.
_FREE_TEXT = {PREFIXES["rdfs"] + "comment", cdv("precision")}
_RAW = cdv("texteBrut")
_TYPED = """
SELECT DISTINCT ?s WHERE {
  { ?s prov:wasDerivedFrom ?place . ?place a cdv:Localisation }
  UNION { ?s a cdv:Preuve } UNION { ?s a cdv:Contribution }
}
"""


def shareable_triples(dataset: ActiveDataset) -> list[Triple]:
    """Return the triples of *dataset* (personal data is never in it) less the free text that contributors typed."""
    typed = {row["s"].value for row in dataset.store.select(_TYPED)}
    return [
        (s, p, _masked(o) if s.value in typed else o)
        for s, p, o in dataset.store.triples()
        if p.value != _RAW and (p.value not in _FREE_TEXT or s.value not in typed)
    ]


def _masked(term: Term) -> Term:
    """Return a title or a name typed by a contributor without the addresses and telephone numbers it may hold."""
    if str(term).startswith("<") or mask(term.value) == term.value:
        return term
    return literal(mask(term.value))


def nquads_bytes(dataset: ActiveDataset) -> bytes:
    """Return sorted N-Quads, in one named graph of the contract and campagne."""
    return sorted_nquads(shareable_triples(dataset), graph_iri(dataset.contrat, "export", dataset.annee))


def turtle_bytes(dataset: ActiveDataset) -> bytes:
    """Return Turtle, one sorted triple a line (N-Triples, which every Turtle reader reads)."""
    return "".join(sorted(f"{s} {p} {o} .\n" for s, p, o in shareable_triples(dataset))).encode()
