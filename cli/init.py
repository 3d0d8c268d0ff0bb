"""droitcommun init: make a workspace."""

from __future__ import annotations

from pathlib import Path

import click

from droitcommun.cli.options import Session, pass_session
from droitcommun.cli.output import emit
from droitcommun.graph.langue import _


@click.command(
    "init",
    help=_(
        "Crée l'espace de travail DOSSIER pour un contrat de ville : un contrat livré avec l'outil (son code), "
        "ou le vôtre (un fichier .ttl). Dans un espace qui existe déjà, --contrat en ajoute un autre."
    ),
    short_help=_("Crée un espace de travail."),
)
@click.argument(
    "dossier",
    type=click.Path(path_type=Path, file_okay=False),
    metavar=_("DOSSIER"),
    help=_("Un dossier nouveau ou vide, ou un espace de travail où ajouter un contrat."),
)
@click.option(
    "--contrat",
    metavar=_("CODE|FICHIER"),
    help=_("Le code d'un contrat livré, ou un fichier .ttl ; sans cette option, le seul contrat livré."),
)
@pass_session
def command(session: Session, dossier: Path, contrat: str | None) -> None:
    """Create the workspace, or add a contract to it, and say the next move."""
    from droitcommun.graph.workspace import Workspace

    today = session.today()
    if contrat and Workspace.is_at(dossier):
        workspace = Workspace.open(dossier)
        emit(_("Contrat ajouté : {code}").format(code=workspace.add_contrat(contrat, today)))
        return
    workspace = Workspace.create(dossier, contrat, today=today)
    emit(_("Espace de travail créé : {dossier}").format(dossier=workspace.folder))
    emit(_("Contrat : {codes}").format(codes=", ".join(workspace.contrats())))
    emit(_("Ensuite : droitcommun -w {dossier} campagne open {annee}").format(dossier=dossier, annee=today.year))
