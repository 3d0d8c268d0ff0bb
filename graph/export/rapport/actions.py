"""Parts of the report on what was done and with what: returns, actions, money, staff, results, change."""

from __future__ import annotations

from decimal import Decimal

from droitcommun.graph.export.cells import vue
from droitcommun.graph.export.rapport.communes import (
    actions_chez,
    actions_de,
    communes_signataires,
    compter,
)
from droitcommun.graph.export.rapport.frame import intercommunalite, sans_reponse
from droitcommun.graph.export.views import Cellule, TableVue
from droitcommun.graph.export.word import Word
from droitcommun.graph.formats import debut_de_phrase, ecart_keuros, entier, euros
from droitcommun.graph.langue import _
from droitcommun.graph.picture import CREDITS, Picture
from droitcommun.graph.pictures.figures import (
    Montants,
    lignes_de_la_periode,
    montant_dit,
    phase_groupe,
)
from droitcommun.graph.pictures.rows import Row, entier_ou_rien, texte

_POSTES = ("plusieurs-qpv", "communal", "agglomeration", "au-dela", "non-localise")


def phrase(word: Word, picture: Picture, numero: int) -> None:
    """Write one of the ten sentences, the same as in every product."""
    found = next(p for p in picture.phrases if p.numero == numero)
    word.phrase([(f.texte, f.fort) for f in found.fragments])


def actions(word: Word, picture: Picture) -> None:
    """Say who answered, what is declared, by the EPCI, the municipalities and the other parties."""
    contexte = picture.contexte
    word.titre(_("3. Les actions menées et les moyens mobilisés"))
    word.texte(
        _(
            "Le décret demande de retracer les actions menées pour les habitants des quartiers au titre de l'année "
            "écoulée par l'intercommunalité et par les communes ; les autres signataires peuvent présenter les leurs."
        )
    )
    if sans_reponse(picture):
        word.texte(
            _(
                "Aucune institution n'a répondu à la campagne {annee} : ce chapitre est sans information. Cela ne veut "
                "pas dire que rien n'a été fait."
            ).format(annee=contexte.annee)
        )
    for numero in (1, 2):
        phrase(word, picture, numero)
    _detail_reserve(word, picture)
    word.titre(_("Par ambition"), 2)
    phrase(word, picture, 6)
    _par_ambition(word, picture)
    word.titre(_("Comment le droit commun s'adapte"), 2)
    forms = picture.tables["formes-de-mobilisation"]
    columns = ["libelle_forme", "n_actions", "n_organismes", "euros_dc"]
    title = _("Formes de mobilisation, {periode}").format(periode=picture.principale.mots())
    word.table(vue(contexte, forms, title, columns), (7, 2.5, 3, 4.5))
    word.titre(_("Les actions des communes"), 2)
    _par_commune(word, picture)
    word.titre(_("Les actions de chaque institution"), 2)
    _par_institution(word, picture)
    word.a_completer(
        intercommunalite(picture),
        _("les actions qui ont compté cette année, ce qu'elles ont changé, et celles que le recensement n'a pas vues."),
    )
    for commune in communes_signataires(picture):
        if _etat(picture, commune.organisme) == "pas-de-reponse":
            word.a_completer(
                commune.libelle_organisme, _("ses actions de l'année : elle n'a pas répondu à la campagne.")
            )


def _detail_reserve(word: Word, picture: Picture) -> None:
    if picture.non_detailles:
        text = _("{n} institutions sont dans les totaux sans être détaillées : elles n'ont pas encore donné leur visa.")
        word.texte(text.format(n=entier(picture.non_detailles)))


def _etat(picture: Picture, organisme: str) -> str:
    rows = picture.tables["retours"].rows
    return next((texte(r, "etat") for r in rows if organisme and texte(r, "organisme") == organisme), "")


def _par_ambition(word: Word, picture: Picture) -> None:
    table = picture.tables["mobilisation-par-ambition"]
    columns = ["ambition", "libelle_ambition", "n_actions", "n_organismes", "euros_dc", "euros_spec"]
    rows = lignes_de_la_periode(table, picture.principale)
    title = _("Actions et montants par ambition, {periode}").format(periode=picture.principale.mots())
    note = _("L'argent suit, en entier, l'ambition principale de l'action. Sans information ne veut pas dire zéro.")
    word.table(vue(picture.contexte, table, title, columns, rows=rows, note=note), (1.9, 5.4, 1.7, 2.4, 2.8, 2.8), 8)


def _par_commune(word: Word, picture: Picture) -> None:
    lines = []
    for commune in communes_signataires(picture):
        own, others = actions_de(picture, commune), actions_chez(picture, commune)
        lines.append(
            (
                Cellule(commune.libelle),
                Cellule(entier(len(commune.quartiers)), True),
                _declarees(picture, commune.organisme, compter(own)),
                Cellule(entier(compter(others)), True),
            )
        )
    heads = (
        Cellule(_("Commune")),
        Cellule(_("QPV, en tout ou partie"), True),
        Cellule(_("Actions déclarées par la commune"), True),
        Cellule(_("Actions des autres qui la citent, ou un de ses QPV"), True),
    )
    note = _("Une action peut citer plusieurs communes : ces nombres ne s'additionnent pas.")
    if picture.non_detailles:
        note += " " + _("Les actions des institutions sans visa sont comptées avec celles des autres.")
    word.table(TableVue(_("Les actions, commune par commune"), heads, tuple(lines), "", note), (6, 3, 4, 4))


def _declarees(picture: Picture, organisme: str, n: int) -> Cellule:
    """Say how many actions a town hall declares; silence, or a missing visa, is no zero."""
    etat = _etat(picture, organisme)
    if etat in ("repondu", "neant-declare"):
        return Cellule(entier(n), True)
    if etat == "pas-de-reponse":
        return Cellule(_("pas de réponse"), True, True)
    return Cellule(_("non détaillé") if picture.non_detailles else _("sans information"), True, True)


def _par_institution(word: Word, picture: Picture) -> None:
    table = picture.tables["retours"]
    rows = [r for r in table.rows if texte(r, "organisme")]
    columns = ["libelle_organisme", "statut_partie", "etat", "n_actions", "visa"]
    word.table(vue(picture.contexte, table, _("Réponses des institutions"), columns, rows=rows), (7, 3, 3, 2, 2), 8)


# Money and staff ------------------------------------------------------------------------------------------------------


def moyens(word: Word, picture: Picture) -> None:
    """Say the money by period and origin, by source and by place, then the staff."""
    word.titre(_("Les moyens mobilisés"), 2)
    for numero in (3, 4):
        phrase(word, picture, numero)
    _montants(word, picture)
    _sources(word, picture)
    word.titre(_("Où vont les moyens"), 2)
    phrase(word, picture, 7)
    _lieux(word, picture)
    word.titre(_("Les moyens humains"), 2)
    phrase(word, picture, 5)
    word.titre(_("Les résultats pour les habitants"), 2)
    phrase(word, picture, 8)
    word.a_completer(
        intercommunalite(picture), _("ce que ces actions ont changé pour les habitants, et comment on le sait.")
    )


def _montants(word: Word, picture: Picture) -> None:
    def cells(held: Montants) -> tuple[Cellule, ...]:
        names = ("droit_commun", "specifique", "a_qualifier", "prestations_legales", "abattement")
        shown = tuple(_montant(held, name, getattr(held, name)) for name in names)
        return (Cellule(debut_de_phrase(held.periode.mots())), *shown, Cellule(entier(held.n_inconnus), True))

    heads = (
        Cellule(_("Période")),
        Cellule(_("Droit commun"), True),
        Cellule(_("Crédits spécifiques"), True),
        Cellule(_("À qualifier"), True),
        Cellule(_("Prestations légales (à part)"), True),
        Cellule(_("Abattement de TFPB (à part)"), True),
        Cellule(_("Montants inconnus"), True),
    )
    note = _("Le réalisé et le prévu ne s'additionnent pas, le droit commun et les crédits spécifiques non plus.")
    rows = tuple(cells(held) for held in picture.montants)
    word.table(TableVue(_("Montants par période"), heads, rows, "", note), (2.2, 2.7, 2.6, 2.3, 2.9, 2.4, 1.9), 8)


def _montant(held: Montants, champ: str, value: Decimal | None) -> Cellule:
    return Cellule(montant_dit(held, champ), True, True) if value is None else Cellule(euros(value), True)


def _sources(word: Word, picture: Picture) -> None:
    table, wanted = picture.tables[CREDITS], picture.principale
    rows = [
        r for r in lignes_de_la_periode(table, wanted) if phase_groupe(texte(r, "phase")) == wanted.phase
    ]  # fmt: skip
    title = _("Par dispositif ou source, {periode}").format(periode=wanted.mots())
    columns = ["libelle_source", "origine", "phase", "euros", "n_inconnus"]
    word.table(vue(picture.contexte, table, title, columns, rows=rows), (6, 3.5, 3, 3, 2), 8)


def _lieux(word: Word, picture: Picture) -> None:
    table = picture.tables["mobilisation-par-qpv"]
    held = lignes_de_la_periode(table, picture.principale)
    buckets: list[Row] = [r for place in _POSTES for r in held if texte(r, "lieu") == place]
    rows = [*(r for r in held if texte(r, "genre") == "qpv"), *buckets]
    columns = ["libelle_lieu", "n_actions", "n_organismes", "euros_dc", "euros_spec"]
    title = _("Par quartier et poste commun, {periode}").format(periode=picture.principale.mots())
    note = _("Un montant commun à plusieurs quartiers n'est réparti entre aucun.")
    word.table(vue(picture.contexte, table, title, columns, rows=rows, note=note), (6.4, 2, 2.6, 3, 3), 8)


def evolution(word: Word, picture: Picture) -> None:
    """Say the change since the campagne before, only where both are known."""
    word.titre(_("L'évolution depuis la campagne précédente"), 2)
    before = picture.contexte.annee_precedente
    if before is None:
        word.texte(_("C'est la première campagne : il n'y a pas encore d'évolution à montrer."))
        return
    then, now = (picture.figures[f"F-evolution-{n}"] for n in (2, 3))
    bodies = entier_ou_rien({"n": picture.figures["F-evolution-1"].valeur}, "n") or 0
    if then.valeur is None or now.valeur is None:
        words = then.masque or now.masque or _("sans information")
        text = _("À répondants constants ({n} institutions), l'évolution du droit commun réalisé est : {mots}.")
        word.texte(text.format(n=entier(bodies), mots=words))
        return
    a, b = Decimal(then.valeur), Decimal(now.valeur)
    text = _(
        "À répondants constants ({n} institutions) et sur ce qui est connu les deux années, le droit commun réalisé "
        "passe de {a} (campagne {avant}) à {b} (campagne {annee}), soit {ecart}."
    )
    change = ecart_keuros(b - a)
    annee = picture.contexte.annee
    word.texte(text.format(n=entier(bodies), a=euros(a), b=euros(b), avant=before, annee=annee, ecart=change))
