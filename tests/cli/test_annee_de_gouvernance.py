"""A year of governance, entered in the co-pilots' workbook alone, turns what was missing to kept, with its proof."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

from droitcommun.graph.dataset import activate
from droitcommun.graph.workspace import Workspace

from .conftest import fill

COPIL, HACKATHON = "Comité de pilotage", "Hackathon droit commun"
GTP = "Groupe technique partenarial"
MEETINGS = (
    (COPIL, date(2026, 6, 12)),
    (GTP, date(2026, 1, 20)),
    (GTP, date(2026, 3, 17)),
    (GTP, date(2026, 5, 19)),
    (HACKATHON, date(2026, 4, 2)),
)
# The contract: one copil, three technical groups and one hackathon at least; who sits at the technical group (L186).
GTP_MEMBERS = {"prefecture-62", "region-hdf", "cd62", "caf-62", "call"}
HELD = {"R-G1", "R-G2", "R-G3"}
PRESENT = {"R-E01": (COPIL, "E01"), "R-E02b": (HACKATHON, "E02"), "R-E05": (GTP, "E05")}

_PROOFS = """
SELECT DISTINCT ?code ?organisme ?titre ?feuille WHERE {
  ?engagement cdv:typeEngagement/skos:notation ?code ; cdv:organisme/skos:notation ?organisme ;
    cdv:preuveCalculee ?preuve .
  ?preuve dcterms:title ?titre ; prov:wasDerivedFrom ?presence .
  ?presence prov:wasDerivedFrom ?place . ?place cdv:feuille ?feuille .
}
"""

_SIGNATORIES = """
SELECT DISTINCT ?code WHERE {
  ?partie cdv:statutPartie <https://w3id.org/droit-commun/codes/statut-partie/signataire> ;
    cdv:organisme/skos:notation ?code .
}
"""


def check(cli: Callable, espace: Path) -> dict:
    result = cli("-w", espace, "check", "2026", "--explain-passes", "--format", "json", "--fail-on", "never")
    assert result.code == 0, result.err
    return dict(json.loads(result.out))


def open_findings(found: dict, regles: set[str]) -> list[tuple[str, str]]:
    return [(c["regle"], c["message"]) for c in found["constats"] if c["regle"] in regles and c["etat"] == "ouvert"]


def test_a_year_of_meetings_is_kept_with_its_proof(cli: Callable, espace: Path) -> None:
    before = check(cli, espace)
    assert {regle for regle, _message in open_findings(before, HELD)} == HELD
    bodies = {o["organisme"] for o in before["organismes"]}
    store = activate(Workspace.open(espace), None, 2026).store
    engaged = {row["code"].value for row in store.select(_SIGNATORIES)}
    assert engaged < bodies  # a partner that has signed nothing is invited: no commitment is its own
    assert len(bodies) > len(GTP_MEMBERS)
    assert not [p for p in before["satisfaites"] if p["regle"] in PRESENT]

    made = cli("-w", espace, "template", "2026", "--pilotage")
    path = Path(made.out.strip())
    meetings = [
        {
            "Instance": name,
            "Date": day,
            "Lieu": "Lens",
            "Statut": "tenue",
            "Compte rendu": f"Compte rendu du {day:%d/%m/%Y}",
        }
        for name, day in MEETINGS
    ]
    present = [
        {"Séance": f"{name} – {day:%d/%m/%Y}", "Organisme": body, "Présence": "Présent"}
        for name, day in MEETINGS
        for body in sorted(bodies if name != GTP else GTP_MEMBERS)
    ]
    fill(path, "Séances", meetings)
    fill(path, "Présences", present)
    received = cli("-w", espace, "ingest", path, "--format", "json")
    assert received.code == 0, received.out
    assert json.loads(received.out)["fichiers"][0]["problemes"] == []

    after = check(cli, espace)
    assert open_findings(after, {*HELD, "R-G4", "R-G7", *PRESENT}) == []
    passes = {regle: {p["organisme"] for p in after["satisfaites"] if p["regle"] == regle} for regle in PRESENT}
    assert passes["R-E01"] == passes["R-E02b"] == engaged
    assert passes["R-E05"] == GTP_MEMBERS - {"caf-62"}  # it sits there as a partner

    proofs = activate(Workspace.open(espace), None, 2026).store.select(_PROOFS)
    held = {(r["code"].value, r["organisme"].value, r["titre"].value, r["feuille"].value) for r in proofs}
    for name, code in PRESENT.values():
        for day in (day for meeting, day in MEETINGS if meeting == name):
            for body in engaged if name != GTP else GTP_MEMBERS & engaged:
                assert (code, body, f"{name} – {day:%d/%m/%Y}", "Présences") in held
