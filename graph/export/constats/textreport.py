"""The findings for a terminal."""

from __future__ import annotations

from textwrap import wrap

from droitcommun.graph.checks.findings import CheckReport, Finding
from droitcommun.graph.export.constats.groups import (
    complete_actions,
    method,
    next_move,
    place,
    quiet,
    report_groups,
    report_title,
    sentence,
    short_id,
    summary,
    waiver,
)
from droitcommun.graph.formats import deux_points, typographie
from droitcommun.graph.langue import _

_COLOURS = {"violation": "31", "warning": "33", "info": "36", "a-venir": "2", "deroge": "2", "a-l-essai": "2"}
_GREEN = "32"


def render_text(report: CheckReport, colour: bool = False, passes: bool = False, width: int | None = None) -> str:
    """Return the report grouped by body; colours only when asked, rules met only with *passes*.

    Lines longer than *width* characters are cut between words, each part under the first; None cuts none.
    """
    lines = [_("Données fictives")] if report.fictif else []
    lines += [report_title(report), " · ".join(deux_points(word, str(n)) for word, n in summary(report))]
    for group in report_groups(report, passes):
        lines += ["", f"{group.title} – {group.score}" if group.score else group.title]
        for part in group.parts:
            title = f"{part.title} ({len(part.findings)})"
            lines.append("  " + _painted(title, _COLOURS[part.kind], colour))
            for finding in part.findings:
                lines += _finding_lines(finding)
        if group.passes:
            lines.append("  " + _painted(_("satisfait ({n})").format(n=len(group.passes)), _GREEN, colour))
            lines += [f"    {text}" for text in group.passes]
    silent = [] if passes else quiet(report)
    if silent:
        lines += ["", _("Sans constat : {organismes}.").format(organismes=", ".join(silent))]
    if report.scores_ambitions:
        lines += ["", _("Actions complètes par ambition")]
        lines += ["  " + deux_points(s.code, complete_actions(s)) for s in report.scores_ambitions]
    lines += ["", method()]
    if report.not_checked:
        lines += ["", _("Ce que ce contrôle ne vérifie pas")]
        lines += [f"  {text}" for text in report.not_checked]
    return "\n".join(part for line in lines for part in _cut(line, width)) + "\n"


def _cut(line: str, width: int | None) -> list[str]:
    """Cut a line between words, never inside one: an address is copied whole."""
    if width is None or len(line) <= width or "\x1b" in line:
        return [line]
    margin = " " * (len(line) - len(line.lstrip(" →")))
    return wrap(typographie(line), width, subsequent_indent=margin, break_long_words=False, break_on_hyphens=False)


def _finding_lines(finding: Finding) -> list[str]:
    lines = [f"    {sentence(finding)} [{finding.regle} · {short_id(finding)}]", f"      → {next_move(finding)}"]
    reason = waiver(finding)
    lines += [f"      {reason}"] if reason else []
    return lines + [f"      {place(source)}" for source in finding.sources]


def _painted(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text
