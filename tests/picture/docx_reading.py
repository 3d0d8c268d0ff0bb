"""A DOCX read as plain XML, by other code than its writer: texts, headings, tables, what it may not hold."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
PDFTOTEXT = shutil.which("pdftotext")


@dataclass(frozen=True)
class Docx:
    """What a document holds: `body` is its main part, `head` and `foot` the texts of its header and footer."""

    body: etree._Element
    head: str
    foot: str
    names: tuple[str, ...]
    core: str

    @property
    def paragraphs(self) -> list[str]:
        """Every paragraph of the body, those of tables too."""
        return [plain_text(p) for p in self.body.iter(f"{W}p")]

    @property
    def text(self) -> str:
        """All the text of the body, on one line a paragraph."""
        return "\n".join(self.paragraphs)

    def styled(self, *styles: str) -> list[str]:
        """Return the texts of the paragraphs of some styles (their ids)."""
        found = []
        for p in self.body.iter(f"{W}p"):
            style = p.find(f"{W}pPr/{W}pStyle")
            if style is not None and style.get(f"{W}val") in styles:
                found.append(plain_text(p))
        return found

    def tables(self) -> list[list[list[str]]]:
        """Return every table as rows of texts, the header first."""
        return [
            [[plain_text(c) for c in row.iter(f"{W}tc")] for row in table.iter(f"{W}tr")]
            for table in self.body.iter(f"{W}tbl")
        ]

    def table(self, *heads: str) -> list[list[str]]:
        """Return the rows of the table that has these headers."""
        return next(rows[1:] for rows in self.tables() if rows[0] == list(heads))


def plain_text(element: etree._Element) -> str:
    """Return the text of an element with ordinary spaces."""
    return " ".join("".join(t.text or "" for t in element.iter(f"{W}t")).split())


def read_docx(data: bytes) -> Docx:
    """Read the parts of a document."""
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        names = tuple(held.namelist())
        parts = {n: etree.fromstring(held.read(n)) for n in names if n.endswith(".xml")}
        core = held.read("docProps/core.xml").decode()
    heads = [plain_text(parts[n]) for n in names if n.startswith("word/header")]
    feet = [plain_text(parts[n]) for n in names if n.startswith("word/footer")]
    return Docx(parts["word/document.xml"], " ".join(heads), " ".join(feet), names, core)


def pdf_pages(data: bytes, folder: Path, name: str = "document.docx") -> list[str]:
    """Return the text of each page as LibreOffice prints the document."""
    source = folder / name
    source.write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profil').as_uri()}"
    command = [str(SOFFICE), profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    printed = source.with_suffix(".pdf")
    out = subprocess.run([str(PDFTOTEXT), "-layout", str(printed), "-"], check=True, capture_output=True)
    return [page for page in out.stdout.decode().split("\f") if page.strip()]
