"""The returns of a campagne, by body and service: expected, sent, received, refused, to correct, approved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from droitcommun.graph.campagnes import CampagneInfo, find_campagne
from droitcommun.graph.dataset import activate
from droitcommun.graph.graphfiles import GraphEntry
from droitcommun.graph.history import pilotage_serie
from droitcommun.graph.journal import Event
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.names import folder_code, local_code, slug
from droitcommun.graph.store import Row, Store, iri
from droitcommun.graph.workspace import Workspace

_CONTRIBUTIONS = """
SELECT $campagne ?organisme ?service ?reponse ?reponse_le ?visa ?visa_le WHERE {
  ?c a cdv:Contribution ; cdv:campagne $campagne ; cdv:organisme ?o ; cdv:etatVisa ?visa .
  ?o skos:notation ?organisme .
  OPTIONAL { ?c skos:notation ?service }
  OPTIONAL { ?c cdv:reponse ?reponse }
  OPTIONAL { ?c cdv:dateReponse ?reponse_le }
  OPTIONAL { ?c cdv:dateVisa ?visa_le }
}
"""
_BODIES = """
SELECT ?organisme ?libelle WHERE {
  ?o a cdv:Organisme ; skos:notation ?organisme ; skos:prefLabel ?libelle . FILTER(LANG(?libelle) = "fr")
}
"""
_RESERVES = "SELECT (COUNT(?r) AS ?n) WHERE { ?r a cdv:Reserve }"


@dataclass(frozen=True)
class Refusal:
    """A file that was refused: its name, the day, and the codes of what was wrong."""

    fichier: str
    le: date
    problemes: tuple[str, ...]


@dataclass(frozen=True)
class Return:
    """What is known of one service of one body; `service` is empty while the body has named none. Unknown is None.

    `etat`: recu, neant-declare, refuse (the last file was refused and none was accepted since), envoye (a workbook was
    prepared for it), attendu (nothing yet). `reserves` counts the cells that could not be read in the version held.
    `refus` are the files refused since the last one accepted.
    """

    organisme: str
    libelle: str
    service: str
    attendu: bool
    etat: str
    envoye_le: date | None
    recu_le: date | None
    version: int | None
    reponse_le: date | None
    reserves: int | None
    refus: tuple[Refusal, ...]
    visa: str | None
    visa_le: date | None


@dataclass(frozen=True)
class Returns:
    """The returns of a campagne. `refus` are the refused files that no body can be found for."""

    campagne: CampagneInfo
    lines: tuple[Return, ...]
    refus: tuple[Refusal, ...]
    pilotage: Return | None
    fictif: bool

    def missing(self) -> list[str]:
        """Return the codes of the expected bodies that have not answered at all, sorted."""
        answered = {line.organisme for line in self.lines if line.recu_le}
        return sorted({line.organisme for line in self.lines if line.attendu} - answered)

    def sentence(self) -> str:
        """Return what remains to be done, in one sentence."""
        received = [line for line in self.lines if line.recu_le]
        n_missing = len(self.missing())
        n_services = sum(line.recu_le is None and line.organisme not in self.missing() for line in self.lines)
        n_reserves = sum(line.reserves or 0 for line in received)
        n_refused = sum(line.etat == "refuse" for line in self.lines) + len(self.refus)
        n_visas = sum(line.visa != "vise" for line in received)
        parts = [
            (n_missing, ngettext("{n} organisme à relancer", "{n} organismes à relancer", n_missing)),
            (n_services, ngettext("{n} autre service attendu", "{n} autres services attendus", n_services)),
            (n_refused, ngettext("{n} fichier refusé à reprendre", "{n} fichiers refusés à reprendre", n_refused)),
            (n_reserves, ngettext("{n} case à corriger", "{n} cases à corriger", n_reserves)),
            (n_visas, ngettext("{n} visa à obtenir", "{n} visas à obtenir", n_visas)),
        ]
        said = [text.format(n=n) for n, text in parts if n]
        return _("Il reste : {liste}.").format(liste=", ".join(said)) if said else _("Il ne reste rien à recevoir.")


@dataclass
class _Known:
    """What the journal and the graphs say of one service, while it is put together."""

    label: str = ""
    sent: date | None = None
    entry: GraphEntry | None = None
    refused: list[tuple[int, Refusal]] = field(default_factory=list)
    received_at: int = 0


def campagne_returns(workspace: Workspace, contrat: str | None, annee: int) -> Returns:
    """Return the returns of campagne *annee*, bodies by name and their services.

    The services of a body are those of its contributions, of the workbooks prepared for it and of its refused files.
    Raises CampagneInconnue, ContratInconnu.
    """
    info = find_campagne(workspace, contrat, annee)
    dataset = activate(workspace, info.contrat, annee, alone=True)
    events = [e for e in workspace.journal.events() if _concerns(e, info)]
    expected = {code for e in events if e.kind == "campagne-ouverte" for code in e.data["attendus"]}
    known = _known(workspace, info, events)
    labels = {row["organisme"].value: row["libelle"].value for row in dataset.store.select(_BODIES)}
    said = _said(dataset.store, dataset.campagne)
    lines = []
    for code in expected | {code for code, _service in known if code in labels}:
        services = {service: one for (body, service), one in known.items() if body == code}
        if len(services) > 1 and not _answers(services.get("", _Known())):
            services.pop("", None)  # once a service is named, nothing more is expected of « the body »
        for service, one in (services or {"": _Known()}).items():
            lines.append(
                _line(
                    workspace, code, labels.get(code, code), service, one, code in expected, said.get((code, service))
                )
            )
    lost = [refusal for (code, _s), one in known.items() if code not in labels for _n, refusal in _pending(one)]
    pilotage = _pilotage(workspace, info, events)
    ordered = sorted(lines, key=lambda line: (slug(line.libelle), line.organisme, slug(line.service)))
    return Returns(
        info, tuple(ordered), tuple(sorted(lost, key=lambda r: (r.le, r.fichier))), pilotage, workspace.fictif
    )


def _concerns(event: Event, info: CampagneInfo) -> bool:
    """Tell whether an event is of a campagne; one that names none is, between its opening and its closing date."""
    data = event.data
    if data.get("contrat") not in (None, info.contrat):
        return False
    return data["annee"] == info.annee if "annee" in data else info.ouverture <= event.le <= info.cloture


def _known(workspace: Workspace, info: CampagneInfo, events: Iterable[Event]) -> Mapping[tuple[str, str], _Known]:
    """Return what is known by body and code of service; a refused file of nobody stands under an empty body."""
    known: dict[tuple[str, str], _Known] = defaultdict(_Known)
    for event in events:
        for code, service, name in _named(event):
            one = known[code, folder_code(service) if service else ""]
            one.label = one.label or service
            if event.kind == "classeurs-prepares":
                one.sent = event.le
            else:
                refusal = Refusal(name, event.le, tuple(event.data["problemes"]))
                one.refused.append((event.n, refusal))
    accepted = {e.data["sha256"]: e.n for e in events if e.kind in ("fichier-recu", "fichier-inchange")}
    for entry in workspace.graphs.entries("contribution", info.contrat):
        if entry.annee == info.annee and entry.organisme:
            one = known[entry.organisme, folder_code(entry.service) if entry.service else ""]
            one.entry, one.label = entry, entry.service or one.label
            one.received_at = accepted.get(entry.source, 0)
    return known


def _named(event: Event) -> Iterator[tuple[str, str, str]]:
    """Yield (body, service, file) for the workbooks that an event prepared, or for the file that it refused."""
    if event.kind == "classeurs-prepares":
        for made in event.data["classeurs"]:
            if made["organisme"]:
                yield made["organisme"], made["service"] or "", made["fichier"]
    elif event.kind == "fichier-refuse" and event.data.get("genre") != "pilotage":
        yield event.data.get("organisme", ""), event.data.get("service", ""), event.data["fichier"]


def _said(store: Store, campagne: str) -> dict[tuple[str, str], Row]:
    rows = store.select(_CONTRIBUTIONS, {"campagne": iri(campagne)})
    return {(row["organisme"].value, _service_of(row)): row for row in rows}


def _service_of(row: Row) -> str:
    code = row["service"].value if "service" in row else ""
    return "" if code == "_" else code


def _answers(one: _Known) -> bool:
    return one.entry is not None or bool(_pending(one))


def _pending(one: _Known) -> list[tuple[int, Refusal]]:
    return [(n, refusal) for n, refusal in one.refused if n > one.received_at]


def _line(
    workspace: Workspace, code: str, libelle: str, service: str, one: _Known, expected: bool, row: Row | None
) -> Return:
    entry, pending = one.entry, tuple(refusal for _n, refusal in _pending(one))
    reponse = local_code(row["reponse"].value) if row and "reponse" in row else None
    if pending:
        etat = "refuse"
    elif entry is not None:
        etat = "neant-declare" if reponse == "neant" else "recu"
    else:
        etat = "envoye" if one.sent else "attendu"
    return Return(
        organisme=code,
        libelle=libelle,
        service=one.label or service,
        attendu=expected,
        etat=etat,
        envoye_le=one.sent,
        recu_le=date.fromisoformat(entry.le) if entry else None,
        version=entry.version if entry else None,
        reponse_le=_day(row, "reponse_le"),
        reserves=_reserves(workspace, entry) if entry else None,
        refus=pending,
        visa=local_code(row["visa"].value) if row else None,
        visa_le=_day(row, "visa_le"),
    )


def _pilotage(workspace: Workspace, info: CampagneInfo, events: Iterable[Event]) -> Return | None:
    """Return the co-pilots' own workbook, or None when it was neither prepared nor sent back."""
    one = _Known(entry=workspace.graphs.current(pilotage_serie(info.contrat, info.annee)))
    for event in events:
        if event.kind == "classeurs-prepares" and any(not m["organisme"] for m in event.data["classeurs"]):
            one.sent = event.le
        elif event.kind == "fichier-refuse" and event.data.get("genre") == "pilotage":
            refusal = Refusal(event.data["fichier"], event.le, tuple(event.data["problemes"]))
            one.refused.append((event.n, refusal))
        elif event.kind in ("fichier-recu", "fichier-inchange") and event.data.get("genre") == "pilotage":
            one.received_at = event.n
    if one.sent is None and not _answers(one):
        return None
    return _line(workspace, "", _("Classeur de pilotage"), "", one, False, None)


def _reserves(workspace: Workspace, entry: GraphEntry) -> int:
    store = Store()
    store.add(workspace.graphs.triples(entry))
    return int(store.select(_RESERVES)[0]["n"].value)


def _day(row: Row | None, name: str) -> date | None:
    return date.fromisoformat(row[name].value[:10]) if row and name in row else None


def as_row(line: Return) -> dict[str, Any]:
    """Return one line as a row of the exported table."""
    return {
        "organisme": line.organisme,
        "libelle_organisme": line.libelle,
        "service": line.service or None,
        "attendu": line.attendu,
        "etat": line.etat,
        "envoye_le": line.envoye_le,
        "recu_le": line.recu_le,
        "version": line.version,
        "reponse_le": line.reponse_le,
        "n_reserves": line.reserves,
        "n_refus": len(line.refus),
        "dernier_refus": f"{line.refus[-1].fichier} ({', '.join(line.refus[-1].problemes)})" if line.refus else None,
        "visa": line.visa,
        "visa_le": line.visa_le,
    }
