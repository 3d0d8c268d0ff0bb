"""droitcommun link: say that two actions are one, or that they only look alike."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from droitcommun.cli.options import Session, campagne_option, format_option, out_option, pass_session
from droitcommun.cli.output import emit
from droitcommun.cli.tableau import FORMS, deliver_table
from droitcommun.graph.langue import _

if TYPE_CHECKING:
    from droitcommun.graph.decisions.links import Link, Links


@click.command(
    "link",
    help=_(
        "Dit que deux actions déclarées séparément sont la même : elles ne comptent plus qu'une fois, et leurs moyens "
        "restent à chacune (l'argent n'est jamais fusionné). Avec --distinctes, dit qu'elles se ressemblent "
        "seulement : elles ne sont plus proposées. Avec --list, montre les doublons possibles et ce qui est décidé."
    ),
    short_help=_("Relie deux actions déclarées deux fois, ou les distingue."),
)
@click.argument(
    "premiere", required=False, metavar="ACTION", help=_("Le code de l'action (son début suffit), ou son intitulé.")
)
@click.argument("seconde", required=False, metavar="ACTION", help=_("L'autre action, de la même campagne."))
@click.option("--distinctes", is_flag=True, help=_("Ce sont deux actions : ne plus les proposer."))
@click.option("--annuler", is_flag=True, help=_("Oublie ce qui a été décidé de ces deux actions."))
@click.option("--list", "listing", is_flag=True, help=_("Montre les doublons possibles et les liens décidés."))
@campagne_option()
@format_option(*FORMS)
@out_option()
@pass_session
def command(
    session: Session,
    premiere: str | None,
    seconde: str | None,
    distinctes: bool,
    annuler: bool,
    listing: bool,
    annee: int | None,
    form: str,
    out: Path | None,
) -> None:
    """Link two actions, tell them apart, undo either, or list."""
    from droitcommun.graph.decisions import links

    workspace, today = session.workspace(), session.today()
    if listing:
        _list(session, links.list_links(workspace, session.contrat, annee), form, out)
        return
    if premiere is None or seconde is None:
        raise click.UsageError(_("Donnez deux actions, ou --list pour voir les doublons possibles."))
    if annuler and distinctes:
        raise click.UsageError(_("--annuler oublie le lien comme la distinction : --distinctes est de trop."))
    if annuler:
        gone = links.unlink_actions(workspace, session.contrat, annee, premiere, seconde, today)
        emit(_("Oublié : {actions}.").format(actions=_words(gone)))
        return
    made = links.link_actions(workspace, session.contrat, annee, premiere, seconde, today, distinctes)
    if distinctes:
        emit(_("Deux actions distinctes : {actions}.").format(actions=_words(made)))
    else:
        emit(_("La même action : {actions}. Leurs moyens ne changent pas.").format(actions=_words(made)))


def _words(link: Link) -> str:
    return " · ".join(f"{a.reference} (« {a.titre} »)" for a in (link.premiere, link.seconde))


def _list(session: Session, found: Links, form: str, out: Path | None) -> None:
    from droitcommun.graph.export.listing import listing
    from droitcommun.graph.formats import montant
    from droitcommun.graph.names import local_code
    from droitcommun.graph.words import etats_lien

    contrat = session.workspace().choose_contrat(session.contrat)
    columns = (
        ("etat", "code", _("possible (à décider), meme (déjà reliées) ou distinctes (déjà distinguées).")),
        ("action_1", "text", _("Code de la première action, pour « droitcommun link ».")),
        ("titre_1", "text", _("Son intitulé.")),
        ("organisme_1", "code", _("Qui la déclare.")),
        ("action_2", "text", _("Code de la seconde.")),
        ("titre_2", "text", _("Son intitulé.")),
        ("organisme_2", "code", _("Qui la déclare.")),
        ("sommes", "text", _("Les sommes identiques : source, exercice et montant.")),
        ("proximite", "integer", _("Ressemblance des intitulés, de 0 à 100.")),
    )
    rows: list[dict[str, object]] = [
        {
            "etat": "possible",
            "action_1": local_code(d.premiere.action),
            "titre_1": d.premiere.titre,
            "organisme_1": d.premiere.organisme,
            "action_2": local_code(d.seconde.action),
            "titre_2": d.seconde.titre,
            "organisme_2": d.seconde.organisme,
            "sommes": " ; ".join(f"{s.source} {s.exercice} : {montant(s.unite, s.quantite)}" for s in d.sommes),
            "proximite": d.proximite,
        }
        for d in found.possibles
    ]
    rows += [
        {
            "etat": link.genre,
            "action_1": local_code(link.premiere.iri),
            "titre_1": link.premiere.titre,
            "organisme_1": link.premiere.organisme,
            "action_2": local_code(link.seconde.iri),
            "titre_2": link.seconde.titre,
            "organisme_2": link.seconde.organisme,
        }
        for link in found.decides
    ]
    title = _("Doublons possibles et liens entre actions, campagne {annee}").format(annee=found.annee)
    text = _("Mêmes source, exercice et montant, intitulés voisins : quelqu'un décide, rien n'est fusionné.")
    deliver_table(listing("liens", title, text, columns, rows, contrat, found.annee), form, out, etats_lien())
