"""droitcommun doctor: what is well and what is not."""

from __future__ import annotations

import click

from droitcommun.cli.options import Session, pass_session
from droitcommun.cli.output import emit
from droitcommun.graph.langue import _

DAMAGED = 4


@click.command(
    "doctor",
    help=_("Examine l'espace de travail : journal, fichiers reçus, graphes. Le code de sortie est 4 s'il est abîmé."),
    short_help=_("Examine l'état de l'espace de travail."),
)
@pass_session
def command(session: Session) -> int:
    """Print the report, and tell by the exit code whether the workspace is sound."""
    from droitcommun.graph.doctor import examine

    lines = examine(session.workspace())
    marks = {None: "", True: _("bien, "), False: _("À RÉPARER, ")}
    for line in lines:
        emit(f"{line.label} : {marks[line.ok]}{line.value}")
    return DAMAGED if any(line.ok is False for line in lines) else 0
