"""droitcommun purge: what is held of a person, and its erasure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from droitcommun.cli.options import Session, format_option, out_option, pass_session
from droitcommun.cli.output import deliver, emit, notice
from droitcommun.graph.langue import _, ngettext

if TYPE_CHECKING:
    from droitcommun.graph.personnes.access import Mention
    from droitcommun.graph.personnes.erasure import Effacement
    from droitcommun.graph.workspace import Workspace


@click.command(
    "purge",
    help=_(
        "Montre tout ce que l'espace de travail contient sur PERSONNE (un nom, une adresse, un téléphone) : quoi, où, "
        "depuis quand. C'est la réponse à une demande d'accès. Avec « --confirme », l'efface pour de bon : les "
        "fichiers reçus sont remplacés par une copie sans elle. « --echus » vise les contacts dont le délai de "
        "conservation est passé ; « --registre » écrit la fiche du registre des traitements."
    ),
    short_help=_("Montre, ou efface, ce qui est gardé d'une personne."),
)
@click.argument("personne", metavar=_("[PERSONNE]"), required=False)
@click.option("--acces", is_flag=True, help=_("Montre seulement : c'est aussi ce qui se passe sans --confirme."))
@click.option("--confirme", is_flag=True, help=_("Efface. On ne revient pas en arrière."))
@click.option("--echus", is_flag=True, help=_("Les contacts des campagnes closes depuis plus longtemps que le délai."))
@click.option("--registre", is_flag=True, help=_("Écrit la fiche du registre des traitements (RGPD, article 30)."))
@format_option("text", "json")
@out_option()
@pass_session
def command(
    session: Session,
    personne: str | None,
    acces: bool,
    confirme: bool,
    echus: bool,
    registre: bool,
    form: str,
    out: Path | None,
) -> None:
    """Answer a request for access, erase a person, or write the register's entry."""
    if sum((personne is not None, echus, registre)) != 1:
        raise click.UsageError(_("Donnez une personne, ou « --echus », ou « --registre » : un seul des trois."))
    if acces and confirme:
        raise click.UsageError(_("« --acces » montre et « --confirme » efface : choisissez."))
    if registre:
        from droitcommun.graph.personnes.register import registre_markdown

        deliver(registre_markdown(session.workspace()), out)
    elif echus:
        _expired(session, confirme)
    elif confirme:
        from droitcommun.graph.personnes.erasure import erase_personne

        assert personne is not None  # noqa: S101
        _say(erase_personne(session.workspace(), personne, session.today()))
    else:
        from droitcommun.graph.personnes.access import access_report

        assert personne is not None  # noqa: S101
        workspace = session.workspace()
        _who, found = access_report(workspace, personne)
        deliver(_as_json(found) if form == "json" else "\n".join(_lines(workspace, found)), out)
        if not acces:
            notice(_("Rien n'est effacé. Pour effacer : la même commande avec « --confirme »."))


def _expired(session: Session, confirme: bool) -> None:
    from droitcommun.graph.personnes.erasure import erase_expired, expired_campagnes

    workspace = session.workspace()
    expired = expired_campagnes(workspace, session.today())
    for contrat, annee in expired:
        emit(
            _("{contrat} · campagne {annee} : le délai de ses contacts est passé.").format(contrat=contrat, annee=annee)
        )
    if not expired:
        emit(_("Aucun contact n'a dépassé son délai ({n} ans).").format(n=workspace.settings.conservation_contacts))
    elif confirme:
        _say(erase_expired(workspace, session.today()))
    else:
        notice(_("Rien n'est effacé. Pour effacer : la même commande avec « --confirme »."))


def _lines(workspace: Workspace, found: Sequence[Mention]) -> list[str]:
    from droitcommun.graph.formats import date_courte
    from droitcommun.graph.personnes.access import in_words

    words = {
        "contact": _("Contact"),
        "fichier": _("Fichier reçu"),
        "graphe": _("Donnée"),
        "journal": _("Journal"),
        "publication": _("Publication"),
        "produit": _("Produit"),
        "autre": _("Autre fichier"),
    }
    lines = [ngettext("{n} mention", "{n} mentions", len(found)).format(n=len(found))]
    for mention in found:
        since = _("depuis le {date}").format(date=date_courte(mention.depuis)) if mention.depuis else ""
        place = " ".join(part for part in in_words(workspace, mention) if part)
        lines.append("  " + " · ".join(p for p in (words[mention.genre], place, since, mention.texte) if p))
    return lines


def _as_json(found: Sequence[Mention]) -> str:
    rows = [{**asdict(m), "depuis": m.depuis.isoformat() if m.depuis else None} for m in found]
    return json.dumps({"mentions": rows}, ensure_ascii=False, indent=2)


def _say(done: Effacement) -> None:
    """Say what was erased, what is left to do by hand, and what the fingerprint became."""
    for name in done.fichiers:
        emit(_("Fichier reçu remplacé par une copie sans elle : {nom}").format(nom=name))
    for name in done.retires:
        emit(_("Fichier refusé, retiré : {nom}").format(nom=name))
    for name in done.produits:
        emit(_("Produit retiré, à refaire : {nom}").format(nom=name))
    if done.lignes:
        emit(_("Lignes du journal récrites : {n}").format(n=done.lignes))
    if done.avant == done.apres:
        emit(_("empreinte : {empreinte} (inchangée : seuls les contacts la nommaient)").format(empreinte=done.apres))
    else:
        emit(_("empreinte : {empreinte} (avant : {avant})").format(empreinte=done.apres, avant=done.avant))
    for text in done.partages:
        notice(_("Gardé, car c'est aussi celui d'un autre contact : {texte}").format(texte=text))
    for name in done.restes:
        notice(_("À effacer vous-même, car aucune commande ne l'a fait : {nom}").format(nom=name))
    notice(_("Pensez aux sauvegardes faites avant ce jour, et aux courriels : ils la nomment encore."))
