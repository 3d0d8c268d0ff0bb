"""Every word used is declared: ours in droit-commun.ttl, the others in their own standard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SH, SKOS, BNode, Graph, Literal, Namespace, URIRef, namespace

ROOT = Path(__file__).parents[2]
BASE = "https://w3id.org/droit-commun/"
CDV = Namespace(BASE + "def#")
CODES = Namespace(BASE + "codes/")
ONTOLOGY = URIRef(BASE + "def")

CLOSED = tuple(
    getattr(namespace, prefix)
    for prefix in [
        "CSVW",
        "DCTERMS",
        "FOAF",
        "GEO",
        "ODRL2",
        "ORG",
        "OWL",
        "PROV",
        "QB",
        "RDF",
        "RDFS",
        "SDO",
        "SH",
        "SKOS",
        "VANN",
        "XSD",
    ]
)
# Read in the standards themselves: SDMX-RDF (used by Data Cube), vCard, and for the others ../shared/data/semic.
READ = {
    "http://purl.org/linked-data/sdmx/2009/dimension#": {"refArea", "refPeriod"},
    "http://purl.org/linked-data/sdmx/2009/measure#": {"obsValue"},
    "http://purl.org/linked-data/sdmx/2009/attribute#": {"obsStatus"},
    "http://www.w3.org/2006/vcard/ns#": {"hasEmail", "hasTelephone", "role"},
    "http://data.europa.eu/m8g/": {"Evidence", "PublicOrganisation", "Requirement", "hasSupportingEvidence"},
    "http://data.europa.eu/eli/ontology#": {"LegalResource"},
}
PAGES = (
    "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    "https://www.legifrance.gouv.fr/jorf/id/",
    "http://data.europa.eu/eli/reg/",
)
# Names that scripts outside the repository rely on.
CLASSES = [
    "ContratDeVille",
    "Pilier",
    "Ambition",
    "AxeTransversal",
    "SousAxe",
    "QPV",
    "Commune",
    "Organisme",
    "Partie",
    "TypeEngagement",
    "Engagement",
    "SuiviEngagement",
    "Preuve",
    "Campagne",
    "Contribution",
    "Action",
    "Moyen",
    "Instance",
    "Seance",
    "Presence",
    "Indicateur",
    "Discordance",
    "Avenant",
    "Candidature",
    "QuestionEvaluative",
]

TURTLE = sorted([*(ROOT / "ontology").rglob("*.ttl"), *(ROOT / "shapes").rglob("*.ttl")])
QUERIES = sorted((ROOT / "queries").rglob("*.rq"))
PYTHON = sorted([*(ROOT / "graph").rglob("*.py"), *(ROOT / "cli").rglob("*.py")])


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def load(path: Path) -> Graph:
    return Graph(bind_namespaces="none").parse(path, format="turtle")


def iris(graph: Graph) -> set[URIRef]:
    found = {term for triple in graph for term in triple if isinstance(term, URIRef)}
    return found | {o.datatype for o in graph.objects() if isinstance(o, Literal) and o.datatype}


def fault(iri: str) -> bool:
    """Tell whether a term that is not ours is missing from its standard."""
    iri = str(iri)
    for space in CLOSED:
        if iri.startswith(str(space._NS)):
            return iri not in space
    for start, terms in READ.items():
        if iri.startswith(start):
            return iri.removeprefix(start) not in terms
    return not iri.startswith(PAGES)


def declared(vocabulary: Graph) -> set[str]:
    return {str(s).removeprefix(CDV) for s in vocabulary.subjects(RDFS.isDefinedBy, ONTOLOGY)}


@pytest.mark.parametrize("path", TURTLE, ids=name)
def test_reused_terms_exist_in_their_standard(path: Path) -> None:
    wrong = sorted(iri for iri in iris(load(path)) if not iri.startswith(BASE) and fault(iri))
    assert wrong == []


def test_the_lint_sees_a_misspelt_term() -> None:
    assert fault(str(RDFS) + "Property")
    assert fault(str(SH) + "dataType")
    assert fault("http://data.europa.eu/m8g/Requirements")
    assert fault("http://exemple.org/inconnu")
    assert not fault(str(SKOS.prefLabel))


def test_terms_read_in_european_vocabularies_stand_there() -> None:
    folder = ROOT / ".." / "shared" / "data" / "semic"
    if not folder.exists():
        pytest.skip("données réelles absentes (../shared)")
    text = "".join(p.read_text(encoding="utf-8") for p in folder.rglob("*.ttl"))
    for start in ("http://data.europa.eu/m8g/", "http://data.europa.eu/eli/ontology#"):
        for term in READ[start]:
            assert re.search(re.escape(start + term) + r"\b|\bcv:" + term + r"\b", text), term


@pytest.mark.parametrize("path", [*TURTLE, *QUERIES, *PYTHON], ids=name)
def test_our_terms_are_declared(path: Path, vocabulary: Graph) -> None:
    text = path.read_text(encoding="utf-8")
    used = set(re.findall(r"\bcdv:([A-Za-z]\w*)", text))
    used |= set(re.findall(r"\bcdv\(\"(\w+)\"\)", text)) | set(re.findall(r"\bCDV \+ \"(\w+)\"", text))
    used |= set(re.findall(re.escape(CDV) + r"(\w+)", text))
    assert sorted(used - declared(vocabulary)) == []


def test_each_term_has_label_and_definition_in_both_languages(vocabulary: Graph) -> None:
    terms = set(vocabulary.subjects(RDFS.isDefinedBy, ONTOLOGY))
    assert {str(s) for s in vocabulary.subjects() if str(s).startswith(CDV)} == {str(t) for t in terms}
    for term in terms:
        for predicate in (RDFS.label, SKOS.definition):
            languages = sorted(str(o.language) for o in vocabulary.objects(term, predicate) if isinstance(o, Literal))
            assert languages == ["en", "fr"], (term, predicate)


def test_terms_are_classes_or_properties_with_ascii_names(vocabulary: Graph) -> None:
    classes = set(vocabulary.subjects(RDF.type, OWL.Class))
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    properties = {s for kind in kinds for s in vocabulary.subjects(RDF.type, kind)}
    assert not classes & properties
    assert {str(t).removeprefix(CDV) for t in classes | properties} == declared(vocabulary)
    assert all(re.fullmatch(r"[A-Z][A-Za-z0-9]*", str(c).removeprefix(CDV)) for c in classes)
    assert all(re.fullmatch(r"[a-z][A-Za-z0-9]*", str(p).removeprefix(CDV)) for p in properties)
    assert set(CLASSES) <= {str(c).removeprefix(CDV) for c in classes}


def test_domains_and_ranges_are_single_and_known(vocabulary: Graph) -> None:
    for predicate in (RDFS.domain, RDFS.range):
        for term in set(vocabulary.subjects(predicate)):
            values = list(vocabulary.objects(term, predicate))
            assert len(values) == 1, term
            known = (values[0], RDF.type, OWL.Class) in vocabulary or not str(values[0]).startswith(CDV)
            assert known, (term, values[0])


def test_the_ontology_header_has_version_and_licence(vocabulary: Graph) -> None:
    assert vocabulary.value(ONTOLOGY, OWL.versionIRI) == URIRef(BASE + "def/0.1.0")
    licence = URIRef("https://www.etalab.gouv.fr/licence-ouverte-open-licence")
    assert vocabulary.value(ONTOLOGY, DCTERMS.license) == licence
    assert not list(vocabulary.objects(ONTOLOGY, OWL.imports))


@pytest.mark.parametrize("path", sorted((ROOT / "ontology").rglob("*.ttl")), ids=name)
def test_no_blank_node_no_unused_prefix(path: Path) -> None:
    graph = load(path)
    assert not [t for triple in graph for t in triple if isinstance(t, BNode)]
    text = path.read_text(encoding="utf-8")
    body = re.sub(r'"""(?:.|\n)*?"""|"(?:[^"\\\n]|\\.)*"|^@prefix.*$|^#.*$', " ", text, flags=re.M)
    unused = [p for p in re.findall(r"^@prefix ([\w-]+):", text, flags=re.M) if not re.search(rf"(?<![\w-]){p}:", body)]
    assert [p for p in unused if not (p == "xsd" and "^^xsd:" in text)] == []
    assert all(str(iri).isascii() for iri in iris(graph))


def test_every_code_scheme_serves_a_property(vocabulary: Graph, codes: Graph) -> None:
    schemes = set(codes.subjects(RDF.type, SKOS.ConceptScheme))
    assert set(vocabulary.objects(None, CDV.listeDeCodes)) == schemes


def code_references(path: Path) -> set[str]:
    """Return the IRIs of the shared codes that a file names."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return {CODES + f"{s}/{c}" for s, c in re.findall(r"code_iri\(\"([\w-]+)\", \"([\w-]+)\"\)", text)}
    if path.suffix == ".ttl":
        graph = load(path)
        found = {str(iri) for iri in iris(graph) if iri.startswith(CODES)}
        texts = [str(o) for p in (SH.select, CDV.attendus) for o in graph.objects(None, p)]
        shapes = load(ROOT / "shapes" / "00-prefixes.ttl") if texts else Graph()
        prefixes = {
            str(shapes.value(s, SH.prefix)): str(shapes.value(s, SH.namespace)) for s in shapes.subjects(SH.prefix)
        }
    else:
        found = set()
        texts = ["\n".join(line for line in text.splitlines() if not line.startswith("#"))]
        prefixes = dict(re.findall(r"PREFIX ([\w-]+):\s*<([^>]+)>", text))
    for query in texts:
        for prefix, start in prefixes.items():
            if start.startswith(CODES):
                used = re.findall(rf"(?<![\w:?$<-]){prefix}:((?:[\w-]|\\/)+)", query)
                found |= {start + code.replace("\\/", "/") for code in used}
    return found


@pytest.mark.parametrize("path", [*TURTLE, *QUERIES, *PYTHON], ids=name)
def test_codes_that_are_used_exist(path: Path, codes: Graph) -> None:
    known = {str(s) for s in codes.subjects(SKOS.notation)}
    stems = {iri for iri in code_references(path) if iri.endswith("/")}
    assert sorted(code_references(path) - known - stems) == []
