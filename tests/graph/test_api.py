"""The Python API: typed frames, graphs, an rdflib Dataset; the numbers of the command line and of the page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import networkx
import pandas as pd
import pytest
import rdflib

import droitcommun as dc
from droitcommun.graph.api import Espace
from droitcommun.graph.errors import NetworkUnknown, ParameterInvalid, QueryUnknown


@pytest.fixture(scope="module")
def ws(demo: Path) -> Espace:
    """Return the demonstration workspace, opened from Python."""
    return dc.open(demo)


def test_a_query_is_a_typed_frame(ws: Espace) -> None:
    frame = ws.query("mobilisation-par-ambition", annee=2026)
    kinds = {name: str(dtype) for name, dtype in frame.dtypes.items()}
    assert (kinds["n_actions"], kinds["euros_dc"], kinds["exercice"]) == ("Int64", "Float64", "Int64")
    assert kinds["libelle_ambition"] == "string"
    assert isinstance(frame["ambition"].dtype, pd.CategoricalDtype)
    assert frame.attrs["unites"]["euros_dc"] == "EUR"
    assert "Données fictives." in frame.attrs["avertissements"]


def test_codes_that_have_an_order_are_ordered_and_the_unknown_is_na(ws: Espace) -> None:
    facts = ws.facts(2026)
    assert facts["fiabilite"].cat.ordered
    assert next(iter(facts["forme"].cat.categories)) == "offre-ordinaire"
    assert facts["euros"].isna().sum() > 0
    assert facts.loc[facts["euros"].isna() & facts["quantite"].isna(), "euros"].isna().all()
    answers = ws.query("retours", annee=2026)
    assert answers.loc[answers["etat"] == "pas-de-reponse", "n_actions"].isna().all()


def test_command_line_python_and_page_give_the_same_numbers(ws: Espace, cli: Callable, demo: Path) -> None:
    frame = ws.query("mobilisation-par-ambition", annee=2026)
    out = cli("-w", demo, "query", "mobilisation-par-ambition", "-p", "annee=2026", "--format", "json").out
    lines = json.loads(out)["lignes"]
    assert [None if pd.isna(v) else v for v in frame["euros_dc"]] == [row["euros_dc"] for row in lines]
    assert list(frame["n_actions"]) == [row["n_actions"] for row in lines]
    from droitcommun.graph.dataset import activate
    from droitcommun.graph.picture import build_picture

    figures = build_picture(activate(ws.workspace, None, 2026)).figures
    amount = figures["F-euros-1"].valeur
    assert sum(Decimal(str(v)) for v in frame["euros_dc"].dropna()) == amount
    facts = ws.facts(2026)
    counted = facts[(facts["origine"] == "droit-commun") & (facts["forme"] != "prestation-legale")]
    counted = counted[(counted["phase_groupe"] == "realise") & (counted["exercice"] == 2025)]
    assert sum(Decimal(str(v)) for v in counted["euros"].dropna()) == amount
    page = (demo / "sorties" / "2026" / "photographie-2026.html").read_text(encoding="utf-8")
    shown = re.sub(r"[\s\u00a0\u202f]", "", page)
    assert f"{round(Decimal(str(amount)) / 1000)}k€" in shown


def test_check_network_and_sparql(ws: Espace) -> None:
    findings = ws.check(2026, date(2026, 11, 30))
    assert len(findings) > 10
    assert findings["gravite"].max() == "violation"
    graph = ws.network("organisme-ambition", 2026)
    assert isinstance(graph, networkx.Graph)
    assert ws.measures("organisme-organisme", 2026)[0].nom == "groupes"
    assert ws.sparql("ASK { ?a a cdv:Action }") is True
    frame = ws.sparql("SELECT ?a ?rien { ?a a cdv:Ambition }")
    assert isinstance(frame, pd.DataFrame)
    assert len(frame) == 12
    assert frame["rien"].isna().all()
    made = ws.sparql("CONSTRUCT { ?a a cdv:Ambition } WHERE { ?a a cdv:Ambition }")
    assert isinstance(made, rdflib.Graph)
    assert len(made) == 12


def test_the_dataset_has_the_graphs_and_no_person(ws: Espace) -> None:
    found = ws.dataset
    cdv = rdflib.Namespace("https://w3id.org/droit-commun/def#")
    assert len(set(found.subjects(rdflib.RDF.type, cdv.Ambition))) == 12
    names = {str(g.identifier) for g in found.graphs()}
    assert any("/2026/contribution/" in name for name in names)
    assert not any("personnel" in name for name in names)
    assert not set(found.subjects(rdflib.RDF.type, cdv.Titulaire))
    assert set(found.subjects(cdv.imputeA, None))


def test_errors_say_what_to_do(ws: Espace) -> None:
    with pytest.raises(QueryUnknown, match="retours"):
        ws.query("retour", annee=2026)
    with pytest.raises(ParameterInvalid):
        ws.query("retours")
    with pytest.raises(NetworkUnknown, match="organisme-qpv"):
        ws.network("organisme-qp", 2026)


def test_diff_on_the_demonstration(ws: Espace, cli: Callable, demo: Path) -> None:
    frame = ws.diff(2025, 2026)
    assert {"apparu", "termine", "hausse", "baisse", "stable", "inconnu"} >= set(frame["mouvement"].dropna())
    assert "réalisé avec réalisé" in frame.attrs["phrases"][0]
    text = cli("-w", demo, "diff", "2025", "2026")
    assert text.code == 0, text.err
    assert frame.attrs["phrases"][0] in text.out
    assert json.loads(cli("-w", demo, "diff", "2025", "2026", "--format", "json").out)["requete"] == "diff"
    assert cli("-w", demo, "diff", "2024", "2026").code == 2
