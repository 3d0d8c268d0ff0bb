"""Who a product is for, and what each profile lets through. Facts only: graph/pictures/profils.py takes things out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from droitcommun.graph.errors import ProfilInconnu
from droitcommun.graph.langue import _

PROFILS = ("public", "copil", "gtp", "interne")
PAR_DEFAUT = "copil"


@dataclass(frozen=True)
class Profil:
    """What one profile lets through.

    `textes_libres`: comments, precisions and quotations of contributors. `sources`: names of files received.
    `constats`: findings one by one with their cells (else counts). `detail_organismes`: by-body rows of every body,
    or of those that gave their visa (« vises »). `seuil_habitants`: below it, a count of inhabitants is not shown
    (None: every count is). Contacts are in no product, whatever the profile.
    """

    code: str
    textes_libres: bool
    sources: bool
    constats: bool
    detail_organismes: Literal["tous", "vises"]
    seuil_habitants: int | None

    def mots(self) -> str:
        """Return what is printed on the products: « comité de pilotage »."""
        return {
            "public": _("public"),
            "copil": _("comité de pilotage"),
            "gtp": _("groupe technique partenarial"),
            "interne": _("interne"),
        }[self.code]


_PROFILS = {
    found.code: found
    for found in (
        Profil("public", False, False, False, "vises", 11),
        Profil("copil", False, False, False, "tous", None),
        Profil("gtp", True, False, True, "tous", None),
        Profil("interne", True, True, True, "tous", None),
    )
}


def profil(code: str) -> Profil:
    """Return a profile by its code, one of PROFILS. Raises ProfilInconnu."""
    if code not in _PROFILS:
        raise ProfilInconnu(code, PROFILS)
    return _PROFILS[code]
