"""From a campagne to its products: check, picture, networks, then what each profile may see, as bytes.

One way for all: the products of today, those published, and those made again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from droitcommun.graph.check import check_campagne
from droitcommun.graph.dataset import activate
from droitcommun.graph.export.deck.modele import read_modele
from droitcommun.graph.export.networks.profil import restrict_network
from droitcommun.graph.export.products import picture_products
from droitcommun.graph.network import organisme_ambition, organisme_qpv
from droitcommun.graph.picture import build_picture
from droitcommun.graph.pictures.contexte import Publication
from droitcommun.graph.pictures.profils import restrict_picture
from droitcommun.graph.profils import profil as find_profil
from droitcommun.graph.workspace import Workspace

Contents = dict[str, dict[str, bytes]]


def campagne_products(
    workspace: Workspace,
    contrat: str | None,
    annee: int,
    jour: date,
    profils: Iterable[str],
    publication: Publication | None = None,
    empreinte: str | None = None,
    modele: bytes | None = None,
) -> Contents:
    """Return the products of campagne *annee* by profile and file name, findings judged on the day *jour*.

    *empreinte* is printed on them; by default that of the workspace. *modele* is a PPTX template for the deck.
    No clock is looked at: the same workspace, day and words give the same bytes.
    Raises ContratInconnu, CampagneInconnue, ProfilInconnu, ModeleRefuse.
    """
    wanted = [find_profil(code) for code in profils]
    if modele is not None:
        read_modele(modele)  # refused now, not after a minute of work
    dataset = activate(workspace, contrat, annee)
    report = check_campagne(dataset, jour, originals=workspace.originals.path)
    picture = build_picture(dataset, report, empreinte or workspace.graphs.fingerprint(), publication)
    networks = {"organisme-ambition": organisme_ambition(dataset), "organisme-qpv": organisme_qpv(dataset)}
    made = {}
    for profil in wanted:
        seen = {name: restrict_network(graph, profil) for name, graph in networks.items()}
        made[profil.code] = picture_products(restrict_picture(picture, profil), seen, modele)
    return made
