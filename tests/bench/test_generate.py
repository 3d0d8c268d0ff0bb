"""The generator of national graphs: the same bytes for the same seed, and faults that the check finds one for one."""

from __future__ import annotations

import csv
import importlib.util
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from droitcommun.graph.check import check_campagne
from droitcommun.graph.names import cdv, code_iri
from droitcommun.graph.store import Store

BENCH = Path(__file__).parents[2] / "bench"
AFTER = date(2027, 1, 15)


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"bench_{name}", BENCH / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


generate = _module("generate")
fautes = sys.modules["fautes"]  # which the generator reads by its own path


def found(unit: object, annee: int) -> Counter[tuple[str, str]]:
    dataset = generate.activate(unit.nquads(), unit.contrat, annee)  # type: ignore[attr-defined]
    return Counter((f.regle, f.sujet) for f in check_campagne(dataset, AFTER).findings)


@pytest.mark.parametrize("graine", [1, 7])
def test_the_check_finds_exactly_the_listed_faults(graine: int) -> None:
    for unit in generate.generate(2, graine, actions=140):
        for annee in unit.campagnes:
            expected = Counter((f.regle, f.sujet) for f in unit.fautes if f.campagne == annee)
            assert found(unit, annee) == expected, (graine, unit.contrat, annee)
            assert len(expected) > 20


def test_a_contract_without_faults_has_no_finding() -> None:
    (unit,) = generate.generate(1, 3, campagnes=(2026,), actions=60, fautes=False)
    assert unit.fautes == ()
    assert found(unit, 2026) == Counter()


def test_no_two_resources_of_a_faultless_contract_are_identical() -> None:
    """Contract 9 of seed 1 once had two rows alike by chance, that the check rightly found (R-M8)."""
    contract = generate.make_contract(9, 1, generate.CAMPAGNES, 600)
    moyens = [node for annee in generate.CAMPAGNES for node in contract.of_type("Moyen", annee)]
    own = ("type", "wasDerivedFrom")
    said = [
        frozenset((path, str(v)) for path, vs in contract.nodes[m].items() if not path.endswith(own) for v in vs)
        for m in moyens
    ]
    assert len(moyens) > 600
    assert len(set(said)) == len(said)


def test_no_fault_gives_credits_of_the_state_to_another() -> None:
    """Seed 1 once did: what another brings (R-M7) was then also to be cross-checked (R-M10), and was not listed."""
    contract = generate.make_contract(1, 1, (2026,), 140)
    (state,) = (body.iri for body in contract.bodies if body.sorte == "etat")
    moyens = [m for m in contract.of_type("Moyen", 2026) if contract.keys(m, cdv("apporteur")) == [state]]
    made = set()
    for node, make in zip(moyens, fautes.ANNUAL["Moyen"] * 3, strict=False):
        contract.set(node, cdv("source"), code_iri("source-financement", "p147"))
        made.add(make if make(contract, 2026, node) else None)
        assert contract.keys(node, cdv("apporteur")) == [state]
    assert len(made) > 5


def test_no_fault_gives_a_meeting_to_who_was_at_none() -> None:
    """Seed 1 once did: the absence listed (R-E01) was no longer to be found."""
    absent = code_iri("presence", "absent")
    for numero in range(4):
        contract = generate.make_contract(numero, 1, (2026,), 60)
        body = contract.bodies[0]
        rule, _engagement = fautes.ON_BODIES[0](contract, 2026, body)
        made = {make(contract, 2026) for make in fautes.ON_CAMPAGNE}
        rows = [r for r in contract.of_type("Presence", 2026) if r.endswith(f"/{body.code}") and "/copil-2026" in r]
        assert rule == "R-E01"
        assert len(made) > 1
        assert [contract.keys(r, cdv("etatPresence")) for r in rows] == [[absent]], numero


def test_faults_are_many_kinds_and_about_eight_nodes_in_a_hundred() -> None:
    units = list(generate.generate(4))
    rules = Counter(f.regle for unit in units for f in unit.fautes)
    assert len(rules) > 25
    annual = ("Action", "Moyen", "Contribution", "SuiviEngagement", "Positionnement", "Presence", "Seance")
    kinds = Counter(
        t[2].value.rpartition("#")[2] for unit in units for t in unit.triples if t[1].value.endswith("#type")
    )
    share = rules.total() / sum(kinds[kind] for kind in annual)
    assert 0.07 < share < 0.1
    assert 560 < kinds["Action"] / len(units) < 640


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    written = []
    for name in ("un", "deux"):
        files = generate.write(generate.generate(2, 5, actions=60), tmp_path / name)
        assert [path.name for path in files] == ["ville-000.nq", "ville-001.nq"]
        written.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
    assert written[0] == written[1]
    other = [unit.nquads() for unit in generate.generate(2, 6, actions=60)]
    assert other != [written[0]["ville-000.nq"], written[0]["ville-001.nq"]]
    store = Store()
    store.load_bytes(written[0]["ville-000.nq"], ".nq")
    assert len(store) == len(written[0]["ville-000.nq"].splitlines())
    rows = list(csv.DictReader(written[0]["fautes.csv"].decode().splitlines()))
    assert {row["contrat"] for row in rows} == {"ville-000", "ville-001"}
    assert {row["campagne"] for row in rows} == {"2025", "2026"}
    assert list(rows[0]) == ["contrat", "campagne", "regle", "sujet"]
