"""droitcommun restore: a workspace made again from its archive."""

from __future__ import annotations

from pathlib import Path

import click

from droitcommun.cli.options import Session, pass_session
from droitcommun.cli.output import emit, notice
from droitcommun.graph.langue import _


@click.command(
    "restore",
    help=_(
        "Remet dans DOSSIER, vide ou nouveau, l'espace de travail de l'archive FICHIER, et refait ses graphes. "
        "L'empreinte doit être celle de la sauvegarde. Sans DOSSIER : celui de « -w », sinon le dossier courant."
    ),
    short_help=_("Remet en place un espace de travail sauvegardé."),
)
@click.argument("archive", type=click.Path(path_type=Path, dir_okay=False), metavar=_("FICHIER"))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar=_("[DOSSIER]"), required=False)
@pass_session
def command(session: Session, archive: Path, folder: Path | None) -> None:
    """Put the workspace back and print its fingerprint."""
    from droitcommun.graph.backup import restore

    made = restore(archive, folder or session.folder or Path.cwd())
    if made.fictif:
        emit(_("Données fictives"))
    emit(
        _("{dossier} : {n} fichiers, {evenements} événements, vérifiés.").format(
            dossier=made.dossier, n=made.fichiers, evenements=made.evenements
        )
    )
    emit(_("empreinte : {empreinte}").format(empreinte=made.empreinte))
    if made.changements:
        notice(
            _("Elle n'est pas celle de la sauvegarde, car le logiciel a changé : {liste}.").format(
                liste=", ".join(made.changements)
            )
        )
