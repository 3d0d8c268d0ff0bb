"""Money is never lost nor counted twice: on any graph, every breakdown gives the total back, to the cent."""

from __future__ import annotations

import itertools
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from droitcommun.graph.catalogue import find_query, run
from droitcommun.graph.derive import derive
from droitcommun.graph.names import CDV
from droitcommun.graph.store import Store, iri

# The contract of the shared fixture: its bodies, QPV, ambitions, campagnes and qualification tables, no contribution.
DATA = (Path(__file__).parent / "data.ttl").read_text(encoding="utf-8")
CONTRACT = DATA.partition("# Campagne 2026: contributions")[0]
OF_A_MOYEN = ("origine", "imputeA", "imputeAmbition", "phaseGroupe")
# Any combination of what a contributor may leave out or give, faults included.
SOURCES = ("budget-ordinaire", "p147", "ctg", "autre", "abattement-tfpb")
ACTION = st.fixed_dictionaries(
    {
        "portee": st.sets(
            st.sampled_from(("qpv", "equipement-voisin", "commune", "agglomeration", "au-dela")), max_size=2
        ),
        "qpv": st.sets(st.sampled_from(("QN1", "QN2", "QN3")), max_size=3),
        "ambition": st.sets(st.sampled_from(("A1.1", "A1.2", "A3.1")), max_size=2),
        "forme": st.sampled_from((None, "renforcee", "prestation-legale")),
    }
)
MOYEN = st.fixed_dictionaries(
    {
        "action": st.integers(0, 3),
        "import": st.booleans(),
        "annee": st.sampled_from((2024, 2025, 2026)),
        "phase": st.sampled_from(("prevu", "realise-provisoire", "realise-definitif")),
        "apporteur": st.sampled_from(("caf", "caf", "region", None)),
        "unite": st.sampled_from(("EUR", "ETP", "heures-par-an", None)),
        "nature": st.sampled_from(("subvention", "depense-tfpb")),
        "source": st.one_of(st.none(), st.sampled_from(SOURCES)),
        "qpvDuMontant": st.sets(st.sampled_from(("QN1", "QN2")), max_size=2),
        "valeur": st.one_of(st.none(), st.just(0), st.integers(1, 10**12)),
    }
)
# Who said that two actions are the same; money must not move, whatever is linked.
NAMES = tuple(f"{kind}{n}" for kind in "di" for n in range(4))
LINKS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=4)
GRAPHS = st.tuples(st.lists(ACTION, min_size=4, max_size=4), st.lists(MOYEN, max_size=12), LINKS)
LIGHT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def turtle(actions: list[dict[str, object]], moyens: list[dict[str, object]], links: list[tuple[str, str]] = ()) -> str:
    """Write a random graph: actions 0 to 3 in each of two kinds (declared in 2026, imported), and their moyens."""
    lines = [f"<urn:{one}> cdv:memeActionQue <urn:{other}> ." for one, other in links]
    for (n, a), kind in itertools.product(enumerate(actions), ("d", "i")):
        of = (
            "cdv:campagne campagne:2026 ; cdv:contribution essai:c1"
            if kind == "d"
            else "cdv:import essai:import-postes"
        )
        lines.append(f"<urn:{kind}{n}> a cdv:Action ; cdv:contrat contrat:essai ; {of} .")
        lines += [f"<urn:{kind}{n}> cdv:portee portee:{p} ." for p in a["portee"]]
        lines += [f"<urn:{kind}{n}> cdv:qpv qpv:{q} ." for q in a["qpv"]]
        lines += [f"<urn:{kind}{n}> cdv:ambitionPrincipale ambition:{x} ." for x in a["ambition"]]
        lines += [f"<urn:{kind}{n}> cdv:forme forme:{a['forme']} ."] if a["forme"] else []
    for n, m in enumerate(moyens):
        kind = "i" if m["import"] else "d"
        of = (
            "cdv:import essai:import-postes"
            if m["import"]
            else "cdv:campagne campagne:2026 ; cdv:contribution essai:c1"
        )
        lines.append(
            f"<urn:m{n}> a cdv:Moyen ; {of} ; cdv:contrat contrat:essai ; cdv:action <urn:{kind}{m['action']}> ; "
            f'cdv:exercice "{m["annee"]}"^^xsd:gYear ; cdv:phase phase:{m["phase"]} ; '
            f"cdv:nature nature:{m['nature']} ."
        )
        lines += [f"<urn:m{n}> cdv:apporteur org:{m['apporteur']} ."] if m["apporteur"] else []
        lines += [f"<urn:m{n}> cdv:source source:{m['source']} ."] if m["source"] else []
        lines += [f"<urn:m{n}> cdv:qpvDuMontant qpv:{q} ." for q in m["qpvDuMontant"]]
        lines += [f"<urn:m{n}> cdv:unite unite:{m['unite']} ."] if m["unite"] else []
        if m["valeur"] is not None:
            euros = m["unite"] in ("EUR", None)
            value = (
                f"cdv:centimes {m['valeur']}" if euros else f"cdv:quantite {m['valeur'] // 100}.{m['valeur'] % 100:02}"
            )
            lines.append(f"<urn:m{n}> {value} .")
    return "\n".join(lines)


# What the fixture's tables say of the sources, for campagne 2026.
ORIGINS = {
    "budget-ordinaire": "droit-commun",
    "p147": "specifique",
    "ctg": "droit-commun",
    "autre": "a-qualifier",
    None: "a-qualifier",
    "abattement-tfpb": "abattement-tfpb",
}
COLUMNS = {
    "euros_dc": "droit-commun",
    "euros_prestations_legales": "legale",
    "euros_spec": "specifique",
    "euros_a_qualifier": "a-qualifier",
}


def key(m: dict) -> tuple:
    """What makes a provisional line and a final one the same money."""
    names = ("action", "import", "annee", "apporteur", "nature", "source")
    return (*(m[n] for n in names), frozenset(m["qpvDuMontant"]))


def replaced(m: dict, moyens: list[dict]) -> bool:
    """Say by hand whether a final line replaces this one; a line with no body or no source replaces nothing."""
    final = {key(o) for o in moyens if o["phase"] == "realise-definitif"}
    return m["phase"] == "realise-provisoire" and None not in key(m) and key(m) in final


def of_campagne_2026(graph: tuple[list[dict], list[dict], list[tuple[str, str]]]) -> list[dict]:
    """Say by hand, for each known moyen of campagne 2026, its exercice, phase, unit, origin, column and value."""
    actions, moyens, _links = graph
    known = []
    for m in moyens:
        if m["valeur"] is None or m["unite"] is None or (m["import"] and m["annee"] == 2024):
            continue
        origin = "abattement-tfpb" if m["nature"] == "depense-tfpb" else ORIGINS[m["source"]]
        if origin == "droit-commun" and not m["import"] and actions[m["action"]]["forme"] is None:
            origin = "a-qualifier"
        gone = replaced(m, moyens)
        legal = actions[m["action"]]["forme"] == "prestation-legale"
        known.append(
            {
                "exercice": m["annee"],
                "phase": "prevu" if m["phase"] == "prevu" else "remplace" if gone else "realise",
                "fine": "remplace" if gone else m["phase"],
                "unite": m["unite"],
                "origine": origin,
                "colonne": "legale" if legal else origin,
                "valeur": Decimal(m["valeur"]) / 100,
            }
        )
    return known


def totals(rows: list[dict], keys: tuple[str, ...], value: str) -> dict[tuple, Decimal]:
    found: dict[tuple, Decimal] = defaultdict(Decimal)
    for row in rows:
        if row[value] is not None:
            found[tuple(row[k] for k in keys)] += row[value]
    return dict(found)


def derived(underived, graph) -> SimpleNamespace:
    store = underived(CONTRACT, DATA.partition("# Contract ---")[0] + turtle(*graph))
    derive(store)
    return SimpleNamespace(contrat="essai", store=store)


@LIGHT
@given(GRAPHS)
def test_each_moyen_goes_to_exactly_one_of_each(underived, graph):
    store = derived(underived, graph).store
    moyens = {s.value for s, p, o in store.triples() if o.value == CDV + "Moyen"}
    for prop in OF_A_MOYEN:
        found = [s.value for s, p, _o in store.triples() if p.value == CDV + prop]
        assert sorted(found) == sorted(moyens), prop


@LIGHT
@given(GRAPHS)
def test_breakdowns_add_up_to_the_total(underived, graph):
    dataset = derived(underived, graph)
    known = of_campagne_2026(graph)
    rows = run(find_query("reconciliation"), dataset, {"annee": "2026"}).rows
    expected = totals(
        [k for k in known if k["phase"] != "remplace"], ("exercice", "phase", "unite", "origine"), "valeur"
    )
    for perimetre in ("par ambition", "par QPV et lieux"):
        mine = [r for r in rows if r["perimetre"] == perimetre]
        for column in ("total", "somme"):
            assert totals(mine, ("exercice", "phase", "unite", "origine"), column) == expected
    assert {r["ecart"] for r in rows} <= {Decimal(0)}


@LIGHT
@given(GRAPHS)
def test_tables_hold_every_known_euro_once(underived, graph):
    dataset = derived(underived, graph)
    known = of_campagne_2026(graph)
    for name, phase in itertools.product(("mobilisation-par-ambition", "mobilisation-par-qpv"), ("realise", "prevu")):
        rows = run(find_query(name), dataset, {"annee": "2026", "phase": phase}).rows
        for column, origin in COLUMNS.items():
            of_it = [k for k in known if k["phase"] == phase and k["unite"] == "EUR" and k["colonne"] == origin]
            assert totals(rows, ("exercice",), column) == totals(of_it, ("exercice",), "valeur")
        staff = [k for k in known if k["phase"] == phase and k["unite"] == "ETP" and k["colonne"] != "legale"]
        assert totals(rows, ("exercice",), "etp") == totals(staff, ("exercice",), "valeur")
    rows = run(find_query("droit-commun-et-specifique"), dataset, {"annee": "2026"}).rows
    for column, legal in (("euros", False), ("euros_prestations_legales", True)):
        of_it = [k | {"phase": k["fine"]} for k in known if k["unite"] == "EUR" and (k["colonne"] == "legale") is legal]
        keys = ("exercice", "phase", "origine")
        assert totals(rows, keys, column) == totals(of_it, keys, "valeur")


def clusters(links: list[tuple[str, str]]) -> dict[str, str]:
    """Say by hand which action stands for each: links are followed until nothing changes."""
    first = {name: name for name in NAMES}
    for _ in NAMES:
        for one, other in links:
            first[one] = first[other] = min(first[one], first[other])
    return first


@LIGHT
@given(GRAPHS)
def test_linked_actions_count_once(underived, graph):
    actions, moyens, links = graph
    rows = run(find_query("mobilisation-par-ambition"), derived(underived, graph), {"annee": "2026"}).rows
    first = clusters(links)
    declared = {first[f"d{n}"] for n in range(4)}
    for ambition in ("A1.1", "A1.2", "A3.1"):
        own = {first[f"d{n}"] for n, a in enumerate(actions) if ambition in a["ambition"]}
        imports = {
            first[f"i{m['action']}"]
            for m in moyens
            if m["import"] and m["annee"] == 2025 and m["phase"] != "prevu" and not replaced(m, moyens)
            and actions[m["action"]]["ambition"] == {ambition}
        }  # fmt: skip
        (row,) = (r for r in rows if r["ambition"] == ambition and r["exercice"] == 2025)
        assert row["n_actions"] == len(own) + len(imports - declared)


WRONG = {
    # What a faulty derivation would leave, the moyen it strikes, and the gaps that must then show.
    "two places": (("m1", "imputeA", "qpv/QN2"), {("par QPV et lieux", "droit-commun"): "-1000.10"}),
    "two ambitions": (("m1", "imputeAmbition", "essai/ambition/A1.2"), {("par ambition", "droit-commun"): "-1000.10"}),
    "two origins": (
        ("m1", "origine", "../codes/origine/specifique"),
        {(p, "specifique"): "-1000.10" for p in ("par ambition", "par QPV et lieux")},
    ),
    "two phases": (
        ("m1", "phaseGroupe", "../codes/phase/prevu"),
        {(p, "droit-commun"): "-1000.10" for p in ("par ambition", "par QPV et lieux")},
    ),
}


def gaps(dataset) -> dict[tuple[str, str], Decimal]:
    rows = run(find_query("reconciliation"), dataset, {"annee": "2026"}).rows
    return {(r["perimetre"], r["origine"]): r["ecart"] for r in rows if r["ecart"]}


@pytest.mark.parametrize("name", WRONG)
def test_a_moyen_counted_twice_shows_a_gap(name, dataset):
    base = "https://w3id.org/droit-commun/id/"
    (moyen, prop, target), expected = WRONG[name]
    whole = dataset()
    assert gaps(whole) == {}
    faulty = SimpleNamespace(contrat="essai", store=Store())
    faulty.store.add(whole.store.triples())
    place = target.removeprefix("../") if target.startswith("../") else f"id/{target}"
    faulty.store.add([(iri(f"{base}essai/{moyen}"), iri(CDV + prop), iri(f"https://w3id.org/droit-commun/{place}"))])
    assert gaps(faulty) == {key: Decimal(value) for key, value in expected.items()}


@pytest.mark.parametrize(
    ("prop", "perimetres"),
    [
        ("imputeA", {"par QPV et lieux"}),
        ("imputeAmbition", {"par ambition"}),
        ("phaseGroupe", {"par ambition", "par QPV et lieux"}),
        ("dansCampagne", {"par ambition", "par QPV et lieux"}),
    ],
)
def test_a_moyen_that_no_derivation_reached_shows_a_gap(prop, perimetres, dataset):
    whole = dataset().store
    store = Store()
    store.add(t for t in whole.triples() if not (t[0].value.endswith("/m1") and t[1].value == CDV + prop))
    assert gaps(SimpleNamespace(contrat="essai", store=store)) == {
        (perimetre, "droit-commun"): Decimal("1000.10") for perimetre in perimetres
    }
