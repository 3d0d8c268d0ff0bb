"""The map of the QPV of « Deux-Rives »: states counted by hand, labels that never meet, the same bytes twice."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image
from shapely import to_wkt
from shapely.geometry import shape

from droitcommun.graph.export.carte.carte import carte_png, carte_svg, dessiner_carte
from droitcommun.graph.export.carte.quartiers import classes, mesures, quartiers
from droitcommun.graph.export.drawings.drawing import Aire, Dessin, Ligne, Texte, couper, largeur_texte
from droitcommun.graph.export.drawings.labels import Etiquette, hauteur_necessaire, placer
from droitcommun.graph.picture import Picture, build_picture
from droitcommun.graph.pictures.rows import Masque

from .deux_rives import make_dataset

SQUARE = "POLYGON (({w} {s}, {e} {s}, {e} {n}, {w} {n}, {w} {s}))"
# Two squares of 0.01 degree, 0.1 degree apart west to east; one with a later contour, one dated after the campagne.
WESTS = (1.0, 2.8, 2.9, 2.85)
AVANT, LILAS, LISIERE, APRES = (SQUARE.format(w=w, e=round(w + 0.01, 3), s=50.0, n=50.01) for w in WESTS)
CONTOURS = f"""
@prefix commune: <https://w3id.org/droit-commun/id/commune/> .
commune:99100 a cdv:Commune ; skos:prefLabel "Rive <Haute> & Basse"@fr .
commune:99200 a cdv:Commune ; skos:prefLabel "Autre-Rive"@fr .
qpv:QN99001X cdv:commune commune:99200 , commune:99100 ; geo:hasGeometry <https://e.example/1> , <https://e.example/2> .
<https://e.example/1> geo:asWKT "{AVANT}"^^geo:wktLiteral ; cdv:date "2015-01-01"^^xsd:date .
<https://e.example/2> geo:asWKT "{LILAS}"^^geo:wktLiteral ; cdv:date "2024-01-01"^^xsd:date .
qpv:QN99004X geo:hasGeometry <https://e.example/3> .
<https://e.example/3> geo:asWKT "{LISIERE}"^^geo:wktLiteral ; cdv:date "2024-01-01"^^xsd:date .
qpv:QN99002X geo:hasGeometry <https://e.example/4> .
<https://e.example/4> geo:asWKT "{APRES}"^^geo:wktLiteral ; cdv:date "2027-01-01"^^xsd:date .
<https://e.example/import> a cdv:ImportExterne ; skos:prefLabel "Contours d'essai"@fr ;
  prov:wasDerivedFrom <https://e.example/file> .
<https://e.example/2> prov:wasDerivedFrom <https://e.example/row> .
<https://e.example/row> dcterms:source <https://e.example/file> .
"""


@pytest.fixture(scope="module")
def drawn() -> Picture:
    """Return the picture with two contours out of four QPV."""
    return build_picture(make_dataset("reponses-2026", "campagne-2025", extra=CONTOURS))


def boxes(dessin: Dessin) -> list[tuple[float, float, float, float]]:
    """Return the box of each text."""
    found = []
    for item in dessin.elements:
        if isinstance(item, Texte):
            wide = largeur_texte(item.texte, item.taille, item.gras)
            left = item.point[0] - {"start": 0, "middle": wide / 2, "end": wide}[item.ancre]
            found.append((left, item.point[1] - item.taille * 0.76, left + wide, item.point[1] + item.taille * 0.2))
    return found


def check_readable(dessin: Dessin) -> None:
    """No label is cut by the border, none lies on another."""
    found = boxes(dessin)
    for left, top, right, bottom in found:
        assert left >= 0 and top >= 0 and right <= dessin.largeur and bottom <= dessin.hauteur
    for a, b in combinations(found, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (a, b)


def test_the_state_of_each_qpv(picture: Picture) -> None:
    assert [(q.code, q.etat, q.niveau, q.mots, q.a_cheval) for q in quartiers(picture, "actions")] == [
        ("QN99001X", "agit", 1, "2 actions", False),
        ("QN99002X", "agit", 1, "2 actions", False),
        ("QN99003X", "pas-de-reponse", 0, "pas de réponse", False),
        ("QN99004X", "pas-de-reponse", 0, "pas de réponse", True),
    ]
    assert [(q.etat, q.mots) for q in quartiers(picture, "euros-dc")] == [
        ("agit", "2,3\u00a0k€"),
        ("inconnu", "des actions, sans moyen connu"),
        ("pas-de-reponse", "pas de réponse"),
        ("pas-de-reponse", "pas de réponse"),
    ]


@pytest.mark.parametrize("mesure", ["actions", "organismes", "euros-dc", "etp"])
def test_nobody_answered_is_no_zero(mesure: str, silent: Picture, nothing: Picture) -> None:
    for picture in (silent, nothing):
        found = quartiers(picture, mesure)
        assert [(q.etat, q.valeur) for q in found] == [("pas-de-reponse", None)] * 4
        assert classes(found, mesure) == []
        check_readable(dessiner_carte(picture, mesure))
    assert list(mesures()) == ["actions", "organismes", "euros-dc", "etp"]


def test_the_contour_in_force_is_drawn_and_the_others_named(drawn: Picture) -> None:
    assert sorted(drawn.contours) == ["QN99001X", "QN99004X"]
    assert drawn.contours["QN99001X"].startswith("POLYGON ((2.8 50.0")
    assert drawn.sources_contours == ("Contours d'essai",)
    assert drawn.communes["QN99001X"] == ("Autre-Rive", "Rive <Haute> & Basse")
    text = carte_svg(drawn)
    assert "Sans contour connu : Le Port, La Gare." in text
    assert "Source des contours : Contours d'essai." in text
    assert "Données fictives" in text
    check_readable(dessiner_carte(drawn, "actions"))


def test_the_scale_is_that_of_the_ground(drawn: Picture) -> None:
    """At 50° north a degree of longitude is 111.195 × cos(50.005°) = 71.467 km: 0.11 degree is 7.861 km."""
    dessin = dessiner_carte(drawn, "actions")
    lines = [e for e in dessin.elements if isinstance(e, Ligne) and e.epaisseur == 1.5]
    bar = lines[0].points
    words = next(e.texte for e in dessin.elements if isinstance(e, Texte) and e.texte.endswith("km"))
    root = etree.fromstring(carte_svg(drawn).encode())
    paths = root.findall("{*}path[{*}title]")
    xs = [float(p.split(" ")[0].lstrip("ML")) for path in paths for p in path.get("d").rstrip("Z").split("L")]
    per_km = (max(xs) - min(xs)) / 7.861
    assert words == "1\u00a0km"
    assert bar[1][0] - bar[0][0] == pytest.approx(per_km, rel=0.01)


def test_svg_is_sound_and_says_in_words_what_it_draws(drawn: Picture) -> None:
    root = etree.fromstring(carte_svg(drawn).encode())
    assert root.get("role") == "img"
    title, words = root[0], root[1]
    assert root.get("aria-labelledby").split() == [title.get("id"), words.get("id")]
    assert title.text == "Des actions sont déclarées dans 2 quartiers sur 3"  # like sentence 7: La Lisière straddles
    assert "1 quartier à cheval" in "".join(root.itertext())
    assert "Les Lilas (Autre-Rive, Rive <Haute> & Basse) : 2 actions" in words.text
    assert "La Lisière : pas de réponse (à cheval sur une autre intercommunalité)" in words.text
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    used = {found for fill in root.xpath("//@fill") if fill.startswith("url") for found in [fill[5:-1]]}
    assert used == set(root.xpath("//*[local-name()='pattern']/@id")) != set()
    assert not root.xpath("//@href | //*[local-name()='script' or local-name()='image']")


def test_a_straddling_qpv_is_hatched_over_its_state(drawn: Picture) -> None:
    root = etree.fromstring(carte_svg(drawn).encode())
    fills = [
        shape.get("fill")
        for shape in root.findall("{*}path[@fill-rule]")
        if "La Lisière" in (shape.findtext("{*}title") or "")
    ]
    assert [f for f in fills if "hachures" in f] and [f for f in fills if "points" in f]


def test_without_contour_one_tile_each(picture: Picture) -> None:
    dessin = dessiner_carte(picture, "actions")
    text = carte_svg(picture)
    for name in ("Les Lilas", "Le Port", "La Gare", "La Lisière", "Commune non précisée"):
        assert name in text
    assert "aucun contour n'a été reçu" in text
    check_readable(dessin)


def test_the_same_picture_gives_the_same_bytes(drawn: Picture) -> None:
    assert carte_svg(drawn) == carte_svg(drawn)
    assert carte_png(drawn) == carte_png(drawn)


def test_png_is_read_back_by_another_tool(drawn: Picture) -> None:
    dessin = dessiner_carte(drawn, "actions")
    image = Image.open(io.BytesIO(carte_png(drawn)))
    assert image.size == (int(dessin.largeur * 2), int(dessin.hauteur * 2))
    assert image.info["Title"] == dessin.titre
    assert "Software" not in image.info
    colours = {c for _n, c in image.convert("RGB").getcolors(1 << 24)}
    assert {(0xD6, 0xE4, 0xF5), (0xFF, 0xFF, 0xFF)} <= colours


@pytest.mark.parametrize("wkt", ["POLYGON ((0 0", "POINT (2 50)", "", "LINESTRING (2 50, 3 51)"])
def test_a_contour_that_cannot_be_drawn_leaves_the_tiles(wkt: str, picture: Picture) -> None:
    text = carte_svg(replace(picture, contours={"QN99001X": wkt}))
    assert "Une tuile par quartier" in text


def test_an_amount_that_the_profile_hides_is_neither_a_class_nor_unknown(picture: Picture) -> None:
    table = picture.tables["mobilisation-par-qpv"]
    rows = [{**row, "euros_dc": Masque("non montré")} if row["lieu"] == "QN99001X" else dict(row) for row in table.rows]
    hidden = replace(picture, tables={**picture.tables, "mobilisation-par-qpv": replace(table, rows=rows)})
    found = quartiers(hidden, "euros-dc")[0]
    assert (found.etat, found.niveau, found.mots) == ("masque", 0, "non montré")
    text = carte_svg(hidden, "euros-dc")
    assert "2,3" not in text
    assert text.count(">non montré<") == 2, "one tile, and the legend"


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (("attendu-rien-declare", "pas-de-reponse", "neant-declare"), "pas-de-reponse"),
        (("neant-declare", "attendu-rien-declare", "non-concerne"), "attendu-rien-declare"),
        (("non-concerne", "neant-declare"), "neant-declare"),
        (("non-concerne",), "non-concerne"),
    ],
)
def test_a_qpv_without_action_says_the_least_sure_of_its_states(
    states: tuple[str, ...], expected: str, picture: Picture
) -> None:
    table = picture.tables["matrice-qpv-ambition"]
    model = dict(table.rows[0])
    rows = [{**model, "qpv": "QN99003X", "ambition": f"A{n}", "etat": state} for n, state in enumerate(states)]
    seen = replace(picture, tables={**picture.tables, "matrice-qpv-ambition": replace(table, rows=rows)})
    assert next(q.etat for q in quartiers(seen, "actions") if q.code == "QN99003X") == expected


def test_a_contract_without_qpv_says_so(picture: Picture) -> None:
    table = picture.tables["mobilisation-par-qpv"]
    rows = [row for row in table.rows if row["genre"] != "qpv"]
    bare = replace(picture, tables={**picture.tables, "mobilisation-par-qpv": replace(table, rows=rows)})
    assert dessiner_carte(bare, "actions").titre == "Ce contrat ne compte aucun quartier prioritaire"


WORST = ("Résidence des Provinces – Cités 9-9bis – Grande Résidence – Vent de Bises " * 2).strip()


@pytest.mark.parametrize("n", [1, 60])
def test_worst_names_and_many_qpv_still_fit(n: int, picture: Picture) -> None:
    """A grid of contours close to one another, each with a long name and four communes; then the same as tiles."""
    table = picture.tables["mobilisation-par-qpv"]
    model = next(row for row in table.rows if row["genre"] == "qpv")
    codes = [f"QN{k:06}X" for k in range(n)]
    rows = [{**model, "lieu": code, "libelle_lieu": f"{WORST} {code}", "n_actions": k} for k, code in enumerate(codes)]
    squares = {
        code: SQUARE.format(w=2 + k % 8 / 100, e=2.005 + k % 8 / 100, s=50 + k // 8 / 100, n=50.005 + k // 8 / 100)
        for k, code in enumerate(codes)
    }
    communes = dict.fromkeys(codes, ("Fouquières-lès-Lens", "Montigny-en-Gohelle", "Noyelles-sous-Lens", "Sallaumines"))
    tables = {**picture.tables, "mobilisation-par-qpv": replace(table, rows=rows)}
    for contours in (squares, {}):
        check_readable(dessiner_carte(replace(picture, tables=tables, contours=contours, communes=communes), "actions"))


def test_the_real_contours_of_lens_lievin(picture: Picture) -> None:
    """The 22 contours that the ANCT publishes: each is drawn, no label meets another."""
    path = Path(__file__).parents[3] / "shared/data/qpv/qpv2024_call_simplified.geojson"
    if not path.is_file():
        pytest.skip("données réelles absentes (../shared)")
    features = json.loads(path.read_bytes())["features"]
    shapes = {f["properties"]["code_qp"]: to_wkt(shape(f["geometry"])) for f in features}
    table = picture.tables["mobilisation-par-qpv"]
    model = next(row for row in table.rows if row["genre"] == "qpv")
    rows = [{**model, "lieu": f["properties"]["code_qp"], "libelle_lieu": f["properties"]["lib_qp"]} for f in features]
    tables = {**picture.tables, "mobilisation-par-qpv": replace(table, rows=rows)}
    drawing = dessiner_carte(replace(picture, tables=tables, contours=shapes), "actions")
    check_readable(drawing)
    titles = {element.titre for element in drawing.elements if isinstance(element, Aire) and element.titre}
    assert len(titles) == len(shapes) == 22


def test_three_classes_of_as_many_qpv_equal_values_together(picture: Picture) -> None:
    """Nine values, 1 1 1 1 2 3 5 8 13: the four ones stay together; ranks 0-2, 3-5, 6-8 make the classes."""
    table = picture.tables["mobilisation-par-qpv"]
    model = next(row for row in table.rows if row["genre"] == "qpv")
    values = (1, 1, 1, 1, 2, 3, 5, 8, 13)
    rows = [{**model, "lieu": f"QN{k:06}X", "n_actions": v} for k, v in enumerate(values)]
    tables = {**picture.tables, "mobilisation-par-qpv": replace(table, rows=rows)}
    found = quartiers(replace(picture, tables=tables), "actions")
    assert [q.niveau for q in found] == [1, 1, 1, 1, 2, 2, 3, 3, 3]
    assert classes(found, "actions") == [(1, "1 action"), (2, "2 à 3 actions"), (3, "5 à 13 actions")]


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=90)


@given(names, st.integers(60, 300))
def test_cutting_a_label_loses_nothing_and_fits(name: str, room: int) -> None:
    lines = couper(name, 12, room)
    assert "".join(lines).replace(" ", "") == name.replace(" ", "")
    assert all(largeur_texte(line, 12) <= room or len(line) == 1 for line in lines)


@given(st.lists(st.text("abcW", min_size=1, max_size=9), min_size=1, max_size=12), st.integers(60, 200))
def test_lines_are_as_full_as_they_can_be(words: list[str], room: int) -> None:
    lines = couper(" ".join(words), 12, room)
    assert all(largeur_texte(line, 12) <= room or len(line) == 1 for line in lines)
    whole = all(largeur_texte(word, 12) <= room for word in words)
    for first, second in pairwise(lines if whole else []):
        assert largeur_texte(f"{first} {second.split(' ')[0]}", 12) > room


points = st.tuples(st.floats(300, 700), st.floats(0, 800))


@given(st.lists(st.tuples(points, st.integers(15, 60)), max_size=24))
def test_labels_never_overlap_nor_their_lines_cross(things: list[tuple[tuple[float, float], int]]) -> None:
    labels = [Etiquette(str(n), point, high) for n, (point, high) in enumerate(things)]
    bottom = max(800, hauteur_necessaire(labels))
    places = placer(labels, 250, 750, 0, bottom)
    assert sorted(p.cle for p in places) == sorted(e.cle for e in labels)
    by_key = {e.cle: e for e in labels}
    for left in (True, False):
        column = sorted((p for p in places if p.gauche == left), key=lambda p: p.haut)
        assert all(p.haut >= -1e-6 and p.haut + by_key[p.cle].hauteur <= bottom + 1e-6 for p in column)
        for first, second in pairwise(column):
            assert first.haut + by_key[first.cle].hauteur <= second.haut + 1e-6
        for a, b in combinations(column, 2):
            assert not crossing(by_key[a.cle].point, a.attache, by_key[b.cle].point, b.attache)


def crossing(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float], d: tuple[float, float]) -> bool:
    """True when segments cross well inside both (told by their point of crossing, not by sides)."""
    det = (b[0] - a[0]) * (d[1] - c[1]) - (b[1] - a[1]) * (d[0] - c[0])
    if abs(det) < 1e-9:
        return False
    t = ((c[0] - a[0]) * (d[1] - c[1]) - (c[1] - a[1]) * (d[0] - c[0])) / det
    u = ((c[0] - a[0]) * (b[1] - a[1]) - (c[1] - a[1]) * (b[0] - a[0])) / det
    return 1e-6 < t < 1 - 1e-6 and 1e-6 < u < 1 - 1e-6
