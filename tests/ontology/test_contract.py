"""The Lens-Liévin contract: what its document says, counted by hand."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

import pytest
from rdflib import DCTERMS, RDF, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.namespace import QB

CDV = Namespace("https://w3id.org/droit-commun/def#")
CODES = Namespace("https://w3id.org/droit-commun/codes/")
ID = Namespace("https://w3id.org/droit-commun/id/")
CALL = Namespace("https://w3id.org/droit-commun/id/call-2024/")
CONTRAT = ID["contrat/call-2024"]
DECIMAL = URIRef("http://www.w3.org/2001/XMLSchema#decimal")
SDMX = "http://purl.org/linked-data/sdmx/2009/"


def code(node: object) -> str:
    return str(node).rsplit("/", 1)[1]


def of(graph: Graph, kind: str) -> set[URIRef]:
    return {s for s in graph.subjects(RDF.type, CDV[kind]) if isinstance(s, URIRef)}


def codes_of(graph: Graph, node: URIRef, term: str) -> set[str]:
    return {code(o) for o in graph.objects(node, CDV[term])}


def number(graph: Graph, node: URIRef, term: str) -> int:
    return int(str(graph.value(node, CDV[term])))


def test_contract_node(contract: Graph) -> None:
    assert str(contract.value(CONTRAT, DCTERMS.identifier)) == "CN06202I"
    assert str(contract.value(CONTRAT, CDV.dateDebut)) == "2024-03-31"
    assert str(contract.value(CONTRAT, CDV.dateFin)) == "2030-12-31"
    announced = [number(contract, CONTRAT, t) for t in ("nombrePiliers", "nombreAmbitions", "nombreAxes", "nombreQPV")]
    assert announced == [3, 12, 2, 21]
    assert codes_of(contract, CONTRAT, "copilote") == {"prefecture-62", "call"}
    assert contract.value(CONTRAT, CDV.epci) == ID["epci/246200364"]
    assert contract.value(CONTRAT, CDV.plafondTerritoiresVulnerables) == Literal(Decimal("2.5"))
    predecessor = contract.value(CONTRAT, CDV.succedeA)
    assert predecessor == ID["contrat/cv219"]
    assert str(contract.value(predecessor, DCTERMS.identifier)) == "CV219"
    assert list(contract.subjects(CDV.nombreAmbitions)) == [CONTRAT]


def test_strategy(contract: Graph) -> None:
    assert {code(p): codes_of(contract, p, "destineA") for p in of(contract, "Pilier")} == {
        "P1": {"habitants"},
        "P2": {"habitants"},
        "P3": {"professionnels"},
    }
    assert Counter(code(contract.value(a, SKOS.broader)) for a in of(contract, "Ambition")) == {
        "P1": 4,
        "P2": 5,
        "P3": 3,
    }
    assert {code(a) for a in of(contract, "AxeTransversal")} == {"T1", "T2"}
    assert Counter(code(contract.value(a, SKOS.broader)) for a in of(contract, "SousAxe")) == {"T1": 3, "T2": 8}
    for node in of(contract, "Ambition") | of(contract, "SousAxe"):
        notation = str(contract.value(node, SKOS.notation))
        assert notation == code(node)
        assert notation.split(".")[0][1:] == code(contract.value(node, SKOS.broader))[1:]
        assert contract.value(node, SKOS.inScheme) == CALL["referentiel/strategie"]


def test_printed_counts(contract: Graph) -> None:
    printed: dict[str, list[str]] = {}
    for node in sorted(of(contract, "Ambition") | of(contract, "SousAxe")):
        printed.setdefault(code(contract.value(node, SKOS.broader)), []).append(
            str(contract.value(node, CDV.compteurImprime))
        )
    assert printed == {
        "P1": ["10", "19", "10", "9"],
        "P2": ["12", "10", "19", "6", "④②"],
        "P3": ["15", "7", "5"],
        "T1": ["23", "1", "7"],
        "T2": ["1", "3", "3", "1", "1", "1", "2", "2"],
    }


def test_districts_and_populations(contract: Graph) -> None:
    districts = of(contract, "QPV")
    assert Counter(next(iter(codes_of(contract, q, "perimetre"))) for q in districts) == {
        "dans-contrat": 19,
        "a-cheval": 3,
    }
    assert {code(q) for q in districts if codes_of(contract, q, "perimetre") == {"a-cheval"}} == {
        "QN06243M",
        "QN06245M",
        "QN06247M",
    }
    inside = {q for q in districts if codes_of(contract, q, "perimetre") == {"dans-contrat"}}
    totals = {"2014": 0, "2024": 0}
    for population in of(contract, "Population"):
        assert contract.value(population, CDV.territoire) in inside
        totals[str(contract.value(population, CDV.annee))] += number(contract, population, "nombre")
    assert totals == {"2014": 47800, "2024": 55000}
    assert len(of(contract, "Population")) == 38
    printed = {str(contract.value(t, CDV.annee)): number(contract, t, "nombre") for t in of(contract, "TotalImprime")}
    assert printed == totals


def test_municipalities(contract: Graph) -> None:
    communes = Counter(code(contract.value(c, CDV.epci)) for c in of(contract, "Commune"))
    # 19 that sign and Éleu-dit-Leauwette; Rouvroy, Courrières, Montigny; Douvrin, Haisnes
    assert communes == {"246200364": 20, "246200299": 3, "200072460": 2}
    different = {
        code(q): codes_of(contract, q, "commune") ^ codes_of(contract, q, "communeImprimee")
        for q in of(contract, "QPV")
    }
    assert {q: c for q, c in different.items() if c} == {"QN06224M": {"62528"}, "QN06234M": {"62133"}}
    straddling = {code(q) for q in of(contract, "QPV") if len(codes_of(contract, q, "epci")) == 2}
    assert straddling == {"QN06216M", "QN06243M", "QN06245M", "QN06247M"}


def test_parties(contract: Graph) -> None:
    by_status: dict[str, set[str]] = {}
    for partie in of(contract, "Partie"):
        (status,) = codes_of(contract, partie, "statutPartie")
        by_status.setdefault(status, set()).add(code(partie))
        assert contract.value(partie, CDV.organisme) == ID[f"organisme/{code(partie)}"]
        assert len(codes_of(contract, partie, "categorieLegale")) == 1
        assert str(contract.value(partie, CDV.dateDebut)) == "2024-03-31"
        assert str(contract.value(partie, CDV.dateFin)) == "2030-12-31"
    assert {status: len(parties) for status, parties in by_status.items()} == {
        "signataire": 23,
        "partenaire": 15,
        "deliberation-seule": 3,
    }
    towns = {p for p in by_status["signataire"] if p.startswith("commune-")}
    assert by_status["signataire"] - towns == {"call", "prefecture-62", "cd62", "region-hdf"}
    assert len(towns) == 19
    assert by_status["partenaire"] == {
        "caisse-des-depots",
        "bpifrance",
        "ars-hdf",
        "caf-62",
        "education-nationale-62",
        "cpam-62",
        "dtpjj-62",
        "maison-emploi",
        "sigh",
        "france-travail",
        "maisons-et-cites",
        "pas-de-calais-habitat",
        "ja-martin",
        "habitat-du-nord",
        "icf-nord-est",
    }
    assert by_status["deliberation-seule"] == {"sia", "urh", "banque-des-territoires"}


def test_who_is_obligatory(contract: Graph) -> None:
    answers: dict[str, set[str]] = {}
    for partie in of(contract, "Partie"):
        value = contract.value(partie, CDV.obligatoire)
        answers.setdefault("absent" if value is None else str(value), set()).add(code(partie))
    assert len(answers["true"]) == 23
    assert answers["absent"] == {"ars-hdf"}
    assert len(answers["false"]) == 17
    signatories = {code(p) for p in contract.subjects(CDV.statutPartie, CODES["statut-partie/signataire"])}
    assert answers["true"] == signatories


def test_legal_categories(contract: Graph) -> None:
    found: dict[str, set[str]] = {}
    for partie in of(contract, "Partie"):
        if not code(partie).startswith("commune-"):
            found.setdefault(next(iter(codes_of(contract, partie, "categorieLegale"))), set()).add(code(partie))
        else:
            assert codes_of(contract, partie, "categorieLegale") == {"conclut"}
    assert found["conclut"] == {"call", "prefecture-62", "education-nationale-62", "dtpjj-62", "france-travail"}
    assert found["signe"] == {"cd62", "region-hdf", "ars-hdf"}
    assert found["elargi"] == {"bpifrance", "maison-emploi", "ja-martin", "urh"}
    assert len(found["peut-signer"]) == 10


def luhn(siren: str) -> bool:
    digits = [int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(siren))]
    return sum(d - 9 if d > 9 else d for d in digits) % 10 == 0


def test_sirens_are_real_and_never_guessed(contract: Graph) -> None:
    known = {
        "call": "246200364",
        "cd62": "226200012",
        "region-hdf": "200053742",
        "france-travail": "130005481",
        "caisse-des-depots": "180020026",
        "bpifrance": "320252489",
    }
    found = {
        code(o): str(contract.value(o, CDV.siren))
        for o in of(contract, "Organisme")
        if (o, CDV.siren, None) in contract
    }
    assert {o: s for o, s in found.items() if not o.startswith("commune-")} == known
    assert len(found) == len(known) + 19
    assert all(luhn(str(s)) for s in contract.objects(None, CDV.siren))
    assert not luhn("246200365")


def test_a_town_hall_governs_its_town(contract: Graph) -> None:
    for organisme in of(contract, "Organisme"):
        expected = {
            "commune": {ID[f"commune/{code(organisme).removeprefix('commune-')}"]},
            "epci": {ID["epci/246200364"]},
        }
        (kind,) = codes_of(contract, organisme, "typeOrganisme")
        assert set(contract.objects(organisme, CDV.competence)) == expected.get(kind, set())


def test_commitments(contract: Graph) -> None:
    types = of(contract, "TypeEngagement")
    assert {code(t) for t in types} == {f"E{n:02d}" for n in range(1, 16)}
    families = {code(f): {code(m) for m in contract.objects(f, SKOS.member)} for f in of(contract, "FamilleEngagement")}
    assert families == {
        "F1": {"E01", "E02"},
        "F2": {"E03", "E04", "E05", "E06"},
        "F3": {"E07", "E08", "E09", "E10"},
        "F4": {"E11", "E12", "E13"},
        "F5": {"E14", "E15"},
    }
    for kind in types:
        assert code(kind) in families[code(contract.value(kind, CDV.famille))]
    applies = {code(t): codes_of(contract, t, "appliqueA") for t in types if (t, CDV.appliqueA, None) in contract}
    assert applies == {
        "E13": {"bailleur", "commune", "epci", "etat"},
        "E14": {"commune"},
        "E15": {"commune"},
    }
    assert [code(t) for t in types if str(contract.value(t, CDV.dansLaMesureDuPossible)) == "true"] == ["E12"]


def test_evidence_of_commitments(contract: Graph, codes: Graph) -> None:
    proofs = {code(t): codes_of(contract, t, "prouvePar") for t in of(contract, "TypeEngagement")}
    assert proofs == {
        "E01": {"presence-copil"},
        "E02": {"contribution-transmise", "presence-hackathon"},
        "E03": {"document-cadre"},
        "E04": {"referent-en-poste"},
        "E05": {"presence-gtp"},
        "E06": {"presence-formation"},
        "E07": {"indicateurs-contexte"},
        "E08": {"etudes"},
        "E09": {"indicateurs-activite"},
        "E10": {"evaluateur-designe"},
        "E11": {"positionnement"},
        "E12": {"rh-proximite"},
        "E13": {"convention-tfpb"},
        "E14": {"copil-local"},
        "E15": {"plan-action"},
    }
    every = {code(c) for c in codes.subjects(SKOS.inScheme, CODES["type-preuve"])}
    assert set().union(*proofs.values()) == every


def test_instances(contract: Graph) -> None:
    def frequency(instance: URIRef) -> tuple[str | None, str | None]:
        low, high = (contract.value(instance, CDV[t]) for t in ("frequenceMin", "frequenceMax"))
        return (str(low) if low is not None else None, str(high) if high is not None else None)

    assert {code(i): frequency(i) for i in of(contract, "Instance")} == {
        "copil": ("1", "2"),
        "gtp": ("3", "4"),
        "hackathon": ("1", "1"),
        "labo": (None, None),
        "reseau": (None, None),
        "copil-local": (None, None),
        "comite-suivi": (None, None),
    }
    missions = {code(i): len(list(contract.objects(i, CDV.mission))) for i in of(contract, "Instance")}
    assert missions == {
        "copil": 5,
        "gtp": 6,
        "hackathon": 2,
        "labo": 6,
        "reseau": 6,
        "copil-local": 2,
        "comite-suivi": 1,
    }
    questions = of(contract, "QuestionCopil")
    assert {code(q) for q in questions} == {"Q1", "Q2", "Q3"}
    assert all(codes_of(contract, q, "prepareePar") for q in questions), "a question that no figure prepares"


def test_first_qualification_table(contract: Graph) -> None:
    table = {}
    for node in of(contract, "Qualification"):
        (source,) = codes_of(contract, node, "source")
        (table[source],) = codes_of(contract, node, "qualification")
        assert node == CALL[f"qualification/contrat/{source}"]
        assert (node, CDV.campagne, None) not in contract
    assert table == {
        "budget-ordinaire": "droit-commun",
        "ctg": "droit-commun",
        "fse-feder": "cas-par-cas",
        "p147": "specifique",
        "cite-educative": "specifique",
        "pre": "specifique",
        "adulte-relais": "specifique",
        "fonjep": "specifique",
        "ami-agglomeration": "specifique",
        "npnru": "specifique",
        "autre": "cas-par-cas",
    }


def test_vulnerable_areas(contract: Graph) -> None:
    assert {code(c) for c in of(contract, "CritereVulnerabilite")} == {"a", "b", "c", "d"}
    attested = codes_of(contract, CALL["critere-vulnerabilite/c"], "attestePar")
    assert attested == {"cd62", "region-hdf", "caf-62", "call"}


def test_evaluation(contract: Graph) -> None:
    criteria = {code(c) for c in of(contract, "CritereEvaluatif")}
    assert criteria == {
        "effectivite",
        "efficacite",
        "pertinence",
        "efficience",
        "coherence",
        "effet",
        "impact",
        "opinion",
    }
    questions = Counter(code(contract.value(q, CDV.pilier) or "/aucun") for q in of(contract, "QuestionEvaluative"))
    assert questions == {"P1": 4, "P2": 3, "P3": 3, "aucun": 3}
    assert codes_of(contract, CALL["question-evaluative/QE3.2"], "critere") == {"efficacite", "impact"}
    objects = Counter(next(iter(codes_of(contract, o, "typeObjet"))) for o in of(contract, "ObjetEvaluation"))
    assert objects == {"gouvernance": 4, "ambition": 1}
    yearly = [number(contract, CONTRAT, t) for t in ("evaluationsGouvernanceParAn", "evaluationsAmbitionParAn")]
    assert yearly == [1, 1]


@pytest.mark.parametrize(
    ("indicator", "area", "period", "statistic", "value"),
    [
        ("population-qpv", "qpv-call", "non-precisee", "valeur", "55414"),
        ("revenu-disponible-median", "qpv-call", "2020", "valeur", "10619"),
        ("revenu-disponible-median", "france", "2020", "valeur", "21950"),
        ("taux-de-pauvrete", "QN06225M", "2019", "maximum", "70.5"),
        ("taux-d-emploi", "246200299", "non-precisee", "valeur", "55.7"),
        ("rsa-socle", "QN06231M", "2019", "minimum", "19.95"),
        ("evolution-emplois", "246200364", "2009-2020", "valeur", "-2239"),
    ],
)
def test_an_observation(contract: Graph, indicator: str, area: str, period: str, statistic: str, value: str) -> None:
    found = [
        str(contract.value(o, URIRef(SDMX + "measure#obsValue")))
        for o in contract.subjects(CDV.indicateur, CALL[f"indicateur/{indicator}"])
        if code(contract.value(o, URIRef(SDMX + "dimension#refArea"))) == area
        and str(contract.value(o, URIRef(SDMX + "dimension#refPeriod"))).rsplit("/", 1)[-1] == period
        and codes_of(contract, o, "statistique") == {statistic}
    ]
    assert found == [value]


def test_observations_form_a_cube(contract: Graph, vocabulary: Graph) -> None:
    structure = contract.value(CALL["cube/diagnostic"], QB.structure)
    dimensions = {d for c in vocabulary.objects(structure, QB.component) for d in vocabulary.objects(c, QB.dimension)}
    assert len(dimensions) == 5
    keys = Counter()
    observations = set(contract.subjects(RDF.type, QB.Observation))
    for observation in observations:
        values = {d: list(contract.objects(observation, d)) for d in dimensions}
        assert all(len(v) == 1 for v in values.values()), observation
        keys[tuple(values[d][0] for d in sorted(dimensions))] += 1
        assert contract.value(observation, URIRef(SDMX + "measure#obsValue")).datatype == DECIMAL
    assert len(observations) == 46
    assert max(keys.values()) == 1


def test_observed_values_are_those_printed(contract: Graph) -> None:
    for observation in contract.subjects(RDF.type, QB.Observation):
        value = abs(Decimal(str(contract.value(observation, URIRef(SDMX + "measure#obsValue")))))
        printed = str(contract.value(observation, CDV.valeurImprimee)).replace(" ", "")
        assert re.search(rf"(?<![\d,]){str(value).replace('.', ',')}(?![\d,])", printed), observation


def test_discordances(contract: Graph) -> None:
    discordances = of(contract, "Discordance")
    assert {code(d) for d in discordances} == {f"D{n:02d}" for n in range(1, 54)}
    for discordance in discordances:
        statements = list(contract.objects(discordance, CDV.enonce))
        assert statements, discordance
        assert len(codes_of(contract, discordance, "statutDiscordance")) == 1
        for statement in statements:
            says = [*contract.objects(statement, CDV.valeurImprimee), *contract.objects(statement, CDV.valeurConstatee)]
            assert len(says) == 1, statement
    assert {o for d in discordances for o in contract.objects(d, CDV.enonce)} == of(contract, "Enonce")
    # What computations could rest on waits for the co-pilots.
    waiting = {code(d) for d in contract.subjects(CDV.statutDiscordance, CODES["statut-discordance/a-arbitrer"])}
    assert {"D01", "D02", "D03", "D06", "D07", "D10", "D12", "D15", "D21", "D22", "D27", "D47"} <= waiting


@pytest.mark.parametrize(
    ("discordance", "statements"),
    [
        ("D01", {"21 quartiers", "nos 19 QPV", "22 QPV portent le SIREN de la CALL dans la liste nationale"}),
        ("D02", {"55 000 habitants", "55 414"}),
        ("D07", {"583 personnes", "354 + 230 = 584", "354 + 233 = 587"}),
        ("D10", {"signature au 31 mars 2024", "24 septembre 2024"}),
        ("D11", {"4 janvier 2024", "4 janv. 2023"}),
    ],
)
def test_contradictory_statements_stand_side_by_side(contract: Graph, discordance: str, statements: set[str]) -> None:
    said = {
        str(value)
        for statement in contract.objects(CALL[f"discordance/{discordance}"], CDV.enonce)
        for term in (CDV.valeurImprimee, CDV.valeurConstatee)
        for value in contract.objects(statement, term)
    }
    assert statements <= said


def test_legal_references(contract: Graph) -> None:
    assert {code(t): str(contract.value(t, DCTERMS.date)) for t in of(contract, "TexteOfficiel")} == {
        "loi-2014-173": "2014-02-21",
        "circulaire-2023-08-31": "2023-08-31",
        "instruction-2024-01-04": "2024-01-04",
        "decret-2023-1314": "2023-12-28",
    }
    assert {str(a) for a in contract.objects(CALL["texte/loi-2014-173"], CDV.article)} == {"1", "6", "21"}


def test_consultation(contract: Graph) -> None:
    counts = {code(e): number(contract, e, "nombreParticipants") for e in contract.subjects(CDV.nombreParticipants)}
    assert sum(n for e, n in counts.items() if e.startswith("labo-")) == 287
    assert counts["rencontres-territoriales"] + counts["chantiers"] == 233
    assert counts["proclamation"] == 231


def test_everything_belongs_to_the_contract(contract: Graph) -> None:
    shared = (ID + "organisme/", ID + "commune/", ID + "epci/", ID + "contrat/", CALL + "document/")
    for node in set(contract.subjects()):
        assert str(node).startswith(ID), node
        if not str(node).startswith(shared):
            assert list(contract.objects(node, CDV.contrat)) == [CONTRAT], node


def test_every_name_is_unique_and_coded(contract: Graph) -> None:
    for node in set(contract.subjects(SKOS.prefLabel)):
        labels = [o for o in contract.objects(node, SKOS.prefLabel) if isinstance(o, Literal)]
        assert [o.language for o in labels].count("fr") == 1, node
        assert len(labels) <= 2, node
        if not str(node).startswith(CALL + "document/"):
            assert str(contract.value(node, SKOS.notation)) == code(node), node


def test_nothing_points_to_a_missing_node(contract: Graph, vocabulary: Graph, codes: Graph) -> None:
    known = set(contract.subjects()) | set(vocabulary.subjects()) | set(codes.subjects())
    base = "https://w3id.org/droit-commun/"
    missing = {o for o in contract.objects() if isinstance(o, URIRef) and o.startswith(base) and o not in known}
    assert missing == set()
