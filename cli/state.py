"""droitcommun state: what was in force on a day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from droitcommun.cli.options import DATE, Session, format_option, out_option, pass_session
from droitcommun.cli.tableau import FORMS, deliver_table
from droitcommun.graph.langue import _


@click.command(
    "state",
    help=_(
        "Montre ce qui était en vigueur à une date : la version du contrat, ses avenants et la séance qui les a "
        "validés, ses piliers, ambitions, axes, QPV, instances, engagements et parties."
    ),
    short_help=_("Montre ce qui était en vigueur à une date."),
)
@click.option("--date", "jour", type=DATE, metavar="AAAA-MM-JJ", help=_("Le jour ; aujourd'hui par défaut."))
@format_option(*FORMS)
@out_option()
@pass_session
def command(session: Session, jour: date | None, form: str, out: Path | None) -> None:
    """Ask « etat-du-contrat »."""
    from droitcommun.graph.catalogue import find_query, run

    day = jour or session.today()
    deliver_table(run(find_query("etat-du-contrat"), session.loaded_contract(), {"date": day.isoformat()}), form, out)
