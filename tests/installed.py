"""The program as a user installs it: its wheel, among the locked dependencies alone, away from the checkout."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from importlib.metadata import distribution
from pathlib import Path

ROOT = Path(__file__).parents[1]
# What is imported is compiled once and kept, also where the machine asks for nothing to be kept.
_NOT_OURS = ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE")
# Another order of sets than that of the tests.
AWAY = {k: v for k, v in os.environ.items() if k not in _NOT_OURS}
AWAY |= {"DROITCOMMUN_DATE": "2026-11-30", "PYTHONHASHSEED": "20260320"}
PYTHON = Path("venv", "Scripts/python.exe" if os.name == "nt" else "bin/python")
PROGRAM = PYTHON.with_name("droitcommun.exe" if os.name == "nt" else "droitcommun")
_LOCKED = re.compile(r"^([\w.-]+)==([^\s;\\]+)", re.MULTILINE)
_BEING_WRITTEN = shutil.ignore_patterns("*.pyc.*")  # by another process of the tests
_LAYOUT = "import json, sysconfig; print(json.dumps(sysconfig.get_path('purelib')))"


def install(folder: Path) -> None:
    """Make `folder/venv` with the locked dependencies and the wheel, and leave the wheel in `folder/dist`.

    The dependencies are those of the environment that runs the tests, which pip filled with their hashes checked: their
    files are linked, not fetched and unpacked again. What the tests alone need is left out.
    """
    folder.mkdir()
    venv.create(folder / "venv", with_pip=False)
    python = folder / PYTHON
    said = subprocess.run([python, "-c", _LAYOUT], env=AWAY, cwd=folder, check=True, capture_output=True)
    _link_locked(Path(json.loads(said.stdout)))
    ignored = shutil.ignore_patterns(".*", "demo", "build", "dist", "*.egg-info", "__pycache__", "tests")
    # From a copy of the tree, so that the checkout stays as it is.
    source = shutil.copytree(ROOT, folder / "source", ignore=lambda path, names: _kept(path, ignored(path, names)))
    _pip(python, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder / "dist"), str(source))
    shutil.rmtree(source)
    _pip(python, "install", "--no-deps", "--no-index", str(wheel(folder)))


def wheel(folder: Path) -> Path:
    """Return the wheel that `install` made."""
    (built,) = (folder / "dist").glob("droitcommun-*.whl")
    return built


def _link_locked(target: Path) -> None:
    locked = _LOCKED.findall((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    assert len(locked) > 20
    for name, version in locked:
        found = distribution(name)
        assert found.version == version, f"{name} {found.version} n'est pas la version verrouillée : make test"
        for top in {file.parts[0] for file in found.files or () if file.parts[0] not in ("..", "__pycache__")}:
            source = Path(str(found.locate_file(top)))
            if source.is_dir():
                shutil.copytree(source, target / top, copy_function=_link, dirs_exist_ok=True, ignore=_BEING_WRITTEN)
            else:
                _link(source, target / top)


def _link(source: str | Path, target: str | Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def _kept(path: str, ignored: set[str]) -> set[str]:
    """Ignore « demo » only at the root: graph/demo is code."""
    return ignored if Path(path) == ROOT else ignored - {"demo"}


def _pip(python: Path, *arguments: str) -> None:
    """Run the pip of the tests on another environment, that holds none."""
    command = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", "--quiet"]
    result = subprocess.run([*command, *arguments], capture_output=True, text=True, env=AWAY, check=False)
    assert result.returncode == 0, result.stderr[-2000:]
