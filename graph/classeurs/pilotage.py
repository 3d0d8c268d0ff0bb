"""The sheets Séances, Présences and Qualification of the co-pilots' workbook.

A row that cannot be told by what it names is known by its number, and nothing is carried to it: another row may have
stood there.
"""

from __future__ import annotations

import re

from droitcommun.graph.classeurs.cells import DATE_IN_TEXT, normalised, read_date
from droitcommun.graph.classeurs.columns import Line, Table
from droitcommun.graph.classeurs.draft import RDF_TYPE
from droitcommun.graph.classeurs.fill import Filler
from droitcommun.graph.classeurs.form import Field
from droitcommun.graph.langue import _
from droitcommun.graph.names import cdv, contract_thing, contrat_iri, local_code

_AROUND_NAME = re.compile(r"^[\s–—,:;-]+|[\s–—,:;-]*(?:\bdu)?[\s–—,:;-]*$")
_NO_INSTANCE = "instance"


def map_seances(tables: dict[str, Table], filler: Filler, contrat: str, annee: int) -> dict[tuple[str, str], str]:
    """Make one Seance a row; return them by instance code and date (ISO)."""
    table, draft = tables["Séances"], filler.draft
    instance, day = table.sheet.field("instance"), table.sheet.field("date")
    draft.describe_columns(table)
    known: dict[tuple[str, str], str] = {}
    first: dict[str, Line] = {}
    for line in table.lines():
        draft.open(line)
        entry = filler.lookup.thing(line.text(instance), instance.classes).entry if line.cell(instance) else None
        cell = line.cell(day)
        when = read_date(cell.value, filler.epoch) if cell else None
        what = entry.code if entry else _NO_INSTANCE
        key = (what, when.isoformat() if when else f"ligne-{line.number}")
        node = contract_thing(contrat, "seance", annee, "-".join(key))
        if when is None:
            draft.previous.distrust(node)
        if node in draft.nodes:
            said_twice(line, first[node], (day, instance), filler)
            continue
        first[node] = line
        known[key] = node
        draft.add(node, RDF_TYPE, cdv("Seance"))
        draft.add(node, cdv("contrat"), contrat_iri(contrat))
        draft.add(node, cdv("campagne"), contract_thing(contrat, "campagne", annee))
        draft.locate(node, line, line.text(instance))
        if line.cell(instance) is None:
            filler.missing(node, line, instance)
        for field in table.sheet.fields:
            if field.multiple:
                filler.fill_all(node, line, field)
            else:
                filler.fill(node, line, field)
    return known


def map_presences(
    tables: dict[str, Table], filler: Filler, contrat: str, annee: int, seances: dict[tuple[str, str], str]
) -> None:
    """Make one Presence a row: a body at a meeting."""
    table, draft = tables["Présences"], filler.draft
    sheet = table.sheet
    draft.describe_columns(table)
    seance, organisme, presence = sheet.field("seance"), sheet.field("organisme"), sheet.field("etatPresence")
    first: dict[str, Line] = {}
    for line in table.lines():
        draft.open(line)
        meeting = find_seance(line.text(seance), seances, filler)
        body = filler.lookup.thing(line.text(organisme), organisme.classes).entry if line.cell(organisme) else None
        codes = (
            local_code(meeting) if meeting else f"ligne-{line.number}",
            body.code if body else f"ligne-{line.number}",
        )
        node = contract_thing(contrat, "presence", annee, *codes)
        if not (meeting and body):
            draft.previous.distrust(node)
        if node in draft.nodes:
            said_twice(line, first[node], (organisme, seance), filler)
            continue
        first[node] = line
        draft.add(node, RDF_TYPE, cdv("Presence"))
        draft.add(node, cdv("contrat"), contrat_iri(contrat))
        draft.add(node, cdv("campagne"), contract_thing(contrat, "campagne", annee))
        draft.locate(node, line, f"{line.text(seance)} – {line.text(organisme)}")
        if meeting:
            draft.add(node, cdv("seance"), meeting)
        else:
            unknown_seance(node, line, seance, seances, filler)
        for field in (organisme, presence):
            filler.fill(node, line, field)
            if line.cell(field) is None and not draft.values(node, field.path):
                filler.missing(node, line, field)


def map_qualifications(tables: dict[str, Table], filler: Filler, contrat: str, annee: int) -> None:
    """Make one Qualification a row that says something; a row left as prefilled keeps what was said before."""
    table, draft = tables["Qualification"], filler.draft
    sheet = table.sheet
    draft.describe_columns(table)
    source = sheet.field("source")
    said = [sheet.field("qualification"), sheet.field("decideEn")]
    seen: dict[str, Line] = {}
    for line in table.lines():
        entry = filler.lookup.code(line.text(source), source.codes or "").entry
        code = entry.code if entry else f"ligne-{line.number}"
        node = contract_thing(contrat, "qualification", annee, code)
        if entry is None:
            draft.previous.distrust(node)
        if node in seen:
            draft.open(line)
            said_twice(line, seen[node], (source,), filler)
            continue
        seen[node] = line
        if entry and not any(line.cell(field) for field in said):
            draft.keep_line(node, line, said)
            continue
        draft.open(line)
        draft.add(node, RDF_TYPE, cdv("Qualification"))
        draft.add(node, cdv("contrat"), contrat_iri(contrat))
        draft.add(node, cdv("campagne"), contract_thing(contrat, "campagne", annee))
        draft.locate(node, line, line.text(source))
        for field in sheet.fields:
            filler.fill(node, line, field)
        for field in (source, said[0]):
            if line.cell(field) is None and not draft.values(node, field.path):
                filler.missing(node, line, field)
    for node in draft.previous.of_class("Qualification"):
        if node not in seen and draft.previous.values(node, source.path):
            draft.add_all(draft.previous.whole(node))


def find_seance(text: str, seances: dict[tuple[str, str], str], filler: Filler) -> str | None:
    """Read « Comité de pilotage – 12/03/2026 »; a body with a single meeting, or a date with one, is enough."""
    match = DATE_IN_TEXT.search(text)
    when = read_date(match[0]) if match else None
    name = _AROUND_NAME.sub("", text.replace(match[0], "")) if match else text
    instance = filler.lookup.thing(name, (cdv("Instance"),)).entry if name else None
    if (name and instance is None) or not (instance or when):
        return None
    found = [
        node
        for (what, day), node in seances.items()
        if (instance is None or what == instance.code) and (when is None or day == when.isoformat())
    ]
    return found[0] if len(found) == 1 else None


def unknown_seance(node: str, line: Line, field: Field, seances: dict[tuple[str, str], str], filler: Filler) -> None:
    """Report a cell that names no meeting of the sheet Séances, or is empty."""
    if line.cell(field) is None:
        filler.missing(node, line, field)
        return
    known = " ; ".join(f"« {_shown(*key)} »" for key in sorted(seances)) or _("aucune")
    filler.draft.reserve(
        node,
        "seance-introuvable",
        line,
        field,
        _("« {texte} » n'est pas une séance de la feuille Séances.").format(texte=line.text(field)),
        _("Choisissez-la dans la liste (séances lues : {connues}), et renvoyez le classeur.").format(connues=known),
    )


def _shown(what: str, day: str) -> str:
    """Return a meeting as its row says it, without what it is known by when its body or date is not understood."""
    name = _("(instance illisible)") if what == _NO_INSTANCE else what
    return f"{name} {day if read_date(day) else _('(date illisible)')}"


def said_twice(line: Line, first: Line, keys: tuple[Field, ...], filler: Filler) -> None:
    """Report a row about the same thing as the row *first*; *keys* are the columns that name it, the first is shown."""
    others = [field for field in line.table.sheet.fields if field not in keys and field.kind != "libelle"]
    differing = next((f for f in others if normalised(line.text(f)) != normalised(first.text(f))), None)
    if differing is None:
        message = _("Cette ligne dit la même chose que la ligne {autre} : elle n'a pas été lue.")
        correction = _("Gardez une seule ligne, et renvoyez le classeur.")
    else:
        message = _(
            "Cette ligne contredit la ligne {autre} pour « {colonne} » (« {avant} » plus haut, « {ici} » ici) : "
            "seule la ligne {autre} a été lue."
        )
        correction = _("Gardez la ligne qui est juste, supprimez l'autre, et renvoyez le classeur.")
    filler.draft.report(
        "reserve",
        "ligne-en-double",
        line,
        keys[0],
        message.format(
            autre=first.number,
            colonne=differing.title if differing else "",
            avant=first.text(differing) if differing else "",
            ici=line.text(differing) if differing else "",
        ),
        correction,
    )
