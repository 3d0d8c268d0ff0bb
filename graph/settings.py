"""droitcommun.toml: what a workspace's owner may choose."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from droitcommun.graph.errors import SettingsInvalid
from droitcommun.graph.files import os_reason
from droitcommun.graph.langue import _
from droitcommun.graph.parserwords import toml_reason

FILE_NAME = "droitcommun.toml"
FORMAT_VERSION = 1
# Reminders are written to the contacts of the campagne and of the one before: no need to know them longer.
CONSERVATION = 2


@dataclass(frozen=True)
class Settings:
    """The settings of one workspace. `conservation_contacts` is in years after the closing of a campagne."""

    store: str = "memoire"
    conservation_contacts: int = CONSERVATION

    def to_toml(self) -> str:
        """Return the file's text, with a word on each key."""
        return (
            "# Espace de travail droitcommun. Ce fichier marque le dossier ; ne le déplacez pas seul.\n"
            f"version = {FORMAT_VERSION}\n"
            "# Où vivent les graphes pendant une commande : « memoire » (chargés depuis graphes/).\n"
            f'store = "{self.store}"\n'
            "# Années pendant lesquelles on garde les contacts d'une campagne après sa clôture.\n"
            f"conservation_contacts = {self.conservation_contacts}\n"
        )


def read_settings(path: Path) -> Settings:
    """Read droitcommun.toml. Raises SettingsInvalid on a wrong file, version or value."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsInvalid(path, os_reason(error)) from error
    except UnicodeDecodeError as error:
        raise SettingsInvalid(path, _("ce n'est pas un texte en UTF-8")) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsInvalid(path, toml_reason(error)) from error
    if data.get("version") != FORMAT_VERSION:
        raise SettingsInvalid(path, _("version {v} inconnue").format(v=data.get("version")))
    store = data.get("store", "memoire")
    if store != "memoire":
        raise SettingsInvalid(path, _("store = « {s} » : seul « memoire » existe dans cette version").format(s=store))
    years = data.get("conservation_contacts", CONSERVATION)
    if type(years) is not int or years < 0:
        raise SettingsInvalid(path, _("conservation_contacts = « {n} » : un nombre entier d'années").format(n=years))
    return Settings(store, years)
