"""Graph files: the same triples give the same bytes, superseded versions stay, strays go."""

from __future__ import annotations

from pathlib import Path

import pytest

from droitcommun.graph.errors import RdfUnreadable
from droitcommun.graph.graphfiles import GraphChange, GraphEntry, GraphFiles
from droitcommun.graph.names import cdv, graph_iri, shared_iri
from droitcommun.graph.store import Store, Triple, fingerprint, iri, literal, sorted_nquads

SERIE = graph_iri("c", 2026, "contribution", "caf-62", "direction")


def triple(text: str) -> Triple:
    return (iri(shared_iri("organisme", "caf-62")), iri(cdv("precision")), literal(text))


def change(version: int, text: str) -> GraphChange:
    entry = GraphEntry(f"{SERIE}/v{version}", SERIE, "contribution", "c", 2026, "caf-62", "Direction", version)
    return GraphChange(entry, (triple(text),))


def test_order_of_triples_does_not_change_the_bytes() -> None:
    a, b = triple("a"), triple("b")
    assert sorted_nquads([a, b], SERIE) == sorted_nquads([b, a, a], SERIE)


def test_line_break_in_a_literal_stays_on_its_line() -> None:
    assert sorted_nquads([triple("a\nb\r\u2028c")], SERIE).count(b"\n") == 1


def test_a_graph_file_is_read_whole_and_a_broken_line_is_refused() -> None:
    texts = ["a\nb\r\u2028c", '« é » \\ "', f"<{SERIE}> .\n", ""]
    store = Store()
    store.load_unnamed(sorted_nquads(map(triple, texts), SERIE), SERIE)
    assert {str(t[2]) for t in store.triples()} == {str(literal(text)) for text in texts}
    for broken in (b'<urn:a> <urn:b> "x" \n', b'<urn:a> <urn:b> "x\n', b"\x00"):
        with pytest.raises(RdfUnreadable, match=r"v1\.nq"):
            store.load_unnamed(broken, SERIE, name="v1.nq")


def test_fingerprint_changes_with_one_character() -> None:
    assert fingerprint([sorted_nquads([triple("a")], SERIE)]) != fingerprint([sorted_nquads([triple("b")], SERIE)])


def test_a_new_version_supersedes_the_old_one_which_stays(tmp_path: Path) -> None:
    graphs = GraphFiles(tmp_path)
    graphs.apply(1, [change(1, "ancien")])
    graphs.apply(2, [change(2, "nouveau")])
    again = GraphFiles(tmp_path)
    assert again.applied == 2
    assert [e.version for e in again.entries("contribution")] == [2]
    assert [e.version for e in again.entries("contribution", current=False)] == [1, 2]
    current = again.current(SERIE)
    assert current is not None
    assert again.triples(current) == [triple("nouveau")]
    assert graphs.path(f"{SERIE}/v1").exists()


def test_a_file_edited_by_hand_is_seen(tmp_path: Path) -> None:
    graphs = GraphFiles(tmp_path)
    graphs.apply(1, [change(1, "ancien")])
    assert graphs.changed_files() == []
    path = graphs.path(f"{SERIE}/v1")
    path.write_bytes(path.read_bytes() + b"\n")
    assert graphs.changed_files() == [path]


def test_a_series_may_supersede_another(tmp_path: Path) -> None:
    graphs = GraphFiles(tmp_path)
    graphs.apply(1, [change(1, "ancien")])
    other = GraphEntry(f"{SERIE}-2/v1", f"{SERIE}-2", "contribution", "c", 2026, "caf-62", "Accueil")
    graphs.apply(2, [GraphChange(other, (triple("nouveau"),), supersedes=(SERIE,))])
    assert [e.serie for e in GraphFiles(tmp_path).entries("contribution")] == [f"{SERIE}-2"]


@pytest.mark.parametrize("name", ["../hors", "c/../../hors", "c//x", ""])
def test_a_name_that_would_leave_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="graph"):
        GraphFiles(tmp_path).path("https://w3id.org/droit-commun/graph/" + name)


def test_an_unreadable_state_means_make_it_again(tmp_path: Path) -> None:
    GraphFiles(tmp_path).apply(1, [change(1, "ancien")])
    state = tmp_path / "etat.json"
    state.write_bytes(state.read_bytes()[:-9])
    assert GraphFiles(tmp_path).applied == 0
