"""Slides on money: forms of mobilisation, droit commun beside specific credits, places, change since last year."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from droitcommun.graph.export.deck.marks import droit_commun_en_barres, nommer, notes
from droitcommun.graph.export.deck.plan import (
    BLEU,
    OCRE,
    ORANGE,
    VERT,
    Bloc,
    Chiffre,
    Chiffres,
    Colonne,
    Diapo,
    Graphe,
    Serie,
    Texte,
    fragment,
)
from droitcommun.graph.export.page.coverage import phrase, silence
from droitcommun.graph.formats import (
    debut_de_phrase,
    deux_points,
    ecart_keuros,
    entier,
    enumeration,
    euros,
    keuros,
    points_virgules,
    signe,
)
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.picture import CREDITS, Picture
from droitcommun.graph.pictures.figures import Montants, comparables, periodes_dites, repere_euros
from droitcommun.graph.pictures.rows import Row, entier_ou_rien, masque, montant, somme, texte

_LEGALE = "prestation-legale"
_SUR_LE_GRAPHE = frozenset(("droit_commun", "specifique", "a_qualifier"))


# Forms ---------------------------------------------------------------------------------------------------------------


def diapo_formes(picture: Picture) -> Diapo:
    """How the droit commun is mobilised: actions and amounts by form; prestations légales apart."""
    table = picture.tables["formes-de-mobilisation"]
    rows = [r for r in table.rows if texte(r, "forme") != _LEGALE and _compte(picture, r) != 0]
    names = [texte(r, "libelle_forme") or _("Forme non précisée") for r in rows]
    counts = tuple(_compte(picture, r) for r in rows)
    amounts = tuple(montant(r, "euros_dc") for r in rows)
    mots = picture.principale.mots()
    actions = Graphe(
        _("Nombre d'actions"),
        nommer(names, counts),
        (Serie(_("Actions"), counts, BLEU),),
        "comptes",
        phrase(picture, 2),
    )
    titre = _("Droit commun, {periode}").format(periode=mots)
    money = droit_commun_en_barres(titre, names, amounts, [masque(r, "euros_dc") for r in rows])
    methode = _(
        "Prestations légales à part : dues partout, elles n'entrent dans aucun rapport. "
        "Une action sans montant compte dans le nombre d'actions, pas dans les euros."
    )
    figures = [f"F-actions-{n}" for n in range(1, 5)]
    return Diapo(
        _titre_formes(picture),
        (Colonne((actions,)), Colonne((money,))),
        notes(picture, methode, ("formes-de-mobilisation",), figures),
        _legales(picture, table.rows),
    )


def _compte(picture: Picture, row: Row) -> int | None:
    return None if silence(picture) else entier_ou_rien(row, "n_actions")


def _titre_formes(picture: Picture) -> str:
    total, adapted = (picture.figures[f"F-actions-{n}"].valeur for n in (1, 2))
    if not total or not adapted:
        return phrase(picture, 2).rstrip(".")
    text = ngettext(
        "{k} action de droit commun sur {n} va plus loin que l'offre ordinaire",
        "{k} actions de droit commun sur {n} vont plus loin que l'offre ordinaire",
        int(adapted),
    )
    return text.format(k=entier(adapted), n=entier(total))


def _legales(picture: Picture, rows: Iterable[Row]) -> str:
    legal = next((r for r in rows if texte(r, "forme") == _LEGALE), None)
    n = entier_ou_rien(legal, "n_actions") if legal else None
    if not n or legal is None:
        return ""
    amount = montant(legal, "euros_dc")
    shown = keuros(amount) if amount is not None else _("montant sans information")
    text = ngettext(
        "À part : {n} action de prestations légales (RSA, salaires d'enseignants…), {montant} ({periode}).",
        "À part : {n} actions de prestations légales (RSA, salaires d'enseignants…), {montant} ({periode}).",
        n,
    )
    return text.format(n=entier(n), montant=shown, periode=picture.principale.mots())


# Droit commun beside specific credits ------------------------------------------------------------------------------


def diapo_credits(picture: Picture) -> Diapo:
    """Droit commun beside specific credits, by period, and where the two meet on the same actions."""
    known = [m for m in picture.montants if _known(m)]
    periods = [debut_de_phrase(m.periode.mots()) for m in known]
    parts = (
        (_("Droit commun"), [m.droit_commun for m in known], BLEU),
        (_("Crédits spécifiques"), [m.specifique for m in known], ORANGE),
        (_("À qualifier"), [m.a_qualifier for m in known], OCRE),
    )
    series = tuple(Serie(nom, tuple(v), c) for nom, v, c in parts if any(x is not None for x in v))
    left: Bloc = Texte((fragment(phrase(picture, 3)),))
    if known:
        left = Graphe(_("Montants déclarés"), tuple(periods), series, "keuros", phrase(picture, 3))
    dc, spec, ratio = (picture.figures[f"F-rencontre-{n}"].valeur for n in (2, 3, 4))
    right: Bloc = Texte((fragment(phrase(picture, 4)),), taille=18)
    if dc is not None and spec is not None and ratio is not None:
        mots = picture.principale.mots()
        both = _("sur les {n} actions qui ont les deux, {periode}")
        both = both.format(n=entier(picture.figures["F-rencontre-1"].valeur or 0), periode=mots)
        right = Chiffres(
            (
                Chiffre(keuros(dc), _("de droit commun"), both),
                Chiffre(keuros(spec), _("de crédits spécifiques"), _("sur les mêmes actions")),
                Chiffre(
                    euros(round(Decimal(ratio), 2)),
                    _("de droit commun pour {un} spécifique").format(un=euros(1)),
                    _("un rapport, pas une cause"),
                ),
            )
        )
    methode = _(
        "Le réalisé et le prévu ne s'additionnent pas, le droit commun et les crédits spécifiques non plus. "
        "La source du financement dit l'origine, selon la table décidée par les copilotes."
    )
    ranks = range(len(periodes_dites(picture.montants, picture.principale, picture.autre)))
    figures = [repere_euros(rank, n) for rank in ranks for n in (1, 2, 3)] + [f"F-rencontre-{n}" for n in range(1, 6)]
    return Diapo(
        _titre_credits(picture),
        (Colonne((left,), 5), Colonne((right,), 3)),
        notes(picture, methode, (CREDITS, "effet-levier"), figures),
        _remarque_credits(known),
    )


def _known(montants: Montants) -> bool:
    amounts = (montants.droit_commun, montants.specifique, montants.a_qualifier)
    return any(v is not None for v in amounts) or bool(_SUR_LE_GRAPHE & montants.masques)


def _titre_credits(picture: Picture) -> str:
    dc, spec = (picture.figures[f"F-euros-{n}"].valeur for n in (1, 2))
    states = [picture.figures[f"F-euros-{n}"].masque or _("sans information") for n in (1, 2)]
    if dc is None:
        text = _("Droit commun {periode} : {etat}")
        return text.format(periode=picture.principale.mots(), etat=states[0])
    text = _("{e} de droit commun ({periode}), crédits spécifiques : {etat}")
    if spec is not None:
        text = _("{e} de droit commun ({periode}), à côté de {s} de crédits spécifiques")
    return text.format(e=keuros(dc), s=keuros(spec or 0), periode=picture.principale.mots(), etat=states[1])


def _remarque_credits(known: Iterable[Montants]) -> str:
    known = list(known)
    apart = _("Prestations légales à part.")
    if any(_SUR_LE_GRAPHE & m.masques for m in known):
        apart += " " + _("Une barre absente : montant non montré, il dirait celui d'une institution sans visa.")
    said = [f"{entier(m.n_inconnus)} ({m.periode.mots()})" for m in known if m.n_inconnus]
    if not said:
        return apart
    return apart + " " + _("Montants inconnus, comptés nulle part : {detail}.").format(detail=enumeration(said))


# Change ------------------------------------------------------------------------------------------------------------


def diapo_evolution(picture: Picture) -> Diapo | None:
    """What moved since the campagne before, at constant respondents, by ambition; None when there is none before."""
    before = picture.contexte.annee_precedente
    if before is None or "F-evolution-2" not in picture.figures:
        return None
    common, one, two, compared, left = (picture.figures[f"F-evolution-{n}"].valeur for n in (1, 2, 3, 4, 5))
    methode = _(
        "Seules sont comparées les lignes (institution et ambition) dont le montant réalisé est connu aux deux "
        "campagnes, chez les institutions qui ont répondu aux deux : {n} lignes comparées, {m} laissées de côté."
    ).format(n=entier(compared or 0), m=entier(left or 0))
    figures = [*(f"F-evolution-{n}" for n in range(1, 6)), "F-etp-4"]
    said = notes(picture, methode, ("evolution",), figures)
    if one is None or two is None:
        text = _("Évolution depuis la campagne {annee} : sans information").format(annee=before)
        why = _("Aucun montant n'est connu les deux années.")
        if not common:
            why = _("Aucune institution n'a répondu aux deux campagnes : rien n'est comparable.")
        return Diapo(text, (Colonne((Texte((fragment(why),)),)),), said)
    change = Decimal(two) - Decimal(one)
    mots = [_("réalisé {annee}").format(annee=year - 1) for year in (before, picture.contexte.annee)]
    cards = Chiffres(
        (
            Chiffre(keuros(one), mots[0], _("campagne {annee}").format(annee=before)),
            Chiffre(keuros(two), mots[1], _("campagne {annee}").format(annee=picture.contexte.annee)),
            Chiffre(ecart_keuros(change), _("de droit commun"), _("à répondants constants")),
        )
    )
    columns: tuple[Colonne, ...] = (Colonne((cards,), 3),)
    # Where some bodies are not detailed, the parts left would not add up to the whole: they are not drawn.
    chart = None if picture.non_detailles else _ecarts(picture)
    if chart is not None:
        columns = (*columns, Colonne((chart,), 6))
    text = ngettext(
        "{d} de droit commun depuis la campagne {annee}, chez {n} institution qui a répondu les deux fois",
        "{d} de droit commun depuis la campagne {annee}, chez les {n} institutions qui ont répondu les deux fois",
        int(common or 0),
    )
    titre = text.format(d=ecart_keuros(change), annee=before, n=entier(common or 0))
    return Diapo(titre, columns, said, _etp(picture, before))


def _ecarts(picture: Picture) -> Graphe | None:
    rows = comparables(picture.tables["evolution"].rows) if "evolution" in picture.tables else []
    by_ambition: dict[str, list[Row]] = {}
    for row in rows:
        by_ambition.setdefault(texte(row, "ambition"), []).append(row)
    ambitions = [a for a in picture.contexte.ambitions if a.code in by_ambition]
    if not ambitions:
        return None
    values = tuple(somme(by_ambition[a.code], "ecart") for a in ambitions)
    names = [f"{a.code} {a.court}" for a in ambitions]
    said = [deux_points(n, ecart_keuros(v)) for n, v in zip(names, values, strict=True) if v is not None]
    titre = _("Écart par ambition principale")
    return Graphe(titre, tuple(names), (Serie(_("Écart"), values, VERT),), "ecarts", points_virgules(said) + ".")


def _etp(picture: Picture, before: int) -> str:
    figure = picture.figures.get("F-etp-4")
    if figure is None or figure.valeur is None:
        return ""
    text = _("Moyens humains : {d} ETP depuis la campagne {annee}, à répondants constants.")
    return text.format(d=signe(figure.valeur), annee=before)
