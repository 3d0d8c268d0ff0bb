"""A file searched for a person, and copied without them: workbooks, tables, JSON, pages, e-mails.

A copy keeps every address: sheets, rows and cells stay where they were, so that it is read as the original was. In a
package (XLSX, ODS, DOCX, PPTX) the words may be split between runs of one cell, or stand in a comment, a property, a
link.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from html import escape, unescape
from pathlib import Path
from typing import Any

import xlsxwriter

from droitcommun.graph.classeurs.cells import CellError
from droitcommun.graph.classeurs.problems import ClasseurRefuse
from droitcommun.graph.classeurs.raw import CellValue
from droitcommun.graph.classeurs.read import every_sheet, read_classeur
from droitcommun.graph.errors import PurgeImpossible
from droitcommun.graph.langue import _
from droitcommun.graph.personnes.personne import Personne

_MAX_PACKAGE = 400_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_VALUE = re.compile(r"=(\"[^\"]*\"|'[^']*')")
# Tags inside one text: what stands on both sides of them is read in one go.
_INLINE = re.compile(
    r"</?(?:\w+:)?(?:t|r|rPr|b|i|u|sz|color|rFont|family|scheme|charset|vertAlign|strike|span|a|s|tab|rPh|phoneticPr|"
    r"latin|ea|cs|lang|proofErr|br)\b[^>]*>"
)
_NUMBER_TAG = re.compile(r"<(?:\w+:)?v>")
_XML_NAMES = (".xml", ".rels", ".vml")
_ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
Edit = Callable[[str], str]


def places_in(path: Path, data: bytes, personne: Personne) -> list[tuple[str, str]]:
    """Return (place, text) for each text of a file that names *personne*: « Contacts!A3 » for a cell.

    What is not read as cells (a comment, a property, a page) is named by its part, or not at all.
    """
    found: list[tuple[str, str]] = []
    for sheet, cell, text in _cells(path, data):
        if personne.in_text(text):
            found.append((f"{sheet}!{cell}", text))
    if found and not data.startswith(b"PK"):
        return found  # the lines of a table say no more than its cells
    seen = {text for _place, text in found}
    for part, text in _texts(path, data):
        if text not in seen and personne.in_text(text):
            seen.add(text)
            found.append((part, " ".join(text.split())[:200]))
    return found


def without(path: Path, data: bytes, personne: Personne) -> tuple[bytes, str]:
    """Return a copy of a file that no longer names *personne*, and its suffix (an old .xls becomes an .xlsx).

    Raises PurgeImpossible when the file cannot be written again, or would still name them.
    """
    try:
        copy, suffix = _copied(path, data, personne.erased)
    except (ClasseurRefuse, zipfile.BadZipFile, ValueError, KeyError, RuntimeError, NotImplementedError) as error:
        raise PurgeImpossible(path.name, _("il est abîmé ou protégé")) from error
    if places_in(path.with_suffix(suffix), copy, personne):
        raise PurgeImpossible(path.name, _("une de ses parties ne se récrit pas"))
    return copy, suffix


def _copied(path: Path, data: bytes, edit: Edit) -> tuple[bytes, str]:
    if data.startswith(b"PK"):
        return _package_copied(data, edit), path.suffix
    if data.startswith(_OLE):
        return _workbook_of_values(data, edit), ".xlsx"
    text, encoding = _decoded(data)
    if path.suffix.lower() in (".json", ".geojson"):
        return json.dumps(_json_edited(json.loads(text), edit), ensure_ascii=False).encode(), path.suffix
    if path.suffix.lower() in (".html", ".xml", ".svg", ".graphml", ".gexf"):
        return _markup_edited(text, edit).encode(encoding), path.suffix
    by_cell = "".join(map(edit, re.split(r"([\n;,\t|\"]+)", text)))
    return "\n".join(map(edit, by_cell.split("\n"))).encode(encoding), path.suffix


# ---- reading ----


def _cells(path: Path, data: bytes) -> Iterator[tuple[str, str, str]]:
    try:
        raw = read_classeur(path, data)
    except ClasseurRefuse:
        return
    for sheet in raw.sheets.values():
        for row in sheet.rows:
            for cell in row.cells:
                yield sheet.name, cell.address, cell.text


def _texts(path: Path, data: bytes) -> Iterator[tuple[str, str]]:
    """Yield (part, text) for everything a file says, cells included."""
    if not data.startswith(b"PK"):
        text, _encoding = _decoded(_without_pixels(data))
        for found in _units(text) if text.lstrip().startswith("<") else text.splitlines():
            yield "", found
        return
    try:
        for name, content in _members(data):
            yield name, name
            if name.endswith(_XML_NAMES):
                yield from ((name, text) for text in _units(_decoded(content)[0]))
            else:
                yield from ((name, text) for text in _hidden_texts(content))
    except zipfile.BadZipFile:
        return


def _hidden_texts(content: bytes) -> Iterator[str]:
    """Yield the readable runs of a binary part, in the two encodings that programs use."""
    for match in re.finditer(rb"[\x20-\x7e\x80-\xff]{4,}", content):
        yield match.group().decode("utf-8", "replace")
    for match in re.finditer(rb"(?:[\x20-\xff]\x00){4,}", content):
        yield match.group().decode("utf-16-le", "replace")


def _without_pixels(data: bytes) -> bytes:
    """Return what a PNG says beside its pixels: chance makes names of compressed bytes."""
    if not data.startswith(_PNG):
        return data
    kept, place = [], len(_PNG)
    while place < len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        if data[place + 4 : place + 8] != b"IDAT":
            kept.append(data[place + 8 : place + 8 + size])
        place += size + 12
    return b"\n".join(kept)


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    total = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            with archive.open(member) as stream:
                content = stream.read(_MAX_PACKAGE - total + 1)
            total += len(content)
            if total > _MAX_PACKAGE:
                raise zipfile.BadZipFile
            yield member.filename, content


def _decoded(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), "utf-16"
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding), "utf-8" if encoding == "utf-8-sig" and data[:1] != b"\xef" else encoding
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), "latin-1"


# ---- writing ----


def _package_copied(data: bytes, edit: Edit) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(made, "w") as target:
        for member, (name, content) in zip(source.infolist(), _members(data), strict=True):
            if name.endswith(_XML_NAMES):
                text, encoding = _decoded(content)
                content = _markup_edited(text, edit).encode(encoding)
            copy = zipfile.ZipInfo(name, member.date_time)
            copy.compress_type = member.compress_type
            copy.external_attr = member.external_attr
            target.writestr(copy, content)
    return made.getvalue()


def markup_tokens(text: str) -> list[str]:
    """Cut markup into comments, tags and texts, which joined make *text* again.

    What follows a « < » that nothing closes is text. The work grows with the length of the text, whatever it holds:
    once a comment has no end, no later one is looked for.
    """
    tokens: list[str] = []
    place, comments = 0, True
    while place < len(text):
        end: int | None = None
        if text[place] != "<":
            end = _place_of("<", text, place)
        else:
            if comments and text.startswith("<!--", place):
                end = _place_of("-->", text, place + 4, after=True)
                comments = end is not None
            end = end or _place_of(">", text, place, after=True)
        tokens.append(text[place:end])
        place = len(text) if end is None else end
    return tokens


def _place_of(mark: str, text: str, start: int, *, after: bool = False) -> int | None:
    found = text.find(mark, start)
    return None if found < 0 else found + len(mark) * after


def _is_markup(token: str) -> bool:
    return token.startswith("<") and token.endswith(">")


def _markup_edited(text: str, edit: Edit) -> str:
    """Return markup with its texts and attributes edited; everything else stays, byte for byte."""
    tokens = markup_tokens(text)
    for unit in _text_units(tokens):
        joined = "".join(unescape(tokens[n]) for n in unit)
        edited = edit(joined)
        if edited != joined:
            number = unit[0] > 0 and _NUMBER_TAG.fullmatch(tokens[unit[0] - 1]) and not edited
            tokens[unit[0]] = "0" if number else escape(edited, quote=False)
            for n in unit[1:]:
                tokens[n] = ""
    return "".join(_VALUE.sub(lambda m: _attribute(m, edit), t) if _is_markup(t) else t for t in tokens)


def _attribute(match: re.Match[str], edit: Edit) -> str:
    quote, value = match.group(1)[0], unescape(match.group(1)[1:-1])
    edited = edit(value) or ("0" if value.isdecimal() else "")
    return match.group() if edited == value else f"={quote}{escape(edited)}{quote}"


def _text_units(tokens: list[str]) -> Iterator[list[int]]:
    """Yield the places of the tokens that make one text, whatever runs it is cut into."""
    unit: list[int] = []
    for place, token in enumerate(tokens):
        if not _is_markup(token):
            unit.append(place)
        elif unit and not _INLINE.fullmatch(token):
            yield unit
            unit = []
    if unit:
        yield unit


def _units(text: str) -> Iterator[str]:
    tokens = markup_tokens(text)
    for unit in _text_units(tokens):
        yield "".join(unescape(tokens[n]) for n in unit)
    for token in tokens:
        if not _is_markup(token):
            continue
        if token.startswith("<!--"):
            yield token
        else:
            yield from (unescape(m.group(1)[1:-1]) for m in _VALUE.finditer(token))


def _json_edited(value: Any, edit: Edit) -> Any:
    if isinstance(value, str):
        return edit(value)
    if isinstance(value, list):
        return [_json_edited(item, edit) for item in value]
    if isinstance(value, dict):
        return {edit(key): _json_edited(item, edit) for key, item in value.items()}
    return value


def _workbook_of_values(data: bytes, edit: Edit) -> bytes:
    """Return the values of an old workbook (.xls) in a new one, each at its address."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        for sheet in every_sheet(data):
            page = book.add_worksheet(sheet.name)
            for row in sheet.rows:
                for cell in row.cells:
                    _write_value(page, cell.address, cell.value, cell.text, edit)
    return made.getvalue()


def _write_value(page: Any, address: str, value: CellValue, text: str, edit: Edit) -> None:
    if isinstance(value, (str, CellError)):
        page.write_string(address, edit(text))
    elif edit(text) == text:
        page.write(address, value)
