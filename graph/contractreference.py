"""The contract that files are read by: vocabulary, codes, and the contract as its avenants have made it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from droitcommun.graph.avenants import apply_avenants, holds_effets
from droitcommun.graph.graphfiles import GraphFiles
from droitcommun.graph.names import PREFIXES, cdv, graph_iri
from droitcommun.graph.reference import load_reference
from droitcommun.graph.store import Store, Triple

_TYPE = PREFIXES["rdf"] + "type"
_GONE = cdv("AncienElement")


def contract_reference(
    graphs: GraphFiles, contrat: str, annee: int | None = None, on: date | None = None, avenants: bool = True
) -> Store:
    """Return vocabulary, codes and one contract, all in the default graph, as the avenants held change it.

    With *annee*: the contract in force at the reference date of that campagne (or on *on*, for a campagne not opened
    yet), by the avenants recorded until then. Without: all that was ever in force, under its last name. Without
    *avenants*: the contract as it was signed.
    """
    return _reference(graphs, contrat, annee, on, recorded_avenants(graphs, contrat) if avenants else None)


def reading_reference(
    graphs: GraphFiles, contrat: str, annee: int | None, genre: str, said: Sequence[Triple] | None = None
) -> Store:
    """Return the contract that a file received for campagne *annee* is read by.

    The co-pilots' workbook of a campagne may itself hold avenants: its rows speak of the contract before them, and of
    the contract after, and each is known. *said* is what that workbook says, by default in the version held.
    """
    if genre != "pilotage" or annee is None:
        return contract_reference(graphs, contrat, annee)
    store = _reference(graphs, contrat, annee, None, recorded_avenants(graphs, contrat, but=annee))
    if said is None:
        own = [entry for entry in graphs.entries("pilotage", contrat) if entry.annee == annee]
        said = [triple for entry in own for triple in graphs.triples(entry)]
    if says_effets(said):
        recorded = recorded_avenants(graphs, contrat, but=annee)
        recorded.add(said)
        for entry in graphs.entries("contrat", contrat):
            graphs.load_unnamed(entry, recorded)
        gone = set(store.subjects(_TYPE, _GONE))
        after = _reference(graphs, contrat, annee, None, recorded)
        store.add(t for t in after.triples() if not _has_left(t) or t[0].value in gone)
    return store


def _has_left(triple: Triple) -> bool:
    return triple[1].value == _TYPE and triple[2].value == _GONE


def says_effets(triples: Sequence[Triple]) -> bool:
    """Tell whether triples speak of effects of avenants."""
    kind = cdv("EffetAvenant")
    return any(t[1].value == _TYPE and t[2].value == kind for t in triples)


def recorded_avenants(graphs: GraphFiles, contrat: str, but: int | None = None) -> Store:
    """Return the co-pilots' workbooks that hold effects of avenants, and the contract they change.

    With *but*, without the workbook of that campagne.
    """
    store = Store()
    held = [e for e in graphs.entries("pilotage", contrat) if e.annee != but or but is None]
    held = [entry for entry in held if holds_effets(graphs.read(entry))]
    for entry in (*held, *(graphs.entries("contrat", contrat) if held else ())):
        graphs.load_unnamed(entry, store)
    return store


def reference_date(graphs: GraphFiles, contrat: str, annee: int) -> date | None:
    """Return the reference date of a campagne, or None when it is not opened."""
    held = graphs.current(graph_iri(contrat, annee, "campagne"))
    said = [o.value for _s, p, o in graphs.triples(held) if p.value == cdv("dateReference")] if held else []
    return date.fromisoformat(said[0]) if said else None


def _reference(graphs: GraphFiles, contrat: str, annee: int | None, on: date | None, recorded: Store | None) -> Store:
    """Return the contract as the avenants *recorded* change it, as it was signed when they are None."""
    store = Store()
    load_reference(store)
    for entry in graphs.entries("contrat", contrat):
        graphs.load_unnamed(entry, store)
    if recorded is not None:
        day = on or (reference_date(graphs, contrat, annee) if annee is not None else None)
        apply_avenants(store, contrat, day, annee, source=recorded)
    return store
