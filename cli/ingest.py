"""droitcommun ingest: take in the files received."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from droitcommun.cli.options import Session, campagne_option, format_option, pass_session
from droitcommun.cli.output import deliver, emit, notice
from droitcommun.graph.langue import _

if TYPE_CHECKING:
    from droitcommun.graph.classeurs.problems import Problem
    from droitcommun.graph.differences import Difference
    from droitcommun.graph.ingest import FileReport

REFUSED = 3


@click.command(
    "ingest",
    help=_(
        "Reçoit des classeurs (.xlsx, .ods, .xls) ou, avec --mapping, des tables (.csv et .json aussi), ou tous ceux "
        "d'un dossier. Un fichier refusé ne change rien ; une ligne dont une case est illisible est gardée, et "
        "signalée avec l'adresse de la case."
    ),
    short_help=_("Reçoit des classeurs et signale ce qu'il faut y corriger."),
)
@click.argument(
    "fichiers",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True),
    metavar=_("FICHIER..."),
    help=_("Des fichiers ou des dossiers."),
)
@campagne_option()
@click.option(
    "--mapping",
    metavar=_("NOM|FICHIER.toml"),
    help=_("La correspondance à suivre, pour une table d'une autre origine."),
)
@click.option("--dry-run", is_flag=True, help=_("Montre ce qui changerait et n'écrit rien."))
@click.option("--confirme", is_flag=True, help=_("Accepte que des lignes de la version précédente aient disparu."))
@format_option("text", "json")
@pass_session
def command(
    session: Session,
    fichiers: tuple[Path, ...],
    annee: int | None,
    mapping: str | None,
    dry_run: bool,
    confirme: bool,
    form: str,
) -> int:
    """Take the files in, print the report, and tell by the exit code whether one was refused."""
    from droitcommun.graph.doublonsrecus import report_doublons
    from droitcommun.graph.ingest import ingest_files

    def progress(report: FileReport) -> None:
        if session.verbose:
            notice(f"{report.fichier} : {report.etat}")

    workspace = session.workspace()
    report = ingest_files(
        workspace,
        session.contrat,
        fichiers,
        annee=annee,
        mapping=mapping,
        dry_run=dry_run,
        confirme=confirme,
        today=session.today(),
        progress=progress,
    )
    if report.ignores:
        notice(
            _("Ignorés, car ce sont les verrous de classeurs ouverts : {noms}.").format(noms=", ".join(report.ignores))
        )
    if not dry_run:
        report = report_doublons(workspace, report)
    if form == "json":
        deliver(json.dumps(report.to_json(), ensure_ascii=False, indent=1), None, machine=True)
    else:
        for file in report.fichiers:
            emit("\n".join(_lines(file)))
        if dry_run:
            notice(_("Essai seulement : rien n'a été écrit."))
    return REFUSED if report.refused else 0


def _lines(file: FileReport) -> Iterator[str]:
    etats = {
        "accepte": _("reçu"),
        "accepte-avec-reserves": _("reçu, avec des cases à corriger"),
        "inchange": _("déjà reçu, rien de changé"),
        "refuse": _("REFUSÉ, rien n'a été pris"),
    }
    yield _("{fichier} : {etat}").format(fichier=file.fichier, etat=etats[file.etat])
    if file.organisme:
        parts = [file.organisme, file.service or "", str(file.campagne or "")]
        yield "  " + " · ".join(part for part in parts if part)
    if file.lues:
        yield "  " + _(
            "lignes – lues : {lues} ; gardées : {gardees} ; avec réserve : {reserves} ; hors périmètre : {hors}"
        ).format(lues=file.lues, gardees=file.gardees, reserves=file.reserves, hors=file.hors_perimetre)
    changes = file.changements
    if file.etat.startswith("accepte"):
        yield "  " + _(
            "changements – ajoutés : {ajoutes} ; modifiés : {modifies} ; terminés : {termines} ; "
            "inchangés : {inchanges}"
        ).format(
            ajoutes=changes.ajoutes,
            modifies=changes.modifies,
            termines=changes.termines,
            inchanges=changes.inchanges,
        )
    for difference in file.differences:
        yield f"  {_difference_line(difference)}"
    for problem in file.problemes:
        yield from _problem_lines(problem)


def _difference_line(difference: Difference) -> str:
    what = f"{difference.feuille} · {difference.libelle}"
    if difference.colonne is None:
        words = {"ajoute": _("+ {ligne} (ajouté)"), "retire": _("- {ligne} (retiré)")}
        return words[difference.nature].format(ligne=what)
    blank = _("(vide)")
    sentence = _("~ {ligne} : {colonne} : « {avant} » devient « {apres} »")
    if difference.nature == "termine":
        sentence = _("- {ligne} : terminée ({colonne} : « {avant} » devient « {apres} »)")
    return sentence.format(
        ligne=what,
        colonne=difference.colonne,
        avant=difference.avant or blank,
        apres=difference.apres or blank,
    )


def _problem_lines(problem: Problem) -> Iterator[str]:
    gravites = {"bloquant": _("bloquant"), "reserve": _("à corriger"), "info": _("pour information")}
    place = "!".join(part for part in (problem.feuille, problem.cellule) if part)
    column = f" ({problem.colonne})" if problem.colonne else ""
    head = f"{gravites[problem.gravite]} · {place}{column} : " if place else f"{gravites[problem.gravite]} : "
    yield f"  - {head}{problem.message}"
    if problem.correction:
        yield f"    → {problem.correction}"
