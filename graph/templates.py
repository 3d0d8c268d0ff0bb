"""The workbooks sent out: one a contributor, or the co-pilots' own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from droitcommun.graph.avenants import forebears
from droitcommun.graph.campagnes import list_campagnes
from droitcommun.graph.classeurs.context import build_context
from droitcommun.graph.classeurs.form import Form, load_form
from droitcommun.graph.classeurs.held import Held, Row, Words
from droitcommun.graph.classeurs.plan import Prefill
from droitcommun.graph.classeurs.template import FileFormat, Part, write_template
from droitcommun.graph.dataset import ActiveDataset, activate
from droitcommun.graph.errors import OrganismeInconnu
from droitcommun.graph.graphfiles import GraphEntry
from droitcommun.graph.history import contribution_serie, last_contributions, load_graphs, pilotage_serie
from droitcommun.graph.names import PREFIXES, local_code, shared_iri, slug
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
    file_format: FileFormat = "xlsx",
    commun: bool = False,
) -> list[Path]:
    """Write the workbooks of campagne *annee* and return their paths, in *out* or the campagne's folder.

    Without *organisme*: one for each body expected, and for each service already known of it, or of a body that merged
    into it. Each holds what was already received for this campagne, and the actions of the last campagne before it, to
    confirm; those that come from a merged body are named in its guide. With *commun*, the
    workbook of *organisme* is for every contract of the workspace that expects it, or has it answer, in that campagne.
    Raises CampagneInconnue, ContratInconnu, OrganismeInconnu, WriteFailed.
    """
    datasets = _datasets(workspace, contrat, annee, organisme if commun else None)
    dataset = datasets[0]
    folder = out or workspace.classeurs(annee) / "modeles"
    made = today or date.today()
    if pilotage:
        path = folder / f"pilotage-{annee}.{file_format}"
        write_workbook(workspace, [dataset], path, None, "", made)
        _remember(workspace, datasets, [(None, "", path)], made)
        return [path]
    wanted = [(organisme, service or "")] if organisme and service else contributors(workspace, dataset, organisme)
    paths = []
    for code, name in wanted:
        path = folder / workbook_name(annee, code, name, file_format, len(datasets) > 1)
        write_workbook(workspace, datasets, path, code, name, made)
        paths.append(path)
    _remember(workspace, datasets, [(code, name, path) for (code, name), path in zip(wanted, paths, strict=True)], made)
    return paths


def _remember(
    workspace: Workspace,
    datasets: Sequence[ActiveDataset],
    written: Sequence[tuple[str | None, str, Path]],
    made: date,
) -> None:
    """Journal which workbooks were prepared, so that the returns can tell who was sent one, and when."""
    prepared = [{"organisme": code, "service": name, "fichier": path.name} for code, name, path in written]
    with workspace.lock():
        for dataset in datasets:
            details = {"contrat": dataset.contrat, "annee": dataset.annee, "classeurs": prepared}
            workspace.commit("classeurs-prepares", made, details)


def _datasets(workspace: Workspace, contrat: str | None, annee: int, organisme: str | None) -> list[ActiveDataset]:
    """Return the contract asked for, or all those that expect *organisme* in campagne *annee*."""
    if organisme is None:
        return [activate(workspace, contrat, annee, alone=True)]
    opened = {info.contrat for info in list_campagnes(workspace) if info.annee == annee}
    datasets = [activate(workspace, code, annee, alone=True) for code in sorted(opened)]
    found = [each for each in datasets if organisme in _expected(each)]
    if not found:
        raise OrganismeInconnu(organisme, sorted({code for each in datasets for code in _expected(each)}))
    return found


def _expected(dataset: ActiveDataset) -> list[str]:
    rows = dataset.store.select(_EXPECTED, {"campagne": iri(dataset.campagne)})
    return [row["code"].value for row in rows]


def workbook_name(
    annee: int, organisme: str, service: str, file_format: FileFormat = "xlsx", commun: bool = False
) -> str:
    """Return the file name of a contributor's workbook; *commun* is the one that answers several contracts."""
    suffix = f"-{slug(service)[:60]}" if service else ""
    return f"{'recensement-commun' if commun else 'recensement'}-{annee}-{organisme}{suffix}.{file_format}"


def write_workbook(
    workspace: Workspace,
    datasets: Sequence[ActiveDataset],
    path: Path,
    organisme: str | None,
    service: str,
    made: date,
) -> None:
    """Write the workbook of one contributor, or of the co-pilots when *organisme* is None.

    Raises OrganismeInconnu, WriteFailed.
    """
    form = load_form("recensement" if organisme else "pilotage")
    (context, prefill), *others = (_part(workspace, each, form, organisme, service, made) for each in datasets)
    write_template(form, path, context, prefill, *others)


def _part(
    workspace: Workspace, dataset: ActiveDataset, form: Form, organisme: str | None, service: str, made: date
) -> Part:
    contrat, annee = dataset.contrat, dataset.annee
    context = build_context(dataset.store, contrat, annee, organisme, service, made, workspace.fictif)
    words = Words.of(dataset.store)
    if organisme is None:
        entry = workspace.graphs.current(pilotage_serie(contrat, annee))
        held = Held(load_graphs(workspace.graphs, [entry] if entry else []), words)
        return context, Prefill({sheet.name: held.rows(sheet) for sheet in form.sheets})
    current = workspace.graphs.current(contribution_serie(contrat, annee, organisme, service))
    merged = forebears(dataset.store, organisme)
    before = last_contributions(workspace.graphs, contrat, annee, organisme, service, merged)
    held, last = (Held(load_graphs(workspace.graphs, e), words) for e in ([current] if current else [], before))
    rows = _to_confirm(form, held, last)
    taken = [_taken_over(workspace, form, held, entry, words) for entry in before if entry.organisme in merged]
    return context, Prefill({sheet.name: held.rows(sheet) for sheet in form.sheets}, rows, tuple(filter(None, taken)))


def _taken_over(workspace: Workspace, form: Form, held: Held, entry: GraphEntry, words: Words) -> str:
    """Say which actions come from a body that merged into this one, and when it declared them; empty when none does."""
    actions = form.sheet("Actions")
    known = [local_code(node) for node in held.nodes(actions)]
    rows = Held(load_graphs(workspace.graphs, [entry]), words).to_confirm(actions, known)
    title = actions.field(PREFIXES["dcterms"] + "title").title
    names = " ; ".join(f"« {row[title]} »" for row in rows.values() if title in row)
    body = words.known.get(shared_iri("organisme", entry.organisme or ""), ("", entry.organisme or ""))[1]
    return f"{body}, campagne {entry.annee} : {names}" if names else ""


def _to_confirm(form: Form, held: Held, last: Held) -> dict[str, list[Row]]:
    """Return the actions of the campagne before that this one does not hold yet, and their resources."""
    actions, moyens = form.sheet("Actions"), form.sheet("Moyens")
    rows = last.to_confirm(actions, [local_code(node) for node in held.nodes(actions)])
    return {actions.name: list(rows.values()), moyens.name: last.to_count_again(moyens, rows)} if rows else {}


def contributors(workspace: Workspace, dataset: ActiveDataset, organisme: str | None = None) -> list[tuple[str, str]]:
    """Return (organisme, service) pairs; a body whose services are not known gets one workbook, service empty."""
    if organisme:
        expected = [organisme]
    else:
        expected = _expected(dataset)
    after = {old: code for code in expected for old in forebears(dataset.store, code)}
    services: dict[str, set[str]] = {}
    for entry in workspace.graphs.entries("contribution", dataset.contrat):
        if entry.organisme and entry.annee is not None and dataset.annee - 1 <= entry.annee <= dataset.annee:
            services.setdefault(after.get(entry.organisme, entry.organisme), set()).add(entry.service or "")
    return [(code, name) for code in expected for name in sorted(services.get(code, {""}))]
