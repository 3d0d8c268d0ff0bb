"""The sheets Identité, Engagements, Positionnement and Contacts of a survey workbook."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from droitcommun.graph.classeurs.cells import DATE_IN_TEXT, CellError, clean, normalised, read_date
from droitcommun.graph.classeurs.columns import Line, Table
from droitcommun.graph.classeurs.draft import DERIVED_FROM, RDF_TYPE, Draft
from droitcommun.graph.classeurs.fill import Filler
from droitcommun.graph.classeurs.form import Field
from droitcommun.graph.classeurs.lookup import Entry
from droitcommun.graph.classeurs.problems import Problem, blocking
from droitcommun.graph.langue import _
from droitcommun.graph.names import PREFIXES, cdv, contract_thing, contrat_iri, local_code, shared_iri, slug
from droitcommun.graph.store import iri, literal

_FOAF, _VCARD = "http://xmlns.com/foaf/0.1/", "http://www.w3.org/2006/vcard/ns#"
_NOTATION = PREFIXES["skos"] + "notation"
_COMMENT = PREFIXES["rdfs"] + "comment"
# Runs are read once, from their first character: a cell may hold thousands of dashes.
_AROUND_DATE = re.compile(r"(?<![\s(,;:–—-])[\s(,;:–—-]*+(?:\b(?:le|du))?\s*+\0[\s),;:–—-]*+")
_EMAIL = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+\.[A-Za-z]{2,}")


@dataclass(frozen=True)
class Reply:
    """Whose answer a workbook is: the IRIs that its other rows point to."""

    contrat: str
    annee: int
    organisme: str
    service: str
    label: str

    @property
    def contribution(self) -> str:
        """Return the IRI of the contribution."""
        return self.thing("contribution")

    @property
    def body(self) -> str:
        """Return the IRI of the body."""
        return shared_iri("organisme", self.organisme)

    @property
    def campagne(self) -> str:
        """Return the IRI of the campagne."""
        return contract_thing(self.contrat, "campagne", self.annee)

    def thing(self, kind: str, *codes: str) -> str:
        """Return the IRI of something this answer says."""
        return contract_thing(self.contrat, kind, self.annee, self.organisme, self.service, *codes)


def identify(tables: dict[str, Table], filler: Filler, contrat: str, annee: int, organisme: str, named: str) -> Reply:
    """Return whose answer this is. The sheet Identité names the service; the workbook's own is used when it does not.

    A body that is not the one of the workbook is a blocking problem.
    """
    table = tables["Identité"]
    service = table.sheet.field("service")
    lines = list(table.lines())
    said = _service_said(lines[0], service) if lines else ""
    label = said or named
    reply = Reply(contrat, annee, organisme, slug(label) or "_", label)
    if not lines:
        return reply
    _check_body(lines[0], filler, organisme)
    if said and named and normalised(said) != normalised(named):
        filler.draft.report(
            "info",
            "service-modifie",
            lines[0],
            service,
            _("Ce classeur avait été fait pour le service « {prevu} » ; il compte pour « {lu} ».").format(
                prevu=named, lu=said
            ),
            _("Si c'est le même service, remettez son nom d'origine : sinon ses deux réponses comptent."),
        )
    return reply


def _service_said(line: Line, field: Field) -> str:
    """Return the service that the sheet names; a formula that gives no value names none."""
    cell = line.cell(field)
    return "" if cell is None or isinstance(cell.value, CellError) else line.text(field)


def _check_body(line: Line, filler: Filler, organisme: str) -> None:
    field = line.table.sheet.field("organisme")
    text = line.text(field)
    if not text:
        return
    entry = filler.lookup.thing(text, field.classes).entry
    if entry is None or entry.code != organisme:
        filler.draft.problems.append(
            Problem(
                "bloquant",
                "mauvais-organisme",
                line.table.name,
                line.place(field),
                field.title,
                text,
                _("Ce classeur a été fait pour « {prevu} », et la feuille nomme « {lu} ».").format(
                    prevu=organisme, lu=text
                ),
                _("Demandez le classeur de cet organisme, ou remettez le nom d'origine, et redonnez le fichier."),
            )
        )


def map_identite(tables: dict[str, Table], filler: Filler, reply: Reply) -> None:
    """Make the contribution from the row of the sheet Identité."""
    draft, table = filler.draft, tables["Identité"]
    node = reply.contribution
    draft.add(node, RDF_TYPE, cdv("Contribution"))
    draft.add(node, cdv("contrat"), contrat_iri(reply.contrat))
    draft.add(node, cdv("campagne"), reply.campagne)
    draft.add(node, cdv("organisme"), reply.body)
    draft.add(node, _NOTATION, literal(reply.service))
    draft.add(node, DERIVED_FROM, draft.context.document)
    versions = [int(v.value) for v in draft.previous.values(node, cdv("version"))]
    draft.add(node, cdv("version"), literal(max(versions, default=0) + 1))
    draft.describe_columns(table)
    lines = list(table.lines())
    if not lines:
        draft.add_text(node, cdv("service"), reply.label)
        draft.problems.append(_no_identity(table))
        return
    line = lines[0]
    draft.open(line)
    draft.locate(node, line, reply.label)
    for field in table.sheet.fields:
        if field.kind == "visa":
            _visa(node, line, field, filler)
        elif field.path == cdv("service") and not _service_said(line, field) and reply.label:
            draft.add_text(node, field.path, reply.label)
            if line.cell(field) is None:
                filler.missing(node, line, field)
            else:
                filler.fill(node, line, field)
        elif field.path != cdv("organisme"):
            filler.fill(node, line, field)
    for extra in lines[1:]:
        draft.open(extra)
        first = next(f for f in table.sheet.fields if extra.cell(f))
        draft.reserve(
            node,
            "ligne-en-trop",
            extra,
            first,
            _("La feuille « {feuille} » n'attend qu'une ligne ; celle-ci n'a pas été lue.").format(feuille=table.name),
            _("Un classeur par service : mettez cette ligne dans le sien, et redonnez les deux."),
        )


def _no_identity(table: Table) -> Problem:
    return blocking(
        "identite-vide",
        _("La feuille « {feuille} » est vide : on ne sait pas qui répond.").format(feuille=table.name),
        _("Remplissez sa ligne, et redonnez le classeur."),
        table.name,
    )


def _visa(node: str, line: Line, field: Field, filler: Filler) -> None:
    """Read « Directrice, 20/03/2026 »: a post and a date in one cell.

    The version where this visa was first written goes with it: left as it was in a later one, it is a visa of the old.
    """
    cell = filler.understood_cell(node, line, field, cdv("visaVersion"))
    if cell is None:
        return
    if isinstance(cell.value, date):
        when, post = read_date(cell.value), ""
    else:
        text = clean(cell.text)
        match = DATE_IN_TEXT.search(text)
        when = read_date(match[0]) if match else None
        post = _AROUND_DATE.sub("", text.replace(match[0], "\0")) if match and when else text
    draft = filler.draft
    draft.add_text(node, cdv("visaFonction"), post)
    if when:
        draft.add(node, cdv("visaDate"), literal(when.isoformat(), "date"))
        said = (cdv("visaFonction"), cdv("visaDate"))
        same = all(draft.values(node, p) == [v.value for v in draft.previous.values(node, p)] for p in said)
        versions = draft.previous.values(node, cdv("visaVersion")) if same else []
        draft.add(
            node, cdv("visaVersion"), versions[0] if versions else literal(int(draft.values(node, cdv("version"))[0]))
        )
    if not when or not post:
        filler.draft.reserve(
            node,
            "visa-incomplet",
            line,
            field,
            _("Le visa demande une fonction et une date ; « {texte} » n'a pas les deux.").format(
                texte=line.text(field)
            ),
            _("Écrivez-le comme « Directrice, 20/03/2026 », et redonnez le classeur."),
        )


# ---- Engagements, Positionnement ----


def map_engagements(tables: dict[str, Table], filler: Filler, reply: Reply) -> None:
    """Make one SuiviEngagement a row that says something; a row left as prefilled keeps what was said before."""
    table, draft = tables["Engagements"], filler.draft
    sheet = table.sheet
    draft.describe_columns(table)
    said = [sheet.field(name) for name in ("etatEngagement", "preuve", "precision")]
    modalite = sheet.field("modalite")
    seen: set[str] = set()
    subjects = _Subjects(table, sheet.field("typeEngagement"), filler)
    for line in table.lines():
        code = subjects.of(line)
        node = reply.thing("suivi", local_code(code)) if code else reply.thing("suivi", f"ligne-{line.number}")
        if node in seen:
            _said_twice(node, line, sheet.field("typeEngagement"), draft)
            continue
        seen.add(node)
        subjects.report(node, line)
        de_fait = filler.lookup.code(line.text(modalite), modalite.codes or "").entry
        default = line.cell(modalite) is None or (de_fait is not None and de_fait.code == "de-fait")
        if default and not any(line.cell(field) for field in said):
            draft.keep_line(node, line, [modalite, *said])
            continue
        draft.open(line)
        _suivi(node, code, line, filler, reply)
    _carry_rest("SuiviEngagement", "typeEngagement", seen, draft)


def _suivi(node: str, code: str | None, line: Line, filler: Filler, reply: Reply) -> None:
    draft, sheet = filler.draft, line.table.sheet
    draft.add(node, RDF_TYPE, cdv("SuiviEngagement"))
    _belongs(node, draft, reply)
    type_field = sheet.field("typeEngagement")
    draft.locate(node, line, line.text(type_field))
    if code:
        draft.add(node, cdv("typeEngagement"), code)
        engagement = contract_thing(reply.contrat, "engagement", reply.annee, reply.organisme, local_code(code))
        draft.add(node, cdv("engagement"), engagement)
    else:
        _unknown_row(node, line, type_field, filler)
    for name in ("modalite", "etatEngagement", "precision"):
        filler.fill(node, line, sheet.field(name))
    preuve = sheet.field("preuve")
    cell = filler.understood_cell(node, line, preuve)
    if cell is not None:
        evidence = reply.thing("preuve", local_code(node))
        draft.add(node, cdv("preuve"), evidence)
        draft.add(evidence, RDF_TYPE, cdv("Preuve"))
        draft.add_text(evidence, _COMMENT, clean(cell.text))
    elif line.cell(preuve) is None:
        for kept in draft.previous.values(node, cdv("preuve")):
            draft.add_all(draft.previous.whole(kept.value))


def map_positionnement(tables: dict[str, Table], filler: Filler, reply: Reply) -> None:
    """Make one Positionnement a row that says something."""
    table, draft = tables["Positionnement"], filler.draft
    sheet = table.sheet
    draft.describe_columns(table)
    ambition = sheet.field("ambition")
    said = [sheet.field("prioritaire"), sheet.field("neant")]
    seen: set[str] = set()
    subjects = _Subjects(table, ambition, filler)
    for line in table.lines():
        code = subjects.of(line)
        node = (
            reply.thing("positionnement", local_code(code))
            if code
            else reply.thing("positionnement", f"ligne-{line.number}")
        )
        if node in seen:
            _said_twice(node, line, ambition, draft)
            continue
        seen.add(node)
        subjects.report(node, line)
        if not any(line.cell(field) for field in said):
            draft.keep_line(node, line, said)
            continue
        draft.open(line)
        draft.add(node, RDF_TYPE, cdv("Positionnement"))
        _belongs(node, draft, reply)
        draft.locate(node, line, line.text(ambition))
        if code:
            draft.add(node, cdv("ambition"), code)
        else:
            _unknown_row(node, line, ambition, filler)
        for field in said:
            filler.fill(node, line, field)
    _carry_rest("Positionnement", "ambition", seen, draft)


class _Subjects:
    """What each prefilled row is about: its code, or its label when the code has gone or is at fault.

    A code that is not known, or that is another row's while the label names what no code does, is at fault: it is
    reported at its cell, and the answer of the row is kept.
    """

    def __init__(self, table: Table, field: Field, filler: Filler) -> None:
        self._field, self._filler = field, filler
        self._label = next(f for f in table.sheet.fields if f.kind == "libelle")
        codes = [self._named(line, field) for line in table.lines()]
        self._coded = Counter(entry.iri for entry in codes if entry)

    def of(self, line: Line) -> str | None:
        """Return the IRI of what a row is about; None when neither its code nor its label is understood."""
        code, label = self._named(line, self._field), self._named(line, self._label)
        found = label if code is None or self._is_astray(code, label) else code
        return found.iri if found else None

    def report(self, node: str, line: Line) -> None:
        """Report the code of a row that is known by its label alone."""
        code, label = self._named(line, self._field), self._named(line, self._label)
        if label is None or line.cell(self._field) is None or not (code is None or self._is_astray(code, label)):
            return
        self._filler.draft.open(line)
        self._filler.draft.reserve(
            node,
            "code-inconnu",
            line,
            self._field,
            _("« {code} » n'est pas le code de « {libelle} » ({attendu}).").format(
                code=line.text(self._field), libelle=line.text(self._label), attendu=label.code
            ),
            _("Remettez « {attendu} » dans cette cellule, et redonnez le classeur.").format(attendu=label.code),
        )

    def _is_astray(self, code: Entry, label: Entry | None) -> bool:
        return label is not None and label.iri != code.iri and self._coded[code.iri] > 1 and not self._coded[label.iri]

    def _named(self, line: Line, field: Field) -> Entry | None:
        text = line.text(field)
        return self._filler.lookup.thing(text, field.classes or self._field.classes).entry if text else None


def _unknown_row(node: str, line: Line, field: Field, filler: Filler) -> None:
    if line.cell(field) is None:
        filler.missing(node, line, field)
    else:
        text = line.text(field)
        filler.named(node, line, field, text, filler.lookup.thing(text, field.classes))


def _said_twice(node: str, line: Line, field: Field, draft: Draft) -> None:
    draft.open(line)
    draft.reserve(
        node,
        "ligne-en-double",
        line,
        field,
        _("« {code} » est déjà plus haut : cette ligne n'a pas été lue.").format(code=line.text(field)),
        _("Gardez une seule ligne, et redonnez le classeur."),
    )


def _carry_rest(name: str, key: str, seen: set[str], draft: Draft) -> None:
    """Keep what was said on the prefilled rows that this file no longer has: no row, no change.

    A row whose code was not understood is not one of them: it stands in the new file, corrected or not.
    """
    for node in draft.previous.of_class(name):
        if node not in seen and draft.previous.values(node, cdv(key)):
            draft.add_all(draft.previous.whole(node))


def _belongs(node: str, draft: Draft, reply: Reply) -> None:
    draft.add(node, cdv("contrat"), contrat_iri(reply.contrat))
    draft.add(node, cdv("campagne"), reply.campagne)
    draft.add(node, cdv("contribution"), reply.contribution)
    draft.add(node, cdv("organisme"), reply.body)


# ---- Contacts ----


def map_contacts(tables: dict[str, Table], filler: Filler, reply: Reply) -> None:
    """Make one Titulaire a row, in the personal graph only; nothing of it is in the triples or the messages."""
    table, draft = tables.get("Contacts"), filler.draft
    if table is None:
        return
    for order, line in enumerate(table.lines(), 1):
        node = reply.thing("titulaire", str(order))
        draft.add_personal(node, RDF_TYPE, cdv("Titulaire"))
        draft.add_personal(node, cdv("contribution"), reply.contribution)
        draft.add_personal(node, cdv("organisme"), reply.body)
        for field in table.sheet.fields:
            text = line.text(field)
            if not text:
                continue
            if field.path == _VCARD + "hasEmail" and _EMAIL.fullmatch(text):
                draft.add_personal(node, field.path, iri(f"mailto:{text}"))
                continue
            if field.path == _VCARD + "hasEmail":
                draft.problems.append(_no_address(line, field))
            if field.path == _VCARD + "hasTelephone" and (digits := re.sub(r"[^\d+]", "", text)):
                draft.add_personal(node, field.path, iri(f"tel:{digits}"))
            else:
                draft.add_personal(node, field.path, literal(text))


def _no_address(line: Line, field: Field) -> Problem:
    """Say that an address cannot be written to, without repeating it."""
    return Problem(
        "info",
        "courriel-illisible",
        line.table.name,
        line.place(field),
        field.title,
        None,
        _("Cette cellule ne contient pas une adresse électronique : le contact ne recevra rien."),
        _("Écrivez l'adresse seule, comme prenom.nom@exemple.fr, et redonnez le classeur."),
    )
