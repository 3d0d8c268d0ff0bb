"""droitcommun explain: from a number to the cells of the files it comes from."""

from __future__ import annotations

from pathlib import Path

import click

from droitcommun.cli.options import Session, campagne_option, format_option, out_option, pass_session
from droitcommun.cli.output import deliver, notice
from droitcommun.graph.langue import _


@click.command(
    "explain",
    help=_(
        "Dit d'où vient SUJET : un chiffre des produits (F-euros-1), la case d'une question "
        "(mobilisation-par-ambition:3:euros_dc), un identifiant ou un code. Descend jusqu'au fichier, à la feuille, "
        "à la cellule, au texte saisi et à l'empreinte du fichier."
    ),
    short_help=_("Dit d'où vient un chiffre."),
)
@click.argument("sujet", metavar=_("SUJET"), help=_("Le chiffre, la case ou l'identifiant."))
@campagne_option()
@click.option(
    "-p", "--param", "parameters", multiple=True, metavar=_("NOM=VALEUR"), help=_("Un paramètre de la question.")
)
@click.option("--toutes", is_flag=True, help=_("Montre tous les éléments, et non les premiers."))
@format_option("text", "json")
@out_option()
@pass_session
def command(
    session: Session,
    sujet: str,
    annee: int | None,
    parameters: tuple[str, ...],
    toutes: bool,
    form: str,
    out: Path | None,
) -> None:
    """Explain one thing; the last campagne is the one asked when none is named."""
    from droitcommun.cli.query import values_of
    from droitcommun.graph.campagnes import list_campagnes
    from droitcommun.graph.dataset import activate
    from droitcommun.graph.errors import CampagneInconnue
    from droitcommun.graph.explain import explain
    from droitcommun.graph.export import explanation

    workspace = session.workspace()
    contrat = workspace.choose_contrat(session.contrat)
    if annee is None:
        known = list_campagnes(workspace, contrat)
        if not known:
            raise CampagneInconnue(session.today().year, [])
        annee = known[-1].annee
    dataset = activate(workspace, contrat, annee)
    found = explain(dataset, sujet, workspace.originals.path, values_of(sujet, parameters))
    if form == "json":
        text = explanation.to_json(found, workspace.fictif)
    else:
        text = explanation.to_text(found, workspace.fictif, toutes)
    deliver(text, out, machine=form == "json")
    if out is not None:
        notice(_("Écrit : {fichier}").format(fichier=out))
