"""The shared codes: exactly those of the first version, with the words of the workbooks."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from rdflib import RDF, SKOS, Graph, Literal, Namespace, URIRef

CODES = Namespace("https://w3id.org/droit-commun/codes/")
CDV = Namespace("https://w3id.org/droit-commun/def#")
FILES = sorted((Path(__file__).parents[2] / "ontology" / "codes").glob("*.ttl"))

EXPECTED = {
    "destine-a": "habitants professionnels",
    "perimetre-qpv": "dans-contrat a-cheval",
    "type-organisme": "etat epci commune departement region ars service-etat operateur protection-sociale bailleur "
    "banque-publique emploi-insertion association autre",
    "statut-partie": "signataire partenaire deliberation-seule",
    "categorie-legale": "conclut signe peut-signer elargi",
    "type-preuve": "presence-copil contribution-transmise presence-hackathon document-cadre referent-en-poste "
    "presence-gtp presence-formation indicateurs-contexte etudes indicateurs-activite evaluateur-designe "
    "positionnement rh-proximite convention-tfpb copil-local plan-action",
    "modalite": "de-fait declare non-pris",
    "etat-engagement": "constate en-cours pas-encore sans-objet sans-information",
    "probleme": "code-inconnu nombre-illisible date-illisible valeur-impossible cellule-en-erreur action-introuvable "
    "seance-introuvable visa-incomplet ligne-en-trop ligne-en-double cellule-obligatoire-vide candidature-introuvable "
    "avenant-introuvable nombre-negatif nombre-non-entier part-hors-bornes plus-que-le-total trop-de-decimales "
    "date-hors-du-siecle autre-unite ambition-deja-principale plusieurs-valeurs nombre-ambigu part-ambigue "
    "nombre-trop-grand intitule-en-double annee-illisible",
    "role-instance": "comite-pilotage groupe-technique hackathon comite-local participation reseau",
    "statut-campagne": "ouverte close publiee",
    "reponse": "actions-declarees neant",
    "forme-mobilisation": "offre-ordinaire renforcee adaptee nouvelle prestation-legale",
    "portee": "qpv equipement-voisin commune agglomeration au-dela",
    "public-vise": "tous 0-5-ans 6-15-ans 16-25-ans adultes seniors parents femmes",
    "suite": "nouvelle reconduite modifiee terminee",
    "phase": "realise-definitif realise-provisoire prevu realise remplace",
    "nature-moyen": "subvention depense-directe personnel permanences locaux-materiel depense-tfpb",
    "unite": "EUR ETP heures-par-an",
    "source-financement": "budget-ordinaire p147 cite-educative pre adulte-relais fonjep ami-agglomeration npnru ctg "
    "fse-feder abattement-tfpb autre",
    "origine-part": "comptee population allocataires eleves logements dire-d-expert",
    "fiabilite": "compte estime dire-d-expert",
    "statut-seance": "tenue a-venir annulee",
    "presence": "present excuse absent",
    "qualification": "droit-commun specifique cas-par-cas",
    "statut-discordance": "a-arbitrer sans-consequence",
    "origine": "droit-commun specifique abattement-tfpb a-qualifier",
    "localisation": "plusieurs-qpv communal agglomeration au-dela non-localise sans-ambition",
    "etat-couverture": "agit non-concerne attendu-rien-declare neant-declare pas-de-reponse",
    "destinataire": "contributeur copilotes commune prefecture gtp equipe-outil",
    "type-objet": "gouvernance ambition",
    "effet-avenant": "contrat-fin contrat-plafond contrat-evaluations-gouvernance contrat-evaluations-ambition "
    "pilier-renomme pilier-ajoute pilier-retire ambition-renommee ambition-ajoutee ambition-retiree ambition-scindee "
    "ambition-fusionnee axe-renomme axe-ajoute axe-retire qpv-entre qpv-sorti qpv-renomme qpv-population qpv-contour "
    "commune-entre commune-sortie commune-fusionnee organisme-entre organisme-sorti organisme-renomme "
    "organisme-fusionne organisme-place engagement-ajoute engagement-modifie engagement-etendu engagement-retire "
    "frequence-modifiee instance-ajoutee instance-renommee instance-retiree",
    "motif-non-applique": "hors-contrat seance-non-tenue seance-hors-copil element-manquant element-autre-nature "
    "element-hors-vigueur plusieurs-elements scission-seule fusion-seule code-manquant code-deja-pris code-mal-forme "
    "libelle-manquant rattachement-manquant nombre-manquant partie-incomplete ligne-illisible "
    "date-manquante date-impossible taux-manquant nombres-inverses pilier-occupe rien-a-changer",
    "etat-decision": "a-faire en-cours realisee abandonnee",
    "etat-visa": "vise a-renouveler non-vise",
    "decision-candidature": "retenue refusee ajournee",
    "statistique": "valeur minimum maximum moyenne",
    "statut-observation": "definitive provisoire estimee secrete non-disponible",
    "suite-contribution": "a-examiner retenue retenue-en-partie non-retenue",
    "element-copil": "reponses-recues actions-declarees euros-dc-realise euros-spec-realise euros-a-qualifier-realise "
    "euros-dc-prevu euros-spec-prevu etp-realise habitants-touches actions-aux-habitants-connus "
    "evaluations-restituees reponses-manquantes ambitions-sans-action ambitions-un-seul-organisme "
    "qpv-sans-action evaluations-a-restituer decisions-a-realiser",
}

WORKBOOK = {
    "modalite": "De fait / Déclaré / Non pris",
    "forme-mobilisation": "Offre ordinaire / Renforcée / Adaptée, aller-vers / Nouvelle / Prestation légale",
    "portee": "Dans un QPV / Équipement voisin / Commune(s) / Agglomération / Territoire plus large",
    "public-vise": "Tous / 0-5 ans / 6-15 ans / 16-25 ans / Adultes / Seniors / Parents / Femmes",
    "suite": "Nouvelle / Reconduite / Modifiée / Terminée",
    "nature-moyen": "Subvention (€) / Dépense directe (€) / Personnel (ETP) / Permanences (heures par an) / "
    "Locaux et matériel valorisés (€) / Dépense TFPB (€)",
    "source-financement": "Budget ordinaire / P147 / Cité éducative / PRE / Adulte-relais / Fonjep / "
    "AMI de l'agglomération / NPNRU / CTG / FSE+ ou FEDER / Abattement TFPB / Autre",
    "origine-part": "Comptée / Population / Allocataires / Élèves / Logements / À dire d'expert",
    "fiabilite": "Compté / Estimé / À dire d'expert",
    "reponse": "Actions déclarées / Néant",
    "statut-seance": "tenue / à venir / annulée",
    "presence": "Présent / Excusé / Absent",
    "qualification": "Droit commun / Spécifique / Au cas par cas",
    "etat-decision": "À faire / En cours / Réalisée / Abandonnée",
    "etat-visa": "Visé / Visa à renouveler / Pas encore visé",
    "decision-candidature": "Retenue / Refusée / Ajournée",
}


def in_order(graph: Graph, scheme: str) -> list[URIRef]:
    concepts = [s for s in graph.subjects(SKOS.inScheme, CODES[scheme]) if isinstance(s, URIRef)]
    return sorted(concepts, key=lambda c: int(str(graph.value(c, CDV.ordre))))


def labels(graph: Graph, node: URIRef, language: str) -> list[str]:
    return [str(o) for o in graph.objects(node, SKOS.prefLabel) if isinstance(o, Literal) and o.language == language]


def test_one_scheme_a_file() -> None:
    assert {f.stem for f in FILES} == set(EXPECTED)
    for file in FILES:
        graph = Graph(bind_namespaces="none").parse(file, format="turtle")
        assert list(graph.subjects(RDF.type, SKOS.ConceptScheme)) == [CODES[file.stem]]


@pytest.mark.parametrize("scheme", EXPECTED)
def test_codes_of_a_scheme(scheme: str, codes: Graph) -> None:
    concepts = in_order(codes, scheme)
    assert [str(c).removeprefix(CODES + scheme + "/") for c in concepts] == EXPECTED[scheme].split()
    for rank, concept in enumerate(concepts, 1):
        assert str(codes.value(concept, SKOS.notation)) == str(concept).rsplit("/", 1)[1]
        assert codes.value(concept, CDV.ordre) == Literal(rank)
        assert len(labels(codes, concept, "fr")) == len(labels(codes, concept, "en")) == 1


@pytest.mark.parametrize("scheme", WORKBOOK)
def test_words_of_the_workbook(scheme: str, codes: Graph) -> None:
    words = [labels(codes, concept, "fr")[0] for concept in in_order(codes, scheme)]
    assert words == re.split(" / ", WORKBOOK[scheme])


def test_words_that_depend_on_more_than_the_list(codes: Graph) -> None:
    phase = [labels(codes, c, "fr")[0] for c in in_order(codes, "phase")]
    assert phase[:3] == ["Réalisé N-1 définitif", "Réalisé N-1 provisoire", "Prévu N"]
    etat = [labels(codes, c, "fr")[0] for c in in_order(codes, "etat-engagement")]
    assert etat == ["Constaté", "En cours", "Pas encore", "Sans objet", "Sans information"]


def test_a_word_names_one_code_of_its_scheme(codes: Graph) -> None:
    for scheme in EXPECTED:
        words: Counter[tuple[str, str]] = Counter()
        for concept in in_order(codes, scheme):
            names = {
                (str(o.language), str(o).casefold())
                for p in (SKOS.prefLabel, SKOS.altLabel)
                for o in codes.objects(concept, p)
                if isinstance(o, Literal)
            }
            words.update(names)
        assert [w for w, n in words.items() if n > 1] == []


def test_each_nature_has_its_unit(codes: Graph) -> None:
    units = {
        str(n).rsplit("/", 1)[1]: [str(u).rsplit("/", 1)[1] for u in codes.objects(n, CDV.unite)]
        for n in in_order(codes, "nature-moyen")
    }
    assert units == {
        "subvention": ["EUR"],
        "depense-directe": ["EUR"],
        "personnel": ["ETP"],
        "permanences": ["heures-par-an"],
        "locaux-materiel": ["EUR"],
        "depense-tfpb": ["EUR"],
    }


def test_both_actual_phases_are_grouped(codes: Graph) -> None:
    realise = CODES["phase/realise"]
    assert set(codes.subjects(SKOS.broader, realise)) == {
        CODES["phase/realise-provisoire"],
        CODES["phase/realise-definitif"],
    }
