"""What a new version changes: counted by node, blind to where it was read."""

from __future__ import annotations

from droitcommun.graph.classeurs.form import load_form
from droitcommun.graph.store import Store, Triple
from droitcommun.graph.versions import compare

OLD = """
id:a a cdv:Action ; dcterms:title "Permanences" ; prov:wasDerivedFrom id:l3 .
id:b a cdv:Action ; dcterms:title "Ateliers" .
id:m a cdv:Moyen ; cdv:centimes 1000 .
id:l3 a cdv:Localisation ; cdv:ligneFeuille 3 .
id:r a cdv:Reserve ; cdv:sujet id:m ; cdv:chemin cdv:partQPV ; cdv:texteBrut "beaucoup" ; cdv:cellule "G3" .
"""


def triples(turtle: str) -> list[Triple]:
    return list(Store.from_turtle(turtle).triples())


def test_moved_rows_are_identical() -> None:
    new = OLD.replace("id:l3", "id:l9").replace("ligneFeuille 3", "ligneFeuille 9").replace('"G3"', '"H9"')
    assert compare(triples(OLD), triples(new)).identical


def test_a_reserve_with_another_text_is_a_change() -> None:
    assert not compare(triples(OLD), triples(OLD.replace("beaucoup", "un peu"))).identical


def test_counts_by_hand() -> None:
    new = """
    id:a a cdv:Action ; dcterms:title "Permanences du soir" .
    id:b a cdv:Action ; dcterms:title "Ateliers" ; cdv:suite <https://w3id.org/droit-commun/codes/suite/terminee> .
    id:c a cdv:Action ; dcterms:title "Nouvelle" .
    id:m a cdv:Moyen ; cdv:centimes 1000 .
    """
    changes = compare(triples(OLD), triples(new))
    assert (changes.ajoutes, changes.modifies, changes.termines, changes.inchanges) == (1, 1, 1, 1)
    assert not changes.identical


def test_a_line_gone_counts_as_ended() -> None:
    changes = compare(triples(OLD), triples(OLD.replace('id:b a cdv:Action ; dcterms:title "Ateliers" .', "")))
    assert (changes.termines, changes.inchanges) == (1, 2)


def test_a_row_of_every_sheet_of_the_co_pilots_is_counted() -> None:
    for sheet in load_form("pilotage").sheets:
        changes = compare([], triples(f"id:a a <{sheet.target_class}> ; cdv:nombre 1 ."))
        assert changes.ajoutes == 1, sheet.name
