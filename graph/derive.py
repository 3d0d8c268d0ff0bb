"""What the data implies, said once: the CONSTRUCT rules of queries/derive, run when a dataset is made."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from droitcommun.graph.store import Store


@lru_cache(maxsize=1)
def derivations() -> dict[str, str]:
    """Return the CONSTRUCT texts by file name, in the order in which they run."""
    folder = resources.files("droitcommun.queries") / "derive"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".rq")), key=lambda f: f.name)
    return {f.name: f.read_text(encoding="utf-8") for f in files}


def derive(store: Store) -> None:
    """Add to the default graph what follows from it, for every campagne it holds.

    Rules run in the order of their file names and may use what an earlier one added; running twice adds nothing.
    Each cdv:Moyen gets exactly one cdv:origine, cdv:imputeA and cdv:imputeAmbition, and one cdv:phaseGroupe
    when it has a phase: realise, prevu, or remplace (a provisional amount whose final one is given, in no sum).
    Source: queries/derive/*.rq.
    """
    for text in derivations().values():
        store.infer(text)
