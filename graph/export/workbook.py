"""The picture as an XLSX workbook: contents, sentences, figures, then a sheet a table. Same picture, same bytes."""

from __future__ import annotations

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
from droitcommun.graph.export.sheets import HEAD_ROW, MADE, OPTIONS, fit, head, heading, sheet_name, write_text
from droitcommun.graph.files import write_atomic
from droitcommun.graph.formats import entier
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
    book = xlsxwriter.Workbook(stream, OPTIONS)
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


def _styles(book: xlsxwriter.Workbook) -> Styles:
    def add(**properties: object) -> Format:
        made: Format = book.add_format({"font_name": "Calibri", "font_size": 10, "valign": "top", **properties})
        return made

    return Styles(
        titre=add(bold=True, font_size=13, font_color="#16213A"),
        tete=add(bold=True, text_wrap=True, bg_color="#16213A", font_color="#FFFFFF", border=1),
        texte=add(text_wrap=True),
        litteral=add(text_wrap=True, quote_prefix=True),
        inconnu=add(font_color="#6B7486", italic=True),
        entier=add(num_format="#,##0"),
        euros=add(num_format='#,##0.00 "€"'),
        decimal=add(num_format="#,##0.00"),
        jour=add(num_format="dd/mm/yyyy"),
        lien=add(font_color="#1D4E89", underline=1),
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
    heading(sheet, _title(picture), picture.contexte.fictif, styles, mention_photographie(picture))
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
        fit(sheet, row, [(text, 90), (command, 60)])
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
    for row, note in enumerate(notes, last):
        write_text(sheet, row, 0, note, styles, styles.inconnu)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    sheet.set_column(2, 2, 60)


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
    heading(sheet, _("Les dix phrases"), picture.contexte.fictif, styles, mention_photographie(picture))
    head(sheet, [_("N°"), _("Phrase"), _("Donnée connue"), _("Chiffres")], len(picture.phrases), styles)
    for row, phrase in enumerate(picture.phrases, HEAD_ROW + 1):
        sheet.write_number(row, 0, phrase.numero, styles.entier)
        write_text(sheet, row, 1, phrase.texte, styles)
        write_text(sheet, row, 2, _("oui") if phrase.connu else _("non"), styles)
        write_text(sheet, row, 3, " ".join(phrase.figures), styles)
        fit(sheet, row, [(phrase.texte, 110), (" ".join(phrase.figures), 30)])
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, 1, 110)
    sheet.set_column(2, 3, 30)


def _figures(sheet: Worksheet, picture: Picture, names: dict[str, str], styles: Styles) -> None:
    heading(sheet, _("Les chiffres et leurs repères"), picture.contexte.fictif, styles, mention_photographie(picture))
    heads = [_("Repère"), _("Chiffre"), _("Valeur"), _("Unité"), _("Feuille")]
    head(sheet, heads, len(picture.figures), styles)
    for row, figure in enumerate(picture.figures.values(), HEAD_ROW + 1):
        write_text(sheet, row, 0, figure.id, styles)
        write_text(sheet, row, 1, figure.libelle, styles)
        if figure.valeur is not None:
            style = styles.entier if isinstance(figure.valeur, int) else styles.decimal
            sheet.write_number(row, 2, _excel(figure.valeur), style)
        write_text(sheet, row, 3, unites().get(figure.unite, figure.unite), styles)
        write_text(sheet, row, 4, names.get(figure.table, figure.table), styles)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 70)
    sheet.set_column(2, 3, 16)
    sheet.set_column(4, 4, 30)


def _table(sheet: Worksheet, picture: Picture, table: Table, styles: Styles) -> None:
    columns = table.query.columns
    heading(sheet, _table_title(picture, table), picture.contexte.fictif, styles, mention_photographie(picture))
    head(sheet, [entete(column) for column in columns], len(table.rows), styles)
    for n, column in enumerate(columns):
        sheet.set_column(n, n, _width(column))
    for number, row in enumerate(table.rows, HEAD_ROW + 1):
        for n, column in enumerate(columns):
            _cell(sheet, number, n, picture, table, column, row, styles)
        texts = ((str(row[c.name]), _width(c)) for c in columns if isinstance(row.get(c.name), str))
        fit(sheet, number, texts)


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


def _width(column: Column) -> int:
    if column.name.startswith("libelle") or column.name in ("organismes", "services", "dates", "precision"):
        return 60
    return 16 if est_numerique(column) or column.type in ("gYear", "date", "boolean") else 26


def _excel(value: Decimal | int) -> float:
    """A spreadsheet keeps binary numbers: cents survive, being far above its precision."""
    return float(value)


def _cell(
    sheet: Worksheet, number: int, n: int, picture: Picture, table: Table, column: Column, row: Row, styles: Styles
) -> None:
    """Write one value; what is unknown stays an empty cell, which no sum takes for a number."""
    value = row.get(column.name)
    if value is None:
        return
    if isinstance(value, bool):
        write_text(sheet, number, n, _("oui") if value else _("non"), styles)
    elif isinstance(value, date):
        sheet.write_datetime(number, n, datetime(value.year, value.month, value.day), styles.jour)
    elif isinstance(value, Decimal):
        style = styles.euros if column.unit == "EUR" else styles.decimal
        sheet.write_number(number, n, _excel(value), style)
    elif isinstance(value, int):
        style = styles.entier if est_numerique(column) else styles.texte
        sheet.write_number(number, n, value, style)
    else:
        write_text(sheet, number, n, mot(picture.contexte, table, column.name, value), styles)
