"""The pictures of « Deux-Rives » that these tests look at."""

from __future__ import annotations

import pytest

from droitcommun.graph.dataset import ActiveDataset
from droitcommun.graph.picture import Picture, build_picture

from .deux_rives import make_dataset


@pytest.fixture(scope="session")
def dataset() -> ActiveDataset:
    """Return the full dataset: two campagnes, four answers out of five in the second."""
    return make_dataset("reponses-2026", "campagne-2025")


@pytest.fixture(scope="session")
def picture(dataset: ActiveDataset) -> Picture:
    """Return the picture of the full dataset."""
    return build_picture(dataset)


@pytest.fixture(scope="session")
def silent() -> Picture:
    """Return the picture when nobody has answered and only an imported file is known."""
    return build_picture(make_dataset("import"))


@pytest.fixture(scope="session")
def nothing() -> Picture:
    """Return the picture when nothing at all is known."""
    return build_picture(make_dataset())
