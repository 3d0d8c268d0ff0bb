"""droitcommun mapping: how foreign tables are read."""

from __future__ import annotations

from pathlib import Path

import click

from droitcommun.cli.options import out_option
from droitcommun.cli.output import deliver, notice
from droitcommun.graph.langue import _


@click.group(
    "mapping",
    help=_("Les correspondances, qui disent comment lire la table d'une autre origine."),
    short_help=_("Liste et propose les correspondances d'autres tables."),
    subcommand_metavar=_("COMMANDE [ARGUMENTS]..."),
)
def command() -> None:
    """Group the commands on mappings."""


@command.command("list", help=_("Liste les correspondances livrées."), short_help=_("Liste celles qui sont livrées."))
def list_mappings() -> None:
    """Print the name and title of each delivered mapping."""
    from droitcommun.graph.classeurs.tablemapping import parse_mapping
    from droitcommun.graph.mappings import delivered_mappings, mapping_text

    lines = [f"{name} : {parse_mapping(mapping_text(name), name).titre}" for name in delivered_mappings()]
    deliver("\n".join(lines), None)


@command.command(
    "suggest",
    help=_(
        "Propose une correspondance pour une table inconnue, d'après ses titres et ses valeurs. "
        "À relire et à compléter, puis à donner à « droitcommun ingest --mapping FICHIER.toml »."
    ),
    short_help=_("Propose une correspondance pour une table inconnue."),
)
@click.argument(
    "fichier",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar=_("FICHIER"),
    help=_("La table : .xlsx, .ods, .xls, .csv ou .json."),
)
@out_option()
def suggest(fichier: Path, out: Path | None) -> None:
    """Print the proposal; say on stderr what was not placed and what is to complete."""
    from droitcommun.graph.classeurs.read import read_classeur
    from droitcommun.graph.suggest import suggest_mapping

    found = suggest_mapping(read_classeur(fichier))
    deliver(found.toml, out, machine=True)
    if found.delivered:
        notice(
            _("Cette table se lit avec une correspondance livrée : « droitcommun ingest --mapping {nom} ».").format(
                nom=" / ".join(found.delivered)
            )
        )
    if found.unplaced:
        notice(_("Colonnes non placées : {noms}.").format(noms=", ".join(f"« {t} »" for t in found.unplaced)))
    if found.missing:
        notice(_("À compléter : {quoi}.").format(quoi=" ; ".join(found.missing)))
