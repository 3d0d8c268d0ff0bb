"""Check one campagne: shapes on the active dataset, findings, scores, and what no rule could look at."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from droitcommun.graph.checks.findings import CheckReport, Finding, Pass, Score, build_findings
from droitcommun.graph.checks.nodes import Nodes, StoreNodes, node_key
from droitcommun.graph.checks.owner import Part, part_of_body
from droitcommun.graph.checks.rules import Rule, RuleBook, load_rules
from droitcommun.graph.checks.setquery import restrict_to
from droitcommun.graph.checks.shacl import Result, core_data, core_results, graph_results, sparql_results
from droitcommun.graph.checks.waivers import granted, waive
from droitcommun.graph.errors import OrganismeInconnu
from droitcommun.graph.langue import langue
from droitcommun.graph.names import PREFIXES, cdv, contrat_iri, local_code, slug
from droitcommun.graph.store import Store, Triple, iri, literal

if TYPE_CHECKING:
    from droitcommun.graph.dataset import ActiveDataset

_TYPE = PREFIXES["rdf"] + "type"
_SOURCE = PREFIXES["dcterms"] + "source"
_DERIVED = PREFIXES["prov"] + "wasDerivedFrom"
_CAMPAGNE, _SEEN = cdv("campagne"), cdv("dansCampagne")
_ASKING = 2  # threads that put queries to the store; more of them only wait for each other


@dataclass(frozen=True)
class Scope:
    """What one check looks at: `store` shows what rules see, `nodes` everything; `outside` is what rules do not see."""

    nodes: Nodes
    store: Store
    outside: frozenset[str]


def check_campagne(
    dataset: ActiveDataset,
    today: date,
    organisme: str | None = None,
    originals: Callable[[str], Path] | None = None,
) -> CheckReport:
    """Return the findings of one campagne on the day *today*, for one body only when *organisme* is its code.

    *originals* finds a received file by its SHA-256, so that a finding can quote the text of a cell.
    Raises OrganismeInconnu.
    """
    book = load_rules()
    with _collector_paused(), campagne_scope(dataset.store, dataset.campagne) as scope:
        return _check(book, scope, dataset, today, organisme, originals)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause the search for reference cycles: a check makes many small objects, no cycle, and a third less time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _check(
    book: RuleBook,
    scope: Scope,
    dataset: ActiveDataset,
    today: date,
    organisme: str | None,
    originals: Callable[[str], Path] | None,
) -> CheckReport:
    bodies = _bodies(scope.nodes, dataset.campagne)
    part = None
    if organisme is not None:
        _require(scope.nodes, organisme)
        part = part_of_body(scope.nodes, organisme, scope.outside)
        bodies = {body for body in bodies if scope.nodes.code(body) == organisme}
    results = campagne_results(book, scope, part)
    with ThreadPoolExecutor(1) as beside:  # the store answers while the findings are put into words
        expected = beside.submit(_expected, book, scope.store, bodies)
        due = _is_due(scope.nodes, dataset.campagne, today)
        built = build_findings(book, scope.nodes, results, due, dataset.annee, originals)
        findings = waive(built.findings, granted(scope.nodes, dataset.campagne), today)
        ambitions = _ambition_scores(scope, dataset.contrat, findings)
        scores, passes = _body_scores(scope.nodes, expected.result(), findings)
    if organisme is not None:
        findings = tuple(f for f in findings if f.organisme == organisme)
        ambitions = ()
    shown = {finding.id for finding in findings}
    return CheckReport(
        contrat=dataset.contrat,
        annee=dataset.annee,
        fictif=scope.nodes.key(dataset.campagne, cdv("fictif")) == "true",
        findings=findings,
        scores_organismes=scores,
        scores_ambitions=ambitions,
        not_checked=_not_checked(book),
        titre=scope.nodes.label(contrat_iri(dataset.contrat), langue()),
        jour=today,
        results=tuple(result for result, finding in built.results if finding in shown),
        result_ids=tuple(finding for _result, finding in built.results if finding in shown),
        passes=passes,
    )


def campagne_results(book: RuleBook, scope: Scope, part: Part | None = None) -> list[Result]:
    """Return the results of every engine on what *scope* shows.

    With *part*, those that are about one body only, without looking at the nodes of others.
    """
    judged = (lambda node: node_key(node) in part.owned) if part else None
    # The store answers outside of Python's lock: the two engines work side by side when there are two cores.
    with ThreadPoolExecutor(_ASKING) as threads, ThreadPoolExecutor(1) as beside:
        by_graph = threads.submit(graph_results, book, scope.store, part)
        by_query = beside.submit(sparql_results, book, scope.store, part, threads)
        core = core_results(book, core_data(book, scope.store, part), judged)
        return [*core, *by_query.result(), *(r for r in by_graph.result() if r.focus not in scope.outside)]


@contextmanager
def campagne_scope(store: Store, campagne: str) -> Iterator[Scope]:
    """Make of *store*, meanwhile, what a check of *campagne* sees: the contract, and the nodes of that campagne only.

    Other annual nodes, and what puts a node in other campagnes too, are hidden. The triple « campagne
    cdv:sousControle true », which every yearly rule joins, is there.
    """
    nodes = StoreNodes(store)
    outside = frozenset(_outside(nodes, store, campagne))
    mark = [(iri(campagne), iri(cdv("sousControle")), literal(True, "boolean"))]
    with store.hiding(outside, [link for link in _links(store) if node_key(link[2]) != campagne]):
        store.add(mark)
        try:
            yield Scope(nodes, store, outside)
        finally:
            store.remove(mark)


def _links(store: Store) -> Iterator[Triple]:
    """Yield what says of which campagne a node is."""
    for link in (_CAMPAGNE, _SEEN):
        for node, home in store.pairs(link):
            yield node, iri(link), home


def _outside(nodes: Nodes, store: Store, campagne: str) -> set[str]:
    """Return the nodes of other campagnes: their own, what hangs on them, and imports this campagne does not see."""
    homes: dict[str, set[str]] = {}
    for node, _link, home in _links(store):
        homes.setdefault(node_key(node), set()).add(node_key(home))
    outside = {node for node, said in homes.items() if campagne not in said}
    outside.update(c for c in nodes.subjects(_TYPE, cdv("Campagne")) if c != campagne)
    outside.update(key for node, _import in store.pairs(cdv("import")) if (key := node_key(node)) not in homes)
    for presence in nodes.subjects(_TYPE, cdv("Presence")):
        if outside & set(nodes.keys(presence, cdv("seance"))):
            outside.add(presence)
    for kind, link in ((cdv("Preuve"), cdv("preuve")), (cdv("Localisation"), _DERIVED)):
        held: dict[str, bool] = {}  # whether all that hold a node are outside
        for holder, value in store.pairs(link):
            key = node_key(value)
            held[key] = held.get(key, True) and node_key(holder) in outside
        outside.update(node for node in nodes.subjects(_TYPE, kind) if held.get(node))
    return outside | _outside_reserves(nodes, store, outside)


def _outside_reserves(nodes: Nodes, store: Store, outside: set[str]) -> set[str]:
    """Return the reserves of other campagnes: by their subject, or by their file when the row gave no node."""
    found: set[str] = set()
    lost: list[str] = []
    for reserve in nodes.subjects(_TYPE, cdv("Reserve")):
        subject = nodes.key(reserve, cdv("sujet"))
        if subject in outside:
            found.add(reserve)
        elif subject is None or subject not in nodes:
            lost.append(reserve)
    if lost:
        seen, other = _files(nodes, store, outside)
        found.update(reserve for reserve in lost if nodes.key(reserve, _SOURCE) in other - seen)
    return found


def _files(nodes: Nodes, store: Store, outside: set[str]) -> tuple[set[str | None], set[str | None]]:
    """Return the files that gave nodes of this campagne, and those that gave nodes of others."""
    files: tuple[set[str | None], set[str | None]] = (set(), set())
    for node, place in store.pairs(_DERIVED):
        files[node_key(node) in outside].add(nodes.key(node_key(place), _SOURCE))
    return files


def _require(nodes: Nodes, organisme: str) -> None:
    known = sorted(nodes.code(o) for o in nodes.subjects(_TYPE, cdv("Organisme")))
    if organisme not in known:
        raise OrganismeInconnu(organisme, known)


def _is_due(nodes: Nodes, campagne: str, today: date) -> bool:
    """Tell whether rules judged at the closing date are judged: the campagne is closed, or the date has come."""
    if local_code(nodes.key(campagne, cdv("statutCampagne")) or "ouverte") != "ouverte":
        return True
    closing = nodes.key(campagne, cdv("dateCloture"))
    return closing is not None and today >= date.fromisoformat(closing[:10])


def _bodies(nodes: Nodes, campagne: str) -> set[str]:
    """Return the bodies that a score is given to: those expected, and those that answered."""
    answered = {
        body
        for contribution in nodes.typed(cdv("Contribution"), _CAMPAGNE, campagne)
        for body in nodes.keys(contribution, cdv("organisme"))
    }
    return answered | set(nodes.keys(campagne, cdv("attend")))


def _expected(book: RuleBook, store: Store, bodies: set[str]) -> dict[str, list[Rule]]:
    """Return the rules that apply to each body."""
    expected: dict[str, list[Rule]] = {body: [] for body in bodies}
    asked: dict[str | None, set[str]] = {None: set()}  # several rules apply to the same bodies
    for rule in book.rules.values():
        if rule.attendus not in asked:
            rows = store.select(book.prefixes + restrict_to(rule.attendus or "", bodies))
            asked[rule.attendus] = {node_key(row["organisme"]) for row in rows} & bodies
        for body in asked[rule.attendus]:
            expected[body].append(rule)
    return expected


def _body_scores(
    nodes: Nodes, expected: dict[str, list[Rule]], findings: Iterable[Finding]
) -> tuple[tuple[Score, ...], tuple[Pass, ...]]:
    """Return, for each body, how many rules it meets out of those that apply to it, and which.

    A rule is met when it gives no finding to correct or to complete; one still to come is not met yet. One whose
    findings are all waived is neither met nor expected.
    """
    failed = {(f.regle, f.organisme) for f in findings if f.gravite != "info" and f.etat in ("ouvert", "a-venir")}
    waived = {(f.regle, f.organisme) for f in findings if f.gravite != "info" and f.etat == "deroge"} - failed
    counts: dict[str, int] = {}
    for finding in findings:
        if finding.organisme:
            counts[finding.organisme] = counts.get(finding.organisme, 0) + 1
    scores: list[tuple[Score, list[Pass]]] = []
    for body, rules in expected.items():
        code = nodes.code(body)
        asked = [rule for rule in rules if (rule.name, code) not in waived]
        met = [Pass(rule.name, code, _label(rule)) for rule in asked if (rule.name, code) not in failed]
        score = Score(code, nodes.label(body, langue()), len(met), len(asked), counts.get(code, 0))
        scores.append((score, met))
    scores.sort(key=lambda pair: (slug(pair[0].libelle), pair[0].code))
    return tuple(score for score, _met in scores), tuple(one for _score, met in scores for one in met)


def _ambition_scores(scope: Scope, contrat: str, findings: Iterable[Finding]) -> tuple[Score, ...]:
    """Return, for each ambition, its actions without anything open to correct or complete, out of its actions."""
    nodes = scope.nodes
    open_on: dict[str, int] = {}
    for finding in findings:
        action = nodes.key(finding.sujet, cdv("action")) or finding.sujet
        if finding.gravite != "info" and finding.etat == "ouvert":
            open_on[action] = open_on.get(action, 0) + 1
    scores = []
    for ambition in nodes.typed(cdv("Ambition"), cdv("contrat"), contrat_iri(contrat)):
        actions = [a for a in nodes.subjects(cdv("ambitionPrincipale"), ambition) if a not in scope.outside]
        scores.append(
            Score(
                code=nodes.code(ambition),
                libelle=nodes.label(ambition, langue()),
                fait=sum(a not in open_on for a in actions),
                attendu=len(actions),
                constats=sum(open_on.get(a, 0) for a in actions) + open_on.get(ambition, 0),
            )
        )
    return tuple(sorted(scores, key=lambda s: s.code))


def _not_checked(book: RuleBook) -> tuple[str, ...]:
    texts = []
    for rule in book.rules.values():
        if rule.non_verifiee:
            texts.append(f"{rule.name} – {_label(rule)}")
    return tuple(texts)


def _label(rule: Rule) -> str:
    return rule.labels.get(langue()) or rule.labels.get("fr", "")
