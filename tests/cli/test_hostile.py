"""Hostile words from one end to the other: in the contract, in every cell, in file names. Nothing runs, nothing leaves,
nothing breaks, and every file written is read back by another tool."""

from __future__ import annotations

import csv
import email
import io
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from email import policy
from pathlib import Path
from xml.etree import ElementTree

import docx
import igraph
import openpyxl
import pptx
import pydot
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from tests.conftest import run_cli

CONTRAT = Path(__file__).parents[1] / "contrats" / "val-d-essai.ttl"
CHROMIUM, DRIVER = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")

# In the names of the contract: they end on every page, in every drawing, in the subject of every e-mail.
NAMES = (
    "<script>document.title='PRIS'</script>",
    '"><img src=x onerror=alert(1)>',
    "=cmd|'/c calc'!A0",
    "@SUM(1+1)",
    "ligne\r\nBcc: pirate@exemple.invalid",
    "]]>--><!-- \\\"'`",
    "{{7*7}}${7*7}{%x%} %s {0} $\\frac{a}{b$",
    "javascript:alert(1) http://exemple.invalid/",
    "../../etc/passwd",
    "a\u200bb\u2060c\ufeff \U0001f468\u200d\U0001f469\u200d\U0001f467 \u2028",
)
# Typed in cells, besides: longer than any page, turned round, and what XML and consoles refuse.
TYPED = (*NAMES, "x" * 10_000, " - " * 3_000 + "y", "\u202eevitca\u202c", "-2+3", "+1", "\t=1+1")
TURNED = re.compile("[\u202a-\u202e\u2066-\u2069]")
FORMULA = re.compile(r"[=+@\t\r]|-(?!\d+([.,]\d+)?$)")


@dataclass(frozen=True)
class Made:
    """What the commands wrote, and where."""

    folder: Path
    files: tuple[Path, ...]

    def of(self, *suffixes: str) -> list[Path]:
        """Return the files with one of these suffixes; there is at least one of each."""
        found = [path for path in self.files if path.suffix in suffixes]
        assert {path.suffix for path in found} == set(suffixes)
        return found


def hostile_contract(target: Path) -> Path:
    words = iter(range(10_000))

    def twisted(match: re.Match[str]) -> str:
        word = NAMES[next(words) % len(NAMES)]
        escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
        return f'{match[1]} "{match[2]} {escaped}"@fr'

    text = CONTRAT.read_text(encoding="utf-8")
    target.write_text(re.sub(r'(skos:prefLabel|dcterms:title) "([^"]*)"@fr', twisted, text), encoding="utf-8")
    return target


def fill(template: Path, target: Path, first: int) -> Path:
    """Fill every free cell of a workbook with hostile words; the codes, dates and amounts are right."""
    book = openpyxl.load_workbook(template)
    lists = {c[0].value: [x.value for x in c[1:] if x.value] for c in book["_listes"].iter_cols()}

    def write(sheet: str, row: int, said: dict[str, object]) -> None:
        columns = {str(cell.value): cell.column for cell in book[sheet][2] if cell.value}
        for title, value in said.items():
            cell = book[sheet].cell(row, columns[title])
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # openpyxl would make a formula of « =cmd »

    def word(n: int) -> str:
        return TYPED[(first + n) % len(TYPED)]

    identity = {"Fonction du référent technique*": word(1), "Suppléance (fonction)": word(2)}
    write("Identité", 3, {"Service ou direction*": word(0)[:150], "Réponse*": "Actions déclarées", **identity})
    write("Identité", 3, {"Date de réponse*": date(2026, 3, 1)})
    mails = (
        "jean@exemple.test\nBcc: pirate@exemple.invalid",
        "jean@exemple.test",
        '"<script>"@exemple.test',
        "=cmd@a.test",
    )
    for n, mail in enumerate(mails):
        write("Contacts", 3 + n, {"Nom": f"Jean {word(n)}", "Courriel": mail, "Fonction": word(n + 4)})
    for n in range(book["Engagements"].max_row - 2):
        write("Engagements", 3 + n, {"État": lists["État"][n], "Preuve (texte ou lien)": word(n), "Précision": word(n)})
    for n in range(len(TYPED)):
        title = f"{word(n)} {n}"
        action = {
            "Intitulé de l'action ou du dispositif*": title,
            "Ambition principale*": lists["Ambition principale"][n % 5],
            "Forme de mobilisation*": lists["Forme de mobilisation"][n % 3],
            "Où se déroule l'action*": "Dans un QPV",
            "QPV ou communes concernés": f"QN0000{n % 3 + 1}X",
            "Porteur (si différent)": word(n + 1),
            "Commentaire": word(n),
        }
        write("Actions", 3 + n, action)
        source = word(n) if n % 4 == 0 else "Budget ordinaire"
        money = {"Période*": "Réalisé N-1 définitif", "Nature et unité*": "Dépense directe (€)", "Quantité*": 1000 + n}
        write("Moyens", 3 + n, {"Action*": title, "Dispositif ou source*": source, "Commentaire": word(n), **money})
    for sheet in ("Actions", "Moyens"):  # a row where nothing is what its column asks for
        titles = [str(cell.value) for cell in book[sheet][2] if cell.value]
        write(sheet, 3 + len(TYPED), {title: word(n) for n, title in enumerate(titles)})
    book.save(target)
    return target


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Run every command that writes on a workspace whose words are all hostile."""
    root = tmp_path_factory.mktemp("hostile")
    space, out = root / "espace", root / "sorties"

    def run(*arguments: str | Path, codes: tuple[int, ...] = (0,)) -> None:
        result = run_cli("-w", space, *arguments)
        assert result.code in codes, result.err[-3000:]

    assert run_cli("init", space, "--contrat", hostile_contract(root / "contrat.ttl")).code == 0
    run("campagne", "open", "2026")
    run("template", "2026", "--out", root / "modeles")
    names = ("=cmd {}", "<img src=x onerror=alert(1)> {}", "\u202e {}", "ligne\nnouvelle {}")
    templates = sorted((root / "modeles").glob("recensement-*.xlsx"))
    for n, (name, template) in enumerate(zip(names, templates, strict=False)):
        fill(template, root / name.format(template.name), 3 * n)
    run("ingest", *root.glob("*.xlsx"))
    for form in ("html", "xlsx", "csv", "junit", "json"):
        run("check", "2026", "--format", form, "--out", out / f"check.{form}", codes=(1,))
    run("check", "2026", "--relances", out / "relances", codes=(1,))
    run("dialogue", "2026", "--out", out / "dialogue")
    run("hackathon", "2026", "--profil", "interne", "--out", out / "interne")
    run("report", "2026", "--profil", "interne", "--out", out / "rapport.docx")
    for form in ("dot", "json", "csv"):
        run("export", "organisme-ambition", "--campagne", "2026", "--format", form, "--out", out / f"reseau.{form}")
    run("export", "donnees", "--campagne", "2026", "--format", "jsonld", "--out", out / "donnees.json")
    run("facts", "2026", "--format", "csv", "--out", out / "facts.csv")
    run("query", "actions-declarees", "-p", "annee=2026", "--format", "md", "--out", out / "actions.md")
    run("doctor")
    return Made(root, tuple(path for path in out.rglob("*") if path.is_file()))


def test_workbooks_hold_no_formula_and_no_link(made: Made) -> None:
    for path in made.of(".xlsx"):
        if path.parent.name == "classeurs":
            continue  # the workbooks to fill have formulas of ours, never of a contributor: see below
        for sheet in openpyxl.load_workbook(path):
            for cell in (cell for row in sheet.iter_rows() for cell in row):
                assert cell.data_type != "f", (path.name, sheet.title, cell.coordinate, cell.value)
                assert cell.hyperlink is None or not cell.hyperlink.target, (path.name, cell.coordinate)


def test_prefilled_workbooks_hold_what_was_typed_as_text(made: Made) -> None:
    prefilled = [path for path in made.of(".xlsx") if path.parent.name == "classeurs"]
    assert prefilled
    for path in prefilled:
        formulas = {
            str(cell.value)
            for sheet in openpyxl.load_workbook(path)
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f" and not sheet.title.startswith("_")
        }
        assert not any("cmd" in text or "SUM(1" in text or "1+1" in text for text in formulas), path.name


def test_tables_of_text_hold_no_formula(made: Made) -> None:
    for path in made.of(".csv"):
        text = path.read_text(encoding="utf-8-sig")
        head = text.partition("\n")[0]
        rows = list(csv.reader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ","))
        assert len(rows) > 1
        assert [cell for row in rows for cell in row if FORMULA.match(cell)] == [], path.name


def test_messages_have_the_headers_that_we_wrote(made: Made) -> None:
    for path in made.of(".eml"):
        message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        assert message.defects == []
        assert {name.lower() for name in message} <= {"subject", "to", "x-unsent", "mime-version", "content-type"}
        assert len(message.get_all("subject")) == 1 and "\n" not in str(message["subject"])
        assert "pirate" not in str(message["to"] or "")


def test_graphs_and_drawings_are_read_back(made: Made) -> None:
    for path in made.of(".svg", ".gexf", ".graphml", ".junit"):
        for element in ElementTree.fromstring(path.read_bytes()).iter():  # noqa: S314
            assert not element.tag.endswith("script"), path.name
            assert not [name for name in element.attrib if name.lower().startswith("on")], path.name
    for path in made.of(".graphml"):
        assert igraph.Graph.Read_GraphML(str(path)).vcount() > 1
    (graph,) = pydot.graph_from_dot_data((made.of(".dot")[0]).read_text(encoding="utf-8"))
    assert len(graph.get_edges()) > 1
    for path in made.of(".json"):
        json.loads(path.read_bytes())


def test_documents_and_slides_are_read_back(made: Made) -> None:
    for path in made.of(".docx"):
        assert len(docx.Document(str(path)).paragraphs) > 5
    (deck,) = made.of(".pptx")
    assert len(pptx.Presentation(str(deck)).slides) > 5


def test_no_mark_turns_the_writing(made: Made) -> None:
    for path in made.of(".html", ".md", ".svg", ".junit", ".graphml", ".csv"):
        found = TURNED.search(path.read_text(encoding="utf-8"))
        assert found is None, path.name
    for path in made.of(".xlsx"):
        if path.parent.name != "classeurs":
            texts = (c.value for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for c in row)
            assert [text for text in texts if isinstance(text, str) and TURNED.search(text)] == [], path.name


def test_libreoffice_opens_them_as_they_are(made: Made, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if not office:
        pytest.skip("LibreOffice absent")
    offices = [*made.of(".docx", ".pptx"), *(made.folder / "sorties" / "interne").glob("*.xlsx")]
    profile = f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *map(str, offices)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    assert {path.stem for path in tmp_path.glob("*.pdf")} == {path.stem for path in offices}


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    if not (CHROMIUM and DRIVER):
        pytest.skip("chromium et chromium-driver absents")
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for argument in ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    yield driver
    driver.quit()


def test_a_browser_runs_nothing_and_asks_for_nothing(made: Made, browser: webdriver.Chrome) -> None:
    for path in made.of(".html", ".svg"):
        browser.get_log("performance")
        browser.get(path.as_uri())
        browser.execute_script("document.querySelectorAll('details').forEach(d => { d.open = true })")
        events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
        asked = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
        assert len(asked) == 1, (path.name, asked)
        assert browser.get_log("browser") == [], path.name
        assert browser.title != "PRIS"
        live = browser.execute_script(
            "return [...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a => /^on/i.test(a.name)"
            " || /^(href|src|action)$/i.test(a.name) && !/^#/.test(a.value))).map(e => e.outerHTML.slice(0, 200))"
        )
        assert live == [], path.name


def test_long_words_do_not_widen_a_page_of_dialogue(made: Made, browser: webdriver.Chrome) -> None:
    for path in (made.folder / "sorties" / "dialogue").glob("*.html"):
        browser.get(path.as_uri())
        assert browser.execute_script("return document.documentElement.scrollWidth - innerWidth") <= 0, path.name


@pytest.mark.parametrize(
    ("word", "reason"),
    [("\\u0000", "caractère de commande"), ("\\u202E", "caractère de commande"), ("x" * 501, "dépasse 500 caractères")],
)
def test_words_that_no_product_could_bear_keep_a_contract_out(tmp_path: Path, word: str, reason: str) -> None:
    text = CONTRAT.read_text(encoding="utf-8")
    (tmp_path / "contrat.ttl").write_text(text.replace('"Les Tilleuls"', f'"Les Tilleuls{word}"'), encoding="utf-8")
    said = run_cli("init", tmp_path / "espace", "--contrat", tmp_path / "contrat.ttl")
    assert said.code == 3 and reason in said.err and "Les Tilleuls" in said.err
    assert not (tmp_path / "espace").exists()


Call = Callable[[str], object]


def _readers() -> dict[str, Call]:
    from droitcommun.graph.classeurs.recensement import _AROUND_DATE
    from droitcommun.graph.classeurs.seances import _AROUND_NAME
    from droitcommun.graph.export.drawings.drawing import couper
    from droitcommun.graph.formats import mask

    return {
        "mask": mask,
        "date": lambda text: _AROUND_DATE.sub("", text),
        "name": lambda text: _AROUND_NAME.sub("", text),
        "couper": lambda text: couper(text, 13, 80),
    }


@pytest.mark.parametrize("name", ["mask", "date", "name", "couper"])
@pytest.mark.parametrize("text", ["x" * 40_000, "- " * 20_000 + "x", "-" * 40_000 + "x", "a." * 20_000])
def test_a_very_long_text_is_read_once(name: str, text: str) -> None:
    """Time grows with the length, not with its square: sixteen times the text, far less than 256 times the time."""
    from time import process_time

    call = _readers()[name]
    call(text)  # what is measured once is kept
    begin = process_time()
    call(text)
    assert process_time() - begin < 2
