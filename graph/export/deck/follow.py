"""Slides on commitments, inhabitants, decisions and method."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from droitcommun.graph.export.cells import etat_de_decision
from droitcommun.graph.export.deck.marks import notes
from droitcommun.graph.export.deck.plan import (
    AMBRE,
    BLEU,
    CLAIR,
    GRIS,
    OCRE,
    Bloc,
    Case,
    Chiffre,
    Chiffres,
    Colonne,
    Diapo,
    Graphe,
    Serie,
    Tableau,
    Texte,
    fragment,
)
from droitcommun.graph.export.page.coverage import phrase
from droitcommun.graph.formats import (
    date_courte,
    date_longue,
    deux_points,
    entier,
    enumeration,
    nombre,
    points_virgules,
    pourcent,
)
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.figures import Figure, decisions_ouvertes, en_retard
from droitcommun.graph.pictures.rows import Row, somme_dite, texte
from droitcommun.graph.words import etats_engagement, gravites

_COULEURS = {"constate": BLEU, "en-cours": CLAIR, "pas-encore": OCRE, "sans-information": GRIS}
_DECISIONS = 6


# Commitments ---------------------------------------------------------------------------------------------------------


def diapo_engagements(picture: Picture) -> Diapo:
    """The state of the commitments, by family of the contract."""
    table = picture.tables["tableau-des-engagements"]
    words = etats_engagement()
    counts = [
        (label, Counter(texte(r, "etat") or "sans-information" for r in rows)) for label, rows in _familles(picture)
    ]
    series = tuple(
        Serie(words[etat], tuple(count[etat] for _label, count in counts), couleur)
        for etat, couleur in _COULEURS.items()
    )
    chart: Bloc = Texte((fragment(phrase(picture, 9)),))
    if counts:
        titre = _("Engagements par famille, une unité par institution et par engagement")
        chart = Graphe(titre, tuple(label for label, _c in counts), series, "comptes", phrase(picture, 9), empile=True)
    methode = _("« Sans information » ne veut pas dire non tenu : personne ne s'est encore prononcé.")
    figures = [f"F-engagements-{n}" for n in range(1, 7)]
    return Diapo(
        _titre_engagements(picture),
        (Colonne((chart,)),),
        notes(picture, methode, (table.query.name,), figures),
        methode,
    )


def _familles(picture: Picture) -> list[tuple[str, list[Row]]]:
    """Gather the commitments by family; a contract without families is shown commitment by commitment."""
    rows = picture.tables["tableau-des-engagements"].rows
    found: list[tuple[str, list[Row]]] = [
        (family.libelle, [r for r in rows if texte(r, "engagement") in family.engagements])
        for family in picture.contexte.familles
    ]
    held = {code for family in picture.contexte.familles for code in family.engagements}
    alone: dict[str, list[Row]] = {}
    for row in rows:
        if texte(row, "engagement") not in held:
            alone.setdefault(f"{texte(row, 'engagement')} {texte(row, 'libelle_engagement')}", []).append(row)
    return [(label, kept) for label, kept in (*found, *sorted(alone.items())) if kept]


def _titre_engagements(picture: Picture) -> str:
    total, done, unknown = (picture.figures[f"F-engagements-{n}"].valeur for n in (1, 2, 4))
    if not total or unknown == total:
        return _("Engagements : sans information")
    text = ngettext("{n} engagement constaté sur {total}", "{n} engagements constatés sur {total}", int(done or 0))
    text = text.format(n=entier(done or 0), total=entier(total))
    return text + (_(" ; {n} sans information").format(n=entier(unknown)) if unknown else "")


# Inhabitants ---------------------------------------------------------------------------------------------------------


def diapo_habitants(picture: Picture) -> Diapo:
    """Inhabitants reached, and staff by source."""
    figures = picture.figures
    known, total = (figures[f"F-habitants-{n}"].valeur for n in (2, 3))
    basis = ""
    if known is not None and total is not None:
        text = ngettext(
            "connues pour {n} action sur {total} déclarées",
            "connues pour {n} actions sur {total} déclarées",
            int(known),
        )
        basis = text.format(n=entier(known), total=entier(total))
    cards = (
        Chiffre(_nombre(figures["F-habitants-1"]), _("participations d'habitants des QPV"), basis),
        Chiffre(_part(figures["F-habitants-4"]), _("de femmes"), _base(figures["F-habitants-5"])),
        Chiffre(_part(figures["F-habitants-6"]), _("de moins de 25 ans"), _base(figures["F-habitants-7"])),
    )
    columns: tuple[Colonne, ...] = (Colonne((Chiffres(cards),), 4),)
    chart = _postes(picture)
    if chart is not None:
        columns = (*columns, Colonne((chart,), 6))
    methode = _(
        "Une même personne peut être comptée dans plusieurs actions : ce sont des participations. "
        "Les parts portent sur les seules actions qui donnent les deux nombres."
    )
    ids = [f"F-habitants-{n}" for n in range(1, 8)] + [f"F-etp-{n}" for n in range(1, 4)]
    said = notes(picture, methode, ("resultats-habitants", "moyens-humains"), ids)
    return Diapo(_titre_habitants(picture), columns, said, phrase(picture, 5))


def _titre_habitants(picture: Picture) -> str:
    found = picture.figures["F-habitants-1"]
    if found.valeur is None and not found.masque:
        return _("Habitants des QPV touchés par les actions : sans information")
    text = ngettext(
        "{n} participation d'habitants des QPV aux actions",
        "{n} participations d'habitants des QPV aux actions",
        int(found.valeur or 2),
    )
    return text.format(n=_nombre(found)) + _etp_du_titre(picture)


def _etp_du_titre(picture: Picture) -> str:
    value = picture.figures["F-etp-1"].valeur
    return "" if value is None else _(", et {n} ETP de proximité").format(n=nombre(value))


def _nombre(figure: Figure) -> str:
    if figure.valeur is None:
        return figure.masque or _("sans information")
    return entier(figure.valeur)


def _part(figure: Figure) -> str:
    if figure.valeur is None:
        return figure.masque or _("sans information")
    return pourcent(figure.valeur, 100)


def _base(figure: Figure) -> str:
    if figure.valeur is None:
        return ""
    text = ngettext("connu pour {n} action", "connu pour {n} actions", int(figure.valeur))
    return text.format(n=entier(figure.valeur))


def _postes(picture: Picture) -> Graphe | None:
    by_source: dict[str, list[Row]] = {}
    for row in picture.tables["moyens-humains"].rows if "moyens-humains" in picture.tables else ():
        by_source.setdefault(texte(row, "source"), []).append(row)
    sums = [(_source(picture, code), *somme_dite(rows, "etp")) for code, rows in by_source.items()]
    if not sums:
        return None
    ordered = sorted(sums, key=lambda item: (item[1] is None, -(item[1] or Decimal(0)), item[0]))
    names = [name if value is not None else deux_points(name, words) for name, value, words in ordered]
    titre = _("Moyens humains par dispositif, {periode}").format(periode=picture.principale.mots())
    values = tuple(value for _name, value, _words in ordered)
    return Graphe(titre, tuple(names), (Serie(_("ETP"), values, BLEU),), "etp", phrase(picture, 5))


def _source(picture: Picture, code: str) -> str:
    return picture.contexte.mot("source-financement", code) if code else _("Source non précisée")


# Decisions -----------------------------------------------------------------------------------------------------------


def diapo_decisions(picture: Picture) -> Diapo:
    """What was decided last year and where it stands, what is asked today."""
    before = picture.contexte.annee_precedente
    blocs: list[Bloc] = []
    if before is not None:
        past = _rows(picture, "decisions:precedente")
        titre = _("Décisions de {annee} : où elles en sont").format(annee=before)
        none = _("Aucune décision n'est enregistrée pour la campagne {annee}.").format(annee=before)
        blocs.append(_decisions(titre, past, none, picture.contexte.reference))
    rows = _rows(picture, "decisions")
    asked = decisions_ouvertes(picture.tables["decisions"]) if rows else []
    titre = _("Décisions de {annee}").format(annee=picture.contexte.annee)
    none = _("Aucune décision n'est enregistrée pour la campagne {annee}.").format(annee=picture.contexte.annee)
    ordered = [*asked, *(r for r in rows if r not in asked)]
    blocs.append(_decisions(titre, ordered, none, picture.contexte.reference))
    methode = _("Une décision sans état dit est à faire ; chacune a un responsable et une échéance, ou le dit.")
    said = notes(picture, methode, ("decisions:precedente", "decisions"), [f"F-decisions-{n}" for n in range(1, 5)])
    return Diapo(_titre_decisions(picture, asked, rows), (Colonne(tuple(blocs)),), said)


def _rows(picture: Picture, name: str) -> Sequence[Row]:
    return picture.tables[name].rows if name in picture.tables else ()


def _titre_decisions(picture: Picture, asked: Sequence[Row], rows: Sequence[Row]) -> str:
    if not rows:
        return _("Décisions : aucune n'est enregistrée pour la campagne {annee}").format(annee=picture.contexte.annee)
    if not asked:
        return _("Toutes les décisions de {annee} sont réalisées ou abandonnées").format(annee=picture.contexte.annee)
    text = ngettext(
        "{n} décision demandée au comité de pilotage", "{n} décisions demandées au comité de pilotage", len(asked)
    )
    return text.format(n=entier(len(asked)))


def _decisions(titre: str, rows: Sequence[Row], none: str, jour: date | None) -> Bloc:
    if not rows:
        return Texte((fragment(none),), titre, taille=18)
    lines = [
        (
            Case(texte(r, "titre") or texte(r, "code_decision")),
            Case(texte(r, "libelle_organisme") or _("à désigner")),
            Case(date_courte(day) if isinstance(day := r.get("echeance"), date) else _("à fixer")),
            Case(etat_de_decision(r, jour), AMBRE if en_retard(r, jour) else ""),
        )
        for r in rows[:_DECISIONS]
    ]
    if len(rows) > _DECISIONS:
        rest = len(rows) - _DECISIONS
        text = ngettext(
            "… et {n} autre, dans le relevé de décisions", "… et {n} autres, dans le relevé de décisions", rest
        )
        lines.append((Case(text.format(n=entier(rest))), Case(""), Case(""), Case("")))
    heads = (_("Décision"), _("Responsable"), _("Échéance"), _("État"))
    part = len(lines) + 1
    return Tableau(titre, heads, tuple(lines), (5.6, 3, 1.3, 2.1), titre, taille=14, part=part)


# Method --------------------------------------------------------------------------------------------------------------


def diapo_methode(picture: Picture) -> Diapo:
    """How to read the figures, and what they cannot say."""
    annee = picture.contexte.annee
    reading = (
        _("Réalisé {avant} et prévu {annee} : jamais additionnés.").format(avant=annee - 1, annee=annee),
        _("Un montant est compté une fois, chez l'institution qui l'apporte."),
        _("« Actions déclarées » les compte toutes ; « de droit commun », ni les prestations légales ni les autres."),
        _("Prestations légales et abattement de taxe foncière : à part."),
        _("Rien n'est réparti entre quartiers au prorata de la population."),
        _("« Sans information » n'est pas zéro ; « 0 » veut dire que quelqu'un a dit zéro."),
        _("Montants arrondis en milliers d'euros (k€) ; exacts dans le classeur."),
    )
    columns = [Colonne((Texte(tuple(fragment(t) for t in reading), _("Comment lire"), puces=True, taille=18),))]
    limits = _limites(picture)
    if limits:
        columns.append(Colonne((Texte(tuple(fragment(t) for t in limits), _("Limites"), puces=True, taille=18),)))
    contexte = picture.contexte
    methode = _("Chaque chiffre a un repère (« F-euros-1 ») : le même sur la page, dans le classeur et ici.")
    said = list(notes(picture, methode, (), ()))
    if picture.controle is not None and picture.controle.non_verifie:
        said.insert(
            1, _("Ce que l'outil ne vérifie pas : {liste}").format(liste=points_virgules(picture.controle.non_verifie))
        )
    remark = ""
    if contexte.reference:
        remark = _("Données à la date de référence du {jour}.").format(jour=date_longue(contexte.reference))
    return Diapo(
        _("Méthode et limites : ce que ces chiffres disent, et ne disent pas"), tuple(columns), tuple(said), remark
    )


def _limites(picture: Picture) -> list[str]:
    limits = []
    n = picture.contexte.n_reserves
    if n:
        text = ngettext(
            "{n} cellule illisible, gardée telle quelle et comptée nulle part.",
            "{n} cellules illisibles, gardées telles quelles et comptées nulle part.",
            n,
        )
        limits.append(text.format(n=entier(n)))
    controle = picture.controle
    if controle is not None:
        words = gravites()
        counts = (
            (controle.a_corriger, "violation"),
            (controle.a_completer, "warning"),
            (controle.pour_information, "info"),
        )
        detail = enumeration([f"{entier(n)} {words[g]}" for n, g in counts])
        limits.append(_("Constats du contrôle : {detail}.").format(detail=detail))
        if controle.doublons:
            text = ngettext(
                "{n} ligne identique à une autre, à confirmer.",
                "{n} lignes identiques à une autre, à confirmer.",
                len(controle.doublons),
            )
            limits.append(text.format(n=entier(len(controle.doublons))))
    # « Données fictives » is on every slide: it need not be said again here.
    return limits + [text for text in picture.avertissements if text != _("Données fictives.")]
