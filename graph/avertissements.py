"""What every reader of a figure must know: who is silent, what is unknown, what is not real."""

from __future__ import annotations

from collections.abc import Iterable

from droitcommun.graph.avenants import suites
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.names import local_code
from droitcommun.graph.store import Row, Store, Term

_SILENCE = """
SELECT $campagne ?annee (COUNT(DISTINCT ?attendu) AS ?attendus) (COUNT(DISTINCT ?muet) AS ?muets) {
  ?campagne cdv:annee ?annee .
  ?campagne cdv:attend ?attendu .
  OPTIONAL {
    SELECT ?campagne ?attendu (?attendu AS ?muet) {
      ?campagne cdv:attend ?attendu
      MINUS { ?contribution a cdv:Contribution ; cdv:campagne ?campagne ; cdv:organisme ?attendu }
    }
  }
} GROUP BY $campagne ?annee"""
_UNKNOWN = """
SELECT $campagne ?annee (COUNT(DISTINCT ?moyen) AS ?inconnus) (COUNT(DISTINCT ?perdu) AS ?perdus) {
  ?campagne cdv:annee ?annee .
  { ?moyen a cdv:Moyen ; cdv:dansCampagne ?campagne MINUS { ?moyen cdv:centimes ?c } MINUS { ?moyen cdv:quantite ?q } }
  UNION
  { ?perdu a cdv:Moyen ; cdv:dansCampagne ?campagne MINUS { ?perdu cdv:phase ?p ; cdv:exercice ?e ; cdv:unite ?u } }
} GROUP BY $campagne ?annee"""
_REFERENCE = "SELECT $campagne ?contrat ?jour { ?campagne cdv:contrat ?contrat ; cdv:dateReference ?jour }"
_FICTIF = "SELECT $campagne { ?campagne cdv:fictif true }"


def avertissements(store: Store, campagnes: Iterable[Term], money: bool) -> tuple[str, ...]:
    """Return the sentences that go with a table on *campagnes*; *money* adds those on unknown quantities."""
    sentences: list[str] = []
    campagnes = list(campagnes)
    for campagne in campagnes:
        bindings = {"campagne": campagne}
        if store.select(_FICTIF, bindings):
            sentences.append(_("Données fictives."))
        sentences += _silence(store.select(_SILENCE, bindings))
        if money:
            sentences += _unknown(store.select(_UNKNOWN, bindings))
    return (*dict.fromkeys(sentences), *_amended(store, campagnes))


def _amended(store: Store, campagnes: Iterable[Term]) -> Iterable[str]:
    """Say what an avenant replaced between the first and the last of several campagnes."""
    days: dict[str, str] = {}
    contrat = ""
    for campagne in campagnes:
        for row in store.select(_REFERENCE, {"campagne": campagne}):
            contrat = local_code(row["contrat"].value)
            days[campagne.value] = row["jour"].value
    return suites(store, contrat, min(days.values()), max(days.values())) if len(days) > 1 else ()


def fictif(store: Store) -> tuple[str, ...]:
    """Return the sentence that goes with a table that bears on no campagne in particular: one of them is not real."""
    return (_("Données fictives."),) if store.select(_FICTIF) else ()


def _silence(rows: Iterable[Row]) -> Iterable[str]:
    for row in rows:
        silent, expected = int(row["muets"].value), int(row["attendus"].value)
        if silent and silent == expected:
            yield ngettext(
                "Campagne {annee} : l'unique institution attendue n'a pas répondu.",
                "Campagne {annee} : aucune des {total} institutions attendues n'a répondu.",
                expected,
            ).format(annee=row["annee"].value, total=expected)
        elif silent:
            yield ngettext(
                "Campagne {annee} : {n} institution sur {total} n'a pas répondu ; "
                "les chiffres portent sur les seuls répondants.",
                "Campagne {annee} : {n} institutions sur {total} n'ont pas répondu ; "
                "les chiffres portent sur les seuls répondants.",
                silent,
            ).format(annee=row["annee"].value, n=silent, total=expected)


def _unknown(rows: Iterable[Row]) -> Iterable[str]:
    for row in rows:
        annee, unknown, lost = row["annee"].value, int(row["inconnus"].value), int(row["perdus"].value)
        if unknown:
            yield ngettext(
                "Campagne {annee} : {n} moyen sans quantité connue n'entre dans aucun total ; il ne vaut pas zéro.",
                "Campagne {annee} : {n} moyens sans quantité connue n'entrent dans aucun total ; "
                "ils ne valent pas zéro.",
                unknown,
            ).format(annee=annee, n=unknown)
        if lost:
            yield ngettext(
                "Campagne {annee} : {n} moyen sans période ou sans unité n'entre dans aucun total : complétez-le.",
                "Campagne {annee} : {n} moyens sans période ou sans unité n'entrent dans aucun total : complétez-les.",
                lost,
            ).format(annee=annee, n=lost)
