"""The observations of indicators are RDF Data Cubes: the integrity constraints of the W3C, asked as they are written.

The queries stand in data_cube/, with their source and their licence.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from droitcommun.graph.contractreference import contract_reference
from droitcommun.graph.dataset import activate
from droitcommun.graph.names import PREFIXES
from droitcommun.graph.workspace import Workspace

QUERIES = Path(__file__).with_name("data_cube")
CONSTRAINTS = sorted(path.stem for path in QUERIES.glob("ic-*.rq"))
HEADER = "".join(f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in ("rdf", "rdfs", "skos", "qb", "xsd"))
HEADER += f"PREFIX cdv: <{PREFIXES['cdv']}>\nPREFIX sdmx-measure: <http://purl.org/linked-data/sdmx/2009/measure#>\n"
HEADER += "PREFIX sdmx-dimension: <http://purl.org/linked-data/sdmx/2009/dimension#>\n"


def violated(store: ox.Store) -> set[str]:
    """Return the constraints that a graph violates, once normalised as the W3C says."""
    store.update(HEADER + (QUERIES / "normalisation.ru").read_text(encoding="utf-8"))
    return {name for name in CONSTRAINTS if store.query(HEADER + _query(name))}


@cache
def _query(name: str) -> str:
    # A code list with qb:parentChildProperty would give one query a property in place of $p (IC-20, IC-21).
    return (QUERIES / f"{name}.rq").read_text(encoding="utf-8").replace("<$p>", "skos:narrower")


@pytest.fixture(scope="module")
def cubes(demo: Path) -> str:
    """Return the demonstration's campagne 2026, vocabulary, codes and contract included, as N-Triples."""
    workspace = Workspace.open(demo)
    (contrat,) = workspace.contrats()
    whole = contract_reference(workspace.graphs, contrat).ntriples()
    return whole + activate(workspace, contrat, 2026).store.ntriples()


def loaded(text: str) -> ox.Store:
    store = ox.Store()
    store.load(text.encode(), format=ox.RdfFormat.N_QUADS)
    return store


def test_every_constraint_is_there() -> None:
    assert len(CONSTRAINTS) == 22  # IC-19 is two queries


def test_the_cubes_are_well_formed(cubes: str) -> None:
    store = loaded(cubes)
    (count,) = store.query(HEADER + "SELECT (COUNT(?o) AS ?n) WHERE { ?o qb:dataSet [] }")
    (sets,) = store.query(HEADER + "SELECT (COUNT(DISTINCT ?d) AS ?n) WHERE { ?o qb:dataSet ?d }")
    assert int(count["n"].value) > 50 and int(sets["n"].value) > 1
    assert violated(store) == set()


ONE = "{ SELECT ?o WHERE { ?o qb:dataSet ?d } ORDER BY ?o LIMIT 1 }"
FAULTS = {
    "ic-01": f"INSERT {{ ?o qb:dataSet cdv:autre }} WHERE {ONE}",
    "ic-02": "DELETE { ?d qb:structure ?s } WHERE { ?d qb:structure ?s }",
    "ic-03": "DELETE WHERE { ?c qb:measure ?m }",
    "ic-04": "DELETE WHERE { cdv:indicateur rdfs:range ?r }",
    "ic-05": "DELETE WHERE { cdv:statistique qb:codeList ?l }",
    "ic-11": f"DELETE {{ ?o cdv:statistique ?v }} WHERE {{ {ONE} ?o cdv:statistique ?v }}",
    "ic-12": f"INSERT {{ cdv:double ?p ?v }} WHERE {{ {ONE} ?o ?p ?v }}",
    "ic-14": f"DELETE {{ ?o sdmx-measure:obsValue ?v }} WHERE {{ {ONE} ?o sdmx-measure:obsValue ?v }}",
    "ic-19a": f"INSERT {{ ?o cdv:statistique cdv:autre }} WHERE {ONE}",
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_seen(cubes: str, name: str) -> None:
    store = loaded(cubes)
    store.update(HEADER + FAULTS[name])
    assert name in violated(store)
