"""What is delivered: every package and data file, and a wheel that runs the demonstration away from the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = {"graph": "droitcommun.graph", "cli": "droitcommun.cli"}
ASSETS = {"ontology": "droitcommun.ontology", "queries": "droitcommun.queries", "shapes": "droitcommun.shapes"}
DATA = {".ttl", ".rq", ".toml", ".html", ".css", ".js", ".mo", ".po"}
# What is imported is compiled once and kept, also where the machine asks for nothing to be kept.
NOT_OURS = ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE")
AWAY = {k: v for k, v in os.environ.items() if k not in NOT_OURS}
AWAY["DROITCOMMUN_DATE"] = "2026-11-30"


def test_every_folder_of_code_is_a_package_of_the_distribution() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    expected = {"droitcommun"}
    for folder, package in {**FOLDERS, **ASSETS}.items():
        for init in (ROOT / folder).rglob("__init__.py"):
            expected.add(".".join([package, *init.parent.relative_to(ROOT / folder).parts]))
    assert set(project["tool"]["setuptools"]["packages"]) == expected


def test_every_module_stands_in_a_package() -> None:
    modules = (module for folder in FOLDERS for module in (ROOT / folder).rglob("*.py"))
    assert [m for m in modules if not (m.parent / "__init__.py").exists()] == []


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python of an environment that holds the locked dependencies and nothing of ours."""
    folder = tmp_path_factory.mktemp("vide") / "venv"
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    _pip(python, "install", "--no-compile", "--require-hashes", "--requirement", str(ROOT / "requirements.txt"))
    return python


@pytest.fixture(scope="module")
def wheel(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel, built from a copy of the tree so that the checkout stays as it is."""
    folder = tmp_path_factory.mktemp("roue")
    ignored = shutil.ignore_patterns(".*", "demo", "build", "dist", "*.egg-info", "__pycache__", "tests")
    source = shutil.copytree(ROOT, folder / "source", ignore=lambda path, names: _kept(path, ignored(path, names)))
    _pip(empty, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder / "dist"), str(source))
    (built,) = (folder / "dist").glob("droitcommun-*.whl")
    return built


def _kept(path: str, ignored: set[str]) -> set[str]:
    """Ignore « demo » only at the root: graph/demo is code."""
    return ignored if Path(path) == ROOT else ignored - {"demo"}


def _pip(python: Path, *arguments: str) -> None:
    result = subprocess.run(
        [python, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments],
        capture_output=True,
        text=True,
        env=AWAY,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-2000:]


def test_the_wheel_holds_every_file_the_program_reads(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    for folder in (*FOLDERS, *ASSETS):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in DATA | {".py"} and path.is_file():
                assert f"droitcommun/{path.relative_to(ROOT).as_posix()}" in held
    assert {"droitcommun/__init__.py", "droitcommun/py.typed"} <= held
    assert not any(name.startswith(("graph/", "cli/", "tests/")) for name in held)


def test_the_wheel_runs_the_demonstration_in_an_empty_environment(empty: Path, wheel: Path, tmp_path: Path) -> None:
    _pip(empty, "install", "--no-deps", str(wheel))
    program = empty.with_name("droitcommun.exe" if os.name == "nt" else "droitcommun")
    where = subprocess.run(
        [empty, "-c", "import droitcommun.graph as g; print(g.__file__)"], cwd=tmp_path, env=AWAY, capture_output=True
    )
    assert str(ROOT) not in where.stdout.decode()
    made = subprocess.run(
        [program, "demo", "essai"], cwd=tmp_path, env=AWAY, capture_output=True, text=True, encoding="utf-8"
    )
    assert made.returncode == 0, made.stderr
    pages = [word for line in made.stdout.splitlines() for word in line.split() if word.endswith(".html")]
    assert [Path(page).name for page in pages] == ["photographie-2026.html", "habitants-2026.html"]
    assert all("fictives" in (tmp_path / page).read_text(encoding="utf-8").lower() for page in pages)
    checked = subprocess.run([program, "-w", "essai", "check", "2026"], cwd=tmp_path, env=AWAY, capture_output=True)
    assert checked.returncode == 1, checked.stderr.decode()
