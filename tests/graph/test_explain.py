"""Every figure of the page walks back to its cells, and the cells give it again."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from droitcommun.graph.catalogue import find_query, run
from droitcommun.graph.checks.nodes import Nodes
from droitcommun.graph.dataset import ActiveDataset, activate
from droitcommun.graph.errors import FigureUnknown
from droitcommun.graph.explain import explain
from droitcommun.graph.explaincells import kept_of_cell
from droitcommun.graph.explainfigures import kept_of_figure
from droitcommun.graph.facts import facts
from droitcommun.graph.picture import build_picture
from droitcommun.graph.tracing import Kept, Matter
from droitcommun.graph.workspace import Workspace

ADDITIVE = ("euros", "rencontre-1", "rencontre-2", "rencontre-3", "rencontre-5", "actions", "retours", "engagements")
ADDITIVE += (
    "manques",
    "decisions",
    "etp-1",
    "etp-2",
    "etp-3",
    "habitants-1",
    "habitants-2",
    "habitants-3",
    "evolution-2",
    "evolution-3",
)


@pytest.fixture(scope="module")
def espace(demo: Path) -> Workspace:
    """Return the demonstration workspace."""
    return Workspace.open(demo)


@pytest.fixture(scope="module", params=[2025, 2026])
def seen(request: pytest.FixtureRequest, espace: Workspace) -> tuple[ActiveDataset, Matter]:
    """Return one campagne of the demonstration and what explanations are made from."""
    dataset = activate(espace, None, request.param)
    nodes = Nodes(dataset.store.triples())
    return dataset, Matter(nodes, dataset.campagne, facts(dataset, nodes).rows)


def total(kept: Kept) -> Decimal:
    return sum((Decimal(v) for _n, _p, v in kept.items if v is not None), Decimal(0))


def test_every_figure_of_the_page_is_explained_and_made_again(seen: tuple[ActiveDataset, Matter]) -> None:
    dataset, matter = seen
    picture = build_picture(dataset, empreinte="-")
    for figure in picture.figures.values():
        kept = kept_of_figure(picture, figure, matter)
        assert kept.items or not figure.valeur, figure
        additive = any(figure.id.startswith(f"F-{name}") for name in ADDITIVE)
        assert kept.additive >= additive, figure
        if kept.additive:
            assert total(kept) == (figure.valeur or 0), figure


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        (
            "mobilisation-par-ambition",
            ("euros_dc", "euros_spec", "euros_prestations_legales", "euros_a_qualifier", "etp"),
        ),
        ("mobilisation-par-qpv", ("euros_dc", "euros_spec", "euros_a_qualifier", "etp")),
        ("matrice-organisme-ambition", ("euros_dc", "euros_spec")),
        ("reconciliation", ("total",)),
        ("effet-levier", ("euros_dc", "euros_spec")),
        ("moyens-humains", ("etp",)),
    ],
)
def test_the_cells_of_the_main_questions_are_made_again(
    seen: tuple[ActiveDataset, Matter], name: str, columns: tuple[str, ...]
) -> None:
    dataset, matter = seen
    table = run(find_query(name), dataset, {"annee": str(dataset.annee)})
    by_name = {c.name: c for c in table.query.columns}
    checked = 0
    for row in table.rows:
        for column in columns:
            kept = kept_of_cell(table, row, by_name[column], matter)
            assert kept.additive
            value = row[column]
            assert total(kept) == (value or 0), (name, column, row)
            checked += value is not None
    assert checked


def test_an_amount_goes_down_to_the_text_typed_and_to_the_file(espace: Workspace) -> None:
    dataset = activate(espace, None, 2026)
    found = explain(dataset, "mobilisation-par-ambition:1:euros_dc", espace.originals.path)
    assert found.recompose
    assert found.unite == "EUR"
    assert sum(found.fiabilite.values()) == len(found.pieces)
    for piece in found.pieces[:6]:
        original = espace.originals.path(piece.empreinte)
        assert original.is_file()
        assert piece.feuille in CalamineWorkbook.from_path(str(original)).sheet_names
        assert piece.contribution
        if piece.valeur is not None:
            digits = "".join(c for c in piece.texte if c.isdigit() or c in ",.").replace(",", ".")
            assert digits


def test_a_contribution_a_body_and_a_code(espace: Workspace) -> None:
    dataset = activate(espace, None, 2026)
    whole = explain(dataset, "https://w3id.org/droit-commun/id/organisme/caf-62")
    assert {p.noeud for p in whole.pieces} == {p.noeud for p in explain(dataset, "caf-62").pieces}
    contribution = next(p.contribution for p in whole.pieces if p.contribution)
    assert any(p.fichier for p in explain(dataset, f"contribution/{contribution}").pieces)
    assert explain(dataset, "A1.1").libelle


def test_what_is_not_there_is_said(espace: Workspace) -> None:
    dataset = activate(espace, None, 2026)
    for sujet, words in [
        ("F-euro-1", "F-euros-1"),
        ("retours:999:etat", "lignes"),
        ("retours:1:etats", "colonne"),
        ("nulle-part", "identifiant"),
    ]:
        with pytest.raises(FigureUnknown, match=words):
            explain(dataset, sujet)


def test_the_command_says_it_and_writes_json(cli: Callable, demo: Path) -> None:
    text = cli("-w", demo, "explain", "F-retours-2", "--campagne", "2026")
    assert text.code == 0, text.err
    assert "redonnent exactement" in text.out
    assert "Données fictives." in text.out
    data = json.loads(cli("-w", demo, "explain", "F-euros-2", "--format", "json").out)
    assert data["recompose"] is True
    assert data["fictif"] is True
    assert data["somme"] == data["valeur"]
    assert all({"fichier", "feuille", "cellule", "texte", "empreinte"} <= set(p) for p in data["pieces"])
    assert cli("-w", demo, "explain", "F-euro-2").code == 2


def test_commitments_observed_quote_what_proves_them(seen: tuple[ActiveDataset, Matter], espace: Workspace) -> None:
    """A presence stands in the steering workbook, beside the follow-up that counts."""
    dataset, _matter = seen
    found = explain(dataset, "F-engagements-2", espace.originals.path)
    proofs = [piece for piece in found.pieces if piece.valeur is None]
    assert found.recompose is True and len(found.pieces) - len(proofs) == found.valeur
    places = {(piece.feuille, piece.texte) for piece in proofs}
    assert ("Présences", "Présent") in places
    assert all(piece.fichier for piece in proofs if piece.feuille)
