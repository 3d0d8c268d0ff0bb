"""Sections of the page on people, commitments, governance, gaps and method."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from droitcommun.graph.export.cells import commande, vue
from droitcommun.graph.export.page.axes import section_axes
from droitcommun.graph.export.page.constats import tables_des_constats
from droitcommun.graph.export.page.coverage import largeur, phrase, silence
from droitcommun.graph.export.page.figures import section_decisions, table_des_chiffres
from droitcommun.graph.export.views import (
    Barre,
    Bloc,
    Cellule,
    Encart,
    Graphique,
    Groupe,
    Liste,
    Section,
    Segment,
    TableVue,
)
from droitcommun.graph.formats import date_longue, debut_de_phrase, entier, enumeration, keuros, nombre, pourcent
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.figures import (
    REMPLACE,
    Periode,
    actifs_par_ambition,
    organismes_par_ambition,
    phase_groupe,
    qpv_sans_action,
)
from droitcommun.graph.pictures.rows import Row, entier_ou_rien, somme, somme_dite, texte
from droitcommun.graph.words import etats_engagement, gravites

_SERIES_ENGAGEMENT = {"constate": "dc", "en-cours": "clair", "pas-encore": "neant", "sans-information": "attente"}


# Inhabitants and staff ---------------------------------------------------------------------------------------------


def section_habitants(picture: Picture) -> Section:
    """Inhabitants reached, and staff by source."""
    contexte = picture.contexte
    staff = picture.tables["moyens-humains"]
    by_source: dict[str, list[Row]] = {}
    for row in staff.rows:
        by_source.setdefault(texte(row, "source"), []).append(row)
    sums = [(_source(picture, code), *somme_dite(rows, "etp")) for code, rows in by_source.items()]
    most = max((v for _label, v, _words in sums if v is not None), default=Decimal(0))
    ordered = sorted(sums, key=lambda item: (item[1] is None, -(item[1] or 0), item[0]))
    bars = tuple(_barre_etp(label, value, most, words) for label, value, words in ordered)
    mots = picture.principale.mots()
    blocs: list[Bloc] = [
        *_parts(picture),
        vue(contexte, picture.tables["resultats-habitants"], _("habitants touchés"), _HABITANTS),
    ]
    if bars:
        blocs.append(Encart(phrase(picture, 5)))
        heading = _("Moyens humains par dispositif ou source, {periode}").format(periode=mots)
        blocs.append(Graphique(heading, (Groupe("", bars),)))
        columns = ["libelle_organisme", "qpv", "source", "etp"]
        titre = _("moyens humains, {periode}").format(periode=mots)
        heads = {"qpv": _("QPV ou poste commun"), "source": _("Dispositif ou source")}
        rows = _nommer(staff.rows, "qpv", _lieux(picture))
        blocs.append(vue(contexte, staff, titre, columns, rows=rows, entetes=heads))
    return Section("habitants", _("Habitants et moyens humains"), phrase(picture, 8), tuple(blocs))


def _parts(picture: Picture) -> list[Bloc]:
    """Bars of what is known of the inhabitants: for how many actions, and which shares."""
    if silence(picture):
        return []
    figures = picture.figures
    known, total = (int(figures[f"F-habitants-{n}"].valeur or 0) for n in (2, 3))
    text = ngettext(
        "connues pour {n} action sur {total} déclarées", "connues pour {n} actions sur {total} déclarées", known
    )
    said = text.format(n=entier(known), total=entier(total))
    label = _("Participations d'habitants")
    bars = [Barre(label, (Segment("dc", label, said, largeur(known, total)),) if known else (), said)]
    for n, words in ((4, _("dont femmes")), (6, _("dont moins de 25 ans"))):
        figure = figures[f"F-habitants-{n}"]
        if figure.valeur is None:
            bars.append(Barre(words, (), figure.masque or _("sans information"), inconnu=True))
        else:
            share = pourcent(figure.valeur, 100)
            bars.append(Barre(words, (Segment("clair", words, share, float(figure.valeur)),), share))
    return [Graphique(_("Ce que l'on sait des habitants touchés"), (Groupe("", tuple(bars)),))]


_HABITANTS = (
    "n_actions", "n_actions_connues", "habitants", "n_actions_femmes", "femmes", "n_actions_jeunes", "moins_25",
)  # fmt: skip


def _lieux(picture: Picture) -> dict[str, str]:
    rows = picture.tables["mobilisation-par-qpv"].rows + picture.tables["mobilisation-par-qpv:autre"].rows
    return {texte(r, "lieu"): texte(r, "libelle_lieu") for r in rows}


def _institutions(picture: Picture) -> dict[str, str]:
    return {texte(r, "organisme"): texte(r, "libelle_organisme") for r in picture.tables["retours"].rows}


def _nommer(rows: Iterable[Row], column: str, names: Mapping[str, str]) -> list[Row]:
    """Put names where a table gives codes."""
    return [{**row, column: names.get(texte(row, column), row.get(column))} for row in rows]


def _source(picture: Picture, code: str) -> str:
    return picture.contexte.mot("source-financement", code) if code else _("Source non précisée")


def _barre_etp(libelle: str, value: Decimal | None, most: Decimal, inconnu: str) -> Barre:
    if value is None:
        return Barre(libelle, (), inconnu, inconnu=True)
    text = _("{n} ETP").format(n=nombre(value))
    return Barre(libelle, (Segment("dc", libelle, text, largeur(float(value), float(most))),), text)


# Commitments -------------------------------------------------------------------------------------------------------


def section_engagements(picture: Picture) -> Section:
    """The state of each commitment of the contract, over the bodies it applies to."""
    table = picture.tables["tableau-des-engagements"]
    groups: dict[str, list[Row]] = {}
    for row in table.rows:
        groups.setdefault(texte(row, "engagement"), []).append(row)
    words = etats_engagement()
    bars, lines = dict[str, Barre](), []
    for code, rows in sorted(groups.items()):
        etats = [texte(r, "etat") or "sans-information" for r in rows]
        counts = {etat: etats.count(etat) for etat in words}
        label = texte(rows[0], "libelle_engagement")
        bars[code] = _barre_engagement(code, label, counts)
        cells = [Cellule(f"{code} {label}"), *(Cellule(entier(n), numerique=True) for n in counts.values())]
        lines.append(tuple(cells))
    legend = tuple((serie, words[etat]) for etat, serie in _SERIES_ENGAGEMENT.items())
    note = _("Un engagement « sans information » n'est pas un engagement non tenu : personne ne s'est encore prononcé.")
    chart = Graphique(_("État des engagements, par famille"), _familles(picture, bars), legend, note)
    heads = (Cellule(_("Engagement")), *(Cellule(debut_de_phrase(w), numerique=True) for w in words.values()))
    view = TableVue(_("engagements par état"), heads, tuple(lines), commande(table))
    blocs: tuple[Bloc, ...] = (chart, view) if bars else ()
    return Section("engagements", _("Les engagements"), phrase(picture, 9), blocs)


def _familles(picture: Picture, bars: Mapping[str, Barre]) -> tuple[Groupe, ...]:
    """Gather the bars of commitments by family of the contract, in its order; those of no family last."""
    groups, left = [], dict(bars)
    for famille in picture.contexte.familles:
        found = tuple(left.pop(code) for code in famille.engagements if code in left)
        if found:
            groups.append(Groupe(famille.libelle, found))
    if left:
        groups.append(Groupe(_("Autres engagements") if groups else "", tuple(left.values())))
    return tuple(groups)


def _barre_engagement(code: str, label: str, counts: dict[str, int]) -> Barre:
    words = etats_engagement()
    total = sum(n for etat, n in counts.items() if etat != "sans-objet")
    segments = tuple(
        Segment(serie, words[etat], entier(counts[etat]), largeur(counts[etat], total))
        for etat, serie in _SERIES_ENGAGEMENT.items()
        if counts[etat]
    )
    text = ngettext("{n} constaté sur {total}", "{n} constatés sur {total}", counts["constate"])
    return Barre(label, segments, text.format(n=entier(counts["constate"]), total=entier(total)), code)


# Governance --------------------------------------------------------------------------------------------------------


def section_gouvernance(picture: Picture) -> Section:
    """What the contract provides for each body of governance, and what was held."""
    table = picture.tables["calendrier-des-instances"]
    held = sum(int(str(r.get("tenues") or 0)) for r in table.rows)
    text = ngettext("{n} séance tenue pendant la campagne.", "{n} séances tenues pendant la campagne.", held)
    message = text.format(n=entier(held)) if held else _("Aucune séance n'est enregistrée pour cette campagne.")
    if picture.contexte.statut == "ouverte":
        message += " " + _("La campagne est ouverte : ce qui n'a pas encore eu lieu est à venir, pas manquant.")
    columns = ["libelle_instance", "frequence_min", "frequence_max", "tenues", "dates"]
    view = vue(
        picture.contexte,
        table,
        _("calendrier des instances"),
        columns,
        note=_("« Non dit » : le contrat ne fixe pas de nombre de séances."),
        ouvert=True,
    )
    return Section("gouvernance", _("Le calendrier de la gouvernance"), message, (view,))


# Gaps --------------------------------------------------------------------------------------------------------------


def section_manques(picture: Picture) -> Section:
    """What nobody declared, what must be decided or completed."""
    blocs: list[Bloc] = []
    if not silence(picture):
        blocs += _trous(picture)
    todo = _a_reprendre(picture)
    if todo:
        blocs.append(Liste(_("À reprendre"), tuple(todo)))
    contexte, tables = picture.contexte, picture.tables
    alone, titre = tables["ambitions-sans-partenaire"], _("ambitions sans institution, ou avec une seule")
    blocs.append(vue(contexte, alone, titre, ["ambition", "libelle", "n_organismes"]))
    heads = {"source": _("Dispositif ou source"), "organisme": _("Institution")}
    if to_qualify := tables.get("moyens-a-qualifier"):
        columns = ["libelle_action", "source", "exercice", "phase", "euros"]
        blocs.append(vue(contexte, to_qualify, _("moyens à qualifier"), columns, entetes=heads))
    if incomplete := tables.get("actions-incompletes"):
        columns = ["libelle_action", "organisme", "service", "manque", "feuille", "ligne"]
        rows = _nommer(incomplete.rows, "organisme", _institutions(picture))
        blocs.append(vue(contexte, incomplete, _("actions incomplètes"), columns, rows=rows, entetes=heads))
    if gaps := tables.get("ecarts-de-couverture"):
        columns = ["libelle_organisme", "ecart", "ambition", "libelle_ambition", "n_actions", "n_engagements"]
        blocs.append(vue(contexte, gaps, _("écarts entre ce qui est dit et ce qui est fait"), columns))
    blocs += tables_des_constats(picture)
    return Section("manques", _("Ce qui manque"), _message_manques(picture), tuple(blocs))


def _message_manques(picture: Picture) -> str:
    if silence(picture):
        return _("Une case vide peut vouloir dire « rien », « pas encore » ou « personne ne l'a dit ».")
    ambitions, quartiers, actions = (
        int(picture.figures[name].valeur or 0) for name in ("F-ambitions-4", "F-qpv-3", "F-manques-1")
    )
    said = [
        ngettext("{n} ambition sans action déclarée", "{n} ambitions sans action déclarée", ambitions),
        ngettext("{n} quartier sans action déclarée", "{n} quartiers sans action déclarée", quartiers),
        ngettext("{n} action incomplète", "{n} actions incomplètes", actions),
    ]
    counts = (ambitions, quartiers, actions)
    kept = [text.format(n=entier(n)) for text, n in zip(said, counts, strict=True) if n]
    if not kept:
        return _("Chaque ambition et chaque quartier a au moins une action, et aucune action n'est incomplète.")
    return _("Il reste {detail}.").format(detail=enumeration(kept))


def _trous(picture: Picture) -> list[Bloc]:
    counts = organismes_par_ambition(picture.tables["mobilisation-par-ambition"])
    actifs = actifs_par_ambition(picture.tables["matrice-organisme-ambition"])
    ambitions = picture.contexte.ambitions
    none = [f"{a.code} {a.libelle}" for a in ambitions if not counts.get(a.code)]
    alone = []
    for a in (a for a in ambitions if counts.get(a.code) == 1):
        named = actifs.get(a.code)
        alone.append(f"{a.code} {a.libelle} ({named[0]})" if named else f"{a.code} {a.libelle}")
    shared = picture.contexte.qpv_a_cheval
    empty = [label for code, label in qpv_sans_action(picture.tables["matrice-qpv-ambition"]) if code not in shared]
    lists = (
        (_("Ambitions sans action déclarée"), none),
        (_("Ambitions portées par une seule institution"), alone),
        (_("Quartiers (QPV) sans action déclarée"), empty),
    )
    return [Liste(titre, tuple(found)) for titre, found in lists if found]


def _a_reprendre(picture: Picture) -> list[str]:
    said = []
    to_qualify = picture.tables.get("moyens-a-qualifier")
    for periode, rows in _par_periode(to_qualify.rows if to_qualify else ()).items():
        text = ngettext(
            "{n} moyen à qualifier en droit commun ou en spécifique{montant}.",
            "{n} moyens à qualifier en droit commun ou en spécifique{montant}.",
            len(rows),
        )
        amount = somme(rows, "euros")
        money = _(" ({periode})").format(periode=periode.mots())
        if amount is not None:
            money = _(" ({x}, {periode})").format(x=keuros(amount), periode=periode.mots())
        said.append(text.format(n=entier(len(rows)), montant=money))
    incomplete = picture.figures["F-manques-1"].valeur
    if incomplete:
        text = ngettext("{n} action incomplète.", "{n} actions incomplètes.", int(incomplete))
        said.append(text.format(n=entier(incomplete)))
    if picture.contexte.n_reserves:
        n = picture.contexte.n_reserves
        text = ngettext(
            "{n} cellule illisible, gardée telle quelle et comptée nulle part.",
            "{n} cellules illisibles, gardées telles quelles et comptées nulle part.",
            n,
        )
        said.append(text.format(n=entier(n)))
    return said + _constats(picture)


def _par_periode(rows: Iterable[Row]) -> dict[Periode, list[Row]]:
    """Gather rows by exercice and phase, réalisé first; what a final amount replaces is left out."""
    found: dict[Periode, list[Row]] = {}
    for row in rows:
        periode = Periode(phase_groupe(texte(row, "phase")), entier_ou_rien(row, "exercice"))
        if periode.phase != REMPLACE:
            found.setdefault(periode, []).append(row)
    order = sorted(found, key=lambda p: (p.phase != "realise", p.exercice or 0))
    return {periode: found[periode] for periode in order}


def _constats(picture: Picture) -> list[str]:
    controle = picture.controle
    if controle is None:
        return []
    words = gravites()
    counts = (
        (controle.a_corriger, words["violation"]),
        (controle.a_completer, words["warning"]),
        (controle.pour_information, words["info"]),
    )
    shown = enumeration([f"{entier(n)} {mot}" for n, mot in counts])
    if controle.a_venir:
        shown += " ; " + _("{n} à venir, jugés à la clôture").format(n=entier(controle.a_venir))
    command = f"droitcommun check {picture.contexte.annee}"
    if controle.jour is None:
        return [_("Constats du contrôle : {detail} (le détail : {commande}).").format(detail=shown, commande=command)]
    text = _("Constats du contrôle du {jour} : {detail} (le détail du jour : {commande}).")
    return [text.format(jour=date_longue(controle.jour), detail=shown, commande=command)]


# Method ------------------------------------------------------------------------------------------------------------


def section_methode(picture: Picture) -> Section:
    """How to read the page, and what it cannot say."""
    annee = picture.contexte.annee
    campagne = _("La campagne {annee} recueille le réalisé {avant} et le prévu {annee}, qui ne s'additionnent jamais.")
    reading = (
        campagne.format(annee=annee, avant=annee - 1),
        _("Chaque montant est compté une fois, chez l'institution qui l'apporte et pour l'ambition principale."),
        _("Droit commun ou spécifique : la source du financement le dit, selon la table décidée par les copilotes."),
        _compte_des_actions(picture),
        _("Prestations légales et abattement de taxe foncière sont montrés à part et n'entrent dans aucun rapport."),
        _("Aucun montant n'est réparti entre quartiers au prorata de la population."),
        _("Les moyens en personnel se lisent en équivalents temps plein (ETP), jamais convertis en euros."),
        _("« Sans information » veut dire que personne ne l'a dit ; « 0 » veut dire que quelqu'un a dit zéro."),
        _("Les institutions sont classées par ordre alphabétique ; cette page n'est pas un palmarès."),
        _("Montants arrondis en milliers d'euros (k€) dans le texte et les graphiques, exacts dans les tableaux."),
        _("Un tableau déplié s'imprime, un tableau replié ne s'imprime pas."),
    )
    blocs: list[Bloc] = [Liste(_("Comment lire"), tuple(text for text in reading if text))]
    limits = _limites(picture)
    if limits:
        blocs.append(Liste(_("Limites"), tuple(limits)))
    if picture.controle is not None and picture.controle.non_verifie:
        blocs.append(Liste(_("Ce que l'outil ne vérifie pas"), picture.controle.non_verifie))
    blocs.append(table_des_chiffres(picture))
    message = _("Chaque chiffre a un repère, une source et, pour les montants, une fiabilité dite par qui les apporte.")
    return Section("methode", _("Méthode et limites"), message, tuple(blocs))


def _compte_des_actions(picture: Picture) -> str:
    """Say why two counts of actions differ: all those declared, and those of droit commun; "" when none is known."""
    declared, ordinary = (picture.figures[name].valeur for name in ("F-habitants-3", "F-actions-1"))
    if declared is None or ordinary is None:
        return ""
    text = _(
        "{d} actions sont déclarées ; {n} sont du droit commun : les autres sont des prestations légales, ou ne "
        "reposent pas sur le droit commun. Des actions liées comptent une fois."
    )
    return text.format(d=entier(declared), n=entier(ordinary))


def _limites(picture: Picture) -> list[str]:
    limits = [*_doublons(picture), *picture.avertissements]
    gaps = [r for r in picture.tables["reconciliation"].rows if Decimal(str(r.get("ecart") or 0)) != 0]
    if gaps:
        limits.append(_("Attention : les ventilations ne retombent pas sur le total ; voyez « reconciliation »."))
    return limits


def _doublons(picture: Picture) -> list[str]:
    """Say how many rows may be counted twice, then each one with how often it comes."""
    if picture.controle is None or not picture.controle.n_doublons:
        return []
    found, total = picture.controle.doublons, picture.controle.n_doublons
    text = ngettext(
        "{n} ligne identique à une autre, comptée deux fois peut-être : à confirmer.",
        "{n} lignes identiques à une autre, comptées deux fois peut-être : à confirmer.",
        total,
    )
    said = [f"{message} (× {entier(n)})" if n > 1 else message for message, n in Counter(found).items()]
    return [text.format(n=entier(total)), *said]


def sections_de_suite(picture: Picture) -> Sequence[Section]:
    """Return the sections of this module in their order."""
    makers = (section_habitants, section_axes, section_engagements, section_gouvernance, section_manques)
    found = [make(picture) for make in (*makers, section_decisions, section_methode)]
    return [section for section in found if section is not None]
