"""The catalogues: click's sentences in French, ours in English, both compiled from what is written."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import droitcommun.graph

LOCALE = Path(droitcommun.graph.__file__).parent / "locale"

PLACE = re.compile(r"\{(\w+)")

# Sentences that only a programmer's mistake can show.
FOR_PROGRAMMERS = {
    "Arguments take exactly one parameter declaration, got {length}: {decls}.",
    "Boolean option {decl!r} cannot use the same flag for true/false.",
    "Choice({choices})",
    "Could not determine name for option with declarations {decls!r}",
    "Name '{name}' defined twice",
    "No options defined but a name was passed ({name}). Did you mean to declare an argument instead? "
    "Did you mean to pass '--{name}'?",
    "Unknown color {colour!r}",
    "Unknown standard stream '{name}'",
}


def catalogue(langue: str, kind: str = "po") -> Catalog:
    path = LOCALE / langue / "LC_MESSAGES" / f"droitcommun.{kind}"
    with path.open("rb") as stream:
        return read_po(stream, locale=langue) if kind == "po" else read_mo(stream)


def forms(text: str | Sequence[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def entries(found: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    return {forms(m.id): forms(m.string) for m in found if m.id and any(forms(m.string))}


def test_every_sentence_of_click_is_in_french() -> None:
    said = {forms(message) for _, _, message, _, _ in extract_from_dir(Path(click.__file__).parent)}
    translated = entries(catalogue("fr"))
    assert {m for m in said if m not in translated} - {(m,) for m in FOR_PROGRAMMERS} == set()


@pytest.mark.parametrize("langue", ["fr", "en"])
def test_the_compiled_catalogue_is_in_step(langue: str) -> None:
    assert entries(catalogue(langue, "mo")) == entries(catalogue(langue)), "lancez « make messages »"


def ours() -> set[tuple[str, ...]]:
    """Return every sentence of the code and of the templates that is marked for translation."""
    mapping = LOCALE / "babel.cfg"
    with mapping.open(encoding="utf-8") as stream:
        methods, options = parse_mapping_cfg(stream)
    folders = (LOCALE.parent, LOCALE.parent.parent / "cli")
    return {
        forms(message)
        for folder in folders
        for _, _, message, _, _ in extract_from_dir(folder, method_map=methods, options_map=options)
    }


def test_every_sentence_of_ours_is_in_english() -> None:
    translated = entries(catalogue("en"))
    said = ours()
    assert len(said) > 300
    assert sorted(said - set(translated)) == [], "« make messages », puis traduisez ce qui est vide"
    assert sorted(set(translated) - said) == [], "« make messages » retire ce qui n'est plus dit"


def test_no_sentence_hides_in_an_f_string() -> None:
    # Babel does not look inside f-strings: a sentence said only there would stay French, unseen by the test above.
    said = {source[0] for source in entries(catalogue("en"))}
    hidden = {
        call.args[0].value
        for folder in (LOCALE.parent, LOCALE.parent.parent / "cli")
        for path in folder.rglob("*.py")
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("_", "ngettext")
        if isinstance(call.args[0], ast.Constant)
    }
    assert hidden - said == set()


def places(texts: Sequence[str]) -> set[str]:
    return {place for text in texts for place in PLACE.findall(text)}


def test_an_english_sentence_keeps_the_places_to_fill() -> None:
    for source, translation in entries(catalogue("en")).items():
        assert places(translation) == places(source), source


def test_a_french_sentence_of_click_fills_no_other_place() -> None:
    for source, translation in entries(catalogue("fr")).items():
        assert places(translation) <= places(source), source
