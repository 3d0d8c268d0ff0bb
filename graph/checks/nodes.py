"""Triples indexed by subject and predicate: small look-ups that need no query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from droitcommun.graph.names import PREFIXES, local_code
from droitcommun.graph.store import BlankNode, Store, Term, Triple, iri, literal

# The classes of the store's terms, without naming the library that only store.py knows.
Iri = type(iri("urn:x"))
Literal = type(literal(""))

_TYPE = PREFIXES["rdf"] + "type"
_NOTATION = PREFIXES["skos"] + "notation"
_LABELS = (PREFIXES["dcterms"] + "title", PREFIXES["skos"] + "prefLabel", PREFIXES["rdfs"] + "label")


class Nodes:
    """What is said of each node. Subjects and predicates are IRIs as str; blank nodes keep their « _:x » form."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._objects: dict[str, dict[str, list[Term]]] = {}
        self._pairs: dict[str, list[tuple[str, Term]]] = {}
        self._subjects: dict[str, dict[str, list[str]]] = {}
        self._instances: dict[str, frozenset[str]] = {}
        objects, pairs = self._objects, self._pairs
        for subject, predicate, value in triples:  # tens of thousands: each call spared here is felt
            key, name = subject.value if isinstance(subject, Iri) else node_key(subject), predicate.value
            said = objects.get(key)
            if said is None:
                said = objects[key] = {}
            values = said.get(name)
            if values is None:
                said[name] = [value]
            else:
                values.append(value)
            pair = pairs.get(name)
            if pair is None:
                pairs[name] = [(key, value)]
            else:
                pair.append((key, value))

    def __contains__(self, subject: str) -> bool:
        return subject in self._objects

    def __iter__(self) -> Iterator[str]:
        return iter(self._objects)

    def values(self, subject: str, predicate: str) -> list[Term]:
        """Return the objects of (subject, predicate)."""
        return self._objects.get(subject, {}).get(predicate, [])

    def keys(self, subject: str, predicate: str) -> list[str]:
        """Return the objects of (subject, predicate) as str, sorted: IRIs, or the text of literals."""
        values = self.values(subject, predicate)
        return sorted(map(node_key, values)) if len(values) > 1 else [node_key(v) for v in values]

    def key(self, subject: str, predicate: str) -> str | None:
        """Return the first of keys(), or None."""
        keys = self.keys(subject, predicate)
        return keys[0] if keys else None

    def subjects(self, predicate: str, value: str) -> list[str]:
        """Return the subjects that point to the node *value* by *predicate*, sorted."""
        found = self._subjects.get(predicate)
        if found is None:  # few predicates are ever asked backwards
            found = self._subjects[predicate] = {}
            for subject, node in self._pairs.get(predicate, ()):
                if not isinstance(node, Literal):
                    found.setdefault(node_key(node), []).append(subject)
        return sorted(found.get(value, ()))

    def typed(self, kind: str, predicate: str, value: str) -> list[str]:
        """Return, of subjects(), those of the class *kind*."""
        instances = self._instances.get(kind)
        if instances is None:
            instances = self._instances[kind] = frozenset(self.subjects(_TYPE, kind))
        return [subject for subject in self.subjects(predicate, value) if subject in instances]

    def said(self, subject: str) -> dict[str, list[Term]]:
        """Return all that is said of *subject*, by predicate."""
        return self._objects.get(subject, {})

    def texts(self, subject: str, predicate: str) -> dict[str, str]:
        """Return the literals of (subject, predicate) by language; a plain string counts as French."""
        found: dict[str, str] = {}
        for value in self.values(subject, predicate):
            if isinstance(value, Literal):
                found.setdefault(value.language or "fr", value.value)
        return found

    def label(self, subject: str, langue: str) -> str:
        """Return a title or label of *subject* in *langue*, else in French, else its code: never an IRI."""
        for predicate in _LABELS:
            texts = self.texts(subject, predicate)
            if texts:
                return texts.get(langue) or texts.get("fr") or min(texts.values())
        return self.code(subject)

    def code(self, subject: str) -> str:
        """Return the notation of *subject*, or the last segment of its IRI."""
        return self.key(subject, _NOTATION) or local_code(subject)


class StoreNodes(Nodes):
    """The same, asked of a store one node at a time, cells set aside included: for who looks at few nodes of many."""

    def __init__(self, store: Store) -> None:
        super().__init__(())
        self._store = store

    def __contains__(self, subject: str) -> bool:
        return bool(self.said(subject))

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(node_key(subject) for subject in self._store.every_subject()))

    def values(self, subject: str, predicate: str) -> list[Term]:
        return self.said(subject).get(predicate, [])

    def said(self, subject: str) -> dict[str, list[Term]]:
        found = self._objects.get(subject)
        if found is None:
            found = self._objects[subject] = {}
            for predicate, value in self._store.about(subject):
                found.setdefault(predicate, []).append(value)
        return found

    def subjects(self, predicate: str, value: str) -> list[str]:
        known = self._subjects.setdefault(predicate, {})
        if value not in known:
            known[value] = sorted(map(node_key, self._store.pointing(predicate, value)))
        return known[value]


def node_key(term: Term) -> str:
    """Return an IRI or a literal's text as str, a blank node as « _:x »."""
    return str(term) if isinstance(term, BlankNode) else term.value
