"""The deck, read back with python-pptx, openpyxl, plain XML and LibreOffice."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import openpyxl
import pytest
from pptx import Presentation
from pptx.util import Pt

from droitcommun.graph.export.deck.deck import deck_bytes
from droitcommun.graph.export.deck.numbers import number_format
from droitcommun.graph.export.measure import abrege, hauteur, lignes
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.contexte import Famille
from droitcommun.graph.pictures.profils import restrict_picture
from droitcommun.graph.profils import PROFILS, profil

from .reading import plain

NBSP = "\u00a0"


def opened(data: bytes) -> Any:
    """Return a deck as python-pptx reads it."""
    return Presentation(BytesIO(data))


@pytest.fixture(scope="module")
def data(picture: Picture) -> bytes:
    """Return the deck of Deux-Rives."""
    return deck_bytes(picture)


@pytest.fixture(scope="module")
def deck(data: bytes) -> Any:
    """Return the deck of Deux-Rives, read back."""
    return opened(data)


def texts(slide: Any) -> list[str]:
    """Return every text of a slide that is not in a chart."""
    found = [s.text_frame.text for s in slide.shapes if s.has_text_frame]
    for shape in slide.shapes:
        if shape.has_table:
            found += [cell.text for row in shape.table.rows for cell in row.cells]
    return [plain(text) for text in found if text.strip()]


def titles(deck: Any) -> list[str]:
    """Return the titles of the slides on one line."""
    return [plain(slide.shapes.title.text_frame.text) for slide in deck.slides]


def charts(deck: Any) -> dict[str, Any]:
    """Return the charts by title."""
    found = [s.chart for slide in deck.slides for s in slide.shapes if s.has_chart]
    return {plain(chart.chart_title.text_frame.text): chart for chart in found}


def series(chart: Any) -> dict[str, dict[str, float | None]]:
    """Return the values of a chart by series and category."""
    (plot,) = chart.plots
    names = [plain(name) for name in plot.categories]
    return {s.name: dict(zip(names, s.values, strict=True)) for s in plot.series}


def test_fourteen_slides_whose_titles_say_the_message(deck: Any) -> None:
    assert titles(deck) == [
        "Photographie 2026 du droit commun",
        "L'année en dix phrases (1 sur 2)",
        "L'année en dix phrases (2 sur 2)",
        "4 institutions sur 5 ont répondu",
        "3 ambitions sur 4 pour les habitants et 1 sur 1 pour les professionnels ont une action déclarée ; "
        "1 réunit au moins 3 institutions",
        "Qui agit pour quelle ambition, institution par institution",
        "2 actions de droit commun sur 3 vont plus loin que l'offre ordinaire",
        "12 k€ de droit commun (réalisé 2025), à côté de 7 k€ de crédits spécifiques",
        "2 QPV sur 3 ont une action déclarée ; 19 % du droit commun est connu par quartier",
        "+1 k€ de droit commun depuis la campagne 2025, chez les 2 institutions qui ont répondu les deux fois",
        "1 engagement constaté sur 3 ; 1 sans information",
        "150 participations d'habitants des QPV aux actions, et 2,5 ETP de proximité",
        "2 décisions demandées au comité de pilotage",
        "Méthode et limites : ce que ces chiffres disent, et ne disent pas",
    ]


def test_the_ten_sentences_are_there_word_for_word(deck: Any, picture: Picture) -> None:
    said = " ".join(texts(deck.slides[1]) + texts(deck.slides[2]))
    for sentence in picture.phrases:
        assert plain(sentence.texte) in said


def test_remarks_say_why_two_counts_differ(deck: Any) -> None:
    """An amount is unknown in the actual year, none in the planned one; the table shows one QPV more than counted."""
    assert "Montants inconnus, comptés nulle part : 1 (réalisé 2025)." in " ".join(texts(deck.slides[7]))
    places = " ".join(texts(deck.slides[8]))
    assert "* À cheval sur une autre intercommunalité, hors du titre." in places
    assert "La Lisière *" in places


def many(picture: Picture, communes: int, others: int) -> Picture:
    """Return a picture where so many municipalities, and so many bodies of other types, answered.

    Each body says the same of every ambition: one municipality in two acts, the others expect and say nothing.
    """
    table = picture.tables["matrice-organisme-ambition"]
    names = [(f"c{n}", f"Commune {n}", "commune", n % 2 == 0) for n in range(communes)]
    names += [(f"o{n}", f"Institution {n}", f"type-{n}", True) for n in range(others)]
    rows = [
        {**table.rows[0], "organisme": code, "libelle_organisme": label, "ambition": a.code, "n_actions": 7}
        | {"etat": "agit" if acts else "attendu-rien-declare"}
        for code, label, _kind, acts in names
        for a in picture.contexte.ambitions
    ]
    types = {code: kind for code, _label, kind, _acts in names}
    contexte = replace(picture.contexte, types=types)
    tables = {**picture.tables, "matrice-organisme-ambition": replace(table, rows=rows)}
    return replace(picture, contexte=contexte, tables=tables)


def matrix(picture: Picture) -> tuple[str, list[list[str]], set[float]]:
    """Return the title of the slide of the matrix, its rows, and the sizes of their texts."""
    slide = opened(deck_bytes(picture)).slides[5]
    (table,) = (s.table for s in slide.shapes if s.has_table)
    cells = [[c.text for c in row.cells] for row in table.rows]
    sizes = {r.font.size.pt for row in table.rows for c in row.cells for p in c.text_frame.paragraphs for r in p.runs}
    return plain(slide.shapes.title.text_frame.text), cells, sizes


def test_the_matrix_is_read_from_the_back_of_the_room(picture: Picture) -> None:
    """14 rows hold: 5 municipalities and 9 others stand alone; with one more, the municipalities are one row."""
    title, alone, sizes = matrix(many(picture, 5, 9))
    assert title.endswith("institution par institution") and len(alone) == 15 and min(sizes) >= 13
    assert alone[1] == ["Commune 0", *["7"] * 5] and alone[2] == ["Commune 1", *["!"] * 5]
    title, gathered, sizes = matrix(many(picture, 6, 9))
    assert title.endswith("les plus nombreux sont réunis sur une ligne") and len(gathered) == 11 and min(sizes) >= 14
    assert [plain(text) for text in gathered[1]] == ["Commune : 6 institutions", *["3/6"] * 5]


def test_when_bodies_cannot_be_gathered_ambitions_are_counted(picture: Picture) -> None:
    _title, rows, _sizes = matrix(many(picture, 6, 15))  # fifteen types of one body each
    assert rows[0][:2] == ["Ambition", "Agit"] and rows[1][1:3] == ["18", "3"]


@pytest.mark.parametrize(
    ("nombre", "values", "code"),
    [
        ("keuros", [27_868_000, 618_000], '[<999500][$-40C]0,"\u00a0k€";[$-40C]0"\u202f"000,"\u00a0k€"'),
        ("keuros", [4_000, 0], '[<100][$-40C]0"\u00a0€";[$-40C]0.0,"\u00a0k€"'),
        ("keuros", [], '[$-40C]0.0,"\u00a0k€"'),
        ("comptes", [3], '[<1.000][$-40C]"";[>=1000][$-40C]0"\u202f"000;[$-40C]0'),
        ("ecarts", [915_300, -3], '[$-40C]+0.0,"\u00a0k€";[$-40C]\u22120.0,"\u00a0k€";[$-40C]0"\u00a0k€"'),
    ],
)
def test_the_numbers_of_a_chart_do_not_follow_the_computer_that_shows_them(
    nombre: Any, values: list[int], code: str
) -> None:
    assert number_format(nombre, values) == code


def test_a_sum_without_what_is_hidden_is_not_shown(picture: Picture) -> None:
    """The 2 345,67 € of the only place are of the caf, without visa: a bar of 0, or of less, would be false."""
    found = charts(opened(deck_bytes(restrict_picture(picture, profil("public")))))
    bars = series(found["Droit commun par lieu, réalisé 2025"])["Droit commun"]
    assert bars["Dans un quartier précis : non montré"] is None


def test_charts_are_native_and_hold_exact_values(deck: Any) -> None:
    found = charts(deck)
    assert sum(v or 0 for v in series(found["Droit commun, réalisé 2025"])["Droit commun"].values()) == 12345.67
    money = series(found["Montants déclarés"])
    assert money["Droit commun"] == {"Réalisé 2025": 12345.67, "Prévu 2026": 12000.5}
    assert money["Crédits spécifiques"] == {"Réalisé 2025": 7000, "Prévu 2026": None}
    bodies = series(found["Nombre d'institutions qui agissent pour chaque ambition"])
    assert bodies["3 institutions ou plus"]["A1.2 Se soigner"] == 3
    assert bodies["1 ou 2 institutions"]["A1.3 Se loger"] == 1
    assert "A1.4 Se déplacer : aucune action" in bodies["3 institutions ou plus"]


def test_what_is_unknown_is_a_hole_with_its_words(deck: Any) -> None:
    drawn = charts(deck)["Droit commun par lieu, réalisé 2025"]
    values = series(drawn)["Droit commun"]
    unknown = [name for name, value in values.items() if value is None]
    assert all(name.endswith("sans information") for name in unknown)
    assert values["Dans un quartier précis"] == 2345.67


def test_each_chart_holds_its_workbook_without_formula(deck: Any) -> None:
    for chart in charts(deck).values():
        book = openpyxl.load_workbook(BytesIO(chart.part.chart_workbook.xlsx_part.blob))
        head, *lines = book["Données"].iter_rows(values_only=True)
        held = series(chart)
        assert list(head[1:]) == list(held)
        for n, name in enumerate(head[1:], 1):
            assert [line[n] for line in lines] == list(held[str(name)].values())
        assert not [c for row in book["Données"] for c in row if c.data_type == "f"]
        assert book.properties.created.year == 2000
        assert {r.text.split("!")[0] for r in chart._chartSpace.iter() if r.tag.endswith("}f")} == {"'Données'"}


def test_every_slide_bears_its_frame_and_a_number(deck: Any, picture: Picture) -> None:
    for slide in deck.slides:
        said = " ".join(texts(slide))
        for wanted in ("Contrat de ville des Deux-Rives", "campagne 2026", "provisoire", picture.empreinte[:12]):
            assert wanted in said
        assert "données fictives" in said and "Données fictives" in said
        assert 'type="slidenum"' in slide.part.blob.decode()


def test_real_data_is_not_called_fictitious(picture: Picture) -> None:
    real = replace(picture, contexte=replace(picture.contexte, fictif=False), avertissements=())
    deck = opened(deck_bytes(real))
    for slide in deck.slides:
        assert "fictives" not in " ".join([*texts(slide), slide.notes_slide.notes_text_frame.text]).lower()


def test_notes_say_method_source_and_figures(deck: Any) -> None:
    notes = [plain(slide.notes_slide.notes_text_frame.text) for slide in deck.slides]
    assert all("Empreinte des données" in text and "Méthode : " in text for text in notes)
    money = notes[7]
    assert "droitcommun query droit-commun-et-specifique -p annee=2026" in money
    assert f"F-euros-1 – Droit commun hors prestations légales, réalisé 2025 : {plain('12 345,67 €')}" in money
    assert "F-euros-7 – Crédits spécifiques, prévu 2026 : sans information" in money


def test_every_chart_table_and_picture_has_words_for_who_does_not_see(deck: Any) -> None:
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table or shape.shape_type == 13:
                assert len(shape._element.xpath(".//p:cNvPr")[0].get("descr") or "") > 15, shape.name


def test_texts_can_be_read_from_the_back_of_the_room(deck: Any) -> None:
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.is_placeholder or not shape.has_text_frame:
                continue
            sizes = [r.font.size for p in shape.text_frame.paragraphs for r in p.runs]
            assert all(size is not None and size >= Pt(14) for size in sizes), shape.text_frame.text
        for shape in (s for s in slide.shapes if s.has_table):
            cells = [c for row in shape.table.rows for c in row.cells]
            sizes = [r.font.size for c in cells for p in c.text_frame.paragraphs for r in p.runs]
            assert all(size >= Pt(11) for size in sizes)
    for chart in charts(deck).values():
        assert chart.font.size >= Pt(14)


def _boxes(slide: Any) -> list[tuple[str, int, int, int, int]]:
    return [(s.name, s.left, s.top, s.left + s.width, s.top + s.height) for s in slide.shapes]


@pytest.mark.parametrize("name", ["picture", "silent", "nothing"])
def test_nothing_leaves_the_slide_or_covers_its_neighbour(name: str, request: pytest.FixtureRequest) -> None:
    deck = opened(deck_bytes(request.getfixturevalue(name)))
    for slide in deck.slides:
        boxes = _boxes(slide)
        for _name, left, top, right, bottom in boxes:
            assert left >= 0 and top >= 0 and right <= deck.slide_width and bottom <= deck.slide_height
        for n, one in enumerate(boxes):
            for two in boxes[n + 1 :]:
                apart = one[3] <= two[1] or two[3] <= one[1] or one[4] <= two[2] or two[4] <= one[2]
                assert apart, (titles(deck)[list(deck.slides).index(slide)], one, two)


def test_nobody_answered_is_said_and_nothing_is_zero(silent: Picture) -> None:
    deck = opened(deck_bytes(silent))
    assert titles(deck)[3] == "Aucune institution n'a répondu : le droit commun est sans information"
    assert "sans information" in titles(deck)[7]
    declared = ("Nombre d'actions", "Nombre d'institutions qui agissent pour chaque ambition")
    for title, chart in charts(deck).items():
        if title in declared:
            assert {v for s in series(chart).values() for v in s.values()} <= {None}
    said = " ".join(text for slide in deck.slides for text in texts(slide))
    assert not re.search(r"(?<![\d,.  ])0 (k?€|ETP)", said)
    (places,) = (s for s in deck.slides if "Actions par quartier : sans information, faute de réponse." in texts(s))
    assert not [shape for shape in places.shapes if shape.has_table or shape.has_chart]  # holes only, that would be cut


def test_an_empty_picture_makes_a_deck(nothing: Picture) -> None:
    assert 10 <= len(opened(deck_bytes(nothing)).slides) <= 14


@pytest.mark.parametrize("code", PROFILS)
def test_a_deck_for_each_profile(picture: Picture, code: str) -> None:
    deck = opened(deck_bytes(restrict_picture(picture, profil(code))))
    assert 10 <= len(deck.slides) <= 14
    said = " ".join(text for slide in deck.slides for text in texts(slide))
    assert profil(code).mots() in said
    if code == "public":  # nobody gave a visa: no list of names, no part that would not add up to its whole
        assert "Nous attendons encore" not in said
        assert "Écart par ambition principale" not in charts(deck)


def test_the_same_picture_gives_the_same_bytes(picture: Picture, data: bytes) -> None:
    assert deck_bytes(picture) == data
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert re.findall(r">(\d{4})-\d\d-\d\dT", core) == ["2000", "2000"]


def test_no_iri_no_link_and_no_english_layout(deck: Any, data: bytes) -> None:
    assert [layout.name for layout in deck.slide_layouts] == ["Titre", "Titre et contenu", "Titre seul"]
    said = " ".join(text for slide in deck.slides for text in texts(slide))
    assert "http" not in said and "droit-commun/" not in said
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith(".rels"):
                assert b"External" not in archive.read(name), name


HOSTILE = '=HYPERLINK("http://x")\x00\x0b\ud800 <a:t>& ' + "Très-longue-dénomination " * 60


def test_hostile_labels_stay_texts(picture: Picture) -> None:
    tables = {
        key: replace(t, rows=[{c: HOSTILE if c.startswith("libelle") else v for c, v in r.items()} for r in t.rows])
        for key, t in picture.tables.items()
    }
    ambitions = tuple(replace(a, court=HOSTILE) for a in picture.contexte.ambitions)
    contexte = replace(picture.contexte, titre=HOSTILE, ambitions=ambitions)
    data = deck_bytes(replace(picture, tables=tables, contexte=contexte))
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                fromstring(archive.read(name))  # noqa: S314
    deck = opened(data)
    for slide in deck.slides:
        for _name, _left, top, _right, bottom in _boxes(slide):
            assert bottom <= deck.slide_height and top >= 0
    for chart in charts(deck).values():
        book = openpyxl.load_workbook(BytesIO(chart.part.chart_workbook.xlsx_part.blob))
        assert not [c for row in book.active for c in row if c.data_type == "f"]


def test_commitments_are_gathered_by_family(picture: Picture) -> None:
    families = (Famille("F1", "Piloter", ("E01",)),)
    deck = opened(deck_bytes(replace(picture, contexte=replace(picture.contexte, familles=families))))
    chart = charts(deck)["Engagements par famille, une unité par institution et par engagement"]
    names = list(series(chart)["constaté"])
    assert names[0] == "Piloter"
    total = sum(int(v or 0) for s in series(chart).values() for v in s.values())
    assert total == picture.figures["F-engagements-1"].valeur == 3


@pytest.mark.parametrize(("text", "expected"), [("", 1), ("a", 1), ("mot " * 40, 10)])
def test_how_many_lines_a_text_takes(text: str, expected: int) -> None:
    # At 14 points, « mot » is 0.34 inch wide and a space 0.07: four words a line of 1.6 inch.
    assert lignes(text.strip(), 14, 1.6) == expected
    assert hauteur([text.strip()], 14, 1.6) == pytest.approx(expected * 14 * 1.2 / 72)


def test_a_text_that_holds_is_never_cut() -> None:
    assert abrege("Une phrase courte", 14, 5) == "Une phrase courte"
    cut = abrege("mot " * 40, 14, 1.6, 2)
    assert cut.endswith("…") and lignes(cut, 14, 1.6) <= 2


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice absent")
@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils absent")
def test_libreoffice_shows_every_slide(data: bytes, deck: Any, tmp_path: Path) -> None:
    (tmp_path / "deck.pptx").write_bytes(data)
    profile = f"-env:UserInstallation={(tmp_path / 'lo').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), "deck.pptx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=240, env={**os.environ})
    text = subprocess.run(
        ["pdftotext", "-layout", "deck.pdf", "-"], cwd=tmp_path, check=True, capture_output=True, timeout=60
    ).stdout.decode()
    pages = [plain(page) for page in text.split("\f") if page.strip()]
    assert len(pages) == len(deck.slides)
    for n, (page, title) in enumerate(zip(pages, titles(deck), strict=True), 1):
        assert title.split(" ; ")[0][:30] in page
        assert page.endswith(str(n)) or f" {n} " in page
        assert "…" not in page.replace("d'enseignants…", "")
    assert "12 k€" in pages[7]
