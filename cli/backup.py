"""droitcommun backup: the whole workspace in one archive."""

from __future__ import annotations

from pathlib import Path

import click

from droitcommun.cli.options import Session, pass_session
from droitcommun.cli.output import emit
from droitcommun.graph.langue import _


@click.command(
    "backup",
    help=_(
        "Met tout l'espace de travail dans l'archive FICHIER : journal, fichiers reçus, réglages, publications. Elle "
        "contient les contacts : rangez-la comme l'espace. « droitcommun restore » la remet en place."
    ),
    short_help=_("Sauvegarde l'espace de travail dans une archive."),
)
@click.argument("archive", type=click.Path(path_type=Path, dir_okay=False), metavar=_("FICHIER"))
@pass_session
def command(session: Session, archive: Path) -> None:
    """Write the archive and print its fingerprint."""
    from droitcommun.graph.backup import backup

    made = backup(session.workspace(), archive)
    if made.fictif:
        emit(_("Données fictives"))
    emit(
        _("{fichier} : {n} fichiers, {evenements} événements, relus et comparés.").format(
            fichier=made.dossier, n=made.fichiers, evenements=made.evenements
        )
    )
    emit(_("empreinte : {empreinte}").format(empreinte=made.empreinte))
