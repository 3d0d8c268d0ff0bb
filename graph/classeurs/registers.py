"""The registers of the co-pilots' workbook: deposits, evaluation, applications, plans, amendments, decisions …

A row is known by what names it (its title, its body), or by its hidden « Identifiant »: a title that was corrected is
still the same row. A register that the file's template did not have yet is left as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from droitcommun.graph.classeurs.cells import normalised
from droitcommun.graph.classeurs.columns import Line, Table
from droitcommun.graph.classeurs.draft import RDF_TYPE, Draft
from droitcommun.graph.classeurs.fill import Filler
from droitcommun.graph.classeurs.form import IDENTIFIER, Field, Sheet
from droitcommun.graph.classeurs.lines import ask_about_twins, line_codes, short_hash
from droitcommun.graph.classeurs.lookup import Entry
from droitcommun.graph.classeurs.namedrows import NamedRows
from droitcommun.graph.classeurs.pilotage import said_twice
from droitcommun.graph.classeurs.seances import Meetings
from droitcommun.graph.langue import _
from droitcommun.graph.names import PREFIXES, STRUCTURE, cdv, code_iri, contract_thing, contrat_iri, local_code, slug
from droitcommun.graph.store import literal

TITLE = PREFIXES["dcterms"] + "title"
_PREF_LABEL = PREFIXES["skos"] + "prefLabel"
_NOTATION = PREFIXES["skos"] + "notation"
_REF_AREA = PREFIXES["sdmx-dimension"] + "refArea"
_REF_PERIOD = PREFIXES["sdmx-dimension"] + "refPeriod"
# What the blank dimensions of an observation mean: the value of the area, over all of it.
_MEANT = {cdv("statistique"): "valeur", cdv("champ"): "ensemble"}
_SAME_KEY = 0.85
_SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Register:
    """One sheet: the class of its nodes, the kind in their IRIs, and the columns that name a row.

    `parent` is a broader class that its nodes belong to as well. The nodes of a campagne bear its year; the others are
    things of the contract. `single` are the columns of which two different rows cannot both be right.
    """

    sheet: str
    classe: str
    kind: str
    keys: tuple[str, ...]
    parent: str | None = None
    of_campagne: bool = True
    single: tuple[str, ...] = ()


CANDIDATURES = Register("Candidatures", "Candidature", "candidature", (TITLE, "commune"), single=(TITLE, "commune"))
CRITERES = Register(
    "Critères",
    "VerificationCritere",
    "verification",
    ("verification", "critere"),
    single=("verification", "critere"),
)
ENVELOPPE = Register("Enveloppe", "EnveloppeP147", "enveloppe", ())
AVENANTS = Register("Avenants", "Avenant", "avenant", (TITLE,), single=(TITLE,))
EFFETS = Register(
    "Effets des avenants", "EffetAvenant", "effet-avenant", ("avenant", "effet", "concerne", "nouveauCode")
)
INDICATEURS = Register(
    "Nouveaux indicateurs", "IndicateurSuivi", "indicateur", (_PREF_LABEL,), cdv("Indicateur"), of_campagne=False
)
OBSERVATIONS = Register(
    "Indicateurs",
    "Observation",
    "observation",
    (cdv("indicateur"), _REF_AREA, _REF_PERIOD, cdv("statistique"), cdv("champ")),
    single=(cdv("indicateur"), _REF_AREA, _REF_PERIOD, cdv("statistique"), cdv("champ")),
)
REGISTERS = (
    Register("Dépôts", "Depot", "depot", ("organisme", "typePreuve", TITLE)),
    Register(
        "Évaluation",
        "ObjetEvalue",
        "objet-evalue",
        ("typeObjet", "question"),
        "ObjetEvaluation",
        single=("question", "typeObjet", "ambition"),
    ),
    CANDIDATURES,
    CRITERES,
    ENVELOPPE,
    Register("Plans d'action", "PlanAction", "plan-action", ("organisme", TITLE), single=(TITLE, "organisme", "qpv")),
    Register(
        "Conventions",
        "ConventionPluriannuelle",
        "convention",
        (TITLE, "porteur"),
        single=(TITLE, "porteur", "dateDebut"),
    ),
    AVENANTS,
    EFFETS,
    Register("Décisions", "Decision", "decision", (TITLE,), single=(TITLE, "organisme", "seance")),
    Register("Dérogations", "Derogation", "derogation", ("constat",), single=("constat",)),
    INDICATEURS,
    OBSERVATIONS,
    Register("Contributions", "ContributionHabitants", "contribution-habitants", (TITLE, "exprimeeEn")),
    Register(
        "Dispositifs",
        "ProgrammationDispositif",
        "programmation",
        ("dispositif",),
        single=("dispositif", "dateDebut"),
    ),
)


def map_registers(tables: Mapping[str, Table], filler: Filler, contrat: str, annee: int, seances: Meetings) -> None:
    """Make one node a row of each register; *seances* are the meetings of the file."""
    writer = _Writer(filler, contrat, annee, seances)
    for register in REGISTERS:
        table = tables.get(register.sheet)
        if table is None:
            writer.carry(register)
        elif register is ENVELOPPE:
            writer.write_one(register, table)
        elif register is INDICATEURS:
            writer.write_indicators(register, table)
        else:
            writer.write(register, table)


class _Writer:
    """Writes the rows of the registers into the draft of one file."""

    def __init__(self, filler: Filler, contrat: str, annee: int, seances: Meetings) -> None:
        self.filler, self.draft = filler, filler.draft
        self.contrat, self.annee, self.seances = contrat, annee, seances
        self.candidatures, self.avenants = NamedRows(self.draft), NamedRows(self.draft)

    def carry(self, register: Register) -> None:
        """Leave a register as it was: the file's template did not have it."""
        for node in self.draft.previous.of_class(register.classe):
            self.draft.add_all(self.draft.previous.whole(node))

    def write_one(self, register: Register, table: Table) -> None:
        """Make the only node of a register of one row."""
        self.draft.describe_columns(table)
        lines = list(table.lines())
        nodes = [self._node(register, line, register.kind) for line in lines[:1]]
        for line in lines[1:]:
            self.draft.open(line)
            said_twice(nodes[0], line, lines[0], (table.sheet.fields[0],), self.filler)

    def write_indicators(self, register: Register, table: Table) -> None:
        """Make one indicator a row, known by its name whatever the campagne, and let the next sheets name it."""
        self.draft.describe_columns(table)
        name = table.sheet.field(_PREF_LABEL)
        first: dict[str, Line] = {}
        made: dict[str, str] = {}
        for line in table.lines():
            code = slug(line.text(name)) or f"ligne-{line.number}"
            if code in first:
                self.draft.open(line)
                said_twice(made[code], line, first[code], (name,), self.filler)
                continue
            first[code] = line
            node = made[code] = self._node(register, line, code)
            self.draft.add(node, _NOTATION, literal(code))
            label = self.draft.values(node, _PREF_LABEL)
            if label:
                self.draft.remove(node, _PREF_LABEL)
                self.draft.add(node, _PREF_LABEL, literal(label[0], lang="fr"))
                self.filler.lookup.learn(Entry(node, code, label[0], cdv("Indicateur")))

    def write(self, register: Register, table: Table) -> None:
        """Make one node a row."""
        self.draft.describe_columns(table)
        against = self._contradictions(register, table)
        lines = [line for line in table.lines() if line.number not in against]
        if register is CRITERES:
            self.candidatures.are_cited(line.text(table.sheet.field("verification")) for line in lines)
        if register is EFFETS:
            self.avenants.are_cited(line.text(table.sheet.field("avenant")) for line in lines)
        keys = [self._key(register, line) for line in lines]
        before = {local_code(n): self._key_before(register, n) for n in self.draft.previous.of_class(register.classe)}
        known = {code: short_hash(key) for code, key in before.items()}
        found = line_codes(lines, [short_hash(key) for key in keys], known, _likeness(keys, before), self.draft)
        nodes = [self._node(register, line, code) for line, code in zip(lines, found.codes, strict=True)]
        for line, node in zip(lines, nodes, strict=True):
            if register is CANDIDATURES:
                self.candidatures.add(line.text(table.sheet.field(TITLE)), node)
            if register is AVENANTS:
                self.avenants.add(line.text(table.sheet.field(TITLE)), node)
        ask_about_twins(lines, _name(register, table.sheet), self.draft, nodes)
        made = {line.number: node for line, node in zip(lines, nodes, strict=True)}
        named = tuple(table.sheet.field(_full(term)) for term in register.single)
        for line in table.lines():
            if line.number in against:
                first = against[line.number]
                self.draft.open(line)
                said_twice(made[first.number], line, first, named, self.filler)

    def _contradictions(self, register: Register, table: Table) -> dict[int, Line]:
        """Return, by row, the earlier row about the same single thing that says otherwise.

        Two rows that were both taken before (each has its « Identifiant ») are two things.
        """
        fields = [table.sheet.field(_full(term)) for term in register.single]
        first: dict[tuple[str, ...], Line] = {}
        found: dict[int, Line] = {}
        for line in table.lines() if fields else ():
            key = tuple(self._key_part(line, field) for field in fields)
            if not key[0]:
                continue
            other = first.setdefault(key, line)
            known = [one.text(table.sheet.field(IDENTIFIER)) for one in (line, other)]
            if line.content() != other.content() and not all(known):
                found[line.number] = other
        return found

    def _node(self, register: Register, line: Line, code: str) -> str:
        draft = self.draft
        codes = (self.annee, code) if register.of_campagne else (code,)
        node = contract_thing(self.contrat, register.kind, *codes)
        draft.open(line)
        for name in filter(None, (register.classe, register.parent)):
            draft.add(node, RDF_TYPE, _full(name))
        draft.add(node, cdv("contrat"), contrat_iri(self.contrat))
        draft.add(node, cdv("campagne"), contract_thing(self.contrat, "campagne", self.annee))
        draft.locate(node, line, line.text(_name(register, line.table.sheet)))
        for field in line.table.sheet.fields:
            self._fill(node, line, field)
        if register is OBSERVATIONS:
            self._complete(node)
        self.filler.check_conditions(node, line, line.table.sheet.fields)
        return node

    def _complete(self, observation: str) -> None:
        """Put an observation in the cube of its campagne, with the dimensions that a blank cell means.

        A value kept secret or not available is known to be so, but a cube holds values only (W3C, IC-14).
        """
        if self.draft.values(observation, PREFIXES["sdmx-measure"] + "obsValue"):
            cube = contract_thing(self.contrat, "cube", self.annee)
            self.draft.add(cube, RDF_TYPE, PREFIXES["qb"] + "DataSet")
            self.draft.add(cube, cdv("contrat"), contrat_iri(self.contrat))
            self.draft.add(cube, PREFIXES["qb"] + "structure", STRUCTURE)
            self.draft.add(observation, RDF_TYPE, PREFIXES["qb"] + "Observation")
            self.draft.add(observation, PREFIXES["qb"] + "dataSet", cube)
        for path, word in _MEANT.items():
            if not self.draft.values(observation, path):
                value = code_iri("statistique", word) if path == cdv("statistique") else literal(word)
                self.draft.add(observation, path, value)

    def _fill(self, node: str, line: Line, field: Field) -> None:
        if field.hidden or (field.path in _MEANT and line.cell(field) is None):  # _complete says what a blank means
            return
        if cdv("Seance") in field.classes:
            self._seance(node, line, field)
        elif cdv("Candidature") in field.classes:
            self._candidature(node, line, field)
        elif cdv("Avenant") in field.classes:
            self._avenant(node, line, field)
        elif field.kind == "quantite":
            self.filler.fill_euros(node, line, field)
        elif field.multiple:
            self.filler.fill_all(node, line, field)
        else:
            self.filler.fill(node, line, field)

    def _seance(self, node: str, line: Line, field: Field) -> None:
        if self.filler.understood_cell(node, line, field) is None:
            return
        meeting = self.seances.find(line.text(field))
        if meeting:
            self.draft.add(node, field.path, meeting)
        else:
            self.seances.report_unknown(node, line, field)

    def _avenant(self, node: str, line: Line, field: Field) -> None:
        """Tie an effect to its amendment, by the title that the sheet Avenants gives it."""
        if self.filler.understood_cell(node, line, field) is None:
            if line.cell(field) is None and not self.draft.values(node, field.path):
                self.filler.missing(node, line, field)
            return
        found = self.avenants.find(line.text(field))
        if found:
            self.draft.add(node, field.path, found)
            return
        names = " ; ".join(f"« {title} »" for title in self.avenants.titles()) or _("aucun")
        self.draft.reserve(
            node,
            "avenant-introuvable",
            line,
            field,
            _("« {texte} » n'est pas un avenant de la feuille Avenants.").format(texte=line.text(field)),
            _("Choisissez-le dans la liste (avenants lus : {connus}), et redonnez le classeur.").format(connus=names),
            cause=self.avenants.cause(),
        )

    def _candidature(self, node: str, line: Line, field: Field) -> None:
        """Tie a check to its application, which is the one that points."""
        if line.cell(field) is None:
            self._candidature_before(node, line, field)
            return
        found = self.candidatures.find(line.text(field))
        if found:
            self.draft.add(found, field.path, node)
            return
        names = " ; ".join(f"« {title} »" for title in self.candidatures.titles()) or _("aucune")
        self.draft.reserve(
            node,
            "candidature-introuvable",
            line,
            field,
            _("« {texte} » n'est pas un territoire de la feuille Candidatures.").format(texte=line.text(field)),
            _("Choisissez-le dans la liste (candidatures lues : {connues}), et redonnez le classeur.").format(
                connues=names
            ),
            cause=self.candidatures.cause(),
        )

    def _candidature_before(self, node: str, line: Line, field: Field) -> None:
        holders = [c for c in self.candidatures.nodes() if _points(c, node, self.draft)]
        for holder in holders:
            self.draft.add(holder, field.path, node)
            self.draft.keep_cell(line, field)
        if not holders:
            self.filler.missing(node, line, field)

    # ---- what a row is known by ----

    def _key(self, register: Register, line: Line) -> str:
        parts = [self._key_part(line, line.table.sheet.field(_full(term))) for term in register.keys]
        return _SEPARATOR.join(parts)

    def _key_part(self, line: Line, field: Field) -> str:
        text = line.text(field) or _MEANT.get(field.path, "")
        if {cdv("Candidature"), cdv("Avenant")} & set(field.classes):
            return normalised(text)
        if cdv("Seance") in field.classes:
            meeting = self.seances.find(text) if text else None
            return local_code(meeting) if meeting else normalised(text)
        if field.multiple and field.classes:
            return " ".join(sorted(self._thing_key(part, field) for part in self.filler.listed(field, text)))
        if field.codes:
            entry = self.filler.lookup.code(text, field.codes).entry
        elif field.classes:
            entry = self.filler.lookup.thing(text, field.classes).entry
        else:
            entry = None
        return entry.code if entry else normalised(text)

    def _thing_key(self, text: str, field: Field) -> str:
        entry = self.filler.lookup.thing(text, field.classes).entry
        return entry.code if entry else normalised(text)

    def _key_before(self, register: Register, node: str) -> str:
        previous = self.draft.previous
        parts: list[str] = []
        for term in register.keys:
            if term == "verification":
                holders = [c for c in previous.of_class("Candidature") if _points(c, node, self.draft)]
                parts.append(normalised(previous.label(holders[0])) if holders else "")
                continue
            said = [value.value for value in previous.values(node, _full(term))]
            if term == "avenant":
                said = [previous.label(text) for text in said]
            parts.append(
                " ".join(sorted(local_code(t) if t.startswith("https://w3id.org/") else normalised(t) for t in said))
            )
        return _SEPARATOR.join(parts)


def _points(candidature: str, verification: str, draft: Draft) -> bool:
    return any(v.value == verification for v in draft.previous.values(candidature, cdv("verification")))


def _likeness(keys: Sequence[str], before: Mapping[str, str]) -> Callable[[int, str], float]:
    def likeness(n: int, code: str) -> float:
        ratio = SequenceMatcher(None, keys[n], before[code]).ratio()
        return ratio if ratio >= _SAME_KEY else 0.0

    return likeness


def _full(term: str) -> str:
    return term if ":" in term else cdv(term)


def _name(register: Register, sheet: Sheet) -> Field:
    """Return the column that names a row to a reader: its text, else its first one."""
    texts = [sheet.field(_full(term)) for term in register.keys]
    named = next((field for field in texts if field.kind == "texte"), None)
    return named or next(field for field in sheet.fields if field.path != IDENTIFIER)
