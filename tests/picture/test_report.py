"""The draft of the yearly report, read back as XML and as LibreOffice prints it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from droitcommun.graph.errors import CommuneInconnue
from droitcommun.graph.export.rapport.communes import actions_chez, communes, compter, find_commune
from droitcommun.graph.export.rapport.write import extraits, nom_du_rapport, report_bytes
from droitcommun.graph.picture import Picture, build_picture
from droitcommun.graph.pictures.contexte import Publication
from droitcommun.graph.pictures.profils import restrict_picture
from droitcommun.graph.profils import profil

from .deux_rives import make_dataset
from .docx_reading import PDFTOTEXT, SOFFICE, Docx, W, pdf_pages, read_docx
from .reading import plain

COMMUNES = (
    "Commune", "QPV, en tout ou partie", "Actions déclarées par la commune",
    "Actions des autres qui la citent, ou un de ses QPV",
)  # fmt: skip
IRI = re.compile(r"https?://|urn:|w3id")


@pytest.fixture(scope="module")
def communal() -> Picture:
    """Return the picture of Deux-Rives with its two municipalities."""
    return build_picture(make_dataset("reponses-2026", "campagne-2025", "communes"))


@pytest.fixture(scope="module")
def report(communal: Picture) -> Docx:
    """Return the whole report."""
    return read_docx(report_bytes(communal))


@pytest.fixture(scope="module")
def rive(communal: Picture) -> Docx:
    """Return the extract of Rive."""
    return read_docx(report_bytes(communal, "99001"))


def test_the_chapters_the_decree_asks_are_real_headings(report: Docx) -> None:
    assert [t for t in report.styled("Heading1") if t[0].isdigit()] == [
        "1. Les orientations du contrat de ville",
        "2. La situation dans les quartiers prioritaires",
        "3. Les actions menées et les moyens mobilisés",
        "4. Les perspectives et les améliorations nécessaires",
        "5. L'articulation des volets du contrat",
        "6. Les avis, le débat et le calendrier",
        "7. Méthode et limites",
    ]
    assert "La dotation de solidarité urbaine (DSU)" in report.styled("Heading2")


def test_the_table_of_contents_is_a_field_already_filled_with_links(report: Docx) -> None:
    codes = [e.text.strip() for e in report.body.iter(f"{W}instrText")]
    assert 'TOC \\o "1-2" \\h \\z \\u' in codes
    links = [e.get(f"{W}anchor") for e in report.body.iter(f"{W}hyperlink")]
    marks = {e.get(f"{W}name") for e in report.body.iter(f"{W}bookmarkStart")}
    assert links and set(links) <= marks
    shown = report.styled("toc1", "toc2")
    assert shown == report.styled("Heading1", "Heading2")
    kinds = [e.get(f"{W}fldCharType") for e in report.body.iter(f"{W}fldChar")]
    assert kinds == ["begin", "separate", "end"]


def test_every_page_bears_what_it_must(report: Docx, communal: Picture) -> None:
    assert report.head == "Contrat de ville des Deux-Rives · campagne 2026Données fictives"
    assert report.foot.startswith(
        f"Projet de rapport 2026 · provisoire · profil interne · données {communal.empreinte[:12]}"
    )
    published = replace(communal, publication=Publication(2, date(2026, 4, 3)))
    assert "publication n° 2 du 3 avril 2026" in read_docx(report_bytes(published)).foot
    real = replace(communal, contexte=replace(communal.contexte, fictif=False))
    shown = read_docx(report_bytes(real))
    assert "fictives" not in shown.head and "Données fictives" not in shown.styled("Normal", "Subtitle")


def test_the_sentences_are_those_of_the_picture(report: Docx, communal: Picture) -> None:
    for phrase in communal.phrases:
        assert plain(phrase.texte) in report.paragraphs, phrase.numero


def test_the_money_is_that_of_the_contributions(report: Docx) -> None:
    """Réalisé 2025 by hand: 10 000 + 2 345,67 + 0 of droit commun, 4 000 + 3 000 specific, 800 to qualify."""
    rows = report.table(
        "Période", "Droit commun", "Crédits spécifiques", "À qualifier", "Prestations légales (à part)",
        "Abattement de TFPB (à part)", "Montants inconnus",
    )  # fmt: skip
    assert rows[0] == ["Réalisé 2025", "12 345,67 €", "7 000 €", "800 €", "500 000 €", "7 000 €", "1"]
    assert rows[1] == ["Prévu 2026", "12 000,50 €", *["sans information"] * 4, "0"]


def test_what_a_person_must_write_is_marked_and_nothing_else_is_invented(report: Docx) -> None:
    asked = report.styled("Acompleter")
    assert len(asked) >= 8 and all(text.startswith("À compléter – ") for text in asked)
    assert any("projet de territoire" in text for text in asked)
    boxes = report.table("Commune", "Débat au conseil municipal le", "Avis", "Observations")
    assert boxes == [["Rive", "", "", ""]]
    citizens = report.table("Conseil citoyen du quartier", "Consulté le", "Avis et contribution")
    assert [row[0] for row in citizens] == ["Les Lilas", "Le Port", "La Gare"]


def test_what_is_missing_is_said(report: Docx) -> None:
    bullets = report.styled("ListBullet")
    assert "Ambitions sans action déclarée : A1.4 « Se déplacer »." in bullets
    assert "Quartiers sans action déclarée : La Gare." in bullets
    assert "1 institution attendue n'a pas répondu : ses actions manquent à ce rapport." in bullets
    assert "Labo, ouvert aux habitants : 0 séance enregistrée pendant la campagne." in report.text


def test_tables_repeat_their_header_and_say_what_they_hold(report: Docx) -> None:
    for table in report.body.iter(f"{W}tbl"):
        caption = table.find(f"{W}tblPr/{W}tblCaption")
        assert caption is not None and caption.get(f"{W}val")
        first = table.find(f"{W}tr/{W}trPr/{W}tblHeader")
        assert first is not None
    pictures = [e for e in report.body.iter() if e.tag.endswith("}docPr")]
    assert len(pictures) == 1
    assert plain(pictures[0].get("descr")).startswith("Carte des quartiers : Les Lilas (Rive) : 2 actions")


def test_the_extract_of_a_commune(rive: Docx, communal: Picture) -> None:
    """Rive: Les Lilas and Le Port; its town hall says néant; a1, a3 and a4 name them; a2 and a6 are everywhere."""
    commune = find_commune(communal, "Rive")
    assert [label for _code, label in commune.quartiers] == ["Le Port", "Les Lilas"]
    assert compter(actions_chez(communal, commune)) == 3
    assert "3 actions d'autres institutions citent la commune ou l'un de ses quartiers." in rive.paragraphs
    assert "S'y ajoutent 2 actions menées dans toute l'agglomération ou au-delà, sans lieu précis." in rive.paragraphs
    assert "Le Port est aussi sur Outre-Rive : les chiffres portent sur le quartier entier." in rive.paragraphs
    assert "Aucune action de la commune n'est montrée ici." in rive.paragraphs
    assert [row[0] for row in rive.table("Qui", "Date", "Avis, observations")] == [
        "Conseil citoyen : Le Port", "Conseil citoyen : Les Lilas", "Conseil municipal",
    ]  # fmt: skip
    assert "La Gare" not in rive.text
    titles = [row[0] for row in rive.table("Action", "Institution", "Ambition", "Forme")]
    assert sorted(titles)[1:] == ["Ateliers parents", "Médiation"]


def test_a_commune_that_is_no_party_has_its_extract_when_asked_only(communal: Picture) -> None:
    assert [c.libelle for c in communes(communal)] == ["Outre-Rive", "Rive"]
    assert list(extraits(communal)) == ["rapport-2026-99001.docx"]
    assert nom_du_rapport(communal, "outre-rive") == "rapport-2026-99002.docx"
    assert "La Gare" in read_docx(report_bytes(communal, "99002")).text


def test_silence_of_a_town_hall_is_no_zero(communal: Picture, report: Docx) -> None:
    assert report.table(*COMMUNES) == [["Rive", "2", "0", "3"]]
    table = communal.tables["retours"]
    for etat, shown in (("pas-de-reponse", "pas de réponse"), (None, "sans information")):
        rows = [{**r, "etat": etat if r["organisme"] == "ville" else r["etat"]} for r in table.rows]
        seen = replace(communal, tables={**communal.tables, "retours": replace(table, rows=rows)})
        assert read_docx(report_bytes(seen)).table(*COMMUNES) == [["Rive", "2", shown, "3"]]


def test_indicators_say_their_status_and_compare_nothing_more(communal: Picture) -> None:
    def row(**values: object) -> dict[str, object]:
        return {
            "indicateur": "pauvrete", "libelle_indicateur": "Taux de pauvreté", "periode": "2019",
            "unite_indicateur": "%",
            "champ": "ensemble", "statistique": "valeur", **values,
        }  # fmt: skip

    lilas = {"territoire": "QN99001X", "libelle_territoire": "Les Lilas"}
    rows = [
        row(**lilas, valeur=Decimal("53.9"), statut="provisoire", ecart_agglomeration=Decimal("17.8")),
        row(**lilas, valeur=None, statut="secrete", statistique="maximum", concept="revenu déclaré"),
        row(territoire="QN99003X", libelle_territoire="La Gare", valeur=Decimal(0), statut="definitive"),
        row(territoire="QN99003X", libelle_territoire="La Gare", valeur=None, statut=None),
    ]
    table = communal.tables["indicateurs"]
    seen = replace(communal, tables={**communal.tables, "indicateurs": replace(table, rows=rows)})
    heads = ("Indicateur", "Territoire", "Période", "Valeur", "Écart avec l'agglomération")
    assert read_docx(report_bytes(seen)).table(*heads) == [
        ["Taux de pauvreté", "Les Lilas", "2019", "53,9 % (provisoire)", "+17,8"],
        ["Taux de pauvreté (revenu déclaré, maximum)", "Les Lilas", "2019", "secrète", "–"],
        ["Taux de pauvreté", "La Gare", "2019", "0 %", "–"],
        ["Taux de pauvreté", "La Gare", "2019", "sans information", "–"],
    ]
    assert [r[1] for r in read_docx(report_bytes(seen, "99001")).table(*heads)] == ["Les Lilas"] * 2


def test_linked_actions_count_once(communal: Picture) -> None:
    rows = communal.tables["actions-declarees"].rows
    assert compter(rows) == 6
    assert compter([{**row, "comptee": "une"} for row in rows]) == 1


def test_an_unknown_commune_names_those_there_are(communal: Picture) -> None:
    with pytest.raises(CommuneInconnue, match=r"Vouliez-vous dire « 99001 \(Rive\) » \?.*99002 \(Outre-Rive\)"):
        report_bytes(communal, "Rives")


def test_the_same_picture_gives_the_same_bytes_and_no_day_of_today(communal: Picture, report: Docx) -> None:
    assert report_bytes(communal) == report_bytes(communal)
    assert report.core.count("2000-01-01T00:00:00Z") == 2
    assert "docProps/thumbnail.jpeg" not in report.names


def test_nobody_answered_is_said_and_nothing_is_zero(nothing: Picture) -> None:
    shown = read_docx(report_bytes(nothing))
    said = "Aucune institution n'a répondu à la campagne 2026 : ce chapitre est sans information. "
    assert any(text.startswith(said) for text in shown.paragraphs)
    assert "Faute de réponse, on ne sait pas quelles ambitions et quels quartiers sont sans action." in shown.text
    assert not re.search(r"\b0(,00)? k?€", shown.text)


def test_hostile_texts_stay_texts(report: Docx, communal: Picture) -> None:
    assert "=HYPERLINK(\"http://piege\")<script>alert('x')</script>" in read_docx(report_bytes(communal, "99001")).text
    assert "Bailleur <b>Rive</b> & fils" in report.text
    table = communal.tables["retours"]
    rows = [{**row, "libelle_organisme": "A\x00B\x0b\u202eC" + "x" * 5000} for row in table.rows]
    odd = replace(communal, tables={**communal.tables, "retours": replace(table, rows=rows)})
    assert "ABCxxx" in read_docx(report_bytes(odd)).text
    assert not any(name.startswith("word/externalLinks") or "vba" in name.lower() for name in report.names)


def test_no_address_shows(report: Docx, rive: Docx) -> None:
    for shown in (report, rive):
        assert not IRI.search(shown.text.replace("http://piege", ""))


def test_the_public_report_names_only_the_bodies_that_gave_their_visa(communal: Picture) -> None:
    table = communal.tables["retours"]
    rows = [{**row, "visa": row["organisme"] == "caf"} for row in table.rows]
    seen = replace(communal, tables={**communal.tables, "retours": replace(table, rows=rows)})
    public = restrict_picture(seen, profil("public"))
    text = read_docx(report_bytes(public)).text
    assert "Caf des Deux-Rives" in text and "profil" in read_docx(report_bytes(public)).foot
    assert "Agence de santé" not in text and "Bailleur" not in text and "Ateliers parents" not in text
    extract = read_docx(report_bytes(public, "99001")).text
    assert "2 ne sont pas détaillées : leur institution n'a pas encore donné son visa." in extract
    assert "3 actions citent la commune ou l'un de ses quartiers, celles de la commune comprises." in extract
    assert "S'y ajoutent 2 actions menées dans toute l'agglomération ou au-delà, sans lieu précis." in extract
    by_commune = read_docx(report_bytes(public)).table(*COMMUNES)
    assert by_commune == [["Rive", "2", "non détaillé", "3"]]
    assert "Médiation" not in extract


@pytest.mark.skipif(not (SOFFICE and PDFTOTEXT), reason="LibreOffice ou poppler absents")
def test_libreoffice_prints_every_page_with_its_mentions(communal: Picture, tmp_path: Path) -> None:
    pages = pdf_pages(report_bytes(communal), tmp_path)
    assert len(pages) > 5
    for number, page in enumerate(pages, 1):
        assert "Données fictives" in page and f"page {number} / {len(pages)}" in plain(page)
    assert "12 345,67 €" in plain(" ".join(pages))
