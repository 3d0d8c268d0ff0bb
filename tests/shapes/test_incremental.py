"""One body alone: exactly the findings, score and passes that the check of everybody gives for it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from rulebench import BASE_IRI, DUE, HERE, Dataset, make_dataset, parse, short

from droitcommun.graph.check import Scope, campagne_results, campagne_scope, check_campagne
from droitcommun.graph.checks.owner import owner_of, part_of_body
from droitcommun.graph.checks.rules import load_rules, read_rules
from droitcommun.graph.checks.setquery import can_bind_whose, says_whose
from droitcommun.graph.dataset import activate
from droitcommun.graph.names import PREFIXES
from droitcommun.graph.store import Store, Triple
from droitcommun.graph.workspace import Workspace

INVALID = sorted(HERE.glob("R-*/invalid*.ttl"))
BODIES = ("agglo", "bourg", "toits", "etat")
ALL = tuple(make_dataset().store.triples())
MOVABLE = [t for t in ALL if t[0].value.startswith(BASE_IRI) and not t[1].value.endswith(("#notation", "#type"))]


def assert_same(dataset: Dataset) -> int:
    """Compare the check of each body with its part of the whole check, and return the number of findings."""
    whole = check_campagne(dataset, DUE)  # type: ignore[arg-type]
    for body in BODIES:
        alone = check_campagne(dataset, DUE, organisme=body)  # type: ignore[arg-type]
        assert alone.findings == tuple(f for f in whole.findings if f.organisme == body), body
        assert alone.scores_organismes == tuple(s for s in whole.scores_organismes if s.code == body)
        assert alone.passes == tuple(p for p in whole.passes if p.organisme == body)
        shown = [r for r in whole.results if r in alone.results]
        assert len(shown) == len(alone.results)
    return len(whole.findings)


def one_in(paths: list[Path], step: int) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in paths[::step] if "#-" not in path.read_text())


@pytest.mark.parametrize("step", [1, 2, 3])
def test_all_that_fixtures_say_at_once(step: int) -> None:
    assert assert_same(make_dataset(one_in(INVALID, step))) > 3


# No shrinking: each example takes a second, and the assertion names the body.
@settings(max_examples=10, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(
    gone=st.sets(st.sampled_from(range(len(MOVABLE))), min_size=10, max_size=120),
    swapped=st.lists(st.tuples(st.sampled_from(MOVABLE), st.sampled_from(MOVABLE)), max_size=25),
)
def test_random_graphs(gone: set[int], swapped: list[tuple[Triple, Triple]]) -> None:
    lost = {MOVABLE[i] for i in gone}
    store = Store()
    store.add(t for t in ALL if t not in lost)
    store.add((one[0], other[1], other[2]) for one, other in swapped)
    assert_same(Dataset("essai", 2026, BASE_IRI + "essai/campagne/2026", store))


@pytest.mark.parametrize(("annee", "step"), [(2025, 4), (2026, 1)])
def test_every_body_of_the_demonstration(demo: Path, annee: int, step: int) -> None:
    """All of the second campagne; of the first, of which less is asked, one body in four."""
    dataset = activate(Workspace.open(demo), None, annee, alone=True)
    with campagne_scope(dataset.store, dataset.campagne) as scope:
        assert_each_body_is_its_part(scope, step)


def assert_each_body_is_its_part(scope: Scope, step: int) -> None:
    nodes, book = scope.nodes, load_rules()
    whole = campagne_results(book, scope)
    by_body: dict[str | None, Counter[str]] = {}
    for result in whole:
        body = result.bindings.get("organisme") or owner_of(nodes, result.focus)
        by_body.setdefault(body, Counter())[repr(result)] += 1
    bodies = nodes.subjects(PREFIXES["rdf"] + "type", PREFIXES["cdv"] + "Organisme")
    assert len(bodies) > 30
    for body in bodies[::step]:
        part = part_of_body(nodes, nodes.code(body), scope.outside)
        alone = Counter(repr(r) for r in campagne_results(book, scope, part))
        assert alone == by_body.get(body, Counter()), body


LED = """
<a> cdv:territoire <b> ; dcterms:title "a" ; cdv:siren "1" . <b> a cdv:QPV ; dcterms:title "b" .
<c> cdv:territoire <a> ; cdv:contrat <d> . <d> dcterms:title "d" . <e> cdv:contrat <a> ; dcterms:title "e" .
"""
SHAPE = "<s> a sh:NodeShape ; sh:targetClass cdv:QPV ; sh:property [ sh:path %s ; sh:minCount 1 ] ."


@pytest.mark.parametrize(
    ("path", "backwards"),
    [
        ("[ sh:inversePath cdv:territoire ]", {"territoire"}),
        ("( cdv:contrat [ sh:inversePath cdv:territoire ] )", {"territoire"}),
        ("[ sh:inversePath ( cdv:territoire cdv:contrat ) ]", {"territoire", "contrat", "type", "subClassOf"}),
        ("( cdv:territoire cdv:contrat )", set[str]()),
    ],
)
def test_what_is_read_backwards(path: str, backwards: set[str]) -> None:
    book = read_rules(parse(SHAPE % path), {})
    assert {name.rpartition("#")[2] for name in book.core_backwards} == backwards


def test_what_leads_to_a_node_and_what_it_leads_to_is_read() -> None:
    store, read = Store(), [PREFIXES["cdv"] + "territoire", PREFIXES["cdv"] + "contrat", PREFIXES["dcterms"] + "title"]
    store.add(parse(LED))
    forwards = store.around([BASE_IRI + "a", "not an IRI"], read, [])
    assert {(short(t[0].value), short(t[2].value)) for t in forwards} == {("a", "b"), ("a", "a"), ("b", "b")}
    both = store.around([BASE_IRI + "a"], read, [PREFIXES["cdv"] + "territoire"])
    assert {short(t[0].value) for t in both} == {"a", "b", "c", "d"}


def test_a_body_alone_is_not_asked_of_others() -> None:
    """Of the rules that say whose their rows are, all but a few are given the body."""
    whose = [c for c in load_rules().constraints if says_whose(c.select)]
    left = {c.rule.name for c in whose if not can_bind_whose(c.select) and "$this AS ?organisme" not in c.select}
    assert len(whose) > 15
    assert left == set()


def test_the_day_does_not_matter() -> None:
    dataset = make_dataset((HERE / "R-E02" / "invalid.ttl").read_text(encoding="utf-8"))
    early = date(2026, 2, 1)
    for today in (early, DUE):
        whole = check_campagne(dataset, today)  # type: ignore[arg-type]
        alone = check_campagne(dataset, today, organisme="etat")  # type: ignore[arg-type]
        assert alone.findings == tuple(f for f in whole.findings if f.organisme == "etat") != ()
