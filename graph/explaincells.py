"""Which moyens or actions one cell of a catalogue table is made of, by the codes that its row bears."""

from __future__ import annotations

from dataclasses import replace

from droitcommun.graph.catalogue import Column, Table, code_of
from droitcommun.graph.names import cdv
from droitcommun.graph.pictures.figures import PRESTATION_LEGALE
from droitcommun.graph.tracing import Fact, Kept, Matter, behind, money, ones

# Columns of tables and the column of the flat table that holds the same code.
_SAME = {
    "action": "action", "organisme": "apporteur", "bailleur": "apporteur", "source": "source", "forme": "forme",
    "origine": "origine", "ambition": "ambition", "pilier": "pilier", "lieu": "lieu", "qpv": "lieu",
    "exercice": "exercice", "unite": "unite",
}  # fmt: skip
_ORIGINES = {
    "euros_dc": "droit-commun", "euros_spec": "specifique", "euros_a_qualifier": "a-qualifier",
}  # fmt: skip


def kept_of_cell(table: Table, row: Fact, column: Column, matter: Matter) -> Kept:
    """Return what a cell is made of: moyens for an amount, actions for a count of actions.

    Other columns rest on the same nodes without being their sum.
    """
    phase = str(table.parameters.get("phase") or "") or _grouped(row.get("phase"))
    annee = int(str(table.parameters.get("annee") or 0))

    def keep(fact: Fact) -> bool:
        if phase and fact["phase_groupe"] != phase:
            return False
        if phase and "exercice" not in row and fact["exercice"] != annee - (phase == "realise"):
            return False
        if row.get("phase") not in (None, "realise", "prevu") and fact["phase"] != row["phase"]:
            return False
        return all(fact[theirs] == row[name] for name, theirs in _SAME.items() if row.get(name) is not None)

    legal_too = column.name in ("total", "somme") or row.get("forme") == PRESTATION_LEGALE
    if column.unit == "EUR" or column.name in ("total", "somme", "ecart"):
        wanted = _ORIGINES.get(column.name)
        apart = column.name == "euros_prestations_legales"

        def counts(fact: Fact) -> bool:
            if not keep(fact) or (column.unit == "EUR" and fact["unite"] != "EUR"):
                return False
            legal = fact["forme"] == PRESTATION_LEGALE
            return (legal if apart else legal_too or not legal) and (wanted is None or fact["origine"] == wanted)

        unit = "euros" if column.unit == "EUR" or row.get("unite") == "EUR" else "quantite"
        kept = money(matter, counts, unit)
        return replace(kept, additive=column.name != "ecart")
    if column.unit in ("ETP", "heures"):
        return money(matter, lambda f: keep(f) and f["unite"] == "ETP" and f["forme"] != PRESTATION_LEGALE, "quantite")
    if column.name in ("n_actions", "libelle_action", "action"):
        actions = sorted({matter.counted(a) for a in matter.actions if _matches(matter, a, row)})
        return ones(actions) if column.name == "n_actions" else behind(actions)
    return behind(matter.moyen(f) for f in matter.rows if keep(f))


def _grouped(phase: object) -> str:
    text = str(phase or "")
    return "realise" if text.startswith("realise") else text


def _matches(matter: Matter, action: str, row: Fact) -> bool:
    """Tell whether an action bears the codes of a row, as main or other ambition."""
    nodes = matter.nodes
    said = {
        "action": [action],
        "organisme": nodes.keys(action, cdv("declarant")),
        "ambition": nodes.keys(action, cdv("ambitionPrincipale")),
        "qpv": nodes.keys(action, cdv("qpv")),
        "lieu": nodes.keys(action, cdv("qpv")),
        "forme": nodes.keys(action, cdv("forme")),
    }
    if row.get("organisme") is not None and row.get("ambition") is not None:
        said["ambition"] += nodes.keys(action, cdv("autreAmbition"))
    wanted = {name: str(row[name]) for name in said if row.get(name) is not None}
    return all(code in {code_of(node) for node in said[name]} for name, code in wanted.items())
