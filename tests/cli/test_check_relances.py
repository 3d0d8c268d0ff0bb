"""droitcommun check --relances: what stands in the folder, on the demonstration."""

from __future__ import annotations

import email
import email.policy
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from droitcommun.graph.classeurs.read import read_classeur


@pytest.fixture(scope="module")
def folder(cli: Callable, demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("relances") / "envoi"
    result = cli("-w", demo, "check", "2026", "--relances", made, "--fail-on", "never")
    assert result.code == 0, result.err
    assert "relances écrites" in result.err
    return made


def rows(folder: Path) -> list[dict[str, object]]:
    head, *lines = openpyxl.load_workbook(folder / "relances-2026.xlsx").active.iter_rows(values_only=True)
    return [dict(zip((str(h) for h in head), line, strict=True)) for line in lines]


def test_silent_bodies_and_bodies_with_open_points_are_written_to(cli: Callable, demo: Path, folder: Path) -> None:
    found = json.loads(cli("-w", demo, "check", "2026", "--format", "json").out)
    asked = {
        f["organisme"]
        for f in found["constats"]
        if f["organisme"] and f["destinataire"] in ("contributeur", "commune") and f["gravite"] != "info"
        if f["etat"] in ("ouvert", "a-venir")
    }
    written = {str(row["Message"]) for row in rows(folder)}
    assert asked
    for code in asked:
        assert any(name.startswith(f"relance-2026-{code}") for name in written), code
    assert {p.name for p in folder.glob("*.eml")} == written
    assert {p.stem for p in folder.glob("*.txt")} == {p.stem for p in folder.glob("*.eml")}


def test_each_message_carries_its_own_workbook_and_no_address(folder: Path) -> None:
    for path in folder.glob("*.eml"):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert (message["X-Unsent"], message["To"]) == ("1", None)
        (attached,) = message.iter_attachments()  # type: ignore[attr-defined]
        copy = folder / "classeurs" / attached.get_filename()
        assert attached.get_content() == copy.read_bytes()
        assert copy.stem.removeprefix("recensement") == path.stem.removeprefix("relance")
        assert "Identité" in read_classeur(copy).sheets
    texts = b"".join(path.read_bytes() for path in folder.glob("relance*"))
    assert b"@exemple.invalid" not in texts


def test_addresses_only_inside(cli: Callable, demo: Path, tmp_path: Path) -> None:
    options = ("--relances", tmp_path, "--profil", "interne", "--organisme", "cd62", "--fail-on", "never")
    assert cli("-w", demo, "check", "2026", *options).code == 0
    found = rows(tmp_path)
    assert found and all(str(row["Institution"]).startswith("Département") for row in found)
    for row in found:
        message = email.message_from_bytes((tmp_path / str(row["Message"])).read_bytes(), policy=email.policy.default)
        assert str(row["Adresses"]).endswith("cd62@exemple.invalid")
        assert [a.addr_spec for a in message["To"].addresses] == str(row["Adresses"]).split("; ")


def test_a_second_run_keeps_what_it_replaces(cli: Callable, demo: Path, tmp_path: Path) -> None:
    options = ("--relances", tmp_path, "--organisme", "cd62", "--fail-on", "never")
    cli("-w", demo, "check", "2026", *options)
    before = {p.name: p.read_bytes() for p in tmp_path.glob("relance*")}
    cli("-w", demo, "check", "2026", *options)
    assert not (tmp_path / "precedentes").exists()  # the same content: nothing to keep
    edited = next(tmp_path.glob("*.txt"))
    edited.write_text("retouché à la main", encoding="utf-8")
    stale = tmp_path / "relance-2026-partie.eml"
    stale.write_text("d'une fois précédente", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("à moi", encoding="utf-8")
    cli("-w", demo, "check", "2026", *options)
    kept = {p.name: p.read_text(encoding="utf-8") for p in (tmp_path / "precedentes" / "1").iterdir()}
    assert kept == {edited.name: "retouché à la main", stale.name: "d'une fois précédente"}
    assert {p.name: p.read_bytes() for p in tmp_path.glob("relance*")} == before
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "à moi"


def test_a_closed_campagne_has_no_reminder(cli: Callable, demo: Path, tmp_path: Path) -> None:
    result = cli("-w", demo, "check", "2025", "--relances", tmp_path / "x")
    assert (result.code, result.out) == (2, "")
    assert "ouverte" in result.err
    assert not (tmp_path / "x").exists()
