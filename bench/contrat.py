"""One fictitious contract without any fault, in our own vocabulary: strategy, places, parties, commitments.

Nothing of a real contract: numbers of pillars, ambitions, districts, municipalities and bodies are drawn. Bodies of a
department or a region (prefecture, département, CAF …) are the same ones in the contracts of that department.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from droitcommun.graph.names import PREFIXES, cdv, code_iri, contract_thing, contrat_iri, shared_iri
from droitcommun.graph.store import Term, Triple, iri, literal

TYPE = PREFIXES["rdf"] + "type"
COMMENT = PREFIXES["rdfs"] + "comment"
TITLE, SOURCE = PREFIXES["dcterms"] + "title", PREFIXES["dcterms"] + "source"
DERIVED = PREFIXES["prov"] + "wasDerivedFrom"
NOTATION, LABEL, BROADER = (PREFIXES["skos"] + name for name in ("notation", "prefLabel", "broader"))

SOURCES = {
    "budget-ordinaire": "droit-commun",
    "ctg": "droit-commun",
    "p147": "specifique",
    "adulte-relais": "specifique",
    "fonjep": "specifique",
}
TYPES = {
    "E01": ("presence-copil", None),
    "E02": ("contribution-transmise", None),
    "E03": ("document-cadre", None),
    "E05": ("presence-gtp", None),
    "E11": ("positionnement", None),
    "E12": ("rh-proximite", None),
    "E13": ("convention-tfpb", "bailleur"),
    "E14": ("copil-local", "commune"),
}
INSTANCES = {"copil": (1, 2), "gtp": (2, 4), "hackathon": (1, 1)}
ROLES = {"copil": "comite-pilotage", "gtp": "groupe-technique", "hackathon": "hackathon"}


@dataclass
class Body:
    """An organisme of the contract: its code, its type, and the municipality it governs."""

    code: str
    sorte: str
    obligatoire: bool
    commune: str | None = None

    @property
    def iri(self) -> str:
        """Return the IRI of the body."""
        return shared_iri("organisme", self.code)


@dataclass
class Contract:
    """A contract under construction: `nodes` says what is said of each IRI, by predicate.

    `kept` are nodes that a rule about another node rests on: no fault may be put on them. `quantities` are those
    already given to the resources of each action.
    """

    code: str
    rng: random.Random
    campagnes: tuple[int, ...]
    nodes: dict[str, dict[str, list[Term]]] = field(default_factory=dict)
    bodies: list[Body] = field(default_factory=list)
    ambitions: list[str] = field(default_factory=list)
    qpv: dict[str, str] = field(default_factory=dict)
    quantities: dict[str, set[Term]] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    annual: dict[tuple[str, int], list[str]] = field(default_factory=dict)

    def thing(self, kind: str, *codes: object) -> str:
        """Return the IRI of a node of this contract."""
        return contract_thing(self.code, kind, *codes)

    def say(self, subject: str, predicate: str, *values: Term | str) -> None:
        """Add values; a str is an IRI."""
        said = self.nodes.setdefault(subject, {}).setdefault(predicate, [])
        said += [iri(value) if isinstance(value, str) else value for value in values]

    def set(self, subject: str, predicate: str, *values: Term | str) -> None:
        """Replace the values of a predicate; none takes it away."""
        self.nodes[subject].pop(predicate, None)
        if values:
            self.say(subject, predicate, *values)

    def keys(self, subject: str, predicate: str) -> list[str]:
        """Return the values of a predicate as str."""
        return [value.value for value in self.nodes.get(subject, {}).get(predicate, [])]

    def of_type(self, kind: str, annee: int) -> list[str]:
        """Return the nodes of a class in one campagne, in the order they were made."""
        return self.annual.get((kind, annee), [])

    def keep(self, *subjects: str) -> None:
        """Put nodes out of reach of the faults."""
        self.kept.update(subjects)

    def triples(self) -> Iterator[Triple]:
        """Yield every triple, node by node in the order they were made."""
        for subject, said in self.nodes.items():
            for predicate, values in said.items():
                for value in values:
                    yield iri(subject), iri(predicate), value


def text(value: str) -> Term:
    """Return a text of the reader's language."""
    return literal(value)


def french(value: str) -> Term:
    """Return a French text."""
    return literal(value, lang="fr")


def year(value: int) -> Term:
    """Return a year."""
    return literal(value, "gYear")


def day(value: str) -> Term:
    """Return a day."""
    return literal(value, "date")


def number(value: int) -> Term:
    """Return an integer."""
    return literal(value, "integer")


def describe(c: Contract, numero: int) -> None:
    """Add what lasts: strategy, places, parties, commitments and instances."""
    _strategy(c, numero)
    _places(c, numero)
    _parties(c, numero)
    _commitments(c)


def _strategy(c: Contract, numero: int) -> None:
    contrat = contrat_iri(c.code)
    piliers, axes = c.rng.randint(2, 4), c.rng.randint(1, 3)
    c.say(contrat, TYPE, cdv("ContratDeVille"))
    c.say(contrat, NOTATION, text(c.code))
    c.say(contrat, TITLE, french(f"Contrat de ville fictif n° {numero}"))
    c.say(contrat, cdv("epci"), shared_iri("epci", c.code))
    c.say(contrat, cdv("dateDebut"), day("2024-01-01"))
    for p in range(1, piliers + 1):
        pilier = c.thing("pilier", f"P{p}")
        _concept(c, pilier, "Pilier", f"P{p}", f"Pilier {p}")
        for a in range(1, c.rng.randint(2, 5)):
            ambition = c.thing("ambition", f"A{p}.{a}")
            _concept(c, ambition, "Ambition", f"A{p}.{a}", f"Ambition {p}.{a}")
            c.say(ambition, BROADER, pilier)
            c.ambitions.append(ambition)
    for t in range(1, axes + 1):
        _concept(c, c.thing("axe", f"T{t}"), "AxeTransversal", f"T{t}", f"Axe {t}")
    for term, n in (("nombrePiliers", piliers), ("nombreAmbitions", len(c.ambitions)), ("nombreAxes", axes)):
        c.say(contrat, cdv(term), number(n))


def _concept(c: Contract, node: str, kind: str, code: str, label: str) -> None:
    c.say(node, TYPE, cdv(kind))
    c.say(node, cdv("contrat"), contrat_iri(c.code))
    c.say(node, NOTATION, text(code))
    c.say(node, LABEL, french(label))


def _places(c: Contract, numero: int) -> None:
    epci = shared_iri("epci", c.code)
    c.say(epci, TYPE, cdv("EPCI"))
    c.say(epci, LABEL, french(f"Agglomération fictive {numero}"))
    total = 0
    for k in range(c.rng.randint(4, 9)):
        code = f"Z{numero:03d}{k:02d}"
        commune = shared_iri("commune", code)
        c.say(commune, TYPE, cdv("Commune"))
        c.say(commune, NOTATION, text(code))
        c.say(commune, LABEL, french(f"Fictive-{code}"))
        c.say(commune, cdv("epci"), epci)
        for _again in range(c.rng.randint(1, 3)):
            code_qpv = f"QN{numero:03d}{len(c.qpv):02d}Z"
            total += add_qpv(c, code_qpv, commune)
    c.say(contrat_iri(c.code), cdv("nombreQPV"), number(len(c.qpv)))
    printed = c.thing("total-imprime", 2024)
    c.say(printed, TYPE, cdv("TotalImprime"))
    c.say(printed, cdv("contrat"), contrat_iri(c.code))
    c.say(printed, cdv("annee"), year(2024))
    c.say(printed, cdv("nombre"), number(total))


def add_qpv(c: Contract, code: str, commune: str) -> int:
    """Add a district of *commune* and return its population."""
    qpv, people = shared_iri("qpv", code), c.rng.randint(1000, 9000)
    _concept(c, qpv, "QPV", code, f"Quartier {code}")
    c.say(qpv, cdv("commune"), commune)
    c.say(qpv, cdv("perimetre"), code_iri("perimetre-qpv", "dans-contrat"))
    population = c.thing("population", f"{code}-2024")
    c.say(population, TYPE, cdv("Population"))
    c.say(population, cdv("territoire"), qpv)
    c.say(population, cdv("annee"), year(2024))
    c.say(population, cdv("nombre"), number(people))
    c.qpv[qpv] = commune
    return people


def _parties(c: Contract, numero: int) -> None:
    departement, region = numero // 4, numero // 24
    shared = [
        (f"prefecture-f{departement:02d}", "etat", True),
        (f"departement-f{departement:02d}", "departement", True),
        (f"region-f{region:02d}", "region", True),
        (f"caf-f{departement:02d}", "protection-sociale", False),
        (f"emploi-f{departement:02d}", "emploi-insertion", False),
        (f"bailleur-f{departement:02d}-1", "bailleur", True),
        (f"bailleur-f{departement:02d}-2", "bailleur", True),
    ]
    c.bodies = [Body(f"agglo-{c.code}", "epci", True), *(Body(*one) for one in shared)]
    c.bodies += [
        Body(f"commune-{commune.rpartition('/')[2]}", "commune", True, commune)
        for commune in dict.fromkeys(c.qpv.values())
    ]
    c.bodies += [Body(f"association-{c.code}-{k}", "association", False) for k in range(c.rng.randint(3, 8))]
    for body in c.bodies:
        add_party(c, body)


def add_party(c: Contract, body: Body) -> None:
    """Add a body and what makes it a party."""
    c.say(body.iri, TYPE, cdv("Organisme"))
    c.say(body.iri, NOTATION, text(body.code))
    c.say(body.iri, LABEL, french(f"Organisme fictif {body.code}"))
    c.say(body.iri, cdv("typeOrganisme"), code_iri("type-organisme", body.sorte))
    if body.commune:
        c.say(body.iri, cdv("competence"), body.commune)
    partie = c.thing("partie", body.code)
    c.say(partie, TYPE, cdv("Partie"))
    c.say(partie, cdv("contrat"), contrat_iri(c.code))
    c.say(partie, cdv("organisme"), body.iri)
    c.say(partie, cdv("obligatoire"), literal(body.obligatoire, "boolean"))
    statut = "signataire" if body.obligatoire else "partenaire"
    c.say(partie, cdv("statutPartie"), code_iri("statut-partie", statut))
    categorie = "conclut" if body.obligatoire else "peut-signer"
    c.say(partie, cdv("categorieLegale"), code_iri("categorie-legale", categorie))
    c.say(partie, cdv("dateDebut"), day("2024-01-01"))
    c.say(partie, cdv("deliberation"), text("Délibération fictive du 1er janvier 2024"))


def _commitments(c: Contract) -> None:
    for code, (preuve, sorte) in TYPES.items():
        node = c.thing("type-engagement", code)
        _concept(c, node, "TypeEngagement", code, f"Engagement {code}")
        c.say(node, cdv("prouvePar"), code_iri("type-preuve", preuve))
        if code == "E02":
            c.say(node, cdv("prouvePar"), code_iri("type-preuve", "presence-hackathon"))
        if sorte:
            c.say(node, cdv("appliqueA"), code_iri("type-organisme", sorte))
    for code, (low, high) in INSTANCES.items():
        node = c.thing("instance", code)
        _concept(c, node, "Instance", code, f"Instance {code}")
        c.say(node, cdv("frequenceMin"), number(low))
        c.say(node, cdv("frequenceMax"), number(high))
        c.say(node, cdv("presenceProuve"), code_iri("type-preuve", f"presence-{code}"))
        c.say(node, cdv("roleInstance"), code_iri("role-instance", ROLES[code]))
    local = c.thing("instance", "copil-local")
    _concept(c, local, "Instance", "copil-local", "Comité local")
    c.say(local, cdv("presenceProuve"), code_iri("type-preuve", "copil-local"))
    for source, qualification in SOURCES.items():
        node = c.thing("qualification", "contrat", source)
        c.say(node, TYPE, cdv("Qualification"))
        c.say(node, cdv("contrat"), contrat_iri(c.code))
        c.say(node, cdv("source"), code_iri("source-financement", source))
        c.say(node, cdv("qualification"), code_iri("qualification", qualification))
