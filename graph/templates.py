"""The workbooks sent out: one a contributor, or the co-pilots' own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from droitcommun.graph.classeurs.context import build_context
from droitcommun.graph.classeurs.form import load_form
from droitcommun.graph.classeurs.template import write_template
from droitcommun.graph.dataset import ActiveDataset, activate
from droitcommun.graph.names import slug
from droitcommun.graph.store import iri
from droitcommun.graph.workspace import Workspace

_EXPECTED = """
SELECT $campagne ?code WHERE { $campagne cdv:attend ?o . ?o skos:notation ?code } ORDER BY ?code
"""


def write_templates(
    workspace: Workspace,
    contrat: str | None,
    annee: int,
    organisme: str | None = None,
    service: str | None = None,
    pilotage: bool = False,
    out: Path | None = None,
    today: date | None = None,
) -> list[Path]:
    """Write the workbooks of campagne *annee* and return their paths, in *out* or the campagne's folder.

    Without *organisme*: one for each body expected, and for each service already known of it.
    Raises CampagneInconnue, OrganismeInconnu, WriteFailed.
    """
    dataset = activate(workspace, contrat, annee, alone=True)
    folder = out or workspace.classeurs(annee) / "modeles"
    made = today or date.today()
    if pilotage:
        path = folder / f"pilotage-{annee}.xlsx"
        _write(dataset, path, None, "", made, workspace.fictif)
        return [path]
    wanted = [(organisme, service or "")] if organisme and service else _contributors(workspace, dataset, organisme)
    paths = []
    for code, name in wanted:
        suffix = f"-{slug(name)[:60]}" if name else ""
        path = folder / f"recensement-{annee}-{code}{suffix}.xlsx"
        _write(dataset, path, code, name, made, workspace.fictif)
        paths.append(path)
    return paths


def _write(dataset: ActiveDataset, path: Path, organisme: str | None, service: str, made: date, fictif: bool) -> None:
    form = load_form("recensement" if organisme else "pilotage")
    context = build_context(dataset.store, dataset.contrat, dataset.annee, organisme, service, made, fictif)
    write_template(form, path, context)


def _contributors(workspace: Workspace, dataset: ActiveDataset, organisme: str | None) -> list[tuple[str, str]]:
    """Return (organisme, service) pairs; a body whose services are not known gets one workbook, service empty."""
    if organisme:
        expected = [organisme]
    else:
        rows = dataset.store.select(_EXPECTED, {"campagne": iri(dataset.campagne)})
        expected = [row["code"].value for row in rows]
    services: dict[str, set[str]] = {}
    for entry in workspace.graphs.entries("contribution", dataset.contrat):
        if entry.organisme and entry.annee is not None and dataset.annee - 1 <= entry.annee <= dataset.annee:
            services.setdefault(entry.organisme, set()).add(entry.service or "")
    return [(code, name) for code in expected for name in sorted(services.get(code, {""}))]
