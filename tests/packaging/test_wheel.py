"""What is delivered: every package and data file, and a wheel that runs the demonstration away from the checkout."""

from __future__ import annotations

import subprocess
import tomllib
import zipfile
from pathlib import Path

from tests.installed import AWAY, PROGRAM, PYTHON, ROOT, wheel

FOLDERS = {"graph": "droitcommun.graph", "cli": "droitcommun.cli"}
ASSETS = {"ontology": "droitcommun.ontology", "queries": "droitcommun.queries", "shapes": "droitcommun.shapes"}
_IMPORT_ALL = """
import importlib, pkgutil, droitcommun
for module in pkgutil.walk_packages(droitcommun.__path__, "droitcommun."):
    print(module.name, importlib.import_module(module.name).__file__, sep="\\t")
"""
DATA = {".ttl", ".rq", ".toml", ".html", ".css", ".js", ".mo", ".po"}


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


def test_the_wheel_holds_every_file_the_program_reads(installed: Path) -> None:
    held = set(zipfile.ZipFile(wheel(installed)).namelist())
    for folder in (*FOLDERS, *ASSETS):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in DATA | {".py"} and path.is_file():
                assert f"droitcommun/{path.relative_to(ROOT).as_posix()}" in held
    assert {"droitcommun/__init__.py", "droitcommun/py.typed"} <= held
    assert not any(name.startswith(("graph/", "cli/", "tests/")) for name in held)


def run(where: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=where, env=AWAY, capture_output=True, text=True, encoding="utf-8", check=False)


def test_every_module_is_imported_with_the_locked_dependencies_alone(installed: Path, tmp_path: Path) -> None:
    said = run(tmp_path, installed / PYTHON, "-c", _IMPORT_ALL)
    assert said.returncode == 0, said.stderr
    modules = dict(line.split("\t") for line in said.stdout.splitlines())
    files = {path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")}
    assert len(modules) >= len(files)
    assert all(Path(file).is_relative_to(installed) for file in modules.values())
    without_tests = run(tmp_path, installed / PYTHON, "-c", "import pytest")
    assert "ModuleNotFoundError" in without_tests.stderr


def test_the_wheel_checks_in_an_empty_environment(installed: Path, intact_folder: Path, tmp_path: Path) -> None:
    """It also made that workspace there; tests/cli/test_hackathon asks it for the products."""
    checked = run(tmp_path, installed / PROGRAM, "-w", intact_folder, "check", "2026")
    assert checked.returncode == 1, checked.stderr
    assert "fictives" in checked.stdout
