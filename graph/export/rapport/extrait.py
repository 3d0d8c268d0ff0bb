"""The extract of the report for one municipality: its districts, its actions, those of others, its commitments."""

from __future__ import annotations

from collections.abc import Sequence

from droitcommun.graph.export.cells import vue
from droitcommun.graph.export.rapport.communes import (
    Commune,
    actions_chez,
    actions_de,
    communes_du_quartier,
    compter,
    n_actions_partout,
)
from droitcommun.graph.export.rapport.contrat import ecrire_indicateurs
from droitcommun.graph.export.views import Cellule, TableVue
from droitcommun.graph.export.word import Word
from droitcommun.graph.formats import date_courte, entier, enumeration
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.names import slug
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.figures import lignes_de_la_periode
from droitcommun.graph.pictures.rows import Row, texte


def ecrire_extrait(word: Word, picture: Picture, commune: Commune) -> None:
    """Write the chapters of the extract."""
    _quartiers(word, picture, commune)
    _actions(word, picture, commune)
    _engagements(word, picture, commune)
    _perspectives(word, commune)
    _debat(word, picture, commune)


def _qui(commune: Commune) -> str:
    return commune.libelle_organisme or commune.libelle


def _quartiers(word: Word, picture: Picture, commune: Commune) -> None:
    word.titre(_("1. Les quartiers prioritaires de la commune"))
    if not commune.quartiers:
        word.texte(_("Le contrat ne place aucun quartier prioritaire dans cette commune."))
    codes = {code for code, _label in commune.quartiers}
    table = picture.tables["mobilisation-par-qpv"]
    rows = [r for r in lignes_de_la_periode(table, picture.principale) if texte(r, "lieu") in codes]
    columns = ["libelle_lieu", "population", "n_actions", "n_organismes", "euros_dc", "euros_spec"]
    title = _("Ses quartiers, {periode}").format(periode=picture.principale.mots())
    note = _("Un montant commun à plusieurs quartiers n'est réparti entre aucun. Sans information n'est pas zéro.")
    if rows:
        word.table(vue(picture.contexte, table, title, columns, rows=rows, note=note), (5, 2, 2, 2.4, 2.8, 2.8), 8)
    for code, label in commune.quartiers:
        shared = [name for name in communes_du_quartier(picture, code) if name != commune.libelle]
        if shared:
            text = _("{quartier} est aussi sur {communes} : les chiffres portent sur le quartier entier.")
            word.texte(text.format(quartier=label, communes=enumeration(shared)))
    ecrire_indicateurs(word, picture, frozenset((*codes, commune.code)))
    word.a_completer(_qui(commune), _("l'évolution de la situation dans ces quartiers, avec ses sources."))


def _actions(word: Word, picture: Picture, commune: Commune) -> None:
    own, others = actions_de(picture, commune), actions_chez(picture, commune)
    word.titre(_("2. Les actions"))
    word.titre(_("Les actions de la commune"), 2)
    if _silent(picture, commune):
        word.texte(_("La commune n'a pas répondu à la campagne : ses actions sont sans information."))
        word.a_completer(_qui(commune), _("ses actions de l'année au bénéfice des habitants des quartiers."))
    elif not own:
        word.texte(_("Aucune action de la commune n'est montrée ici."))
    else:
        _liste(word, picture, own, _("Actions déclarées par la commune"), body=False)
    word.titre(_("Les actions des autres institutions"), 2)
    named = [r for r in others if texte(r, "libelle_action")]
    text = ngettext(
        "{n} action d'une autre institution cite la commune ou l'un de ses quartiers.",
        "{n} actions d'autres institutions citent la commune ou l'un de ses quartiers.",
        compter(others),
    )
    if commune.organisme and picture.non_detailles and not _nommee(picture, commune):
        text = ngettext(
            "{n} action cite la commune ou l'un de ses quartiers, celles de la commune comprises.",
            "{n} actions citent la commune ou l'un de ses quartiers, celles de la commune comprises.",
            compter(others),
        )
    word.texte(text.format(n=entier(compter(others))))
    if compter(named) < compter(others):
        text = _("{n} ne sont pas détaillées : leur institution n'a pas encore donné son visa.")
        word.texte(text.format(n=entier(compter(others) - compter(named))))
    if named:
        _liste(word, picture, named, _("Actions qui citent la commune ou ses quartiers"), body=True)
    wide = n_actions_partout(picture)
    text = ngettext(
        "S'y ajoute {n} action menée dans toute l'agglomération ou au-delà, sans lieu précis.",
        "S'y ajoutent {n} actions menées dans toute l'agglomération ou au-delà, sans lieu précis.",
        wide,
    )
    if wide:
        word.texte(text.format(n=entier(wide)))
    word.a_completer(_qui(commune), _("les actions qui ont compté cette année pour les habitants, et leurs résultats."))


def _nommee(picture: Picture, commune: Commune) -> bool:
    """False when the profile leaves the town hall without name, for want of its visa."""
    return any(texte(r, "organisme") == commune.organisme for r in picture.tables["retours"].rows)


def _silent(picture: Picture, commune: Commune) -> bool:
    rows = picture.tables["retours"].rows
    return any(texte(r, "organisme") == commune.organisme and texte(r, "etat") == "pas-de-reponse" for r in rows)


def _liste(word: Word, picture: Picture, rows: Sequence[Row], title: str, *, body: bool) -> None:
    table = picture.tables["actions-declarees"]
    columns = ["libelle_action", "libelle_organisme", "ambition", "forme"]
    heads = {"forme": _("Forme")}
    rows = sorted(rows, key=lambda r: (slug(texte(r, "libelle_organisme")), slug(texte(r, "libelle_action"))))
    shown = [c for c in columns if body or c != "libelle_organisme"]
    widths = (7, 5, 2, 3) if body else (11, 2.5, 3.5)
    word.table(vue(picture.contexte, table, title, shown, rows=rows, entetes=heads), widths, 8)


def _engagements(word: Word, picture: Picture, commune: Commune) -> None:
    word.titre(_("3. Les engagements de la commune"))
    table = picture.tables["tableau-des-engagements"]
    rows = [r for r in table.rows if commune.organisme and texte(r, "organisme") == commune.organisme]
    if not rows:
        word.texte(_("Aucun engagement de la commune n'est montré ici."))
        return
    columns = ["engagement", "libelle_engagement", "modalite", "etat", "preuves"]
    heads = {"engagement": _("Code")}
    word.table(vue(picture.contexte, table, _("Engagements et état"), columns, rows=rows, entetes=heads), None, 8)


def _perspectives(word: Word, commune: Commune) -> None:
    word.titre(_("4. Les perspectives"))
    word.a_completer(
        _qui(commune), _("les améliorations nécessaires, dont celles du droit commun, et ce que la commune demande.")
    )
    word.a_completer(
        _qui(commune),
        _(
            "si elle a reçu la dotation de solidarité urbaine l'année écoulée : les actions de développement social "
            "urbain."
        ),
    )


def _debat(word: Word, picture: Picture, commune: Commune) -> None:
    """Leave room for the opinion of the conseils citoyens, the debate of the council and its signature."""
    word.titre(_("5. Les avis et le débat"))
    word.texte(
        _(
            "Les conseils citoyens sont consultés avant ; le rapport est débattu au conseil municipal (CGCT, article "
            "L. 1111-2). Le délai pour donner un avis est d'un mois au moins (décret n° 2015-1118)."
        )
    )
    blank = Cellule("")
    lines = [
        (Cellule(_("Conseil citoyen : {nom}").format(nom=label)), blank, blank) for _code, label in commune.quartiers
    ]
    lines.append((Cellule(_("Conseil municipal")), blank, blank))
    heads = (Cellule(_("Qui")), Cellule(_("Date")), Cellule(_("Avis, observations")))
    word.table(TableVue(_("À compléter"), heads, tuple(lines), ""), (6, 3, 8))
    closed = picture.contexte.cloture
    if closed is not None:
        word.texte(_("Clôture de la campagne : {jour}.").format(jour=date_courte(closed)))
    word.signatures([_("Le maire"), _("Pour le conseil municipal")])
