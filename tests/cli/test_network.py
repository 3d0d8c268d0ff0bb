"""droitcommun network: sentences, numbers and tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from droitcommun.graph.network import RESEAUX


@pytest.mark.parametrize("nom", RESEAUX)
def test_each_network_is_said_and_counted(cli: Callable, demo: Path, nom: str) -> None:
    found = json.loads(cli("-w", demo, "network", nom, "--campagne", "2026", "--format", "json").out)
    assert found["donnees"] == "Données fictives"
    assert found["liens"] > 20
    for measure in found["mesures"]:
        assert measure["question"].endswith("?")
        assert str(measure["valeur"]) in measure["phrase"]
        names = [c["nom"] for c in measure["colonnes"]]
        assert all(list(row) == names for row in measure["lignes"])


def test_the_text_says_that_it_is_fictitious_and_answers(cli: Callable, demo: Path) -> None:
    text = cli("-w", demo, "network", "organisme-ambition", "--campagne", "2026").out
    assert text.startswith("Données fictives.")
    assert "Qu'est-ce qui ne repose que sur une seule institution ?" in text


def test_wrong_usage(cli: Callable, demo: Path) -> None:
    wrong = cli("-w", demo, "network", "organisme-ambitions", "--campagne", "2026")
    assert wrong.code == 2
    assert "Choisissez parmi" in wrong.err
    assert cli("-w", demo, "network", "organisme-qpv", "--campagne", "2031").code == 2
