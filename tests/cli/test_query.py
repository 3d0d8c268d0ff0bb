"""droitcommun query."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from droitcommun.cli.options import Session
from droitcommun.graph.catalogue import Table, find_query, load_catalogue, parse_query, run
from droitcommun.graph.errors import ParameterInvalid
from droitcommun.graph.export.cells import en_mots
from droitcommun.graph.pictures.contexte import read_lexique


def test_the_list_names_every_question_with_its_parameters(cli: Callable) -> None:
    listed = json.loads(cli("query", "--list", "--format", "json").out)["requetes"]
    assert [q["nom"] for q in listed] == list(load_catalogue())
    (gaps,) = (q for q in listed if q["nom"] == "ambitions-sans-partenaire")
    assert gaps["titre"] == "Ambitions sans partenaire, ou avec un seul"
    assert [(p["nom"], p["type"]) for p in gaps["parametres"]] == [("annee", "gYear")]
    assert [c["nom"] for c in gaps["colonnes"]] == ["ambition", "libelle", "n_organismes", "organismes"]


def test_without_a_name_the_list_is_shown(cli: Callable) -> None:
    assert cli("query").out == cli("query", "--list").out
    assert "evolution\n" in cli("query").out


@pytest.mark.parametrize("name", ["retours", "reconciliation", "mobilisation-par-ambition", "matrice-qpv-ambition"])
def test_json_has_the_keys_of_the_contract(cli: Callable, demo: Path, name: str) -> None:
    answer = json.loads(cli("-w", demo, "query", name, "-p", "annee=2026", "--format", "json").out)
    assert list(answer) == ["requete", "contrat", "parametres", "colonnes", "lignes", "avertissements"]
    assert (answer["requete"], answer["contrat"]) == (name, "call-2024")
    assert answer["parametres"]["annee"] == 2026
    names = [c["nom"] for c in answer["colonnes"]]
    assert all(set(c) == {"nom", "type", "unite"} for c in answer["colonnes"])
    assert answer["lignes"]
    assert all(list(row) == names for row in answer["lignes"])
    for column in answer["colonnes"]:
        values = [row[column["nom"]] for row in answer["lignes"] if row[column["nom"]] is not None]
        if column["type"] in ("integer", "decimal"):
            assert all(isinstance(value, int | float) for value in values)


@pytest.mark.parametrize("annee", [2025, 2026])
def test_the_reconciliation_of_the_demonstration_is_zero(cli: Callable, demo: Path, annee: int) -> None:
    rows = json.loads(cli("-w", demo, "query", "reconciliation", "-p", f"annee={annee}", "--format", "json").out)[
        "lignes"
    ]
    assert rows
    assert {row["ecart"] for row in rows} == {0}
    assert {row["perimetre"] for row in rows} == {"par ambition", "par QPV et lieux"}


def test_every_question_answers_on_the_demonstration(
    cli: Callable, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = Session(demo, None, False).loaded_contract()
    monkeypatch.setattr(Session, "loaded_contract", lambda _session, _annee=None: loaded)
    monkeypatch.setattr(Session, "loaded_contracts", lambda _session: loaded)
    given = {
        "annee": "2026",
        "annee1": "2025",
        "annee2": "2026",
        "date": "2026-06-30",
        "noeud": "https://w3id.org/droit-commun/id/call-2024/ambition/A1.1",
        "indicateur": "taux-de-pauvrete",
        "sujet": "QN06219M",
    }
    for query in load_catalogue().values():
        values = [f"-p{p.name}={given[p.name]}" for p in query.parameters if p.default is None]
        result = cli("-w", demo, "query", query.name, *values)
        assert result.code == 0, f"{query.name}: {result.err}"


def test_csv_and_the_workbook_hold_the_same_rows(cli: Callable, demo: Path, tmp_path: Path) -> None:
    rows = json.loads(cli("-w", demo, "query", "retours", "-p", "annee=2026", "--format", "json").out)["lignes"]
    text = cli("-w", demo, "query", "retours", "-p", "annee=2026", "--format", "csv").out
    read = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert [r["organisme"] for r in read] == [r["organisme"] for r in rows]
    target = tmp_path / "retours.xlsx"
    result = cli("-w", demo, "query", "retours", "-p", "annee=2026", "--format", "xlsx", "--out", target)
    assert (result.code, result.out) == (0, "")
    assert "retours.xlsx" in result.err
    sheet = openpyxl.load_workbook(target).worksheets[0]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [r["organisme"] for r in rows]


def test_markdown_goes_to_a_file(cli: Callable, demo: Path, tmp_path: Path) -> None:
    target = tmp_path / "neuf" / "retours.md"
    assert cli("-w", demo, "query", "retours", "-p", "annee=2026", "--format", "md", "--out", target).code == 0
    assert target.read_text(encoding="utf-8").startswith("## ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ambition-sans-partenaires"], "Vouliez-vous dire « ambitions-sans-partenaire »"),
        (["retours"], "annee"),
        (["retours", "-p", "annee"], "-p annee=VALEUR"),
        (["retours", "-p", "annee=26"], "annee"),
        (["retours", "-p", "annee=2026", "-p", "ville=Lens"], "ville"),
        (["retours", "-p", "annee=2031"], "campagne open 2031"),
        (["retours", "-p", "annee=2026", "--format", "xlsx"], "--out"),
        (["--list", "--format", "csv"], "« table » ou en « json »"),
        (["mobilisation-par-ambition", "-p", "annee=2026", "-p", "phase=futur"], "phase"),
    ],
)
def test_wrong_usage_says_what_to_write(cli: Callable, demo: Path, arguments: list[str], words: str) -> None:
    result = cli("-w", demo, "query", *arguments)
    assert (result.code, result.out) == (2, "")
    assert words in result.err


def test_people_read_words_and_programs_codes(cli: Callable, demo: Path) -> None:
    asked = ("-w", demo, "query", "retours", "-p", "annee=2026", "--format")
    for form in ("table", "md"):
        out = cli(*asked, form).out
        assert "pas de réponse" in out
        assert "Signataire" in out
        assert "pas-de-reponse" not in out
    for form in ("csv", "json"):
        assert "pas-de-reponse" in cli(*asked, form).out


def test_a_code_of_the_contract_is_checked_and_the_nearest_proposed(demo: Path) -> None:
    loaded = Session(demo, None, False).loaded_contract()
    header = "#+ title: t\n#+ description: d\n#+ use: u\n#+ param {kind}: code; x\n#+ column c: code; c\n"
    body = "SELECT ${kind} ?c {{ ${kind} skos:notation ?n . BIND(${kind} AS ?c) }}"

    def ask(kind: str, text: str) -> list[dict[str, object]]:
        query = parse_query("essai", (header + body).format(kind=kind))
        return run(query, loaded, {kind: text}).rows

    assert ask("ambition", "A1.1") == [{"c": "A1.1"}]
    assert ask("organisme", "caf-62") == [{"c": "caf-62"}]
    assert ask("commune", "62498") == [{"c": "62498"}]
    for kind, wrong, near in [
        ("ambition", "A11", "A1.1"),
        ("organisme", "caf62", "caf-62"),
        ("organisme", "Caisse d'allocations familiales", "caf-62"),
        ("qpv", "QN06219", "QN06219M"),
        ("commune", "Lens", "62498"),
    ]:
        with pytest.raises(ParameterInvalid) as refused:
            ask(kind, wrong)
        assert f"vouliez-vous dire « {near}" in str(refused.value)
    with pytest.raises(ParameterInvalid, match="n'est pas un code"):
        ask("qpv", "> } DROP ALL")


def test_a_wrong_indicator_is_refused_and_the_nearest_proposed(demo: Path) -> None:
    loaded = Session(demo, None, False).loaded_contract()
    query = find_query("besoin-et-mobilisation")
    with pytest.raises(ParameterInvalid) as refused:
        run(query, loaded, {"annee": "2026", "indicateur": "taux-de-pauvreté"})
    assert str(refused.value).endswith("vouliez-vous dire « taux-de-pauvrete (Taux de pauvreté à 60 %) » ?")
    assert run(query, loaded, {"annee": "2026", "indicateur": "taux-de-pauvrete"}).rows


@pytest.mark.parametrize(
    ("name", "column", "code", "words"),
    [
        ("referents-manquants", "etat", "non-nomme", "a répondu sans le nommer"),
        ("programme-d-evaluation", "etat", "jamais-evaluee", "ambition jamais évaluée"),
        ("programme-d-evaluation", "type", "gouvernance", "Gouvernance"),
        ("territoires-vulnerables", "decision", "retenue", "Retenue"),
        ("ecarts-de-couverture", "ecart", "engagement-sans-action", "engagement, sans action"),
    ],
)
def test_a_state_is_read_in_words(demo: Path, name: str, column: str, code: str, words: str) -> None:
    lexique = read_lexique(Session(demo, None, False).loaded_contract().store)
    read = en_mots(lexique, Table(find_query(name), "call-2024", {}, [{column: code}]))
    assert read.rows == [{column: words}]
