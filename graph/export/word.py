"""A Word document as our reports need it: real headings, a table of contents, native tables, the same bytes twice.

Written with python-docx. Every text is cleaned of what XML refuses; every page bears the contract and its data.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from droitcommun.graph.export.views import Cellule, TableVue
from droitcommun.graph.formats import typographie
from droitcommun.graph.langue import _, langue

MADE = datetime(2000, 1, 1)
LARGEUR_CM = 17.0
_ZIP_DATE = (2000, 1, 1, 0, 0, 0)
_ENCRE, _ALERTE, _GRIS = RGBColor(0x1B, 0x2A, 0x41), RGBColor(0x9A, 0x34, 0x12), RGBColor(0x4B, 0x55, 0x63)
_FOND_TETE, _FOND_A_COMPLETER = "E6ECF3", "FFF4CC"
# What XML 1.0 has no character for, and what turns the direction of a text.
_REFUSES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
# A text that Word keeps in one piece: no line break, no tab, no space at its ends.
_D_UN_SEUL_TENANT = re.compile(r"\S(?:[^\t\n\r]*\S)?")
_A_COMPLETER = "A completer"


@dataclass(frozen=True)
class Cadre:
    """What every page bears: `entete` at its top, `alerte` beside it (« Données fictives », or ""), `pied` below."""

    entete: str
    alerte: str
    pied: str


def net(text: str) -> str:
    """Return *text* as a document may hold it: no forbidden character, French spaces unbreakable."""
    return typographie(_REFUSES.sub("", text))


class Word:
    """A document being written. Methods add at its end; `contenu` gives the file."""

    def __init__(self, titre: str, auteur: str, cadre: Cadre, corps: float = 10.5) -> None:
        self._document = Document()
        self._titres: list[tuple[int, str, str]] = []
        self._sommaire: Any = None
        self._images = 0
        self._saut = False
        _styles(self._document, corps)
        _proprietes(self._document, titre, auteur)
        _page(self._document, cadre)

    # Texts ------------------------------------------------------------------------------------------------------------

    def couverture(self, titre: str, sous_titre: str, lignes: Sequence[tuple[str, str]], alerte: str = "") -> None:
        """Write the title, what stands under it, then « label : value » lines."""
        self._document.add_paragraph(net(titre), style="Title")
        self._document.add_paragraph(net(sous_titre), style="Subtitle")
        if alerte:
            run = self._document.add_paragraph().add_run(net(alerte))
            run.bold, run.font.size, run.font.color.rgb = True, Pt(14), _ALERTE
        for label, value in lines_of(lignes):
            paragraph = self._document.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(2)
            paragraph.add_run(net(_("{nom} : ").format(nom=label))).bold = True
            paragraph.add_run(net(value))

    def titre(self, text: str, niveau: int = 1) -> None:
        """Write a heading (1 to 3); the first two levels are in the table of contents."""
        paragraph = self._document.add_heading(net(text), level=niveau)
        paragraph.paragraph_format.page_break_before = self._saut or None
        self._saut = False
        name = f"_Toc{len(self._titres) + 1:05d}"
        _signet(paragraph, name, len(self._titres) + 1)
        self._titres.append((niveau, net(text), name))

    def texte(self, text: str, style: str | None = None) -> None:
        """Write one paragraph."""
        self._document.add_paragraph(net(text), style=style)

    def phrase(self, fragments: Iterable[tuple[str, bool]], style: str | None = None) -> None:
        """Write one paragraph of pieces, (text, whether it stands out)."""
        paragraph = self._document.add_paragraph(style=style)
        for text, fort in fragments:
            paragraph.add_run(_REFUSES.sub("", text)).bold = fort

    def liste(self, elements: Iterable[str]) -> None:
        """Write bullets."""
        for element in elements:
            self._document.add_paragraph(net(element), style="List Bullet")

    def a_completer(self, qui: str, quoi: str) -> None:
        """Write what a person must write here, and who: nothing is invented in their place."""
        paragraph = self._document.add_paragraph(style=_A_COMPLETER)
        paragraph.add_run(net(_("À compléter – {qui} : ").format(qui=qui))).bold = True
        paragraph.add_run(net(quoi))

    def saut(self) -> None:
        """Start a new page, with the next heading at its top."""
        self._saut = True

    # Tables and pictures ----------------------------------------------------------------------------------------------

    def table(self, vue: TableVue, largeurs: Sequence[float] | None = None, taille: float = 9) -> None:
        """Write a native table with its caption, its header on each page, and its description for screen readers.

        *largeurs* are the relative widths of the columns; without them they follow the texts. An empty table says so.
        """
        if vue.titre:
            self._document.add_paragraph(net(vue.titre), style="Caption").paragraph_format.keep_with_next = True
        if not vue.lignes:
            self.texte(_("Aucune ligne."))
            return
        widths = _largeurs(vue) if largeurs is None else [LARGEUR_CM * w / sum(largeurs) for w in largeurs]
        table = self._document.add_table(rows=1, cols=len(vue.entetes), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        _decrire(table, vue)
        self._ligne(table.rows[0], vue.entetes, widths, taille, tete=True)
        models: dict[tuple[tuple[bool, bool], ...], Any] = {}
        for row in vue.lignes:
            # python-docx is slow: a line that looks like an earlier one is its copy, with other texts.
            look = tuple((shown.inconnu, shown.numerique) for shown in row)
            texts = [net(shown.texte) for shown in row]
            simple = all(map(_D_UN_SEUL_TENANT.fullmatch, texts))
            if simple and look in models:
                line = deepcopy(models[look])
                for element, text in zip(line.iter(qn("w:t")), texts, strict=True):
                    element.text = text
                table._tbl.append(line)
                continue
            added = table.add_row()
            self._ligne(added, row, widths, taille)
            if simple:
                models[look] = added._tr
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        _tete(table.rows[0])
        for row in table.rows:
            _element(row._tr.get_or_add_trPr(), "w:cantSplit")
        note = self._document.add_paragraph(net(vue.note))
        note.paragraph_format.space_after = Pt(8)
        for run in note.runs:
            run.italic, run.font.size, run.font.color.rgb = True, Pt(9), _GRIS

    def _ligne(
        self, line: Any, row: Sequence[Cellule], widths: Sequence[float], taille: float, tete: bool = False
    ) -> None:
        """Write the cells of one line of a table."""
        for cell, shown, width in zip(line.cells, row, widths, strict=True):
            cell.width = Cm(width)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1.5)
            run = paragraph.add_run(net(shown.texte))
            run.font.size, run.bold = Pt(taille), tete
            if shown.inconnu:
                run.italic, run.font.color.rgb = True, _GRIS
            if shown.numerique:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT

    def image(self, png: bytes, texte: str, largeur_cm: float = LARGEUR_CM) -> None:
        """Show a picture; *texte* says in words what it shows."""
        self._images += 1
        shape = self._document.add_picture(io.BytesIO(png), width=Cm(largeur_cm))
        drawn = shape._inline.docPr
        drawn.set("id", str(1000 + self._images))
        drawn.set("name", _("Image {n}").format(n=self._images))
        drawn.set("descr", net(texte))
        self._document.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.CENTER

    def signatures(self, noms: Sequence[str], colonnes: int = 2) -> None:
        """Leave a box for each signature, with its date."""
        rows = -(-len(noms) // colonnes)
        table = self._document.add_table(rows=rows, cols=colonnes, style="Table Grid")
        _element(table._tbl.tblPr, "w:tblCaption", val=net(_("Signatures")))
        for n, nom in enumerate(noms):
            cell = table.cell(n // colonnes, n % colonnes)
            cell.paragraphs[0].add_run(net(nom)).bold = True
            cell.add_paragraph(net(_("Nom et fonction :")))
            cell.add_paragraph(net(_("Date et signature :")))
            cell.add_paragraph()
        for row in table.rows:
            _element(row._tr.get_or_add_trPr(), "w:cantSplit")

    # Table of contents ------------------------------------------------------------------------------------------------

    def sommaire(self) -> None:
        """Put the table of contents here: a real field, already filled with links."""
        paragraph = self._document.add_paragraph(net(_("Sommaire")), style="TOC Heading")
        paragraph.paragraph_format.page_break_before = self._saut or None
        self._saut = False
        self._sommaire = self._document.add_paragraph()

    def contenu(self) -> bytes:
        """Return the file. The same calls always give the same bytes."""
        if self._sommaire is not None:
            _remplir_sommaire(self._document, self._sommaire, self._titres)
        stream = io.BytesIO()
        self._document.save(stream)
        return _meme_octets(stream.getvalue())


def lines_of(lignes: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the lines that say something."""
    return [(label, value) for label, value in lignes if value]


def _meme_octets(data: bytes) -> bytes:
    """Write the archive again without the day it was made."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as out:
        for name in source.namelist():
            out.writestr(zipfile.ZipInfo(name, _ZIP_DATE), source.read(name), zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _element(parent: Any, tag: str, **attributes: str) -> Any:
    child = OxmlElement(tag)
    for name, value in attributes.items():
        child.set(qn(f"w:{name}"), value)
    parent.append(child)
    return child


def _styles(document: Any, corps: float) -> None:
    styles = document.styles
    languages = styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr/w:lang")
    for found in languages:
        found.set(qn("w:val"), {"fr": "fr-FR"}.get(langue(), "en-GB"))
    sizes = {"Normal": corps, "Title": 26, "Subtitle": 14, "Heading 1": 18, "Heading 2": 14, "Heading 3": 11.5}
    for name in (*sizes, "Caption", "TOC Heading", "List Bullet"):
        style = styles[name]
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in [k for k in fonts.attrib if k.endswith("Theme")]:
            del fonts.attrib[key]
        style.font.name = "Arial"
        fonts.set(qn("w:hAnsi"), "Arial")
        fonts.set(qn("w:cs"), "Arial")
        if name in sizes:
            style.font.size = Pt(sizes[name])
        if name not in ("Normal", "List Bullet"):
            style.font.color.rgb = _ENCRE
    styles["Normal"].paragraph_format.space_after = Pt(6)
    styles["Caption"].font.size = Pt(10)
    styles["Heading 1"].paragraph_format.page_break_before = False
    for level in (1, 2):
        style = styles.add_style(f"toc {level}", 1)
        style.base_style = styles["Normal"]
        style.paragraph_format.left_indent = Cm(0.6 * (level - 1))
        style.paragraph_format.space_after = Pt(3)
    box = styles.add_style(_A_COMPLETER, 1)
    box.base_style = styles["Normal"]
    box.paragraph_format.left_indent = Cm(0.3)
    properties = box.element.get_or_add_pPr()
    borders = _element(properties, "w:pBdr")
    _element(borders, "w:left", val="single", sz="24", space="6", color="B45309")
    _element(properties, "w:shd", val="clear", color="auto", fill=_FOND_A_COMPLETER)
    _in_order(properties)


def _in_order(properties: Any) -> None:
    """Put the borders and the shading where the schema wants them: before spacing and indentation."""
    for tag in ("w:shd", "w:pBdr"):
        found = properties.find(qn(tag))
        properties.remove(found)
        properties.insert(0, found)


def _proprietes(document: Any, titre: str, auteur: str) -> None:
    core = document.core_properties
    core.title, core.author, core.last_modified_by, core.comments = net(titre), auteur, auteur, ""
    core.created = core.modified = MADE
    core.revision, core.language = 1, {"fr": "fr-FR"}.get(langue(), "en-GB")
    package = document.part.package
    for key in [k for k, rel in package.rels.items() if rel.reltype.endswith("/thumbnail")]:
        del package.rels[key]


def _page(document: Any, cadre: Cadre) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm((21 - LARGEUR_CM) / 2)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2)
    head = section.header.paragraphs[0]
    _tabs(head)
    _petit(head, cadre.entete)
    if cadre.alerte:
        run = head.add_run("\t" + net(cadre.alerte))
        run.bold, run.font.size, run.font.color.rgb = True, Pt(10), _ALERTE
    foot = section.footer.paragraphs[0]
    _tabs(foot)
    _petit(foot, cadre.pied + "\t" + _("page") + " ")
    _champ(foot, "PAGE")
    _petit(foot, " / ")
    _champ(foot, "NUMPAGES")


def _tabs(paragraph: Any) -> None:
    stops = paragraph.paragraph_format.tab_stops
    paragraph.style.paragraph_format.tab_stops.clear_all()
    stops.add_tab_stop(Cm(LARGEUR_CM), WD_TAB_ALIGNMENT.RIGHT)


def _petit(paragraph: Any, text: str) -> None:
    run = paragraph.add_run(net(text))
    run.font.size, run.font.color.rgb = Pt(8), _GRIS


def _champ(paragraph: Any, code: str) -> None:
    """Add a field whose result the reader's program works out."""
    run = paragraph.add_run()
    run.font.size, run.font.color.rgb = Pt(8), _GRIS
    _element(run._r, "w:fldChar", fldCharType="begin")
    _element(run._r, "w:instrText").text = f" {code} "
    _element(run._r, "w:fldChar", fldCharType="separate")
    _element(run._r, "w:t").text = "1"
    _element(run._r, "w:fldChar", fldCharType="end")


def _signet(paragraph: Any, name: str, number: int) -> None:
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    start.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    end.set(qn("w:id"), str(number))
    runs = paragraph._p.findall(qn("w:r"))
    runs[0].addprevious(start) if runs else paragraph._p.append(start)
    paragraph._p.append(end)


def _remplir_sommaire(document: Any, first: Any, titres: Sequence[tuple[int, str, str]]) -> None:
    """Fill the field: one linked line a heading, and how to have the page numbers (it goes when they come)."""
    shown = [titre for titre in titres if titre[0] <= 2]
    begin = first.add_run()
    _element(begin._r, "w:fldChar", fldCharType="begin")
    _element(begin._r, "w:instrText").text = ' TOC \\o "1-2" \\h \\z \\u '
    _element(begin._r, "w:fldChar", fldCharType="separate")
    hint = first.add_run(net(_("Pour les numéros de page : clic droit ici, puis « Mettre à jour les champs ».")))
    hint.italic, hint.font.size, hint.font.color.rgb = True, Pt(9), _GRIS
    last = first
    for niveau, text, name in shown:
        paragraph = document.add_paragraph(style=f"toc {niveau}")
        last._p.addnext(paragraph._p)
        link = _element(paragraph._p, "w:hyperlink", anchor=name, history="1")
        run = _element(link, "w:r")
        _element(run, "w:t").text = text
        last = paragraph
    _element(last.add_run()._r, "w:fldChar", fldCharType="end")


def _largeurs(vue: TableVue) -> list[float]:
    """Share the width of the page by how long the texts are, no column under a tenth."""
    rows = (vue.entetes, *vue.lignes)
    wanted = []
    for n in range(len(vue.entetes)):
        lengths = sorted(len(row[n].texte) for row in rows)
        longest_word = max((len(word) for row in rows for word in row[n].texte.split()), default=0)
        wanted.append(max(min(lengths[-1], 44), min(longest_word, 18), 7))
    return [LARGEUR_CM * w / sum(wanted) for w in wanted]


def _tete(row: Any) -> None:
    _element(row._tr.get_or_add_trPr(), "w:tblHeader")
    for cell in row.cells:
        _element(cell._tc.get_or_add_tcPr(), "w:shd", val="clear", color="auto", fill=_FOND_TETE)


def _decrire(table: Any, vue: TableVue) -> None:
    """Say in words what a table holds: its title, its columns, how many rows."""
    columns = ", ".join(cell.texte for cell in vue.entetes)
    about = _("{n} lignes ; colonnes : {colonnes}.").format(n=len(vue.lignes), colonnes=columns)
    _element(table._tbl.tblPr, "w:tblCaption", val=net(vue.titre or columns))
    _element(table._tbl.tblPr, "w:tblDescription", val=net(about))
