"""The sheet Moyens of a survey workbook: euros in whole cents, staff and hours in exact decimals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from decimal import Decimal

from droitcommun.graph.classeurs.actions import ActionIndex
from droitcommun.graph.classeurs.cells import is_uncountable, normalised
from droitcommun.graph.classeurs.columns import Line, Table
from droitcommun.graph.classeurs.draft import RDF_TYPE, Draft
from droitcommun.graph.classeurs.fill import Filler, decimal_literal, two_decimals
from droitcommun.graph.classeurs.form import IDENTIFIER, Field
from droitcommun.graph.classeurs.lines import ask_about_twins, line_codes, short_hash
from droitcommun.graph.classeurs.recensement import Reply
from droitcommun.graph.langue import _
from droitcommun.graph.names import cdv, code_iri, contrat_iri, local_code
from droitcommun.graph.store import literal

_EUR = code_iri("unite", "EUR")
_KEY_COLUMNS = ("phase", "nature", "source", "qpvDuMontant")


def map_moyens(
    tables: dict[str, Table], filler: Filler, reply: Reply, actions: ActionIndex, left_out: Container[int] = ()
) -> None:
    """Make one Moyen a row, without the rows *left_out* (their numbers)."""
    table, draft = tables["Moyens"], filler.draft
    draft.describe_columns(table)
    lines = [line for line in table.lines() if line.number not in left_out]
    actions.are_cited(line.text(table.sheet.field("action")) for line in lines)
    keys = [_key(line, filler, reply, actions) for line in lines]
    before = {local_code(node): _previous_key(node, draft) for node in draft.previous.of_class("Moyen")}
    known = {code: key.hash if key.complete else code.partition("-")[0] for code, key in before.items()}
    hashes = [key.hash for key in keys]
    found = line_codes(lines, hashes, known, lambda n, code: keys[n].likeness(before[code]), draft)
    shared = Counter(hashes)
    for n, (line, code) in enumerate(zip(lines, found.codes, strict=True)):
        node = reply.thing("moyen", code)
        draft.open(line)
        if n in found.corrected or (shared[hashes[n]] > 1 and not line.text(table.sheet.field(IDENTIFIER))):
            draft.previous.distrust(node)
        _moyen(node, line, filler, reply, actions)
    ask_about_twins(lines, table.sheet.field("action"), draft)


@dataclass(frozen=True)
class _Key:
    """What a resource is known by: action, period, kind, source, QPV. `read` says which of them are understood."""

    parts: tuple[str, ...]
    read: tuple[bool, ...]

    @property
    def hash(self) -> str:
        return short_hash("|".join(self.parts))

    @property
    def complete(self) -> bool:
        return all(self.read)

    def likeness(self, other: _Key) -> float:
        """Return how sure it is that one part was corrected and the line is the same; 0 when two differ."""
        both = [
            a == b
            for a, b, known, said in zip(self.parts, other.parts, self.read, other.read, strict=True)
            if known and said
        ]
        return 1 + sum(both) if both.count(False) <= 1 and sum(both) >= 2 else 0.0


def _key(line: Line, filler: Filler, reply: Reply, actions: ActionIndex) -> _Key:
    sheet = line.table.sheet
    text = line.text(sheet.field("action"))
    action = actions.find(text)
    parts, read = [local_code(action) if action else normalised(text)], [action is not None]
    for name in _KEY_COLUMNS:
        field = sheet.field(name)
        text = _years_as_letters(line.text(field), reply.annee) if name == "phase" else line.text(field)
        answer = filler.lookup.code(text, field.codes) if field.codes else filler.lookup.thing(text, field.classes)
        parts.append(answer.entry.code if answer.entry else normalised(text))
        read.append(answer.entry is not None or (not text and not field.required))
    return _Key(tuple(parts), tuple(read))


def _previous_key(node: str, draft: Draft) -> _Key:
    values = [draft.previous.values(node, cdv(name)) for name in ("action", *_KEY_COLUMNS)]
    parts = tuple(local_code(found[0].value) if found else "" for found in values)
    return _Key(parts, (*(bool(found) for found in values[:-1]), True))


def _years_as_letters(text: str, annee: int) -> str:
    """Return « Réalisé N-1 définitif » for « Réalisé 2025 définitif » in campagne 2026."""
    return text.replace(str(annee - 1), "N-1").replace(str(annee), "N")


def _moyen(node: str, line: Line, filler: Filler, reply: Reply, actions: ActionIndex) -> None:
    draft, sheet = filler.draft, line.table.sheet
    draft.add(node, RDF_TYPE, cdv("Moyen"))
    draft.add(node, cdv("contrat"), contrat_iri(reply.contrat))
    draft.add(node, cdv("campagne"), reply.campagne)
    draft.add(node, cdv("contribution"), reply.contribution)
    draft.add(node, cdv("apporteur"), reply.body)
    draft.locate(node, line, line.text(sheet.field("action")))
    for field in sheet.fields:
        if field.path == cdv("action"):
            _link(node, line, field, filler, actions)
        elif field.path == cdv("phase"):
            _period(node, line, field, filler, reply)
        elif field.kind == "quantite":
            continue
        elif not field.hidden:
            filler.fill(node, line, field)
    _quantity(node, line, sheet.field("quantite"), filler)
    filler.check_conditions(node, line, sheet.fields)


def _link(node: str, line: Line, field: Field, filler: Filler, actions: ActionIndex) -> None:
    cell = filler.understood_cell(node, line, field)
    if cell is None:
        return
    text = line.text(field)
    found = actions.find(text)
    if found:
        filler.draft.add(node, cdv("action"), found)
        return
    near = " ; ".join(f"« {title} »" for title in actions.near(text))
    cause = actions.cause(text)
    if actions.is_ambiguous(text):
        cause = actions.report_ambiguous(text, filler.draft)
        message = _("Plusieurs actions différentes s'appellent « {titre} ».")
        correction = _("Donnez à chacune un intitulé à elle dans la feuille Actions, et redonnez le classeur.")
    else:
        message = _("« {titre} » n'est pas une action de la feuille Actions.")
        correction = (
            _("Vouliez-vous dire {proches} ? Reprenez l'intitulé tel quel, et redonnez le classeur.").format(
                proches=near
            )
            if near
            else _("Choisissez l'action dans la liste, et redonnez le classeur.")
        )
    filler.draft.reserve(node, "action-introuvable", line, field, message.format(titre=text), correction, cause=cause)


def _period(node: str, line: Line, field: Field, filler: Filler, reply: Reply) -> None:
    """Read the phase, and the exercice that follows: N-1 for what was done, N for what is planned."""
    cell = filler.understood_cell(node, line, field, cdv("exercice"))
    if cell is None or field.codes is None:
        return
    text = _years_as_letters(line.text(field), reply.annee)
    found = filler.named(node, line, field, line.text(field), filler.lookup.code(text, field.codes))
    if found:
        filler.draft.add(node, cdv("phase"), found)
        exercice = reply.annee if found == code_iri("phase", "prevu") else reply.annee - 1
        filler.draft.add(node, cdv("exercice"), literal(str(exercice), "gYear"))


def _quantity(node: str, line: Line, field: Field, filler: Filler) -> None:
    """Read the quantity in the unit of its kind; without a kind it cannot be read, and the kind's reserve says why."""
    draft = filler.draft
    natures = draft.values(node, cdv("nature"))
    unite = filler.lookup.unit(natures[0]) if natures else None
    if unite:
        draft.add(node, cdv("unite"), unite)
    if line.cell(field) is None and not _same_nature(node, natures, draft):
        filler.missing(node, line, field)
        return
    cell = filler.understood_cell(node, line, field)
    if cell is None or unite is None:
        return
    if is_uncountable(cell.text):
        draft.add(node, cdv("nonChiffrable"), literal(True, "boolean"))
        return
    number = filler.number(node, line, field, cell, local_code(unite))
    if number is not None:
        _write_quantity(node, line, field, filler, number, unite)


def _same_nature(node: str, natures: Sequence[str], draft: Draft) -> bool:
    """Tell whether a quantity carried from the previous version would still be in the same unit."""
    before = [v.value for v in draft.previous.values(node, cdv("nature"))]
    return not before or before == list(natures)


def _write_quantity(node: str, line: Line, field: Field, filler: Filler, number: Decimal, unite: str) -> None:
    kept = two_decimals(number, filler.draft, line, field)
    if kept is None:
        few = _("un montant a deux décimales au plus") if unite == _EUR else _("trop de décimales")
        filler.impossible(node, line, field, "trop-de-decimales", few)
        return
    if kept == 0:
        _check_zero(node, line, field, filler.draft)
    if unite == _EUR:
        filler.draft.add(node, cdv("centimes"), literal(int(kept * 100)))
    else:
        filler.draft.add(node, cdv("quantite"), decimal_literal(kept))


def _check_zero(node: str, line: Line, field: Field, draft: Draft) -> None:
    """Ask before a figure held turns to zero: often a blank that a spreadsheet or a copy wrote as 0."""
    cents = [Decimal(v.value) / 100 for v in draft.previous.values(node, cdv("centimes"))]
    held = sum(cents or [Decimal(v.value) for v in draft.previous.values(node, cdv("quantite"))], Decimal(0))
    if not held:
        return
    draft.report(
        "info" if draft.context.confirme else "bloquant",
        "montant-remis-a-zero",
        line,
        field,
        _("Cette quantité valait {avant} dans l'envoi précédent, et devient 0.").format(
            avant=f"{held.normalize():f}".replace(".", ",")
        ),
        _("Si c'est voulu, relancez avec --confirme ; sinon, remettez la quantité, ou « Ne sait pas »."),
    )
