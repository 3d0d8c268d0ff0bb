"""Write a table in the form asked: shared by the commands that list something."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from droitcommun.cli.output import deliver, notice
from droitcommun.graph.langue import _

if TYPE_CHECKING:
    from droitcommun.graph.catalogue import Table

FORMS = ("table", "json", "csv", "xlsx")


def deliver_table(table: Table, form: str, out: Path | None, etats: Mapping[str, str] | None = None) -> None:
    """Print the table or write it to *out*. Raises click.UsageError for a workbook that has no file.

    *etats* are the words for the codes of its column `etat`: the terminal shows them, the other forms keep the codes.
    """
    from droitcommun.graph.export import tables

    require_file(form, out)
    if form == "table" and etats:
        table = replace(table, rows=[{**row, "etat": etats.get(str(row["etat"]), row["etat"])} for row in table.rows])
    write: dict[str, Callable[[Table], str | bytes]] = {
        "table": tables.to_text,
        "json": tables.to_json,
        "csv": tables.to_csv,
        "xlsx": tables.to_xlsx,
    }
    deliver(write[form](table), out, machine=form != "table")
    if out is not None:
        notice(_("Écrit : {fichier}").format(fichier=out))


def require_file(form: str, out: Path | None) -> None:
    """Refuse to print a workbook on a terminal. Raises click.UsageError."""
    if form == "xlsx" and out is None:
        raise click.UsageError(_("Un classeur ne s'affiche pas : donnez un fichier avec --out."))
