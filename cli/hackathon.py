"""droitcommun hackathon: the yearly picture, as it is today or as it was published."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from droitcommun.cli.options import Session, annee_argument, pass_session
from droitcommun.cli.output import emit, notice
from droitcommun.graph.langue import _
from droitcommun.graph.profils import PAR_DEFAUT, PROFILS

if TYPE_CHECKING:
    from droitcommun.graph.published import Parution
    from droitcommun.graph.workspace import Workspace

DIFFERENT = 4


@click.command(
    "hackathon",
    help=_(
        "Dresse la photographie de la campagne ANNEE : une page à ouvrir dans un navigateur, un diaporama à modifier, "
        "un classeur avec tous les tableaux, la carte des quartiers, les réseaux en images et pour Gephi. "
        "Une campagne publiée est refaite telle qu'elle a été publiée, à l'octet près ; « --provisoire » montre son "
        "état d'aujourd'hui."
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
@click.option(
    "--profil",
    type=click.Choice(PROFILS),
    default=PAR_DEFAUT,
    show_default=True,
    help=_("Pour qui : ce que le profil ne doit pas voir n'est pas dans les fichiers."),
)
@click.option(
    "--modele",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar=_("FICHIER.pptx"),
    help=_("Votre modèle de diapositives, .pptx ou .potx (docs/diapositives.md)."),
)
@click.option("--publication", type=int, metavar="N", help=_("Refait cette publication ; la dernière par défaut."))
@click.option("--provisoire", is_flag=True, help=_("Montre l'état d'aujourd'hui d'une campagne déjà publiée."))
@pass_session
def command(
    session: Session,
    annee: int,
    out: Path | None,
    profil: str,
    modele: Path | None,
    publication: int | None,
    provisoire: bool,
) -> int:
    """Write the picture and print the paths. Return 4 when a publication cannot be made again and nothing says why."""
    from droitcommun.graph.campagnes import find_campagne
    from droitcommun.graph.production import campagne_products
    from droitcommun.graph.publications import find_parution

    workspace = session.workspace()
    info = find_campagne(workspace, session.contrat, annee)
    folder = out or workspace.sorties(annee)
    if publication is not None or (info.parutions and not provisoire):
        if modele is not None:
            raise click.UsageError(
                _("Une publication est refaite telle quelle : ajoutez « --provisoire » à « --modele ».")
            )
        return _again(workspace, find_parution(workspace, info.contrat, annee, publication), profil, folder)
    notice(_("Vérification et photographie de la campagne {annee}…").format(annee=annee))
    template = modele.read_bytes() if modele else None
    made = campagne_products(workspace, info.contrat, annee, session.today(), [profil], modele=template)
    _write(made[profil], folder)
    return 0


def _again(workspace: Workspace, parution: Parution, profil: str, folder: Path) -> int:
    """Make a publication again, say whether it is the one published, and write the files of one profile."""
    from droitcommun.graph.formats import date_courte
    from droitcommun.graph.publications import reproduce

    notice(
        _("Publication {numero} du {date}, refaite à partir du journal d'alors…").format(
            numero=parution.numero, date=date_courte(parution.le)
        )
    )
    made = reproduce(workspace, parution, profil)
    if made.identique:
        notice(_("À l'octet près celle qui a été publiée ({n} fichiers).").format(n=len(made.contenus)))
    if not made.publie:
        notice(_("Le profil « {profil} » n'avait pas été publié : rien à comparer.").format(profil=profil))
    if made.changements:
        notice(_("Depuis la publication : {liste}.").format(liste=", ".join(made.changements)))
    if not made.memes_donnees:
        notice(_("Les données refaites n'ont plus l'empreinte publiée."))
    for words, names in (
        (_("différent"), made.differents),
        (_("n'est plus fait"), made.absents),
        (_("n'était pas fait"), made.nouveaux),
    ):
        for name in names:
            notice(f"  {name} : {words}")
    _write(made.contenus, folder)
    explained = made.changements or not (made.differents or made.absents)
    return 0 if explained else DIFFERENT


def _write(products: Mapping[str, bytes], folder: Path) -> None:
    from droitcommun.graph.export.products import titre_produit, write_products
    from droitcommun.graph.export.reworked import left_alone

    written = write_products(products, folder)
    for name, path in written.items():
        notice(f"{titre_produit(name)} :")
        emit(str(path))
    for sentence in left_alone([folder / name for name in written], written.values()):
        notice(sentence)
