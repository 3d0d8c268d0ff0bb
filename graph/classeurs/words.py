"""The few fixed words of the workbooks, which travel with the files."""

from __future__ import annotations

NE_SAIT_PAS = "Ne sait pas"
NON_CHIFFRABLE = "Non chiffrable"
OUI_NON = ("Oui", "Non")
MODEL_SHEET = "_modele"
OWN_SHEETS = (MODEL_SHEET, "_listes", "Mode d'emploi")
