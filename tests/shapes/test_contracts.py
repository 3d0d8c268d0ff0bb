"""The same rules on the delivered contract and on an invented one: what differs is data, never a shape."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

from rulebench import Dataset

from droitcommun.graph.check import check_campagne
from droitcommun.graph.checks.findings import CheckReport
from droitcommun.graph.derive import derive
from droitcommun.graph.names import PREFIXES, contract_thing, contrat_iri
from droitcommun.graph.reference import contract_files, reference_store
from droitcommun.graph.store import Store, iri

INVENTED = Path(__file__).parents[1] / "contrats" / "val-d-essai.ttl"
_PARTIES = """
SELECT DISTINCT ?o WHERE {
  ?p a cdv:Partie ; cdv:organisme ?o ; cdv:statutPartie ?s . FILTER(!STRENDS(STR(?s), "/deliberation-seule"))
}
"""


def delivered() -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in contract_files("call-2024"))


def unanswered(contrat: str, *texts: str) -> CheckReport:
    """Return the check of a campagne that expects every party, at its closing date, when nobody has answered."""
    store = reference_store()
    for text in texts:
        store.add(Store.from_turtle(text).triples())
    campagne = contract_thing(contrat, "campagne", 2026)
    store.add(
        Store.from_turtle(
            f'<{campagne}> a cdv:Campagne ; cdv:contrat <{contrat_iri(contrat)}> ; cdv:annee "2026"^^xsd:gYear ;'
            ' cdv:dateReference "2026-01-01"^^xsd:date ; cdv:dateCloture "2026-10-01"^^xsd:date ;'
            " cdv:statutCampagne <https://w3id.org/droit-commun/codes/statut-campagne/ouverte> ."
        ).triples()
    )
    expected = [row["o"] for row in store.select(_PARTIES)]
    store.add((iri(campagne), iri(PREFIXES["cdv"] + "attend"), body) for body in expected)
    derive(store)
    return check_campagne(Dataset(contrat, 2026, campagne, store), date(2026, 10, 1))


def test_the_contract_of_lens_lievin_when_nobody_has_answered() -> None:
    report = unanswered("call-2024", delivered())
    found = Counter(f.regle for f in report.findings)
    # 23 signatories and 15 partners, silent: of each, only the workbook is asked; texts missing, once; 19 districts
    # described, 21 announced. No R-A3, R-T6: when nobody has answered, an ambition or a district without action is not
    # known to have none. No R-G5: no meeting was held, and agendas are those of meetings.
    assert found == {
        "R-E02": 38,
        "R-P6": 1,
        "R-G1": 1,
        "R-G2": 1,
        "R-G3": 1,
        "R-S4": 1,
        "R-EV1": 1,
        "R-EV2": 1,
    }
    assert len(report.scores_organismes) == 38
    assert len(report.scores_ambitions) == 12
    assert not any(s.fait for s in report.scores_organismes)
    texts = next(f for f in report.findings if f.regle == "R-P6")
    assert re.search(r"[^,]+(, [^,]+){7} et \d+ autres\.$", texts.message)


def test_the_sum_of_populations_is_really_compared() -> None:
    text = delivered()
    assert "cdv:nombre 6300" in text
    report = unanswered("call-2024", text.replace("cdv:nombre 6300", "cdv:nombre 6400"))
    found = [f for f in report.findings if f.regle == "R-S5"]
    assert [f.valeur for f in found] == ["55100"]
    assert "total imprimé dans le contrat : 55\u202f000" in found[0].message


def test_another_contract_needs_no_other_shape() -> None:
    report = unanswered("val-d-essai", INVENTED.read_text(encoding="utf-8"))
    found = Counter(f.regle for f in report.findings)
    # 4 bodies, none with a text; 2 copils a year; no R-A3, R-T6 either: nobody has answered, nor R-G5: nobody has met.
    assert found == {"R-E02": 4, "R-P6": 1, "R-G1": 1, "R-EV1": 1}
    copil = next(f for f in report.findings if f.regle == "R-G1")
    assert copil.message.endswith("le contrat en prévoit au moins 2.")
