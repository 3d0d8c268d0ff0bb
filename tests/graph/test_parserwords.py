"""Where and why a text does not parse, said in the user's language, with nothing of the parser's own words."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droitcommun.graph.classeurs.tablemapping import parse_mapping
from droitcommun.graph.errors import JournalDamaged, MappingInvalid, RdfUnreadable, SettingsInvalid, SparqlRefused
from droitcommun.graph.journal import Journal
from droitcommun.graph.parserwords import json_reason, rdf_reason, toml_reason
from droitcommun.graph.settings import read_settings
from droitcommun.graph.store import Store

TURTLE = '@prefix a: <https://exemple.fr/> .\na:un a:dit "é"@fr ;\n  a:vaut 12.5 , [ a:de a:deux ] .\n'
TOML = 'titre = "Un"\nlistes = [1, 2]\n[partie]\ncle = { a = 1 }\n'
JSON = '[{"a": 1, "b": [true, null]}, {"a": "\\u00e9"}]'


def rdf(text: str, suffix: str = ".ttl") -> str:
    with pytest.raises(RdfUnreadable) as caught:
        Store().load_bytes(text.encode(), suffix, name="a.ttl")
    return caught.value.reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<http://a> <http://b> 1\n<http://c> <http://d> 2 .", "ligne 2, colonne 1 : il manque le point"),
        ('<http://a> <http://b> "x', "ligne 1, colonne 23 : le fichier s'arrête"),
        ("\n\nz:a z:b 1 .", "ligne 3, colonne 1 : le préfixe « z: » n'est pas déclaré"),
        ("<a> <b> 1 .", "ligne 1, colonne 1 : une adresse entre < > n'est pas complète"),
        ("<http://a b> <http://b> 1 .", "ligne 1, colonne 1 : une adresse ou un nom avec préfixe contient"),
        ("<http://a> bof 1 .", "ligne 1, colonne 12 : « bof » n'est pas une propriété"),
        ("<http://a> <http://b> bof .", "ligne 1, colonne 23 : « bof » n'est pas une valeur"),
        ("bof <http://b> 1 .", "ligne 1, colonne 1 : « bof » ne peut pas commencer un énoncé"),
        ("@prefix a <http://b> .", "ligne 1, colonne 9 : un préfixe se déclare ainsi"),
        ('<http://a> <http://b> "a\nb" .', "ligne 1, colonne 25 : un texte sur plusieurs lignes"),
        ('<http://a> <http://b> "\\q" .', "ligne 1, colonne 24 : « \\ » dans un texte"),
    ],
)
def test_turtle(text: str, reason: str) -> None:
    assert rdf(text).startswith(reason)


def test_the_lines_of_n_quads() -> None:
    assert rdf("<http://a> <http://b> 1 .", ".nq").startswith(
        "ligne 1, colonne 23 : on attend ici une adresse complète"
    )
    assert "une ligne ne porte qu'un énoncé" in rdf('<http://a> <http://b> "1" . <http://c> <http://b> "1" .', ".nq")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a = 1\nb", "à la fin du fichier : il manque « = »"),
        ("a = 1\nb = x", "ligne 2, colonne 5 : une valeur manque"),
        ("a = 1 b", "ligne 1, colonne 7 : une ligne ne dit qu'une chose"),
        ("a = 1\na = 2\n", "ligne 2, colonne 6 : la même clé"),
        ('a = "x', "à la fin du fichier : il manque le guillemet"),
        ('a = "x\n', "ligne 1, colonne 7 : il manque le guillemet"),
        ("[a", "à la fin du fichier : il manque un crochet à la fin d'un titre"),
        ("= 3", "ligne 1, colonne 1 : on attend ici une clé"),
        ("a = 2026-02-31", "ligne 1, colonne 5 : une date s'écrit"),
    ],
)
def test_toml_of_a_mapping_and_of_the_settings(text: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(MappingInvalid) as caught:
        parse_mapping(text, "m")
    assert f"({reason}" in str(caught.value)
    path = tmp_path / "droitcommun.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsInvalid) as said:
        read_settings(path)
    assert said.value.reason.startswith(reason)


def test_settings_that_are_no_text_or_no_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="il n'existe pas"):
        read_settings(tmp_path / "absent.toml")
    (tmp_path / "a.toml").write_bytes(b"\xff")
    with pytest.raises(SettingsInvalid, match="UTF-8"):
        read_settings(tmp_path / "a.toml")


def test_sparql_that_only_the_engine_refuses() -> None:
    with pytest.raises(SparqlRefused) as caught:
        Store().select("SELECT ?x {\n ?s <a b> ?x }")
    assert caught.value.reason == (
        "ligne 2, colonne 10 : une adresse entre < > n'est pas complète, ou contient un caractère interdit"
    )


def test_a_line_of_the_journal_that_is_no_event(tmp_path: Path) -> None:
    (tmp_path / "j.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(JournalDamaged, match="ligne 1 : ce n'est pas un événement"):
        Journal(tmp_path / "j.jsonl").events()


def _damaged(text: str) -> st.SearchStrategy[str]:
    """Texts one piece of which was taken away or added."""
    cut = st.tuples(
        st.integers(0, len(text)), st.integers(0, 3), st.sampled_from(["", '"', "]", "\\", "z:", "<", "=", "\x01"])
    )
    return cut.map(lambda c: text[: c[0]] + c[2] + text[c[0] + c[1] :])


def _refusal(text: str, kind: str) -> tuple[str, str] | None:
    """Return what we say and what the parser said of a text that it refuses."""
    try:
        if kind == "toml":
            tomllib.loads(text)
        elif kind == "json":
            json.loads(text)
        else:
            Store().load_bytes(text.encode(), ".ttl")
    except tomllib.TOMLDecodeError as error:
        return toml_reason(error), str(error)
    except json.JSONDecodeError as error:
        return json_reason(error), error.msg
    except RdfUnreadable as error:
        assert isinstance(error.__cause__, (SyntaxError, ValueError))
        assert error.reason == rdf_reason(error.__cause__)
        return error.reason, str(error.__cause__)
    return None


@given(st.one_of(*(st.tuples(st.just(k), _damaged(t)) for k, t in (("toml", TOML), ("json", JSON), ("ttl", TURTLE)))))
def test_every_refusal_is_said_without_the_parser_s_words(case: tuple[str, str]) -> None:
    kind, text = case
    found = _refusal(text, kind)
    if found is not None:
        said, theirs = found
        assert said.startswith(("ligne ", "à la fin du fichier"))
        english = {"the", "is", "not", "expected", "invalid", "must", "should", "be", "end", "unexpected", "line"}
        assert not english & set(said.lower().split()), (said, theirs)
