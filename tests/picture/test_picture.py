"""The picture of Deux-Rives, counted by hand from data/*.ttl."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import cast

import pytest

from droitcommun.graph.checks.findings import CheckReport
from droitcommun.graph.dataset import ActiveDataset
from droitcommun.graph.picture import Picture, build_picture
from droitcommun.graph.pictures.figures import Periode

from .deux_rives import make_dataset

# What reponses-2026.ttl and campagne-2025.ttl say, added up on paper.
BY_HAND: dict[str, Decimal | int] = {
    "F-retours-1": 5,
    "F-retours-2": 4,
    "F-retours-3": 1,
    "F-retours-4": 1,
    "F-actions-1": 3,  # a1, a3, a6: a2 is a legal benefit, a4 has specific credits only, a5 the abatement only
    "F-actions-2": 2,  # a1 adaptée, a6 nouvelle
    "F-actions-3": 0,
    "F-actions-4": 1,  # a2
    "F-euros-1": Decimal("12345.67"),  # 10 000 + 2 345,67 + 0
    "F-euros-2": 7000,  # 4 000 + 3 000
    "F-euros-3": 800,
    "F-euros-4": 500000,
    "F-euros-5": 7000,
    "F-euros-6": Decimal("12000.50"),
    "F-rencontre-1": 1,
    "F-rencontre-4": Decimal("2.5"),  # 10 000 / 4 000
    "F-rencontre-5": 1,  # a4
    "F-etp-1": Decimal("2.5"),
    "F-etp-2": 1,
    "F-etp-3": 1,  # a4 names one QPV; a1 names two
    "F-etp-4": Decimal("0.5"),  # agglo 1,5 after 1; ars is not counted: it is silent in 2026
    "F-ambitions-1": 5,
    "F-ambitions-2": 1,  # A1.2: agglo, caf, bailleur
    "F-ambitions-3": 2,  # A1.3: bailleur; A2.1: agglo
    "F-ambitions-4": 1,  # A1.4
    "F-ambitions-5": 4,
    "F-ambitions-6": 3,
    "F-ambitions-7": 1,
    "F-ambitions-8": 1,
    "F-qpv-1": 3,  # La Lisière straddles another contract
    "F-qpv-2": 2,
    "F-qpv-3": 1,
    "F-qpv-5": 1,
    "F-habitants-1": 150,
    "F-habitants-2": 2,
    "F-habitants-3": 6,
    "F-habitants-4": 60,  # 60 women of the 100 of a1: the 50 of a4 do not say
    "F-habitants-5": 1,
    "F-habitants-6": 40,
    "F-engagements-1": 3,
    "F-engagements-2": 1,
    "F-engagements-3": 1,
    "F-engagements-4": 1,
    "F-evolution-1": 2,
    "F-retours-5": 0,
    # agglo A1.1 only: caf A1.1 has an unknown amount in 2026 (m7), agglo A2.1 says nothing in 2025, ars answered once.
    "F-evolution-2": 9000,
    "F-evolution-3": 10000,
    "F-evolution-4": 1,
    "F-evolution-5": 2,
}


@pytest.mark.parametrize(("figure", "expected"), BY_HAND.items())
def test_each_figure_is_the_one_counted_by_hand(picture: Picture, figure: str, expected: Decimal | int) -> None:
    assert picture.figures[figure].valeur == expected


def test_a_share_of_the_euros(picture: Picture) -> None:
    share = picture.figures["F-qpv-4"].valeur
    assert share is not None
    assert round(Decimal(share), 2) == Decimal("19.00")  # 2 345,67 / 12 345,67


def test_every_figure_bears_its_id_and_an_existing_table(picture: Picture) -> None:
    assert all(key == figure.id for key, figure in picture.figures.items())
    assert {figure.table for figure in picture.figures.values()} <= set(picture.tables)


def test_sentences_name_only_figures_that_exist(picture: Picture) -> None:
    named = {name for phrase in picture.phrases for name in phrase.figures}
    assert named <= set(picture.figures)
    assert [phrase.numero for phrase in picture.phrases] == list(range(1, 11))


def test_the_frame(picture: Picture) -> None:
    contexte = picture.contexte
    assert (contexte.titre, contexte.identifiant, contexte.statut) == (
        "Contrat de ville des Deux-Rives",
        "CN99",
        "close",
    )
    assert contexte.fictif
    assert contexte.annee_precedente == 2025
    assert [(a.code, a.court, a.habitants) for a in contexte.ambitions] == [
        ("A1.1", "Grandir", True),
        ("A1.2", "Se soigner", True),
        ("A1.3", "Se loger", True),
        ("A1.4", "Se déplacer", True),
        ("A2.1", "Travailler ensemble", False),
    ]
    assert contexte.qpv_a_cheval == {"QN99004X"}
    assert contexte.n_reserves == 1


def test_realise_comes_first_and_prevu_beside(picture: Picture) -> None:
    assert picture.principale == Periode("realise", 2025)
    assert picture.autre == Periode("prevu", 2026)
    assert [(m.periode.mots(), m.droit_commun) for m in picture.montants] == [
        ("réalisé 2025", Decimal("12345.67")),
        ("prévu 2026", Decimal("12000.50")),
    ]
    assert picture.montants[0].n_inconnus == 1


def test_prevu_comes_first_when_it_alone_is_known() -> None:
    planned = """
    k26:caf a cdv:Contribution ; cdv:campagne campagne:2026 ; cdv:organisme o:caf ;
      cdv:reponse reponse:actions-declarees .
    a26:x a cdv:Action ; cdv:campagne campagne:2026 ; cdv:contribution k26:caf ; cdv:declarant o:caf ;
      cdv:ambitionPrincipale ambition:A1.1 ; cdv:forme forme:nouvelle .
    m26:x a cdv:Moyen ; cdv:campagne campagne:2026 ; cdv:contrat contrat:deux-rives ; cdv:action a26:x ;
      cdv:apporteur o:caf ; cdv:exercice "2026"^^xsd:gYear ; cdv:phase phase:prevu ; cdv:unite unite:EUR ;
      cdv:centimes 4200 ;
      cdv:nature nature:subvention ; cdv:source source:budget-ordinaire ."""
    picture = build_picture(make_dataset(extra=planned))
    assert (picture.principale, picture.autre) == (Periode("prevu", 2026), Periode("realise", 2025))
    assert picture.figures["F-euros-1"].valeur == 42
    assert picture.figures["F-euros-6"].valeur is None


def test_unknown_is_not_zero_when_nobody_answered(silent: Picture) -> None:
    unknown = ["F-actions-1", "F-euros-1", "F-euros-6", "F-etp-1", "F-ambitions-4", "F-qpv-3", "F-habitants-1"]
    assert {name: silent.figures[name].valeur for name in unknown} == dict.fromkeys(unknown)
    assert silent.figures["F-retours-2"].valeur == 0
    assert silent.figures["F-euros-2"].valeur == 21000


def test_two_exercices_are_never_added(silent: Picture) -> None:
    assert [(m.periode.mots(), m.specifique) for m in silent.montants] == [
        ("réalisé 2025", 21000),
        ("réalisé 2026", 22000),
    ]


def test_an_imported_line_says_nothing_of_the_droit_commun_beside_it() -> None:
    picture = build_picture(make_dataset("reponses-2026", "import"))
    assert picture.figures["F-rencontre-5"].valeur == 1
    assert picture.figures["F-euros-2"].valeur == 7000 + 21000


# An action of the caf with no resource at all: declared, so counted, without figures.
BARE = """
a26:a7 a cdv:Action ; dcterms:title "Accueil" ; cdv:campagne campagne:2026 ; cdv:contribution k26:caf ;
  cdv:declarant o:caf ; cdv:ambitionPrincipale ambition:A1.1 ; cdv:forme forme:renforcee ;
  cdv:portee portee:agglomeration .
"""


def test_an_action_without_any_resource_is_counted_and_said() -> None:
    picture = build_picture(make_dataset("reponses-2026", extra=BARE))
    assert [picture.figures[f"F-actions-{n}"].valeur for n in range(1, 5)] == [4, 3, 1, 1]  # a1, a3, a6 and a7
    assert "recensées hors prestations légales (dont 1 aux moyens non chiffrés), dont 3" in picture.phrases[1].texte


def test_the_third_sentence_cites_the_figures_it_shows(silent: Picture) -> None:
    assert silent.phrases[2].figures == tuple(f"F-euros-{n}" for n in (1, 2, 3, 11, 12, 13))
    assert silent.figures["F-euros-12"].valeur == 22000  # réalisé 2026, after prévu 2026 in 6 to 10
    assert silent.figures["F-euros-12"].libelle == "Crédits spécifiques, réalisé 2026"


def test_nobody_said_zero_action(silent: Picture) -> None:
    for name in ("formes-de-mobilisation", "matrice-organisme-ambition", "ambitions-sans-partenaire"):
        assert {row.get("n_actions") for row in silent.tables[name].rows} == {None}
        assert {row["n_organismes"] for row in silent.tables[name].rows if "n_organismes" in row} <= {None}
    rows = silent.tables["mobilisation-par-ambition"].rows
    assert {row["n_actions"] for row in rows if row["ambition"] == "sans-ambition"} == {1}  # an imported line is a line


def test_without_a_previous_campagne_there_is_no_evolution(silent: Picture) -> None:
    assert "evolution" not in silent.tables
    assert "F-etp-4" not in silent.figures


def test_open_findings_are_counted_by_severity(dataset: ActiveDataset) -> None:
    found = [
        ("violation", "ouvert"),
        ("violation", "deroge"),
        ("warning", "ouvert"),
        ("warning", "ouvert"),
        ("info", "a-venir"),
    ]
    rest = {"organisme": None, "correction": "", "sources": ()}
    findings = [SimpleNamespace(gravite=g, etat=e, regle="R-A1", message="", **rest) for g, e in found]
    findings += [
        SimpleNamespace(gravite="info", etat=e, regle="R-M8", message="Deux", **rest) for e in ("ouvert", "deroge")
    ]
    report = SimpleNamespace(findings=findings, not_checked=("la météo",), jour=date(2026, 3, 5))
    controle = build_picture(dataset, cast(CheckReport, report)).controle
    assert controle is not None
    assert (controle.a_corriger, controle.a_completer, controle.pour_information) == (1, 2, 1)
    assert (controle.a_venir, controle.jour, controle.doublons) == (1, date(2026, 3, 5), ("Deux",))
    assert controle.non_verifie == ("la météo",)


def test_the_fingerprint_follows_the_data(dataset: ActiveDataset, picture: Picture) -> None:
    assert build_picture(dataset).empreinte == picture.empreinte
    assert build_picture(make_dataset("reponses-2026")).empreinte != picture.empreinte
    assert build_picture(dataset, empreinte="abc").empreinte == "abc"


def moyen(code: str, rest: str) -> str:
    """Return one line of the agglomeration on a1: réalisé 2025."""
    return (
        f"m26:{code} a cdv:Moyen ; cdv:campagne campagne:2026 ; cdv:contrat contrat:deux-rives ; cdv:action a26:a1 ;"
        f' cdv:apporteur o:agglo ; cdv:exercice "2025"^^xsd:gYear ; {rest} .\n'
    )


EUROS = "cdv:nature nature:locaux-materiel ; cdv:unite unite:EUR ; cdv:source source:budget-ordinaire"
STAFF = "cdv:nature nature:personnel ; cdv:unite unite:ETP ; cdv:source source:budget-ordinaire"
DEFINITIF, PROVISOIRE = "cdv:phase phase:realise-definitif", "cdv:phase phase:realise-provisoire"


def with_extra(*lines: str) -> Picture:
    """Return the picture of the full dataset with more lines of the agglomeration on a1."""
    extra = "".join(moyen(f"x{n}", line) for n, line in enumerate(lines))
    return build_picture(make_dataset("reponses-2026", "campagne-2025", extra=extra))


def test_a_provisional_amount_and_its_final_one_are_counted_once() -> None:
    """1 000 € provisional then 1 100 € final, on top of 12 345,67 €; 2 then 3 ETP, on top of 2,5."""
    picture = with_extra(
        f"{PROVISOIRE} ; {EUROS} ; cdv:centimes 100000",
        f"{DEFINITIF} ; {EUROS} ; cdv:centimes 110000",
        f"{PROVISOIRE} ; {STAFF.replace('personnel', 'permanences')} ; cdv:quantite 2.0",
        f"{DEFINITIF} ; {STAFF.replace('personnel', 'permanences')} ; cdv:quantite 3.0",
    )
    assert picture.figures["F-euros-1"].valeur == Decimal("13445.67")
    assert picture.figures["F-etp-1"].valeur == Decimal("5.5")
    assert [m.droit_commun for m in picture.montants] == [Decimal("13445.67"), Decimal("12000.50")]
    assert picture.figures["F-evolution-3"].valeur == 11100
    sources = picture.tables["droit-commun-et-specifique"].rows
    assert [r["euros"] for r in sources if r["phase"] == "remplace"] == [1000]
    assert all(r["ecart"] == 0 for r in picture.tables["reconciliation"].rows)


def test_an_unknown_amount_is_no_fall() -> None:
    """The agglomeration says « ne sait pas » for one amount and for one staff line: nothing is compared any more."""
    picture = with_extra(f"{DEFINITIF} ; {EUROS}", f"{DEFINITIF} ; {STAFF}")
    names = ("F-evolution-2", "F-evolution-3", "F-evolution-4", "F-evolution-5", "F-etp-4")
    assert [picture.figures[n].valeur for n in names] == [None, None, 0, 3, None]
    assert "évolution depuis la campagne 2025 sans information" in picture.phrases[4].texte


def test_a_body_that_was_not_expected_is_said_apart() -> None:
    extra = """o:visiteur a cdv:Organisme ; skos:prefLabel "Visiteur"@fr .
      k26:visiteur a cdv:Contribution ; cdv:campagne campagne:2026 ; cdv:organisme o:visiteur ; cdv:service "S" ."""
    picture = build_picture(make_dataset("reponses-2026", extra=extra))
    assert [picture.figures[f"F-retours-{n}"].valeur for n in range(1, 6)] == [5, 4, 1, 1, 1]
    assert picture.phrases[0].texte.startswith("4 institutions sur 5 ont répondu")
    assert picture.phrases[0].texte.endswith(
        "1 autre institution, qui n'était pas attendue, a répondu\u00a0: Visiteur."
    )


def test_only_bodies_that_were_not_expected_is_no_silence() -> None:
    extra = """o:visiteur a cdv:Organisme ; skos:prefLabel "Visiteur"@fr .
      k26:visiteur a cdv:Contribution ; cdv:campagne campagne:2026 ; cdv:organisme o:visiteur ; cdv:service "S" ."""
    picture = build_picture(make_dataset(extra=extra))
    assert picture.phrases[0].texte.startswith("Aucune des 5 institutions attendues n'a répondu.")
    assert picture.figures["F-actions-1"].valeur == 0
