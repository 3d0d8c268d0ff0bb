"""droitcommun: the knowledge graph and yearly picture of French contrats de ville.

import droitcommun as dc

ws = dc.open("demo")
ws.query("mobilisation-par-ambition", annee=2026)      # a typed pandas DataFrame
ws.network("organisme-ambition", 2026)                 # a networkx graph
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from droitcommun.graph.api import Espace

__version__ = "0.1.0"
__all__ = ["__version__", "open"]


def open(dossier: str | Path | None = None, contrat: str | None = None) -> Espace:  # noqa: A001
    """Open a workspace to read it from Python: see droitcommun.graph.api.Espace."""
    from droitcommun.graph.api import open_space

    return open_space(dossier, contrat)
