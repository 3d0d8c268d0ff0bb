"""The version that a file replaces: a blank cell leaves what it said unchanged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from droitcommun.graph.names import PREFIXES, cdv, local_code
from droitcommun.graph.store import Store, Term, Triple, iri

_RDF_TYPE = PREFIXES["rdf"] + "type"
_DERIVED_FROM = PREFIXES["prov"] + "wasDerivedFrom"
_SOURCE = PREFIXES["dcterms"] + "source"
_TITLE = PREFIXES["dcterms"] + "title"
_NE_SAIT_PAS = cdv("neSaitPas")

# What names a node that bears no title.
_NAMING = (
    *(cdv(t) for t in ("phase", "nature", "instance", "date", "organisme", "critere", "enveloppeP147")),
    *(cdv(t) for t in ("effet", "concerne", "indicateur", "dispositif")),
    PREFIXES["sdmx-dimension"] + "refArea",
    PREFIXES["sdmx-dimension"] + "refPeriod",
)


class Previous:
    """The triples of the previous version, by subject. Empty when there is none."""

    def __init__(self, store: Store | None) -> None:
        self._by_subject: dict[str, list[Triple]] = defaultdict(list)
        self._uncertain: set[str] = set()
        for triple in store.triples() if store else ():
            self._by_subject[triple[0].value].append(triple)

    def distrust(self, subject: str) -> None:
        """Carry nothing to this node: which of several lines alike it was cannot be known."""
        self._uncertain.add(subject)

    def values(self, subject: str, predicate: str) -> list[Term]:
        """Return what the previous version said of one property."""
        return [o for _s, p, o in self._by_subject.get(subject, ()) if p.value == predicate]

    def carried(self, subject: str, paths: Sequence[str]) -> list[Triple]:
        """Return the triples that a blank cell leaves unchanged: those of *paths*, or that they are not known.

        Where they were read comes with them, so that they can still be walked back to their cell.
        """
        found = [
            triple
            for triple in (() if subject in self._uncertain else self._by_subject.get(subject, ()))
            if triple[1].value in paths or (triple[1].value == _NE_SAIT_PAS and triple[2].value in paths)
        ]
        return found + self._places(subject) if found else []

    def whole(self, subject: str) -> list[Triple]:
        """Return all the triples of a node, with where it was read and what hangs from it (its evidence)."""
        own = self._by_subject.get(subject, [])
        evidence = [o.value for _s, p, o in own if p.value == cdv("preuve")]
        return [*own, *(t for node in evidence for t in self._by_subject[node]), *self._places(subject)]

    def _places(self, subject: str) -> list[Triple]:
        triples: list[Triple] = []
        for place in self.values(subject, _DERIVED_FROM):
            document = next(iter(self.values(place.value, _SOURCE)), place)
            triples.append((iri(subject), iri(_DERIVED_FROM), place))
            triples += self._by_subject.get(place.value, [])
            triples += self._by_subject.get(document.value, [])
            triples += self._columns(place.value, document.value)
        return triples

    def _columns(self, place: str, document: str) -> list[Triple]:
        """Return the columns of the sheet where *place* stands."""
        sheets = {v.value for v in self.values(place, cdv("feuille"))}
        prefix = f"{document}#"
        nodes = [s for s in self._by_subject if s.startswith(prefix) and self._is(s, "Colonne")]
        same = [s for s in nodes if sheets & {v.value for v in self.values(s, cdv("feuille"))}]
        return [triple for node in same for triple in self._by_subject[node]]

    def of_class(self, name: str) -> list[str]:
        """Return the IRIs of the nodes of a class of the vocabulary, sorted."""
        return sorted(s for s in self._by_subject if self._is(s, name))

    def label(self, subject: str) -> str:
        """Return words to name a node: its title, or that of its action and what the resource is."""
        for term in (_TITLE, cdv("question"), cdv("constat")):
            titles = self.values(subject, term)
            if titles:
                return titles[0].value
        actions = self.values(subject, cdv("action"))
        parts = [self.label(actions[0].value)] if actions else []
        for term in _NAMING:
            parts += [local_code(v.value) for v in self.values(subject, term)]
        return " – ".join(parts) or local_code(subject)

    def place(self, subject: str) -> tuple[str, int] | None:
        """Return the sheet and row where a node stood in the previous file."""
        for place in self.values(subject, _DERIVED_FROM):
            sheet, row = self.values(place.value, cdv("feuille")), self.values(place.value, cdv("ligneFeuille"))
            if sheet and row:
                return sheet[0].value, int(row[0].value)
        return None

    def _is(self, subject: str, name: str) -> bool:
        wanted = cdv(name)
        return any(p.value == _RDF_TYPE and o.value == wanted for _s, p, o in self._by_subject[subject])
