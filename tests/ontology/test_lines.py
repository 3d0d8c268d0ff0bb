"""Each statement of the contract cites its line, and the line says it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

import pytest
from rdflib import DCTERMS, RDF, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.namespace import QB

CDV = Namespace("https://w3id.org/droit-commun/def#")
ID = Namespace("https://w3id.org/droit-commun/id/")
CALL = Namespace("https://w3id.org/droit-commun/id/call-2024/")
DOCUMENT = CALL["document/contrat-2024-09-24"]
LAST_LINE = 958


def references(graph: Graph, node: URIRef) -> list[str]:
    return sorted(str(o) for o in graph.objects(node, CDV.ligneSource))


def french(graph: Graph, node: URIRef, *predicates: URIRef) -> list[str]:
    found = [o for p in predicates for o in graph.objects(node, p) if isinstance(o, Literal)]
    return [str(o) for o in found if o.language in (None, "fr")]


def test_every_node_cites_a_source(contract: Graph) -> None:
    for node in set(contract.subjects()):
        if node == DOCUMENT or str(node).startswith(CALL + "document/"):
            continue
        sources = set(contract.objects(node, DCTERMS.source))
        assert sources, node
        assert bool(references(contract, node)) == (DOCUMENT in sources), node


def test_lines_are_well_written(contract: Graph) -> None:
    for node in set(contract.subjects(CDV.ligneSource)):
        for reference in references(contract, node):
            match = re.fullmatch(r"L([1-9]\d*)(?:-([1-9]\d*))?", reference)
            assert match, (node, reference)
            first, last = int(match[1]), int(match[2] or match[1])
            assert 1 <= first <= last <= LAST_LINE, (node, reference)
            assert not match[2] or first < last, (node, reference)


def test_the_document_is_the_one_cited(contract: Graph, document) -> None:
    text = "\n".join(document.lines).encode()
    assert hashlib.sha256(text).hexdigest() == str(contract.value(DOCUMENT, CDV.empreinte))
    assert len(document.lines) == LAST_LINE


def test_no_cited_line_is_empty(contract: Graph, document) -> None:
    for node in set(contract.subjects(CDV.ligneSource)):
        assert all(re.search(r"\w", document.text(r)) for r in references(contract, node)), node


def said_somewhere(graph: Graph) -> Iterator[tuple[URIRef, str]]:
    """Yield what must be found, word for word, in at least one of the lines its node cites."""
    words = {
        "Ambition": (SKOS.prefLabel,),
        "SousAxe": (SKOS.prefLabel,),
        "AxeTransversal": (SKOS.prefLabel,),
        "Pilier": (SKOS.definition,),
        "QPV": (SKOS.prefLabel,),
        "TypeEngagement": (SKOS.definition,),
        "FamilleEngagement": (SKOS.prefLabel,),
        "Instance": (CDV.mission,),
        "RoleGouvernance": (CDV.mission,),
        "Principe": (SKOS.definition,),
        "QuestionCopil": (SKOS.prefLabel,),
        "QuestionEvaluative": (SKOS.prefLabel,),
        "CritereVulnerabilite": (SKOS.prefLabel,),
        "CritereEvaluatif": (SKOS.prefLabel,),
        "ObjetEvaluation": (SKOS.prefLabel,),
        "Indicateur": (CDV.citation,),
        "EtapeConcertation": (CDV.valeurImprimee,),
        "Enonce": (CDV.valeurImprimee,),
    }
    for kind, predicates in words.items():
        for node in graph.subjects(RDF.type, CDV[kind]):
            for text in french(graph, node, *predicates):
                yield node, text.removesuffix("?") if kind == "QuestionEvaluative" else text
    for node in graph.subjects(RDF.type, QB.Observation):
        yield from ((node, text) for text in french(graph, node, CDV.valeurImprimee))
    for node in graph.subjects(SKOS.inScheme, CALL["referentiel/definitions"]):
        yield from ((node, text) for text in french(graph, node, SKOS.definition))
    for node in graph.subjects(RDF.type, CDV.Instance):
        for text in french(graph, node, CDV.composition):
            yield from ((node, part) for part in text.split(" ; "))
    for node in graph.subjects(RDF.type, CDV.Partie):
        yield from ((node, part) for text in french(graph, node, CDV.signataireElu) for part in text.split(", "))


def test_quotations_stand_in_the_lines_they_cite(contract: Graph, document) -> None:
    quotations = list(said_somewhere(contract))
    assert len(quotations) > 300
    for node, text in quotations:
        assert any(document.says(text, r) for r in references(contract, node)), (node, text)


def test_printed_counts_follow_their_label(contract: Graph, document) -> None:
    nodes = [*contract.subjects(RDF.type, CDV.Ambition), *contract.subjects(RDF.type, CDV.SousAxe)]
    assert len(nodes) == 23
    for node in nodes:
        (label,) = french(contract, node, SKOS.prefLabel)
        (line,) = references(contract, node)
        assert document.says(f"{label} {contract.value(node, CDV.compteurImprime)}", line), node


def test_a_printed_statement_stands_in_each_line_it_cites(contract: Graph, document) -> None:
    for node in contract.subjects(RDF.type, CDV.Enonce):
        for text in french(contract, node, CDV.valeurImprimee):
            assert all(document.says(text, r) for r in references(contract, node)), (node, text)


@pytest.mark.parametrize("kind", ["Partie", "Organisme"])
def test_bodies_are_named_in_the_lines_they_cite(kind: str, contract: Graph, document) -> None:
    for node in contract.subjects(RDF.type, CDV[kind]):
        organisme = contract.value(node, CDV.organisme) or node
        names = french(contract, organisme, SKOS.prefLabel, SKOS.altLabel)
        assert any(document.says(name, r) for name in names for r in references(contract, node)), node


def test_signatories_stand_in_their_block(contract: Graph, document) -> None:
    blocks = {"signataire": "L901-950", "partenaire": "L952-958", "deliberation-seule": "L872-878"}
    for node in contract.subjects(RDF.type, CDV.Partie):
        status = str(contract.value(node, CDV.statutPartie)).rsplit("/", 1)[1]
        first, last = (int(n) for n in blocks[status].replace("L", "").split("-"))
        numbers = [int(r[1:].split("-")[0]) for r in references(contract, node)]
        assert any(first <= n <= last for n in numbers), node


def test_municipalities_are_named_in_the_lines_they_cite(contract: Graph, document) -> None:
    misread = {"62276": "DOUVVIN", "62401": "HAINES", "62842": "VENDIN-LE-VIEL"}
    for node in contract.subjects(RDF.type, CDV.Commune):
        names = [*french(contract, node, SKOS.prefLabel), *filter(None, [misread.get(str(node).rsplit("/", 1)[1])])]
        for reference in references(contract, node):
            assert any(document.says(name, reference) for name in names), (node, reference)


def test_the_document_writes_legal_references_and_devices(contract: Graph, document) -> None:
    words = {
        "texte/loi-2014-173": "loi 2014-173 du 21 février 2014",
        "texte/circulaire-2023-08-31": "circulaire du 31 août 2023",
        "texte/instruction-2024-01-04": "4 janvier 2024",
        "texte/decret-2023-1314": "décret n° 2023-1314 du 28 décembre 2023",
        "dispositif/aap": "Appel à projet Politique de la Ville",
        "dispositif/ami": "Appel à Manifestation d'Intérêt (AMI) cohésion sociale",
        "dispositif/cpo": "Conventions Pluriannuelles d'Objectifs",
        "dispositif/quartiers-d-ete": "Quartiers d'été",
        "dispositif/cite-educative": "cité éducative",
        "dispositif/pre": "PRE, Cité éducative, NPNRU",
        "dispositif/npnru": "PRE, Cité éducative, NPNRU",
        "dispositif/abattement-tfpb": "abattement de la Taxe Foncière",
        "dispositif/proximite": "café conversation, réunions d'habitants, PIC",
        "dispositif/fonds-europeens": "fond européen",
        "dispositif/p147": "programme 147",
    }
    named = {
        str(n).removeprefix(CALL) for k in ("TexteOfficiel", "Dispositif") for n in contract.subjects(RDF.type, CDV[k])
    }
    assert named == set(words)
    for node, text in words.items():
        assert any(document.says(text, r) for r in references(contract, CALL[node])), node


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (ID["contrat/call-2024"], "2,5% de l'enveloppe départementale"),
        (ID["contrat/call-2024"], "3 piliers stratégiques (orientations stratégiques)"),
        (ID["contrat/call-2024"], "signature au 31 mars 2024"),
        (ID["contrat/call-2024"], "l'Etat et la CALL co-pilotent"),
        (ID["contrat/call-2024"], "Une ambition thématique"),
        (ID["contrat/cv219"], "CV219"),
        (CALL["instance/copil"], "1 à 2 fois par an"),
        (CALL["instance/gtp"], "3 à 4 fois par an"),
        (CALL["instance/hackathon"], "1 fois par an"),
        (CALL["type-engagement/E01"], "Les signataires obligatoires s'y engagent de fait"),
    ],
)
def test_figures_of_the_contract_stand_in_its_lines(contract: Graph, document, node: URIRef, text: str) -> None:
    assert any(document.says(text, r) for r in references(contract, node))
