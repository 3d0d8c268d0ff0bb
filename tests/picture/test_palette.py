"""The marks of the piliers: told apart by who does not see all colours, drawn alike on the page and in the pictures."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from droitcommun.graph.dataset import ActiveDataset
from droitcommun.graph.export.drawings.palette import MARQUES, marque
from droitcommun.graph.export.networks.picture import network_svg
from droitcommun.graph.export.page.render import render_page
from droitcommun.graph.network import organisme_ambition
from droitcommun.graph.picture import Picture

# Machado, Oliveira and Fernandes (2009), severity 1: what is left of linear RGB without one of the three cones.
SEEN = {
    "all": np.eye(3),
    "no red": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "no green": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "no blue": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1, 1.089])


def linear(colour: str) -> np.ndarray:
    """Return linear RGB from « #rrggbb »."""
    found = np.array([int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)])
    return np.where(found <= 0.04045, found / 12.92, ((found + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """Return CIE Lab."""
    xyz = TO_XYZ @ rgb / WHITE
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("eyes", SEEN)
def test_colours_are_told_apart(eyes: str) -> None:
    """Two colours look alike under some 10 of ΔE; the former violet and blue were at 9,5 for who does not see red."""
    seen = [lab(np.clip(SEEN[eyes] @ linear(m.couleur), 0, 1)) for m in MARQUES]
    assert min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2)) > 18


@pytest.mark.parametrize("couleur", [m.couleur for m in MARQUES])
def test_a_colour_stands_on_white(couleur: str) -> None:
    luminance = float(np.array([0.2126, 0.7152, 0.0722]) @ linear(couleur))
    assert 1.05 / (luminance + 0.05) >= 3  # WCAG 1.4.11


def test_colour_does_not_speak_alone() -> None:
    assert len({m.tirets for m in MARQUES}) == len({m.couleur for m in MARQUES}) == len(MARQUES)
    assert marque(len(MARQUES)) == MARQUES[0]


def test_the_page_and_the_picture_mark_a_pilier_alike(picture: Picture, dataset: ActiveDataset) -> None:
    """Deux-Rives has two piliers: the second is drawn with the second colour and its dashes, in both."""
    page, svg = render_page(picture), network_svg(organisme_ambition(dataset))
    for rank, mark in enumerate(MARQUES[:2]):
        rule = f".l.t{rank} {{ stroke: {mark.couleur}; stroke-dasharray: {mark.svg}; }}"
        assert rule in page
        drawn = re.findall(rf'<path [^>]*stroke="{mark.couleur}"[^>]*stroke-opacity[^>]*>', svg)
        assert drawn
        assert all((f'stroke-dasharray="{mark.svg}"' in path) is bool(mark.tirets) for path in drawn)
    assert MARQUES[2].couleur not in svg
