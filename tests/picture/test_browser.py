"""The page in a real browser: no request, no overflow, honest bars, printable."""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from droitcommun.graph.export.page import render_page
from droitcommun.graph.picture import Picture

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="chromium et chromium-driver absents")

WIDTHS = [390, 640, 1280]
STATES = ["picture", "silent"]


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    """Return a headless Chromium that records the requests it makes."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for argument in (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--hide-scrollbars",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def pages(picture: Picture, silent: Picture, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the address of each page, written as a user would find it."""
    folder = tmp_path_factory.mktemp("pages")
    made = {}
    for name, shown in (("picture", picture), ("silent", silent)):
        path: Path = folder / f"{name}.html"
        path.write_text(render_page(shown), encoding="utf-8")
        made[name] = path.as_uri()
    return made


def show(browser: webdriver.Chrome, address: str, width: int = 1280, opened: bool = False) -> None:
    """Open a page at a width, its tables folded or not."""
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(address)
    if opened:
        browser.execute_script("document.querySelectorAll('details').forEach(d => { d.open = true })")


@pytest.mark.parametrize("state", STATES)
def test_the_page_asks_for_nothing(browser: webdriver.Chrome, pages: dict[str, str], state: str) -> None:
    browser.get_log("performance")
    browser.get_log("browser")
    show(browser, pages[state])
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
    assert asked == [pages[state]]
    assert browser.get_log("browser") == []


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overflows_sideways(browser: webdriver.Chrome, pages: dict[str, str], state: str, width: int) -> None:
    show(browser, pages[state], width, opened=True)
    assert browser.execute_script("return document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", WIDTHS)
def test_no_label_is_cut(browser: webdriver.Chrome, pages: dict[str, str], width: int) -> None:
    show(browser, pages["picture"], width)
    cut = browser.execute_script(
        """return [...document.querySelectorAll('.barre-libelle, .barre-texte, .carte-valeur, .noms span, .grille th')]
        .filter(e => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)
        .filter(e => getComputedStyle(e).display !== 'inline').map(e => e.className + ': ' + e.textContent)"""
    )
    assert cut == []


@pytest.mark.parametrize("width", WIDTHS)
def test_bars_of_one_chart_are_on_the_same_scale(browser: webdriver.Chrome, pages: dict[str, str], width: int) -> None:
    show(browser, pages["picture"], width)
    charts = browser.execute_script(
        """return [...document.querySelectorAll('.graphique')]
        .map(g => [...g.querySelectorAll('.barre-piste')].map(p => Math.round(p.getBoundingClientRect().width)))"""
    )
    assert charts
    assert all(len(set(widths)) == 1 for widths in charts)


def test_a_bar_is_as_long_as_its_value(browser: webdriver.Chrome, pages: dict[str, str]) -> None:
    show(browser, pages["picture"])
    one, three = browser.execute_script(
        """return [2, 1].map(n => document.querySelectorAll('#ambitions .groupe')[0].querySelectorAll('.barre')[n]
        .querySelector('.segment').getBoundingClientRect().width)"""
    )
    assert three == pytest.approx(3 * one, rel=0.02)


def test_the_head_of_a_matrix_stays_in_sight(browser: webdriver.Chrome, pages: dict[str, str]) -> None:
    show(browser, pages["picture"], 1280)
    top = browser.execute_script(
        """const t = document.querySelector('#institutions table'); const rows = t.querySelectorAll('tbody tr');
        window.scrollTo({top: rows[rows.length - 1].getBoundingClientRect().top + scrollY - 60, behavior: 'instant'});
        return t.querySelector('thead tr:last-child th').getBoundingClientRect().top"""
    )
    assert top == pytest.approx(0, abs=1)


def test_the_keyboard_reaches_the_content_first(browser: webdriver.Chrome, pages: dict[str, str]) -> None:
    show(browser, pages["picture"])
    for kind in ("keyDown", "keyUp"):
        browser.execute_cdp_cmd(
            "Input.dispatchKeyEvent", {"type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
        )
    assert browser.execute_script("return document.activeElement.getAttribute('href')") == "#contenu"


@pytest.mark.parametrize("state", STATES)
def test_text_stands_out_from_its_ground(browser: webdriver.Chrome, pages: dict[str, str], state: str) -> None:
    """WCAG 2.2 AA: 4.5 to 1 for every text, worked out from the colours the browser computed."""
    show(browser, pages[state], opened=True)
    pale = browser.execute_script(
        r"""
        const channel = v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 };
        const rgb = s => { const m = s.match(/[\d.]+/g).map(Number); return m.length === 4 && m[3] === 0 ? null : m };
        const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
        const ground = e => {
          for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c) return c }
          return [255, 255, 255];
        };
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); const found = new Set();
        for (let n; (n = walker.nextNode());) {
          if (!n.textContent.trim() || !n.parentElement.getClientRects().length) continue;
          const a = light(rgb(getComputedStyle(n.parentElement).color)), b = light(ground(n.parentElement));
          const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          if (ratio < 4.5) found.add([n.parentElement.className, ratio.toFixed(2), n.textContent.trim()].join(' '));
        }
        return [...found]"""
    )
    assert pale == []


def test_it_prints_on_a4_without_its_folded_tables(browser: webdriver.Chrome, pages: dict[str, str]) -> None:
    show(browser, pages["picture"])
    made = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True, "preferCSSPageSize": True})
    pdf = base64.b64decode(made["data"])
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", pdf)
    assert {(round(float(w)), round(float(h))) for w, h in boxes} == {(595, 842)}
    assert 4 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 12
