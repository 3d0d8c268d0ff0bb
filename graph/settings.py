"""droitcommun.toml: what a workspace's owner may choose."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from droitcommun.graph.errors import SettingsInvalid
from droitcommun.graph.langue import _

FILE_NAME = "droitcommun.toml"
FORMAT_VERSION = 1


@dataclass(frozen=True)
class Settings:
    """The settings of one workspace."""

    store: str = "memoire"

    def to_toml(self) -> str:
        """Return the file's text, with a word on each key."""
        return (
            "# Espace de travail droitcommun. Ce fichier marque le dossier ; ne le déplacez pas seul.\n"
            f"version = {FORMAT_VERSION}\n"
            "# Où vivent les graphes pendant une commande : « memoire » (chargés depuis graphes/).\n"
            f'store = "{self.store}"\n'
        )


def read_settings(path: Path) -> Settings:
    """Read droitcommun.toml. Raises SettingsInvalid on a wrong file, version or value."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsInvalid(path, str(error)) from error
    if data.get("version") != FORMAT_VERSION:
        raise SettingsInvalid(path, _("version {v} inconnue").format(v=data.get("version")))
    store = data.get("store", "memoire")
    if store != "memoire":
        raise SettingsInvalid(path, _("store = « {s} » : seul « memoire » existe dans cette version").format(s=store))
    return Settings(store=store)
