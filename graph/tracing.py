"""What explanations are made from: the flat table and the nodes of one campagne."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from droitcommun.graph.checks.nodes import Nodes
from droitcommun.graph.langue import langue
from droitcommun.graph.names import PREFIXES, cdv, local_code

_TYPE = PREFIXES["rdf"] + "type"
_SOURCE = PREFIXES["dcterms"] + "source"
_FROM = PREFIXES["prov"] + "wasDerivedFrom"
Fact = dict[str, object]
# (node, the property whose cell to show, what it adds)
Item = tuple[str, str | None, Decimal | int | None]


@dataclass(frozen=True)
class Kept:
    """The nodes behind a number; `additive` when the number is the sum of what they add, in `unite`."""

    items: tuple[Item, ...]
    additive: bool = True
    unite: str = ""


class Matter:
    """The nodes of a campagne, and its flat table."""

    def __init__(self, nodes: Nodes, campagne: str, rows: Sequence[Fact]) -> None:
        self.nodes, self.campagne, self.rows = nodes, campagne, rows

    def is_a(self, node: str, kind: str) -> bool:
        """Tell whether a node is of a class of the vocabulary."""
        return cdv(kind) in self.nodes.keys(node, _TYPE)

    @cached_property
    def by_code(self) -> dict[str, str]:
        """The IRIs of moyens and actions of the campagne by code."""
        from droitcommun.graph.catalogue import code_of

        found = self.nodes.subjects(cdv("dansCampagne"), self.campagne)
        return {f"{'moyen' if self.is_a(n, 'Moyen') else 'action'}:{code_of(n)}": n for n in found}

    def moyen(self, fact: Fact) -> str:
        """Return the IRI of the moyen of a row of the flat table."""
        return self.by_code[f"moyen:{fact['moyen']}"]

    @cached_property
    def actions(self) -> list[str]:
        """The actions of the campagne."""
        return [n for n in self.nodes.subjects(cdv("dansCampagne"), self.campagne) if self.is_a(n, "Action")]

    @cached_property
    def declared(self) -> list[str]:
        """The actions that a contribution declares."""
        return [n for n in self.actions if self.nodes.key(n, cdv("contribution"))]

    def of_campagne(self, kind: str) -> list[str]:
        """Return the nodes of a class that belong to the campagne: contributions, follow-ups, commitments …"""
        return [n for n in self.nodes.subjects(cdv("campagne"), self.campagne) if self.is_a(n, kind)]

    def counted(self, action: str) -> str:
        """Return the action that stands for *action* and those linked to it."""
        return self.nodes.key(action, cdv("compteeAvec")) or action

    def below(self, node: str) -> list[str]:
        """Return what hangs from a node: actions of a contribution, moyens of an action, actions of an ambition."""
        paths = ("contribution", "action", "ambitionPrincipale", "declarant", "qpv", "organisme", "typeEngagement")
        found = [s for path in paths for s in self.nodes.subjects(cdv(path), node)]
        return [n for n in dict.fromkeys(found) if self._seen(n)]

    def _seen(self, node: str) -> bool:
        campagnes = {*self.nodes.keys(node, cdv("campagne")), *self.nodes.keys(node, cdv("dansCampagne"))}
        return self.campagne in campagnes

    def title(self, node: str) -> str:
        """Return the words for a node: a moyen bears the title of its action, a follow-up its commitment's."""
        for path in ("action", "typeEngagement", "organisme"):
            target = self.nodes.key(node, cdv(path))
            if target:
                return self.nodes.label(target, langue())
        return self.nodes.label(node, langue())

    def fingerprint(self, node: str, fichier: str) -> str:
        """Return the SHA-256 of the received file of that name that *node* comes from."""
        for place in self.nodes.keys(node, _FROM):
            for document in [place, *self.nodes.keys(place, _SOURCE)]:
                if self.nodes.key(document, cdv("nomFichier")) == fichier:
                    return self.nodes.key(document, cdv("empreinte")) or local_code(document)
        return ""


def money(matter: Matter, keep: Callable[[Fact], bool], column: str = "euros") -> Kept:
    """Keep the rows of the flat table that are in totals and that *keep* accepts, each adding its *column*."""
    path = cdv("quantite")
    rows = [f for f in matter.rows if f["phase_groupe"] not in (None, "remplace") and keep(f)]
    items = tuple((matter.moyen(f), path, _number(f[column])) for f in rows)
    return Kept(items, unite="EUR" if column == "euros" else "")


def ones(nodes: Iterable[str], path: str | None = None) -> Kept:
    """Keep nodes that count for one each."""
    return Kept(tuple((node, path, 1) for node in nodes))


def behind(nodes: Iterable[str], path: str | None = None) -> Kept:
    """Keep nodes that a number rests on without being their sum."""
    return Kept(tuple((node, path, None) for node in nodes), additive=False)


def _number(value: object) -> Decimal | int | None:
    return value if isinstance(value, Decimal | int) else None
