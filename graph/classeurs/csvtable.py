"""Read a text table: comma, semicolon, tab or bar; UTF-8, UTF-16 or the old Windows encoding."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable

from droitcommun.graph.classeurs.cells import clean, letter
from droitcommun.graph.classeurs.package import too_large, unknown_format, unreadable
from droitcommun.graph.classeurs.raw import RawCell, RawRow, RawSheet
from droitcommun.graph.langue import _

CSV_SHEET = "csv"
_DELIMITERS = (";", ",", "\t", "|")
_MAX_CELLS = 2_000_000
# What no text holds: a file with one of these bytes is something else, even where it could be decoded.
_NO_TEXT = re.compile(rb"[\x01-\x08\x0e-\x1f]")
_MARKUP = re.compile(r"\s*<(\?xml|!doctype|html|table|workbook)\b", re.IGNORECASE)
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def read_csv(data: bytes) -> RawSheet:
    """Return the table. Addresses are those a spreadsheet would show. Raises ClasseurRefuse."""
    text = decoded(data)
    if _MARKUP.match(text):
        raise unknown_format()
    rows = []
    count = 0
    for number, record in enumerate(_records(text), 1):
        cells = tuple(
            RawCell(f"{letter(n)}{number}", letter(n), value, value) for n, value in enumerate(record) if clean(value)
        )
        count += len(cells)
        if count > _MAX_CELLS:
            raise too_large(_("il contient plus de {n} cellules").format(n=_MAX_CELLS))
        if cells:
            rows.append(RawRow(number, cells))
    return RawSheet(CSV_SHEET, tuple(rows))


def decoded(data: bytes) -> str:
    """Return the text of a file whose encoding is not said. Raises ClasseurRefuse when it is no text.

    The bytes that the old Windows encoding leaves undefined are kept as the control characters they are elsewhere.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\0" in data:
        raise unknown_format()
    else:
        if _NO_TEXT.search(data[:4096]):
            raise unreadable(_("son contenu n'est pas celui d'un classeur"))
        encodings = ("utf-8-sig", "cp1252", "latin-1")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise unknown_format()


def _records(text: str) -> list[list[str]]:
    """Cut the text. Excel's first line « sep=; » is a row of the file, but says nothing."""
    said = _SEPARATOR_LINE.match(text)
    delimiter = said[1] if said else _delimiter(text)
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False))
    except csv.Error as error:
        raise unreadable(_("ses colonnes ne peuvent pas être séparées")) from error
    return [[], *records[1:]] if said else records


def _delimiter(text: str) -> str:
    """Return the separator that cuts the first lines most evenly; `;` wins a draw."""
    sample = text[:20_000].splitlines()[:50]
    scores = {delimiter: _evenness(csv.reader(sample, delimiter=delimiter)) for delimiter in _DELIMITERS}
    return max(_DELIMITERS, key=lambda delimiter: scores[delimiter])


def _evenness(records: Iterable[list[str]]) -> tuple[float, int]:
    widths = Counter(len(record) for record in records if record)
    if not widths or widths.most_common(1)[0][0] < 2:
        return (0.0, 0)
    width, rows = widths.most_common(1)[0]
    return (rows / widths.total(), width)
