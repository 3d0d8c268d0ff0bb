"""A network as a picture to show or print: its first measure is the title, and each sign is told in the legend."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from droitcommun.graph.export.drawings import drawing as dessin
from droitcommun.graph.export.drawings.drawing import Dessin
from droitcommun.graph.export.drawings.frame import Signe, entete, pied
from droitcommun.graph.export.mentions import mention
from droitcommun.graph.export.networks.drawings import ETATS, LIEN, REPONSES, draw, largeur, pilier_marque, reponses
from droitcommun.graph.export.networks.layout import piliers_in_order
from droitcommun.graph.formats import enumeration
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.network import Reseau
from droitcommun.graph.networkmeasures import choses, measures
from droitcommun.graph.pictures.contexte import Publication
from droitcommun.graph.words import etats_engagement

_MINIMUM = 900.0


def network_svg(reseau: Reseau, meta: Mapping[str, object] | None = None) -> str:
    """Return the picture of a network built by network.build_network, as SVG. *meta* joins its graph attributes."""
    return dessin.svg(draw_network(reseau, meta))


def network_png(reseau: Reseau, meta: Mapping[str, object] | None = None) -> bytes:
    """Return the same picture as PNG, two pixels for one."""
    return dessin.png(draw_network(reseau, meta))


def draw_network(reseau: Reseau, meta: Mapping[str, object] | None = None) -> Dessin:
    """Draw a network in columns, in arcs (bodies together) or in a grid (commitments, nearly all joined)."""
    about = {**reseau.graph, **(meta or {})}
    name = str(about["reseau"])
    width = max(largeur(reseau), _MINIMUM)
    title = str(about.get("message") or message(reseau))
    subtitle = _("{reseau}, campagne {annee}").format(reseau=titres()[name], annee=about["campagne"])
    head, top = entete(title, subtitle, _("Données fictives") if about["fictif"] else "", width)
    drawn, bottom = draw(reseau, top)
    foot, height = pied(_legend(name, reseau), _notes(name, reseau, about), width, bottom)
    words = ". ".join([str(about["donnees"]), subtitle, *_sentences(reseau)]) + "."
    return Dessin(f"reseau-{name}", width, height, title, words, (*head, *drawn, *foot))


def message(reseau: Reseau) -> str:
    """Return what a network says first: the answer of its first measure, or who is joined to nobody."""
    if not reseau.number_of_edges():
        return _("Aucun lien n'est encore déclaré.")
    first = measures(str(reseau.graph["reseau"]), reseau)[0]
    things = [n for n, data in reseau.nodes(data=True) if data["kind"] != "organisme" and not data.get("a_cheval")]
    bare = [node for node in things if not reseau.degree(node)]
    if first.valeur or not bare:
        return first.phrase
    names = enumeration([str(reseau.nodes[n]["label"]) for n in sorted(bare, key=_rang(reseau))], 4)
    return ngettext(
        "{n} {chose} sur {total} n'a aucune action déclarée : {noms}.",
        "{n} {chose} sur {total} n'ont aucune action déclarée : {noms}.",
        len(bare),
    ).format(n=len(bare), chose=choses(reseau, len(bare)), total=len(things), noms=names)


def _rang(reseau: Reseau) -> Callable[[str], int]:
    return lambda node: int(reseau.nodes[node]["rang"])


def titres() -> dict[str, str]:
    """Return what each network shows, by name."""
    return {
        "organisme-ambition": _("Institutions et ambitions"),
        "organisme-qpv": _("Institutions et quartiers"),
        "organisme-engagement": _("Institutions et engagements"),
        "organisme-organisme": _("Institutions qui agissent ensemble"),
    }


def _sentences(reseau: Reseau) -> list[str]:
    """Return the links in words: each body with what it is joined to."""
    found = []
    bodies = [(data["rang"], node) for node, data in reseau.nodes(data=True) if data["kind"] == "organisme"]
    for _rank, body in sorted(bodies):
        others = sorted(reseau[body], key=lambda n: (reseau.nodes[n]["rang"], n))
        words = ", ".join(_end(reseau, body, n) for n in others) or _("aucun lien")
        found.append(_("{organisme} : {liens}").format(organisme=reseau.nodes[body]["label"], liens=words))
    return found


def _end(reseau: Reseau, body: str, other: str) -> str:
    """Return the other end of a link in words; a commitment by its code, with its state."""
    data, edge = reseau.nodes[other], reseau.edges[body, other]
    return f"{data['code']} {etats_engagement()[edge['etat']]}" if "etat" in edge else str(data["label"])


def _legend(name: str, reseau: Reseau) -> list[Signe]:
    seen = {data["reponse"] for _node, data in reseau.nodes(data=True) if "reponse" in data}
    signs = [Signe(words, REPONSES[state], rond=True) for state, words in reponses().items() if state in seen]
    if name == "organisme-engagement":
        states = {data["etat"] for _s, _t, data in reseau.edges(data=True)}
        return signs + [Signe(words, ETATS[state]) for state, words in etats_engagement().items() if state in states]
    if name == "organisme-ambition":
        for pilier in piliers_in_order(reseau):
            mark = pilier_marque(reseau, pilier)
            words = _("action servant {pilier}").format(pilier=pilier)
            signs.append(Signe(words, trait=mark.couleur, tirets=mark.tirets))
    thin, thick = (1, 9) if name != "organisme-organisme" else (1, 25)
    signs.append(Signe(_weight(name, thin), trait=LIEN, epaisseur=1.8 if name != "organisme-organisme" else 1.3))
    signs.append(Signe(_weight(name, thick), trait=LIEN, epaisseur=4.0 if name != "organisme-organisme" else 4.1))
    return signs


def _weight(name: str, n: int) -> str:
    if name == "organisme-organisme":
        return ngettext("{n} lien d'action", "{n} liens d'action", n).format(n=n)
    return ngettext("{n} action", "{n} actions", n).format(n=n)


def _notes(name: str, reseau: Reseau, about: Mapping[str, object]) -> list[str]:
    alone = sum(1 for node, data in reseau.nodes(data=True) if data["kind"] == "organisme" and not reseau.degree(node))
    notes = []
    if name == "organisme-organisme":
        notes.append(
            _(
                "Deux institutions sont reliées quand elles déclarent chacune une action pour une même ambition "
                "dans un même quartier, ou quand elles sont toutes deux sur une même action : "
                "chacun de ces cas compte pour un."
            )
        )
    if alone:
        text = ngettext("{n} institution n'a aucun lien.", "{n} institutions n'ont aucun lien.", alone)
        notes.append(text.format(n=alone) + " " + _("Qui n'a pas répondu n'est pas compté comme n'agissant pas."))
    if name == "organisme-ambition":
        notes.append(_("Une action compte dans chaque ambition qu'elle sert, à titre principal ou non."))
    if any(data.get("a_cheval") for _node, data in reseau.nodes(data=True)):
        notes.append(_("« À cheval » sur une autre intercommunalité : le titre ne compte pas ces quartiers."))
    if about.get("non_detailles"):
        text = ngettext(
            "{n} institution a répondu sans avoir donné son visa : elle n'est pas dans le dessin.",
            "{n} institutions ont répondu sans avoir donné leur visa : elles ne sont pas dans le dessin.",
            int(str(about["non_detailles"])),
        )
        counted = name in ("organisme-ambition", "organisme-qpv")
        everyone = " " + _("Les nombres écrits comptent tout le monde.") if counted else ""
        notes.append(text.format(n=about["non_detailles"]) + everyone)
    when = date.fromisoformat(str(about["date"])) if about.get("date") else None
    known = about.get("publication")
    publication = known if isinstance(known, Publication) else None
    profil, print_ = str(about.get("profil", "")), str(about.get("empreinte", ""))
    notes.append(mention(str(about["titre"]), int(str(about["campagne"])), when, publication, profil, print_))
    return notes
