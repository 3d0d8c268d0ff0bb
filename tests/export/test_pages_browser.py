"""The pages of findings and of dialogue in a real browser: no request, no overflow, readable, printable on A4."""

from __future__ import annotations

import base64
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from droitcommun.graph.checks.findings import CheckReport
from droitcommun.graph.export.constats.htmlreport import render_html
from droitcommun.graph.export.dialogue.page import render_dialogue

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="chromium et chromium-driver absents")

PAGES = ["constats", "dialogue"]
A4 = (595, 842)


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for argument in ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def addresses(report: CheckReport, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    from droitcommun.graph.export.dialogue import facts

    action = facts.Action(
        "Permanences " + "très " * 20 + "longues",
        "A1.1 – Apprendre",
        "Renforcée",
        "Les Tilleuls, Bourg",
        "40",
        (
            facts.Moyen(
                "Dépense directe (€)", "réalisé définitif 2025", "1\u202f234\u202f567,89\u00a0€", "PRE", "–", "–"
            ),
        ),
    )
    dialogue = facts.Dialogue(
        organisme="bourg",
        libelle="Commune de Bourg",
        titre="Contrat d'essai",
        annee=2026,
        fictif=True,
        jour=report.jour,
        etat="a répondu",
        score="7 règles satisfaites sur 12 (58\u00a0%)",
        services=(
            facts.Service("Ville", "Actions déclarées", "", (action,) * 3),
            facts.Service("Syndicatintercommunal" * 9, "Néant", "visé", ()),
        ),
        groupe=None,
        engagements=(
            facts.Engagement("E01", "Participer " * 8, "De fait", "pas-encore", "pas encore constaté", ("a",)),
        ),
        ambitions=(facts.Place("A1.1", "Apprendre " * 10, "attendu-rien-declare", "attendu, rien de déclaré", 0, 3),),
        quartiers=(facts.Place("QN00001A", "Les Tilleuls", "agit", "agit", 1, 0),),
    )
    folder = tmp_path_factory.mktemp("pages")
    made = {}
    for name, page in (("constats", render_html(report, passes=True)), ("dialogue", render_dialogue(dialogue))):
        path: Path = folder / f"{name}.html"
        path.write_text(page, encoding="utf-8")
        made[name] = path.as_uri()
    return made


def show(browser: webdriver.Chrome, address: str, width: int) -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(address)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_overflows_and_nothing_is_asked(
    browser: webdriver.Chrome, addresses: dict[str, str], name: str, width: int
) -> None:
    show(browser, addresses[name], width)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert browser.get_log("browser") == []


@pytest.mark.parametrize("name", PAGES)
def test_text_stands_out_from_its_ground(browser: webdriver.Chrome, addresses: dict[str, str], name: str) -> None:
    """WCAG AA: 4.5 to 1 for every text, worked out from the colours the browser computed."""
    show(browser, addresses[name], 1280)
    pale = browser.execute_script(
        r"""
        const linear = v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4 };
        const lum = c => { const [r, g, b] = c.map(linear);
          return .2126 * r + .7152 * g + .0722 * b };
        const rgb = s => s.match(/[\d.]+/g).map(Number);
        const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
          if (c.length < 4 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
        return [...document.querySelectorAll('body *')]
          .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
          .filter(e => { const a = lum(rgb(getComputedStyle(e).color).slice(0, 3)), b = lum(ground(e));
            return (Math.max(a, b) + .05) / (Math.min(a, b) + .05) < 4.5 }).map(e => e.outerHTML.slice(0, 80))"""
    )
    assert pale == []


@pytest.mark.parametrize("name", PAGES)
def test_the_keyboard_reaches_the_content_first(
    browser: webdriver.Chrome, addresses: dict[str, str], name: str
) -> None:
    show(browser, addresses[name], 1280)
    for kind in ("keyDown", "keyUp"):
        key = {"type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
        browser.execute_cdp_cmd("Input.dispatchKeyEvent", key)
    assert browser.execute_script("return document.activeElement.getAttribute('href')") == "#contenu"


@pytest.mark.parametrize("name", PAGES)
def test_it_prints_on_a4(browser: webdriver.Chrome, addresses: dict[str, str], name: str) -> None:
    show(browser, addresses[name], 1280)
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True})
    data = base64.b64decode(printed["data"])
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert boxes
    assert all((round(float(w)), round(float(h))) == A4 for w, h in boxes)
    assert len(boxes) <= 4


def test_a_reader_of_french_meets_no_iri_and_no_english(browser: webdriver.Chrome, addresses: dict[str, str]) -> None:
    for name in PAGES:
        show(browser, addresses[name], 1280)
        text = browser.execute_script("return document.body.innerText")
        text = text.replace("https://exemple.invalid", "")  # what a contributor typed is quoted
        assert not re.search(r"w3id|http|_:|\b(the|and|violation|warning|None|True|False|ouvert)\b", text), name
        assert "Données fictives" in text
