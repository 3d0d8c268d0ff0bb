"""How long a check of N contracts takes: ours, beside pyshacl and pyshifty given the same partitions and cores.

    python bench/check.py [--contrats 1 10 60] [--graine 1] [--actions 600] [--coeurs 2] [--pyshacl 1] [--limite 150]

One unit of work is one contract x one campagne (2026); units are shared by as many processes as there are cores.
Peers validate the triples that our engines see, with the same shapes. pyshacl takes minutes a contract: it is given
`--pyshacl` contracts only, each measure is stopped after `--limite` seconds, and the table says so. Seconds of
processor are told beside those of the clock: they can be compared on a machine that others use too.
Writes bench/resultats/check.md.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib import metadata, resources
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from generate import activate, generate

from droitcommun.graph.check import campagne_scope, check_campagne
from droitcommun.graph.store import Store

ANNEE, AFTER = 2026, date(2027, 1, 15)
RESULTS = Path(__file__).parent / "resultats" / "check.md"
Unit = tuple[str, bytes]


def ours(unit: Unit) -> int:
    """Check one contract, and return the number of findings."""
    return len(check_campagne(activate(unit[1], unit[0], ANNEE), AFTER).findings)


def _scoped(unit: Unit) -> str:
    dataset = activate(unit[1], unit[0], ANNEE)
    store = Store()
    store.add(campagne_scope(dataset.store, dataset.campagne).triples)
    return store.ntriples()


def _shapes() -> str:
    files = sorted(f for f in resources.files("droitcommun.shapes").iterdir() if f.name.endswith(".ttl"))
    return "\n".join(f.read_text(encoding="utf-8") for f in files)


def by_pyshacl(unit: Unit) -> int:
    """Validate one contract with pyshacl alone, and return the number of results."""
    import pyshacl
    import rdflib
    from rdflib.namespace import RDF, SH

    data = rdflib.Graph().parse(data=_scoped(unit), format="nt")
    shapes = rdflib.Graph().parse(data=_shapes(), format="turtle")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=True, inference="none")
    return len(set(report.subjects(RDF.type, SH.ValidationResult)))


def by_pyshifty(unit: Unit) -> int:
    """Validate one contract with pyshifty alone, and return the number of results."""
    import rdflib
    import shifty
    from rdflib.namespace import RDF, SH

    data = rdflib.Graph().parse(data=_scoped(unit), format="nt")
    shapes = rdflib.Graph().parse(data=_shapes(), format="turtle")
    answer = shifty.validate(data, shapes, infer=False)
    report = next(part for part in answer if isinstance(part, rdflib.Graph))
    return len(set(report.subjects(RDF.type, SH.ValidationResult)))


@dataclass(frozen=True)
class Measure:
    """Seconds of the clock and of the processor, and how much was found; None when it was stopped before its end."""

    clock: float
    processor: float | None
    found: int | None


def _timed(engine: Callable[[Unit], int], unit: Unit) -> tuple[float, int]:
    start = time.process_time()
    found = engine(unit)
    return time.process_time() - start, found


def measure(engine: Callable[[Unit], int], units: Sequence[Unit], cores: int, limit: float) -> Measure:
    """Return what *engine* takes on *units*, shared by *cores* processes; it is stopped after *limit* seconds."""
    start = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(cores) as pool:
        try:
            told = pool.map_async(partial(_timed, engine), units, chunksize=1).get(limit)
        except multiprocessing.TimeoutError:
            return Measure(limit, None, None)
    return Measure(time.perf_counter() - start, sum(t for t, _ in told), sum(n for _, n in told))


def main() -> None:
    """Measure, print the table, and write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contrats", type=int, nargs="+", default=[1, 10, 60])
    parser.add_argument("--graine", type=int, default=1)
    parser.add_argument("--actions", type=int, default=600)
    parser.add_argument("--coeurs", type=int, default=2)
    parser.add_argument("--pyshacl", type=int, default=1, metavar="N", help="contracts given to pyshacl at most")
    parser.add_argument("--pyshifty", type=int, default=10, metavar="N", help="contracts given to pyshifty at most")
    parser.add_argument("--limite", type=float, default=150, metavar="S", help="seconds after which one is stopped")
    options = parser.parse_args()
    made = list(generate(max(options.contrats), options.graine, actions=options.actions))
    units = [(unit.contrat, unit.nquads()) for unit in made]
    listed = [sum(f.campagne == ANNEE for f in unit.fautes) for unit in made]
    limits = {ours: len(units), by_pyshifty: options.pyshifty, by_pyshacl: options.pyshacl}
    names = {ours: "droitcommun", by_pyshifty: "pyshifty", by_pyshacl: "pyshacl"}
    lines = [
        "| moteur | contrats | secondes d'horloge | secondes de processeur | par contrat | trouvé | rapport |",
        "|---|---|---|---|---|---|---|",
    ]
    base: dict[int, float] = {}
    for engine, most in limits.items():
        for n in sorted(options.contrats):
            lines.append(f"| {names[engine]} | {n} | non mesuré | | | | |")
            if n <= most:
                got = measure(engine, units[:n], options.coeurs, options.limite)
                lines[-1] = _line(names[engine], n, got, base)
            if engine is ours and n in base:
                lines[-1] = lines[-1].replace(" constats", f" constats (fautes inscrites : {sum(listed[:n])})")
            print(lines[-1], flush=True)
    sizes = sorted(base)
    if len(sizes) > 1:
        first, last = sizes[-2], sizes[-1]
        growth = (base[last] / last) / (base[first] / first)
        lines += [
            "",
            f"Croissance : de {first} à {last} contrats, processeur par contrat multiplié par {growth:.2f}.",
        ]
    report = "\n".join([*_head(options), *lines]) + "\n"
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(report, encoding="utf-8")


def _line(name: str, n: int, got: Measure, base: dict[int, float]) -> str:
    """Return one line of the table; the first engine told for a size is the one that others are compared with."""
    if got.processor is None:
        return f"| {name} | {n} | arrêté après {got.clock:.0f} s, sans résultat | | | | |"
    ratio = got.processor / base.setdefault(n, got.processor)
    what = "constats" if name == "droitcommun" else "résultats"
    return (
        f"| {name} | {n} | {got.clock:.1f} | {got.processor:.1f} | {got.processor / n:.2f} "
        f"| {got.found} {what} | × {ratio:.1f} |"
    )


def _head(options: argparse.Namespace) -> list[str]:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("pyoxigraph", "pyshacl", "pyshifty", "rdflib"))
    return [
        "# Contrôle de N contrats fictifs",
        "",
        f"Fait par `bench/check.py` (graine {options.graine}, {options.actions} actions, campagne {ANNEE}).",
        f"Machine : {platform.machine()}, {os.cpu_count()} cœurs dont {options.coeurs} employés, "
        f"Python {platform.python_version()}, charge à la fin {load:.1f} ; {versions}.",
        "Une seule mesure, chargement compris. Le temps d'horloge dépend de la charge de la machine, qui",
        "sert à d'autres ; celui de processeur sert aux rapports. « Non mesuré » : rien n'est extrapolé.",
        "",
    ]


if __name__ == "__main__":
    main()
