"""Numbers, dates and lists as people read them (French typography by default, from CLDR)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from droitcommun.graph.langue import _, langue

# Babel is loaded by the first number, date or list that is put into words: a check may need none.

NBSP = "\u00a0"
_BEFORE = re.compile(r" (?=[;:?!»%€])")
_AFTER = re.compile(r"(?<=«) ")
# Begun only where a word begins, and never given back: a very long word is read once, not once a letter.
_EMAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]++@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_PHONE = re.compile(
    r"(?<![0-9A-Za-z+])(?:(?:\+33|0033)[ .-]?(?:\(0\))?[ .-]?[1-9]|\(?0 ?[1-9]\)?)(?:[ .-]?[0-9]{2}){4}(?![0-9A-Za-z])"
)
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
Number = int | Decimal


def mask(text: str) -> str:
    """Return *text* with e-mails and telephone numbers hidden: a product travels further than the file.

    The marks that turn the direction of writing go too: what follows them on a line would be read backwards.
    """
    return _PHONE.sub("[…]", _EMAIL.sub("[…]", _TURNS.sub("", text)))


def _rounded(value: Number, decimals: int) -> Decimal:
    return Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _decimal(value: Number, decimals: int, pattern: str) -> str:
    from babel.numbers import format_decimal

    text: str = format_decimal(_rounded(value, decimals), pattern, locale=langue())
    return text.replace("-", "\u2212")


def entier(value: Number) -> str:
    """Return a whole number, as « 1 234 567 »."""
    return _decimal(value, 0, "#,##0")


def nombre(value: Number, decimals: int = 1) -> str:
    """Return a number with at most *decimals* decimals, as « 12,5 » or « 12 »."""
    return _decimal(value, decimals, "#,##0." + "#" * decimals if decimals else "#,##0")


def fixe(value: Number, decimals: int) -> str:
    """Return a number with exactly *decimals* decimals, so that a column lines up."""
    return _decimal(value, decimals, "#,##0." + "0" * decimals if decimals else "#,##0")


def signe(value: Number, decimals: int = 1) -> str:
    """Return a change with its sign, as « +2,5 », « −1 » or « 0 »."""
    text = nombre(value, decimals)
    return f"+{text}" if value > 0 and text.strip("0,.") else text


def euros(value: Number, cents: bool | None = None) -> str:
    """Return exact euros, as « 1 234 567 € »; cents are shown when there are some, or as *cents* says."""
    shown = cents if cents is not None else value != int(value)
    return fixe(value, 2 if shown else 0) + NBSP + "€"


def montant(unite: str, quantite: Number) -> str:
    """Return a quantity with its unit (a code), as « 12 000 € » (from cents), « 1,5 ETP » or « 300 heures par an »."""
    if unite == "EUR":
        return euros(Decimal(quantite) / 100)
    words = {"ETP": _("ETP"), "heures-par-an": _("heures par an")}
    return nombre(quantite, 2) + NBSP + words.get(unite, unite)


def keuros(value: Number) -> str:
    """Return thousands of euros for reading aloud: one decimal under 10 k€, none above, euros under 100 €."""
    thousands = Decimal(value) / 1000
    digits = 1 if abs(thousands) < 10 else 0
    if value and abs(thousands) < Decimal("0.1"):
        return euros(value)
    return nombre(thousands, digits) + NBSP + "k€"


def ecart_keuros(value: Number) -> str:
    """Return a change in thousands of euros with its sign, as « +1 584 k€ »."""
    return keuros(value) if not value else ("+" if value > 0 else "") + keuros(value)


def pourcent(part: Number, total: Number, decimals: int = 0) -> str:
    """Return part/total as « 12,5 % »; an exact 0 or 100 is never the effect of rounding.

    Raises ZeroDivisionError when *total* is 0: an unknown share is the caller's to say.
    """
    value = Decimal(part) * 100 / Decimal(total)
    step = Decimal(1).scaleb(-decimals)
    rounded = _rounded(value, decimals)
    if rounded == 0 and value > 0:
        return _("moins de {valeur}").format(valeur=nombre(step, decimals) + NBSP + "%")
    if rounded == 100 and value < 100:
        return _("plus de {valeur}").format(valeur=nombre(100 - step, decimals) + NBSP + "%")
    return nombre(rounded, decimals) + NBSP + "%"


def date_longue(value: date) -> str:
    """Return a date as « 31 mars 2026 » (« 1er mars 2026 » on the first)."""
    from babel.dates import format_date

    text: str = format_date(value, "long", locale=langue())
    if langue() == "fr" and value.day == 1:
        return "1er" + text[1:]
    return text


def date_courte(value: date) -> str:
    """Return a date as « 31/03/2026 »."""
    from babel.dates import format_date

    text: str = format_date(value, "dd/MM/yyyy", locale=langue())
    return text


def enumeration(items: Sequence[str], maximum: int | None = None) -> str:
    """Return « A, B et C »; beyond *maximum* names, « A, B et 4 autres »."""
    names = list(items)
    if maximum is not None and len(names) > maximum + 1:
        rest = len(names) - maximum
        names = [*names[:maximum], _("{n} autres").format(n=rest)]
    from babel.lists import format_list

    text: str = format_list(names, locale=langue())
    return text


def points_virgules(parts: Iterable[str]) -> str:
    """Return the parts of one sentence, as « A ; B »."""
    return _(" ; ").join(parts)


def deux_points(debut: str, suite: str) -> str:
    """Return what is said of something, as « Lens : 3 actions »."""
    return _("{debut} : {suite}").format(debut=debut, suite=suite)


def guillemets(text: str) -> str:
    """Return a quoted text, as « Se loger » with its marks."""
    return _("« {texte} »").format(texte=text)


def typographie(text: str) -> str:
    """Return *text* with the spaces that French never breaks: before ; : ? ! » % and after «."""
    if langue() != "fr":
        return text
    return _AFTER.sub(NBSP, _BEFORE.sub(NBSP, text))


def debut_de_phrase(text: str) -> str:
    """Return *text* with a capital first letter, the rest unchanged."""
    return text[:1].upper() + text[1:]
