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
        "ou le vôtre (un classeur .xlsx ou .ods, un fichier .ttl). Dans un espace qui existe déjà, --contrat en ajoute "
        "un autre. Avec --modele, écrit le classeur à remplir pour décrire un contrat, et ne crée rien d'autre."
    ),
    short_help=_("Crée un espace de travail."),
)
@click.argument(
    "dossier",
    type=click.Path(path_type=Path, file_okay=False),
    required=False,
    metavar=_("DOSSIER"),
    help=_("Un dossier nouveau ou vide, ou un espace de travail où ajouter un contrat."),
)
@click.option(
    "--contrat",
    metavar=_("CODE|FICHIER"),
    help=_("Le code d'un contrat livré, ou un fichier .xlsx, .ods ou .ttl ; sans cette option, le seul contrat livré."),
)
@click.option(
    "--modele",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar=_("FICHIER"),
    help=_("Écrit là le modèle de contrat (.xlsx ou .ods) : vierge, ou rempli de celui que dit --contrat."),
)
@pass_session
def command(session: Session, dossier: Path | None, contrat: str | None, modele: Path | None) -> None:
    """Create the workspace, or add a contract to it, and say the next move; or write the workbook of a contract."""
    today = session.today()
    if modele is not None:
        from droitcommun.graph.contratmodele import write_modele

        if dossier is not None:
            raise click.UsageError(_("--modele écrit un fichier et ne crée pas d'espace : ôtez DOSSIER."))
        write_modele(modele, today, contrat)
        emit(str(modele))
        emit(_("Ensuite, une fois rempli : droitcommun init DOSSIER --contrat {fichier}").format(fichier=modele))
        return
    if dossier is None:
        raise click.UsageError(
            _("Donnez le dossier de l'espace à créer, ou --modele pour écrire un modèle de contrat.")
        )

    from droitcommun.graph.workspace import Workspace

    if contrat and Workspace.is_at(dossier):
        workspace = Workspace.open(dossier)
        emit(_("Contrat ajouté : {code}").format(code=workspace.add_contrat(contrat, today)))
        return
    workspace = Workspace.create(dossier, contrat, today=today)
    emit(_("Espace de travail créé : {dossier}").format(dossier=workspace.folder))
    emit(_("Contrat : {codes}").format(codes=", ".join(workspace.contrats())))
    emit(_("Ensuite : droitcommun -w {dossier} campagne open {annee}").format(dossier=dossier, annee=today.year))
