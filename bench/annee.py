"""The campagnes of a fictitious contract without any fault: what each body sent, and who was at which meeting."""

from __future__ import annotations

import random
from itertools import count

from contrat import (
    COMMENT,
    DERIVED,
    SOURCES,
    TITLE,
    TYPE,
    TYPES,
    Body,
    Contract,
    day,
    describe,
    number,
    text,
    year,
)

from droitcommun.graph.names import cdv, code_iri, contrat_iri
from droitcommun.graph.store import Term, literal

FORMES = ("offre-ordinaire", "renforcee", "adaptee", "nouvelle")


def make_contract(numero: int, graine: int, campagnes: tuple[int, ...], actions: int) -> Contract:
    """Return the contract *numero* of the seed *graine*, with *actions* actions shared by its campagnes."""
    contract = Contract(f"ville-{numero:03d}", random.Random(f"{graine}/{numero}"), campagnes)
    describe(contract, numero)
    for rank, annee in enumerate(campagnes):
        share = actions // len(campagnes) + (rank < actions % len(campagnes))
        _campagne(contract, annee)
        _answers(contract, annee)
        _actions(contract, annee, share)
        _seances(contract, annee)
    return contract


def _campagne(c: Contract, annee: int) -> None:
    campagne = c.thing("campagne", annee)
    c.say(campagne, TYPE, cdv("Campagne"))
    c.say(campagne, cdv("contrat"), contrat_iri(c.code))
    c.say(campagne, cdv("annee"), year(annee))
    c.say(campagne, cdv("fictif"), literal(True, "boolean"))
    for term, value in (("dateOuverture", "01-05"), ("dateReference", "01-05"), ("dateCloture", "10-01")):
        c.say(campagne, cdv(term), day(f"{annee}-{value}"))
    c.say(campagne, cdv("statutCampagne"), code_iri("statut-campagne", "ouverte"))
    c.say(campagne, cdv("attend"), *(body.iri for body in c.bodies))


def annual(c: Contract, kind: str, node: str, annee: int) -> str:
    """Say the class, the campagne and the place of an annual node, and return it."""
    place = c.thing("source", f"{annee}{len(c.nodes):06d}")
    c.say(node, TYPE, cdv(kind))
    if kind != "Presence":
        c.say(node, cdv("campagne"), c.thing("campagne", annee))
    c.say(node, DERIVED, place)
    c.annual.setdefault((kind, annee), []).append(node)
    return node


def _answers(c: Contract, annee: int) -> None:
    """Add the answer of each body, the state of each of its commitments, and its priorities."""
    for body in c.bodies:
        answer = annual(c, "Contribution", c.thing("contribution", annee, body.code, "siege"), annee)
        c.say(answer, cdv("contrat"), contrat_iri(c.code))
        c.say(answer, cdv("organisme"), body.iri)
        c.say(answer, cdv("service"), text("Siège"))
        c.say(answer, cdv("reponse"), code_iri("reponse", "neant"))
        c.say(answer, cdv("dateReponse"), day(f"{annee}-03-12"))
        c.say(answer, cdv("fonctionReferent"), text("Référente"))
        for code, (_preuve, sorte) in TYPES.items():
            if sorte in (None, body.sorte) and (body.obligatoire or code == "E01"):
                _suivi(c, body, answer, code, annee)
        for ambition in c.rng.sample(c.ambitions, 2):
            place = c.thing("positionnement", annee, body.code, "siege", ambition.rpartition("/")[2])
            annual(c, "Positionnement", place, annee)
            c.say(place, cdv("organisme"), body.iri)
            c.say(place, cdv("contribution"), answer)
            c.say(place, cdv("ambition"), ambition)
            c.say(place, cdv("prioritaire"), literal(True, "boolean"))


def _suivi(c: Contract, body: Body, answer: str, code: str, annee: int) -> None:
    suivi = annual(c, "SuiviEngagement", c.thing("suivi", annee, body.code, "siege", code), annee)
    c.say(suivi, cdv("organisme"), body.iri)
    c.say(suivi, cdv("contribution"), answer)
    c.say(suivi, cdv("typeEngagement"), c.thing("type-engagement", code))
    if not body.obligatoire:
        c.say(suivi, cdv("modalite"), code_iri("modalite", "declare"))
    etat = "constate" if code == "E03" else c.rng.choice(("constate", "en-cours", "pas-encore"))
    if code == "E12" or not body.obligatoire:
        etat = "en-cours"
    c.say(suivi, cdv("etatEngagement"), code_iri("etat-engagement", etat))
    if code == "E03":
        preuve = c.thing("preuve", annee, body.code, "siege", code)
        c.say(suivi, cdv("preuve"), preuve)
        c.say(preuve, TYPE, cdv("Preuve"))
        c.say(preuve, COMMENT, text("Feuille de route transmise"))


def _actions(c: Contract, annee: int, wanted: int) -> None:
    """Add the actions and their means. The first ones serve every ambition and district, and every body's staff."""
    authors = [body for body in c.bodies if c.rng.random() < 0.8 or body.sorte == "bailleur"]
    ranks = count(1)
    for body in authors:
        answer = c.thing("contribution", annee, body.code, "siege")
        c.set(answer, cdv("reponse"), code_iri("reponse", "actions-declarees"))
        action = add_action(c, annee, next(ranks), body)
        staff = add_moyen(c, annee, next(ranks), action, body)
        _count_in(c, staff, "personnel", "ETP")
        c.keep(action, staff)
        if body.sorte == "bailleur":
            paid = add_moyen(c, annee, next(ranks), action, body)
            _count_in(c, paid, "depense-tfpb", "EUR")
            c.set(paid, cdv("source"), code_iri("source-financement", "abattement-tfpb"))
            c.keep(paid)
    free = [body for body in authors if body.commune is None]
    for target in (*c.ambitions, *c.qpv):
        action = add_action(c, annee, next(ranks), c.rng.choice(free))
        if target in c.qpv:
            c.set(action, cdv("portee"), code_iri("portee", "qpv"))
            c.set(action, cdv("commune"))
            c.set(action, cdv("qpv"), target)
        else:
            c.set(action, cdv("ambitionPrincipale"), target)
        c.keep(action)
    done = len(authors) + len(c.ambitions) + len(c.qpv)
    for _rank in range(max(0, wanted - done)):
        body = c.rng.choice(authors)
        action = add_action(c, annee, next(ranks), body)
        for _more in range(c.rng.choice((1, 1, 2, 3))):
            add_moyen(c, annee, next(ranks), action, body)


def add_action(c: Contract, annee: int, rank: int, body: Body) -> str:
    """Add a whole action of *body*, and return it."""
    action = annual(c, "Action", c.thing("action", annee, body.code, "siege", f"a{rank:04d}"), annee)
    c.say(action, cdv("contrat"), contrat_iri(c.code))
    c.say(action, cdv("contribution"), c.thing("contribution", annee, body.code, "siege"))
    c.say(action, cdv("declarant"), body.iri)
    c.say(action, TITLE, text(f"Action fictive {rank}"))
    c.say(action, cdv("ambitionPrincipale"), c.rng.choice(c.ambitions))
    c.say(action, cdv("forme"), code_iri("forme-mobilisation", c.rng.choice(FORMES)))
    portee = c.rng.choice(("qpv", "qpv", "equipement-voisin", "commune", "agglomeration"))
    c.say(action, cdv("portee"), code_iri("portee", portee))
    own = [qpv for qpv, commune in c.qpv.items() if body.commune in (None, commune)]
    if portee in ("qpv", "equipement-voisin"):
        c.say(action, cdv("qpv"), *c.rng.sample(own, min(len(own), c.rng.choice((1, 1, 2)))))
    elif portee == "commune":
        c.say(action, cdv("commune"), body.commune or c.qpv[c.rng.choice(own)])
    if c.rng.random() < 0.6:
        people = c.rng.randint(5, 400)
        c.say(action, cdv("habitantsTouches"), number(people))
        c.say(action, cdv("dontFemmes"), number(c.rng.randint(0, people)))
    return action


def add_moyen(c: Contract, annee: int, rank: int, action: str, body: Body) -> str:
    """Add a whole resource of *body* to *action*, and return it."""
    moyen = annual(c, "Moyen", c.thing("moyen", annee, body.code, "siege", f"m{rank:04d}"), annee)
    c.say(moyen, cdv("contrat"), contrat_iri(c.code))
    c.say(moyen, cdv("contribution"), c.thing("contribution", annee, body.code, "siege"))
    c.say(moyen, cdv("action"), action)
    c.say(moyen, cdv("apporteur"), body.iri)
    exercice, phase = c.rng.choice(
        ((annee - 1, "realise-definitif"), (annee - 1, "realise-provisoire"), (annee, "prevu"))
    )
    c.say(moyen, cdv("exercice"), year(exercice))
    c.say(moyen, cdv("phase"), code_iri("phase", phase))
    # The credits of the State are its own to declare.
    own = [source for source in SOURCES if source != "p147" or body.sorte == "etat"]
    c.say(moyen, cdv("source"), code_iri("source-financement", c.rng.choice(own)))
    if not {"qpv", "equipement-voisin"} & {key.rpartition("/")[2] for key in c.keys(action, cdv("portee"))}:
        c.say(moyen, cdv("partQPV"), literal(f"{c.rng.randint(1, 100)}.0", "decimal"))
        c.say(moyen, cdv("originePart"), code_iri("origine-part", "population"))
    _count_in(c, moyen, *c.rng.choice((("subvention", "EUR"), ("subvention", "EUR"), ("personnel", "ETP"))))
    return moyen


def _count_in(c: Contract, moyen: str, nature: str, unite: str) -> None:
    """Say how much a resource is: another quantity than the others of its action, else two rows could be identical."""
    c.set(moyen, cdv("nature"), code_iri("nature-moyen", nature))
    c.set(moyen, cdv("unite"), code_iri("unite", unite))
    money, others = unite == "EUR", c.quantities.setdefault(c.keys(moyen, cdv("action"))[0], set())
    quantity = _draw(c, money)
    while quantity in others:
        quantity = _draw(c, money)
    others.add(quantity)
    c.set(moyen, cdv("centimes"), *([quantity] if money else []))
    c.set(moyen, cdv("quantite"), *([] if money else [quantity]))


def _draw(c: Contract, money: bool) -> Term:
    return number(c.rng.randint(1000, 9_000_000)) if money else literal(f"{c.rng.randint(1, 40)}.5", "decimal")


def _seances(c: Contract, annee: int) -> None:
    for code, months in (("copil", (6,)), ("gtp", (2, 5)), ("hackathon", (9,)), ("copil-local", (4,))):
        for month in months:
            seance = add_seance(c, annee, code, month)
            present = [body for body in c.bodies if code != "copil-local" or body.commune]
            for body in present:
                add_presence(c, annee, seance, body)


def add_seance(c: Contract, annee: int, instance: str, month: int) -> str:
    """Add a meeting that was held, with its minutes, and return it."""
    date = f"{annee}-{month:02d}-01"
    seance = annual(c, "Seance", c.thing("seance", annee, f"{instance}-{date}"), annee)
    c.say(seance, cdv("instance"), c.thing("instance", instance))
    c.say(seance, cdv("date"), day(date))
    c.say(seance, cdv("statutSeance"), code_iri("statut-seance", "tenue"))
    c.say(seance, cdv("compteRendu"), text("CR"))
    return seance


def add_presence(c: Contract, annee: int, seance: str, body: Body) -> str:
    """Say that *body* was at *seance*, and return the presence."""
    presence = annual(c, "Presence", c.thing("presence", annee, seance.rpartition("/")[2], body.code), annee)
    c.say(presence, cdv("seance"), seance)
    c.say(presence, cdv("organisme"), body.iri)
    c.say(presence, cdv("etatPresence"), code_iri("presence", "present"))
    return presence
