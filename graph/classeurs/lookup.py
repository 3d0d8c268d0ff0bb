"""Find what a cell names: a code, an ambition, a QPV, a body. Exactly one thing, or nothing and the likely ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import Indel

from droitcommun.graph.classeurs.cells import clean, normalised
from droitcommun.graph.names import CODES, cdv, contrat_iri
from droitcommun.graph.store import Store, iri

_IN_SCHEME = """
SELECT $scheme ?thing ?code ?label ?main WHERE {
  ?thing skos:inScheme $scheme ; skos:notation ?code .
  { ?thing skos:prefLabel ?label . BIND(lang(?label) = "fr" AS ?main) } UNION { ?thing skos:altLabel ?label }
  OPTIONAL { ?narrower skos:broader ?thing }
  FILTER(!BOUND(?narrower))
}
"""
_OF_CLASS = """
SELECT $class $contrat ?thing ?code ?label ?main WHERE {
  ?thing a $class ; skos:notation ?code .
  { ?thing skos:prefLabel ?label . BIND(lang(?label) IN ("fr", "") AS ?main) } UNION { ?thing skos:altLabel ?label }
    UNION { ?thing cdv:siren ?label } UNION { ?thing skos:hiddenLabel ?label }
  OPTIONAL { ?thing cdv:contrat ?of }
  FILTER(!BOUND(?of) || ?of = $contrat)
}
"""
_GONE = cdv("AncienElement")
_SUCCESSORS = "SELECT $old ?new WHERE { $old cdv:remplacePar+ ?new } ORDER BY ?new"
_UNITE = "SELECT $nature ?unite WHERE { $nature cdv:unite ?unite }"
_SPACED_CODE = re.compile(r"([A-Za-z])\s*(\d+)(?:\s*\.\s*(\d+))?(?![\w.])")
_BARE_CODE = re.compile(r"[a-z]\d+( \d+)?")
_CODE_AND_LABEL = re.compile(r"(\S+)\s*(?:[–—:]|\s-\s|\s)\s*(.+)")
_SHORT_WORD = 4
_CLOSE, _CLOSE_CODE, _SAME_LABEL, _SUGGESTIONS = 0.6, 0.7, 0.6, 3


@dataclass(frozen=True)
class Entry:
    """One thing that a cell may name; `kind` is the IRI of its scheme or class."""

    iri: str
    code: str
    label: str
    kind: str

    def __str__(self) -> str:
        return self.label if self.kind.startswith(CODES) else f"{self.code} – {self.label}"


@dataclass(frozen=True)
class Answer:
    """The thing found, or the likely ones when none, or several, answer to the text."""

    entry: Entry | None
    near: tuple[Entry, ...] = ()


@dataclass
class _Index:
    by_key: dict[str, list[Entry]] = field(default_factory=dict)
    by_code: dict[str, Entry] = field(default_factory=dict)
    by_stem: dict[str, list[Entry]] = field(default_factory=dict)

    def add(self, entry: Entry, names: Iterable[str]) -> None:
        self.by_code[normalised(entry.code)] = entry
        for name in {normalised(n) for n in (entry.code, *names)} - {""}:
            self.by_key.setdefault(name, []).append(entry)
        for stems in {_stems(n) for n in names} - {""}:
            self.by_stem.setdefault(stems, []).append(entry)


class Lookup:
    """The codes and the contract, ready to be named by code, label or other label."""

    def __init__(self, reference: Store, contrat: str) -> None:
        self._store, self._contrat = reference, contrat
        self._indexes: dict[tuple[str, ...], _Index] = {}
        self._units: dict[str, str | None] = {}

    def learn(self, entry: Entry) -> None:
        """Let the cells read from now on name *entry*, which the file itself defines."""
        for kinds in {(entry.kind,), *(k for k in self._indexes if entry.kind in k)}:
            index = self._index(kinds)
            if all(known.iri != entry.iri for known in index.by_key.get(normalised(entry.label), ())):
                index.add(entry, (entry.label,))

    def code(self, text: str, scheme: str) -> Answer:
        """Find a code of a scheme, whatever its agreement; codes that only group others are never found."""
        index = self._index((scheme,))
        answer = _find(text, index)
        agreed = () if answer.entry else index.by_stem.get(_stems(text), ())
        return Answer(agreed[0]) if len(agreed) == 1 else answer

    def thing(self, text: str, classes: Sequence[str]) -> Answer:
        """Find a thing of one of *classes* (IRIs). What left the contract is not found; its successors are likely."""
        answer = _find(text, self._index(tuple(classes)))
        if answer.entry or _GONE in classes:
            return answer
        gone = _find(text, self._index((_GONE,))).entry
        new = [row["new"].value for row in self._store.select(_SUCCESSORS, {"old": iri(gone.iri)})] if gone else []
        index = self._index(tuple(classes))
        found = [entry for code, entry in sorted(index.by_code.items()) if entry.iri in new]
        return Answer(None, tuple(found)) if found else answer

    def is_whole(self, text: str, classes: Sequence[str]) -> bool:
        """Tell whether *text* is the whole label of a thing, with or without its code."""
        entry = self.thing(text, classes).entry
        return entry is not None and normalised(text) in (normalised(entry.label), normalised(str(entry)))

    def unit(self, nature: str) -> str | None:
        """Return the unit (IRI) in which a kind of resource is counted."""
        if nature not in self._units:
            rows = self._store.select(_UNITE, {"nature": iri(nature)})
            self._units[nature] = rows[0]["unite"].value if rows else None
        return self._units[nature]

    def near(self, text: str, classes: Sequence[str], cutoff: float) -> tuple[Entry, ...]:
        """Return the things of *classes* whose name is like *text*, from *cutoff* (1: the same), likeliest first."""
        index = self._index(tuple(classes))
        keys = _close(normalised(text), list(index.by_key), cutoff)
        return tuple(dict.fromkeys(entry for key in keys for entry in index.by_key[key]))

    def _index(self, kinds: tuple[str, ...]) -> _Index:
        if kinds not in self._indexes:
            index = _Index()
            for kind in kinds:
                self._load(index, kind)
            self._indexes[kinds] = index
        return self._indexes[kinds]

    def _load(self, index: _Index, kind: str) -> None:
        if kind.startswith(CODES):
            rows = self._store.select(_IN_SCHEME, {"scheme": iri(kind)})
        else:
            rows = self._store.select(_OF_CLASS, {"class": iri(kind), "contrat": iri(contrat_iri(self._contrat))})
        names: dict[str, list[str]] = {}
        main: dict[str, tuple[str, str]] = {}
        for row in rows:
            thing, label = row["thing"].value, row["label"].value
            names.setdefault(thing, []).append(label)
            if thing not in main or ("main" in row and row["main"].value == "true"):
                main[thing] = (row["code"].value, label)
        for thing, (code, label) in sorted(main.items()):
            index.add(Entry(thing, code, label, kind), names[thing])


def _stems(text: str) -> str:
    """Return the words of *text* without what gender and number add: « Constatées » and « Constaté » are one."""
    return " ".join(word.rstrip("es") if len(word) > _SHORT_WORD else word for word in normalised(text).split())


def _find(text: str, index: _Index) -> Answer:
    found = index.by_key.get(normalised(text), [])
    if len(found) == 1:
        return Answer(found[0])
    if found:
        return Answer(None, tuple(found))
    tight = _tight(clean(text))
    if tight != clean(text) and normalised(tight) in index.by_key:
        return _find(tight, index)
    return _find_code_and_label(tight, index) or Answer(None, _near(tight, index))


def _tight(text: str) -> str:
    """Return « A2.1 – … » for « A 2 . 1 – … »: the code that begins a text, without the spaces inside it."""
    match = _SPACED_CODE.match(text)
    if match is None:
        return text
    code = match[1] + match[2] + (f".{match[3]}" if match[3] else "")
    return code + text[match.end() :]


def _find_code_and_label(text: str, index: _Index) -> Answer | None:
    """Read « A1.1 – … ». The label may have been cut or reworded, but may not be that of something else."""
    match = _CODE_AND_LABEL.fullmatch(text)
    entry = index.by_code.get(normalised(match[1])) if match else None
    if match is None or entry is None:
        return None
    named = index.by_key.get(normalised(match[2]))
    if named is not None:  # any of its names will do, and the code tells it from its namesakes
        return Answer(entry) if entry in named else Answer(None, (entry, *named))
    label, said = normalised(entry.label), normalised(match[2])
    same = label.startswith(said) or said.startswith(label) or Indel.normalized_similarity(label, said) >= _SAME_LABEL
    return Answer(entry) if same else Answer(None, (entry,))


def _near(text: str, index: _Index) -> tuple[Entry, ...]:
    said = normalised(text)
    if _BARE_CODE.fullmatch(said):  # A code is close to codes of its own kind only, never to words.
        alike = [key for key in index.by_code if key[:1] == said[:1] and _BARE_CODE.fullmatch(key)]
        keys = _close(said, alike, _CLOSE_CODE)
        return tuple(index.by_code[key] for key in keys)
    keys = _close(said, list(index.by_key), _CLOSE)
    entries = [entry for key in keys for entry in index.by_key[key]]
    return tuple(dict.fromkeys(entries))[:_SUGGESTIONS]


def _close(said: str, keys: Sequence[str], cutoff: float) -> list[str]:
    """Return the keys most like what was said, the likeliest first."""
    found = process.extract(said, keys, scorer=Indel.normalized_similarity, limit=_SUGGESTIONS, score_cutoff=cutoff)
    return [key for key, _score, _rank in found]
