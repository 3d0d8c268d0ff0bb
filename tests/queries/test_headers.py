"""Every query file says what it is, projects what it declares, and uses only words that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources

import pyoxigraph as ox
import pytest
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue

from droitcommun.graph.catalogue import Query, load_catalogue, parse_query
from droitcommun.graph.derive import derivations
from droitcommun.graph.langue import set_langue
from droitcommun.graph.names import CDV, CODES
from droitcommun.graph.reference import reference_store

CATALOGUE = load_catalogue()
SENTENCES = {"title", "title-en", "description", "description-en", "use", "use-en"}
# The twenty-nine questions asked for, then what coverage, time and comparison need.
ASKED = {
    "retours", "tableau-des-engagements", "engagements-declares", "referents-manquants", "actions-incompletes",
    "moyens-a-qualifier", "reconciliation", "doublons-possibles",
    "mobilisation-par-ambition", "ambitions-sans-partenaire",
    "matrice-organisme-ambition", "mobilisation-par-qpv", "matrice-qpv-ambition", "droit-commun-et-specifique",
    "effet-levier", "axes-transversaux", "moyens-humains", "dispositifs", "evolution", "abattement-tfpb",
    "calendrier-des-instances", "assiduite", "programme-d-evaluation", "territoires-vulnerables", "questions-du-copil",
    "besoin-et-mobilisation", "etat-du-contrat", "provenance", "fiche",
    "formes-de-mobilisation", "resultats-habitants", "matrice-organisme-qpv", "ecarts-de-couverture",
    "decisions", "quartiers-et-communes", "actions-declarees", "missions-des-instances",
    "couverture-par-forme", "contrats-cote-a-cote", "trajectoires", "fiabilite-des-montants",
}  # fmt: skip
each_query = pytest.mark.parametrize("query", CATALOGUE.values(), ids=list(CATALOGUE))


def header(text: str) -> list[str]:
    return [line[3:] for line in text.splitlines() if line.startswith("#+ ")]


def body(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))


def projected(query: Query) -> list[str]:
    """Parse the file alone, as another program would: it must bring its own prefixes."""
    result = ox.Store().query(query.text)
    assert isinstance(result, ox.QuerySolutions), "not a SELECT"
    return [v.value for v in result.variables]


def test_the_catalogue_is_the_one_asked_for():
    assert set(CATALOGUE) >= ASKED


@each_query
def test_header_in_both_languages(query):
    keys = [line.partition(": ")[0] for line in header(query.text)]
    given = [k for k in keys if not k.startswith(("param", "column"))]
    assert sorted(given) == sorted(SENTENCES)
    for kind, things in (("param", query.parameters), ("column", query.columns)):
        translated = [k.removeprefix(f"{kind}-en ") for k in keys if k.startswith(f"{kind}-en ")]
        assert translated == [thing.name for thing in things], f"one « #+ {kind}-en NAME: … » line for each {kind}"
    assert all(line.partition(": ")[2].strip() for line in header(query.text))
    assert query.columns and all(p.description for p in query.parameters)


@each_query
def test_projects_what_it_declares_and_nothing_else(query):
    names = projected(query)
    assert [n for n in names if n not in query.bound] == [c.name for c in query.columns]
    assert set(query.bound) <= set(names)
    years = {p.name for p in query.parameters if p.type == "gYear"}
    own = set() if query.across else {"contrat", *(y.replace("annee", "campagne") for y in years)}
    assert set(query.bound) - {"langue"} == own | {p.name for p in query.parameters}
    assert not query.across or "contrat" in {c.name for c in query.columns}, "no contract to tell rows apart"


@each_query
def test_a_code_parameter_lists_codes_that_exist(query):
    known = {s.value for s, _p, _o in reference_store().triples()}
    for parameter in query.parameters:
        if parameter.type == "code":
            assert parameter.choices
            assert {f"{CODES}{parameter.name}/{c}" for c in parameter.choices} <= known
        assert parameter.default is None or not parameter.choices or parameter.default in parameter.choices


def sub_selects(node: object) -> Iterator[CompValue]:
    if isinstance(node, CompValue):
        if node.name == "Project":
            yield node
        for value in node.values():
            yield from sub_selects(value)
    elif isinstance(node, list):
        for value in node:
            yield from sub_selects(value)


def variables(node: object) -> set[str]:
    """Variables a group binds itself, sub-SELECTs seen only through what they project."""
    if isinstance(node, CompValue):
        if node.name == "Project":
            return {str(v) for v in node.PV}
        if node.name == "BGP":
            return {str(t) for triple in node.triples for t in triple if type(t).__name__ == "Variable"}
        return set().union(*(variables(v) for k, v in node.items() if k != "expr"))
    if isinstance(node, list):
        return set().union(*map(variables, node))
    return set()


@each_query
def test_each_sub_select_projects_the_parameters_it_uses(query):
    """Oxigraph's substitution does not reach a parameter that a sub-SELECT hides: it would sum every campagne."""
    watched = {name for name in query.bound if name.startswith("campagne") or name == "phase"}
    for select in sub_selects(prepareQuery(query.text).algebra):
        inside = variables(select.p) & watched
        assert inside <= {str(v) for v in select.PV}, inside


@each_query
def test_reads_only_this_machine_in_a_fixed_order(query):
    text = body(query.text)
    forbidden = r"(?<![?$:\w])(SERVICE|GRAPH|FROM|NOT\s+EXISTS|NOW|RAND|UUID|STRUUID|YEAR)\b"
    assert re.findall(forbidden, text, re.IGNORECASE) == []
    assert "ORDER BY" in text or query.name == "resultats-habitants"


@pytest.fixture(scope="module")
def known_terms():
    return {s.value for s, _p, _o in reference_store().triples()}


@pytest.mark.parametrize("name", [*CATALOGUE, *derivations()])
def test_uses_only_declared_terms(name, known_terms):
    text = body(CATALOGUE[name].text if name in CATALOGUE else derivations()[name])
    prefixes = dict(re.findall(r"PREFIX ([\w-]+): <([^>]+)>", text))
    rest = re.sub(r"PREFIX [^\n]+|\"[^\"]*\"", "", text)
    used = {prefixes[p] + local for p, local in re.findall(r"(?<![\w?$<])([\w-]+):([\w-]+)", rest) if p in prefixes}
    ours = {iri for iri in used if iri.startswith((CDV, CODES))}
    assert ours - known_terms == set()
    assert {p for p in prefixes if not re.search(rf"(?<![\w?$]){p}:", rest)} == set(), "a prefix of no use"
    assert set(re.findall(r"<(https://w3id\.org/droit-commun/codes/[^>]+)>", rest)) <= known_terms


def test_names_and_files_agree():
    files = {f.name for f in (resources.files("droitcommun.queries") / "catalogue").iterdir()}
    assert {f"{name}.rq" for name in CATALOGUE} == files
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in CATALOGUE)


def test_titles_follow_the_language():
    try:
        set_langue("en")
        english = load_catalogue()["retours"].title
    finally:
        set_langue("fr")
    assert english == "Who answered, who is missing?"
    assert load_catalogue()["retours"].title == "Qui a répondu, qui manque ?"


@pytest.mark.parametrize(
    "line",
    [
        "#+ param annee: year; l'année",
        "#+ param annee; l'année",
        "#+ column euros: decimal francs; des euros",
        "#+ column euros: montant; des euros",
    ],
)
def test_a_malformed_header_line_is_refused(line):
    with pytest.raises(ValueError, match="essai"):
        parse_query("essai", f"#+ title: t\n#+ description: d\n#+ use: u\n{line}\nSELECT * {{}}")
