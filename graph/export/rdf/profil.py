"""What a profile lets through of the graph of a contract: triples are taken out, none is changed but masked texts."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from droitcommun.graph.formats import mask
from droitcommun.graph.names import PREFIXES, cdv
from droitcommun.graph.profils import Profil
from droitcommun.graph.store import Store, Triple, literal

if TYPE_CHECKING:
    from droitcommun.graph.store import Term

_TYPE = PREFIXES["rdf"] + "type"
_DERIVED = PREFIXES["prov"] + "wasDerivedFrom"
# What somebody typed freely may hold a name, an address or a number.
_FREE_TEXT = frozenset(
    {PREFIXES["rdfs"] + "comment"}
    | {cdv(n) for n in ("precision", "preuveTexte", "porteur", "lieu", "ordreDuJour", "question")}
    | {cdv(n) for n in ("fonctionReferent", "fonctionSuppleance", "visaFonction")}
)
_FILE_NAMES = frozenset({cdv("nomFichier")})
_RAW = cdv("texteBrut")
# Where a thing was read, and what was wrong there.
_CELLS = frozenset({cdv("Localisation"), cdv("Colonne"), cdv("Reserve")})
_PEOPLE = frozenset({cdv("habitantsTouches"), cdv("dontFemmes"), cdv("dontMoins25")})
_ABOUT_A_BODY = frozenset({cdv("organisme"), cdv("declarant"), cdv("apporteur"), cdv("evaluateur")})
# What goes when the thing it speaks of goes.
_PART_OF = frozenset({cdv(n) for n in ("contribution", "action", "sujet", "actionCitee", "engagement")} | {_DERIVED})
_EXPECTED = frozenset({cdv("attend"), cdv("partieActive")})

_TYPED = """
SELECT DISTINCT ?s WHERE {
  { ?s prov:wasDerivedFrom ?place . ?place a cdv:Localisation }
  UNION { ?s a cdv:Preuve } UNION { ?s a cdv:Contribution }
}
"""
# Each body that answered a campagne, and whether its contributions all have their visa in their current version.
_VISAS = """
SELECT ?campagne ?organisme (MIN(IF(BOUND(?vise), 1, 0)) AS ?tous) WHERE {
  ?contribution a cdv:Contribution ; cdv:campagne ?campagne ; cdv:organisme ?organisme .
  OPTIONAL {
    ?contribution cdv:etatVisa ?vise . FILTER(?vise = <https://w3id.org/droit-commun/codes/etat-visa/vise>)
  }
} GROUP BY ?campagne ?organisme
"""
_IMPORTS = "SELECT DISTINCT ?s WHERE { ?s a cdv:ImportExterne }"


def restrict_triples(store: Store, profil: Profil) -> list[Triple]:
    """Return the triples of *store* (personal data is never in it) that *profil* lets through.

    E-mails and telephone numbers in what contributors typed are masked whatever the profile; the raw text of a cell
    never leaves. The rest is the table of docs/profils.md.
    """
    triples = list(store.triples())
    typed = {row["s"].value for row in store.select(_TYPED)}
    hidden = _hidden(store, triples, profil)
    found = []
    for s, p, o in triples:
        if s.value in hidden or o.value in hidden or p.value == _RAW:
            continue
        if not profil.sources and p.value in _FILE_NAMES:
            continue
        if not profil.textes_libres and p.value in _FREE_TEXT and s.value in typed:
            continue
        if profil.detail_organismes == "vises" and p.value in _EXPECTED:
            continue
        found.append((s, p, _masked(o) if s.value in typed else o))
    return found if profil.seuil_habitants is None else _without_small_counts(found, profil.seuil_habitants)


def _hidden(store: Store, triples: Collection[Triple], profil: Profil) -> set[str]:
    """Return the nodes that go with all that is said of them."""
    hidden: set[str] = set()
    if not profil.constats:
        hidden |= {s.value for s, p, o in triples if p.value == _TYPE and o.value in _CELLS}
    if not profil.sources:
        # The name of an import comes from that of its file.
        hidden |= {row["s"].value for row in store.select(_IMPORTS)}
    if profil.detail_organismes == "vises":
        hidden |= _not_approved(store, triples)
    return hidden


def _not_approved(store: Store, triples: Collection[Triple]) -> set[str]:
    """Return what is said, in a campagne, by or of a body that has not given its visa for it, and what hangs on it."""
    approved = {(r["campagne"].value, r["organisme"].value) for r in store.select(_VISAS) if r["tous"].value == "1"}
    campagne: dict[str, str] = {}
    for s, p, o in triples:
        if p.value == cdv("dansCampagne") or (p.value == cdv("campagne") and s.value not in campagne):
            campagne[s.value] = o.value
    # A decision is that of an instance: it keeps the body that carries it.
    decisions = {s.value for s, p, o in triples if p.value == _TYPE and o.value == cdv("Decision")}
    hidden = {
        s.value
        for s, p, o in triples
        if p.value in _ABOUT_A_BODY
        and s.value in campagne
        and s.value not in decisions
        and (campagne[s.value], o.value) not in approved
    }
    hanging: dict[str, list[str]] = {}
    for s, p, o in triples:
        if p.value in _PART_OF:
            hanging.setdefault(o.value, []).append(s.value)
    waiting = list(hidden)
    while waiting:
        for node in hanging.get(waiting.pop(), ()):
            if node not in hidden:
                hidden.add(node)
                waiting.append(node)
    return hidden


def _without_small_counts(triples: list[Triple], seuil: int) -> list[Triple]:
    """Take out each count of inhabitants from 1 to *seuil* − 1, and the shares that would give one back."""
    reached = {s.value: int(o.value) for s, p, o in triples if p.value == cdv("habitantsTouches")}

    def small(value: int) -> bool:
        return 0 < value < seuil

    def kept(s: Term, p: Term, o: Term) -> bool:
        if p.value not in _PEOPLE:
            return True
        value = int(o.value)
        rest = reached[s.value] - value if s.value in reached else value
        return not (small(value) or small(rest) or small(reached.get(s.value, 0)))

    return [(s, p, o) for s, p, o in triples if kept(s, p, o)]


def _masked(term: Term) -> Term:
    """Return a text typed by a contributor without the addresses and telephone numbers it may hold."""
    if str(term).startswith("<") or mask(term.value) == term.value:
        return term
    return literal(mask(term.value))
