"""How the questions of the catalogue grow with the number of contracts, and what SQL does on the same answers.

    python bench/query.py [--contrats 1 43 430] [--actions 60] [--sortie bench/resultats/requetes.md]

Contracts are those of generate.py (fictitious). Each question is asked of one contract in its own store, then of all
contracts in one store. Beside, DuckDB answers the main ones from the flat tables: the answers are compared, equal to
the cent, before any time is printed. Times are user CPU seconds: read them as ratios.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import duckdb  # noqa: E402
import pandas as pd  # noqa: E402
from generate import activate, generate  # noqa: E402

from droitcommun.graph.catalogue import Query, load_catalogue, run  # noqa: E402
from droitcommun.graph.checks.nodes import Nodes  # noqa: E402
from droitcommun.graph.dataset import ActiveDataset  # noqa: E402
from droitcommun.graph.facts import facts  # noqa: E402
from droitcommun.graph.names import cdv, code_iri, local_code  # noqa: E402
from droitcommun.graph.store import Store, Term, iri, literal  # noqa: E402

ANNEE = 2026
SEUIL = 15.0
# A question of the whole store that already takes so long is not asked of a store ten times bigger: it has failed.
PATIENCE = 6.0
# Under this time one measure says more about the machine than about the question: the median of three is kept.
BREF = 0.5
Rows = dict[tuple[str, ...], Decimal]

LEGALE = "forme = 'prestation-legale'"
COMPTE = f"phase_groupe = 'realise' AND unite = 'EUR' AND exercice = {ANNEE - 1}"
SQL = {
    "mobilisation-par-ambition": f"""SELECT contrat, ambition, sum(centimes) FROM moyens
        WHERE {COMPTE} AND origine = 'droit-commun' AND ({LEGALE}) IS NOT TRUE AND centimes IS NOT NULL GROUP BY ALL""",
    "mobilisation-par-qpv": f"""SELECT contrat, lieu, sum(centimes) FROM moyens
        WHERE {COMPTE} AND origine = 'droit-commun' AND ({LEGALE}) IS NOT TRUE AND centimes IS NOT NULL GROUP BY ALL""",
    "matrice-organisme-ambition": f"""SELECT contrat, apporteur, ambition, sum(centimes) FROM moyens
        WHERE {COMPTE} AND origine = 'droit-commun' AND ({LEGALE}) IS NOT TRUE AND centimes IS NOT NULL
          AND ambition <> 'sans-ambition' GROUP BY ALL""",
    "reconciliation": """SELECT contrat, CAST(exercice AS VARCHAR), phase_groupe, origine, sum(centimes) FROM moyens
        WHERE unite = 'EUR' AND phase_groupe <> 'remplace' AND exercice IS NOT NULL AND centimes IS NOT NULL
        GROUP BY ALL""",
    "retours": """SELECT contrat, organisme, count(*) FROM reponses GROUP BY ALL""",
}


def cpu(work: Callable[[], object], repeat: int = 1) -> float:
    """Return the median user CPU time of *work*, in seconds."""
    times = []
    for _turn in range(repeat):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return median(times)


def measured(work: Callable[[], object]) -> float:
    """Return the user CPU time of *work*: the median of three measures when it is short, else one."""
    first = cpu(work)
    return first if first > BREF else median([first, cpu(work), cpu(work)])


def values(query: Query) -> dict[str, str]:
    """Return the parameters of a question on these campagnes; those with no default and no year are left out."""
    years = {"annee": str(ANNEE), "annee1": str(ANNEE - 1), "annee2": str(ANNEE)}
    return {p.name: years[p.name] for p in query.parameters if p.name in years}


def askable(query: Query) -> bool:
    """Tell whether a question needs nothing but years: the others are about one thing (a node, a day)."""
    return all(p.name.startswith("annee") or p.default is not None for p in query.parameters)


def national(query: Query) -> dict[str, Term]:
    """Return the bindings that leave the contract free: the question of the whole store."""
    terms: dict[str, Term] = {}
    for parameter in query.parameters:
        text = values(query).get(parameter.name, parameter.default)
        if text is not None and parameter.type == "gYear":
            terms[parameter.name] = literal(text, "gYear")
        elif text is not None and parameter.type == "code":
            terms[parameter.name] = iri(code_iri(parameter.name, text))
    return terms


def build(contrats: int, actions: int) -> tuple[list[ActiveDataset], Store]:
    """Return some active datasets of their own (the first three), and one store that holds every contract."""
    alone: list[ActiveDataset] = []
    whole = Store()
    for unit in generate(contrats, actions=actions, fautes=False):
        dataset = activate(unit.nquads(), unit.contrat, ANNEE)
        whole.add(dataset.store.triples())
        if len(alone) < 3:
            alone.append(dataset)
    return alone, whole


def tables(whole: Store, contrats: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the flat table of every contract, and who answered: what an analyst would hold in SQL."""
    nodes = Nodes(whole.triples())
    frames, answers = [], []
    for contrat in contrats:
        campagne = f"https://w3id.org/droit-commun/id/{contrat}/campagne/{ANNEE}"
        table = facts(ActiveDataset(contrat, ANNEE, campagne, whole), nodes)
        for row in table.rows:
            cents = row["euros"]
            kept = {k: v for k, v in row.items() if not k.startswith("libelle") and k != "euros"}
            frames.append({**kept, "contrat": contrat, "centimes": int(cents * 100) if cents is not None else None})
        for node in nodes.subjects(cdv("campagne"), campagne):
            if cdv("Contribution") in nodes.keys(node, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"):
                answers.append({"contrat": contrat, "organisme": local_code(nodes.key(node, cdv("organisme")) or "")})
    moyens = pd.DataFrame(frames).astype({"centimes": "Int64", "exercice": "Int64", "quantite": "Float64"})
    return moyens, pd.DataFrame(answers)


def ours(name: str, rows: list[Mapping[str, Term]]) -> Rows:
    """Return the answer of a national question in the shape of its SQL: codes, then cents (or a count)."""
    keys, value = {
        "mobilisation-par-ambition": (("contrat", "ambition"), "euros_dc"),
        "mobilisation-par-qpv": (("contrat", "lieu"), "euros_dc"),
        "matrice-organisme-ambition": (("contrat", "organisme", "ambition"), "euros_dc"),
        "reconciliation": (("contrat", "exercice", "phase", "origine"), "total"),
        "retours": (("contrat", "organisme"), "n_services"),
    }[name]
    found: Rows = {}
    for row in rows:
        if value not in row or (name == "reconciliation" and local_code(row["unite"].value) != "EUR"):
            continue
        if name.startswith("mobilisation") and int(row["exercice"].value) != ANNEE - 1:
            continue
        number = Decimal(row[value].value)
        if name != "retours" or number:
            key = tuple(local_code(row[k].value) for k in keys)
            found[key] = number if name == "retours" else number * 100
    return found


def main() -> None:
    """Measure, compare, write the page, and fail when an answer differs or a question grows too fast."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contrats", type=int, nargs="+", default=[1, 43, 430])
    parser.add_argument("--actions", type=int, default=60)
    parser.add_argument("--sortie", type=Path, default=HERE / "resultats" / "requetes.md")
    options = parser.parse_args()
    queries = {name: q for name, q in load_catalogue().items() if askable(q)}
    alone: dict[tuple[str, int], float] = {}
    whole: dict[tuple[str, int], float] = {}
    sizes: dict[int, int] = {}
    peers: list[tuple[str, float, float]] = []
    for n in options.contrats:
        datasets, store = build(n, options.actions)
        sizes[n] = len(store)
        for name, query in queries.items():
            alone[name, n] = median(cpu(lambda d=d, q=query: run(q, d, values(q))) for d in datasets)
            if max((t for (asked, _n), t in whole.items() if asked == name), default=0.0) > PATIENCE:
                whole[name, n] = float("inf")
            else:
                whole[name, n] = measured(lambda q=query, s=store: s.select(q.text, national(q)))
            print(f"{n:4} {name:32} {alone[name, n]:8.3f} {whole[name, n]:8.3f}", flush=True)
        if n == min(43, max(options.contrats)):
            peers = compare(store, whole, n)
    options.sortie.parent.mkdir(parents=True, exist_ok=True)
    options.sortie.write_text(page(options, queries, sizes, alone, whole, peers), encoding="utf-8")
    slow = too_fast(options.contrats, queries, whole)
    if slow:
        sys.exit(f"Grandissent plus vite que permis : {', '.join(slow)}")


def compare(store: Store, whole: Mapping[tuple[str, int], float], n: int) -> list[tuple[str, float, float]]:
    """Return, for each main question, its time and that of DuckDB. Exits when one answer differs."""
    rows = store.select("SELECT ?c { ?c a cdv:ContratDeVille }")
    moyens, reponses = tables(store, sorted(local_code(row["c"].value) for row in rows))
    base = duckdb.connect()
    base.register("cadre", moyens)
    base.execute("CREATE TABLE moyens AS SELECT * FROM cadre")
    base.register("dites", reponses)
    base.execute("CREATE TABLE reponses AS SELECT * FROM dites")
    found = []
    for name, sql in SQL.items():
        theirs = {tuple(str(v) for v in row[:-1]): Decimal(int(row[-1])) for row in base.execute(sql).fetchall()}
        mine = ours(name, store.select(load_catalogue()[name].text, national(load_catalogue()[name])))
        if mine != theirs:
            differing = sorted(set(mine.items()) ^ set(theirs.items()))[:4]
            sys.exit(f"{name} : DuckDB et la question ne disent pas la même chose : {differing}")
        found.append((name, whole[name, n], cpu(lambda s=sql: base.execute(s).fetchall(), 5)))
    return found


def too_fast(sizes: list[int], queries: Mapping[str, Query], whole: Mapping[tuple[str, int], float]) -> list[str]:
    """Return the questions whose time grows faster than allowed between 43 and 430 contracts."""
    if not {43, 430} <= set(sizes):
        return []
    return [name for name in queries if whole[name, 430] > SEUIL * max(whole[name, 43], 0.02)]


def page(
    options: argparse.Namespace,
    queries: Mapping[str, Query],
    sizes: Mapping[int, int],
    alone: Mapping[tuple[str, int], float],
    whole: Mapping[tuple[str, int], float],
    peers: list[tuple[str, float, float]],
) -> str:
    """Return the page of results."""
    counts = options.contrats
    held = ", ".join(f"{n} contrats : {sizes[n]:,} triplets".replace(",", " ") for n in counts)
    lines = [
        f"# Les questions du catalogue, de 1 à {max(counts)} contrats",
        "",
        f"Données fictives (`bench/generate.py`, {options.actions} actions par contrat). {held}.",
        f"Temps en secondes de processeur (médiane de trois mesures sous {BREF} s, une mesure au-delà) : "
        "ce sont les rapports qui se lisent. « inf » : déjà plus de "
        f"{PATIENCE:.0f} s pour la taille d'avant, la question n'a pas été reposée.",
        "Fait par `python bench/query.py`.",
        "",
        "| question | " + " | ".join(f"un contrat parmi {n}" for n in counts) + " | "
        + " | ".join(f"{n} ensemble" for n in counts) + " | rapport des deux derniers |",
        "|---|" + "---:|" * (2 * len(counts) + 1),
    ]  # fmt: skip
    for name in queries:
        cells = [f"{alone[name, n]:.3f}" for n in counts] + [f"{whole[name, n]:.3f}" for n in counts]
        ratio = f"{whole[name, counts[-1]] / max(whole[name, counts[-2]], 0.001):.1f}" if len(counts) > 1 else "–"
        lines.append(f"| `{name}` | " + " | ".join(cells) + f" | {ratio} |")
    lines += [
        "",
        f"## À côté de DuckDB ({min(43, max(counts))} contrats, mêmes réponses au centime)",
        "",
        "| question | ici | DuckDB | rapport |",
        "|---|---:|---:|---:|",
    ]
    lines += [f"| `{name}` | {a:.3f} | {b:.4f} | {a / max(b, 0.0001):.0f} |" for name, a, b in peers]
    lines += ["", "DuckDB lit des tables déjà à plat (`facts`) : le temps de les faire n'y est pas.", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
