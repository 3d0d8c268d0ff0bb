"""What an amount rests on: counted, estimated, an expert's opinion, or nothing said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from droitcommun.graph.catalogue import Table
from droitcommun.graph.pictures.figures import Figure, Periode, repere_euros
from droitcommun.graph.pictures.rows import entier_ou_rien, montant, texte

# From the safest to the least, then what nothing says.
FIABILITES = ("compte", "estime", "dire-d-expert", "")
_ORIGINES = {1: "droit-commun", 2: "specifique", 3: "a-qualifier", 5: "abattement-tfpb"}


def with_confiance(figures: Mapping[str, Figure], table: Table, periodes: Sequence[Periode]) -> dict[str, Figure]:
    """Return the figures, those of amounts by period and origin with their confidence.

    *table* is fiabilite-des-montants; *periodes* are those of the figures, in their order.
    """
    known: dict[tuple[str, int | None, str], dict[str, Decimal]] = {}
    for row in table.rows:
        key = (texte(row, "phase"), entier_ou_rien(row, "exercice"), texte(row, "origine"))
        known.setdefault(key, {})[texte(row, "fiabilite")] = montant(row, "euros") or Decimal(0)
    found = dict(figures)
    for rang, periode in enumerate(periodes):
        for n, origine in _ORIGINES.items():
            amounts = known.get((periode.phase, periode.exercice, origine), {})
            parts = tuple((code, amounts[code]) for code in FIABILITES if code in amounts)
            name = repere_euros(rang, n)
            found[name] = replace(found[name], confiance=parts)
    return found
