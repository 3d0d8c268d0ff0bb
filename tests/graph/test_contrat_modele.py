"""A contract from a workbook: the same triples as the Turtle file, every fault at its cell, nothing made on error."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from importlib import resources
from pathlib import Path

import openpyxl
import pytest

from droitcommun.graph.contratcontrole import turtle_faults
from droitcommun.graph.contratmodele import read_contrat, write_modele
from droitcommun.graph.errors import ClasseurContratInvalid
from droitcommun.graph.names import CODE_FORMS, PREFIXES, cdv
from droitcommun.graph.reference import contract_files, delivered_contrats
from droitcommun.graph.store import Store, Triple
from droitcommun.graph.workspace import Workspace

from .conftest import VAL_D_ESSAI, whole_contract

TODAY = date(2026, 3, 20)
Edit = Callable[[openpyxl.Workbook], None]


@pytest.fixture(scope="module")
def contrat(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Turtle file of the fictitious contract, all its municipalities signing."""
    return whole_contract(tmp_path_factory.mktemp("contrat"))


@pytest.fixture(scope="module")
def modele(contrat: Path) -> Path:
    """Return the workbook of the fictitious contract."""
    path = contrat.with_name("val-d-essai.xlsx")
    write_modele(path, TODAY, str(contrat))
    return path


def edited(source: Path, folder: Path, edit: Edit) -> Path:
    book = openpyxl.load_workbook(source)
    edit(book)
    path = folder / "modifie.xlsx"
    book.save(path)
    return path


def put(sheet: str, cell: str, value: object) -> Edit:
    def edit(book: openpyxl.Workbook) -> None:
        book[sheet][cell] = value

    return edit


def triples(path: Path) -> set[Triple]:
    store = Store()
    store.load(path)
    return set(store.triples())


def back(path: Path) -> set[Triple]:
    _code, turtle = read_contrat(path, path.read_bytes())
    store = Store()
    store.load_bytes(turtle, ".ttl")
    return set(store.triples())


def test_the_workbook_of_a_contract_gives_its_triples_again(modele: Path, contrat: Path) -> None:
    assert back(modele) == triples(contrat)


def test_an_ods_says_the_same(contrat: Path, tmp_path: Path) -> None:
    write_modele(tmp_path / "c.ods", TODAY, str(contrat))
    assert back(tmp_path / "c.ods") == triples(contrat)


def test_the_same_contract_gives_the_same_bytes(modele: Path, contrat: Path, tmp_path: Path) -> None:
    write_modele(tmp_path / "again.xlsx", TODAY, str(contrat))
    assert (tmp_path / "again.xlsx").read_bytes() == modele.read_bytes()


# What the workbook does not carry: texts of the document that no rule and no table reads, sources, words in English.
LOST_CLASSES = {
    *("Enonce", "Discordance", "Principe", "EtapeConcertation", "DocumentSource", "TexteOfficiel"),
    *("Territoire", "ObjetEvaluation", "RoleGouvernance", "TotalImprime"),
}


# Of the things it does carry: sources and notes, what is quoted or described, words in English, and, of the contract
# before, its intercommunality.
LOST_TERMS = {
    *("source", "license", "editorialNote", "inScheme", "definition", "citation", "compteurImprime", "communeImprimee"),
    *(
        "mission",
        "composition",
        "hypothese",
        "deliberation",
        "signataireElu",
        "prefLabel",
        "notation",
        "altLabel",
        "epci",
    ),
}


def test_of_the_delivered_contract_what_is_lost_is_known(tmp_path: Path) -> None:
    write_modele(tmp_path / "call.xlsx", TODAY, "call-2024")
    kept = back(tmp_path / "call.xlsx")
    whole = Store()
    for file in contract_files("call-2024"):
        whole.load_bytes(file.read_bytes(), ".ttl")
    rdf_type = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    classes = {o.value: s for s, p, o in whole.triples() if p.value == rdf_type and o.value.startswith(cdv(""))}
    there = {o.value for _s, p, o in kept if p.value == rdf_type}
    assert {name.removeprefix(cdv("")) for name in classes if name not in there} == LOST_CLASSES
    subjects = {t[0] for t in kept}
    lost = [t for t in whole.triples() if t not in kept and t[0] in subjects]
    assert {re.split("[/#]", p.value)[-1] for _s, p, _o in lost} == LOST_TERMS
    french = [s.value for s, p, o in lost if p.value.endswith("#prefLabel") and getattr(o, "language", None) == "fr"]
    assert all("/partie/" in name for name in french)  # a party bears the name of its body
    for name in ("Ambition", "QPV", "Partie", "TypeEngagement", "Qualification", "Population", "Instance"):
        before = set(whole.subjects(rdf_type, cdv(name)))
        assert {s.value for s, p, o in kept if p.value == rdf_type and o.value == cdv(name)} == before


FAULTS: dict[str, tuple[Edit, str]] = {
    "unknown pillar": (put("Ambitions", "D4", "P9"), "Ambitions!D4"),
    "unknown code": (put("Parties", "B3", "mécène"), "Parties!B3"),
    "no label": (put("Piliers", "B3", None), "Piliers!B3"),
    "a label that is a formula without its value": (put("Organismes", "B3", "=A3"), "Organismes!B3"),
    "announced number": (put("Contrat", "J3", 6), "Contrat!J3"),
    "date": (put("Contrat", "E3", "bientôt"), "Contrat!E3"),
    "ends before it begins": (put("Contrat", "F3", date(2020, 1, 1)), "Contrat!F3"),
    "QPV code": (put("QPV", "A3", "QN1"), "QPV!A3"),
    "twice": (put("Ambitions", "A4", "A1.1"), "Ambitions!A4"),
    "code that leaves the workspace": (put("Organismes", "A3", "../x"), "Organismes!A3"),
    "code of the contract": (put("Contrat", "A3", "Val d'Essai"), "Contrat!A3"),
    "population of no year": (put("Populations", "B3", "hier"), "Populations!B3"),
    "INSEE code without its zero": (put("Communes", "A3", 1004), "Communes!A3"),
    "INSEE code of one digit": (put("Communes", "A3", "1"), "Communes!A3"),
    "INSEE code of a foreign country": (put("Communes", "A3", "99132"), "Communes!A3"),
    "SIREN as code of the intercommunality": (put("EPCI", "A3", "CALL"), "EPCI!A3"),
    "SIREN": (put("Communes", "D3", "21620032"), "Communes!D3"),
    "code with an accent": (put("Piliers", "A3", "Pé1"), "Piliers!A3"),
    "code too long": (put("Axes", "A3", "T" * 61), "Axes!A3"),
    "two contracts": (lambda book: [book["Contrat"].cell(4, n, "x") for n in (1, 3)] and None, "Contrat!A4"),
    "QPV without population": (put("Populations", "A3", "QN00002X"), "QPV!A3"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_said_at_its_cell_and_nothing_is_made(modele: Path, tmp_path: Path, name: str) -> None:
    edit, place = FAULTS[name]
    path = edited(modele, tmp_path, edit)
    with pytest.raises(ClasseurContratInvalid) as refused:
        Workspace.create(tmp_path / "espace", str(path), today=TODAY)
    assert any(problem.startswith(f"{place} : ") for problem in refused.value.problems), refused.value.problems
    assert str(refused.value).endswith("relancez « droitcommun init … --contrat modifie.xlsx ».")
    assert [p.name for p in tmp_path.iterdir()] == ["modifie.xlsx"]


# What every cell may say and no contract may be: the rules of `check` themselves, held before anything is made.
BROKEN: dict[str, tuple[Edit, list[str]]] = {
    "a municipality of two QPV signs nothing": (
        lambda book: book["Parties"].delete_rows(4),
        ["Communes!A4 : Essai-le-Bas a un quartier prioritaire du contrat (Les Saules) mais n'y est pas partie."],
    ),
    "P147 as droit commun": (
        put("Qualification", "B6", "Droit commun"),
        ["Qualification!B6 : « P147 » est qualifié de droit"],
    ),
    "both": (
        lambda book: (book["Parties"].delete_rows(4), put("Qualification", "B6", "Droit commun")(book))[0],
        ["Communes!A4 : Essai-le-Bas a un quartier", "Qualification!B6 : "],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_rule_of_the_contract_that_is_broken_keeps_it_out(modele: Path, tmp_path: Path, name: str) -> None:
    edit, told = BROKEN[name]
    path = edited(modele, tmp_path, edit)
    with pytest.raises(ClasseurContratInvalid) as refused:
        Workspace.create(tmp_path / "espace", str(path), today=TODAY)
    said = refused.value.problems
    for start in told:
        assert any(problem.startswith(start) for problem in said), said
    assert {p.partition(" : ")[0] for p in said} == {start.partition(" : ")[0] for start in told}
    assert [p.name for p in tmp_path.iterdir()] == ["modifie.xlsx"]


def test_a_contract_that_breaks_a_rule_is_not_added_to_a_workspace(modele: Path, tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "espace", "call-2024", today=TODAY)
    before = workspace.graphs.fingerprint()
    path = edited(modele, tmp_path, lambda book: book["Parties"].delete_rows(4))
    with pytest.raises(ClasseurContratInvalid):
        workspace.add_contrat(str(path), TODAY)
    assert workspace.contrats() == ["call-2024"] and workspace.graphs.fingerprint() == before
    assert workspace.add_contrat(str(modele), TODAY) == "val-d-essai"


def test_the_difference_that_a_contract_prints_does_not_keep_it_out(modele: Path, tmp_path: Path) -> None:
    """R-S4 is a remark: two numbers of QPV, each with its source, for the co-pilots to settle."""
    path = edited(modele, tmp_path, put("Contrat", "L3", 4))
    assert read_contrat(path, path.read_bytes())[0] == "val-d-essai"


def test_every_fault_is_said_at_once(modele: Path, tmp_path: Path) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        for sheet, cell in (("Ambitions", "D4"), ("Parties", "B3"), ("Instances", "D3")):
            book[sheet][cell] = "inconnu"

    with pytest.raises(ClasseurContratInvalid) as refused:
        path = edited(modele, tmp_path, edit)
        read_contrat(path, path.read_bytes())
    assert [p.partition(" : ")[0] for p in refused.value.problems] == ["Ambitions!D4", "Parties!B3", "Instances!D3"]


def test_the_workspace_made_from_it_is_made_again_from_its_journal(modele: Path, tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "espace", str(modele), today=TODAY)
    assert workspace.contrats() == ["val-d-essai"]
    (event,) = workspace.journal.events()
    assert workspace.originals.read(event.data["classeur"]["sha256"]) == modele.read_bytes()
    before = workspace.graphs.fingerprint()
    assert workspace.rebuild() == before


def test_from_the_command_line(cli: Callable, modele: Path, tmp_path: Path) -> None:
    blank = cli("init", "--modele", tmp_path / "vierge.xlsx")
    assert blank.code == 0 and "droitcommun init DOSSIER --contrat" in blank.out
    empty = cli("init", tmp_path / "x", "--contrat", tmp_path / "vierge.xlsx")
    assert empty.code == 3 and "vierge.xlsx" in empty.err and not (tmp_path / "x").exists()
    assert "Contrat : La feuille « Contrat » n'a aucune ligne remplie. Décrivez le contrat" in empty.err
    made = cli("init", tmp_path / "y", "--contrat", modele)
    assert made.code == 0 and "Contrat : val-d-essai" in made.out
    assert cli("init", tmp_path / "z", "--modele", tmp_path / "n.xlsx").code == 2
    assert cli("init").code == 2
    refused = cli("-w", tmp_path / "y", "ingest", modele, "--campagne", "2026")
    assert refused.code == 3 or "modèle d'un contrat" in refused.out + refused.err


@pytest.mark.parametrize("code", ["01004", "2A004", "2B033", "62032", "97411", "98818", "00001"])
def test_the_codes_of_insee_are_taken(code: str) -> None:
    assert CODE_FORMS["commune"].fullmatch(code)


@pytest.mark.parametrize("code", ["1", "1004", "6203", "620320", "2C004", "20004", "96001", "99132", "2a004", "A2004"])
def test_others_are_not(code: str) -> None:
    assert not CODE_FORMS["commune"].fullmatch(code)


@pytest.mark.parametrize("code", ["QN06202M", "QN00001X", "QN02A01M", "QN02B10M", "QN97401M"])
def test_the_codes_of_districts_are_taken(code: str) -> None:
    assert CODE_FORMS["qpv"].fullmatch(code)


@pytest.mark.parametrize("code", ["QP062001", "QN0620M", "QN062022M", "QN02C01M", "QN2A001M", "qn06202m", "QN06202"])
def test_codes_of_another_form_are_not(code: str) -> None:
    assert not CODE_FORMS["qpv"].fullmatch(code)


def test_reading_and_checking_hold_the_code_of_a_district_to_one_form() -> None:
    shapes = Store()
    shapes.load_bytes((resources.files("droitcommun.shapes") / "10-structure.ttl").read_bytes(), ".ttl")
    (said,) = shapes.objects(PREFIXES["cdvsh"] + "R-S3-code", PREFIXES["sh"] + "pattern")
    assert said.value == f"^{CODE_FORMS['qpv'].pattern}$"


def test_a_contract_of_corsica_has_no_fault(contrat: Path) -> None:
    text = contrat.read_text(encoding="utf-8")
    assert "QN00001X" in text
    assert turtle_faults("val-d-essai", text.replace("QN00001X", "QN02A01M").encode()) == ()
    assert turtle_faults("val-d-essai", text.replace("QN00001X", "QN02C01M").encode()) != ()


def test_a_turtle_file_is_held_to_the_same_rules_each_fault_at_its_line(contrat: Path, tmp_path: Path) -> None:
    """Essai-le-Bas of the agglomeration with two districts and no signature; P147 as droit commun."""
    lines = VAL_D_ESSAI.read_text(encoding="utf-8").replace("epci/000000001> .", "epci/000000000> .").splitlines()
    commune = next(n for n, line in enumerate(lines, start=1) if line.startswith("com:00002 a"))
    p147 = next(n for n, line in enumerate(lines, start=1) if line.startswith("qu:p147 a"))
    lines[p147 - 1] = lines[p147 - 1].replace("qal:specifique", "qal:droit-commun")
    broken = tmp_path / "faux.ttl"
    broken.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ClasseurContratInvalid) as refused:
        Workspace.create(tmp_path / "espace", str(broken), today=TODAY)
    assert [p.partition(" : ")[0] for p in refused.value.problems] == [
        f"ligne {commune}, 00002",
        f"ligne {commune}, 00002",
        f"ligne {p147}, p147",
    ]
    assert "Essai-le-Bas a un quartier prioritaire du contrat (Les Saules)" in str(refused.value)
    assert not (tmp_path / "espace").exists()
    workspace = Workspace.create(tmp_path / "espace", "call-2024", today=TODAY)
    with pytest.raises(ClasseurContratInvalid):
        workspace.add_contrat(str(broken), TODAY)
    assert workspace.contrats() == ["call-2024"]
    assert workspace.add_contrat(str(contrat), TODAY) == "val-d-essai"


def test_the_delivered_contract_keeps_the_rules_it_is_not_held_to() -> None:
    """Delivered contracts are taken as they are: this is where they are held to them."""
    for code in delivered_contrats():
        turtle = b"\n".join(file.read_bytes() for file in contract_files(code))
        assert turtle_faults(code, turtle) == ()


def test_a_row_twice_is_said_on_every_sheet(modele: Path, tmp_path: Path) -> None:
    """Every sheet that holds a row holds it once more: each second one is named at the cell that names it."""
    expected: list[str] = []

    def edit(book: openpyxl.Workbook) -> None:
        for sheet in book:
            if sheet.title in ("Mode d'emploi", "Contrat", "Contrat précédent") or sheet.title.startswith("_"):
                continue
            rows = [n for n in range(3, sheet.max_row + 1) if sheet.cell(n, 1).value]
            if rows:
                for column in range(1, sheet.max_column + 1):
                    sheet.cell(rows[-1] + 1, column, sheet.cell(3, column).value)
                expected.append(f"{sheet.title}!A{rows[-1] + 1}")

    path = edited(modele, tmp_path, edit)
    with pytest.raises(ClasseurContratInvalid) as refused:
        read_contrat(path, path.read_bytes())
    twice = [p.partition(" : ") for p in refused.value.problems if "est déjà plus haut. Gardez une seule ligne" in p]
    assert [place for place, _colon, _text in twice] == expected and len(expected) == 18


def test_numbers_written_as_texts_are_read_and_words_are_not(modele: Path, tmp_path: Path) -> None:
    def written(book: openpyxl.Workbook) -> None:
        book["Populations"]["C3"] = "1 000"
        book["Contrat"]["J3"] = "5"
        book["Contrat"]["M3"] = "5 %"

    assert back(edited(modele, tmp_path, written)) == back(modele)
    wrong = {
        "Populations": ("C3", "mille"),
        "Contrat": ("J3", "cinq"),
        "Instances": ("F3", "deux"),
        "QPV": ("C3", "Ici"),
    }

    def worded(book: openpyxl.Workbook) -> None:
        for sheet, (cell, value) in wrong.items():
            book[sheet][cell] = value

    with pytest.raises(ClasseurContratInvalid) as refused:
        path = edited(modele, tmp_path, worded)
        read_contrat(path, path.read_bytes())
    told = {problem.partition(" : ")[0] for problem in refused.value.problems}
    assert {f"{sheet}!{cell}" for sheet, (cell, _value) in wrong.items()} <= told
