"""What moved between two campagnes, counted by hand."""

from __future__ import annotations

import pytest

from droitcommun.graph.dataset import ActiveDataset
from droitcommun.graph.diff import compare, mouvement

from .deux_rives import make_dataset


@pytest.mark.parametrize(
    ("before", "after", "unknown", "said"),
    [
        (None, 5, 0, "apparu"),
        (5, None, 0, "termine"),
        (5, 6, 0, "hausse"),
        (6, 5, 0, "baisse"),
        (5, 5, 0, "stable"),
        (0, 5, 0, "hausse"),
        (5, 6, 1, "inconnu"),
        (None, None, 0, "inconnu"),
    ],
)
def test_a_movement(before: int | None, after: int | None, unknown: int, said: str) -> None:
    row = {"euros_dc_1": before, "euros_dc_2": after, "n_inconnus_1": 0, "n_inconnus_2": unknown}
    assert mouvement(row) == said


def test_the_perimeter_that_moved_is_said(dataset: ActiveDataset) -> None:
    assert compare(dataset, 2025, 2026).perimetre == compare(dataset, 2025, 2026).perimetre
    extra = 'ambition:A1.4 cdv:dateDebut "2026-01-01"^^xsd:date . qpv:QN99003X cdv:dateFin "2025-12-31"^^xsd:date .'
    moved = compare(make_dataset("reponses-2026", "campagne-2025", extra=extra), 2025, 2026)
    assert "Se déplacer (A1.4) : dans la campagne 2026 seulement." in moved.perimetre
    assert "La Gare (QN99003X) : dans la campagne 2025 seulement." in moved.perimetre
    assert any("Le périmètre a bougé" in w for w in moved.table.warnings)


def test_realised_with_realised_at_constant_respondents(dataset: ActiveDataset) -> None:
    found = compare(dataset, 2025, 2026)
    assert all("réalisé avec réalisé" in found.phrases[0] for _ in found.phrases)
    assert [r["mouvement"] for r in found.table.rows] == [mouvement(r) for r in found.table.rows]
    assert found.table.rows


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        pytest.param("", "campagne 2025 : rien ; campagne 2026 : 0,8\N{NO-BREAK SPACE}k€", id="800 € of « Autre »"),
        pytest.param(
            "<https://w3id.org/droit-commun/id/deux-rives/moyen/sans-montant> a cdv:Moyen ; "
            "cdv:dansCampagne <https://w3id.org/droit-commun/id/deux-rives/campagne/2026> ; "
            "cdv:source <https://w3id.org/droit-commun/codes/source-financement/autre> ; "
            "cdv:campagne <https://w3id.org/droit-commun/id/deux-rives/campagne/2026> ; "
            "cdv:unite <https://w3id.org/droit-commun/codes/unite/EUR> ; "
            "cdv:phase <https://w3id.org/droit-commun/codes/phase/realise-definitif> ; "
            'cdv:exercice "2025"^^xsd:gYear .',
            "campagne 2025 : rien ; campagne 2026 : au moins 0,8\N{NO-BREAK SPACE}k€",
            id="and an amount nobody knows",
        ),
    ],
)
def test_what_is_not_qualified_is_said_to_stay_outside(extra: str, said: str) -> None:
    found = compare(make_dataset("reponses-2026", "campagne-2025", extra=extra), 2025, 2026)
    (told,) = (w for w in found.table.warnings if w.startswith("Hors comparaison"))
    assert said in told


def test_nothing_is_said_when_all_is_qualified() -> None:
    found = compare(make_dataset("campagne-2025"), 2025, 2026)
    assert not [w for w in found.table.warnings if "à qualifier" in w]
