"""Parts of the report that look ahead: what is missing, commitments, decisions, opinions and their calendar, method."""

from __future__ import annotations

from droitcommun.graph.export.cells import vue
from droitcommun.graph.export.rapport.actions import phrase
from droitcommun.graph.export.rapport.communes import communes_signataires
from droitcommun.graph.export.rapport.frame import empreinte, intercommunalite, reference
from droitcommun.graph.export.views import Cellule, TableVue
from droitcommun.graph.export.word import Word
from droitcommun.graph.formats import date_longue, entier, enumeration, guillemets
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.figures import organismes_par_ambition, qpv_sans_action
from droitcommun.graph.pictures.rows import texte
from droitcommun.graph.words import etats_engagement


def perspectives(word: Word, picture: Picture) -> None:
    """Say what the data show is missing, by the headings of the decree; what to do about it is for people to write."""
    epci = intercommunalite(picture)
    word.titre(_("4. Les perspectives et les améliorations nécessaires"))
    word.texte(
        _(
            "Le décret demande les perspectives d'évolution au regard des résultats et des moyens, et les "
            "améliorations nécessaires, y compris au titre du droit commun, de la coordination, de la participation "
            "des habitants et de l'évaluation. Les constats ci-dessous viennent des données ; les propositions "
            "restent à écrire."
        )
    )
    word.titre(_("Renforcer le droit commun"), 2)
    word.liste(_manques(picture))
    word.a_completer(epci, _("les renforcements du droit commun demandés, à qui, et pour quand."))
    word.titre(_("Coordonner les acteurs"), 2)
    _instances(word, picture)
    _engagements(word, picture)
    word.a_completer(epci, _("ce qui doit changer dans la coordination des acteurs et des politiques publiques."))
    word.titre(_("Faire participer les habitants"), 2)
    _participation(word, picture)
    word.a_completer(epci, _("ce que les habitants ont dit cette année, et ce qui en a été fait."))
    word.titre(_("Évaluer"), 2)
    _evaluation(word, picture)
    word.titre(_("Les décisions"), 2)
    phrase(word, picture, 9)
    phrase(word, picture, 10)


def _manques(picture: Picture) -> list[str]:
    contexte = picture.contexte
    if picture.figures["F-ambitions-4"].valeur is None:
        return [_("Faute de réponse, on ne sait pas quelles ambitions et quels quartiers sont sans action.")]
    counts = organismes_par_ambition(picture.tables["mobilisation-par-ambition"])
    none = [f"{a.code} {guillemets(a.court)}" for a in contexte.ambitions if not counts.get(a.code)]
    alone = [f"{a.code} {guillemets(a.court)}" for a in contexte.ambitions if counts.get(a.code) == 1]
    found = qpv_sans_action(picture.tables["matrice-qpv-ambition"])
    empty = [label for code, label in found if code not in contexte.qpv_a_cheval]
    said = []
    for names, words in (
        (none, _("Ambitions sans action déclarée : {noms}.")),
        (alone, _("Ambitions portées par une seule institution : {noms}.")),
        (empty, _("Quartiers sans action déclarée : {noms}.")),
    ):
        if names:
            said.append(words.format(noms=enumeration(names)))
    waiting = picture.figures["F-retours-4"].valeur
    if waiting:
        text = ngettext(
            "{n} institution attendue n'a pas répondu : ses actions manquent à ce rapport.",
            "{n} institutions attendues n'ont pas répondu : leurs actions manquent à ce rapport.",
            int(waiting),
        )
        said.append(text.format(n=entier(int(waiting))))
    return said or [_("Chaque ambition et chaque quartier a une action déclarée, et chaque institution a répondu.")]


def _instances(word: Word, picture: Picture) -> None:
    table = picture.tables["calendrier-des-instances"]
    columns = ["libelle_instance", "frequence_min", "frequence_max", "tenues", "dates"]
    note = _("« Non dit » : le contrat ne fixe pas de nombre de séances.")
    title = _("Les instances du contrat et leurs séances")
    word.table(vue(picture.contexte, table, title, columns, note=note), (6, 2.4, 2.4, 2.2, 4), 8)


def _engagements(word: Word, picture: Picture) -> None:
    groups: dict[str, list[str]] = {}
    labels: dict[str, str] = {}
    for row in picture.tables["tableau-des-engagements"].rows:
        code = texte(row, "engagement")
        labels[code] = texte(row, "libelle_engagement")
        groups.setdefault(code, []).append(texte(row, "etat") or "sans-information")
    words = etats_engagement()
    lines = tuple(
        (Cellule(f"{code} {labels[code]}"), *(Cellule(entier(groups[code].count(etat)), True) for etat in words))
        for code in sorted(groups)
    )
    heads = (Cellule(_("Engagement")), *(Cellule(text, True) for text in words.values()))
    note = _("« Sans information » n'est pas « non tenu » : personne ne s'est encore prononcé.")
    title = _("Les engagements des signataires : combien d'institutions par état")
    word.table(TableVue(title, heads, lines, "", note), (7, 2, 2, 2, 2, 2), 8)


def _participation(word: Word, picture: Picture) -> None:
    rows = [r for r in picture.tables["missions-des-instances"].rows if r.get("ouverte_aux_habitants") is True]
    names = list(dict.fromkeys(texte(r, "libelle_instance") for r in rows))
    if not names:
        word.texte(_("Le contrat ne dit pas d'instance ouverte aux habitants : sans information."))
        return
    held = {texte(r, "libelle_instance"): r for r in picture.tables["calendrier-des-instances"].rows}
    for name in names:
        meetings = int(str(held.get(name, {}).get("tenues") or 0))
        text = ngettext(
            "{nom}, ouvert aux habitants : {n} séance enregistrée pendant la campagne.",
            "{nom}, ouvert aux habitants : {n} séances enregistrées pendant la campagne.",
            meetings,
        )
        word.texte(text.format(nom=name, n=entier(meetings)))


def _evaluation(word: Word, picture: Picture) -> None:
    table = picture.tables["programme-d-evaluation"]
    planned = [r for r in table.rows if texte(r, "etat") != "jamais-evaluee"]
    never = [texte(r, "ambition") for r in table.rows if texte(r, "etat") == "jamais-evaluee"]
    if planned:
        columns = ["type", "libelle_ambition", "question", "etat"]
        heads = {"type": _("Objet"), "question": _("Question"), "libelle_ambition": _("Ambition")}
        word.table(
            vue(picture.contexte, table, _("Programme d'évaluation"), columns, rows=planned, entetes=heads),
            (2.8, 5, 6.2, 3),
            8,
        )
    else:
        word.texte(_("Aucune évaluation n'est enregistrée pour cette campagne."))
    if never:
        word.texte(_("Ambitions jamais évaluées : {noms}.").format(noms=enumeration(never)))
    word.a_completer(intercommunalite(picture), _("ce que les évaluations ont montré, et les suites données."))


# Opinions and their calendar ------------------------------------------------------------------------------------------


def avis(word: Word, picture: Picture) -> None:
    """Recall who gives an opinion and when; the dates are for people to write, none is held as data."""
    word.titre(_("6. Les avis, le débat et le calendrier"))
    word.liste(
        (
            _("Les conseils citoyens sont consultés avant, sur les éléments du rapport (CGCT, article L. 1111-2)."),
            _(
                "Le projet est soumis pour avis aux conseils municipaux et aux conseils citoyens, selon les modalités "
                "que fixe une délibération de l'intercommunalité. Ils ont un mois au moins ; sans réponse, l'avis est "
                "réputé favorable (décret n° 2015-1118)."
            ),
            _("Les contributions et délibérations sont annexées au projet."),
            _("Le rapport est débattu au conseil municipal et au conseil communautaire (CGCT, article L. 1111-2)."),
            _("Le conseil communautaire approuve le projet et dit les suites données aux observations."),
            _("Le rapport définitif et ses annexes sont rendus publics."),
        )
    )
    blank = Cellule("")
    steps = (
        (_("Délibération sur les modalités de consultation"), intercommunalite(picture)),
        (_("Envoi du projet pour avis"), intercommunalite(picture)),
        (_("Fin du délai d'avis (un mois au moins après l'envoi)"), _("conseils municipaux et citoyens")),
        (_("Approbation par le conseil communautaire"), intercommunalite(picture)),
        (_("Mise en ligne du rapport et de ses annexes"), intercommunalite(picture)),
    )
    heads = (Cellule(_("Étape")), Cellule(_("Qui")), Cellule(_("Date")))
    rows = tuple((Cellule(step), Cellule(who), blank) for step, who in steps)
    word.table(TableVue(_("Calendrier, à compléter"), heads, rows, ""), (8, 6, 3))
    councils = (
        Cellule(_("Commune")),
        Cellule(_("Débat au conseil municipal le")),
        Cellule(_("Avis")),
        Cellule(_("Observations")),
    )
    rows_c = tuple((Cellule(c.libelle), blank, blank, blank) for c in communes_signataires(picture))
    word.table(TableVue(_("Conseils municipaux, à compléter"), councils, rows_c, ""), (4, 4, 3, 6))
    heads = (Cellule(_("Conseil citoyen du quartier")), Cellule(_("Consulté le")), Cellule(_("Avis et contribution")))
    names = {texte(r, "qpv"): texte(r, "libelle_qpv") for r in picture.tables["quartiers-et-communes"].rows}
    own = [names[code] for code in names if code and code not in picture.contexte.qpv_a_cheval]
    rows_q = tuple((Cellule(name), blank, blank) for name in own)
    word.table(TableVue(_("Conseils citoyens, à compléter"), heads, rows_q, ""), (8, 3, 6))


def methode(word: Word, picture: Picture, numero: int) -> None:
    """Say how the figures were made, and what they cannot say."""
    word.titre(_("{n}. Méthode et limites").format(n=numero))
    annee = picture.contexte.annee
    lines = [
        _("La campagne {annee} recueille le réalisé {avant} et le prévu {annee}, qui ne s'additionnent jamais.").format(
            annee=annee, avant=annee - 1
        ),
        _("Chaque montant est compté une fois, chez l'institution qui l'apporte et pour l'ambition principale."),
        _("Prestations légales et abattement de taxe foncière sont montrés à part et n'entrent dans aucun rapport."),
        _("« Sans information » veut dire que personne ne l'a dit ; « 0 » veut dire que quelqu'un a dit zéro."),
        *picture.avertissements,
    ]
    controle = picture.controle
    if controle is not None:
        text = _("Contrôle du {jour} : {n} points à corriger, {m} à compléter.")
        if controle.jour is not None:
            lines.append(
                text.format(
                    jour=date_longue(controle.jour), n=entier(controle.a_corriger), m=entier(controle.a_completer)
                )
            )
        lines += list(controle.non_verifie)
    day = reference(picture)
    if day:
        lines.append(_("Données à la date de référence du {jour}.").format(jour=day))
    lines.append(
        _("Empreinte des données : {empreinte} ; droitcommun {version}.").format(
            empreinte=empreinte(picture), version=picture.version
        )
    )
    word.liste(lines)
