"""droitcommun diff: what moved from one campagne to another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from droitcommun.cli.options import ANNEE, Session, format_option, out_option, pass_session
from droitcommun.cli.output import deliver, notice
from droitcommun.graph.langue import _


@click.command(
    "diff",
    help=_(
        "Compare les campagnes ANNEE1 et ANNEE2 : réalisé avec réalisé, à répondants constants, par institution et "
        "ambition (apparu, terminé, en hausse …), avec ce qui a bougé dans le périmètre."
    ),
    short_help=_("Compare deux campagnes."),
)
@click.argument("annee1", type=ANNEE, metavar="ANNEE1", help=_("La première campagne."))
@click.argument("annee2", type=ANNEE, metavar="ANNEE2", help=_("La seconde."))
@format_option("table", "csv", "json", "xlsx", "md")
@out_option()
@pass_session
def command(session: Session, annee1: int, annee2: int, form: str, out: Path | None) -> None:
    """Compare two campagnes and print the rows, the sentences and the perimeter."""
    from droitcommun.graph.diff import compare
    from droitcommun.graph.export import tables
    from droitcommun.graph.export.cells import en_mots
    from droitcommun.graph.pictures.contexte import read_lexique

    if form == "xlsx" and out is None:
        raise click.UsageError(_("Un classeur ne s'affiche pas : donnez un fichier avec --out."))
    loaded = session.loaded_contract()
    found = compare(loaded, annee1, annee2)
    table = en_mots(read_lexique(loaded.store), found.table) if form in ("table", "md") else found.table
    write: dict[str, Callable[..., str | bytes]] = {
        "table": tables.to_text,
        "csv": tables.to_csv,
        "json": tables.to_json,
        "xlsx": tables.to_xlsx,
        "md": tables.to_markdown,
    }
    content = write[form](table)
    if form in ("table", "md") and isinstance(content, str):
        content = content.rstrip("\n") + "\n\n" + "\n".join(found.phrases) + "\n"
    deliver(content, out, machine=form != "table")
    if out is not None:
        notice(_("Écrit : {fichier}").format(fichier=out))
