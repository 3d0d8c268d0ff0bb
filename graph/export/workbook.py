"""The picture as an XLSX workbook: contents, sentences, figures, then a sheet a table. Same picture, same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from droitcommun.graph.catalogue import Column, Table
from droitcommun.graph.export.cells import commande, entete, est_numerique, mot
from droitcommun.graph.export.mentions import mention_photographie
from droitcommun.graph.export.paper import Colonne, layout, set_paper
from droitcommun.graph.export.sheets import (
    HEAD_ROW,
    MADE,
    fit,
    format_maker,
    head,
    heading,
    note,
    options,
    shared_formats,
    sheet_name,
    write_text,
)
from droitcommun.graph.files import write_atomic
from droitcommun.graph.formats import date_courte, entier, euros, fixe
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.figures import Periode
from droitcommun.graph.pictures.rows import Row, entier_ou_rien
from droitcommun.graph.words import phases, unites


def _sheet_labels() -> dict[str, str]:
    return {
        "retours": _("Réponses"),
        "tableau-des-engagements": _("Tableau des engagements"),
        "engagements-declares": _("Engagements déclarés"),
        "ambitions-sans-partenaire": _("Ambitions isolées"),
        "matrice-qpv-ambition": _("QPV et ambitions"),
        "droit-commun-et-specifique": _("Crédits par source"),
        "moyens-a-qualifier": _("À qualifier"),
        "resultats-habitants": _("Habitants"),
        "calendrier-des-instances": _("Instances"),
        "actions-incompletes": _("Actions incomplètes"),
        "reconciliation": _("Réconciliation"),
        "mobilisation-par-ambition": _("Ambitions"),
        "matrice-organisme-ambition": _("Institutions"),
        "matrice-organisme-qpv": _("Institutions et QPV"),
        "ecarts-de-couverture": _("Écarts"),
        "fiabilite-des-montants": _("Fiabilité"),
        "mobilisation-par-qpv": _("QPV et lieux"),
        "formes-de-mobilisation": _("Formes"),
        "effet-levier": _("Rapport par action"),
        "moyens-humains": _("Moyens humains"),
        "evolution": _("Évolution"),
        "axes-transversaux": _("Axes"),
        "programme-d-evaluation": _("Évaluation"),
        "decisions": _("Décisions"),
        "actions-declarees": _("Actions"),
        "quartiers-et-communes": _("Quartiers et communes"),
        "missions-des-instances": _("Missions des instances"),
        "indicateurs": _("Indicateurs"),
    }


@dataclass(frozen=True)
class Styles:
    """The formats of one workbook."""

    titre: Format
    tete: Format
    texte: Format
    litteral: Format
    inconnu: Format
    entier: Format
    euros: Format
    decimal: Format
    jour: Format
    lien: Format


def write_workbook(picture: Picture, path: Path) -> None:
    """Write the workbook whole. Raises WriteFailed."""
    write_atomic(path, workbook_bytes(picture))


def workbook_bytes(picture: Picture) -> bytes:
    """Return the workbook; the same picture always gives the same bytes."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, options())
    book.set_properties({"title": _title(picture), "created": MADE, "author": f"droitcommun {picture.version}"})
    styles = _styles(book)
    taken: set[str] = set()
    names = {key: _sheet_name(picture, key, taken) for key in picture.tables}
    _contents(book.add_worksheet(_("Sommaire")), picture, names, styles)
    _sentences(book.add_worksheet(_("Phrases")), picture, styles)
    _figures(book.add_worksheet(_("Chiffres")), picture, names, styles)
    for key, table in picture.tables.items():
        _table(book.add_worksheet(names[key]), picture, table, styles)
    book.close()
    return stream.getvalue()


# A thin line under each row: on paper, rows of several lines are told apart.
_FILET: dict[str, object] = {"bottom": 1, "bottom_color": "#D5DAE4"}


def _styles(book: xlsxwriter.Workbook) -> Styles:
    make = format_maker(book)
    return Styles(
        **shared_formats(make, _FILET),
        inconnu=make(font_color="#566077", italic=True, text_wrap=True),
        entier=make(num_format="#,##0_i", **_FILET),
        euros=make(num_format='#,##0.00 "€"_i', **_FILET),
        decimal=make(num_format="#,##0.00_i", **_FILET),
        jour=make(num_format="dd/mm/yyyy_i", **_FILET),
    )


def _title(picture: Picture) -> str:
    title = _("Photographie {annee} du droit commun").format(annee=picture.contexte.annee)
    return f"{title} – {picture.contexte.titre}"


def _sheet_name(picture: Picture, key: str, taken: set[str]) -> str:
    """Name a sheet: at most 31 characters, the period said when a table is asked in each phase."""
    name, _sep, variant = key.partition(":")
    label = _sheet_labels().get(name, name)
    if variant == "precedente":
        label = f"{label} {picture.contexte.annee_precedente}"
    elif variant == "autre" or f"{name}:autre" in picture.tables:
        periode = picture.autre if variant == "autre" else picture.principale
        mots = phases()[periode.phase] if _autres_exercices(picture.tables[key], periode) else periode.mots()
        label = f"{label} {mots}"
    return sheet_name(label, taken)


def _contents(sheet: Worksheet, picture: Picture, names: dict[str, str], styles: Styles) -> None:
    widths = (34, 84, 52)
    titre = _("Photographie {annee} du droit commun").format(annee=picture.contexte.annee)
    heading(sheet, titre, picture.contexte.fictif, styles, mention_photographie(picture), widths)
    head(sheet, [_("Feuille"), _("Contenu"), _("Pour la retrouver")], len(names) + 2, styles)
    lines = [
        (_("Phrases"), _("Les dix phrases de la première page."), ""),
        (_("Chiffres"), _("Chaque chiffre avec son repère et la feuille dont il vient."), ""),
    ]
    lines += [(names[key], _description(table), commande(table)) for key, table in picture.tables.items()]
    for row, (name, text, command) in enumerate(lines, HEAD_ROW + 1):
        sheet.write_url(row, 0, f"internal:'{name}'!A1", styles.lien, name)
        write_text(sheet, row, 1, text, styles)
        write_text(sheet, row, 2, command, styles)
        fit(sheet, row, [(text, widths[1]), (command, widths[2])])
    last = HEAD_ROW + len(lines) + 2
    contexte = picture.contexte
    notes = [
        _("Contrat : {titre} ({code})").format(titre=contexte.titre, code=contexte.identifiant or contexte.contrat),
        mention_photographie(picture),
        _("Campagne {annee} ; montants : {a} et {b}").format(
            annee=contexte.annee, a=picture.principale.mots(), b=picture.autre.mots()
        ),
        *_non_detailles(picture),
        _("Une cellule vide veut dire « sans information » ; 0 veut dire zéro."),
        _("Empreinte des données (SHA-256) : {empreinte}").format(empreinte=picture.empreinte),
        _("Produit par droitcommun {version}").format(version=picture.version),
        *picture.avertissements,
    ]
    for row, text in enumerate(notes, last):
        note(sheet, row, text, styles, styles.inconnu, widths)
    _columns(sheet, widths, last + len(notes) - 1)


def _columns(sheet: Worksheet, widths: Sequence[int], last_row: int) -> None:
    """Set the columns, and print them alone: a text that runs past the last one would shrink the page."""
    for n, width in enumerate(widths):
        sheet.set_column(n, n, width)
    sheet.print_area(0, 0, last_row, len(widths) - 1)


def _non_detailles(picture: Picture) -> list[str]:
    """Say how many bodies are in the totals without a row of their own."""
    if not picture.non_detailles:
        return []
    text = ngettext(
        "{n} institution est dans tous les totaux sans être détaillée : elle n'a pas donné son visa.",
        "{n} institutions sont dans tous les totaux sans être détaillées : elles n'ont pas donné leur visa.",
        picture.non_detailles,
    )
    return [text.format(n=entier(picture.non_detailles))]


def _sentences(sheet: Worksheet, picture: Picture, styles: Styles) -> None:
    widths = (6, 110, 14, 34)
    heading(sheet, _("Les dix phrases"), picture.contexte.fictif, styles, mention_photographie(picture), widths)
    head(sheet, [_("N°"), _("Phrase"), _("Donnée connue"), _("Chiffres")], len(picture.phrases), styles)
    for row, phrase in enumerate(picture.phrases, HEAD_ROW + 1):
        sheet.write_number(row, 0, phrase.numero, styles.entier)
        write_text(sheet, row, 1, phrase.texte, styles)
        write_text(sheet, row, 2, _("oui") if phrase.connu else _("non"), styles)
        write_text(sheet, row, 3, " ".join(phrase.figures), styles)
        fit(sheet, row, [(phrase.texte, widths[1]), (" ".join(phrase.figures), widths[3])])
    _columns(sheet, widths, HEAD_ROW + len(picture.phrases))


def _figures(sheet: Worksheet, picture: Picture, names: dict[str, str], styles: Styles) -> None:
    widths, titre = (18, 76, 18, 10, 32), _("Les chiffres et leurs repères")
    heading(sheet, titre, picture.contexte.fictif, styles, mention_photographie(picture), widths)
    heads = [_("Repère"), _("Chiffre"), _("Valeur"), _("Unité"), _("Feuille")]
    head(sheet, heads, len(picture.figures), styles)
    for row, figure in enumerate(picture.figures.values(), HEAD_ROW + 1):
        write_text(sheet, row, 0, figure.id, styles)
        write_text(sheet, row, 1, figure.libelle, styles)
        if figure.valeur is not None:
            style = styles.entier if isinstance(figure.valeur, int) else styles.decimal
            sheet.write_number(row, 2, _excel(figure.valeur), style)
        write_text(sheet, row, 3, unites().get(figure.unite, figure.unite), styles)
        write_text(sheet, row, 4, names.get(figure.table, "–"), styles)
        fit(sheet, row, [(figure.libelle, widths[1])])
    _columns(sheet, widths, HEAD_ROW + len(picture.figures))


def _table(sheet: Worksheet, picture: Picture, table: Table, styles: Styles) -> None:
    columns = table.query.columns
    shown = [[_shown(picture, table, column, row) for column in columns] for row in table.rows]
    printed = [
        Colonne(entete(column), [line[n] for line in shown], not est_numerique(column) and column.type != "date")
        for n, column in enumerate(columns)
    ]
    widths, paper = layout(printed)
    mention = mention_photographie(picture)
    heading(sheet, _table_title(picture, table), picture.contexte.fictif, styles, mention, widths)
    set_paper(sheet, paper)
    head(sheet, [column.entete for column in printed], len(table.rows), styles)
    fit(sheet, HEAD_ROW, [(column.entete, width - 2) for column, width in zip(printed, widths, strict=True)])
    _columns(sheet, widths, HEAD_ROW + max(len(table.rows), 1))
    for number, (row, line) in enumerate(zip(table.rows, shown, strict=True), HEAD_ROW + 1):
        for n, column in enumerate(columns):
            _cell(sheet, number, n, column, row, line[n], styles)
        fit(sheet, number, zip(line, widths, strict=True))


def _description(table: Table) -> str:
    """Return what a query says it answers, with its years in place of their parameters."""
    text = table.query.description
    for name, value in sorted(table.parameters.items(), reverse=True):
        text = text.replace(f"${name}", str(value))
    return text


def _table_title(picture: Picture, table: Table) -> str:
    years = [str(v) for k, v in table.parameters.items() if k.startswith("annee")]
    text = _("{titre} – campagne {annees}").format(titre=table.query.title, annees=", ".join(years))
    phase = table.parameters.get("phase")
    for periode in (picture.principale, picture.autre):
        if phase == periode.phase and str(picture.contexte.annee) in years:
            text += f" – {periode.mots()}"
            text += "".join(f", {other.mots()}" for other in _autres_exercices(table, periode))
    return text


def _autres_exercices(table: Table, periode: Periode) -> list[Periode]:
    """Return the periods of the rows of *table* that are not of *periode*: an import may add another exercice."""
    years = {entier_ou_rien(r, "exercice") for r in table.rows if r.get("exercice") is not None} - {periode.exercice}
    return [Periode(periode.phase, year) for year in sorted(y for y in years if y is not None)]


def _shown(picture: Picture, table: Table, column: Column, row: Row) -> str:
    """Return a cell as it is read: what is written for a text, what its format shows for a number or a date."""
    value = row.get(column.name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, date):
        return date_courte(value)
    if isinstance(value, Decimal):
        return euros(value, cents=True) if column.unit == "EUR" else fixe(value, 2)
    if isinstance(value, int):
        return entier(value) if est_numerique(column) else str(value)
    return mot(picture.contexte, table, column.name, value)


def _excel(value: Decimal | int) -> float:
    """A spreadsheet keeps binary numbers: cents survive, being far above its precision."""
    return float(value)


def _cell(sheet: Worksheet, number: int, n: int, column: Column, row: Row, shown: str, styles: Styles) -> None:
    """Write one value; what is unknown stays an empty cell, which no sum takes for a number."""
    value = row.get(column.name)
    if value is None:
        sheet.write_blank(number, n, None, styles.texte)
    elif isinstance(value, date):
        sheet.write_datetime(number, n, datetime(value.year, value.month, value.day), styles.jour)
    elif isinstance(value, Decimal):
        style = styles.euros if column.unit == "EUR" else styles.decimal
        sheet.write_number(number, n, _excel(value), style)
    elif isinstance(value, int) and not isinstance(value, bool):
        style = styles.entier if est_numerique(column) else styles.texte
        sheet.write_number(number, n, value, style)
    else:
        write_text(sheet, number, n, shown, styles)
