"""The figures of a picture: each has an id that never changes and a table it comes from. Pure functions of tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from droitcommun.graph.catalogue import Table
from droitcommun.graph.langue import _
from droitcommun.graph.pictures.contexte import Contexte
from droitcommun.graph.pictures.rows import Row, entier, entier_ou_rien, montant, somme, texte
from droitcommun.graph.words import phases

FORMES_POUR_LES_QPV = ("renforcee", "adaptee", "nouvelle")
ORIGINES = ("droit-commun", "specifique", "a-qualifier", "abattement-tfpb")
PARTENAIRES_VOULUS = 3
PRESTATION_LEGALE = "prestation-legale"
OUVERTES = ("a-faire", "en-cours")  # the states of a décision that is not settled
REMPLACE = "remplace"


@dataclass(frozen=True)
class Figure:
    """One number of a picture. `valeur` None means that nobody said, which is not zero.

    `id` is printed beside it; `table` is the key of the table it is computed from; unite is "" for a count,
    or EUR, ETP, %. `confiance` says what an amount rests on: (code of fiabilite, "" when nothing says it, EUR), the
    safest first. `masque` holds the words to show when the profile hides the value (which is then None).
    """

    id: str
    libelle: str
    valeur: Decimal | int | None
    unite: str
    table: str
    masque: str = ""
    confiance: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True)
class Periode:
    """An exercice in a phase ("realise" or "prevu"); amounts of two periods are never added."""

    phase: str
    exercice: int | None

    def mots(self) -> str:
        """Return « réalisé 2025 »."""
        mot = phases()[self.phase]
        return f"{mot} {self.exercice}" if self.exercice is not None else mot


@dataclass(frozen=True)
class Montants:
    """What one period holds, by origin (EUR, prestations légales apart). None when nothing is known.

    `masques` are the fields that the profile hides: they are None, and not unknown.
    """

    periode: Periode
    droit_commun: Decimal | None
    specifique: Decimal | None
    a_qualifier: Decimal | None
    abattement: Decimal | None
    prestations_legales: Decimal | None
    n_inconnus: int
    masques: frozenset[str] = frozenset()


def phase_groupe(phase: str) -> str:
    """Return "realise" or "prevu" for a fine phase, "remplace" for a provisional amount whose final one is given."""
    return phase if phase in ("prevu", REMPLACE) else "realise"


def montants_par_periode(table: Table) -> tuple[Montants, ...]:
    """Sum droit-commun-et-specifique by period, réalisé before prévu, oldest exercice first.

    A provisional amount that a final one replaces is in no sum.
    """
    groups: dict[tuple[str, int | None], list[Row]] = {}
    for row in table.rows:
        key = (phase_groupe(texte(row, "phase")), entier_ou_rien(row, "exercice"))
        if key[0] != REMPLACE:
            groups.setdefault(key, []).append(row)
    ordered = sorted(groups, key=lambda key: (key[0] != "realise", key[1] or 0))
    return tuple(_montants(Periode(*key), groups[key]) for key in ordered)


def _montants(periode: Periode, rows: Sequence[Row]) -> Montants:
    par_origine = {o: somme((r for r in rows if texte(r, "origine") == o), "euros") for o in ORIGINES}
    return Montants(
        periode,
        par_origine["droit-commun"],
        par_origine["specifique"],
        par_origine["a-qualifier"],
        par_origine["abattement-tfpb"],
        somme(rows, "euros_prestations_legales"),
        sum(entier(r, "n_inconnus") for r in rows),
    )


def montant_dit(montants: Montants, champ: str) -> str:
    """Return what stands for a field of *montants* that holds no amount: hidden, or said by nobody."""
    return _("non montré") if champ in montants.masques else _("sans information")


def periode_principale(contexte: Contexte, montants: Iterable[Montants]) -> Periode:
    """Return the period the picture speaks of first: the réalisé of the year before the campagne.

    It is the prévu of the campagne when only that one holds droit commun, or holds anything.
    """
    realise, prevu = Periode("realise", contexte.annee - 1), Periode("prevu", contexte.annee)
    held = list(montants)
    for is_known in (_knows_droit_commun, _knows_something):
        for periode in (realise, prevu):
            if any(c.periode == periode and is_known(c) for c in held):
                return periode
    return realise


def _knows_droit_commun(montants: Montants) -> bool:
    return montants.droit_commun is not None


def _knows_something(montants: Montants) -> bool:
    return any(v is not None for v in (montants.droit_commun, montants.specifique, montants.a_qualifier))


def montants_de(montants: Iterable[Montants], periode: Periode) -> Montants:
    """Return what one period holds; everything is unknown when the table has no row for it."""
    found = next((c for c in montants if c.periode == periode), None)
    return found or Montants(periode, None, None, None, None, None, 0)


def autre_periode(contexte: Contexte, principale: Periode) -> Periode:
    """Return the period shown beside the first one: what is planned, or what was done."""
    if principale.phase == "prevu":
        return Periode("realise", contexte.annee - 1)
    return Periode("prevu", contexte.annee)


class Releve:
    """Collects figures under ids `F-{groupe}-{n}`; n is given, never counted, so that ids stay from year to year.

    When no body has answered, what bodies declare is unknown, not zero: `declare` then notes None.
    """

    def __init__(self, silence: bool) -> None:
        self.silence = silence
        self.figures: dict[str, Figure] = {}

    def note(
        self, groupe: str, n: int, libelle: str, valeur: Decimal | int | None, table: str, unite: str = ""
    ) -> None:
        """Record one figure."""
        figure = Figure(f"F-{groupe}-{n}", libelle, valeur, unite, table)
        self.figures[figure.id] = figure

    def declare(self, groupe: str, n: int, libelle: str, valeur: int, table: str) -> None:
        """Record a count of what bodies declared."""
        self.note(groupe, n, libelle, None if self.silence else valeur, table)


def compute_figures(
    contexte: Contexte, tables: Mapping[str, Table], montants: Sequence[Montants], principale: Periode
) -> dict[str, Figure]:
    """Compute every figure from the tables; *montants* and *principale* come from the functions above."""
    releve = Releve(silence=not repondants(tables["retours"]))
    _retours(releve, tables["retours"])
    _actions(releve, tables["formes-de-mobilisation"])
    _euros(releve, montants, periodes_dites(montants, principale, autre_periode(contexte, principale)))
    _rencontre(releve, tables["effet-levier"])
    _etp(releve, tables)
    _ambitions(releve, contexte, tables["matrice-organisme-ambition"])
    _qpv(releve, contexte, tables["matrice-qpv-ambition"], tables["mobilisation-par-qpv"], principale)
    _habitants(releve, tables["resultats-habitants"])
    _engagements(releve, tables["tableau-des-engagements"])
    _decisions(releve, tables)
    if "evolution" in tables:
        _evolution(releve, tables["evolution"])
    _manques(releve, contexte, tables)
    return releve.figures


def repondants(table: Table) -> set[str]:
    """Return the codes of the bodies of retours that answered, néant included."""
    return {texte(r, "organisme") for r in table.rows if texte(r, "etat") != "pas-de-reponse"}


def _retours(releve: Releve, table: Table) -> None:
    """Count the expected bodies; those that answered without being expected are a figure of their own."""
    etats = [texte(r, "etat") for r in attendus(table)]
    answered = len(etats) - etats.count("pas-de-reponse")
    releve.note("retours", 1, _("Institutions attendues"), len(etats), "retours")
    releve.note("retours", 2, _("Institutions qui ont répondu"), answered, "retours")
    releve.note("retours", 3, _("dont néant déclaré"), etats.count("neant-declare"), "retours")
    releve.note("retours", 4, _("Institutions sans réponse"), etats.count("pas-de-reponse"), "retours")
    libelle = _("Institutions qui ont répondu sans être attendues")
    releve.note("retours", 5, libelle, len(non_attendus(table)), "retours")


def attendus(table: Table) -> list[Row]:
    """Return the rows of retours of the bodies that the campagne expects."""
    return [r for r in table.rows if r["attendu"]]


def non_attendus(table: Table) -> list[Row]:
    """Return the rows of retours of the bodies that answered without being expected."""
    return [r for r in table.rows if not r["attendu"]]


def sans_reponse(table: Table) -> list[Row]:
    """Return the rows of retours of the bodies that have not answered and may be named."""
    return [r for r in table.rows if texte(r, "etat") == "pas-de-reponse" and texte(r, "organisme")]


def _actions(releve: Releve, table: Table) -> None:
    key = table.query.name
    legal = [r for r in table.rows if texte(r, "forme") == PRESTATION_LEGALE]
    rows = [r for r in table.rows if texte(r, "forme") != PRESTATION_LEGALE]
    adapted = sum(entier(r, "n_actions") for r in rows if texte(r, "forme") in FORMES_POUR_LES_QPV)
    bare = sum(entier(r, "n_actions_sans_moyen") for r in rows)
    total = sum(entier(r, "n_actions") for r in rows)
    releve.declare("actions", 1, _("Actions de droit commun, hors prestations légales"), total, key)
    releve.declare("actions", 2, _("dont renforcées, adaptées ou nouvelles"), adapted, key)
    releve.declare("actions", 3, _("dont aux moyens non chiffrés"), bare, key)
    legal_actions = sum(entier(r, "n_actions") for r in legal)
    releve.declare("actions", 4, _("Actions de prestation légale, à part"), legal_actions, key)


def periodes_dites(montants: Iterable[Montants], principale: Periode, autre: Periode) -> list[Periode]:
    """Return the periods that figures hold: the first one, the one beside it, then any other (an import's)."""
    return list(dict.fromkeys((principale, autre, *(c.periode for c in montants))))


def repere_euros(rang: int, n: int) -> str:
    """Return the id of the n-th amount (1 droit commun, 2 spécifique, 3 à qualifier…) of the rang-th period."""
    return f"F-euros-{rang * 5 + n}"


def _euros(releve: Releve, known: Sequence[Montants], periodes: Sequence[Periode]) -> None:
    for start, periode in enumerate(periodes):
        montants = montants_de(known, periode)
        mots = periode.mots()
        lines = (
            (_("Droit commun hors prestations légales, {periode}"), montants.droit_commun),
            (_("Crédits spécifiques, {periode}"), montants.specifique),
            (_("Montants à qualifier, {periode}"), montants.a_qualifier),
            (_("Prestations légales, {periode}"), montants.prestations_legales),
            (_("Abattement de TFPB, {periode}"), montants.abattement),
        )
        for n, (libelle, valeur) in enumerate(lines, start * 5 + 1):
            releve.note("euros", n, libelle.format(periode=mots), valeur, "droit-commun-et-specifique", "EUR")


def _rencontre(releve: Releve, table: Table) -> None:
    both = [r for r in table.rows if (montant(r, "euros_dc") or 0) > 0 and (montant(r, "euros_spec") or 0) > 0]
    alone = seuls_credits_specifiques(table)
    dc, spec = somme(both, "euros_dc"), somme(both, "euros_spec")
    key = table.query.name
    libelle = _("Actions où droit commun et crédits spécifiques se rejoignent")
    releve.declare("rencontre", 1, libelle, len(both), key)
    releve.note("rencontre", 2, _("Droit commun de ces actions"), dc, key, "EUR")
    releve.note("rencontre", 3, _("Crédits spécifiques de ces actions"), spec, key, "EUR")
    ratio = dc / spec if dc is not None and spec else None
    releve.note("rencontre", 4, _("Droit commun pour 1 € spécifique"), ratio, key, "EUR")
    releve.declare("rencontre", 5, _("Actions qui reposent sur les seuls crédits spécifiques"), len(alone), key)


def seuls_credits_specifiques(table: Table) -> list[Row]:
    """Return the rows of effet-levier declared by a body with no droit commun at all, not even unknown.

    Imported lines say nothing of droit commun: they are left out.
    """
    return [r for r in table.rows if texte(r, "organisme") and entier(r, "n_moyens_dc") == 0]


def _etp(releve: Releve, tables: Mapping[str, Table]) -> None:
    rows = tables["moyens-humains"].rows
    key = "moyens-humains"
    buckets = {texte(r, "lieu") for r in tables["mobilisation-par-qpv"].rows if texte(r, "genre") == "commun"}
    relais = [r for r in rows if texte(r, "source") == "adulte-relais"]
    local = [r for r in rows if texte(r, "qpv") not in buckets]
    releve.note("etp", 1, _("Équivalents temps plein mobilisés"), somme(rows, "etp"), key, "ETP")
    releve.note("etp", 2, _("dont adultes-relais"), somme(relais, "etp"), key, "ETP")
    releve.note("etp", 3, _("dont dans un seul QPV"), somme(local, "etp"), key, "ETP")
    if "retours:precedente" not in tables:
        return
    common = repondants(tables["retours"]) & repondants(tables["retours:precedente"])
    before = tables["moyens-humains:precedente"].rows
    common &= _effectif_connu(rows) & _effectif_connu(before)
    now, then = (somme((r for r in of if texte(r, "organisme") in common), "etp") for of in (rows, before))
    change = now - then if now is not None and then is not None else None
    libelle = _("Évolution à répondants constants, sur ce qui est connu les deux années")
    releve.note("etp", 4, libelle, change, key, "ETP")


def _effectif_connu(rows: Sequence[Row]) -> set[str]:
    """Return the bodies of moyens-humains that say all their staff: unknown is not zero."""
    unknown = {texte(r, "organisme") for r in rows if entier(r, "n_inconnus")}
    return {texte(r, "organisme") for r in rows if montant(r, "etp") is not None} - unknown


def organismes_par_ambition(table: Table) -> dict[str, int]:
    """Return, for each ambition of mobilisation-par-ambition, how many bodies declare an action for it."""
    return {texte(r, "ambition"): entier(r, "n_organismes") for r in table.rows if r.get("n_organismes") is not None}


def actifs_par_ambition(table: Table) -> dict[str, list[str]]:
    """Return, for each ambition of matrice-organisme-ambition, the labels of the bodies that act (principal or not)."""
    found: dict[str, list[str]] = {}
    for row in table.rows:
        labels = found.setdefault(texte(row, "ambition"), [])
        if texte(row, "etat") == "agit":
            labels.append(texte(row, "libelle_organisme"))
    return found


def _ambitions(releve: Releve, contexte: Contexte, table: Table) -> None:
    actifs = actifs_par_ambition(table)
    counts = {a.code: len(actifs.get(a.code, ())) for a in contexte.ambitions}
    habitants = [a.code for a in contexte.ambitions if a.habitants]
    others = [a.code for a in contexte.ambitions if not a.habitants]
    key = table.query.name
    releve.note("ambitions", 1, _("Ambitions du contrat"), len(counts), key)
    wanted = sum(1 for n in counts.values() if n >= PARTENAIRES_VOULUS)
    releve.declare("ambitions", 2, _("Ambitions qui réunissent au moins 3 institutions"), wanted, key)
    alone = sum(1 for n in counts.values() if n == 1)
    releve.declare("ambitions", 3, _("Ambitions portées par une seule institution"), alone, key)
    releve.declare("ambitions", 4, _("Ambitions sans action déclarée"), sum(1 for n in counts.values() if n == 0), key)
    releve.note("ambitions", 5, _("Ambitions pour les habitants"), len(habitants), key)
    covered = sum(1 for code in habitants if counts[code])
    releve.declare("ambitions", 6, _("dont au moins une action"), covered, key)
    releve.note("ambitions", 7, _("Ambitions pour les professionnels"), len(others), key)
    releve.declare("ambitions", 8, _("dont au moins une action"), sum(1 for code in others if counts[code]), key)


def qpv_sans_action(table: Table) -> list[tuple[str, str]]:
    """Return (code, label) of the QPV where no action of matrice-qpv-ambition is declared, in the table's order."""
    acted: dict[str, bool] = {}
    labels: dict[str, str] = {}
    for row in table.rows:
        code = texte(row, "qpv")
        labels[code] = texte(row, "libelle_qpv")
        acted[code] = acted.get(code, False) or texte(row, "etat") == "agit"
    return [(code, labels[code]) for code, acts in acted.items() if not acts]


def lignes_de_la_periode(table: Table, periode: Periode) -> list[Row]:
    """Keep the rows of one exercice: imports may add another one, which is never mixed with it."""
    return [r for r in table.rows if entier_ou_rien(r, "exercice") == periode.exercice]


def _qpv(releve: Releve, contexte: Contexte, matrice: Table, lieux: Table, principale: Periode) -> None:
    own = {texte(r, "qpv") for r in matrice.rows} - contexte.qpv_a_cheval
    total = len(own)
    empty = sum(1 for code, _label in qpv_sans_action(matrice) if code in own)
    key = matrice.query.name
    releve.note("qpv", 1, _("Quartiers prioritaires (QPV) du contrat"), total, key)
    releve.declare("qpv", 2, _("QPV avec au moins une action déclarée"), total - empty, key)
    releve.declare("qpv", 3, _("QPV sans action déclarée"), empty, key)
    rows = lignes_de_la_periode(lieux, principale)
    everything = somme(rows, "euros_dc")
    local = somme((r for r in rows if texte(r, "genre") == "qpv"), "euros_dc") or Decimal(0)
    share = local * 100 / everything if everything else None
    libelle = _("Part du droit commun localisée par quartier, {periode}").format(periode=principale.mots())
    releve.note("qpv", 4, libelle, share, lieux.query.name, "%")
    shared = {texte(r, "qpv") for r in matrice.rows} & contexte.qpv_a_cheval
    releve.note("qpv", 5, _("QPV à cheval sur une autre intercommunalité"), len(shared), key)


def _habitants(releve: Releve, table: Table) -> None:
    row = table.rows[0] if table.rows else {}
    key = table.query.name
    releve.note("habitants", 1, _("Participations d'habitants des QPV"), entier_ou_rien(row, "habitants"), key)
    releve.declare("habitants", 2, _("Actions où elles sont connues"), entier(row, "n_actions_connues"), key)
    releve.declare("habitants", 3, _("Actions déclarées, avec ou sans droit commun"), entier(row, "n_actions"), key)
    releve.note("habitants", 4, _("Part des femmes"), _part(row, "femmes"), key, "%")
    libelle = _("Actions où le nombre de femmes est connu")
    releve.declare("habitants", 5, libelle, entier(row, "n_actions_femmes"), key)
    releve.note("habitants", 6, _("Part des moins de 25 ans"), _part(row, "moins_25", "jeunes"), key, "%")
    libelle = _("Actions où le nombre de moins de 25 ans est connu")
    releve.declare("habitants", 7, libelle, entier(row, "n_actions_jeunes"), key)


def _part(row: Row, column: str, suffix: str = "") -> Decimal | None:
    """Share of *column* among the inhabitants of the actions that give both numbers; None when it has no sense."""
    value, base = montant(row, column), montant(row, f"habitants_{suffix or column}")
    return value * 100 / base if value is not None and base and value <= base else None


def _engagements(releve: Releve, table: Table) -> None:
    etats = [texte(r, "etat") or "sans-information" for r in table.rows]
    key = table.query.name
    releve.note("engagements", 1, _("Engagements suivis"), len(etats) - etats.count("sans-objet"), key)
    releve.note("engagements", 2, _("Engagements constatés"), etats.count("constate"), key)
    releve.note("engagements", 3, _("Engagements en cours"), etats.count("en-cours"), key)
    releve.note("engagements", 4, _("Engagements sans information"), etats.count("sans-information"), key)
    releve.note("engagements", 5, _("Engagements pas encore constatés"), etats.count("pas-encore"), key)
    releve.note("engagements", 6, _("Engagements sans objet"), etats.count("sans-objet"), key)


def _decisions(releve: Releve, tables: Mapping[str, Table]) -> None:
    """Count the décisions asked in this campagne, and what became of those of the campagne before."""
    opened = len(decisions_ouvertes(tables["decisions"]))
    releve.note("decisions", 1, _("Décisions à faire ou en cours"), opened, "decisions")
    releve.note("decisions", 2, _("Décisions de la campagne"), len(tables["decisions"].rows), "decisions")
    if "decisions:precedente" in tables:
        before = tables["decisions:precedente"].rows
        done = sum(1 for r in before if texte(r, "etat_decision") == "realisee")
        releve.note("decisions", 3, _("Décisions de la campagne précédente"), len(before), "decisions:precedente")
        releve.note("decisions", 4, _("dont réalisées"), done, "decisions:precedente")


def decisions_ouvertes(table: Table) -> list[Row]:
    """Return the rows of decisions that are still to be done, or under way."""
    return [r for r in table.rows if texte(r, "etat_decision") in OUVERTES]


def en_retard(row: Row, jour: date | None) -> bool:
    """True for a décision still open whose day is before *jour*, the reference date of the data (None: not known)."""
    day = row.get("echeance")
    return texte(row, "etat_decision") in OUVERTES and isinstance(day, date) and jour is not None and day < jour


def _evolution(releve: Releve, table: Table) -> None:
    common = max((entier(r, "n_repondants_communs") for r in table.rows), default=0)
    releve.note("evolution", 1, _("Institutions qui ont répondu aux deux campagnes"), common, "evolution")
    compared = comparables(table.rows)
    sums = (
        (2, _("Droit commun réalisé, première campagne, sur ce qui est connu les deux années")),
        (3, _("Droit commun réalisé, seconde campagne, sur ce qui est connu les deux années")),
    )
    for n, libelle in sums:
        releve.note("evolution", n, libelle, somme(compared, f"euros_dc_{n - 1}"), "evolution", "EUR")
    releve.note("evolution", 4, _("Lignes comparées"), len(compared), "evolution")
    libelle = _("Lignes non comparées, faute d'être connues les deux années")
    releve.note("evolution", 5, libelle, len(table.rows) - len(compared), "evolution")


def _manques(releve: Releve, contexte: Contexte, tables: Mapping[str, Table]) -> None:
    incomplete = {texte(r, "action") for r in tables["actions-incompletes"].rows}
    releve.declare("manques", 1, _("Actions incomplètes"), len(incomplete), "actions-incompletes")
    held = [r for r in tables["moyens-a-qualifier"].rows if phase_groupe(texte(r, "phase")) != REMPLACE]
    releve.note("manques", 2, _("Moyens à qualifier"), len(held), "moyens-a-qualifier")
    releve.note("manques", 3, _("Cellules illisibles"), contexte.n_reserves, "actions-incompletes")


def comparables(rows: Iterable[Row]) -> list[Row]:
    """Return the rows of evolution whose amounts are all known in both years: the only ones that may be compared."""
    return [r for r in rows if montant(r, "ecart") is not None]
