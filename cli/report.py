"""droitcommun report: the draft of the yearly report on politique de la ville."""

from __future__ import annotations

from pathlib import Path

import click

from droitcommun.cli.options import Session, annee_argument, out_option, pass_session
from droitcommun.cli.output import emit, notice
from droitcommun.graph.langue import _
from droitcommun.graph.profils import PAR_DEFAUT, PROFILS
from droitcommun.graph.profils import profil as find_profil


@click.command(
    "report",
    help=_(
        "Écrit le projet du rapport annuel sur la politique de la ville que la loi demande aux communes et aux "
        "intercommunalités : un document Word à compléter. Les chiffres viennent de la campagne ANNEE ; ce qu'une "
        "personne doit écrire y est marqué."
    ),
    short_help=_("Écrit le projet du rapport annuel que la loi demande."),
)
@annee_argument()
@click.option("--commune", metavar="CODE", help=_("L'extrait d'une seule commune : son code Insee, ou son nom."))
@out_option(_("Où l'écrire ; sinon, dans sorties/ANNEE de l'espace de travail."))
@click.option(
    "--extraits",
    type=click.Path(path_type=Path, file_okay=False),
    metavar=_("DOSSIER"),
    help=_("Écrit aussi dans ce dossier l'extrait de chaque commune signataire."),
)
@click.option(
    "--profil",
    type=click.Choice(PROFILS),
    default=PAR_DEFAUT,
    show_default=True,
    help=_("Pour qui : ce que le profil ne laisse pas passer n'est écrit nulle part (docs/profils.md)."),
)
@pass_session
def command(
    session: Session, annee: int, commune: str | None, out: Path | None, extraits: Path | None, profil: str
) -> None:
    """Write the report, or an extract, and print the paths."""
    from droitcommun.graph.check import check_campagne
    from droitcommun.graph.dataset import activate
    from droitcommun.graph.export.rapport import write
    from droitcommun.graph.export.reworked import free_path, left_alone
    from droitcommun.graph.lots import write_together
    from droitcommun.graph.picture import build_picture
    from droitcommun.graph.pictures.profils import restrict_picture

    if commune is not None and extraits is not None:
        raise click.UsageError(
            _("--commune écrit un seul extrait, --extraits les écrit tous : choisissez l'un des deux.")
        )
    workspace = session.workspace()
    dataset = activate(workspace, session.contrat, annee)
    notice(_("Vérification de la campagne {annee}…").format(annee=annee))
    report = check_campagne(dataset, session.today(), originals=workspace.originals.path)
    whole = build_picture(dataset, report, workspace.graphs.fingerprint())
    picture = restrict_picture(whole, find_profil(profil))
    target = out or workspace.sorties(annee) / write.nom_du_rapport(picture, commune)
    files = {target: write.report_bytes(picture, commune)}
    if extraits is not None:
        files |= {extraits / name: data for name, data in write.extraits(picture).items()}
    free = {path: free_path(path) for path in files}
    write_together({free[path]: data for path, data in files.items()})
    for path in free.values():
        emit(str(path))
    for sentence in left_alone(free, free.values()):
        notice(sentence)
    notice(_("Complétez ce qui est marqué « À compléter », puis soumettez le projet pour avis (un mois au moins)."))
