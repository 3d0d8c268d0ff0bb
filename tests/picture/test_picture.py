"""The picture of Deux-Rives, counted by hand from data/*.ttl."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import cast

import pytest

from droitcommun.graph.dataset import ActiveDataset
from droitcommun.graph.figures import Periode
from droitcommun.graph.findings import CheckReport
from droitcommun.graph.picture import Picture, build_picture

from .deux_rives import make_dataset

# What reponses-2026.ttl and campagne-2025.ttl say, added up on paper.
BY_HAND: dict[str, Decimal | int] = {
    "F-retours-1": 5,
    "F-retours-2": 4,
    "F-retours-3": 1,
    "F-retours-4": 1,
    "F-actions-1": 4,  # a1, a2, a3, a6: a4 has specific credits only, a5 the abatement only
    "F-actions-2": 2,  # a1 adaptée, a6 nouvelle
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
    "F-evolution-2": 11000,  # agglo 9 000 + caf 2 000, without the 50 000 of ars
    "F-evolution-3": Decimal("12345.67"),
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
    report = SimpleNamespace(
        findings=[SimpleNamespace(gravite=gravite, etat=etat) for gravite, etat in found], not_checked=("la météo",)
    )
    controle = build_picture(dataset, cast(CheckReport, report)).controle
    assert controle is not None
    assert (controle.a_corriger, controle.a_completer, controle.pour_information) == (1, 2, 0)
    assert controle.non_verifie == ("la météo",)


def test_the_fingerprint_follows_the_data(dataset: ActiveDataset, picture: Picture) -> None:
    assert build_picture(dataset).empreinte == picture.empreinte
    assert build_picture(make_dataset("reponses-2026")).empreinte != picture.empreinte
    assert build_picture(dataset, empreinte="abc").empreinte == "abc"
