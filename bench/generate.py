"""National graphs in our own vocabulary: N fictitious contracts of about 600 actions, and the list of their faults.

    python bench/generate.py DOSSIER --contrats 60 [--graine 1] [--actions 600]

writes one N-Quads file a contract (no graph names: what a campagne makes active, nothing derived) and `fautes.csv`
(contrat, campagne, regle, sujet): what a check of each campagne has to find, no more and no less. The same seed always
gives the same bytes. About eight nodes in a hundred bear one fault.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from annee import make_contract  # noqa: E402
from fautes import Fault, add_faults  # noqa: E402

from droitcommun.graph.dataset import ActiveDataset  # noqa: E402
from droitcommun.graph.derive import derive  # noqa: E402
from droitcommun.graph.names import contract_thing  # noqa: E402
from droitcommun.graph.reference import load_reference  # noqa: E402
from droitcommun.graph.store import Store, Triple  # noqa: E402

CAMPAGNES = (2025, 2026)


@dataclass(frozen=True)
class Unit:
    """One contract with its campagnes: its triples, and the findings that checks of it have to give."""

    contrat: str
    campagnes: tuple[int, ...]
    triples: tuple[Triple, ...]
    fautes: tuple[Fault, ...]

    def nquads(self) -> bytes:
        """Return the triples as sorted N-Quads without graph name."""
        return "".join(sorted({f"{s} {p} {o} .\n" for s, p, o in self.triples})).encode()


def generate(
    contrats: int, graine: int = 1, campagnes: tuple[int, ...] = CAMPAGNES, actions: int = 600, fautes: bool = True
) -> Iterator[Unit]:
    """Yield *contrats* contracts, each with *actions* actions shared by its *campagnes*; without faults when asked."""
    for numero in range(contrats):
        contract = make_contract(numero, graine, campagnes, actions)
        known = tuple(add_faults(contract)) if fautes else ()
        yield Unit(contract.code, campagnes, tuple(contract.triples()), known)


def write(units: Iterable[Unit], folder: Path) -> list[Path]:
    """Write one file a contract and `fautes.csv` into *folder*, and return the files of the contracts."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    with (folder / "fautes.csv").open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(["contrat", "campagne", "regle", "sujet"])
        for unit in units:
            path = folder / f"{unit.contrat}.nq"
            path.write_bytes(unit.nquads())
            files.append(path)
            table.writerows([f.contrat, f.campagne, f.regle, f.sujet] for f in unit.fautes)
    return files


def activate(data: bytes, contrat: str, annee: int) -> ActiveDataset:
    """Return the active dataset of one campagne of a generated contract: reference, contract, and what derives."""
    store = Store()
    load_reference(store)
    store.load_bytes(data, ".nq", name=contrat)
    derive(store)
    return ActiveDataset(contrat, annee, contract_thing(contrat, "campagne", annee), store)


def main() -> None:
    """Write the files asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dossier", type=Path)
    parser.add_argument("--contrats", type=int, default=1)
    parser.add_argument("--graine", type=int, default=1)
    parser.add_argument("--actions", type=int, default=600)
    options = parser.parse_args()
    files = write(generate(options.contrats, options.graine, actions=options.actions), options.dossier)
    size = sum(path.stat().st_size for path in files)
    print(f"Données fictives : {len(files)} contrats, {size / 1e6:.1f} Mo, dans {options.dossier}")


if __name__ == "__main__":
    main()
