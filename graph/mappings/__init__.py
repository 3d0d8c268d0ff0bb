"""Mappings (TOML) from foreign tables to contributions."""

from __future__ import annotations

from importlib import resources


def delivered_mappings() -> list[str]:
    """Return the names of the mappings delivered with the program, sorted."""
    folder = resources.files(__name__)
    return sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml"))


def mapping_text(name: str) -> str:
    """Return the TOML of a delivered mapping. Raises KeyError when there is none of that name."""
    if name not in delivered_mappings():
        raise KeyError(name)
    return (resources.files(__name__) / f"{name}.toml").read_text(encoding="utf-8")
