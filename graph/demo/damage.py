"""Damage some filled workbooks as people do, and list what was damaged with what must be found.

Each damage says the cell of the file as it is left, and what `ingest` and `check` must report about it (nothing, for
what they must take in their stride). Run as a script: python -m droitcommun.graph.demo.damage ESPACE ANNEE
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from droitcommun.graph.demo.gestes import ouvrir
from droitcommun.graph.files import write_atomic

OLD_FILE = "recensement-{annee}-caf-62-action-sociale-et-parentalite.xlsx"
PILOTAGE = "pilotage"
_HABITANTS, _FEMMES = "Habitants des QPV touchés", "dont femmes"
_INTITULE, _LIEUX = "Intitulé de l'action ou du dispositif*", "QPV ou communes concernés"
_MONTANT, _PART, _ORIGINE = "Quantité*", "Part bénéficiant aux QPV (%)", "Origine de cette part"


@dataclass(frozen=True)
class Damage:
    """One thing damaged. `expected` holds « ingest:code » and « check:rule »; empty when nothing must be reported."""

    fichier: str
    feuille: str | None
    cellule: str | None
    kind: str
    expected: tuple[str, ...]
    detail: str


class Abimeur:
    """Damages one workbook and remembers what it did."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.geste = ouvrir(path)
        self.damages: list[Damage] = []

    def note(self, feuille: str | None, cellule: str | None, kind: str, detail: str, *expected: str) -> None:
        """Keep one damage made, with the codes of the problems it must give."""
        self.damages.append(Damage(self.path.name, feuille, cellule, kind, expected, detail))

    def ecrire(
        self, feuille: str, titre: str, colonne: str, valeur: object, kind: str, detail: str, *expected: str, n: int = 1
    ) -> None:
        """Write over the cell of the *n*-th row that names *titre*."""
        page = self.geste.feuille(feuille)
        cell = page.cell(page.ligne(titre, n), colonne)
        cell.value = valeur
        self.note(feuille, cell.coordinate, kind, detail, *expected)


def _departement_insertion(a: Abimeur) -> None:
    page = a.geste.feuille("Actions")
    page.inserer_au_dessus(3, "Document de travail – à compléter avant le comité de direction")
    a.note("Actions", f"A{page.header}", "lignes-au-dessus-des-titres", "Trois lignes insérées au-dessus des titres")
    cell = page.renommer(_INTITULE, "Intitulé de l'action")
    a.note("Actions", cell, "titre-reformule", "Titre de colonne raccourci", "ingest:colonne-supposee")
    row = page.ligne("Chantiers d'insertion")
    page.inserer_blanc(row)
    a.note("Actions", f"A{row}", "ligne-blanche", "Une ligne blanche au milieu des actions")
    code = ("code-ambition-inconnu", "Une ambition qui n'existe pas", "ingest:code-inconnu", "check:R-A6")
    a.ecrire("Actions", "Fonds d'aide aux jeunes", "Ambition principale*", "A9.9 – Autonomie des jeunes", *code)
    a.ecrire(
        *("Moyens", "Fonds d'aide aux jeunes", _MONTANT, "environ cent mille euros", "nombre-illisible"),
        *("Un nombre en toutes lettres", "ingest:nombre-illisible", "check:R-A6"),
        n=2,
    )


def _departement_enfance(a: Abimeur) -> None:
    a.ecrire(
        *("Actions", "Protection maternelle", _HABITANTS, -12, "nombre-negatif", "Des habitants en nombre négatif"),
        *("ingest:valeur-impossible", "check:R-A6"),
    )
    page = a.geste.feuille("Moyens")
    page.deplacer("Fiabilité", avant=_MONTANT)
    a.note("Moyens", page.cell(page.header, "Fiabilité").coordinate, "colonne-deplacee", "Une colonne déplacée")
    a.ecrire(
        *("Moyens", "Techniciennes de l'intervention", _PART, 570, "part-impossible", "Une part de 570 %"),
        *("ingest:valeur-impossible", "check:R-A6"),
    )


def _prefecture(a: Abimeur) -> None:
    page = a.geste.feuille("Actions")
    cell = page.cell(page.ligne("Adultes-relais"), _LIEUX)
    first, rest = str(cell.value).split(" ; ", 1)
    cell.value = "Cité Douze-Quatorze ; " + rest
    expected = ("ingest:code-inconnu", "check:R-A6")
    a.note("Actions", cell.coordinate, "qpv-mal-nomme", f"Un QPV mal nommé, à la place de « {first} »", *expected)
    cell = page.cell(page.ligne("Délégués du préfet"), "Commentaire")
    cell.value = "Voir avec la déléguée : deleguee.prefet@exemple.fr"
    a.note("Actions", cell.coordinate, "courriel-dans-un-texte", "Un courriel dans un texte libre", "check:R-R1")


def _caf(a: Abimeur) -> None:
    page = a.geste.feuille("Moyens")
    row = page.ligne("Réseaux d'écoute", n=2)
    page.dupliquer(row)
    cell = page.cell(row, "Action*")
    expected = ("ingest:lignes-identiques", "check:R-M8")
    a.note("Moyens", cell.coordinate, "ligne-en-double", "Un moyen recopié à l'identique", *expected)
    actions = a.geste.feuille("Actions")
    row = actions.ligne("Bonus territoire")
    actions.masquer(row)
    a.note("Actions", f"A{row}", "ligne-masquee", "Une ligne masquée, à lire quand même")


def _cpam(a: Abimeur) -> None:
    a.ecrire(
        *("Moyens", "Permanences complémentaire", "Action*", "Permanence CSS", "action-introuvable"),
        *("Un moyen rattaché à une action absente", "ingest:action-introuvable", "check:R-A6"),
    )


def _education(a: Abimeur) -> None:
    a.ecrire(
        *("Actions", "Dédoublement des classes", _FEMMES, 9999, "partie-plus-grande", "Plus de femmes que d'habitants"),
        *("ingest:valeur-impossible", "check:R-A6"),
    )
    a.ecrire(
        *("Actions", "Scolarisation des enfants", "Forme de mobilisation*", None, "cellule-vide"),
        *("Une cellule obligatoire vide", "ingest:cellule-obligatoire-vide", "check:R-A1"),
    )


def _bailleur(a: Abimeur) -> None:
    page = a.geste.feuille("Moyens")
    row = page.ligne("Rénovation énergétique")
    cell = page.cell(row, "QPV du montant")
    cell.value = "QN06227M"
    a.note(
        "Moyens", cell.coordinate, "qpv-hors-action", "Un montant pour un QPV que l'action ne cite pas", "check:R-T2"
    )
    row = page.ligne("Médiateurs de cité")
    cell = page.cell(row, _MONTANT)
    cell.value = f"{str(cell.value).replace('.', ',')} ETP"
    a.note("Moyens", cell.coordinate, "nombre-avec-unite", "Un nombre suivi de son unité, lisible")


def _region(a: Abimeur) -> None:
    a.ecrire(
        *("Identité", "Formation et emploi", "Date de réponse*", "mi-mars", "date-illisible", "Une date sans jour"),
        *("ingest:date-illisible", "check:R-A6"),
    )
    page = a.geste.feuille("Moyens")
    cell = page.cell(page.ligne("Programme régional de formation"), _MONTANT)
    euros, cents = f"{cell.value:,.2f}".split(".")
    cell.value = f"{euros.replace(',', chr(0x202F))},{cents}\u00a0€"
    a.note("Moyens", cell.coordinate, "nombre-a-la-francaise", "Espaces insécables, virgule et euro : lisible")


def _emploi(a: Abimeur) -> None:
    a.ecrire(
        *("Moyens", "Plan local pour l'insertion", _ORIGINE, None, "origine-absente", "Une part sans son origine"),
        *("ingest:cellule-obligatoire-vide", "check:R-M1"),
    )
    page = a.geste.feuille("Actions")
    cell = page.ajouter_colonne("Notes internes", "à revoir")
    a.note("Actions", cell, "colonne-ajoutee", "Une colonne ajoutée, non lue", "ingest:colonne-inconnue")


def _grenay(a: Abimeur) -> None:
    a.ecrire(
        "Engagements", "E07", "Preuve (texte ou lien)", None, "preuve-effacee", "Constaté sans preuve", "check:R-E00"
    )
    page = a.geste.feuille("Engagements")
    page.cell(page.ligne("E07"), "État").value = "Constaté"
    expected = ("ingest:code-inconnu", "check:R-A6")
    a.ecrire("Engagements", "E08", "État", "Fait", "etat-inconnu", "Un état hors de la liste", *expected)
    cell = page.cell(page.ligne("E10"), "Précision")
    cell.value = "Joindre le service au 01 99 00 12 34"
    a.note("Engagements", cell.coordinate, "telephone-dans-un-texte", "Un téléphone dans un texte libre", "check:R-R1")


def _harnes(a: Abimeur) -> None:
    a.geste.ajouter_feuille("Brouillon", "Calculs à ne pas envoyer")
    a.note("Brouillon", None, "feuille-ajoutee", "Une feuille ajoutée, non lue", "ingest:feuille-inconnue")
    page = a.geste.feuille("Moyens")
    cell = page.cell(page.premiere() + 1, _MONTANT)
    cell.value = "#DIV/0!"
    expected = ("ingest:cellule-en-erreur", "check:R-A6")
    a.note("Moyens", cell.coordinate, "formule-en-erreur", "Une formule en erreur", *expected)


def _pilotage(a: Abimeur) -> None:
    a.ecrire(
        *("Critères", "Résidence des Coquelicots", "Preuve (texte ou lien)", None, "preuve-de-critere-absente"),
        *("Un critère dit satisfait, sans preuve", "check:R-TV1"),
        n=2,
    )
    page = a.geste.feuille("Dépôts")
    cell = page.cell(page.ligne("Caisse d'allocations familiales", 2), "Nature du dépôt*")
    cell.value = "Un courrier"
    expected = ("ingest:code-inconnu", "check:R-A6")
    a.note("Dépôts", cell.coordinate, "depot-inconnu", "Un dépôt dont la nature n'est pas de la liste", *expected)


PLAN: tuple[tuple[str, Callable[[Abimeur], None]], ...] = (
    ("caf-62-action-sociale-et-parentalite", _caf),
    ("cd62-enfance-et-famille", _departement_enfance),
    ("cd62-insertion-et-emploi", _departement_insertion),
    ("commune-62386-politique-de-la-ville", _grenay),
    ("commune-62413-politique-de-la-ville", _harnes),
    ("cpam-62-accompagnement-et-prevention", _cpam),
    ("education-nationale-62-education-prioritaire-bassin-de-lens-lievin", _education),
    ("maison-emploi-parcours-emploi", _emploi),
    ("maisons-et-cites-developpement-social", _bailleur),
    ("prefecture-62-cohesion-sociale-et-delegues-du-prefet", _prefecture),
    ("region-hdf-formation-et-emploi", _region),
    (PILOTAGE, _pilotage),
)


def damage_folder(espace: Path, annee: int) -> list[Damage]:
    """Damage the workbooks of campagne *annee* and return the list, also written in degats-ANNEE.json and .csv.

    The intact workbooks are kept in classeurs/corriges/ANNEE; last year's workbook of a body is put in
    classeurs/a-part, to be presented for this campagne by mistake.
    """
    damages: list[Damage] = []
    for name, abimer in PLAN:
        stem = f"{PILOTAGE}-{annee}" if name == PILOTAGE else f"recensement-{annee}-{name}"
        path = espace / "classeurs" / str(annee) / f"{stem}.xlsx"
        write_atomic(espace / "classeurs" / "corriges" / str(annee) / path.name, path.read_bytes())
        abimeur = Abimeur(path)
        abimer(abimeur)
        write_atomic(path, abimeur.geste.octets())
        damages += abimeur.damages
    old = OLD_FILE.format(annee=annee - 1)
    data = (espace / "classeurs" / str(annee - 1) / old).read_bytes()
    write_atomic(espace / "classeurs" / "a-part" / old, data)
    detail = "Le classeur de l'an dernier, envoyé par erreur"
    damages.append(Damage(old, None, None, "mauvaise-annee", ("ingest:mauvaise-campagne",), detail))
    _write_list(espace / f"degats-{annee}", damages)
    return damages


def read_damages(espace: Path, annee: int) -> list[Damage]:
    """Return the list that damage_folder wrote."""
    said = json.loads((espace / f"degats-{annee}.json").read_text(encoding="utf-8"))
    return [Damage(**{**line, "expected": tuple(line["expected"])}) for line in said]


def _write_list(stem: Path, damages: list[Damage]) -> None:
    lines = [asdict(damage) for damage in damages]
    text = json.dumps(lines, ensure_ascii=False, indent=1) + "\n"
    write_atomic(stem.with_name(stem.name + ".json"), text.encode())
    table = io.StringIO(newline="")
    writer = csv.writer(table, delimiter=";", lineterminator="\r\n")
    writer.writerow([field.name for field in fields(Damage)])
    writer.writerows([*list(line.values())[:4], " ".join(line["expected"]), line["detail"]] for line in lines)
    write_atomic(stem.with_name(stem.name + ".csv"), table.getvalue().encode("utf-8-sig"))


if __name__ == "__main__":
    damage_folder(Path(sys.argv[1]), int(sys.argv[2]))
