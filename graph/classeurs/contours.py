"""The contours of QPV, from a GeoJSON read through a mapping: a dated geo:Geometry for each QPV of the contract."""

from __future__ import annotations

import re
from collections.abc import Sequence

from droitcommun.graph.classeurs.columns import Line, Table
from droitcommun.graph.classeurs.draft import RDF_TYPE, Draft
from droitcommun.graph.classeurs.form import Field
from droitcommun.graph.classeurs.perimeter import Perimeter
from droitcommun.graph.classeurs.problems import blocking
from droitcommun.graph.classeurs.tablemapping import Contour
from droitcommun.graph.classeurs.tablenotes import Notes
from droitcommun.graph.langue import _
from droitcommun.graph.names import PREFIXES, cdv, contract_thing, contrat_iri, local_code
from droitcommun.graph.store import literal

_GEO = PREFIXES["geo"]
_POINT = re.compile(r"(?<![\d.])(-?[\d.]++(?:e-?\d+)?) (-?[\d.]++(?:e-?\d+)?)")
_RING = re.compile(r"\(([^()]+)\)")
# Longitude and latitude (degrees) of the boxes that hold the French territories: west, south, east, north.
_FRANCE = (
    (-5.3, 41.2, 9.7, 51.2),
    (-63.2, 14.3, -60.7, 18.2),
    (-54.7, 2.0, -51.5, 6.0),
    (44.9, -21.5, 56.0, -12.5),
    (-56.6, 46.6, -56.0, 47.2),
    (-155.0, -28.0, -134.0, -7.0),
    (158.0, -23.5, 172.5, -19.0),
    (-178.5, -14.6, -175.9, -13.0),
)


def map_contours(tables: Sequence[Table], contour: Contour, draft: Draft, perimeter: Perimeter, notes: Notes) -> None:
    """Make one geometry for each QPV of the contract. A contour that is not whole, or not in France, is a reserve."""
    drawn: set[str] = set()
    for table in tables:
        draft.describe_columns(table)
        code, shape = table.sheet.titled(contour.qpv), table.sheet.titled(contour.geometrie)
        for line in table.lines():
            place = perimeter.judge([line.text(line.table.sheet.titled(c.colonne)) for c in perimeter.criteres])
            if place.verdict == "dehors" or not place.found:
                draft.out_of_perimeter(line)
                notes.leave_out(place, line)
                continue
            draft.open(line)
            for qpv in place.found:
                _draw(qpv, line, code, shape, contour, draft, twice=qpv in drawn)
                drawn.add(qpv)
    notes.write(())
    if not drawn:
        draft.problems.append(
            blocking(
                "hors-perimetre",
                _("Aucun quartier de ce fichier n'est du contrat."),
                _("Vérifiez que c'est le bon fichier, et le bon contrat."),
                tables[0].name,
            )
        )


def _draw(qpv: str, line: Line, code: Field, shape: Field, contour: Contour, draft: Draft, twice: bool) -> None:
    node = contract_thing(draft.context.contrat, "contour", f"{local_code(qpv)}-{contour.date.isoformat()}")
    cell = line.cell(shape)
    text = cell.value if cell and isinstance(cell.value, str) else ""
    reason = _("ce quartier a déjà un contour dans ce fichier") if twice else fault(text)
    if reason:
        draft.reserve(
            node,
            "valeur-impossible",
            line,
            shape,
            _("Le contour de « {qpv} » n'a pas été pris : {raison}.").format(qpv=line.text(code), raison=reason),
            _("Prenez le fichier en longitude et latitude (WGS 84, EPSG:4326) publié par l'ANCT, et redonnez-le."),
        )
        return
    draft.add(node, RDF_TYPE, _GEO + "Geometry")
    draft.add(node, cdv("contrat"), contrat_iri(draft.context.contrat))
    draft.add(node, cdv("date"), literal(contour.date.isoformat(), "date"))
    draft.add(node, _GEO + "asWKT", literal(text, datatype=_GEO + "wktLiteral"))
    draft.add(qpv, _GEO + "hasGeometry", node)
    draft.locate(node, line, line.text(code))


def fault(text: str) -> str | None:
    """Say what is wrong with a contour in Well-Known Text; None when it is whole and stands in France."""
    rings = [_POINT.findall(ring) for ring in _RING.findall(text)]
    if not rings:
        return _("ce n'est pas un polygone")
    if any(len(ring) < 4 or ring[0] != ring[-1] for ring in rings):
        return _("une de ses lignes n'est pas fermée")
    points = [(float(x), float(y)) for ring in rings for x, y in ring]
    if any(abs(x) > 180 or abs(y) > 90 for x, y in points):
        return _("ses coordonnées ne sont pas des degrés (Lambert 93 ?)")
    if not any(all(w <= x <= e and s <= y <= n for x, y in points) for w, s, e, n in _FRANCE):
        return _("ses coordonnées ne sont pas en France (longitude et latitude échangées ?)")
    return None
