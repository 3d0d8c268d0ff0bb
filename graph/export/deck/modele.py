"""The template of a deck: where title, content and foot stand. A user's own is examined before it is opened."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER

from droitcommun.graph.errors import ModeleRefuse
from droitcommun.graph.export.deck.charts import Place
from droitcommun.graph.langue import _
from droitcommun.graph.names import slug

MAX_FILE, _MAX_PARTS, _MAX_UNPACKED = 100_000_000, 5_000, 400_000_000
_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_BODIES = (PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.BODY)
# The names under which a layout is looked for, as slugs: ours, then those of PowerPoint and LibreOffice.
COUVERTURE = ("titre", "couverture", "diapositive-de-titre", "title-slide", "title")
CONTENU = (
    "contenu",
    "titre-seul",
    "title-only",
    "titre-et-contenu",
    "title-and-content",
    "titre-contenu",
    "title-content",
)
_MAIN = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
_TEMPLATE = "application/vnd.openxmlformats-officedocument.presentationml.template.main+xml"
_MACROS = re.compile(r"vbaProject\.bin$|\.(?:xls|doc|ppt|pot|dot|xlt)m$", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LINKS = re.compile(r"(https?|mailto):", re.IGNORECASE)
_EMU = 914400
_BAS = 0.75


@dataclass(frozen=True)
class Gabarit:
    """An open presentation without slides, its two layouts, and where things stand (inches)."""

    presentation: Any
    couverture: Any
    contenu: Any
    zone: Place
    pied: Place
    numero: Place
    alerte: Place


def default_layouts(presentation: Any) -> Gabarit:
    """Return the default template with its places."""
    return _places(presentation)


def read_modele(data: bytes) -> Gabarit:
    """Examine and open a template (PPTX or POTX), without its slides. Raises ModeleRefuse."""
    data = _examine(data)
    try:
        presentation = Presentation(io.BytesIO(data))
    except Exception as error:  # the border: a damaged package fails in as many ways as there are bytes
        raise ModeleRefuse(_("son contenu n'est pas celui d'une présentation")) from error
    slides = presentation.slides._sldIdLst
    for slide in list(slides):
        presentation.part.drop_rel(slide.rId)
        slides.remove(slide)
    return _places(presentation)


def _examine(data: bytes) -> bytes:
    """Look into the package before any reader opens it; return it as a presentation when it is a template (POTX)."""
    if len(data) > MAX_FILE:
        raise ModeleRefuse(_("il dépasse {n} Mo").format(n=MAX_FILE // 1_000_000))
    if data.startswith(_OLE):
        raise ModeleRefuse(_("il est protégé par un mot de passe, ou à l'ancien format .ppt"))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = _unpack(archive)
    except zipfile.BadZipFile as error:
        raise ModeleRefuse(_("ce n'est pas un fichier PowerPoint (.pptx ou .potx), ou il est abîmé")) from error
    except RuntimeError as error:  # what zipfile says of an encrypted part
        raise ModeleRefuse(_("il est protégé par un mot de passe")) from error
    types = parts.get("[Content_Types].xml", b"")
    # A macro may hide under another name: its type says what it is, here or in an embedded document.
    if re.search(rb"macroEnabled|vbaProject", types) or any(_MACROS.search(name) for name in parts):
        raise ModeleRefuse(_("il contient des macros"))
    if _MAIN.encode() not in types and _TEMPLATE.encode() not in types:
        raise ModeleRefuse(_("ce n'est pas un fichier PowerPoint (.pptx ou .potx), ou il est abîmé"))
    if any(re.match(r"ppt/(activeX|embeddings/oleObject)", name) for name in parts):
        raise ModeleRefuse(_("il contient des objets actifs (OLE ou ActiveX)"))
    for name, content in parts.items():
        if name.endswith((".rels", ".xml")):
            _refuse_links(name, content)
    return data if _MAIN.encode() in types else _presentation(parts)


def _unpack(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Unpack every part, counting what really comes out: the sizes that a package declares may lie."""
    if len(archive.infolist()) > _MAX_PARTS:
        raise ModeleRefuse(_("il contient {n} parties").format(n=len(archive.infolist())))
    parts, total = dict[str, bytes](), 0
    for info in archive.infolist():
        with archive.open(info) as stream:
            content = stream.read(_MAX_UNPACKED - total + 1)
        total += len(content)
        if total > _MAX_UNPACKED:
            raise ModeleRefuse(_("il se déploie sans fin (bombe de décompression)"))
        parts[info.filename] = content
    return parts


def _refuse_links(name: str, content: bytes) -> None:
    """Refuse what would be read from elsewhere when the deck opens; a link that someone clicks on the web is kept."""
    try:
        root = fromstring(content)
    except DefusedXmlException as error:
        raise ModeleRefuse(_("il contient des entités XML")) from error
    except Exception as error:
        raise ModeleRefuse(_("sa partie {nom} est abîmée").format(nom=name)) from error
    if not name.endswith(".rels"):
        return
    for link in root:
        if link.get("TargetMode") == "External":
            kind, target = str(link.get("Type", "")).rpartition("/")[2], str(link.get("Target", ""))
            if kind != "hyperlink" or not _LINKS.match(target):
                raise ModeleRefuse(_("il dépend d'un fichier extérieur : « {cible} »").format(cible=target[:80]))


def _presentation(parts: dict[str, bytes]) -> bytes:
    """Return a template as the presentation it stands for: only its declared type changes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace(_TEMPLATE.encode(), _MAIN.encode()) if name[0] == "[" else content)
    return made.getvalue()


def _places(presentation: Any) -> Gabarit:
    layouts = [layout for master in presentation.slide_masters for layout in master.slide_layouts]
    titled = [layout for layout in layouts if _placeholder(layout, _TITLES) is not None]
    if not titled:
        names = ", ".join(f"« {layout.name} »" for layout in layouts) or _("aucune")
        text = _("aucune de ses dispositions n'a d'espace réservé pour un titre (dispositions : {noms})")
        raise ModeleRefuse(text.format(noms=names))
    content = _named(titled, CONTENU) or min(titled, key=lambda layout: len(list(layout.placeholders)))
    cover = _named(titled, COUVERTURE) or content
    width, height = presentation.slide_width / _EMU, presentation.slide_height / _EMU
    margin = width * 0.045
    zone = _zone(content, width, height, margin)
    foot = height - 0.62
    title = _placeholder(content, _TITLES)
    # The warning goes above the title when there is room, else at the foot, beside the number.
    above = title.top / _EMU >= 0.54
    warning = (width - margin - 2.1, 0.24, 2.1, 0.3) if above else (width - margin - 2.8, foot, 1.9, 0.3)
    return Gabarit(
        presentation,
        cover,
        content,
        zone,
        (margin, foot, width - 2 * margin - (0.9 if above else 2.9), 0.52),
        (width - margin - 0.8, foot, 0.8, 0.32),
        warning,
    )


def _named(layouts: list[Any], names: tuple[str, ...]) -> Any:
    return next((layout for name in names for layout in layouts if slug(layout.name) == name), None)


def _placeholder(layout: Any, kinds: tuple[Any, ...]) -> Any:
    return next((s for s in layout.placeholders if s.placeholder_format.type in kinds), None)


def _zone(layout: Any, width: float, height: float, margin: float) -> Place:
    """Return where content goes: the placeholder « Contenu », else the only body, else all under the title."""
    bodies = [s for s in layout.placeholders if s.placeholder_format.type in _BODIES]
    body = next((s for s in bodies if slug(s.name) == "contenu"), bodies[0] if len(bodies) == 1 else None)
    if body is not None and body.width and body.height > height * _EMU / 3:
        return (body.left / _EMU, body.top / _EMU, body.width / _EMU, body.height / _EMU)
    title = _placeholder(layout, _TITLES)
    top = (title.top + title.height) / _EMU + 0.2
    if top > height / 2:
        raise ModeleRefuse(_("sa disposition « {nom} » ne laisse pas de place sous son titre").format(nom=layout.name))
    return (margin, top, width - 2 * margin, height - top - _BAS)
