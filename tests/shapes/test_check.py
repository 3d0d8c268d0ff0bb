"""The check as a whole: its scope, when a rule is judged, whose finding it is, from which cell, and scores."""

from __future__ import annotations

import gc
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from rulebench import BASE_IRI, CAMPAGNE, DUE, EARLY, HERE, Dataset, make_dataset, short

from droitcommun.graph.check import campagne_scope, check_campagne
from droitcommun.graph.checks.findings import CheckReport, Finding
from droitcommun.graph.checks.provenance import mask
from droitcommun.graph.checks.rules import load_rules
from droitcommun.graph.errors import OrganismeInconnu
from droitcommun.graph.langue import set_langue

ABSENT = "<essai/campagne/2026> cdv:attend <organisme/etat> ."
LAST_YEAR = BASE_IRI + "essai/campagne/2025"


def fixture(name: str) -> str:
    return (HERE / f"{name}.ttl").read_text(encoding="utf-8")


def check(text: str = "", today: date = DUE, **options: object) -> CheckReport:
    return check_campagne(make_dataset(text), today, **options)  # type: ignore[arg-type]


def one(report: CheckReport, rule: str) -> Finding:
    found = [f for f in report.findings if f.regle == rule]
    assert len(found) == 1, found
    return found[0]


# ---- scope ----


def test_the_faults_of_another_campagne_are_its_own() -> None:
    dataset = make_dataset()
    last_year = Dataset(dataset.contrat, 2025, LAST_YEAR, dataset.store)
    rules = {f.regle for f in check_campagne(last_year, DUE).findings}
    assert {"R-A1", "R-A6", "R-C1", "R-E0", "R-E00", "R-E02", "R-G3", "R-M1", "R-R1", "R-S8"} <= rules
    assert check_campagne(dataset, DUE).findings == ()


def test_the_scope_holds_the_imports_the_campagne_sees() -> None:
    with campagne_scope(make_dataset().store, CAMPAGNE) as scope:
        seen = {short(t[0].value) for t in scope.store.triples()}
    assert "essai/import/moyen/i1" in seen
    assert {short(node) for node in scope.outside} >= {
        "essai/import/moyen/i0",
        "essai/action/2025/bourg/ville/z1",
        "essai/presence/2025/copil-2025-06-01/etat",
        "essai/source/ffff#reserve-actions-c9",
    }
    assert not [node for node in seen if "/2025/" in node or node.endswith("campagne/2025")]


def test_the_scope_leaves_the_store_as_it_was() -> None:
    store = make_dataset().store
    before = sorted(map(str, store.triples()))
    with pytest.raises(ZeroDivisionError), campagne_scope(store, CAMPAGNE) as scope:
        hidden = {short(node) for node in scope.outside}
        assert "essai/import/moyen/i0" in hidden
        assert not hidden & {short(t[0].value) for t in store.triples()}
        assert scope.nodes.said(BASE_IRI + "essai/import/moyen/i0")
        raise ZeroDivisionError
    assert sorted(map(str, store.triples())) == before


def test_the_campagne_under_check_is_the_only_one_marked() -> None:
    with campagne_scope(make_dataset().store, LAST_YEAR) as scope:
        marked = [short(t[0].value) for t in scope.store.triples() if t[1].value.endswith("#sousControle")]
    assert marked == ["essai/campagne/2025"]


# ---- time ----


def test_a_rule_of_the_closing_date_waits_for_it() -> None:
    before = one(check(ABSENT, date(2026, 9, 30)), "R-E02")
    on_the_day = one(check(ABSENT, date(2026, 10, 1)), "R-E02")
    assert (before.etat, on_the_day.etat) == ("a-venir", "ouvert")
    assert before.id == on_the_day.id


def test_a_closed_campagne_is_judged_at_once() -> None:
    closed = "#- <essai/campagne/2026> cdv:statutCampagne ?s .\n"
    closed += "<essai/campagne/2026> cdv:statutCampagne <../codes/statut-campagne/close> ."
    assert one(check(ABSENT + "\n" + closed, EARLY), "R-E02").etat == "ouvert"


def test_what_was_sent_is_judged_before_the_closing_date() -> None:
    assert one(check(fixture("R-A1/invalid-forme"), EARLY), "R-A1").etat == "ouvert"
    answered = one(check(fixture("R-E0/invalid-un"), EARLY), "R-E0")
    assert (answered.organisme, answered.etat) == ("agglo", "ouvert")


def test_of_a_silent_body_only_the_workbook_is_asked() -> None:
    silent = "\n".join(
        [
            "#- ?c a cdv:Contribution ; cdv:organisme <organisme/agglo> .",
            "#- ?s a cdv:SuiviEngagement ; cdv:organisme <organisme/agglo> .",
        ]
    )
    report = check(silent, EARLY)
    assert [(f.regle, f.etat) for f in report.findings if f.organisme == "agglo"] == [("R-E02", "a-venir")]
    assert report.conforme
    assert report.resume() == {"violation": 0, "warning": 0, "info": 0, "deroge": 0, "a-venir": 1}


# ---- bodies ----


def test_the_filter_keeps_one_body() -> None:
    text = fixture("R-A1/invalid-forme") + fixture("R-E11/invalid")
    assert {f.organisme for f in check(text).findings} == {"bourg", "agglo"}
    alone = check(text, organisme="agglo")
    assert [(f.regle, f.organisme) for f in alone.findings] == [("R-E11", "agglo")]
    assert [s.code for s in alone.scores_organismes] == ["agglo"]


def test_an_unknown_body_is_refused() -> None:
    with pytest.raises(OrganismeInconnu):
        check(organisme="agglomeration")


def test_what_nobody_declared_goes_to_the_co_pilots() -> None:
    finding = one(check(fixture("R-M8/invalid-import")), "R-M8")
    assert (finding.organisme, finding.destinataire) == (None, "copilotes")
    assert one(check(fixture("R-M8/invalid")), "R-M8").destinataire == "contributeur"


# ---- cells ----


def test_an_absence_names_where_the_answer_is_written() -> None:
    def places(finding: Finding) -> list[tuple[str, str, str]]:
        return [(s.fichier, s.feuille, s.cellule) for s in finding.sources]

    # No workbook received: the cell of the one that was sent.
    assert places(one(check(ABSENT), "R-E02")) == [("", "Identité", "G3")]
    # One received: the next free row, after the last one that the sheet holds.
    rows = """
    <essai/source/dddd> cdv:nomFichier "pilotage.xlsx" .
    <essai/source/dddd#seances-4> a cdv:Localisation ; cdv:feuille "Séances" ; cdv:ligneFeuille 4 ;
        dcterms:source <essai/source/dddd> .
    <essai/source/dddd#seances-8> a cdv:Localisation ; cdv:feuille "Séances" ; cdv:ligneFeuille 8 ;
        dcterms:source <essai/source/dddd> .
    <essai/source/dddd#seances-instance> a cdv:Colonne ; cdv:feuille "Séances" ; cdv:lettre "C" ;
        cdv:chemin cdv:instance ; dcterms:source <essai/source/dddd> ."""
    assert places(one(check(fixture("R-G1/invalid") + rows), "R-G1")) == [("pilotage.xlsx", "Séances", "C9")]


def test_a_missing_value_gives_its_empty_cell() -> None:
    finding = one(check(fixture("R-A1/invalid-forme")), "R-A1")
    assert [(s.fichier, s.feuille, s.cellule, s.texte) for s in finding.sources] == [
        ("bourg.xlsx", "Actions", "E14", "")
    ]
    assert finding.chemin is not None
    assert finding.chemin.endswith("#forme")
    assert finding.libelle == "Étude du soir"


def test_an_unreadable_cell_is_not_also_missing() -> None:
    report = check(fixture("R-A6/invalid-obligatoire"))
    assert [f.regle for f in report.findings] == ["R-A6"]
    source = report.findings[0].sources[0]
    assert (source.fichier, source.cellule, source.texte) == ("bourg.xlsx", "E14", "Renforsée")


def test_a_quantity_is_not_missing_when_its_kind_is_unreadable() -> None:
    reserve = """
<essai/source/aaaa#reserve-moyens-d3> a cdv:Reserve ; cdv:sujet <essai/moyen/2026/bourg/ville/m1> ;
    cdv:chemin cdv:nature ; cdv:feuille "Moyens" ; cdv:cellule "D3" ; cdv:texteBrut "agents" ;
    cdv:codeProbleme "code-inconnu" ; dcterms:source <essai/source/aaaa> .
#- <essai/moyen/2026/bourg/ville/m1> cdv:nature ?n .
#- <essai/moyen/2026/bourg/ville/m1> cdv:quantite ?q .
#- <essai/moyen/2026/bourg/ville/m1> cdv:unite ?u .
"""
    found = [f.regle for f in check(reserve).findings if "/m1" in f.sujet]
    assert found == ["R-A6"]


def test_the_text_of_a_cell_comes_from_the_original(tmp_path: Path) -> None:
    original = tmp_path / "original.xlsx"
    with xlsxwriter.Workbook(original) as book:
        sheet = book.add_worksheet("Moyens")
        sheet.write("B4", "Médiathèque, voir a.b@exemple.fr")
        sheet.write("E3", 250000)
    asked: list[str] = []

    def find(sha256: str) -> Path:
        asked.append(sha256)
        return original

    text = fixture("R-M2/invalid-montant") + fixture("R-M6/invalid-prevu")
    report = check(text, originals=find)
    texts = {f.regle: f.sources[0].texte for f in report.findings}
    assert texts == {"R-M2": "250000", "R-M6": "Médiathèque, voir […]"}
    assert asked == ["aaaa"]


@pytest.mark.parametrize(
    ("name", "rule", "label"),
    [
        ("R-O1/invalid", "R-O1", "Demandeurs d'emploi – Les Tilleuls"),
        ("R-O6/invalid", "R-O6", "Appel à projets"),
        ("R-G6/invalid-qualification-sans-source", "R-G6", "Qualification, ligne 3"),
        ("R-G6/invalid-presence-sans-organisme", "R-G6", "Comité de pilotage – 01/06/2026"),
    ],
)
def test_a_row_is_named_by_what_it_is_about_or_by_its_place(name: str, rule: str, label: str) -> None:
    assert one(check(fixture(name)), rule).libelle == label


def test_an_original_that_is_gone_leaves_the_address(tmp_path: Path) -> None:
    report = check(fixture("R-M2/invalid-montant"), originals=lambda sha256: tmp_path / sha256)
    assert [(s.cellule, s.texte) for s in report.findings[0].sources] == [("E3", "")]


def test_personal_data_is_not_repeated() -> None:
    for name in ("courriel", "telephone"):
        finding = one(check(fixture(f"R-R1/invalid-{name}")), "R-R1")
        assert finding.valeur is None
        assert "dupont" not in str(finding)
        assert "06 12" not in str(finding)
    text = '<essai/action/2026/bourg/ville/a2> dcterms:title "Appeler le 06 12 34 56 78" .\n'
    text += "#- <essai/action/2026/bourg/ville/a2> dcterms:title ?t .\n" + fixture("R-T5/invalid")
    assert "06 12" not in str(check(text).findings)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("écrire à a.b-c@ville.exemple.fr.", "écrire à […]."),
        ("06.12.34.56.78 ou +33 6 12 34 56 78", "[…] ou […]"),
        ("+33 (0)3 21 00 00 00", "[…]"),
        ("+33.3.21.00.00.00, (03) 21 00 00 00", "[…], […]"),
        ("SIRET 20005374200012 ; 0612345678901", "SIRET 20005374200012 ; 0612345678901"),
        ("du 12/03/2026, 1 200 000 €", "du 12/03/2026, 1 200 000 €"),
    ],
)
def test_mask(text: str, masked: str) -> None:
    assert mask(text) == masked


# ---- identity, order, words ----


def test_identity_and_order_do_not_change() -> None:
    text = fixture("R-A1/invalid-forme") + fixture("R-E11/invalid") + fixture("R-T3/invalid") + ABSENT
    first, second = check(text), check(text)
    assert first == second
    assert len({f.id for f in first.findings}) == len(first.findings)
    alone = check(fixture("R-E11/invalid"))
    assert one(alone, "R-E11").id == one(first, "R-E11").id


def test_words_follow_the_language_and_hold_no_iri() -> None:
    text = ABSENT + fixture("R-A1/invalid-forme") + fixture("R-E0/invalid-deux") + fixture("R-G4/invalid-presences")
    french = check(text)
    try:
        set_langue("en")
        english = check(text)
    finally:
        set_langue("fr")
    assert [f.id for f in french.findings] == [f.id for f in english.findings]
    assert all(f.message != e.message for f, e in zip(french.findings, english.findings, strict=True))
    assert "has not returned its survey workbook for 2026" in one(english, "R-E02").message
    said = one(english, "R-E0").message
    assert "2 commitments out of 7 without information: E03 – Partager ses documents ; E05 – " in said
    for finding in (*french.findings, *english.findings):
        assert "http" not in finding.message + finding.correction + finding.libelle
        assert "{" not in finding.message


def test_numbers_and_amounts_follow_the_language() -> None:
    said = {}
    try:
        for langue in ("fr", "en"):
            set_langue(langue)
            said[langue] = [one(check(fixture(f"R-{rule}/invalid")), f"R-{rule}").message for rule in ("M12", "A9")]
    finally:
        set_langue("fr")
    assert "12\u202f345,67\u00a0€ sans" in said["fr"][0] and "1\u202f501 habitants" in said["fr"][1]
    assert "12,345.67\u00a0€ without" in said["en"][0] and "1,501 inhabitants" in said["en"][1]


def test_what_is_not_checked_is_said() -> None:
    report = check()
    assert any(text.startswith("R-R2 – ") for text in report.not_checked)
    assert not {text.split(" – ")[0] for text in report.not_checked} & {"R-E01", "R-A1"}
    assert report.fictif
    assert report.titre == "Contrat d'essai"


def test_the_collector_is_left_as_it_was() -> None:
    check()
    assert gc.isenabled()


# ---- scores ----


def test_scores_count_the_rules_that_apply_and_are_met() -> None:
    # agglo, by hand: E0 E01 E02 E02b E04 E11 · R1 · A6 C1 C2 apply; no action, so no A1, M1, M6, T1, T3.
    scores = {s.code: s for s in check().scores_organismes}
    assert (scores["agglo"].fait, scores["agglo"].attendu, scores["agglo"].constats) == (10, 10, 0)
    # One priority withdrawn, one commitment without state, and an address in a text: three rules fail.
    text = fixture("R-E11/invalid") + fixture("R-E0/invalid-un")
    text += '\n<essai/contribution/2026/agglo/cohesion> rdfs:comment "Voir x@exemple.fr" .'
    after = {s.code: s for s in check(text).scores_organismes}
    assert (after["agglo"].fait, after["agglo"].attendu, after["agglo"].constats) == (7, 10, 3)
    assert after["toits"] == scores["toits"]


def test_a_silent_body_has_met_nothing_and_is_not_asked_for_what_it_cannot_show() -> None:
    score = {s.code: s for s in check(ABSENT).scores_organismes}["etat"]
    assert (score.fait, score.attendu, score.constats) == (0, 1, 1)


def test_information_does_not_lower_a_score() -> None:
    plain, informed = check().scores_organismes, check(fixture("R-E12/invalid")).scores_organismes
    bourg = [next(s for s in scores if s.code == "bourg") for scores in (plain, informed)]
    assert (bourg[0].attendu - bourg[0].fait, bourg[1].attendu - bourg[1].fait) == (0, 0)
    assert bourg[1].constats == 1


def test_an_ambition_counts_its_complete_actions() -> None:
    def scores(text: str) -> dict[str, tuple[int, int, int]]:
        return {s.code: (s.fait, s.attendu, s.constats) for s in check(text).scores_ambitions}

    assert scores("") == {"A1.1": (2, 2, 0), "A1.2": (1, 1, 0)}
    # a1 lacks its form and m2 (of a2) its share: both actions of A1.1 are incomplete, with two findings.
    assert scores(fixture("R-A1/invalid-forme") + fixture("R-T3/invalid")) == {"A1.1": (0, 2, 2), "A1.2": (1, 1, 0)}
    # An ambition that nobody serves has its own finding.
    assert scores(fixture("R-A3/invalid"))["A1.2"] == (0, 0, 1)


def test_the_report_is_conform_only_without_open_violation() -> None:
    assert check(fixture("R-T3/invalid")).conforme
    broken = check(fixture("R-A1/invalid-forme"))
    assert not broken.conforme
    waived = replace(broken, findings=tuple(replace(f, etat="deroge") for f in broken.findings))
    assert waived.conforme
    assert waived.resume()["deroge"] == 1


# ---- rules on trial ----


def test_a_rule_on_trial_only_warns_during_its_first_campagne(monkeypatch: pytest.MonkeyPatch) -> None:
    book = load_rules()

    def judged(first: int | None) -> tuple[str, str, bool]:
        rule = replace(book.rules["R-A1"], premiere_campagne=first)
        shapes = {iri: replace(s, rule=rule) if s.rule.name == "R-A1" else s for iri, s in book.core_shapes.items()}
        trial = replace(book, rules={**book.rules, "R-A1": rule}, core_shapes=shapes)
        monkeypatch.setattr("droitcommun.graph.check.load_rules", lambda: trial)
        report = check(fixture("R-A1/invalid-forme"))
        finding = one(report, "R-A1")
        return finding.gravite, finding.etat, report.conforme

    assert judged(None) == judged(2025) == ("violation", "ouvert", False)
    assert judged(2026) == judged(2027) == ("warning", "a-l-essai", True)


# ---- what passes, and the raw results ----


def test_what_passes_is_named_for_each_body() -> None:
    text = fixture("R-E11/invalid") + fixture("R-E0/invalid-un")
    report = check(text)
    agglo = [p.regle for p in report.passes if p.organisme == "agglo"]
    # Of its ten rules (see the scores), a withdrawn priority and a commitment without state fail two.
    assert sorted(agglo) == ["R-A6", "R-C1", "R-C2", "R-E01", "R-E02", "R-E02b", "R-E04", "R-R1"]
    assert {p.libelle for p in report.passes if p.regle == "R-R1"} == {"Données personnelles à leur place"}
    for score in report.scores_organismes:
        assert score.fait == len([p for p in report.passes if p.organisme == score.code])
    assert {p.organisme for p in check(text, organisme="agglo").passes} == {"agglo"}


def test_the_results_behind_the_findings_are_kept() -> None:
    text = fixture("R-A1/invalid-forme") + fixture("R-E11/invalid")
    report = check(text)
    assert [(r.rule.name, short(r.focus)) for r in report.results] == [
        ("R-A1", "essai/action/2026/bourg/ville/a1"),
        ("R-E11", "essai/engagement/2026/agglo/E11"),
    ]
    assert {r.component.rpartition("#")[2] for r in report.results} == {
        "MinCountConstraintComponent",
        "SPARQLConstraintComponent",
    }
    assert [r.rule.name for r in check(text, organisme="agglo").results] == ["R-E11"]
    # What another cell already says is no result either: an unreadable cell is not also missing.
    assert [r.rule.name for r in check(fixture("R-A6/invalid-obligatoire")).results] == ["R-A6"]
