"""Fill the workbooks as a contributor would, with openpyxl: another program than the one that wrote them."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from droitcommun.graph.classeurs.context import TemplateContext
from droitcommun.graph.classeurs.form import Form, Sheet
from droitcommun.graph.classeurs.words import NE_SAIT_PAS as MOT_NE_SAIT_PAS
from droitcommun.graph.classeurs.words import NON_CHIFFRABLE as MOT_NON_CHIFFRABLE
from droitcommun.graph.classeurs.words import OUI_NON
from droitcommun.graph.demo.modele import NE_SAIT_PAS, NON_CHIFFRABLE, Action, Contribution, Moyen, Scenario
from droitcommun.graph.demo.montants import tirage
from droitcommun.graph.demo.reponses import position_de, suivi_de
from droitcommun.graph.names import PREFIXES, cdv, slug
from droitcommun.graph.store import Store

FIRST_ROW = 3
FOAF = "http://xmlns.com/foaf/0.1/"
VCARD = "http://www.w3.org/2006/vcard/ns#"
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_WORDS = {NE_SAIT_PAS: MOT_NE_SAIT_PAS, NON_CHIFFRABLE: MOT_NON_CHIFFRABLE}
_LABELS = """
SELECT ?scheme ?code ?libelle WHERE {
  ?c skos:inScheme ?scheme ; skos:notation ?code ; skos:prefLabel ?libelle . FILTER(LANG(?libelle) = "fr")
}
"""


@dataclass(frozen=True)
class Mots:
    """The words of the shared lists (label of each scheme IRI and code) and what the contract adds to a workbook."""

    form: Form
    context: TemplateContext
    labels: Mapping[tuple[str, str], str]

    def of(self, feuille: str, term: str, code: str | None) -> str | None:
        """Return the word a contributor picks in a column for a code; None stays None."""
        if code is None:
            return None
        field = self.form.sheet(feuille).field(term)
        return _WORDS.get(code) or self.labels[str(field.codes), code]


def read_labels(store: Store) -> dict[tuple[str, str], str]:
    """Return the French label of each (scheme IRI, code)."""
    rows = store.select(_LABELS)
    return {(row["scheme"].value, row["code"].value): row["libelle"].value for row in rows}


def fill_recensement(template: bytes, mots: Mots, contribution: Contribution, natures: Collection[str]) -> bytes:
    """Return the workbook of one service, filled; *natures* are those of all the moyens of its body."""
    book = load_workbook(io.BytesIO(template))
    _identite(_Page(book, mots, "Identité"), mots, contribution)
    _contact(_Page(book, mots, "Contacts"), contribution)
    if contribution.premiere:
        _engagements(_Page(book, mots, "Engagements"), mots, contribution, natures)
    _positionnement(_Page(book, mots, "Positionnement"), mots, contribution)
    actions, moyens = _Page(book, mots, "Actions"), _Page(book, mots, "Moyens")
    for action in contribution.actions:
        actions.append(_action(mots, action, contribution.organisme))
        for moyen in action.moyens:
            moyens.append(_moyen(mots, action.titre, moyen))
    return stable_bytes(book)


def fill_pilotage(template: bytes, mots: Mots, scenario: Scenario, annee: int) -> bytes:
    """Return the steering workbook of one campagne, filled."""
    book = load_workbook(io.BytesIO(template))
    instances = {choice.code: choice.label for choice in mots.context.instances}
    organismes = {choice.code: choice.label for choice in mots.context.organismes}
    tenues, presences = _Page(book, mots, "Séances"), _Page(book, mots, "Présences")
    for seance in scenario.seances[annee]:
        tenues.append(
            {
                "instance": instances[seance.instance],
                "date": seance.le,
                "lieu": seance.lieu,
                "ordreDuJour": seance.objet,
                "statutSeance": mots.of("Séances", "statutSeance", "tenue" if seance.tenue else "a-venir"),
                "compteRendu": f"Compte rendu {seance.instance} {seance.le:%Y-%m-%d}" if seance.tenue else None,
                "pointTraite": " ; ".join(seance.points) or None,
            }
        )
        name = f"{instances[seance.instance]} – {seance.le:%d/%m/%Y}"
        for etat, codes in (("present", seance.presents), ("excuse", seance.excuses), ("absent", seance.absents)):
            for code in codes:
                word = mots.of("Présences", "etatPresence", etat)
                presences.append({"seance": name, "organisme": organismes[code], "etatPresence": word})
    qualification = _Page(book, mots, "Qualification")
    for code, decision in scenario.decisions[annee].items():
        row = qualification.find("source", str(mots.of("Qualification", "source", code)))
        word = mots.of("Qualification", "qualification", decision)
        qualification.put(row, {"qualification": word, "decideEn": "Copil du 24/04/2025"})
    for name, rows in scenario.registres[annee].items():
        page = _Page(book, mots, name)
        for values in rows:
            page.append(_register_row(page.sheet, values, organismes))
    return stable_bytes(book)


def _register_row(sheet: Sheet, row: Mapping[str, Any], organismes: Mapping[str, str]) -> dict[str, Any]:
    """Return a row by column path; bodies are picked by their name in the list, several parted by `;`."""
    fields = {field.title: field for field in sheet.fields}
    found: dict[str, Any] = {}
    for title, value in row.items():
        field = fields[title]
        codes = value if isinstance(value, list) else [value]
        of_bodies = cdv("Organisme") in field.classes
        found[field.path] = " ; ".join(organismes[code] for code in codes) if of_bodies else value
    return found


def stable_bytes(book: Workbook) -> bytes:
    """Return a workbook as bytes that depend on its content only (openpyxl writes the hour of saving)."""
    saved, stable = io.BytesIO(), io.BytesIO()
    book.save(saved)
    stamp = f"{book.properties.created:%Y-%m-%dT%H:%M:%SZ}".encode()
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(stable, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            data = source.read(info)
            if info.filename == "docProps/core.xml":
                data = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", data)
            target.writestr(zipfile.ZipInfo(info.filename, _ZIP_DATE), data, zipfile.ZIP_DEFLATED)
    return stable.getvalue()


class _Page:
    """One sheet of a workbook being filled, column by column of its form."""

    def __init__(self, book: Workbook, mots: Mots, name: str) -> None:
        self.page: Worksheet = book[name]
        self.sheet: Sheet = mots.form.sheet(name)
        self.next = FIRST_ROW

    def put(self, row: int, values: Mapping[str, Any]) -> None:
        for term, value in values.items():
            if value is not None:
                self.page.cell(row, self._column(term)).value = _cell(value)

    def append(self, values: Mapping[str, Any]) -> None:
        self.put(self.next, values)
        self.next += 1

    def find(self, term: str, value: str) -> int:
        column = self._column(term)
        return next(r for r in range(FIRST_ROW, self.page.max_row + 1) if self.page.cell(r, column).value == value)

    def _column(self, term: str) -> int:
        return self.sheet.fields.index(self.sheet.field(term)) + 1


def _cell(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _identite(page: _Page, mots: Mots, contribution: Contribution) -> None:
    reponse = "neant" if contribution.neant else "actions-declarees"
    page.put(
        FIRST_ROW,
        {
            "fonctionReferent": contribution.fonction,
            "fonctionSuppleance": contribution.suppleance,
            "dateReponse": contribution.le,
            "visaFonction": f"Direction, {contribution.le:%d/%m/%Y}" if contribution.visa else None,
            "reponse": mots.of("Identité", "reponse", reponse),
        },
    )


def _contact(page: _Page, contribution: Contribution) -> None:
    """Write an invented contact, with a domain and a range of numbers kept for fiction."""
    draw = tirage("contact", contribution.organisme, contribution.service)
    name = draw.choice(("Camille", "Dominique", "Claude", "Sacha", "Alix", "Maxime"))
    page.append(
        {
            FOAF + "name": f"{name} Exemple",
            VCARD + "role": contribution.fonction,
            VCARD + "hasEmail": f"{name.lower()}.{slug(contribution.organisme)}@exemple.invalid",
            VCARD + "hasTelephone": f"01 99 00 {draw.randint(10, 99)} {draw.randint(10, 99)}",
        }
    )


def _engagements(page: _Page, mots: Mots, contribution: Contribution, natures: Collection[str]) -> None:
    for engagement in mots.context.engagements:
        suivi = suivi_de(contribution, engagement.code, natures)
        modalite = None if engagement.modalite else mots.of("Engagements", "modalite", suivi.modalite)
        page.put(
            page.find("typeEngagement", engagement.code),
            {
                "modalite": modalite,
                "etatEngagement": mots.of("Engagements", "etatEngagement", suivi.etat),
                "preuve": suivi.preuve,
                "precision": suivi.precision,
            },
        )


def _positionnement(page: _Page, mots: Mots, contribution: Contribution) -> None:
    oui, non = OUI_NON
    for choice in mots.context.ambitions:
        position = position_de(contribution, choice.code)
        row = page.find("ambition", choice.code)
        page.put(row, {"prioritaire": oui if position.prioritaire else non, "neant": oui if position.neant else None})


def _action(mots: Mots, action: Action, organisme: str) -> dict[str, Any]:
    draw = tirage("saisie", organisme, action.titre)
    ambition = next(str(choice) for choice in mots.context.ambitions if choice.code == action.ambition)
    return {
        PREFIXES["dcterms"] + "title": action.titre,
        "ambitionPrincipale": ambition,
        "autreAmbition": " ; ".join(action.autres) or None,
        "forme": mots.of("Actions", "forme", action.forme),
        "portee": mots.of("Actions", "portee", action.portee),
        "qpv": _lieux(mots, action, draw),
        "publicVise": mots.of("Actions", "publicVise", action.public),
        "habitantsTouches": _count(action.habitants),
        "dontFemmes": _count(action.femmes),
        "dontMoins25": _count(action.jeunes),
        "porteur": action.porteur,
        PREFIXES["rdfs"] + "comment": action.commentaire,
        "suite": mots.of("Actions", "suite", action.suite),
    }


def _lieux(mots: Mots, action: Action, draw: random.Random) -> str | None:
    """Return the places as people write them: codes, names, or both as in the list."""
    choices = {choice.code: choice for choice in (*mots.context.qpv, *mots.context.communes)}
    style = draw.randint(1, 3)
    shown = [(c, choices[c].label, str(choices[c]))[style - 1] for c in action.lieux]
    return " ; ".join(shown) or None


def _moyen(mots: Mots, titre: str, moyen: Moyen) -> dict[str, Any]:
    quantite = moyen.quantite
    return {
        "action": titre,
        "phase": mots.of("Moyens", "phase", moyen.phase),
        "nature": mots.of("Moyens", "nature", moyen.nature),
        "quantite": _WORDS.get(quantite, quantite) if isinstance(quantite, str) else quantite,
        "source": mots.of("Moyens", "source", moyen.source),
        "partQPV": moyen.part,
        "originePart": mots.of("Moyens", "originePart", moyen.origine_part),
        "qpvDuMontant": moyen.qpv,
        "fiabilite": mots.of("Moyens", "fiabilite", moyen.fiabilite),
        PREFIXES["rdfs"] + "comment": moyen.commentaire,
    }


def _count(value: int | str | None) -> int | str | None:
    return _WORDS[value] if isinstance(value, str) else value
