"""Files in: a version, nothing, or a refusal; and the same hash after a rebuild."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from droitcommun.graph.campagnes import close_campagne, open_campagne
from droitcommun.graph.dataset import activate
from droitcommun.graph.errors import FileNotReadable, MappingInvalid, SourceMissing
from droitcommun.graph.ingest import FileReport, ingest_files
from droitcommun.graph.templates import write_templates
from droitcommun.graph.workspace import Workspace

from .conftest import ACTION, IDENTITE, MOYEN, ROWS, TODAY, Rows, fill

Filled = Callable[..., Path]


def ingest(workspace: Workspace, path: Path, **options: object) -> FileReport:
    (report,) = ingest_files(workspace, None, [path], today=TODAY, **options).fichiers  # type: ignore[arg-type]
    return report


def money(workspace: Workspace) -> list[str]:
    rows = activate(workspace, None, 2026).store.select(
        "SELECT ?c WHERE { ?m a cdv:Moyen ; cdv:centimes ?c } ORDER BY ?c"
    )
    return [row["c"].value for row in rows]


def test_a_first_workbook_is_taken_in(workspace: Workspace, filled: Filled) -> None:
    report = ingest(workspace, filled("caf.xlsx", ROWS))
    assert (report.etat, report.problemes) == ("accepte", ())
    assert (report.organisme, report.service, report.campagne) == ("essai-caf", "Action sociale", 2026)
    assert report.lues == report.gardees + report.reserves + report.hors_perimetre == 3
    assert money(workspace) == ["1250050"]
    assert (
        report.graphe == "https://w3id.org/droit-commun/graph/val-d-essai/2026/contribution/essai-caf/action-sociale/v1"
    )


def test_the_same_file_again_makes_no_version(workspace: Workspace, filled: Filled) -> None:
    path = filled("caf.xlsx", ROWS)
    ingest(workspace, path)
    before = workspace.graphs.fingerprint()
    report = ingest(workspace, path)
    assert report.etat == "inchange"
    assert Workspace.open(workspace.folder).graphs.fingerprint() == before
    assert [e.kind for e in workspace.journal.events()][-2:] == ["fichier-recu", "fichier-inchange"]


def test_another_file_that_says_the_same_makes_no_version(workspace: Workspace, filled: Filled) -> None:
    ingest(workspace, filled("caf.xlsx", ROWS))
    before = workspace.graphs.fingerprint()
    moved = filled("caf2.xlsx", {**ROWS, "Actions": [{}, {}, ACTION]})
    assert ingest(workspace, moved).etat == "inchange"
    assert workspace.graphs.fingerprint() == before


def test_a_changed_amount_makes_a_version_that_replaces(workspace: Workspace, filled: Filled) -> None:
    ingest(workspace, filled("caf.xlsx", ROWS))
    report = ingest(workspace, filled("caf2.xlsx", {**ROWS, "Moyens": [{**MOYEN, "Quantité*": 20}]}))
    assert report.graphe is not None
    assert report.graphe.endswith("/v2")
    assert (report.changements.modifies, report.changements.ajoutes) == (1, 0)
    assert money(workspace) == ["2000"]


def test_blank_means_unchanged(workspace: Workspace, filled: Filled) -> None:
    ingest(workspace, filled("caf.xlsx", ROWS))
    action = {k: v for k, v in ACTION.items() if k != "Forme de mobilisation*"}
    report = ingest(workspace, filled("caf2.xlsx", {**ROWS, "Actions": [action]}))
    assert (report.etat, [(p.gravite, p.code) for p in report.problemes]) == ("inchange", [("info", "valeurs-gardees")])
    assert report.problemes[0].message.startswith("1 case vide")
    assert ingest(workspace, filled("caf.xlsx", ROWS)).problemes == ()


def test_lines_gone_need_a_word(workspace: Workspace, filled: Filled) -> None:
    second = {**ACTION, "Intitulé de l'action ou du dispositif*": "Ateliers cuisine"}
    ingest(workspace, filled("caf.xlsx", {**ROWS, "Actions": [ACTION, second]}))
    before = workspace.graphs.fingerprint()
    report = ingest(workspace, filled("caf2.xlsx", ROWS))
    assert report.etat == "refuse"
    assert [p.code for p in report.problemes if p.gravite == "bloquant"] == ["lignes-absentes"]
    assert workspace.graphs.fingerprint() == before
    assert ingest(workspace, filled("caf2.xlsx", ROWS), confirme=True).etat == "accepte"


def test_each_service_has_its_own_contribution(workspace: Workspace, filled: Filled) -> None:
    ingest(workspace, filled("caf.xlsx", ROWS))
    other = {**IDENTITE, "Service ou direction*": "Petite enfance"}
    ingest(workspace, filled("caf2.xlsx", {**ROWS, "Identité": [other]}))
    current = workspace.graphs.entries("contribution", "val-d-essai")
    assert [(e.service, e.version) for e in current] == [("Action sociale", 1), ("Petite enfance", 1)]
    assert money(workspace) == ["1250050", "1250050"]


def test_a_bad_cell_costs_its_figure_not_the_file(workspace: Workspace, filled: Filled) -> None:
    report = ingest(workspace, filled("caf.xlsx", {**ROWS, "Moyens": [{**MOYEN, "Quantité*": "beaucoup"}]}))
    assert report.etat == "accepte-avec-reserves"
    (problem,) = report.problemes
    assert (problem.gravite, problem.feuille, problem.cellule, problem.valeur) == (
        "reserve",
        "Moyens",
        "E3",
        "beaucoup",
    )
    assert money(workspace) == []
    assert (report.lues, report.gardees, report.reserves) == (3, 2, 1)


def test_a_refused_file_is_kept_and_changes_nothing(workspace: Workspace, filled: Filled) -> None:
    path = filled("caf.xlsx", ROWS)
    book = openpyxl.load_workbook(path)
    del book["Moyens"]
    book.save(path)
    before = workspace.graphs.fingerprint()
    report = ingest(workspace, path)
    assert report.etat == "refuse"
    assert workspace.graphs.fingerprint() == before
    assert workspace.originals.read(report.empreinte) == path.read_bytes()
    assert workspace.journal.events()[-1].kind == "fichier-refuse"


@pytest.mark.parametrize("name", ["vide.xlsx", "image.ods", "texte.csv"])
def test_files_that_are_not_workbooks_are_refused_in_words(workspace: Workspace, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"" if name == "vide.xlsx" else b"\x89PNG\r\n\x1a\n" if name == "image.ods" else b"a;b\n1;2\n")
    report = ingest(workspace, path)
    assert report.etat == "refuse"
    assert all(p.correction for p in report.problemes)


def test_a_closed_campagne_and_another_year_are_refused(workspace: Workspace, filled: Filled, tmp_path: Path) -> None:
    path = filled("caf.xlsx", ROWS)
    open_campagne(workspace, None, 2027)
    assert [p.code for p in ingest(workspace, path, annee=2027).problemes] == ["mauvaise-campagne"]
    close_campagne(workspace, None, 2026, TODAY)
    assert [p.code for p in ingest(workspace, path).problemes] == ["campagne-close"]


def test_dry_run_writes_nothing(workspace: Workspace, filled: Filled) -> None:
    path = filled("caf.xlsx", ROWS)
    files = sorted(p for p in workspace.folder.rglob("*") if p.name != "verrou")
    report = ingest(workspace, path, dry_run=True)
    assert (report.etat, report.changements.ajoutes) == ("accepte", 2)
    assert sorted(p for p in workspace.folder.rglob("*") if p.name != "verrou") == files


def test_naming_the_service_afterwards_replaces_the_nameless_answer(workspace: Workspace, filled: Filled) -> None:
    nameless = {k: v for k, v in IDENTITE.items() if not k.startswith("Service")}
    assert ingest(workspace, filled("a.xlsx", {**ROWS, "Identité": [nameless]})).etat == "accepte-avec-reserves"
    assert ingest(workspace, filled("b.xlsx", ROWS)).etat == "accepte"
    assert money(workspace) == ["1250050"]
    before = workspace.graphs.fingerprint()
    assert workspace.rebuild() == before
    assert money(workspace) == ["1250050"]


def test_a_renamed_service_is_asked_about(workspace: Workspace, tmp_path: Path) -> None:
    (template,) = write_templates(
        workspace, None, 2026, organisme="essai-caf", service="Action sociale", out=tmp_path / "m", today=TODAY
    )
    ingest(workspace, fill(template, tmp_path / "a.xlsx", ROWS))
    other = {**IDENTITE, "Service ou direction*": "Solidarités"}
    renamed = fill(template, tmp_path / "b.xlsx", {**ROWS, "Identité": [other]})
    report = ingest(workspace, renamed)
    assert [p.code for p in report.problemes if p.gravite == "bloquant"] == ["service-renomme"]
    assert money(workspace) == ["1250050"]
    assert ingest(workspace, renamed, confirme=True).etat == "accepte"
    assert money(workspace) == ["1250050"]
    assert [e.service for e in workspace.graphs.entries("contribution")] == ["Solidarités"]
    before = workspace.graphs.fingerprint()
    assert workspace.rebuild() == before
    assert [e.service for e in workspace.graphs.entries("contribution")] == ["Solidarités"]


def test_a_service_with_a_very_long_name(workspace: Workspace, filled: Filled) -> None:
    long = {**IDENTITE, "Service ou direction*": "Direction " * 40}
    report = ingest(workspace, filled("a.xlsx", {**ROWS, "Identité": [long]}))
    assert report.etat == "accepte"
    longest = max(len(p.name) for p in (workspace.folder / "graphes").rglob("*"))
    assert longest <= 60
    before = workspace.graphs.fingerprint()
    assert workspace.rebuild() == before


def test_a_file_without_suffix_can_be_read_again(workspace: Workspace, filled: Filled, tmp_path: Path) -> None:
    bare = tmp_path / "sans-extension"
    bare.write_bytes(filled("a.xlsx", ROWS).read_bytes())
    assert ingest(workspace, bare).etat == "accepte"
    before = workspace.graphs.fingerprint()
    assert workspace.rebuild() == before


def test_a_changed_original_stops_a_rebuild_and_leaves_the_graphs(workspace: Workspace, filled: Filled) -> None:
    report = ingest(workspace, filled("a.xlsx", ROWS))
    before = workspace.graphs.fingerprint()
    original = workspace.originals.path(report.empreinte)
    kept = original.read_bytes()
    original.write_bytes(filled("b.xlsx", {**ROWS, "Moyens": [{**MOYEN, "Quantité*": 9}]}).read_bytes())
    with pytest.raises(SourceMissing, match="sauvegarde"):
        workspace.rebuild()
    assert Workspace.open(workspace.folder).graphs.fingerprint() == before
    original.write_bytes(kept)
    assert workspace.rebuild() == before


def test_a_workbook_sent_back_untouched_is_not_an_answer(workspace: Workspace, filled: Filled) -> None:
    before = workspace.graphs.fingerprint()
    report = ingest(workspace, filled("vide.xlsx", {}))
    assert [p.code for p in report.problemes if p.gravite == "bloquant"] == ["classeur-vide"]
    assert workspace.graphs.fingerprint() == before
    neant = {**IDENTITE, "Réponse*": "Néant"}
    assert ingest(workspace, filled("neant.xlsx", {"Identité": [neant]})).etat == "accepte"


def test_personal_data_written_before_a_crash_is_written_again(workspace: Workspace, filled: Filled) -> None:
    contact: dict[str, object] = {"Nom": "Zoé Témoin"}
    ingest(workspace, filled("a.xlsx", {**ROWS, "Contacts": [contact]}))
    state = workspace.folder / "graphes" / "etat.json"
    saved = state.read_bytes()
    ingest(workspace, filled("b.xlsx", {**ROWS, "Contacts": [{"Nom": "Autre Témoin"}]}))
    after = workspace.graphs.fingerprint()
    state.write_bytes(saved)  # as if killed between the personal graph and the state
    again = Workspace.open(workspace.folder)
    assert again.graphs.changed_files() == []
    assert again.graphs.fingerprint() == after


def test_personal_data_lives_in_its_own_graph(workspace: Workspace, filled: Filled) -> None:
    contact: dict[str, object] = {"Nom": "Zoé Témoin", "Courriel": "zoe.temoin@essai.invalid"}
    ingest(workspace, filled("caf.xlsx", {**ROWS, "Contacts": [contact]}))
    (personal,) = workspace.graphs.entries("personnel")
    assert b"zoe.temoin" in workspace.graphs.path(personal.iri).read_bytes()
    others = [e for e in workspace.graphs.entries() if e.genre != "personnel"]
    assert all(b"zoe.temoin" not in workspace.graphs.path(e.iri).read_bytes() for e in others)
    assert "zoe.temoin" not in activate(workspace, None, 2026).store.ntriples()


def test_rebuild_gives_the_same_hash_after_a_whole_life(workspace: Workspace, filled: Filled) -> None:
    ingest(workspace, filled("a.xlsx", ROWS))
    ingest(workspace, filled("b.xlsx", {**ROWS, "Moyens": [{**MOYEN, "Quantité*": "??"}]}))
    ingest(workspace, filled("c.xlsx", {**ROWS, "Actions": [{**ACTION, "QPV ou communes concernés": "Tilleul"}]}))
    contact: dict[str, object] = {"Nom": "Zoé Témoin"}
    ingest(workspace, filled("d.xlsx", {**ROWS, "Contacts": [contact]}))
    before = workspace.graphs.fingerprint()
    assert workspace.rebuild() == before
    assert Workspace.open(workspace.folder).graphs.fingerprint() == before


def test_report_follows_the_contract(workspace: Workspace, filled: Filled) -> None:
    report = ingest_files(workspace, None, [filled("caf.xlsx", ROWS)], today=TODAY)
    data = json.loads(json.dumps(report.to_json()))
    (file,) = data["fichiers"]
    assert set(file) == {
        "fichier", "empreinte", "contrat", "campagne", "organisme", "service", "graphe", "etat",
        "lignes", "changements", "differences", "problemes",
    }  # fmt: skip
    assert set(file["lignes"]) == {"lues", "gardees", "reserves", "hors-perimetre"}
    assert set(file["changements"]) == {"ajoutes", "modifies", "termines", "inchanges"}


def test_a_folder_stands_for_its_workbooks_without_lock_files(workspace: Workspace, filled: Filled) -> None:
    folder = filled("caf.xlsx", ROWS).parent
    (folder / "~$caf.xlsx").write_bytes(b"verrou d'Excel")
    (folder / ".~lock.caf.xlsx#").write_bytes(b"verrou de LibreOffice")
    (folder / "lisez-moi.txt").write_text("non", encoding="utf-8")
    report = ingest_files(workspace, None, [folder], today=TODAY)
    assert [f.fichier for f in report.fichiers] == ["caf.xlsx"]
    assert report.ignores == (".~lock.caf.xlsx#", "~$caf.xlsx")


def test_a_workbook_open_in_excel_does_not_stop_the_others(
    workspace: Workspace, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows lends no file that another program holds: simulated here."""
    good, held = filled("caf.xlsx", ROWS), filled("ouvert.xlsx", ROWS)
    read_bytes = Path.read_bytes

    def locked(path: Path) -> bytes:
        if path.name == "ouvert.xlsx":
            raise PermissionError(13, "Permission denied", str(path))
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", locked)
    lock = good.with_name("~$ouvert.xlsx")
    lock.write_bytes(b"verrou")
    before = len(workspace.journal.events())
    report = ingest_files(workspace, None, [held, lock, good], today=TODAY)
    assert [(f.fichier, f.etat) for f in report.fichiers] == [("ouvert.xlsx", "refuse"), ("caf.xlsx", "accepte")]
    assert "fermez-le" in report.fichiers[0].problemes[0].correction
    assert len(workspace.journal.events()) == before + 1, "what could not be opened is not journalled"


def test_missing_file_and_unknown_mapping(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(FileNotReadable, match="chemin"):
        ingest(workspace, tmp_path / "absent.xlsx")
    with pytest.raises(MappingInvalid, match="postes-anct"):
        ingest(workspace, tmp_path / "absent.csv", mapping="postes")


def test_pilotage_workbook_feeds_the_dataset(workspace: Workspace, tmp_path: Path) -> None:
    (template,) = write_templates(workspace, None, 2026, pilotage=True, out=tmp_path, today=TODAY)
    rows: Rows = {"Séances": [{"Instance": "Comité de pilotage", "Date*": date(2026, 3, 3), "Statut": "tenue"}]}
    report = ingest(workspace, fill(template, tmp_path / "p.xlsx", rows))
    assert (report.etat, report.problemes) == ("accepte", ())
    seances = activate(workspace, None, 2026).store.select("SELECT ?d WHERE { ?s a cdv:Seance ; cdv:date ?d }")
    assert [s["d"].value for s in seances] == ["2026-03-03"]


POSTES = Path(__file__).parents[2].parent / "shared" / "data" / "politique_ville" / "postes_call_2020_2025.csv"


@pytest.mark.skipif(not POSTES.exists(), reason="données réelles absentes (../shared)")
def test_the_real_posts_of_lens_lievin(tmp_path: Path) -> None:
    import csv

    workspace = Workspace.create(tmp_path / "call", "call-2024", today=TODAY)
    report = ingest(workspace, POSTES, mapping="postes-anct")
    with POSTES.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    inside = [r for r in rows if r["code_cv"] == "CN06202I"]
    assert (report.lues, report.gardees, report.reserves, report.hors_perimetre) == (
        len(rows), len(inside), 0, len(rows) - len(inside),
    )  # fmt: skip
    asked = [p for p in report.problemes if p.code == "lignes-identiques"]
    assert len(asked) == 5
    store = activate_after_opening(workspace)
    (total,) = store.select(
        'SELECT (SUM(?c) AS ?t) WHERE { ?m cdv:exercice "2024"^^xsd:gYear ; cdv:centimes ?c ; '
        "cdv:origine <https://w3id.org/droit-commun/codes/origine/specifique> }"
    )
    expected = sum(Decimal(r["montant"]) for r in inside if r["annee"] == "2024")
    assert Decimal(total["t"].value) / 100 == expected
    total_before = len(workspace.graphs.entries("import"))
    renamed = tmp_path / "postes corrigés.csv"
    renamed.write_bytes(POSTES.read_bytes().replace(b"7164", b"7165"))
    refused = ingest(workspace, renamed, mapping="postes-anct")
    assert {p.code for p in refused.problemes if p.gravite == "bloquant"} == {"import-deja-tenu"}
    assert ingest(workspace, renamed, mapping="postes-anct", confirme=True).etat == "accepte"
    assert len(workspace.graphs.entries("import")) == total_before == 1
    ingest(workspace, POSTES, mapping="postes-anct", confirme=True)
    before = workspace.graphs.fingerprint()
    assert ingest(workspace, POSTES, mapping="postes-anct").etat == "inchange"
    assert workspace.rebuild() == before


def test_a_file_takes_its_lines_from_another_import_and_leaves_the_rest(tmp_path: Path) -> None:
    """The national Fonjep file after the table of all posts: the adultes-relais of the table stay."""
    table = tmp_path / "postes.csv"
    table.write_text(
        "dispositif,id_poste,raison_sociale,annee,montant,code_cv\n"
        "adulte-relais,A1,Relais,2024,20000,CN06202I\n"
        "fonjep,F1,Foyer,2024,7164,CN06202I\n"
        "fonjep,F2,Ancien nom,2024,sept mille,CN06202I\n",
        encoding="utf-8",
    )
    national = tmp_path / "fonjep.json"
    national.write_text(
        json.dumps(
            [
                {"id_poste": i, "raison_sociale": n, "montant": m, "annee": "2024", "code_cv": c}
                for i, n, m, c in (
                    ("F1", "Foyer", 7164, "CN06202I"),
                    ("F2", "Foyer", 7164, "CN06202I"),
                    ("F3", "Ailleurs", 7164, "CN01102I"),
                )
            ]
        ),
        encoding="utf-8",
    )
    workspace = Workspace.create(tmp_path / "call", "call-2024", today=TODAY)
    assert ingest(workspace, table, mapping="postes-anct").reserves == 1
    refused = ingest(workspace, national, mapping="postes-fonjep")
    (asked,) = [p for p in refused.problemes if p.code == "import-deja-tenu"]
    assert "communes (2)" in asked.correction and "« postes » (1)" in asked.correction
    report = ingest(workspace, national, mapping="postes-fonjep", confirme=True)
    changes = report.changements
    assert (changes.ajoutes, changes.modifies, changes.termines, changes.inchanges) == (0, 2, 0, 2)
    assert [p.message for p in report.problemes if p.code == "lignes-reprises"] == [
        "Lignes reprises de l'import « postes » : 2 ; il en garde 1."
    ]
    store = activate_after_opening(workspace)
    rows = store.select("SELECT ?t ?c WHERE { ?m cdv:action/dcterms:title ?t OPTIONAL { ?m cdv:centimes ?c } }")
    assert sorted((r["t"].value, r["c"].value) for r in rows) == [
        ("Poste adulte-relais A1 – Relais", "2000000"),
        ("Poste fonjep F1 – Foyer", "716400"),
        ("Poste fonjep F2 – Foyer", "716400"),
    ]
    assert not store.select("SELECT ?r WHERE { ?r a cdv:Reserve }")
    places = store.select("SELECT ?p WHERE { ?p a cdv:Localisation FILTER NOT EXISTS { ?x prov:wasDerivedFrom ?p } }")
    assert not places
    assert ingest(workspace, national, mapping="postes-fonjep").etat == "inchange"
    before = workspace.graphs.fingerprint()
    assert workspace.rebuild() == before
    back = ingest(workspace, table, mapping="postes-anct", confirme=True)
    assert back.etat == "accepte-avec-reserves" and len(workspace.graphs.entries("import")) == 1


def activate_after_opening(workspace: Workspace):  # type: ignore[no-untyped-def]
    open_campagne(workspace, None, 2025)
    return activate(workspace, None, 2025).store
