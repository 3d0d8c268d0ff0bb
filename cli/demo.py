"""droitcommun demo: see the whole corridor on invented figures."""

from __future__ import annotations

from pathlib import Path

import click

from droitcommun.cli.options import Session, pass_session
from droitcommun.cli.output import emit, notice
from droitcommun.graph.langue import _


@click.command(
    "demo",
    help=_(
        "Crée dans DOSSIER un espace de travail d'essai : deux campagnes FICTIVES, envoyées par le vrai circuit "
        "(classeurs remplis, reçus, vérifiés), puis la photographie. Dit où regarder."
    ),
    short_help=_("Montre tout le circuit sur des données fictives."),
)
@click.argument(
    "dossier",
    type=click.Path(path_type=Path, file_okay=False),
    default="demo",
    metavar=_("[DOSSIER]"),
    help=_("Un dossier nouveau ou vide ; « demo » par défaut."),
)
@pass_session
def command(session: Session, dossier: Path) -> None:
    """Build the demonstration and print where to look."""
    from droitcommun.graph.demo.fill import build_demo
    from droitcommun.graph.export.products import titre_produit

    notice(_("Préparation des données fictives : environ une minute…"))
    result = build_demo(dossier)
    emit(_("Données fictives : aucun chiffre n'est réel."))
    emit(_("Espace de travail : {chemin}").format(chemin=result.folder))
    for name, path in result.products.items():
        emit(f"{titre_produit(name):<18} : {path}")
    emit(_("Ensuite : droitcommun -w {dossier} check 2026").format(dossier=dossier))
