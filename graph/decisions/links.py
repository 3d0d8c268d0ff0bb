"""Links between actions that two contributors declared: the same one, or two that only look alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rapidfuzz import process

from droitcommun.graph.campagnes import CampagneInfo, chosen_campagne
from droitcommun.graph.dataset import activate
from droitcommun.graph.doublons import Decided, Doublon, doublons, nearness
from droitcommun.graph.errors import ActionInconnue, LienImpossible
from droitcommun.graph.langue import _
from droitcommun.graph.names import ID, contract_thing, local_code, slug
from droitcommun.graph.store import Store, iri
from droitcommun.graph.workspace import Workspace

SHORTEST = 4
_ACTIONS = """
SELECT DISTINCT $campagne ?action ?titre ?organisme WHERE {
  ?action a cdv:Action ; cdv:dansCampagne $campagne ; dcterms:title ?titre .
  OPTIONAL { ?action cdv:declarant ?o . ?o skos:notation ?organisme }
} ORDER BY ?action
"""


@dataclass(frozen=True)
class ActionNamed:
    """One action of a campagne; `reference` is what people type, as « cd62/insertion/1c20e7ee53 »."""

    iri: str
    reference: str
    titre: str
    organisme: str | None


@dataclass(frozen=True)
class Link:
    """What was decided of two actions: `genre` is meme or distinctes."""

    annee: int
    premiere: ActionNamed
    seconde: ActionNamed
    genre: str


@dataclass(frozen=True)
class Links:
    """The links of a campagne, and the pairs that nobody has settled yet."""

    annee: int
    decides: tuple[Link, ...]
    possibles: tuple[Doublon, ...]


def link_actions(
    workspace: Workspace,
    contrat: str | None,
    annee: int | None,
    first: str,
    second: str,
    today: date,
    distinctes: bool = False,
) -> Link:
    """Say that two actions are one (their counts become one, their money is never merged), or that they are not.

    The later word on a pair replaces the earlier one.
    Raises ActionInconnue, LienImpossible (one action twice, or against what was decided of others).
    """
    info = chosen_campagne(workspace, contrat, annee)
    store, one, other = _pair(workspace, info, first, second)
    genre = "distinctes" if distinctes else "meme"
    _require_consistent(Decided.of(store), one, other, genre, _actions(store, info))
    kind = "actions-distinctes" if distinctes else "actions-liees"
    with workspace.lock():
        workspace.commit(kind, today, _details(info, one, other))
    return Link(info.annee, one, other, genre)


def unlink_actions(
    workspace: Workspace, contrat: str | None, annee: int | None, first: str, second: str, today: date
) -> Link:
    """Take back what was decided of two actions. Raises ActionInconnue, LienImpossible when nothing was."""
    info = chosen_campagne(workspace, contrat, annee)
    store, one, other = _pair(workspace, info, first, second)
    decided, pair = Decided.of(store), frozenset((one.iri, other.iri))
    if pair not in decided.same | decided.distinct:
        raise LienImpossible(_("rien n'a été décidé de ces deux actions"))
    with workspace.lock():
        workspace.commit("actions-deliees", today, _details(info, one, other))
    return Link(info.annee, one, other, "meme" if pair in decided.same else "distinctes")


def list_links(workspace: Workspace, contrat: str | None, annee: int | None) -> Links:
    """Return what was decided of the actions of a campagne, and what looks like a duplicate still."""
    info = chosen_campagne(workspace, contrat, annee)
    store = activate(workspace, info.contrat, info.annee, alone=True).store
    known = {action.iri: action for action in _actions(store, info)}
    decided = Decided.of(store)
    links = []
    for genre, pairs in (("meme", decided.same), ("distinctes", decided.distinct)):
        for pair in pairs:
            first, second = (known.get(a) or _gone(a, info) for a in sorted(pair))
            links.append(Link(info.annee, first, second, genre))
    links.sort(key=lambda link: (link.genre != "meme", slug(link.premiere.titre), link.premiere.iri, link.seconde.iri))
    return Links(info.annee, tuple(links), tuple(doublons(store, contract_thing(info.contrat, "campagne", info.annee))))


def reference(action: str, contrat: str, annee: int) -> str:
    """Return how an action is named on the command line: its IRI without what all those of a campagne share."""
    own = contract_thing(contrat, "action", annee) + "/"
    return action.removeprefix(own).removeprefix(f"{ID}{contrat}/").removeprefix(ID)


def find_action(actions: list[ActionNamed], asked: str, annee: int) -> ActionNamed:
    """Return the action that *asked* names: its reference, its code (four characters at least), its IRI or its title.

    Raises ActionInconnue with the nearest, or with all that fit.
    """
    wanted = asked.strip()
    exact = [a for a in actions if wanted in (a.iri, a.reference, local_code(a.iri))]
    titled = [a for a in actions if slug(a.titre) == slug(wanted)]
    begin = [a for a in actions if len(wanted) >= SHORTEST and local_code(a.iri).startswith(wanted.lower())]
    found = exact or titled or begin
    if len(found) == 1:
        return found[0]
    if not found:
        titles = {a.iri: a.titre for a in actions}
        near = process.extract(wanted, titles, scorer=lambda a, b, **_: nearness(a, b), limit=3, score_cutoff=60)
        by_iri = {a.iri: a for a in actions}
        raise ActionInconnue(asked, annee, [_shown(by_iri[key]) for _title, _score, key in near])
    raise ActionInconnue(asked, annee, [_shown(a) for a in found[:6]], several=True)


def _shown(action: ActionNamed) -> str:
    return f"{action.reference} (« {action.titre} »)"


def _pair(workspace: Workspace, info: CampagneInfo, first: str, second: str) -> tuple[Store, ActionNamed, ActionNamed]:
    store = activate(workspace, info.contrat, info.annee, alone=True).store
    actions = _actions(store, info)
    one, other = (find_action(actions, asked, info.annee) for asked in (first, second))
    if one.iri == other.iri:
        raise LienImpossible(_("c'est deux fois la même action, « {titre} »").format(titre=one.titre))
    return store, one, other


def _actions(store: Store, info: CampagneInfo) -> list[ActionNamed]:
    rows = store.select(_ACTIONS, {"campagne": iri(contract_thing(info.contrat, "campagne", info.annee))})
    return [
        ActionNamed(
            row["action"].value,
            reference(row["action"].value, info.contrat, info.annee),
            row["titre"].value,
            row["organisme"].value if "organisme" in row else None,
        )
        for row in rows
    ]


def _gone(action: str, info: CampagneInfo) -> ActionNamed:
    return ActionNamed(action, reference(action, info.contrat, info.annee), _("action disparue"), None)


def _details(info: CampagneInfo, one: ActionNamed, other: ActionNamed) -> dict[str, str | int | list[str]]:
    return {"contrat": info.contrat, "annee": info.annee, "actions": sorted((one.iri, other.iri))}


def _require_consistent(
    decided: Decided, one: ActionNamed, other: ActionNamed, genre: str, actions: list[ActionNamed]
) -> None:
    pair = frozenset((one.iri, other.iri))
    same, distinct = decided.same - {pair}, decided.distinct - {pair}
    (same if genre == "meme" else distinct).add(pair)
    after = Decided((tuple(p) for p in same), (tuple(p) for p in distinct))  # type: ignore[misc]
    wrong = after.contradiction()
    if wrong is None:
        return
    titles = {a.iri: a.titre for a in actions}
    first, second = (titles.get(a, local_code(a)) for a in wrong)
    raise LienImpossible(
        _(
            "« {a} » et « {b} » seraient à la fois la même action, par d'autres liens, et deux actions distinctes ; "
            "annulez d'abord l'un de ces liens avec --annuler"
        ).format(a=first, b=second)
    )
