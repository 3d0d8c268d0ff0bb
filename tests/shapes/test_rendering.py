"""The three forms of a report: JSON as the command line promises, text, and a page that stands alone."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from rulebench import DUE, EARLY, HERE, make_dataset

from droitcommun.graph.check import check_campagne
from droitcommun.graph.checks.findings import CheckReport, Waiver
from droitcommun.graph.export.constats.groups import sentence
from droitcommun.graph.export.constats.htmlreport import render_html
from droitcommun.graph.export.constats.jsonreport import render_json
from droitcommun.graph.export.constats.textreport import render_text

EVIL = """
#- <essai/action/2026/bourg/ville/a1> dcterms:title ?t .
<essai/action/2026/bourg/ville/a1> dcterms:title "<script>alert('&')</script>" .
"""


def report(today: object = DUE, *extra: str) -> CheckReport:
    names = ("R-A1/invalid-forme", "R-T3/invalid", "R-M8/invalid", "R-G2/invalid")
    text = "".join((HERE / f"{name}.ttl").read_text(encoding="utf-8") for name in names)
    text += "<essai/campagne/2026> cdv:attend <organisme/etat> ." + "".join(extra)
    return check_campagne(make_dataset(text), today)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def due() -> CheckReport:
    return report()


def test_json_is_the_contract_of_the_command_line(due: CheckReport) -> None:
    value = json.loads(render_json(due))
    keys = ["contrat", "campagne", "conforme", "resume", "non-verifie", "organismes", "ambitions", "constats"]
    assert list(value) == keys
    assert (value["contrat"], value["campagne"], value["conforme"]) == ("essai", 2026, False)
    assert value["resume"] == {"violation": 2, "warning": 2, "info": 1, "deroge": 0, "a-venir": 0}
    assert {"organisme", "libelle", "score", "constats"} == set(value["organismes"][0])
    assert value["ambitions"][0]["score"] == {"fait": 0, "attendu": 2}
    assert list(value["constats"][0]) == [
        *("id", "regle", "gravite", "etat", "destinataire", "organisme", "sujet", "libelle", "chemin", "valeur"),
        *("message", "correction", "reference", "sources", "derogation", "repondre"),
    ]
    finding = next(f for f in value["constats"] if f["regle"] == "R-A1")
    assert finding["sources"] == [{"fichier": "bourg.xlsx", "feuille": "Actions", "cellule": "E14", "texte": ""}]
    assert finding["reference"] == "L665, L862"
    assert next(f for f in value["constats"] if f["regle"] == "R-G2")["organisme"] is None


def test_text_is_grouped_by_body_with_cells_and_next_moves(due: CheckReport) -> None:
    lines = render_text(due).splitlines()
    assert lines[0] == "Données fictives"
    assert lines[2] == "à corriger : 2 · à compléter : 2 · pour information : 1 · à venir : 0"
    start = lines.index("Commune de Bourg – 16 règles satisfaites sur 18 (89\u00a0%)")
    assert lines[start + 1] == "  à corriger (1)"
    named = next(f for f in due.findings if f.regle == "R-A1")
    assert lines[start + 2].endswith(f"[R-A1 · {named.id[:8]}]")
    assert lines[start + 3].startswith("      → Feuille « Actions », colonne « Forme de mobilisation »")
    assert lines[start + 4] == "      bourg.xlsx › Actions › E14"
    assert "  à compléter (1)" in lines[start:]
    assert "Contrat, territoires et gouvernance" in lines
    assert lines.index("Contrat, territoires et gouvernance") > start
    assert "Sans constat : Agglomération d'Essai, Bailleur des Toits." in lines
    assert "  A1.1 : 0 action complète sur 2 (0\u00a0%)" in lines
    assert "  A1.2 : 1 action complète sur 1 (100\u00a0%)" in lines
    assert any(line.startswith("      → (copilotes) ") for line in lines)


def test_colour_only_when_asked(due: CheckReport) -> None:
    assert "\x1b" not in render_text(due)
    coloured = render_text(due, colour=True)
    assert "\x1b[31mà corriger (1)\x1b[0m" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == render_text(due)


def test_what_is_to_come_is_apart() -> None:
    early = report(EARLY)
    text = render_text(early)
    assert "  à venir (1)" in text
    assert "à corriger : 1 · à compléter : 1 · pour information : 1 · à venir : 2" in text


class Page(HTMLParser):
    """What the tests read of a page: its tags, the places links point to, and the shown text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.text = ""
        self._hidden = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._hidden = tag == "style"
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            if name in ("href", "src", "aria-labelledby") and value:
                self.links.add(value.removeprefix("#"))

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.text += data


def test_the_page_stands_alone_and_is_whole(due: CheckReport) -> None:
    html = render_html(due)
    page = Page(html)
    assert page.links <= page.ids
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert "http" not in html.replace("http-equiv", "")
    assert page.tags.count("meta") == 3
    assert page.tags.count("h1") == 1
    assert page.tags.count("caption") == page.tags.count("table") == 2
    assert '<html lang="fr">' in html
    assert "@media print" in html
    assert page.text.count("Données fictives") == 2  # title and banner
    assert "bourg.xlsx › Actions › E14" in page.text
    for finding in due.findings:
        assert sentence(finding).replace(" ", "") in re.sub(r"\s", "", page.text)
        assert finding.correction.replace(" ", "") in re.sub(r"\s", "", page.text)
    assert not re.search(r"\b(violation|warning|info)\b", page.text)


def test_the_page_escapes_what_contributors_wrote() -> None:
    html = render_html(report(DUE, EVIL))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_page_without_finding_says_so() -> None:
    html = render_html(check_campagne(make_dataset(), DUE))
    assert "Aucun constat." in html
    assert "Sans constat" in html


def test_a_waived_finding_is_shown_apart_with_its_reason(due: CheckReport) -> None:
    held = Waiver("Vu au copil <b>", "2026-12-31", True)
    first, *others = due.findings
    waived = replace(due, findings=(replace(first, etat="deroge", derogation=held), *others))
    page = Page(render_html(waived))
    assert "Dérogation jusqu'au 31/12/2026 : Vu au copil <b>" in page.text.replace("\u00a0", " ")
    assert "dérogation accordée (1)" in page.text
    text = render_text(waived)
    assert "dérogation accordée : 1" in text.splitlines()[2]
    assert "      Dérogation jusqu'au 31/12/2026 : Vu au copil <b>" in text.splitlines()
    expired = replace(waived, findings=(replace(first, derogation=replace(held, valable=False)), *others))
    assert "Dérogation expirée le 31/12/2026" in render_text(expired)


def test_passes_are_shown_when_asked(due: CheckReport) -> None:
    met = [p for p in due.passes if p.organisme == "bourg"]
    assert len(met) == 16
    page = Page(render_html(due, passes=True))
    assert "Satisfait (16)" in page.text and met[0].libelle in page.text
    assert "Satisfait" not in Page(render_html(due)).text
    assert f"    {met[0].libelle} [{met[0].regle}]" in render_text(due, passes=True).splitlines()
    assert "satisfaites" not in json.loads(render_json(due))
    assert len(json.loads(render_json(due, passes=True))["satisfaites"]) == len(due.passes)


def test_no_banner_on_real_data() -> None:
    real = check_campagne(make_dataset("#- <essai/campagne/2026> cdv:fictif ?f ."), DUE)
    assert "fictives" not in render_html(real) + render_text(real)


def test_on_a_terminal_no_line_is_wider_and_no_address_is_cut(due: CheckReport) -> None:
    whole, narrow = render_text(due), render_text(due, width=60)
    lines = narrow.splitlines()
    assert max(map(len, lines)) <= max(60, *(len(word) + 8 for word in whole.split()))
    assert "".join(narrow.split()) == "".join(whole.split())
    arrow = next(n for n, line in enumerate(lines) if line.startswith("      → ") and len(line) > 50)
    assert lines[arrow + 1].startswith("        ") and not lines[arrow + 1].startswith("         ")
