"""From the content of a cell to a value: texts, numbers, dates, yes or no. Nothing is ever guessed.

Every reader returns None when it does not understand; the caller keeps the raw text in a reserve.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from droitcommun.graph.classeurs.words import NE_SAIT_PAS, NON_CHIFFRABLE

EXCEL_EPOCH = date(1899, 12, 30)
_SIGNIFICANT = 15
_MAX_NUMBER = Decimal(10) ** 12
_SPACES = re.compile(r"\s+")
_MONTHS = [
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
]
_YEARS = range(2000, 2101)
_TICKS = "✓✔☑"

_SPELLED = str.maketrans({"œ": "oe", "Œ": "oe", "–": " ", "—": " ", "’": " ", "€": " eur ", "+": " plus "})
_PLAIN = re.compile(r"\d+(?:[.,]\d+)?$")
_GROUPED = re.compile(r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?$")
_GROUPED_POINT = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)$|\d{1,3}(?:\.\d{3}){2,}$")
_GROUPED_COMMA = re.compile(r"\d{1,3}(?:,\d{3})+\.\d+$|\d{1,3}(?:,\d{3}){2,}$")
_AMBIGUOUS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}$")
DATE_IN_TEXT = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}(?:er)? [^\W\d]+ \d{4}")
EUR, ETP, HOURS, PEOPLE, PERCENT = "EUR", "ETP", "heures-par-an", "personnes", "%"
# The value of an indicator: the unit is the indicator's own, and may be written after the number.
MEASURE = "mesure"
_EURO_WORDS = {"€": 1, "eur": 1, "euro": 1, "euros": 1, "k€": 1000, "k": 1000, "ke": 1000, "keur": 1000}
# What a unit may be called after a number, and by how much the number is then multiplied.
_UNIT_WORDS: dict[str, dict[str, int]] = {
    EUR: {**_EURO_WORDS, "m€": 1_000_000, "meur": 1_000_000},
    ETP: {"etp": 1},
    HOURS: dict.fromkeys(("h", "heure", "heures", "heures par an", "h/an"), 1),
    PEOPLE: dict.fromkeys(("personne", "personnes", "habitant", "habitants"), 1),
    PERCENT: {"%": 1},
    MEASURE: dict.fromkeys(("%", "€", "eur", "euros", "habitant", "habitants", "personne", "personnes"), 1),
}
# « Néant » is an answer: nothing is given, and it is said. It is not the blank of who says nothing.
_NOTHING = {"neant", "aucun", "aucune", "rien"}
_APOSTROPHE = re.compile(r"(?<=\d)['’](?=\d{3}(?!\d))")
_HOUR = re.compile(r"(?<=\d) (?:à )?\d{1,2}[:h]\d{2}(?::\d{2})?$")
_DAY_NAME = re.compile(r"(?i)^(?:lun|mar|mercre|jeu|vendre|same)di |^dimanche ")
_SERIAL = re.compile(r"[3-7]\d{4}")
_TYPED_NUMBER = re.compile(r"([+-]?) ?([\d., ]*\d) ?(.*)$")


@dataclass(frozen=True)
class CellError:
    """A cell whose formula gave an error: it holds something, and that something cannot be read."""

    text: str


def address(row: int, column: int) -> str:
    """Return the address of a cell from its row and column counted from 0, as address(13, 3) == "D14"."""
    return f"{letter(column)}{row + 1}"


@lru_cache(maxsize=20_000)
def letter(column: int) -> str:
    """Return the letter of a column counted from 0, as letter(27) == "AB"."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def clean(text: str) -> str:
    """Return *text* on one line, without control characters or doubled spaces."""
    if text.isprintable() and "  " not in text:  # most texts: nothing to take out
        return text.strip()
    kept = "".join(c if unicodedata.category(c) not in ("Cc", "Cf") or c.isspace() else "" for c in text)
    return _SPACES.sub(" ", kept).strip()


@lru_cache(maxsize=50_000)
def normalised(text: str) -> str:
    """Return *text* as words to compare: no accents, case, punctuation, `*` or line breaks."""
    plain = unicodedata.normalize("NFKD", text.translate(_SPELLED)).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def is_unknown(text: str) -> bool:
    """Tell whether a cell says « Ne sait pas »."""
    return normalised(text) in (normalised(NE_SAIT_PAS), "nsp", "ne sais pas")


def is_uncountable(text: str) -> bool:
    """Tell whether a cell says « Non chiffrable »."""
    return normalised(text) == normalised(NON_CHIFFRABLE)


def read_number(value: object, unit: str) -> Decimal | None:
    """Return the exact number of a cell: 12 350 000 · 1 234,50 € · 5 k€. None when it is not one, or ambiguous.

    *unit* is the one expected (EUR, ETP, HOURS, PEOPLE, PERCENT): a number followed by the word of another is not read.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return _from_float(value)
    return _from_text(value, unit) if isinstance(value, str) else None


def names_other_unit(value: object, unit: str) -> bool:
    """Tell whether a cell holds a number followed by the word of another unit than the one expected."""
    match = _TYPED_NUMBER.match(_number_text(value)) if isinstance(value, str) else None
    word = match[3].strip() if match else ""
    others = {w for other, words in _UNIT_WORDS.items() if other != unit for w in words}
    return word in others - _UNIT_WORDS.get(unit, {}).keys()


def number_doubt(value: object, unit: str) -> str:
    """Return the narrower code (codes/probleme) of what keeps a number from being read; empty when it is none."""
    if names_other_unit(value, unit):
        return "autre-unite"
    if isinstance(value, float):
        return "part-ambigue" if unit == PERCENT and 0 < value < 1 else "nombre-trop-grand"
    match = _TYPED_NUMBER.match(_number_text(value)) if isinstance(value, str) else None
    word = match[3].strip() if match else ""
    if match is None or word not in {"", *_UNIT_WORDS.get(unit, {})}:
        return ""
    number = _digits(match[2], unit == PERCENT)
    if number is None:
        return "nombre-ambigu" if _AMBIGUOUS.match(match[2]) else ""
    return "part-ambigue" if unit == PERCENT and 0 < number < 1 else "nombre-trop-grand"


def _number_text(text: str) -> str:
    """Return a typed number in one writing: « € 1'234 » is « 1 234 € »."""
    plain = _APOSTROPHE.sub(" ", clean(text).lower().replace("−", "-"))
    return f"{plain[1:].strip()} €" if plain.startswith("€") else plain


def _from_float(value: float) -> Decimal | None:
    """Return the number a spreadsheet shows: it keeps 15 significant digits, the rest is noise of its binary form."""
    number = Decimal(f"{value:.{_SIGNIFICANT}g}")
    return number if number.is_finite() and abs(number) <= _MAX_NUMBER else None


def _from_text(text: str, unit: str) -> Decimal | None:
    """Read a typed number. « 12,350 » may be twelve thousand; of a share (0 to 100) it can only be a little over 12."""
    if normalised(text) in _NOTHING:
        return Decimal(0)
    match = _TYPED_NUMBER.match(_number_text(text))
    if not match:
        return None
    sign, digits, word = match.groups()
    factor = {"": 1, **_UNIT_WORDS.get(unit, {})}.get(word.strip(), 0)
    number = _digits(digits, unit == PERCENT)
    if number is None or not factor:
        return None
    number = number * factor
    return (-number if sign == "-" else number) if number <= _MAX_NUMBER else None


def _digits(digits: str, share: bool) -> Decimal | None:
    if _AMBIGUOUS.match(digits) and not (share and "," in digits):
        return None
    if _PLAIN.match(digits) or _GROUPED.match(digits):
        return _decimal(digits.replace(" ", "").replace(",", "."))
    if _GROUPED_POINT.match(digits):
        return _decimal(digits.replace(".", "").replace(",", "."))
    if _GROUPED_COMMA.match(digits):
        return _decimal(digits.replace(",", ""))
    return None


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def read_percent(value: object) -> Decimal | None:
    """Return a share from 0 to 100. A bare number between 0 and 1 is ambiguous (0,25 or 25 %): None."""
    if not isinstance(value, str):
        number, marked = read_number(value, PERCENT), False
    else:
        number, marked = _from_text(value, PERCENT), clean(value).endswith("%")
    return None if number is not None and 0 < number < 1 and not marked else number


def read_date(value: object, epoch: date = EXCEL_EPOCH) -> date | None:
    """Return the date of a cell: a date, a serial number, 12/03/2026, 2026-03-12 or 12 mars 2026."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        whole = 30_000 < value < 80_000 and value == int(value)
        return epoch + timedelta(days=int(value)) if whole else None
    if isinstance(value, str) and _SERIAL.fullmatch(clean(value)):
        return epoch + timedelta(days=int(clean(value)))
    return _date_from_text(clean(value)) if isinstance(value, str) else None


def _date_from_text(text: str) -> date | None:
    text = _DAY_NAME.sub("", _HOUR.sub("", text))
    if match := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})", text):
        day, month, year = match.groups()
        return _safe_date(_whole_year(year), int(month), int(day))
    if match := re.fullmatch(r"(\d{4})[-/](\d{2})[-/](\d{2})(?:[T ].*)?", text):
        year, month, day = (int(part) for part in match.groups())
        return _safe_date(year, month, day)
    words = normalised(text).split()
    if len(words) == 4:
        words = words[1:]  # the name of the day
    rank = _month(words[1]) if len(words) == 3 else None
    if rank and words[2].isdigit():
        first = words[0].removesuffix("er")
        if first.isdigit():
            return _safe_date(_whole_year(words[2]), rank, int(first))
    return None


def _whole_year(digits: str) -> int:
    """Return 2026 for « 26 »: what is dated here is of this century."""
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _month(word: str) -> int | None:
    """Return the rank of a month, whole or cut after three letters or more; « jui » could be two of them."""
    found = [rank for rank, name in enumerate(_MONTHS, 1) if len(word) >= 3 and name.startswith(word)]
    return found[0] if len(found) == 1 else None


def _safe_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_plausible_date(value: date) -> bool:
    """Tell whether a date may be one of a contrat de ville."""
    return value.year in _YEARS


def read_year(value: object) -> int | None:
    """Return the year of a cell: 2023, « 2023 », or the year of a date. None for anything else, or an unlikely year."""
    if isinstance(value, date):
        return value.year
    number = read_number(value, MEASURE) if not isinstance(value, str) or clean(value).isdigit() else None
    return int(number) if number is not None and number == int(number) and 1900 <= number <= 2100 else None


def read_yes_no(value: object) -> bool | None:
    """Return True for Oui, x, ✓, 1 or vrai; False for Non, 0 or faux; None otherwise."""
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return bool(value) if value in (0, 1) else None
    word = normalised(value) or clean(value) if isinstance(value, str) else ""
    if word in ("oui", "o", "x", "vrai", "true", "yes", "1", *_TICKS):
        return True
    return False if word in ("non", "n", "faux", "false", "no", "0") else None
