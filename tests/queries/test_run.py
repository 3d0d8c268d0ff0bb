"""Running a query: what is bound, what is refused, and what a reader must be told."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest

from droitcommun.graph.catalogue import code_of, find_query, parse_query, run
from droitcommun.graph.errors import CampagneInconnue, ParameterInvalid, QueryUnknown
from droitcommun.graph.langue import in_langue
from droitcommun.graph.store import Store, iri, literal

HEADER = "#+ title: t\n#+ description: d\n#+ use: u\n"


def test_an_unknown_query_gets_the_nearest_name():
    with pytest.raises(QueryUnknown) as error:
        find_query("mobilisation-par-ambitions")
    assert "« mobilisation-par-ambition »" in str(error.value)


@pytest.mark.parametrize(
    ("query", "values", "sentences"),
    [
        ("retours", {}, ["« annee »", "« retours »", "il manque", "-p annee=VALEUR"]),
        ("retours", {"annee": "2026", "phase": "prevu"}, ["« phase »", "inconnu", "annee"]),
        ("retours", {"annee": "26"}, ["« annee »", "« 26 »", "2026"]),
        ("retours", {"annee": "2026-01"}, ["une année sur quatre chiffres"]),
        ("effet-levier", {"annee": "2026", "phase": "prévu"}, ["« phase »", "realise, prevu", "« prevu »"]),
        ("effet-levier", {"annee": "2026", "phase": "zzz"}, ["« zzz »", "realise, prevu"]),
    ],
)
def test_a_wrong_parameter_is_refused_with_what_to_write(dataset, query, values, sentences):
    with pytest.raises(ParameterInvalid) as error:
        run(find_query(query), dataset(), values)
    for sentence in sentences:
        assert sentence in str(error.value)


@pytest.mark.parametrize("values", [{"annee1": "2025", "annee2": "2031"}, {"annee1": "2031", "annee2": "2025"}])
def test_each_year_must_be_a_campagne(dataset, values):
    with pytest.raises(CampagneInconnue) as error:
        run(find_query("evolution"), dataset(), values)
    assert (error.value.annee, error.value.known) == (2031, (2025, 2026))


def test_campagnes_of_another_contract_are_not_known(dataset):
    ours = SimpleNamespace(contrat="autre", store=dataset().store)
    assert run(find_query("retours"), ours, {"annee": "2026"}).rows[0]["organisme"] == "mission"
    with pytest.raises(CampagneInconnue) as error:
        run(find_query("retours"), ours, {"annee": "2025"})
    assert error.value.known == (2026,)


def test_words_that_a_question_writes_itself_are_in_the_user_s_language(dataset, other_engine):
    """The date, the number, the words, and the labels of codes."""
    data, asked = dataset(), {"date": "2026-06-30"}
    with in_langue("en"):
        rows = run(find_query("etat-du-contrat"), data, asked).rows
        assert run(find_query("etat-du-contrat"), other_engine(data), asked).rows == rows
    said = {(row["genre"], row["code"]): row["dispositions"] for row in rows if row["dispositions"]}
    assert said["version", "2"] == "end of the contract: 31/12/2030 ; cap of the vulnerable areas (%): 2.5"
    assert said["instance", "copil"] == "yearly meetings, at least: 1 ; yearly meetings, at most: 2"
    assert said["type-engagement", "E14"] == "applies to: Municipality"
    assert said["partie", "caf"] == "status: Signatory ; obligatory: yes"
    assert said["qpv", "QN1"] == "municipalities: A-Ville"


def test_parameters_come_back_typed_with_their_defaults(dataset):
    table = run(find_query("effet-levier"), dataset(), {"annee": " 2026 "})
    assert table.parameters == {"annee": 2026, "phase": "realise"}
    assert table.contrat == "essai"


def test_each_type_of_parameter_is_bound_as_a_term_never_as_text():
    names = {"a": "text", "b": "integer", "c": "decimal", "d": "boolean", "e": "date", "f": "iri"}
    lines = "".join(f"#+ param {n}: {t}; x\n#+ column {n}: {t}; x\n" for n, t in names.items())
    query = parse_query("essai", HEADER + lines + "SELECT $a $b $c $d $e $f {}")
    hostile = '"} ; DROP ALL #'
    values = {"a": hostile, "b": "-3", "c": "1.50", "d": "true", "e": "2026-03-31", "f": "urn:x"}
    row = run(query, SimpleNamespace(contrat="essai", store=Store()), values).rows[0]
    assert row["a"] == hostile
    assert (row["b"], row["c"], row["d"], row["f"]) == (-3, Decimal("1.5"), True, "urn:x")
    assert str(row["e"]) == "2026-03-31"
    for name, wrong in {"b": "3,5", "c": "abc", "d": "oui", "e": "31/03/2026", "f": "pas un iri"}.items():
        with pytest.raises(ParameterInvalid):
            run(query, SimpleNamespace(contrat="essai", store=Store()), {**values, name: wrong})


def test_texts_lose_their_contacts_and_codes_do_not():
    query = parse_query("essai", HEADER + "#+ column t: text; x\n#+ column c: code; x\nSELECT ?t ?c {?s ?c ?t}")
    store = Store.from_turtle('<urn:s> <urn:0612345678> "Appeler le 06.12.34.56.78 ou a.b@c.fr" .')
    row = run(query, SimpleNamespace(contrat="essai", store=store), {}).rows[0]
    assert row == {"t": "Appeler le […] ou […]", "c": "urn:0612345678"}


def test_a_substitution_stops_at_a_sub_select_that_hides_the_parameter():
    """The trap the lint guards against: hidden, the parameter is free and every campagne is summed."""
    store = Store.from_turtle("<urn:m1> cdv:dansCampagne <urn:c1> . <urn:m2> cdv:dansCampagne <urn:c2> .")
    counted = "{ SELECT %s (COUNT(?m) AS ?n) { ?m cdv:dansCampagne ?campagne } %s }"
    hidden = "SELECT $campagne ?n " + counted % ("", "")
    shown = "SELECT $campagne ?n " + counted % ("?campagne", "GROUP BY ?campagne")
    bindings = {"campagne": iri("urn:c1")}
    assert store.select("SELECT $campagne ?n { " + hidden.split("?n ", 1)[1] + " }", bindings)[0]["n"] == literal(2)
    assert store.select("SELECT $campagne ?n { " + shown.split("?n ", 1)[1] + " }", bindings)[0]["n"] == literal(1)


@pytest.mark.parametrize(
    ("term", "code"),
    [
        ("https://w3id.org/droit-commun/codes/phase/prevu", "prevu"),
        ("https://w3id.org/droit-commun/id/organisme/caf-62", "caf-62"),
        ("https://w3id.org/droit-commun/id/contrat/call-2024", "call-2024"),
        ("https://w3id.org/droit-commun/id/call-2024/ambition/A1.1", "A1.1"),
        ("https://w3id.org/droit-commun/id/call-2024/action/2026/caf-62/siege/1a2b", "2026/caf-62/siege/1a2b"),
        ("repondu", "repondu"),
    ],
)
def test_code_of_an_iri(term, code):
    assert code_of(term) == code


def test_warnings_say_who_is_silent_what_is_unknown_and_what_is_not_real(dataset):
    silence = ("Campagne 2026 : 1 institution sur 5 n'a pas répondu ; les chiffres portent sur les seuls répondants.",)
    unknown = ("Campagne 2026 : 1 moyen sans quantité connue n'entre dans aucun total ; il ne vaut pas zéro.",)
    fictif = ("Données fictives.",)
    values = {"annee": "2026"}
    assert run(find_query("retours"), dataset(), values).warnings == fictif + silence
    assert run(find_query("reconciliation"), dataset(), values).warnings == fictif + silence + unknown
    assert run(find_query("reconciliation"), dataset(), {"annee": "2025"}).warnings == (
        "Campagne 2025 : 1 institution sur 4 n'a pas répondu ; les chiffres portent sur les seuls répondants.",
    )
    both = run(find_query("evolution"), dataset(), {"annee1": "2025", "annee2": "2026"}).warnings
    assert [w[:13] for w in both] == ["Campagne 2025", "Données ficti", "Campagne 2026", "Campagne 2026"]


def test_a_campagne_nobody_answered_is_said_so(dataset):
    ours = SimpleNamespace(contrat="autre", store=dataset().store)
    said = "Campagne 2026 : l'unique institution attendue n'a pas répondu."
    assert run(find_query("retours"), ours, {"annee": "2026"}).warnings == (said,)


def test_a_moyen_of_no_period_is_in_no_total_and_is_told(dataset):
    lost = """<urn:m> a cdv:Moyen ; cdv:campagne <https://w3id.org/droit-commun/id/essai/campagne/2025> ;
      cdv:contrat <https://w3id.org/droit-commun/id/contrat/essai> ; cdv:centimes 5 ;
      cdv:unite <https://w3id.org/droit-commun/codes/unite/EUR> ."""
    table = run(find_query("reconciliation"), dataset(lost), {"annee": "2025"})
    assert {r["ecart"] for r in table.rows} == {Decimal(0)}
    assert "1 moyen sans période ou sans unité n'entre dans aucun total" in table.warnings[-1]
