"""What every form of a check shares: findings grouped by body and state, and the words for scores, moves and places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from droitcommun.graph.checks.findings import CheckReport, Finding, Score, Source
from droitcommun.graph.formats import date_courte, deux_points, guillemets, pourcent
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.names import slug
from droitcommun.graph.words import gravites

_ETATS = ("a-venir", "a-l-essai", "deroge")
_LU = 90  # of a cell, the text that a line quotes
# The first words of a message that take no capital after a colon; a name keeps its own.
_COMMUNS = {
    *("Un", "Une", "Deux", "Le", "La", "Les", "Cet", "Cette", "Aucun", "Feuille", "Nombre", "Somme", "Évaluation"),
    *("A", "An", "Two", "The", "This", "No", "Sheet", "Number", "Sum", "Evaluation"),
}


@dataclass(frozen=True)
class Part:
    """The findings of one group that share a heading; `kind` is a severity, or a state other than open."""

    kind: str
    title: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Group:
    """One body, or the contract itself (`code` is None): its score in words, and its findings.

    `score` is « 7 règles satisfaites sur 12 (58 %) », with how many of the others are not due yet, `ratio` its short
    form « 7 sur 12 »; both are empty for the contract, which has no score. `passes` are the rules met, in words, when
    they were asked for.
    """

    code: str | None
    title: str
    score: str
    ratio: str
    parts: tuple[Part, ...]
    passes: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """Return the name of the group in a page: the same from one report to the next."""
        return f"i-{slug(self.code)}" if self.code else "contrat"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return every finding of the group, in the order of its headings."""
        return tuple(finding for part in self.parts for finding in part.findings)

    def count(self, kind: str) -> int:
        """Return the number of findings under one heading."""
        return sum(len(part.findings) for part in self.parts if part.kind == kind)


def kinds() -> dict[str, str]:
    """Return the words for the headings of findings, in reading order: severities when open, then the other states."""
    apart = {"a-venir": _("à venir"), "a-l-essai": _("à l'essai"), "deroge": _("dérogation accordée")}
    return {**gravites(), **apart}


def kind_of(finding: Finding) -> str:
    """Return the heading of a finding: its severity, or its state when it is not open."""
    return finding.etat if finding.etat in _ETATS else finding.gravite


def report_groups(report: CheckReport, passes: bool = False) -> list[Group]:
    """Return the bodies that have findings (or, with *passes*, rules met), by name, then the contract itself."""
    by_body: dict[str | None, list[Finding]] = {}
    for finding in report.findings:
        by_body.setdefault(finding.organisme, []).append(finding)
    met = _passes(report) if passes else {}
    for code in met:
        by_body.setdefault(code, [])
    names = body_names(report)
    scores = {s.code: s for s in report.scores_organismes}
    groups = [
        Group(
            code=code,
            title=names.get(code, code) if code else contract_title(),
            score=_score(scores[code], findings) if code in scores else "",
            ratio=ratio(scores[code]) if code in scores else "",
            parts=tuple(_parts(findings)),
            passes=met.get(code, ()) if code else (),
        )
        for code, findings in by_body.items()
    ]
    return sorted(groups, key=lambda g: (g.code is None, slug(g.title), g.code or ""))


def _score(score: Score, findings: Iterable[Finding]) -> str:
    """Return the rules met, then how many rules are judged at the closing only: those fail nobody yet."""
    later = {f.regle for f in findings if f.etat == "a-venir" and f.gravite != "info"}
    text = rules_met(score)
    return " · ".join((text, deux_points(_("pas encore dues"), str(len(later))))) if later else text


def _parts(findings: list[Finding]) -> list[Part]:
    parts = [Part(kind, word, tuple(f for f in findings if kind_of(f) == kind)) for kind, word in kinds().items()]
    return [part for part in parts if part.findings]


def _passes(report: CheckReport) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for one in report.passes:
        found.setdefault(one.organisme, []).append(f"{one.libelle} [{one.regle}]")
    return {code: tuple(texts) for code, texts in found.items()}


def body_names(report: CheckReport) -> Mapping[str, str]:
    """Return the name of each body that has a score, by its code."""
    return {score.code: score.libelle for score in report.scores_organismes}


def quiet(report: CheckReport) -> list[str]:
    """Return the names of the bodies that have a score and no finding."""
    speaking = {f.organisme for f in report.findings}
    return [s.libelle for s in report.scores_organismes if s.code not in speaking]


def contract_title() -> str:
    """Return the heading of the findings that are about no body."""
    return _("Contrat, territoires et gouvernance")


def report_title(report: CheckReport) -> str:
    """Return the title of a report."""
    return _("Contrôle de la campagne {annee} – {contrat}").format(
        annee=report.annee, contrat=report.titre or report.contrat
    )


def summary(report: CheckReport) -> list[tuple[str, int]]:
    """Return the words and the number of findings of each heading; those apart only when there are some."""
    counts: dict[str, int] = dict.fromkeys(kinds(), 0)
    for finding in report.findings:
        counts[kind_of(finding)] += 1
    always = (*gravites(), "a-venir")
    return [(word, counts[kind]) for kind, word in kinds().items() if kind in always or counts[kind]]


def method() -> str:
    """Return how a score is to be read."""
    return _(
        "Un score compte les règles satisfaites parmi celles qui concernent l'institution ; ce qui ne la concerne pas "
        "n'entre pas dans le compte. Il dit ce qui reste à faire et ne classe personne."
    )


def sentence(finding: Finding) -> str:
    """Return the message, led by the name of its subject unless it already names it; long texts of cells are cut."""
    said = finding.message
    for source in finding.sources:
        said = said.replace(source.texte, _cut(source.texte)) if source.texte else said
    if finding.libelle.split(" – ")[0] in finding.message:
        return said
    first, _space, _rest = said.partition(" ")
    return deux_points(finding.libelle, said[0].lower() + said[1:] if first in _COMMUNS else said)


def _cut(text: str) -> str:
    return text if len(text) <= _LU else text[: _LU - 1].rstrip() + "…"


def next_move(finding: Finding) -> str:
    """Return what to do, led by who has to do it when it is not the body itself."""
    who = actors().get(finding.destinataire)
    return f"({who}) {finding.correction}" if who else finding.correction


def actors() -> dict[str, str]:
    """Return the words for who has to act, when it is not the body a finding is about."""
    return {
        "copilotes": _("copilotes"),
        "commune": _("commune"),
        "prefecture": _("préfecture"),
        "gtp": _("groupe technique"),
        "equipe-outil": _("équipe de l'outil"),
    }


def place(source: Source) -> str:
    """Return where a cell stands, as « fichier › feuille › D14 : « texte » »; the end of a long text is left out."""
    address = " › ".join(part for part in (file_of(source), source.feuille, source.cellule) if part)
    return deux_points(address, guillemets(_cut(source.texte))) if source.texte else address


def file_of(source: Source) -> str:
    """Return the file of a cell; of an answer still awaited, the cell is that of the workbook that was sent."""
    return source.fichier or _("classeur à remplir")


def short_id(finding: Finding) -> str:
    """Return the beginning of a finding's identity: enough to name it to « droitcommun waive »."""
    return finding.id[:8]


def waiver(finding: Finding) -> str:
    """Return the dérogation of a finding, with its last day and its reason; nothing when it has none."""
    held = finding.derogation
    if held is None:
        return ""
    day = date_courte(date.fromisoformat(held.expire))
    if held.valable:
        return _("Dérogation jusqu'au {date} : {motif}").format(date=day, motif=held.motif)
    return _("Dérogation expirée le {date} : {motif}").format(date=day, motif=held.motif)


def ratio(score: Score) -> str:
    """Return « 7 sur 12 », or nothing when no rule applies."""
    return _("{fait} sur {attendu}").format(fait=score.fait, attendu=score.attendu) if score.attendu else ""


def rules_met(score: Score) -> str:
    """Return « 7 règles satisfaites sur 12 (58 %) »: the counts first, the share after."""
    if not score.attendu:
        return _("aucune règle ne s'applique")
    text = ngettext("{fait} règle satisfaite sur {attendu}", "{fait} règles satisfaites sur {attendu}", score.fait)
    return _with_share(text, score)


def complete_actions(score: Score) -> str:
    """Return « 9 actions complètes sur 13 (69 %) »."""
    if not score.attendu:
        return _("aucune action déclarée")
    text = ngettext("{fait} action complète sur {attendu}", "{fait} actions complètes sur {attendu}", score.fait)
    return _with_share(text, score)


def _with_share(text: str, score: Score) -> str:
    counted = text.format(fait=score.fait, attendu=score.attendu)
    return f"{counted} ({pourcent(score.fait, score.attendu)})"
