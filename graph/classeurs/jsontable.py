"""Read a JSON file as a table: a list of records, one in a « data » or « results », or the features of a GeoJSON.

A cell is addressed by a JSON Pointer (RFC 6901): `/11/montant`. A geometry is given as Well-Known Text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from droitcommun.graph.classeurs.cells import clean
from droitcommun.graph.classeurs.csvtable import decoded
from droitcommun.graph.classeurs.package import too_large, unreadable
from droitcommun.graph.classeurs.raw import RawCell, RawRow, RawSheet
from droitcommun.graph.langue import _
from droitcommun.graph.parserwords import json_reason

JSON_SHEET = "json"
GEOMETRY = "geometry"
_LISTS = ("data", "results", "records", "features", "rows", "items")
_INNER = ("properties", "fields")
_MAX_CELLS = 2_000_000


def looks_like_json(data: bytes) -> bool:
    """Tell whether a file begins as a JSON list or object does."""
    return data[:200].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{")


def read_json(data: bytes) -> RawSheet:
    """Return the records as rows; a first row, number 0, holds the keys as titles. Raises ClasseurRefuse."""
    try:
        document = json.loads(decoded(data))
    except (ValueError, RecursionError) as error:
        raise unreadable(_("ce n'est pas du JSON : {raison}").format(raison=json_reason(error))) from error
    pointer, records = _list_of_records(document)
    rows: list[RawRow] = []
    keys: dict[str, None] = {}
    count = 0
    for rank, record in enumerate(records):
        place, said = _flat(f"{pointer}/{rank}", record)
        cells = tuple(cell for key, value in said.items() if (cell := _cell(place, key, value)))
        keys.update(dict.fromkeys(cell.column for cell in cells))
        count += len(cells)
        if count > _MAX_CELLS:
            raise too_large(_("il contient plus de {n} cellules").format(n=_MAX_CELLS))
        if cells:
            rows.append(RawRow(rank + 1, cells, place))
    titles = tuple(RawCell(f"{pointer}/0/{key}", key, key, key) for key in keys)
    return RawSheet(JSON_SHEET, (RawRow(0, titles, pointer), *rows))


def _list_of_records(document: Any) -> tuple[str, list[Any]]:
    if isinstance(document, list):
        return "", document
    if isinstance(document, dict):
        for name in _LISTS:
            if isinstance(document.get(name), list):
                return f"/{name}", document[name]
    raise unreadable(_("il ne contient pas de liste d'enregistrements"))


def _flat(place: str, record: Any) -> tuple[str, Mapping[str, Any]]:
    """Return where the values of a record stand, and the values; a geometry is kept beside its properties."""
    if not isinstance(record, dict):
        raise unreadable(_("« {adresse} » n'est pas un enregistrement").format(adresse=place))
    for inner in _INNER:
        if isinstance(record.get(inner), dict):
            geometry = {GEOMETRY: record[GEOMETRY]} if isinstance(record.get(GEOMETRY), dict) else {}
            return f"{place}/{inner}", {**record[inner], **geometry}
    return place, record


def _cell(place: str, key: str, value: Any) -> RawCell | None:
    column = clean(key).replace("~", "~0").replace("/", "~1")
    if value is None or not column:
        return None
    if key == GEOMETRY and isinstance(value, dict):
        return RawCell(f"{place}/{column}", column, well_known_text(value), str(value.get("type", "")))
    if isinstance(value, (dict, list)):
        text = json.dumps(value, ensure_ascii=False)
        return RawCell(f"{place}/{column}", column, text, text)
    if isinstance(value, str):
        return RawCell(f"{place}/{column}", column, value, value) if clean(value) else None
    text = ("VRAI" if value else "FAUX") if isinstance(value, bool) else f"{value}".replace(".", ",")
    return RawCell(f"{place}/{column}", column, value, text)


def well_known_text(geometry: Mapping[str, Any]) -> str:
    """Return a GeoJSON polygon or multipolygon as Well-Known Text; empty when it is neither, or not whole."""
    try:
        coordinates = geometry["coordinates"]
        polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}[geometry["type"]]
        shapes = [", ".join(_ring(ring) for ring in polygon) for polygon in polygons]
    except (KeyError, TypeError, ValueError, IndexError):
        return ""
    return f"MULTIPOLYGON ({', '.join(f'({shape})' for shape in shapes)})" if all(shapes) and shapes else ""


def _ring(ring: list[list[float]]) -> str:
    return f"({', '.join(f'{float(x):.10g} {float(y):.10g}' for x, y, *_more in ring)})"
