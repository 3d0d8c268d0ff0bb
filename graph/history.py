"""From an event to the graphs it makes. A rebuild is this function over the whole journal; so is a live command."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from droitcommun.graph.avenants import forebears
from droitcommun.graph.contractreference import reading_reference, says_effets
from droitcommun.graph.decisiongraph import decision_change
from droitcommun.graph.graphfiles import GraphChange, GraphEntry, GraphFiles
from droitcommun.graph.journal import Event
from droitcommun.graph.names import (
    PREFIXES,
    cdv,
    code_iri,
    contract_thing,
    contrat_iri,
    folder_code,
    graph_iri,
    shared_iri,
)
from droitcommun.graph.originals import Originals
from droitcommun.graph.store import Store, Triple, iri, literal
from droitcommun.graph.takeover import Takeover, lines_of, part_import
from droitcommun.graph.versions import compare

if TYPE_CHECKING:
    from droitcommun.graph.classeurs.form import FormName
    from droitcommun.graph.classeurs.mapped import MapContext, Mapped
    from droitcommun.graph.classeurs.read import RawClasseur

_RDF_TYPE = iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
ERASED = "personne-effacee"
# The status that an event gives to a campagne already open.
STATUTS = {"campagne-close": "close", "campagne-rouverte": "ouverte", "campagne-publiee": "publiee"}


@dataclass(frozen=True)
class Reception:
    """A file received and the way to read it, as the journal keeps it."""

    genre: str
    contrat: str
    annee: int | None
    fichier: str
    sha256: str
    mapping: str | None = None
    mapping_sha256: str | None = None
    confirme: bool = False

    def to_data(self) -> dict[str, Any]:
        """Return the details of the journal's event."""
        return asdict(self)


def part_of_contract(raw: RawClasseur, contrat: str, graphs: GraphFiles) -> RawClasseur:
    """Return what a workbook common to several contracts says of *contrat*; any other file as it is.

    Raises ClasseurRefuse with the rows whose contract is not said.
    """
    from droitcommun.graph.classeurs.commun import contracts_of, part_of

    codes = contracts_of(raw)
    if len(codes) < 2:
        return raw
    title = iri(PREFIXES["dcterms"] + "title")
    titles: dict[str, str] = {}
    for code in codes:
        for entry in graphs.entries("contrat", code):
            said = [o.value for s, p, o in graphs.triples(entry) if p == title and s == iri(contrat_iri(code))]
            titles[code] = min(said, default=code)
    return part_of(raw, contrat, titles)


def map_reception(
    reception: Reception,
    raw: RawClasseur,
    received: date,
    graphs: GraphFiles,
    reference: Store,
    mapping_text: bytes | None = None,
) -> Mapped:
    """Turn a received file into triples and problems, in the light of the version held.

    The file is mapped once to learn whose it is, and again beside that body's current version, and what it declared in
    the campagne before, when there are such. One that holds avenants is read again by the contract that they make.
    """
    from droitcommun.graph.classeurs.mapped import MapContext
    from droitcommun.graph.classeurs.recognise import adopted

    annee = reception.annee
    context = MapContext(
        reference=reference,
        contrat=reception.contrat,
        annee=annee,
        campagne=contract_thing(reception.contrat, "campagne", annee) if annee else None,
        document=contract_thing(reception.contrat, "source", reception.sha256),
        sha256=reception.sha256,
        filename=reception.fichier,
        received=received,
        previous=None,
        confirme=reception.confirme,
    )
    mapper = _mapper(reception, mapping_text)
    if reception.genre != "import" and annee is not None:
        genre: FormName = "recensement" if reception.genre == "recensement" else "pilotage"
        raw = adopted(raw, genre, reception.contrat, annee, reference)
    mapped = mapper(raw, context)
    if reception.genre == "pilotage" and says_effets(mapped.triples):
        amended = reading_reference(graphs, reception.contrat, annee, reception.genre, mapped.triples)
        context = replace(context, reference=amended)
        mapped = mapper(raw, context)
    current = graphs.current(serie_of(reception, mapped))
    last: list[GraphEntry] = []
    if reception.genre == "recensement":
        merged = forebears(reference, mapped.organisme) if mapped.organisme else ()
        last = last_contributions(graphs, reception.contrat, annee, mapped.organisme, mapped.service, merged)
    if current is None and not last:
        return mapped
    previous, before = load_graphs(graphs, [current] if current else []), load_graphs(graphs, last)
    return mapper(raw, replace(context, previous=previous, last_campagne=before))


def load_graphs(graphs: GraphFiles, entries: Sequence[GraphEntry]) -> Store | None:
    """Return the triples of graphs in a store of their own, or None when there is no graph."""
    if not entries:
        return None
    store = Store()
    for entry in entries:
        store.add(graphs.triples(entry))
    return store


def _mapper(reception: Reception, mapping_text: bytes | None) -> Callable[[RawClasseur, MapContext], Mapped]:
    # The readers of workbooks are loaded only when a workbook is read: a check needs none of them.
    from droitcommun.graph.classeurs.map import map_pilotage, map_recensement
    from droitcommun.graph.classeurs.tables import map_table, parse_mapping

    if reception.genre == "recensement":
        return map_recensement
    if reception.genre == "pilotage":
        return map_pilotage
    mapping = parse_mapping((mapping_text or b"").decode("utf-8-sig"), reception.mapping or "")
    return lambda raw, context: map_table(raw, mapping, context)


def serie_of(reception: Reception, mapped: Mapped) -> str:
    """Return the IRI under which the versions of this contribution, pilotage or import stand."""
    if reception.genre == "recensement":
        return _contribution_serie(reception, mapped.organisme, mapped.service)
    if reception.genre == "pilotage":
        return pilotage_serie(reception.contrat, reception.annee)
    stem = folder_code(reception.fichier.rsplit(".", 1)[0])
    return graph_iri(reception.contrat, "import", folder_code(reception.mapping or ""), stem)


def _contribution_serie(reception: Reception, organisme: str | None, service: str | None) -> str:
    return contribution_serie(reception.contrat, reception.annee, organisme, service)


def contribution_serie(contrat: str, annee: int | None, organisme: str | None, service: str | None) -> str:
    """Return the IRI under which the versions of one contribution stand."""
    return graph_iri(contrat, annee, "contribution", organisme or "_", folder_code(service or ""))


def pilotage_serie(contrat: str, annee: int | None) -> str:
    """Return the IRI under which the versions of the co-pilots' workbook of one campagne stand."""
    return graph_iri(contrat, annee, "pilotage")


def last_contributions(
    graphs: GraphFiles,
    contrat: str,
    annee: int | None,
    organisme: str | None,
    service: str | None,
    merged: Iterable[str] = (),
) -> list[GraphEntry]:
    """Return what a service declared in the last campagne before *annee*, then what its like did in bodies *merged*.

    Those of a merged body are left out once the body that follows, or the merged one itself for *annee*, has answered
    since.
    """
    entries = [e for e in graphs.entries("contribution", contrat) if e.annee is not None]
    code = folder_code(service or "")

    def before(body: str | None, same_service: bool = True) -> GraphEntry | None:
        found = [
            e
            for e in entries
            if e.organisme == body
            and (annee is None or (e.annee or 0) < annee)
            and (not same_service or folder_code(e.service or "") == code)
        ]
        return max(found, key=lambda e: e.annee or 0, default=None)

    own, since = before(organisme), before(organisme, same_service=False)
    found = [own] if own else []
    for body in merged:
        last = before(body)
        answered = any(
            e.organisme == body and e.annee == annee and folder_code(e.service or "") == code for e in entries
        )
        if last and not answered and (since is None or (last.annee or 0) >= (since.annee or 0)):
            found.append(last)
    return found


@dataclass(frozen=True)
class Replaced:
    """The current series that a file takes the place of: surely, or only if a human confirms it.

    `imports` are those of other imports that hold some of its lines: each gives these, and keeps its others.
    """

    surely: tuple[str, ...] = ()
    if_confirmed: tuple[GraphEntry, ...] = ()
    imports: tuple[tuple[GraphEntry, Takeover], ...] = ()

    @property
    def to_confirm(self) -> bool:
        """Tell whether a human has to confirm."""
        return bool(self.if_confirmed or self.imports)


def replaced_by(reception: Reception, raw: RawClasseur, mapped: Mapped, graphs: GraphFiles) -> Replaced:
    """Return what an accepted file would replace beside its own series, so that no money stands twice.

    A contribution whose service was left blank gives way to the one that names it. To confirm: a classeur prepared
    for a service that has answered comes back under another name; an import holds lines that another import holds.
    """
    serie = serie_of(reception, mapped)
    if reception.genre == "recensement":
        blank = _contribution_serie(reception, mapped.organisme, None)
        prepared = _contribution_serie(reception, mapped.organisme, raw.model.service if raw.model else None)
        renamed = graphs.current(prepared) if prepared not in (serie, blank) else None
        surely = (blank,) if blank != serie and graphs.current(blank) else ()
        return Replaced(surely, (renamed,) if renamed else ())
    if reception.genre == "import":
        return Replaced(imports=tuple(_shared_imports(lines_of(mapped.triples), serie, reception.contrat, graphs)))
    return Replaced()


def _shared_imports(
    lines: set[str], serie: str, contrat: str, graphs: GraphFiles
) -> Iterator[tuple[GraphEntry, Takeover]]:
    for entry in graphs.entries("import", contrat):
        if entry.serie != serie:
            held = graphs.triples(entry)
            if common := lines & lines_of(held):
                yield entry, part_import(held, common)


def reception_changes(
    reception: Reception, raw: RawClasseur, mapped: Mapped, received: date, graphs: GraphFiles
) -> list[GraphChange]:
    """Return the graphs that an accepted file changes: its new version, and the personal data apart.

    The list is empty when the file says nothing new.
    """
    serie = serie_of(reception, mapped)
    replaced = replaced_by(reception, raw, mapped, graphs)
    confirmed = replaced if reception.confirme else Replaced()
    emptied = tuple(entry for entry, takeover in confirmed.imports if not takeover.kept_lines)
    gone = replaced.surely + tuple(e.serie for e in (*confirmed.if_confirmed, *emptied))
    version = _next_version(serie, graphs)
    entry = GraphEntry(
        iri=f"{serie}/v{version}",
        serie=serie,
        genre={"recensement": "contribution"}.get(reception.genre, reception.genre),
        contrat=reception.contrat,
        annee=reception.annee,
        organisme=mapped.organisme,
        service=mapped.service,
        version=version,
        le=received.isoformat(),
        source=reception.sha256,
    )
    made = [GraphChange(entry, tuple(mapped.triples), gone)]
    if mapped.personal:
        apart = serie.replace("/contribution/", "/personnel/")
        personal = replace(entry, iri=apart, serie=apart, genre="personnel", version=1)
        gone_apart = tuple(name.replace("/contribution/", "/personnel/") for name in gone)
        made.append(GraphChange(personal, tuple(mapped.personal), gone_apart))
    for other, takeover in confirmed.imports:
        if takeover.kept_lines:
            left = _next_version(other.serie, graphs)
            reduced = replace(other, iri=f"{other.serie}/v{left}", version=left, le=received.isoformat())
            made.append(GraphChange(reduced, takeover.kept))
    return [change for change in made if change.supersedes or not _is_held(change, graphs)]


def _next_version(serie: str, graphs: GraphFiles) -> int:
    return 1 + max((e.version for e in graphs.entries(current=False) if e.serie == serie), default=0)


def _is_held(change: GraphChange, graphs: GraphFiles) -> bool:
    current = graphs.current(change.entry.serie)
    if current is None or not graphs.is_as_written(current):
        return False
    return compare(graphs.triples(current), change.triples).identical


def changes_of(event: Event, graphs: GraphFiles, originals: Originals) -> list[GraphChange]:
    """Return the graphs that one event of the journal writes; events that only inform write none."""
    data = event.data
    if event.kind == "contrat-ajoute":
        return [_contract_change(data, event.le, originals)]
    if event.kind in ("campagne-ouverte", *STATUTS):
        return [_campagne_change(event.kind, data, event.le, graphs)]
    if event.kind == "fichier-recu":
        reception = Reception(**data)
        path = originals.path(reception.sha256)
        from droitcommun.graph.classeurs.read import read_classeur

        raw = part_of_contract(read_classeur(path, originals.read(reception.sha256)), reception.contrat, graphs)
        reference = reading_reference(graphs, reception.contrat, reception.annee, reception.genre)
        mapping_text = originals.read(reception.mapping_sha256) if reception.mapping_sha256 else None
        mapped = map_reception(reception, raw, event.le, graphs, reference, mapping_text)
        return reception_changes(reception, raw, mapped, event.le, graphs)
    decided = decision_change(event, graphs)
    return [decided] if decided else []


def replaced_originals(events: Iterable[Event]) -> dict[str, str | None]:
    """Return what stands for each received file that named somebody erased since: a copy, or nothing (None)."""
    found: dict[str, str | None] = {}
    for event in events:
        if event.kind == ERASED:
            found.update(event.data["originaux"])
    return found


def _contract_change(data: Mapping[str, Any], le: date, originals: Originals) -> GraphChange:
    store = Store()
    for file in data["fichiers"]:
        store.load_bytes(originals.read(file["sha256"]), ".ttl", name=file["nom"])
    name = graph_iri(data["contrat"], "contrat")
    entry = GraphEntry(name, name, "contrat", data["contrat"], le=le.isoformat())
    return GraphChange(entry, tuple(store.triples()))


def _campagne_change(kind: str, data: Mapping[str, Any], le: date, graphs: GraphFiles) -> GraphChange:
    contrat, annee = data["contrat"], data["annee"]
    name = graph_iri(contrat, annee, "campagne")
    entry = GraphEntry(name, name, "campagne", contrat, annee=annee, le=le.isoformat())
    node = iri(contract_thing(contrat, "campagne", annee))
    statut = iri(cdv("statutCampagne"))
    if kind in STATUTS:
        held = graphs.current(name)
        kept = [t for t in graphs.triples(held) if t[1] != statut] if held else []
        return GraphChange(entry, (*kept, (node, statut, iri(code_iri("statut-campagne", STATUTS[kind])))))
    triples: list[Triple] = [
        (node, _RDF_TYPE, iri(cdv("Campagne"))),
        (node, iri(cdv("contrat")), iri(contrat_iri(contrat))),
        (node, iri(cdv("annee")), literal(str(annee), "gYear")),
        (node, iri(cdv("dateOuverture")), literal(data["ouverture"], "date")),
        (node, iri(cdv("dateCloture")), literal(data["cloture"], "date")),
        (node, iri(cdv("dateReference")), literal(data["reference"], "date")),
        (node, iri(cdv("fictif")), literal(bool(data["fictif"]), "boolean")),
        (node, statut, iri(code_iri("statut-campagne", "ouverte"))),
    ]
    triples += [(node, iri(cdv("attend")), iri(shared_iri("organisme", code))) for code in data["attendus"]]
    return GraphChange(entry, tuple(triples))
