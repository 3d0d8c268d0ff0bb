"""droitcommun check: the rules, on one campagne."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from droitcommun.cli.options import Session, annee_argument, format_option, out_option, pass_session
from droitcommun.cli.output import deliver, notice
from droitcommun.graph.langue import _

if TYPE_CHECKING:
    from droitcommun.graph.checks.findings import CheckReport

FINDINGS = 1
GRAVITES = ("violation", "warning", "info")


@click.command(
    "check",
    help=_(
        "Vérifie la campagne ANNEE : contrat, parties, engagements, actions, moyens, territoires, gouvernance. "
        "Chaque constat dit qui peut le lever, où dans son classeur, et comment."
    ),
    short_help=_("Vérifie la complétude d'une campagne."),
)
@annee_argument()
@click.option("--organisme", metavar="CODE", help=_("Seulement les constats de cet organisme."))
@format_option("text", "json", "html")
@out_option()
@click.option(
    "--fail-on",
    type=click.Choice(["violation", "warning", "never"]),
    default="violation",
    show_default=True,
    help=_("À partir de quelle gravité d'un constat ouvert le code de sortie est 1."),
)
@pass_session
def command(session: Session, annee: int, organisme: str | None, form: str, out: Path | None, fail_on: str) -> int:
    """Print the report, and tell by the exit code whether something is left to correct."""
    from droitcommun.graph.check import check_campagne
    from droitcommun.graph.dataset import activate

    workspace = session.workspace()
    dataset = activate(workspace, session.contrat, annee, alone=True)
    report = check_campagne(dataset, session.today(), organisme=organisme, originals=workspace.originals.path)
    # Colours are dropped on the way out when stdout is not a terminal, or NO_COLOR is set.
    deliver(_rendered(report, form, colour=out is None), out, machine=form != "text")
    if out is not None:
        notice(_("Écrit : {fichier}").format(fichier=out))
    if fail_on == "never":
        return 0
    serious = GRAVITES[: GRAVITES.index(fail_on) + 1]
    return FINDINGS if any(f.etat == "ouvert" and f.gravite in serious for f in report.findings) else 0


def _rendered(report: CheckReport, form: str, colour: bool) -> str:
    """Return the report in one form; only the library of that form is loaded."""
    if form == "text":
        from droitcommun.graph.export.constats.textreport import render_text

        return render_text(report, colour)
    if form == "json":
        from droitcommun.graph.export.constats.jsonreport import render_json

        return render_json(report)
    from droitcommun.graph.export.constats.htmlreport import render_html

    return render_html(report)
