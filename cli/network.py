"""droitcommun network: what the networks of a campagne tell, in sentences and tables."""

from __future__ import annotations

import json
from pathlib import Path

import click

from droitcommun.cli.options import Session, campagne_option, format_option, out_option, pass_session
from droitcommun.cli.output import deliver, notice
from droitcommun.graph.langue import _


@click.command(
    "network",
    help=_(
        "Dit ce que montre le réseau NOM : organisme-ambition, organisme-qpv, organisme-engagement ou "
        "organisme-organisme. Chaque mesure répond à une question, en une phrase et un tableau."
    ),
    short_help=_("Dit ce que montrent les réseaux."),
)
@click.argument("nom", metavar=_("NOM"), help=_("Le réseau."))
@campagne_option(required=True)
@format_option("table", "json")
@out_option()
@pass_session
def command(session: Session, nom: str, annee: int, form: str, out: Path | None) -> None:
    """Build one network and print its measures."""
    from droitcommun.graph.dataset import activate
    from droitcommun.graph.export import tables
    from droitcommun.graph.network import build_network
    from droitcommun.graph.networkmeasures import measures

    graph = build_network(nom, activate(session.workspace(), session.contrat, annee))
    found = measures(nom, graph)
    about = str(graph.graph["donnees"])
    if form == "json":
        listed = [
            {
                "nom": m.nom,
                "question": m.question,
                "phrase": m.phrase,
                "valeur": m.valeur,
                **{key: tables.as_dict(m.table)[key] for key in ("colonnes", "lignes")},
            }
            for m in found
        ]
        head = {"reseau": nom, "contrat": graph.graph["contrat"], "campagne": annee, "donnees": about}
        head |= {"noeuds": graph.number_of_nodes(), "liens": graph.number_of_edges()}
        text = json.dumps(head | {"mesures": listed}, ensure_ascii=False, indent=1)
    else:
        text = "\n\n".join([f"{about}.", *(f"{tables.to_text(m.table)}\n\n→ {m.phrase}" for m in found)])
    deliver(text, out, machine=form == "json")
    if out is not None:
        notice(_("Écrit : {fichier}").format(fichier=out))
