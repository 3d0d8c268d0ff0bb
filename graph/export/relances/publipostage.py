"""One sheet for a mail merge: a row a message, titles on the first row as mail programs want them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format

from droitcommun.graph.export.relances.contacts import Contact
from droitcommun.graph.export.relances.messages import Relance, body_text
from droitcommun.graph.export.sheets import MADE, options, write_text
from droitcommun.graph.langue import _

_PRINTED = 7  # columns, up to the deadline: a list to tick; the messages are for the mail program


@dataclass(frozen=True)
class Styles:
    """The formats of the sheet."""

    titre: Format
    tete: Format
    texte: Format
    litteral: Format


@dataclass(frozen=True)
class Envoi:
    """A message with the files written for it, named from the folder of the sheet."""

    relance: Relance
    message: str
    classeur: str
    contacts: tuple[Contact, ...]


def publipostage_bytes(envois: Sequence[Envoi], addresses: bool) -> bytes:
    """Return the workbook. *addresses* adds the columns of names and addresses. The same messages, the same bytes."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, options()) as book:
        book.set_properties({"title": _("Relances"), "created": MADE, "author": "droitcommun"})
        text = book.add_format({"text_wrap": True, "valign": "top"})
        literal = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
        title = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#16213A", "font_color": "#FFFFFF"})
        styles = Styles(title, title, text, literal)
        day = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "align": "left"})
        number = book.add_format({"num_format": "0", "valign": "top"})
        sheet = book.add_worksheet(_("Relances"))
        heads = _heads(addresses)
        for column, (name, width) in enumerate(heads):
            write_text(sheet, 0, column, name, styles, styles.tete)
            sheet.set_column(column, column, width)
        for row, envoi in enumerate(envois, 1):
            for column, value in enumerate(_row(envoi, addresses)):
                if isinstance(value, int):
                    sheet.write_number(row, column, value, number)
                elif isinstance(value, datetime):
                    sheet.write_datetime(row, column, value, day)
                else:
                    write_text(sheet, row, column, value, styles)
            sheet.set_row(row, 60)  # the whole message stands in one cell: its first lines are enough here
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(len(envois), 1), len(heads) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.print_area(0, 0, len(envois), _PRINTED - 1)
    return stream.getvalue()


def _heads(addresses: bool) -> list[tuple[str, int]]:
    heads = [
        (_("Institution"), 34),
        (_("Service"), 28),
        (_("Réponse reçue"), 10),
        (_("À corriger"), 10),
        (_("À compléter"), 11),
        (_("D'ici la clôture"), 11),
        (_("Échéance"), 12),
        (_("Message"), 40),
        (_("Fichier joint"), 40),
        (_("Objet"), 50),
        (_("Corps"), 80),
        (_("Avertissement"), 18),
    ]
    return [*heads, (_("Destinataires"), 30), (_("Adresses"), 36)] if addresses else heads


def _row(envoi: Envoi, addresses: bool) -> list[str | int | datetime]:
    relance = envoi.relance
    row: list[str | int | datetime] = [
        relance.libelle,
        relance.service,
        _("non") if relance.muet else _("oui"),
        relance.compte("violation"),
        relance.compte("warning"),
        relance.a_venir(),
        datetime.combine(relance.cloture, datetime.min.time()),
        envoi.message,
        envoi.classeur,
        relance.objet,
        body_text(relance),
        _("Données fictives") if relance.fictif else "",
    ]
    people = ["; ".join(c.nom for c in envoi.contacts), "; ".join(c.courriel for c in envoi.contacts)]
    return [*row, *people] if addresses else row
