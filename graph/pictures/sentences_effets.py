"""Sentences 6 to 10: ambitions, QPV, inhabitants, commitments and décisions."""

from __future__ import annotations

from datetime import date

from droitcommun.graph.formats import (
    date_longue,
    debut_de_phrase,
    entier,
    enumeration,
    points_virgules,
    pourcent,
)
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.pictures.figures import (
    actifs_par_ambition,
    decisions_ouvertes,
    organismes_par_ambition,
    qpv_sans_action,
)
from droitcommun.graph.pictures.rows import Row, texte
from droitcommun.graph.pictures.sentence import NOMS, Matiere, Sentence, compte_fort, fort, make_sentence


def phrase_ambitions(m: Matiere) -> Sentence:
    """How many ambitions gather three bodies; those that rest on one; those that have none."""
    ids = ("F-ambitions-1", "F-ambitions-2", "F-ambitions-3", "F-ambitions-4")
    total, habitants, others = (m.compte(f"F-ambitions-{n}") for n in (1, 5, 7))
    if m.silence or not total:
        text = _("Couverture des ambitions du contrat : sans information, faute de réponse.")
        return make_sentence(6, text, ids, connu=False)
    wanted, empty = m.compte("F-ambitions-2"), m.compte("F-ambitions-4")
    split = f"{habitants} + {others}" if habitants and others else ""
    text = ngettext(
        "{c} ambition sur {total} réunit au moins 3 institutions",
        "{c} ambitions sur {total} réunissent au moins 3 institutions",
        wanted,
    ).format(c=compte_fort(wanted), total=_("{t} ({detail})").format(t=total, detail=split) if split else total)
    parts = [text, *_seules(m)]
    if empty:
        counts = organismes_par_ambition(m.tables["mobilisation-par-ambition"])
        missing = [a for a in m.contexte.ambitions if not counts.get(a.code)]
        names = [_("{code} « {ambition} »").format(code=a.code, ambition=a.court) for a in missing]
        parts.append(
            ngettext(
                "{z} n'a aucune action déclarée : {noms}", "{z} n'ont aucune action déclarée : {noms}", empty
            ).format(z=compte_fort(empty), noms=enumeration(names, 4))
        )
    else:
        parts.append(_("toutes ont au moins une action déclarée"))
    return make_sentence(6, points_virgules(parts) + ".", ids)


def _seules(m: Matiere) -> list[str]:
    """Name the ambitions that rest on one body, and the body if it may be named; only count them beyond two."""
    counts = organismes_par_ambition(m.tables["mobilisation-par-ambition"])
    actifs = actifs_par_ambition(m.tables["matrice-organisme-ambition"])
    alone = [a for a in m.contexte.ambitions if counts.get(a.code) == 1]
    if len(alone) > 2:
        codes = enumeration([a.code for a in alone])
        return [_("{n} reposent sur une seule institution ({noms})").format(n=compte_fort(len(alone)), noms=codes)]
    said = []
    for ambition in alone:
        named = actifs.get(ambition.code)
        text = _("{code} « {ambition} » repose sur une seule institution")
        if named:
            text = _("{code} « {ambition} » repose sur une seule institution, {organisme}")
        said.append(text.format(code=fort(ambition.code), ambition=ambition.court, organisme=named[0] if named else ""))
    return said


def phrase_qpv(m: Matiere) -> Sentence:
    """How many QPV have an action; those that have none; the share of money known by QPV."""
    ids = ("F-qpv-1", "F-qpv-2", "F-qpv-3", "F-qpv-4")
    total, acted = m.compte("F-qpv-1"), m.compte("F-qpv-2")
    if m.silence or not total:
        return make_sentence(7, _("Actions par quartier : sans information, faute de réponse."), ids, connu=False)
    parts = [
        ngettext(
            "{q} QPV sur {total} a au moins une action déclarée",
            "{q} QPV sur {total} ont au moins une action déclarée",
            acted,
        ).format(q=compte_fort(acted), total=compte_fort(total))
    ]
    found = qpv_sans_action(m.tables["matrice-qpv-ambition"])
    empty = [label for code, label in found if code not in m.contexte.qpv_a_cheval]
    if empty:
        parts.append(_("aucune n'est déclarée pour {liste}").format(liste=enumeration(empty, NOMS)))
    text = points_virgules(parts) + "."
    share = m.valeur("F-qpv-4")
    if m.masque("F-qpv-4"):
        text += " " + _("La part des euros localisée par quartier n'est pas montrée.")
    elif share is None:
        text += " " + _("La part des euros localisée par quartier est sans information.")
    else:
        text += " " + _("{p} du droit commun ({periode}) est localisé par quartier.").format(
            p=fort(pourcent(share, 100)), periode=m.principale.mots()
        )
    return make_sentence(7, text, ids)


def phrase_habitants(m: Matiere) -> Sentence:
    """Participations of inhabitants, and for how many actions they are known."""
    ids = ("F-habitants-1", "F-habitants-2", "F-habitants-4", "F-habitants-6")
    reached, known, total = m.valeur("F-habitants-1"), m.compte("F-habitants-2"), m.compte("F-habitants-3")
    if m.masque("F-habitants-1"):
        text = ngettext(
            "{b} participations d'habitants des QPV (connues pour {n} action sur {declarees}).",
            "{b} participations d'habitants des QPV (connues pour {n} actions sur {declarees}).",
            known,
        )
        small = fort(debut_de_phrase(m.masque("F-habitants-1")))
        return make_sentence(8, text.format(b=small, n=compte_fort(known), declarees=_declarees(total)), ids)
    if reached is None:
        text = _("Habitants des QPV touchés par les actions : sans information.")
        return make_sentence(8, text, ids, connu=False)
    text = ngettext(
        "{b} participation d'habitants des QPV (connue pour {n} action sur {declarees})",
        "{b} participations d'habitants des QPV (connues pour {n} actions sur {declarees})",
        max(known, int(reached)),
    ).format(b=compte_fort(int(reached)), n=compte_fort(known), declarees=_declarees(total))
    shares = [_part(m, 4, 5, _("de femmes")), _part(m, 6, 7, _("de moins de 25 ans"))]
    said = [s for s in shares if s]
    if said:
        text += _(", dont {parts}").format(parts=enumeration(said))
    return make_sentence(8, text + ".", ids)


def _declarees(total: int) -> str:
    """Say what the base is: sentence 2 counts the actions of droit commun alone, this one all of them."""
    return ngettext("{n} déclarée", "{n} déclarées", total).format(n=compte_fort(total))


def _part(m: Matiere, figure: int, basis: int, words: str) -> str:
    """Say a share, and for how many actions it is known when they are not those of the total; "" when unknown."""
    value, known = m.valeur(f"F-habitants-{figure}"), m.compte(f"F-habitants-{basis}")
    if value is None:
        return ""
    text = _("{part} {de_qui}").format(part=fort(pourcent(value, 100)), de_qui=words)
    if known == m.compte("F-habitants-2"):
        return text
    return _("{part} (connu pour {k})").format(part=text, k=entier(known))


def phrase_engagements(m: Matiere) -> Sentence:
    """What became of the décisions of the campagne before, and where commitments stand."""
    ids = ("F-decisions-3", "F-decisions-4", *(f"F-engagements-{n}" for n in (1, 2, 3, 5, 4)))
    decisions = _decisions_precedentes(m)
    total = m.compte("F-engagements-1")
    if not total:
        text = decisions + " " + _("Engagements : sans information.")
        return make_sentence(9, text, ids, connu=m.compte("F-decisions-3") > 0)
    words = (
        ngettext("{n} constaté", "{n} constatés", m.compte("F-engagements-2")),
        _("{n} en cours"),
        ngettext("{n} pas encore constaté", "{n} pas encore constatés", m.compte("F-engagements-5")),
        _("{n} sans information"),
    )
    counts = [m.compte(f"F-engagements-{n}") for n in (2, 3, 5, 4)]
    said = [w.format(n=compte_fort(n)) for w, n in zip(words, counts, strict=True) if n]
    text = _("Engagements : {detail}, sur {total}.").format(detail=enumeration(said), total=compte_fort(total))
    known = sum(counts[:3]) + m.compte("F-decisions-3") > 0
    return make_sentence(9, decisions + " " + text, ids, connu=known)


def _decisions_precedentes(m: Matiere) -> str:
    """Say what became of the décisions of the campagne before."""
    before, done = m.compte("F-decisions-3"), m.compte("F-decisions-4")
    if m.contexte.annee_precedente is None:
        return _("Décisions : c'est la première campagne, il n'y en a pas à suivre.")
    if not before:
        text = _("Décisions de la campagne {annee} : aucune n'est enregistrée.")
        return text.format(annee=m.contexte.annee_precedente)
    text = ngettext(
        "Décisions de la campagne {annee} : {i} réalisée sur {j}.",
        "Décisions de la campagne {annee} : {i} réalisées sur {j}.",
        done,
    )
    return text.format(annee=m.contexte.annee_precedente, i=compte_fort(done), j=compte_fort(before))


def phrase_decisions(m: Matiere) -> Sentence:
    """The décisions asked today: what, who, by when."""
    rows = decisions_ouvertes(m.tables["decisions"])
    if not rows:
        text = _("Décisions demandées aujourd'hui : aucune n'est enregistrée pour la campagne {annee}.")
        return make_sentence(10, text.format(annee=m.contexte.annee), ("F-decisions-1",), connu=False)
    text = _("Décisions demandées aujourd'hui : {liste}.").format(
        liste=points_virgules(_decision(r) for r in rows[:NOMS])
    )
    if len(rows) > NOMS:
        text += " " + _("Le relevé de décisions donne les {n} autres.").format(n=compte_fort(len(rows) - NOMS))
    return make_sentence(10, text, ("F-decisions-1",))


def _decision(row: Row) -> str:
    """Say one décision as « what – who – by when »; what nobody said is said so."""
    day = row.get("echeance")
    who = texte(row, "libelle_organisme") or texte(row, "organisme") or _("responsable à désigner")
    when = date_longue(day) if isinstance(day, date) else _("échéance à fixer")
    what = texte(row, "titre") or _("décision sans intitulé")
    return _("{quoi} – {qui} – {quand}").format(quoi=what, qui=who, quand=when)
