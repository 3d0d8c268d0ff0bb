"""The findings of a check: as text, as JSON (the contract of `check --format json`), as one HTML page."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from droitcommun.graph.checks.findings import CheckReport, Finding, Score, Source
from droitcommun.graph.formats import typographie
from droitcommun.graph.langue import _, langue, ngettext
from droitcommun.graph.names import slug
from droitcommun.graph.words import gravites

_COLOURS = {"violation": "31", "warning": "33", "info": "36", "a-venir": "2", "deroge": "2", "a-l-essai": "2"}
_ETATS = ("a-venir", "a-l-essai", "deroge")


@dataclass(frozen=True)
class Part:
    """The findings of one group that share a heading; `kind` is a severity, or a state other than open."""

    kind: str
    title: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Group:
    """One body, or the contract itself (`code` is None): its score in words, as « n sur m », and its findings."""

    code: str | None
    title: str
    score: str
    ratio: str
    parts: tuple[Part, ...]

    def count(self, kind: str) -> int:
        """Return the number of findings under one heading."""
        return sum(len(part.findings) for part in self.parts if part.kind == kind)


def render_json(report: CheckReport) -> str:
    """Return the report as JSON, in the order and with the names of the command line contract."""
    return json.dumps(report_object(report), ensure_ascii=False, indent=2) + "\n"


def report_object(report: CheckReport) -> dict[str, Any]:
    """Return what render_json writes, as Python values."""
    return {
        "contrat": report.contrat,
        "campagne": report.annee,
        "conforme": report.conforme,
        "resume": report.resume(),
        "non-verifie": list(report.not_checked),
        "organismes": [{"organisme": s.code, **_score_object(s)} for s in report.scores_organismes],
        "ambitions": [{"ambition": s.code, **_score_object(s)} for s in report.scores_ambitions],
        "constats": [asdict(finding) for finding in report.findings],
    }


def _score_object(score: Score) -> dict[str, Any]:
    return {
        "libelle": score.libelle,
        "score": {"fait": score.fait, "attendu": score.attendu},
        "constats": score.constats,
    }


def render_text(report: CheckReport, colour: bool = False) -> str:
    """Return the report for a terminal, grouped by body; colours only when asked."""
    lines = [_("Données fictives")] if report.fictif else []
    lines += [_title(report), _summary(report)]
    for group in report_groups(report):
        lines += ["", f"{group.title} – {group.score}" if group.score else group.title]
        for part in group.parts:
            lines.append("  " + _painted(f"{part.title} ({len(part.findings)})", part.kind, colour))
            for finding in part.findings:
                lines += _finding_lines(finding)
    quiet = _quiet(report)
    if quiet:
        lines += ["", _("Sans constat : {organismes}.").format(organismes=", ".join(quiet))]
    if report.scores_ambitions:
        lines += ["", _("Actions complètes par ambition")]
        lines += [f"  {s.code} : {_actions(s)}" for s in report.scores_ambitions]
    if report.not_checked:
        lines += ["", _("Ce que ce contrôle ne vérifie pas")]
        lines += [f"  {text}" for text in report.not_checked]
    return "\n".join(lines) + "\n"


def _finding_lines(finding: Finding) -> list[str]:
    lines = [f"    {sentence(finding)} [{finding.regle}]", f"      → {next_move(finding)}"]
    return lines + [f"      {place(source)}" for source in finding.sources]


def _painted(text: str, kind: str, colour: bool) -> str:
    return f"\x1b[{_COLOURS.get(kind, '0')}m{text}\x1b[0m" if colour else text


def sentence(finding: Finding) -> str:
    """Return the message, led by the name of its subject unless it already names it."""
    named = finding.libelle.split(" – ")[0] in finding.message
    return finding.message if named else f"{finding.libelle} : {finding.message}"


def next_move(finding: Finding) -> str:
    """Return what to do, led by who has to do it when it is not the body itself."""
    words = {
        "copilotes": _("copilotes"),
        "commune": _("commune"),
        "prefecture": _("préfecture"),
        "gtp": _("groupe technique"),
        "equipe-outil": _("équipe de l'outil"),
    }
    who = words.get(finding.destinataire)
    return f"({who}) {finding.correction}" if who else finding.correction


def place(source: Source) -> str:
    """Return where a cell stands, as « fichier › feuille › D14 : « texte » »."""
    address = " › ".join(part for part in (source.fichier, source.feuille, source.cellule) if part)
    return f"{address} : « {source.texte} »" if source.texte else address


def report_groups(report: CheckReport) -> list[Group]:
    """Return the bodies that have findings, by name, then the contract itself."""
    words = {**gravites(), "a-venir": _("à venir"), "a-l-essai": _("à l'essai"), "deroge": _("dérogation accordée")}
    scores = {s.code: s for s in report.scores_organismes}
    by_body: dict[str | None, list[Finding]] = {}
    for finding in report.findings:
        by_body.setdefault(finding.organisme, []).append(finding)
    groups = []
    for code, findings in by_body.items():
        score = scores.get(code or "")
        title = score.libelle if score else code or _("Contrat, territoires et gouvernance")
        parts = [
            Part(kind, word, tuple(f for f in findings if _kind(f) == kind))
            for kind, word in words.items()
            if any(_kind(f) == kind for f in findings)
        ]
        words_of_score = (_rules(score), _ratio(score)) if score else ("", "")
        groups.append(Group(code, title, *words_of_score, tuple(parts)))
    return sorted(groups, key=lambda g: (g.code is None, slug(g.title), g.code or ""))


def _kind(finding: Finding) -> str:
    return finding.etat if finding.etat in _ETATS else finding.gravite


def _quiet(report: CheckReport) -> list[str]:
    speaking = {f.organisme for f in report.findings}
    return [s.libelle for s in report.scores_organismes if s.code not in speaking]


def _title(report: CheckReport) -> str:
    return _("Contrôle de la campagne {annee} – {contrat}").format(
        annee=report.annee, contrat=report.titre or report.contrat
    )


def _summary(report: CheckReport) -> str:
    counts, words = report.resume(), gravites()
    parts = [f"{words[name]} : {counts[name]}" for name in words]
    return " · ".join([*parts, _("à venir : {n}").format(n=counts["a-venir"])])


def _rules(score: Score) -> str:
    if not score.attendu:
        return _("aucune règle ne s'applique")
    text = ngettext("{fait} règle satisfaite sur {attendu}", "{fait} règles satisfaites sur {attendu}", score.fait)
    return text.format(fait=score.fait, attendu=score.attendu)


def _ratio(score: Score) -> str:
    return _("{fait} sur {attendu}").format(fait=score.fait, attendu=score.attendu) if score.attendu else ""


def _actions(score: Score) -> str:
    if not score.attendu:
        return _("aucune action déclarée")
    text = ngettext("{fait} action complète sur {attendu}", "{fait} actions complètes sur {attendu}", score.fait)
    return text.format(fait=score.fait, attendu=score.attendu)


def render_html(report: CheckReport) -> str:
    """Return the report as one page without outside resource; every text is escaped."""
    template = _environment().get_template("findings.html")
    words = gravites()
    return template.render(
        _=_,
        langue=langue(),
        titre=_title(report),
        fictif=report.fictif,
        resume=[(words[name], report.resume()[name]) for name in words] + [(_("à venir"), report.resume()["a-venir"])],
        gravites=words,
        groups=report_groups(report),
        quiet=_quiet(report),
        ambitions=[(s.code, s.libelle, _actions(s)) for s in report.scores_ambitions],
        not_checked=report.not_checked,
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("droitcommun.graph.export", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"phrase": sentence, "suite": next_move, "lieu": place, "typo": typographie}
    return environment
