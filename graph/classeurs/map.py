"""From the cells of a received workbook to triples and problems. Pure: the same file and context always give the same.

Count: lines read = kept + reserves + out of perimeter. A line is a row that says something beyond what was prefilled. A
line with at least one reserve is still in the graph; no cell that was not understood ever becomes a figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from droitcommun.graph.classeurs.actions import map_actions
from droitcommun.graph.classeurs.columns import Table, find_tables
from droitcommun.graph.classeurs.draft import Draft
from droitcommun.graph.classeurs.fill import Filler
from droitcommun.graph.classeurs.form import FormName, load_form
from droitcommun.graph.classeurs.lines import report_absent
from droitcommun.graph.classeurs.lookup import Lookup
from droitcommun.graph.classeurs.mapped import MapContext, Mapped
from droitcommun.graph.classeurs.moyens import map_moyens
from droitcommun.graph.classeurs.pilotage import map_presences, map_qualifications, map_seances
from droitcommun.graph.classeurs.problems import Problem, blocking, has_blocking
from droitcommun.graph.classeurs.read import Model, RawClasseur
from droitcommun.graph.classeurs.recensement import (
    identify,
    map_contacts,
    map_engagements,
    map_identite,
    map_positionnement,
)
from droitcommun.graph.classeurs.reconduction import find_untouched
from droitcommun.graph.classeurs.registers import REGISTERS, map_registers
from droitcommun.graph.classeurs.tablefind import sort_rows, tell_rows
from droitcommun.graph.langue import _
from droitcommun.graph.names import PREFIXES, cdv

# What makes a workbook an answer: a reply, its date, a commitment's state, a position, or a line of its own.
_ANSWERS = {cdv(term) for term in ("reponse", "dateReponse", "etatEngagement", "prioritaire", "neant")}
_LINES = {cdv("Action"), cdv("Moyen")}
_RDF_TYPE = PREFIXES["rdf"] + "type"

__all__ = ["MapContext", "Mapped", "Problem", "map_pilotage", "map_recensement"]

# What tells a row from another, where no column is compulsory: of each group, one column is enough.
_NEEDED: dict[FormName, dict[str, list[tuple[str, ...]]]] = {
    "recensement": {"Engagements": [("Code", "Engagement")], "Positionnement": [("Code", "Ambition")]},
    "pilotage": {
        "Séances": [("Instance",)],
        "Présences": [("Séance",), ("Organisme",), ("Présence",)],
        "Qualification": [("Dispositif ou source",), ("Qualification",)],
    },
}

# The sheets that people add up, with the columns that they add up.
_ADDED_UP = {"Actions": ("habitantsTouches", "dontFemmes", "dontMoins25"), "Moyens": ("quantite",)}


def map_recensement(raw: RawClasseur, context: MapContext) -> Mapped:
    """Map the workbook of one contributor. A blocking problem leaves nothing to keep."""
    draft = Draft(context, raw.format)
    draft.problems += raw.problems
    model = _check_model(raw, "recensement", context, draft)
    tables = _tables(raw, model, draft) if model else None
    if model is None or tables is None:
        return draft.refused(model)
    lookup = Lookup(context.reference, context.contrat)
    filler = Filler(draft, lookup, raw.epoch)
    organisme = model.organisme or ""
    body = lookup.thing(organisme, (cdv("Organisme"),)).entry
    if body is None or body.code != organisme:
        draft.problems.append(_unknown_body(organisme))
        return draft.refused(model)
    reply = identify(tables, filler, context.contrat, model.annee, body.code, model.service or "")
    map_identite(tables, filler, reply)
    if has_blocking(draft.problems):
        return draft.refused(model)
    map_engagements(tables, filler, reply)
    map_positionnement(tables, filler, reply)
    left_out = find_untouched(tables, draft)
    actions = map_actions(tables, filler, reply, left_out.actions)
    map_moyens(tables, filler, reply, actions, left_out.moyens)
    map_contacts(tables, filler, reply)
    gone = _("Ajoutez-les avec « Suite donnée » = « Terminée », ou relancez avec --confirme pour les retirer.")
    report_absent(draft, "Action", tables["Actions"].name, gone)
    gone = _("Remettez-les (une quantité de 0 est une réponse), ou relancez avec --confirme pour les retirer.")
    report_absent(draft, "Moyen", tables["Moyens"].name, gone)
    mapped = draft.mapped(body.code, reply.label or None, model.annee)
    if _says_nothing(mapped):
        draft.problems.append(_empty())
        return draft.refused(model)
    return mapped


def _says_nothing(mapped: Mapped) -> bool:
    """Tell whether a workbook came back as it was sent: silence must not pass for an answer."""
    said = any(p.value in _ANSWERS or (p.value == _RDF_TYPE and o.value in _LINES) for _s, p, o in mapped.triples)
    return not said and not any(problem.valeur for problem in mapped.problems)


def _empty() -> Problem:
    return blocking(
        "classeur-vide",
        _("Ce classeur revient tel qu'il a été envoyé : il ne dit ni « Actions déclarées » ni « Néant »."),
        _("Remplissez au moins la feuille Identité (colonne « Réponse »), et redonnez le classeur."),
        "Identité",
    )


def map_pilotage(raw: RawClasseur, context: MapContext) -> Mapped:
    """Map the co-pilots' workbook. A blocking problem leaves nothing to keep."""
    draft = Draft(context, raw.format)
    draft.problems += raw.problems
    model = _check_model(raw, "pilotage", context, draft)
    tables = _tables(raw, model, draft) if model else None
    if model is None or tables is None:
        return draft.refused(model)
    filler = Filler(draft, Lookup(context.reference, context.contrat), raw.epoch)
    seances = map_seances(tables, filler, context.contrat, model.annee)
    map_presences(tables, filler, context.contrat, model.annee, seances)
    map_qualifications(tables, filler, context.contrat, model.annee)
    map_registers(tables, filler, context.contrat, model.annee, seances)
    gone = _("Remettez-les (avec le statut « annulée » s'il le faut), ou relancez avec --confirme pour les retirer.")
    report_absent(draft, "Seance", tables["Séances"].name, gone)
    gone = _("Remettez-les, ou relancez avec --confirme pour les retirer.")
    report_absent(draft, "Presence", tables["Présences"].name, gone)
    for register in REGISTERS:
        if register.sheet in tables:
            report_absent(draft, register.classe, tables[register.sheet].name, gone)
    return draft.mapped(None, None, model.annee)


def _tables(raw: RawClasseur, model: Model, draft: Draft) -> dict[str, Table] | None:
    """Return the sheets of a workbook that is the right one; None when a problem blocks it."""
    if has_blocking(draft.problems):
        return None
    form = load_form(model.genre)
    version = int(model.version if model.version.isdecimal() else form.version)
    tables = find_tables(form.sheets, raw, draft.problems, _NEEDED[model.genre], version)
    for name in (name for name in _ADDED_UP if name in tables):
        tables[name] = _without_totals(tables[name], _ADDED_UP[name], draft)
    return None if has_blocking(draft.problems) else tables


def _without_totals(table: Table, added_up: Sequence[str], draft: Draft) -> Table:
    """Return a table without the rows that add up others or repeat the titles, which are told."""
    rows = sort_rows(table, [table.sheet.field(name) for name in added_up])
    tell_rows(rows, draft.problems)
    others = {line.number for line in (*rows.titles, *rows.totals)}
    return replace(table, rows=tuple(row for row in table.rows if row.number not in others)) if others else table


def _check_model(raw: RawClasseur, name: FormName, context: MapContext, draft: Draft) -> Model | None:
    """Check that this is the right workbook, of this contract and campagne; problems go to the draft."""
    model = raw.model
    form = load_form(name)
    if model is None:
        draft.problems.append(_no_model())
        return None
    if model.genre != name:
        draft.problems.append(
            blocking(
                "mauvais-classeur",
                _("Ce fichier est un « {lu} », pas un « {voulu} ».").format(
                    lu=load_form(model.genre).title.lower(), voulu=form.title.lower()
                ),
                _("Déposez le bon classeur."),
            )
        )
        return None
    if model.contrat != context.contrat:
        draft.problems.append(
            blocking(
                "mauvais-contrat",
                _("Ce classeur est celui du contrat « {lu} », pas de « {voulu} ».").format(
                    lu=model.contrat, voulu=context.contrat
                ),
                _("Déposez-le dans l'espace de travail de son contrat."),
            )
        )
    if context.annee is not None and model.annee != context.annee:
        draft.problems.append(
            blocking(
                "mauvaise-campagne",
                _("Ce classeur est celui de la campagne {lue}, pas de la campagne {voulue}.").format(
                    lue=model.annee, voulue=context.annee
                ),
                _("Demandez le classeur de la campagne {voulue} au contributeur.").format(voulue=context.annee),
            )
        )
    if name == "recensement" and not model.organisme:
        draft.problems.append(_unknown_body(""))
    if model.version != form.version:
        draft.problems.append(
            Problem(
                "info",
                "modele-ancien",
                None,
                None,
                None,
                model.version or None,
                _(
                    "Ce classeur est de la version {lue} du modèle (version actuelle : {actuelle}) ; il a été lu."
                ).format(lue=model.version or "?", actuelle=form.version),
                _("Partez du nouveau modèle la prochaine fois."),
            )
        )
    return model


def _no_model() -> Problem:
    return blocking(
        "modele-absent",
        _("Ce fichier n'a pas la feuille masquée « _modele » : on ne sait ni quel classeur c'est, ni de qui."),
        _("Recopiez les réponses dans le classeur envoyé (« droitcommun template » en refait un), et redonnez-le."),
    )


def _unknown_body(code: str) -> Problem:
    return blocking(
        "mauvais-organisme",
        _("Le classeur est fait pour l'organisme « {code} », que le contrat ne connaît pas.").format(code=code or "?"),
        _("Demandez un classeur fait par « droitcommun template », et redonnez-le."),
    )
