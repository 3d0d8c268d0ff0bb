"""droitcommun check: the rules, on one campagne."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import click

from droitcommun.cli.options import Session, annee_argument, format_option, out_option, pass_session
from droitcommun.cli.output import deliver, notice, progress, terminal_width
from droitcommun.graph.langue import _, ngettext

if TYPE_CHECKING:
    from droitcommun.graph.checks.findings import CheckReport
    from droitcommun.graph.dataset import ActiveDataset

FINDINGS = 1
FORMATS = ("text", "json", "html", "xlsx", "csv", "ttl", "junit")
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
@format_option(*FORMATS)
@out_option()
@click.option(
    "--fail-on",
    type=click.Choice(["violation", "warning", "never"]),
    default="violation",
    show_default=True,
    help=_("À partir de quelle gravité d'un constat ouvert le code de sortie est 1."),
)
@click.option("--explain-passes", "passes", is_flag=True, help=_("Dit aussi, par institution, les règles satisfaites."))
@click.option(
    "--relances",
    type=click.Path(path_type=Path, file_okay=False),
    metavar=_("DOSSIER"),
    help=_(
        "Écrit aussi dans ce dossier un message par institution et service qui a quelque chose à faire, son classeur "
        "joint, et un tableau de publipostage. Rien n'est envoyé."
    ),
)
@click.option(
    "--profil",
    type=click.Choice(["gtp", "interne"]),
    default="gtp",
    show_default=True,
    help=_("« interne » met dans les relances les adresses des contacts ; sinon, aucune donnée personnelle."),
)
@pass_session
def command(
    session: Session,
    annee: int,
    organisme: str | None,
    form: str,
    out: Path | None,
    fail_on: str,
    passes: bool,
    relances: Path | None,
    profil: str,
) -> int:
    """Print the report, and tell by the exit code whether something is left to correct."""
    from droitcommun.graph.check import check_campagne
    from droitcommun.graph.checks.rules import load_rules
    from droitcommun.graph.dataset import activate

    if form == "xlsx" and out is None:
        raise click.UsageError(_("--format xlsx demande --out : où écrire le classeur ?"))
    workspace = session.workspace()
    with progress() as tell:
        tell(_("Lecture des graphes…"))
        with ThreadPoolExecutor(1) as beside:
            beside.submit(load_rules)  # the database reads the graphs outside of Python's lock
            dataset = activate(workspace, session.contrat, annee, alone=True)
        if relances is not None:
            from droitcommun.graph.export.relances.write import require_open, write_relances  # it reads classeurs

            require_open(workspace, dataset.contrat, annee)
        tell(_("Vérification de la campagne {annee}…").format(annee=annee))
        report = check_campagne(dataset, session.today(), organisme=organisme, originals=workspace.originals.path)
        tell(_("Mise en forme…"))
        # Colours are dropped on the way out when stdout is not a terminal, or NO_COLOR is set.
        content = _rendered(report, dataset, form, passes, colour=out is None)
        written = []
        if relances is not None:
            written = write_relances(
                workspace,
                dataset,
                report,
                relances,
                addresses=profil == "interne",
                organisme=organisme,
                tell=lambda n, total: tell(_("Relances : {n} sur {total}…").format(n=n, total=total)),
            )
    deliver(content, out, machine=form != "text")
    if relances is not None:
        n = len(written) - 1
        text = ngettext("{n} relance écrite dans {dossier}.", "{n} relances écrites dans {dossier}.", n)
        notice(text.format(n=n, dossier=relances))
    if out is not None:
        notice(_("Écrit : {fichier}").format(fichier=out))
    if fail_on == "never":
        return 0
    serious = GRAVITES[: GRAVITES.index(fail_on) + 1]
    return FINDINGS if any(f.etat == "ouvert" and f.gravite in serious for f in report.findings) else 0


def _rendered(report: CheckReport, dataset: ActiveDataset, form: str, passes: bool, colour: bool) -> str | bytes:
    """Return the report in one form; only the library of that form is loaded."""
    if form == "text":
        from droitcommun.graph.export.constats.textreport import render_text

        return render_text(report, colour, passes, terminal_width() if colour else None)
    if form == "json":
        from droitcommun.graph.export.constats.jsonreport import render_json

        return render_json(report, passes)
    if form == "html":
        from droitcommun.graph.export.constats.htmlreport import render_html

        return render_html(report, passes)
    if form == "xlsx":
        from droitcommun.graph.export.constats.xlsxreport import render_xlsx

        return render_xlsx(report, passes)
    if form == "csv":
        from droitcommun.graph.export.constats.csvreport import render_csv

        return render_csv(report)
    if form == "ttl":
        from droitcommun.graph.export.constats.turtlereport import render_turtle

        return render_turtle(report, dataset.store)
    from droitcommun.graph.export.constats.junitreport import render_junit

    return render_junit(report)
