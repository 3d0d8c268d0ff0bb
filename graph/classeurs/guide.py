"""The instructions of the sheet « Mode d'emploi », in plain French."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from droitcommun.graph.classeurs.context import Choice, TemplateContext
from droitcommun.graph.classeurs.form import Form

_RECENSEMENT = (
    "Ce classeur recense ce que votre service fait pour les habitants des quartiers prioritaires (QPV) avec ses moyens "
    "ordinaires : son « droit commun ». Une action ouverte à tous compte, dès lors que ces habitants en profitent.",
    "Remplissez les feuilles de gauche à droite. Les colonnes dont le titre porte une étoile (*) sont obligatoires ; "
    "les autres aident, mais une case vide ne bloque rien.",
    "Une case hachurée, au cadre épais, est une case obligatoire encore vide sur une ligne commencée.",
    "Vous ne savez pas ? Écrivez « Ne sait pas » : c'est une réponse. Un zéro veut dire zéro.",
    "Identité : une ligne. Si votre service n'a rien à déclarer, choisissez « Néant » dans « Réponse ».",
    "Actions : une ligne par action. Une seule ambition principale : c'est elle qui porte les moyens.",
    "Moyens : une ligne par moyen, reliée à son action par la liste. Les euros, les emplois (ETP) et les heures ne "
    "s'additionnent pas : une ligne pour chacun. N'écrivez que les moyens de votre organisme.",
    "Vous n'avez pas à dire si un crédit est « droit commun » ou « spécifique » : la colonne « Dispositif ou source » "
    "suffit, les copilotes du contrat font le reste.",
    "Pas de nom, d'adresse ni de téléphone ailleurs que dans la feuille Contacts.",
    "Vous pouvez insérer des lignes, trier, masquer des colonnes. Gardez les titres des colonnes et les noms des "
    "feuilles.",
    "Pour corriger, renvoyez ce même classeur : il remplace le précédent de votre service. Une case vidée ne change "
    "rien à ce qui était déclaré ; une action qui s'arrête garde sa ligne, avec « Terminée » dans « Suite donnée ».",
)
_PILOTAGE = (
    "Ce classeur est celui des copilotes du contrat : les séances des instances, qui y était, la qualification des "
    "sources de financement, et les registres de l'année.",
    "Séances : une ligne par séance. Présences : une ligne par séance et par organisme, jamais de nom de personne.",
    "Registres (Dépôts, Évaluation, Candidatures, Plans d'action, Conventions, Avenants, Décisions, Dérogations, "
    "Indicateurs, Contributions, Dispositifs) : remplissez ceux dont l'année a besoin. Une feuille vide n'est pas une "
    "faute ; ce qu'elle contient compte comme preuve des engagements et des décisions.",
    "Une candidature de territoire vulnérable se décrit sur deux feuilles : Candidatures, puis une ligne par critère "
    "dans Critères. Écrivez l'enveloppe du département dans Enveloppe dès qu'elle est connue.",
    "Qualification : ce que vous avez décidé pour cette campagne. Une ligne laissée vide suit la table du contrat.",
    "Pour corriger ou compléter, renvoyez ce même classeur : il remplace le précédent.",
)


_COMMUN = (
    "Ce classeur sert à plusieurs contrats de ville. Sur chaque ligne, la colonne « Contrat » dit duquel il s'agit : "
    "une action menée dans deux contrats a deux lignes, avec les moyens de chacun.",
)
_A_CONFIRMER = (
    "Les actions de l'an dernier sont déjà dans la feuille Actions, sans leurs résultats. Pour chacune, choisissez "
    "« Reconduite », « Modifiée » ou « Terminée » dans « Suite donnée » : une ligne laissée telle quelle ne compte "
    "pas.",
    "Leurs moyens attendent dans la feuille Moyens leur période et leur quantité ; ceux que vous laissez tels quels ne "
    "comptent pas. Ajoutez vos nouvelles actions à la suite.",
)


def guide_lines(
    form: Form, contexts: Sequence[TemplateContext], to_confirm: bool = False, taken_over: Sequence[str] = ()
) -> Iterator[tuple[str, str]]:
    """Yield (style, line) pairs; style is titre, texte or note. One context a contract that the workbook is for.

    *to_confirm* says that actions of last year stand in the workbook; *taken_over* names those of merged bodies.
    """
    context = contexts[0]
    if context.fictif:
        yield "titre", "Données fictives"
    yield "titre", f"{form.title} – campagne {context.annee}"
    for each in contexts:
        yield "note", each.titre
    if context.organisme:
        service = f" – {context.service}" if context.service else ""
        yield "note", f"{context.organisme.label}{service}"
    days = [each.echeance for each in contexts if each.organisme and each.echeance]
    if days:
        yield "titre", f"À renvoyer avant le {min(days):%d/%m/%Y}"
    yield "texte", ""
    for line in _RECENSEMENT if form.name == "recensement" else _PILOTAGE:
        yield "texte", line
    if len(contexts) > 1:
        yield from _section("Plusieurs contrats de ville", list(_COMMUN))
    if to_confirm:
        yield from _section("Vos actions de l'an dernier", list(_A_CONFIRMER))
        yield from _section("Dont celles des organismes que le vôtre a réunis", list(taken_over))
    yield from _section("Les feuilles", [f"{sheet.name} : {sheet.title_help}" for sheet in form.sheets])
    if form.name == "recensement":
        for each in contexts:
            yield from _contrat_lines(each, f" – {each.titre}" if len(contexts) > 1 else "")


def _contrat_lines(context: TemplateContext, of: str) -> Iterator[tuple[str, str]]:
    yield from _section(f"Ce que les avenants ont changé{of}", list(context.changements))
    for title, choices in (
        ("Les ambitions", context.ambitions),
        ("Les axes transversaux", context.axes),
        ("Les quartiers prioritaires (QPV)", context.qpv),
        ("Les communes", context.communes),
    ):
        yield from _section(f"{title}{of}", _lines(choices))
    decided = [f"{source} : {word.lower()}" for source, word in context.qualifications]
    yield from _section(f"Ce que les copilotes ont décidé de chaque source{of}", decided)


def _lines(choices: tuple[Choice, ...]) -> list[str]:
    return [str(choice) for choice in choices]


def _section(title: str, lines: list[str]) -> Iterator[tuple[str, str]]:
    if lines:
        yield "texte", ""
        yield "titre", title
        for line in lines:
            yield "texte", line
