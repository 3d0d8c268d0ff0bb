"""What every contract shares (vocabulary, codes) and the contracts delivered with the program."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable

from droitcommun.graph.errors import ContratInconnu
from droitcommun.graph.store import Store


def _turtle_files(*folders: str) -> list[Traversable]:
    root = resources.files("droitcommun.ontology")
    folder = root.joinpath(*folders) if folders else root
    return sorted((f for f in folder.iterdir() if f.name.endswith(".ttl")), key=lambda f: f.name)


def load_reference(store: Store) -> None:
    """Add the vocabulary, its alignments and the shared codes to the default graph of *store*."""
    for file in [*_turtle_files(), *_turtle_files("codes")]:
        store.load_bytes(file.read_bytes(), ".ttl", name=file.name)


def reference_store() -> Store:
    """Return a store that holds the vocabulary and the shared codes only."""
    store = Store()
    load_reference(store)
    return store


def delivered_contrats() -> list[str]:
    """Return the codes of the contracts delivered with the program, sorted."""
    root = resources.files("droitcommun.ontology") / "contrats"
    return sorted(f.name for f in root.iterdir() if f.is_dir() and not f.name.startswith("_"))


def only_delivered() -> str:
    """Return the code of the only contract delivered. Raises ContratInconnu when there is a choice."""
    known = delivered_contrats()
    if len(known) != 1:
        raise ContratInconnu("", known)
    return known[0]


def contract_files(code: str) -> list[Traversable]:
    """Return the Turtle files of a delivered contract. Raises ContratInconnu."""
    known = delivered_contrats()
    if code not in known:
        raise ContratInconnu(code, known)
    return _turtle_files("contrats", code)
