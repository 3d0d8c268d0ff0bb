"""droitcommun waive: leave a finding as it is, for a reason and until a day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from droitcommun.cli.options import DATE, Session, campagne_option, format_option, out_option, pass_session
from droitcommun.cli.output import emit
from droitcommun.cli.tableau import FORMS, deliver_table
from droitcommun.graph.langue import _

if TYPE_CHECKING:
    from droitcommun.graph.decisions.waivers import Waived


@click.command(
    "waive",
    help=_(
        "Accorde une dérogation à un constat : il reste montré, à part, avec son motif, et ne compte plus comme ouvert "
        "jusqu'au dernier jour donné. Passé ce jour, ou si ses données changent, il redevient un constat ouvert."
    ),
    short_help=_("Accorde une dérogation à un constat."),
)
@click.argument(
    "constat",
    required=False,
    metavar="CONSTAT",
    help=_("L'identifiant du constat, écrit par « droitcommun check » ; son début suffit (quatre signes au moins)."),
)
@click.option("--motif", metavar=_("TEXTE"), help=_("Pourquoi ; ce texte sera montré."))
@click.option("--expire", type=DATE, metavar=_("AAAA-MM-JJ"), help=_("Le dernier jour de la dérogation."))
@click.option("--annuler", is_flag=True, help=_("Lève la dérogation accordée par cette commande."))
@click.option("--list", "listing", is_flag=True, help=_("Montre les dérogations de la campagne."))
@campagne_option()
@format_option(*FORMS)
@out_option()
@pass_session
def command(
    session: Session,
    constat: str | None,
    motif: str | None,
    expire: date | None,
    annuler: bool,
    listing: bool,
    annee: int | None,
    form: str,
    out: Path | None,
) -> None:
    """Grant, lift or list dérogations."""
    from droitcommun.graph.decisions import waivers
    from droitcommun.graph.export.constats.groups import sentence
    from droitcommun.graph.formats import date_courte

    workspace, today = session.workspace(), session.today()
    if listing:
        _list(session, waivers.list_waivers(workspace, session.contrat, annee, today), annee, form, out)
        return
    if constat is None:
        raise click.UsageError(_("Quel constat ? Donnez son identifiant, ou --list pour voir les dérogations."))
    if annuler:
        lifted = waivers.lift_waiver(workspace, session.contrat, annee, constat, today)
        emit(_("Dérogation levée : {constat}.").format(constat=_words(lifted)))
        return
    if not motif or expire is None:
        raise click.UsageError(_("Une dérogation demande un motif (--motif) et un dernier jour (--expire)."))
    granted = waivers.waive_finding(workspace, session.contrat, annee, constat, motif, expire, today)
    emit(
        _("Dérogation accordée jusqu'au {jour} : {constat}.").format(
            jour=date_courte(granted.expire), constat=_words(granted)
        )
    )
    if granted.finding:
        emit("  " + sentence(granted.finding))
    emit(_("Pour la lever : « droitcommun waive {id} --annuler ».").format(id=granted.constat))


def _words(waived: Waived) -> str:
    if waived.finding is None:
        return waived.constat
    return f"{waived.constat} [{waived.finding.regle}] {waived.finding.libelle}"


def _list(session: Session, found: list[Waived], annee: int | None, form: str, out: Path | None) -> None:
    from droitcommun.graph.campagnes import chosen_campagne
    from droitcommun.graph.export.listing import listing
    from droitcommun.graph.words import etats_derogation

    info = chosen_campagne(session.workspace(), session.contrat, annee)
    columns = (
        ("constat", "text", _("Identifiant du constat.")),
        ("regle", "text", _("Sa règle ; vide s'il n'existe plus.")),
        ("organisme", "code", _("L'organisme concerné ; vide pour le contrat, ou si le constat n'existe plus.")),
        ("sujet", "text", _("Ce sur quoi il porte.")),
        ("motif", "text", _("Pourquoi la dérogation est accordée.")),
        ("expire", "date", _("Son dernier jour.")),
        ("etat", "code", " ; ".join(f"{code} : {words}" for code, words in etats_derogation().items())),
        ("origine", "code", _("commande, ou classeur pour celles du classeur de pilotage.")),
    )
    rows = [
        {
            "constat": w.constat,
            "regle": w.finding.regle if w.finding else None,
            "organisme": w.finding.organisme if w.finding else None,
            "sujet": w.finding.libelle if w.finding else None,
            "motif": w.motif,
            "expire": w.expire,
            "etat": w.etat,
            "origine": "commande" if w.par_commande else "classeur",
        }
        for w in found
    ]
    title = _("Dérogations de la campagne {annee}").format(annee=info.annee)
    text = _("Les constats que les copilotes ont décidé de laisser en l'état, du premier à expirer au dernier.")
    table = listing("derogations", title, text, columns, rows, info.contrat, info.annee)
    deliver_table(table, form, out, etats_derogation())
