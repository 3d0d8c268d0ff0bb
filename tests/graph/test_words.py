"""Codes that people read have words."""

from __future__ import annotations

import ast
from pathlib import Path

from droitcommun.graph.errors import CampagneState
from droitcommun.graph.words import motifs_de_refus

GRAPH = Path(__file__).parents[2] / "graph"
OF_INIT = {"code-impossible", "contrat-absent", "contrat-unique"}  # said with their sentence, never kept


def refusals() -> set[str]:
    """Return the codes of the problems that refuse a file, as the sources write them."""
    found = set()
    for path in GRAPH.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call):
                said = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
                if isinstance(call.func, ast.Name) and call.func.id == "blocking":
                    found.add(said[0])
                elif len(said) > 1 and said[0] == "bloquant":
                    found.add(said[1])
    return {code for code in found if isinstance(code, str)}


def test_each_refusal_has_its_words_and_no_other() -> None:
    assert refusals() - OF_INIT == motifs_de_refus().keys()


def test_a_campagne_in_the_wrong_state_is_told_with_the_next_move() -> None:
    assert str(CampagneState(2026, "publiee", "ouverte")) == (
        "La campagne 2026 est publiée ; cette commande la veut ouverte. "
        "S'il faut la rouvrir : « droitcommun campagne reopen 2026 --motif TEXTE »."
    )
    assert "S'il faut la clore : « droitcommun campagne close 2026 »." in str(CampagneState(2026, "ouverte", "close"))
