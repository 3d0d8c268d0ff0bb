"""Every command, question, rule and word is documented, and the pages are in step with their sources."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from droitcommun.cli.main import COMMANDS
from droitcommun.graph.catalogue import load_catalogue
from droitcommun.graph.reference import reference_store

DOCS = Path(__file__).parents[2] / "docs"
ROOT = DOCS.parent


def load_generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


generator = load_generator()


def written(name: str) -> str:
    return (DOCS / "reference" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", list(generator.PAGES))
def test_the_page_is_in_step(name: str) -> None:
    assert written(name) == generator.page(name), "lancez « make docs »"


def test_every_command_is_documented() -> None:
    headings = re.findall(r"^## (.+)$", written("commandes.md"), re.MULTILINE)
    assert sorted({heading.split()[0] for heading in headings}) == sorted(COMMANDS)
    assert {"campagne open", "campagne status", "campagne list", "campagne close"} <= set(headings)


def test_every_question_is_documented() -> None:
    assert re.findall(r"^## (.+)$", written("requetes.md"), re.MULTILINE) == list(load_catalogue())


def declared_rules() -> set[str]:
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "shapes").glob("*.ttl"))
    return {code for text in texts for code in re.findall(r"^cdvsh:(R-\w+) a .*cdv:Regle", text, re.MULTILINE)}


def test_every_rule_is_documented_whole() -> None:
    checked, _, unchecked = written("regles.md").partition("## Ce qui n'est pas vérifié")
    described = re.findall(r"^## (R-\S+) : .+$", checked, re.MULTILINE)
    listed = re.findall(r"^\| (R-\S+) \|", unchecked, re.MULTILINE)
    assert sorted(described + listed) == sorted(declared_rules())
    assert not re.search(r"^- (?!constats).* : *$|\*\*\*\*|^- constats :\n(?!  - )", checked, re.MULTILINE)


def test_every_word_is_documented() -> None:
    declared = {
        row["t"].value.partition("#")[2]
        for row in reference_store().select(
            'SELECT ?t { ?t rdfs:isDefinedBy ?o . FILTER(STRSTARTS(STR(?t), "https://w3id.org/droit-commun/def#")) }'
        )
    }
    rows = re.findall(r"^\| `cdv:(\w+)` \| (.+?) \| (.+?) \|", written("vocabulaire.md"), re.MULTILINE)
    assert {name for name, _, _ in rows} == declared
    assert all(label.strip() and definition.strip() for _, label, definition in rows)


@pytest.mark.parametrize("path", [*DOCS.glob("*.md"), *ROOT.glob("*.md")], ids=lambda p: p.name)
def test_links_between_pages_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target
