"""What could not be read never becomes a figure of droit commun, nor of one quartier."""

from __future__ import annotations

from droitcommun.graph.derive import derive
from droitcommun.graph.names import local_code
from droitcommun.graph.reference import reference_store
from droitcommun.graph.store import Store

CODE = "<https://w3id.org/droit-commun/codes/"
DATA = f"""
id:c a cdv:ContratDeVille .
id:camp a cdv:Campagne ; cdv:contrat id:c ; cdv:annee "2026"^^xsd:gYear ; cdv:dateReference "2026-04-30"^^xsd:date .
id:q1 a cdv:QPV .
id:avis1 a cdv:Qualification ; cdv:contrat id:c ; cdv:source {CODE}source-financement/budget-ordinaire> ;
  cdv:qualification {CODE}qualification/droit-commun> .
id:avis2 a cdv:Qualification ; cdv:contrat id:c ; cdv:source {CODE}source-financement/p147> ;
  cdv:qualification {CODE}qualification/specifique> .
id:sure a cdv:Action ; cdv:campagne id:camp ; cdv:forme {CODE}forme-mobilisation/renforcee> ;
  cdv:portee {CODE}portee/qpv> ; cdv:qpv id:q1 .
id:douteuse a cdv:Action ; cdv:campagne id:camp ; cdv:portee {CODE}portee/qpv> ; cdv:qpv id:q1 .
id:reserve1 a cdv:Reserve ; cdv:sujet id:douteuse ; cdv:chemin cdv:qpv .
id:m-sur a cdv:Moyen ; cdv:campagne id:camp ; cdv:contrat id:c ; cdv:action id:sure ;
  cdv:source {CODE}source-financement/budget-ordinaire> .
id:m-sans-forme a cdv:Moyen ; cdv:campagne id:camp ; cdv:contrat id:c ; cdv:action id:douteuse ;
  cdv:source {CODE}source-financement/budget-ordinaire> .
id:m-sans-action a cdv:Moyen ; cdv:campagne id:camp ; cdv:contrat id:c ;
  cdv:source {CODE}source-financement/budget-ordinaire> .
id:m-specifique a cdv:Moyen ; cdv:campagne id:camp ; cdv:contrat id:c ; cdv:action id:douteuse ;
  cdv:source {CODE}source-financement/p147> .
id:m-qpv-illisible a cdv:Moyen ; cdv:campagne id:camp ; cdv:contrat id:c ; cdv:action id:sure ;
  cdv:source {CODE}source-financement/p147> .
id:reserve2 a cdv:Reserve ; cdv:sujet id:m-qpv-illisible ; cdv:chemin cdv:qpvDuMontant .
"""


def test_each_doubt_by_hand() -> None:
    store = reference_store()
    store.add(Store.from_turtle(DATA).triples())
    derive(store)
    rows = store.select("SELECT ?m ?o ?l { ?m cdv:origine ?o ; cdv:imputeA ?l } ORDER BY ?m")
    assert [tuple(local_code(row[name].value) for name in "mol") for row in rows] == [
        ("m-qpv-illisible", "specifique", "non-localise"),
        ("m-sans-action", "a-qualifier", "non-localise"),
        ("m-sans-forme", "a-qualifier", "plusieurs-qpv"),
        ("m-specifique", "specifique", "plusieurs-qpv"),
        ("m-sur", "droit-commun", "q1"),
    ]
