"""droitcommun visa: note that a contributor approves its own contribution."""

from __future__ import annotations

from datetime import date

import click

from droitcommun.cli.options import DATE, Session, campagne_option, pass_session
from droitcommun.cli.output import emit
from droitcommun.graph.langue import _


@click.command(
    "visa",
    help=_(
        "Note le visa d'un contributeur sur la version actuelle de sa contribution : une fonction et une date, sans "
        "nom. Une contribution renvoyée et changée est à viser de nouveau. Une campagne close se vise encore."
    ),
    short_help=_("Note le visa d'un contributeur sur sa contribution."),
)
@click.argument(
    "contribution",
    metavar="CONTRIBUTION",
    help=_("L'organisme, ou « organisme/service » s'il en a plusieurs, comme « cd62/insertion-et-emploi »."),
)
@click.option("--fonction", metavar=_("TEXTE"), help=_("La fonction de qui vise, sans nom : « directrice »."))
@click.option("--le", type=DATE, metavar=_("AAAA-MM-JJ"), help=_("Le jour du visa ; aujourd'hui par défaut."))
@click.option("--annuler", is_flag=True, help=_("Retire le visa donné par cette commande."))
@campagne_option()
@pass_session
def command(
    session: Session, contribution: str, fonction: str | None, le: date | None, annuler: bool, annee: int | None
) -> None:
    """Give or withdraw a visa, and say of which version."""
    from droitcommun.graph.decisions.visas import give_visa, withdraw_visa
    from droitcommun.graph.formats import date_courte

    workspace, today = session.workspace(), session.today()
    if annuler:
        if fonction or le:
            raise click.UsageError(_("--annuler ne se donne ni avec --fonction, ni avec --le."))
        gone = withdraw_visa(workspace, session.contrat, annee, contribution, today)
        emit(
            _("Visa retiré : {organisme}/{service}, campagne {annee}.").format(
                organisme=gone.organisme, service=gone.service, annee=gone.annee
            )
        )
        return
    if not fonction:
        raise click.UsageError(_("Qui vise ? Donnez sa fonction, sans nom, avec --fonction."))
    given = give_visa(workspace, session.contrat, annee, contribution, fonction, today, le)
    emit(
        _("Visa noté : {organisme}/{service}, version {version}, campagne {annee}, le {jour} ({fonction}).").format(
            organisme=given.organisme,
            service=given.service,
            version=given.version,
            annee=given.annee,
            jour=date_courte(given.date),
            fonction=given.fonction,
        )
    )
