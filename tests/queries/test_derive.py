"""What is derived is said once, by hand here: places, ambitions, origins, phases, parties and commitments."""

from __future__ import annotations

from pathlib import Path

import pytest

from droitcommun.graph.classeurs.lookup import Lookup
from droitcommun.graph.derive import derivations, derive
from droitcommun.graph.names import CDV, CODES, ID
from droitcommun.graph.reference import reference_store
from droitcommun.graph.store import Store

DATA = (Path(__file__).parent / "data.ttl").read_text(encoding="utf-8")
OF_A_MOYEN = ("origine", "imputeA", "imputeAmbition", "phaseGroupe")


def short(value: str) -> str:
    for start in (CODES, ID + "essai/", ID, CDV):
        value = value.removeprefix(start)
    return value


def pairs(store: Store, prop: str, only: str = "") -> set[tuple[str, str]]:
    return {
        (short(s.value), short(o.value)) for s, p, o in store.triples() if p.value == CDV + prop and only in s.value
    }


@pytest.fixture(scope="module")
def store(dataset):
    return dataset().store


def test_moyens_and_actions_stand_in_the_campagnes_that_see_them(store):
    found = pairs(store, "dansCampagne")
    assert {c for m, c in found if m == "m1"} == {"campagne/2026"}
    assert {c for m, c in found if m == "mb1"} == {"campagne/2025"}
    assert {c for m, c in found if m == "action/2026/bailleur/direction/a6"} == {"campagne/2026"}
    imported = {m: {c for n, c in found if n == m} for m in ("mi0", "mi1", "mi2", "mi3")}
    assert imported == {
        "mi0": set(),
        "mi1": {"campagne/2025"},
        "mi2": {"campagne/2025", "campagne/2026"},
        "mi3": {"campagne/2026"},
    }
    actions = {a: {c for n, c in found if n == f"action/import/{a}"} for a in ("p2023", "p2024", "p2025", "p2026")}
    assert list(actions.values()) == list(imported.values())


def test_an_imported_action_without_year_follows_its_moyens(underived):
    store = underived(
        DATA.replace(
            "<https://w3id.org/droit-commun/id/essai/action/import/p2026> a cdv:Action ; "
            'dcterms:title "Poste 2026" ; cdv:import essai:import-postes ; '
            'cdv:contrat contrat:essai ; cdv:exercice "2026"^^xsd:gYear .',
            "<https://w3id.org/droit-commun/id/essai/action/import/p2026> a cdv:Action ; "
            "cdv:import essai:import-postes ; cdv:contrat contrat:essai .",
        )
    )
    derive(store)
    assert ("action/import/p2026", "campagne/2026") in pairs(store, "dansCampagne")


def test_parties_in_force_at_the_reference_date(store):
    assert pairs(store, "partieActive", "essai") == {
        *(
            ("campagne/2025", f"partie/{p}")
            for p in ("commune-a", "departement", "caf", "region", "mission", "prefecture")
        ),
        *(
            ("campagne/2026", f"partie/{p}")
            for p in ("commune-a", "departement", "caf", "bailleur", "mission", "prefecture")
        ),
    }


def test_commitments_by_right_and_declared(store):
    by_right = {e for e, m in pairs(store, "modalite", "/engagement/") if m == "modalite/de-fait"}
    assert by_right == {
        *(f"engagement/2025/{e}" for e in ("commune-a/E01", "commune-a/E13", "commune-a/E14")),
        *(f"engagement/2025/{e}" for e in ("departement/E01", "caf/E01", "region/E01")),
        *(f"engagement/2026/{e}" for e in ("commune-a/E01", "commune-a/E13", "commune-a/E14")),
        *(f"engagement/2026/{e}" for e in ("departement/E01", "caf/E01", "bailleur/E01", "bailleur/E13")),
    }
    declared = {e for e, m in pairs(store, "modalite", "/engagement/") if m == "modalite/declare"}
    assert declared == {"engagement/2026/caf/E14"}
    campagnes = pairs(store, "campagne", "/engagement/")
    assert {c for e, c in campagnes if e == "engagement/2025/region/E01"} == {"campagne/2025"}
    assert all(e.split("/")[1] == c.removeprefix("campagne/") for e, c in campagnes)
    assert ("engagement/2026/caf/E14", "partie/caf") in pairs(store, "partie", "/engagement/")
    assert ("engagement/2026/bailleur/E13", "organisme/bailleur") in pairs(store, "organisme", "/engagement/")
    assert ("engagement/2026/bailleur/E13", "type-engagement/E13") in pairs(store, "typeEngagement", "/engagement/")


def test_declaring_what_one_has_by_right_changes_nothing(underived):
    store = underived(
        DATA,
        """<urn:sv> a cdv:SuiviEngagement ; cdv:campagne <https://w3id.org/droit-commun/id/essai/campagne/2026> ;
      cdv:organisme <https://w3id.org/droit-commun/id/organisme/caf> ;
      cdv:modalite <https://w3id.org/droit-commun/codes/modalite/declare> ;
      cdv:typeEngagement <https://w3id.org/droit-commun/id/essai/type-engagement/E01> .""",
    )
    derive(store)
    assert {m for e, m in pairs(store, "modalite") if e == "engagement/2026/caf/E01"} == {"modalite/de-fait"}


@pytest.mark.parametrize(
    ("moyen", "origine", "lieu", "ambition", "phase"),
    [
        ("m1", "droit-commun", "localisation/plusieurs-qpv", "ambition/A1.1", "realise"),
        ("m2", "droit-commun", "localisation/plusieurs-qpv", "ambition/A1.1", "prevu"),
        ("m3", "specifique", "qpv/QN1", "ambition/A1.1", "realise"),
        ("m5", "droit-commun", "qpv/QN3", "ambition/A1.1", "realise"),
        ("m7", "droit-commun", "localisation/agglomeration", "ambition/A1.2", "realise"),
        ("m9", "droit-commun", "qpv/QN2", "ambition/A1.2", "realise"),
        ("m12", "a-qualifier", "qpv/QN2", "ambition/A1.2", "realise"),
        ("m13", "abattement-tfpb", "localisation/communal", "localisation/sans-ambition", "realise"),
        ("mb2", "a-qualifier", "localisation/au-dela", "ambition/A1.2", "realise"),
        ("mi2", "specifique", "localisation/non-localise", "localisation/sans-ambition", "realise"),
        ("mi0", "specifique", "localisation/non-localise", "localisation/sans-ambition", "realise"),
    ],
)
def test_where_a_moyen_goes(store, moyen, origine, lieu, ambition, phase):
    found = [{o for m, o in pairs(store, p) if m == moyen} for p in OF_A_MOYEN]
    assert found == [{f"origine/{origine}"}, {lieu}, {ambition}, {f"phase/{phase}"}]


QUALIFICATION = """<urn:q> a cdv:Qualification ; {campagne}
  cdv:contrat <https://w3id.org/droit-commun/id/contrat/essai> ;
  cdv:source <https://w3id.org/droit-commun/codes/source-financement/{source}> ;
  cdv:qualification <https://w3id.org/droit-commun/codes/qualification/{avis}> ."""
OF_2025 = "cdv:campagne <https://w3id.org/droit-commun/id/essai/campagne/2025> ;"
OF_2026 = "cdv:campagne <https://w3id.org/droit-commun/id/essai/campagne/2026> ;"


@pytest.mark.parametrize(
    ("source", "avis", "campagne", "moyen", "origine"),
    [
        # The campagne's table wins over the contract's, « au cas par cas » included, for its own moyens only.
        ("p147", "droit-commun", OF_2026, "m3", "droit-commun"),
        ("p147", "cas-par-cas", OF_2026, "m3", "a-qualifier"),
        ("p147", "droit-commun", OF_2025, "m3", "specifique"),
        # Two opposite opinions: nobody chooses.
        ("ctg", "specifique", OF_2026, "m9", "a-qualifier"),
        ("p147", "droit-commun", "", "m3", "a-qualifier"),
        # An import seen by two campagnes follows the later one.
        ("fonjep", "droit-commun", OF_2026, "mi2", "droit-commun"),
        # … when that one has an opinion; the earlier one's stands otherwise, and wins over the contract's.
        ("fonjep", "droit-commun", OF_2025, "mi2", "droit-commun"),
        ("fonjep", "cas-par-cas", OF_2025, "mi2", "a-qualifier"),
        # No table changes the abatement.
        ("budget-ordinaire", "specifique", OF_2026, "m13", "abattement-tfpb"),
        ("abattement-tfpb", "droit-commun", OF_2026, "m13", "abattement-tfpb"),
    ],
)
def test_origin_follows_the_qualification_tables(underived, source, avis, campagne, moyen, origine):
    store = underived(DATA, QUALIFICATION.format(source=source, avis=avis, campagne=campagne))
    derive(store)
    assert {o for m, o in pairs(store, "origine") if m == moyen} == {f"origine/{origine}"}


def test_the_source_abattement_is_enough(underived):
    store = underived(DATA.replace("source:p147 ; cdv:qpvDuMontant", "source:abattement-tfpb ; cdv:qpvDuMontant"))
    derive(store)
    assert {o for m, o in pairs(store, "origine") if m == "m3"} == {"origine/abattement-tfpb"}


def test_deriving_twice_adds_nothing_and_two_engines_agree(dataset, underived, other_engine):
    store = Store()
    store.add(dataset().store.triples())
    once = store.ntriples()
    derive(store)
    assert sorted(store.ntriples().splitlines()) == sorted(once.splitlines())
    other = other_engine(type(dataset())("essai", underived(DATA))).store
    derive(other)

    def lines(triples):
        return {(s.value, p.value, o.value) for s, p, o in triples}

    assert lines(other.triples()) == lines(store.triples())


def test_each_derivation_is_one_construct_with_a_header():
    assert list(derivations()) == sorted(derivations())
    for name, text in derivations().items():
        assert text.startswith("#+ title: "), name
        assert "#+ title-en: " in text and "#+ description: " in text, name
        assert text.count("CONSTRUCT") == 1 and "SERVICE" not in text, name


def test_the_campagne_that_collects_the_exercice_qualifies_an_import_first(underived):
    early = QUALIFICATION.format(source="fonjep", avis="droit-commun", campagne=OF_2025)
    late = QUALIFICATION.format(source="fonjep", avis="cas-par-cas", campagne=OF_2026).replace("<urn:q>", "<urn:r>")
    store = underived(DATA, early, late)
    derive(store)
    assert {o for m, o in pairs(store, "origine") if m == "mi2"} == {"origine/a-qualifier"}


CAMPAGNE_2026 = "https://w3id.org/droit-commun/id/essai/campagne/2026"


@pytest.mark.parametrize("both", [True, False])
def test_an_import_qualified_by_one_campagne_is_the_same_with_one_loaded_or_two(underived, both):
    """mi2 (Fonjep 2025) is seen by 2025 and 2026; only 2025 has qualified it."""
    store = underived(DATA, QUALIFICATION.format(source="fonjep", avis="droit-commun", campagne=OF_2025))
    if not both:
        whole, store = store, Store()
        store.add(t for t in whole.triples() if CAMPAGNE_2026 not in (t[0].value, t[2].value))
    derive(store)
    assert {o for m, o in pairs(store, "origine") if m == "mi2"} == {"origine/droit-commun"}


def test_a_commitment_declared_in_a_campagne_outlives_the_one_by_right_of_another(underived):
    """The landlord is a party from 2026 on, by right; it had declared E13 in 2025."""
    store = underived(
        DATA,
        """<urn:sv> a cdv:SuiviEngagement ; cdv:campagne <https://w3id.org/droit-commun/id/essai/campagne/2025> ;
      cdv:organisme <https://w3id.org/droit-commun/id/organisme/bailleur> ;
      cdv:modalite <https://w3id.org/droit-commun/codes/modalite/declare> ;
      cdv:typeEngagement <https://w3id.org/droit-commun/id/essai/type-engagement/E13> .""",
    )
    derive(store)
    nodes = {e for e, o in pairs(store, "organisme", "/engagement/") if o == "organisme/bailleur" and e.endswith("E13")}
    said = {(c, m) for e, m in pairs(store, "modalite") for n, c in pairs(store, "campagne") if e == n and e in nodes}
    assert said == {("campagne/2025", "modalite/declare"), ("campagne/2026", "modalite/de-fait")}


REMPLACE = (Path(__file__).parent / "reconciliation/provisoire-remplace/data.ttl").read_text(encoding="utf-8")


def test_a_final_amount_replaces_the_provisional_ones_of_its_key(underived):
    store = underived(DATA, REMPLACE)
    derive(store)
    found = {m: {p for n, p in pairs(store, "phaseGroupe") if n == m} for m in (f"r{n}" for n in range(1, 11))}
    assert {m for m, p in found.items() if p == {"phase/remplace"}} == {"r1", "r2", "r4"}
    assert {m for m, p in found.items() if p == {"phase/realise"}} == {"r3", "r5", "r6", "r7", "r8", "r9", "r10"}


def test_a_replaced_amount_is_no_choice_of_the_workbook():
    lookup = Lookup(reference_store(), "essai")
    assert lookup.code("Provisoire, remplacé par le définitif", CODES + "phase").entry is None
    assert lookup.code("Réalisé provisoire", CODES + "phase").entry is not None


def test_linked_actions_have_one_representative_and_the_others_themselves(underived):
    links = "a:3 cdv:memeActionQue a:1 . a:3 cdv:memeActionQue a:2 . a:4 cdv:memeActionQue <urn:gone> ."
    actions = " ".join(f"a:{n} a cdv:Action ." for n in range(1, 6))
    store = underived(f"@prefix a: <urn:a> . {actions} {links}")
    derive(store)
    expected = {
        ("urn:a1", "urn:a1"),
        ("urn:a2", "urn:a1"),
        ("urn:a3", "urn:a1"),
        ("urn:a4", "urn:a4"),
        ("urn:a5", "urn:a5"),
    }
    assert pairs(store, "compteeAvec") == expected
