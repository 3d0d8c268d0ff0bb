"""droitcommun export: the networks and the graph, for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from droitcommun.cli.options import Session, campagne_option, format_option, out_option, pass_session
from droitcommun.cli.output import emit
from droitcommun.graph.langue import _
from droitcommun.graph.profils import PAR_DEFAUT, PROFILS

if TYPE_CHECKING:
    from droitcommun.graph.dataset import ActiveDataset
    from droitcommun.graph.profils import Profil
    from droitcommun.graph.workspace import Workspace

DATA = "donnees"
RESEAUX = ("organisme-ambition", "organisme-qpv", "organisme-engagement", "organisme-organisme")
RESEAU_FORMATS = ("graphml", "gexf", "dot", "json", "cytoscape", "csv", "svg", "png")
DATA_FORMATS = ("ttl", "trig", "nq", "jsonld")


@click.command(
    "export",
    help=_(
        "Écrit RESEAU pour d'autres outils : organisme-ambition, organisme-qpv, organisme-engagement ou "
        "organisme-organisme (graphml, gexf, dot, json, cytoscape, csv, ou une image svg ou png), "
        "ou donnees, le graphe du contrat sans donnée personnelle (ttl, trig, nq ou jsonld)."
    ),
    short_help=_("Écrit un réseau ou le graphe pour d'autres outils."),
)
@click.argument("reseau", type=click.Choice([*RESEAUX, DATA]), metavar=_("RESEAU"), help=_("Ce qu'il faut écrire."))
@campagne_option(required=True)
@format_option(*RESEAU_FORMATS, *DATA_FORMATS)
@click.option(
    "--annees",
    is_flag=True,
    help=_("Toutes les campagnes du contrat jusqu'à ANNEE, pour le curseur de temps de Gephi (gexf seulement)."),
)
@click.option(
    "--profil",
    type=click.Choice(PROFILS),
    default=PAR_DEFAUT,
    show_default=True,
    help=_("Pour qui est fait le fichier ; il dit ce qui n'y est pas."),
)
@out_option(
    _(
        "Le fichier à écrire ; sinon, dans sorties/ANNEE de l'espace de travail. En csv, deux fichiers à côté "
        "(-noeuds et -liens), ou une archive des deux si le nom finit par .zip."
    )
)
@pass_session
def command(session: Session, reseau: str, annee: int, form: str, annees: bool, profil: str, out: Path | None) -> None:
    """Write the files and print their paths."""
    from droitcommun.graph.dataset import activate
    from droitcommun.graph.lots import write_together
    from droitcommun.graph.profils import profil as find_profil

    allowed = DATA_FORMATS if reseau == DATA else RESEAU_FORMATS
    if form not in allowed:
        raise click.UsageError(
            _("« {reseau} » s'écrit en {formats}.").format(reseau=reseau, formats=_(" ou ").join(allowed))
        )
    if annees and form != "gexf":
        raise click.UsageError(_("--annees ne vaut que pour gexf : ajoutez « --format gexf », ou ôtez --annees."))
    workspace = session.workspace()
    dataset = activate(workspace, session.contrat, annee)
    found = find_profil(profil)
    files = (
        _data(dataset, workspace, form, found, out)
        if reseau == DATA
        else _network(dataset, workspace, reseau, form, annees, found, out)
    )
    write_together(files)
    for path in files:
        emit(str(path))


def _data(
    dataset: ActiveDataset, workspace: Workspace, form: str, profil: Profil, out: Path | None
) -> dict[Path, bytes]:
    from droitcommun.graph.export.rdf.write import FORMATS

    return {out or workspace.sorties(dataset.annee) / f"{DATA}.{form}": FORMATS[form](dataset, profil)}


def _network(
    dataset: ActiveDataset,
    workspace: Workspace,
    reseau: str,
    form: str,
    annees: bool,
    profil: Profil,
    out: Path | None,
) -> dict[Path, bytes]:
    from droitcommun.graph.export.mentions import publication_mots
    from droitcommun.graph.export.networks.formats import extension, network_files
    from droitcommun.graph.export.networks.graphml import gexf_years_bytes
    from droitcommun.graph.export.networks.profil import restrict_network
    from droitcommun.graph.network import build_network, networks_by_year

    meta = {"empreinte": workspace.graphs.fingerprint()}
    name = f"{reseau}-annees" if annees else reseau
    path = out or workspace.sorties(dataset.annee) / f"{name}.{extension(form)}"
    if annees:
        by_year = networks_by_year(reseau, dataset)
        meta["publication"] = publication_mots(None)
        return {path: gexf_years_bytes({year: restrict_network(g, profil) for year, g in by_year.items()}, meta)}
    return network_files(restrict_network(build_network(reseau, dataset), profil), form, path, meta)
