"""Numbers, dates and words of cells: expected values written by hand."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droitcommun.graph.classeurs.cells import (
    ETP,
    EUR,
    HOURS,
    PEOPLE,
    PERCENT,
    address,
    is_uncountable,
    is_unknown,
    names_other_unit,
    normalised,
    number_doubt,
    read_date,
    read_number,
    read_percent,
    read_yes_no,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12 350 000", "12350000"),
        ("12\u00a0350\u202f000", "12350000"),
        ("1 234,50 €", "1234.50"),
        ("1 234,5", "1234.5"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("12,35", "12.35"),
        ("1 012,350", "1012.350"),
        ("12,350.50", "12350.50"),
        ("1,012,350", "1012350"),
        ("5 k€", "5000"),
        ("2,5k€", "2500.0"),
        ("1,2 M€", "1200000.0"),
        ("5 000 euros", "5000"),
        ("0", "0"),
        ("0,125", "0.125"),
        ("+3", "3"),
        ("-3", "-3"),
        ("\u2212 3", "-3"),
    ],
)
def test_numbers_people_write(text: str, number: str) -> None:
    assert read_number(text, EUR) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "number", "units"),
    [
        ("1,5 ETP", "1.5", {ETP}),
        ("120 heures", "120", {HOURS}),
        ("3 h/an", "3", {HOURS}),
        ("10 000 €", "10000", {EUR}),
        ("5 k€", "5000", {EUR}),
        ("5 k", "5000", {EUR}),
        ("2 M€", "2000000", {EUR}),
        ("12 personnes", "12", {PEOPLE}),
        ("1 habitant", "1", {PEOPLE}),
        ("25 %", "25", {PERCENT}),
        ("25", "25", {EUR, ETP, HOURS, PEOPLE, PERCENT}),
        ("25 kg", "25", set()),
    ],
)
def test_a_unit_word_is_read_only_where_it_is_expected(text: str, number: str, units: set[str]) -> None:
    for unit in (EUR, ETP, HOURS, PEOPLE, PERCENT):
        assert read_number(text, unit) == (Decimal(number) if unit in units else None)
        assert names_other_unit(text, unit) is (bool(units) and unit not in units)


@pytest.mark.parametrize(
    ("value", "unit", "doubt"),
    [
        ("12,350", EUR, "nombre-ambigu"),
        ("1.200 €", EUR, "nombre-ambigu"),
        ("0,4", PERCENT, "part-ambigue"),
        (0.4, PERCENT, "part-ambigue"),
        (9e15, EUR, "nombre-trop-grand"),
        ("9 000 000 000 000 000", EUR, "nombre-trop-grand"),
        ("3 ETP", EUR, "autre-unite"),
        ("environ 100", PEOPLE, ""),
        ("12 kg", EUR, ""),
        ("1 2 3", EUR, ""),
        (None, EUR, ""),
    ],
)
def test_why_a_number_is_not_read(value: object, unit: str, doubt: str) -> None:
    read = read_percent(value) if unit == PERCENT else read_number(value, unit)
    assert read is None and number_doubt(value, unit) == doubt


@pytest.mark.parametrize(
    "text",
    [
        "",
        "trois",
        "~300",
        "environ 300",
        "300 ?",
        "12 35",
        "1.234",
        "12,350",
        "12,350 €",
        "-1,234",
        "1,250 M€",
        "1e5",
        "12/03",
        "5 kg",
        "10 %",
        "1 2",
        "NaN",
        "inf",
    ],
)
def test_no_number_is_guessed(text: str) -> None:
    assert read_number(text, EUR) is None


@pytest.mark.parametrize(
    ("cell", "number"),
    [(1234.1, "1234.1"), (0.1 + 0.2, "0.3"), (1234.56 * 3, "3703.68"), (12350000.0, "12350000"), (7, "7")],
)
def test_a_number_cell_is_what_the_spreadsheet_shows(cell: float, number: str) -> None:
    assert read_number(cell, EUR) == Decimal(number)


@pytest.mark.parametrize("cell", [True, date(2026, 1, 1), float("nan"), float("inf"), 1e13, None])
def test_other_cells_are_no_numbers(cell: object) -> None:
    assert read_number(cell, EUR) is None


@pytest.mark.parametrize(
    ("cell", "share"),
    [
        ("25 %", "25"),
        ("25", "25"),
        (25.0, "25"),
        ("0,5 %", "0.5"),
        ("12,345 %", "12.345"),
        ("12,345", "12.345"),
        (0.0, "0"),
        (1.0, "1"),
    ],
)
def test_shares(cell: object, share: str) -> None:
    assert read_percent(cell) == Decimal(share)


@pytest.mark.parametrize("cell", [0.25, "0,25", "un quart", "1.234 %"])
def test_a_share_between_0_and_1_is_ambiguous(cell: object) -> None:
    assert read_percent(cell) is None


@pytest.mark.parametrize(
    "cell",
    [
        "12/03/2026",
        "12.3.26",
        "2026-03-12",
        "12 mars 2026",
        "jeudi 12 mars 2026",
        "12-mars-26",
        "Jeudi 12/03/2026",
        date(2026, 3, 12),
        datetime(2026, 3, 12, 9),
        46093.0,
    ],
)
def test_dates_people_write(cell: object) -> None:
    assert read_date(cell) == date(2026, 3, 12)


def test_first_of_the_month_and_the_other_epoch() -> None:
    assert read_date("1er février 2026") == date(2026, 2, 1)
    assert read_date(44631.0, date(1904, 1, 1)) == date(2026, 3, 12)


@pytest.mark.parametrize("cell", ["31/02/2026", "mars 2026", "2026", 12.0, 46093.5, "03/12", ""])
def test_no_date_is_guessed(cell: object) -> None:
    assert read_date(cell) is None


def test_words() -> None:
    assert is_unknown("ne sait  PAS") and is_unknown("NSP") and not is_unknown("ne sait")
    assert is_uncountable("Non chiffrable") and not is_uncountable("chiffrable")
    assert read_yes_no("OUI") is True and read_yes_no("x") is True and read_yes_no("non") is False
    assert read_yes_no("✓") is True and read_yes_no(1) is True and read_yes_no("0") is False
    assert [read_yes_no(cell) for cell in ("peut-être", 2, "2", "", "✗")] == [None] * 5
    assert normalised("Où se déroule\nl’action*") == "ou se deroule l action"
    assert normalised("Cœur d'îlot – n°4") == "coeur d ilot n4"


@pytest.mark.parametrize(
    ("place", "name"), [((13, 3), "D14"), ((0, 25), "Z1"), ((0, 26), "AA1"), ((9, 701), "ZZ10"), ((0, 702), "AAA1")]
)
def test_addresses(place: tuple[int, int], name: str) -> None:
    assert address(*place) == name


@given(
    st.decimals(min_value=0, max_value=10**9, places=2),
    st.sampled_from([" ", "\u00a0", "\u202f", ""]),
    st.sampled_from(["", " €", "€"]),
)
def test_an_amount_written_in_french_is_read_exactly(amount: Decimal, space: str, unit: str) -> None:
    written = f"{amount:,.2f}".replace(",", space).replace(".", ",") + unit
    assert read_number(written, EUR) == amount


@given(st.decimals(min_value=0, max_value=10**10, places=2))
def test_an_amount_kept_as_a_float_gives_its_cents_back(amount: Decimal) -> None:
    assert read_number(float(amount), EUR) == amount


@given(st.text(max_size=30))
def test_any_text_gives_a_value_or_nothing(text: str) -> None:
    number, day, share = read_number(text, EUR), read_date(text), read_percent(text)
    assert number is None or number.is_finite()
    assert day is None or isinstance(day, date)
    assert share is None or share.is_finite()


@pytest.mark.parametrize(
    ("text", "number"),
    [("Néant", "0"), ("aucun", "0"), ("1'234,50 €", "1234.50"), ("€ 500", "500"), ("12\u202f350\u00a0000", "12350000")],
)
def test_a_declared_nothing_is_zero_and_swiss_thousands_are_read(text: str, number: str) -> None:
    assert read_number(text, EUR) == Decimal(number)


@pytest.mark.parametrize("text", ["-", "", "k€ 5", "(500)", "1'23", "env. 500"])
def test_what_only_looks_like_a_number_is_not_read(text: str) -> None:
    assert read_number(text, EUR) is None


@pytest.mark.parametrize("cell", ["46093", 46093, "2026/03/12", "12/03/2026 14:30", "12 mars 2026 à 9h00"])
def test_dates_of_exports(cell: object) -> None:
    assert read_date(cell) == date(2026, 3, 12)


@pytest.mark.parametrize("cell", ["12 jui 2026", "99999", True, "20260312"])
def test_a_month_that_may_be_two_and_other_numbers_are_no_dates(cell: object) -> None:
    assert read_date(cell) is None
