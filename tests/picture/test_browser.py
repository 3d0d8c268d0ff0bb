"""The page in a real browser: no request, no overflow, honest bars, printable."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from droitcommun.graph.export.habitants import habitants_html
from droitcommun.graph.export.page.render import render_page
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
    fictif = replace(picture, contexte=replace(picture.contexte, fictif=True))
    for name, shown in (("picture", fictif), ("silent", silent)):
        path: Path = folder / f"{name}.html"
        path.write_text(render_page(shown), encoding="utf-8")
        made[name] = path.as_uri()
    residents = folder / "habitants.html"
    residents.write_text(habitants_html(fictif), encoding="utf-8")
    return {**made, "habitants": residents.as_uri()}


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


@pytest.mark.parametrize("state", [*STATES, "habitants"])
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


@pytest.mark.parametrize("media", ["screen", "print"])
@pytest.mark.parametrize("state", [*STATES, "habitants"])
def test_text_stands_out_from_its_ground(
    browser: webdriver.Chrome, pages: dict[str, str], state: str, media: str
) -> None:
    """WCAG 2.2 AA: 4.5 to 1 for every text, worked out from the colours the browser computed, on paper too."""
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media})
    try:
        show(browser, pages[state], opened=True)
        pale = _pale(browser)
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert pale == []


def _pale(browser: webdriver.Chrome) -> list[str]:
    found: list[str]
    found = browser.execute_script(
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
    return found


@pytest.mark.parametrize(("width", "height", "points"), [(210, 297, (595, 842)), (297, 420, (842, 1191))])
def test_it_prints_on_a4_and_a3_without_its_folded_tables(
    browser: webdriver.Chrome,
    pages: dict[str, str],
    tmp_path: Path,
    width: int,
    height: int,
    points: tuple[int, int],
) -> None:
    """Each sheet bears its marks: read back by another tool than the one that printed."""
    show(browser, pages["picture"])
    paper = {"paperWidth": width / 25.4, "paperHeight": height / 25.4, "printBackground": True}
    pdf = base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", paper)["data"])
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", pdf)
    assert all((float(w), float(h)) == pytest.approx(points, abs=1) for w, h in boxes)
    assert 4 <= len(boxes) <= 14
    path = tmp_path / "page.pdf"
    path.write_bytes(pdf)
    texts = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True).stdout
    sheets = texts.rstrip("\f\n").split("\f")
    assert len(sheets) == len(boxes)
    for n, sheet in enumerate(sheets, 1):
        flat = " ".join(sheet.split()).replace(" / ", "/")
        marks = ("Données fictives – Contrat", "profil interne", f"{n}/{len(sheets)}")
        assert all(mark in flat for mark in marks), flat[-300:]
        assert "Pour retrouver ce tableau : droitcommun query retours" not in flat


AXE = find_spec("axe_playwright_python")
FILTERED = """const p = document.getElementById('reseau-pilier'); p.value = '1'; p.dispatchEvent(new Event('change'));
document.querySelectorAll('details').forEach(d => { d.open = true })"""


@pytest.mark.parametrize(
    ("name", "width", "prepare"),
    [
        ("picture", 1280, ""),
        ("picture", 640, ""),  # 1280 pixels at 200 %
        ("picture", 390, ""),
        ("picture", 1280, FILTERED),
        ("habitants", 1280, ""),
        ("habitants", 390, ""),
    ],
)
def test_axe_finds_nothing_to_say(
    browser: webdriver.Chrome, pages: dict[str, str], name: str, width: int, prepare: str
) -> None:
    assert AXE is not None and AXE.origin
    show(browser, pages[name], width)
    browser.set_script_timeout(120)
    browser.execute_script(prepare)
    browser.execute_script((Path(AXE.origin).parent / "axe.min.js").read_text(encoding="utf-8"))
    found = browser.execute_async_script(
        """const done = arguments[0];
        const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
        axe.run({runOnly: tags}).then(r => done({passes: r.passes.length,
          violations: r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 120)).join(' | '))}))"""
    )
    assert found["violations"] == []
    assert found["passes"] > (30 if name == "picture" else 15)


def press(browser: webdriver.Chrome, key: str, code: int) -> None:
    for kind in ("keyDown", "keyUp"):
        event = {"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code}
        if key == "Enter" and kind == "keyDown":
            event["text"] = "\r"
        browser.execute_cdp_cmd("Input.dispatchKeyEvent", event)


def test_the_network_is_used_with_the_keyboard_alone(browser: webdriver.Chrome, pages: dict[str, str]) -> None:
    """From the first field: four tabs to the drawing, one more to its nodes; arrows; Enter; Escape."""
    show(browser, pages["picture"])
    browser.execute_script("document.getElementById('reseau-mot').focus()")
    seen = []
    for _n in range(6):
        press(browser, "Tab", 9)
        seen.append(
            browser.execute_script("const e = document.activeElement; return e.id || e.dataset.n || e.className")
        )
    assert seen == ["reseau-pilier", "reseau-corps", "reseau-vue", "reseau-tout", "defilement dessin-reseau", "o0"]
    press(browser, "ArrowDown", 40)
    press(browser, "Enter", 13)
    said = "return document.getElementById('reseau-dit').textContent"
    name = browser.execute_script("return document.activeElement.dataset.dit")
    assert name in browser.execute_script(said)
    pressed = "return [...document.querySelectorAll('.noeud[aria-pressed=true]')].map(n => n.dataset.n)"
    assert browser.execute_script(pressed) == ["o1"]
    press(browser, "ArrowRight", 39)
    assert browser.execute_script("return document.activeElement.dataset.n[0]") == "a"
    press(browser, "Escape", 27)
    assert browser.execute_script(pressed) == []


def test_the_network_is_searched_and_filtered_in_drawing_and_table(
    browser: webdriver.Chrome, pages: dict[str, str]
) -> None:
    """The caf, typed without its capital, serves two ambitions; its pilier 2 holds none."""
    show(browser, pages["picture"])
    state = browser.execute_script(
        """const q = document.getElementById('reseau-mot'), p = document.getElementById('reseau-pilier');
        const fire = (e, kind) => e.dispatchEvent(new Event(kind));
        const now = () => [document.querySelectorAll('.l:not(.off)').length,
          document.querySelectorAll('#reseau-tableau tr[data-o]:not(.off)').length,
          [...document.querySelectorAll('.noeud:not(.off)')].map(n => n.dataset.nom.split(' ')[0]).join(' ')];
        const found = [now()];
        q.value = 'CAF DES'; fire(q, 'input'); found.push(now());
        p.value = '1'; fire(p, 'change'); found.push(now());
        document.getElementById('reseau-tout').click(); found.push(now());
        document.getElementById('reseau-vue').click();
        found.push([document.getElementById('reseau-tableau').open,
          getComputedStyle(document.querySelector('.dessin-reseau')).display]);
        return found"""
    )
    assert state[0][:2] == [7, 7]
    assert state[1] == [2, 2, "Caf A1.1 A1.2"]
    assert state[2][:2] == [0, 0]
    assert state[3] == state[0]
    assert state[4] == [True, "none"]


def test_without_script_the_network_is_a_picture(browser: webdriver.Chrome, pages: dict[str, str]) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        show(browser, pages["picture"])
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    role, hidden, links = browser.execute_script(
        """return [document.querySelector('.dessin-reseau svg').getAttribute('role'),
        document.querySelector('.filtres').hidden, document.querySelectorAll('#reseau-tableau tr[data-o]').length]"""
    )
    assert (role, hidden, links) == ("img", True, 7)


def test_no_label_of_the_network_leaves_its_place(browser: webdriver.Chrome, pages: dict[str, str]) -> None:
    show(browser, pages["picture"])
    out = browser.execute_script(
        """const box = e => e.getBoundingClientRect(), nodes = [...document.querySelectorAll('.noeud')];
        const zone = n => box(n.querySelector('.zone'));
        const texts = nodes.flatMap(n => [...n.querySelectorAll('text')].map(t => [box(t), zone(n)]));
        const out = texts.filter(([t, z]) => t.left < z.left - 1 || t.right > z.right + 1).length;
        const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
        const over = nodes.filter((n, i) => nodes.slice(i + 1).some(m => meet(zone(n), zone(m)))).length;
        return [out, over, nodes.every(n => zone(n).height >= 24)]"""
    )
    assert out == [0, 0, True]
