"""The files of a picture, written together."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pytest

from droitcommun.graph.dataset import ActiveDataset
from droitcommun.graph.errors import WriteFailed
from droitcommun.graph.export import products
from droitcommun.graph.export.products import write_picture
from droitcommun.graph.picture import Picture

NAMES = [
    "photographie-2026.html",
    "photographie-2026.xlsx",
    "reseau-organisme-ambition.graphml",
    "reseau-organisme-ambition.gexf",
    "reseau-organisme-qpv.graphml",
    "reseau-organisme-qpv.gexf",
]


def test_every_product_is_written(picture: Picture, dataset: ActiveDataset, tmp_path: Path) -> None:
    paths = write_picture(picture, dataset, tmp_path / "sorties")
    assert [path.name for path in paths] == NAMES
    assert all(path.stat().st_size for path in paths)
    graph = nx.read_graphml(paths[2])
    assert graph.graph["empreinte"] == picture.empreinte
    assert graph.graph["montants"] == "réalisé 2025"


def test_the_same_picture_gives_the_same_files(picture: Picture, dataset: ActiveDataset, tmp_path: Path) -> None:
    one, two = (write_picture(picture, dataset, tmp_path / name) for name in ("un", "deux"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_a_fault_leaves_the_former_products(
    picture: Picture, dataset: ActiveDataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path.name: path.read_bytes() for path in write_picture(picture, dataset, tmp_path)}

    def fails(*_arguments: object) -> bytes:
        raise ValueError

    monkeypatch.setattr(products, "gexf_bytes", fails)
    monkeypatch.setattr(products, "render_page", lambda _picture: "autre")
    with pytest.raises(ValueError):
        write_picture(picture, dataset, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_that_cannot_be_written_says_so(picture: Picture, dataset: ActiveDataset, tmp_path: Path) -> None:
    blocked = tmp_path / "fichier"
    blocked.write_text("")
    with pytest.raises(WriteFailed):
        write_picture(picture, dataset, blocked)
