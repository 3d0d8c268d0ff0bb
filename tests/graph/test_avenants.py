"""Avenants: entered through the co-pilots' workbook, applied from their date on, to their campagne and those after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from droitcommun.graph.campagnes import open_campagne
from droitcommun.graph.catalogue import find_query, run
from droitcommun.graph.check import check_campagne
from droitcommun.graph.dataset import activate, load_contract
from droitcommun.graph.diff import compare
from droitcommun.graph.ingest import IngestReport, ingest_files
from droitcommun.graph.store import Store
from droitcommun.graph.templates import write_templates
from droitcommun.graph.workspace import Workspace

from .conftest import ACTION, IDENTITE, MOYEN, VAL_D_ESSAI, Rows, fill

CONTRAT = "val-d-essai"
COPIL = {"Instance": "Comité de pilotage", "Date*": date(2026, 6, 2), "Statut": "tenue", "Compte rendu": "CR 1"}
AVENANT = {
    "Intitulé*": "Avenant n° 1",
    "Date d'effet*": date(2026, 9, 1),
    "Validé en séance*": "Comité de pilotage – 02/06/2026",
}
SCISSION = [
    {"Effet*": "Ambition scindée", "Élément concerné": "A1.1", "Nouveau code": "A1.4", "Nouveau libellé": "Lire"},
    {"Effet*": "Ambition scindée", "Élément concerné": "A1.1", "Nouveau code": "A1.5", "Nouveau libellé": "Compter"},
]
ALL = [
    *SCISSION,
    {"Effet*": "Ambition renommée", "Élément concerné": "A1.2 – Se soigner", "Nouveau libellé": "Aller bien"},
    {
        "Effet*": "Ambitions fusionnées",
        "Élément concerné": "A2.1 ; A2.2",
        "Nouveau code": "A2.3",
        "Nouveau libellé": "Coopérer",
        "Libellé court": "Coopérer",
    },
    {
        "Effet*": "QPV qui entre",
        "Nouveau code": "QN00004X",
        "Nouveau libellé": "Les Iris",
        "Rattachement": "00002 – Essai-le-Bas",
        "Nombre": 700,
    },
    {"Effet*": "QPV qui sort", "Élément concerné": "QN00003X"},
    {"Effet*": "Population d'un QPV", "Élément concerné": "QN00001X", "Nombre": 1100},
    {
        "Effet*": "Organismes fusionnés",
        "Élément concerné": "Caf d'Essai ; Commune d'Essai-le-Haut",
        "Nouveau code": "essai-uni",
        "Nouveau libellé": "Maison commune d'Essai",
    },
    {
        "Effet*": "Organisme qui entre",
        "Nouveau code": "essai-region",
        "Nouveau libellé": "Région d'Essai",
        "Type d'organisme": "Région",
        "Statut": "signataire",
        "Catégorie légale": "signe",
        "Signataire obligatoire": "Oui",
    },
    {"Effet*": "Fréquence d'une instance", "Élément concerné": "Comité de pilotage", "Nombre": 3},
]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace.create(tmp_path / "espace", str(VAL_D_ESSAI), today=date(2025, 1, 2))
    open_campagne(workspace, None, 2025)
    open_campagne(workspace, None, 2026)
    return workspace


def answer(workspace: Workspace, annee: int, body: str, rows: Rows, ambition: str | None = None) -> IngestReport:
    """Fill the workbook of a body and send it."""
    folder = workspace.folder.parent / "envois"
    today = date(annee, 12, 1)
    (path,) = write_templates(workspace, None, annee, organisme=body, out=folder / f"{annee}", today=today)
    given = {**rows}
    if ambition:
        given["Actions"] = [{**ACTION, "Ambition principale*": ambition}]
    return ingest_files(workspace, None, [fill(path, folder / f"recu-{annee}-{body}.xlsx", given)], today=today)


def amend(
    workspace: Workspace,
    effects: list[dict[str, object]],
    avenant: Mapping[str, object] = AVENANT,
    seance: Mapping[str, object] = COPIL,
    annee: int = 2026,
) -> IngestReport:
    """Enter an avenant through the co-pilots' workbook."""
    folder = workspace.folder.parent / "envois"
    (path,) = write_templates(workspace, None, annee, pilotage=True, out=folder, today=date(annee, 12, 1))
    rows: Rows = {
        "Séances": [dict(seance)],
        "Avenants": [dict(avenant)],
        "Effets des avenants": [{"Avenant*": "Avenant n° 1", **effect} for effect in effects],
    }
    received = fill(path, folder / f"pilotage-recu-{annee}.xlsx", rows)
    return ingest_files(workspace, None, [received], today=date(annee, 12, 1))


def accepted(report: IngestReport) -> None:
    assert [(f.etat, f.problemes) for f in report.fichiers] == [("accepte", ())]


def codes(store: Store, name: str) -> list[str]:
    rows = store.select(f"SELECT DISTINCT ?code {{ ?x a cdv:{name} ; skos:notation ?code }} ORDER BY ?code")
    return [row["code"].value for row in rows]


def one(store: Store, query: str) -> list[tuple[str, ...]]:
    return sorted(tuple(term.value for term in row.values()) for row in store.select(query))


def state(workspace: Workspace, day: str) -> set[tuple[str, ...]]:
    (contrat,) = workspace.contrats()
    found = run(find_query("etat-du-contrat"), _Loaded(contrat, load_contract(workspace, contrat)), {"date": day})
    shown = ("genre", "code", "libelle", "debut", "fin", "population")
    return {tuple(str(row[c]) for c in shown) for row in found.rows}


class _Loaded:
    def __init__(self, contrat: str, store: Store) -> None:
        self.contrat, self.store = contrat, store


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


def test_the_effects_that_stand_alone_are_applied_from_their_day(workspace: Workspace) -> None:
    """An ambition added, three removed, a QPV renamed, another drawn again, a body that leaves."""
    effects: list[dict[str, object]] = [
        {
            "Effet*": "Ambition ajoutée",
            "Nouveau code": "A1.9",
            "Nouveau libellé": "Se déplacer",
            "Libellé court": "Bouger",
            "Rattachement": "P1 – Vivre mieux",
        },
        {"Effet*": "Ambition retirée", "Élément concerné": "A2.1 ; A2.2"},
        {"Effet*": "Ambition retirée", "Élément concerné": "A1.3"},
        {"Effet*": "QPV renommé", "Élément concerné": "QN00001X", "Nouveau libellé": "Les Grands Tilleuls"},
        {
            "Effet*": "Contour d'un QPV (communes)",
            "Élément concerné": "QN00002X",
            "Rattachement": "00001 – Essai-le-Haut",
        },
        {"Effet*": "Organisme qui sort", "Élément concerné": "Caf d'Essai"},
    ]
    accepted(amend(workspace, effects))
    before, after = (activate(workspace, None, annee).store for annee in (2025, 2026))
    assert codes(before, "Ambition") == ["A1.1", "A1.2", "A1.3", "A2.1", "A2.2"]
    assert codes(after, "Ambition") == ["A1.1", "A1.2", "A1.9"]
    assert codes(after, "AncienElement") == ["A1.3", "A2.1", "A2.2"]
    added = """SELECT ?l ?court ?pilier ?rang ?jour {
      ?a skos:notation "A1.9" ; skos:prefLabel ?l ; skos:altLabel ?court ; skos:broader/skos:notation ?pilier ;
        cdv:ordre ?rang ; cdv:dateDebut ?jour }"""
    assert one(after, added) == [("Se déplacer", "Bouger", "P1", "6", "2026-09-01")] and one(before, added) == []
    assert one(after, "SELECT ?n { ?c cdv:nombreAmbitions ?n }") == [("3",)]
    ends = 'SELECT ?fin { ?a skos:notation "A2.1" ; cdv:dateFin ?fin }'
    assert one(after, ends) == [("2026-08-31",)]
    named = 'SELECT ?l ?code { ?q skos:notation "QN00001X" ; skos:prefLabel ?l ; cdv:commune/skos:notation ?code }'
    assert one(before, named) == [("Les Tilleuls", "00001")]
    assert one(after, named) == [("Les Grands Tilleuls", "00001")]
    around = 'SELECT ?code { ?q skos:notation "QN00002X" ; cdv:commune/skos:notation ?code }'
    assert (one(before, around), one(after, around)) == ([("00001",), ("00002",)], [("00001",)])
    assert parties(after, 2026) == ["commune-00001", "essai-agglo", "essai-etat"]
    assert state(workspace, "2026-09-01") - state(workspace, "2026-08-31") == {
        row for row in state(workspace, "2026-09-01") if row[1] in ("2", "A1.9", "QN00001X") or row[0] == "avenant"
    }


def test_a_file_may_still_name_a_district_by_its_former_name(workspace: Workspace) -> None:
    accepted(
        amend(workspace, [{"Effet*": "QPV renommé", "Élément concerné": "QN00001X", "Nouveau libellé": "Le Parc"}])
    )
    rows: Rows = {
        "Identité": [IDENTITE],
        "Actions": [{**ACTION, "QPV ou communes concernés": name} for name in ("Les Tilleuls", "Le Parc")],
    }
    rows["Actions"][1]["Intitulé de l'action ou du dispositif*"] = "Autre"
    accepted(answer(workspace, 2026, "essai-agglo", rows))
    found = one(
        activate(workspace, None, 2026).store, "SELECT ?t ?c { ?a cdv:qpv/skos:notation ?c ; dcterms:title ?t }"
    )
    assert found == [("Autre", "QN00001X"), (str(ACTION["Intitulé de l'action ou du dispositif*"]), "QN00001X")]


def test_a_body_absorbed_by_another_leaves_and_the_other_keeps_its_place(workspace: Workspace) -> None:
    absorbed = {
        "Effet*": "Organismes fusionnés",
        "Élément concerné": "Caf d'Essai ; Agglomération d'Essai",
        "Nouveau code": "essai-agglo",
    }
    accepted(amend(workspace, [absorbed]))
    before, after = (activate(workspace, None, annee).store for annee in (2025, 2026))
    assert parties(before, 2025) == ["commune-00001", "essai-agglo", "essai-caf", "essai-etat"]
    assert parties(after, 2026) == ["commune-00001", "essai-agglo", "essai-etat"]
    assert one(after, "SELECT ?l { ?o skos:notation 'essai-agglo' ; skos:prefLabel ?l }") == [
        ("Agglomération d'Essai",)
    ]
    parts = "SELECT ?debut { ?p a cdv:Partie ; cdv:organisme/skos:notation 'essai-agglo' ; cdv:dateDebut ?debut }"
    assert one(after, parts) == [("2024-01-01",)]
    followed = "SELECT ?a ?b { ?x cdv:remplacePar ?y . ?x skos:notation ?a . ?y skos:notation ?b }"
    assert one(after, followed) == [("essai-caf", "essai-agglo")]
    together = "SELECT ?a { ?x cdv:compareAvec/skos:notation 'essai-agglo' ; skos:notation ?a }"
    assert one(after, together) == [("essai-agglo",), ("essai-caf",)]


def parties(store: Store, annee: int) -> list[str]:
    query = f"SELECT ?o ?y {{ ?c cdv:annee ?y ; cdv:partieActive/cdv:organisme ?o FILTER(STR(?y) = '{annee}') }}"
    return [body.rpartition("/")[2] for body, _year in one(store, query)]


def test_trajectories_follow_a_merged_body(workspace: Workspace) -> None:
    """400 + 500 € of two bodies, then 1000 € of the one that follows: one constant respondent, 900 € then 1000 €."""
    merge: dict[str, object] = {
        "Effet*": "Organismes fusionnés",
        "Élément concerné": "Caf d'Essai ; Préfecture d'Essai",
        "Nouveau code": "essai-uni",
        "Nouveau libellé": "Maison d'Essai",
    }
    accepted(amend(workspace, [merge], avenant={**AVENANT, "Date d'effet*": date(2027, 1, 1)}))
    open_campagne(workspace, None, 2027)
    for annee, body, euros in ((2026, "essai-caf", 400), (2026, "essai-etat", 500), (2027, "essai-uni", 1000)):
        moyens: list[dict[str, object]] = [{**MOYEN, "Quantité*": euros}]
        accepted(answer(workspace, annee, body, {"Identité": [IDENTITE], "Moyens": moyens}, "A1.2"))
    table = run(find_query("trajectoires"), _Loaded(CONTRAT, load_contract(workspace, CONTRAT)), {})
    shown = ("annee", "n_repondants", "n_constants", "euros_dc_realise_constants")
    assert [tuple(row[c] for c in shown) for row in table.rows] == [
        (2025, 0, 0, None),
        (2026, 2, 1, 900),
        (2027, 1, 1, 1000),
    ]


def test_the_contract_amended_has_no_fault_of_structure(workspace: Workspace) -> None:
    accepted(amend(workspace, ALL))
    report = check_campagne(activate(workspace, None, 2026, alone=True), date(2027, 3, 1))
    structure = [f for f in report.findings if f.regle.startswith(("R-S", "R-P1"))]
    assert [(f.regle, f.message) for f in structure] == []


def test_state_before_and_after_differ_by_what_the_avenant_changed(workspace: Workspace) -> None:
    accepted(amend(workspace, [*SCISSION, ALL[2]]))
    eve, day = state(workspace, "2026-08-31"), state(workspace, "2026-09-01")
    assert {row[:3] for row in eve - day} == {
        ("version", "1", "None"),
        ("ambition", "A1.1", "Apprendre"),
        ("ambition", "A1.2", "Se soigner"),
    }
    entered = {row[:3] for row in day - eve if row[0] != "avenant"}
    assert len(day - eve) == len(entered) + 1 and entered == {
        ("version", "2", "Avenant n° 1"),
        ("ambition", "A1.2", "Aller bien"),
        ("ambition", "A1.4", "Lire"),
        ("ambition", "A1.5", "Compter"),
    }


def test_on_the_real_contract_state_differs_only_by_what_the_avenant_changed(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "espace", "call-2024", today=date(2026, 1, 2))
    open_campagne(workspace, None, 2026)
    effects: list[dict[str, object]] = [
        {"Effet*": "Ambition scindée", "Élément concerné": "A2.4", "Nouveau code": code, "Nouveau libellé": label}
        for code, label in (("A2.6", "Accès aux droits"), ("A2.7", "Numérique"))
    ]
    effects += [
        {"Effet*": "Population d'un QPV", "Élément concerné": "QN06202M", "Nombre": 1600},
        {"Effet*": "Organisme qui change de nom", "Élément concerné": "caf-62", "Nouveau libellé": "Caf du 62"},
        {"Effet*": "Organisme qui sort", "Élément concerné": "icf-nord-est"},
    ]
    accepted(amend(workspace, effects))
    eve, day = state(workspace, "2026-08-31"), state(workspace, "2026-09-01")
    gone, come = (
        {(r[0], r[1], r[2], r[5]) for r in rows if r[0] not in ("version", "avenant")}
        for rows in (eve - day, day - eve)
    )
    labels = {row[1]: row[2] for row in eve}
    assert gone == {
        ("ambition", "A2.4", labels["A2.4"], "None"),
        ("qpv", "QN06202M", "Camus", "1500"),
        ("partie", "caf-62", labels["caf-62"], "None"),
        ("partie", "icf-nord-est", labels["icf-nord-est"], "None"),
    }
    assert come == {
        ("ambition", "A2.6", "Accès aux droits", "None"),
        ("ambition", "A2.7", "Numérique", "None"),
        ("qpv", "QN06202M", "Camus", "1600"),
        ("partie", "caf-62", "Caf du 62", "None"),
    }
    # The day before, all is as it was signed.
    assert {r for r in eve if r[0] != "version"} == {r for r in state(workspace, "2025-06-01") if r[0] != "version"}


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
}


def test_effects_that_make_no_sense_change_nothing_and_are_found_at_their_rows(workspace: Workspace) -> None:
    before = state(workspace, "2026-12-31")
    accepted(amend(workspace, list(REFUSED.values())))
    report = check_campagne(activate(workspace, None, 2026, alone=True), date(2027, 3, 1))
    found = {f.sources[0].cellule: f.valeur for f in report.findings if f.regle == "R-S10"}
    assert {int((cell or "")[1:]): motif for cell, motif in found.items()} == dict(enumerate(REFUSED, start=3))
    after = {row for row in state(workspace, "2026-12-31") if row[0] not in ("version", "avenant")}
    assert after == {row for row in before if row[0] != "version"}


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
    found = {f.valeur for f in check_campagne(dataset, date(2027, 3, 1)).findings if f.regle == "R-S10"}
    assert found == {"ligne-illisible"}


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


def test_last_years_actions_are_redirected(workspace: Workspace) -> None:
    """One follower takes the place of what left; between several, a person chooses, and the guide says which."""
    actions = [
        {**ACTION, "Intitulé de l'action ou du dispositif*": f"Action {code}", "Ambition principale*": code}
        for code in ("A1.1", "A1.2", "A2.1")
    ]
    accepted(answer(workspace, 2025, "essai-agglo", {"Identité": [IDENTITE], "Actions": actions}))
    accepted(amend(workspace, [*SCISSION, *ALL[2:4]]))
    service = str(IDENTITE["Service ou direction*"])
    (path,) = write_templates(
        workspace, None, 2026, organisme="essai-agglo", service=service, out=workspace.folder.parent / "m"
    )
    book = openpyxl.load_workbook(path)
    titles = {cell.value: cell.column for cell in book["Actions"][2]}
    shown = {
        book["Actions"].cell(n, titles["Intitulé de l'action ou du dispositif*"]).value: book["Actions"]
        .cell(n, titles["Ambition principale*"])
        .value
        for n in (3, 4, 5)
    }
    assert shown == {"Action A1.1": None, "Action A1.2": "A1.2 – Aller bien", "Action A2.1": "A2.3 – Coopérer"}
    guide = [str(row[0].value) for row in book["Mode d'emploi"].iter_rows() if row[0].value]
    assert "A1.1 – Apprendre : devient, au choix, « A1.4 – Lire » ou « A1.5 – Compter »" in guide
    positions = [cell.value for cell in book["Positionnement"]["A"][2:] if cell.value]
    assert positions == ["A1.2", "A1.3", "A1.4", "A1.5", "A2.3"]
    # A file that still names the ambition that was split is told which ones follow it.
    (told,) = answer(workspace, 2026, "essai-etat", {"Identité": [IDENTITE]}, "A1.1 – Apprendre").fichiers
    (problem,) = (p for p in told.problemes if p.code == "code-inconnu")
    assert "A1.4 – Lire" in problem.correction and "A1.5 – Compter" in problem.correction


def test_years_on_both_sides_are_compared_together(workspace: Workspace) -> None:
    """1000 € under A1.1, then 300 € + 450 € under the two that follow it: −250 €, never « A1.1 has ended »."""
    moyen = {**MOYEN, "Quantité*": 1000}
    accepted(answer(workspace, 2025, "essai-agglo", {"Identité": [IDENTITE], "Moyens": [moyen]}, "A1.1 – Apprendre"))
    accepted(amend(workspace, SCISSION))
    rows: Rows = {
        "Identité": [IDENTITE],
        "Actions": [
            {**ACTION, "Intitulé de l'action ou du dispositif*": name, "Ambition principale*": name}
            for name in ("A1.4", "A1.5")
        ],
        "Moyens": [{**MOYEN, "Action*": "A1.4", "Quantité*": 300}, {**MOYEN, "Action*": "A1.5", "Quantité*": 450}],
    }
    (path,) = write_templates(
        workspace, None, 2026, organisme="essai-agglo", service="Action sociale", out=workspace.folder.parent / "autre"
    )
    sent = fill(path, workspace.folder.parent / "autre" / "recu.xlsx", rows)
    accepted(ingest_files(workspace, None, [sent], today=date(2026, 12, 2)))
    found = compare(_Loaded(CONTRAT, load_contract(workspace, CONTRAT)), 2025, 2026)
    (row,) = found.table.rows
    assert (row["ambition"], row["euros_dc_1"], row["euros_dc_2"], row["ecart"]) == ("A1.1", 1000, 750, -250)
    assert row["mouvement"] == "baisse"
    told = "« Avenant n° 1 » (01/09/2026) : A1.1 devient A1.4, A1.5 ; les deux côtés sont additionnés ensemble."
    assert told in found.table.warnings


def test_a_merged_body_is_compared_only_if_all_that_formed_it_answered(workspace: Workspace) -> None:
    merge = [
        {
            "Effet*": "Organismes fusionnés",
            "Élément concerné": "Caf d'Essai ; Préfecture d'Essai",
            "Nouveau code": "essai-uni",
            "Nouveau libellé": "Maison d'Essai",
        }
    ]
    accepted(amend(workspace, merge, avenant={**AVENANT, "Date d'effet*": date(2027, 1, 1)}))
    open_campagne(workspace, None, 2027)

    def send(annee: int, body: str, euros: int) -> None:
        moyens = [{**MOYEN, "Quantité*": euros}]
        accepted(answer(workspace, annee, body, {"Identité": [IDENTITE], "Moyens": moyens}, "A1.2"))

    def rows() -> list[tuple[object, ...]]:
        store = load_contract(workspace, CONTRAT)
        table = run(find_query("evolution"), _Loaded(CONTRAT, store), {"annee1": "2026", "annee2": "2027"})
        return [(r["organisme"], r["euros_dc_1"], r["euros_dc_2"]) for r in table.rows]

    send(2026, "essai-caf", 400)
    send(2027, "essai-uni", 1000)
    assert rows() == []
    send(2026, "essai-etat", 500)
    assert rows() == [("essai-uni", 900, 1000)]
