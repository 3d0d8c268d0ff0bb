"""The HTML page: self-contained, well built, escaped, and saying what it must."""

from __future__ import annotations

import base64
import hashlib
import re
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import pairwise

import pytest

from droitcommun.graph.export.page.render import render_page
from droitcommun.graph.export.workbook import workbook_bytes
from droitcommun.graph.picture import Controle, Picture, build_picture
from droitcommun.graph.pictures.constats import Constat, ConstatsOrganisme
from droitcommun.graph.pictures.contexte import Famille, Publication

from .deux_rives import make_dataset
from .reading import Element, plain, read_html


@pytest.fixture(scope="module")
def html(picture: Picture) -> str:
    """Return the page of Deux-Rives."""
    return render_page(picture)


@pytest.fixture(scope="module")
def page(html: str) -> Element:
    """Return the page of Deux-Rives, read."""
    return read_html(html)


def section(page: Element, name: str) -> Element:
    """Return one section by its id."""
    return next(e for e in page.find("section") if e.attributes["id"] == name)


def test_nothing_comes_from_outside(page: Element, html: str) -> None:
    assert not page.find("link") + page.find("img") + page.find("iframe") + page.find("object") + page.find("base")
    for element in page.all():
        for name, value in element.attributes.items():
            assert not name.startswith("on"), (element.tag, name)
            assert not re.search(r"https?:|//", value), (element.tag, name, value)
    assert not re.search(r"url\((?!#)", html) and "@import" not in html
    (policy,) = [m for m in page.find("meta") if m.attributes.get("http-equiv") == "Content-Security-Policy"]
    assert policy.attributes["content"].startswith("default-src 'none';")


def test_the_only_script_is_the_one_the_policy_knows(page: Element, html: str) -> None:
    """No script but that of the network, allowed by its hash and by nothing else: no inline handler, no « unsafe »."""
    (script,) = page.find("script")
    assert not script.attributes
    expected = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    (policy,) = [m for m in page.find("meta") if m.attributes.get("http-equiv") == "Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.attributes["content"].split(";"))
    assert rules["script-src"] == f"'sha256-{expected}'"
    assert html.count("<script") == 1


HOSTILE = "</script></style><img src=x onerror=alert(1)>]]>\"'` javascript:alert(1) {{ 7*7 }}"


def test_hostile_labels_stay_text(picture: Picture) -> None:
    """Names from workbooks go into text, attributes, SVG and the CSS of the printed sheets: all of them escaped."""
    tables = dict(picture.tables)
    for key, table in tables.items():
        labels = [c.name for c in table.query.columns if c.name.startswith("libelle") or c.name == "titre"]
        tables[key] = replace(table, rows=[{**row, **dict.fromkeys(labels, HOSTILE)} for row in table.rows])
    contexte = replace(
        picture.contexte,
        titre=HOSTILE,
        ambitions=tuple(replace(a, libelle=HOSTILE, court=HOSTILE) for a in picture.contexte.ambitions),
    )
    html = render_page(replace(picture, tables=tables, contexte=contexte))
    page = read_html(html)
    assert len(page.find("script")) == 1 and len(page.find("style")) == 1 and not page.find("img")
    assert not [e for e in page.all() for name in e.attributes if name.startswith("on")]
    assert "49" not in page.find("h1")[0].text
    nodes = page.find("g", "noeud")
    assert nodes and all(HOSTILE in typed(n.attributes["data-nom"]) for n in nodes)


def typed(text: str) -> str:
    """Return *text* with ordinary spaces."""
    return text.replace("\u00a0", " ")


def test_the_network_says_the_same_in_drawing_words_and_table(page: Element, picture: Picture) -> None:
    """Six links in Deux-Rives: agglo A1.1 A1.2 A2.1, caf A1.1 A1.2, bailleur A1.2 A1.3."""
    network = section(page, "reseau")
    links = [(e.attributes["data-o"], e.attributes["data-a"]) for e in network.find("path", "l")]
    rows = [(e.attributes["data-o"], e.attributes["data-a"]) for e in network.find("tr") if "data-o" in e.attributes]
    assert links == rows and len(links) == len(set(links)) == 7
    said = {n.attributes["data-nom"]: plain(n.attributes["data-dit"]) for n in network.find("g", "noeud")}
    assert said["Caf des Deux-Rives"] == "Caf des Deux-Rives agit pour 2 ambitions : A1.1 (2 actions), A1.2 (1 action)."
    assert said["Agence de santé"] == "Agence de santé : pas de réponse, on ne sait pas."
    acting = [r for r in picture.tables["matrice-organisme-ambition"].rows if r["etat"] == "agit"]
    assert len(acting) == len(links)


def test_the_network_stands_still_from_year_to_year(picture: Picture) -> None:
    """The same bodies with other actions: each node is where it was."""

    def places(of: Picture) -> dict[str, str]:
        nodes = read_html(render_page(of)).find("g", "noeud")
        return {n.attributes["data-nom"]: n.find("circle")[0].attributes["cy"] for n in nodes}

    table = picture.tables["matrice-organisme-ambition"]
    rows = [{**row, "etat": "agit", "n_actions": 5} for row in reversed(table.rows)]
    moved = replace(picture, tables={**picture.tables, "matrice-organisme-ambition": replace(table, rows=rows)})
    assert places(moved) == places(picture)


def test_every_figure_is_there_with_its_mark_its_value_and_what_it_rests_on(picture: Picture) -> None:
    euros = replace(picture.figures["F-euros-1"], confiance=(("compte", Decimal(750)), ("estime", Decimal(250))))
    page = read_html(render_page(replace(picture, figures={**picture.figures, "F-euros-1": euros})))
    rows = [[plain(c.text) for c in tr.children] for tr in section(page, "methode").find("tr")]
    by_mark = {row[1]: row for row in rows}
    assert set(picture.figures) <= set(by_mark)
    assert by_mark["F-euros-1"][2:] == ["12 345,67 €", "compté 75 %, estimé 25 %"]
    assert by_mark["F-rencontre-4"][2] == "2,50 €"


def test_a_published_page_says_which_publication_and_a_provisional_one_says_so(picture: Picture, html: str) -> None:
    assert "– provisoire" in plain(html)
    published = render_page(replace(picture, publication=Publication(2, date(2026, 4, 3), "Erreur d'unité")))
    assert "publication n° 2 du 3 avril 2026" in plain(published) and "– provisoire" not in plain(published)
    assert "Erreur d&#39;unité" in published


def test_a_card_of_a_qpv_says_what_is_known_for_it_alone(page: Element) -> None:
    """QN99001X: a1 (shared, no amount of its own) and a3, 2 345,67 € of the caf."""
    cards = {c.find("h4")[0].text: plain(c.text) for c in section(page, "fiches").find("li", "fiche")}
    assert len(cards) == 4
    (first,) = [text for text in cards.values() if "2,3 k€" in text]
    assert "Actions2" in first.replace(" ", "") and "A1.1, A1.2" in first
    assert sum("aucune ne cite ce quartier" in text for text in cards.values()) == 2


def test_commitments_stand_under_their_family(picture: Picture) -> None:
    family = Famille("F1", "Participer au pilotage du contrat", ("E01",))
    known = replace(picture, contexte=replace(picture.contexte, familles=(family,)))
    headings = [plain(h.text) for h in section(read_html(render_page(known)), "engagements").find("h4")]
    assert headings[0] == "Participer au pilotage du contrat"


def test_language_title_and_viewport(page: Element) -> None:
    assert page.find("html")[0].attributes["lang"] == "fr"
    assert page.find("title")[0].text == "Photographie 2026 du droit commun – Contrat de ville des Deux-Rives"
    assert any(m.attributes.get("name") == "viewport" for m in page.find("meta"))


def test_headings_go_down_one_level_at_a_time(page: Element) -> None:
    levels = [int(e.tag[1]) for e in page.all() if re.fullmatch(r"h[1-6]", e.tag)]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_ids_are_unique_and_links_and_labels_lead_somewhere(page: Element) -> None:
    ids = [e.attributes["id"] for e in page.all() if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    targets = [a.attributes["href"].removeprefix("#") for a in page.find("a")]
    targets += [s.attributes["aria-labelledby"] for s in page.find("section")]
    assert set(targets) <= set(ids)


def test_tables_say_what_their_headers_head(page: Element) -> None:
    assert page.find("table")
    for table in page.find("table"):
        assert table.find("caption")
        assert all(th.attributes.get("scope") in ("col", "row", "colgroup", "rowgroup") for th in table.find("th"))
        for row in table.find("tbody")[0].find("tr"):
            assert row.find("th") or "colspan" in row.find("td")[0].attributes


def test_every_chart_has_its_table_in_the_same_section(page: Element) -> None:
    charts = [s for s in page.find("section") if s.find("div", "graphique")]
    assert len(charts) >= 7
    for chart in charts:
        assert chart.find("details", "tableau"), chart.attributes["id"]


def test_every_bar_says_its_value_in_words(page: Element) -> None:
    bars = page.find("li", "barre")
    assert len(bars) > 20
    for bar in bars:
        assert plain(bar.find("span", "barre-libelle")[0].text)
        assert plain(bar.find("span", "barre-texte")[0].text)
        assert bar.find("span", "barre-piste")[0].attributes["aria-hidden"] == "true"


def test_hostile_labels_are_text(page: Element, html: str) -> None:
    assert html.count("<script") == 1 and "<b>Rive</b>" not in html
    assert "<script>alert('x')</script>" in section(page, "rencontre").text + section(page, "manques").text
    assert "Bailleur <b>Rive</b> & fils" in section(page, "institutions").text


def test_fictitious_data_is_said_first_and_last(page: Element, picture: Picture) -> None:
    assert plain(page.find("p", "fictif")[0].text).startswith("Données fictives")
    assert "Données fictives" in page.find("footer")[0].text
    real = replace(picture, contexte=replace(picture.contexte, fictif=False), avertissements=())
    assert "fictives" not in render_page(real)


def test_the_header_frames_the_campagne(page: Element) -> None:
    header = plain(page.find("header")[0].text)
    assert "Contrat de ville des Deux-Rives" in header
    assert "Campagne2026 (close)" in header
    assert "Date de référence31 mars 2026" in header
    assert "Montantsréalisé 2025 et prévu 2026" in header


def test_key_figures_and_sentences(page: Element, picture: Picture) -> None:
    cards = [plain(c.find("span", "carte-valeur")[0].text) for c in page.find("li", "carte")]
    assert cards == ["4 / 5", "3", "12 k€", "7 k€", "3/4 + 1/1"]
    said = [plain(li.find("p")[0].text) for li in page.find("li", "phrase")]
    assert said == [plain(phrase.texte) for phrase in picture.phrases]
    assert "F-rencontre-4" in page.find("li", "phrase")[3].text


def test_each_cell_of_a_matrix_has_a_symbol_and_words(page: Element) -> None:
    matrix = section(page, "institutions").find("div", "matrice")[0]
    rows = {plain(r.find("th")[0].text): r for r in matrix.find("tr") if r.find("td", "c")}
    assert list(rows) == [
        "Agglomération des Deux-Rives",
        "Bailleur <b>Rive</b> & fils",
        "Caf des Deux-Rives",
        "Ville de Rive",
        "Agence de santé",
    ]
    words = {name: [plain(c.find("span", "lu")[0].text) for c in row.find("td", "c")] for name, row in rows.items()}
    assert words["Agglomération des Deux-Rives"] == [
        "agit : 1 action", "agit : 1 action", "non concerné", "non concerné", "agit : 1 action",
    ]  # fmt: skip
    assert words["Caf des Deux-Rives"][0] == "agit : 2 actions"
    assert words["Caf des Deux-Rives"][3] == "attendu, rien de déclaré"
    assert set(words["Ville de Rive"]) == {"néant déclaré"}
    assert set(words["Agence de santé"]) == {"pas de réponse"}
    symbols = {c.attributes["class"].split()[1]: plain(c.find("span", "e")[0].text) for c in matrix.find("td", "c")}
    assert symbols.pop("e-agit").isdigit()
    assert symbols == {
        "e-attendu-rien-declare": "!",
        "e-neant-declare": "∅",
        "e-non-concerne": "–",
        "e-pas-de-reponse": "?",
    }


def test_the_legend_counts_every_cell(page: Element) -> None:
    matrix = section(page, "institutions").find("div", "matrice")[0]
    counts = [int(plain(c.text).strip("()")) for c in matrix.find("span", "compte")]
    assert sum(counts) == 5 * 5
    assert counts == [6, 1, 0, 1, 5, 7, 5]


def test_qpv_of_another_contract_stand_apart(page: Element) -> None:
    matrix = section(page, "quartiers").find("div", "matrice")[0]
    headings = [plain(r.text) for r in matrix.find("tr", "titre-groupe")]
    assert headings == ["Quartiers du contrat (3)", "Quartiers à cheval sur une autre intercommunalité (1)"]
    assert "La Gare" in section(page, "quartiers").find("div", "liste")[0].text


def test_ambitions_are_nine_plus_three_not_twelve(page: Element) -> None:
    groups = section(page, "ambitions").find("div", "groupe")
    assert [plain(g.find("h4")[0].text) for g in groups] == [
        "Pour les habitants : 4 ambitions",
        "Pour les professionnels : 1 ambition",
    ]
    bars = {
        plain(b.find("span", "barre-libelle")[0].text): plain(b.find("span", "barre-texte")[0].text)
        for b in groups[0].find("li")
    }
    assert bars == {
        "A1.1 Grandir": "2 institutions",
        "A1.2 Se soigner": "3 institutions",
        "A1.3 Se loger": "1 institution",
        "A1.4 Se déplacer": "aucune action déclarée",
    }


def test_money_stands_side_by_side_and_apart(page: Element) -> None:
    credits_section = section(page, "credits")
    groups = {plain(g.find("h4")[0].text): g for g in credits_section.find("div", "groupe")}
    shown = {
        title: [plain(b.find("span", "barre-texte")[0].text) for b in group.find("li")]
        for title, group in groups.items()
    }
    assert shown["Réalisé 2025"] == ["12 k€", "7 k€", "0,8 k€"]
    assert shown["Prévu 2026"] == ["12 k€", "sans information"]
    notes = " ".join(plain(p.text) for p in credits_section.find("p", "encart"))
    assert "prestations légales (RSA, salaires d'enseignants…) : réalisé 2025, 500 k€." in notes
    assert "(TFPB) des bailleurs, qui n'est pas un crédit : réalisé 2025, 7 k€." in notes


def test_amounts_are_exact_in_tables(page: Element) -> None:
    cells = {plain(c.text) for c in section(page, "credits").find("td")}
    assert {"12 345,67 €", "4 000,00 €", "sans information"} <= cells


def test_places_and_buckets(page: Element) -> None:
    bars = [
        (plain(b.find("span", "barre-libelle")[0].text), plain(b.find("span", "barre-texte")[0].text))
        for b in section(page, "lieux").find("li", "barre")
    ]
    assert bars == [
        ("La Gare", "aucune action déclarée"),
        ("Le Port", "aucun droit commun connu ; 3 k€ de crédits spécifiques · 2 actions"),  # a4
        ("Les Lilas", "2,3 k€ · 2 actions"),
        ("La Lisière", "aucune action déclarée"),
        ("Commun à plusieurs QPV", "10 k€ · 1 action"),
        ("Communal", "aucun montant connu · 1 action"),
        ("Agglomération", "0 k€ · 2 actions"),
    ]


def test_evolution_is_at_constant_respondents(page: Element) -> None:
    text = plain(section(page, "evolution").find("span", "message")[0].text)
    assert text == (
        "2 institutions ont répondu aux deux campagnes. Sur ce qui est connu les deux années : "
        "9 k€ de droit commun (réalisé 2024), puis 10 k€ (réalisé 2025), soit +1 k€. "
        "2 lignes ne sont pas comparées : un montant y est inconnu l'une des deux années."
    )
    said = plain(section(page, "evolution").text)
    assert said.count("10 k€ (+1 k€)") == 1
    assert said.count("sans information : rien n'est connu les deux années") == 1


def test_a_contact_in_a_title_is_on_no_product() -> None:
    extra = """a26:x a cdv:Action ; cdv:campagne campagne:2026 ; cdv:contribution k26:agglo ; cdv:declarant o:agglo ;
      dcterms:title "Permanence, écrire à jeanne.petit@exemple.fr ou 06 12 34 56 78" ."""
    picture = build_picture(make_dataset("reponses-2026", extra=extra))
    with zipfile.ZipFile(BytesIO(workbook_bytes(picture))) as book:
        cells = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    for text in (render_page(picture), cells, str([table.rows for table in picture.tables.values()])):
        assert "Permanence, écrire à […] ou […]" in text.replace("\u00a0", " ")
        assert "jeanne" not in text and "12 34" not in text


def test_governance_says_what_the_contract_provides(page: Element) -> None:
    rows = [[plain(c.text) for c in r.find("th") + r.find("td")] for r in section(page, "gouvernance").find("tr")[1:]]
    assert rows == [
        ["Comité de pilotage", "1", "2", "1", "10/02/2026"],
        ["Labo", "non dit", "non dit", "0", "–"],
    ]


def test_gaps_list_what_is_left_to_do(picture: Picture) -> None:
    page = read_html(render_page(replace(picture, controle=Controle(3, 1, 0, ("les contacts",)))))
    gaps = plain(section(page, "manques").text)
    assert "A1.4 Se déplacer" in gaps
    assert "1 moyen à qualifier en droit commun ou en spécifique (0,8 k€, réalisé 2025)." in gaps
    assert "1 cellule illisible, gardée telle quelle et comptée nulle part." in gaps
    assert "Constats du contrôle : 3 à corriger, 1 à compléter et 0 pour information" in gaps
    assert "à venir" not in gaps
    lists = {plain(b.find("h3")[0].text): [plain(li.text) for li in b.find("li")] for b in page.find("div", "liste")}
    assert lists["Ce que l'outil ne vérifie pas"] == ["les contacts"]


def test_nobody_answered_is_said_plainly(silent: Picture) -> None:
    page = read_html(render_page(silent))
    alert = plain(section(page, "essentiel").find("p", "alerte")[0].text)
    assert alert.startswith("Aucune institution n'a répondu à la campagne 2026. Le droit commun est sans information")
    assert "viennent de fichiers importés" in alert
    cards = [plain(c.find("span", "carte-valeur")[0].text) for c in page.find("li", "carte")]
    assert cards == ["0 / 5", "sans information", "sans information", "21 k€", "sans information"]


def test_findings_say_their_day_and_doubtful_rows_are_listed(picture: Picture) -> None:
    controle = Controle(3, 1, 2, (), 4, date(2026, 3, 5), ("Deux lignes A", "Deux lignes B", "Deux lignes A"), 3)
    page = read_html(render_page(replace(picture, controle=controle)))
    gaps = plain(section(page, "manques").text)
    assert (
        "Constats du contrôle du 5 mars 2026 : 3 à corriger, 1 à compléter et 2 pour information ; 4 à venir," in gaps
    )
    limits = [plain(li.text) for li in section(page, "methode").find("li")]
    text = "3 lignes identiques à une autre, comptées deux fois peut-être : à confirmer."
    start = limits.index(text)
    assert limits[start : start + 3] == [text, "Deux lignes A (× 2)", "Deux lignes B"]


def test_a_count_to_qualify_is_of_the_period_of_its_euros(picture: Picture) -> None:
    table = picture.tables["moyens-a-qualifier"]
    row = dict(table.rows[0])
    more = [{**row, "phase": "prevu", "exercice": 2026, "euros": None}, {**row, "euros": Decimal(200)}]
    tables = {**picture.tables, "moyens-a-qualifier": replace(table, rows=[*more, row])}
    gaps = plain(section(read_html(render_page(replace(picture, tables=tables))), "manques").text)
    assert "2 moyens à qualifier en droit commun ou en spécifique (1 k€, réalisé 2025)." in gaps
    assert "1 moyen à qualifier en droit commun ou en spécifique (prévu 2026)." in gaps


def test_an_import_is_shown_in_its_own_exercice(silent: Picture) -> None:
    page = read_html(render_page(silent))
    for name, titre in (("ambitions", "moyens par ambition"), ("lieux", "moyens par quartier")):
        captions = [plain(t.find("caption")[0].text) for t in section(page, name).find("table")]
        assert captions == [f"{titre}, réalisé 2025", f"{titre}, réalisé 2026"]
        years = [
            {plain(row.find("td")[-1].text) for row in t.find("tbody")[0].find("tr")}
            for t in section(page, name).find("table")
        ]
        assert years == [{"2025"}, {"2026"}]
    text = plain(section(page, "credits").text)
    said = "réalisé 2025, 21 k€ de crédits spécifiques ; réalisé 2026, 22 k€ de crédits spécifiques."
    assert f"Non localisé : {said}" in text
    assert f"Sans ambition : {said}" in text
    places = plain(section(page, "lieux").text)
    assert "aucun droit commun connu ; 21 k€ de crédits spécifiques · 1 action" in places
    assert "aucun montant connu" not in places


def test_the_card_falls_back_to_the_period_that_is_held() -> None:
    """Only an import of the year of the campagne: the card says it, not « sans information » of the year before."""
    picture = build_picture(make_dataset("import"))
    later = tuple(m for m in picture.montants if m.periode.exercice == 2026)
    figures = {**picture.figures, "F-euros-2": replace(picture.figures["F-euros-2"], valeur=None)}
    page = read_html(render_page(replace(picture, montants=later, figures=figures)))
    card = next(c for c in page.find("li", "carte") if "Crédits spécifiques" in c.text)
    assert plain(card.find("span", "carte-valeur")[0].text) == "22 k€"
    assert "réalisé 2026" in card.text
    titles = [plain(h.text) for h in section(page, "credits").find("h3")]
    assert "Par dispositif ou source, réalisé 2026" in titles


def test_no_unknown_is_shown_as_zero(silent: Picture, nothing: Picture) -> None:
    for picture in (silent, nothing):
        text = plain(read_html(render_page(picture)).find("main")[0].text)
        assert not re.search(r"(?<![\d,])0(,00)? (€|k€|ETP)", text)


def test_words_not_codes(page: Element) -> None:
    visible = " ".join(e.text for e in page.find("section"))
    for code in ("pas-de-reponse", "neant-declare", "realise-definitif", "offre-ordinaire", "w3id.org", "None"):
        assert code not in visible.replace("-p phase=realise", ""), code


def test_the_footer_tells_where_the_figures_come_from(page: Element, picture: Picture) -> None:
    footer = plain(page.find("footer")[0].text)
    assert picture.empreinte in footer
    assert f"droitcommun {picture.version}" in footer
    assert "Dernière réponse reçue3 février 2026" in footer


def test_the_same_picture_gives_the_same_page(picture: Picture, html: str) -> None:
    assert render_page(picture) == html


def test_findings_are_counted_by_body_and_told_one_by_one(picture: Picture) -> None:
    found = (
        Constat("R-A1", "warning", "caf", "Il manque le <lieu>", "Dire où", ("Actions!D14",), ("envoi.xlsx",)),
        Constat("R-P3", "violation", None, "Le contrat ne dit rien", "Le dire", (), ()),
    )
    counts = (ConstatsOrganisme("caf", 0, 1, 0), ConstatsOrganisme(None, 1, 0, 0))
    controle = Controle(1, 1, 0, (), par_organisme=counts, constats=found)
    page = read_html(render_page(replace(picture, controle=controle)))
    rows = [[plain(c.text) for c in tr.children] for tr in section(page, "manques").find("tr")]
    assert ["Caf des Deux-Rives", "0", "1", "0"] in rows and ["Le contrat lui-même", "1", "0", "0"] in rows
    where = "Actions!D14 (envoi.xlsx)"
    assert ["Caf des Deux-Rives", "À compléter", "Il manque le <lieu>", "Dire où", where] in rows


def test_titles_say_the_message(page: Element) -> None:
    """By hand: three of the four respondents act; of five ambitions, agglo serves three, caf and bailleur two each."""
    said = {e.attributes["id"]: plain(e.find("span", "message")[0].text) for e in page.find("section")[1:]}
    assert said["institutions"] == (
        "3 institutions agissent pour au moins une ambition, dont 1 pour la moitié d'entre elles ou plus."
    )
    assert said["manques"].startswith("Il reste 1 ambition sans action déclarée")
    assert said["lieux"].startswith("19 % du droit commun (réalisé 2025) est connu quartier par quartier.")  # 2 345,67
    assert all(message.endswith((".", ")")) for message in said.values())
