"""A small invented contract, « Deux-Rives », read from Turtle: every expectation of these tests is counted by hand."""

from __future__ import annotations

from pathlib import Path

from droitcommun.graph.dataset import ActiveDataset
from droitcommun.graph.derive import derive
from droitcommun.graph.names import PREFIXES, contract_thing
from droitcommun.graph.reference import reference_store

DATA = Path(__file__).with_name("data")
SHORT = (DATA / "prefixes.ttl").read_text(encoding="utf-8")
ANNEE = 2026


def make_dataset(*names: str, extra: str = "") -> ActiveDataset:
    """Return the dataset of campagne 2026 made of the contract, the campagne and the given files of data/."""
    store = reference_store()
    header = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items()) + SHORT
    for name in ("contrat", "campagne-2026", *names):
        store.load_bytes((header + (DATA / f"{name}.ttl").read_text(encoding="utf-8")).encode(), ".ttl")
    store.load_bytes((header + extra).encode(), ".ttl")
    derive(store)
    return ActiveDataset("deux-rives", ANNEE, contract_thing("deux-rives", "campagne", ANNEE), store)
