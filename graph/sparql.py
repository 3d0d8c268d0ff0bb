"""Ad hoc SPARQL from a user: read-only, and nothing leaves the machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from droitcommun.graph.errors import SparqlRefused
from droitcommun.graph.langue import _
from droitcommun.graph.names import PREFIXES
from droitcommun.graph.store import Row, Store, Triple


@dataclass(frozen=True)
class Answer:
    """The answer to a SELECT (columns and rows), an ASK (`truth`) or a CONSTRUCT (sorted triples)."""

    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    truth: bool | None = None
    triples: tuple[Triple, ...] | None = None


def ask_store(store: Store, text: str) -> Answer:
    """Run *text* on the active dataset.

    Raises SparqlRefused on a wrong text, an update, or a SERVICE (which would leave the machine).
    """
    # A lone \r ends a comment for one parser and not for the other: what is vetted must be what is run.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    form = _form(text)
    if form == "SelectQuery":
        columns, rows = store.select_with_columns(text)
        return Answer(tuple(columns), tuple(rows))
    if form == "AskQuery":
        return Answer(truth=store.ask(text))
    return Answer(triples=tuple(sorted(store.construct(text), key=str)))


def _form(text: str) -> str:
    """Return the query form as rdflib's parser names it. Raises SparqlRefused."""
    from pyparsing import ParseException
    from rdflib.plugins.sparql.parser import parseQuery

    header = "".join(f"PREFIX {p}: <{iri}>\n" for p, iri in PREFIXES.items())
    try:
        tree = parseQuery(header + text)
    except ParseException as error:
        place = _("ligne {l}, colonne {c}").format(l=error.lineno - len(PREFIXES), c=error.column)
        raise SparqlRefused(
            _("elle ne se lit pas comme une lecture SPARQL 1.1 ({place})").format(place=place)
        ) from error
    if _uses_service(tree):
        raise SparqlRefused(_("SERVICE interroge une autre machine"))
    return str(tree[1].name)


def _uses_service(node: Any) -> bool:
    if getattr(node, "name", None) == "ServiceGraphPattern":
        return True
    if isinstance(node, dict):
        return any(_uses_service(child) for child in node.values())
    if isinstance(node, str) or not hasattr(node, "__iter__"):
        return False
    return any(_uses_service(child) for child in node)
