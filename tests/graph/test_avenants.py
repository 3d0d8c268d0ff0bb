"""Avenants: applied from their date on, to their campagne and those after; never by half, never to the past."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from droitcommun.graph.campagnes import open_campagne
from droitcommun.graph.check import check_campagne
from droitcommun.graph.dataset import activate
from droitcommun.graph.workspace import Workspace

from .avenants import (
    ALL,
    AVENANT,
    COPIL,
    PLACE,
    SCISSION,
    accepted,
    amend,
    answer,
    codes,
    dispositions,
    one,
    parties,
    state,
)
from .conftest import IDENTITE, MOYEN, VAL_D_ESSAI


@pytest.fixture
def workspace(two_campagnes: Workspace) -> Workspace:
    return two_campagnes


def test_the_campagne_after_sees_the_new_contract_and_the_one_before_the_old(workspace: Workspace) -> None:
    accepted(amend(workspace, ALL))
    before, after = (activate(workspace, None, annee).store for annee in (2025, 2026))
    assert codes(before, "Ambition") == ["A1.1", "A1.2", "A1.3", "A2.1", "A2.2"]
    assert codes(after, "Ambition") == ["A1.2", "A1.3", "A1.4", "A1.5", "A2.3"]
    assert codes(before, "QPV") == ["QN00001X", "QN00002X", "QN00003X"]
    assert codes(after, "QPV") == ["QN00001X", "QN00002X", "QN00004X"]
    label = 'SELECT ?l { ?a skos:notation "A1.2" ; skos:prefLabel ?l }'
    assert (one(before, label), one(after, label)) == ([("Se soigner",)], [("Aller bien",)])
    people = "SELECT ?n { ?p a cdv:Population ; cdv:territoire ?q ; cdv:nombre ?n . ?q skos:notation 'QN00001X' }"
    assert (one(before, people), one(after, people)) == ([("1000",)], [("1000",), ("1100",)])
    active = (
        "SELECT ?code { ?c cdv:annee ?y ; cdv:partieActive/cdv:organisme/skos:notation ?code FILTER(STR(?y) = '%s') }"
    )
    assert one(before, active % 2025) == [("commune-00001",), ("essai-agglo",), ("essai-caf",), ("essai-etat",)]
    assert one(after, active % 2026) == [("essai-agglo",), ("essai-etat",), ("essai-region",), ("essai-uni",)]
    # Merged with a body that was obligatory, the new one is.
    bound = "SELECT ?b { ?p cdv:organisme/skos:notation 'essai-uni' ; cdv:obligatoire ?b }"
    assert one(after, bound) == [("true",)]
    often = "SELECT ?n ?m { ?i a cdv:Instance ; cdv:frequenceMin ?n ; cdv:frequenceMax ?m }"
    assert (one(before, often), one(after, often)) == ([("2", "2")], [("3", "3")])
    assert codes(after, "AncienElement") == ["A1.1", "A2.1", "A2.2", "QN00003X"]


def test_rebuild_gives_the_same_graphs(workspace: Workspace) -> None:
    accepted(amend(workspace, ALL))
    accepted(answer(workspace, 2026, "essai-agglo", {"Identité": [IDENTITE], "Moyens": [MOYEN]}, "A1.5 – Compter"))
    before = workspace.graphs.fingerprint()
    assert workspace.rebuild() == before
    again = amend(workspace, [])
    assert [f.etat for f in again.fichiers] == ["inchange"]


def test_a_past_campagne_is_not_changed_by_what_is_recorded_later(workspace: Workspace) -> None:
    """Not even by an avenant whose date of effect was written before that campagne."""
    before = activate(workspace, None, 2025).store.ntriples()
    accepted(amend(workspace, [*SCISSION, ALL[4]], avenant={**AVENANT, "Date d'effet*": date(2025, 3, 1)}))
    after = activate(workspace, None, 2025, alone=True).store
    assert codes(after, "Ambition") == ["A1.1", "A1.2", "A1.3", "A2.1", "A2.2"]
    assert codes(after, "QPV") == ["QN00001X", "QN00002X", "QN00003X"]
    assert set(before.splitlines()) <= set(activate(workspace, None, 2025).store.ntriples().splitlines())
    assert "A1.4" in codes(activate(workspace, None, 2026).store, "Ambition")


def test_an_avenant_waits_for_its_date_and_its_expected_bodies_follow(workspace: Workspace) -> None:
    accepted(amend(workspace, ALL, avenant={**AVENANT, "Date d'effet*": date(2027, 1, 1)}))
    assert codes(activate(workspace, None, 2026).store, "Ambition") == ["A1.1", "A1.2", "A1.3", "A2.1", "A2.2"]
    waiting = activate(workspace, None, 2026).store
    assert one(waiting, 'SELECT ?l { ?a skos:notation "A1.2" ; skos:prefLabel ?l }') == [("Se soigner",)]
    assert one(waiting, "SELECT ?n { ?i a cdv:Instance ; cdv:frequenceMin ?n }") == [("2",)]
    assert open_campagne(workspace, None, 2027).n_attendus == 4
    expected = "SELECT ?code { ?c cdv:annee ?y ; cdv:attend/skos:notation ?code FILTER(STR(?y) = '2027') }"
    found = one(activate(workspace, None, 2027).store, expected)
    assert found == [("essai-agglo",), ("essai-etat",), ("essai-region",), ("essai-uni",)]


REFUSED = {
    "element-manquant": {"Effet*": "Ambition retirée"},
    "element-autre-nature": {"Effet*": "Ambition retirée", "Élément concerné": "QN00001X"},
    "plusieurs-elements": {"Effet*": "Ambition renommée", "Élément concerné": "A1.1 ; A1.2", "Nouveau libellé": "x"},
    "scission-seule": SCISSION[0],
    "fusion-seule": {**ALL[3], "Élément concerné": "A2.1"},
    "code-manquant": {"Effet*": "Ambition ajoutée", "Nouveau libellé": "x", "Rattachement": "P1 – Vivre mieux"},
    "code-deja-pris": {
        "Effet*": "Ambition ajoutée",
        "Nouveau code": "A1.3",
        "Nouveau libellé": "x",
        "Rattachement": "P1 – Vivre mieux",
    },
    "code-mal-forme": {**ALL[4], "Nouveau code": "QN4"},
    "libelle-manquant": {"Effet*": "QPV renommé", "Élément concerné": "QN00001X"},
    "rattachement-manquant": {"Effet*": "Ambition ajoutée", "Nouveau code": "A1.9", "Nouveau libellé": "x"},
    "nombre-manquant": {"Effet*": "Population d'un QPV", "Élément concerné": "QN00001X"},
    "partie-incomplete": {**{k: v for k, v in ALL[8].items() if k != "Statut"}},
    "date-manquante": {"Effet*": "Nouvelle fin du contrat"},
    "date-impossible": {"Effet*": "Nouvelle fin du contrat", "Nouvelle fin du contrat": date(2026, 8, 31)},
    "taux-manquant": {"Effet*": "Plafond des territoires vulnérables"},
    "nombres-inverses": {
        "Effet*": "Fréquence d'une instance",
        "Élément concerné": "Comité de pilotage",
        "Nombre": 3,
        "Nombre au plus": 2,
    },
    "pilier-occupe": {"Effet*": "Pilier retiré", "Élément concerné": "P2"},
    "rien-a-changer": {"Effet*": "Engagement modifié", "Élément concerné": "E01"},
}


# Other rows that change nothing: each is told why.
ALSO_REFUSED: list[tuple[str, dict[str, object]]] = [
    ("element-autre-nature", {"Effet*": "Commune qui sort", "Élément concerné": "Caf d'Essai"}),
    ("code-mal-forme", {"Effet*": "Commune qui entre", "Nouveau code": "1", "Nouveau libellé": "x", **PLACE}),
    ("libelle-manquant", {"Effet*": "Commune qui entre", "Nouveau code": "00003", **PLACE}),
    ("code-deja-pris", {"Effet*": "Commune qui entre", "Nouveau code": "00001", **PLACE}),
    ("partie-incomplete", {"Effet*": "Commune qui entre", "Nouveau code": "00002"}),
    ("rien-a-changer", {"Effet*": "Place d'un organisme dans le contrat", "Élément concerné": "Caf d'Essai"}),
    ("rattachement-manquant", {"Effet*": "Engagement ajouté", "Nouveau code": "E09", "Nouveau libellé": "x"}),
    ("code-deja-pris", {"Effet*": "Pilier ajouté", "Nouveau code": "P2", "Nouveau libellé": "x"}),
    ("fusion-seule", {"Effet*": "Communes fusionnées", "Élément concerné": "commune-00001", "Nouveau code": "00001"}),
    ("element-manquant", {"Effet*": "Engagement retiré"}),
    ("element-autre-nature", {"Effet*": "Instance retirée", "Élément concerné": "A1.1"}),
    ("nombre-manquant", {"Effet*": "Évaluations d'ambition par an"}),
]


@pytest.mark.parametrize("rows", [list(REFUSED.items()), ALSO_REFUSED], ids=["each reason", "each effect"])
def test_effects_that_make_no_sense_change_nothing_and_are_found_at_their_rows(
    workspace: Workspace, rows: list[tuple[str, dict[str, object]]]
) -> None:
    before, said = state(workspace, "2026-12-31"), dispositions(workspace, "2026-12-31")
    accepted(amend(workspace, [effect for _motif, effect in rows]))
    report = check_campagne(activate(workspace, None, 2026, alone=True), date(2027, 3, 1))
    found = {f.sources[0].cellule: f.valeur for f in report.findings if f.regle == "R-S10"}
    assert {int((cell or "")[1:]): motif for cell, motif in found.items()} == dict(
        enumerate((motif for motif, _effect in rows), start=3)
    )
    after = {row for row in state(workspace, "2026-12-31") if row[0] not in ("version", "avenant")}
    assert after == {row for row in before if row[0] != "version"}
    assert {k: v for k, v in dispositions(workspace, "2026-12-31").items() if k in said} == {
        k: v for k, v in said.items() if k != ("version", "1")
    }


@pytest.mark.parametrize(
    ("rows", "unread"),
    [
        pytest.param([{**ALL[3], "Élément concerné": "A2.1 ; A2.2 ; A2.77"}], "D3", id="one body of a merger"),
        pytest.param([{"Effet*": "Ambition retirée", "Élément concerné": "A2.1 ; A2.99"}], "D3", id="one of two"),
        pytest.param([*SCISSION, {**SCISSION[0], "Nouveau code": "A1.6", "Effet*": "Scission"}], "C5", id="effect"),
        pytest.param([*SCISSION, {**SCISSION[0], "Nouveau code": "A1.6", "Élément concerné": "B"}], "D5", id="element"),
        pytest.param([*SCISSION, {**SCISSION[0], "Nouveau code": "A1.6", "Avenant*": "Avenant 7"}], "B5", id="avenant"),
    ],
)
def test_an_effect_is_never_applied_by_half(workspace: Workspace, rows: list[dict[str, object]], unread: str) -> None:
    """A cell that cannot be read is named, and its whole effect waits for it."""
    (file,) = amend(workspace, rows).fichiers
    assert [(p.feuille, p.cellule) for p in file.problemes] == [("Effets des avenants", unread)]
    dataset = activate(workspace, None, 2026, alone=True)
    assert codes(dataset.store, "Ambition") == ["A1.1", "A1.2", "A1.3", "A2.1", "A2.2"]
    findings = check_campagne(dataset, date(2027, 3, 1)).findings
    # The row at fault has the finding of its cell; the others of the same split say why they wait.
    assert {(s.feuille, s.cellule) for f in findings if f.regle == "R-A6" for s in f.sources} == {
        ("Effets des avenants", unread)
    }
    held = {(f.valeur, s.cellule[1:]) for f in findings if f.regle == "R-S10" for s in f.sources}
    assert {value for value, _row in held} <= {"ligne-illisible"} and unread[1:] not in {row for _value, row in held}


def test_a_row_that_cannot_be_read_holds_back_no_other_effect(workspace: Workspace) -> None:
    amend(workspace, [*SCISSION, {"Effet*": "Ambition retirée", "Élément concerné": "A2.99"}])
    assert "A1.4" in codes(activate(workspace, None, 2026).store, "Ambition")


@pytest.mark.parametrize(
    ("avenant", "seance", "motif"),
    [
        ({"Date d'effet*": date(2031, 1, 1)}, {}, "hors-contrat"),
        ({}, {"Statut": "à venir"}, "seance-non-tenue"),
        ({}, {"Statut": "annulée"}, "seance-non-tenue"),
    ],
)
def test_an_avenant_that_no_copil_approved_is_not_applied(
    workspace: Workspace, avenant: dict[str, object], seance: dict[str, object], motif: str
) -> None:
    accepted(amend(workspace, SCISSION, avenant={**AVENANT, **avenant}, seance={**COPIL, **seance}))
    dataset = activate(workspace, None, 2026, alone=True)
    assert codes(dataset.store, "Ambition") == ["A1.1", "A1.2", "A1.3", "A2.1", "A2.2"]
    found = [f.valeur for f in check_campagne(dataset, date(2027, 3, 1)).findings if f.regle == "R-S11"]
    assert found == [motif]
    assert {row[:2] for row in state(workspace, "2026-12-31") if row[0] in ("version", "avenant")} == {("version", "1")}


def test_an_avenant_approved_elsewhere_than_at_the_copil_is_not_applied(tmp_path: Path) -> None:
    """The meeting was held, but by the technical group: its row is told so, and the contract stays as it was."""
    text = VAL_D_ESSAI.read_text(encoding="utf-8")
    group = """<https://w3id.org/droit-commun/id/val-d-essai/instance/gtp> a cdv:Instance ; skos:notation "gtp" ;
      cdv:contrat <https://w3id.org/droit-commun/id/contrat/val-d-essai> ; skos:prefLabel "Groupe technique"@fr ;
      cdv:roleInstance <https://w3id.org/droit-commun/codes/role-instance/groupe-technique> ."""
    contract = tmp_path / "contrat.ttl"
    contract.write_text(text + group, encoding="utf-8")
    workspace = Workspace.create(tmp_path / "espace", str(contract), today=date(2025, 1, 2))
    open_campagne(workspace, None, 2026)
    elsewhere = {**AVENANT, "Validé en séance*": "Groupe technique – 02/06/2026"}
    accepted(amend(workspace, SCISSION, avenant=elsewhere, seance={**COPIL, "Instance": "Groupe technique"}))
    dataset = activate(workspace, None, 2026, alone=True)
    assert codes(dataset.store, "Ambition") == ["A1.1", "A1.2", "A1.3", "A2.1", "A2.2"]
    found = [f for f in check_campagne(dataset, date(2027, 3, 1)).findings if f.regle in ("R-S10", "R-S11")]
    assert [(f.regle, f.valeur, f.sources[0].feuille, f.destinataire) for f in found] == [
        ("R-S11", "seance-hors-copil", "Avenants", "copilotes")
    ]


def test_what_is_no_longer_in_force_cannot_be_changed_again(workspace: Workspace) -> None:
    """An ambition that an effect before took out, and a body that left: the second effect is told at its row."""
    effects: list[dict[str, object]] = [
        {"Effet*": "Ambition retirée", "Élément concerné": "A1.3"},
        {"Effet*": "Ambition renommée", "Élément concerné": "A1.3", "Nouveau libellé": "Habiter"},
        {"Effet*": "Organisme qui sort", "Élément concerné": "Caf d'Essai"},
        {**ALL[7], "Élément concerné": "Caf d'Essai ; Préfecture d'Essai"},
    ]
    accepted(amend(workspace, effects))
    dataset = activate(workspace, None, 2026, alone=True)
    found = [f for f in check_campagne(dataset, date(2027, 3, 1)).findings if f.regle == "R-S10"]
    assert [(f.sources[0].feuille, (f.sources[0].cellule or "")[1:], f.valeur) for f in found] == [
        ("Effets des avenants", "4", "element-hors-vigueur"),
        ("Effets des avenants", "6", "element-hors-vigueur"),
    ]
    assert one(dataset.store, 'SELECT ?l { ?a skos:notation "A1.3" ; skos:prefLabel ?l }') == [("Se loger",)]
    assert parties(dataset.store, 2026) == ["commune-00001", "essai-agglo", "essai-etat"]
