"""One message a body and service that has something to do: what is missing, why it matters, by when. Plain data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from droitcommun.graph.checks.findings import CheckReport, Finding
from droitcommun.graph.checks.nodes import Nodes
from droitcommun.graph.export.constats.groups import body_names, place, sentence
from droitcommun.graph.formats import date_longue, typographie
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.names import PREFIXES, cdv

_TYPE = PREFIXES["rdf"] + "type"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
# Who among the addressees of a rule is the body itself; the others act elsewhere.
_OWN = ("contributeur", "commune")


@dataclass(frozen=True)
class Bloc:
    """Points under one heading of a message; `findings` are in reading order."""

    titre: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Relance:
    """One message. `service` is "" when the body answers as a whole; `muet` when nothing was received from it.

    `pourquoi`, `echeance` and `comment` are sentences; `cloture` is the last day to answer; `partages` are the ids of
    the points that the other services of the body are told too.
    """

    organisme: str
    libelle: str
    service: str
    muet: bool
    objet: str
    ouverture: str
    blocs: tuple[Bloc, ...]
    pourquoi: tuple[str, ...]
    echeance: str
    comment: tuple[str, ...]
    signature: tuple[str, ...]
    cloture: date
    fictif: bool
    partages: frozenset[str] = frozenset()

    def compte(self, gravite: str) -> int:
        """Return how many points of a severity are open."""
        points = (f for bloc in self.blocs for f in bloc.findings)
        return sum(f.gravite == gravite and f.etat == "ouvert" for f in points)

    def a_venir(self) -> int:
        """Return how many points are not due yet."""
        return sum(f.etat == "a-venir" for bloc in self.blocs for f in bloc.findings)


def services_of(nodes: Nodes, findings: Iterable[Finding]) -> dict[str, str]:
    """Return the service each finding comes from, by the finding's id; a finding about the whole body has none."""
    found = {finding.id: _service(nodes, finding.sujet) for finding in findings}
    return {key: service for key, service in found.items() if service is not None}


def _service(nodes: Nodes, node: str) -> str | None:
    if cdv("Contribution") in nodes.keys(node, _TYPE):
        return nodes.key(node, cdv("service")) or ""
    holders = [
        *nodes.keys(node, cdv("contribution")),
        *nodes.keys(node, cdv("action")),
        *nodes.keys(node, cdv("sujet")),
        *nodes.subjects(cdv("preuve"), node),
    ]
    return next((service for holder in holders if (service := _service(nodes, holder)) is not None), None)


def write_messages(
    report: CheckReport,
    contributors: Sequence[tuple[str, str]],
    answered: frozenset[tuple[str, str]],
    services: dict[str, str],
    cloture: date,
) -> list[Relance]:
    """Return a message for each of *contributors* (organisme, service) that has something to do, in their order.

    Those not in *answered* are asked for their workbook, unless a dérogation excuses them. The others are told their
    own points: those of their service, and those of their body as a whole. *services* is what services_of() gives.
    """
    names = body_names(report)
    found = []
    for organisme, service in contributors:
        muet = (organisme, service) not in answered
        own = [f for f in report.findings if f.organisme == organisme and f.destinataire in _OWN]
        kept = [f for f in own if services.get(f.id, service) == service]
        blocs = () if muet else tuple(_blocs(kept))
        if blocs or (muet and not _excused(kept)):
            relance = _relance(report, organisme, names.get(organisme, organisme), service, muet, blocs, cloture)
            alone = sum(body == organisme for body, _service in contributors) == 1
            told = (f.id for bloc in blocs for f in bloc.findings)
            shared = frozenset() if alone else frozenset(told) - services.keys()
            found.append(replace(relance, partages=shared))
    return found


def _excused(findings: Sequence[Finding]) -> bool:
    """Tell whether a dérogation covers all that a silent contributor could be asked: it was agreed not to ask."""
    left = any(f.etat in ("ouvert", "a-venir") for f in findings)
    return not left and any(f.etat == "deroge" for f in findings)


def _blocs(findings: Sequence[Finding]) -> list[Bloc]:
    """Return what is left to do; what is only to be verified never makes a message by itself."""
    opened = [f for f in findings if f.etat == "ouvert"]
    blocs = [
        Bloc(_("À corriger"), tuple(f for f in opened if f.gravite == "violation")),
        Bloc(_("À compléter"), tuple(f for f in opened if f.gravite == "warning")),
        Bloc(_("D'ici la clôture"), tuple(f for f in findings if f.etat == "a-venir" and f.gravite != "info")),
    ]
    asked = [bloc for bloc in blocs if bloc.findings]
    verify = Bloc(_("À vérifier, si vous le pouvez"), tuple(f for f in opened if f.gravite == "info"))
    return [*asked, verify] if asked and verify.findings else asked


def _relance(
    report: CheckReport, organisme: str, libelle: str, service: str, muet: bool, blocs: tuple[Bloc, ...], cloture: date
) -> Relance:
    who = f"{libelle} – {service}" if service else libelle
    past = report.jour is not None and report.jour > cloture
    return Relance(
        organisme=organisme,
        libelle=libelle,
        service=service,
        muet=muet,
        objet=_objet(report, who, muet),
        ouverture=_ouverture(report, who, muet, blocs),
        blocs=blocs,
        pourquoi=_pourquoi(muet, blocs),
        echeance=_echeance(cloture, past),
        comment=_comment(muet, blocs),
        signature=(_("Merci de votre aide,"), _("Les copilotes du contrat de ville"), report.titre or report.contrat),
        cloture=cloture,
        fictif=report.fictif,
    )


def _objet(report: CheckReport, who: str, muet: bool) -> str:
    if muet:
        text = _("Droit commun {annee} : votre réponse est attendue ({qui})")
    else:
        text = _("Droit commun {annee} : quelques points à revoir ({qui})")
    said = text.format(annee=report.annee, qui=who)
    return _("[Données fictives] {objet}").format(objet=said) if report.fictif else said


def _ouverture(report: CheckReport, who: str, muet: bool, blocs: Sequence[Bloc]) -> str:
    if muet:
        return _(
            "Nous n'avons pas encore reçu le classeur de recensement {annee} de : {qui}. Il est joint à ce message, "
            "prérempli avec ce que nous savons déjà."
        ).format(annee=report.annee, qui=who)
    n = sum(len(bloc.findings) for bloc in blocs)
    return ngettext(
        "Merci pour le classeur de recensement {annee} de : {qui}. En le relisant, nous avons noté {n} point.",
        "Merci pour le classeur de recensement {annee} de : {qui}. En le relisant, nous avons noté {n} points.",
        n,
    ).format(annee=report.annee, qui=who, n=n)


def _pourquoi(muet: bool, blocs: Sequence[Bloc]) -> tuple[str, ...]:
    said = [
        _(
            "Vos réponses font la photographie du droit commun mobilisé pour les habitants des quartiers prioritaires, "
            "présentée au hackathon puis au comité de pilotage."
        )
    ]
    if muet:
        said.append(
            _(
                "Sans réponse, votre institution y figure « pas de réponse » : personne ne compte cela pour zéro, mais "
                "ce que vous faites n'y paraît pas."
            )
        )
    elif any(f.gravite == "violation" for bloc in blocs for f in bloc.findings):
        said.append(
            _("Tant qu'une case reste à corriger, son chiffre est « sans information » : il n'entre dans aucun total.")
        )
    else:
        said.append(_("Ce qui n'est pas dit n'est pas compté pour zéro : il reste « sans information »."))
    return tuple(said)


def _echeance(cloture: date, past: bool) -> str:
    if past:
        return _(
            "La date limite était le {date} ; le recensement est encore ouvert : répondez dès que vous le pouvez."
        ).format(date=date_longue(cloture))
    return _("Nous attendons votre envoi pour le {date} au plus tard.").format(date=date_longue(cloture))


def _comment(muet: bool, blocs: Sequence[Bloc]) -> tuple[str, ...]:
    said = []
    if muet:
        said.append(_("Remplissez le classeur joint et renvoyez-le en réponse à ce message."))
        said.append(_("« Néant » est une réponse, et « Ne sait pas » est permis partout où vous ne savez pas."))
    else:
        said.append(_("Corrigez le classeur joint, qui reprend ce que vous avez déjà dit, et renvoyez-le."))
        said.append(_("Une case laissée vide garde ce qui a déjà été reçu."))
    if any(f.sources for bloc in blocs for f in bloc.findings):
        said.append(
            _(
                "Les cases citées sont celles du fichier que vous avez envoyé ; dans le classeur joint, la même ligne "
                "peut être ailleurs : retrouvez-la par son intitulé."
            )
        )
    return tuple(said)


def body_text(relance: Relance) -> str:
    """Return the message as plain text, lines of any length, unbreakable spaces where French wants them."""
    lines = [_("Données fictives : ceci n'est pas un vrai message."), ""] if relance.fictif else []
    lines += [_("Bonjour,"), "", relance.ouverture]
    for bloc in relance.blocs:
        lines += ["", f"{bloc.titre} ({len(bloc.findings)})"]
        for n, finding in enumerate(bloc.findings, 1):
            lines.append(f"{n}. {sentence(finding)}")
            lines.append("   " + _("Que faire : {suite}").format(suite=finding.correction))
            lines += ["   " + _("Où : {lieu}").format(lieu=place(source)) for source in finding.sources]
            lines += ["   " + shared_by_all()] if finding.id in relance.partages else []
    for title, texts in sections(relance):
        lines += ["", title, *texts]
    lines += ["", *relance.signature]
    return _CONTROL.sub("", typographie("\n".join(lines))) + "\n"


def shared_by_all() -> str:
    """Return what is said of a point that every service of the body is told."""
    return _("Ce point vaut pour toute l'institution : la réponse d'un seul de vos services suffit.")


def sections(relance: Relance) -> list[tuple[str, tuple[str, ...]]]:
    """Return the sentences that follow the points, under their headings."""
    return [
        (_("Pourquoi c'est utile"), relance.pourquoi),
        (_("Pour quand"), (relance.echeance,)),
        (_("Comment faire"), relance.comment),
    ]
