"""What a network tells: each measure answers one question, in one sentence with its number, and has its table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

import networkx as nx

from droitcommun.graph.catalogue import Column, Query, Table
from droitcommun.graph.formats import enumeration, pourcent
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.network import Reseau

_NOMS = 6
Columns = tuple[tuple[str, str, str], ...]  # name, type, unit


@dataclass(frozen=True)
class Mesure:
    """One measure: its name, the question it answers, the sentence that answers it, its number, and its table.

    The table's title is the question; `valeur` is the number that the sentence says.
    """

    nom: str
    question: str
    phrase: str
    valeur: int
    table: Table


def measures(name: str, graph: Reseau) -> list[Mesure]:
    """Return the measures of a network built by network.build_network under *name*."""
    if name == "organisme-organisme":
        asked: tuple[Callable[[Reseau], Mesure], ...] = (_groupes, _pivots, _isoles)
    elif name == "organisme-engagement":
        asked = (_sans_constat, _seul_constat)
    elif name == "organisme-qpv":
        asked = (_seuls, _dependance, _departs)
    else:
        asked = (_seuls, _passerelles, _dependance, _departs)
    return [ask(graph) for ask in asked]


def _nodes(graph: Reseau, kind: str | None = None, but: str | None = None) -> list[str]:
    found = (n for n, data in graph.nodes(data=True) if data["kind"] != but and kind in (None, data["kind"]))
    return sorted(found)


def _others(graph: Reseau) -> list[str]:
    """Return what bodies act on: ambitions, QPV or commitments."""
    return _nodes(graph, but="organisme")


def choses(graph: Reseau, n: int) -> str:
    """Return the word for *n* of what the bodies of a network act on."""
    words = {
        "organisme-ambition": ngettext("ambition", "ambitions", n),
        "organisme-qpv": ngettext("quartier", "quartiers", n),
    }
    return words.get(str(graph.graph["reseau"]), ngettext("engagement", "engagements", n))


def _label(graph: Reseau, node: str) -> str:
    return str(graph.nodes[node]["label"])


def _names(graph: Reseau, nodes: Sequence[str]) -> str:
    return enumeration([_label(graph, n) for n in nodes], _NOMS)


def _mesure(
    nom: str,
    question: str,
    phrase: str,
    valeur: int,
    columns: Columns,
    rows: list[Sequence[object]],
    graph: Reseau,
) -> Mesure:
    described = tuple(Column(name, kind, unit, name) for name, kind, unit in columns)
    query = Query(nom, question, phrase, question, (), described, "")
    values = [dict(zip((c.name for c in described), row, strict=True)) for row in rows]
    parameters: dict[str, object] = {"annee": graph.graph["campagne"]}
    return Mesure(nom, question, phrase, valeur, Table(query, str(graph.graph["contrat"]), parameters, values))


def _seuls(graph: Reseau) -> Mesure:
    """Partner alone: what rests on one body."""
    alone = [(n, next(iter(graph[n]))) for n in _others(graph) if graph.degree(n) == 1]
    question = _("Qu'est-ce qui ne repose que sur une seule institution ?")
    phrase = ngettext(
        "{n} {chose} sur {total} ne repose que sur une seule institution : {noms}.",
        "{n} {chose} sur {total} ne reposent que sur une seule institution : {noms}.",
        len(alone),
    ).format(
        n=len(alone),
        chose=choses(graph, len(alone)),
        total=len(_others(graph)),
        noms=_names(graph, [n for n, _body in alone]),
    )
    if not alone:
        phrase = _("Rien ne repose sur une seule institution (0 sur {total}).").format(total=len(_others(graph)))
    columns: Columns = (("objet", "code", ""), ("libelle_objet", "text", ""), ("organisme", "code", ""))
    columns += (("libelle_organisme", "text", ""), ("n_actions", "integer", ""))
    rows: list[Sequence[object]] = [
        (*_pair(graph, n), *_pair(graph, body), graph.edges[n, body]["n_actions"]) for n, body in alone
    ]
    return _mesure("partenaire-seul", question, phrase, len(alone), columns, rows, graph)


def _pair(graph: Reseau, node: str) -> tuple[str, str]:
    return str(graph.nodes[node]["code"]), _label(graph, node)


def _passerelles(graph: Reseau) -> Mesure:
    """Bridges: bodies whose actions have their main ambition in several piliers, and the pairs that only they link.

    Secondary ambitions do not count: most actions name some in another pilier, and nearly every body would be a bridge.
    """
    bodies = _nodes(graph, "organisme")
    main = {b: [a for a in graph[b] if graph.edges[b, a]["n_principales"]] for b in bodies}
    reach = {b: sorted({graph.nodes[a]["pilier"] for a in held}) for b, held in main.items()}
    bridges = {b: piliers for b, piliers in reach.items() if len(piliers) > 1}
    links: dict[tuple[str, str], list[str]] = {}
    for body, piliers in bridges.items():
        for pair in combinations(piliers, 2):
            links.setdefault(pair, []).append(body)
    question = _("Quelles institutions font le lien entre les piliers ?")
    acting = sum(1 for piliers in reach.values() if piliers)
    phrase = ngettext(
        "{n} institution sur {total} agit dans plusieurs piliers par l'ambition principale de ses actions : {noms}.",
        "{n} institutions sur {total} agissent dans plusieurs piliers par l'ambition principale de leurs actions : "
        "{noms}.",
        len(bridges),
    ).format(n=len(bridges), total=acting, noms=_names(graph, list(bridges)))
    if not bridges:
        phrase = _(
            "Aucune institution n'agit dans plusieurs piliers par l'ambition principale de ses actions (0 sur {total})."
        ).format(total=acting)
    columns: Columns = (("organisme", "code", ""), ("libelle_organisme", "text", ""), ("piliers", "text", ""))
    columns += (("n_ambitions", "integer", ""), ("seul_lien_entre", "text", ""))
    rows: list[Sequence[object]] = []
    for body, piliers in sorted(bridges.items(), key=lambda item: (-len(item[1]), item[0])):
        only = [f"{a}–{b}" for (a, b), held in sorted(links.items()) if held == [body]]
        rows.append((*_pair(graph, body), ", ".join(piliers), len(main[body]), ", ".join(only) or None))
    return _mesure("passerelles", question, phrase, len(bridges), columns, rows, graph)


def _dependance(graph: Reseau) -> Mesure:
    """Dependency: the body that weighs most on each object, in actions, and in money when all of it is known."""
    rows: list[Sequence[object]] = []
    heavy: list[str] = []
    for node in _others(graph):
        edges = sorted(((graph.edges[node, b]["n_actions"], b) for b in graph[node]), key=lambda e: (-e[0], e[1]))
        total = sum(n for n, _b in edges)
        if not total:
            continue
        n, body = edges[0]
        share = Decimal(100 * n) / total
        if share > 50:
            heavy.append(node)
        known = [graph.edges[node, b].get("euros_dc") for _n, b in edges]
        money = None
        if None not in known and sum(known) > 0:
            money = Decimal(str(round(100 * graph.edges[node, body]["euros_dc"] / sum(known), 1)))
        rows.append((*_pair(graph, node), *_pair(graph, body), n, total, round(share, 1), money))
    rows.sort(key=lambda row: (-Decimal(str(row[6])), str(row[0])))
    question = _("Qu'est-ce qui dépend surtout d'une seule institution ?")
    phrase = ngettext(
        "{n} sur {total} dépend pour plus de la moitié de ses actions d'une seule institution : {noms}.",
        "{n} sur {total} dépendent pour plus de la moitié de leurs actions d'une seule institution : {noms}.",
        len(heavy),
    ).format(n=len(heavy), total=len(_others(graph)), noms=_names(graph, heavy))
    if not heavy:
        phrase = _("Aucune institution ne fait plus de la moitié des actions d'un même objet (0 sur {total}).").format(
            total=len(_others(graph))
        )
    columns: Columns = (("objet", "code", ""), ("libelle_objet", "text", ""), ("organisme", "code", ""))
    columns += (("libelle_organisme", "text", ""), ("n_actions", "integer", ""), ("n_actions_total", "integer", ""))
    columns += (("part_actions", "decimal", ""), ("part_euros_dc", "decimal", ""))
    return _mesure("dependance", question, phrase, len(heavy), columns, rows, graph)


def _departs(graph: Reseau) -> Mesure:
    """What is left if a body leaves: what nobody would serve any more, what one body alone would serve."""
    rows: list[Sequence[object]] = []
    total = sum(data["n_actions"] for _a, _b, data in graph.edges(data=True))
    for body in _nodes(graph, "organisme"):
        held = sorted(graph[body])
        if not held:
            continue
        orphans = [n for n in held if graph.degree(n) == 1]
        alone = [n for n in held if graph.degree(n) == 2]
        lost = sum(graph.edges[body, n]["n_actions"] for n in held)
        codes = ", ".join(str(graph.nodes[n]["code"]) for n in orphans) or None
        rows.append((*_pair(graph, body), len(orphans), codes, len(alone), lost, round(Decimal(100 * lost) / total, 1)))
    rows.sort(key=lambda row: (-int(str(row[2])), -int(str(row[5])), str(row[0])))
    question = _("Que resterait-il si une institution s'en allait ?")
    worst = rows[0] if rows else None
    if worst is None:
        phrase, value = _("Aucune action n'est déclarée : il n'y a rien à perdre (0)."), 0
    else:
        value = int(str(worst[2]))
        phrase = ngettext(
            "Le départ le plus coûteux : {nom}. Alors {n} sur {total} n'aurait plus aucune institution, "
            "et {part} des liens d'action disparaîtraient.",
            "Le départ le plus coûteux : {nom}. Alors {n} sur {total} n'auraient plus aucune institution, "
            "et {part} des liens d'action disparaîtraient.",
            value,
        ).format(nom=worst[1], n=value, total=len(_others(graph)), part=pourcent(int(str(worst[5])), total))
    columns: Columns = (("organisme", "code", ""), ("libelle_organisme", "text", ""), ("n_orphelins", "integer", ""))
    columns += (("orphelins", "text", ""), ("n_un_seul_restant", "integer", ""), ("n_actions", "integer", ""))
    columns += (("part_actions", "decimal", ""),)
    return _mesure("departs", question, phrase, value, columns, rows, graph)


def communities(graph: Reseau) -> list[list[str]]:
    """Return the groups of bodies that act together, biggest first: greedy modularity on the weights of the edges.

    Isolated nodes are in no group. Nodes are numbered in the order of their names first, so that the same network
    always gives the same groups.
    """
    linked = sorted(n for n in graph if graph.degree(n))
    if not linked:
        return []
    numbered: Reseau = nx.Graph()
    numbered.add_nodes_from(range(len(linked)))
    rank = {node: i for i, node in enumerate(linked)}
    for a, b in sorted(tuple(sorted((rank[a], rank[b]))) for a, b in graph.edges()):
        numbered.add_edge(a, b, weight=graph.edges[linked[a], linked[b]]["weight"])
    found = nx.community.greedy_modularity_communities(numbered, weight="weight")
    groups = [sorted(linked[i] for i in group) for group in found]
    return sorted(groups, key=lambda group: (-len(group), group))


def _groupes(graph: Reseau) -> Mesure:
    groups = communities(graph)
    question = _("Quels groupes d'institutions agissent ensemble ?")
    linked = sum(len(g) for g in groups)
    phrase = ngettext(
        "Les {k} institutions qui agissent avec d'autres forment {n} groupe.",
        "Les {k} institutions qui agissent avec d'autres forment {n} groupes ; le plus grand en réunit {g}.",
        len(groups),
    ).format(k=linked, n=len(groups), g=len(groups[0]) if groups else 0)
    if not groups:
        phrase = _("Aucune institution n'agit encore avec une autre (0 groupe).")
    columns: Columns = (("groupe", "integer", ""), ("organisme", "code", ""), ("libelle_organisme", "text", ""))
    columns += (("n_liens_dedans", "integer", ""), ("n_liens_dehors", "integer", ""))
    rows: list[Sequence[object]] = []
    for i, group in enumerate(groups, 1):
        for body in group:
            inside = sum(1 for n in graph[body] if n in group)
            rows.append((i, *_pair(graph, body), inside, graph.degree(body) - inside))
    return _mesure("groupes", question, phrase, len(groups), columns, rows, graph)


def _pivots(graph: Reseau) -> Mesure:
    """Bodies without which others would no longer be linked together."""
    pieces = nx.number_connected_components(graph)
    rows: list[Sequence[object]] = []
    pivots = sorted(nx.articulation_points(graph))
    for body in pivots:
        left = nx.number_connected_components(graph.subgraph([n for n in graph if n != body]))
        rows.append((*_pair(graph, body), graph.degree(body), left - pieces + 1))
    question = _("Le départ de quelle institution couperait d'autres institutions les unes des autres ?")
    phrase = ngettext(
        "{n} institution, si elle partait, couperait le réseau : {noms}.",
        "{n} institutions, si l'une d'elles partait, couperaient le réseau : {noms}.",
        len(pivots),
    ).format(n=len(pivots), noms=_names(graph, pivots))
    if not pivots:
        phrase = _("Aucun départ ne couperait le réseau en morceaux (0 institution).")
    columns: Columns = (("organisme", "code", ""), ("libelle_organisme", "text", ""), ("n_liens", "integer", ""))
    columns += (("n_morceaux", "integer", ""),)
    return _mesure("pivots", question, phrase, len(pivots), columns, rows, graph)


def _isoles(graph: Reseau) -> Mesure:
    """Bodies that answered and act with nobody."""
    alone = [n for n in _nodes(graph) if graph.degree(n) == 0 and graph.nodes[n]["reponse"] == "repondu"]
    answered = sum(1 for n in graph if graph.nodes[n]["reponse"] == "repondu")
    question = _("Quelles institutions agissent sans aucune autre ?")
    phrase = ngettext(
        "{n} institution sur {total} qui ont répondu ne partage ni quartier, ni action avec une autre : {noms}.",
        "{n} institutions sur {total} qui ont répondu ne partagent ni quartier, ni action avec une autre : {noms}.",
        len(alone),
    ).format(n=len(alone), total=answered, noms=_names(graph, alone))
    if not alone:
        phrase = _("Toutes les institutions qui ont répondu agissent avec une autre (0 isolée sur {total}).").format(
            total=answered
        )
    columns: Columns = (("organisme", "code", ""), ("libelle_organisme", "text", ""))
    return _mesure("isoles", question, phrase, len(alone), columns, [_pair(graph, n) for n in alone], graph)


def _constats(graph: Reseau, node: str) -> list[str]:
    return sorted(b for b in graph[node] if graph.edges[node, b].get("etat") == "constate")


def _sans_constat(graph: Reseau) -> Mesure:
    empty = [n for n in _others(graph) if not _constats(graph, n)]
    total = len(_others(graph))
    question = _("Quels engagements ne sont encore constatés chez personne ?")
    phrase = ngettext(
        "{n} engagement sur {total} n'est constaté chez aucune institution : {noms}.",
        "{n} engagements sur {total} ne sont constatés chez aucune institution : {noms}.",
        len(empty),
    ).format(n=len(empty), total=total, noms=_names(graph, empty))
    if not empty:
        phrase = _("Chaque engagement est constaté chez une institution au moins (0 sur {total} sans constat).").format(
            total=total
        )
    columns: Columns = (("engagement", "code", ""), ("libelle_engagement", "text", ""), ("n_organismes", "integer", ""))
    rows: list[Sequence[object]] = [(*_pair(graph, n), graph.degree(n)) for n in empty]
    return _mesure("engagements-sans-constat", question, phrase, len(empty), columns, rows, graph)


def _seul_constat(graph: Reseau) -> Mesure:
    held = {n: _constats(graph, n) for n in _others(graph)}
    alone = {n: bodies[0] for n, bodies in held.items() if len(bodies) == 1 and graph.degree(n) > 1}
    question = _("Quels engagements, pris par plusieurs, ne sont constatés que chez une seule institution ?")
    phrase = ngettext(
        "{n} engagement pris par plusieurs institutions n'est constaté que chez une seule : {noms}.",
        "{n} engagements pris par plusieurs institutions ne sont constatés que chez une seule : {noms}.",
        len(alone),
    ).format(n=len(alone), noms=_names(graph, list(alone)))
    if not alone:
        phrase = _("Aucun engagement pris par plusieurs n'est constaté chez une seule institution (0).")
    columns: Columns = (("engagement", "code", ""), ("libelle_engagement", "text", ""), ("organisme", "code", ""))
    columns += (("libelle_organisme", "text", ""), ("n_organismes", "integer", ""))
    rows: list[Sequence[object]] = [(*_pair(graph, n), *_pair(graph, b), graph.degree(n)) for n, b in alone.items()]
    return _mesure("engagement-chez-un-seul", question, phrase, len(alone), columns, rows, graph)
