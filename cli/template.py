"""droitcommun template: the prefilled workbooks to send."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from droitcommun.cli.options import Session, annee_argument, format_option, pass_session
from droitcommun.cli.output import emit, notice
from droitcommun.graph.langue import _, ngettext


@click.command(
    "template",
    help=_(
        "Écrit les classeurs de recensement de la campagne ANNEE, un par organisme attendu et par service connu ; ou "
        "le classeur de pilotage des copilotes. Chacun contient ce qui est déjà reçu, et les actions de l'an dernier "
        "à confirmer."
    ),
    short_help=_("Écrit les classeurs à envoyer."),
)
@annee_argument()
@click.option("--organisme", metavar="CODE", help=_("Seulement le classeur de cet organisme."))
@click.option("--service", metavar=_("NOM"), help=_("Le service qui répond ; demande --organisme."))
@click.option(
    "--commun",
    is_flag=True,
    help=_("Un seul classeur pour tous les contrats de l'espace auxquels cet organisme répond ; demande --organisme."),
)
@click.option("--pilotage", is_flag=True, help=_("Le classeur de pilotage (séances, qualification, registres)."))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar=_("DOSSIER"),
    help=_("Où les écrire ; sinon, classeurs/ANNEE/modeles dans l'espace de travail."),
)
@format_option("xlsx", "ods")
@pass_session
def command(
    session: Session,
    annee: int,
    organisme: str | None,
    service: str | None,
    commun: bool,
    pilotage: bool,
    out: Path | None,
    form: Literal["xlsx", "ods"],
) -> None:
    """Write the workbooks and print their paths."""
    from droitcommun.graph.templates import write_templates

    if service and not organisme:
        raise click.UsageError(_("--service demande --organisme : de quel organisme est ce service ?"))
    if commun and not organisme:
        raise click.UsageError(_("--commun demande --organisme : pour quel organisme est ce classeur ?"))
    if pilotage and organisme:
        raise click.UsageError(
            _("--pilotage et --organisme ne vont pas ensemble : le classeur de pilotage est unique.")
        )
    paths = write_templates(
        session.workspace(),
        session.contrat,
        annee,
        organisme=organisme,
        service=service,
        pilotage=pilotage,
        out=out,
        today=session.today(),
        file_format=form,
        commun=commun,
    )
    for path in paths:
        emit(str(path))
    notice(ngettext("{n} classeur écrit.", "{n} classeurs écrits.", len(paths)).format(n=len(paths)))
