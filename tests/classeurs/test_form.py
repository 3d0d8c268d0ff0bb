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
        "Séances": ["Instance", "Date*", "Lieu", "Ordre du jour", "Statut", "Compte rendu", "Points traités"],
        "Présences": ["Séance", "Organisme", "Présence"],
        "Qualification": ["Dispositif ou source", "Qualification", "Décidé en"],
        "Dépôts": ["Identifiant", "Organisme*", "Nature du dépôt*", "Intitulé ou référence*", "Date*"],
        "Évaluation": [
            "Identifiant",
            "Objet*",
            "Ambition",
            "Question évaluée*",
            "Critères*",
            "Décidé en séance",
            "Évaluateurs",
            "Restitué en séance",
        ],
        "Candidatures": [
            "Identifiant",
            "Territoire*",
            "Commune*",
            "Habitants",
            "Diagnostic signé par",
            "Crédits P147 de l'année (€)",
            "Décision",
            "Décidé en séance",
        ],
        "Critères": ["Identifiant", "Candidature", "Critère*", "Satisfait*", "Preuve (texte ou lien)"],
        "Enveloppe": ["Enveloppe départementale P147 (€)*", "Source"],
        "Plans d'action": [
            "Identifiant",
            "Organisme*",
            "QPV*",
            "Intitulé du plan*",
            "Étapes et calendrier",
            "Actions regroupées",
        ],
        "Conventions": ["Identifiant", "Intitulé*", "Porteur", "Début*", "Fin*"],
        "Avenants": [
            "Identifiant",
            "Intitulé*",
            "Date d'effet*",
            "Validé en séance*",
            "Éléments modifiés",
            "Ce qui change",
        ],
        "Effets des avenants": [
            "Identifiant",
            "Avenant*",
            "Effet*",
            "Élément concerné",
            "Nouveau code",
            "Nouveau libellé",
            "Libellé court",
            "Rattachement",
            "Nombre",
            "Type d'organisme",
            "Statut",
            "Catégorie légale",
            "Signataire obligatoire",
            "Nombre au plus",
            "Taux (%)",
            "Nouvelle fin du contrat",
            "S'applique à",
            "Prouvé par",
            "Durée de la preuve (ans)",
            "Dans la mesure du possible",
            "Toutes les preuves",
        ],
        "Décisions": ["Identifiant", "Décision*", "Responsable", "Échéance", "État*", "Séance"],
        "Dérogations": ["Identifiant", "Constat*", "Motif*", "Valable jusqu'au*"],
        "Nouveaux indicateurs": ["Indicateur*", "Ce qu'il mesure*", "Unité*", "Dénominateur", "Thème"],
        "Indicateurs": [
            "Identifiant",
            "Indicateur*",
            "Territoire*",
            "Année*",
            "Valeur",
            "Statut",
            "Statistique",
            "Champ",
            "Source*",
        ],
        "Contributions": [
            "Identifiant",
            "Contribution*",
            "Exprimée en séance*",
            "Ambition",
            "QPV",
            "Relayée en séance",
            "Suite donnée",
            "Réponse faite",
        ],
        "Dispositifs": [
            "Identifiant",
            "Dispositif*",
            "Lancé le",
            "Réponses jusqu'au",
            "Projets déposés",
            "Projets retenus",
            "Enveloppe de l'année (€)",
            "Programmé en séance",
        ],
    },
}


@pytest.mark.parametrize("name", FORMS)
def test_sheets_and_titles_are_those_of_the_design(name: FormName) -> None:
    form = load_form(name)
    assert {s.name: [f.header for f in s.fields] for s in form.sheets} == TITLES[name]


def test_only_the_identifier_is_hidden() -> None:
    hidden = [(s.name, f.title) for name in FORMS for s in load_form(name).sheets for f in s.fields if f.hidden]
    named = ("Dépôts", "Évaluation", "Candidatures", "Critères", "Plans d'action", "Conventions")
    later = ("Décisions", "Dérogations", "Indicateurs", "Contributions", "Dispositifs")
    sheets = ("Actions", "Moyens", *named, "Avenants", "Effets des avenants", *later)
    assert hidden == [(sheet, "Identifiant") for sheet in sheets]


def test_a_column_may_offer_a_part_of_a_list_only() -> None:
    kinds = load_form("pilotage").sheet("Dépôts").field("typePreuve").allowed
    assert len(kinds) == 9 and not [code for code in kinds if "presence-copil" in code or "contribution" in code]
    assert load_form("pilotage").sheet("Présences").field("etatPresence").allowed == ()


def test_a_sheet_says_since_which_version_it_is_there() -> None:
    since = {s.name: s.since for s in load_form("pilotage").sheets}
    assert {name for name, version in since.items() if version == 1} == {"Séances", "Présences", "Qualification"}
    assert set(since.values()) == {1, 2, 3}


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
