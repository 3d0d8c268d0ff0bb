"""droitcommun campagne: open, follow and close the collection of a year."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

import click

from droitcommun.cli.options import DATE, F, Session, annee_argument, pass_session
from droitcommun.cli.output import emit
from droitcommun.graph.langue import _, ngettext

if TYPE_CHECKING:
    from droitcommun.graph.campagnes import CampagneInfo


class InOrder(click.Group):
    """A group that shows its commands in the order of the year."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of their definition."""
        return list(self.commands)


@click.group(
    "campagne",
    cls=InOrder,
    help=_("Ouvre, suit et clôt la campagne d'une année : celle du hackathon, qui recense le réalisé de l'an passé."),
    short_help=_("Ouvre, suit ou clôt la campagne d'une année."),
    subcommand_metavar=_("COMMANDE [ARGUMENTS]..."),
)
def command() -> None:
    """Group the commands of a campagne."""


def _date_option(name: str, help_text: str) -> Callable[[F], F]:
    return click.option(name, type=DATE, metavar=_("AAAA-MM-JJ"), help=help_text)


@command.command("open", help=_("Ouvre la campagne ANNEE et fige la liste des organismes attendus."))
@annee_argument()
@_date_option("--ouverture", _("Premier jour de la campagne ; le 1er janvier par défaut."))
@_date_option("--cloture", _("Dernier jour pour répondre ; le 31 décembre par défaut."))
@_date_option("--reference", _("Jour où l'on regarde qui est partie au contrat ; la clôture par défaut."))
@pass_session
def open_(session: Session, annee: int, ouverture: date | None, cloture: date | None, reference: date | None) -> None:
    """Open a campagne and say the next move."""
    from droitcommun.graph.campagnes import open_campagne

    info = open_campagne(
        session.workspace(), session.contrat, annee, ouverture, cloture, reference, today=session.today()
    )
    emit(_sentence(info))
    emit(_("Ensuite : « droitcommun template {annee} » prépare les classeurs à envoyer.").format(annee=annee))


@command.command("status", help=_("Dit qui a répondu à la campagne ANNEE et qui l'on attend encore."))
@annee_argument()
@pass_session
def status(session: Session, annee: int) -> None:
    """Show the state of a campagne and its returns, body by body."""
    from droitcommun.graph.campagnes import find_campagne
    from droitcommun.graph.catalogue import find_query, run
    from droitcommun.graph.dataset import activate
    from droitcommun.graph.words import etats_reponse

    workspace = session.workspace()
    info = find_campagne(workspace, session.contrat, annee)
    dataset = activate(workspace, info.contrat, annee)
    emit(_sentence(info))
    rows = run(find_query("retours"), dataset, {"annee": str(annee)}).rows
    for etat, words in etats_reponse().items():
        concerned = [row for row in rows if row["etat"] == etat]
        if concerned:
            emit(f"\n{words[:1].upper()}{words[1:]} ({len(concerned)})")
        for row in concerned:
            emit("  " + " · ".join(_return(row)))


@command.command("list", help=_("Montre les campagnes de l'espace de travail."))
@pass_session
def list_(session: Session) -> None:
    """List the campagnes, oldest first."""
    from droitcommun.graph.campagnes import list_campagnes

    infos = list_campagnes(session.workspace(), session.contrat)
    for info in infos:
        emit(_sentence(info))
    if not infos:
        emit(_("Aucune campagne. Ouvrez la première avec « droitcommun campagne open ANNEE »."))


@command.command("close", help=_("Clôt la campagne ANNEE : elle ne reçoit plus de classeur."))
@annee_argument()
@pass_session
def close(session: Session, annee: int) -> None:
    """Close a campagne."""
    from droitcommun.graph.campagnes import close_campagne

    emit(_sentence(close_campagne(session.workspace(), session.contrat, annee, session.today())))


def _return(row: Mapping[str, object]) -> Iterator[str]:
    """Yield what is known of one body's answer."""
    from droitcommun.graph.formats import date_courte

    yield f"{row['libelle_organisme']} ({row['organisme']})"
    n_services, n_actions, le = row["n_services"], row["n_actions"], row["date_reponse"]
    if isinstance(n_services, int) and n_services:
        yield ngettext("{n} service", "{n} services", n_services).format(n=n_services)
    if isinstance(n_actions, int):
        yield ngettext("{n} action", "{n} actions", n_actions).format(n=n_actions)
    if isinstance(le, date):
        yield _("le {date}").format(date=date_courte(le))
    if row["visa"] is not None:
        yield _("visé") if row["visa"] else _("pas encore visé")


def _sentence(info: CampagneInfo) -> str:
    from droitcommun.graph.formats import date_courte

    statuts = {"ouverte": _("ouverte"), "close": _("close"), "publiee": _("publiée")}
    return _(
        "{contrat} · campagne {annee} : {statut}, du {ouverture} au {cloture} ; "
        "organismes ayant répondu : {recus} sur {attendus}."
    ).format(
        contrat=info.contrat,
        annee=info.annee,
        statut=statuts.get(info.statut, info.statut),
        ouverture=date_courte(info.ouverture),
        cloture=date_courte(info.cloture),
        recus=info.n_recus,
        attendus=info.n_attendus,
    )
