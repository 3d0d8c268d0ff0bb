"""Sections of the page on money: forms of mobilisation, droit commun beside specific montants, QPV, change."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from droitcommun.graph.export.cells import vue
from droitcommun.graph.export.page.coverage import largeur, phrase, silence, vues_par_exercice
from droitcommun.graph.export.views import Barre, Bloc, Encart, Graphique, Groupe, Section, Segment
from droitcommun.graph.formats import (
    debut_de_phrase,
    entier,
    enumeration,
    keuros,
    points_virgules,
    pourcent,
)
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.names import slug
from droitcommun.graph.picture import CREDITS, Picture
from droitcommun.graph.pictures.figures import (
    Montants,
    Periode,
    lignes_de_la_periode,
    montant_dit,
    phase_groupe,
)
from droitcommun.graph.pictures.rows import Row, masque, montant, somme, texte
from droitcommun.graph.pictures.rows import entier as lire_entier

_POSTES = ("plusieurs-qpv", "communal", "agglomeration", "au-dela", "non-localise")
_SERIE = {"droit-commun": "dc", "specifique": "spec", "a-qualifier": "aq", "abattement-tfpb": "tfpb"}


def _barre_euros(
    libelle: str,
    serie: str,
    valeur: Decimal | None,
    maximum: Decimal,
    suffixe: str = "",
    code: str = "",
    masque: str | None = None,
) -> Barre:
    """A bar of k€; nothing known is hatched and said so, and so is what the profile hides (*masque*)."""
    if valeur is None:
        return Barre(libelle, (), (masque or _("sans information")) + suffixe, code, inconnu=True)
    shown = keuros(valeur)
    segment = Segment(serie, libelle, shown, largeur(float(valeur), float(maximum)))
    return Barre(libelle, (segment,) if valeur else (), shown + suffixe, code)


def _barre_colonne(
    row: Row, column: str, libelle: str, serie: str, maximum: Decimal, suffixe: str = "", code: str = ""
) -> Barre:
    """A bar of k€ from a cell; what the profile hides is hatched and said so."""
    hidden = masque(row, column)
    if hidden:
        return Barre(libelle, (), hidden + suffixe, code, inconnu=True)
    return _barre_euros(libelle, serie, montant(row, column), maximum, suffixe, code)


def _maximum(values: Sequence[Decimal | None]) -> Decimal:
    return max((v for v in values if v is not None), default=Decimal(0))


# Forms ----------------------------------------------------------------------------------------------------------


def section_formes(picture: Picture) -> Section:
    """How the droit commun is mobilised: ordinary, reinforced, adapted, new; prestations légales apart."""
    table = picture.tables["formes-de-mobilisation"]
    rows = [r for r in table.rows if texte(r, "forme") != "prestation-legale"]
    most = max((lire_entier(r, "n_actions") for r in rows), default=0)
    most_euros = _maximum([montant(r, "euros_dc") for r in rows])
    actions = tuple(_barre_forme(picture, row, most) for row in rows)
    money = tuple(_barre_colonne(row, "euros_dc", _forme(row), "dc", most_euros) for row in rows)
    mots = picture.principale.mots()
    chart = Graphique(
        _("Formes de mobilisation du droit commun"),
        (Groupe(_("Nombre d'actions"), actions), Groupe(_("Montants, {periode}").format(periode=mots), money)),
    )
    blocs: list[Bloc] = [chart]
    legal = next((r for r in table.rows if texte(r, "forme") == "prestation-legale"), None)
    if legal is not None and lire_entier(legal, "n_actions"):
        blocs.append(Encart(_legales(lire_entier(legal, "n_actions"), montant(legal, "euros_dc"), mots)))
    columns = ["libelle_forme", "n_actions", "n_actions_sans_moyen", "n_organismes", "euros_dc", "euros_a_qualifier"]
    titre = _("formes de mobilisation, {periode}").format(periode=mots)
    blocs.append(vue(picture.contexte, table, titre, columns))
    return Section("formes", _("Comment le droit commun s'adapte"), _message_formes(picture), tuple(blocs))


def _message_formes(picture: Picture) -> str:
    total, adapted = (picture.figures[f"F-actions-{n}"].valeur for n in (1, 2))
    if not total or not adapted:
        return phrase(picture, 2)
    text = ngettext(
        "{k} action de droit commun sur {n} va plus loin que l'offre ordinaire : "
        "renforcée, adaptée ou créée pour les habitants des quartiers.",
        "{k} actions de droit commun sur {n} vont plus loin que l'offre ordinaire : "
        "renforcées, adaptées ou créées pour les habitants des quartiers.",
        int(adapted),
    )
    return text.format(k=entier(adapted), n=entier(total))


def _forme(row: Row) -> str:
    return texte(row, "libelle_forme") or _("Forme non précisée")


def _barre_forme(picture: Picture, row: Row, most: int) -> Barre:
    if silence(picture):
        return Barre(_forme(row), (), _("sans information"), inconnu=True)
    n = lire_entier(row, "n_actions")
    text = ngettext("{n} action", "{n} actions", n).format(n=entier(n))
    return Barre(_forme(row), (Segment("dc", _forme(row), text, largeur(n, most)),) if n else (), text)


def _legales(n: int, valeur: Decimal | None, mots: str) -> str:
    text = ngettext(
        "À part : {n} action relève de prestations légales (RSA, salaires d'enseignants…), {montant}. "
        "Elles sont dues partout : elles n'entrent dans aucun rapport.",
        "À part : {n} actions relèvent de prestations légales (RSA, salaires d'enseignants…), {montant}. "
        "Elles sont dues partout : elles n'entrent dans aucun rapport.",
        n,
    )
    amount = _("montant sans information")
    if valeur is not None:
        amount = _("{montant} ({periode})").format(montant=keuros(valeur), periode=mots)
    return text.format(n=entier(n), montant=amount)


# Droit commun beside specific credits ------------------------------------------------------------------------------


def section_credits(picture: Picture) -> Section:
    """Droit commun beside specific montants, by period then by source; what is apart stays apart."""
    known = [c for c in picture.montants if _values(c) or any(_masque(c, n) for n in ("droit_commun", "specifique"))]
    maximum = _maximum([v for c in known for v in _values(c)])
    groups = tuple(_groupe_credits(c, maximum) for c in known)
    legend = (
        ("dc", _("droit commun, hors prestations légales")),
        ("spec", _("crédits spécifiques de la politique de la ville")),
        ("aq", _("à qualifier : source à trancher par les copilotes, ou forme de l'action à préciser")),
    )
    blocs: list[Bloc] = []
    if groups:
        note = _("Le réalisé et le prévu ne s'additionnent pas, le droit commun et les crédits spécifiques non plus.")
        blocs.append(Graphique(_("Droit commun et crédits spécifiques"), groups, legend, note))
        held = {c.periode for c in known}
        if not any(masque(row, "libelle_source") for row in picture.tables[CREDITS].rows):
            blocs.append(_sources(picture, picture.principale if picture.principale in held else known[0].periode))
        blocs.extend(Encart(text) for text in _a_part(picture.montants))
        blocs.extend(Encart(text) for text in _sans_lieu_ni_ambition(picture))
    elif picture.figures["F-euros-1"].masque:
        blocs.append(Encart(phrase(picture, 3)))
    else:
        blocs.append(Encart(_("Aucun montant n'est connu : ni droit commun, ni crédits spécifiques."), alerte=True))
    columns = ["libelle_source", "origine", "exercice", "phase", "euros", "euros_prestations_legales"]
    columns += ["n_moyens", "n_inconnus"]
    blocs.append(vue(picture.contexte, picture.tables[CREDITS], _("montants par dispositif ou source"), columns))
    titre = _("Droit commun et crédits spécifiques")
    return Section("credits", titre, phrase(picture, 3), tuple(blocs))


def _values(montants: Montants) -> list[Decimal]:
    found = (montants.droit_commun, montants.specifique, montants.a_qualifier)
    return [value for value in found if value is not None]


def _groupe_credits(montants: Montants, maximum: Decimal) -> Groupe:
    bars = [
        _barre_euros(_("Droit commun"), "dc", montants.droit_commun, maximum, masque=_masque(montants, "droit_commun")),
        _barre_euros(
            _("Crédits spécifiques"), "spec", montants.specifique, maximum, masque=_masque(montants, "specifique")
        ),
    ]
    hidden = _masque(montants, "a_qualifier")
    if montants.a_qualifier is not None or hidden:
        bars.append(_barre_euros(_("À qualifier"), "aq", montants.a_qualifier, maximum, masque=hidden))
    note = ""
    if montants.n_inconnus:
        note = ngettext(
            "{n} montant inconnu n'est compté nulle part.",
            "{n} montants inconnus ne sont comptés nulle part.",
            montants.n_inconnus,
        ).format(n=entier(montants.n_inconnus))
    return Groupe(debut_de_phrase(montants.periode.mots()), tuple(bars), note)


def _masque(montants: Montants, champ: str) -> str | None:
    return montant_dit(montants, champ) if champ in montants.masques else None


def _sources(picture: Picture, periode: Periode) -> Graphique:
    """One bar a source for one period, by origin, the largest first."""
    titles = {
        "droit-commun": _("Droit commun"),
        "specifique": _("Crédits spécifiques"),
        "a-qualifier": _("À qualifier"),
    }
    found: dict[tuple[str, str], list[Row]] = {}
    for row in lignes_de_la_periode(picture.tables[CREDITS], periode):
        if phase_groupe(texte(row, "phase")) == periode.phase:
            found.setdefault((texte(row, "origine"), texte(row, "libelle_source")), []).append(row)
    sums = {key: somme(rows, "euros") for key, rows in found.items()}
    known = {key: value for key, value in sums.items() if value is not None and key[0] in titles}
    maximum = _maximum(list(known.values()))
    groups = []
    for origine, heading in titles.items():
        kept = sorted(((v, source) for (o, source), v in known.items() if o == origine), key=lambda i: (-i[0], i[1]))
        bars = [_barre_euros(source or _("Source non précisée"), _SERIE[origine], v, maximum) for v, source in kept]
        if bars:
            groups.append(Groupe(heading, tuple(bars)))
    titre = _("Par dispositif ou source, {periode}").format(periode=periode.mots())
    return Graphique(titre, tuple(groups))


def _a_part(montants: Sequence[Montants]) -> list[str]:
    """Say prestations légales and TFPB abatement, which enter no total."""
    legal = [(c.periode.mots(), c.prestations_legales) for c in montants if c.prestations_legales is not None]
    tfpb = [(c.periode.mots(), c.abattement) for c in montants if c.abattement is not None]
    said = []
    if legal:
        text = _("À part, les prestations légales (RSA, salaires d'enseignants…) : {detail}.")
        said.append(text.format(detail=_detail(legal)))
    if tfpb:
        text = _("À part, l'abattement de taxe foncière (TFPB) des bailleurs, qui n'est pas un crédit : {detail}.")
        said.append(text.format(detail=_detail(tfpb)))
    return said


def _sans_lieu_ni_ambition(picture: Picture) -> list[str]:
    """Say, by period, the money that no place and no ambition holds; the origins are never added."""
    buckets = (
        ("mobilisation-par-qpv", "lieu", "non-localise", _("Non localisé")),
        ("mobilisation-par-ambition", "ambition", "sans-ambition", _("Sans ambition")),
    )
    said = []
    for name, column, code, libelle in buckets:
        parts = []
        for table in (picture.tables[name], picture.tables[f"{name}:autre"]):
            for row in (r for r in table.rows if texte(r, column) == code):
                amounts = [words.format(e=keuros(v)) for c, words in _origines() if (v := montant(row, c))]
                if amounts:
                    mots = Periode(str(table.parameters["phase"]), lire_entier(row, "exercice")).mots()
                    parts.append(f"{mots}, {enumeration(amounts)}")
        if parts:
            said.append(_("{poste} : {detail}.").format(poste=libelle, detail=points_virgules(parts)))
    return said


def _origines() -> tuple[tuple[str, str], ...]:
    return (
        ("euros_dc", _("{e} de droit commun")),
        ("euros_spec", _("{e} de crédits spécifiques")),
        ("euros_a_qualifier", _("{e} à qualifier")),
    )


def _detail(amounts: Sequence[tuple[str, Decimal]]) -> str:
    return points_virgules(f"{mots}, {keuros(value)}" for mots, value in amounts)


def section_rencontre(picture: Picture) -> Section:
    """Droit commun and specific credits on the same actions. A ratio is no cause."""
    table = picture.tables["effet-levier"]
    rows = [r for r in table.rows if texte(r, "organisme")]
    note = _("Ce rapport dit ce qui se trouve sur les mêmes actions ; il ne dit pas que l'un entraîne l'autre.")
    columns = ["libelle_action", "euros_dc", "euros_spec", "ratio", "n_moyens_dc"]
    titre = _("actions qui ont des crédits spécifiques, {periode}").format(periode=picture.principale.mots())
    view = vue(picture.contexte, table, titre, columns, rows=rows)
    blocs: list[Bloc] = [view] if rows else []
    dc, spec = picture.figures["F-rencontre-2"].valeur, picture.figures["F-rencontre-3"].valeur
    if dc is not None and spec is not None:
        maximum = max(Decimal(dc), Decimal(spec))
        bars = (
            _barre_euros(_("Droit commun"), "dc", Decimal(dc), maximum),
            _barre_euros(_("Crédits spécifiques"), "spec", Decimal(spec), maximum),
        )
        titre = _("Sur les actions qui ont les deux, {periode}").format(periode=picture.principale.mots())
        blocs.insert(0, Graphique(titre, (Groupe("", bars),), note=note))
    return Section("rencontre", _("Là où les deux se rejoignent"), phrase(picture, 4), tuple(blocs))


# QPV ------------------------------------------------------------------------------------------------------------


def section_lieux(picture: Picture) -> Section:
    """Droit commun by QPV, then the buckets that belong to no single QPV. Nothing is spread."""
    table = picture.tables["mobilisation-par-qpv"]
    rows = lignes_de_la_periode(table, picture.principale)
    rows = sorted(rows, key=lambda r: slug(texte(r, "libelle_lieu")))
    local = [r for r in rows if texte(r, "genre") == "qpv"]
    straddling = picture.contexte.qpv_a_cheval
    buckets = [r for place in _POSTES for r in rows if texte(r, "lieu") == place]
    note = _("Montants qui ne se rattachent pas à un seul quartier : ils ne sont pas répartis.")
    own = [r for r in local if texte(r, "lieu") not in straddling]
    parts = (
        (_("Dans un quartier précis"), own, ""),
        (_("Quartiers à cheval sur une autre intercommunalité"), [r for r in local if r not in own], ""),
        (_("Postes communs"), buckets, note),
    )
    maximum = _maximum([montant(r, "euros_dc") for r in rows])
    groups = [Groupe(t, tuple(_barre_lieu(picture, r, maximum) for r in kept), n) for t, kept, n in parts if kept]
    mots = picture.principale.mots()
    chart = Graphique(_("Droit commun par lieu, {periode}").format(periode=mots), tuple(groups))
    columns = ["libelle_lieu", "genre", "population", "n_actions", "n_organismes", "euros_dc", "euros_spec"]
    columns += ["euros_a_qualifier", "euros_prestations_legales", "etp", "exercice"]
    views = vues_par_exercice(picture, table, _("moyens par quartier, {periode}"), columns)
    message = _message_lieux(picture)
    return Section("lieux", _("Où va le droit commun"), message, (chart, *views))


def _message_lieux(picture: Picture) -> str:
    if picture.figures["F-qpv-4"].valeur is None:
        return _("Le droit commun par quartier est sans information.")
    share = pourcent(picture.figures["F-qpv-4"].valeur or 0, 100)
    said = _("{p} du droit commun ({periode}) est connu quartier par quartier. ")
    return said.format(p=debut_de_phrase(share), periode=picture.principale.mots()) + _(
        "Un montant n'est montré dans un quartier que si l'institution l'a donné pour ce quartier, "
        "ou si l'action n'en concerne qu'un. Le reste est dans les postes communs."
    )


def _barre_lieu(picture: Picture, row: Row, maximum: Decimal) -> Barre:
    n, value = lire_entier(row, "n_actions"), montant(row, "euros_dc")
    actions = ngettext("{n} action", "{n} actions", n).format(n=entier(n))
    label = texte(row, "libelle_lieu")
    if value is not None or masque(row, "euros_dc"):
        return _barre_colonne(row, "euros_dc", label, "dc", maximum, f" · {actions}" if n else "")
    known = [words.format(e=keuros(v)) for c, words in _origines() if (v := montant(row, c)) is not None]
    if known:
        text = _("aucun droit commun connu ; {autres}").format(autres=enumeration(known))
        return Barre(label, (), f"{text} · {actions}" if n else text, inconnu=True)
    if n:
        return Barre(label, (), _("aucun montant connu · {actions}").format(actions=actions), inconnu=True)
    if silence(picture) or texte(row, "genre") == "commun":
        return Barre(label, (), _("sans information"), inconnu=True)
    return Barre(label, (), _("aucune action déclarée"))
