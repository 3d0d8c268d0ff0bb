"""From validation results to findings that people read: words, body, cells, state, and an identity that stays."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from droitcommun.graph.checks.answers import Answers
from droitcommun.graph.checks.consequences import Attendance, Citations, row_of
from droitcommun.graph.checks.nodes import Nodes
from droitcommun.graph.checks.owner import owner_of
from droitcommun.graph.checks.provenance import Cells, Source, mask
from droitcommun.graph.checks.rules import GRAVITES, RuleBook
from droitcommun.graph.checks.shacl import Result
from droitcommun.graph.checks.statecells import StateCells
from droitcommun.graph.langue import _, langue
from droitcommun.graph.names import PREFIXES, cdv, local_code

__all__ = ["Built", "CheckReport", "Finding", "Pass", "Score", "Source", "Waiver", "build_findings"]

_TYPE = PREFIXES["rdf"] + "type"
_TITLE = PREFIXES["dcterms"] + "title"
_SOURCE = PREFIXES["dcterms"] + "source"
_PREF_LABEL = PREFIXES["skos"] + "prefLabel"
_DERIVED = PREFIXES["prov"] + "wasDerivedFrom"
_REF_AREA = PREFIXES["sdmx-dimension"] + "refArea"
_TITLED = {
    "Depot",
    "PlanAction",
    "ConventionPluriannuelle",
    "Avenant",
    "Decision",
    "Candidature",
    "ContributionHabitants",
}
_UNREADABLE = "R-A6"
_ROWS_LEFT_OUT = ("ligne-en-double", "ligne-en-trop")
_PERSONAL = "R-R1"
_WITHOUT_STATE = "R-E0"


@dataclass(frozen=True)
class Waiver:
    """Why a finding may stay as it is, and its last day (AAAA-MM-JJ); `valable` is False once that day is past."""

    motif: str
    expire: str
    valable: bool


@dataclass(frozen=True)
class Finding:
    """One finding. `gravite`: violation, warning, info; `etat`: ouvert, deroge, a-l-essai, a-venir.

    `organisme` is the code of the body it is about, None for the contract itself; `sujet` and `chemin` are IRIs.
    `id` follows from all that is said: when the data of a finding change, it is another finding, that no dérogation
    names.
    """

    id: str
    regle: str
    gravite: str
    etat: str
    destinataire: str
    organisme: str | None
    sujet: str
    libelle: str
    chemin: str | None
    valeur: str | None
    message: str
    correction: str
    reference: str
    sources: tuple[Source, ...]
    derogation: Waiver | None = None


@dataclass(frozen=True)
class Score:
    """« fait sur attendu » for one body or ambition, with its number of findings."""

    code: str
    libelle: str
    fait: int
    attendu: int
    constats: int


@dataclass(frozen=True)
class Pass:
    """A rule that applies to a body and is met: the name of the rule, the code of the body, the label of the rule."""

    regle: str
    organisme: str
    libelle: str


@dataclass(frozen=True)
class CheckReport:
    """What a check found on `jour`. Bodies: rules met of rules that apply; ambitions: complete actions of actions.

    `results` are the validation results that the findings put into words, as the engines gave them, and `result_ids`
    the id of the finding of each; `passes` are the rules met by each body that has a score.
    """

    contrat: str
    annee: int
    fictif: bool
    findings: tuple[Finding, ...]
    scores_organismes: tuple[Score, ...]
    scores_ambitions: tuple[Score, ...]
    not_checked: tuple[str, ...]
    titre: str = ""
    jour: date | None = None
    results: tuple[Result, ...] = ()
    passes: tuple[Pass, ...] = ()
    result_ids: tuple[str, ...] = ()

    @property
    def conforme(self) -> bool:
        """True when nothing open is to be corrected."""
        return not any(f.gravite == "violation" and f.etat == "ouvert" for f in self.findings)

    def resume(self) -> dict[str, int]:
        """Return how many findings are open by severity, waived, and still to come."""
        counts = {gravite: self._count(gravite=gravite) for gravite in GRAVITES}
        return {**counts, "deroge": self._count(etat="deroge"), "a-venir": self._count(etat="a-venir")}

    def _count(self, gravite: str | None = None, etat: str = "ouvert") -> int:
        return sum(1 for f in self.findings if f.etat == etat and (gravite is None or f.gravite == gravite))


@dataclass(frozen=True)
class Built:
    """Findings, sorted, and the results they put into words, each with the id of its finding."""

    findings: tuple[Finding, ...]
    results: tuple[tuple[Result, str], ...]


def build_findings(
    book: RuleBook,
    nodes: Nodes,
    results: Iterable[Result],
    due: bool,
    annee: int,
    originals: Callable[[str], Path] | None = None,
) -> Built:
    """Return the findings of *results* in the campagne *annee*, sorted, with the results kept.

    *nodes* is the whole dataset; *due* says that rules judged at the closing date are judged now.
    """
    writer = _Writer(book, nodes, due, annee, originals)
    alike: dict[tuple[str, ...], list[Result]] = {}
    for result in writer.kept(list(results)):
        alike.setdefault(writer.citations.key(result) or writer.said(result), []).append(result)
    found: list[Finding] = []
    kept: list[tuple[Result, str]] = []
    for group in alike.values():
        group.sort(key=row_of)
        finding = _one(writer.said(group[0]), group, [writer.finding(result) for result in group])
        found.append(finding)
        kept += [(result, finding.id) for result in group]
    rank = {name: i for i, name in enumerate(book.rules)}
    findings = sorted(
        found,
        key=lambda f: (
            f.organisme or "~",
            GRAVITES.index(f.gravite),
            rank[f.regle],
            f.libelle,
            f.message,
            f.sujet,
            f.id,
        ),
    )
    return Built(tuple(findings), tuple(kept))


def _one(said: tuple[str, ...], results: list[Result], findings: list[Finding]) -> Finding:
    """Return one finding for results that say the same of the same node, with the cells of all of them."""
    others = sorted({result.bindings.get("avec", "") for result in results})
    identity = "\n".join((*said, *others))
    cells = dict.fromkeys(source for finding in findings for source in finding.sources)
    return replace(findings[0], id=hashlib.sha256(identity.encode()).hexdigest()[:16], sources=tuple(cells))


class _Writer:
    """Puts one result into words."""

    def __init__(
        self, book: RuleBook, nodes: Nodes, due: bool, annee: int, originals: Callable[[str], Path] | None
    ) -> None:
        self._book, self._nodes, self._due, self._annee = book, nodes, due, annee
        self._cells = Cells(nodes, book.columns, originals)
        self._attendance = Attendance(nodes)
        self._answers = Answers(nodes, self._cells, annee)
        self._langue = langue()
        self._personal: set[tuple[str | None, str | None]] = set()
        self._reserves: dict[tuple[str, str], list[str]] = {}
        for reserve in nodes.subjects(_TYPE, cdv("Reserve")):
            subject, path = nodes.key(reserve, cdv("sujet")), nodes.key(reserve, cdv("chemin"))
            if subject and path:
                self._reserves.setdefault((subject, path), []).append(reserve)
        self.citations = Citations(nodes, self._reserves)
        self._states = StateCells(nodes, self._cells, self._answers, self._reserves, annee)

    def kept(self, results: list[Result]) -> list[Result]:
        """Return *results* without those that say twice, or wrongly, what one cell says.

        A cell that holds an unreadable text is not also « missing »; an empty one is not « unreadable »;
        « Ne sait pas » is an answer.
        """
        asked = {(r.focus, r.path) for r in results if r.rule.name != _UNREADABLE}
        self._personal = {(r.focus, r.path) for r in results if r.rule.name == _PERSONAL}
        return [r for r in results if not self._said_elsewhere(r, (r.focus, r.path) in asked)]

    def _said_elsewhere(self, result: Result, asked: bool) -> bool:
        if cdv("Engagement") in self._nodes.keys(result.focus, _TYPE) and self._attendance.is_in_doubt(result.focus):
            return True
        if result.rule.name == _WITHOUT_STATE:
            return self._unnamed_states(result.focus) >= int(result.value or 0) > 0
        if result.path is None:
            return False
        if result.rule.name == _UNREADABLE:
            personal = (result.focus, result.path) in self._personal  # of a visa, that rule speaks
            return personal or (asked and not (result.value or "").strip())
        if result.rule.name == _PERSONAL:  # a reserve and a computed proof repeat the text of a cell: the cell speaks
            nodes, focus = self._nodes, result.focus
            if cdv("PreuveCalculee") in nodes.keys(focus, _TYPE):
                return True
            return (nodes.key(focus, cdv("sujet")), nodes.key(focus, cdv("chemin"))) in self._personal
        column = self._book.columns.get(result.path, result.path)
        if result.value is None and column == cdv("quantite") and not self._nodes.key(result.focus, cdv("nature")):
            return True  # without its kind a quantity has no unit, and is not read
        unknown = self._nodes.keys(result.focus, cdv("neSaitPas"))
        if result.value is None and (result.path in unknown or column in unknown):
            return True
        reserves = self._reserves.get((result.focus, result.path), []) + self._reserves.get((result.focus, column), [])
        return result.value is None and any(self._holds_text(reserve) for reserve in reserves)

    def _unnamed_states(self, body: str) -> int:
        """Count the rows of a body that give the state of a commitment that cannot be read: their code speaks."""
        nodes, kind = self._nodes, cdv("typeEngagement")
        rows = nodes.typed(cdv("SuiviEngagement"), cdv("organisme"), body)
        unread = [row for row in rows if not nodes.key(row, kind)]
        return sum(any(self._holds_text(r) for r in self._reserves.get((row, kind), ())) for row in unread)

    def _holds_text(self, reserve: str) -> bool:
        """Tell whether a reserve keeps a text of the cell itself, not of a row that was left out."""
        nodes = self._nodes
        left_out = nodes.key(reserve, cdv("codeProbleme")) in _ROWS_LEFT_OUT
        return not left_out and bool((nodes.key(reserve, cdv("texteBrut")) or "").strip())

    def said(self, result: Result) -> tuple[str, ...]:
        """Return all that a result says, whatever the language: what its finding is known by."""
        value = self._value(result) or ""
        return (result.rule.name, result.shape, result.focus, result.path or "", value, *result.said())

    def finding(self, result: Result) -> Finding:
        """Return the finding of one result, not yet named."""
        rule = result.rule
        organisme = result.bindings.get("organisme") or owner_of(self._nodes, result.focus)
        shape = self._book.core_shapes.get(result.shape)
        corrections = shape.corrections if shape else rule.corrections
        destinataire = shape.destinataire if shape else rule.destinataire
        if organisme is None and destinataire == "contributeur":
            destinataire = "copilotes"  # nobody declared it: an imported table
        return Finding(
            id="",
            regle=rule.name,
            gravite=self._gravite(result),
            etat=self._etat(result),
            destinataire=destinataire,
            organisme=self._nodes.code(organisme) if organisme else None,
            sujet=result.focus,
            libelle=mask(self.label(result.focus)),
            chemin=result.path,
            valeur=self._value(result),
            message=mask(result.message(self._langue)),
            correction=result.filled(corrections.get(self._langue) or corrections.get("fr", "")),
            reference=rule.reference,
            sources=self._sources(result),
        )

    def _gravite(self, result: Result) -> str:
        """Return the severity of a result: a rule on trial warns, and asks for no correction."""
        trial = result.gravite == "violation" and result.rule.is_on_trial(self._annee)
        return "warning" if trial else result.gravite

    def _etat(self, result: Result) -> str:
        if result.rule.is_on_trial(self._annee):
            return "a-l-essai"
        waits = result.rule.a_la_cloture and result.bindings.get("exigible") != "true"
        return "a-venir" if waits and not self._due else "ouvert"

    def _value(self, result: Result) -> str | None:
        """Return the value in words: the code of a node, the text of a literal without personal data."""
        if result.value is None or result.rule.name == _PERSONAL:
            return None
        return self._nodes.code(result.value) if result.value in self._nodes else mask(result.value)

    def _sources(self, result: Result) -> tuple[Source, ...]:
        if result.rule.name == _UNREADABLE and result.path:
            reserves = self._reserves.get((result.focus, result.path), [])
            texts = [r for r in reserves if self._nodes.key(r, cdv("texteBrut")) == result.value]
            return tuple(self._cells.reserve(r) for r in texts)
        if cdv("Reserve") in self._nodes.keys(result.focus, _TYPE):
            return (self._cells.reserve(result.focus),)
        holders = self._nodes.subjects(cdv("preuve"), result.focus)
        subject, path = (holders[0], cdv("preuve")) if holders else (result.focus, result.path)
        missing = path is not None and path not in self._nodes.said(subject)
        other = result.bindings.get("avec")
        more = self._cells.sources(other, result.bindings.get("cheminAvec")) if other else ()
        seen = result.bindings.get("voir")  # what is to be corrected, when it is not what the rule looks at
        first = self._cells.sources(seen, result.bindings.get("cheminVoir")) if seen else ()
        line = result.bindings.get("ligne") if path else None
        found = self._cells.sources(line or subject, path, empty=missing and not line)
        return (*first, *(found or self._states.sources(result) or self._answer_cells(result)), *more)

    def _answer_cells(self, result: Result) -> tuple[Source, ...]:
        """Return where the answer to an absence is written, when the rule says in which column."""
        column = result.rule.answer
        return self._answers.sources(result, column) if column else ()

    def label(self, node: str) -> str:
        """Return the words for a node; never an IRI."""
        nodes, kinds = self._nodes, {local_code(k) for k in self._nodes.keys(node, _TYPE)}
        parts: list[str] = []
        if "Action" in kinds:
            return nodes.key(node, _TITLE) or _("Action sans intitulé")
        if "Moyen" in kinds:
            action = nodes.key(node, cdv("action"))
            parts = [self.label(action) if action else _("Moyen sans action"), self._of(node, "nature")]
        elif "Contribution" in kinds:
            parts = [self._of(node, "organisme"), nodes.key(node, cdv("service")) or ""]
        elif "Seance" in kinds:
            parts = [self._of(node, "instance"), _day(nodes.key(node, cdv("date")) or "")]
        elif "Presence" in kinds:
            parts = [self._of(node, "organisme"), *(self.label(s) for s in nodes.keys(node, cdv("seance")))]
        elif "Qualification" in kinds:
            parts = [self._of(node, "source")]
        elif "ObjetEvaluation" in kinds:
            parts = [nodes.key(node, cdv("question")) or ""]
        elif "VerificationCritere" in kinds:
            titles = [nodes.key(c, _TITLE) or "" for c in nodes.subjects(cdv("verification"), node)]
            parts = [*titles, self._of(node, "critere")]
        elif "EnveloppeP147" in kinds:
            parts = [_("Enveloppe départementale P147")]
        elif kinds & _TITLED:
            return nodes.key(node, _TITLE) or _("Ligne sans intitulé")
        elif "Observation" in kinds:
            parts = [self._of(node, "indicateur"), self._named(nodes.key(node, _REF_AREA))]
        elif "ProgrammationDispositif" in kinds:
            parts = [self._of(node, "dispositif")]
        elif "EffetAvenant" in kinds:
            parts = [*(self.label(a) for a in nodes.keys(node, cdv("avenant"))), self._of(node, "effet")]
        elif "Derogation" in kinds:
            parts = [_("Dérogation au constat"), nodes.key(node, cdv("constat")) or ""]
        elif "Positionnement" in kinds:
            parts = [self._of(node, "organisme"), self._of(node, "ambition")]
        elif kinds & {"SuiviEngagement", "Engagement"}:
            parts = [self._of(node, "organisme"), self._of(node, "typeEngagement")]
        elif "Partie" in kinds:
            parts = [self._of(node, "organisme")]
        elif kinds & {"Localisation", "Reserve"}:
            document = nodes.key(node, _SOURCE) or ""
            row = nodes.key(node, cdv("cellule")) or nodes.key(node, cdv("ligneFeuille"))
            parts = [nodes.key(document, cdv("nomFichier")) or "", nodes.key(node, cdv("feuille")) or "", row or ""]
        elif "Preuve" in kinds:
            return next((self.label(s) for s in nodes.subjects(cdv("preuve"), node)), nodes.code(node))
        return " – ".join(part for part in parts if part) or self._row(node) or nodes.label(node, self._langue)

    def _row(self, node: str) -> str:
        """Return the place of a row that nothing names, when it is no thing with a label of its own."""
        nodes = self._nodes
        if nodes.key(node, _PREF_LABEL):
            return ""
        for place in nodes.keys(node, _DERIVED):
            sheet, row = nodes.key(place, cdv("feuille")), nodes.key(place, cdv("ligneFeuille"))
            if sheet and row:
                return _("{feuille}, ligne {ligne}").format(feuille=sheet, ligne=row)
        return ""

    def _of(self, node: str, term: str) -> str:
        return self._named(self._nodes.key(node, cdv(term)))

    def _named(self, target: str | None) -> str:
        return self._nodes.label(target, self._langue) if target else ""


def _day(iso: str) -> str:
    """Return 2026-03-12 as 12/03/2026; any other text as it is."""
    parts = iso.split("-")
    return "/".join(reversed(parts)) if len(parts) == 3 else iso
