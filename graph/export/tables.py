"""A table of the catalogue as JSON, CSV, XLSX, Markdown or aligned text."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter

from droitcommun.graph.catalogue import Column, Table
from droitcommun.graph.export.sheets import options
from droitcommun.graph.formats import date_courte, entier, fixe
from droitcommun.graph.langue import _

INCONNU = "–"
_NUMBERS = ("integer", "decimal")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
_LARGEUR = 44


def as_dict(table: Table) -> dict[str, object]:
    """Return the table in the shape of `query --format json`; numbers are numbers and unknown is None."""
    return {
        "requete": table.query.name,
        "contrat": table.contrat,
        "parametres": {name: _plain(value) for name, value in table.parameters.items()},
        "colonnes": [{"nom": c.name, "type": c.type, "unite": c.unit or None} for c in table.query.columns],
        "lignes": [{name: _plain(value) for name, value in row.items()} for row in table.rows],
        "avertissements": list(table.warnings),
    }


def to_json(table: Table) -> str:
    """Return the JSON text of `query --format json`."""
    return json.dumps(as_dict(table), ensure_ascii=False, indent=1) + "\n"


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value


def safe_text(text: str) -> str:
    """Return *text* so that no spreadsheet takes it for a formula."""
    return "'" + text if text.startswith(_DANGEROUS) else text


def to_csv(table: Table) -> str:
    """Return the rows as CSV for a French Excel: byte order mark, « ; » between cells, decimal comma, unknown empty."""
    target = io.StringIO()
    target.write("\ufeff")
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow([c.name for c in table.query.columns])
    for row in table.rows:
        writer.writerow([_csv_cell(row[c.name]) for c in table.query.columns])
    return target.getvalue()


def _csv_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    if isinstance(value, str):
        return safe_text(value)
    return str(value)


def to_xlsx(table: Table) -> bytes:
    """Return a workbook: the table, and a sheet that says what each column holds and what to know."""
    target = io.BytesIO()
    # Nothing typed by a contributor may become a formula, a link or a number.
    with xlsxwriter.Workbook(target, options()) as book:
        book.set_properties({"title": table.query.title, "created": datetime(2024, 1, 1)})
        title = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        formats = {
            "decimal": book.add_format({"num_format": "#,##0.00"}),
            "integer": book.add_format({"num_format": "#,##0"}),
            "date": book.add_format({"num_format": "dd/mm/yyyy"}),
        }
        # The first row must stay the header of a pivot table: invented figures are said by the name of the sheet.
        fictives = _("Données fictives.") in table.warnings
        sheet = book.add_worksheet(_("Données fictives") if fictives else _("Données"))
        sheet.freeze_panes(1, 0)
        for j, column in enumerate(table.query.columns):
            sheet.write_string(0, j, _heading(column), title)
            sheet.set_column(j, j, 40 if column.type == "text" else 16)
            for i, row in enumerate(table.rows, 1):
                value = row[column.name]
                if value is None:
                    continue
                if isinstance(value, bool):
                    sheet.write_string(i, j, _("oui") if value else _("non"))
                elif isinstance(value, Decimal | int):
                    sheet.write_number(i, j, float(value), formats.get(column.type))
                elif isinstance(value, date):
                    sheet.write_datetime(i, j, datetime.combine(value, datetime.min.time()), formats["date"])
                else:
                    sheet.write_string(i, j, str(value))
        if table.rows:
            sheet.autofilter(0, 0, len(table.rows), len(table.query.columns) - 1)
        notes = book.add_worksheet(_("À savoir"))
        notes.set_column(0, 0, 28)
        notes.set_column(1, 1, 100)
        lines = [(table.query.title, ""), ("", table.query.description), *(("", w) for w in table.warnings)]
        lines += [(_heading(c), c.description) for c in table.query.columns]
        for i, line in enumerate(lines):
            for j, text in enumerate(line):
                if text:
                    notes.write_string(i, j, text)
    return target.getvalue()


def to_markdown(table: Table) -> str:
    """Return a title, the table and its warnings as Markdown."""
    columns = table.query.columns
    lines = [
        f"## {table.query.title}",
        "",
        "| " + " | ".join(_heading(c) for c in columns) + " |",
        "|" + "|".join("---:" if c.type in _NUMBERS else "---" for c in columns) + "|",
    ]
    lines += ["| " + " | ".join(_markdown_cell(c, row) for c in columns) + " |" for row in table.rows]
    if table.warnings:
        lines += ["", *(f"- {warning}" for warning in table.warnings)]
    return "\n".join(lines) + "\n"


def _markdown_cell(column: Column, row: Mapping[str, object]) -> str:
    text = _people(column, row[column.name])
    for char, escaped in (("&", "&amp;"), ("<", "&lt;"), ("\\", "\\\\"), ("|", "\\|"), ("\n", " "), ("\r", " ")):
        text = text.replace(char, escaped)
    return text


def to_text(table: Table) -> str:
    """Return the table aligned for a terminal, numbers as the French write them, and its warnings below."""
    columns = table.query.columns
    cells = [[_short(_people(c, row[c.name])) for c in columns] for row in table.rows]
    headings = [_heading(c) for c in columns]
    widths = [max(len(line[j]) for line in [headings, *cells]) for j in range(len(columns))]
    lines = [table.query.title, ""]
    for line in [headings, ["─" * width for width in widths], *cells]:
        padded = [
            text.rjust(width) if c.type in _NUMBERS else text.ljust(width)
            for text, width, c in zip(line, widths, columns, strict=True)
        ]
        lines.append("  ".join(padded).rstrip())
    if not table.rows:
        lines.append(_("Aucune ligne."))
    if any(value is None for row in table.rows for value in row.values()):
        lines += ["", _("{signe} : inconnu ou sans objet ; ce n'est pas zéro.").format(signe=INCONNU)]
    if table.warnings:
        lines += ["", *table.warnings]
    return "\n".join(lines)


def _heading(column: Column) -> str:
    return f"{column.name} ({column.unit})" if column.unit else column.name


def _people(column: Column, value: object) -> str:
    if value is None:
        return INCONNU
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, Decimal):
        return fixe(value, 2)
    if isinstance(value, int) and column.type == "integer":
        return entier(value)
    return date_courte(value) if isinstance(value, date) else str(value)


def _short(text: str) -> str:
    flat = text.translate({ord(c): " " for c in "\n\r\t"})
    return flat if len(flat) <= _LARGEUR else flat[: _LARGEUR - 1] + "…"
