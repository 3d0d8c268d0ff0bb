"""The findings as a workbook: contents, what is to come, what is waived, then a sheet a body with its own lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from droitcommun.graph.checks.findings import CheckReport, Finding
from droitcommun.graph.export.constats.groups import (
    Group,
    actors,
    body_names,
    complete_actions,
    contract_title,
    file_of,
    kind_of,
    kinds,
    method,
    quiet,
    report_groups,
    report_title,
    sentence,
)
from droitcommun.graph.export.paper import Colonne, layout, set_paper
from droitcommun.graph.export.sheets import (
    HEAD_ROW,
    MADE,
    fit,
    format_maker,
    head,
    heading,
    options,
    shared_formats,
    sheet_name,
    write_text,
)
from droitcommun.graph.formats import date_courte, date_longue, typographie
from droitcommun.graph.langue import _

_FIRST = HEAD_ROW + 1
_LEAST = 12  # of a column of a sheet where nothing is written yet
_WORD = 70  # the longest name of a file that is kept on one line


@dataclass(frozen=True)
class Styles:
    """The formats of one workbook."""

    titre: Format
    tete: Format
    texte: Format
    litteral: Format
    discret: Format
    entier: Format
    jour: Format
    lien: Format


@dataclass(frozen=True)
class Column:
    """One column of a sheet of findings: its title, its width in characters, and the text or date it shows.

    A column that is printed (no width) is as wide as its texts ask and the paper gives; the others trace a finding.
    """

    title: str
    value: Callable[[Finding], str | date]
    width: int | None = None


def render_xlsx(report: CheckReport, passes: bool = False) -> bytes:
    """Return the workbook; the same report always gives the same bytes. *passes* adds the rules met."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, options()) as book:
        book.set_properties({"title": report_title(report), "created": MADE, "author": "droitcommun"})
        _Writer(book, report, passes).write()
    return stream.getvalue()


def _styles(book: xlsxwriter.Workbook) -> Styles:
    make = format_maker(book)
    return Styles(
        **shared_formats(make),
        discret=make(font_color="#566077", italic=True),
        entier=make(num_format="#,##0"),
        jour=make(num_format="dd/mm/yyyy", align="left"),
    )


def _columns() -> list[Column]:
    """Return the columns of every sheet of findings, the ones a body needs first."""
    words = kinds()
    return [
        Column(_("À faire"), lambda f: words[kind_of(f)]),
        Column(_("Constat"), lambda f: typographie(sentence(f))),
        Column(_("Que faire"), lambda f: typographie(f.correction)),
        Column(_("Fichier"), lambda f: "\n".join(file_of(s) for s in f.sources)),
        Column(_("Feuille"), lambda f: "\n".join(s.feuille for s in f.sources)),
        Column(_("Case"), lambda f: "\n".join(s.cellule for s in f.sources)),
        Column(_("Texte lu"), lambda f: "\n".join(s.texte for s in f.sources).strip(), 28),
        Column(_("Qui peut agir"), lambda f: actors().get(f.destinataire, _("l'institution")), 18),
        Column(_("Règle"), lambda f: f.regle, 9),
        Column(_("Référence"), lambda f: f.reference, 18),
        Column(_("Identifiant"), lambda f: f.id, 19),
    ]


def _waived_columns(body: Column) -> list[Column]:
    reason = Column(_("Motif"), lambda f: f.derogation.motif if f.derogation else "")
    until = Column(_("Jusqu'au"), lambda f: date.fromisoformat(f.derogation.expire) if f.derogation else "")
    return [body, reason, until, *_columns()[1:]]


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[str | date]]) -> tuple[list[int], int]:
    """Return the width of each column, and the paper on which the printed ones are read."""
    printed = [n for n, column in enumerate(columns) if column.width is None]
    texts = [[line for row in rows for line in _text(row[n]).split("\n")] for n in printed]
    asked = [Colonne(columns[n].title, lines, _is_cut(lines)) for n, lines in zip(printed, texts, strict=True)]
    found, paper = layout(asked)
    widths = {n: max(width, _LEAST) for n, width in zip(printed, found, strict=True)}
    return [widths[n] if column.width is None else column.width for n, column in enumerate(columns)], paper


def _is_cut(lines: Sequence[str]) -> bool:
    """Tell whether the texts of a column may be cut: a file, its sheet and its cell stand on one line."""
    return any(" " in line or len(line) > _WORD for line in lines)


def _text(value: str | date) -> str:
    return date_courte(value) if isinstance(value, date) else value


class _Writer:
    """One workbook being written."""

    def __init__(self, book: xlsxwriter.Workbook, report: CheckReport, passes: bool) -> None:
        self.book, self.report, self.passes = book, report, passes
        self.styles = _styles(book)
        self.groups = report_groups(report, passes)
        taken: set[str] = set()
        self.contents, self.coming, self.waived, self.unchecked = (
            sheet_name(label, taken) for label in (_("Sommaire"), _("À venir"), _("Dérogations"), _("Non vérifié"))
        )
        self.names = {group.code: sheet_name(group.title, taken) for group in self.groups}

    def write(self) -> None:
        """Write every sheet, the contents first."""
        self._contents(self.book.add_worksheet(self.contents))
        bodies = body_names(self.report)
        body = Column(_("Institution"), lambda f: bodies.get(f.organisme or "", f.organisme or contract_title()))
        coming = [f for f in self.report.findings if f.etat == "a-venir"]
        waived = [f for f in self.report.findings if f.derogation is not None]
        for name, title, findings, columns in (
            (self.coming, _("Ce qui n'est pas encore dû"), coming, [body, *_columns()[1:]]),
            (self.waived, _("Dérogations accordées"), waived, _waived_columns(body)),
        ):
            self._print(self._findings(name, title, findings, columns), columns, _FIRST + max(len(findings), 1) - 1)
        for group in self.groups:
            title = f"{group.title} – {group.score}" if group.score else group.title
            columns = _columns()
            sheet = self._findings(self.names[group.code], title, group.findings, columns)
            self._print(sheet, columns, self._passes(sheet, group))
        self._not_checked(self.book.add_worksheet(self.unchecked))

    def _findings(self, name: str, title: str, findings: Sequence[Finding], columns: Sequence[Column]) -> Worksheet:
        sheet = self.book.add_worksheet(name)
        rows = [[column.value(finding) for column in columns] for finding in findings]
        widths, paper = _widths(columns, rows)
        self._head(sheet, title, [(c.title, w) for c, w in zip(columns, widths, strict=True)], len(findings))
        set_paper(sheet, paper)
        for row, values in enumerate(rows, _FIRST):
            for n, value in enumerate(values):
                if isinstance(value, date):
                    sheet.write_datetime(row, n, datetime.combine(value, datetime.min.time()), self.styles.jour)
                elif value:
                    write_text(sheet, row, n, value, self.styles)
            fit(sheet, row, [(str(value), width) for value, width in zip(values, widths, strict=True)])
        if not findings:
            write_text(sheet, _FIRST, 0, _("Aucune ligne."), self.styles, self.styles.discret)
        return sheet

    def _print(self, sheet: Worksheet, columns: Sequence[Column], last_row: int) -> None:
        """Print what says the finding and its cell; the columns that trace it are left out."""
        sheet.print_area(0, 0, last_row, sum(column.width is None for column in columns) - 1)

    def _passes(self, sheet: Worksheet, group: Group) -> int:
        """Write the rules met below the findings, away from their filter; return the last row written."""
        row = _FIRST + max(len(group.findings), 1) + 1
        lines = [_("Satisfait ({n})").format(n=len(group.passes)), *group.passes] if group.passes else []
        for offset, text in enumerate(lines):
            write_text(sheet, row + offset, 1, text, self.styles, None if offset else self.styles.titre)
        return row + len(lines) - 1 if lines else row - 2

    def _contents(self, sheet: Worksheet) -> None:
        words = kinds()
        shown = [k for k in words if k in ("violation", "warning", "info") or any(g.count(k) for g in self.groups)]
        heads = [(_("Feuille"), 32), (_("Institution"), 52), (_("Règles satisfaites"), 40)]
        self._head(sheet, report_title(self.report), [*heads, *((words[k], 15) for k in shown)], len(self.groups))
        for row, group in enumerate(self.groups, _FIRST):
            self._link(sheet, row, self.names[group.code])
            write_text(sheet, row, 1, group.title, self.styles)
            write_text(sheet, row, 2, group.score or "–", self.styles)
            for n, kind in enumerate(shown, len(heads)):
                sheet.write_number(row, n, group.count(kind), self.styles.entier)
        row = _FIRST + len(self.groups) + 1
        for name, text in (
            (self.coming, _("Ce qui n'est pas encore dû : rien à corriger aujourd'hui.")),
            (self.waived, _("Les constats qu'une décision laisse en l'état, avec son motif et sa date de fin.")),
            (self.unchecked, _("Ce que ce contrôle ne vérifie pas, et les actions complètes par ambition.")),
        ):
            self._link(sheet, row, name)
            write_text(sheet, row, 1, text, self.styles, self.styles.discret)
            row += 1
        for note in self._notes():
            row += 1
            write_text(sheet, row, 0, note, self.styles, self.styles.discret)

    def _notes(self) -> Iterable[str]:
        if self.report.jour:
            yield _("Contrôle du {date}").format(date=date_longue(self.report.jour))
        yield method()
        silent = [] if self.passes else quiet(self.report)
        if silent:
            yield _("Sans constat : {organismes}.").format(organismes=", ".join(silent))

    def _not_checked(self, sheet: Worksheet) -> None:
        title = _("Ce que ce contrôle ne vérifie pas")
        self._head(sheet, title, [(_("Règle"), 60), (_("Actions complètes"), 60)], len(self.report.not_checked))
        lines = [(text, "") for text in self.report.not_checked]
        lines += [(f"{s.code} – {s.libelle}", complete_actions(s)) for s in self.report.scores_ambitions]
        for row, (text, score) in enumerate(lines, _FIRST):
            write_text(sheet, row, 0, text, self.styles)
            write_text(sheet, row, 1, score, self.styles)
            fit(sheet, row, [(text, 60)])

    def _head(self, sheet: Worksheet, title: str, columns: Sequence[tuple[str, int]], n_rows: int) -> None:
        heading(sheet, title, self.report.fictif, self.styles, widths=[width for _name, width in columns[:6]])
        head(sheet, [name for name, _width in columns], n_rows, self.styles)
        for n, (_name, width) in enumerate(columns):
            sheet.set_column(n, n, width)

    def _link(self, sheet: Worksheet, row: int, name: str) -> None:
        target = name.replace("'", "''")
        sheet.write_url(row, 0, f"internal:'{target}'!A1", self.styles.lien, name)
