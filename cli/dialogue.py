"""droitcommun dialogue: the page of each contributor, to be read with it and to receive its visa."""

from __future__ import annotations

from pathlib import Path

import click

from droitcommun.cli.options import Session, annee_argument, pass_session
from droitcommun.cli.output import emit, notice, progress
from droitcommun.graph.langue import _, ngettext


@click.command(
    "dialogue",
    help=_(
        "Écrit la page de dialogue de chaque institution pour la campagne ANNEE : ce qu'elle a déclaré, ce qui manque, "
        "ce qui est constaté, sa place dans l'ensemble, et la place de son visa. Des autres, elle ne montre que leur "
        "nombre."
    ),
    short_help=_("Écrit la page de dialogue de chaque institution."),
)
@annee_argument()
@click.option("--organisme", metavar="CODE", help=_("Seulement la page de cet organisme."))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar=_("DOSSIER"),
    help=_("Où les écrire ; sinon, sorties/ANNEE/dialogue dans l'espace de travail."),
)
@pass_session
def command(session: Session, annee: int, organisme: str | None, out: Path | None) -> None:
    """Write the pages and print their paths."""
    from droitcommun.graph.check import check_campagne
    from droitcommun.graph.dataset import activate
    from droitcommun.graph.export.dialogue.page import write_dialogues

    workspace = session.workspace()
    with progress() as tell:
        tell(_("Lecture des graphes…"))
        dataset = activate(workspace, session.contrat, annee, alone=True)
        tell(_("Vérification de la campagne {annee}…").format(annee=annee))
        report = check_campagne(dataset, session.today(), organisme=organisme, originals=workspace.originals.path)
        paths = write_dialogues(
            dataset,
            report,
            out or workspace.sorties(annee) / "dialogue",
            organisme,
            lambda n, total: tell(_("Pages : {n} sur {total}…").format(n=n, total=total)),
        )
    for path in paths:
        emit(str(path))
    notice(ngettext("{n} page écrite.", "{n} pages écrites.", len(paths)).format(n=len(paths)))
