"""What all tests share: the demonstration workspace, the command line, and the guard on skipped tests."""

from __future__ import annotations

import gc
import io
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass
from pathlib import Path
from unittest import mock

import pytest
from filelock import FileLock

from tests.installed import AWAY, PYTHON, install

TESTS = Path(__file__).parent
# Begun first, for they are long: with several processes, the last file to begin is then a short one.
LONG = (
    "packaging/test_wheel.py",
    "demo/test_degats.py",
    "shapes/test_parity.py",
    "shapes/test_fixtures.py",
    "cli/test_six_ans.py",
    "graph/test_publications.py",
    "cli/test_hackathon.py",
    "shapes/test_each_constraint.py",
    "graph/test_sigkill.py",
    "graph/test_personnes.py",
    "queries/test_catalogue_results.py",
    "queries/test_random_graphs.py",
    "graph/test_explain.py",
    "shapes/test_incremental.py",
    "classeurs/test_libreoffice.py",
    "cli/test_hostile.py",
    "cli/test_export.py",
    "cli/test_doctor.py",
    "shapes/test_mutation.py",
    "picture/test_report.py",
    "graph/test_interruptions.py",
    "cli/test_check_relances.py",
    "shapes/test_shape_files.py",
    "demo/test_empreinte.py",
    "docs/test_carnet.py",
    "shapes/test_w3c.py",
    "bench/test_generate.py",
    "graph/test_autre_contrat.py",
    "picture/test_browser.py",
    "export/test_pages_browser.py",
)
ALLOWED_SKIPS = Path(__file__).with_name("skips-autorises.txt")
TODAY = "2026-11-30"


@dataclass(frozen=True)
class Result:
    """What one run of the command line left."""

    code: int
    out: str
    err: str


def run_cli(*arguments: str | Path, env: dict[str, str] | None = None) -> Result:
    """Run the command line in this process (French: the help is written when a command is imported)."""
    from droitcommun.cli.main import run

    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    variables = {"DROITCOMMUN_DATE": TODAY, **(env or {})}
    with mock.patch.dict(os.environ, variables), redirect_stdout(out), redirect_stderr(err):
        code = run([str(a) for a in arguments])
    texts = []
    for stream in (out, err):
        stream.flush()
        raw = stream.buffer
        assert isinstance(raw, io.BytesIO)
        texts.append(raw.getvalue().decode())
    return Result(code, *texts)


@pytest.fixture(scope="session")
def cli() -> Callable[..., Result]:
    """Return the function that runs the command line."""
    return run_cli


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Result]) -> tuple[Path, Result]:
    """Return the folder *name* and what *make* said when it filled it: once for all the processes of this run."""
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent  # each process has its own folder in the one of the run
    folder, said = root / "communs" / name, root / "communs" / f"{name}.json"
    said.parent.mkdir(exist_ok=True)
    with FileLock(root / "communs" / f"{name}.lock"):
        if not said.exists():
            said.write_text(json.dumps(asdict(make(folder))), encoding="utf-8")
    return folder, Result(**json.loads(said.read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def made_demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """Return the folder of the demonstration, built once, and what the command said."""
    return made_once(tmp_path_factory, "demo", lambda folder: run_cli("demo", folder))


@pytest.fixture(scope="session")
def demo(made_demo: tuple[Path, Result]) -> Path:
    """Return the demonstration workspace. Read it only: `demo_copy` is for writing."""
    folder, result = made_demo
    assert result.code == 0, result.err
    return folder


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder where the wheel is installed (see tests/installed.py), away from the checkout."""

    def make(folder: Path) -> Result:
        install(folder)
        return Result(0, "", "")

    return made_once(tmp_path_factory, "roue", make)[0]


_BUILD_INTACT = """
import sys
from pathlib import Path
from droitcommun.graph.demo.fill import build_workspace
build_workspace(Path(sys.argv[1]), abimer=False)
"""


@pytest.fixture(scope="session")
def intact_folder(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the demonstration without damages, built by the installed wheel, sets in another order. Read it only."""

    def make(folder: Path) -> Result:
        command = [installed / PYTHON, "-c", _BUILD_INTACT, folder]
        made = subprocess.run(command, cwd=folder.parent, env=AWAY, capture_output=True, text=True, encoding="utf-8")
        return Result(made.returncode, made.stdout, made.stderr)

    folder, said = made_once(tmp_path_factory, "intact", make)
    assert said.code == 0, said.err
    return folder


@pytest.fixture
def demo_copy(demo: Path, tmp_path: Path) -> Path:
    """Return a copy of the demonstration workspace that a test may change."""
    return Path(shutil.copytree(demo, tmp_path / "demo"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the long files first; the others stay in their order."""
    rank = {TESTS / name: n for n, name in enumerate(LONG)}
    items.sort(key=lambda item: rank.get(item.path, len(rank)))


def pytest_collection_finish() -> None:
    """Collect cycles less often, and never look again into what was imported: a third of the time of many tests."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _allowed() -> set[str]:
    lines = (line.strip() for line in ALLOWED_SKIPS.read_text(encoding="utf-8").splitlines())
    return {line for line in lines if line and not line.startswith("#")}


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")


def unexpected_skips(reports: list[pytest.TestReport | pytest.CollectReport]) -> list[str]:
    """Return « node: reason » for each skip whose reason the list does not allow."""
    allowed = _allowed()
    return [f"{r.nodeid}: {_reason(r)}" for r in reports if _reason(r) not in allowed]


def _found(config: pytest.Config) -> list[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get("CI") or reporter is None:
        return []
    return unexpected_skips(reporter.stats.get("skipped", []))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI, turn a skip that nobody allowed into a failure of the run."""
    if _found(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name the skips that made the run fail."""
    found = _found(config)
    if found:
        terminalreporter.section(f"tests ignorés sans autorisation ({ALLOWED_SKIPS.name})", red=True)
        for line in found:
            terminalreporter.line(line)
