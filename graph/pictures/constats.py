"""What a picture says of the findings: counts, counts by body, and the findings themselves for those who correct."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from droitcommun.graph.checks.findings import CheckReport, Finding

# The rule that finds identical rows.
_IDENTIQUES = "R-M8"
_GRAVITES = ("violation", "warning", "info")


@dataclass(frozen=True)
class ConstatsOrganisme:
    """How many findings are open for one body (`organisme` None: for the contract itself), by severity."""

    organisme: str | None
    a_corriger: int
    a_completer: int
    pour_information: int


@dataclass(frozen=True)
class Constat:
    """One open finding: the rule, its severity (violation, warning, info), the body, the words, what to do.

    `cases` are the addresses of its cells, as « Actions!D14 »; `fichiers` the names of the files, in the same order.
    """

    regle: str
    gravite: str
    organisme: str | None
    message: str
    correction: str
    cases: tuple[str, ...]
    fichiers: tuple[str, ...]


@dataclass(frozen=True)
class Controle:
    """How many findings are open on `jour`, by severity, and what the check says it cannot verify.

    `a_venir` counts those judged at the closing date only; `n_doublons` the rows that may be counted twice, and
    `doublons` says each. `par_organisme` and `constats` are empty when the profile leaves them out.
    """

    a_corriger: int
    a_completer: int
    pour_information: int
    non_verifie: tuple[str, ...]
    a_venir: int = 0
    jour: date | None = None
    doublons: tuple[str, ...] = ()
    n_doublons: int = 0
    par_organisme: tuple[ConstatsOrganisme, ...] = ()
    constats: tuple[Constat, ...] = ()


def read_controle(report: CheckReport) -> Controle:
    """Return what a picture holds of *report*: open findings only, bodies in the order of their codes."""
    opened = [finding for finding in report.findings if finding.etat == "ouvert"]
    violations, warnings, infos = (sum(1 for f in opened if f.gravite == gravite) for gravite in _GRAVITES)
    twins = tuple(f.message for f in report.findings if f.regle == _IDENTIQUES and f.etat != "deroge")
    return Controle(
        a_corriger=violations,
        a_completer=warnings,
        pour_information=infos,
        non_verifie=tuple(str(item) for item in report.not_checked),
        a_venir=sum(1 for finding in report.findings if finding.etat == "a-venir"),
        jour=report.jour,
        doublons=twins,
        n_doublons=len(twins),
        par_organisme=_par_organisme(opened),
        constats=tuple(_constat(finding) for finding in opened),
    )


def _par_organisme(opened: list[Finding]) -> tuple[ConstatsOrganisme, ...]:
    found: dict[str | None, list[str]] = {}
    for finding in opened:
        found.setdefault(finding.organisme, []).append(finding.gravite)
    ordered = sorted(found, key=lambda code: (code is None, code or ""))
    counts = {code: [found[code].count(gravite) for gravite in _GRAVITES] for code in ordered}
    return tuple(ConstatsOrganisme(code, *counts[code]) for code in ordered)


def _constat(finding: Finding) -> Constat:
    return Constat(
        finding.regle,
        finding.gravite,
        finding.organisme,
        finding.message,
        finding.correction,
        tuple(f"{s.feuille}!{s.cellule}" for s in finding.sources),
        tuple(s.fichier for s in finding.sources),
    )
