"""Actions that look like one another: the same money under a near title. Shown to a human, never merged.

The nearness of two titles cannot be computed in SPARQL, nor compared for all pairs: only actions that share a source,
an exercice and an amount are compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from rapidfuzz import fuzz

from droitcommun.graph.names import local_code, slug
from droitcommun.graph.store import Row, Store, iri

SEUIL = 85
_MOYENS = """
SELECT DISTINCT $campagne ?action ?titre ?organisme ?libelle ?source ?exercice ?unite ?quantite WHERE {
  ?moyen cdv:dansCampagne $campagne ; a cdv:Moyen ; cdv:action ?action ; cdv:source ?source ; cdv:exercice ?exercice ;
    cdv:unite ?unite ; cdv:centimes|cdv:quantite ?quantite .
  ?action dcterms:title ?titre .
  OPTIONAL { ?action cdv:declarant ?declarant }
  OPTIONAL { ?moyen cdv:apporteur ?apporteur }
  BIND(COALESCE(?declarant, ?apporteur) AS ?corps)
  ?corps skos:notation ?organisme .
  OPTIONAL { ?corps skos:prefLabel ?libelle . FILTER(LANG(?libelle) = "fr") }
}
"""
_PLACES = """
SELECT DISTINCT $campagne ?action ?qpv ?commune WHERE {
  ?action a cdv:Action ; cdv:dansCampagne $campagne .
  { ?action cdv:qpv ?qpv . OPTIONAL { ?qpv cdv:commune ?commune } } UNION { ?action cdv:commune ?commune }
}
"""
_DECIDED = """
SELECT DISTINCT ?a ?b ?meme WHERE {
  { ?a cdv:memeActionQue ?b . BIND(true AS ?meme) } UNION { ?a cdv:distincteDe ?b . BIND(false AS ?meme) }
}
"""


@dataclass(frozen=True)
class Jumelle:
    """One of the two actions of a possible duplicate: its IRI and title, and who declares it (or pays for it)."""

    action: str
    titre: str
    organisme: str
    libelle_organisme: str


@dataclass(frozen=True, order=True)
class Somme:
    """What two actions share: a source (code), an exercice, a unit (code) and an amount, in cents for EUR."""

    exercice: int
    source: str
    unite: str
    quantite: Decimal


@dataclass(frozen=True)
class Doublon:
    """Two actions that may be one, and the sums that they share.

    `genre`: entre-organismes (near titles) or dans-un-organisme (the same title). `proximite` is the nearness of the
    titles, from 0 to 100.
    """

    premiere: Jumelle
    seconde: Jumelle
    genre: str
    sommes: tuple[Somme, ...]
    proximite: int


def doublons(store: Store, campagne: str, seuil: int = SEUIL) -> list[Doublon]:
    """Return the possible duplicates among the actions of *campagne* (an IRI), likeliest first.

    Between bodies: same source, exercice and amount (not zero), and titles whose nearness is at least *seuil*. Within
    one body: the same, under the same title (accents, case and punctuation apart). Actions that both name their QPV or
    communes, and none in common, are two. A pair that somebody has linked, directly or through others, or told apart,
    is not shown again.
    """
    decided, places = Decided.of(store), _places(store, campagne)
    alike: dict[Somme, dict[str, Jumelle]] = defaultdict(dict)
    for row in store.select(_MOYENS, {"campagne": iri(campagne)}):
        somme = _somme(row)
        if somme.quantite > 0:
            one = _jumelle(row)
            alike[somme].setdefault(one.action, one)
    shared: dict[tuple[Jumelle, Jumelle], list[Somme]] = defaultdict(list)
    for somme, actions in alike.items():
        for first, second in combinations(sorted(actions.values(), key=lambda j: j.action), 2):
            shared[first, second].append(somme)
    found = []
    for (first, second), sommes in shared.items():
        near = _nearness(first, second, seuil)
        if (
            near is None
            or _apart(places[first.action], places[second.action])
            or decided.settled(first.action, second.action)
        ):
            continue
        genre = "entre-organismes" if first.organisme != second.organisme else "dans-un-organisme"
        found.append(Doublon(first, second, genre, tuple(sorted(sommes)), near))
    return sorted(found, key=lambda d: (-d.proximite, slug(d.premiere.titre), *_iris(d)))


def nearness(first: str, second: str) -> int:
    """Return how near two titles are, from 0 to 100: words in any order, accents, case and punctuation apart."""
    return round(fuzz.token_sort_ratio(_words(first), _words(second)))


class Decided:
    """What people decided of pairs of actions: the same (with what follows from it), or distinct."""

    def __init__(self, same: Iterable[tuple[str, str]], distinct: Iterable[tuple[str, str]]) -> None:
        self.same = {frozenset(pair) for pair in same}
        self.distinct = {frozenset(pair) for pair in distinct}
        self._cluster = dict(_clusters(self.same))

    @classmethod
    def of(cls, store: Store) -> Decided:
        """Read the links of a dataset."""
        rows = store.select(_DECIDED)
        pairs = [(row["a"].value, row["b"].value, row["meme"].value == "true") for row in rows]
        return cls([(a, b) for a, b, same in pairs if same], [(a, b) for a, b, same in pairs if not same])

    def cluster(self, action: str) -> frozenset[str]:
        """Return the actions that are one with *action*, itself included."""
        return self._cluster.get(action, frozenset((action,)))

    def settled(self, first: str, second: str) -> bool:
        """Tell whether the pair was decided: one cluster, or told apart (they, or others of their clusters)."""
        one, other = self.cluster(first), self.cluster(second)
        return one == other or any(frozenset((a, b)) in self.distinct for a in one for b in other)

    def contradiction(self) -> tuple[str, str] | None:
        """Return two actions that are told apart and linked all the same, or None."""
        for pair in sorted(tuple(sorted(p)) for p in self.distinct):
            if len(pair) == 2 and pair[1] in self.cluster(pair[0]):
                return pair[0], pair[1]
        return None


def _clusters(same: Iterable[frozenset[str]]) -> Iterator[tuple[str, frozenset[str]]]:
    neighbours: dict[str, set[str]] = defaultdict(set)
    for pair in same:
        for action in pair:
            neighbours[action] |= pair
    seen: set[str] = set()
    for start in neighbours:
        if start in seen:
            continue
        cluster, todo = set[str](), [start]
        while todo:
            action = todo.pop()
            if action not in cluster:
                cluster.add(action)
                todo += neighbours[action]
        seen |= cluster
        yield from ((action, frozenset(cluster)) for action in cluster)


def _places(store: Store, campagne: str) -> dict[str, tuple[set[str], set[str]]]:
    """Return the QPV of each action, and its communes (those of its QPV too)."""
    places: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for row in store.select(_PLACES, {"campagne": iri(campagne)}):
        for name, known in zip(("qpv", "commune"), places[row["action"].value], strict=True):
            if name in row:
                known.add(row[name].value)
    return places


def _apart(first: tuple[set[str], set[str]], second: tuple[set[str], set[str]]) -> bool:
    """Tell whether two actions surely take place elsewhere: by QPV when both name some, else by commune."""
    compared = next(((a, b) for a, b in zip(first, second, strict=True) if a and b), None)
    return compared is not None and not compared[0] & compared[1]


def _somme(row: Row) -> Somme:
    source, unite = (local_code(row[name].value) for name in ("source", "unite"))
    return Somme(int(row["exercice"].value), source, unite, Decimal(row["quantite"].value))


def _jumelle(row: Row) -> Jumelle:
    code = row["organisme"].value
    return Jumelle(row["action"].value, row["titre"].value, code, row["libelle"].value if "libelle" in row else code)


def _nearness(first: Jumelle, second: Jumelle, seuil: int) -> int | None:
    if first.organisme == second.organisme:
        return 100 if _words(first.titre) == _words(second.titre) else None
    near = nearness(first.titre, second.titre)
    return near if near >= seuil else None


def _words(title: str) -> str:
    return slug(title.replace("’", "'")).replace("-", " ")


def _iris(doublon: Doublon) -> tuple[str, str]:
    return doublon.premiere.action, doublon.seconde.action
