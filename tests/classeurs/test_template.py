"""The workbooks as Excel and LibreOffice will see them, read back by another library."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from droitcommun.graph.classeurs.context import Choice, EngagementRow, TemplateContext, build_context
from droitcommun.graph.classeurs.form import load_form
from droitcommun.graph.classeurs.read import read_classeur
from droitcommun.graph.classeurs.template import render_template, write_template
from droitcommun.graph.derive import derive
from droitcommun.graph.errors import OrganismeInconnu
from droitcommun.graph.reference import reference_store
from droitcommun.graph.store import Store

VAL_D_ESSAI = Path(__file__).parents[1] / "contrats" / "val-d-essai.ttl"
CAMPAGNE = """
<https://w3id.org/droit-commun/id/val-d-essai/campagne/2026> a cdv:Campagne ;
  cdv:contrat <https://w3id.org/droit-commun/id/contrat/val-d-essai> ; cdv:annee "2026"^^xsd:gYear ;
  cdv:dateReference "2026-01-01"^^xsd:date .
"""
MADE = date(2026, 1, 15)


@pytest.fixture(scope="module")
def dataset() -> Store:
    """The fictitious contract with one campagne, and what derives from them."""
    store = reference_store()
    store.load(VAL_D_ESSAI)
    store.add(Store.from_turtle(CAMPAGNE).triples())
    derive(store)
    return store


@pytest.fixture(scope="module")
def context(dataset: Store) -> TemplateContext:
    return build_context(dataset, "val-d-essai", 2026, "commune-00001", "Éducation", MADE, False)


def opened(context: TemplateContext, name: Any = "recensement") -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(render_template(load_form(name), context)))


def column(sheet: Any, title: str) -> str:
    return next(cell.column_letter for cell in sheet[2] if str(cell.value).rstrip("*") == title)


def choices(book: openpyxl.Workbook, sheet: str, title: str) -> list[str]:
    """Return what the drop-down list of a column offers, followed through the hidden sheet."""
    page = book[sheet]
    first = f"{column(page, title)}3"
    (formula,) = [v.formula1 for v in page.data_validations.dataValidation if v.type == "list" and first in v.sqref]
    if formula.startswith('"'):
        return str(formula.strip('"')).split(",")
    name, _, cells = formula.rpartition("!")
    return [row[0].value for row in book[name.strip("='")][cells.replace("$", "")]]


def test_context_is_read_from_the_contract(context: TemplateContext) -> None:
    assert context.titre == "Contrat de ville du Val d'Essai"
    assert context.organisme == Choice("commune-00001", "Commune d'Essai-le-Haut")
    assert context.engagements == (
        EngagementRow("E01", "Faire état de son droit commun", "De fait"),
        EngagementRow("E02", "Tenir un copil communal", "De fait"),
    )
    assert [str(c) for c in context.ambitions][:2] == ["A1.1 – Apprendre", "A1.2 – Se soigner"]
    assert [c.code for c in context.qpv] == ["QN00001X", "QN00002X", "QN00003X"]
    assert [c.code for c in context.axes] == ["T1"] and [c.code for c in context.instances] == ["copil"]


def test_a_partner_has_the_commitments_that_apply_and_none_de_facto(dataset: Store) -> None:
    context = build_context(dataset, "val-d-essai", 2026, "essai-caf", "", MADE, False)
    assert context.engagements == (EngagementRow("E01", "Faire état de son droit commun", ""),)


def test_an_unknown_body_is_refused_with_a_suggestion(dataset: Store) -> None:
    with pytest.raises(OrganismeInconnu, match="essai-caf"):
        build_context(dataset, "val-d-essai", 2026, "essai-caff", "", MADE, False)


def test_sheets_and_their_states(context: TemplateContext) -> None:
    book = opened(context)
    assert [(s.title, s.sheet_state) for s in book] == [
        ("Mode d'emploi", "visible"),
        ("Identité", "visible"),
        ("Contacts", "visible"),
        ("Engagements", "visible"),
        ("Positionnement", "visible"),
        ("Actions", "visible"),
        ("Moyens", "visible"),
        ("_listes", "hidden"),
        ("_modele", "hidden"),
    ]


def test_title_headers_and_frozen_rows(context: TemplateContext) -> None:
    for sheet in load_form("recensement").sheets:
        page = opened(context)[sheet.name]
        hidden = [f.hidden for f in sheet.fields]
        first = page.cell(1, 1 + hidden.index(False)).value
        assert first.startswith(sheet.title) and sheet.title_help in first
        assert [cell.value for cell in page[2]] == [f.header for f in sheet.fields]
        assert page.freeze_panes == ("C3" if hidden[0] else "B3")
        assert [page.column_dimensions[c].hidden for c in "AB"] == [hidden[0], False]
        for cell, field in zip(page[2], sheet.fields, strict=True):
            assert field.hidden or (cell.comment and cell.comment.text == field.help)


def test_a_sheet_is_printed_at_a_size_that_is_read(context: TemplateContext) -> None:
    inches = {9: 11.69, 8: 16.54}  # A4 and A3 lying
    for sheet in opened(context).worksheets[1:]:
        if sheet.sheet_state == "visible":
            page = sheet.page_setup
            widths = [d.width * (d.max - d.min + 1) for d in sheet.column_dimensions.values() if not d.hidden]
            room = (inches[page.paperSize] - sheet.page_margins.left - sheet.page_margins.right) * 96 / 7
            assert (page.orientation, page.fitToHeight) == ("landscape", 0)
            assert 11 * min(1, room / sum(widths)) >= 6.5, sheet.title  # points


def test_prefilled_rows(context: TemplateContext) -> None:
    book = opened(context)
    rows = {name: [list(row) for row in book[name].iter_rows(min_row=3, values_only=True)] for name in book.sheetnames}
    assert rows["Identité"] == [["Commune d'Essai-le-Haut", "Éducation", None, None, None, None, None]]
    assert rows["Engagements"] == [
        ["E01", "Faire état de son droit commun", "De fait", None, None, None],
        ["E02", "Tenir un copil communal", "De fait", None, None, None],
    ]
    assert [row[:2] for row in rows["Positionnement"]] == [
        ["A1.1", "Apprendre"],
        ["A1.2", "Se soigner"],
        ["A1.3", "Se loger"],
        ["A2.1", "Se former entre professionnels"],
        ["A2.2", "Partager les données"],
    ]
    assert rows["Actions"] == [] and rows["Moyens"] == [] and rows["Contacts"] == []


def test_model_sheet(context: TemplateContext, tmp_path: Path) -> None:
    write_template(load_form("recensement"), tmp_path / "dossier" / "a.xlsx", context)
    model = read_classeur(tmp_path / "dossier" / "a.xlsx").model
    assert model is not None
    assert (model.genre, model.version, model.contrat, model.annee) == ("recensement", "1", "val-d-essai", 2026)
    assert (model.organisme, model.service) == ("commune-00001", "Éducation")
    said = {r[0]: r[1] for r in opened(context)["_modele"].iter_rows(values_only=True)}
    assert said["fait-le"] == "2026-01-15" and said["fictif"] == "Non"


def test_drop_down_lists(context: TemplateContext) -> None:
    book = opened(context)
    assert choices(book, "Actions", "Ambition principale") == [
        "A1.1 – Apprendre",
        "A1.2 – Se soigner",
        "A1.3 – Se loger",
        "A2.1 – Se former entre professionnels",
        "A2.2 – Partager les données",
        "Ne sait pas",
    ]
    assert choices(book, "Moyens", "Période") == [
        "Réalisé N-1 définitif",
        "Réalisé N-1 provisoire",
        "Prévu N",
        "Ne sait pas",
    ]
    assert choices(book, "Positionnement", "Prioritaire") == ["Oui", "Non", "Ne sait pas"]
    assert choices(book, "Identité", "Réponse")[:2] == ["Actions déclarées", "Néant"]
    # The body's own places come first: the QPV of its commune, the commune itself, then the others.
    assert choices(book, "Actions", "QPV ou communes concernés") == [
        "QN00001X – Les Tilleuls",
        "QN00002X – Les Érables",
        "00001 – Essai-le-Haut",
        "QN00003X – Les Saules",
        "00002 – Essai-le-Bas",
    ]
    assert choices(book, "Moyens", "QPV du montant")[0] == "QN00001X – Les Tilleuls"


def test_the_actions_of_the_sheet_are_the_list_of_moyens(context: TemplateContext) -> None:
    book = opened(context)
    book["Actions"]["B3"] = "Permanences"
    assert choices(book, "Moyens", "Action")[:2] == ["Permanences", None]


def test_lists_never_refuse_and_help_fits_excel(context: TemplateContext) -> None:
    for name in ("recensement", "pilotage"):
        for sheet in opened(context, name):
            for validation in sheet.data_validations.dataValidation:
                assert validation.type in (None, "list") and validation.errorStyle in (None, "warning")
                assert 0 < len(validation.promptTitle) <= 32 and 0 < len(validation.prompt) <= 255


def test_every_column_has_its_help_when_a_cell_is_chosen(context: TemplateContext) -> None:
    book = opened(context)
    for sheet in load_form("recensement").sheets:
        shown = {str(v.sqref)[0] for v in book[sheet.name].data_validations.dataValidation}
        assert len(shown) == sum(not f.hidden for f in sheet.fields), sheet.name


def test_fictitious_data_is_said_wherever_it_shows(context: TemplateContext) -> None:
    book = opened(replace(context, fictif=True))
    for sheet in book:
        if sheet.sheet_state == "visible":
            assert any(
                str(c).startswith("Données fictives") for c in next(sheet.iter_rows(max_row=1, values_only=True))
            )
    assert "Données fictives" in book.properties.description
    assert "Données fictives" not in " ".join(str(c.value) for s in opened(context) for row in s for c in row)


def test_the_same_context_gives_the_same_bytes(context: TemplateContext) -> None:
    form = load_form("recensement")
    assert render_template(form, context) == render_template(form, context)
    assert render_template(form, context) != render_template(form, replace(context, made=date(2026, 1, 16)))


@pytest.mark.parametrize("poison", ['=HYPERLINK("http://x")', "+1+1", "@SUM(A1)", "-2+3", "http://exemple.fr", "12"])
def test_names_are_written_as_texts_whatever_they_start_with(context: TemplateContext, poison: str) -> None:
    body = Choice("commune-00001", poison)
    context = replace(context, organisme=body, service=poison, ambitions=(Choice("A1.1", poison),))
    data = render_template(load_form("recensement"), context)
    book = openpyxl.load_workbook(BytesIO(data))
    cells = [book["Identité"]["A3"], book["Identité"]["B3"], book["Positionnement"]["B3"]]
    assert [(c.value, c.data_type) for c in cells] == [(poison, "s")] * 3
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for part in archive.namelist():
            assert part.startswith("xl/comments") or b"<f>" not in archive.read(part) or "worksheets" in part
            if part.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in archive.read(part) and b"<hyperlink" not in archive.read(part)


def test_the_guide_speaks_plain_french_and_lists_the_codes(context: TemplateContext) -> None:
    text = "\n".join(str(row[0]) for row in opened(context)["Mode d'emploi"].iter_rows(values_only=True))
    for words in (
        "campagne 2026",
        "Éducation",
        "étoile",
        "Ne sait pas",
        "Terminée",
        "A1.1 – Apprendre",
        "QN00001X – Les Tilleuls",
    ):
        assert words in text
    for sheet in load_form("recensement").sheets:
        assert f"{sheet.name} : {sheet.title_help}" in text


def test_steering_workbook(dataset: Store) -> None:
    context = build_context(dataset, "val-d-essai", 2026, None, "", MADE, False)
    book = opened(context, "pilotage")
    sheets = [s.name for s in load_form("pilotage").sheets]
    assert [s.title for s in book] == ["Mode d'emploi", *sheets, "_listes", "_modele"]
    assert choices(book, "Séances", "Instance") == ["Comité de pilotage"]
    assert "Caf d'Essai" in choices(book, "Présences", "Organisme")
    meetings = choices(book, "Présences", "Séance")
    assert len(meetings) == 60 and "'Séances'!$A$3" in meetings[0]
    sources = [row[0] for row in book["Qualification"].iter_rows(min_row=3, values_only=True)]
    assert sources[:2] == ["Budget ordinaire", "P147"] and len(sources) == 12
    kinds = choices(book, "Dépôts", "Nature du dépôt")
    assert kinds[0] == "Document cadre partagé" and "Plan d'action par QPV" in kinds and "Ne sait pas" in kinds
    assert not [kind for kind in kinds if kind.startswith(("Présence au comité", "Contribution"))]
    assert choices(book, "Évaluation", "Critères") == ["cout – Coût", "effet – Effet"]
    assert choices(book, "Critères", "Critère")[0] == "a – Moins de 500 habitants"
    assert choices(book, "Séances", "Points traités") == ["Q1 – Qu'avons-nous fait ?"]
    assert choices(book, "Plans d'action", "QPV")[0] == "QN00001X – Les Tilleuls"
    assert choices(book, "Avenants", "Éléments modifiés")[0] == "A1.1 – Apprendre"


def test_an_empty_workbook_sent_back_says_what_is_missing_and_nothing_else(
    desk: Any, context: TemplateContext, models: Any
) -> None:
    path = desk.save(render_template(load_form("recensement"), context))
    mapped = desk.map(path)
    assert [(p.gravite, p.code, p.cellule) for p in mapped.problems] == [
        ("reserve", "cellule-obligatoire-vide", "C3"),
        ("reserve", "cellule-obligatoire-vide", "E3"),
        ("reserve", "cellule-obligatoire-vide", "G3"),
        ("bloquant", "classeur-vide", None),
    ]
    assert mapped.triples == []
    assert mapped.organisme == "commune-00001" and mapped.service == "Éducation"
