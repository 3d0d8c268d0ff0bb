"""The columns of the workbooks, as the page of the design fixes them."""

from __future__ import annotations

import pytest
import rdflib

from droitcommun.graph.classeurs.form import FORMS, FormName, load_form
from droitcommun.graph.names import CDV

TITLES = {
    "recensement": {
        "Identité": [
            "Organisme",
            "Service ou direction*",
            "Fonction du référent technique*",
            "Suppléance (fonction)",
            "Date de réponse*",
            "Visa (fonction et date)",
            "Réponse*",
        ],
        "Contacts": ["Nom", "Fonction", "Courriel", "Téléphone"],
        "Engagements": ["Code", "Engagement", "Modalité", "État", "Preuve (texte ou lien)", "Précision"],
        "Positionnement": ["Code", "Ambition", "Prioritaire", "Néant cette année"],
        "Actions": [
            "Identifiant",
            "Intitulé de l'action ou du dispositif*",
            "Ambition principale*",
            "Autres ambitions et axes",
            "Forme de mobilisation*",
            "Où se déroule l'action*",
            "QPV ou communes concernés",
            "Public visé",
            "Habitants des QPV touchés",
            "dont femmes",
            "dont moins de 25 ans",
            "Porteur (si différent)",
            "Commentaire",
            "Suite donnée",
        ],
        "Moyens": [
            "Identifiant",
            "Action*",
            "Période*",
            "Nature et unité*",
            "Quantité*",
            "Dispositif ou source*",
            "Part bénéficiant aux QPV (%)",
            "Origine de cette part",
            "QPV du montant",
            "Fiabilité",
            "Commentaire",
        ],
    },
    "pilotage": {
        "Séances": ["Instance", "Date*", "Lieu", "Ordre du jour", "Statut", "Compte rendu"],
        "Présences": ["Séance", "Organisme", "Présence"],
        "Qualification": ["Dispositif ou source", "Qualification", "Décidé en"],
    },
}


@pytest.mark.parametrize("name", FORMS)
def test_sheets_and_titles_are_those_of_the_design(name: FormName) -> None:
    form = load_form(name)
    assert {s.name: [f.header for f in s.fields] for s in form.sheets} == TITLES[name]


def test_only_the_identifier_is_hidden() -> None:
    hidden = [(s.name, f.title) for name in FORMS for s in load_form(name).sheets for f in s.fields if f.hidden]
    assert hidden == [("Actions", "Identifiant"), ("Moyens", "Identifiant")]


def test_what_a_column_holds_comes_from_its_shape() -> None:
    sheet = load_form("recensement").sheet("Moyens")
    assert sheet.field("quantite").kind == "quantite"
    assert sheet.field("quantite").paths == (CDV + "quantite", CDV + "centimes", CDV + "nonChiffrable")
    assert sheet.field("partQPV").kind == "decimal"
    assert sheet.field("qpvDuMontant").classes == (CDV + "QPV",)
    assert sheet.field("originePart").required_if == (CDV + "partQPV",)
    actions = load_form("recensement").sheet("Actions")
    assert actions.field("autreAmbition").maximum == 3
    assert not actions.field("qpv").required and len(actions.field("qpv").required_if) == 3


def test_unknown_is_an_answer_except_in_compulsory_texts() -> None:
    refused = {
        (s.name, f.title)
        for s in load_form("recensement").sheets
        for f in s.fields
        if f.required and not f.accepts_unknown
    }
    assert refused == {
        ("Identité", "Service ou direction"),
        ("Identité", "Fonction du référent technique"),
        ("Actions", "Intitulé de l'action ou du dispositif"),
    }


@pytest.mark.parametrize("name", FORMS)
def test_each_column_is_also_a_rule_with_its_words(name: FormName) -> None:
    """Severity, message and correction in two languages, who has to act, and the rule counted."""
    from importlib import resources

    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    cdv = rdflib.Namespace(CDV)
    graph = rdflib.Graph()
    graph.parse(
        data=(resources.files("droitcommun.shapes") / f"formulaire-{name}.ttl").read_text("utf-8"), format="turtle"
    )
    shapes = [s for kind in (sh.PropertyShape, sh.NodeShape) for s in graph.subjects(rdflib.RDF.type, kind)]
    assert len(shapes) > 10
    for shape in shapes:
        assert graph.value(shape, sh.severity) is not None, shape
        assert graph.value(shape, cdv.regle) is not None, shape
        assert graph.value(shape, cdv.destinataire) is not None, shape
        for words in (sh.message, cdv.correction):
            assert {o.language for o in graph.objects(shape, words)} == {"fr", "en"}, (shape, words)
