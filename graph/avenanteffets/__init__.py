"""What each effect of an avenant does to a contract: one reading of the contract, changed effect after effect.

Effects are tried in the order of their dates, all of them, so that one which cannot be applied is said before its day
comes; only those in force write anything. Modules: `contrat` (the contract as they find and leave it), `strategie`,
`territoires`, `organismes`, `cadre`.
"""

from __future__ import annotations

from droitcommun.graph.avenanteffets.cadre import CADRE
from droitcommun.graph.avenanteffets.contrat import RDF_TYPE, Contrat, Effet, NonApplicable
from droitcommun.graph.avenanteffets.organismes import ORGANISMES
from droitcommun.graph.avenanteffets.strategie import STRATEGIE
from droitcommun.graph.avenanteffets.territoires import TERRITOIRES

EFFETS = {**CADRE, **STRATEGIE, **TERRITOIRES, **ORGANISMES}
# What the row of an effect says of the thing itself.
VALEURS = (
    *("nombre", "nombreAuPlus", "taux", "nouvelleFin"),
    *("typeOrganisme", "statutPartie", "categorieLegale", "obligatoire"),
    *("appliqueA", "prouvePar", "dureePreuve", "dansLaMesureDuPossible", "preuvesCumulees"),
)


def apply_effet(contrat: Contrat, effet: Effet) -> None:
    """Apply one effect to the contract. Raises NonApplicable before anything is written."""
    EFFETS[effet.nature](contrat, effet)


__all__ = ["EFFETS", "RDF_TYPE", "VALEURS", "Contrat", "Effet", "NonApplicable", "apply_effet"]
