"""droitcommun facts: the flat table, one row a moyen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from droitcommun.cli.options import Session, annee_argument, format_option, out_option, pass_session
from droitcommun.cli.output import deliver, notice
from droitcommun.graph.langue import _


@click.command(
    "facts",
    help=_(
        "Écrit la table à plat de la campagne ANNEE, une ligne par moyen : codes, libellés, montants en euros, lieu, "
        "fiabilité et cellule d'origine. Pour un tableau croisé, R, Python ou DuckDB."
    ),
    short_help=_("Écrit la table à plat des moyens."),
)
@annee_argument()
@format_option("csv", "xlsx", "parquet")
@out_option(_("Le fichier à écrire ; sans lui, « csv » s'affiche, les autres vont dans sorties/ANNEE."))
@pass_session
def command(session: Session, annee: int, form: str, out: Path | None) -> None:
    """Write the table and say what to know of it."""
    from droitcommun.graph.dataset import activate
    from droitcommun.graph.export import parquet, tables
    from droitcommun.graph.facts import facts

    workspace = session.workspace()
    table = facts(activate(workspace, session.contrat, annee))
    write: dict[str, Callable[..., str | bytes]] = {
        "csv": tables.to_csv,
        "xlsx": tables.to_xlsx,
        "parquet": parquet.to_parquet,
    }
    path = out
    if path is None and form != "csv":
        path = workspace.sorties(annee) / f"moyens-{annee}.{form}"
    deliver(write[form](table), path, machine=True)
    for warning in table.warnings:
        notice(warning)
    if path is not None:
        notice(_("Écrit : {fichier}").format(fichier=path))
