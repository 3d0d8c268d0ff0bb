"""What each profile leaves out: every cell of the table of docs/profils.md, then amounts worked out by hand."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from droitcommun.graph.errors import ProfilInconnu
from droitcommun.graph.export.page.render import render_page
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.constats import Constat, ConstatsOrganisme, Controle
from droitcommun.graph.pictures.profils import restrict_picture
from droitcommun.graph.pictures.rows import Masque
from droitcommun.graph.pictures.secret import to_hide
from droitcommun.graph.profils import PROFILS, profil

from .reading import plain, read_html

DOC = Path(__file__).parents[2] / "docs" / "profils.md"
PRECISION = "Précision confiée par la caf"


def approve(picture: Picture, codes: Collection[str]) -> Picture:
    """Return *picture* with the visa of some bodies."""
    table = picture.tables["retours"]
    rows = [{**r, "visa": r["organisme"] in codes if r["visa"] is not None else None} for r in table.rows]
    return replace(picture, tables={**picture.tables, "retours": replace(table, rows=rows)})


def edit(picture: Picture, name: str, **values: object) -> Picture:
    """Return *picture* with values put in every row of one table."""
    table = picture.tables[name]
    rows = [{**row, **values} for row in table.rows]
    return replace(picture, tables={**picture.tables, name: replace(table, rows=rows)})


@pytest.fixture(scope="module")
def full(picture: Picture) -> Picture:
    """Return Deux-Rives where the caf gave its visa, with findings, free texts and few inhabitants."""
    found = Constat("R-A1", "warning", "agglo", "Il manque le lieu", "Dire où", ("Actions!D14",), ("envoi-agglo.xlsx",))
    controle = Controle(
        0, 1, 0, (), doublons=("Deux lignes pour jean@exemple.fr",), n_doublons=1,
        par_organisme=(ConstatsOrganisme("agglo", 0, 1, 0),), constats=(found,),
    )  # fmt: skip
    made = approve(picture, {"caf"})
    made = edit(made, "tableau-des-engagements", preuves=PRECISION)
    made = edit(made, "resultats-habitants", femmes=7)
    return replace(made, controle=controle)


def shown(picture: Picture) -> str:
    """Return everything a product could print of a picture."""
    return "\n".join(
        [
            *(str(row) for table in picture.tables.values() for row in table.rows),
            *(str(figure) for figure in picture.figures.values()),
            *(phrase.texte for phrase in picture.phrases),
            str(picture.controle),
            str(picture.montants),
        ]
    )


def bodies(picture: Picture, table: str) -> set[object]:
    return {row.get("organisme") for row in picture.tables[table].rows}


def habitants_shown(picture: Picture) -> bool:
    return picture.tables["resultats-habitants"].rows[0]["femmes"] == 7


def amount_alone(picture: Picture) -> object:
    """The 4 000 € of specific credits that the agglomeration alone brings to A1.1."""
    rows = picture.tables["mobilisation-par-ambition"].rows
    return next(r["euros_spec"] for r in rows if r["ambition"] == "A1.1")


HOLDS: dict[str, Callable[[Picture], bool]] = {
    "les nombres d'institutions et d'actions, qui portent sur tous les répondants": lambda p: (
        (p.figures["F-retours-2"].valeur, p.figures["F-actions-1"].valeur) == (4, 3)
    ),
    # Specific credits are of agglo and bailleur, the droit commun of agglo and caf: only the caf has a visa.
    "les totaux en euros et en ETP, qui portent sur tous les répondants": lambda p: (
        p.figures["F-euros-2"].valeur == 7000
    ),
    "un total dont une seule institution sans visa apporte une part": lambda p: (
        p.figures["F-euros-1"].valeur == Decimal("12345.67")
    ),
    "le nom des institutions qui n'ont pas répondu": lambda p: "Agence de santé" in shown(p),
    "le détail d'une institution qui n'a pas donné son visa": lambda p: "agglo" in bodies(p, "effet-levier"),
    "un montant qu'une seule institution sans visa apporte": lambda p: amount_alone(p) == 4000,
    "un nombre d'habitants de 1 à 10": habitants_shown,
    "les moyens à qualifier un par un, les écarts de chaque institution": lambda p: (
        {"moyens-a-qualifier", "ecarts-de-couverture"} <= set(p.tables)
    ),
    "le nombre de constats de chaque institution": lambda p: bool(p.controle and p.controle.par_organisme),
    "les décisions, avec qui les porte": lambda p: {"caf", "agglo"} <= bodies(p, "decisions"),
    "les constats un par un, avec leurs cases": lambda p: "Actions!D14" in shown(p),
    "les actions incomplètes, avec leur ligne": lambda p: "actions-incompletes" in p.tables,
    "les précisions et preuves écrites par les contributeurs": lambda p: PRECISION in shown(p),
    "le nom des fichiers reçus": lambda p: "envoi-agglo.xlsx" in shown(p),
    "des adresses électroniques, des numéros de téléphone, des contacts": lambda p: (
        "jean@exemple.fr" in render_page(p) + shown(p)
    ),
}


def documented() -> list[tuple[str, str, bool]]:
    """Return (what, profile, held) for each cell of the table of the documentation."""
    lines = [line for line in DOC.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    heads, _rule, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    assert heads[1:] == list(PROFILS)
    return [
        (row[0], code, {"oui": True, "non": False}[cell])
        for row in rows
        for code, cell in zip(heads[1:], row[1:], strict=True)
    ]


@pytest.mark.parametrize(("what", "code", "held"), documented())
def test_the_table_of_the_documentation_is_true(full: Picture, what: str, code: str, held: bool) -> None:
    assert HOLDS[what](restrict_picture(full, profil(code))) is held


def test_every_line_of_the_table_is_proved() -> None:
    assert {what for what, _code, _held in documented()} == set(HOLDS)


def test_an_amount_hidden_alone_takes_the_smallest_other_with_it(full: Picture) -> None:
    """Specific credits: A1.1 4 000 € (agglo), A1.2 3 000 € (bailleur), neither with a visa: both are hidden.

    Droit commun of A1.1: 10 000 € of agglo and 2 345,67 € of the caf, whose visa makes them public: the sum would give
    agglo's back. A2.1 is a known 0 €, which tells nothing.
    """
    public = restrict_picture(full, profil("public"))
    rows = {str(r["ambition"]): r for r in public.tables["mobilisation-par-ambition"].rows}
    assert rows["A1.1"]["euros_dc"] == "non montré"
    assert rows["A2.1"]["euros_dc"] == 0
    assert isinstance(rows["A1.2"]["euros_spec"], Masque)
    approved = approve(
        full, {"caf", "bailleur"}
    )  # only the agglomeration is without visa: 4 000 € would be 7 000 − 3 000
    rows = {
        str(r["ambition"]): r
        for r in restrict_picture(approved, profil("public")).tables["mobilisation-par-ambition"].rows
    }
    assert (rows["A1.1"]["euros_spec"], rows["A1.2"]["euros_spec"]) == ("non montré", "non montré")


def test_money_to_qualify_and_legal_benefits_are_of_the_few_who_declare_them(full: Picture) -> None:
    """Three bodies act for A1.1; agglo alone has 800 € to qualify there, and the caf the only legal benefits."""
    actions = [dict(r) for r in full.tables["actions-declarees"].rows]
    mine = next(r for r in actions if r["organisme"] == "agglo" and r["ambition"] == "A1.1")
    theirs = next(r for r in actions if r["organisme"] == "caf" and r["ambition"] == "A1.1")
    mine["forme"], theirs["forme"] = "renforcee", "prestation-legale"
    held = {"organisme": "agglo", "action": mine["action"], "euros": 800, "phase": "realise-definitif"}
    made = edit(full, "mobilisation-par-ambition", euros_a_qualifier=None, euros_prestations_legales=None)
    rows = [
        {**r, "euros_a_qualifier": 800, "euros_prestations_legales": 50} if r["ambition"] == "A1.1" else r
        for r in made.tables["mobilisation-par-ambition"].rows
    ]
    new = {"actions-declarees": actions, "moyens-a-qualifier": [held], "mobilisation-par-ambition": rows}
    tables = {name: replace(made.tables[name], rows=found) for name, found in new.items()}
    made = replace(made, tables={**made.tables, **tables})

    def seen(*codes: str) -> list[object]:
        public = restrict_picture(approve(made, codes), profil("public"))
        row = next(r for r in public.tables["mobilisation-par-ambition"].rows if r["ambition"] == "A1.1")
        return [row["euros_a_qualifier"], row["euros_prestations_legales"]]

    assert seen("caf") == ["non montré", 50]
    assert seen("agglo") == [800, "non montré"]


def test_a_sum_of_several_bodies_without_visa_is_shown(full: Picture) -> None:
    """No visa at all: agglo and caf share the 12 345,67 € of A1.1, and neither can be told from the other."""
    public = restrict_picture(approve(full, ()), profil("public"))
    rows = {str(r["ambition"]): r for r in public.tables["mobilisation-par-ambition"].rows}
    assert rows["A1.1"]["euros_dc"] == Decimal("12345.67")


@pytest.mark.parametrize(
    ("providers", "sizes", "hidden"),
    [
        (["ab"], [5], set()),
        (["a"], [5], {0}),
        (["a", "b", "cd"], [5, 6, 1], {0, 1}),
        (["a", "bc", "bc"], [5, 9, 7], {0, 2}),
        (["a", "a", "bc"], [5, 6, 7], {0, 1, 2}),  # two amounts of one body: their sum is its money
        (["a", "", "bc"], [5, 1, 7], {0, 2}),  # a sum of approved bodies is public: hiding it would protect nothing
        (["a", "", ""], [5, 9, 7], {0, 2}),
    ],
)
def test_what_is_hidden_is_never_the_money_of_one_body(
    providers: list[str], sizes: list[int], hidden: set[int]
) -> None:
    assert to_hide(providers, [Decimal(n) for n in sizes]) == hidden


def test_the_change_of_one_body_cannot_be_subtracted(full: Picture) -> None:
    """caf 10 → 11 and agglo 20 → 25 in A1.1, agglo and bailleur in A1.2: agglo alone without visa in A1.1, so A1.2
    is hidden with it; once the bailleur has its visa, agglo is alone everywhere: the totals are hidden too."""
    table = full.tables["evolution"]
    lines = (("caf", "A1.1", 10, 11), ("agglo", "A1.1", 20, 25), ("agglo", "A1.2", 1, 2), ("bailleur", "A1.2", 3, 5))
    rows = [
        {**table.rows[0], "organisme": o, "libelle_organisme": o, "ambition": a}
        | {"euros_dc_1": one, "euros_dc_2": two, "ecart": two - one}
        for o, a, one, two in lines
    ]
    made = replace(full, tables={**full.tables, "evolution": replace(table, rows=rows)})
    public = restrict_picture(made, profil("public"))
    found = [(r["organisme"], r["ambition"], r["euros_dc_2"]) for r in public.tables["evolution"].rows]
    assert found == [("caf", "A1.1", 11), (None, "A1.1", "non montré"), (None, "A1.2", "non montré")]
    assert public.figures["F-evolution-3"].valeur is not None
    fewer = restrict_picture(approve(made, {"caf", "bailleur"}), profil("public"))
    assert fewer.figures["F-evolution-3"].masque == "non montré"


def test_the_only_action_that_has_both_origins_keeps_its_money(full: Picture) -> None:
    public = restrict_picture(full, profil("public"))
    assert [public.figures[f"F-rencontre-{n}"].valeur for n in range(1, 6)] == [1, None, None, None, 1]
    assert public.figures["F-rencontre-4"].masque == "non montré"
    assert "visa" in public.phrases[3].texte and "4\u202f000" not in shown(public)
    assert restrict_picture(approve(full, {"agglo"}), profil("public")).figures["F-rencontre-4"].valeur == Decimal(
        "2.5"
    )


def test_few_inhabitants_are_less_than_eleven_and_their_share_is_hidden(full: Picture) -> None:
    public = restrict_picture(full, profil("public"))
    assert public.tables["resultats-habitants"].rows[0]["femmes"] == "moins de 11"
    assert public.figures["F-habitants-4"].masque == "non montré"
    assert public.figures["F-habitants-6"].valeur == 40
    assert public.figures["F-habitants-1"].valeur == 150
    few = restrict_picture(edit(full, "resultats-habitants", habitants=10), profil("public"))
    assert few.tables["resultats-habitants"].rows[0]["habitants"] == "moins de 11"
    assert (
        restrict_picture(edit(full, "resultats-habitants", habitants=11), profil("public"))
        .tables["resultats-habitants"]
        .rows[0]["habitants"]
        == 11
    )
    assert edit(full, "resultats-habitants", habitants=0).tables["resultats-habitants"].rows[0]["habitants"] == 0


def test_the_public_page_names_only_the_bodies_that_gave_their_visa(full: Picture) -> None:
    for name in ("decisions", "decisions:precedente"):  # who carries a decision of the copil is public
        full = edit(full, name, organisme=None, libelle_organisme=None)
    public = restrict_picture(full, profil("public"))
    page = render_page(public)
    retours = full.tables["retours"].rows
    names = {str(r["libelle_organisme"]): r["organisme"] == "caf" for r in retours}
    assert sum(names.values()) == 1
    for name, approved in names.items():
        assert (name in page) is approved, name
    assert public.non_detailles == 3
    assert re.search(r"3 institutions sont comptées dans tous les totaux", page)


def test_unnamed_rows_keep_the_counts_and_tell_no_order(full: Picture) -> None:
    public = restrict_picture(full, profil("public"))
    rows = public.tables["retours"].rows
    assert len(rows) == 5
    assert [r["organisme"] for r in rows] == ["caf", None, None, None, None]
    assert {r["n_actions"] for r in rows[1:]} == {None}
    kept = [(r["statut_partie"], r["attendu"], r["etat"]) for r in rows[1:]]
    assert kept == sorted(kept) and len(kept) == 4


def test_a_single_respondent_without_visa_keeps_all_its_money(full: Picture) -> None:
    table = full.tables["retours"]
    rows = [{**r, "etat": "repondu" if r["organisme"] == "agglo" else "pas-de-reponse"} for r in table.rows]
    alone = replace(full, tables={**full.tables, "retours": replace(table, rows=rows)})
    public = restrict_picture(approve(alone, ()), profil("public"))
    assert public.montants == ()
    assert public.figures["F-euros-1"].masque == "non montré"
    assert public.phrases[2].texte.startswith("Montants non montrés")
    assert restrict_picture(approve(alone, {"agglo"}), profil("public")).figures["F-euros-1"].valeur is not None


def test_what_was_taken_out_cannot_come_back(full: Picture) -> None:
    public = restrict_picture(full, profil("public"))
    assert restrict_picture(public, profil("public")) == public
    with pytest.raises(ValueError, match="public"):
        restrict_picture(public, profil("copil"))


def test_an_unknown_profile_says_which_are_known() -> None:
    with pytest.raises(ProfilInconnu, match="public, copil, gtp, interne"):
        profil("elus")


def test_declared_actions_of_the_others_keep_only_their_places(full: Picture) -> None:
    """Caf gave its visa (2 actions); the 4 others have no name, title, ambition nor code, and still count by place."""
    before = full.tables["actions-declarees"].rows
    rows = restrict_picture(full, profil("public")).tables["actions-declarees"].rows
    assert len(rows) == len(before) == 6
    others = [r for r in rows if r["organisme"] is None]
    assert len(others) == 4
    assert {r[c] for r in others for c in ("action", "libelle_action", "ambition", "forme")} == {None}
    assert sorted(str(r["quartiers"]) for r in rows) == sorted(str(r["quartiers"]) for r in before)
    assert {str(r["comptee"]) for r in rows} == {"1", "2", "3", "4", "5", "6"}


def test_what_is_hidden_is_never_said_unknown(full: Picture) -> None:
    """No visa at all: the 2 345,67 € of QN99001X are of the caf alone; in each ambition compared, one body is."""
    public = restrict_picture(approve(full, ()), profil("public"))
    page = read_html(render_page(public))
    charts = {e.attributes["id"]: plain(e.text) for e in page.find("section")}
    assert "non montré" in charts["lieux"] and "aucun droit commun connu" not in charts["lieux"]
    assert "non montré : une seule institution sans visa y entre" in charts["evolution"]
    assert "2,3 k€" not in charts["fiches"] and "non montré" in charts["fiches"]


def test_what_an_amount_rests_on_may_be_one_body(full: Picture) -> None:
    """An expert's opinion is often one body's: its share is not public before every visa, and the copil reads it."""
    euros = replace(full.figures["F-euros-1"], confiance=(("dire-d-expert", Decimal("2345.67")),))
    told = replace(full, figures={**full.figures, "F-euros-1": euros})
    public = restrict_picture(told, profil("public"))
    assert public.figures["F-euros-1"].confiance == () and "fiabilite-des-montants" not in public.tables
    assert restrict_picture(told, profil("copil")).figures["F-euros-1"].confiance
    everyone = approve(told, {str(r["organisme"]) for r in told.tables["retours"].rows})
    assert restrict_picture(everyone, profil("public")).figures["F-euros-1"].confiance


RESPONDANTS = ("agglo", "bailleur", "caf", "ville")


def brings(picture: Picture, key: str, column: str) -> set[str]:
    return {str(r["organisme"]) for r in picture.tables[key].rows if r[column]}


@pytest.mark.parametrize("visas", [c for n in range(5) for c in itertools.combinations(RESPONDANTS, n)])
def test_no_total_gives_back_what_one_body_brings(full: Picture, visas: tuple[str, ...]) -> None:
    """By hand: réalisé, droit commun of agglo (10 000) and caf (2 345,67), specific credits of agglo (4 000) and
    bailleur (3 000); staff of agglo and bailleur. A total is hidden when one of those that bring it lacks its visa, and
    only then; what is left of its parts does not add up to it."""
    makers = {
        "F-euros-1": brings(full, "matrice-organisme-ambition", "euros_dc"),
        "F-euros-2": brings(full, "matrice-organisme-ambition", "euros_spec"),
        "F-etp-1": brings(full, "moyens-humains", "etp"),
    }
    assert makers == {
        "F-euros-1": {"agglo", "caf"},
        "F-euros-2": {"agglo", "bailleur"},
        "F-etp-1": {"agglo", "bailleur"},
    }
    public = restrict_picture(approve(full, visas), profil("public"))
    for name, bodies in makers.items():
        alone = len(bodies - set(visas)) == 1
        figure = public.figures[name]
        assert (figure.masque == "non montré") is alone, name
        assert (figure.valeur is None) is alone, name
    parts = {
        "F-euros-1": (("formes-de-mobilisation", "euros_dc"), ("mobilisation-par-qpv", "euros_dc"),
                      ("mobilisation-par-ambition", "euros_dc")),
        "F-euros-2": (("mobilisation-par-ambition", "euros_spec"), ("mobilisation-par-qpv", "euros_spec")),
        "F-etp-1": (("mobilisation-par-ambition", "etp"), ("moyens-humains", "etp")),
    }  # fmt: skip
    for name, tables in parts.items():
        total = full.figures[name].valeur
        for key, column in tables:
            rows = public.tables[key].rows
            seen = [r[column] for r in rows if r[column] and not isinstance(r[column], Masque)]
            known = sum((Decimal(str(v)) for v in seen), Decimal(0))
            if len(makers[name] - set(visas)) == 1:
                assert known != total, (key, column)
    said = shown(public)
    if len(makers["F-euros-1"] - set(visas)) == 1:
        assert "12345.67" not in said and "12\u202f345" not in said


def test_what_is_hidden_of_the_totals_is_said_so_everywhere(full: Picture) -> None:
    """Only the caf has a visa: agglo is alone in the droit commun, bailleur (1 post) in the adultes-relais; specific
    credits and staff are of both. With the visa of the bailleur, all the staff is that of agglo."""
    public = restrict_picture(full, profil("public"))
    third, fifth = plain(public.phrases[2].texte), plain(public.phrases[4].texte)
    assert third.startswith("Réalisé 2025 : droit commun non montré, et 7 k€ de crédits spécifiques")
    assert "sans son visa" in third
    assert fifth.startswith("2,5 ETP") and "adultes-relais" not in fifth
    approved = restrict_picture(approve(full, {"caf", "bailleur"}), profil("public"))
    assert plain(approved.phrases[4].texte).endswith("ils diraient ceux d'une seule institution, sans son visa.")
    assert "n'est pas montrée" in plain(public.phrases[6].texte)  # the share by QPV would give it back
    assert public.montants[0].droit_commun is None and "droit_commun" in public.montants[0].masques
    page = read_html(render_page(public))
    money = next(plain(e.text) for e in page.find("section") if e.attributes["id"] == "credits")
    assert "Droit commun non montré" in money


def test_a_source_of_staff_is_never_the_sum_of_what_is_left(full: Picture) -> None:
    """Budget ordinaire: caf 2, with its visa; adultes-relais: agglo 4 and bailleur 5; Fonjep: bailleur 1 alone, hidden.

    The adultes-relais are hidden with it, in the table, the figure and the chart: the total would give it back.
    """
    table = full.tables["moyens-humains"]
    lines = (("caf", "budget-ordinaire", 2), ("agglo", "adulte-relais", 4), ("bailleur", "adulte-relais", 5),
             ("bailleur", "fonjep", 1))  # fmt: skip
    rows = [
        {**table.rows[0], "organisme": o, "libelle_organisme": o, "source": s, "etp": Decimal(n), "n_inconnus": 0}
        for o, s, n in lines
    ]
    made = replace(full, tables={**full.tables, "moyens-humains": replace(table, rows=rows)})
    public = restrict_picture(made, profil("public"))
    seen = {(r["organisme"], r["source"]): r["etp"] for r in public.tables["moyens-humains"].rows}
    assert seen == {
        ("caf", "budget-ordinaire"): 2,
        (None, "adulte-relais"): "non montré",
        (None, "fonjep"): "non montré",
    }
    assert public.figures["F-etp-2"].masque == "non montré"
    section = next(e for e in read_html(render_page(public)).find("section") if e.attributes["id"] == "habitants")
    assert plain(section.text).count("non montré") >= 2
