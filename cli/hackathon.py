"""droitcommun hackathon: the yearly picture."""

from __future__ import annotations

from pathlib import Path

import click

from droitcommun.cli.options import Session, annee_argument, pass_session
from droitcommun.cli.output import emit, notice
from droitcommun.graph.langue import _


@click.command(
    "hackathon",
    help=_(
        "Dresse la photographie de la campagne ANNEE : une page à ouvrir dans un navigateur, un classeur avec tous les "
        "tableaux, les réseaux pour Gephi."
    ),
    short_help=_("Dresse la photographie d'une année."),
)
@annee_argument()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar=_("DOSSIER"),
    help=_("Où l'écrire ; sinon, sorties/ANNEE dans l'espace de travail."),
)
@pass_session
def command(session: Session, annee: int, out: Path | None) -> None:
    """Write the picture and print the paths."""
    from droitcommun.graph.check import check_campagne
    from droitcommun.graph.dataset import activate
    from droitcommun.graph.export.products import picture_products, titre_produit, write_products
    from droitcommun.graph.network import organisme_ambition, organisme_qpv
    from droitcommun.graph.picture import build_picture

    workspace = session.workspace()
    dataset = activate(workspace, session.contrat, annee)
    notice(_("Vérification de la campagne {annee}…").format(annee=annee))
    report = check_campagne(dataset, session.today(), originals=workspace.originals.path)
    notice(_("Photographie…"))
    picture = build_picture(dataset, report, workspace.graphs.fingerprint())
    networks = {"organisme-ambition": organisme_ambition(dataset), "organisme-qpv": organisme_qpv(dataset)}
    paths = write_products(picture_products(picture, networks), out or workspace.sorties(annee))
    for name, path in paths.items():
        notice(f"{titre_produit(name)} :")
        emit(str(path))
