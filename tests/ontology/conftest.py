"""Graphs of the ontology, and the contract document when it is there."""

from __future__ import annotations

import csv
import re
import unicodedata
from html import unescape
from pathlib import Path

import pytest
from rdflib import Graph

ROOT = Path(__file__).parents[2]
SHARED = ROOT / ".." / "shared"
CONTRAT = ROOT / "ontology" / "contrats" / "call-2024"
ABSENT = "données réelles absentes (../shared)"


def parse(*paths: Path) -> Graph:
    graph = Graph(bind_namespaces="none")
    for path in paths:
        graph.parse(path, format="turtle")
    return graph


def fold(text: str) -> str:
    """Return the letters and digits of *text*, decimal commas kept: no markup, accents, case, spaces or punctuation."""
    text = re.sub(r"<(?!https?:)[^>]+>", " ", unescape(text))
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    text = re.sub(r"(?<=\d),(?=\d)", "_", text)
    return re.sub(r"[^a-z0-9%€_]", "", text.casefold())


class Document:
    """The lines of the contract document, numbered from 1."""

    def __init__(self, path: Path) -> None:
        self.lines = path.read_text(encoding="utf-8").split("\n")

    def text(self, reference: str) -> str:
        """Return the lines of « L12 » or « L12-15 »."""
        match = re.fullmatch(r"L(\d+)(?:-(\d+))?", reference)
        assert match, f"référence de ligne mal écrite : {reference}"
        return "\n".join(self.lines[int(match[1]) - 1 : int(match[2] or match[1])])

    def says(self, quotation: str, reference: str) -> bool:
        """Tell whether the cited lines hold the quotation."""
        return bool(fold(quotation)) and fold(quotation) in fold(self.text(reference))


@pytest.fixture(scope="session")
def vocabulary() -> Graph:
    return parse(ROOT / "ontology" / "droit-commun.ttl", ROOT / "ontology" / "observation.ttl")


@pytest.fixture(scope="session")
def codes() -> Graph:
    return parse(*sorted((ROOT / "ontology" / "codes").glob("*.ttl")))


@pytest.fixture(scope="session")
def contract() -> Graph:
    return parse(*sorted(CONTRAT.glob("*.ttl")))


@pytest.fixture(scope="session")
def document() -> Document:
    path = SHARED / "contract" / "000_b8e9fda4d934338e.txt"
    if not path.exists():
        pytest.skip(ABSENT)
    return Document(path)


def _rows(name: str) -> list[dict[str, str]]:
    path = SHARED / "data" / name
    if not path.exists():
        pytest.skip(ABSENT)
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="session")
def official_qpv() -> list[dict[str, str]]:
    return _rows("qpv/qpv_call_2024_codes.csv")


@pytest.fixture(scope="session")
def official_communes() -> list[dict[str, str]]:
    return _rows("communes/communes_contrat_call.csv")
