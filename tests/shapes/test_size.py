"""A campagne of ordinary size is checked in seconds: no rule may compare every node with every other."""

# ruff: noqa: E501 - lines of Turtle
from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter

from rulebench import DUE, make_dataset

from droitcommun.graph.check import check_campagne

BODIES, ACTIONS, MEANS = 40, 150, 350
SECONDS = 8.0  # of processor; about 1.5 on an idle laptop


def ordinary_campagne() -> str:
    """Return a campagne of 40 bodies, 150 actions and 350 means, one of which is said to be actual too early."""
    lines = []
    for n in range(BODIES):
        body, reply = f"<organisme/b{n}>", f"<essai/contribution/2026/b{n}/s>"
        lines.append(
            f'{body} a cdv:Organisme ; skos:notation "b{n}" ; skos:prefLabel "Organisme {n}"@fr ;'
            " cdv:typeOrganisme <../codes/type-organisme/association> ."
            f"<essai/campagne/2026> cdv:attend {body} ."
            f"<essai/partie/b{n}> a cdv:Partie ; cdv:contrat <contrat/essai> ; cdv:organisme {body} ; cdv:obligatoire true ;"
            " cdv:statutPartie <../codes/statut-partie/signataire> ; cdv:categorieLegale <../codes/categorie-legale/signe> ;"
            ' cdv:dateDebut "2024-01-01"^^xsd:date .'
            f'{reply} a cdv:Contribution ; cdv:campagne <essai/campagne/2026> ; cdv:organisme {body} ; cdv:service "S" ;'
            ' cdv:reponse <../codes/reponse/actions-declarees> ; cdv:dateReponse "2026-03-01"^^xsd:date ;'
            f' cdv:fonctionReferent "R" ; prov:wasDerivedFrom <essai/source/s{n}#identite-3> .'
            f"<essai/positionnement/2026/b{n}/s/A1.1> a cdv:Positionnement ; cdv:campagne <essai/campagne/2026> ;"
            f" cdv:organisme {body} ; cdv:ambition <essai/ambition/A1.1> ; cdv:prioritaire true ;"
            f" prov:wasDerivedFrom <essai/source/s{n}#positionnement-3> ."
        )
        for code in ("E01", "E02", "E03", "E05", "E11", "E12"):
            lines.append(
                f"<essai/suivi/2026/b{n}/s/{code}> a cdv:SuiviEngagement ; cdv:campagne <essai/campagne/2026> ;"
                f" cdv:organisme {body} ; cdv:typeEngagement <essai/type-engagement/{code}> ;"
                " cdv:etatEngagement <../codes/etat-engagement/en-cours> ;"
                f" prov:wasDerivedFrom <essai/source/s{n}#engagements-{code}> ."
            )
        for instance in ("copil-2026-06-01", "hackathon-2026-09-01", "gtp-2026-05-01"):
            lines.append(
                f"<essai/presence/2026/{instance}/b{n}> a cdv:Presence ; cdv:seance <essai/seance/2026/{instance}> ;"
                f" cdv:organisme {body} ; cdv:etatPresence <../codes/presence/present> ;"
                f" prov:wasDerivedFrom <essai/source/dddd#presences-{n}-{instance}> ."
            )
    for n in range(ACTIONS):
        owner = n % BODIES
        lines.append(
            f"<essai/action/2026/x/{n}> a cdv:Action ; cdv:contrat <contrat/essai> ; cdv:campagne <essai/campagne/2026> ;"
            f" cdv:contribution <essai/contribution/2026/b{owner}/s> ; cdv:declarant <organisme/b{owner}> ;"
            f' dcterms:title "Action {n}" ; cdv:ambitionPrincipale <essai/ambition/A1.{1 + n % 2}> ;'
            " cdv:forme <../codes/forme-mobilisation/adaptee> ; cdv:portee <../codes/portee/qpv> ; cdv:qpv <qpv/QN00001A> ;"
            f" prov:wasDerivedFrom <essai/source/s{owner}#actions-{n}> ."
        )
    for n in range(MEANS):
        action, owner = n % ACTIONS, n % ACTIONS % BODIES
        year = 2026 if n == 7 else 2025
        lines.append(
            f"<essai/moyen/2026/x/{n}> a cdv:Moyen ; cdv:contrat <contrat/essai> ; cdv:campagne <essai/campagne/2026> ;"
            f" cdv:contribution <essai/contribution/2026/b{owner}/s> ; cdv:action <essai/action/2026/x/{action}> ;"
            f' cdv:apporteur <organisme/b{owner}> ; cdv:exercice "{year}"^^xsd:gYear ;'
            " cdv:phase <../codes/phase/realise-definitif> ; cdv:nature <../codes/nature-moyen/personnel> ;"
            f" cdv:unite <../codes/unite/ETP> ; cdv:quantite {n}.5 ; cdv:source <../codes/source-financement/budget-ordinaire> ;"
            f" prov:wasDerivedFrom <essai/source/s{owner}#moyens-{n}> ."
        )
    return "\n".join(lines)


def test_an_ordinary_campagne_takes_seconds() -> None:
    dataset = make_dataset(ordinary_campagne())
    start = time.process_time()
    report = check_campagne(dataset, DUE)
    spent = time.process_time() - start
    # Each body says « en cours » of E03 and deposits nothing; no party but the first three gives its text.
    assert Counter((f.regle, f.gravite) for f in report.findings) == {
        ("R-M6", "warning"): 1,
        ("R-E03", "info"): BODIES,
        ("R-P6", "info"): 1,
    }
    assert [f.sujet.rpartition("/")[2] for f in report.findings if f.regle == "R-M6"] == ["7"]
    assert spent < SECONDS


def test_the_check_loads_no_heavy_library_before_it_needs_it() -> None:
    code = "import sys, droitcommun.graph.check as c; print([m for m in ('pandas', 'pyshacl', 'rdflib') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"
