"""The files of a picture, written together."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pytest

from droitcommun.graph.dataset import ActiveDataset
from droitcommun.graph.errors import WriteFailed
from droitcommun.graph.export.products import picture_products, titre_produit, write_products
from droitcommun.graph.network import Reseau, organisme_ambition, organisme_qpv
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.profils import restrict_picture
from droitcommun.graph.profils import profil

NAMES = [
    "photographie-2026{}.html",
    "photographie-2026{}.pptx",
    "photographie-2026{}.xlsx",
    "habitants-2026{}.html",
    "habitants-2026{}.docx",
    "releve-de-decisions-2026{}.docx",
    "rapport-2026{}.docx",
    "carte-2026{}.svg",
    "carte-2026{}.png",
    "reseau-organisme-ambition{}.svg",
    "reseau-organisme-ambition{}.png",
    "reseau-organisme-ambition{}.graphml",
    "reseau-organisme-ambition{}.gexf",
    "reseau-organisme-qpv{}.svg",
    "reseau-organisme-qpv{}.png",
    "reseau-organisme-qpv{}.graphml",
    "reseau-organisme-qpv{}.gexf",
]


@pytest.fixture(scope="module")
def made(dataset: ActiveDataset, picture: Picture) -> dict[str, bytes]:
    """Return the products of Deux-Rives for the copil, with its two networks."""
    return picture_products(restrict_picture(picture, profil("copil")), _networks(dataset))


def _networks(dataset: ActiveDataset) -> dict[str, Reseau]:
    return {"organisme-ambition": organisme_ambition(dataset), "organisme-qpv": organisme_qpv(dataset)}


def test_every_product_has_a_stable_name_and_the_page_comes_first(made: dict[str, bytes]) -> None:
    assert list(made) == [name.format("") for name in NAMES]
    assert all(made.values())


def test_another_profile_is_told_by_the_names(picture: Picture) -> None:
    products = picture_products(restrict_picture(picture, profil("public")), {})
    assert list(products) == [name.format("-public") for name in NAMES if not name.startswith("reseau-")]


def test_each_product_is_told_in_words(made: dict[str, bytes]) -> None:
    assert "Fichier" not in {titre_produit(name) for name in made}


def test_they_are_written_as_made(made: dict[str, bytes], picture: Picture, tmp_path: Path) -> None:
    paths = write_products(made, tmp_path / "sorties")
    assert {name: path.read_bytes() for name, path in paths.items()} == made
    assert sorted(path.name for path in (tmp_path / "sorties").iterdir()) == sorted(made)
    graph = nx.read_graphml(paths["reseau-organisme-ambition.graphml"])
    assert graph.graph["empreinte"] == picture.empreinte
    assert graph.graph["montants"] == "réalisé 2025"


def test_the_same_picture_gives_the_same_files(
    made: dict[str, bytes], dataset: ActiveDataset, picture: Picture
) -> None:
    assert picture_products(restrict_picture(picture, profil("copil")), _networks(dataset)) == made


def test_a_fault_on_the_last_file_leaves_the_former_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    former = {"un": b"1", "deux": b"2", "trois": b"3"}
    write_products(former, tmp_path)
    replace = Path.replace

    def refuses(self: Path, target: Path) -> Path:
        if target.name == "trois":
            monkeypatch.undo()
            raise PermissionError(13, "Permission denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuses)
    with pytest.raises(WriteFailed) as caught:
        write_products({"neuf": b"0", "un": b"10", "trois": b"30"}, tmp_path)
    assert "trois" in str(caught.value)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == former


def test_a_folder_that_cannot_be_written_says_so(made: dict[str, bytes], tmp_path: Path) -> None:
    blocked = tmp_path / "fichier"
    blocked.write_text("")
    with pytest.raises(WriteFailed):
        write_products(made, blocked)
