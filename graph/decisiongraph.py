"""The graph of what people decide by a command: visas, dérogations, links between actions, décisions.

One graph a contract and campagne, made event by event. A file received never changes it, and it changes no file's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from droitcommun.graph.graphfiles import GraphChange, GraphEntry, GraphFiles
from droitcommun.graph.journal import Event
from droitcommun.graph.names import PREFIXES, cdv, code_iri, contract_thing, contrat_iri, graph_iri, shared_iri
from droitcommun.graph.store import Term, Triple, iri, literal

GENRE = "decisions"
_TYPE = PREFIXES["rdf"] + "type"
_TITLE = PREFIXES["dcterms"] + "title"
_NOTATION = PREFIXES["skos"] + "notation"
_DERIVED = PREFIXES["prov"] + "wasDerivedFrom"
_DATE = PREFIXES["dcterms"] + "date"
_SAME, _DISTINCT = cdv("memeActionQue"), cdv("distincteDe")

Held = tuple[Triple, ...]


def decision_change(event: Event, graphs: GraphFiles) -> GraphChange | None:
    """Return the graph of decisions after one event, or None when the event is not one of ours."""
    make = _MAKERS.get(event.kind)
    if make is None:
        return None
    contrat, annee = event.data["contrat"], event.data["annee"]
    name = graph_iri(contrat, annee, GENRE)
    held = graphs.current(name)
    triples = make(event, tuple(graphs.triples(held)) if held else ())
    entry = GraphEntry(name, name, GENRE, contrat, annee=annee, le=event.le.isoformat())
    return GraphChange(entry, tuple(triples))


def visa_iri(contrat: str, annee: int, organisme: str, service: str) -> str:
    """Return the IRI of the visa of one contribution; *service* is the code of the service."""
    return contract_thing(contrat, "visa", annee, organisme, service)


def derogation_iri(contrat: str, annee: int, constat: str) -> str:
    """Return the IRI of the dérogation to one finding."""
    return contract_thing(contrat, "derogation", annee, constat)


def decision_iri(contrat: str, annee: int, code: str) -> str:
    """Return the IRI of one décision made by a command."""
    return contract_thing(contrat, "decision", annee, code)


# ---- what each event makes of the graph held ----


def _visa_given(event: Event, held: Held) -> Held:
    data = event.data
    node = visa_iri(data["contrat"], data["annee"], data["organisme"], data["service"])
    contribution = contract_thing(data["contrat"], "contribution", data["annee"], data["organisme"], data["service"])
    said: list[tuple[str, Term]] = [
        (cdv("contribution"), iri(contribution)),
        (cdv("date"), literal(data["date"], "date")),
        (cdv("fonction"), literal(data["fonction"])),
        (cdv("version"), literal(int(data["version"]))),
    ]
    return _put(event, held, node, "Visa", said)


def _visa_withdrawn(event: Event, held: Held) -> Held:
    data = event.data
    return _without(held, visa_iri(data["contrat"], data["annee"], data["organisme"], data["service"]))


def _waiver_granted(event: Event, held: Held) -> Held:
    data = event.data
    said: list[tuple[str, Term]] = [
        (cdv("constat"), literal(data["constat"])),
        (cdv("motif"), literal(data["motif"])),
        (cdv("dateFin"), literal(data["expire"], "date")),
    ]
    return _put(event, held, derogation_iri(data["contrat"], data["annee"], data["constat"]), "Derogation", said)


def _waiver_lifted(event: Event, held: Held) -> Held:
    data = event.data
    return _without(held, derogation_iri(data["contrat"], data["annee"], data["constat"]))


def _linked(predicate: str | None) -> Callable[[Event, Held], Held]:
    """Return the maker that says *predicate* of two actions, both ways, or nothing more of them when None."""

    def make(event: Event, held: Held) -> Held:
        first, second = (iri(a) for a in event.data["actions"])
        pair = {first, second}
        kept = [t for t in held if not (t[1].value in (_SAME, _DISTINCT) and {t[0], t[2]} == pair)]
        if predicate is None:
            return tuple(kept)
        said = iri(predicate)
        return (*kept, (first, said, second), (second, said, first))

    return make


def _decision_taken(event: Event, held: Held) -> Held:
    data = event.data
    node = decision_iri(data["contrat"], data["annee"], data["code"])
    said = [(_NOTATION, literal(data["code"])), *_decision_said(data)]
    return _put(event, held, node, "Decision", said)


def _decision_followed(event: Event, held: Held) -> Held:
    """Change only what the event says of a décision."""
    data = event.data
    node = decision_iri(data["contrat"], data["annee"], data["code"])
    changed = _decision_said(data)
    replaced = {predicate for predicate, _value in changed}
    kept = [(p.value, o) for s, p, o in held if s.value == node and p.value not in {*replaced, *_FRAME}]
    return _put(event, held, node, "Decision", [*kept, *changed])


def _decision_withdrawn(event: Event, held: Held) -> Held:
    data = event.data
    return _without(held, decision_iri(data["contrat"], data["annee"], data["code"]))


def _decision_said(data: Mapping[str, Any]) -> list[tuple[str, Term]]:
    makers: dict[str, tuple[str, Callable[[str], Term]]] = {
        "titre": (_TITLE, literal),
        "responsable": (cdv("organisme"), lambda code: iri(shared_iri("organisme", code))),
        "echeance": (cdv("echeance"), lambda day: literal(day, "date")),
        "etat": (cdv("etatDecision"), lambda code: iri(code_iri("etat-decision", code))),
        "seance": (cdv("seance"), iri),
    }
    return [(predicate, make(data[key])) for key, (predicate, make) in makers.items() if data.get(key)]


_FRAME = (_TYPE, cdv("contrat"), cdv("campagne"), _DERIVED)


def _put(event: Event, held: Held, node: str, kind: str, said: Iterable[tuple[str, Term]]) -> Held:
    """Return *held* with the node said anew, and the line of the journal it comes from."""
    contrat, annee = event.data["contrat"], event.data["annee"]
    line = contract_thing(contrat, "journal", event.n)
    frame: list[tuple[str, Term]] = [
        (_TYPE, iri(cdv(kind))),
        (cdv("contrat"), iri(contrat_iri(contrat))),
        (cdv("campagne"), iri(contract_thing(contrat, "campagne", annee))),
        (_DERIVED, iri(line)),
    ]
    origin: list[tuple[str, Term]] = [
        (_TYPE, iri(cdv("EvenementJournal"))),
        (cdv("rangJournal"), literal(event.n)),
        (_DATE, literal(event.le.isoformat(), "date")),
    ]
    made = [(iri(node), iri(p), o) for p, o in (*frame, *said)] + [(iri(line), iri(p), o) for p, o in origin]
    return (*_without(held, node), *made)


def _without(held: Held, node: str) -> Held:
    """Return *held* without a node, nor the line of the journal that only it came from."""
    lines = {o.value for s, p, o in held if s.value == node and p.value == _DERIVED}
    return tuple(t for t in held if t[0].value != node and t[0].value not in lines)


_MAKERS: dict[str, Callable[[Event, Held], Held]] = {
    "visa-donne": _visa_given,
    "visa-retire": _visa_withdrawn,
    "derogation-accordee": _waiver_granted,
    "derogation-levee": _waiver_lifted,
    "actions-liees": _linked(_SAME),
    "actions-distinctes": _linked(_DISTINCT),
    "actions-deliees": _linked(None),
    "decision-prise": _decision_taken,
    "decision-suivie": _decision_followed,
    "decision-retiree": _decision_withdrawn,
}
