"""The journal: whole lines only, chained, and a torn last line never happened."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droitcommun.graph.errors import JournalDamaged
from droitcommun.graph.journal import Journal

LE = date(2026, 3, 20)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    journal = Journal(tmp_path / "journal.jsonl")
    journal.append("contrat-ajoute", LE, {"contrat": "call-2024"})
    journal.append("campagne-ouverte", LE, {"annee": 2026, "libellé": "Liévin « été »"})
    return journal


def test_events_come_back_in_order(journal: Journal) -> None:
    first, second = journal.events()
    assert (first.n, first.kind, first.le, first.data) == (1, "contrat-ajoute", LE, {"contrat": "call-2024"})
    assert (second.n, second.data["libellé"]) == (2, "Liévin « été »")


def test_every_cut_of_the_last_line_leaves_the_events_before(journal: Journal) -> None:
    whole = journal.path.read_bytes()
    end_of_first = whole.index(b"\n") + 1
    for cut in range(end_of_first, len(whole)):
        journal.path.write_bytes(whole[:cut])
        assert [e.n for e in journal.events()] == [1]


def test_append_after_a_torn_line_replaces_it(journal: Journal) -> None:
    journal.path.write_bytes(journal.path.read_bytes()[:-7])
    journal.append("campagne-ouverte", LE, {"annee": 2027})
    assert [(e.n, e.data.get("annee")) for e in journal.events()] == [(1, None), (2, 2027)]


def test_a_changed_line_is_found_with_its_number(journal: Journal) -> None:
    text = journal.path.read_text(encoding="utf-8")
    journal.path.write_text(text.replace("call-2024", "call-2025"), encoding="utf-8")
    with pytest.raises(JournalDamaged) as caught:
        journal.events()
    assert caught.value.line == 2
    assert "sauvegarde" in str(caught.value)


def test_a_line_that_is_not_json_is_found(journal: Journal) -> None:
    with journal.path.open("ab") as stream:
        stream.write(b"rien\n")
    with pytest.raises(JournalDamaged) as caught:
        journal.events()
    assert caught.value.line == 3


@given(st.lists(st.text(max_size=20), max_size=5))
def test_any_text_survives(texts: list[str]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder) / "j.jsonl")
        for text in texts:
            journal.append("note", LE, {"texte": text})
        assert [e.data["texte"] for e in journal.events()] == texts
