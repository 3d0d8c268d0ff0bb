"""Tell which of our workbooks a file is when its hidden sheet is gone, or speaks of the campagne before.

Nothing is guessed: the sheets say which workbook it is, the sheet Identité whose, and the person who takes the file in
says for which campagne. What was decided so is told in the report.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from droitcommun.graph.classeurs.cells import normalised, read_date
from droitcommun.graph.classeurs.columns import Line, find_tables
from droitcommun.graph.classeurs.form import FORMS, FormName, load_form
from droitcommun.graph.classeurs.lookup import Lookup
from droitcommun.graph.classeurs.problems import ClasseurRefuse, Problem, blocking
from droitcommun.graph.classeurs.raw import Model, RawClasseur
from droitcommun.graph.langue import _
from droitcommun.graph.names import cdv
from droitcommun.graph.store import Store

_IDENTITY = "Identité"


def form_of_sheets(raw: RawClasseur) -> FormName | None:
    """Return the workbook whose sheets a file has, most of them; None when it is none of ours."""
    present = {normalised(name) for name in raw.sheets}
    for name in FORMS:
        wanted = {normalised(sheet.name) for sheet in load_form(name).sheets if not sheet.personal}
        if 2 * len(wanted & present) > len(wanted):
            return name
    return None


def lone_sheet(raw: RawClasseur) -> str | None:
    """Return the name of the sheet of ours that a file with one table holds, as a sheet saved as CSV; None if none."""
    for name in FORMS:
        for sheet in load_form(name).sheets:
            titles = {normalised(field.title) for field in sheet.fields}
            for table in raw.sheets.values():
                if any(len(titles & {normalised(c.text) for c in row.cells}) >= 4 for row in table.rows[:5]):
                    return sheet.name
    return None


def answers_since(raw: RawClasseur, opening: date) -> bool:
    """Tell whether the sheet Identité is dated from *opening* on: the workbook then answers that campagne."""
    line = _identity(raw)
    cell = line.cell(line.table.sheet.field("dateReponse")) if line else None
    day = read_date(cell.value, raw.epoch) if cell else None
    return day is not None and day >= opening


def adopted(raw: RawClasseur, genre: FormName, contrat: str, annee: int, reference: Store) -> RawClasseur:
    """Return a file of ours as the workbook of *annee*: with the hidden sheet it lost, or the one of the year before.

    Raises ClasseurRefuse when nothing says whose it is.
    """
    model = raw.model
    if model is None:
        organisme = _body(raw, contrat, reference) if genre == "recensement" else None
        model = Model(genre, load_form(genre).version, contrat, annee, organisme, None)
        return replace(raw, model=model, problems=(*raw.problems, _without_model(genre, annee)))
    if genre == "recensement" and model.annee == annee - 1:
        told = (*raw.problems, _of_last_year(model.annee, annee))
        return replace(raw, model=replace(model, annee=annee), problems=told)
    return raw


def _identity(raw: RawClasseur) -> Line | None:
    """Return the row of the sheet Identité, when it can be read."""
    form = load_form("recensement")
    table = find_tables((form.sheet(_IDENTITY),), raw, [], {}, int(form.version)).get(_IDENTITY)
    return next(table.lines(), None) if table else None


def _body(raw: RawClasseur, contrat: str, reference: Store) -> str:
    line = _identity(raw)
    field = load_form("recensement").sheet(_IDENTITY).field("organisme")
    text = line.text(field) if line else ""
    answer = Lookup(reference, contrat).thing(text, (cdv("Organisme"),))
    if answer.entry:
        return answer.entry.code
    near = " ; ".join(f"« {entry} »" for entry in answer.near)
    correction = _("Vouliez-vous dire {proches} ? ").format(proches=near) if near else ""
    problem = blocking(
        "mauvais-organisme",
        _("Ce classeur n'a plus sa feuille « _modele », et « {texte} » n'est pas un organisme du contrat.").format(
            texte=text or "?"
        ),
        correction
        + _("Écrivez l'organisme dans la feuille Identité, ou recopiez les réponses dans le classeur envoyé."),
        _IDENTITY,
    )
    raise ClasseurRefuse([replace(problem, cellule=line.place(field) if line else None, colonne=field.title)])


def _without_model(genre: FormName, annee: int) -> Problem:
    return Problem(
        "info",
        "modele-absent",
        None,
        None,
        None,
        None,
        _(
            "La feuille masquée « _modele » manque : lu comme « {titre} », campagne {annee}, d'après ses feuilles."
        ).format(titre=load_form(genre).title.lower(), annee=annee),
        _("Rien à faire si c'est bien lui ; sinon, redonnez le classeur d'origine."),
    )


def _of_last_year(named: int, annee: int) -> Problem:
    return Problem(
        "info",
        "modele-ancien",
        None,
        None,
        None,
        str(named),
        _(
            "Ce classeur a été fait pour la campagne {nom} ; sa date de réponse est de la campagne {annee} : "
            "il a été lu pour {annee}, ses périodes comprises."
        ).format(nom=named, annee=annee),
        _("Vérifiez les périodes (« N » est {annee}) ; partez du nouveau modèle la prochaine fois.").format(
            annee=annee
        ),
    )
