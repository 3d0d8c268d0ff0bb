"""The files of a picture, written together."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pytest

from droitcommun.graph.dataset import ActiveDataset
from droitcommun.graph.errors import WriteFailed
from droitcommun.graph.export import products
from droitcommun.graph.export.products import write_picture
from droitcommun.graph.network import Reseau, organisme_ambition, organisme_qpv
from droitcommun.graph.picture import Picture

NAMES = {
    "page": "photographie-2026.html",
    "classeur": "photographie-2026.xlsx",
    "organisme-ambition.graphml": "reseau-organisme-ambition.graphml",
    "organisme-ambition.gexf": "reseau-organisme-ambition.gexf",
    "organisme-qpv.graphml": "reseau-organisme-qpv.graphml",
    "organisme-qpv.gexf": "reseau-organisme-qpv.gexf",
}


@pytest.fixture(scope="module")
def networks(dataset: ActiveDataset) -> dict[str, Reseau]:
    """Return the two networks of Deux-Rives."""
    return {"organisme-ambition": organisme_ambition(dataset), "organisme-qpv": organisme_qpv(dataset)}


def test_every_product_is_written(picture: Picture, networks: dict[str, Reseau], tmp_path: Path) -> None:
    paths = write_picture(picture, networks, tmp_path / "sorties")
    assert {product: path.name for product, path in paths.items()} == NAMES
    assert next(iter(paths)) == "page"
    assert all(path.parent == tmp_path / "sorties" and path.stat().st_size for path in paths.values())
    graph = nx.read_graphml(paths["organisme-ambition.graphml"])
    assert graph.graph["empreinte"] == picture.empreinte
    assert graph.graph["montants"] == "réalisé 2025"


def test_the_same_picture_gives_the_same_files(picture: Picture, networks: dict[str, Reseau], tmp_path: Path) -> None:
    one, two = (write_picture(picture, networks, tmp_path / name) for name in ("un", "deux"))
    assert {p: path.read_bytes() for p, path in one.items()} == {p: path.read_bytes() for p, path in two.items()}


def test_a_fault_leaves_the_former_products(
    picture: Picture, networks: dict[str, Reseau], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path.name: path.read_bytes() for path in write_picture(picture, networks, tmp_path).values()}

    def fails(*_arguments: object) -> bytes:
        raise RuntimeError

    monkeypatch.setattr(products, "gexf_bytes", fails)
    monkeypatch.setattr(products, "render_page", lambda _picture: "autre")
    with pytest.raises(RuntimeError):
        write_picture(picture, networks, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_that_cannot_be_written_says_so(picture: Picture, networks: dict[str, Reseau], tmp_path: Path) -> None:
    blocked = tmp_path / "fichier"
    blocked.write_text("")
    with pytest.raises(WriteFailed):
        write_picture(picture, networks, blocked)
