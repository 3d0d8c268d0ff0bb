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
        "ou le vôtre (un fichier .ttl)."
    ),
    short_help=_("Crée un espace de travail."),
)
@click.argument(
    "dossier",
    type=click.Path(path_type=Path, file_okay=False),
    metavar=_("DOSSIER"),
    help=_("Un dossier nouveau ou vide."),
)
@click.option(
    "--contrat",
    default="call-2024",
    show_default=True,
    metavar=_("CODE|FICHIER"),
    help=_("Le code d'un contrat livré, ou un fichier .ttl."),
)
@pass_session
def command(session: Session, dossier: Path, contrat: str) -> None:
    """Create the workspace and say the next move."""
    from droitcommun.graph.workspace import Workspace

    today = session.today()
    workspace = Workspace.create(dossier, contrat, today=today)
    emit(_("Espace de travail créé : {dossier}").format(dossier=workspace.folder))
    emit(_("Contrat : {codes}").format(codes=", ".join(workspace.contrats())))
    emit(_("Ensuite : droitcommun -w {dossier} campagne open {annee}").format(dossier=dossier, annee=today.year))
