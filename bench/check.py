"""How long a check of N contracts takes: ours, beside pyshacl and pyshifty given the same partitions and cores.

    python bench/check.py [--contrats 1 10 60] [--graine 1] [--actions 600] [--petit 20] [--coeurs 2] [--limite 150]

One unit of work is one contract x one campagne (2026); units are shared by as many processes as there are cores.
Peers validate the triples that our engines see, with the same shapes. pyshacl takes minutes a contract of 600 actions:
all three are given one small contract, pyshifty `--pyshifty` whole ones at most, pyshacl `--pyshacl` (none unless
asked).
Each measure is stopped after `--limite` seconds, and the table says so. Seconds of processor are told beside those of
the clock: they can be compared on a machine that others use too.
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
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from importlib import metadata, resources
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from generate import activate, generate

from droitcommun.graph.check import campagne_results, campagne_scope, check_campagne
from droitcommun.graph.checks.rules import load_rules

ANNEE, AFTER = 2026, date(2027, 1, 15)
RESULTS = Path(__file__).parent / "resultats" / "check.md"
Unit = tuple[str, bytes]
Pairs = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Found:
    """What one engine found in one unit: how many results (findings for ours), and (rule, node) without repetition."""

    number: int
    pairs: Pairs = frozenset()


Engine = Callable[[Unit], Found]


def ours(unit: Unit) -> Found:
    """Check one contract, and return its findings."""
    return Found(len(check_campagne(activate(unit[1], unit[0], ANNEE), AFTER).findings))


def _ours_in_full(unit: Unit) -> Pairs:
    """Return the results of our engines before any is put aside because another finding says it: what peers give."""
    book, dataset = load_rules(), activate(unit[1], unit[0], ANNEE)
    with campagne_scope(dataset.store, dataset.campagne) as scope:
        results = campagne_results(replace(book, graph_queries=()), scope)  # those are not SHACL
    return frozenset((r.rule.name, r.focus) for r in results)


def _scoped(unit: Unit) -> str:
    dataset = activate(unit[1], unit[0], ANNEE)
    with campagne_scope(dataset.store, dataset.campagne) as scope:
        return scope.store.ntriples()


def _shapes() -> str:
    files = sorted(f for f in resources.files("droitcommun.shapes").iterdir() if f.name.endswith(".ttl"))
    return "\n".join(f.read_text(encoding="utf-8") for f in files)


def by_pyshacl(unit: Unit) -> Found:
    """Validate one contract with pyshacl alone, and return its results."""
    import pyshacl
    import rdflib

    data = rdflib.Graph().parse(data=_scoped(unit), format="nt")
    shapes = rdflib.Graph().parse(data=_shapes(), format="turtle")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=True, inference="none")
    return _found(report)


def by_pyshifty(unit: Unit) -> Found:
    """Validate one contract with pyshifty alone, and return its results."""
    import rdflib
    import shifty

    data = rdflib.Graph().parse(data=_scoped(unit), format="nt")
    shapes = rdflib.Graph().parse(data=_shapes(), format="turtle")
    answer = shifty.validate(data, shapes, infer=False)
    return _found(next(part for part in answer if isinstance(part, rdflib.Graph)))


def _found(report: Any) -> Found:
    """Return the results of a SHACL report, under the names of our rules."""
    from rdflib.namespace import RDF, SH

    book = load_rules()
    rules = {rule.iri: rule.name for rule in book.rules.values()}
    rules |= {shape.iri: shape.rule.name for shape in book.core_shapes.values()}
    results = set(report.subjects(RDF.type, SH.ValidationResult))
    said = {(str(report.value(r, SH.sourceShape)), str(report.value(r, SH.focusNode))) for r in results}
    return Found(len(results), frozenset((rules.get(shape, shape), focus) for shape, focus in said))


@dataclass(frozen=True)
class Measure:
    """Seconds of the clock and of the processor, and what was found in each unit; None when stopped before its end."""

    clock: float
    processor: float | None
    found: tuple[Found, ...]


def _timed(engine: Engine, unit: Unit) -> tuple[float, Found]:
    start = time.process_time()
    found = engine(unit)
    return time.process_time() - start, found


def measure(engine: Engine, units: Sequence[Unit], cores: int, limit: float, compared: bool = False) -> Measure:
    """Return what *engine* takes on *units*, shared by *cores* processes; it is stopped after *limit* seconds.

    *compared* says that peers will be given these units: what ours finds is then told in full, outside of the time.
    """
    start = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(cores) as pool:
        try:
            told = pool.map_async(partial(_timed, engine), units, chunksize=1).get(limit)
        except multiprocessing.TimeoutError:
            return Measure(limit, None, ())
        clock, found = time.perf_counter() - start, [one for _, one in told]
        if engine is ours and compared:
            full = pool.map(_ours_in_full, units, chunksize=1)
            found = [replace(one, pairs=pairs) for one, pairs in zip(found, full, strict=True)]
    return Measure(clock, sum(spent for spent, _ in told), tuple(found))


def main() -> None:
    """Measure, print the tables, and write them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contrats", type=int, nargs="+", default=[1, 10, 60])
    parser.add_argument("--graine", type=int, default=1)
    parser.add_argument("--actions", type=int, default=600)
    parser.add_argument("--petit", type=int, default=20, metavar="N", help="actions of the contract that all are given")
    parser.add_argument("--coeurs", type=int, default=2)
    parser.add_argument("--pyshacl", type=int, default=0, metavar="N", help="whole contracts given to pyshacl at most")
    parser.add_argument("--pyshifty", type=int, default=10, metavar="N", help="contracts given to pyshifty at most")
    parser.add_argument("--limite", type=float, default=150, metavar="S", help="seconds after which one is stopped")
    options = parser.parse_args()
    lines = [*_head(options), f"## Un petit contrat ({options.petit} actions), les trois moteurs", ""]
    lines += _table(options, [1], options.petit, {ours: 1, by_pyshifty: 1, by_pyshacl: 1})
    lines += ["", f"## De 1 à {max(options.contrats)} contrats ({options.actions} actions chacun)", ""]
    most = {ours: max(options.contrats), by_pyshifty: options.pyshifty, by_pyshacl: options.pyshacl}
    lines += _table(options, sorted(options.contrats), options.actions, most)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _table(options: argparse.Namespace, sizes: list[int], actions: int, most: dict[Engine, int]) -> list[str]:
    """Return the lines of one table; each engine is given *most* contracts at most."""
    made = list(generate(max(sizes), options.graine, actions=actions))
    units = [(unit.contrat, unit.nquads()) for unit in made]
    expected = [sum(f.campagne == ANNEE for f in unit.fautes) for unit in made]
    lines = [
        "| moteur | contrats | horloge (s) | processeur (s) | par contrat | rapport | trouvé | comme nous |",
        "|---|---:|---:|---:|---:|---:|---:|---|",
    ]
    first: dict[int, Measure] = {}
    for engine, limit in most.items():
        for n in sizes:
            if n <= limit:
                compared = any(n <= peers for other, peers in most.items() if other is not ours)
                got = measure(engine, units[:n], options.coeurs, options.limite, compared)
                lines.append(_line(NAMES[engine], n, got, first, sum(expected[:n])))
                print(lines[-1], flush=True)
    done = [n for n in sizes if n in first]
    if len(done) > 1:
        few, many = (first[n].processor or 0 for n in (done[-2], done[-1]))
        growth = (many / done[-1]) / (few / done[-2])
        told = f"de {done[-2]} à {done[-1]} contrats, processeur par contrat multiplié par {growth:.2f}"
        lines += ["", f"Croissance de droitcommun : {told}."]
    return lines


NAMES: dict[Engine, str] = {ours: "droitcommun", by_pyshifty: "pyshifty", by_pyshacl: "pyshacl"}


def _line(name: str, n: int, got: Measure, first: dict[int, Measure], expected: int) -> str:
    """Return one line of a table; the first engine told for a size is the one that others are compared with."""
    if got.processor is None:
        return f"| {name} | {n} | n'a pas fini en {got.clock:.0f} s | | | | | |"
    base = first.setdefault(n, got)
    number = sum(found.number for found in got.found)
    alike = ""
    if base is got:
        what = f"{number} constats, {expected} fautes inscrites"
    else:
        what = f"{number} résultats"
        apart = sum(len(a.pairs ^ b.pairs) for a, b in zip(base.found, got.found, strict=True))
        alike = "oui" if apart == 0 else f"{apart} écarts"
    ratio = got.processor / (base.processor or got.processor)
    cells = (name, n, f"{got.clock:.1f}", f"{got.processor:.1f}", f"{got.processor / n:.2f}", f"× {ratio:.1f}")
    return f"| {' | '.join(str(cell) for cell in cells)} | {what} | {alike} |"


def _head(options: argparse.Namespace) -> list[str]:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("pyoxigraph", "pyshacl", "pyshifty", "rdflib"))
    return [
        "# Contrôle de N contrats fictifs",
        "",
        f"Fait par `python bench/check.py` (graine {options.graine}, campagne {ANNEE}). Données fictives.",
        f"Machine : {platform.machine()}, {os.cpu_count()} cœurs dont {options.coeurs} employés, "
        f"Python {platform.python_version()}, charge au début {load:.1f} ; {versions}.",
        "Une seule mesure, chargement compris. Le temps d'horloge dépend de la charge de la machine ; celui de",
        f"processeur sert aux rapports. Chaque mesure est arrêtée après {options.limite:.0f} s ; rien n'est extrapolé.",
        "« comme nous » : les mêmes couples (règle, nœud), contrat par contrat.",
        "",
    ]


if __name__ == "__main__":
    main()
