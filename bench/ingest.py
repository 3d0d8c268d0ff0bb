"""Rows a second from a workbook to its graph file, beside pandas (calamine) reading the same file.

    python bench/ingest.py [--lignes 1000 10000 100000] [--sortie bench/resultats/ingest.md]

Two workbooks for each size: a classeur de recensement (half actions, half resources) and a foreign table read through
the delivered mapping `export-departemental`, of which one row in two is out of the perimeter. Our path reads the
package for hostile content, reads the cells, maps them, and writes the sorted N-Quads. Times are CPU seconds of this
process: a machine shared with others does not change them much.
"""

from __future__ import annotations

import argparse
import io
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pandas as pd
import xlsxwriter

from droitcommun.graph.classeurs.form import load_form
from droitcommun.graph.classeurs.map import map_recensement
from droitcommun.graph.classeurs.mapped import MapContext, Mapped
from droitcommun.graph.classeurs.read import RawClasseur, read_classeur
from droitcommun.graph.classeurs.tables import map_table, parse_mapping
from droitcommun.graph.mappings import mapping_text
from droitcommun.graph.names import contract_thing, graph_iri
from droitcommun.graph.reference import reference_store
from droitcommun.graph.store import Store, sorted_nquads

CONTRAT = Path(__file__).parents[1] / "tests" / "contrats" / "val-d-essai.ttl"
CODE, ANNEE = "val-d-essai", 2026
RESULTS = Path(__file__).parent / "resultats" / "ingest.md"

Rows = Sequence[Sequence[object]]


def write_book(path: Path, sheets: dict[str, Rows], model: dict[str, str] | None = None) -> None:
    """Write a workbook of plain cells; *model* makes the hidden sheet of our own workbooks."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"constant_memory": True, "strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in {**sheets, **({"_modele": list(model.items())} if model else {})}.items():
            page = book.add_worksheet(name)
            for r, cells in enumerate(rows):
                for c, value in enumerate(cells):
                    if isinstance(value, date):
                        page.write_datetime(r, c, value, day)
                    elif value is not None:
                        page.write(r, c, value)
    path.write_bytes(buffer.getvalue())


def recensement(path: Path, rows: int) -> None:
    """Write a classeur de recensement of *rows* rows, with invented figures (données fictives)."""
    chance = random.Random(rows)
    actions = rows // 2
    given: dict[str, list[dict[str, object]]] = {
        "Identité": [
            {
                "Organisme": "Caf d'Essai",
                "Service ou direction": "Action sociale",
                "Fonction du référent technique": "Conseillère technique",
                "Date de réponse": date(2026, 3, 12),
                "Réponse": "Actions déclarées",
            }
        ],
        "Actions": [
            {
                "Intitulé de l'action ou du dispositif": f"Action fictive {n}",
                "Ambition principale": f"A1.{1 + n % 3}",
                "Forme de mobilisation": "Renforcée",
                "Où se déroule l'action": "Dans un QPV",
                "QPV ou communes concernés": f"QN0000{1 + n % 3}X",
                "Habitants des QPV touchés": chance.randint(1, 500),
            }
            for n in range(actions)
        ],
        "Moyens": [
            {
                "Action": f"Action fictive {n}",
                "Période": "Réalisé N-1 définitif",
                "Nature et unité": "Subvention (€)",
                "Quantité": f"{chance.randint(1, 99)} {chance.randint(100, 999)},50 €",
                "Dispositif ou source": "Budget ordinaire",
            }
            for n in range(rows - actions)
        ],
    }
    sheets: dict[str, Rows] = {}
    for sheet in load_form("recensement").sheets:
        titles = [field.title for field in sheet.fields]
        body = [[row.get(title) for title in titles] for row in given.get(sheet.name, ())]
        sheets[sheet.name] = [[sheet.title], [field.header for field in sheet.fields], *body]
    form = load_form("recensement")
    model = {"modele": form.template, "version": form.version, "contrat": CODE, "campagne": str(ANNEE)}
    write_book(path, sheets, {**model, "organisme": "essai-caf", "service": "Action sociale"})


def export(path: Path, rows: int) -> None:
    """Write a departmental export of *rows* rows, of which one in two is of another contract (données fictives)."""
    head = ["Année", "Organisme", "Bénéficiaire", "Action", "Dispositif", "QPV", "Code Insee", "SIREN EPCI", "Montant"]
    body = [
        [2025, "Caf d'Essai", f"Asso {n % 97}", f"Action {n}", "Budget ordinaire", "", *_place(n), "1 234,50 €"]
        for n in range(rows)
    ]
    write_book(path, {"Export": [head, *body]})


def _place(n: int) -> tuple[str, str]:
    return (f"0000{1 + n % 2}", "000000000") if n % 2 else (f"{10000 + n % 80000}", "999999999")


def context(reference: Store, raw: RawClasseur, annee: int | None) -> MapContext:
    """Return the circumstances of the mapping."""
    return MapContext(
        reference=reference,
        contrat=CODE,
        annee=annee,
        campagne=contract_thing(CODE, "campagne", annee) if annee else None,
        document=contract_thing(CODE, "source", raw.sha256),
        sha256=raw.sha256,
        filename=raw.path.name,
        received=date(2026, 3, 20),
    )


def seconds(work: Callable[[], object]) -> float:
    """Return the CPU time of *work*."""
    start = time.process_time()
    work()
    return time.process_time() - start


def measure(kind: str, rows: int, folder: Path, reference: Store) -> dict[str, object]:
    """Write one workbook, take it to its graph file and read it with pandas; return a row of the table."""
    path = folder / f"{kind}-{rows}.xlsx"
    mapping = parse_mapping(mapping_text("export-departemental"), "export-departemental")
    (recensement if kind == "recensement" else export)(path, rows)
    mapped: list[Mapped] = []

    def ours() -> None:
        raw = read_classeur(path)
        if kind == "recensement":
            mapped.append(map_recensement(raw, context(reference, raw, ANNEE)))
        else:
            mapped.append(map_table(raw, mapping, context(reference, raw, None)))
        data = sorted_nquads(mapped[-1].triples, graph_iri(CODE, ANNEE, "contribution", "essai-caf", "bench", "v1"))
        path.with_suffix(".nq").write_bytes(data)

    read = seconds(lambda: read_classeur(path))
    whole = seconds(ours)
    pandas = seconds(lambda: pd.read_excel(path, sheet_name=None, engine="calamine", header=None))
    found = mapped[-1]
    if found.read != found.kept + found.reserves + found.out_of_perimeter or found.read < rows:
        raise SystemExit(f"{path.name} : {found.read} lignes lues sur {rows}, {[str(p) for p in found.problems[:3]]}")
    return {
        "classeur": "recensement" if kind == "recensement" else "table (export-departemental)",
        "lignes": rows,
        "lecture (s)": f"{read:.2f}",
        "jusqu'au graphe (s)": f"{whole:.2f}",
        "lignes/s": f"{rows / whole:,.0f}".replace(",", " "),
        "triplets": f"{len(found.triples):,}".replace(",", " "),
        "pandas, lecture seule (s)": f"{pandas:.2f}",
        "rapport": f"{whole / pandas:.1f}",
    }


def markdown(rows: Sequence[dict[str, object]]) -> str:
    """Return the table of results."""
    titles = list(rows[0])
    lines = ["| " + " | ".join(titles) + " |", "|" + "---|" * len(titles)]
    lines += ["| " + " | ".join(str(row[t]) for t in titles) + " |" for row in rows]
    return "\n".join(lines)


def main() -> None:
    """Measure every size and write the page of results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lignes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--sortie", type=Path, default=RESULTS)
    options = parser.parse_args()
    reference = reference_store()
    reference.load(CONTRAT)
    with tempfile.TemporaryDirectory() as name:
        rows = [measure(k, n, Path(name), reference) for k in ("recensement", "table") for n in options.lignes]
    text = (
        "# Du classeur au graphe\n\nDonnées fictives. `python bench/ingest.py` : temps de processeur d'un processus, "
        "du fichier .xlsx au fichier N-Quads trié (archive inspectée, cellules lues, adresses, réserves, triplets). "
        "pandas ne fait que lire les mêmes cellules (calamine), sans adresse, ni contrôle, ni graphe.\n\n"
        f"{markdown(rows)}\n"
    )
    options.sortie.parent.mkdir(parents=True, exist_ok=True)
    options.sortie.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
