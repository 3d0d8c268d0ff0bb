"""The sheets Séances, Présences and Qualification of the co-pilots' workbook.

A row that cannot be told by what it names is known by its number, and nothing is carried to it: another row may have
stood there.
"""

from __future__ import annotations

from droitcommun.graph.classeurs.cells import normalised, read_date
from droitcommun.graph.classeurs.columns import Line, Table
from droitcommun.graph.classeurs.draft import RDF_TYPE
from droitcommun.graph.classeurs.fill import Filler
from droitcommun.graph.classeurs.form import Field
from droitcommun.graph.classeurs.seances import NO_INSTANCE, Meetings
from droitcommun.graph.langue import _
from droitcommun.graph.names import cdv, contract_thing, contrat_iri, local_code


def map_seances(tables: dict[str, Table], filler: Filler, contrat: str, annee: int) -> Meetings:
    """Make one Seance a row; return the meetings of the file."""
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
        what = entry.code if entry else NO_INSTANCE
        key = (what, when.isoformat() if when else f"ligne-{line.number}")
        node = contract_thing(contrat, "seance", annee, "-".join(key))
        if when is None:
            draft.previous.distrust(node)
        if node in draft.nodes:
            said_twice(node, line, first[node], (day, instance), filler)
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
    return Meetings(known, filler)


def map_presences(tables: dict[str, Table], filler: Filler, contrat: str, annee: int, seances: Meetings) -> None:
    """Make one Presence a row: a body at a meeting."""
    table, draft = tables["Présences"], filler.draft
    sheet = table.sheet
    draft.describe_columns(table)
    seance, organisme, presence = sheet.field("seance"), sheet.field("organisme"), sheet.field("etatPresence")
    first: dict[str, Line] = {}
    lines = list(table.lines())
    seances.are_cited(line.text(seance) for line in lines)
    for line in lines:
        draft.open(line)
        meeting = seances.find(line.text(seance))
        body = filler.lookup.thing(line.text(organisme), organisme.classes).entry if line.cell(organisme) else None
        codes = (
            local_code(meeting) if meeting else f"ligne-{line.number}",
            body.code if body else f"ligne-{line.number}",
        )
        node = contract_thing(contrat, "presence", annee, *codes)
        if not (meeting and body):
            draft.previous.distrust(node)
        if node in draft.nodes:
            said_twice(node, line, first[node], (organisme, seance), filler)
            continue
        first[node] = line
        draft.add(node, RDF_TYPE, cdv("Presence"))
        draft.add(node, cdv("contrat"), contrat_iri(contrat))
        draft.add(node, cdv("campagne"), contract_thing(contrat, "campagne", annee))
        draft.locate(node, line, f"{line.text(seance)} – {line.text(organisme)}")
        if meeting:
            draft.add(node, cdv("seance"), meeting)
        else:
            seances.report_unknown(node, line, seance)
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
            said_twice(node, line, seen[node], (source,), filler)
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


def said_twice(node: str, line: Line, first: Line, keys: tuple[Field, ...], filler: Filler) -> None:
    """Report a row about the same thing as the row *first*, that made *node*.

    *keys* are the columns that name it; the first of them that is filled is shown.
    """
    others = [field for field in line.table.sheet.fields if field not in keys and field.kind != "libelle"]
    differing = next((f for f in others if normalised(line.text(f)) != normalised(first.text(f))), None)
    if differing is None:
        message = _("Cette ligne dit la même chose que la ligne {autre} : elle n'a pas été lue.")
        correction = _("Gardez une seule ligne, et redonnez le classeur.")
    else:
        message = _(
            "Cette ligne contredit la ligne {autre} pour « {colonne} » (« {avant} » plus haut, « {ici} » ici) : "
            "seule la ligne {autre} a été lue."
        )
        correction = _("Gardez la ligne qui est juste, supprimez l'autre, et redonnez le classeur.")
    shown = next((field for field in (*keys, *others) if line.cell(field)), keys[0])
    filler.draft.reserve(
        node,
        "ligne-en-double",
        line,
        shown,
        message.format(
            autre=first.number,
            colonne=differing.title if differing else "",
            avant=first.text(differing) if differing else "",
            ici=line.text(differing) if differing else "",
        ),
        correction,
    )
