"""Each rule is proved by files: what is right gives nothing, what is wrong gives exactly the approved findings.

DROITCOMMUN_APPROUVER=1 writes the approved files again; read the difference before keeping it.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from rulebench import DUE, HERE, make_dataset, short

from droitcommun.graph.check import campagne_results, campagne_scope, check_campagne
from droitcommun.graph.checks.findings import Finding
from droitcommun.graph.checks.rules import load_rules
from droitcommun.graph.names import local_code

FIXTURES = sorted(HERE.glob("R-*/*.ttl"))
VALID = [f for f in FIXTURES if f.stem.startswith("valid")]
INVALID = [f for f in FIXTURES if f.stem.startswith("invalid")]


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def findings(path: Path) -> tuple[Finding, ...]:
    return check_campagne(make_dataset(path.read_text(encoding="utf-8")), DUE).findings


def line(finding: Finding) -> str:
    """Write one finding; the words of the form shapes are theirs and are left out."""
    book = load_rules()
    form = {text for shape in book.core_shapes.values() for text in shape.messages.values()}
    parts = [
        f"{finding.regle} {finding.gravite} {finding.etat} {finding.organisme or '-'} {short(finding.sujet)}",
        *([local_code(finding.chemin)] if finding.chemin else []),
        *([f"= {finding.valeur}"] if finding.valeur is not None else []),
        *(f"@ {s.feuille}!{s.cellule}" + (f" « {s.texte} »" if s.texte else "") for s in finding.sources),
        *([] if finding.message in form else [finding.message]),
    ]
    return " | ".join(parts)


def test_the_base_has_no_fault() -> None:
    report = check_campagne(make_dataset(), DUE)
    assert [line(f) for f in report.findings] == []
    assert report.conforme


def has_results(path: Path) -> bool:
    """Tell whether the rule of a fixture has any result on it, from which a finding could be made."""
    rule, book = path.parent.name, load_rules()
    dataset = make_dataset(path.read_text(encoding="utf-8"))
    alone = replace(book, constraints=tuple(c for c in book.constraints if c.rule.name == rule))
    if all(shape.rule.name != rule for shape in book.core_shapes.values()):
        alone = replace(alone, core_triples=(), core_predicates=frozenset())
    with campagne_scope(dataset.store, dataset.campagne) as scope:
        return any(r.rule.name == rule for r in campagne_results(alone, scope))


@pytest.mark.parametrize("path", VALID, ids=name)
def test_what_is_right_gives_nothing(path: Path) -> None:
    """No result, so no finding; the whole check, that asks the other rules too, is made when it has one to discard."""
    assert not has_results(path) or [line(f) for f in findings(path) if f.regle == path.parent.name] == []


@pytest.mark.parametrize("path", INVALID, ids=name)
def test_what_is_wrong_gives_the_approved_findings(path: Path) -> None:
    approved = path.with_suffix(".approved.txt")
    got = "".join(line(f) + "\n" for f in findings(path))
    if os.environ.get("DROITCOMMUN_APPROUVER"):
        approved.write_text(got, encoding="utf-8")
    assert got == approved.read_text(encoding="utf-8")
    assert any(written.startswith(path.parent.name + " ") for written in got.splitlines())


def test_every_rule_has_its_fixtures() -> None:
    checked = {rule.name for rule in load_rules().rules.values() if not rule.non_verifiee}
    assert {f.parent.name for f in VALID} == checked
    assert {f.parent.name for f in INVALID} == checked
