"""Ad hoc SPARQL from a user: read-only, nothing leaves the machine, and it ends in time."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from droitcommun.graph.errors import SparqlRefused, SparqlStopped
from droitcommun.graph.langue import _, langue, set_langue
from droitcommun.graph.names import PREFIXES
from droitcommun.graph.store import Row, Store, Triple


@dataclass(frozen=True)
class Answer:
    """The answer to a SELECT (columns and rows), an ASK (`truth`) or a CONSTRUCT (sorted triples).

    `cut` says that there was more than the limit of rows.
    """

    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    truth: bool | None = None
    triples: tuple[Triple, ...] | None = None
    cut: bool = False


def ask_store(store: Store, text: str, seconds: float | None = None, rows: int | None = None) -> Answer:
    """Run *text* on the active dataset.

    *seconds* runs it in a process of its own, stopped when they are over (the engine cannot be interrupted);
    *rows* keeps the first rows or triples only. None sets no limit.
    Raises SparqlRefused on a wrong text, an update, a SERVICE (which would leave the machine), or another graph than
    the only one there is (FROM, GRAPH); and SparqlStopped.
    """
    if seconds is None:
        return _answer(store, text, rows)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    # The answer alone crosses back: the time is counted from the moment the process has read the graph.
    process = context.Process(target=_work, args=(theirs, langue(), text, rows), daemon=True)
    process.start()
    theirs.close()
    try:
        ours.send(store.ntriples())
        ours.recv()
        if not ours.poll(seconds):
            raise SparqlStopped(seconds)
        found = ours.recv()
    except (EOFError, BrokenPipeError) as error:
        raise SparqlStopped(None) from error
    finally:
        process.kill()
        process.join()
        ours.close()
    if isinstance(found, SparqlRefused):
        raise found
    assert isinstance(found, Answer)  # noqa: S101
    return found


def _work(connection: Connection, lang: str, text: str, rows: int | None) -> None:
    """Answer one query in the process made for it."""
    set_langue(lang)
    store = Store()
    store.load_bytes(connection.recv().encode(), ".nq")
    connection.send(None)
    try:
        connection.send(_answer(store, text, rows))
    except SparqlRefused as error:
        connection.send(error)


def _answer(store: Store, text: str, limit: int | None) -> Answer:
    # A lone \r ends a comment for one parser and not for the other: what is vetted must be what is run.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    form = _form(text)
    # One more than asked for tells whether something is left.
    asked = None if limit is None else limit + 1
    if form == "SelectQuery":
        columns, rows = store.select_with_columns(text, limit=asked)
        return Answer(tuple(columns), tuple(rows[:limit]), cut=limit is not None and len(rows) > limit)
    if form == "AskQuery":
        return Answer(truth=store.ask(text))
    triples = store.construct(text, limit=asked)
    return Answer(triples=tuple(sorted(triples[:limit], key=str)), cut=limit is not None and len(triples) > limit)


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
    except RecursionError as error:
        raise SparqlRefused(_("elle est trop imbriquée")) from error
    nodes = list(_nodes(tree))
    used = {node.name for node in nodes}
    if "ServiceGraphPattern" in used:
        raise SparqlRefused(
            _(
                "SERVICE interroge une autre machine ; retirez ce bloc, et recevez ce qu'il irait chercher en tableau, "
                "avec « droitcommun ingest »"
            )
        )
    # One graph holds all that may be asked for: these would read nothing, and answer that there is nothing.
    if used & {"DatasetClause", "GraphGraphPattern"}:
        raise SparqlRefused(
            _(
                "FROM, FROM NAMED et GRAPH désignent d'autres graphes, et il n'y en a qu'un ici ; retirez-les : sans "
                "eux, la requête porte sur tout ce qui est lisible"
            )
        )
    declared, asked = ({dict(n).get("prefix", "") for n in nodes if n.name == kind} for kind in ("PrefixDecl", "pname"))
    if unknown := sorted(asked - declared):
        raise SparqlRefused(
            _("le préfixe « {prefixe}: » n'est pas connu ; écrivez en tête « PREFIX {prefixe}: <adresse> »").format(
                prefixe=unknown[0]
            )
        )
    return str(tree[1].name)


def _nodes(node: Any) -> Iterator[Any]:
    """Yield the named nodes of a parsed query, as rdflib gives them."""
    if isinstance(getattr(node, "name", None), str) and isinstance(node, dict):
        yield node
    if isinstance(node, str) or not hasattr(node, "__iter__"):
        return
    for child in node.values() if isinstance(node, dict) else node:
        yield from _nodes(child)
