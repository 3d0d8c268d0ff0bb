"""The visa of a contributor on its own contribution: a date and a function, never a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from droitcommun.graph.campagnes import chosen_campagne
from droitcommun.graph.decisiongraph import GENRE, visa_iri
from droitcommun.graph.decisions.texts import impersonal
from droitcommun.graph.errors import ContributionInconnue, DatesInvalid, RienAAnnuler
from droitcommun.graph.formats import date_courte
from droitcommun.graph.graphfiles import GraphEntry
from droitcommun.graph.langue import _
from droitcommun.graph.names import cdv, folder_code, graph_iri, slug
from droitcommun.graph.workspace import Workspace


@dataclass(frozen=True)
class VisaGiven:
    """A visa given to, or withdrawn from, one version of a contribution."""

    contrat: str
    annee: int
    organisme: str
    service: str
    version: int
    fonction: str
    date: date


def give_visa(
    workspace: Workspace,
    contrat: str | None,
    annee: int | None,
    contribution: str,
    fonction: str,
    today: date,
    le: date | None = None,
) -> VisaGiven:
    """Note that the contributor approves the current version of its contribution; a new version will need a new visa.

    *contribution* is « organisme » or « organisme/service », codes or words; *le* the day of the visa, by default
    *today*. Open and closed campagnes alike.
    Raises ContributionInconnue, TexteRefuse, DatesInvalid, CampagneAChoisir, CampagneInconnue.
    """
    day = le or today
    if day > today:
        raise DatesInvalid(_("le visa ({jour}) serait donné après aujourd'hui").format(jour=date_courte(day)))
    post = impersonal(fonction, _("La fonction de qui vise"))
    info = chosen_campagne(workspace, contrat, annee)
    with workspace.lock():
        entry = find_contribution(workspace, info.contrat, info.annee, contribution)
        given = _visa(workspace, entry, post, day)
        workspace.commit("visa-donne", today, {**_named(given), "fonction": post, "date": day.isoformat()})
    return given


def withdraw_visa(
    workspace: Workspace, contrat: str | None, annee: int | None, contribution: str, today: date
) -> VisaGiven:
    """Withdraw the visa that a command gave. Raises RienAAnnuler when there is none (one of a workbook stays in it)."""
    info = chosen_campagne(workspace, contrat, annee)
    with workspace.lock():
        entry = find_contribution(workspace, info.contrat, info.annee, contribution)
        withdrawn = _visa(workspace, entry, "", today)
        if not _held(workspace, withdrawn):
            raise RienAAnnuler(
                _("« {contribution} » n'a pas de visa donné par commande ; celui d'un classeur s'y retire").format(
                    contribution=reference(entry)
                )
            )
        workspace.commit("visa-retire", today, _named(withdrawn))
    return withdrawn


def reference(entry: GraphEntry) -> str:
    """Return how a contribution is named on the command line, as « cd62/insertion-et-emploi »."""
    return f"{entry.organisme}/{folder_code(entry.service or '')}"


def find_contribution(workspace: Workspace, contrat: str, annee: int, asked: str) -> GraphEntry:
    """Return the current contribution that « organisme » or « organisme/service » names.

    Raises ContributionInconnue with those received.
    """
    received = [e for e in workspace.graphs.entries("contribution", contrat) if e.annee == annee]
    body, _slash, service = (part.strip() for part in asked.partition("/"))
    of_body = [e for e in received if (e.organisme or "").lower() == body.lower()]
    found = of_body
    if service:
        wanted = slug(service) or "_"
        exact = [e for e in of_body if wanted == folder_code(e.service or "")]
        found = exact or [e for e in of_body if folder_code(e.service or "").startswith(wanted)]
    if len(found) == 1:
        return found[0]
    known = [reference(e) for e in found or of_body or received]
    raise ContributionInconnue(asked, annee, known, several=len(found) > 1)


def _visa(workspace: Workspace, entry: GraphEntry, fonction: str, day: date) -> VisaGiven:
    versions = [int(o.value) for _s, p, o in workspace.graphs.triples(entry) if p.value == cdv("version")]
    return VisaGiven(
        contrat=entry.contrat,
        annee=entry.annee or 0,
        organisme=entry.organisme or "",
        service=folder_code(entry.service or ""),
        version=max(versions, default=entry.version),
        fonction=fonction,
        date=day,
    )


def _named(visa: VisaGiven) -> dict[str, str | int]:
    names = ("contrat", "annee", "organisme", "service", "version")
    return {name: getattr(visa, name) for name in names}


def _held(workspace: Workspace, visa: VisaGiven) -> bool:
    entry = workspace.graphs.current(graph_iri(visa.contrat, visa.annee, GENRE))
    node = visa_iri(visa.contrat, visa.annee, visa.organisme, visa.service)
    return entry is not None and any(s.value == node for s, _p, _o in workspace.graphs.triples(entry))
