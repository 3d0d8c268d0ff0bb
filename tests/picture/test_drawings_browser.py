"""The drawings in a real browser: what was measured in DejaVu Sans fits in the fonts that are there."""

from __future__ import annotations

import shutil
import subprocess
from itertools import combinations
from pathlib import Path

import pytest
from PIL import Image
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from droitcommun.graph.dataset import ActiveDataset
from droitcommun.graph.export.carte.carte import carte_svg
from droitcommun.graph.export.networks.picture import network_svg
from droitcommun.graph.network import RESEAUX, build_network
from droitcommun.graph.picture import Picture

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="chromium et chromium-driver absents")

BOXES = """
return [...document.querySelectorAll('text')].map(t => {
  const b = t.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom, t.textContent];
});
"""


def test_no_label_is_cut_nor_lies_on_another(dataset: ActiveDataset, picture: Picture, tmp_path: Path) -> None:
    drawings = {name: network_svg(build_network(name, dataset)) for name in RESEAUX}
    drawings["carte"] = carte_svg(picture)
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for argument in ("--headless", "--no-sandbox", "--disable-gpu", "--window-size=1600,1600"):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    try:
        for name, text in drawings.items():
            path = tmp_path / f"{name}.svg"
            path.write_text(text, encoding="utf-8")
            driver.get(path.as_uri())
            width, height = driver.execute_script(
                "const b = document.documentElement.getBoundingClientRect(); return [b.width, b.height];"
            )
            found = driver.execute_script(BOXES)
            assert len(found) > 10
            for left, top, right, bottom, said in found:
                assert left >= 0 and top >= 0 and right <= width and bottom <= height, (name, said)
            for a, b in combinations(found, 2):
                # The box of a line of text is higher than its letters.
                apart = a[2] <= b[0] or b[2] <= a[0] or a[3] - 5 <= b[1] or b[3] - 5 <= a[1]
                assert apart, (name, a[4], b[4])
    finally:
        driver.quit()


def test_the_svg_is_drawn(picture: Picture, tmp_path: Path) -> None:
    source, shot = tmp_path / "carte.svg", tmp_path / "carte.png"
    source.write_text(carte_svg(picture), encoding="utf-8")
    command = [str(CHROMIUM), "--headless", "--no-sandbox", "--window-size=1300,700", f"--screenshot={shot}"]
    subprocess.run([*command, source.as_uri()], check=True, capture_output=True, timeout=120)
    colours = {colour for _n, colour in Image.open(shot).convert("RGB").getcolors(1 << 24)}
    assert (0xD6, 0xE4, 0xF5) in colours
