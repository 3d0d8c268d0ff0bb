"""What a workbook is prefilled with, read from the contract and what derives from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from droitcommun.graph.errors import OrganismeInconnu
from droitcommun.graph.names import CODES, contract_thing, contrat_iri, shared_iri, slug
from droitcommun.graph.store import Row, Store, Term, iri

_CONTRAT = "SELECT $contrat ?titre WHERE { $contrat dcterms:title ?titre }"
_ORGANISMES = """
SELECT ?code ?libelle WHERE {
  ?o a cdv:Organisme ; skos:notation ?code ; skos:prefLabel ?libelle .
  FILTER(lang(?libelle) IN ("", "fr"))
}
"""
_STRATEGIE = """
SELECT $contrat $classe ?code ?libelle WHERE {
  ?c a $classe ; cdv:contrat $contrat ; skos:notation ?code ; skos:prefLabel ?libelle .
  FILTER(lang(?libelle) IN ("", "fr"))
} ORDER BY ?code
"""
_COMMUNES = """
SELECT DISTINCT ?code ?libelle WHERE {
  ?c a cdv:Commune ; skos:notation ?code ; skos:prefLabel ?libelle .
  FILTER(lang(?libelle) IN ("", "fr"))
}
"""
# What is compared beside QPV and communes: agglomerations, larger areas.
_TERRITOIRES = """
SELECT DISTINCT ?code ?libelle WHERE {
  ?t a ?classe ; skos:notation ?code ; skos:prefLabel ?libelle .
  FILTER(?classe IN (cdv:EPCI, cdv:Territoire) && lang(?libelle) IN ("", "fr"))
}
"""
_CODES = """
SELECT ?scheme ?c ?libelle WHERE {
  ?c skos:inScheme ?scheme ; skos:prefLabel ?libelle .
  FILTER(lang(?libelle) = "fr")
  OPTIONAL { ?c cdv:ordre ?ordre }
  OPTIONAL { ?plus skos:broader ?c }
  FILTER(!BOUND(?plus))
} ORDER BY ?scheme ?ordre ?libelle
"""
_TYPES = """
SELECT DISTINCT $contrat $organisme ?code ?libelle WHERE {
  ?type a cdv:TypeEngagement ; cdv:contrat $contrat ; skos:notation ?code ; skos:prefLabel ?libelle .
  FILTER(lang(?libelle) IN ("", "fr"))
  $organisme cdv:typeOrganisme ?genre .
  OPTIONAL { ?type cdv:appliqueA ?limite }
  OPTIONAL { ?type cdv:appliqueA ?permis . FILTER(?permis = ?genre) }
  FILTER(!BOUND(?limite) || BOUND(?permis))
} ORDER BY ?code
"""
# A body's own places: the communes it is competent for, or all those of its EPCI; then the QPV that stand there.
_OWN_PLACES = """
SELECT DISTINCT $organisme ?code WHERE {
  $organisme cdv:competence ?territoire .
  { ?place cdv:commune ?territoire } UNION { ?territoire a cdv:Commune . BIND(?territoire AS ?place) }
  ?place skos:notation ?code .
}
"""
_PARTIS = """
SELECT $contrat ?code ?libelle ?nouveau ?libelleNouveau WHERE {
  ?parti a cdv:AncienElement ; cdv:contrat $contrat ; cdv:instituePar ?avenant ; skos:notation ?code ;
    skos:prefLabel ?libelle ; cdv:ancienneClasse ?classe .
  FILTER(lang(?libelle) IN ("", "fr") && ?classe IN (cdv:Ambition, cdv:QPV))
  OPTIONAL {
    ?parti cdv:remplacePar ?suite . ?suite skos:notation ?nouveau ; skos:prefLabel ?libelleNouveau .
    FILTER(lang(?libelleNouveau) IN ("", "fr"))
  }
} ORDER BY ?code ?nouveau
"""
_RENOMMES = """
SELECT $contrat ?code ?libelle ?ancien WHERE {
  ?chose skos:hiddenLabel ?ancien ; cdv:contrat $contrat ; cdv:instituePar ?avenant ; skos:notation ?code ;
    skos:prefLabel ?libelle .
  FILTER(lang(?libelle) IN ("", "fr"))
} ORDER BY ?code ?ancien
"""
_CLOTURE = "SELECT $campagne ?jour WHERE { $campagne cdv:dateCloture ?jour }"
# What the co-pilots decided for this campagne, else what the contract says.
_QUALIFICATIONS = """
SELECT $contrat $campagne ?source ?decide ?libelle WHERE {
  ?q a cdv:Qualification ; cdv:contrat $contrat ; cdv:source ?s ; cdv:qualification ?valeur .
  ?s skos:prefLabel ?source . ?valeur skos:prefLabel ?libelle .
  FILTER(lang(?source) = "fr" && lang(?libelle) = "fr")
  OPTIONAL { ?q cdv:campagne ?autre }
  FILTER(!BOUND(?autre) || ?autre = $campagne)
  BIND(BOUND(?autre) AS ?decide)
} ORDER BY ?source ?decide ?libelle
"""
# Apart from the types: joined to them, the engagements of every body would be read for each.
_MODALITES = """
SELECT DISTINCT $organisme $campagne ?code ?modalite WHERE {
  ?engagement cdv:organisme $organisme ; a cdv:Engagement ; cdv:campagne $campagne ;
    cdv:typeEngagement ?type ; cdv:modalite ?m .
  ?type skos:notation ?code .
  ?m skos:prefLabel ?modalite . FILTER(lang(?modalite) = "fr")
}
"""


@dataclass(frozen=True)
class Choice:
    """One value of a list, shown « code – libellé »."""

    code: str
    label: str

    def __str__(self) -> str:
        return f"{self.code} – {self.label}"


@dataclass(frozen=True)
class EngagementRow:
    """One commitment that may bind the body; `modalite` is empty when nobody has said."""

    code: str
    label: str
    modalite: str


@dataclass(frozen=True)
class TemplateContext:
    """All that a workbook shows beside its columns.

    `codes` holds the labels of each scheme IRI, in order; `words` the label of each code IRI. `places` are QPV and
    communes, the body's own first; `echeance` is the day the campagne closes; `qualifications` gives source and word.
    """

    contrat: str
    titre: str
    annee: int
    organisme: Choice | None
    service: str
    made: date
    fictif: bool
    engagements: tuple[EngagementRow, ...] = ()
    ambitions: tuple[Choice, ...] = ()
    axes: tuple[Choice, ...] = ()
    qpv: tuple[Choice, ...] = ()
    communes: tuple[Choice, ...] = ()
    instances: tuple[Choice, ...] = ()
    organismes: tuple[Choice, ...] = ()
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    places: tuple[Choice, ...] = ()
    echeance: date | None = None
    qualifications: tuple[tuple[str, str], ...] = ()
    criteres_evaluatifs: tuple[Choice, ...] = ()
    criteres_vulnerabilite: tuple[Choice, ...] = ()
    points: tuple[Choice, ...] = ()
    piliers: tuple[Choice, ...] = ()
    changements: tuple[str, ...] = ()
    indicateurs: tuple[Choice, ...] = ()
    territoires: tuple[Choice, ...] = ()
    dispositifs: tuple[Choice, ...] = ()


def build_context(
    dataset_store: Store, contrat: str, annee: int, organisme: str | None, service: str, made: date, fictif: bool
) -> TemplateContext:
    """Return what the workbook of one body (None: the steering workbook) is prefilled with.

    *dataset_store* holds codes, contract and derived engagements. Raises OrganismeInconnu.
    """
    node = iri(contrat_iri(contrat))
    organismes = _by_label(dataset_store.select(_ORGANISMES))
    chosen = next((choice for choice in organismes if choice.code == organisme), None)
    if organisme is not None and chosen is None:
        raise OrganismeInconnu(organisme, [choice.code for choice in organismes])
    campagne = iri(contract_thing(contrat, "campagne", annee))
    own = _own_places(dataset_store, chosen) if chosen else frozenset()
    qpv = _own_first(_strategie(dataset_store, node, "QPV"), own)
    communes = _own_first(_by_label(dataset_store.select(_COMMUNES)), own)
    closing = [row["jour"].value for row in dataset_store.select(_CLOTURE, {"campagne": campagne})]
    codes, words = _codes(dataset_store)
    titles = [row["titre"].value for row in dataset_store.select(_CONTRAT, {"contrat": node})]
    return TemplateContext(
        contrat=contrat,
        titre=min(titles, default=contrat),
        annee=annee,
        organisme=chosen,
        service=service,
        made=made,
        fictif=fictif,
        engagements=_engagements(dataset_store, contrat, annee, chosen) if chosen else (),
        ambitions=_strategie(dataset_store, node, "Ambition"),
        axes=_strategie(dataset_store, node, "AxeTransversal", "SousAxe"),
        qpv=qpv,
        communes=communes,
        instances=_strategie(dataset_store, node, "Instance"),
        organismes=organismes,
        codes=codes,
        words=words,
        places=_own_first(qpv + communes, own),
        echeance=date.fromisoformat(min(closing)) if closing else None,
        qualifications=_qualifications(dataset_store, node, campagne),
        criteres_evaluatifs=_strategie(dataset_store, node, "CritereEvaluatif"),
        criteres_vulnerabilite=_strategie(dataset_store, node, "CritereVulnerabilite"),
        points=_strategie(dataset_store, node, "PointAttendu", "QuestionCopil"),
        piliers=_strategie(dataset_store, node, "Pilier"),
        changements=_changements(dataset_store, node),
        indicateurs=_strategie(dataset_store, node, "Indicateur"),
        territoires=_by_label(dataset_store.select(_TERRITOIRES)),
        dispositifs=_strategie(dataset_store, node, "Dispositif"),
    )


def _changements(store: Store, contrat: Term) -> tuple[str, ...]:
    """Return what avenants changed in the ambitions and the QPV, in a line each."""
    partis: dict[str, list[str]] = {}
    for row in store.select(_PARTIS, {"contrat": contrat}):
        new = f"{row['nouveau'].value} – {row['libelleNouveau'].value}" if "nouveau" in row else ""
        partis.setdefault(f"{row['code'].value} – {row['libelle'].value}", []).append(new)
    gone = [f"{old} : {_suite(list(filter(None, new)))}" for old, new in partis.items()]
    renamed = [
        f"{row['code'].value} – {row['ancien'].value} : s'appelle maintenant « {row['libelle'].value} »"
        for row in store.select(_RENOMMES, {"contrat": contrat})
    ]
    return (*gone, *renamed)


def _suite(new: list[str]) -> str:
    if not new:
        return "n'est plus dans le contrat"
    return f"devient « {new[0]} »" if len(new) == 1 else "devient, au choix, " + " ou ".join(f"« {n} »" for n in new)


def _strategie(store: Store, contrat: Term, *classes: str) -> tuple[Choice, ...]:
    found: list[Choice] = []
    for name in classes:
        classe = iri("https://w3id.org/droit-commun/def#" + name)
        found += _choices(store.select(_STRATEGIE, {"contrat": contrat, "classe": classe}))
    return tuple(sorted(found, key=lambda choice: _natural(choice.code)))


def _engagements(store: Store, contrat: str, annee: int, organisme: Choice) -> tuple[EngagementRow, ...]:
    body = iri(shared_iri("organisme", organisme.code))
    campagne = iri(contract_thing(contrat, "campagne", annee))
    said: dict[str, str] = {}
    for row in store.select(_MODALITES, {"organisme": body, "campagne": campagne}):
        code = row["code"].value
        said[code] = max(said.get(code, ""), row["modalite"].value)
    types = store.select(_TYPES, {"organisme": body, "contrat": iri(contrat_iri(contrat))})
    return tuple(
        EngagementRow(row["code"].value, row["libelle"].value, said.get(row["code"].value, "")) for row in types
    )


def _own_places(store: Store, organisme: Choice) -> frozenset[str]:
    rows = store.select(_OWN_PLACES, {"organisme": iri(shared_iri("organisme", organisme.code))})
    return frozenset(row["code"].value for row in rows)


def _own_first(choices: tuple[Choice, ...], own: frozenset[str]) -> tuple[Choice, ...]:
    return tuple(sorted(choices, key=lambda choice: choice.code not in own))


def _qualifications(store: Store, contrat: Term, campagne: Term) -> tuple[tuple[str, str], ...]:
    """Return (source, qualification) in French, by source; a decision of the campagne wins over the contract."""
    rows = store.select(_QUALIFICATIONS, {"contrat": contrat, "campagne": campagne})
    return tuple({row["source"].value: row["libelle"].value for row in rows}.items())


def _codes(store: Store) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    codes: dict[str, list[str]] = {}
    words: dict[str, str] = {}
    for row in store.select(_CODES):
        scheme, label = row["scheme"].value, row["libelle"].value
        if scheme.startswith(CODES):
            codes.setdefault(scheme, []).append(label)
            words[row["c"].value] = label
    return {scheme: tuple(labels) for scheme, labels in codes.items()}, words


def _choices(rows: list[Row]) -> tuple[Choice, ...]:
    return tuple(Choice(row["code"].value, row["libelle"].value) for row in rows)


def _by_label(rows: list[Row]) -> tuple[Choice, ...]:
    """Return choices as a French reader looks them up: É stands with E."""
    return tuple(sorted(_choices(rows), key=lambda choice: (slug(choice.label), choice.code)))


def _natural(code: str) -> tuple[object, ...]:
    """Return a sorting key where T1.10 comes after T1.9."""
    return tuple(int(part) if part.isdigit() else part for part in code.replace(".", " . ").split())
