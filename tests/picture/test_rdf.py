"""The graph as RDF: each form read back by another library, the same triples, and what each profile leaves out."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

from droitcommun.graph.dataset import ActiveDataset
from droitcommun.graph.export.rdf import jsonld
from droitcommun.graph.export.rdf.write import (
    FORMATS,
    jsonld_bytes,
    nquads_bytes,
    shareable_triples,
    trig_bytes,
    turtle_bytes,
)
from droitcommun.graph.names import cdv, graph_iri
from droitcommun.graph.profils import PROFILS, profil
from droitcommun.graph.store import Store

from .deux_rives import make_dataset

COPIL = profil("copil")
# The CAF gave its visa; the landlord typed an address in a title, a comment, and counts of a few people.
EXTRA = """
k26:caf cdv:etatVisa <https://w3id.org/droit-commun/codes/etat-visa/vise> ; cdv:fonctionReferent "Chargée de mission" ;
  prov:wasDerivedFrom <https://e.example/cell-1> .
<https://e.example/cell-1> a cdv:Localisation ; cdv:feuille "Actions" ; dcterms:source <https://e.example/file> .
<https://e.example/file> a cdv:DocumentSource ; cdv:nomFichier "Retour de Zoé.xlsx" .
<https://e.example/reserve> a cdv:Reserve ; cdv:texteBrut "Zoé Témoin" ; cdv:cellule "C7" .
a26:x cdv:contribution k26:agglo . m26:x cdv:action a26:x ; dcterms:title "À deux pas de l'agglomération" .
<https://e.example/decision> a cdv:Decision ; dcterms:title "Demander un point aux bailleurs" ;
  cdv:campagne campagne:2026 ; cdv:organisme o:agglo .
<https://e.example/import> a cdv:ImportExterne ; skos:prefLabel "Postes"@fr .
a26:a9 a cdv:Action ; dcterms:title "Atelier, contact jean@essai.fr" ; rdfs:comment "appeler Zoé au 06 12 34 56 78" ;
  cdv:campagne campagne:2026 ; cdv:contribution k26:caf ; cdv:declarant o:caf ; cdv:habitantsTouches 40 ;
  cdv:dontFemmes 35 ; cdv:dontMoins25 7 ; prov:wasDerivedFrom <https://e.example/cell-1> .
"""


@pytest.fixture(scope="module")
def shared() -> ActiveDataset:
    """Return « Deux-Rives » with what profiles hide; the vocabulary is left out, to keep the reading short."""
    whole = make_dataset("reponses-2026", "campagne-2025", extra=EXTRA)
    store = Store()
    store.add(t for t in whole.store.triples() if "/def#" not in t[0].value and "/codes/" not in t[0].value)
    return replace(whole, store=store)


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make any connection a failure."""

    def refuse(*_arguments: Any, **_options: Any) -> None:
        raise AssertionError("network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


def as_rdflib(dataset: ActiveDataset) -> rdflib.Graph:
    """Return what is to be found again, read by rdflib from N-Triples."""
    text = "".join(f"{s} {p} {o} .\n" for s, p, o in shareable_triples(dataset, COPIL))
    return rdflib.Graph().parse(data=text, format="nt")


def test_turtle_is_read_by_rdflib(shared: ActiveDataset) -> None:
    data = turtle_bytes(shared, COPIL)
    assert data.startswith(b"@prefix ")
    assert b"a cdv:Action ;\n\t" in data
    assert isomorphic(rdflib.Graph().parse(data=data, format="turtle"), as_rdflib(shared))


@pytest.mark.parametrize(("write", "form"), [(trig_bytes, "trig"), (nquads_bytes, "nquads")])
def test_named_graphs_are_read_by_rdflib(write: Any, form: str, shared: ActiveDataset) -> None:
    read = rdflib.Dataset().parse(data=write(shared, COPIL), format=form)
    (graph,) = (g for g in read.graphs() if len(g))
    assert str(graph.identifier) == graph_iri("deux-rives", "export", 2026)
    assert isomorphic(graph, as_rdflib(shared))


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize("lot", [7, 200])
def test_jsonld_is_read_by_rdflib_without_network(
    lot: int, shared: ActiveDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonld, "_LOT", lot)
    data = jsonld_bytes(shared, COPIL)
    read = rdflib.Dataset().parse(data=data, format="json-ld")
    (graph,) = (g for g in read.graphs() if len(g))
    assert isomorphic(graph, as_rdflib(shared))
    framed = json.loads(data)
    ids = [node["@id"] for node in framed["@graph"]]
    assert len(ids) == len(set(ids))
    action = next(node for node in framed["@graph"] if node["@id"].endswith("2026/a9") or node["@id"].endswith("a9"))
    assert action["@type"] == "cdv:Action"
    assert action["cdv:habitantsTouches"] == "40"
    assert action["cdv:declarant"] == "id:organisme/caf"


def test_jsonld_is_read_by_pyoxigraph(shared: ActiveDataset) -> None:
    quads = ox.parse(jsonld_bytes(shared, COPIL), format=ox.RdfFormat.JSON_LD)
    assert {(q.subject, q.predicate, q.object) for q in quads} == set(shareable_triples(shared, COPIL))


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_data_gives_the_same_bytes(form: str, shared: ActiveDataset) -> None:
    again = Store()
    again.add(reversed(list(shared.store.triples())))
    assert FORMATS[form](shared, COPIL) == FORMATS[form](replace(shared, store=again), COPIL)


@pytest.mark.parametrize("code", PROFILS)
@pytest.mark.parametrize(
    ("text", "seen_by"),
    [
        ("jean@essai.fr", ()),
        ("06 12 34 56 78", ()),
        ("Zoé Témoin", ()),
        ("appeler Zoé au […]", ("gtp", "interne")),
        ("Chargée de mission", ("gtp", "interne")),
        ("Atelier, contact […]", PROFILS),
        ("C7", ("gtp", "interne")),
        ("https://e.example/cell-1", ("gtp", "interne")),
        ("Retour de Zoé.xlsx", ("interne",)),
        ("https://e.example/import", ("interne",)),
        ("id/deux-rives/contribution/2026/caf", PROFILS),
        ("id/deux-rives/contribution/2026/agglo", ("copil", "gtp", "interne")),
        ("id/deux-rives/contribution/2026/ville", ("copil", "gtp", "interne")),
        ("À deux pas de l'agglomération", ("copil", "gtp", "interne")),
        ("def#attend", ("copil", "gtp", "interne")),
        ("Demander un point aux bailleurs", PROFILS),
    ],
)
def test_what_each_profile_lets_through(code: str, text: str, seen_by: tuple[str, ...], shared: ActiveDataset) -> None:
    written = nquads_bytes(shared, profil(code)).decode()
    assert (text in written) == (code in seen_by)


def test_public_has_no_small_count_of_inhabitants(shared: ActiveDataset) -> None:
    """40 reached, 35 women (5 men), 7 under 25: only the 40 may be said."""
    people = ("habitantsTouches", "dontFemmes", "dontMoins25")

    def counts(code: str) -> dict[str, str]:
        return {
            p.value.split("#")[1]: o.value
            for s, p, o in shareable_triples(shared, profil(code))
            if s.value.endswith("a9") and p.value in {cdv(name) for name in people}
        }

    assert counts("copil") == {"habitantsTouches": "40", "dontFemmes": "35", "dontMoins25": "7"}
    assert counts("public") == {"habitantsTouches": "40"}


def test_public_money_is_that_of_approved_bodies(shared: ActiveDataset) -> None:
    store = Store()
    store.add(shareable_triples(shared, profil("public")))
    bodies = {r["o"].value for r in store.select("SELECT DISTINCT ?o { ?m a cdv:Moyen ; cdv:apporteur ?o }")}
    assert {b.rsplit("/", 1)[1] for b in bodies} == {"caf"}
    # Every resource left hangs on an action that is left.
    assert not store.ask("ASK { ?m a cdv:Moyen ; cdv:action ?a . FILTER NOT EXISTS { ?a a cdv:Action } }")
