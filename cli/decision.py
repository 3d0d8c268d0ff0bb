"""droitcommun decision: the relevé de décisions, who does what and by when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from droitcommun.cli.options import DATE, F, Session, campagne_option, format_option, out_option, pass_session
from droitcommun.cli.output import emit
from droitcommun.cli.tableau import FORMS, deliver_table
from droitcommun.graph.langue import _

if TYPE_CHECKING:
    from droitcommun.graph.decisions.releve import DecisionLine

ETATS = ("a-faire", "en-cours", "realisee", "abandonnee")


@click.group(
    "decision",
    help=_("Tient le relevé de décisions d'une campagne : ce qui est décidé, par qui, pour quand, et où l'on en est."),
    short_help=_("Tient le relevé de décisions."),
    subcommand_metavar=_("COMMANDE [ARGUMENTS]..."),
)
def command() -> None:
    """Group the commands of the relevé."""


def _who_when() -> Callable[[F], F]:
    def decorate(function: F) -> F:
        for option in (
            click.option("--seance", metavar="CODE", help=_("La séance qui l'a prise, comme « copil-2026-06-12 ».")),
            click.option("--echeance", type=DATE, metavar=_("AAAA-MM-JJ"), help=_("Pour quand.")),
            click.option("--responsable", metavar="CODE", help=_("Le code de l'organisme qui s'en charge.")),
        ):
            function = option(function)
        return function

    return decorate


@command.command("add", help=_("Ajoute une décision, à faire, et donne son code (D1, D2 …)."))
@click.argument("titre", metavar=_("TEXTE"), help=_("Ce qui est décidé, sans nom de personne."))
@_who_when()
@campagne_option()
@pass_session
def add(
    session: Session,
    titre: str,
    responsable: str | None,
    echeance: date | None,
    seance: str | None,
    annee: int | None,
) -> None:
    """Add a décision."""
    from droitcommun.graph.decisions.releve import take_decision

    made = take_decision(
        session.workspace(), session.contrat, annee, titre, session.today(), responsable, echeance, seance
    )
    emit(_("Décision notée. {decision}").format(decision=_words(made)))


@command.command("set", help=_("Change l'état, le responsable, l'échéance ou la séance d'une décision."))
@click.argument("code", metavar="CODE", help=_("Le code de la décision, comme D1."))
@click.option("--etat", type=click.Choice(ETATS), help=_("Où l'on en est."))
@_who_when()
@campagne_option()
@pass_session
def set_(
    session: Session,
    code: str,
    etat: str | None,
    responsable: str | None,
    echeance: date | None,
    seance: str | None,
    annee: int | None,
) -> None:
    """Change a décision."""
    from droitcommun.graph.decisions.releve import follow_decision

    if not any((etat, responsable, echeance, seance)):
        raise click.UsageError(_("Que change-t-on ? Donnez --etat, --responsable, --echeance ou --seance."))
    changed = follow_decision(
        session.workspace(), session.contrat, annee, code, session.today(), etat, responsable, echeance, seance
    )
    emit(_("Décision suivie. {decision}").format(decision=_words(changed)))


@command.command("remove", help=_("Retire une décision notée par erreur (une décision abandonnée se dit par --etat)."))
@click.argument("code", metavar="CODE", help=_("Le code de la décision, comme D1."))
@campagne_option()
@pass_session
def remove(session: Session, code: str, annee: int | None) -> None:
    """Take a décision back."""
    from droitcommun.graph.decisions.releve import withdraw_decision

    gone = withdraw_decision(session.workspace(), session.contrat, annee, code, session.today())
    emit(_("Décision retirée. {decision}").format(decision=_words(gone)))


@command.command("list", help=_("Montre le relevé de décisions, celles du classeur de pilotage comprises."))
@campagne_option()
@format_option(*FORMS)
@out_option()
@pass_session
def list_(session: Session, annee: int | None, form: str, out: Path | None) -> None:
    """Show the relevé."""
    from droitcommun.graph.campagnes import chosen_campagne
    from droitcommun.graph.decisions.releve import list_decisions
    from droitcommun.graph.export.listing import listing
    from droitcommun.graph.words import etats_decision

    workspace = session.workspace()
    info = chosen_campagne(workspace, session.contrat, annee)
    lines = list_decisions(workspace, info.contrat, info.annee, session.today())
    columns = (
        ("code", "text", _("Code de la décision, pour « droitcommun decision set ».")),
        ("decision", "text", _("Ce qui est décidé.")),
        ("responsable", "code", _("L'organisme qui s'en charge ; vide si personne n'est nommé.")),
        ("echeance", "date", _("Pour quand ; vide si rien n'est fixé.")),
        ("etat", "code", " ; ".join(f"{code} : {words}" for code, words in etats_decision().items())),
        ("en_retard", "boolean", _("Échéance passée, décision ni réalisée ni abandonnée.")),
        ("seance", "text", _("La séance qui l'a prise.")),
        ("origine", "code", _("commande, ou classeur pour celles du classeur de pilotage.")),
    )
    rows = [
        {
            "code": d.code,
            "decision": d.titre,
            "responsable": d.responsable,
            "echeance": d.echeance,
            "etat": d.etat,
            "en_retard": d.en_retard,
            "seance": d.seance,
            "origine": "commande" if d.par_commande else "classeur",
        }
        for d in lines
    ]
    title = _("Relevé de décisions de la campagne {annee}").format(annee=info.annee)
    text = _("Ce qui est décidé, par qui, pour quand, et où l'on en est ; par échéance.")
    table = listing("decisions", title, text, columns, rows, info.contrat, info.annee)
    deliver_table(table, form, out, etats_decision())


def _words(line: DecisionLine) -> str:
    from droitcommun.graph.formats import date_courte
    from droitcommun.graph.words import etats_decision

    parts = [f"{line.code} : {line.titre}", etats_decision().get(line.etat, line.etat)]
    if line.libelle_responsable:
        parts.append(line.libelle_responsable)
    if line.echeance:
        parts.append(_("pour le {jour}").format(jour=date_courte(line.echeance)))
    return " – ".join(parts)
