"""The reminders: each contributor its own points, drafts that any mail program opens, no address unless asked."""

from __future__ import annotations

import email
import email.policy
import io
import re
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from typing import cast

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from droitcommun.graph.checks.findings import CheckReport
from droitcommun.graph.export.relances.contacts import Contact
from droitcommun.graph.export.relances.eml import eml_bytes
from droitcommun.graph.export.relances.messages import Relance, body_text, write_messages
from droitcommun.graph.export.relances.publipostage import Envoi, publipostage_bytes

CLOTURE = date(2026, 4, 30)
VILLE, ECOLES = ("bourg", "Ville"), ("bourg", "Écoles")
ASKED = [VILLE, ECOLES, ("dtpjj-1", ""), ("toits", "Gestion"), ("muette", "")]
ANSWERED = frozenset(ASKED[:4])
# Findings 1 and 2 come from one service, 4 and 8 from the other; the rest is about the whole body.
SERVICES = {f"{n:016x}": service for n, service in ((1, "Ville"), (2, "Ville"), (4, "Écoles"), (8, "Écoles"))}


@pytest.fixture(scope="module")
def relances(report: CheckReport) -> dict[tuple[str, str], Relance]:
    made = write_messages(report, ASKED, ANSWERED, SERVICES, CLOTURE)
    return {(r.organisme, r.service): r for r in made}


def read(data: bytes) -> EmailMessage:
    return cast(EmailMessage, email.message_from_bytes(data, policy=email.policy.default))


def points(relance: Relance) -> list[tuple[str, list[int]]]:
    return [(bloc.titre, [int(f.id, 16) for f in bloc.findings]) for bloc in relance.blocs]


def test_each_is_told_its_own_points_and_those_of_its_body(relances: dict[tuple[str, str], Relance]) -> None:
    assert list(relances) == [VILLE, ECOLES, ("dtpjj-1", ""), ("muette", "")]  # « toits » has nothing to do
    assert points(relances[VILLE]) == [("À corriger", [1, 2]), ("À compléter", [3]), ("D'ici la clôture", [5])]
    assert points(relances[ECOLES]) == [
        ("À corriger", [8]),
        ("À compléter", [3]),
        ("D'ici la clôture", [5]),
        ("À vérifier, si vous le pouvez", [4]),
    ]
    assert (relances[VILLE].compte("violation"), relances[VILLE].compte("warning"), relances[VILLE].a_venir()) == (
        2,
        1,
        1,
    )
    assert [i for _t, ids in points(relances["dtpjj-1", ""]) for i in ids] == [9]
    assert relances["muette", ""].muet and not relances["muette", ""].blocs


def test_a_point_of_the_whole_body_is_said_to_be_shared(relances: dict[tuple[str, str], Relance]) -> None:
    sentence = "la réponse d'un seul de vos services suffit"
    for key in (VILLE, ECOLES):
        text = body_text(relances[key])
        assert relances[key].partages == {f"{n:016x}" for n in (3, 5)} and text.count(sentence) == 2
        html = cast(EmailMessage, read(eml_bytes(relances[key], "c.xlsx", b"x")).get_body(("html",)))
        assert html.get_content().count("un seul de vos services suffit") == 2
    assert sentence not in body_text(relances["dtpjj-1", ""])  # a body without services


def test_what_is_only_to_verify_asks_nothing(report: CheckReport) -> None:
    alone = replace(report, findings=tuple(f for f in report.findings if f.gravite == "info"))
    assert write_messages(alone, [VILLE], ANSWERED, {}, CLOTURE) == []


def test_what_others_must_do_or_is_waived_is_not_asked(relances: dict[tuple[str, str], Relance]) -> None:
    told = {i for r in relances.values() for _t, ids in points(r) for i in ids}
    assert not told & {6, 7, 11}  # on trial, waived, about the contract


@pytest.mark.parametrize(("destinataire", "asked"), [("copilotes", 0), ("gtp", 0), ("commune", 1), ("contributeur", 1)])
def test_who_has_to_act_is_who_is_asked(report: CheckReport, destinataire: str, asked: int) -> None:
    alone = replace(report, findings=(replace(report.findings[0], destinataire=destinataire),))
    assert len(write_messages(alone, [VILLE], ANSWERED, {}, CLOTURE)) == asked


def test_a_silent_body_with_a_derogation_is_left_in_peace(report: CheckReport) -> None:
    waived = replace(report.findings[6], organisme="muette", sources=())
    excused = replace(report, findings=(waived,))
    assert write_messages(excused, [("muette", "")], frozenset(), {}, CLOTURE) == []
    opened = replace(excused, findings=(waived, replace(waived, etat="ouvert", id="0" * 16)))
    assert len(write_messages(opened, [("muette", "")], frozenset(), {}, CLOTURE)) == 1


def test_the_text_says_what_why_by_when_and_how(relances: dict[tuple[str, str], Relance], report: CheckReport) -> None:
    text = body_text(relances[VILLE]).replace("\u00a0", " ")
    for said in (
        "Données fictives",
        "Commune de Bourg – Ville. En le relisant, nous avons noté 4 points.",
        "1. Action 1 : la forme de l'action 1 manque.\n   Que faire : Feuille Actions : choisir une forme.",
        "   Où : bourg.xlsx › Actions › E1",
        "Pourquoi c'est utile",
        "Nous attendons votre envoi pour le 30 avril 2026 au plus tard.",
        "Contrat d'essai",
    ):
        assert said in text
    silent = body_text(relances["muette", ""]).replace("\u00a0", " ")
    assert "Nous n'avons pas encore reçu le classeur de recensement 2026" in silent
    assert "« Néant » est une réponse" in silent
    late = write_messages(replace(report, jour=date(2026, 5, 1)), ASKED, ANSWERED, SERVICES, CLOTURE)[0]
    assert "La date limite était le 30 avril 2026" in body_text(late)
    real = write_messages(replace(report, fictif=False), ASKED, ANSWERED, SERVICES, CLOTURE)[0]
    assert "fictives" not in body_text(real) + real.objet


def test_the_e_mail_is_a_draft_with_text_html_and_workbook(relances: dict[tuple[str, str], Relance]) -> None:
    data = eml_bytes(relances[ECOLES], "recensement-écoles.xlsx", b"PK\x03\x04classeur")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(len(line) for line in data.split(b"\r\n")) <= 998
    message = read(data)
    assert message["X-Unsent"] == "1"
    assert (message["To"], message["From"], message["Cc"]) == (None, None, None)
    assert (
        message["Subject"]
        == "[Données fictives] Droit commun 2026 : quelques points à revoir (Commune de Bourg – Écoles)"
    )
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "recensement-écoles.xlsx"
    assert attached.get_content() == b"PK\x03\x04classeur"
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None and html is not None
    assert plain.get_content().replace("\r\n", "\n") == body_text(relances[ECOLES])
    assert "Écoles" in html.get_content() and "Données fictives" in html.get_content()
    assert eml_bytes(relances[ECOLES], "recensement-écoles.xlsx", b"PK\x03\x04classeur") == data


def test_what_contributors_typed_is_escaped_in_the_html(relances: dict[tuple[str, str], Relance]) -> None:
    html = read(eml_bytes(relances[VILLE], "a.xlsx", b"x")).get_body(("html",))
    assert html is not None
    assert "<script>" not in html.get_content() and "&lt;script&gt;" in html.get_content()


@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=60),
    st.sampled_from(["\r\nBcc: x@y.zz", "\nTo: x@y.zz", "\r", "\u2028X: y", "\x00", "\x85Cc: z@z.zz"]),
)
@settings(max_examples=60, deadline=None)
def test_no_text_can_add_a_header(relance_base: Relance, text: str, hostile: str) -> None:
    said = replace(relance_base, objet=text + hostile + text)
    data = eml_bytes(said, f"a{hostile}.xlsx", b"x", (Contact(f"Alix{hostile}", "alix@exemple.invalid"),))
    message = read(data)
    assert sorted(message.keys()) == ["Content-Type", "MIME-Version", "Subject", "To", "X-Unsent"]
    assert [a.addr_spec for a in message["To"].addresses] == ["alix@exemple.invalid"]


@pytest.fixture(scope="session")
def relance_base(report: CheckReport) -> Relance:
    return write_messages(report, ASKED, ANSWERED, SERVICES, CLOTURE)[-1]


def test_the_mail_merge_sheet(relances: dict[tuple[str, str], Relance]) -> None:
    people = (Contact("Alix Exemple", "alix@exemple.invalid"),)
    sent = [Envoi(r, f"relance-{n}.eml", f"classeurs/{n}.xlsx", people) for n, r in enumerate(relances.values())]
    for addresses in (False, True):
        data = publipostage_bytes(sent, addresses)
        head, *lines = openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
        assert len(lines) == len(relances)
        row = dict(zip(head, lines[0], strict=True))
        assert (row["Institution"], row["Service"], row["Réponse reçue"]) == ("Commune de Bourg", "Ville", "oui")
        assert (row["À corriger"], row["À compléter"], row["D'ici la clôture"]) == (2, 1, 1)
        assert row["Échéance"].date() == CLOTURE
        assert row["Avertissement"] == "Données fictives"
        assert row["Corps"] == body_text(relances[VILLE])
        assert ("Adresses" in row) is addresses
    assert row["Adresses"] == "alix@exemple.invalid"
    without = openpyxl.load_workbook(io.BytesIO(publipostage_bytes(sent, addresses=False)))
    texts = [str(cell.value) for sheet in without for line in sheet for cell in line]
    assert not any("alix" in text.lower() for text in texts)


def test_a_message_reads_well_to_anybody(relances: dict[tuple[str, str], Relance]) -> None:
    for relance in relances.values():
        text = body_text(relance).replace("https://exemple.invalid", "")
        assert not re.search(r"w3id|http|_:|\b(the|and|violation|warning|None|True|False)\b|\{|\}", text)
        assert not re.search(r" [;:?!»]|« ", text)  # unbreakable spaces, as French wants them
