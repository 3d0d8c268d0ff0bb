"""A network as two tables, nodes and links, in CSV: for Gephi, pandas, R, or a spreadsheet."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence

from droitcommun.graph.export.networks.clean import Value, clean_graph
from droitcommun.graph.export.tables import safe_text
from droitcommun.graph.network import Reseau

# A zip keeps a date for each file: one that says nothing, the first that the format can hold.
_NO_DATE = (1980, 1, 1, 0, 0, 0)


def csv_tables(graph: Reseau, meta: Mapping[str, object]) -> dict[str, bytes]:
    """Return « noeuds » and « liens », as UTF-8 CSV with commas and decimal points, which Gephi and pandas read.

    Columns of nodes: Id, Label, then the attributes; of links: Source, Target, Type, Weight, then the attributes.
    What is unknown is empty. Each row ends with what the product must bear (contrat, campagne, donnees, and the
    publication, profil and empreinte of *meta*). A text that a spreadsheet would take for a formula is neutralised.
    """
    clean = clean_graph(graph, meta)
    about = {
        name: clean.graph[name]
        for name in ("contrat", "campagne", "donnees", "publication", "profil", "empreinte")
        if name in clean.graph
    }
    nodes = [{"Id": node, "Label": data["label"], **_rest(data), **about} for node, data in clean.nodes(data=True)]
    links = [
        {"Source": s, "Target": t, "Type": "Undirected", "Weight": data["weight"], **_rest(data), **about}
        for s, t, data in clean.edges(data=True)
    ]
    return {
        "noeuds": _csv(nodes, ("Id", "Label")),
        "liens": _csv(links, ("Source", "Target", "Type", "Weight")),
    }


def csv_zip(tables: Mapping[str, bytes], name: str) -> bytes:
    """Return the two tables in one archive, as « name-noeuds.csv » and « name-liens.csv »."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in tables.items():
            info = zipfile.ZipInfo(f"{name}-{part}.csv", _NO_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return stream.getvalue()


def _rest(data: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in data.items() if name not in ("label", "weight")}


def _csv(rows: Sequence[Mapping[str, Value]], first: Iterable[str]) -> bytes:
    columns = list(dict.fromkeys([*first, *(name for row in rows for name in row)]))
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column, "")) for column in columns] for row in rows)
    return target.getvalue().encode()


def _cell(value: Value) -> Value:
    return safe_text(value) if isinstance(value, str) else value
