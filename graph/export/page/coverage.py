"""Sections of the page on who answered and who acts: returns, ambitions, bodies and QPV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from droitcommun.graph.catalogue import Table
from droitcommun.graph.export.cells import commande, vue
from droitcommun.graph.export.views import (
    Barre,
    Bloc,
    Case,
    ColonneMatrice,
    Encart,
    Graphique,
    Groupe,
    GroupeMatrice,
    LigneMatrice,
    Liste,
    MatriceVue,
    Section,
    Segment,
    TableVue,
)
from droitcommun.graph.formats import entier, enumeration
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.names import slug
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.contexte import Ambition
from droitcommun.graph.pictures.figures import (
    PARTENAIRES_VOULUS,
    Periode,
    attendus,
    lignes_de_la_periode,
    non_attendus,
    organismes_par_ambition,
    qpv_sans_action,
    sans_reponse,
)
from droitcommun.graph.pictures.rows import Row, entier_ou_rien, texte
from droitcommun.graph.pictures.rows import entier as lire_entier
from droitcommun.graph.words import etats_couverture

_SYMBOLES = {"attendu-rien-declare": "!", "neant-declare": "∅", "non-concerne": "–", "pas-de-reponse": "?"}


def silence(picture: Picture) -> bool:
    """True when no body has answered."""
    return not any(picture.figures[f"F-retours-{n}"].valeur for n in (2, 5))


def phrase(picture: Picture, numero: int) -> str:
    """Return one of the ten sentences as plain text."""
    return next(p.texte for p in picture.phrases if p.numero == numero)


def largeur(value: float, maximum: float) -> float:
    """Return a width in percent of the track; the largest bar fills it."""
    return 100 * value / maximum if maximum else 0.0


# Returns --------------------------------------------------------------------------------------------------------


def section_retours(picture: Picture) -> Section:
    """Who answered, by kind of party, and who is still awaited."""
    table = picture.tables["retours"]
    groups: dict[str, list[Row]] = {}
    expected, others = attendus(table), non_attendus(table)
    for row in expected:
        groups.setdefault(texte(row, "statut_partie"), []).append(row)
    barres = [
        _barre_retours(_("Toutes les institutions attendues"), expected),
        *(_barre_retours(_statut(picture, code), rows) for code, rows in sorted(groups.items(), reverse=True)),
        *([_barre_retours(_("Institutions non attendues"), others)] if others else []),
    ]
    chart = Graphique(
        _("Réponses reçues"),
        (Groupe("", tuple(barres)),),
        (("repondu", _("a déclaré des actions")), ("neant", _("néant déclaré")), ("attente", _("pas de réponse"))),
    )
    missing = [texte(r, "libelle_organisme") for r in sans_reponse(table)]
    blocs: list[Bloc] = [chart]
    if missing and not silence(picture):
        blocs.append(Liste(_("Nous attendons encore"), tuple(sorted(missing, key=slug))))
    columns = [
        "libelle_organisme",
        "statut_partie",
        "attendu",
        "etat",
        "n_services",
        "date_reponse",
        "n_actions",
        "visa",
    ]
    named = [r for r in table.rows if texte(r, "organisme")]
    blocs.append(vue(picture.contexte, table, _("réponses par institution"), columns, rows=named))
    blocs += non_detaillees(picture)
    return Section("retours", _("Qui a répondu"), _message_retours(picture), tuple(blocs))


def non_detaillees(picture: Picture) -> list[Bloc]:
    """Say how many bodies are in the totals and have no row of their own, when the profile leaves some out."""
    if not picture.non_detailles:
        return []
    text = ngettext(
        "{n} institution est comptée dans tous les totaux mais n'est pas détaillée : "
        "elle n'a pas encore donné son visa à ce qui est écrit d'elle.",
        "{n} institutions sont comptées dans tous les totaux mais ne sont pas détaillées : "
        "elles n'ont pas encore donné leur visa à ce qui est écrit d'elles.",
        picture.non_detailles,
    )
    return [Encart(text.format(n=entier(picture.non_detailles)))]


def _message_retours(picture: Picture) -> str:
    expected, answered, nothing = (int(picture.figures[f"F-retours-{n}"].valeur or 0) for n in (1, 2, 3))
    if not answered or picture.figures["F-retours-5"].valeur:
        return phrase(picture, 1)
    text = ngettext("{r} institution sur {a} a répondu", "{r} institutions sur {a} ont répondu", answered)
    text = text.format(r=entier(answered), a=entier(expected))
    if nothing:
        detail = ngettext(
            "dont {n} pour dire qu'elle n'a aucune action à déclarer",
            "dont {n} pour dire qu'elles n'ont aucune action à déclarer",
            nothing,
        )
        text += ", " + detail.format(n=entier(nothing))
    return text + "."


def _statut(picture: Picture, code: str) -> str:
    plural = {"signataire": _("Signataires"), "partenaire": _("Partenaires")}
    return plural.get(code) or (picture.contexte.mot("statut-partie", code) if code else _("Hors du contrat"))


def _barre_retours(libelle: str, rows: Sequence[Row]) -> Barre:
    etats = [texte(r, "etat") for r in rows]
    counts = [
        ("repondu", _("a déclaré des actions"), etats.count("repondu")),
        ("neant", _("néant déclaré"), etats.count("neant-declare")),
        ("attente", _("pas de réponse"), etats.count("pas-de-reponse")),
    ]
    answered = len(etats) - etats.count("pas-de-reponse")
    text = ngettext("{n} réponse sur {total}", "{n} réponses sur {total}", answered)
    return Barre(
        libelle,
        tuple(Segment(serie, words, entier(n), largeur(n, len(etats))) for serie, words, n in counts if n),
        text.format(n=entier(answered), total=entier(len(etats))),
    )


# Ambitions ------------------------------------------------------------------------------------------------------


def section_ambitions(picture: Picture) -> Section:
    """How many bodies act for each ambition: those for residents, then those for professionals."""
    contexte = picture.contexte
    counts = organismes_par_ambition(picture.tables["mobilisation-par-ambition"])
    most = max(counts.values(), default=0)
    groups = []
    for public, titre in ((True, _("Pour les habitants")), (False, _("Pour les professionnels"))):
        kept = [a for a in contexte.ambitions if a.habitants is public]
        if kept:
            heading = ngettext("{titre} : {n} ambition", "{titre} : {n} ambitions", len(kept))
            bars = tuple(_barre_ambition(picture, a, counts.get(a.code, 0), most) for a in kept)
            note = _("Ces ambitions améliorent le travail des équipes : l'absence de montant y est normale.")
            groups.append(Groupe(heading.format(titre=titre, n=len(kept)), bars, "" if public else note))
    legend = (
        ("dc", _("3 institutions ou plus")),
        ("clair", _("1 ou 2 institutions")),
    )
    chart = Graphique(_("Institutions qui agissent pour chaque ambition"), tuple(groups), legend)
    table = picture.tables["mobilisation-par-ambition"]
    columns = ["ambition", "libelle_ambition", "n_actions", "n_actions_secondaires", "n_organismes", "euros_dc"]
    columns += ["euros_spec", "euros_a_qualifier", "euros_prestations_legales", "etp", "n_moyens_inconnus", "exercice"]
    note = _("L'argent suit, en entier, l'ambition principale de l'action ; les autres ne comptent que des actions.")
    views = vues_par_exercice(picture, table, _("moyens par ambition, {periode}"), columns, note=note)
    return Section("ambitions", _("Ambitions couvertes"), _message_ambitions(picture), (chart, *views))


def vues_par_exercice(
    picture: Picture, table: Table, titre: str, columns: Sequence[str], note: str = ""
) -> list[TableVue]:
    """Return one table an exercice, that of the first period first: an import may add another exercice."""
    first = picture.principale
    years = {entier_ou_rien(r, "exercice") for r in table.rows} | {first.exercice}
    periodes = sorted((Periode(first.phase, year) for year in years), key=lambda p: (p != first, p.exercice or 0))
    return [
        vue(
            picture.contexte,
            table,
            titre.format(periode=periode.mots()),
            columns,
            rows=lignes_de_la_periode(table, periode),
            note=note,
        )
        for periode in periodes
    ]


def _message_ambitions(picture: Picture) -> str:
    if silence(picture):
        return phrase(picture, 6)
    count = {n: int(picture.figures[f"F-ambitions-{n}"].valeur or 0) for n in (2, 5, 6, 7, 8)}
    parts = []
    if count[5]:
        parts.append(_("{n} ambitions sur {total} pour les habitants").format(n=count[6], total=count[5]))
    if count[7]:
        parts.append(_("{n} sur {total} pour les professionnels").format(n=count[8], total=count[7]))
    text = _("{couverture} ont au moins une action déclarée ; {c} réunissent au moins 3 institutions.")
    return text.format(couverture=enumeration(parts), c=count[2])


def _barre_ambition(picture: Picture, ambition: Ambition, n: int, most: int) -> Barre:
    if silence(picture):
        return Barre(ambition.court, (), _("sans information"), ambition.code, inconnu=True)
    if not n:
        return Barre(ambition.court, (), _("aucune action déclarée"), ambition.code)
    serie = "dc" if n >= PARTENAIRES_VOULUS else "clair"
    text = ngettext("{n} institution", "{n} institutions", n).format(n=n)
    segment = Segment(serie, ambition.court, text, largeur(n, most))
    return Barre(ambition.court, (segment,), text, ambition.code)


# Matrices -------------------------------------------------------------------------------------------------------


def section_institutions(picture: Picture) -> Section:
    """Which body acts for which ambition, silent bodies last."""
    table = picture.tables["matrice-organisme-ambition"]
    answers = {texte(r, "organisme"): texte(r, "etat") for r in picture.tables["retours"].rows}
    by_body = _par_ligne(table, "organisme", "libelle_organisme")
    words = (
        ("repondu", _("Institutions qui ont déclaré des actions")),
        ("neant-declare", _("Institutions qui n'ont aucune action à déclarer")),
        ("pas-de-reponse", _("Pas de réponse")),
    )
    groups = []
    for etat, titre in words:
        lines = [_ligne(picture, label, rows) for code, label, rows in by_body if answers.get(code) == etat]
        if lines:
            groups.append(GroupeMatrice(f"{titre} ({len(lines)})", tuple(lines)))
    matrice = _matrice(picture, table, _("Institutions et ambitions"), _("Institution"), groups)
    message = _("Lisez une ligne pour savoir où agit une institution, une colonne pour savoir qui porte une ambition.")
    if not picture.non_detailles:
        message = _message_institutions([line for group in groups for line in group.lignes])
    if silence(picture):
        message = _("Aucune institution n'a répondu : le tableau est sans information.")
    return Section("institutions", _("Qui agit pour quoi"), message, (matrice, *non_detaillees(picture)))


def _message_institutions(lines: Sequence[LigneMatrice]) -> str:
    acting = [sum(1 for case in line.cases if case.etat == "agit") for line in lines]
    n, wide = (
        sum(1 for a in acting if a),
        sum(1 for line, a in zip(lines, acting, strict=True) if a and 2 * a >= len(line.cases)),
    )
    text = ngettext(
        "{n} institution agit pour au moins une ambition", "{n} institutions agissent pour au moins une ambition", n
    )
    more = ngettext("{k} pour la moitié d'entre elles ou plus", "{k} pour la moitié d'entre elles ou plus", wide)
    return _("{debut}, dont {suite}.").format(debut=text.format(n=entier(n)), suite=more.format(k=entier(wide)))


def section_quartiers(picture: Picture) -> Section:
    """Which ambition is served in which QPV; QPV of another contract apart."""
    table = picture.tables["matrice-qpv-ambition"]
    shared = picture.contexte.qpv_a_cheval
    lines = _par_ligne(table, "qpv", "libelle_qpv")
    own = tuple(_ligne(picture, label, rows) for code, label, rows in lines if code not in shared)
    others = tuple(_ligne(picture, label, rows) for code, label, rows in lines if code in shared)
    groups = [GroupeMatrice(_("Quartiers du contrat ({n})").format(n=len(own)), own)]
    if others:
        heading = _("Quartiers à cheval sur une autre intercommunalité ({n})").format(n=len(others))
        groups.append(GroupeMatrice(heading, others))
    matrice = _matrice(picture, table, _("Quartiers et ambitions"), _("Quartier (QPV)"), groups)
    note = _(
        "Une action compte dans chaque quartier qu'elle cite. "
        "Celles qui visent une commune ou l'agglomération entière n'apparaissent pas ici."
    )
    blocs: list[Bloc] = [matrice, Encart(note)]
    empty = [label for code, label in qpv_sans_action(table) if code not in shared]
    if empty and not silence(picture):
        blocs.insert(0, Liste(_("Quartiers sans action déclarée"), tuple(empty)))
    return Section("quartiers", _("Quartier par quartier"), phrase(picture, 7), tuple(blocs))


def _par_ligne(table: Table, code: str, label: str) -> list[tuple[str, str, list[Row]]]:
    """Gather the rows of a matrix table by line, in alphabetical order of labels."""
    found: dict[str, list[Row]] = {}
    for row in table.rows:
        found.setdefault(texte(row, code), []).append(row)
    lines = [(key, texte(rows[0], label) or key, rows) for key, rows in found.items()]
    return sorted(lines, key=lambda line: slug(line[1]))


def _ligne(picture: Picture, label: str, rows: Iterable[Row]) -> LigneMatrice:
    by_ambition = {texte(r, "ambition"): r for r in rows}
    cases = tuple(_case(by_ambition[a.code]) for a in picture.contexte.ambitions)
    acting = sum(1 for case in cases if case.etat == "agit")
    silent = all(case.etat in ("pas-de-reponse", "non-concerne") for case in cases)
    return LigneMatrice(label, cases, "?" if silent and not acting else entier(acting))


def _case(row: Row) -> Case:
    etat = texte(row, "etat")
    words = etats_couverture()[etat]
    if etat != "agit":
        return Case(etat, _SYMBOLES[etat], words)
    n = lire_entier(row, "n_actions")
    text = ngettext("{etat} : {n} action", "{etat} : {n} actions", n).format(etat=words, n=n)
    return Case(etat, entier(n), text, _niveau(n))


def _niveau(n: int) -> int:
    """Three depths of colour: 1 action, 2 or 3, 4 and more."""
    return 1 if n < 2 else 2 if n < 4 else 3


def _matrice(picture: Picture, table: Table, titre: str, tete: str, groups: Sequence[GroupeMatrice]) -> MatriceVue:
    ambitions = picture.contexte.ambitions
    columns, spans = [], list[tuple[str, int]]()
    for n, ambition in enumerate(ambitions):
        first = n == 0 or ambitions[n - 1].pilier != ambition.pilier
        columns.append(ColonneMatrice(ambition.code, ambition.libelle, ambition.court, first))
        if first:
            spans.append((_pilier(ambition), 0))
        spans[-1] = (spans[-1][0], spans[-1][1] + 1)
    cases = [case for group in groups for line in group.lignes for case in line.cases]
    return MatriceVue(
        titre=titre,
        tete=tete,
        total=_("Ambitions servies"),
        groupes_colonnes=tuple(spans),
        colonnes=tuple(columns),
        groupes=tuple(groups),
        legende=_legende(cases),
        source=commande(table),
    )


def _pilier(ambition: Ambition) -> str:
    if ambition.habitants:
        return ambition.libelle_pilier
    return _("{pilier} (professionnels)").format(pilier=ambition.libelle_pilier)


def _legende(cases: Sequence[Case]) -> tuple[tuple[Case, str, str], ...]:
    words = etats_couverture()
    shown = [
        (Case("agit", "1", "", 1), _("agit : 1 action")),
        (Case("agit", "2", "", 2), _("2 ou 3 actions")),
        (Case("agit", "4", "", 3), _("4 actions ou plus")),
        *((Case(etat, symbol, ""), words[etat]) for etat, symbol in _SYMBOLES.items()),
    ]
    found = Counter((case.etat, case.niveau) for case in cases)
    return tuple((case, text, entier(found[case.etat, case.niveau])) for case, text in shown)
