"""How long a check of N contracts takes: ours, beside pyshacl and pyshifty given the same partitions and cores.

    python bench/check.py [--contrats 1 10 60] [--graine 1] [--actions 600] [--coeurs 2] [--pyshacl 1]

One unit of work is one contract x one campagne (2026); units are shared by as many processes as there are cores.
Peers validate the triples that our engines see, with the same shapes. pyshacl takes half a minute a contract: it
is given `--pyshacl` contracts only, and the table says so. Writes bench/resultats/check.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
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


def measure(engine: Callable[[Unit], int], units: Sequence[Unit], cores: int) -> tuple[float, int]:
    """Return the seconds (wall clock) that *engine* takes on *units*, and how much it found."""
    start = time.perf_counter()
    with ProcessPoolExecutor(cores) as pool:
        found = sum(pool.map(engine, units))
    return time.perf_counter() - start, found


def main() -> None:
    """Measure, print the table, and write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contrats", type=int, nargs="+", default=[1, 10, 60])
    parser.add_argument("--graine", type=int, default=1)
    parser.add_argument("--actions", type=int, default=600)
    parser.add_argument("--coeurs", type=int, default=2)
    parser.add_argument("--pyshacl", type=int, default=1, metavar="N", help="contracts given to pyshacl at most")
    parser.add_argument("--pyshifty", type=int, default=10, metavar="N", help="contracts given to pyshifty at most")
    options = parser.parse_args()
    made = list(generate(max(options.contrats), options.graine, actions=options.actions))
    units = [(unit.contrat, unit.nquads()) for unit in made]
    listed = [sum(f.campagne == ANNEE for f in unit.fautes) for unit in made]
    limits = {ours: len(units), by_pyshifty: options.pyshifty, by_pyshacl: options.pyshacl}
    lines = [
        "| moteur | contrats | secondes | secondes par contrat | trouvé | par rapport à nous |",
        "|---|---|---|---|---|---|",
    ]
    base: dict[int, float] = {}
    for engine, limit in limits.items():
        name = {ours: "droitcommun", by_pyshifty: "pyshifty", by_pyshacl: "pyshacl"}[engine]
        for n in sorted(options.contrats):
            if n > limit:
                lines.append(f"| {name} | {n} | non mesuré | | | |")
                continue
            seconds, found = measure(engine, units[:n], options.coeurs)
            base.setdefault(n, seconds)
            told = f"{found} (fautes inscrites : {sum(listed[:n])})" if engine is ours else f"{found} résultats"
            lines.append(f"| {name} | {n} | {seconds:.2f} | {seconds / n:.2f} | {told} | × {seconds / base[n]:.1f} |")
            print(lines[-1], flush=True)
    sizes = sorted(base)
    if len(sizes) > 1:
        first, last = sizes[-2], sizes[-1]
        growth = (base[last] / last) / (base[first] / first)
        lines += [
            "",
            f"Croissance : de {first} à {last} contrats, temps par contrat multiplié par {growth:.2f}.",
        ]
    report = "\n".join([*_head(options), *lines]) + "\n"
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(report, encoding="utf-8")
    print(report)


def _head(options: argparse.Namespace) -> list[str]:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("pyoxigraph", "pyshacl", "pyshifty", "rdflib"))
    return [
        "# Contrôle de N contrats fictifs",
        "",
        f"Fait par `bench/check.py` (graine {options.graine}, {options.actions} actions, campagne {ANNEE}).",
        f"Machine : {platform.machine()}, {os.cpu_count()} cœurs dont {options.coeurs} employés, "
        f"Python {platform.python_version()}, charge au départ {load:.1f} ; {versions}.",
        "Temps d'horloge, une seule fois, chargement compris : à lire comme des rapports.",
        "",
    ]


if __name__ == "__main__":
    main()
