"""The rows of a register by their title, as the rows of another register cite them."""

from __future__ import annotations

from collections.abc import Iterable

from droitcommun.graph.classeurs.cells import normalised
from droitcommun.graph.classeurs.draft import Draft
from droitcommun.graph.names import PREFIXES

_TITLE = PREFIXES["dcterms"] + "title"


class NamedRows:
    """The nodes of one register (applications, amendments), first row first."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._by_title: dict[str, str] = {}
        self._strays: set[str] = set()

    def add(self, title: str, node: str) -> None:
        """Add a row; of several with one title, the first is the one cited."""
        self._by_title.setdefault(normalised(title), node)

    def are_cited(self, titles: Iterable[str]) -> None:
        """Note what the rows of the other register cite: the titles that are no row's."""
        self._strays = {normalised(title) for title in titles} - {"", *self._by_title}

    def find(self, title: str) -> str | None:
        """Return the node of a title."""
        return self._by_title.get(normalised(title))

    def nodes(self) -> list[str]:
        """Return every node."""
        return list(self._by_title.values())

    def titles(self) -> list[str]:
        """Return the titles that could be read."""
        return [title for node in self.nodes() for title in self._draft.values(node, _TITLE)[:1]]

    def cause(self) -> str | None:
        """Return the only row without a title, when a single title is cited in vain: it is most likely that row's."""
        untitled = [node for node in self.nodes() if not self._draft.values(node, _TITLE)]
        return untitled[0] if len(untitled) == len(self._strays) == 1 else None
