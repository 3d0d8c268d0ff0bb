"""Who acts with what, as networkx graphs: bodies and ambitions, bodies and QPV."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import networkx as nx

from droitcommun.graph.catalogue import Table, find_query, read_query, run
from droitcommun.graph.langue import _
from droitcommun.graph.pictures.contexte import Contexte, read_contexte
from droitcommun.graph.pictures.figures import Periode
from droitcommun.graph.pictures.rows import Row, entier, entier_ou_rien, montant, texte

if TYPE_CHECKING:
    from droitcommun.graph.dataset import ActiveDataset

Reseau: TypeAlias = nx.Graph


def organisme_ambition(dataset: ActiveDataset, phase: str = "realise") -> Reseau:
    """Return the network of bodies and ambitions: an edge where a body acts, principally or not.

    Every expected body and every ambition is a node, even alone. Node attributes: kind, label, code, and reponse
    (bodies) or pilier (ambitions). Edge attributes: n_actions (count), weight (the same, for layouts), euros_dc
    (EUR brought by the body in *phase*, left out when unknown).
    Source: queries/catalogue/matrice-organisme-ambition.rq.
    """
    contexte = read_contexte(dataset)
    graph = _bodies(dataset, contexte, phase)
    for ambition in contexte.ambitions:
        graph.add_node(
            f"ambition/{ambition.code}",
            kind="ambition",
            label=f"{ambition.code} {ambition.court}",
            code=ambition.code,
            pilier=ambition.pilier,
        )
    table = _ask(dataset, "matrice-organisme-ambition", phase)
    for row in table.rows:
        if texte(row, "etat") == "agit":
            _edge(graph, row, f"ambition/{texte(row, 'ambition')}")
    return graph


def organisme_qpv(dataset: ActiveDataset, phase: str = "realise") -> Reseau:
    """Return the network of bodies and QPV: an edge where a body's action names the QPV, or its money goes there.

    Every expected body and every QPV of the contract is a node. Node attributes: kind, label, code, and reponse
    (bodies) or population (QPV, when known). Edge attributes as in organisme_ambition.
    Source: queries/network/organisme-qpv.rq and queries/catalogue/mobilisation-par-qpv.rq.
    """
    contexte = read_contexte(dataset)
    graph = _bodies(dataset, contexte, phase)
    for row in _ask(dataset, "mobilisation-par-qpv", phase).rows:
        if texte(row, "genre") == "qpv":
            population = entier_ou_rien(row, "population")
            known = {"population": population} if population is not None else {}
            code = texte(row, "lieu")
            graph.add_node(f"qpv/{code}", kind="qpv", label=texte(row, "libelle_lieu") or code, code=code, **known)
    for row in _edges(dataset, "organisme-qpv", phase).rows:
        if f"qpv/{texte(row, 'qpv')}" in graph:
            _edge(graph, row, f"qpv/{texte(row, 'qpv')}")
    return graph


def _ask(dataset: ActiveDataset, name: str, phase: str) -> Table:
    return run(find_query(name), dataset, {"annee": str(dataset.annee), "phase": phase})


def _edges(dataset: ActiveDataset, name: str, phase: str) -> Table:
    return run(read_query("network", name), dataset, {"annee": str(dataset.annee), "phase": phase})


def _bodies(dataset: ActiveDataset, contexte: Contexte, phase: str) -> Reseau:
    """Start a graph with its own description and every body expected, or that answered."""
    exercice = contexte.annee - 1 if phase == "realise" else contexte.annee
    graph: Reseau = nx.Graph(
        contrat=contexte.contrat,
        titre=contexte.titre,
        campagne=contexte.annee,
        montants=Periode(phase, exercice).mots(),
        donnees=_("Données fictives") if contexte.fictif else _("Données déclarées"),
    )
    for row in run(find_query("retours"), dataset, {"annee": str(dataset.annee)}).rows:
        code = texte(row, "organisme")
        label = texte(row, "libelle_organisme") or code
        graph.add_node(f"organisme/{code}", kind="organisme", label=label, code=code, reponse=texte(row, "etat"))
    return graph


def _edge(graph: Reseau, row: Row, target: str) -> None:
    source = f"organisme/{texte(row, 'organisme')}"
    if source not in graph:
        code = texte(row, "organisme")
        graph.add_node(source, kind="organisme", label=code, code=code, reponse="non-attendu")
    n, euros = entier(row, "n_actions"), montant(row, "euros_dc")
    known = {"euros_dc": float(euros)} if euros is not None else {}
    graph.add_edge(source, target, n_actions=n, weight=float(n), **known)
