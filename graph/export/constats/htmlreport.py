"""The findings as one page without outside resource, for the screen and for paper."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from droitcommun.graph.checks.findings import CheckReport
from droitcommun.graph.export.constats.groups import (
    actors,
    complete_actions,
    kinds,
    method,
    place,
    quiet,
    report_groups,
    report_title,
    sentence,
    short_id,
    summary,
    waiver,
)
from droitcommun.graph.formats import date_longue, typographie
from droitcommun.graph.langue import _, langue


def render_html(report: CheckReport, passes: bool = False) -> str:
    """Return the whole page; every text is escaped. *passes* shows the rules that each body meets."""
    groups = report_groups(report, passes)
    shown = [kind for kind in kinds() if any(g.count(kind) for g in groups) or kind in ("violation", "warning", "info")]
    return (
        environment()
        .get_template("findings.html")
        .render(
            _=_,
            langue=langue(),
            titre=report_title(report),
            fictif=report.fictif,
            jour=date_longue(report.jour) if report.jour else "",
            resume=summary(report),
            colonnes=[(kind, word) for kind, word in kinds().items() if kind in shown],
            groups=groups,
            method=method(),
            quiet=[] if passes else quiet(report),
            ambitions=[(s.code, s.libelle, complete_actions(s)) for s in report.scores_ambitions],
            not_checked=report.not_checked,
        )
    )


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return what renders the pages of findings and of dialogue: escaped texts, no undefined value."""
    made = Environment(
        loader=PackageLoader("droitcommun.graph.export", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "phrase": sentence,
        "lieu": place,
        "typo": typographie,
        "derogation": waiver,
        "acteur": _actor,
        "court": short_id,
    }
    return made


def _actor(destinataire: str) -> str:
    return actors().get(destinataire, "")
