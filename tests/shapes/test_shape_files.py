"""The shape files themselves: well formed, in two languages, each with its severity, source and addressee."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from pathlib import Path

import pyshacl
import pytest
import rdflib
from rdflib.namespace import DCTERMS, FOAF, PROV, RDF, RDFS, SH, SKOS, XSD

from droitcommun.graph.checks.rules import Rule, load_rules
from droitcommun.graph.names import CDV, SHAPES, local_code
from droitcommun.graph.reference import reference_store

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "shapes").glob("*.ttl"))
NUMBERED = [f for f in FILES if f.name[0].isdigit()]
CDV_NS = rdflib.Namespace(CDV)
RULES = list(load_rules().rules.values())
CHECKED = [rule for rule in RULES if not rule.non_verifiee]
STANDARD = (DCTERMS, FOAF, PROV, RDF, RDFS, SKOS, XSD)
# Of vocabularies that rdflib does not hold, the terms we use.
_VCARD = ("fn", "given-name", "family-name", "hasEmail", "hasTelephone")
_SDMX = ("attribute#obsStatus", "dimension#refArea", "dimension#refPeriod", "measure#obsValue")
OTHERS = {f"http://www.w3.org/2006/vcard/ns#{name}" for name in _VCARD}
OTHERS |= {f"http://purl.org/linked-data/sdmx/2009/{name}" for name in _SDMX}
SEVERITIES = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    graph = rdflib.Graph()
    for file in FILES:
        graph.parse(file, format="turtle")
    return graph


def rule_name(rule: Rule) -> str:
    return rule.name


def shacl_faults(shapes: rdflib.Graph) -> str:
    """Return what SHACL says of these shapes (its own shapes of shapes; deep, because ours hold lists in lists)."""
    own = rdflib.Graph().parse(str(resources.files("pyshacl") / "assets" / "shacl-shacl.ttl"), format="turtle")
    conforms, _, text = pyshacl.validate(shapes, shacl_graph=own, max_validation_depth=99)
    return "" if conforms else text


def test_the_shapes_conform_to_the_shapes_of_shacl(shapes: rdflib.Graph) -> None:
    assert shacl_faults(shapes) == ""


def test_the_shapes_of_shacl_see_a_wrong_shape(shapes: rdflib.Graph) -> None:
    """One shape is enough: right as it stands, wrong with a number that is none."""
    shape = rdflib.URIRef(SHAPES + "R-P1-statut")
    one = shapes.cbd(shape)
    assert shacl_faults(one) == ""
    one.add((shape, SH.minCount, rdflib.Literal("beaucoup")))
    assert "R-P1-statut" in shacl_faults(one)


@pytest.fixture(scope="module")
def codes() -> set[str]:
    """Return the IRIs of all codes."""
    return {row["c"].value for row in reference_store().select("SELECT ?c WHERE { ?c skos:inScheme ?s }")}


@pytest.mark.parametrize("rule", CHECKED, ids=rule_name)
def test_each_rule_says_all_it_has_to(rule: Rule, codes: set[str]) -> None:
    assert rule.iri == SHAPES + rule.name
    for texts in (rule.labels, rule.messages, rule.corrections):
        assert set(texts) == {"fr", "en"}
    assert rule.reference
    assert f"https://w3id.org/droit-commun/codes/destinataire/{rule.destinataire}" in codes


def test_names_and_identifiers_are_those_of_the_iri(shapes: rdflib.Graph) -> None:
    for rule in RULES:
        node = rdflib.URIRef(rule.iri)
        assert [str(n) for n in shapes.objects(node, SH.name)] == [rule.name]
        assert [str(n) for n in shapes.objects(node, rdflib.DCTERMS.identifier)] == [rule.name]


def test_rules_that_cannot_be_checked_are_said_in_two_languages() -> None:
    unchecked = [rule for rule in RULES if rule.non_verifiee]
    assert unchecked
    assert all(set(rule.labels) == {"fr", "en"} and rule.reference for rule in unchecked)


def test_a_shape_owns_its_severity_and_a_rule_has_one(shapes: rdflib.Graph) -> None:
    by_iri = {rule.iri: rule for rule in RULES}
    owners = set(shapes.subjects(RDF.type, SH.NodeShape)) | set(shapes.subjects(RDF.type, SH.PropertyShape))
    owners |= {rdflib.URIRef(rule.iri) for rule in CHECKED}
    for node in owners:
        severities = list(shapes.objects(node, SH.severity))
        assert len(severities) == 1, node
        holders = [node, *shapes.subjects(SH.property, node)]
        for rule in (by_iri[str(h)] for h in holders if str(h) in by_iri):
            assert rule.gravite == SEVERITIES[severities[0]], node
    assert not [c for c in shapes.objects(None, SH.sparql) if (c, SH.severity, None) in shapes]


def test_every_message_stands_in_two_languages(shapes: rdflib.Graph) -> None:
    for node in set(shapes.subjects(SH.message)):
        assert sorted(str(m.language) for m in shapes.objects(node, SH.message)) == ["en", "fr"], node


def test_what_people_read_stands_in_two_languages(shapes: rdflib.Graph) -> None:
    """What to do, titles and help of columns: a name without a language is the code of a rule."""
    for predicate in (CDV_NS.correction, CDV_NS.aide, SH.description, SH.name, rdflib.RDFS.label):
        for node in set(shapes.subjects(predicate)):
            said = sorted(str(text.language) for text in shapes.objects(node, predicate))
            code = predicate == SH.name and str(node) in {rule.iri for rule in RULES}
            assert said == (["None"] if code else ["en", "fr"]), (node, predicate)


def unknown_terms(select: str) -> list[str]:
    """Return the prefixed names of a query that no vocabulary or list of codes has."""
    head = load_rules().prefixes + select
    spaces = dict(re.findall(r"PREFIX (\S*?): <([^>]*)>", head))
    bare = re.sub(r'"[^"]*"|<[^>]*>|PREFIX \S+', " ", select)
    found = []
    for prefix, name in re.findall(r"(?<![\w?$:-])([a-z][a-z-]*):([A-Za-z][\w-]*)", bare):
        iri = spaces.get(prefix, f"{prefix}:") + name
        if iri not in ours() and not any(rdflib.URIRef(iri) in space for space in STANDARD) and iri not in OTHERS:
            found.append(f"{prefix}:{name}")
    return found


@cache
def ours() -> frozenset[str]:
    asked = "SELECT DISTINCT ?s WHERE { ?s rdfs:isDefinedBy|skos:inScheme ?o }"
    return frozenset(row["s"].value for row in reference_store().select(asked))


def test_every_term_of_a_query_exists() -> None:
    book = load_rules()
    selects = [c.select for c in (*book.constraints, *book.graph_queries)]
    selects += [rule.attendus for rule in RULES if rule.attendus]
    assert [(s[:80], unknown_terms(s)) for s in selects if unknown_terms(s)] == []


def test_a_misspelt_term_of_a_query_is_seen() -> None:
    assert unknown_terms("SELECT ?x WHERE { ?x a cdv:Actoin ; skos:preflabel ?l ; cdv:etat etat:constatee }") == [
        *("cdv:Actoin", "skos:preflabel", "cdv:etat", "etat:constatee")
    ]
    assert unknown_terms("PREFIX foaf: <http://xmlns.com/foaf/0.1/> SELECT ?x { ?x foaf:mobx ?y }") == ["foaf:mobx"]


def test_placeholders_of_what_to_do_are_bound() -> None:
    book = load_rules()
    for constraint in (*book.constraints, *book.graph_queries):
        for langue, text in constraint.rule.corrections.items():
            for name in re.findall(r"\{[?$](\w+)\}", text):
                assert re.search(rf"[?$]{name}\b", constraint.select.partition("WHERE")[0]), (constraint.iri, langue)


def test_placeholders_are_bound_by_the_query(shapes: rdflib.Graph) -> None:
    book = load_rules()
    for constraint in (*book.constraints, *book.graph_queries):
        head = constraint.select[: constraint.select.index("WHERE")]
        projected = set(re.findall(r"[?$](\w+)", head))
        for text in constraint.messages.values():
            assert set(re.findall(r"\{[?$](\w+)\}", text)) <= projected, constraint.iri
        french, english = (set(re.findall(r"\{.(\w+)\}", constraint.messages[c])) for c in ("fr", "en"))
        # A text said in each language is bound twice: ?raison and ?raisonEn.
        assert french == {name.removesuffix("En") for name in english}, constraint.iri


def test_yearly_constraints_join_the_campagne_that_is_checked() -> None:
    free = {c.iri.removeprefix(SHAPES) for c in load_rules().constraints if "sousControle" not in c.select}
    of_the_contract = {"R-S2-piliers", "R-S2-ambitions", "R-S2-axes", "R-S4-nombre", "R-S5-somme"}
    of_one_node = {"R-S8-provenance", "R-A6-reserve", "R-M3-p147"} | {n for n in free if n.startswith("R-M2-")}
    assert free == of_the_contract | of_one_node


def test_form_shapes_point_to_rules(shapes: rdflib.Graph) -> None:
    known = {rule.iri for rule in CHECKED}
    pointed = {str(o) for o in shapes.objects(None, CDV_NS.regle)}
    assert pointed
    assert pointed <= known
    form = [s for s in load_rules().core_shapes if not local_code(s).startswith("R-")]
    assert len(form) > 30


def test_answer_columns_are_columns_of_the_forms(shapes: rdflib.Graph) -> None:
    asked = set(shapes.subject_objects(CDV_NS.repondreEn))
    assert len(asked) > 10
    for rule, column in asked:
        assert (column, SH.name, None) in shapes, rule
    for rule in RULES:
        if (rdflib.URIRef(rule.iri), CDV_NS.repondreEn, None) in shapes:
            assert rule.answer and rule.answer.sheet and rule.answer.classe, rule.name


def test_nothing_of_one_contract_stands_in_a_rule() -> None:
    words = ("Lens", "Liévin", "CALL", "call-2024", "62498", "2,5 %", "Pas-de-Calais")
    for file in NUMBERED:
        text = file.read_text(encoding="utf-8")
        assert not [word for word in words if word in text], file.name


def test_blank_nodes_are_lists_and_paths_only() -> None:
    for file in NUMBERED:
        graph = rdflib.Graph().parse(file, format="turtle")
        for subject in {s for s in graph.subjects() if isinstance(s, rdflib.BNode)}:
            predicates = set(graph.predicates(subject))
            assert predicates <= {RDF.first, RDF.rest, SH.inversePath, SH.alternativePath}, (file.name, predicates)


def test_source_lines_exist_in_the_contract_document() -> None:
    folder = ROOT / ".." / "shared" / "contract"
    if not folder.exists():
        pytest.skip("données réelles absentes (../shared)")
    document = next(folder.glob("*.txt")).read_text(encoding="utf-8").splitlines()
    for rule in RULES:
        for first, last in re.findall(r"\bL(\d+)(?:-(\d+))?", rule.reference):
            lines = document[int(first) - 1 : int(last or first)]
            assert "".join(lines).strip(), (rule.name, first)
