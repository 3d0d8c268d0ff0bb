"""droitcommun campagne: open, follow, close and publish the collection of a year."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from droitcommun.cli.options import DATE, F, Session, annee_argument, format_option, out_option, pass_session
from droitcommun.cli.output import deliver, emit, notice
from droitcommun.cli.tableau import FORMS, deliver_table, require_file
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.profils import PROFILS

if TYPE_CHECKING:
    from droitcommun.graph.campagnes import CampagneInfo
    from droitcommun.graph.catalogue import Table
    from droitcommun.graph.published import Parution
    from droitcommun.graph.returns import Refusal, Return, Returns


class InOrder(click.Group):
    """A group that shows its commands in the order of the year."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of their definition."""
        return list(self.commands)


@click.group(
    "campagne",
    cls=InOrder,
    help=_(
        "Ouvre, suit, clôt et publie la campagne d'une année : celle du hackathon, qui recense le réalisé de "
        "l'an passé."
    ),
    short_help=_("Ouvre, suit, clôt ou publie la campagne d'une année."),
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


@command.command(
    "status",
    help=_(
        "Dit où en sont les retours de la campagne ANNEE, par organisme et par service : attendu, envoyé, reçu, cases "
        "à corriger, fichiers refusés, visa. « table » se lit ; json, csv et xlsx s'exportent, une ligne par service."
    ),
)
@annee_argument()
@format_option(*FORMS)
@out_option()
@pass_session
def status(session: Session, annee: int, form: str, out: Path | None) -> None:
    """Show the returns of a campagne, or export them."""
    from droitcommun.graph.returns import campagne_returns

    require_file(form, out)
    found = campagne_returns(session.workspace(), session.contrat, annee)
    if form == "table":
        deliver("\n".join(_status_lines(found)), out)
    else:
        deliver_table(_status_table(found), form, out)


@command.command("list", help=_("Montre les campagnes de l'espace de travail, et les publications de chacune."))
@pass_session
def list_(session: Session) -> None:
    """List the campagnes, oldest first, each with its publications and what changed since it was opened."""
    from droitcommun.graph.campagnes import list_campagnes, opening_changes

    workspace = session.workspace()
    infos = list_campagnes(workspace, session.contrat)
    if infos and workspace.fictif:
        emit(_("Données fictives"))
    for info in infos:
        emit(_sentence(info))
        for parution in info.parutions:
            emit(f"  {_publication_sentence(parution)}")
        if info.statut == "ouverte" and (changes := opening_changes(workspace, info)):
            emit("  " + _("A changé depuis l'ouverture : {liste}.").format(liste=", ".join(changes)))
    if not infos:
        emit(_("Aucune campagne. Ouvrez la première avec « droitcommun campagne open ANNEE »."))


@command.command("close", help=_("Clôt la campagne ANNEE : elle ne reçoit plus de classeur."))
@annee_argument()
@pass_session
def close(session: Session, annee: int) -> None:
    """Close a campagne."""
    from droitcommun.graph.campagnes import close_campagne

    emit(_sentence(close_campagne(session.workspace(), session.contrat, annee, session.today())))


@command.command(
    "publish",
    help=_(
        "Publie la campagne ANNEE, une fois close : ses produits sont datés, figés et gardés dans "
        "sorties/ANNEE/publication-N. Après une correction, une nouvelle publication s'ajoute ; l'ancienne reste, et "
        "se refait à l'octet près avec « hackathon ANNEE --publication N »."
    ),
)
@annee_argument()
@click.option("--motif", metavar=_("TEXTE"), help=_("Pourquoi on publie de nouveau, sans nom de personne."))
@click.option(
    "--profil",
    "profils",
    type=click.Choice(PROFILS),
    multiple=True,
    help=_("Un profil à publier ; plusieurs fois pour plusieurs. Par défaut : public et copil."),
)
@pass_session
def publish(session: Session, annee: int, motif: str | None, profils: tuple[str, ...]) -> None:
    """Publish a campagne and say what was frozen."""
    from droitcommun.graph.publications import PROFILS_PUBLIES, publish_campagne
    from droitcommun.graph.published import MANIFESTE

    workspace = session.workspace()
    notice(_("Les graphes sont refaits à partir des fichiers reçus, puis les produits : une minute environ…"))
    made = publish_campagne(
        workspace, session.contrat, annee, session.today(), motif=motif, profils=profils or PROFILS_PUBLIES
    )
    if workspace.fictif:
        emit(_("Données fictives"))
    emit(_publication_sentence(made))
    emit(
        _("Figé : {n} événements du journal · données {donnees} · règles {regles} · questions {questions}").format(
            n=made.journal,
            donnees=made.empreinte[:12],
            regles=made.logiciel.regles[:12],
            questions=made.logiciel.requetes[:12],
        )
    )
    emit(_("logiciel {version} (code {code})").format(version=made.logiciel.version, code=made.logiciel.code[:12]))
    folder = workspace.folder / made.dossier
    for profil, files in made.profils.items():
        for name, sha256 in files.items():
            emit(f"{sha256[:12]}  {folder / profil / name}")
    emit(str(folder / MANIFESTE))


@command.command(
    "reopen",
    help=_(
        "Rouvre la campagne ANNEE pour une correction tardive, avec son motif. Ce qui a été publié ne change pas ; "
        "ensuite : recevoir, clore, publier de nouveau."
    ),
)
@annee_argument()
@click.option("--motif", metavar=_("TEXTE"), required=True, help=_("Pourquoi on rouvre, sans nom de personne."))
@pass_session
def reopen(session: Session, annee: int, motif: str) -> None:
    """Open a campagne again."""
    from droitcommun.graph.publications import reopen_campagne

    emit(_sentence(reopen_campagne(session.workspace(), session.contrat, annee, motif, session.today())))


def _publication_sentence(parution: Parution) -> str:
    from droitcommun.graph.formats import date_courte

    n_files = sum(len(files) for files in parution.profils.values())
    said = _("publication {numero} du {date} ({profils}, {n} fichiers)").format(
        numero=parution.numero, date=date_courte(parution.le), profils=", ".join(parution.profils), n=n_files
    )
    return f"{said} : {parution.motif}" if parution.motif else said


def _status_lines(found: Returns) -> Iterator[str]:
    """Yield the returns for people: what remains, then the bodies by state, and their services if several."""
    from droitcommun.graph.words import etats_reponse

    if found.fictif:
        yield _("Données fictives")
    yield _sentence(found.campagne)
    yield found.sentence()
    bodies: dict[str, list[Return]] = {}
    for line in found.lines:
        bodies.setdefault(line.organisme, []).append(line)
    groups: dict[str, list[list[Return]]] = {etat: [] for etat in etats_reponse()}
    for services in bodies.values():
        groups[_answer(services)].append(services)
    for etat, words in etats_reponse().items():
        if groups[etat]:
            yield f"\n{words[:1].upper()}{words[1:]} ({len(groups[etat])})"
        for services in groups[etat]:
            yield f"  {services[0].libelle} ({services[0].organisme}) · " + " · ".join(_body_words(services))
            if len(services) > 1:
                yield from (
                    f"    {line.service or _('sans service nommé')} · " + " · ".join(_words(line)) for line in services
                )
    if found.pilotage:
        yield "\n" + _("Classeur de pilotage : {etat}").format(etat=" · ".join(_words(found.pilotage)))
    if found.refus:
        yield "\n" + _("Fichiers refusés, sans qu'on sache de qui ({n})").format(n=len(found.refus))
        yield from (f"  {_refusal(refusal)}" for refusal in found.refus)


def _service(line: Return) -> str:
    return line.service or _("sans service nommé")


def _answer(services: list[Return]) -> str:
    received = [line for line in services if line.recu_le]
    if not received:
        return "pas-de-reponse"
    return "neant-declare" if all(line.etat == "neant-declare" for line in received) else "repondu"


def _body_words(services: list[Return]) -> Iterator[str]:
    """Yield the words for a body: those of its service, or the sum of its services."""
    if len(services) == 1:
        if services[0].service:
            yield services[0].service
        yield from _words(services[0])
        return
    from droitcommun.graph.words import etats_visa

    received = [line for line in services if line.recu_le]
    words = ngettext("{recus} service reçu sur {n}", "{recus} services reçus sur {n}", len(received))
    yield words.format(recus=len(received), n=len(services))
    if received:
        rank = list(etats_visa())
        yield etats_visa()[max((line.visa or "non-vise" for line in received), key=rank.index)]


def _words(line: Return) -> Iterator[str]:
    """Yield what is known of one service's answer."""
    from droitcommun.graph.formats import date_courte
    from droitcommun.graph.words import etats_visa

    if line.recu_le is None:
        yield (
            _("classeur préparé le {date}").format(date=date_courte(line.envoye_le))
            if line.envoye_le
            else _("aucun classeur préparé")
        )
    else:
        yield _("reçu le {date}").format(date=date_courte(line.recu_le))
        yield _("version {n}").format(n=line.version)
        if line.etat == "neant-declare":
            yield _("néant")
    if line.reserves:
        yield ngettext("{n} case à corriger", "{n} cases à corriger", line.reserves).format(n=line.reserves)
    if line.refus:
        yield _("refusé : {fichier}").format(fichier=_refusal(line.refus[-1]))
    if line.visa:
        yield etats_visa()[line.visa]


def _refusal(refusal: Refusal) -> str:
    from droitcommun.graph.formats import date_courte
    from droitcommun.graph.words import motifs_de_refus

    words = motifs_de_refus()
    return f"{refusal.fichier}, {date_courte(refusal.le)} ({', '.join(words.get(p, p) for p in refusal.problemes)})"


def _status_table(found: Returns) -> Table:
    from droitcommun.graph.export.listing import listing
    from droitcommun.graph.returns import as_row
    from droitcommun.graph.words import etats_retour, etats_visa

    columns = (
        ("organisme", "code", _("Code de l'organisme.")),
        ("libelle_organisme", "text", _("Son nom.")),
        ("service", "text", _("Le service ; vide tant que l'organisme n'en a nommé aucun.")),
        ("attendu", "boolean", _("L'organisme est dans la liste figée à l'ouverture.")),
        ("etat", "code", " ; ".join(f"{code} : {words}" for code, words in etats_retour().items())),
        ("envoye_le", "date", _("Jour où son classeur a été préparé pour la dernière fois.")),
        ("recu_le", "date", _("Jour où la version actuelle a été reçue.")),
        ("version", "integer", _("Version actuelle.")),
        ("reponse_le", "date", _("Date de réponse écrite dans le classeur.")),
        ("n_reserves", "integer", _("Cases illisibles ou vides à corriger dans la version actuelle.")),
        ("n_refus", "integer", _("Fichiers refusés depuis la dernière version reçue.")),
        ("dernier_refus", "text", _("Le dernier fichier refusé, et pourquoi.")),
        ("visa", "code", " ; ".join(f"{code} : {words}" for code, words in etats_visa().items())),
        ("visa_le", "date", _("Jour du dernier visa.")),
    )
    info = found.campagne
    title = _("Retours de la campagne {annee}").format(annee=info.annee)
    notes = [_("Données fictives"), found.sentence()] if found.fictif else [found.sentence()]
    if found.refus:
        files = " ; ".join(_refusal(refusal) for refusal in found.refus)
        notes.append(_("Fichiers refusés, sans qu'on sache de qui : {fichiers}.").format(fichiers=files))
    if found.pilotage:
        notes.append(_("Classeur de pilotage : {etat}").format(etat=" · ".join(_words(found.pilotage))))
    rows = [as_row(line) for line in found.lines]
    return listing("retours-par-service", title, _sentence(info), columns, rows, info.contrat, info.annee, notes)


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
