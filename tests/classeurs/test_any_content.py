"""Whatever stands in the cells: never a crash, never a lost line, never a figure from something not understood."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from droitcommun.graph.classeurs.form import load_form
from droitcommun.graph.names import CDV

WORDS = [
    "Ne sait pas",
    "Non chiffrable",
    "A1.1",
    "A1.1 – Se soigner",
    "QN00001X ; ?",
    "Oui",
    "TOTAL",
    "=1+1",
    "12 350,50 €",
]
CELLS = st.one_of(
    st.none(),
    st.sampled_from(WORDS),
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=20),
    st.integers(-10, 10**15),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(date(1990, 1, 1), date(2200, 1, 1)),
)
FIGURES = {CDV + name for name in ("centimes", "quantite", "habitantsTouches", "dontFemmes", "dontMoins25", "partQPV")}


def _rows(sheet: str) -> Any:
    titles = [field.title for field in load_form("recensement").sheet(sheet).fields]
    return st.lists(st.dictionaries(st.sampled_from(titles), CELLS, min_size=1), max_size=4)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    actions=_rows("Actions"),
    moyens=_rows("Moyens"),
    engagements=_rows("Engagements"),
    positions=_rows("Positionnement"),
)
def test_any_content_is_counted_and_placed(
    desk: Any, actions: Any, moyens: Any, engagements: Any, positions: Any
) -> None:
    path = desk.recensement(actions, moyens, Engagements=engagements, Positionnement=positions)
    mapped = desk.map(path)
    assert not [p for p in mapped.problems if p.gravite == "bloquant"]
    assert mapped.read == mapped.kept + mapped.reserves + mapped.out_of_perimeter
    reserved = {(p.feuille, int(str(p.cellule)[1:])) for p in mapped.problems if p.gravite == "reserve"}
    assert len(reserved) == mapped.reserves
    figures = [(p.value, o.value) for _s, p, o in mapped.triples if p.value in FIGURES]
    assert all(float(value) >= 0 for _p, value in figures)
    raw = {o.value for _s, p, o in mapped.triples if p.value == CDV + "texteBrut"}
    assert all(text.strip() for text in raw)
    assert desk.map(path) == mapped
