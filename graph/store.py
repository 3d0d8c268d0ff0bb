"""The only module that touches the RDF database (Oxigraph, in memory)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox

from droitcommun.graph.errors import RdfUnreadable, SparqlRefused
from droitcommun.graph.names import GRAPH, PREFIXES
from droitcommun.graph.parserwords import rdf_reason, sparql_reason

BlankNode = ox.BlankNode
Literal = ox.Literal
Term = ox.NamedNode | ox.BlankNode | ox.Literal
Row = dict[str, Term]
Triple = tuple[ox.NamedNode, ox.NamedNode, Term]

_CONSTRUCT = re.compile(r"^CONSTRUCT\b", re.MULTILINE)
_RESERVE = b"#reserve-"  # what a cell said that could not be read: not a place, rules look at it
# The graph of the cells that nodes were read from, when they are set aside.
CELLS = GRAPH + "cellules"
# The graph of what queries do not see for a while.
_HIDDEN = ox.NamedNode(GRAPH + "hors-champ")
_WHOLE = (ox.DefaultGraph(), ox.NamedNode(CELLS), _HIDDEN)
_FORMATS = {".ttl": ox.RdfFormat.TURTLE, ".nq": ox.RdfFormat.N_QUADS, ".trig": ox.RdfFormat.TRIG}


class Store:
    """Triples in memory. Queries see the default graph, which the caller fills with what is current."""

    def __init__(self) -> None:
        self._store = ox.Store()

    @classmethod
    def from_turtle(cls, *texts: str) -> Store:
        """Return a store whose default graph holds the given Turtle documents (prefixes of names.py preset)."""
        store = cls()
        header = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items())
        for text in texts:
            store._store.load(header + text, format=ox.RdfFormat.TURTLE)
        return store

    def load(self, path: Path, graph: str | None = None) -> None:
        """Add a Turtle, TriG or N-Quads file, into *graph* or the default graph when the format has no graphs.

        Raises RdfUnreadable with the place of the fault.
        """
        self.load_bytes(path.read_bytes(), path.suffix, graph, name=path)

    def load_bytes(self, data: bytes, suffix: str, graph: str | None = None, name: Path | str = "") -> None:
        """Add the content of a file given as bytes; *suffix* tells its format."""
        self._load(data, _FORMATS[suffix], graph, name)

    def load_unnamed(self, data: bytes, graph: str, name: Path | str = "", cells: str | None = None) -> None:
        """Add the N-Quads of one named graph to the default graph. Raises RdfUnreadable.

        What is said of cells and columns, whose IRIs begin with *cells*, is set aside in the graph CELLS when given.

        Ten times faster than passing its triples through Python: a graph file holds one graph, whose name ends each
        line, and a line break inside a literal is always escaped. The IRIs and languages that we wrote ourselves are
        not looked into again, which takes a third of the time; a line that is not N-Quads is still refused.
        """
        bare = data.replace(f" <{graph}> .\n".encode(), b" .\n")
        if cells is not None:
            bare, aside = _parted(bare, f"<{cells}".encode())
            self._load(aside, ox.RdfFormat.N_TRIPLES, CELLS, name, lenient=True)
        self._load(bare, ox.RdfFormat.N_QUADS, None, name, lenient=True)

    def _load(
        self, data: bytes, form: ox.RdfFormat, graph: str | None, name: Path | str, lenient: bool = False
    ) -> None:
        target = ox.NamedNode(graph) if graph else None
        try:
            self._store.load(data, format=form, to_graph=target, lenient=lenient)
        except (SyntaxError, ValueError) as error:
            raise RdfUnreadable(name, rdf_reason(error)) from error

    def add(self, triples: Iterable[Triple]) -> None:
        """Add triples to the default graph."""
        self._store.extend(ox.Quad(s, p, o) for s, p, o in triples)

    def remove(self, triples: Iterable[Triple]) -> None:
        """Take triples out of the default graph."""
        for s, p, o in triples:
            self._store.remove(ox.Quad(s, p, o))

    @contextmanager
    def hiding(self, nodes: Iterable[str], triples: Iterable[Triple] = ()) -> Iterator[None]:
        """Keep what is said of *nodes* (IRIs, blank nodes as « _:x »), and *triples*, out of the default graph.

        Queries do not see them meanwhile; who looks at one node (about, pointing) still does.
        """
        found = {ox.Quad(s, p, o) for s, p, o in triples}
        for key in nodes:
            if node := _node(key):
                found.update(self._store.quads_for_pattern(node, None, None, ox.DefaultGraph()))
        try:
            self._store.extend(ox.Quad(q.subject, q.predicate, q.object, _HIDDEN) for q in found)
            for quad in found:
                self._store.remove(quad)
            yield
        finally:
            self._store.remove_graph(_HIDDEN)
            self._store.extend(found)

    def objects(self, subject: str, predicate: str) -> list[Term]:
        """Return what the default graph says of a thing by one property, sorted."""
        found = self._store.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(predicate), None, ox.DefaultGraph())
        return sorted((cast(Term, quad.object) for quad in found), key=str)

    def subjects(self, predicate: str, value: str) -> list[str]:
        """Return the IRIs of the things that have the IRI *value* as a value of one property, sorted."""
        found = self._store.quads_for_pattern(None, ox.NamedNode(predicate), ox.NamedNode(value), ox.DefaultGraph())
        return sorted(cast(ox.NamedNode, quad.subject).value for quad in found)

    def about(self, subject: str) -> Iterator[tuple[str, Term]]:
        """Yield each property and value of a node (an IRI, or « _:x »); what is aside or hidden is looked at too."""
        node = _node(subject)
        for graph in _WHOLE if node else ():
            for quad in self._store.quads_for_pattern(node, None, None, graph):
                yield quad.predicate.value, cast(Term, quad.object)

    def pointing(self, predicate: str, value: str) -> Iterator[Term]:
        """Yield the nodes that have the node *value* (an IRI, or « _:x ») as a value of one property; as about()."""
        node, name = _node(value), ox.NamedNode(predicate)
        for graph in _WHOLE if node else ():
            for quad in self._store.quads_for_pattern(None, name, node, graph):
                yield cast(Term, quad.subject)

    def around(self, start: Iterable[str], forwards: Iterable[str], backwards: Iterable[str]) -> list[Triple]:
        """Return what the default graph says, by the predicates *forwards*, of *start* and of all that they lead to.

        The predicates *backwards* lead from a node to what points to it.
        """
        names, back = set(map(ox.NamedNode, forwards)), list(map(ox.NamedNode, backwards))
        quads, default = self._store.quads_for_pattern, ox.DefaultGraph()
        found: set[Any] = {node for key in start if (node := _node(key))}
        todo, kept = list(found), list[Triple]()
        while todo:
            node = todo.pop()
            said = [quad for quad in quads(node, None, None, default) if quad.predicate in names]
            kept += [cast(Triple, (quad.subject, quad.predicate, quad.object)) for quad in said]
            near = [quad.object for quad in said if not isinstance(quad.object, Literal)]
            near += [quad.subject for name in back for quad in quads(None, name, node, default)]
            new = set(near) - found
            found |= new
            todo += new
        return kept

    def every_subject(self) -> Iterator[Term]:
        """Yield the subject of each triple; as about()."""
        for graph in _WHOLE:
            for quad in self._store.quads_for_pattern(None, None, None, graph):
                yield cast(Term, quad.subject)

    def pairs(self, predicate: str) -> Iterator[tuple[ox.NamedNode, Term]]:
        """Yield the subject and the object of each triple of one property."""
        for quad in self._store.quads_for_pattern(None, ox.NamedNode(predicate), None, ox.DefaultGraph()):
            yield cast(ox.NamedNode, quad.subject), cast(Term, quad.object)

    def select(self, query: str, bindings: Mapping[str, Term] | None = None) -> list[Row]:
        """Run a SELECT; unbound variables are absent from a row. Prefixes of names.py are preset.

        Raises SparqlRefused when the text is not a SELECT, or is wrong.
        """
        return self.select_with_columns(query, bindings)[1]

    def select_with_columns(
        self, query: str, bindings: Mapping[str, Term] | None = None, limit: int | None = None
    ) -> tuple[list[str], list[Row]]:
        """Run a SELECT and return its column names, then its rows (the first *limit* of them).

        Raises SparqlRefused as select does.
        """
        result = self._run(query, bindings)
        if not isinstance(result, ox.QuerySolutions):
            raise SparqlRefused("SELECT attendu")
        names = [v.value for v in result.variables]
        rows: list[Row] = []
        for solution in islice(result, limit):
            row: Row = {}
            for name in names:
                value = solution[name]
                if value is not None:
                    row[name] = cast(Term, value)
            rows.append(row)
        return names, rows

    def ask(self, query: str, bindings: Mapping[str, Term] | None = None) -> bool:
        """Run an ASK. Raises SparqlRefused as select does."""
        result = self._run(query, bindings)
        if not isinstance(result, ox.QueryBoolean):
            raise SparqlRefused("ASK attendu")
        return bool(result)

    def construct(
        self, query: str, bindings: Mapping[str, Term] | None = None, limit: int | None = None
    ) -> list[Triple]:
        """Run a CONSTRUCT and return its triples (the first *limit* of them). Raises SparqlRefused as select does."""
        result = self._run(query, bindings)
        if not isinstance(result, ox.QueryTriples):
            raise SparqlRefused("CONSTRUCT attendu")
        return [cast(Triple, (t.subject, t.predicate, t.object)) for t in islice(result, limit)]

    def infer(self, query: str) -> None:
        """Add to the default graph what a CONSTRUCT gives on it. Raises SparqlRefused as select does.

        The database does it alone: the triples do not pass through Python, whose other threads go on meanwhile.
        """
        try:
            self._store.update(_CONSTRUCT.sub("INSERT", query, count=1), prefixes=PREFIXES)
        except SyntaxError as error:
            raise SparqlRefused(sparql_reason(error)) from error

    def _run(
        self, query: str, bindings: Mapping[str, Term] | None
    ) -> ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean:
        substitutions: dict[ox.Variable, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple] = {
            ox.Variable(name): term for name, term in (bindings or {}).items()
        }
        try:
            return self._store.query(query, prefixes=PREFIXES, substitutions=substitutions)
        except SyntaxError as error:
            raise SparqlRefused(sparql_reason(error)) from error

    def triples(self, graph: str | None = None) -> Iterator[Triple]:
        """Yield the triples of a named graph, or of the default graph when None."""
        name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
        for quad in self._store.quads_for_pattern(None, None, None, name):
            yield cast(Triple, (quad.subject, quad.predicate, quad.object))

    def ntriples(self) -> str:
        """Return the default graph as N-Triples, for engines that keep their own graph."""
        data = self._store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
        return cast(bytes, data).decode()

    def __len__(self) -> int:
        return sum(1 for _ in self.triples())


def _parted(lines: bytes, start: bytes) -> tuple[bytes, bytes]:
    """Return the lines that do not begin with *start*, and those that do; they are sorted, and stand together."""
    first = 0 if lines.startswith(start) else lines.find(b"\n" + start) + 1
    if not lines.startswith(start, first):
        return lines, b""
    end = lines.find(b"\n", lines.rfind(b"\n" + start) + 1) + 1 or len(lines)
    cells: tuple[list[bytes], list[bytes]] = ([], [])
    for line in lines[first:end].splitlines(keepends=True):
        cells[_RESERVE in line.split(b" ", 1)[0]].append(line)
    return b"".join((lines[:first], *cells[True], lines[end:])), b"".join(cells[False])


def _node(key: str) -> ox.NamedNode | ox.BlankNode | None:
    """Return the term of a key, None when it is neither an IRI nor a blank node."""
    try:
        return ox.BlankNode(key[2:]) if key.startswith("_:") else ox.NamedNode(key)
    except ValueError:
        return None


def read_triples(data: bytes, suffix: str, name: Path | str = "") -> list[Triple]:
    """Return the triples of a file given as bytes; *suffix* tells its format. Raises RdfUnreadable."""
    try:
        quads = list(ox.parse(data, format=_FORMATS[suffix], rename_blank_nodes=True))
    except (SyntaxError, ValueError) as error:
        raise RdfUnreadable(name, rdf_reason(error)) from error
    return [cast(Triple, (quad.subject, quad.predicate, quad.object)) for quad in quads]


def sorted_nquads(triples: Iterable[Triple], graph: str) -> bytes:
    """Return one named graph as sorted N-Quads: the same triples always give the same bytes."""
    name = ox.NamedNode(graph)
    lines = {f"{ox.Quad(s, p, o, name)} .\n" for s, p, o in triples}
    return "".join(sorted(lines)).encode()


def pretty(triples: Iterable[Triple], graph: str | None = None) -> bytes:
    """Return Turtle, or TriG in one named *graph*: our prefixes, one paragraph a subject, all in order."""
    ordered = sorted(triples, key=lambda t: (t[0].value, t[1].value, str(t[2])))
    prefixes = {**PREFIXES, "owl": "http://www.w3.org/2002/07/owl#"}
    if graph is None:
        data = ox.serialize((ox.Triple(*t) for t in ordered), format=ox.RdfFormat.TURTLE, prefixes=prefixes)
    else:
        name = ox.NamedNode(graph)
        data = ox.serialize((ox.Quad(*t, name) for t in ordered), format=ox.RdfFormat.TRIG, prefixes=prefixes)
    return cast(bytes, data)


def fingerprint(files: Iterable[bytes]) -> str:
    """Return the SHA-256 of the sorted N-Quads of several graph files taken together."""
    lines = sorted(line for data in files for line in data.splitlines(keepends=True))
    return hashlib.sha256(b"".join(lines)).hexdigest()


def iri(value: str) -> ox.NamedNode:
    """Return an IRI term."""
    return ox.NamedNode(value)


def literal(value: str | bool | int, datatype: str | None = None, lang: str | None = None) -> ox.Literal:
    """Return a literal term; *datatype* is an XSD local name such as "date" or "gYear", or an IRI."""
    if lang:
        return ox.Literal(str(value), language=lang)
    if datatype:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        whole = datatype if ":" in datatype else PREFIXES["xsd"] + datatype
        return ox.Literal(text, datatype=ox.NamedNode(whole))
    return ox.Literal(value)
