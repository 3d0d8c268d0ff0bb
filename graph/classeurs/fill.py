"""From the cells of one row to the properties of one node, in the same way for every sheet.

A blank cell leaves the previous version unchanged; « Ne sait pas » is kept as such (cdv:neSaitPas); what is not
understood becomes a reserve, and the figure stays unknown.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from droitcommun.graph.classeurs.cells import (
    ETP,
    EUR,
    HOURS,
    MEASURE,
    PEOPLE,
    PERCENT,
    CellError,
    clean,
    is_plausible_date,
    is_unknown,
    number_doubt,
    read_date,
    read_number,
    read_percent,
    read_year,
    read_yes_no,
)
from droitcommun.graph.classeurs.columns import Line
from droitcommun.graph.classeurs.draft import Draft
from droitcommun.graph.classeurs.form import Field
from droitcommun.graph.classeurs.lookup import Answer, Lookup
from droitcommun.graph.classeurs.pieces import known_pieces, pieces
from droitcommun.graph.classeurs.read import RawCell
from droitcommun.graph.langue import _
from droitcommun.graph.names import cdv
from droitcommun.graph.store import Term, literal

_HUNDREDTH = Decimal("0.01")


class Filler:
    """Fill nodes from rows. `epoch` is the origin of the file's serial dates."""

    def __init__(self, draft: Draft, lookup: Lookup, epoch: date) -> None:
        self.draft, self.lookup, self.epoch = draft, lookup, epoch

    def fill(self, subject: str, line: Line, field: Field, predicate: str | None = None) -> None:
        """Give *subject* what the cell says of *field* (as *predicate*, by default the column's path)."""
        cell = self.understood_cell(subject, line, field)
        if cell is None:
            return
        value = self._value(subject, line, field, cell)
        if value is not None:
            self.draft.add(subject, predicate or field.path, value)

    def fill_all(self, subject: str, line: Line, field: Field) -> None:
        """Give *subject* each of the values, separated by `;`, of the cell: codes, things or texts."""
        cell = self.understood_cell(subject, line, field)
        if cell and field.classes:
            for part in self.listed(field, cell.text):
                found = self.named(subject, line, field, part, self.answer(field, part))
                if found:
                    self.draft.add(subject, field.path, found)
        elif cell:
            for part in pieces(cell.text):
                self.draft.add(subject, field.path, literal(part))

    def fill_euros(self, subject: str, line: Line, field: Field) -> None:
        """Give *subject* the euros of a cell, in whole cents."""
        cell = self.understood_cell(subject, line, field)
        number = self.number(subject, line, field, cell, EUR) if cell else None
        if number is None:
            return
        kept = two_decimals(number, self.draft, line, field)
        if kept is None:
            self.impossible(subject, line, field, "trop-de-decimales", _("un montant a deux décimales au plus"))
        else:
            self.draft.add(subject, field.path, literal(int(kept * 100)))

    def understood_cell(self, subject: str, line: Line, field: Field, *extra: str) -> RawCell | None:
        """Return the cell when there is something in it to read.

        Otherwise deal with it: carried from the previous version (with the properties *extra*), unknown, or reserve.
        """
        cell = line.cell(field)
        if cell is None:
            carried = self.draft.previous.carried(subject, (*field.paths, *extra))
            self.draft.add_all(carried)
            if carried:
                self.draft.keep_cell(line, field)
            if field.required and not carried:
                self.missing(subject, line, field)
            return None
        if isinstance(cell.value, CellError):
            self.draft.reserve(
                subject,
                "cellule-en-erreur",
                line,
                field,
                _("La formule de cette cellule ne donne pas de valeur ({texte}).").format(texte=cell.text),
                _("Remplacez la formule par sa valeur, et redonnez le classeur."),
            )
            return None
        if is_unknown(cell.text) and not self._is_code(field, cell.text):
            self._unknown(subject, line, field)
            return None
        return cell

    def missing(self, subject: str, line: Line, field: Field) -> None:
        """Report a compulsory cell left empty."""
        self.draft.reserve(
            subject,
            "cellule-obligatoire-vide",
            line,
            field,
            _("« {colonne} » n'est pas rempli.").format(colonne=field.title),
            _("Remplissez cette cellule, et redonnez le classeur."),
        )

    def check_conditions(self, subject: str, line: Line, fields: tuple[Field, ...]) -> None:
        """Report the cells left empty that the rest of the row makes compulsory."""
        for field in fields:
            if not field.required_if or line.cell(field) is not None:
                continue
            filled = any(self.draft.values(subject, path) for path in field.paths)
            known = field.path not in self.draft.values(subject, cdv("neSaitPas"))
            if not filled and known and any(self.draft.says(subject, name) for name in field.required_if):
                self.missing(subject, line, field)

    def named(self, subject: str, line: Line, field: Field, text: str, answer: Answer) -> str | None:
        """Return the IRI of what was found, or report a reserve that names the likely ones."""
        if answer.entry:
            return answer.entry.iri
        near = " ; ".join(f"« {entry} »" for entry in answer.near)
        if near:
            correction = _("Vouliez-vous dire {proches} ? Écrivez-le dans la cellule, et redonnez le classeur.").format(
                proches=near
            )
        else:
            correction = _("Choisissez une valeur de la liste, et redonnez le classeur.")
        self.draft.reserve(
            subject,
            "code-inconnu",
            line,
            field,
            _("« {texte} » n'est pas une valeur connue de « {colonne} ».").format(texte=text, colonne=field.title),
            correction,
            value=text,
        )
        return None

    def impossible(
        self, subject: str, line: Line, field: Field, precision: str, reason: str, part: str | None = None
    ) -> None:
        """Report a value that was read and cannot be; *precision* is the code of *reason* (codes/probleme).

        *part* is the value at fault of a cell that may hold several.
        """
        self.draft.reserve(
            subject,
            "valeur-impossible",
            line,
            field,
            _("« {texte} » n'est pas possible pour « {colonne} » : {raison}.").format(
                texte=part or line.text(field), colonne=field.title, raison=reason
            ),
            _("Corrigez cette cellule, et redonnez le classeur."),
            precision=precision,
            value=part,
        )

    def number(
        self, subject: str, line: Line, field: Field, cell: RawCell, unit: str, negative: bool = False
    ) -> Decimal | None:
        """Return the number of a cell in its expected *unit* (cells.EUR …), or report a reserve.

        Below 0 it is refused, unless *negative*.
        """
        number = read_percent(cell.value) if unit == PERCENT else read_number(cell.value, unit)
        if number is None:
            doubt = number_doubt(cell.value, unit)
            self.draft.reserve(
                subject,
                "nombre-illisible",
                line,
                field,
                _number_message(doubt).format(texte=line.text(field), unite=_unit_label(unit)),
                self._number_help(field, unit == PERCENT),
                precision=doubt,
            )
            return None
        if number < 0 and not negative:
            self.impossible(subject, line, field, "nombre-negatif", _("un nombre négatif"))
            return None
        return number

    def _number_help(self, field: Field, percent: bool) -> str:
        if percent:
            return _("Écrivez un nombre de 0 à 100 (« 25 » ou « 25 % »), ou « Ne sait pas », et redonnez le classeur.")
        if field.kind == "entier":
            return _("Écrivez un nombre entier (« 1 250 »), ou « Ne sait pas », et redonnez le classeur.")
        return _("Écrivez un nombre (« 12 350,50 »), ou « Ne sait pas », et redonnez le classeur.")

    def answer(self, field: Field, text: str) -> Answer:
        """Return what *text* names in the list of a column: a code, or a thing of the contract."""
        return self.lookup.code(text, field.codes) if field.codes else self.lookup.thing(text, field.classes)

    def listed(self, field: Field, text: str) -> list[str]:
        """Return the values that a cell of a column with a list holds, each as it is written."""
        return known_pieces(
            text,
            lambda part: self.answer(field, part).entry is not None,
            lambda whole: bool(field.classes) and self.lookup.is_whole(whole, field.classes),
        )

    def _several(self, field: Field, text: str) -> list[str]:
        """Return the values of the list of a column that a text names, when they are several, and all of them known."""
        found = [self.answer(field, part).entry for part in self.listed(field, text)]
        return [str(entry) for entry in found] if len(found) > 1 and all(found) else []

    def _one_expected(self, subject: str, line: Line, field: Field, values: list[str]) -> None:
        self.draft.reserve(
            subject,
            "code-inconnu",
            line,
            field,
            _("« {texte} » : plusieurs valeurs dans « {colonne} », qui en attend une seule.").format(
                texte=line.text(field), colonne=field.title
            ),
            _("Gardez-en une ({valeurs}), et redonnez le classeur.").format(
                valeurs=" ; ".join(f"« {value} »" for value in values)
            ),
            precision="plusieurs-valeurs",
        )

    def _is_code(self, field: Field, text: str) -> bool:
        return field.codes is not None and self.lookup.code(text, field.codes).entry is not None

    def _unknown(self, subject: str, line: Line, field: Field) -> None:
        if field.accepts_unknown:
            self.draft.add(subject, cdv("neSaitPas"), field.path)
            return
        self.draft.reserve(
            subject,
            "cellule-obligatoire-vide",
            line,
            field,
            _("« Ne sait pas » n'est pas une réponse pour « {colonne} ».").format(colonne=field.title),
            _("Remplissez cette cellule, et redonnez le classeur."),
        )

    def _value(self, subject: str, line: Line, field: Field, cell: RawCell) -> Term | str | None:
        if field.kind in ("code", "chose"):
            answer = self.answer(field, cell.text)
            several = self._several(field, cell.text) if answer.entry is None else []
            if len(set(several)) == 1:  # « FSE+ / FEDER »: two names of one thing
                answer = self.answer(field, self.listed(field, cell.text)[0])
            elif several:
                self._one_expected(subject, line, field, several)
                return None
            return self.named(subject, line, field, clean(cell.text), answer)
        if field.kind == "date":
            return self._date(subject, line, field, cell)
        if field.kind == "entier":
            return self._integer(subject, line, field, cell)
        if field.kind == "decimal":
            return self._percent(subject, line, field, cell)
        if field.kind == "mesure":
            number = self.number(subject, line, field, cell, MEASURE, negative=True)
            return None if number is None else decimal_literal(number)
        if field.kind == "annee":
            return self._year(subject, line, field, cell)
        if field.kind == "oui-non":
            return self._yes_no(subject, line, field, cell)
        return literal(clean(cell.text))

    def _date(self, subject: str, line: Line, field: Field, cell: RawCell) -> Term | None:
        value = read_date(cell.value, self.epoch)
        if value is None:
            self.draft.reserve(
                subject,
                "date-illisible",
                line,
                field,
                _("« {texte} » n'est pas une date lisible.").format(texte=line.text(field)),
                _("Écrivez la date comme 12/03/2026, et redonnez le classeur."),
            )
            return None
        if not is_plausible_date(value):
            self.impossible(subject, line, field, "date-hors-du-siecle", _("une date hors du siècle"))
            return None
        return literal(value.isoformat(), "date")

    def _year(self, subject: str, line: Line, field: Field, cell: RawCell) -> Term | None:
        year = read_year(cell.value)
        if year is None:
            self.draft.reserve(
                subject,
                "date-illisible",
                line,
                field,
                _("« {texte} » n'est pas une année lisible.").format(texte=line.text(field)),
                _("Écrivez l'année en quatre chiffres, comme 2023, et redonnez le classeur."),
                precision="annee-illisible",
            )
            return None
        return literal(str(year), "gYear")

    def _integer(self, subject: str, line: Line, field: Field, cell: RawCell) -> Term | None:
        number = self.number(subject, line, field, cell, PEOPLE)
        if number is None:
            return None
        if number != int(number):
            self.impossible(subject, line, field, "nombre-non-entier", _("un nombre entier est attendu"))
            return None
        return literal(int(number))

    def _percent(self, subject: str, line: Line, field: Field, cell: RawCell) -> Term | None:
        number = self.number(subject, line, field, cell, PERCENT)
        if number is None:
            return None
        if number > 100:
            self.impossible(subject, line, field, "part-hors-bornes", _("une part va de 0 à 100"))
            return None
        return decimal_literal(number)

    def _yes_no(self, subject: str, line: Line, field: Field, cell: RawCell) -> Term | None:
        value = read_yes_no(cell.value)
        if value is None:
            self.draft.reserve(
                subject,
                "code-inconnu",
                line,
                field,
                _("« {texte} » n'est ni « Oui » ni « Non ».").format(texte=line.text(field)),
                _("Écrivez « Oui » ou « Non », et redonnez le classeur."),
            )
            return None
        return literal(value, "boolean")


def decimal_literal(number: Decimal) -> Term:
    """Return an exact decimal, written the one way that the store keeps."""
    text = f"{number.normalize():f}"
    return literal(text, "decimal")


def two_decimals(number: Decimal, draft: Draft, line: Line, field: Field) -> Decimal | None:
    """Return a quantity with two decimals at most: a number that a formula computed is rounded, and it is said.

    A typed text that is finer is None: nobody writes it on purpose.
    """
    rounded = number.quantize(_HUNDREDTH, rounding=ROUND_HALF_EVEN)
    cell = line.cell(field)
    if rounded == number:
        return number
    if cell is None or isinstance(cell.value, str):
        return None
    draft.report(
        "info",
        "montant-arrondi",
        line,
        field,
        _("« {lu} » a plus de deux décimales : la valeur gardée est {garde}.").format(
            lu=cell.text, garde=f"{rounded:f}".replace(".", ",")
        ),
        _("Rien à faire ; pour garder une autre valeur, écrivez-la avec deux décimales au plus."),
    )
    return rounded


def _number_message(doubt: str) -> str:
    messages = {
        "autre-unite": _("« {texte} » n'est pas dans l'unité attendue ({unite})."),
        "nombre-ambigu": _("« {texte} » : la virgule ou le point peut séparer des milliers ou des décimales."),
        "part-ambigue": _("« {texte} » : une part entre 0 et 1 peut être une fraction ou un pourcentage."),
        "nombre-trop-grand": _("« {texte} » est trop grand pour être juste."),
    }
    return messages.get(doubt) or _("« {texte} » n'est pas un nombre lisible sans hésitation.")


def _unit_label(unit: str) -> str:
    labels = {EUR: _("euros"), ETP: _("ETP"), HOURS: _("heures par an"), PEOPLE: _("personnes"), PERCENT: "%"}
    return labels.get(unit, unit)
