"""Namespaces, and IRIs minted from codes, never from labels."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import quote

BASE = "https://w3id.org/droit-commun/"
VOCABULARY = BASE + "def"
CDV = VOCABULARY + "#"
CODES = BASE + "codes/"
ID = BASE + "id/"
GRAPH = BASE + "graph/"
SHAPES = BASE + "shapes#"
# The structure that every cube of observations follows (ontology/observation.ttl).
STRUCTURE = VOCABULARY + "/structure-observations"

PREFIXES: dict[str, str] = {
    "cdv": CDV,
    "code": CODES,
    "id": ID,
    "cdvsh": SHAPES,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "org": "http://www.w3.org/ns/org#",
    "qb": "http://purl.org/linked-data/cube#",
    "sdmx-dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
    "sdmx-measure": "http://purl.org/linked-data/sdmx/2009/measure#",
    "sdmx-attribute": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "sh": "http://www.w3.org/ns/shacl#",
    "geo": "http://www.opengis.net/ont/geosparql#",
}

# A code becomes the end of an IRI, and of names of folders. That of a municipality is INSEE's: five characters, Corsica
# under 2A and 2B; « 00 » is that of no department, and serves fictitious contracts. That of a district is ANCT's: its
# department in three characters. The rule R-S3 holds it to the same form.
CODE_FORMS: dict[str, re.Pattern[str]] = {
    "qpv": re.compile(r"QN([0-9]{3}|02[AB])[0-9]{2}[A-Z]"),
    "commune": re.compile(r"([013-8][0-9]|2[1-9AB]|9[0-578])[0-9]{3}"),
    "ambition": re.compile(r"[A-Za-z0-9]+(\.[A-Za-z0-9]+)*"),
    "organisme": re.compile(r"[a-z0-9]+(-[a-z0-9]+)*"),
    "siren": re.compile(r"[0-9]{9}"),
}
ANY_CODE = re.compile(r"[A-Za-z0-9]+([.-][A-Za-z0-9]+)*")


def slug(text: str) -> str:
    """Return *text* as an ASCII, lower case, hyphenated code (« Insertion & emploi » gives insertion-emploi)."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")


def folder_code(text: str, limit: int = 60) -> str:
    """Return the slug of a free text, never empty and never too long for a file name; a cut one keeps a fingerprint."""
    code = slug(text) or "_"
    if len(code) <= limit:
        return code
    return f"{code[: limit - 9].rstrip('-')}-{hashlib.sha256(code.encode()).hexdigest()[:8]}"


def _path(*parts: object) -> str:
    return "/".join(quote(str(part), safe="-._~") for part in parts)


def cdv(term: str) -> str:
    """Return the IRI of a term of the vocabulary."""
    return CDV + term


def code_iri(scheme: str, code: str) -> str:
    """Return the IRI of a shared code, as code_iri("phase", "prevu")."""
    return CODES + _path(scheme, code)


def shared_iri(kind: str, code: str) -> str:
    """Return the IRI of a thing several contracts share: an organisme, a QPV, a commune, an EPCI."""
    return ID + _path(kind, code)


def contrat_iri(contrat: str) -> str:
    """Return the IRI of a contract from its code."""
    return ID + _path("contrat", contrat)


def contract_thing(contrat: str, kind: str, *codes: object) -> str:
    """Return the IRI of a thing that belongs to one contract, as contract_thing("call-2024", "ambition", "A1.1")."""
    return ID + _path(contrat, kind, *codes)


def graph_iri(contrat: str, *parts: object) -> str:
    """Return the IRI of a named graph of one contract."""
    return GRAPH + _path(contrat, *parts)


def local_code(iri: str) -> str:
    """Return the last segment of one of our IRIs, that is its code."""
    return re.split(r"[/#]", iri)[-1]


def body_of_commune(commune: str) -> str:
    """Return the name of the body of a municipality: « Commune d'Angres », « Commune du Touquet »."""
    for article, contracted in (("Le ", "du "), ("Les ", "des ")):
        if commune.startswith(article):
            return f"Commune {contracted}{commune.removeprefix(article)}"
    vowel = slug(commune[:1]) in tuple("aeiouy") or commune[:1] in "Œœ"
    return f"Commune d'{commune}" if vowel else f"Commune de {commune}"
