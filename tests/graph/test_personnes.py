"""A person, found wherever the workspace names them, and erased so that nothing brings them back."""

from __future__ import annotations

import io
import shutil
import zipfile
from datetime import date
from pathlib import Path
from unittest import mock

import openpyxl
import pytest

from droitcommun.graph.campagnes import close_campagne, open_campagne
from droitcommun.graph.check import check_campagne
from droitcommun.graph.dataset import activate
from droitcommun.graph.doctor import examine
from droitcommun.graph.errors import PersonneAmbigue, PersonneInconnue, WriteFailed
from droitcommun.graph.export.rapport.write import report_bytes
from droitcommun.graph.export.rdf.write import shareable_triples
from droitcommun.graph.graphfiles import GraphFiles
from droitcommun.graph.ingest import ingest_files
from droitcommun.graph.journal import Journal
from droitcommun.graph.personnes.access import access_report, find_personne, in_words
from droitcommun.graph.personnes.erasure import erase_expired, erase_personne, expired_campagnes
from droitcommun.graph.personnes.files import places_in
from droitcommun.graph.personnes.personne import Personne
from droitcommun.graph.personnes.register import registre_markdown
from droitcommun.graph.picture import build_picture
from droitcommun.graph.pictures.profils import restrict_picture
from droitcommun.graph.production import campagne_products
from droitcommun.graph.profils import PROFILS
from droitcommun.graph.profils import profil as find_profil
from droitcommun.graph.publications import find_parution, publish_campagne, reproduce
from droitcommun.graph.templates import write_templates
from droitcommun.graph.workspace import Workspace

from .conftest import ACTION, IDENTITE, MOYEN, TODAY, VAL_D_ESSAI, fill

CLOSED, ERASED = date(2026, 5, 1), date(2026, 6, 2)
JEANNE = {"Nom": "Jéanne d'Essai-Bleu", "Courriel": "j.bleu@exemple.fr", "Téléphone": "03 21 00 00 01"}
PAUL = {"Nom": "Paul Roux", "Courriel": "paul.roux@exemple.fr", "Téléphone": "03 21 00 00 02"}
SOUGHT = Personne((JEANNE["Nom"], JEANNE["Courriel"], JEANNE["Téléphone"]))


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a published campagne whose contacts are Jeanne and Paul; Jeanne also signs the file's properties."""
    folder = tmp_path_factory.mktemp("personnes")
    workspace = Workspace.create(folder / "espace", str(VAL_D_ESSAI), today=TODAY)
    open_campagne(workspace, None, 2026, cloture=date(2026, 4, 30))
    (template,) = write_templates(workspace, None, 2026, organisme="essai-caf", out=folder, today=TODAY)
    rows = {"Identité": [IDENTITE], "Actions": [ACTION], "Moyens": [MOYEN], "Contacts": [JEANNE, PAUL]}
    path = fill(template, folder / "caf.xlsx", rows)
    book = openpyxl.load_workbook(path)
    book.properties.creator = "ESSAI BLEU, Jeanne d'"
    book.save(path)
    assert not ingest_files(workspace, None, [path], today=TODAY).refused
    close_campagne(workspace, None, 2026, CLOSED)
    publish_campagne(workspace, None, 2026, CLOSED, profils=["copil"])
    return workspace.folder


@pytest.fixture
def espace(once: Path, tmp_path: Path) -> Workspace:
    return Workspace.open(shutil.copytree(once, tmp_path / "espace"))


def files_naming(folder: Path, personne: Personne) -> list[str]:
    """Return the files that name the person: unzipped with another reader than the one that erased."""
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        data = path.read_bytes()
        contents = [data]
        if data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                contents = [archive.read(name) for name in archive.namelist()]
        texts = (content.decode("utf-8", "replace") for content in contents)
        if any(personne.in_text(text) for text in texts):
            found.append(path.relative_to(folder).as_posix())
    return found


def fresh(workspace: Workspace) -> Workspace:
    return Workspace.open(workspace.folder)


def test_the_access_report_says_what_where_and_since_when(espace: Workspace) -> None:
    personne, found = access_report(espace, "j.bleu@exemple.fr")
    assert personne.termes == ("j.bleu@exemple.fr", JEANNE["Nom"], JEANNE["Téléphone"])
    said = {(m.genre, m.place, m.texte, m.depuis) for m in found}
    assert {
        ("contact", "name", JEANNE["Nom"], TODAY),
        ("contact", "hasEmail", "mailto:j.bleu@exemple.fr", TODAY),
        ("contact", "hasTelephone", "tel:0321000001", TODAY),
        ("fichier", "Contacts!A3", JEANNE["Nom"], TODAY),
        ("fichier", "Contacts!C3", JEANNE["Courriel"], TODAY),
        ("fichier", "Contacts!D3", JEANNE["Téléphone"], TODAY),
        ("fichier", "docProps/core.xml", "ESSAI BLEU, Jeanne d'", TODAY),
    } == said
    assert files_naming(espace.folder, personne), "the search has something to find"


def test_a_person_is_erased_and_the_rest_stays(espace: Workspace) -> None:
    before = espace.graphs.fingerprint()
    (entry,) = espace.graphs.entries("personnel")
    n_personal = len(espace.graphs.triples(entry))
    shared = {e.iri: e.empreinte for e in espace.graphs.entries(current=False) if e.genre != "personnel"}
    published = find_parution(espace, None, 2026)
    page = espace.folder / published.dossier / "copil" / "photographie-2026.html"
    kept = page.read_bytes()

    done = erase_personne(espace, JEANNE["Nom"], ERASED)

    assert files_naming(espace.folder, SOUGHT) == []
    assert (done.avant, done.apres, done.fichiers, done.retires) == (before, before, ("caf.xlsx",), ())
    after = fresh(espace)
    (entry,) = after.graphs.entries("personnel")
    texts = {o.value for _s, _p, o in after.graphs.triples(entry)}
    assert PAUL["Nom"] in texts
    assert "mailto:paul.roux@exemple.fr" in texts
    assert len(after.graphs.triples(entry)) == n_personal / 2  # her node is gone, his is whole
    assert {e.iri: e.empreinte for e in after.graphs.entries(current=False) if e.genre != "personnel"} == shared
    assert all(line.ok is not False for line in examine(after))
    assert after.rebuild() == before
    assert files_naming(after.folder, SOUGHT) == []
    refaite = reproduce(after, published, "copil")
    assert refaite.identique
    assert refaite.memes_donnees
    assert refaite.contenus["photographie-2026.html"] == kept
    assert refaite.changements == ("des données personnelles ont été effacées le 02/06/2026",)
    event = after.journal.events()[-1]
    assert (event.kind, event.le, event.data["empreinte_apres"]) == ("personne-effacee", ERASED, before)
    with pytest.raises(PersonneInconnue):
        erase_personne(after, JEANNE["Nom"], ERASED)


def test_the_same_file_sent_again_brings_nobody_back(espace: Workspace, once: Path) -> None:
    erase_personne(espace, JEANNE["Nom"], ERASED)
    with espace.lock():
        espace.commit("campagne-rouverte", ERASED, {"contrat": "val-d-essai", "annee": 2026, "motif": "essai"})
    report = ingest_files(espace, None, [once.parent / "caf.xlsx"], today=ERASED)
    assert [f.etat for f in report.fichiers] == ["inchange"]
    assert files_naming(espace.folder, SOUGHT) == []


def test_a_name_in_a_free_text_a_file_name_and_a_page_goes_too(espace: Workspace, once: Path, tmp_path: Path) -> None:
    """Then the figures' fingerprint changes, and the event says from what to what."""
    with espace.lock():
        espace.commit("campagne-rouverte", ERASED, {"contrat": "val-d-essai", "annee": 2026, "motif": "essai"})
    named = {**ACTION, "Commentaire": "Voir Jéanne d'Essai-Bleu le lundi"}
    source = once.parent / "caf.xlsx"
    path = fill(source, tmp_path / "caf Jeanne d'Essai-Bleu.xlsx", {"Actions": [named], "Contacts": [PAUL, JEANNE]})
    assert not ingest_files(espace, None, [path], today=ERASED).refused
    page = espace.folder / "sorties" / "2026" / "relance.html"
    page.write_text("<p>Bonjour <b>Jeanne</b> d'Essai-Bleu</p>", encoding="utf-8")
    note = espace.folder / "note.txt"
    note.write_text("Appeler Jeanne d'Essai-Bleu", encoding="utf-8")
    before = espace.graphs.fingerprint()
    genres = {m.genre for m in access_report(espace, JEANNE["Nom"])[1]}
    assert genres == {"contact", "fichier", "graphe", "journal", "produit", "autre"}

    done = erase_personne(espace, JEANNE["Nom"], ERASED)

    assert files_naming(espace.folder, SOUGHT) == ["note.txt"]
    assert done.restes == ("note.txt",)
    assert done.produits == ("sorties/2026/relance.html",)
    assert done.avant == before != done.apres
    assert done.lignes == 1
    after = fresh(espace)
    assert after.rebuild() == done.apres
    (entry,) = after.graphs.entries("contribution")
    texts = {o.value for _s, _p, o in after.graphs.triples(entry)}
    assert "Voir [effacé] le lundi" in texts
    assert "1250050" in texts
    assert all(line.ok is not False for line in examine(after))
    # The same file sent again brings back neither her nor its own name.
    (again,) = ingest_files(after, None, [path], today=ERASED).fichiers
    assert (again.etat, again.fichier) == ("inchange", "caf [effacé].xlsx")
    assert files_naming(espace.folder, SOUGHT) == ["note.txt"]


@pytest.mark.parametrize("where", ["rewrite", "replace_by", "rehearse"])
def test_an_interrupted_erasure_is_all_or_nothing(espace: Workspace, where: str) -> None:
    owner = {"rewrite": Journal, "replace_by": GraphFiles, "rehearse": Workspace}[where]
    name = "seen_through" if where == "rehearse" else where
    with mock.patch.object(owner, name, side_effect=WriteFailed(Path("x"), "plein")), pytest.raises(WriteFailed):
        erase_personne(espace, JEANNE["Nom"], ERASED)
    after = fresh(espace)
    assert all(line.ok is not False for line in examine(after))
    named = files_naming(espace.folder / "journal", SOUGHT)
    if where == "replace_by":  # the journal was written: the next command finished the work
        assert named == []
        assert files_naming(espace.folder / "graphes", SOUGHT) == []
    else:
        assert len(named) == 1
        # The contract and the workbook; a copy without her may be left, which a second try finds ready.
        assert len(list(after.originals.folder.iterdir())) == (3 if where == "rewrite" else 2)
        assert erase_personne(after, JEANNE["Nom"], ERASED).fichiers == ("caf.xlsx",)


def test_a_refused_file_that_cannot_be_copied_is_removed(espace: Workspace, tmp_path: Path) -> None:
    broken = tmp_path / "scan.xlsx"
    broken.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\n" + b"Jeanne d'Essai-Bleu")
    assert ingest_files(espace, None, [broken], today=ERASED).refused
    done = erase_personne(espace, JEANNE["Nom"], ERASED)
    assert done.retires == ("scan.xlsx",)
    assert files_naming(espace.folder, SOUGHT) == []
    after = fresh(espace)
    assert all(line.ok is not False for line in examine(after))
    refused = ingest_files(after, None, [broken], today=ERASED)
    assert refused.fichiers[0].problemes[0].code == "personne-effacee"
    assert files_naming(espace.folder, SOUGHT) == []


def test_contacts_go_when_their_time_is_over(espace: Workspace) -> None:
    # Closing 30 April 2026, kept two years.
    assert expired_campagnes(espace, date(2028, 4, 30)) == []
    assert expired_campagnes(espace, date(2028, 5, 1)) == [("val-d-essai", 2026)]
    with pytest.raises(PersonneInconnue):
        erase_expired(espace, date(2028, 4, 30))
    assert erase_expired(espace, date(2028, 5, 1)).fichiers == ("caf.xlsx",)
    both = Personne((*SOUGHT.termes, *PAUL.values()))
    assert [n for n in files_naming(espace.folder, both) if not n.startswith("journal/originaux")] == []
    after = fresh(espace)
    assert all(line.ok is not False for line in examine(after))
    assert all("mailto" not in o.value for e in after.graphs.entries("personnel") for *_x, o in after.graphs.triples(e))


def test_no_product_and_no_export_of_any_profile_names_a_contact(espace: Workspace) -> None:
    contents = campagne_products(espace, None, 2026, CLOSED, PROFILS)
    assert set(contents) == set(PROFILS)
    for profil, files in contents.items():
        for name, data in files.items():
            assert places_in(Path(name), data, SOUGHT) == [], (profil, name)
    dataset = activate(espace, None, 2026)
    whole = build_picture(dataset, check_campagne(dataset, CLOSED))
    for profil in PROFILS:
        triples = shareable_triples(dataset, find_profil(profil))
        assert triples
        assert not [o.value for _s, _p, o in triples if SOUGHT.in_text(o.value)]
        picture = restrict_picture(whole, find_profil(profil))
        assert places_in(Path("rapport.docx"), report_bytes(picture), SOUGHT) == []


def test_the_register_counts_and_names_nobody(espace: Workspace) -> None:
    text = registre_markdown(espace)
    assert "| Détenu aujourd'hui | 2 contacts (campagnes 2026) |" in text
    assert "| Durée de conservation | 2 ans après" in text
    assert not SOUGHT.in_text(text)


BOX, DESK = "contact@exemple.fr", "03 21 99 99 99"


@pytest.fixture(scope="module")
def shared_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace where three contacts have the mailbox and the switchboard of their service."""
    folder = tmp_path_factory.mktemp("partages")
    workspace = Workspace.create(folder / "espace", str(VAL_D_ESSAI), today=TODAY)
    open_campagne(workspace, None, 2026, cloture=date(2026, 4, 30))
    (template,) = write_templates(workspace, None, 2026, organisme="essai-caf", out=folder, today=TODAY)
    names = ("Jeanne Bleu", "Paul Roux", "Anne Roux")
    contacts = [{"Nom": name, "Courriel": BOX, "Téléphone": DESK} for name in names]
    contacts.append({"Nom": "BLEU Jeanne", "Courriel": "j.bleu@exemple.fr", "Téléphone": DESK})
    rows = {"Identité": [IDENTITE], "Actions": [ACTION], "Moyens": [MOYEN], "Contacts": contacts}
    assert not ingest_files(workspace, None, [fill(template, folder / "caf.xlsx", rows)], today=TODAY).refused
    return workspace.folder


@pytest.fixture
def shared(shared_once: Path, tmp_path: Path) -> Workspace:
    return Workspace.open(shutil.copytree(shared_once, tmp_path / "espace"))


def test_a_mailbox_of_a_service_is_nobody_s(shared: Workspace) -> None:
    found = find_personne(shared, "jeanne bleu")
    assert found.personne.termes == ("jeanne bleu", "Jeanne Bleu", "BLEU Jeanne", "j.bleu@exemple.fr")
    assert (found.ailleurs, found.organismes) == (found.personne, None)
    assert found.partages == (BOX, DESK)
    _who, mentions = access_report(shared, "Jeanne Bleu")
    assert not [m for m in mentions if "Roux" in m.texte or BOX in m.texte]


def test_erasing_one_of_those_who_share_it_leaves_the_others(shared: Workspace) -> None:
    done = erase_personne(shared, "Jeanne Bleu", ERASED)
    assert done.partages == (BOX, DESK)
    (entry,) = fresh(shared).graphs.entries("personnel")
    said = sorted(o.value for _s, _p, o in shared.graphs.triples(entry))
    assert {"Paul Roux", "Anne Roux", f"mailto:{BOX}"} <= set(said)
    assert not [text for text in said if "bleu" in text.casefold()]


@pytest.mark.parametrize("demande", [BOX, DESK, "Roux"])
def test_what_is_said_of_several_asks_for_a_name(shared: Workspace, demande: str) -> None:
    before = shared.graphs.fingerprint(), shared.journal.path.read_bytes()
    for ask in (lambda: access_report(shared, demande), lambda: erase_personne(shared, demande, ERASED)):
        with pytest.raises(PersonneAmbigue, match=r"Paul Roux.*donnez le prénom"):
            ask()
    assert (shared.graphs.fingerprint(), shared.journal.path.read_bytes()) == before


def test_an_address_of_one_person_is_enough(shared: Workspace) -> None:
    found = find_personne(shared, "j.bleu@exemple.fr")
    assert "BLEU Jeanne" in found.personne.termes


def test_where_a_person_is_named_is_said_in_words(shared: Workspace) -> None:
    _who, found = access_report(shared, "Jeanne Bleu")
    said = {in_words(shared, mention) for mention in found if mention.genre == "contact"}
    place = "Action sociale, essai-caf, contrat val-d-essai, campagne 2026"
    assert said == {(place, "nom"), (place, "adresse électronique")}


NAME = "Jeanne Bleu"


def namesakes(folder: Path, *adresses: str) -> Workspace:
    """Return a workspace where each of two bodies has a contact of one name, and speaks of her in a comment."""
    workspace = Workspace.create(folder / "espace", str(VAL_D_ESSAI), today=TODAY)
    open_campagne(workspace, None, 2026, cloture=date(2026, 4, 30))
    for body, adresse in zip(("essai-caf", "essai-etat"), adresses, strict=True):
        (template,) = write_templates(workspace, None, 2026, organisme=body, out=folder / body, today=TODAY)
        contact = {"Nom": NAME, "Courriel": adresse}
        action = {**ACTION, "Commentaire": f"Voir {NAME} de {body}"}
        rows = {"Identité": [IDENTITE], "Actions": [action], "Moyens": [MOYEN], "Contacts": [contact]}
        path = fill(template, folder / f"{body}.xlsx", rows)
        assert not ingest_files(workspace, None, [path], today=TODAY).refused
    return workspace


def told(workspace: Workspace, genre: str) -> str:
    entries = fresh(workspace).graphs.entries(genre)
    return " | ".join(sorted(o.value for entry in entries for _s, _p, o in workspace.graphs.triples(entry)))


@pytest.mark.parametrize("demande", ["j.bleu@caf.exemple.fr", "jeanne bleu (essai-caf)"])
def test_a_namesake_in_another_body_is_somebody_else(demande: str, tmp_path: Path) -> None:
    workspace = namesakes(tmp_path, "j.bleu@caf.exemple.fr", "j.bleu@dep.exemple.fr")
    with pytest.raises(PersonneAmbigue, match=r"Jeanne Bleu \(essai-caf\), Jeanne Bleu \(essai-etat\)"):
        erase_personne(workspace, NAME, ERASED)
    _who, found = access_report(workspace, demande)
    assert {m.texte for m in found if "essai-" in m.texte} == {"Voir Jeanne Bleu de essai-caf"}
    assert {m.ou for m in found if m.genre == "fichier"} == {"essai-caf.xlsx"}
    done = erase_personne(workspace, demande, ERASED)
    assert done.fichiers == ("essai-caf.xlsx",)
    assert "dep.exemple.fr" in told(workspace, "personnel") and "caf.exemple.fr" not in told(workspace, "personnel")
    said = told(workspace, "contribution")
    assert "Voir [effacé] de essai-caf" in said and "Voir Jeanne Bleu de essai-etat" in said
    assert fresh(workspace).rebuild() == done.apres
    assert all(line.ok is not False for line in examine(fresh(workspace)))
    # The other is then alone to bear the name.
    assert erase_personne(fresh(workspace), NAME, ERASED).fichiers == ("essai-etat.xlsx",)
    assert files_naming(workspace.folder, Personne((NAME,))) == []


def test_one_address_in_two_bodies_is_one_person(tmp_path: Path) -> None:
    workspace = namesakes(tmp_path, "j.bleu@exemple.fr", "J.Bleu@exemple.fr")
    done = erase_personne(workspace, NAME, ERASED)
    assert done.fichiers == ("essai-caf.xlsx", "essai-etat.xlsx")
    assert files_naming(workspace.folder, Personne((NAME, "j.bleu@exemple.fr"))) == []


def test_nobody_is_in_no_text() -> None:
    assert not Personne(()).in_text("Jeanne Bleu") and Personne(()).erased("Jeanne Bleu") == "Jeanne Bleu"
