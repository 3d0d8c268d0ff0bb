"""Every file of the yearly picture, made in memory from a picture and its networks, then written together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from droitcommun.graph.export.carte.carte import carte_png, carte_svg
from droitcommun.graph.export.deck.deck import deck_bytes
from droitcommun.graph.export.habitants import habitants_products
from droitcommun.graph.export.mentions import publication_mots
from droitcommun.graph.export.networks.graphml import gexf_bytes, graphml_bytes
from droitcommun.graph.export.networks.picture import network_png, network_svg
from droitcommun.graph.export.page.render import render_page
from droitcommun.graph.export.rapport.write import nom_du_rapport, report_bytes
from droitcommun.graph.export.releve import releve_products
from droitcommun.graph.export.reworked import free_path
from droitcommun.graph.export.workbook import workbook_bytes
from droitcommun.graph.langue import _
from droitcommun.graph.lots import finish_lot, write_together
from droitcommun.graph.network import Reseau
from droitcommun.graph.picture import Picture
from droitcommun.graph.profils import PAR_DEFAUT


def picture_products(picture: Picture, networks: Mapping[str, Reseau], modele: bytes | None = None) -> dict[str, bytes]:
    """Return every product of *picture* by file name, the page first. The same picture always gives the same bytes.

    *networks* is keyed by name (« organisme-ambition ») and, like *picture*, already restricted to its profile;
    *modele* is the user's own PPTX template. A name bears the profile when it is not that of `hackathon`, so that two
    profiles may lie in one folder. No file is read or written and no clock is looked at. Raises ModeleRefuse.
    """
    annee = picture.contexte.annee
    suffix = "" if picture.profil == PAR_DEFAUT else f"-{picture.profil}"
    meta = {"empreinte": picture.empreinte, "version": picture.version}
    products = {
        f"photographie-{annee}{suffix}.html": render_page(picture).encode(),
        f"photographie-{annee}{suffix}.pptx": deck_bytes(picture, modele),
        f"photographie-{annee}{suffix}.xlsx": workbook_bytes(picture),
        **{
            _avec(name, suffix): data
            for name, data in {
                **habitants_products(picture),
                **releve_products(picture),
                nom_du_rapport(picture): report_bytes(picture),
            }.items()
        },
        f"carte-{annee}{suffix}.svg": carte_svg(picture).encode(),
        f"carte-{annee}{suffix}.png": carte_png(picture),
    }
    words = {**meta, "profil": picture.profil, "publication": publication_mots(picture.publication)}
    about = {**meta, "profil": picture.profil, "publication": picture.publication}
    for name, graph in networks.items():
        products[f"reseau-{name}{suffix}.svg"] = network_svg(graph, about).encode()
        products[f"reseau-{name}{suffix}.png"] = network_png(graph, about)
        products[f"reseau-{name}{suffix}.graphml"] = graphml_bytes(graph, words)
        products[f"reseau-{name}{suffix}.gexf"] = gexf_bytes(graph, words)
    return products


def _avec(name: str, suffix: str) -> str:
    stem, _dot, extension = name.rpartition(".")
    return f"{stem}{suffix}.{extension}"


def write_products(products: Mapping[str, bytes], folder: Path) -> dict[str, Path]:
    """Write every product in *folder*, all or none; return the paths by file name.

    A document that someone has worked on is left as it is, and the new one written beside (see reworked).
    Raises WriteFailed, FileNotReadable.
    """
    finish_lot(folder)
    paths = {name: free_path(folder / name) for name in products}
    write_together({paths[name]: data for name, data in products.items()})
    return paths


def titre_produit(name: str) -> str:
    """Return what a product is, from its file name, for the index that a command prints."""
    titles = (
        ("photographie-", ".html", _("Page à ouvrir")),
        ("photographie-", ".pptx", _("Diaporama")),
        ("photographie-", ".xlsx", _("Classeur")),
        ("habitants-", "", _("Pour les habitants")),
        ("releve-", "", _("Relevé")),
        ("rapport-", "", _("Projet du rapport annuel")),
        ("carte-", "", _("Carte")),
        ("reseau-", "", _("Réseau")),
    )
    return next((title for start, end, title in titles if name.startswith(start) and name.endswith(end)), _("Fichier"))
