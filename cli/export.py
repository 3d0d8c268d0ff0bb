"""droitcommun export: the networks and the graph, for other tools."""

from __future__ import annotations

from pathlib import Path

import click

from droitcommun.cli.options import Session, campagne_option, format_option, out_option, pass_session
from droitcommun.cli.output import emit
from droitcommun.graph.langue import _

DATA = "donnees"
FORMATS = {
    "organisme-ambition": ("graphml", "gexf"),
    "organisme-qpv": ("graphml", "gexf"),
    "organisme-engagement": ("graphml", "gexf"),
    "organisme-organisme": ("graphml", "gexf"),
    DATA: ("ttl", "nq"),
}


@click.command(
    "export",
    help=_(
        "Écrit RESEAU pour d'autres outils : organisme-ambition, organisme-qpv, organisme-engagement ou "
        "organisme-organisme (graphml ou gexf, pour Gephi), "
        "ou donnees, le graphe du contrat sans donnée personnelle ni texte libre (ttl ou nq)."
    ),
    short_help=_("Écrit un réseau ou le graphe pour d'autres outils."),
)
@click.argument("reseau", type=click.Choice(list(FORMATS)), metavar=_("RESEAU"), help=_("Ce qu'il faut écrire."))
@campagne_option(required=True)
@format_option("graphml", "gexf", "ttl", "nq")
@out_option(_("Le fichier à écrire ; sinon, dans sorties/ANNEE de l'espace de travail."))
@pass_session
def command(session: Session, reseau: str, annee: int, form: str, out: Path | None) -> None:
    """Write one file and print its path."""
    from droitcommun.graph.dataset import activate
    from droitcommun.graph.files import write_atomic

    if form not in FORMATS[reseau]:
        raise click.UsageError(
            _("« {reseau} » s'écrit en {formats}.").format(reseau=reseau, formats=_(" ou ").join(FORMATS[reseau]))
        )
    workspace = session.workspace()
    dataset = activate(workspace, session.contrat, annee)
    path = out or workspace.sorties(annee) / f"{reseau}.{form}"
    if reseau == DATA:
        from droitcommun.graph.export import rdf

        write_atomic(path, {"ttl": rdf.turtle_bytes, "nq": rdf.nquads_bytes}[form](dataset))
    else:
        from droitcommun.graph import network
        from droitcommun.graph.export import networkfile

        write = {"graphml": networkfile.write_graphml, "gexf": networkfile.write_gexf}[form]
        write(network.build_network(reseau, dataset), path, {"empreinte": workspace.graphs.fingerprint()})
    emit(str(path))
