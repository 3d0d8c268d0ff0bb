"""What the page of one contributor shows, as plain data: its own words, its own figures, and only counts of others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from droitcommun.graph.catalogue import Table, find_query, run
from droitcommun.graph.checks.findings import CheckReport
from droitcommun.graph.checks.nodes import StoreNodes
from droitcommun.graph.dataset import ActiveDataset
from droitcommun.graph.export.constats.groups import Group, report_groups, rules_met
from droitcommun.graph.formats import (
    date_courte,
    deux_points,
    euros,
    mask,
    nombre,
    points_virgules,
)
from droitcommun.graph.langue import _, langue
from droitcommun.graph.names import PREFIXES, cdv, local_code, shared_iri, slug
from droitcommun.graph.words import etats_couverture, etats_engagement, etats_reponse, phases

_TYPE = PREFIXES["rdf"] + "type"
_TITLE = PREFIXES["dcterms"] + "title"
_COMMENT = PREFIXES["rdfs"] + "comment"
_SUFFIXES = {"EUR": "", "ETP": "ETP", "heures": "heures"}


@dataclass(frozen=True)
class Moyen:
    """One resource in words; `quantite` says « sans information » when nobody knows it."""

    nature: str
    periode: str
    quantite: str
    source: str
    origine: str
    part: str


@dataclass(frozen=True)
class Action:
    """One action as it was declared."""

    titre: str
    ambition: str
    forme: str
    lieu: str
    habitants: str
    moyens: tuple[Moyen, ...]


@dataclass(frozen=True)
class Service:
    """What one service sent: `visa` says who gave it and when, or that it has to be given again."""

    nom: str
    reponse: str
    visa: str
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class Engagement:
    """One commitment: how it binds, its established state (code and words) and what establishes it."""

    code: str
    libelle: str
    modalite: str
    etat: str
    mots: str
    preuves: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """One ambition or district: what this body does there, and how many others act (None when not known)."""

    code: str
    libelle: str
    etat: str
    mots: str
    n_actions: int | None
    autres: int


@dataclass(frozen=True)
class Dialogue:
    """The page of one body."""

    organisme: str
    libelle: str
    titre: str
    annee: int
    fictif: bool
    jour: date | None
    etat: str
    score: str
    services: tuple[Service, ...]
    groupe: Group | None
    engagements: tuple[Engagement, ...]
    ambitions: tuple[Place, ...]
    quartiers: tuple[Place, ...]


class Reader:
    """Reads the dataset once for the pages of every body."""

    def __init__(self, dataset: ActiveDataset, report: CheckReport) -> None:
        self._dataset, self._report = dataset, report
        self._nodes = StoreNodes(dataset.store)
        self._groups = {group.code: group for group in report_groups(report, passes=True)}
        self._retours, self._matrice, self._tableau = (
            self._ask(name) for name in ("retours", "matrice-organisme-ambition", "tableau-des-engagements")
        )
        self._actions = [
            a for a in self._nodes.subjects(cdv("dansCampagne"), dataset.campagne) if self._is(a, "Action")
        ]

    def bodies(self) -> list[str]:
        """Return the codes of the bodies that a page is made for: those expected and those that answered, by name."""
        rows = sorted(self._retours.rows, key=lambda row: slug(str(row["libelle_organisme"])))
        return list(dict.fromkeys(str(row["organisme"]) for row in rows))

    def read(self, organisme: str) -> Dialogue:
        """Return the page of one body, given by its code."""
        node, report = shared_iri("organisme", organisme), self._report
        states = [str(row["etat"]) for row in self._retours.rows if row["organisme"] == organisme]
        score = next((s for s in report.scores_organismes if s.code == organisme), None)
        return Dialogue(
            organisme=organisme,
            libelle=self._nodes.label(node, langue()),
            titre=report.titre or report.contrat,
            annee=report.annee,
            fictif=report.fictif,
            jour=report.jour,
            etat=etats_reponse().get(states[0], states[0]) if states else "",
            score=rules_met(score) if score else "",
            services=tuple(self._services(node)),
            groupe=self._groups.get(organisme),
            engagements=tuple(self._engagements(organisme, node)),
            ambitions=tuple(self._ambitions(organisme)),
            quartiers=tuple(self._quartiers(node)),
        )

    def _ask(self, name: str) -> Table:
        return run(find_query(name), self._dataset, {"annee": str(self._dataset.annee)})

    def _is(self, node: str, name: str) -> bool:
        return cdv(name) in self._nodes.keys(node, _TYPE)

    def _of(self, node: str, term: str) -> str:
        target = self._nodes.key(node, cdv(term))
        return self._nodes.label(target, langue()) if target else ""

    def _all_of(self, node: str, *terms: str) -> str:
        targets = (target for term in terms for target in self._nodes.keys(node, cdv(term)))
        return ", ".join(self._nodes.label(target, langue()) for target in targets)

    # ---- what it declared ----

    def _services(self, body: str) -> Iterable[Service]:
        nodes = self._nodes
        for contribution in nodes.subjects(cdv("organisme"), body):
            campagnes = nodes.keys(contribution, cdv("campagne"))
            if not self._is(contribution, "Contribution") or self._dataset.campagne not in campagnes:
                continue
            said = self._of(contribution, "reponse")
            day = _day(nodes.key(contribution, cdv("dateReponse")))
            yield Service(
                nom=mask(nodes.key(contribution, cdv("service")) or ""),
                reponse=_("{reponse}, le {date}").format(reponse=said, date=day) if day else said,
                visa=self._visa(contribution),
                actions=tuple(self._action(a) for a in self._own(contribution)),
            )

    def _own(self, contribution: str) -> list[str]:
        own = [a for a in self._actions if contribution in self._nodes.keys(a, cdv("contribution"))]
        return sorted(own, key=lambda a: (self._of(a, "ambitionPrincipale"), slug(self._nodes.key(a, _TITLE) or "")))

    def _visa(self, contribution: str) -> str:
        """Return the visa of the current version, or that it has to be given again; nothing when there is none."""
        nodes = self._nodes
        day = nodes.key(contribution, cdv("dateVisa"))
        if not day:
            return ""
        given = {nodes.key(contribution, cdv("visaDate")): nodes.key(contribution, cdv("visaFonction"))}
        for visa in nodes.subjects(cdv("contribution"), contribution):
            if self._is(visa, "Visa"):
                given[nodes.key(visa, cdv("date"))] = nodes.key(visa, cdv("fonction"))
        said = _("{fonction}, le {date}").format(fonction=mask(given.get(day) or "–"), date=_day(day))
        if local_code(nodes.key(contribution, cdv("etatVisa")) or "") == "vise":
            return _("déjà visé : {visa}").format(visa=said)
        return _("à viser de nouveau, la réponse a changé depuis : {visa}").format(visa=said)

    def _action(self, action: str) -> Action:
        nodes = self._nodes
        ambition = nodes.key(action, cdv("ambitionPrincipale"))
        moyens = [m for m in nodes.subjects(cdv("action"), action) if self._is(m, "Moyen")]
        reached = nodes.key(action, cdv("habitantsTouches"))
        return Action(
            titre=mask(nodes.key(action, _TITLE) or _("Action sans intitulé")),
            ambition=f"{nodes.code(ambition)} – {nodes.label(ambition, langue())}" if ambition else _("non dite"),
            forme=self._of(action, "forme") or _("non dite"),
            lieu=self._all_of(action, "qpv", "commune") or self._of(action, "portee") or _("non dit"),
            habitants=nombre(Decimal(reached), 0) if reached else _("sans information"),
            moyens=tuple(self._moyen(m) for m in sorted(moyens, key=self._rank)),
        )

    def _rank(self, moyen: str) -> tuple[str, str, str]:
        return (self._nodes.key(moyen, cdv("exercice")) or "", self._of(moyen, "nature"), moyen)

    def _moyen(self, moyen: str) -> Moyen:
        nodes = self._nodes
        part = nodes.key(moyen, cdv("partQPV"))
        qpv = self._of(moyen, "qpvDuMontant")
        year = nodes.key(moyen, cdv("exercice"))
        phase = local_code(nodes.key(moyen, cdv("phase")) or "")
        return Moyen(
            nature=self._of(moyen, "nature") or _("non dite"),
            periode=" ".join(text for text in (phases().get(phase, phase), year) if text) or _("non dite"),
            quantite=self._quantite(moyen),
            source=self._of(moyen, "source") or _("non dite"),
            origine=self._of(moyen, "origine") or "–",
            part=qpv or (nombre(Decimal(part), 2) + "\u00a0%" if part else "–"),
        )

    def _quantite(self, moyen: str) -> str:
        cents, amount = (self._nodes.key(moyen, cdv(term)) for term in ("centimes", "quantite"))
        if cents is not None:
            return euros(Decimal(cents) / 100)
        if amount is None:
            return _("sans information")
        unit = local_code(self._nodes.key(moyen, cdv("unite")) or "")
        return f"{nombre(Decimal(amount), 2)}\u00a0{_SUFFIXES.get(unit, '')}".strip()

    # ---- what is established ----

    def _engagements(self, organisme: str, body: str) -> Iterable[Engagement]:
        words = etats_engagement()
        for row in self._tableau.rows:
            if row["organisme"] != organisme:
                continue
            code = str(row["engagement"])
            held = self._about(body, code)
            etat = self._etat(held) or str(row["etat"])
            yield Engagement(
                code=code,
                libelle=str(row["libelle_engagement"] or ""),
                modalite=self._word("modalite", row["modalite"]),
                etat=etat,
                mots=words.get(etat, etat),
                preuves=tuple(dict.fromkeys(self._preuves(held))),
            )

    def _word(self, scheme: str, code: object) -> str:
        return self._nodes.label(f"{PREFIXES['code']}{scheme}/{code}", langue()) if code else ""

    def _about(self, body: str, code: str) -> list[str]:
        """Return the nodes about one commitment of the body: what binds it, and what its services say."""
        nodes, campagne = self._nodes, self._dataset.campagne
        return [
            node
            for node in nodes.subjects(cdv("organisme"), body)
            if campagne in nodes.keys(node, cdv("campagne"))
            and any(nodes.code(kind) == code for kind in nodes.keys(node, cdv("typeEngagement")))
        ]

    def _etat(self, held: Iterable[str]) -> str | None:
        """Return the code of the established state, which the derivations give; None when they give none."""
        found = (state for node in held for state in self._nodes.keys(node, cdv("etatEtabli")))
        return next((local_code(state) for state in found), None)

    def _preuves(self, held: Sequence[str]) -> Iterable[str]:
        """Yield what proves a commitment: computed from the data first, a line a kind, then what the body cites."""
        nodes = self._nodes
        computed: dict[str, dict[str, None]] = {}
        for proof in (proof for node in held for proof in nodes.keys(node, cdv("preuveCalculee"))):
            computed.setdefault(self._of(proof, "typePreuve"), {})[mask(nodes.key(proof, _TITLE) or "")] = None
        for kind, titles in computed.items():
            said = points_virgules(title for title in titles if title)
            yield deux_points(kind, said) if kind and said else kind or said
        for proof in (proof for node in held for proof in nodes.keys(node, cdv("preuve"))):
            text = mask(nodes.key(proof, _COMMENT) or "")
            if text:
                yield _("cité : {texte}").format(texte=text)

    # ---- its place ----

    def _ambitions(self, organisme: str) -> Iterable[Place]:
        """Yield the row of the coverage matrix; of the others, only how many act."""
        words = etats_couverture()
        acting: dict[object, int] = {}
        for row in self._matrice.rows:
            if row["etat"] == "agit" and row["organisme"] != organisme:
                acting[row["ambition"]] = acting.get(row["ambition"], 0) + 1
        for row in self._matrice.rows:
            if row["organisme"] == organisme:
                etat, n = str(row["etat"]), row["n_actions"]
                yield Place(
                    code=str(row["ambition"]),
                    libelle=str(row["libelle_ambition"]),
                    etat=etat,
                    mots=words.get(etat, etat),
                    n_actions=n if isinstance(n, int) else None,
                    autres=acting.get(row["ambition"], 0),
                )

    def _quartiers(self, body: str) -> Iterable[Place]:
        """Yield the districts where the body has an action of its own."""
        nodes = self._nodes
        own: dict[str, int] = {}
        others: dict[str, set[str]] = {}
        for action in self._actions:
            who = nodes.keys(action, cdv("declarant"))
            for qpv in nodes.keys(action, cdv("qpv")):
                if body in who:
                    own[qpv] = own.get(qpv, 0) + 1
                others.setdefault(qpv, set()).update(set(who) - {body})
        for qpv in sorted(own, key=lambda q: slug(nodes.label(q, langue()))):
            label = nodes.label(qpv, langue())
            yield Place(nodes.code(qpv), label, "agit", etats_couverture()["agit"], own[qpv], len(others[qpv]))


def _day(iso: str | None) -> str:
    return date_courte(date.fromisoformat(iso[:10])) if iso else ""
