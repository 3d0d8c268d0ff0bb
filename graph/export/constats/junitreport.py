"""The findings as JUnit XML: one test suite a body, one test case a rule."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Xml  # written, never read: nothing hostile is parsed

from droitcommun.graph.checks.findings import CheckReport, Finding
from droitcommun.graph.checks.rules import load_rules
from droitcommun.graph.export.constats.groups import (
    Group,
    kind_of,
    kinds,
    next_move,
    place,
    report_groups,
    report_title,
    sentence,
    waiver,
)
from droitcommun.graph.langue import _, langue

# What XML 1.0 cannot hold at all, even escaped.
_UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(report: CheckReport) -> bytes:
    """Return the report as JUnit XML.

    A case is failed when its rule has something open to correct or to complete (`type` is the severity), skipped when
    all it has is to come, on trial or waived, else passed; what is for information is its output. A rule that applies
    to a body and gives nothing is a passed case.
    """
    root = Xml.Element("testsuites", name=_printable(report_title(report)))
    met: dict[str | None, list[str]] = {}
    for one in report.passes:
        met.setdefault(one.organisme, []).append(one.regle)
    for group in report_groups(report, passes=True):
        _suite(root, report, group, met.get(group.code, []))
    for name in ("tests", "failures", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    Xml.indent(root)
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _suite(root: Xml.Element, report: CheckReport, group: Group, met: list[str]) -> None:
    suite = Xml.SubElement(root, "testsuite", name=_printable(group.title))
    if report.fictif:
        properties = Xml.SubElement(suite, "properties")
        Xml.SubElement(properties, "property", name="avertissement", value=_("Données fictives"))
    by_rule: dict[str, list[Finding]] = {}
    for finding in group.findings:
        by_rule.setdefault(finding.regle, []).append(finding)
    outcomes = [_case(suite, group, rule, findings) for rule, findings in by_rule.items()]
    for rule in met:
        if rule not in by_rule:
            outcomes.append("passed")
            _testcase(suite, group, rule)
    suite.set("tests", str(len(outcomes)))
    suite.set("failures", str(outcomes.count("failure")))
    suite.set("skipped", str(outcomes.count("skipped")))
    suite.set("errors", "0")


def _case(suite: Xml.Element, group: Group, rule: str, findings: list[Finding]) -> str:
    """Write one case and return what became of it: failure, skipped or passed."""
    case = _testcase(suite, group, rule)
    serious = [f for f in findings if f.etat == "ouvert" and f.gravite != "info"]
    apart = [f for f in findings if f.etat != "ouvert"]
    words = kinds()
    if serious:
        worst = "violation" if any(f.gravite == "violation" for f in serious) else "warning"
        failure = Xml.SubElement(case, "failure", type=worst, message=_printable(sentence(serious[0])))
        failure.text = _printable("\n".join(_said(f) for f in serious))
        outcome = "failure"
    elif apart and len(apart) == len(findings):
        said = "\n".join(f"{words[kind_of(f)]} : {_said(f)}" for f in apart)
        Xml.SubElement(case, "skipped", message=_printable(said))
        outcome = "skipped"
    else:
        outcome = "passed"
    others = [f for f in findings if f not in serious]
    if others and outcome != "skipped":
        output = Xml.SubElement(case, "system-out")
        output.text = _printable("\n".join(f"{words[kind_of(f)]} : {_said(f)}" for f in others))
    return outcome


def _testcase(suite: Xml.Element, group: Group, rule: str) -> Xml.Element:
    """Add a case, named as the rule is whatever becomes of it, so that runs can be compared."""
    known = load_rules().rules.get(rule)
    label = (known.labels.get(langue()) or known.labels.get("fr", "")) if known else ""
    name = f"{rule} – {label}" if label else rule
    return Xml.SubElement(suite, "testcase", classname=group.code or "contrat", name=_printable(name))


def _said(finding: Finding) -> str:
    lines = [sentence(finding), f"→ {next_move(finding)}", waiver(finding), *(place(s) for s in finding.sources)]
    return "\n".join(line for line in lines if line)


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("", text)
