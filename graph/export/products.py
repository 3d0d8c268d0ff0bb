"""Every file of the yearly picture, written together in one folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from droitcommun.graph.export.networkfile import gexf_bytes, graphml_bytes
from droitcommun.graph.export.page import render_page
from droitcommun.graph.export.workbook import workbook_bytes
from droitcommun.graph.files import write_atomic
from droitcommun.graph.network import Reseau
from droitcommun.graph.picture import Picture


def write_picture(picture: Picture, networks: Mapping[str, Reseau], folder: Path) -> dict[str, Path]:
    """Write page, workbook and one GraphML and one GEXF a network; return the paths by product, the page first.

    *networks* is keyed by name (« organisme-ambition »). Products are « page », « classeur » and « {name}.graphml »,
    « {name}.gexf ». Everything is made before anything is written, so that a fault leaves the former products as
    they were. Raises WriteFailed.
    """
    annee = picture.contexte.annee
    meta = {"empreinte": picture.empreinte, "version": picture.version}
    contents = {
        "page": (f"photographie-{annee}.html", render_page(picture).encode()),
        "classeur": (f"photographie-{annee}.xlsx", workbook_bytes(picture)),
    }
    for name, graph in networks.items():
        contents[f"{name}.graphml"] = (f"reseau-{name}.graphml", graphml_bytes(graph, meta))
        contents[f"{name}.gexf"] = (f"reseau-{name}.gexf", gexf_bytes(graph, meta))
    for file_name, data in contents.values():
        write_atomic(folder / file_name, data)
    return {product: folder / file_name for product, (file_name, _data) in contents.items()}
