"""The addresses of contributors, read from the personal graphs. Only a product of profile « interne » may ask."""

from __future__ import annotations

import re
from dataclasses import dataclass

from droitcommun.graph.checks.nodes import Nodes
from droitcommun.graph.names import PREFIXES, cdv
from droitcommun.graph.workspace import Workspace

_TYPE = PREFIXES["rdf"] + "type"
_EMAIL = "http://www.w3.org/2006/vcard/ns#hasEmail"
_NAME = "http://xmlns.com/foaf/0.1/name"
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True)
class Contact:
    """Somebody to write to."""

    nom: str
    courriel: str


def read_contacts(workspace: Workspace, contrat: str, annee: int) -> dict[tuple[str, str], tuple[Contact, ...]]:
    """Return the contacts of each (organisme, service): those of campagne *annee*, else of the campagne before it.

    What is not an address is left out.
    """
    found: dict[tuple[str, str], tuple[Contact, ...]] = {}
    entries = [e for e in workspace.graphs.entries("personnel", contrat) if e.annee in (annee - 1, annee)]
    for entry in sorted(entries, key=lambda e: e.annee or 0):
        nodes = Nodes(workspace.graphs.triples(entry))
        held = []
        for node in nodes.subjects(_TYPE, cdv("Titulaire")):
            mails = (text.removeprefix("mailto:") for text in nodes.keys(node, _EMAIL))
            held += [Contact(nodes.key(node, _NAME) or "", mail) for mail in mails if _ADDRESS.fullmatch(mail)]
        if held and entry.organisme:
            found[entry.organisme, entry.service or ""] = tuple(held)
    return found
