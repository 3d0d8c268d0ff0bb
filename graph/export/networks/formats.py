"""Every form a network can be written in, by name: one entry here, and the command line offers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from droitcommun.graph.export.mentions import publication_mots
from droitcommun.graph.export.networks.dot import dot_bytes
from droitcommun.graph.export.networks.graphml import gexf_bytes, graphml_bytes
from droitcommun.graph.export.networks.nodelink import cytoscape_bytes, node_link_bytes
from droitcommun.graph.export.networks.picture import network_png, network_svg
from droitcommun.graph.export.networks.tables import csv_tables, csv_zip
from droitcommun.graph.network import Reseau
from droitcommun.graph.pictures.contexte import Publication

CSV = "csv"
_WRITERS: dict[str, Callable[[Reseau, Mapping[str, object]], bytes]] = {
    "graphml": graphml_bytes,
    "gexf": gexf_bytes,
    "dot": dot_bytes,
    "json": node_link_bytes,
    "cytoscape": cytoscape_bytes,
}
_PICTURES: dict[str, Callable[[Reseau, Mapping[str, object]], bytes]] = {
    "svg": lambda reseau, meta: network_svg(reseau, meta).encode(),
    "png": network_png,
}
FORMATS = (*_WRITERS, CSV, *_PICTURES)
_EXTENSIONS = {"cytoscape": "cyjs"}


def extension(form: str) -> str:
    """Return the extension of a format's files."""
    return _EXTENSIONS.get(form, form)


def network_files(reseau: Reseau, form: str, path: Path, meta: Mapping[str, object]) -> dict[Path, bytes]:
    """Return what to write for *path*: one file, or for CSV two beside it (« r-noeuds.csv », « r-liens.csv »).

    A CSV asked as « r.zip » is one archive of both. *form* is one of FORMATS. *meta* may
    hold what the product bears: empreinte, profil, and the Publication (« provisoire » without one).
    """
    if form in _PICTURES:
        return {path: _PICTURES[form](reseau, meta)}
    known = meta.get("publication")
    said = {**meta, "publication": publication_mots(known if isinstance(known, Publication) else None)}
    if form != CSV:
        return {path: _WRITERS[form](reseau, said)}
    tables = csv_tables(reseau, said)
    if path.suffix.lower() == ".zip":
        return {path: csv_zip(tables, path.stem)}
    return {path.with_name(f"{path.stem}-{part}.csv"): data for part, data in tables.items()}
