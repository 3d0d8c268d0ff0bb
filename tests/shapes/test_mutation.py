"""A rule that is broken on purpose is caught by its own fixtures: the fixtures are worth something.

Here the mistakes that someone could make; every query and FILTER taken away in turn is in test_each_constraint.
"""

# ruff: noqa: E501 - pieces of the shape files, as they stand there
from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

import pytest
from rulebench import HERE, make_dataset, seen_by_rules

from droitcommun.graph.checks.rules import RuleBook, load_rules, read_rules
from droitcommun.graph.checks.shacl import core_results, graph_results, sparql_results
from droitcommun.graph.store import Store, Triple

SHAPES = Path(__file__).parents[2] / "shapes"
MUTANTS = [
    ("R-S2", "10-structure", "OPTIONAL { ?chose cdv:contrat $this ; a cdv:AxeTransversal }", "?chose cdv:contrat $this ; a cdv:AxeTransversal ."),
    ("R-S4", "10-structure", " ; cdv:perimetre perimetre:dans-contrat }", " }"),
    ("R-S3", "10-structure", "^QN([0-9]{3}|02[AB])[0-9]{2}[A-Z]$", "^QN[0-9]+[A-Z]$"),
    ("R-P2", "20-parties", "?campagne cdv:partieActive ?partie .\n", "\n"),
    ("R-P4", "20-parties", "modalite:declare, modalite:non-pris", "modalite:declare"),
    ("R-E0", "30-engagements", "cdv:etatEtabli etat:sans-information", "cdv:etatEtabli ?quelconque"),
    ("R-E05", "31-presences", "BOUND(?membre) || BOUND(?convie)", "BOUND(?convie)"),
    ("R-E06", "31-presences", "cdv:statutSeance seance:tenue ; cdv:campagne ?campagne", "cdv:campagne ?campagne"),
    ("R-E09", "32-preuves", "FILTER(?etat IN (etat:en-cours, etat:pas-encore))", "FILTER(?etat = etat:pas-encore)"),
    ("R-E15", "32-preuves", "FILTER(?etat IN (etat:en-cours, etat:pas-encore))", "FILTER(?etat = etat:pas-encore)"),
    ("R-E02", "30-engagements", "cdv:sousControle true ; cdv:attend $this ; cdv:annee ?annee", "cdv:annee ?annee"),
    ("R-A3", "40-actions", "cdv:ambitionPrincipale|cdv:autreAmbition", "cdv:ambitionPrincipale"),
    ("R-M6", "50-moyens", "STR(?exercice) >= STR(?annee)", "STR(?exercice) > STR(?annee)"),
    ("R-T1", "60-territoire", "cdv:qpv|cdv:commune ?endroit", "cdv:qpv ?endroit"),
    ("R-T6", "60-territoire", " ; cdv:perimetre perimetre:dans-contrat ; skos:prefLabel ?libelle ; skos:notation ?code .", " ; skos:prefLabel ?libelle ; skos:notation ?code ."),
    ("R-G1", "70-gouvernance", "?seance cdv:instance $this ; cdv:campagne ?campagne ; cdv:statutSeance seance:tenue }", "?seance cdv:instance $this ; cdv:campagne ?campagne ; cdv:statutSeance ?s }"),
    ("R-G3", "70-gouvernance", "FILTER(?value + ?doutes < ?attendu || ?value > ?plafond)", "FILTER(?value + ?doutes < ?attendu)"),
    ("R-R1", "90-donnees-personnelles", "($|[^0-9A-Za-z])", ""),
    ("R-R1", "90-donnees-personnelles", "foaf:name, ", ""),
    ("R-S6", "10-structure", "?debut > ?jour", "?debut >= ?jour"),
    ("R-S9", "10-structure", "?value < ?debut || ", ""),
    ("R-P7", "25-bailleurs", " ; cdv:statutPartie statut:signataire", ""),
    ("R-C3", "40-actions", "cdv:ambitionPrincipale|cdv:autreAmbition ?ambition", "cdv:ambitionPrincipale ?ambition"),
    ("R-A4", "40-actions", "<= ?anniversaire", "< ?anniversaire"),
    ("R-A5", "40-actions", "FILTER(?nombre < 2)", "FILTER(?nombre < 1)"),
    ("R-A7", "40-actions", "LCASE(STR(?declare)) = LCASE(STR(?value))", "STR(?declare) = STR(?value)"),
    ("R-T4", "60-territoire", "FILTER(STR(?apres) > STR(?annee))", "FILTER(STR(?apres) < STR(?annee))"),
    ("R-T7", "60-territoire", "portee:qpv ; cdv:commune ?commune", "?portee ; cdv:commune ?commune"),
    ("R-G7", "70-gouvernance", "?jour < ?ouverture || ", "true || "),
    ("R-EV1", "80-evaluation", "?decides = 0)", "?decides >= 0)"),
    ("R-EV3b", "80-evaluation", '. ?instance cdv:roleInstance role:comite-pilotage }\n  FILTER(!BOUND(?instance))', '}\n  FILTER(!BOUND(?instance))'),
    ("R-TV1", "85-territoires-vulnerables", " ; cdv:satisfait ?dit", " ; cdv:campagne ?dit"),
    ("R-TV1a", "85-territoires-vulnerables", "?value >= ?seuil", "?value > ?seuil"),
    ("R-TV2", "85-territoires-vulnerables", "cdv:decisionCandidature decision:retenue", "cdv:decisionCandidature ?decision"),
    ("R-TV3", "85-territoires-vulnerables", "FILTER(?signe = ?attendu)", "FILTER(BOUND(?signe))"),
    ("R-TV4", "85-territoires-vulnerables", "?somme * 100 > ?enveloppe", "?somme * 100 >= ?enveloppe"),
    ("R-TV5", "85-territoires-vulnerables", ' ; dcterms:title ?titre .\n  OPTIONAL { $this cdv:valideEn ?seance . ?seance cdv:instance ?instance . ?instance cdv:roleInstance role:comite-pilotage }', ' ; dcterms:title ?titre .\n  OPTIONAL { $this cdv:valideEn ?seance . ?seance cdv:instance ?instance }'),
]  # fmt: skip


Given = tuple[Store, Store, tuple[Triple, ...]]


@lru_cache(maxsize=64)
def given(text: str) -> Given:
    """Return what a check of one fixture is given: every graph, and what the rules see of them, as store and triples."""
    dataset = make_dataset(text)
    triples = seen_by_rules(dataset)
    store = Store()
    store.add(triples)
    return dataset.store, store, triples


def outcomes(book: RuleBook, rule: str) -> list[set[tuple[str, str, str | None]]]:
    """Return, for each fixture of a rule (and the base), what the rule finds."""
    alone = replace(book, constraints=tuple(c for c in book.constraints if c.rule.name == rule))
    with_core = any(shape.rule.name == rule for shape in book.core_shapes.values())
    found = []
    for text in ("", *(p.read_text(encoding="utf-8") for p in sorted((HERE / rule).glob("*.ttl")))):
        whole, store, triples = given(text)
        results = [*sparql_results(alone, store), *graph_results(book, whole)]
        results += core_results(book, triples) if with_core else []
        found.append({(r.shape, r.focus, r.value) for r in results if r.rule.name == rule})
    return found


def mutated(file: str, old: str, new: str) -> RuleBook:
    """Return the rules with one text of one file changed."""
    triples = [t for path in SHAPES.glob("*.ttl") if path.stem != file for t in parsed(path)]
    text = (SHAPES / f"{file}.ttl").read_text(encoding="utf-8")
    assert old in text
    store = Store()
    store.load_bytes(text.replace(old, new).encode(), ".ttl")
    return read_rules([*triples, *store.triples()], {})


@cache
def parsed(path: Path) -> tuple[Triple, ...]:
    store = Store()
    store.load_bytes(path.read_bytes(), ".ttl")
    return tuple(store.triples())


@pytest.mark.parametrize(("rule", "file", "old", "new"), MUTANTS, ids=lambda v: v if str(v).startswith("R-") else "")
def test_the_fixtures_see_a_broken_rule(rule: str, file: str, old: str, new: str) -> None:
    assert outcomes(mutated(file, old, new), rule) != outcomes(load_rules(), rule)


def test_the_fixtures_do_not_see_a_change_of_words() -> None:
    same = mutated("40-actions", "Ambition sans action déclarée", "Ambition que personne ne sert")
    assert outcomes(same, "R-A3") == outcomes(load_rules(), "R-A3")
