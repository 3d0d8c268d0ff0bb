"""Two campagnes side by side: réalisé with réalisé, bodies that answered both, and what moved in the perimeter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from droitcommun.graph.catalogue import Column, Dataset, Table, code_of, find_query, run
from droitcommun.graph.formats import ecart_keuros, keuros
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.names import contract_thing
from droitcommun.graph.pictures.rows import Row, entier, montant, somme, texte
from droitcommun.graph.store import Store, iri
from droitcommun.graph.words import mouvements

_PERIMETRE = """
SELECT $campagne ?chose ?libelle WHERE {
  ?campagne cdv:contrat ?contrat ; cdv:dateReference ?jour .
  { ?campagne cdv:attend ?chose }
  UNION { ?chose a cdv:Ambition ; cdv:contrat ?contrat }
  UNION { ?chose a cdv:QPV ; cdv:contrat ?contrat }
  OPTIONAL { ?chose skos:prefLabel ?libelle . FILTER(LANG(?libelle) = "fr") }
  OPTIONAL { ?chose cdv:dateDebut ?debut }
  OPTIONAL { ?chose cdv:dateFin ?fin }
  FILTER(!BOUND(?debut) || ?debut <= ?jour)
  FILTER(!BOUND(?fin) || ?fin >= ?jour)
} ORDER BY ?chose
"""


@dataclass(frozen=True)
class Difference:
    """What moved from one campagne to another.

    `table` holds one row a body and ambition: the columns of `evolution` (EUR, réalisé with réalisé, at constant
    respondents) and `mouvement` (apparu, termine, hausse, baisse, stable, inconnu). `perimetre` says each thing that
    is in one campagne only; `phrases` say the whole in French sentences.
    """

    table: Table
    perimetre: tuple[str, ...]
    phrases: tuple[str, ...]


def compare(dataset: Dataset, annee1: int, annee2: int) -> Difference:
    """Compare two campagnes. Raises CampagneInconnue. Source: queries/catalogue/evolution.rq."""
    table = run(find_query("evolution"), dataset, {"annee1": str(annee1), "annee2": str(annee2)})
    column = Column("mouvement", "code", "", _("apparu, termine, hausse, baisse, stable ou inconnu"))
    query = replace(table.query, name="diff", columns=(*table.query.columns, column))
    rows: list[dict[str, object]] = [{**row, "mouvement": mouvement(row)} for row in table.rows]
    perimetre = tuple(_perimetre(dataset, annee1, annee2))
    warnings = table.warnings
    if perimetre:
        warnings += (_("Le périmètre a bougé entre les deux campagnes : lisez les écarts avec prudence."),)
    apart = tuple(_a_qualifier(dataset, annee1, annee2))
    moved = replace(table, query=query, rows=rows, warnings=(*warnings, *perimetre, *apart))
    return Difference(moved, perimetre, tuple(_phrases(rows, annee1, annee2)))


def mouvement(row: Row) -> str:
    """Return how a row of evolution moved; an amount unknown in either year, even in part, is « inconnu »."""
    if entier(row, "n_inconnus_1") or entier(row, "n_inconnus_2"):
        return "inconnu"
    before, after = montant(row, "euros_dc_1"), montant(row, "euros_dc_2")
    if before is None:
        return "apparu" if after is not None else "inconnu"
    if after is None:
        return "termine"
    if after == before:
        return "stable"
    return "hausse" if after > before else "baisse"


def _a_qualifier(dataset: Dataset, annee1: int, annee2: int) -> Iterable[str]:
    """Say the euros realised that nobody has qualified: on neither side, they may make a change once they are."""
    said = [(annee, _unqualified(dataset, annee)) for annee in (annee1, annee2)]
    if any(what is not None for _annee, what in said):
        text = _("campagne {annee} : {euros}")
        detail = " ; ".join(text.format(annee=annee, euros=what or _("rien")) for annee, what in said)
        yield _(
            "Hors comparaison, les montants réalisés à qualifier, tous répondants réunis ({detail}) : ce qui en sera "
            "qualifié de droit commun y entrera."
        ).format(detail=detail)


def _unqualified(dataset: Dataset, annee: int) -> str | None:
    """Return what the realised euros to be qualified of a campagne come to, in words; None when there are none."""
    table = run(find_query("droit-commun-et-specifique"), dataset, {"annee": str(annee)})
    rows = [
        row
        for row in table.rows
        if texte(row, "origine") == "a-qualifier" and texte(row, "phase") in ("realise-provisoire", "realise-definitif")
    ]
    if not rows:
        return None
    known = somme(rows, "euros")
    if known is None:
        return _("montant inconnu")
    partly = any(entier(row, "n_inconnus") for row in rows)
    return _("au moins {euros}").format(euros=keuros(known)) if partly else keuros(known)


def _perimetre(dataset: Dataset, annee1: int, annee2: int) -> Iterable[str]:
    """Say the bodies expected, the ambitions and the QPV that only one of the campagnes has."""
    first, second = (_things(dataset.store, dataset.contrat, annee) for annee in (annee1, annee2))
    for chose in sorted(second.keys() - first.keys()):
        yield _("{nom} ({code}) : dans la campagne {annee} seulement.").format(
            nom=second[chose], code=code_of(chose), annee=annee2
        )
    for chose in sorted(first.keys() - second.keys()):
        yield _("{nom} ({code}) : dans la campagne {annee} seulement.").format(
            nom=first[chose], code=code_of(chose), annee=annee1
        )


def _things(store: Store, contrat: str, annee: int) -> dict[str, str]:
    rows = store.select(_PERIMETRE, {"campagne": iri(contract_thing(contrat, "campagne", annee))})
    return {r["chose"].value: r["libelle"].value if "libelle" in r else code_of(r["chose"].value) for r in rows}


def _phrases(rows: list[dict[str, object]], annee1: int, annee2: int) -> Iterable[str]:
    common = max((entier(r, "n_repondants_communs") for r in rows), default=0)
    yield ngettext(
        "{n} institution a répondu aux campagnes {a} et {b} ; elle seule est comparée, réalisé avec réalisé.",
        "{n} institutions ont répondu aux campagnes {a} et {b} ; elles seules sont comparées, réalisé avec réalisé.",
        common,
    ).format(n=common, a=annee1, b=annee2)
    counts = {code: sum(1 for r in rows if texte(r, "mouvement") == code) for code in mouvements()}
    said = [f"{mouvements()[code]} : {n}" for code, n in counts.items() if n]
    if said:
        yield _("Lignes (institution × ambition) : {detail}.").format(detail=", ".join(said))
    compared = [r for r in rows if montant(r, "ecart") is not None]
    change = somme(compared, "ecart")
    if change is not None:
        yield ngettext(
            "Sur la ligne connue les deux années, l'écart est de {ecart}.",
            "Sur les {n} lignes connues les deux années, l'écart est de {ecart}.",
            len(compared),
        ).format(n=len(compared), ecart=ecart_keuros(change))
