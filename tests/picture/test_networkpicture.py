"""The pictures of networks: every node and link there, no label cut nor on another, the same place every year."""

from __future__ import annotations

import io
from dataclasses import replace

import networkx as nx
import pytest
from lxml import etree
from PIL import Image

from droitcommun.graph.dataset import ActiveDataset
from droitcommun.graph.export.drawings.drawing import Ligne, Texte
from droitcommun.graph.export.networks.layout import LARGEUR, PAS_ORGANISME, network_positions
from droitcommun.graph.export.networks.picture import draw_network, message, network_png, network_svg
from droitcommun.graph.names import contract_thing
from droitcommun.graph.network import RESEAUX, Reseau, build_network

from .deux_rives import make_dataset
from .test_carte import boxes, check_readable

META = {"empreinte": "0123456789abcdef", "profil": "copil"}


@pytest.fixture(scope="module", params=list(RESEAUX))
def reseau(request: pytest.FixtureRequest, dataset: ActiveDataset) -> Reseau:
    """Return each network of « Deux-Rives »."""
    return build_network(request.param, dataset)


def test_each_node_and_each_link_is_drawn_once(reseau: Reseau) -> None:
    root = etree.fromstring(network_svg(reseau, META).encode())
    texts = " ".join("".join(t.itertext()) for t in root.findall("{*}text"))
    for _node, data in reseau.nodes(data=True):
        assert all(word in texts for word in data["label"].split())
    lines = [e for e in draw_network(reseau, META).elements if isinstance(e, Ligne) and e.titre]
    squares = [t.text for t in root.iterfind(".//{*}path/{*}title") if t.getparent().get("fill-rule")]
    drawn = {t for t in squares if " – " in t} if reseau.graph["reseau"] == "organisme-engagement" else lines
    assert len(drawn) == reseau.number_of_edges()


def test_nothing_is_cut_nor_lies_on_another(reseau: Reseau) -> None:
    check_readable(draw_network(reseau, META))


def test_worst_names_still_fit(reseau: Reseau) -> None:
    graph = reseau.copy()
    for n, data in enumerate(d for _node, d in graph.nodes(data=True)):
        data["label"] = ("Établissement public WWW de coopération " * 5 + str(n)).strip()
        if "libelle_pilier" in data:
            data["libelle_pilier"] = "Prévenir, repérer, agir et coopérer " * 4
    check_readable(draw_network(graph, META))


def test_a_hostile_name_is_only_text(reseau: Reseau) -> None:
    graph = reseau.copy()
    node = next(iter(graph))
    graph.nodes[node]["label"] = "<script>alert('$x$')</script> \x07\ud800 𝄞"
    root = etree.fromstring(network_svg(graph, META).encode())
    assert not root.xpath("//*[local-name()='script']")
    assert network_png(graph, META)[:4] == b"\x89PNG"


def test_it_says_what_it_is(reseau: Reseau) -> None:
    text = network_svg(reseau, META)
    root = etree.fromstring(text.encode())
    assert root[0].tag.endswith("title") and root[1].tag.endswith("desc")
    assert root[1].text.startswith("Données fictives. ")
    assert "Contrat de ville des Deux-Rives – campagne 2026" in text
    assert "provisoire – profil comité de pilotage – empreinte 0123456789ab" in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert root.findtext("{*}text") == "Données fictives"


def test_the_same_network_gives_the_same_picture(reseau: Reseau) -> None:
    again = nx.Graph(**reseau.graph)
    again.add_nodes_from(reversed(list(reseau.nodes(data=True))))
    again.add_edges_from(reversed(list(reseau.edges(data=True))))
    assert network_svg(again, META) == network_svg(reseau, META)


def test_png_is_read_back_by_another_tool(dataset: ActiveDataset) -> None:
    graph = build_network("organisme-ambition", dataset)
    data = network_png(graph, META)
    drawing = draw_network(graph, META)
    image = Image.open(io.BytesIO(data))
    assert image.size == pytest.approx((drawing.largeur * 2, drawing.hauteur * 2), abs=2)
    assert len(image.convert("RGB").getcolors(1 << 24)) > 20
    assert data == network_png(graph, META)


def test_positions_are_counted_by_hand(dataset: ActiveDataset) -> None:
    """Bodies by code: agglo, ars, bailleur, caf, ville. A1.1 is under one pilier, A2.1 under two."""
    places = network_positions(build_network("organisme-ambition", dataset))
    assert places["organisme/agglo"] == (0, 0)
    assert places["organisme/caf"] == (0, 3 * PAS_ORGANISME)
    assert places["ambition/A1.1"] == (LARGEUR, 42)
    assert places["ambition/A2.1"] == (LARGEUR, 4 * 56 + 2 * 42)


def test_a_node_keeps_its_place_from_year_to_year(dataset: ActiveDataset) -> None:
    before = replace(dataset, annee=2025, campagne=contract_thing("deux-rives", "campagne", 2025))
    for name in RESEAUX:
        now, then = (network_positions(build_network(name, d)) for d in (dataset, before))
        assert set(now) & set(then)
        assert all(now[node] == then[node] for node in set(now) & set(then))


def test_a_body_that_arrives_moves_nobody(dataset: ActiveDataset) -> None:
    """« aaa » comes first by its code, and only in 2026: it takes the place after those of 2025."""
    arrived = """
    o:aaa a cdv:Organisme ; skos:notation "aaa" ; skos:prefLabel "Arrivée tardive"@fr .
    <https://w3id.org/droit-commun/id/deux-rives/campagne/2026> cdv:attend o:aaa .
    """
    with_it = make_dataset("reponses-2026", "campagne-2025", extra=arrived)
    now = network_positions(build_network("organisme-organisme", with_it))
    then = network_positions(build_network("organisme-organisme", dataset))
    assert all(now[node] == then[node] for node in then if node not in _since_2026(dataset))
    assert now["organisme/aaa"] not in then.values() or _since_2026(dataset)


def _since_2026(dataset: ActiveDataset) -> set[str]:
    before = replace(dataset, annee=2025, campagne=contract_thing("deux-rives", "campagne", 2025))
    return set(build_network("organisme-organisme", dataset)) - set(build_network("organisme-organisme", before))


def test_a_title_says_what_it_counts_and_leaves_straddling_qpv_out(dataset: ActiveDataset) -> None:
    """La Lisière, that straddles, has no action either: like sentence 7, the title leaves it out."""
    places = build_network("organisme-qpv", dataset)
    drawing = draw_network(places, META)
    assert drawing.titre == message(places)
    words = " ".join(e.texte for e in drawing.elements if isinstance(e, Texte))
    assert "à cheval · rien de déclaré" in words and "le titre ne compte pas ces quartiers" in words
    assert message(places) == "1 quartier sur 3 n'a aucune action déclarée : La Gare."
    ambitions = build_network("organisme-ambition", dataset)
    named = "A1.3 Se loger et A2.1 Travailler ensemble"
    assert message(ambitions) == f"2 ambitions sur 5 ne reposent que sur une seule institution : {named}."


def test_nobody_answered_says_so() -> None:
    for name in RESEAUX:
        drawing = draw_network(build_network(name, make_dataset()), META)
        assert boxes(drawing)
        check_readable(drawing)
    assert draw_network(build_network("organisme-qpv", make_dataset())).titre == "Aucun lien n'est encore déclaré."
