"""The demonstration workspace: invented workbooks sent through the real pipeline, then the picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from droitcommun.graph.campagnes import close_campagne, open_campagne
from droitcommun.graph.classeurs.context import build_context
from droitcommun.graph.classeurs.form import load_form
from droitcommun.graph.classeurs.template import render_template
from droitcommun.graph.contractreference import contract_reference
from droitcommun.graph.dataset import activate
from droitcommun.graph.demo.damage import damage_folder
from droitcommun.graph.demo.modele import ANNEES, JOUR, Contribution, Scenario
from droitcommun.graph.demo.saisie import Mots, fill_pilotage, fill_recensement, read_labels
from droitcommun.graph.demo.scenario import build_scenario
from droitcommun.graph.demo.terrain import read_terrain
from droitcommun.graph.export.products import write_products
from droitcommun.graph.files import write_atomic
from droitcommun.graph.ingest import ingest_files
from droitcommun.graph.names import slug
from droitcommun.graph.production import campagne_products
from droitcommun.graph.profils import PAR_DEFAUT
from droitcommun.graph.store import Store
from droitcommun.graph.workspace import Workspace

CONTRAT = "call-2024"
ABIMEE = ANNEES[-1]
_CREATION = date(2025, 1, 6)
_OUVERTURES = {2025: date(2025, 1, 13), 2026: date(2026, 1, 15)}
_CLOTURES = {2025: date(2025, 4, 30), 2026: date(2026, 4, 30)}
# The days when the agglomeration takes in the workbooks received since the day before.
_RELEVES = {
    2025: (date(2025, 2, 28), date(2025, 3, 31), date(2025, 4, 28)),
    2026: (date(2026, 2, 13), date(2026, 3, 6), JOUR),
}


@dataclass(frozen=True)
class DemoResult:
    """Where to look: the workspace, and the products by file name, the page first."""

    folder: Path
    products: Mapping[str, Path]


def build_demo(folder: Path, today: date = JOUR) -> DemoResult:
    """Make the demonstration in *folder* (new or empty) and return where its products are.

    What is stored depends on the version of the program only; *today* is the day the check and the picture are made.
    Raises WorkspaceExists, WriteFailed.
    """
    workspace = build_workspace(folder)
    annee = ANNEES[-1]
    made = campagne_products(workspace, CONTRAT, annee, today, [PAR_DEFAUT])[PAR_DEFAUT]
    return DemoResult(workspace.folder, write_products(made, workspace.sorties(annee)))


def build_workspace(folder: Path, abimer: bool = True) -> Workspace:
    """Return the workspace with its two campagnes, without products; *abimer* damages workbooks of the last one."""
    workspace = Workspace.create(folder, CONTRAT, fictif=True, today=_CREATION)
    scenario = build_scenario(read_terrain(contract_reference(workspace.graphs, CONTRAT), CONTRAT))
    for annee in ANNEES:
        open_campagne(workspace, CONTRAT, annee, _OUVERTURES[annee], _CLOTURES[annee], _CLOTURES[annee])
        lots = write_classeurs(workspace, scenario, annee)
        if abimer and annee == ABIMEE:
            damage_folder(workspace.folder, annee)
        for releve, paths in lots.items():
            ingest_files(workspace, CONTRAT, paths, annee=annee, today=releve)
        if annee != ANNEES[-1]:
            close_campagne(workspace, CONTRAT, annee, _CLOTURES[annee])
    if abimer:
        aside = sorted((workspace.folder / "classeurs" / "a-part").iterdir())
        ingest_files(workspace, CONTRAT, aside, annee=ABIMEE, today=JOUR)
    return workspace


def write_classeurs(workspace: Workspace, scenario: Scenario, annee: int) -> Mapping[date, list[Path]]:
    """Write the filled workbooks of one campagne and return them by the day they are taken in."""
    folder = workspace.classeurs(annee)
    store = activate(workspace, CONTRAT, annee, alone=True).store
    form, labels = load_form("recensement"), read_labels(store)
    contributions = scenario.contributions[annee]
    lots: dict[date, list[Path]] = {releve: [] for releve in _RELEVES[annee]}
    for contribution in contributions:
        made = _OUVERTURES[annee]
        context = build_context(store, CONTRAT, annee, contribution.organisme, contribution.service, made, True)
        natures = _natures(contributions, contribution.organisme)
        path = folder / f"recensement-{annee}-{contribution.organisme}-{slug(contribution.service)}.xlsx"
        data = fill_recensement(render_template(form, context), Mots(form, context, labels), contribution, natures)
        write_atomic(path, data)
        lots[min(r for r in lots if r >= contribution.le)].append(path)
    lots[_RELEVES[annee][-1]].append(_write_pilotage(folder, store, scenario, annee, labels))
    return lots


def _write_pilotage(
    folder: Path, store: Store, scenario: Scenario, annee: int, labels: Mapping[tuple[str, str], str]
) -> Path:
    form = load_form("pilotage")
    context = build_context(store, CONTRAT, annee, None, "", _OUVERTURES[annee], True)
    mots = Mots(form, context, labels)
    path = folder / f"pilotage-{annee}.xlsx"
    template = render_template(form, context)
    write_atomic(path, fill_pilotage(template, mots, scenario, annee))
    return path


def _natures(contributions: tuple[Contribution, ...], organisme: str) -> frozenset[str]:
    actions = (a for c in contributions if c.organisme == organisme for a in c.actions)
    return frozenset(moyen.nature for action in actions for moyen in action.moyens)
