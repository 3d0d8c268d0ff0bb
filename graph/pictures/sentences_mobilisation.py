"""Sentences 1 to 5: who answered, the actions, the money, where its two origins meet, the staff."""

from __future__ import annotations

from decimal import Decimal

from droitcommun.graph.formats import (
    debut_de_phrase,
    enumeration,
    euros,
    keuros,
    nombre,
    signe,
)
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.pictures.figures import (
    Montants,
    montant_dit,
    montants_de,
    non_attendus,
    periodes_dites,
    repere_euros,
    sans_reponse,
)
from droitcommun.graph.pictures.rows import texte
from droitcommun.graph.pictures.sentence import NOMS, Matiere, Sentence, compte_fort, fort, make_sentence


def phrase_retours(m: Matiere) -> Sentence:
    """Who answered, among the expected; the others are said apart."""
    said = _attendus(m)
    others = m.compte("F-retours-5")
    if not others:
        return said
    text = ngettext(
        "{n} autre institution, qui n'était pas attendue, a répondu : {noms}.",
        "{n} autres institutions, qui n'étaient pas attendues, ont répondu : {noms}.",
        others,
    )
    rows = non_attendus(m.tables["retours"])
    names = [texte(r, "libelle_organisme") or texte(r, "organisme") for r in rows if texte(r, "organisme")]
    if len(names) < len(rows):
        text = ngettext(
            "{n} autre institution, qui n'était pas attendue, a répondu.",
            "{n} autres institutions, qui n'étaient pas attendues, ont répondu.",
            others,
        )
    more = make_sentence(1, " " + text.format(n=compte_fort(others), noms=enumeration(names, NOMS)), ())
    return Sentence(1, said.fragments + more.fragments, True, (*said.figures, "F-retours-5"))


def _attendus(m: Matiere) -> Sentence:
    ids = ("F-retours-1", "F-retours-2", "F-retours-4")
    expected, answered = m.compte("F-retours-1"), m.compte("F-retours-2")
    if not expected:
        return make_sentence(1, _("La liste des institutions attendues n'est pas établie."), ids, connu=False)
    if not answered and not m.silence:
        text = ngettext(
            "La seule institution attendue n'a pas répondu.",
            "Aucune des {a} institutions attendues n'a répondu.",
            expected,
        )
        return make_sentence(1, text.format(a=compte_fort(expected)), ids, connu=False)
    if not answered:
        text = ngettext(
            "Aucune institution n'a répondu, sur {a} attendue : le droit commun est sans information, "
            "ce qui ne veut pas dire zéro.",
            "Aucune institution n'a répondu, sur {a} attendues : le droit commun est sans information, "
            "ce qui ne veut pas dire zéro.",
            expected,
        )
        return make_sentence(1, text.format(a=compte_fort(expected)), ids, connu=False)
    if answered == expected:
        text = ngettext(
            "La seule institution attendue a répondu.", "Les {a} institutions attendues ont toutes répondu.", expected
        )
        return make_sentence(1, text.format(a=compte_fort(expected)), ids)
    waited = [texte(r, "libelle_organisme") for r in sans_reponse(m.tables["retours"])]
    if not waited:
        text = ngettext(
            "{r} institution sur {a} a répondu. Les chiffres portent sur cette seule réponse.",
            "{r} institutions sur {a} ont répondu. Les chiffres portent sur les seuls répondants.",
            answered,
        )
        return make_sentence(1, text.format(r=compte_fort(answered), a=compte_fort(expected)), ids)
    text = ngettext(
        "{r} institution sur {a} a répondu ; nous attendons encore {noms}. "
        "Les chiffres portent sur cette seule réponse.",
        "{r} institutions sur {a} ont répondu ; nous attendons encore {noms}. "
        "Les chiffres portent sur les seuls répondants.",
        answered,
    )
    names = enumeration(waited, NOMS)
    return make_sentence(1, text.format(r=compte_fort(answered), a=compte_fort(expected), noms=names), ids)


def phrase_actions(m: Matiere) -> Sentence:
    """How many actions of droit commun, and how many go further than what is ordinary."""
    ids = (*(f"F-actions-{n}" for n in range(1, 5)), "F-habitants-3")
    if m.silence:
        return make_sentence(2, _("Actions de droit commun : sans information, faute de réponse."), ids, connu=False)
    n, k = m.compte("F-actions-1"), m.compte("F-actions-2")
    if not n:
        return make_sentence(2, _aucune_action(m), ids)
    first = ngettext(
        "{n} action de droit commun recensée hors prestations légales",
        "{n} actions de droit commun recensées hors prestations légales",
        n,
    )
    first += _non_chiffrees(m.compte("F-actions-3"))
    if not k:
        second = _("aucune n'est renforcée, adaptée ou créée pour les habitants des QPV")
        text = _("{debut} ; {fin}{total}.").format(debut=first.format(n=compte_fort(n)), fin=second, total=_en_tout(m))
        return make_sentence(2, text, ids)
    second = ngettext(
        "dont {k} renforcée, adaptée ou créée pour les habitants des QPV",
        "dont {k} renforcées, adaptées ou créées pour les habitants des QPV",
        k,
    )
    text = _("{debut}, {fin}{total}.").format(
        debut=first.format(n=compte_fort(n)), fin=second.format(k=compte_fort(k)), total=_en_tout(m)
    )
    return make_sentence(2, text, ids)


def _en_tout(m: Matiere) -> str:
    """Say how many actions are declared when they are more than those of droit commun: other sentences count all."""
    declared = m.compte("F-habitants-3")
    if declared <= m.compte("F-actions-1"):
        return ""
    text = _(" ; {d} actions sont déclarées en tout, prestations légales et actions sans droit commun comprises")
    return text.format(d=compte_fort(declared))


def _non_chiffrees(n: int) -> str:
    if not n:
        return ""
    return _(" (dont {n} aux moyens non chiffrés)").format(n=compte_fort(n))


def _aucune_action(m: Matiere) -> str:
    """Say why no action of droit commun is counted: none declared, only legal benefits, or only other credits."""
    legal, declared = m.compte("F-actions-4"), m.compte("F-habitants-3")
    if not declared:
        return _("Les répondants ne déclarent aucune action.")
    if legal:
        return ngettext(
            "Hors prestations légales ({n} action), aucune action n'est recensée comme droit commun.",
            "Hors prestations légales ({n} actions), aucune action n'est recensée comme droit commun.",
            legal,
        ).format(n=compte_fort(legal))
    return ngettext(
        "La seule action déclarée n'est pas recensée comme droit commun.",
        "Aucune des {n} actions déclarées n'est recensée comme droit commun.",
        declared,
    ).format(n=compte_fort(declared))


def phrase_euros(m: Matiere) -> Sentence:
    """Droit commun, specific credits and what is to qualify, period by period."""
    if m.masque("F-euros-1") and not m.montants:
        text = _("Montants non montrés : une seule institution les apporte, et elle n'a pas encore donné son visa.")
        return make_sentence(3, text, ("F-euros-1", "F-euros-2"), connu=False)
    said, ids = [], list[str]()
    for rang, periode in enumerate(periodes_dites(m.montants, m.principale, m.autre)):
        text = _montants(montants_de(m.montants, periode))
        if text:
            said.append(text)
            ids += [repere_euros(rang, n) for n in (1, 2, 3)]
    if not said:
        text = _("Montants : sans information, pour le droit commun comme pour les crédits spécifiques.")
        return make_sentence(3, text, [repere_euros(rang, n) for rang in (0, 1) for n in (1, 2, 3)], connu=False)
    if any(m.masque(name) for name in ids):
        said.append(
            _("Un montant n'est pas montré quand il dirait ce qu'apporte une seule institution, sans son visa.")
        )
    return make_sentence(3, " ".join(said), ids, connu=m.valeur("F-euros-1") is not None)


def _montants(montants: Montants) -> str:
    """Say one period: droit commun, specific montants, and what is still to qualify; "" when nothing is known."""
    dc, spec, aq = montants.droit_commun, montants.specifique, montants.a_qualifier
    if dc is None and spec is None and aq is None and not montants.masques:
        return ""
    droit_commun = _("droit commun {etat}").format(etat=montant_dit(montants, "droit_commun"))
    specifique = _("crédits spécifiques : {etat}").format(etat=montant_dit(montants, "specifique"))
    if "specifique" not in montants.masques:
        specifique = _("crédits spécifiques sans information")
    if dc is not None:
        droit_commun = _("{e} de droit commun déclarés hors prestations légales").format(e=fort(keuros(dc)))
    if spec is not None:
        specifique = _("{s} de crédits spécifiques").format(s=fort(keuros(spec)))
    text = _("{periode} : {droit_commun}, et {specifique}").format(
        periode=debut_de_phrase(montants.periode.mots()), droit_commun=droit_commun, specifique=specifique
    )
    if aq:
        text += _(" ; {x} restent à qualifier").format(x=fort(keuros(aq)))
    elif "a_qualifier" in montants.masques:
        text += _(" ; montant à qualifier non montré")
    return text + "."


def phrase_rencontre(m: Matiere) -> Sentence:
    """The actions that have both, the ratio there, and those that rest on specific credits alone."""
    ids = ("F-rencontre-1", "F-rencontre-4", "F-rencontre-5")
    both, alone, ratio = m.compte("F-rencontre-1"), m.compte("F-rencontre-5"), m.valeur("F-rencontre-4")
    if m.silence or not (both or alone):
        text = _("Droit commun et crédits spécifiques sur les mêmes actions : sans information.")
        return make_sentence(4, text, ids, connu=False)
    seules = _("aucune action ne repose sur les seuls crédits spécifiques")
    if alone:
        seules = ngettext(
            "{m} action repose sur les seuls crédits spécifiques",
            "{m} actions reposent sur les seuls crédits spécifiques",
            alone,
        ).format(m=compte_fort(alone))
    if m.masque("F-rencontre-4"):
        text = ngettext(
            "Droit commun et crédits spécifiques se rejoignent sur {n} action, d'une seule institution qui n'a pas "
            "encore donné son visa : le rapport n'est pas montré ; {seules}.",
            "Droit commun et crédits spécifiques se rejoignent sur {n} actions, d'une seule institution qui n'a pas "
            "encore donné son visa : le rapport n'est pas montré ; {seules}.",
            both,
        )
        return make_sentence(4, text.format(n=compte_fort(both), seules=seules), ids)
    if not both or ratio is None:
        text = _("Aucune action ne réunit encore droit commun et crédits spécifiques chiffrés ; {seules}.")
        return make_sentence(4, text.format(seules=seules), ids)
    text = ngettext(
        "Là où les deux se rejoignent ({n} action), {un} spécifique accompagne {x} de droit commun ; {seules}.",
        "Là où les deux se rejoignent ({n} actions), {un} spécifique accompagne {x} de droit commun ; {seules}.",
        both,
    )
    text = text.format(n=compte_fort(both), un=euros(1), x=fort(euros(round(Decimal(ratio), 2))), seules=seules)
    return make_sentence(4, text, ids)


def phrase_etp(m: Matiere) -> Sentence:
    """Staff for the inhabitants of the QPV, and its change since the campagne before."""
    ids = ("F-etp-1", "F-etp-3", "F-etp-2", "F-etp-4")
    total, local, relais, change = (m.valeur(i) for i in ids)
    if m.masque("F-etp-1"):
        text = _("Moyens humains de proximité : non montrés, ils diraient ceux d'une seule institution, sans son visa.")
        return make_sentence(5, text, ids, connu=False)
    if total is None:
        return make_sentence(5, _("Moyens humains de proximité : sans information."), ids, connu=False)
    text = _("{t} ETP de proximité pour les habitants des QPV ({periode})").format(
        t=fort(nombre(total)), periode=m.principale.mots()
    )
    details = []
    if local is not None:
        details.append(_("{n} dans un seul QPV").format(n=fort(nombre(local))))
    if relais is not None:
        details.append(_("{n} d'adultes-relais").format(n=fort(nombre(relais))))
    if details:
        text += _(", dont {details}").format(details=enumeration(details))
    if change is not None:
        text += _(
            " ; {d} ETP depuis la campagne {annee}, à répondants constants et sur ce qui est connu les deux années"
        ).format(d=fort(signe(change)), annee=m.contexte.annee_precedente)
    elif "F-etp-4" in m.figures and not m.masque("F-etp-4"):
        text += _(" ; évolution depuis la campagne {annee} sans information").format(annee=m.contexte.annee_precedente)
    return make_sentence(5, text + ".", ids)
