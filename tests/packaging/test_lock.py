"""The lock: no registry address, a hash for each file, and nothing missing on another machine."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.txt", "requirements-dev.txt"]

MACHINES = [
    {"python_version": python, "python_full_version": f"{python}.1", "sys_platform": sys, "platform_system": name}
    | {"os_name": "nt" if sys == "win32" else "posix", "platform_machine": "x86_64", "extra": ""}
    for python in ("3.11", "3.12", "3.13", "3.14")
    for sys, name in (("linux", "Linux"), ("darwin", "Darwin"), ("win32", "Windows"))
]


def locked(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+) \\$", text, re.MULTILINE))


@pytest.mark.parametrize("name", LOCKS)
def test_no_address_and_a_hash_for_each(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    meaningful = [line for line in lines if line and not line.startswith("#")]
    allowed = re.compile(r"[a-z0-9.-]+==[\w.]+ \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert [line for line in meaningful if not allowed.fullmatch(line)] == []
    assert len(locked(name)) == sum("==" in line for line in meaningful)


def test_the_two_locks_agree() -> None:
    runtime, dev = locked(LOCKS[0]), locked(LOCKS[1])
    assert {name: dev.get(name) for name in runtime} == runtime


def test_the_lock_respects_the_ranges_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    dev = locked(LOCKS[1])
    wanted = [
        *project["build-system"]["requires"],
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["dev"],
    ]
    for requirement in map(Requirement, wanted):
        assert requirement.specifier.contains(dev[canonicalize_name(requirement.name)]), str(requirement)


@pytest.mark.parametrize("name", LOCKS)
def test_nothing_is_missing_on_another_machine(name: str) -> None:
    """What a locked package asks for on any system and Python is locked too, or a hashed install would refuse."""
    known = locked(name)
    missing = set()
    for package in known:
        try:
            required = metadata.requires(package) or []
        except metadata.PackageNotFoundError:
            continue
        for requirement in map(Requirement, required):
            marker = requirement.marker
            asked = marker is None or any(marker.evaluate(machine) for machine in MACHINES)
            if asked and canonicalize_name(requirement.name) not in known:
                missing.add(f"{package} → {requirement}")
    assert missing == set()
