"""The registers of the co-pilots' workbook: read, carried, prefilled and read back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import openpyxl
import pytest

from droitcommun.graph.classeurs.context import build_context
from droitcommun.graph.classeurs.form import load_form
from droitcommun.graph.classeurs.held import Held, Words
from droitcommun.graph.classeurs.plan import Prefill
from droitcommun.graph.classeurs.template import render_template
from droitcommun.graph.store import Store

COPIL = {"Instance": "Comité de pilotage", "Date": date(2026, 3, 12), "Statut": "tenue", "Points traités": "Q1"}
DEPOT = {
    "Organisme": "Caf d'Essai",
    "Nature du dépôt": "Études et travaux d'observation partagés",
    "Intitulé ou référence": "Portrait des familles",
    "Date": date(2026, 2, 3),
}
OBJET = {
    "Objet": "Ambition",
    "Ambition": "A1.1 – Apprendre",
    "Question évaluée": "Les enfants apprennent-ils mieux ?",
    "Critères": "Effet ; Coût",
    "Décidé en séance": "Comité de pilotage – 12/03/2026",
    "Évaluateurs": "Caf d'Essai ; essai-agglo",
}
CANDIDATURE = {
    "Territoire": "Les Iris",
    "Commune": "00002 – Essai-le-Bas",
    "Habitants": 420,
    "Diagnostic signé par": "Caf d'Essai",
    "Crédits P147 de l'année (€)": "12 350,50",
    "Décision": "Retenue",
    "Décidé en séance": "copil 12/03/2026",
}
CRITERE = {"Candidature": "Les Iris", "Critère": "a", "Satisfait": "Oui", "Preuve (texte ou lien)": "Insee 2023"}
PLAN = {
    "Organisme": "Commune d'Essai-le-Haut",
    "QPV": "QN00001X ; Les Érables",
    "Intitulé du plan": "Plan des Tilleuls",
    "Étapes et calendrier": "Printemps, automne",
    "Actions regroupées": "Permanences RSA ; Bus santé",
}
NOUVEL_INDICATEUR = {
    "Indicateur": "Scolarisation à 2 ans",
    "Ce qu'il mesure": "Enfants de 2 ans inscrits à l'école",
    "Unité": "%",
    "Dénominateur": "Enfants de 2 ans",
}
OBSERVATION = {
    "Indicateur": "chomage – Part de demandeurs d'emploi",
    "Territoire": "Les Tilleuls",
    "Année": 2024,
    "Valeur": "31,5 %",
    "Statut": "Provisoire",
    "Source": "France Travail, 2024",
}
CONTRIBUTION = {
    "Contribution": "Ouvrir la bibliothèque le samedi",
    "Exprimée en séance": "copil",
    "Ambition": "A1.1",
    "QPV": "Les Tilleuls ; QN00002X",
    "Suite donnée": "Retenue en partie",
    "Réponse faite": "Ouverte un samedi sur deux",
}
DISPOSITIF = {
    "Dispositif": "Appel à projets",
    "Lancé le": date(2026, 1, 12),
    "Réponses jusqu'au": date(2026, 2, 27),
    "Projets déposés": 40,
    "Projets retenus": 31,
    "Enveloppe de l'année (€)": "250 000,50",
    "Programmé en séance": "copil",
}
FULL: dict[str, list[Mapping[str, object]]] = {
    "Séances": [COPIL],
    "Présences": [{"Séance": "Comité de pilotage – 12/03/2026", "Organisme": "Caf d'Essai", "Présence": "Présent"}],
    "Qualification": [{"Dispositif ou source": "CTG", "Qualification": "Droit commun", "Décidé en": "Copil"}],
    "Dépôts": [DEPOT],
    "Évaluation": [OBJET],
    "Candidatures": [CANDIDATURE],
    "Critères": [CRITERE, {**CRITERE, "Critère": "b – Un diagnostic signé par la Caf"}],
    "Enveloppe": [{"Enveloppe départementale P147 (€)": 1_000_000, "Source": "Courrier"}],
    "Plans d'action": [PLAN],
    "Conventions": [
        {"Intitulé": "Médiation", "Porteur": "Association", "Début": date(2026, 1, 1), "Fin": date(2028, 12, 31)}
    ],
    "Avenants": [
        {
            "Intitulé": "Avenant 1",
            "Date d'effet": date(2026, 7, 1),
            "Validé en séance": "copil",
            "Éléments modifiés": "A1.1 ; QN00001X",
            "Ce qui change": "L'ambition est précisée",
        }
    ],
    "Décisions": [
        {
            "Décision": "Ouvrir un lieu d'accueil",
            "Responsable": "Agglomération d'Essai",
            "Échéance": date(2026, 12, 1),
            "État": "En cours",
            "Séance": "copil",
        }
    ],
    "Dérogations": [{"Constat": "0123456789abcdef", "Motif": "Vu en copil", "Valable jusqu'au": date(2026, 12, 31)}],
    "Nouveaux indicateurs": [NOUVEL_INDICATEUR],
    "Indicateurs": [
        OBSERVATION,
        {**OBSERVATION, "Indicateur": "Scolarisation à 2 ans", "Valeur": None, "Statut": "secret statistique"},
        {**OBSERVATION, "Territoire": "Essai-le-Haut", "Valeur": -2.25, "Statistique": "Moyenne", "Champ": "2 QPV"},
    ],
    "Contributions": [CONTRIBUTION],
    "Dispositifs": [DISPOSITIF],
}


def codes(mapped: Any) -> list[tuple[str, str, str | None, str | None]]:
    return [(p.gravite, p.code, p.feuille, p.cellule) for p in mapped.problems]


@pytest.fixture
def full(desk: Any) -> Any:
    """Return the mapping of a workbook with a row or two on each sheet."""
    return desk.map_pilotage(desk.pilotage(**FULL))


def test_each_sheet_makes_its_nodes(full: Any, said: Any) -> None:
    assert codes(full) == [] and (full.read, full.kept) == (20, 20)
    found = said(full)
    depot = found.of(found.all("Depot")[0])
    assert (depot["organisme"], depot["typePreuve"], depot["date"], depot["title"]) == (
        ["essai-caf"],
        ["etudes"],
        ["2026-02-03"],
        ["Portrait des familles"],
    )
    objet = found.of(found.all("ObjetEvalue")[0])
    assert found.all("ObjetEvaluation") == found.all("ObjetEvalue")
    assert (objet["typeObjet"], objet["ambition"], objet["critere"]) == (["ambition"], ["A1.1"], ["cout", "effet"])
    assert (objet["valideEn"], objet["evaluateur"]) == (["copil-2026-03-12"], ["essai-agglo", "essai-caf"])
    candidature = found.of(found.all("Candidature")[0])
    assert (candidature["commune"], candidature["nombre"], candidature["centimes"]) == (["00002"], ["420"], ["1235050"])
    assert (candidature["decisionCandidature"], candidature["attestePar"]) == (["retenue"], ["essai-caf"])
    checks = found.all("VerificationCritere")
    assert candidature["verification"] == sorted(check.rpartition("/")[2] for check in checks)
    assert sorted(found.of(check)["critere"][0] for check in checks) == ["a", "b"]
    assert {found.of(check)["satisfait"][0] for check in checks} == {"true"}
    assert found.of("enveloppe/2026/enveloppe")["enveloppeP147"] == ["100000000"]
    plan = found.of(found.all("PlanAction")[0])
    assert (plan["qpv"], plan["actionCitee"]) == (["QN00001X", "QN00002X"], ["Bus santé", "Permanences RSA"])
    convention = found.of(found.all("ConventionPluriannuelle")[0])
    assert (convention["dateDebut"], convention["dateFin"]) == (["2026-01-01"], ["2028-12-31"])
    avenant = found.of(found.all("Avenant")[0])
    assert (avenant["modifie"], avenant["dateEffet"]) == (["A1.1", "QN00001X"], ["2026-07-01"])
    decision = found.of(found.all("Decision")[0])
    assert (decision["etatDecision"], decision["echeance"], decision["organisme"]) == (
        ["en-cours"],
        ["2026-12-01"],
        ["essai-agglo"],
    )
    waiver = found.of(found.all("Derogation")[0])
    assert (waiver["constat"], waiver["dateFin"]) == (["0123456789abcdef"], ["2026-12-31"])
    assert found.of("seance/2026/copil-2026-03-12")["pointTraite"] == ["Q1"]
    for name in ("Depot", "ObjetEvalue", "Candidature", "VerificationCritere", "PlanAction", "Avenant", "Decision"):
        node = found.of(found.all(name)[0])
        assert node["campagne"] == ["2026"] and node["contrat"] == ["val-d-essai"] and node["wasDerivedFrom"], name


def test_an_observation_stands_in_the_cube_of_its_campagne(full: Any, said: Any) -> None:
    found = said(full)
    cube = found.of("cube/2026")
    assert (cube["type"], cube["structure"]) == (["DataSet"], ["structure-observations"])
    values = {tuple(o["indicateur"] + o["refArea"]): o for o in map(found.of, found.all("Observation"))}
    known = values["chomage", "QN00001X"]
    assert (known["type"], known["dataSet"]) == (["Observation", "Observation"], ["2026"])
    assert (known["obsValue"], known["refPeriod"], known["statistique"]) == (["31.5"], ["2024"], ["valeur"])
    assert (known["champ"], known["obsStatus"]) == (["ensemble"], ["provisoire"])
    assert (known["sourceDonnee"], known["campagne"]) == (["France Travail, 2024"], ["2026"])
    below = values["chomage", "00001"]
    assert (below["obsValue"], below["statistique"], below["champ"]) == (["-2.25"], ["moyenne"], ["2 QPV"])
    secret = values["scolarisation-a-2-ans", "QN00001X"]
    assert secret["obsStatus"] == ["secrete"] and "obsValue" not in secret
    assert secret["type"] == ["Observation"] and "dataSet" not in secret


def test_an_indicator_of_the_workbook_is_a_thing_of_the_contract(full: Any, said: Any) -> None:
    found = said(full)
    assert found.all("IndicateurSuivi") == found.all("Indicateur") == ["indicateur/scolarisation-a-2-ans"]
    new = found.of("indicateur/scolarisation-a-2-ans")
    assert (new["prefLabel"], new["notation"]) == (["Scolarisation à 2 ans"], ["scolarisation-a-2-ans"])
    assert (new["uniteTexte"], new["denominateur"]) == (["%"], ["Enfants de 2 ans"])


def test_the_voice_of_residents_and_the_schemes_are_kept(full: Any, said: Any) -> None:
    found = said(full)
    voice = found.of(found.all("ContributionHabitants")[0])
    assert (voice["exprimeeEn"], voice["qpv"]) == (["copil-2026-03-12"], ["QN00001X", "QN00002X"])
    assert (voice["suiteContribution"], voice["ambition"]) == (["retenue-en-partie"], ["A1.1"])
    scheme = found.of(found.all("ProgrammationDispositif")[0])
    assert (scheme["dispositif"], scheme["centimes"]) == (["aap"], ["25000050"])
    assert (scheme["projetsDeposes"], scheme["projetsRetenus"]) == (["40"], ["31"])


def test_the_same_rows_sent_again_change_nothing(desk: Any, said: Any) -> None:
    """A meeting named in full, with a short title, and blank cells that mean something: all known again."""
    other = {**CONTRIBUTION, "Contribution": "Bus du soir", "Exprimée en séance": "Comité de pilotage – 12/03/2026"}
    rows = {**FULL, "Contributions": [CONTRIBUTION, other]}
    first = desk.map_pilotage(desk.pilotage(**rows))
    again = desk.map_pilotage(desk.pilotage(**rows), previous=first)
    assert codes(again) == []
    for name in ("ContributionHabitants", "Observation", "Decision", "ProgrammationDispositif"):
        assert said(again).all(name) == said(first).all(name) != [], name


@pytest.mark.parametrize(
    ("sheet", "row", "change", "problem"),
    [
        ("Dépôts", DEPOT, {"Nature du dépôt": "Un café"}, ("code-inconnu", "C3")),
        ("Dépôts", DEPOT, {"Organisme": None}, ("cellule-obligatoire-vide", "B3")),
        ("Dépôts", DEPOT, {"Date": "en mars"}, ("date-illisible", "E3")),
        ("Évaluation", OBJET, {"Ambition": None}, ("cellule-obligatoire-vide", "C3")),
        ("Évaluation", OBJET, {"Critères": "Effet ; Beauté"}, ("code-inconnu", "E3")),
        ("Évaluation", OBJET, {"Restitué en séance": "copil 13/03/2026"}, ("seance-introuvable", "H3")),
        ("Candidatures", CANDIDATURE, {"Habitants": -3}, ("valeur-impossible", "D3")),
        ("Candidatures", CANDIDATURE, {"Crédits P147 de l'année (€)": "beaucoup"}, ("nombre-illisible", "F3")),
        ("Candidatures", CANDIDATURE, {"Crédits P147 de l'année (€)": -5}, ("valeur-impossible", "F3")),
        ("Critères", CRITERE, {"Candidature": "Les Roses"}, ("candidature-introuvable", "B3")),
        ("Critères", CRITERE, {"Candidature": None}, ("cellule-obligatoire-vide", "B3")),
        ("Critères", CRITERE, {"Satisfait": "peut-être"}, ("code-inconnu", "D3")),
        ("Plans d'action", PLAN, {"QPV": "QN99999X"}, ("code-inconnu", "C3")),
        ("Indicateurs", OBSERVATION, {"Indicateur": "Bonheur"}, ("code-inconnu", "B3")),
        ("Indicateurs", OBSERVATION, {"Territoire": "Atlantide"}, ("code-inconnu", "C3")),
        ("Indicateurs", OBSERVATION, {"Année": "l'an passé"}, ("date-illisible", "D3")),
        ("Indicateurs", OBSERVATION, {"Valeur": "un tiers"}, ("nombre-illisible", "E3")),
        ("Indicateurs", OBSERVATION, {"Source": None}, ("cellule-obligatoire-vide", "I3")),
        ("Nouveaux indicateurs", NOUVEL_INDICATEUR, {"Ce qu'il mesure": None}, ("cellule-obligatoire-vide", "B3")),
        ("Contributions", CONTRIBUTION, {"Exprimée en séance": "Labo du 1er avril 2026"}, ("seance-introuvable", "C3")),
        ("Dispositifs", DISPOSITIF, {"Projets retenus": "presque tous"}, ("nombre-illisible", "F3")),
    ],
)
def test_a_cell_that_is_not_understood_is_said_where_it_stands(
    desk: Any, sheet: str, row: Mapping[str, object], change: Mapping[str, object], problem: tuple[str, str]
) -> None:
    rows: dict[str, Any] = {"Séances": [COPIL], "Candidatures": [CANDIDATURE], sheet: [{**row, **change}]}
    code, cell = problem
    mapped = desk.map_pilotage(desk.pilotage(**rows))
    assert ("reserve", code, sheet, cell) in codes(mapped)
    assert [c for c in codes(mapped) if c[0] == "bloquant"] == [] and mapped.reserves == 1


def test_an_amendment_without_a_title_is_not_proposed(desk: Any) -> None:
    mapped = desk.map_pilotage(
        desk.pilotage(
            **{
                "Séances": [COPIL],
                "Avenants": [{**FULL["Avenants"][0], "Intitulé": None}],
                "Effets des avenants": [
                    {"Avenant": "Avenant 9", "Effet": "Ambition retirée", "Élément concerné": "A1.2"}
                ],
            }
        )
    )
    assert codes(mapped) == [
        ("reserve", "cellule-obligatoire-vide", "Avenants", "B3"),
        ("reserve", "avenant-introuvable", "Effets des avenants", "B3"),
    ]
    assert "aucun" in mapped.problems[1].correction
    assert causes(mapped) == {"B3": "avenant"}  # one fault: the title that lacks


def causes(mapped: Any) -> dict[str, str]:
    """Return, by the cell of a reserve, the kind of the thing whose own fault it only follows from."""
    said = {(s.value, p.value.rpartition("#")[2]): o.value for s, p, o in mapped.triples}
    follow = {s: o for (s, p), o in said.items() if p == "decouleDe"}
    return {said[s, "cellule"]: o.split("/")[-3] for s, o in follow.items()}


@pytest.mark.parametrize(
    ("cited", "found"),
    [
        (("Les Roses", "Les Roses", "Les Iris"), {"B3": "candidature", "B4": "candidature"}),
        (("Les Roses", "Les Lilas", "Les Iris"), {}),  # two names: which of them it was cannot be known
    ],
)
def test_the_checks_of_an_application_without_a_name_follow_from_it(
    desk: Any, cited: tuple[str, ...], found: dict[str, str]
) -> None:
    rows = {
        "Séances": [COPIL],
        "Candidatures": [{**CANDIDATURE, "Territoire": None}, CANDIDATURE],
        "Critères": [{**CRITERE, "Candidature": name, "Critère": c} for name, c in zip(cited, "aca", strict=True)],
    }
    assert causes(desk.map_pilotage(desk.pilotage(**rows))) == found


def test_unknown_is_an_answer(desk: Any, said: Any) -> None:
    mapped = desk.map_pilotage(
        desk.pilotage(Candidatures=[{**CANDIDATURE, "Habitants": "Ne sait pas"}], Séances=[COPIL])
    )
    node = said(mapped).of(said(mapped).all("Candidature")[0])
    assert codes(mapped) == [] and node["neSaitPas"] == ["nombre"] and "nombre" not in node


def test_a_second_envelope_is_not_added_to_the_first(desk: Any, said: Any) -> None:
    two = [{"Enveloppe départementale P147 (€)": 1000}, {"Enveloppe départementale P147 (€)": 2000}]
    mapped = desk.map_pilotage(desk.pilotage(Enveloppe=two))
    assert codes(mapped) == [("reserve", "ligne-en-double", "Enveloppe", "A4")]
    assert said(mapped).of("enveloppe/2026/enveloppe")["enveloppeP147"] == ["100000"]


@pytest.mark.parametrize(
    ("sheet", "row", "change", "cell"),
    [
        ("Candidatures", CANDIDATURE, {"Habitants": 900}, "B4"),
        ("Critères", CRITERE, {"Satisfait": "Non"}, "B4"),
        ("Évaluation", OBJET, {"Critères": "Coût"}, "D4"),
        ("Indicateurs", OBSERVATION, {"Valeur": "12 %"}, "B4"),
        ("Dispositifs", DISPOSITIF, {"Projets retenus": 12}, "B4"),
        ("Plans d'action", PLAN, {"Étapes et calendrier": "Hiver"}, "D4"),
        ("Avenants", FULL["Avenants"][0], {"Date d'effet": date(2026, 9, 1)}, "B4"),
        ("Conventions", FULL["Conventions"][0], {"Fin": date(2027, 12, 31)}, "B4"),
        ("Décisions", FULL["Décisions"][0], {"État": "Réalisée"}, "B4"),
        ("Dérogations", FULL["Dérogations"][0], {"Motif": "Autre"}, "B4"),
    ],
)
def test_a_row_that_contradicts_an_earlier_one_is_left_out(
    desk: Any, said: Any, sheet: str, row: Mapping[str, object], change: Mapping[str, object], cell: str
) -> None:
    around: dict[str, Any] = {"Séances": [COPIL], "Candidatures": [CANDIDATURE]}
    alone = desk.map_pilotage(desk.pilotage(**{**around, sheet: [row]}))
    mapped = desk.map_pilotage(desk.pilotage(**{**around, sheet: [row, {**row, **change}]}))
    assert codes(mapped) == [("reserve", "ligne-en-double", sheet, cell)]
    assert "contredit la ligne 3" in mapped.problems[0].message
    kept = {
        name: said(alone).all(name) for name in ("Candidature", "VerificationCritere", "ObjetEvalue", "Observation")
    }
    assert {name: said(mapped).all(name) for name in kept} == kept


@pytest.mark.parametrize(
    ("sheet", "row", "change"),
    [
        ("Dépôts", DEPOT, {"Date": date(2026, 4, 4)}),
        ("Évaluation", OBJET, {"Ambition": "A1.2"}),
        ("Indicateurs", OBSERVATION, {"Champ": "2 QPV"}),
        ("Dispositifs", DISPOSITIF, {"Lancé le": date(2026, 9, 1), "Réponses jusqu'au": date(2026, 10, 1)}),
        ("Plans d'action", PLAN, {"QPV": "QN00002X"}),
        ("Décisions", FULL["Décisions"][0], {"Responsable": "Caf d'Essai"}),
    ],
)
def test_rows_alike_that_may_both_be_right_are_both_kept(
    desk: Any, sheet: str, row: Mapping[str, object], change: Mapping[str, object]
) -> None:
    mapped = desk.map_pilotage(desk.pilotage(**{"Séances": [COPIL], sheet: [row, {**row, **change}]}))
    assert codes(mapped) == [] and mapped.kept == mapped.read == 3


def test_a_corrected_title_is_the_same_row(desk: Any, said: Any) -> None:
    first = desk.map_pilotage(desk.pilotage(Dépôts=[DEPOT]))
    fixed = {**DEPOT, "Intitulé ou référence": "Portrait des familles 2026"}
    again = desk.map_pilotage(desk.pilotage(Dépôts=[fixed]), previous=first)
    assert said(again).all("Depot") == said(first).all("Depot") and codes(again) == []


def test_a_row_that_has_gone_is_asked_about(desk: Any) -> None:
    first = desk.map_pilotage(desk.pilotage(**FULL))
    rows = {name: rows for name, rows in FULL.items() if name != "Décisions"}
    again = desk.map_pilotage(desk.pilotage(**rows), previous=first)
    assert [c for c in codes(again) if c[0] == "bloquant"] == [("bloquant", "lignes-absentes", "Décisions", None)]
    assert "Ouvrir un lieu d'accueil" in next(p.valeur for p in again.problems if p.code == "lignes-absentes")


def test_a_workbook_of_the_first_version_leaves_the_registers_as_they_were(
    desk: Any, full: Any, said: Any, write_book: Any, make_grids: Any, models: Any
) -> None:
    sheets = make_grids("pilotage", {name: FULL[name] for name in ("Séances", "Présences", "Qualification")})
    old = {name: sheets[name] for name in ("Séances", "Présences", "Qualification")}
    for row in old["Séances"][1:]:
        del row[6]
    path = desk.save(write_book(old, {**models["pilotage"], "version": "1"}))
    again = desk.map_pilotage(path, previous=full)
    assert [(p.gravite, p.code) for p in again.problems] == [("info", "modele-ancien"), ("info", "valeurs-gardees")]
    for name in (
        "Depot",
        "ObjetEvalue",
        "Candidature",
        "VerificationCritere",
        "EnveloppeP147",
        "Decision",
        "Derogation",
    ):
        assert said(again).all(name) == said(full).all(name) != [], name


def test_a_workbook_of_this_version_may_not_lose_a_sheet(
    desk: Any, write_book: Any, make_grids: Any, models: Any
) -> None:
    sheets = make_grids("pilotage", FULL)
    del sheets["Décisions"]
    mapped = desk.map_pilotage(desk.save(write_book(sheets, models["pilotage"])))
    assert codes(mapped) == [("bloquant", "feuille-absente", "Décisions", None)]


def test_what_is_held_is_prefilled_and_read_back_the_same(desk: Any, full: Any, reference: Store) -> None:
    store = Store()
    store.add(reference.triples())
    store.add(full.triples)
    context = build_context(store, "val-d-essai", 2026, None, "", date(2026, 5, 1), False)
    form, said_before = load_form("pilotage"), Store()
    said_before.add(full.triples)
    held = Held(said_before, Words.of(store))
    prefill = Prefill({sheet.name: held.rows(sheet) for sheet in form.sheets})
    path = desk.save(render_template(form, context, prefill), "prerempli.xlsx")
    book = openpyxl.load_workbook(path)
    assert [cell.value for cell in book["Critères"][3]][1:] == [
        "Les Iris",
        "a – Moins de 500 habitants",
        "Oui",
        "Insee 2023",
    ]
    assert [cell.value for cell in book["Plans d'action"][3]][1:] == [
        "Commune d'Essai-le-Haut",
        "QN00001X – Les Tilleuls; QN00002X – Les Érables",
        "Plan des Tilleuls",
        "Printemps, automne",
        "Bus santé; Permanences RSA",
    ]
    assert book["Candidatures"]["F3"].value == 12350.5 and book["Décisions"]["D3"].is_date
    again = desk.map_pilotage(path, previous=full)
    assert codes(again) == []
    assert statements(again) == statements(full)


def statements(mapped: Any) -> set[tuple[str, str, str]]:
    """Return what is said, without where it was read."""
    places = {s.value for s, p, o in mapped.triples if "/source/" in s.value}
    return {
        (s.value, p.value, str(o))
        for s, p, o in mapped.triples
        if s.value not in places and not p.value.endswith("wasDerivedFrom")
    }
