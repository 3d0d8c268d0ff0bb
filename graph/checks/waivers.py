"""Waived findings: a dérogation hides nothing, it says why a finding may stay, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from droitcommun.graph.checks.findings import Finding, Waiver
from droitcommun.graph.checks.nodes import Nodes
from droitcommun.graph.formats import mask
from droitcommun.graph.names import cdv

SHOWN = 8  # the characters of an identity that the reports for people show


@dataclass(frozen=True)
class Granted:
    """One dérogation of a campagne: its node, the id of a finding (or its beginning), why, and its last day."""

    iri: str
    constat: str
    motif: str
    expire: date


def granted(nodes: Nodes, campagne: str) -> list[Granted]:
    """Return the dérogations of one campagne, from the command line and from the classeur de pilotage alike.

    One that lacks its finding, its reason or its last day grants nothing: the form's own rules say so.
    """
    found = []
    for node in nodes.typed(cdv("Derogation"), cdv("campagne"), campagne):
        constat, motif = nodes.key(node, cdv("constat")), nodes.key(node, cdv("motif"))
        until = _day(nodes.key(node, cdv("dateFin")))
        if constat and motif and until:
            found.append(Granted(node, constat.strip().lower(), mask(motif), until))
    return found


def waive(findings: Iterable[Finding], waivers: Iterable[Granted], today: date) -> tuple[Finding, ...]:
    """Return *findings*, each one that a dérogation names by its id bearing it.

    Its state is « deroge » up to the last day, that day included; after, the finding keeps its own state, and the
    dérogation that has expired beside it. Of several dérogations for one finding, the one that lasts longest counts.
    """
    kept = tuple(findings)
    by_id: dict[str, Granted] = {}
    for waiver in sorted(waivers, key=lambda w: (w.expire, w.iri)):
        found = named_by(waiver, [finding.id for finding in kept])
        if found is not None:
            by_id[found] = waiver
    return tuple(_waived(finding, by_id, today) for finding in kept)


def named_by(waiver: Granted, ids: Sequence[str]) -> str | None:
    """Return the id that a dérogation names: that one, or the only one that begins so (as the reports show it)."""
    if waiver.constat in ids:
        return waiver.constat
    begin = [one for one in ids if len(waiver.constat) >= SHOWN and one.startswith(waiver.constat)]
    return begin[0] if len(begin) == 1 else None


def _waived(finding: Finding, by_id: Mapping[str, Granted], today: date) -> Finding:
    waiver = by_id.get(finding.id)
    if waiver is None:
        return finding
    holds = today <= waiver.expire
    said = Waiver(waiver.motif, waiver.expire.isoformat(), holds)
    return replace(finding, derogation=said, etat="deroge" if holds else finding.etat)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
