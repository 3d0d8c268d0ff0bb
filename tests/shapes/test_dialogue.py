"""The page of dialogue on the faultless contract: figures worked out by hand, nothing of the others but counts."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rulebench import DUE, HERE, make_dataset

from droitcommun.graph.check import check_campagne
from droitcommun.graph.errors import OrganismeInconnu
from droitcommun.graph.export.dialogue.facts import Dialogue, Moyen, Reader
from droitcommun.graph.export.dialogue.page import render_dialogue, write_dialogues
from droitcommun.graph.names import cdv
from droitcommun.graph.store import iri, literal

FAULT = (HERE / "R-A1/invalid-forme.ttl").read_text(encoding="utf-8")
VISA = """
<essai/visa/2026/v1> a cdv:Visa ; cdv:contribution <essai/contribution/2026/bourg/ville> ;
  cdv:date "2026-04-02"^^xsd:date ; cdv:fonction "Directrice générale" .
<essai/contribution/2026/bourg/ville> cdv:visaDate "2026-03-12"^^xsd:date ; cdv:visaFonction "Cheffe" .
"""
SILENT = "<essai/campagne/2026> cdv:attend <organisme/etat> ."


def reader(text: str = "") -> Reader:
    dataset = make_dataset(text)
    return Reader(dataset, check_campagne(dataset, DUE))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def bourg() -> Dialogue:
    return reader(VISA).read("bourg")


def shown(page: str) -> str:
    """Return the text a reader sees, spaces made simple."""

    class Text(HTMLParser):
        hidden = False
        text = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.hidden = tag == "style"

        def handle_endtag(self, tag: str) -> None:
            self.hidden = False

        def handle_data(self, data: str) -> None:
            self.text += "" if self.hidden else data

    parser = Text()
    parser.feed(page)
    return re.sub(r"\s+", " ", parser.text)


def test_what_it_declared(bourg: Dialogue) -> None:
    (service,) = bourg.services
    assert (service.nom, service.reponse) == ("Ville", "Actions déclarées, le 12/03/2026")
    study, library = service.actions
    assert (study.titre, study.ambition, study.forme) == ("Étude du soir", "A1.1 – Apprendre", "Renforcée")
    assert (study.lieu, study.habitants) == ("Les Tilleuls", "40")
    assert study.moyens == (
        Moyen("Personnel (ETP)", "réalisé définitif 2025", "0,5\u00a0ETP", "Budget ordinaire", "Droit commun", "–"),
    )
    assert (library.lieu, library.habitants) == ("Bourg", "sans information")
    assert library.moyens[0].quantite == "12\u202f000\u00a0€"
    assert library.moyens[0].part == "30\u00a0%"


def test_what_is_established_with_its_proof(bourg: Dialogue) -> None:
    states = {e.code: e.mots for e in bourg.engagements}
    assert states["E03"] == "constaté"
    proofs = {e.code: e.preuves for e in bourg.engagements}
    assert "cité : Feuille de route transmise le 2 mars 2026" in proofs["E03"]


def test_the_established_state_and_the_computed_proof_are_read() -> None:
    """The derivations give them; here they are given by hand to a commitment that the body says « en cours »."""
    dataset = make_dataset()
    (row,) = dataset.store.select(
        "SELECT ?e WHERE { ?e a cdv:Engagement ; cdv:organisme <https://w3id.org/droit-commun/id/organisme/bourg> ;"
        " cdv:typeEngagement <https://w3id.org/droit-commun/id/essai/type-engagement/E05> ;"
        " cdv:campagne <https://w3id.org/droit-commun/id/essai/campagne/2026> }"
    )
    node = row["e"]
    base = "https://w3id.org/droit-commun/"
    proof, again = iri(base + "id/essai/preuve/p1"), iri(base + "id/essai/preuve/p2")
    dataset.store.add(
        [
            (node, iri(cdv("etatEtabli")), iri(base + "codes/etat-engagement/constate")),  # type: ignore[list-item]
            (node, iri(cdv("preuveCalculee")), proof),  # type: ignore[list-item]
            (proof, iri(cdv("typePreuve")), iri(base + "codes/type-preuve/presence-gtp")),
            (proof, iri("http://purl.org/dc/terms/title"), literal("Groupe technique – 12/03/2026")),
            (node, iri(cdv("preuveCalculee")), again),  # type: ignore[list-item]
            (again, iri(cdv("typePreuve")), iri(base + "codes/type-preuve/presence-gtp")),
            (again, iri("http://purl.org/dc/terms/title"), literal("Groupe technique – 10/02/2026")),
        ]
    )
    read = Reader(dataset, check_campagne(make_dataset(), DUE)).read("bourg")  # type: ignore[arg-type]
    found = next(e for e in read.engagements if e.code == "E05")
    assert found.mots == "constaté"
    (text,) = [text for text in found.preuves if "Groupe technique – " in text]  # a line a kind of proof
    assert "Groupe technique – 12/03/2026" in text and "Groupe technique – 10/02/2026" in text


def test_its_place_and_only_how_many_others(bourg: Dialogue) -> None:
    assert [(p.code, p.n_actions, p.autres) for p in bourg.ambitions] == [("A1.1", 2, 0), ("A1.2", 1, 1)]
    assert [(p.libelle, p.n_actions, p.autres) for p in bourg.quartiers] == [("Les Tilleuls", 1, 0)]
    text = shown(render_dialogue(bourg))
    for other in ("Halls rénovés", "Bailleur des Toits", "Agence"):
        assert other not in text


def test_the_last_visa_counts(bourg: Dialogue) -> None:
    assert bourg.services[0].visa == "déjà visé : Directrice générale, le 02/04/2026"
    older = (
        "<essai/contribution/2026/bourg/ville> cdv:version 2 ; cdv:visaVersion 1 . <essai/visa/2026/v1> cdv:version 1 ."
    )
    again = reader(VISA + older).read("bourg").services[0].visa
    assert again == "à viser de nouveau, la réponse a changé depuis : Directrice générale, le 02/04/2026"
    assert reader().read("bourg").services[0].visa == ""


def test_what_is_missing_names_the_cell() -> None:
    text = shown(render_dialogue(reader(FAULT).read("bourg")))
    assert "à corriger (1)" in text
    assert "bourg.xlsx › Actions › E14" in text
    assert "Rien à corriger" in shown(render_dialogue(reader().read("bourg")))


def test_a_silent_body_is_not_told_zero() -> None:
    silent = reader(SILENT).read("etat")
    assert silent.services == ()
    assert {p.n_actions for p in silent.ambitions} == {None}
    text = shown(render_dialogue(silent))
    assert "pas de réponse" in text
    assert "ce qui n'est pas zéro" in text
    assert "Votre visa" in text


def test_the_page_stands_alone_in_french_without_iri(bourg: Dialogue) -> None:
    page = render_dialogue(replace(bourg, libelle="<script>alert(1)</script>"))
    assert "<script" not in page
    assert "http:" not in page and "https:" not in page and "w3id" not in page and "src=" not in page
    assert '<html lang="fr">' in page and "@page { size: A4" in page
    text = shown(page)
    assert "Données fictives" in text
    assert not re.search(r"\b(the|and|violation|warning|info|None|True|False)\b", text)
    assert "_:" not in text
    ids = set(re.findall(r'id="([^"]+)"', page))
    assert set(re.findall(r'(?:aria-labelledby|href)="#?([^"]+)"', page)) <= ids
    assert "fictives" not in render_dialogue(replace(bourg, fictif=False))


def test_personal_data_typed_in_a_text_is_hidden() -> None:
    hostile = VISA.replace("Directrice générale", "alix@exemple.invalid")
    assert "alix" not in render_dialogue(reader(hostile).read("bourg"))


def test_one_file_a_body_or_the_one_asked(tmp_path: Path) -> None:
    dataset = make_dataset()
    report = check_campagne(dataset, DUE)  # type: ignore[arg-type]
    made = write_dialogues(dataset, report, tmp_path)  # type: ignore[arg-type]
    assert {p.name for p in made} == {f"dialogue-2026-{code}.html" for code in ("agglo", "bourg", "toits")}
    (one,) = write_dialogues(dataset, report, tmp_path / "un", "bourg")  # type: ignore[arg-type]
    assert one.read_text(encoding="utf-8") == (tmp_path / one.name).read_text(encoding="utf-8")
    with pytest.raises(OrganismeInconnu):
        write_dialogues(dataset, report, tmp_path, "inconnu")  # type: ignore[arg-type]
