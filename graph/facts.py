"""The flat table of a campagne: one row a moyen, for pivot tables and other programs."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from droitcommun.graph.avertissements import avertissements
from droitcommun.graph.catalogue import Column, Query, Table, code_of
from droitcommun.graph.checks.nodes import Nodes
from droitcommun.graph.checks.provenance import Cells
from droitcommun.graph.formats import mask
from droitcommun.graph.langue import _, langue
from droitcommun.graph.names import PREFIXES, cdv, code_iri
from droitcommun.graph.store import iri

if TYPE_CHECKING:
    from droitcommun.graph.dataset import ActiveDataset

_TITLE = PREFIXES["dcterms"] + "title"
_BROADER = PREFIXES["skos"] + "broader"
_LEGALE = code_iri("forme-mobilisation", "prestation-legale")
_CENT = Decimal(100)


def facts(dataset: ActiveDataset, nodes: Nodes | None = None) -> Table:
    """Return every moyen that the campagne sees, with codes, labels, amount or quantity, place and source cell.

    Columns are those of `colonnes`. Rows whose phase_groupe is « remplace » are in no total; the others add up to
    what `reconciliation` reads. *nodes* spares the caller who has already indexed the dataset.
    """
    nodes = nodes or Nodes(dataset.store.triples())
    rows = rows_of(nodes, dataset.campagne)
    query = Query(
        "facts",
        _("Table à plat des moyens"),
        _(
            "Une ligne par moyen vu par la campagne. Un provisoire que son définitif remplace y est (phase_groupe : "
            "remplace) mais n'entre dans aucun total. Une quantité inconnue est vide : ce n'est pas zéro."
        ),
        _("Tableaux croisés d'un tableur, de R, de Python ou de DuckDB."),
        (),
        colonnes(),
        "",
    )
    warnings = avertissements(dataset.store, [iri(dataset.campagne)], True)
    return Table(query, dataset.contrat, {"annee": dataset.annee}, rows, warnings)


def rows_of(nodes: Nodes, campagne: str) -> list[dict[str, object]]:
    """Return the rows of the flat table for one campagne (an IRI) of an indexed dataset."""
    cells = Cells(nodes, {}, None)
    return [_row(nodes, cells, m) for m in nodes.subjects(cdv("dansCampagne"), campagne) if _is_moyen(nodes, m)]


def colonnes() -> tuple[Column, ...]:
    """Return the columns of the flat table."""
    codes = (
        ("moyen", _("moyen")),
        ("action", _("action")),
        ("organisme", _("organisme qui déclare l'action ; vide pour un import")),
        ("apporteur", _("organisme qui apporte le moyen")),
        ("phase", _("realise-provisoire, realise-definitif ou prevu")),
        ("phase_groupe", _("realise, prevu ou remplace ; ce dernier n'entre dans aucun total")),
        ("origine", _("droit-commun, specifique, abattement-tfpb ou a-qualifier")),
        ("source", _("dispositif ou source")),
        ("nature", _("nature du moyen")),
        ("forme", _("forme de mobilisation ; prestation-legale se compte à part")),
        ("ambition", _("ambition principale, ou sans-ambition")),
        ("lieu", _("QPV ou poste commun où va le moyen")),
        ("fiabilite", _("compte, estime ou dire-d-expert")),
        ("origine_part", _("d'où vient la part qui bénéficie aux QPV")),
    )
    columns: list[Column] = []
    for name, text in codes:
        columns += [
            Column(name, "code", "", text),
            Column(f"libelle_{name}", "text", "", _("son libellé")),
        ]
    del columns[1]  # a moyen has no label of its own
    columns += [
        Column("service", "text", "", _("service qui a répondu")),
        Column("pilier", "code", "", _("pilier de l'ambition principale")),
        Column("genre", "code", "", _("qpv ou commun")),
        Column("exercice", "gYear", "", _("année budgétaire")),
        Column("unite", "code", "", _("EUR, ETP ou heures-par-an")),
        Column("euros", "decimal", "EUR", _("montant, si l'unité est l'euro ; vide s'il est inconnu")),
        Column("quantite", "decimal", "", _("quantité dans l'unité de la ligne, hors euros ; vide si inconnue")),
        Column("part_qpv", "decimal", "", _("part qui bénéficie aux QPV, en pour cent, dite par le contributeur")),
        Column("fichier", "text", "", _("fichier reçu")),
        Column("feuille", "text", "", _("feuille")),
        Column("cellule", "text", "", _("cellule de la quantité")),
    ]
    return tuple(columns)


def _is_moyen(nodes: Nodes, subject: str) -> bool:
    return cdv("Moyen") in nodes.keys(subject, PREFIXES["rdf"] + "type")


def _row(nodes: Nodes, cells: Cells, moyen: str) -> dict[str, object]:
    action = nodes.key(moyen, cdv("action"))
    formes = nodes.keys(action, cdv("forme")) if action else []
    ambition = nodes.key(moyen, cdv("imputeAmbition"))
    contribution = nodes.key(moyen, cdv("contribution"))
    lieu = nodes.key(moyen, cdv("imputeA"))
    things = {
        "action": action,
        "organisme": nodes.key(action, cdv("declarant")) if action else None,
        "apporteur": nodes.key(moyen, cdv("apporteur")),
        "phase": nodes.key(moyen, cdv("phase")),
        "phase_groupe": nodes.key(moyen, cdv("phaseGroupe")),
        "origine": nodes.key(moyen, cdv("origine")),
        "source": nodes.key(moyen, cdv("source")),
        "nature": nodes.key(moyen, cdv("nature")),
        # Of two forms that disagree prestation légale wins, as in every question.
        "forme": _LEGALE if _LEGALE in formes else next(iter(formes), None),
        "ambition": ambition,
        "lieu": lieu,
        "fiabilite": nodes.key(moyen, cdv("fiabilite")),
        "origine_part": nodes.key(moyen, cdv("originePart")),
    }
    row: dict[str, object] = {"moyen": code_of(moyen)}
    for name, thing in things.items():
        row[name] = code_of(thing) if thing else None
        row[f"libelle_{name}"] = mask(nodes.label(thing, langue())) if thing else None
    pilier = nodes.key(ambition, _BROADER) if ambition else None
    service = nodes.key(contribution, cdv("service")) if contribution else None
    row |= {
        "service": mask(service) if service else None,
        "pilier": code_of(pilier) if pilier else None,
        "genre": ("qpv" if _is_qpv(nodes, lieu) else "commun") if lieu else None,
        "exercice": _whole(nodes.key(moyen, cdv("exercice"))),
        **_quantity(nodes, moyen),
        **_place(cells, moyen),
    }
    return row


def _is_qpv(nodes: Nodes, lieu: str) -> bool:
    return cdv("QPV") in nodes.keys(lieu, PREFIXES["rdf"] + "type")


def _whole(text: str | None) -> int | None:
    return int(text) if text else None


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def _quantity(nodes: Nodes, moyen: str) -> Mapping[str, object]:
    unite, cents = nodes.key(moyen, cdv("unite")), _number(nodes.key(moyen, cdv("centimes")))
    return {
        "unite": code_of(unite) if unite else None,
        "euros": cents / _CENT if cents is not None else None,
        "quantite": _number(nodes.key(moyen, cdv("quantite"))),
        "part_qpv": _number(nodes.key(moyen, cdv("partQPV"))),
    }


def _place(cells: Cells, moyen: str) -> Mapping[str, object]:
    """Return where the quantity was read; the last reading when a blank cell carried the row from an earlier file."""
    found = cells.sources(moyen, cdv("quantite"), empty=True)
    place = found[-1] if found else None
    return {
        "fichier": mask(place.fichier) if place else None,
        "feuille": place.feuille if place else None,
        "cellule": place.cellule if place else None,
    }
