"""droitcommun check: JSON contract, forms, exit codes."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from droitcommun.cli.output import progress
from droitcommun.graph.check import check_campagne
from droitcommun.graph.checks.findings import CheckReport
from droitcommun.graph.dataset import activate
from droitcommun.graph.workspace import Workspace

TOP = [
    "contrat",
    "campagne",
    "conforme",
    "resume",
    "non-verifie",
    "organismes",
    "ambitions",
    "constats",
]
FINDING = [
    "id",
    "regle",
    "gravite",
    "etat",
    "destinataire",
    "organisme",
    "sujet",
    "libelle",
    "chemin",
    "valeur",
    "message",
    "correction",
    "reference",
    "sources",
    "derogation",
]


@pytest.fixture(scope="module")
def report(cli: Callable, demo: Path) -> dict:
    result = cli("-w", demo, "check", "2026", "--format", "json")
    assert result.code == 1, result.err
    return json.loads(result.out)


@pytest.fixture(scope="module")
def done(demo: Path) -> CheckReport:
    """Return the report of the demonstration, made once for the tests of what the command does with it."""
    workspace = Workspace.open(demo)
    return check_campagne(activate(workspace, None, 2026), date(2026, 11, 30), originals=workspace.originals.path)


@pytest.fixture
def ready(done: CheckReport, monkeypatch: pytest.MonkeyPatch) -> CheckReport:
    """Give that report to the command at once."""
    monkeypatch.setattr("droitcommun.graph.check.check_campagne", lambda *_args, **_options: done)
    monkeypatch.setattr("droitcommun.graph.dataset.activate", lambda *_args, **_options: None)
    return done


def test_json_follows_the_contract(report: dict) -> None:
    assert set(TOP) <= set(report)
    assert (report["contrat"], report["campagne"], report["conforme"]) == ("call-2024", 2026, False)
    assert set(report["resume"]) == {"violation", "warning", "info", "deroge", "a-venir"}
    assert all(set(FINDING) <= set(f) for f in report["constats"])
    for body in report["organismes"]:
        assert set(body) == {"organisme", "libelle", "score", "constats"}
        assert 0 <= body["score"]["fait"] <= body["score"]["attendu"]


def test_the_summary_counts_the_open_findings(report: dict) -> None:
    for gravite in ("violation", "warning", "info"):
        opened = [f for f in report["constats"] if f["gravite"] == gravite and f["etat"] == "ouvert"]
        assert report["resume"][gravite] == len(opened)


def test_findings_are_french_and_name_the_cell(report: dict) -> None:
    located = [f for f in report["constats"] if f["sources"]]
    assert located
    for finding in located:
        for source in finding["sources"]:
            assert source["fichier"] and source["feuille"]
    silent = [f for f in report["constats"] if f["regle"] == "R-E02"]
    assert [(f["sources"], f["repondre"]) for f in silent] == [([], [{"feuille": "Identité", "cellule": "G3"}])] * 6
    assert all(f["message"] and f["correction"] for f in report["constats"])
    assert not any("https://w3id.org" in f["message"] for f in report["constats"])


@pytest.mark.parametrize(
    ("gravite", "etat", "codes"),
    [
        ("violation", "ouvert", {"violation": 1, "warning": 1, "never": 0}),
        ("warning", "ouvert", {"violation": 0, "warning": 1, "never": 0}),
        ("info", "ouvert", {"violation": 0, "warning": 0, "never": 0}),
        ("violation", "a-venir", {"violation": 0, "warning": 0, "never": 0}),
        ("violation", "deroge", {"violation": 0, "warning": 0, "never": 0}),
    ],
)
def test_fail_on(
    cli: Callable,
    demo: Path,
    done: CheckReport,
    monkeypatch: pytest.MonkeyPatch,
    gravite: str,
    etat: str,
    codes: dict[str, int],
) -> None:
    alone = replace(done, findings=(replace(done.findings[0], gravite=gravite, etat=etat),))
    monkeypatch.setattr("droitcommun.graph.check.check_campagne", lambda *_args, **_options: alone)
    monkeypatch.setattr("droitcommun.graph.dataset.activate", lambda *_args, **_options: None)
    for threshold, code in codes.items():
        assert cli("-w", demo, "check", "2026", "--fail-on", threshold).code == code
    assert cli("-w", demo, "check", "2026").code == codes["violation"]


def test_a_body_alone_has_its_own_findings_only(cli: Callable, demo: Path, report: dict) -> None:
    body = next(f["organisme"] for f in report["constats"] if f["organisme"])
    alone = json.loads(cli("-w", demo, "check", "2026", "--organisme", body, "--format", "json").out)
    assert {f["organisme"] for f in alone["constats"]} == {body}
    assert sorted(f["id"] for f in alone["constats"]) == sorted(
        f["id"] for f in report["constats"] if f["organisme"] == body
    )


@pytest.mark.usefixtures("ready")
def test_html_is_one_file_without_outside_resource(cli: Callable, demo: Path, tmp_path: Path) -> None:
    target = tmp_path / "constats.html"
    result = cli("-w", demo, "check", "2026", "--format", "html", "--out", target)
    assert (result.code, result.out) == (1, "")
    page = target.read_text(encoding="utf-8")
    assert "Données fictives" in page or "données fictives" in page
    assert 'src="http' not in page and "<link" not in page


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(
    ("form", "start"),
    [("csv", b"\xef\xbb\xbfid;"), ("xlsx", b"PK"), ("junit", b"<?xml"), ("json", b"{"), ("text", b"Donn")],
)
def test_every_form_goes_to_a_file(cli: Callable, demo: Path, tmp_path: Path, form: str, start: bytes) -> None:
    target = tmp_path / "constats"
    result = cli("-w", demo, "check", "2026", "--format", form, "--out", target, "--explain-passes")
    assert (result.code, result.out) == (1, "")
    assert "\r" not in result.err  # no progress when stderr is not a terminal
    assert target.read_bytes().startswith(start)


@pytest.mark.usefixtures("ready")
def test_a_workbook_is_not_poured_on_a_terminal(cli: Callable, demo: Path) -> None:
    result = cli("-w", demo, "check", "2026", "--format", "xlsx")
    assert (result.code, result.out) == (2, "")
    assert "--out" in result.err


@pytest.mark.usefixtures("ready")
def test_passes_are_explained_when_asked(cli: Callable, demo: Path) -> None:
    assert "satisfait (" not in cli("-w", demo, "check", "2026").out
    said = cli("-w", demo, "check", "2026", "--explain-passes").out
    assert "Classeur de recensement transmis [R-E02]" in said
    found = json.loads(cli("-w", demo, "check", "2026", "--explain-passes", "--format", "json").out)
    met = [p for p in found["satisfaites"] if p["organisme"] == "cd62"]
    (score,) = [b["score"] for b in found["organismes"] if b["organisme"] == "cd62"]
    assert len(met) == score["fait"]


@pytest.mark.usefixtures("ready")
def test_text_says_n_out_of_m(cli: Callable, demo: Path) -> None:
    out = cli("-w", demo, "check", "2026").out
    assert " sur " in out
    assert "\x1b" not in out
    assert "à corriger" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["2031"], "campagne open 2031"), (["2026", "--organisme", "cd26"], "cd26"), ([], "ANNEE")],
)
def test_wrong_usage(cli: Callable, demo: Path, arguments: list[str], words: str) -> None:
    result = cli("-w", demo, "check", *arguments)
    assert (result.code, result.out) == (2, "")
    assert words in result.err


@pytest.mark.parametrize("no_color", [False, True])
def test_colour_only_on_a_terminal_that_wants_it(espace: Path, no_color: bool) -> None:
    pty = pytest.importorskip("pty", reason="pas de pseudo-terminal sous Windows")
    reader, writer = pty.openpty()
    env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | ({"NO_COLOR": "1"} if no_color else {})
    program = [sys.executable, "-m", "droitcommun.cli.main", "-w", str(espace), "check", "2026"]
    with subprocess.Popen(program, stdout=writer, stderr=subprocess.DEVNULL, env=env) as process:
        os.close(writer)
        shown = b""
        while True:
            try:
                block = os.read(reader, 65536)
            except OSError:
                break
            if not block:
                break
            shown += block
        process.wait()
    os.close(reader)
    assert (b"\x1b[" in shown) is not no_color


class Stream(io.StringIO):
    """A stream that says whether it is a terminal."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.mark.parametrize("terminal", [False, True])
def test_progress_is_told_to_a_terminal_only(monkeypatch: pytest.MonkeyPatch, terminal: bool) -> None:
    stream = Stream(terminal)
    monkeypatch.setattr(sys, "stderr", stream)
    with progress() as tell:
        tell("Vérification de la campagne 2026…")
    assert ("Vérification de la campagne 2026…" in stream.getvalue()) is terminal
    assert stream.getvalue().endswith("\r\x1b[2K") is terminal  # the line is left clean
