"""droitcommun rebuild: make the graphs again from what was received."""

from __future__ import annotations

import click

from droitcommun.cli.options import Session, pass_session
from droitcommun.cli.output import emit
from droitcommun.graph.langue import _


@click.command(
    "rebuild",
    help=_("Refait tous les graphes à partir du journal et des fichiers reçus. L'empreinte ne doit pas changer."),
    short_help=_("Refait les graphes à partir des fichiers reçus."),
)
@pass_session
def command(session: Session) -> None:
    """Rebuild and print the fingerprint."""
    emit(_("empreinte : {empreinte}").format(empreinte=session.workspace().rebuild()))
