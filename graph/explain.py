"""Where a number comes from: from a figure, a cell of a table or a node down to the cells of the files received."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from droitcommun.graph.catalogue import code_of, find_query, run
from droitcommun.graph.checks.nodes import Nodes
from droitcommun.graph.checks.provenance import Cells
from droitcommun.graph.errors import FigureUnknown
from droitcommun.graph.explaincells import kept_of_cell
from droitcommun.graph.explainfigures import kept_of_figure
from droitcommun.graph.facts import facts
from droitcommun.graph.formats import mask
from droitcommun.graph.langue import _, langue
from droitcommun.graph.names import ID, PREFIXES, cdv, contract_thing, shared_iri
from droitcommun.graph.picture import build_picture
from droitcommun.graph.tracing import Kept, Matter

if TYPE_CHECKING:
    from droitcommun.graph.dataset import ActiveDataset

_CELL = re.compile(r"(?P<name>[a-z0-9-]+):(?P<row>\d+):(?P<column>\w+)")
_ORGANISMES = (cdv("declarant"), cdv("apporteur"), cdv("organisme"))
_TYPE = PREFIXES["rdf"] + "type"


@dataclass(frozen=True)
class Piece:
    """One thing that a number is made of, and the cell it was read from.

    `valeur` is what it adds (EUR, ETP or a count; None when unknown); `texte` is what was typed, `empreinte` the
    SHA-256 of the file. A thing that no file says (a body expected, a derived commitment) has no file.
    """

    noeud: str
    libelle: str
    valeur: Decimal | int | None
    fiabilite: str | None
    organisme: str | None
    contribution: str | None
    fichier: str
    feuille: str
    cellule: str
    texte: str
    empreinte: str


@dataclass(frozen=True)
class Explication:
    """What a number is made of.

    `somme` is what the pieces add up to, None when the number is no sum of them (a share, a count of ambitions).
    `recompose` tells whether it is the number itself. `unite` is that of the number, `unite_pieces` that of the
    pieces. `fiabilite` counts the pieces by confidence.
    """

    sujet: str
    libelle: str
    valeur: object
    unite: str
    commande: str
    somme: Decimal | None
    recompose: bool | None
    unite_pieces: str
    fiabilite: Mapping[str, int]
    pieces: tuple[Piece, ...]


def explain(
    dataset: ActiveDataset,
    sujet: str,
    originals: Callable[[str], Path] | None = None,
    parametres: Mapping[str, str] | None = None,
) -> Explication:
    """Walk *sujet* back to cells: a figure (F-euros-1), a cell (mobilisation-par-ambition:3:euros_dc), an IRI, a code.

    *parametres* are those of the question of a cell (annee is the campagne's when left out); *originals* finds a
    received file by its SHA-256, so that the text typed is quoted.
    Raises FigureUnknown, QueryUnknown, ParameterInvalid.
    """
    nodes = Nodes(dataset.store.triples())
    matter = Matter(nodes, dataset.campagne, facts(dataset, nodes).rows)
    writer = _Writer(matter, Cells(nodes, {}, originals))
    if sujet.startswith("F-"):
        picture = build_picture(dataset, empreinte="-")
        figure = picture.figures.get(sujet)
        if figure is None:
            raise FigureUnknown(sujet, list(picture.figures))
        kept = kept_of_figure(picture, figure, matter)
        table = picture.tables.get(figure.table)
        asked = table.parameters.items() if table else ()
        command = f"droitcommun query {figure.table} " + " ".join(f"-p {n}={v}" for n, v in asked)
        return writer.write(sujet, figure.libelle, figure.valeur, figure.unite, command, kept)
    if found := _CELL.fullmatch(sujet):
        return _explain_cell(dataset, sujet, found, matter, writer, parametres or {})
    node = _node(nodes, dataset.contrat, sujet)
    if node is None:
        raise FigureUnknown(sujet, [])
    kept = Kept(tuple((n, None, None) for n in [node, *matter.below(node)]), additive=False)
    return writer.write(sujet, mask(nodes.label(node, langue())), None, "", "", kept)


def _explain_cell(
    dataset: ActiveDataset,
    sujet: str,
    found: re.Match[str],
    matter: Matter,
    writer: _Writer,
    values: Mapping[str, str],
) -> Explication:
    query = find_query(found["name"])
    years = {p.name: str(dataset.annee) for p in query.parameters if p.name == "annee"}
    table = run(query, dataset, {**years, **values})
    columns = {c.name: c for c in query.columns}
    number = int(found["row"])
    if found["column"] not in columns:
        raise FigureUnknown(sujet, list(columns), _(" : la question n'a pas cette colonne"))
    if not 1 <= number <= len(table.rows):
        raise FigureUnknown(sujet, [], _(" : la réponse a {n} lignes").format(n=len(table.rows)))
    row, column = table.rows[number - 1], columns[found["column"]]
    kept = kept_of_cell(table, row, column, matter)
    command = f"droitcommun query {query.name} " + " ".join(f"-p {n}={v}" for n, v in table.parameters.items())
    value = row[column.name]
    return writer.write(sujet, column.description, value, column.unit, command, kept)


def _node(nodes: Nodes, contrat: str, text: str) -> str | None:
    """Return the node that an IRI or a code names; the code may bear its kind (ambition/A1.1) or not."""
    if text in nodes:
        return text
    kinds = ("moyen", "action", "contribution", "ambition", "pilier", "type-engagement", "seance", "")
    candidates = [contract_thing(contrat, kind, *text.split("/")) for kind in kinds if kind]
    candidates += [f"{ID}{text}", f"{ID}{contrat}/{text}"]
    candidates += [shared_iri(kind, text) for kind in ("organisme", "qpv", "commune")]
    return next((c for c in candidates if c in nodes), None)


class _Writer:
    """Puts what was kept into pieces, with the place of each."""

    def __init__(self, matter: Matter, cells: Cells) -> None:
        self._matter, self._cells, self._nodes = matter, cells, matter.nodes

    def write(self, sujet: str, libelle: str, valeur: object, unite: str, commande: str, kept: Kept) -> Explication:
        """Return the explanation of one number."""
        pieces = tuple(p for node, path, value in kept.items for p in self._pieces(node, path, value))
        known = [value for _node, _path, value in kept.items if value is not None]
        total = sum((Decimal(v) for v in known), Decimal(0)) if kept.additive and (known or valeur == 0) else None
        if kept.additive and not known and valeur is None:
            exact: bool | None = True
        else:
            exact = None if total is None else isinstance(valeur, int | Decimal) and total == valeur
        confidence: dict[str, int] = {}
        for piece in pieces:
            if piece.fiabilite:
                confidence[piece.fiabilite] = confidence.get(piece.fiabilite, 0) + 1
        return Explication(sujet, libelle, valeur, unite, commande, total, exact, kept.unite, confidence, pieces)

    def _pieces(self, node: str, path: str | None, value: Decimal | int | None) -> Iterable[Piece]:
        nodes = self._nodes
        places = self._cells.sources(node, path or _default_path(nodes, node))
        contribution = nodes.key(node, cdv("contribution"))
        if contribution is None and self._matter.is_a(node, "Contribution"):
            contribution = node
        organisme = next((o for p in _ORGANISMES if (o := nodes.key(node, p))), None)
        fiabilite = nodes.key(node, cdv("fiabilite"))
        # A row that a later file left blank has several places: the cell that holds a text is the one that says it.
        place = next((p for p in places if p.texte), places[0] if places else None)
        yield Piece(
            noeud=code_of(node),
            libelle=mask(self._matter.title(node)),
            valeur=value,
            fiabilite=nodes.label(fiabilite, langue()) if fiabilite else None,
            organisme=nodes.label(organisme, langue()) if organisme else None,
            contribution=code_of(contribution) if contribution else None,
            fichier=mask(place.fichier) if place else "",
            feuille=place.feuille if place else "",
            cellule=place.cellule if place else "",
            texte=place.texte if place else "",
            empreinte=self._matter.fingerprint(node, place.fichier) if place else "",
        )


def _default_path(nodes: Nodes, node: str) -> str | None:
    """Return the property whose cell says most of a node."""
    kinds = nodes.keys(node, _TYPE)
    paths = {
        "Moyen": cdv("quantite"),
        "Action": PREFIXES["dcterms"] + "title",
        "Contribution": cdv("reponse"),
        "SuiviEngagement": cdv("etatEngagement"),
        "Positionnement": cdv("prioritaire"),
        "Presence": cdv("etatPresence"),
    }
    return next((path for name, path in paths.items() if cdv(name) in kinds), None)
