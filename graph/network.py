"""Who acts with what, as networkx graphs: bodies and ambitions, QPV, commitments, and bodies together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import networkx as nx

from droitcommun.graph.catalogue import Table, find_query, read_query, run
from droitcommun.graph.errors import NetworkUnknown
from droitcommun.graph.langue import _
from droitcommun.graph.names import contrat_iri, local_code
from droitcommun.graph.pictures.contexte import Contexte, read_contexte
from droitcommun.graph.pictures.figures import Periode
from droitcommun.graph.pictures.rows import Row, entier, entier_ou_rien, montant, texte
from droitcommun.graph.store import iri

if TYPE_CHECKING:
    from droitcommun.graph.dataset import ActiveDataset

Reseau: TypeAlias = nx.Graph

# Bodies in the order in which they came into the contract: one that arrives takes the next place, and moves nobody.
_ARRIVEES = """
SELECT $contrat ?organisme (MIN(?annee) AS ?premiere) WHERE {
  ?campagne a cdv:Campagne ; cdv:contrat $contrat ; cdv:annee ?annee .
  { ?campagne cdv:attend ?organisme }
  UNION { ?contribution cdv:campagne ?campagne ; cdv:organisme ?organisme }
  UNION { ?moyen cdv:dansCampagne ?campagne ; cdv:apporteur ?organisme }
} GROUP BY $contrat ?organisme
"""

_ANNEES = (
    "SELECT $contrat ?annee ?campagne WHERE { ?campagne a cdv:Campagne ; cdv:contrat $contrat ; cdv:annee ?annee }"
)

_QPV = """
SELECT $contrat ?qpv (MIN(?jour) AS ?debut) WHERE {
  ?qpv a cdv:QPV ; cdv:contrat $contrat .
  OPTIONAL { ?qpv cdv:dateDebut ?jour }
} GROUP BY $contrat ?qpv
"""


def organisme_ambition(dataset: ActiveDataset, phase: str = "realise") -> Reseau:
    """Return the network of bodies and ambitions: an edge where a body acts, principally or not.

    Every expected body and every ambition is a node, even alone. Node attributes: kind, label, code, rang (its place
    in a column, the same every year), and reponse and visa (bodies) or pilier, libelle_pilier, n_actions and
    n_organismes (ambitions; an action counts once, whoever declares it). Edge attributes: n_actions (count),
    n_principales (those of which it is the main ambition), weight (n_actions, for layouts), euros_dc (EUR brought by
    the body in *phase*, left out when unknown).
    Source: queries/catalogue/matrice-organisme-ambition.rq and queries/network/organisme-ambition.rq.
    """
    contexte = read_contexte(dataset)
    graph = _bodies("organisme-ambition", dataset, contexte, phase)
    for rank, ambition in enumerate(contexte.ambitions):
        graph.add_node(
            f"ambition/{ambition.code}",
            kind="ambition",
            label=f"{ambition.code} {ambition.court}",
            code=ambition.code,
            pilier=ambition.pilier,
            libelle_pilier=ambition.libelle_pilier,
            rang=rank,
            n_actions=0,
            n_organismes=0,
        )
    table = _ask(dataset, "matrice-organisme-ambition", phase)
    for row in table.rows:
        if texte(row, "etat") == "agit":
            _edge(graph, row, f"ambition/{texte(row, 'ambition')}")
    for row in _ask(dataset, "mobilisation-par-ambition", phase).rows:
        if f"ambition/{texte(row, 'ambition')}" in graph:
            node = graph.nodes[f"ambition/{texte(row, 'ambition')}"]
            node["n_actions"] += entier(row, "n_actions") + entier(row, "n_actions_secondaires")
            node["n_organismes"] += entier(row, "n_organismes")
    nx.set_edge_attributes(graph, 0, "n_principales")
    for row in _edges(dataset, "organisme-ambition", phase).rows:
        edge = graph.edges[f"organisme/{texte(row, 'organisme')}", f"ambition/{texte(row, 'ambition')}"]
        edge["n_principales"] = entier(row, "n_principales")
    return _rank_bodies(graph, dataset)


def organisme_qpv(dataset: ActiveDataset, phase: str = "realise") -> Reseau:
    """Return the network of bodies and QPV: an edge where a body's action names the QPV, or its money goes there.

    Every expected body and every QPV of the contract is a node. Node attributes: kind, label, code, rang, and reponse
    and visa (bodies) or population (when known), a_cheval (true for a QPV that belongs first to another EPCI, else
    absent), n_actions and n_organismes (QPV). Edge attributes as in
    organisme_ambition.
    Source: queries/network/organisme-qpv.rq and queries/catalogue/mobilisation-par-qpv.rq.
    """
    contexte = read_contexte(dataset)
    graph = _bodies("organisme-qpv", dataset, contexte, phase)
    for row in _ask(dataset, "mobilisation-par-qpv", phase).rows:
        if texte(row, "genre") == "qpv":
            population = entier_ou_rien(row, "population")
            known = {"population": population} if population is not None else {}
            code = texte(row, "lieu")
            if code in contexte.qpv_a_cheval:
                known["a_cheval"] = True
            before = graph.nodes[f"qpv/{code}"] if f"qpv/{code}" in graph else {}
            for count in ("n_actions", "n_organismes"):
                known[count] = before.get(count, 0) + entier(row, count)
            graph.add_node(f"qpv/{code}", kind="qpv", label=texte(row, "libelle_lieu") or code, code=code, **known)
    for row in _edges(dataset, "organisme-qpv", phase).rows:
        if f"qpv/{texte(row, 'qpv')}" in graph:
            _edge(graph, row, f"qpv/{texte(row, 'qpv')}")
    _rank(graph, "qpv", _ordered(dataset, _QPV, "qpv", "debut"))
    return _rank_bodies(graph, dataset)


def organisme_engagement(dataset: ActiveDataset, phase: str = "realise") -> Reseau:
    """Return the network of bodies and commitments: an edge where a body is bound, with its state.

    Node attributes: kind, label, code, rang, and reponse and visa (bodies). Edge attributes: etat (a code of
    etat-engagement), modalite, n_actions and weight (1). *phase* changes nothing: a commitment has none.
    Source: queries/catalogue/tableau-des-engagements.rq.
    """
    graph = _bodies("organisme-engagement", dataset, read_contexte(dataset), phase)
    for row in run(find_query("tableau-des-engagements"), dataset, {"annee": str(dataset.annee)}).rows:
        code = texte(row, "engagement")
        label = f"{code} {texte(row, 'libelle_engagement')}".strip()
        graph.add_node(f"engagement/{code}", kind="engagement", label=label, code=code)
        source = _body(graph, texte(row, "organisme"))
        state = {"etat": texte(row, "etat"), "modalite": texte(row, "modalite")}
        graph.add_edge(source, f"engagement/{code}", n_actions=1, weight=1.0, **state)
    _rank(graph, "engagement", ())
    return _rank_bodies(graph, dataset)


def organisme_organisme(dataset: ActiveDataset, phase: str = "realise") -> Reseau:
    """Return the network of bodies that act together (co-action).

    An edge where two bodies each declare an action for one ambition in one QPV, or are both on one action. Edge
    attributes: n_partages (ambition × QPV pairs), n_actions (shared actions), weight (their sum).
    Actions that name no QPV link nobody by themselves. *phase* changes nothing: actions count whatever their phase.
    Source: queries/network/organisme-organisme.rq.
    """
    graph = _bodies("organisme-organisme", dataset, read_contexte(dataset), phase)
    table = run(read_query("network", "organisme-organisme"), dataset, {"annee": str(dataset.annee)})
    for row in table.rows:
        first, second = _body(graph, texte(row, "organisme")), _body(graph, texte(row, "autre"))
        shared, actions = entier(row, "n_partages"), entier(row, "n_actions")
        graph.add_edge(first, second, n_partages=shared, n_actions=actions, weight=float(shared + actions))
    return _rank_bodies(graph, dataset)


RESEAUX: dict[str, Callable[..., Reseau]] = {
    "organisme-ambition": organisme_ambition,
    "organisme-qpv": organisme_qpv,
    "organisme-engagement": organisme_engagement,
    "organisme-organisme": organisme_organisme,
}


def build_network(name: str, dataset: ActiveDataset, phase: str = "realise") -> Reseau:
    """Return one network by its name. Raises NetworkUnknown."""
    if name not in RESEAUX:
        raise NetworkUnknown(name, list(RESEAUX))
    return RESEAUX[name](dataset, phase)


def networks_by_year(name: str, dataset: ActiveDataset, phase: str = "realise") -> dict[int, Reseau]:
    """Return one network for each campagne of the contract up to that of *dataset*, by year. Raises NetworkUnknown."""
    rows = dataset.store.select(_ANNEES, {"contrat": iri(contrat_iri(dataset.contrat))})
    found = {int(row["annee"].value): row["campagne"].value for row in rows}
    return {
        year: build_network(name, replace(dataset, annee=year, campagne=found[year]), phase)
        for year in sorted(found)
        if year <= dataset.annee
    }


def _ask(dataset: ActiveDataset, name: str, phase: str) -> Table:
    return run(find_query(name), dataset, {"annee": str(dataset.annee), "phase": phase})


def _edges(dataset: ActiveDataset, name: str, phase: str) -> Table:
    return run(read_query("network", name), dataset, {"annee": str(dataset.annee), "phase": phase})


def _bodies(name: str, dataset: ActiveDataset, contexte: Contexte, phase: str) -> Reseau:
    """Start a graph with its own description and every body expected, or that answered."""
    exercice = contexte.annee - 1 if phase == "realise" else contexte.annee
    graph: Reseau = nx.Graph(
        reseau=name,
        contrat=contexte.contrat,
        titre=contexte.titre,
        campagne=contexte.annee,
        date=contexte.reference.isoformat() if contexte.reference else "",
        montants=Periode(phase, exercice).mots(),
        fictif=contexte.fictif,
        donnees=_("Données fictives") if contexte.fictif else _("Données déclarées"),
    )
    for row in run(find_query("retours"), dataset, {"annee": str(dataset.annee)}).rows:
        code = texte(row, "organisme")
        label = texte(row, "libelle_organisme") or code
        state = {"reponse": texte(row, "etat"), "visa": row.get("visa") is True}
        graph.add_node(f"organisme/{code}", kind="organisme", label=label, code=code, **state)
    return graph


def _edge(graph: Reseau, row: Row, target: str) -> None:
    source = _body(graph, texte(row, "organisme"))
    n, euros = entier(row, "n_actions"), montant(row, "euros_dc")
    known = {"euros_dc": float(euros)} if euros is not None else {}
    graph.add_edge(source, target, n_actions=n, weight=float(n), **known)


def _body(graph: Reseau, code: str) -> str:
    """Return the node of a body; one that nobody expected, and that sent nothing, is added."""
    node = f"organisme/{code}"
    if node not in graph:
        graph.add_node(node, kind="organisme", label=code, code=code, reponse="non-attendu", visa=False)
    return node


def _rank_bodies(graph: Reseau, dataset: ActiveDataset) -> Reseau:
    _rank(graph, "organisme", _ordered(dataset, _ARRIVEES, "organisme", "premiere"))
    return graph


def _rank(graph: Reseau, kind: str, codes: Iterable[str]) -> None:
    """Give each node of a kind its place among *codes*; one that is not there comes after, by code."""
    places = {code: rank for rank, code in enumerate(codes)}
    mine = [node for node, data in graph.nodes(data=True) if data["kind"] == kind]
    for node in sorted(mine, key=lambda n: str(graph.nodes[n]["code"])):
        code = graph.nodes[node]["code"]
        graph.nodes[node]["rang"] = places.setdefault(code, len(places))


def _ordered(dataset: ActiveDataset, query: str, name: str, first: str) -> list[str]:
    """Return the codes of what a query lists, the earliest first, then by code."""
    rows = dataset.store.select(query, {"contrat": iri(contrat_iri(dataset.contrat))})
    found = [(row[first].value if first in row else "", local_code(row[name].value)) for row in rows if name in row]
    return [code for _first, code in sorted(found)]
