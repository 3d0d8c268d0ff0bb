"""Every file of the yearly picture, written together in one folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from droitcommun.graph.export.networkfile import gexf_bytes, graphml_bytes
from droitcommun.graph.export.page import render_page
from droitcommun.graph.export.workbook import workbook_bytes
from droitcommun.graph.files import write_atomic
from droitcommun.graph.network import organisme_ambition, organisme_qpv
from droitcommun.graph.picture import Picture

if TYPE_CHECKING:
    from droitcommun.graph.dataset import ActiveDataset


def write_picture(picture: Picture, dataset: ActiveDataset, folder: Path) -> list[Path]:
    """Write page, workbook and one GraphML and one GEXF a network; return their paths, the page first.

    Everything is made before anything is written, so that a fault leaves the former products as they were.
    Raises WriteFailed.
    """
    annee, phase = picture.contexte.annee, picture.principale.phase
    networks = {
        "organisme-ambition": organisme_ambition(dataset, phase),
        "organisme-qpv": organisme_qpv(dataset, phase),
    }
    meta = {"empreinte": picture.empreinte, "version": picture.version}
    contents = {
        f"photographie-{annee}.html": render_page(picture).encode(),
        f"photographie-{annee}.xlsx": workbook_bytes(picture),
    }
    for name, graph in networks.items():
        contents[f"reseau-{name}.graphml"] = graphml_bytes(graph, meta)
        contents[f"reseau-{name}.gexf"] = gexf_bytes(graph, meta)
    for file_name, data in contents.items():
        write_atomic(folder / file_name, data)
    return [folder / file_name for file_name in contents]
