"""The possible duplicates that files just received bring: told to the person who receives them, never merged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from droitcommun.graph.classeurs.previous import Previous
from droitcommun.graph.classeurs.problems import Problem
from droitcommun.graph.dataset import load_contract
from droitcommun.graph.doublons import Doublon, Jumelle, doublons
from droitcommun.graph.history import load_graphs
from droitcommun.graph.ingest import FileReport, IngestReport
from droitcommun.graph.langue import _
from droitcommun.graph.names import PREFIXES, cdv, contract_thing, local_code
from droitcommun.graph.workspace import Workspace

_TITLE = PREFIXES["dcterms"] + "title"


def report_doublons(workspace: Workspace, report: IngestReport) -> IngestReport:
    """Return *report* where each contribution just accepted also names the actions that look like another's.

    Nothing is looked for in what a trial did not write. Source: graph/doublons.py.
    """
    taken = [f for f in report.fichiers if f.etat.startswith("accepte") and f.campagne]
    by_campagne = {
        (str(f.contrat), int(f.campagne or 0)): _of_campagne(workspace, str(f.contrat), int(f.campagne or 0))
        for f in taken
    }
    files = tuple(
        _with_doublons(workspace, f, by_campagne[str(f.contrat), int(f.campagne or 0)]) if f in taken else f
        for f in report.fichiers
    )
    return replace(report, fichiers=files)


def _of_campagne(workspace: Workspace, contrat: str, annee: int) -> list[Doublon]:
    return doublons(load_contract(workspace, contrat, annee), contract_thing(contrat, "campagne", annee))


def _with_doublons(workspace: Workspace, file: FileReport, found: Iterable[Doublon]) -> FileReport:
    entry = next((e for e in workspace.graphs.entries(contrat=file.contrat) if e.iri == file.graphe), None)
    said = Previous(load_graphs(workspace.graphs, [entry] if entry else []))
    own = set(said.of_class("Action"))
    problems = [
        _problem(said, one, other)
        for doublon in found
        for one, other in ((doublon.premiere, doublon.seconde), (doublon.seconde, doublon.premiere))
        if one.action in own and (other.action not in own or one.action < other.action)
    ]
    return replace(file, problemes=(*file.problemes, *problems))


def _problem(said: Previous, one: Jumelle, other: Jumelle) -> Problem:
    sheet, row = said.place(one.action) or (None, None)
    letters = [
        said.values(column, cdv("lettre"))[0].value
        for column in said.of_class("Colonne")
        if [v.value for v in said.values(column, cdv("chemin"))] == [_TITLE]
        and [v.value for v in said.values(column, cdv("feuille"))] == [sheet]
    ]
    return Problem(
        "info",
        "doublon-possible",
        sheet,
        f"{letters[0]}{row}" if letters else None,
        None,
        one.titre,
        _(
            "Cette action ressemble à « {titre} » ({organisme}) : même source, même exercice, même montant. "
            "Les deux comptent."
        ).format(titre=other.titre, organisme=other.libelle_organisme),
        _("Si c'est la même action : « droitcommun link {une} {autre} » ; sinon, la même avec --distinctes.").format(
            une=local_code(one.action), autre=local_code(other.action)
        ),
    )
