"""The page of the demonstration, for the copil and for the public: light, French, and naming whom it may."""

from __future__ import annotations

import html
import re

import pytest

from droitcommun.graph.dataset import ActiveDataset
from droitcommun.graph.export.page.render import render_page
from droitcommun.graph.picture import Picture, build_picture
from droitcommun.graph.pictures.profils import restrict_picture
from droitcommun.graph.profils import profil

ENGLISH = r"\b(the|and|of|warning|violation|info|network|label|None|True|False|null|NaN)\b"


@pytest.fixture(scope="module")
def picture(datasets: dict[int, ActiveDataset]) -> Picture:
    return build_picture(datasets[2026])


def words(page: str) -> str:
    """Return the text of a page, its attributes included, without its style nor its script."""
    text = re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.S)
    return html.unescape(text).replace("\u00a0", " ")


@pytest.mark.parametrize("code", ["copil", "public"])
def test_it_is_light_and_says_nothing_but_french(picture: Picture, code: str) -> None:
    page = render_page(restrict_picture(picture, profil(code)))
    assert len(page.encode()) < 3_000_000
    assert "Données fictives" in page
    shown = re.sub(r"<[^>]+>", " ", words(page))
    assert not re.search(ENGLISH, shown) and not re.search(r"w3id|https?:|@\w", shown)


def test_the_public_page_names_whom_it_may(picture: Picture) -> None:
    """Bodies with a visa, and those that carry a decision of the copil; nobody else, silent bodies included."""
    table = picture.tables["retours"]
    approved = {r["libelle_organisme"] for r in table.rows if r["visa"] is True}
    carrying = {r["libelle_organisme"] for r in picture.tables["decisions"].rows}
    page = words(render_page(restrict_picture(picture, profil("public"))))
    page = page.replace(picture.contexte.titre, "")
    named = {str(r["libelle_organisme"]) for r in table.rows if str(r["libelle_organisme"]) in page}
    assert approved and approved <= named <= approved | carrying
    assert len(named) < len(table.rows)
