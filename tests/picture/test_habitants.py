"""The two pages for residents: plain words, one figure a sentence, two sheets of A4, the same in HTML and in Word."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from decimal import Decimal
from html import unescape
from importlib.util import find_spec
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from droitcommun.graph.export.habitants import argent, habitants_html, habitants_products, read_pages
from droitcommun.graph.picture import Picture, build_picture
from droitcommun.graph.pictures.profils import restrict_picture
from droitcommun.graph.profils import PROFILS, profil

from .deux_rives import make_dataset
from .docx_reading import PDFTOTEXT, SOFFICE, pdf_pages, read_docx
from .reading import plain, read_html

AXE = find_spec("axe_playwright_python")
DRIVER = shutil.which("chromedriver")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
# Words of the trade that nobody should have to know.
JARGON = re.compile(r"\b(ETP|GTP|copil|TFPB|P147|moyens?|mobilis\w+|contribution|signataires?|exercice)\b", re.I)


@pytest.fixture(scope="module")
def communal() -> Picture:
    """Return the picture of Deux-Rives with its two municipalities."""
    return build_picture(make_dataset("reponses-2026", "campagne-2025", "communes"))


def test_each_figure_is_said_once_in_its_own_sentence(communal: Picture) -> None:
    """By hand: 4 of 5 answered, 6 actions, 3 of droit commun (2 adapted or new), 12 345,67 €, 7 000 €, 2,5 posts."""
    said = [(plain(figure), plain(text)) for figure, text in read_pages(communal).chiffres]
    assert said == [
        ("4", "services publics et partenaires ont répondu, sur 5."),
        ("6", "actions sont déclarées en tout."),
        ("3", "de ces actions sont du droit commun, sans compter ce que la loi donne à tous."),
        ("2", "de ces actions de droit commun sont renforcées, adaptées ou nouvelles."),
        ("12 346 euros", "viennent du droit commun."),
        ("7 000 euros", "viennent des crédits spécifiques."),
        ("2,5", "postes à temps plein travaillent pour les quartiers."),
        ("150", "participations d'habitants. Une personne peut venir plusieurs fois."),
        ("60 %", "des participations sont celles de femmes."),
        ("40 %", "des participations sont celles de jeunes de moins de 25 ans."),
    ]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("27868040.66", "27,9 millions d'euros"),
        ("1949999", "1,9 million d'euros"),
        ("1950000", "2 millions d'euros"),
        ("999999.50", "1 000 000 euros"),
        ("12345.5", "12 346 euros"),
        ("0", "0 euros"),
    ],
)
def test_money_is_said_aloud(value: str, said: str) -> None:
    assert plain(argent(Decimal(value))) == said


def test_near_me_and_what_is_not_known(communal: Picture) -> None:
    pages = read_pages(communal)
    assert [(q.nom, q.communes, plain(q.actions), q.connu) for q in pages.quartiers] == [
        ("La Lisière", "–", "aucune déclarée", False),
        ("La Gare", "Outre-Rive", "aucune déclarée", False),
        ("Les Lilas", "Rive", "2 actions", True),
        ("Le Port", "Rive et Outre-Rive", "2 actions", True),
    ]
    assert [plain(text) for text in pages.inconnus] == [
        "1 service n'a pas répondu. Nous ne savons pas ce qu'il fait.",
        "1 montant n'a pas été donné. Les totaux sont donc trop petits.",
        "Pour 4 actions, nous ne savons pas combien d'habitants sont venus.",
        "Aucune action n'est déclarée pour ce quartier : La Gare.",
        "Nous ne savons pas encore si ces actions ont changé la vie des habitants.",
    ]
    assert pages.voisins == "Ce quartier dépend aussi du contrat de ville d'à côté : La Lisière."
    page = plain(unescape(habitants_html(communal)))
    assert pages.voisins in page and plain(pages.compte) in page
    (labo,) = pages.instances
    assert (labo.nom, labo.missions) == ("Labo : ouvert aux habitants.", ("Donner un avis",))
    assert labo.composition == "Qui vient : Des habitants volontaires."


def test_nobody_answered_is_said_and_is_not_zero(nothing: Picture) -> None:
    pages = read_pages(nothing)
    assert [plain(f"{a} {b}") for a, b in pages.chiffres] == ["0 service public ou partenaire a répondu, sur 5."]
    assert pages.inconnus[0] == "Personne n'a encore répondu. Cela ne veut pas dire que rien n'est fait."
    assert {q.actions for q in pages.quartiers} == {"sans information"} and pages.sujets == ()


def test_html_and_word_say_the_same(communal: Picture) -> None:
    pages, made = read_pages(communal), habitants_products(communal)
    html = plain(read_html(made["habitants-2026.html"].decode()).text)
    word = read_docx(made["habitants-2026.docx"])
    for text in (*(t for _f, t in pages.chiffres), *pages.inconnus, *pages.sujets, *(q.nom for q in pages.quartiers)):
        assert plain(text) in html and plain(text) in word.text, text
    assert word.head.endswith("Données fictives") and "Données fictives" in html


@pytest.mark.parametrize("code", PROFILS)
def test_no_body_is_named_in_any_profile(communal: Picture, code: str) -> None:
    shown = restrict_picture(communal, profil(code))
    text = plain(read_html(habitants_html(shown)).text)
    contract = communal.contexte.titre
    for row in communal.tables["retours"].rows:
        assert str(row["libelle_organisme"]) not in text.replace(contract, "")
    assert profil(code).mots() in text


def test_a_small_count_of_residents_is_not_shown_to_the_public(communal: Picture) -> None:
    table = communal.tables["resultats-habitants"]
    rows = [{**row, "habitants": 7, "habitants_femmes": None, "habitants_jeunes": None} for row in table.rows]
    figure = replace(communal.figures["F-habitants-1"], valeur=7)
    small = replace(
        communal,
        tables={**communal.tables, "resultats-habitants": replace(table, rows=rows)},
        figures={**communal.figures, figure.id: figure},
    )
    said = read_pages(restrict_picture(small, profil("public"))).chiffres
    assert ("moins de 11", "participations d'habitants.") in said
    assert not any(shown == "7" for shown, _text in said)


def test_plain_words_only(communal: Picture) -> None:
    root = read_html(habitants_html(communal))
    assert JARGON.findall(plain(root.find("main")[0].text)) == []


def test_hostile_texts_stay_texts(communal: Picture) -> None:
    table = communal.tables["mobilisation-par-qpv"]
    rows = [{**row, "libelle_lieu": "<script>alert(1)</script>\x0b" + "y" * 300} for row in table.rows]
    odd = replace(communal, tables={**communal.tables, "mobilisation-par-qpv": replace(table, rows=rows)})
    made = habitants_products(odd)
    assert "<script" not in made["habitants-2026.html"].decode()
    assert "<script>alert(1)</script>" in read_docx(made["habitants-2026.docx"]).text


def test_the_same_picture_gives_the_same_bytes(communal: Picture) -> None:
    assert habitants_products(communal) == habitants_products(communal)


def many(picture: Picture, n: int) -> Picture:
    """Return *picture* with *n* districts, their names and municipalities long."""
    table = picture.tables["mobilisation-par-qpv"]
    model = next(r for r in table.rows if r["genre"] == "qpv")
    rows = [
        {**model, "lieu": f"Q{k}", "libelle_lieu": f"Résidence des Provinces et cités {k} et {k + 1}"} for k in range(n)
    ]
    return replace(picture, tables={**picture.tables, "mobilisation-par-qpv": replace(table, rows=rows)})


def test_beyond_two_columns_the_report_is_named(communal: Picture) -> None:
    pages = read_pages(many(communal, 60))
    assert len(pages.quartiers) == 40
    assert pages.autres == "20 autres quartiers sont dans le rapport complet."


@pytest.mark.skipif(not (CHROMIUM and PDFTOTEXT), reason="chromium et chromium-driver absents")
@pytest.mark.parametrize("n", [4, 22, 40])
def test_the_page_prints_on_two_sheets_whole(communal: Picture, tmp_path: Path, n: int) -> None:
    shown = communal if n == 4 else many(communal, n)
    (tmp_path / "page.html").write_text(habitants_html(shown), encoding="utf-8")
    command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    printed = tmp_path / "page.pdf"
    source = (tmp_path / "page.html").as_uri()
    subprocess.run([*command, f"--print-to-pdf={printed}", source], check=True, capture_output=True, timeout=120)
    out = subprocess.run([str(PDFTOTEXT), str(printed), "-"], check=True, capture_output=True).stdout.decode()
    first, second = (plain(page) for page in out.split("\f") if page.strip())
    assert "page 1 / 2" in first and "page 2 / 2" in second
    assert first.count("Données fictives") >= 1 and second.count("Données fictives") >= 1
    pages = read_pages(shown)
    assert plain(pages.inconnus[-1]) in first
    assert second.count("2 actions") >= min(n, 2) and "Téléphone et adresse :" in second


@pytest.mark.skipif(not (SOFFICE and PDFTOTEXT), reason="LibreOffice et python3-uno absents")
def test_the_document_prints_on_two_sheets(communal: Picture, tmp_path: Path) -> None:
    pages = pdf_pages(habitants_products(many(communal, 22))["habitants-2026.docx"], tmp_path)
    assert len(pages) == 2 and all("Données fictives" in page for page in pages)


@pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="chromium et chromium-driver absents")
def test_axe_finds_nothing_to_say_and_nothing_is_asked(communal: Picture, nothing: Picture, tmp_path: Path) -> None:
    assert AXE is not None and AXE.origin
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for argument in ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    try:
        for name, shown, width in (
            ("plein", many(communal, 30), 1280),
            ("vide", nothing, 390),
            ("petit", communal, 390),
        ):
            path = tmp_path / f"{name}.html"
            path.write_text(habitants_html(shown), encoding="utf-8")
            metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
            browser.get_log("performance")
            browser.get(path.as_uri())
            events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
            asked = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
            assert asked == [path.as_uri()]
            assert browser.execute_script("return document.documentElement.scrollWidth") <= width
            browser.set_script_timeout(120)
            browser.execute_script((Path(AXE.origin).parent / "axe.min.js").read_text(encoding="utf-8"))
            found = browser.execute_async_script(
                """const done = arguments[0];
                const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
                axe.run({runOnly: tags}).then(r => done({passes: r.passes.length,
                  violations: r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' | '))}))"""
            )
            assert found["violations"] == [], name
            assert found["passes"] > 15
    finally:
        browser.quit()
