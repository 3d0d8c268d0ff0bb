"""What a new version of a contribution changes, node by node."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from droitcommun.graph.names import CDV, PREFIXES, cdv, code_iri
from droitcommun.graph.store import Triple

_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_TRACE_CLASSES = {cdv(c) for c in ("Localisation", "Colonne", "DocumentSource", "Reserve")}
_TRACE_PREDICATES = {"http://www.w3.org/ns/prov#wasDerivedFrom", cdv("version"), cdv("import")}
_COUNTED = {
    cdv(c)
    for c in (
        *("Action", "Moyen", "SuiviEngagement", "Positionnement", "Seance", "Presence", "Qualification", "Depot"),
        *("ObjetEvalue", "Candidature", "VerificationCritere", "EnveloppeP147", "PlanAction", "Avenant"),
        *("ConventionPluriannuelle", "Decision", "Derogation", "EffetAvenant", "IndicateurSuivi", "Observation"),
        *("ContributionHabitants", "ProgrammationDispositif"),
    )
} | {PREFIXES["geo"] + "Geometry"}

_Node = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Changes:
    """How many nodes were added, changed, ended or left as they were."""

    ajoutes: int
    modifies: int
    termines: int
    inchanges: int
    identical: bool


def compare(old: Iterable[Triple], new: Iterable[Triple]) -> Changes:
    """Compare two versions by what they say, leaving out where it was read (file, sheet, row).

    `identical` is True when nothing said has changed: such a file makes no version.
    """
    before, after = _content(old), _content(new)
    counted = {s for s, node in after.items() if _is_counted(node)}
    ended = {s for s in counted if _is_ended(after[s]) and not _is_ended(before.get(s, frozenset()))}
    gone = {s for s, node in before.items() if _is_counted(node) and s not in after}
    added = {s for s in counted - ended if s not in before}
    changed = {s for s in counted - ended - added if before[s] != after[s]}
    return Changes(
        ajoutes=len(added),
        modifies=len(changed),
        termines=len(ended | gone),
        inchanges=len(counted - ended - added - changed),
        identical=before == after,
    )


def _content(triples: Iterable[Triple]) -> dict[str, _Node]:
    nodes: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for s, p, o in triples:
        nodes[s.value].add((p.value, str(o)))
    content: dict[str, _Node] = {}
    for subject, pairs in nodes.items():
        types = {o.strip("<>") for p, o in pairs if p == _RDF_TYPE}
        if cdv("Reserve") in types:
            _add_reserve(content, pairs)
        elif not types & _TRACE_CLASSES:
            content[subject] = frozenset(pair for pair in pairs if pair[0] not in _TRACE_PREDICATES)
    return content


def _add_reserve(content: dict[str, _Node], pairs: set[tuple[str, str]]) -> None:
    """Compare a reserve by what could not be read, not by the cell it stood in."""
    said = frozenset(pair for pair in pairs if pair[0] in (cdv("sujet"), cdv("chemin"), cdv("texteBrut")))
    content["reserve " + " ".join(sorted(o for _, o in said))] = said


def _is_counted(node: _Node) -> bool:
    return any(p == _RDF_TYPE and o.strip("<>") in _COUNTED for p, o in node)


def _is_ended(node: _Node) -> bool:
    return (CDV + "suite", f"<{code_iri('suite', 'terminee')}>") in node
