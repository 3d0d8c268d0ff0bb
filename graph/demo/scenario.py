"""The invented story of the demonstration: who answers, with which actions and figures. Deterministic."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from importlib import resources
from typing import Any

from droitcommun.graph.demo.modele import (
    ANNEES,
    JOUR,
    Action,
    Compte,
    Contribution,
    DemoExpectations,
    Moyen,
    Quantite,
    Scenario,
    Seance,
)
from droitcommun.graph.demo.montants import niveaux, parts, tirage
from droitcommun.graph.demo.terrain import Terrain

_SERVED_DATES = {2025: date(2025, 2, 3), 2026: date(2026, 1, 28)}


def load_donnees() -> dict[str, Any]:
    """Return the table of invented actions and answers (actions.toml)."""
    return tomllib.loads((resources.files("droitcommun.graph.demo") / "actions.toml").read_text(encoding="utf-8"))


def load_registres() -> dict[str, Any]:
    """Return the invented registers of the steering workbook, by year and sheet (registres.toml)."""
    return tomllib.loads((resources.files("droitcommun.graph.demo") / "registres.toml").read_text(encoding="utf-8"))


def build_scenario(terrain: Terrain) -> Scenario:
    """Return the story told on the bodies, ambitions and neighbourhoods of *terrain*, as it stands on JOUR.

    The same terrain always gives the same scenario.
    """
    data = load_donnees()
    builder = _Builder(terrain, data)
    contributions = {annee: tuple(builder.contributions(annee)) for annee in ANNEES}
    seances = {annee: tuple(builder.seances(annee, contributions[annee])) for annee in ANNEES}
    attendus = {annee: builder.attendus(annee, contributions[annee]) for annee in ANNEES}
    decisions = {annee: data["decisions"][str(annee)] for annee in ANNEES}
    registres = {annee: load_registres().get(str(annee), {}) for annee in ANNEES}
    return Scenario(contributions, seances, decisions, attendus, registres)


class _Builder:
    def __init__(self, terrain: Terrain, data: Mapping[str, Any]) -> None:
        self.terrain = terrain
        self.data = data
        self.graine: str = data["graine"]
        # Neighbourhoods and communes left without action in a campagne are never drawn for anybody.
        self.vides = {q for attendu in data["attendus"].values() for q in attendu["qpv_sans_action"]}
        self.tirables = [q for q in terrain.quartiers if q.dans_contrat and q.code not in self.vides]
        self.signataires = sorted(c.removeprefix("commune-") for c in terrain.organismes if c.startswith("commune-"))
        muettes = {c for codes in data["communes"]["muettes"].values() for c in codes}
        self.communes_tirables = [i for i in self.signataires if f"commune-{i}" not in muettes]

    def contributions(self, annee: int) -> list[Contribution]:
        found: list[Contribution] = []
        for reponse in self.data["reponse"]:
            if annee in reponse.get("campagnes", ANNEES):
                models = [
                    a
                    for a in self.data["action"]
                    if a["organisme"] == reponse["organisme"] and a["service"] == reponse["service"]
                ]
                found.append(self._contribution(annee, reponse, models, found))
        for rang, insee in enumerate(self.signataires):
            if f"commune-{insee}" not in self.data["communes"]["muettes"][str(annee)]:
                for reponse, own in self._commune(rang, insee):
                    found.append(self._contribution(annee, reponse, own, found))
        return found

    def seances(self, annee: int, contributions: tuple[Contribution, ...]) -> list[Seance]:
        repondants = list(dict.fromkeys(c.organisme for c in contributions))
        found: list[Seance] = []
        for s in self.data["seance"]:
            if s["annee"] != annee:
                continue
            tenue = s["date"] <= JOUR
            excuses: list[str] = []
            if tenue and s["instance"] == "gtp":
                draw = tirage(self.graine, "excuses", s["date"].isoformat())
                excuses = draw.sample(repondants, 4)
            muets = sorted(set(self.terrain.organismes) - set(repondants))
            absents = list(s.get("absents", muets if tenue and s["instance"] in ("copil", "hackathon") else ()))
            invites = s.get("presents", [o for o in repondants if o not in absents])
            presents = [o for o in invites if tenue and o not in excuses]
            lists = (tuple(presents), tuple(excuses), tuple(absents))
            found.append(
                Seance(s["instance"], s["date"], s["lieu"], s["objet"], tenue, *lists, tuple(s.get("points", ())))
            )
        return found

    def attendus(self, annee: int, contributions: tuple[Contribution, ...]) -> DemoExpectations:
        said = self.data["attendus"][str(annee)]
        repondants = sorted({c.organisme for c in contributions})
        return DemoExpectations(
            annee=annee,
            ambitions_sans_partenaire=tuple(said["ambitions_sans_partenaire"]),
            ambitions_un_partenaire=dict(said["ambitions_un_partenaire"]),
            qpv_sans_action=tuple(said["qpv_sans_action"]),
            repondants=tuple(repondants),
            neant=tuple(sorted({c.organisme for c in contributions if c.neant})),
            muets=tuple(sorted(set(self.terrain.organismes) - set(repondants))),
            constats=frozenset((regle, code) for regle, code in said["constats"]),
        )

    def _contribution(
        self, annee: int, reponse: Mapping[str, Any], models: Sequence[Mapping[str, Any]], before: list[Contribution]
    ) -> Contribution:
        organisme, service = reponse["organisme"], reponse["service"]
        draw = tirage(self.graine, "reponse", organisme, service, str(annee))
        provisoire = reponse.get("provisoire", False)
        actions = [self._action(annee, m, provisoire) for m in models if _vit(m, annee)]
        return Contribution(
            annee=annee,
            organisme=organisme,
            service=service,
            fonction=reponse["fonction"],
            suppleance=reponse.get("suppleance", "Assistante de direction"),
            le=date.fromordinal(_SERVED_DATES[annee].toordinal() + draw.randint(0, 48)),
            visa=draw.randint(1, 3) > 1,
            neant=reponse.get("neant", False),
            premiere=all(c.organisme != organisme for c in before),
            priorites=tuple(reponse.get("priorites", {}).get(str(annee), ())),
            etats=dict(self.data["etats"].get(str(annee), {}).get(organisme, {})),
            actions=tuple(actions),
        )

    def _commune(self, rang: int, insee: str) -> list[tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]]:
        """Return the answers of a commune: for each service, its models fitted to its own neighbourhoods."""
        settings, patterns = self.data["communes"], self.data["commune"]
        organisme = f"commune-{insee}"
        double = organisme in settings["deux_services"]
        services = [settings["service"], settings["second_service"]] if double else [settings["service"]]
        each = settings["actions_deux_services"] if double else settings["actions"]
        own = self.terrain.quartiers_de(insee)
        taille = tirage(self.graine, "taille", organisme).randint(60, 170)
        answers: list[tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]] = []
        placed = 0
        for n, service in enumerate(services):
            models: list[dict[str, Any]] = []
            for k in range(each):
                model = _a_la_taille(patterns[(rang * each + n * each + k) % len(patterns)], taille)
                quartier = own[placed % len(own)]
                if model["portee"] == "commune":
                    model["communes"] = [insee]
                else:
                    model["qpv"] = [quartier.code]
                    placed += 1
                model["titre"] = model["titre"].format(qpv=quartier.libelle, commune=self.terrain.communes[insee])
                model.update(organisme=organisme, service=service)
                models.append(model)
            if rang % 4 == 1:
                models[-1]["debut"] = 2026
            elif rang % 4 == 2:
                models[-1]["fin"] = 2025
            fonction = settings["fonctions"][(rang + n) % len(settings["fonctions"])]
            answers.append(({"organisme": organisme, "service": service, "fonction": fonction}, models))
        return answers

    def _action(self, annee: int, model: Mapping[str, Any], provisoire: bool) -> Action:
        draw = tirage(self.graine, model["organisme"], model["titre"])
        lieux = self._lieux(model, draw)
        nouvelle, ending = _debut(model) == annee, _fin(model) == annee
        modifiee = annee == ANNEES[-1] and draw.randint(1, 8) == 1
        suite = "terminee" if ending else "nouvelle" if nouvelle else "modifiee" if modifiee else "reconduite"
        habitants = _habitants(model, annee, nouvelle, draw)
        moyens: list[Moyen] = []
        if not model.get("sans_moyen", False):
            for m in model["moyens"]:
                moyens += self._moyens(annee, model, m, lieux, provisoire)
        return Action(
            titre=model["titre"],
            ambition=model["ambition"],
            autres=tuple(model.get("autres", ())),
            forme=model["forme"],
            portee=model["portee"],
            lieux=lieux,
            public=model["public"],
            habitants=habitants,
            femmes=_share(habitants, model.get("femmes")),
            jeunes=_share(habitants, model.get("jeunes")),
            porteur=model.get("porteur"),
            commentaire=model.get("commentaire"),
            suite=suite,
            moyens=tuple(moyens),
        )

    def _lieux(self, model: Mapping[str, Any], draw: random.Random) -> tuple[str, ...]:
        if "qpv" in model:
            wanted = model["qpv"]
            return (
                tuple(wanted)
                if isinstance(wanted, list)
                else tuple(sorted(draw.sample([q.code for q in self.tirables], wanted)))
            )
        wanted = model.get("communes", [])
        return tuple(wanted) if isinstance(wanted, list) else tuple(sorted(draw.sample(self.communes_tirables, wanted)))

    def _moyens(
        self, annee: int, model: Mapping[str, Any], line: Mapping[str, Any], lieux: tuple[str, ...], provisoire: bool
    ) -> list[Moyen]:
        draw = tirage(self.graine, model["organisme"], model["titre"], line["nature"], line["source"])
        known = niveaux(line["quantite"], line["nature"], _debut(model), model.get("croissance", 0.02), draw)
        found: list[Moyen] = []
        for phase, exercice, there in (
            ("realise", annee - 1, _debut(model) < annee),
            ("prevu", annee, _fin(model) > annee),
        ):
            if not there:
                continue
            total = known[exercice, phase]
            split: list[tuple[str | None, Quantite]] = [(None, total)]
            if line.get("par_qpv", False) and phase == "realise":
                split = list(zip(lieux, parts(total, len(lieux), draw), strict=True))
            for qpv, quantite in split:
                found.append(_moyen(phase, provisoire, line, qpv, quantite))
        return found


def _moyen(phase: str, provisoire: bool, line: Mapping[str, Any], qpv: str | None, quantite: Quantite) -> Moyen:
    realise = phase == "realise"
    fiabilite = "compte" if realise and not provisoire else "estime"
    if line.get("origine") == "dire-d-expert":
        fiabilite = "dire-d-expert"
    return Moyen(
        phase=("realise-provisoire" if provisoire else "realise-definitif") if realise else "prevu",
        nature=line["nature"],
        quantite=quantite,
        source=line["source"],
        part=line.get("part"),
        origine_part=line.get("origine"),
        qpv=qpv,
        fiabilite=fiabilite,
        commentaire=line.get("commentaire"),
    )


def _a_la_taille(model: Mapping[str, Any], taille: int) -> dict[str, Any]:
    """Return a commune's model with euros and inhabitants at *taille* hundredths of it; staff stays as it is."""
    moyens = [
        line
        if line["nature"] in ("personnel", "permanences")
        else {**line, "quantite": line["quantite"] * taille // 100}
        for line in model["moyens"]
    ]
    fitted = {**model, "moyens": moyens}
    if "habitants" in model:
        fitted["habitants"] = model["habitants"] * taille // 100
    return fitted


def _debut(model: Mapping[str, Any]) -> int:
    return int(model.get("debut", ANNEES[0] - 1))


def _fin(model: Mapping[str, Any]) -> int:
    return int(model.get("fin", ANNEES[-1] + 1))


def _vit(model: Mapping[str, Any], annee: int) -> bool:
    return _debut(model) <= annee <= _fin(model)


def _habitants(model: Mapping[str, Any], annee: int, nouvelle: bool, draw: random.Random) -> Compte:
    said = model.get("habitants")
    if nouvelle:
        return None
    if said is None or isinstance(said, str):
        return said
    return int(said) if annee == ANNEES[0] else int(said) * draw.randint(95, 112) // 100


def _share(habitants: Compte, share: float | None) -> Compte:
    if not isinstance(habitants, int) or share is None:
        return None
    return round(habitants * round(share * 100)) // 100 if share < 1 else habitants
