"""Which nodes each figure of the picture is made of, counted again from the flat table, not from the questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from droitcommun.graph.catalogue import code_of
from droitcommun.graph.names import PREFIXES, cdv, code_iri, contract_thing
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.figures import FORMES_POUR_LES_QPV, PRESTATION_LEGALE, Figure, periodes_dites
from droitcommun.graph.tracing import Fact, Kept, Matter, behind, money, ones

_TYPE = PREFIXES["rdf"] + "type"
_ORIGINES = {1: "droit-commun", 2: "specifique", 3: "a-qualifier", 5: "abattement-tfpb"}
_ETATS = {2: "constate", 3: "en-cours", 4: "sans-information", 5: "pas-encore", 6: "sans-objet"}


def kept_of_figure(picture: Picture, figure: Figure, matter: Matter) -> Kept:
    """Return the nodes behind a figure, and what each adds; nothing when its group is not known here."""
    groupe, _sep, number = figure.id.removeprefix("F-").rpartition("-")
    trace = _GROUPES.get(groupe)
    return trace(picture, int(number), matter) if trace else behind(())


def _legal(fact: Fact) -> bool:
    return fact["forme"] == PRESTATION_LEGALE


def _in_period(picture: Picture, fact: Fact) -> bool:
    wanted = picture.principale
    return fact["phase_groupe"] == wanted.phase and fact["exercice"] == wanted.exercice


def _euros(picture: Picture, number: int, matter: Matter) -> Kept:
    rang, n = (number - 1) // 5, (number - 1) % 5 + 1
    periode = periodes_dites(picture.montants, picture.principale, picture.autre)[rang]

    def keep(fact: Fact) -> bool:
        if fact["unite"] != "EUR" or (fact["phase_groupe"], fact["exercice"]) != (periode.phase, periode.exercice):
            return False
        return _legal(fact) if n == 4 else not _legal(fact) and fact["origine"] == _ORIGINES[n]

    return money(matter, keep)


def _etp(picture: Picture, number: int, matter: Matter) -> Kept:
    def keep(fact: Fact) -> bool:
        held = fact["unite"] == "ETP" and not _legal(fact) and _in_period(picture, fact)
        if number == 2:
            return held and fact["source"] == "adulte-relais"
        return held and (number != 3 or fact["genre"] == "qpv")

    kept = money(matter, keep, "quantite")
    return replace(kept, additive=number < 4, unite="ETP")


def _rencontre(picture: Picture, number: int, matter: Matter) -> Kept:
    by_action: dict[str, dict[str, Decimal]] = {}
    with_dc = {f["action"] for f in matter.rows if f["origine"] == "droit-commun" and _in_period(picture, f)}
    declared = {code_of(a) for a in matter.declared}
    spec: set[str] = set()
    for fact in matter.rows:
        action = str(fact["action"])
        if fact["unite"] == "EUR" and _in_period(picture, fact) and not _legal(fact):
            sums = by_action.setdefault(action, {})
            if fact["origine"] == "specifique":
                spec.add(action)
            if isinstance(fact["euros"], Decimal):
                sums[str(fact["origine"])] = sums.get(str(fact["origine"]), Decimal(0)) + fact["euros"]
    both = {a for a, s in by_action.items() if s.get("droit-commun", 0) > 0 and s.get("specifique", 0) > 0}
    if number in (2, 3):
        origine = _ORIGINES[number - 1]
        return money(matter, lambda f: _period_euros(picture, f) and f["origine"] == origine and f["action"] in both)
    if number == 4:
        kept = money(matter, lambda f: _period_euros(picture, f) and f["action"] in both)
        return replace(kept, additive=False)
    codes = both if number == 1 else {a for a in spec if a in declared and a not in with_dc}
    return ones(matter.by_code[f"action:{code}"] for code in sorted(codes))


def _period_euros(picture: Picture, fact: Fact) -> bool:
    return fact["unite"] == "EUR" and _in_period(picture, fact) and not _legal(fact)


def _actions(_picture: Picture, number: int, matter: Matter) -> Kept:
    """Actions of droit commun: with a moyen of that origin, or declared with none at all; linked ones count once."""
    funded = {str(f["action"]) for f in matter.rows if f["action"]}
    held = {matter.counted(a) for a in matter.actions if code_of(a) in funded}
    bare = {matter.counted(a) for a in matter.declared} - held
    common = {str(f["action"]) for f in matter.rows if f["origine"] == "droit-commun" and f["action"]}
    counted = {matter.counted(a) for a in matter.actions if code_of(a) in common} | bare
    legal = {a for a in counted if "prestation-legale" in _formes(matter, a)}
    chosen: set[str] = counted - legal
    if number == 2:
        chosen = {a for a in chosen if set(_formes(matter, a)) & set(FORMES_POUR_LES_QPV)}
    elif number == 3:
        chosen &= bare
    elif number == 4:
        chosen = legal
    return ones(sorted(chosen))


def _formes(matter: Matter, action: str) -> list[str]:
    return [code_of(forme) for forme in matter.nodes.keys(action, cdv("forme"))]


def _retours(_picture: Picture, number: int, matter: Matter) -> Kept:
    nodes = matter.nodes
    expected = nodes.keys(matter.campagne, cdv("attend"))
    answers: dict[str, list[str]] = {}
    for contribution in matter.of_campagne("Contribution"):
        answers.setdefault(nodes.key(contribution, cdv("organisme")) or "", []).append(contribution)
    neant = code_iri("reponse", "neant")
    chosen = {
        1: expected,
        2: [o for o in expected if o in answers],
        3: [o for o in expected if o in answers and all(nodes.key(k, cdv("reponse")) == neant for k in answers[o])],
        4: [o for o in expected if o not in answers],
        5: [o for o in answers if o not in expected],
    }[number]
    # A body counts once, by the first of its answers; one that says nothing has no file.
    return ones(sorted(answers[o])[0] if number not in (1, 4) and o in answers else o for o in chosen)


def _habitants(_picture: Picture, number: int, matter: Matter) -> Kept:
    path = {4: "dontFemmes", 5: "dontFemmes", 6: "dontMoins25", 7: "dontMoins25"}.get(number, "habitantsTouches")
    groups: dict[str, list[tuple[int, str]]] = {}
    for action in matter.declared:
        said, reached = (matter.nodes.key(action, cdv(name)) for name in (path, "habitantsTouches"))
        groups.setdefault(matter.counted(action), [])
        # A part is counted where the whole is known too.
        if said is not None and reached is not None:
            groups[matter.counted(action)].append((int(Decimal(said)), action))
    if number == 3:
        return ones(sorted(groups))
    # Of linked actions the largest number is kept: they are the same people.
    best = sorted(max(values) for values in groups.values() if values)
    if number in (2, 5, 7):
        return ones((action for _n, action in best), cdv(path))
    items = tuple((action, cdv(path), n) for n, action in best)
    return Kept(items, additive=number == 1)


def _ambitions(_picture: Picture, _number: int, matter: Matter) -> Kept:
    return behind(matter.declared, cdv("ambitionPrincipale"))


def _qpv(picture: Picture, number: int, matter: Matter) -> Kept:
    if number == 4:
        kept = money(matter, lambda f: _period_euros(picture, f) and f["origine"] == "droit-commun")
        return replace(kept, additive=False)
    return behind((a for a in matter.declared if matter.nodes.key(a, cdv("qpv"))), cdv("qpv"))


def _engagements(picture: Picture, number: int, matter: Matter) -> Kept:
    """Commitments in a state: the follow-up that a workbook holds of each, else the commitment the contract implies.

    What proves it by computation (a presence, a deposit …) comes beside, without counting.
    """
    implied = _by_commitment(matter, "Engagement")
    told = {**implied, **_by_commitment(matter, "SuiviEngagement")}
    wanted = _ETATS.get(number)
    found: list[str] = []
    proofs: list[str] = []
    for row in picture.tables["tableau-des-engagements"].rows:
        state = row["etat"] or "sans-information"
        if (wanted is None and state != "sans-objet") or state == wanted:
            key = str(row["organisme"]), str(row["engagement"])
            found.append(told[key])
            proofs += _proofs(matter, implied.get(key, ""))
    kept = ones(found)
    return replace(kept, items=(*kept.items, *((node, None, None) for node in dict.fromkeys(proofs))))


def _proofs(matter: Matter, engagement: str) -> list[str]:
    """Return the nodes that a computed evidence of a commitment was derived from."""
    computed = matter.nodes.keys(engagement, cdv("preuveCalculee"))
    return [node for proof in computed for node in matter.nodes.keys(proof, PREFIXES["prov"] + "wasDerivedFrom")]


def _by_commitment(matter: Matter, kind: str) -> dict[tuple[str, str], str]:
    """Return one node of a class for each body and commitment."""
    found: dict[tuple[str, str], str] = {}
    for node in matter.of_campagne(kind):
        body, what = matter.nodes.key(node, cdv("organisme")), matter.nodes.key(node, cdv("typeEngagement"))
        if body and what:
            found.setdefault((code_of(body), code_of(what)), node)
    return found


def _evolution(picture: Picture, number: int, matter: Matter) -> Kept:
    """Amounts of the rows compared: known in both years, of bodies that answered both."""
    rows = [r for r in picture.tables["evolution"].rows if r["ecart"] is not None]
    pairs = {(r["organisme"], r["ambition"]) for r in rows}
    annee = picture.contexte.annee if number == 3 else picture.contexte.annee_precedente or 0
    if number not in (2, 3):
        return behind(matter.of_campagne("Contribution"), cdv("reponse"))
    if number == 3:
        return money(matter, lambda f: _compared(f, pairs, annee))
    from droitcommun.graph.facts import rows_of

    before = contract_thing(picture.contexte.contrat, "campagne", annee)
    earlier = Matter(matter.nodes, before, rows_of(matter.nodes, before))
    return money(earlier, lambda f: _compared(f, pairs, annee))


def _compared(fact: Fact, pairs: set[tuple[object, object]], annee: int) -> bool:
    held = fact["unite"] == "EUR" and fact["origine"] == "droit-commun" and not _legal(fact)
    held = held and fact["phase_groupe"] == "realise" and fact["exercice"] == annee - 1
    return held and (fact["apporteur"], fact["ambition"]) in pairs


def _manques(picture: Picture, number: int, matter: Matter) -> Kept:
    if number == 1:
        codes = dict.fromkeys(str(r["action"]) for r in picture.tables["actions-incompletes"].rows)
        return ones(matter.by_code[f"action:{code}"] for code in codes)
    if number == 2:
        facts = (f for f in matter.rows if f["origine"] == "a-qualifier" and f["phase_groupe"] != "remplace")
        return ones(matter.moyen(f) for f in facts)
    nodes = matter.nodes
    return ones(r for r in nodes.subjects(_TYPE, cdv("Reserve")) if _subject_is_of(matter, nodes.keys(r, cdv("sujet"))))


def _subject_is_of(matter: Matter, subjects: list[str]) -> bool:
    """Tell whether one of *subjects* belongs to the campagne, by itself or by its action."""
    held = {*subjects, *(a for s in subjects for a in matter.nodes.keys(s, cdv("action")))}
    return any(matter.campagne in matter.nodes.keys(n, cdv(p)) for n in held for p in ("campagne", "dansCampagne"))


def _decisions(picture: Picture, number: int, matter: Matter) -> Kept:
    """Décisions of the campagne (1: still open), then those of the campagne before (4: done)."""
    nodes, wanted = matter.nodes, {1: ("a-faire", "en-cours"), 4: ("realisee",)}.get(number)
    campagne = matter.campagne
    if number > 2:
        campagne = contract_thing(picture.contexte.contrat, "campagne", picture.contexte.annee_precedente or 0)
    held = [n for n in nodes.subjects(cdv("campagne"), campagne) if matter.is_a(n, "Decision")]
    states = {n: nodes.key(n, cdv("etatDecision")) for n in held}  # one that says nothing is still to be done
    return ones(n for n in held if wanted is None or code_of(states[n] or "a-faire") in wanted)


_GROUPES: dict[str, Callable[[Picture, int, Matter], Kept]] = {
    "euros": _euros,
    "etp": _etp,
    "rencontre": _rencontre,
    "actions": _actions,
    "retours": _retours,
    "habitants": _habitants,
    "ambitions": _ambitions,
    "qpv": _qpv,
    "engagements": _engagements,
    "evolution": _evolution,
    "manques": _manques,
    "decisions": _decisions,
}
