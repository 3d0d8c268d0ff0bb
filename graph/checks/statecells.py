"""The cells of the states of commitments: a commitment is deduced, what its body said of it has a cell."""

from __future__ import annotations

from collections.abc import Container

from droitcommun.graph.checks.answers import Answers
from droitcommun.graph.checks.nodes import Nodes
from droitcommun.graph.checks.provenance import Cells, Source
from droitcommun.graph.checks.rules import AnswerColumn
from droitcommun.graph.checks.shacl import Result
from droitcommun.graph.names import PREFIXES, cdv, local_code

_TYPE = PREFIXES["rdf"] + "type"
_SOURCE = PREFIXES["dcterms"] + "source"
_DERIVED = PREFIXES["prov"] + "wasDerivedFrom"
_WITHOUT_STATE = "R-E0"
# Who can write the state of a commitment, and the evidence that is given on another sheet than « Engagements ».
_SAYS_THE_STATE = ("contributeur", "commune")
_OWN_SHEET = {"positionnement", "rh-proximite", "plan-action"}


class StateCells:
    """Finds the « État » cells of the campagne *annee*; *unreadable* are the (node, path) of cells not understood."""

    def __init__(
        self, nodes: Nodes, cells: Cells, answers: Answers, unreadable: Container[tuple[str, str]], annee: int
    ) -> None:
        self._nodes, self._cells, self._answers = nodes, cells, answers
        self._unreadable, self._annee = unreadable, annee

    def sources(self, result: Result) -> tuple[Source, ...]:
        """Return the « État » cells of the commitments that a result asks its body about; none for other rules."""
        if result.rule.destinataire not in _SAYS_THE_STATE:
            return ()
        state, cells = cdv("etatEngagement"), list[Source]()
        for engagement in self._asked(result):
            said = self._suivis(engagement)
            for suivi in said:
                cells.extend(self._cells.sources(suivi, state, empty=state not in self._nodes.said(suivi)))
            if not said and result.rule.answer:
                cells.extend(self._untouched(engagement, result.rule.answer))
        return tuple(dict.fromkeys(cells))

    def _untouched(self, engagement: str, column: AnswerColumn) -> list[Source]:
        """Return the cells of *column* on the rows of a commitment that its body left as they were sent."""
        nodes, body = self._nodes, self._nodes.key(engagement, cdv("organisme")) or ""
        replies = [
            c
            for c in nodes.typed(cdv("Contribution"), cdv("organisme"), body)
            if nodes.keys(c, cdv("campagne")) == nodes.keys(engagement, cdv("campagne"))
        ]
        documents = {nodes.key(place, _SOURCE) for c in replies for place in nodes.keys(c, _DERIVED)}
        code = nodes.code(nodes.key(engagement, cdv("typeEngagement")) or "")
        found = [self._answers.prefilled(d, column, code) for d in sorted(filter(None, documents))]
        return [source for source in found if source]

    def _asked(self, result: Result) -> list[str]:
        """Return the commitments whose state a result asks for: all those without information for R-E0."""
        nodes, focus = self._nodes, result.focus
        if result.rule.name == _WITHOUT_STATE:
            held = nodes.typed(cdv("Engagement"), cdv("organisme"), focus)
            year = str(self._annee)
            read = [e for e in held if nodes.key(nodes.key(e, cdv("campagne")) or "", cdv("annee")) == year]
            state = cdv("etatEngagement")
            read = [e for e in read if not any((suivi, state) in self._unreadable for suivi in self._suivis(e))]
            silent = [e for e in read if local_code(nodes.key(e, cdv("etatEtabli")) or "") == "sans-information"]
            # Of another contract as well, when the counts differ: no cell is better than a wrong one.
            return silent if str(len(silent)) == result.value else []
        if cdv("Engagement") not in nodes.keys(focus, _TYPE):
            return []
        kinds = nodes.keys(focus, cdv("typeEngagement"))
        evidence = {local_code(proof) for kind in kinds for proof in nodes.keys(kind, cdv("prouvePar"))}
        return [] if evidence & _OWN_SHEET else [focus]

    def _suivis(self, engagement: str) -> list[str]:
        """Return what the services of its body said of a commitment."""
        nodes, same = self._nodes, (cdv("organisme"), cdv("campagne"))
        said = [
            s for k in nodes.keys(engagement, cdv("typeEngagement")) for s in nodes.subjects(cdv("typeEngagement"), k)
        ]
        return [
            suivi
            for suivi in said
            if cdv("SuiviEngagement") in nodes.keys(suivi, _TYPE)
            and all(nodes.keys(suivi, path) == nodes.keys(engagement, path) for path in same)
        ]
