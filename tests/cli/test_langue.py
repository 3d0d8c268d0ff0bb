"""The catalogues: click's sentences in French, ours in English, both compiled from what is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import droitcommun.graph

LOCALE = Path(droitcommun.graph.__file__).parent / "locale"

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
