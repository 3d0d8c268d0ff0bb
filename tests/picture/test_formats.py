"""Numbers, dates and lists in French typography."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from droitcommun.graph import formats
from droitcommun.graph.langue import set_langue

FIN, DUR = "\u202f", "\u00a0"


@pytest.fixture
def english() -> Iterator[None]:
    """Speak English for one test."""
    set_langue("en")
    yield
    set_langue("fr")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1234567, f"1{FIN}234{FIN}567{DUR}€"),
        (Decimal("1234.5"), f"1{FIN}234,50{DUR}€"),
        (0, f"0{DUR}€"),
        (Decimal("-3"), f"\u22123{DUR}€"),
    ],
)
def test_euros_are_exact(value: Decimal | int, expected: str) -> None:
    assert formats.euros(value) == expected


def test_a_column_of_euros_may_ask_for_its_cents() -> None:
    assert formats.euros(12, cents=True) == f"12,00{DUR}€"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("12345.67"), f"12{DUR}k€"),
        (12500, f"13{DUR}k€"),
        (2500, f"2,5{DUR}k€"),
        (1234567, f"1{FIN}235{DUR}k€"),
        (30, f"30{DUR}€"),
        (0, f"0{DUR}k€"),
    ],
)
def test_thousands_are_for_reading_and_never_round_to_zero(value: Decimal | int, expected: str) -> None:
    assert formats.keuros(value) == expected


@pytest.mark.parametrize(
    ("part", "total", "expected"),
    [
        (1, 8, f"13{DUR}%"),
        (0, 8, f"0{DUR}%"),
        (1, 1000, f"moins de 1{DUR}%"),
        (999, 1000, f"plus de 99{DUR}%"),
        (8, 8, f"100{DUR}%"),
    ],
)
def test_a_share_says_none_or_all_only_when_it_is(part: int, total: int, expected: str) -> None:
    assert formats.pourcent(part, total) == expected


def test_a_share_with_a_decimal() -> None:
    assert formats.pourcent(1, 8, decimals=1) == f"12,5{DUR}%"


@pytest.mark.parametrize(
    ("value", "expected"),
    [(Decimal("2.5"), "+2,5"), (-1, "\u22121"), (0, "0"), (Decimal("0.01"), "0")],
)
def test_a_change_has_its_sign(value: Decimal | int, expected: str) -> None:
    assert formats.signe(value) == expected


def test_the_first_of_a_month() -> None:
    assert formats.date_longue(date(2026, 3, 1)) == "1er mars 2026"
    assert formats.date_longue(date(2026, 3, 21)) == "21 mars 2026"
    assert formats.date_courte(date(2026, 3, 1)) == "01/03/2026"


def test_a_list_is_never_cut_for_one_name_only() -> None:
    assert formats.enumeration(["A"]) == "A"
    assert formats.enumeration(["A", "B", "C"]) == "A, B et C"
    assert formats.enumeration(["A", "B", "C", "D"], maximum=3) == "A, B, C et D"
    assert formats.enumeration(["A", "B", "C", "D", "E"], maximum=3) == "A, B, C et 2 autres"


def test_double_signs_keep_their_space() -> None:
    assert formats.typographie("« oui » : non ; 3 %") == f"«{DUR}oui{DUR}»{DUR}: non{DUR}; 3{DUR}%"


def test_english_has_its_own_typography(english: None) -> None:
    assert formats.entier(1234567) == "1,234,567"
    assert formats.typographie("yes ; no") == "yes ; no"
    assert formats.date_longue(date(2026, 3, 1)) == "March 1, 2026"
