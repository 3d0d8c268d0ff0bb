"""The ten sentences of the first page. Each speaks only of what is known, and says plainly what is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from droitcommun.graph.catalogue import Table
from droitcommun.graph.formats import (
    date_longue,
    debut_de_phrase,
    entier,
    enumeration,
    euros,
    keuros,
    nombre,
    pourcent,
    signe,
    typographie,
)
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.pictures.contexte import Contexte
from droitcommun.graph.pictures.figures import (
    Figure,
    Montants,
    Periode,
    actifs_par_ambition,
    decisions_ouvertes,
    montants_de,
    non_attendus,
    organismes_par_ambition,
    periodes_dites,
    qpv_sans_action,
    repere_euros,
    sans_reponse,
)
from droitcommun.graph.pictures.rows import Row, texte

_MARK = re.compile("\x02([^\x02\x03]*)\x03")
_NAMES = 8


@dataclass(frozen=True)
class Fragment:
    """A piece of a sentence; `fort` marks a figure to bring out."""

    texte: str
    fort: bool


@dataclass(frozen=True)
class Sentence:
    """One of the ten sentences. `connu` is False when it says that the data is missing; `figures` are figure ids."""

    numero: int
    fragments: tuple[Fragment, ...]
    connu: bool
    figures: tuple[str, ...]

    @property
    def texte(self) -> str:
        """The sentence as plain text."""
        return "".join(fragment.texte for fragment in self.fragments)


@dataclass(frozen=True)
class Matiere:
    """What the sentences are made of."""

    contexte: Contexte
    tables: Mapping[str, Table]
    figures: Mapping[str, Figure]
    montants: tuple[Montants, ...]
    principale: Periode
    autre: Periode

    def valeur(self, figure: str) -> Decimal | int | None:
        """Return the value of a figure, None when it is unknown or was not computed."""
        found = self.figures.get(figure)
        return found.valeur if found else None

    def compte(self, figure: str) -> int:
        """Return a count, 0 when it is unknown (test `valeur` first where the difference matters)."""
        return int(self.valeur(figure) or 0)

    def masque(self, figure: str) -> str:
        """Return the words of a figure that the profile hides, "" for any other."""
        found = self.figures.get(figure)
        return found.masque if found else ""

    @property
    def silence(self) -> bool:
        """True when no institution has answered: nothing can be said of the droit commun."""
        return self.compte("F-retours-2") + self.compte("F-retours-5") == 0


def _fort(text: str) -> str:
    return f"\x02{text}\x03"


def _f(n: int) -> str:
    return _fort(entier(n))


def make_sentence(numero: int, text: str, figures: Sequence[str], connu: bool = True) -> Sentence:
    """Cut a text whose figures are marked into fragments; marks that came with the data are dropped."""
    fragments: list[Fragment] = []
    for n, piece in enumerate(_MARK.split(text)):
        clean = typographie(piece.replace("\x02", "").replace("\x03", ""))
        if clean:
            fragments.append(Fragment(clean, n % 2 == 1))
    return Sentence(numero, tuple(fragments), connu, tuple(figures))


def write_sentences(matiere: Matiere) -> tuple[Sentence, ...]:
    """Write the ten sentences, in their order."""
    writers: tuple[Callable[[Matiere], Sentence], ...] = (
        _retours,
        _actions,
        _euros,
        _rencontre,
        _etp,
        _ambitions,
        _qpv,
        _habitants,
        _engagements,
        _decisions,
    )
    return tuple(writer(matiere) for writer in writers)


def _retours(m: Matiere) -> Sentence:
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
    more = make_sentence(1, " " + text.format(n=_f(others), noms=enumeration(names, _NAMES)), ())
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
        return make_sentence(1, text.format(a=_f(expected)), ids, connu=False)
    if not answered:
        text = ngettext(
            "Aucune institution n'a répondu, sur {a} attendue : le droit commun est sans information, "
            "ce qui ne veut pas dire zéro.",
            "Aucune institution n'a répondu, sur {a} attendues : le droit commun est sans information, "
            "ce qui ne veut pas dire zéro.",
            expected,
        )
        return make_sentence(1, text.format(a=_f(expected)), ids, connu=False)
    if answered == expected:
        text = ngettext(
            "La seule institution attendue a répondu.", "Les {a} institutions attendues ont toutes répondu.", expected
        )
        return make_sentence(1, text.format(a=_f(expected)), ids)
    waited = [texte(r, "libelle_organisme") for r in sans_reponse(m.tables["retours"])]
    if not waited:
        text = ngettext(
            "{r} institution sur {a} a répondu. Les chiffres portent sur cette seule réponse.",
            "{r} institutions sur {a} ont répondu. Les chiffres portent sur les seuls répondants.",
            answered,
        )
        return make_sentence(1, text.format(r=_f(answered), a=_f(expected)), ids)
    text = ngettext(
        "{r} institution sur {a} a répondu ; nous attendons encore {noms}. "
        "Les chiffres portent sur cette seule réponse.",
        "{r} institutions sur {a} ont répondu ; nous attendons encore {noms}. "
        "Les chiffres portent sur les seuls répondants.",
        answered,
    )
    names = enumeration(waited, _NAMES)
    return make_sentence(1, text.format(r=_f(answered), a=_f(expected), noms=names), ids)


def _actions(m: Matiere) -> Sentence:
    ids = tuple(f"F-actions-{n}" for n in range(1, 5))
    if m.silence:
        return make_sentence(2, _("Actions de droit commun : sans information, faute de réponse."), ids, connu=False)
    n, k = m.compte("F-actions-1"), m.compte("F-actions-2")
    if not n:
        return make_sentence(2, _aucune_action(m), (*ids, "F-habitants-3"))
    first = ngettext(
        "{n} action de droit commun recensée hors prestations légales",
        "{n} actions de droit commun recensées hors prestations légales",
        n,
    )
    first += _non_chiffrees(m.compte("F-actions-3"))
    if not k:
        second = _("aucune n'est renforcée, adaptée ou créée pour les habitants des QPV")
        return make_sentence(2, _("{debut} ; {fin}.").format(debut=first.format(n=_f(n)), fin=second), ids)
    second = ngettext(
        "dont {k} renforcée, adaptée ou créée pour les habitants des QPV",
        "dont {k} renforcées, adaptées ou créées pour les habitants des QPV",
        k,
    )
    text = _("{debut}, {fin}.").format(debut=first.format(n=_f(n)), fin=second.format(k=_f(k)))
    return make_sentence(2, text, ids)


def _non_chiffrees(n: int) -> str:
    if not n:
        return ""
    return _(" (dont {n} aux moyens non chiffrés)").format(n=_f(n))


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
        ).format(n=_f(legal))
    return ngettext(
        "La seule action déclarée n'est pas recensée comme droit commun.",
        "Aucune des {n} actions déclarées n'est recensée comme droit commun.",
        declared,
    ).format(n=_f(declared))


def _euros(m: Matiere) -> Sentence:
    if m.masque("F-euros-1") or m.masque("F-euros-2"):
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
    return make_sentence(3, " ".join(said), ids, connu=m.valeur("F-euros-1") is not None)


def _montants(montants: Montants) -> str:
    """Say one period: droit commun, specific montants, and what is still to qualify; "" when nothing is known."""
    dc, spec, aq = montants.droit_commun, montants.specifique, montants.a_qualifier
    if dc is None and spec is None and aq is None:
        return ""
    droit_commun, specifique = _("droit commun sans information"), _("crédits spécifiques sans information")
    if dc is not None:
        droit_commun = _("{e} de droit commun déclarés hors prestations légales").format(e=_fort(keuros(dc)))
    if spec is not None:
        specifique = _("{s} de crédits spécifiques").format(s=_fort(keuros(spec)))
    text = _("{periode} : {droit_commun}, et {specifique}").format(
        periode=debut_de_phrase(montants.periode.mots()), droit_commun=droit_commun, specifique=specifique
    )
    if aq:
        text += _(" ; {x} restent à qualifier").format(x=_fort(keuros(aq)))
    return text + "."


def _rencontre(m: Matiere) -> Sentence:
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
        ).format(m=_f(alone))
    if m.masque("F-rencontre-4"):
        text = ngettext(
            "Droit commun et crédits spécifiques se rejoignent sur {n} action, d'une seule institution qui n'a pas "
            "encore donné son visa : le rapport n'est pas montré ; {seules}.",
            "Droit commun et crédits spécifiques se rejoignent sur {n} actions, d'une seule institution qui n'a pas "
            "encore donné son visa : le rapport n'est pas montré ; {seules}.",
            both,
        )
        return make_sentence(4, text.format(n=_f(both), seules=seules), ids)
    if not both or ratio is None:
        text = _("Aucune action ne réunit encore droit commun et crédits spécifiques chiffrés ; {seules}.")
        return make_sentence(4, text.format(seules=seules), ids)
    text = ngettext(
        "Là où les deux se rejoignent ({n} action), {un} spécifique accompagne {x} de droit commun ; {seules}.",
        "Là où les deux se rejoignent ({n} actions), {un} spécifique accompagne {x} de droit commun ; {seules}.",
        both,
    )
    text = text.format(n=_f(both), un=euros(1), x=_fort(euros(round(Decimal(ratio), 2))), seules=seules)
    return make_sentence(4, text, ids)


def _etp(m: Matiere) -> Sentence:
    ids = ("F-etp-1", "F-etp-3", "F-etp-2", "F-etp-4")
    total, local, relais, change = (m.valeur(i) for i in ids)
    if total is None:
        return make_sentence(5, _("Moyens humains de proximité : sans information."), ids, connu=False)
    text = _("{t} ETP de proximité pour les habitants des QPV ({periode})").format(
        t=_fort(nombre(total)), periode=m.principale.mots()
    )
    details = []
    if local is not None:
        details.append(_("{n} dans un seul QPV").format(n=_fort(nombre(local))))
    if relais is not None:
        details.append(_("{n} d'adultes-relais").format(n=_fort(nombre(relais))))
    if details:
        text += _(", dont {details}").format(details=enumeration(details))
    if change is not None:
        text += _(
            " ; {d} ETP depuis la campagne {annee}, à répondants constants et sur ce qui est connu les deux années"
        ).format(d=_fort(signe(change)), annee=m.contexte.annee_precedente)
    elif "F-etp-4" in m.figures:
        text += _(" ; évolution depuis la campagne {annee} sans information").format(annee=m.contexte.annee_precedente)
    return make_sentence(5, text + ".", ids)


def _ambitions(m: Matiere) -> Sentence:
    ids = ("F-ambitions-1", "F-ambitions-2", "F-ambitions-3", "F-ambitions-4")
    total, habitants, others = (m.compte(f"F-ambitions-{n}") for n in (1, 5, 7))
    if m.silence or not total:
        text = _("Couverture des ambitions du contrat : sans information, faute de réponse.")
        return make_sentence(6, text, ids, connu=False)
    wanted, empty = m.compte("F-ambitions-2"), m.compte("F-ambitions-4")
    split = f"{habitants} + {others}" if habitants and others else ""
    text = ngettext(
        "{c} ambition sur {total} réunit au moins 3 partenaires",
        "{c} ambitions sur {total} réunissent au moins 3 partenaires",
        wanted,
    ).format(c=_f(wanted), total=_("{t} ({detail})").format(t=total, detail=split) if split else total)
    parts = [text, *_seules(m)]
    if empty:
        counts = organismes_par_ambition(m.tables["mobilisation-par-ambition"])
        missing = [a for a in m.contexte.ambitions if not counts.get(a.code)]
        names = [_("{code} « {ambition} »").format(code=a.code, ambition=a.court) for a in missing]
        parts.append(
            ngettext(
                "{z} n'a aucune action déclarée : {noms}", "{z} n'ont aucune action déclarée : {noms}", empty
            ).format(z=_f(empty), noms=enumeration(names, 4))
        )
    else:
        parts.append(_("toutes ont au moins une action déclarée"))
    return make_sentence(6, " ; ".join(parts) + ".", ids)


def _seules(m: Matiere) -> list[str]:
    """Name the ambitions that rest on one body, and the body if it may be named; only count them beyond two."""
    counts = organismes_par_ambition(m.tables["mobilisation-par-ambition"])
    actifs = actifs_par_ambition(m.tables["matrice-organisme-ambition"])
    alone = [a for a in m.contexte.ambitions if counts.get(a.code) == 1]
    if len(alone) > 2:
        codes = enumeration([a.code for a in alone])
        return [_("{n} reposent sur une seule institution ({noms})").format(n=_f(len(alone)), noms=codes)]
    said = []
    for ambition in alone:
        named = actifs.get(ambition.code)
        text = _("{code} « {ambition} » repose sur une seule institution")
        if named:
            text = _("{code} « {ambition} » repose sur une seule institution, {organisme}")
        said.append(
            text.format(code=_fort(ambition.code), ambition=ambition.court, organisme=named[0] if named else "")
        )
    return said


def _qpv(m: Matiere) -> Sentence:
    ids = ("F-qpv-1", "F-qpv-2", "F-qpv-3", "F-qpv-4")
    total, acted = m.compte("F-qpv-1"), m.compte("F-qpv-2")
    if m.silence or not total:
        return make_sentence(7, _("Actions par quartier : sans information, faute de réponse."), ids, connu=False)
    parts = [
        ngettext(
            "{q} QPV sur {total} a au moins une action déclarée",
            "{q} QPV sur {total} ont au moins une action déclarée",
            acted,
        ).format(q=_f(acted), total=_f(total))
    ]
    found = qpv_sans_action(m.tables["matrice-qpv-ambition"])
    empty = [label for code, label in found if code not in m.contexte.qpv_a_cheval]
    if empty:
        parts.append(_("aucune n'est déclarée pour {liste}").format(liste=enumeration(empty, _NAMES)))
    text = " ; ".join(parts) + "."
    share = m.valeur("F-qpv-4")
    if share is None:
        text += " " + _("La part des euros localisée par quartier est sans information.")
    else:
        text += " " + _("{p} du droit commun ({periode}) est localisé par quartier.").format(
            p=_fort(pourcent(share, 100)), periode=m.principale.mots()
        )
    return make_sentence(7, text, ids)


def _habitants(m: Matiere) -> Sentence:
    ids = ("F-habitants-1", "F-habitants-2", "F-habitants-4", "F-habitants-6")
    reached, known, total = m.valeur("F-habitants-1"), m.compte("F-habitants-2"), m.compte("F-habitants-3")
    if m.masque("F-habitants-1"):
        text = ngettext(
            "{b} participations d'habitants des QPV (connues pour {n} action sur {total}).",
            "{b} participations d'habitants des QPV (connues pour {n} actions sur {total}).",
            known,
        )
        small = _fort(debut_de_phrase(m.masque("F-habitants-1")))
        return make_sentence(8, text.format(b=small, n=_f(known), total=_f(total)), ids)
    if reached is None:
        text = _("Habitants des QPV touchés par les actions : sans information.")
        return make_sentence(8, text, ids, connu=False)
    text = ngettext(
        "{b} participation d'habitants des QPV (connue pour {n} action sur {total})",
        "{b} participations d'habitants des QPV (connues pour {n} actions sur {total})",
        max(known, int(reached)),
    ).format(b=_f(int(reached)), n=_f(known), total=_f(total))
    shares = [_part(m, 4, 5, _("de femmes")), _part(m, 6, 7, _("de moins de 25 ans"))]
    said = [s for s in shares if s]
    if said:
        text += _(", dont {parts}").format(parts=enumeration(said))
    return make_sentence(8, text + ".", ids)


def _part(m: Matiere, figure: int, basis: int, words: str) -> str:
    """Say a share, and for how many actions it is known when they are not those of the total; "" when unknown."""
    value, known = m.valeur(f"F-habitants-{figure}"), m.compte(f"F-habitants-{basis}")
    if value is None:
        return ""
    text = f"{_fort(pourcent(value, 100))} {words}"
    if known == m.compte("F-habitants-2"):
        return text
    return _("{part} (connu pour {k})").format(part=text, k=entier(known))


def _engagements(m: Matiere) -> Sentence:
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
    said = [w.format(n=_f(n)) for w, n in zip(words, counts, strict=True) if n]
    text = _("Engagements : {detail}, sur {total}.").format(detail=enumeration(said), total=_f(total))
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
    return text.format(annee=m.contexte.annee_precedente, i=_f(done), j=_f(before))


def _decisions(m: Matiere) -> Sentence:
    rows = decisions_ouvertes(m.tables["decisions"])
    if not rows:
        text = _("Décisions demandées aujourd'hui : aucune n'est enregistrée pour la campagne {annee}.")
        return make_sentence(10, text.format(annee=m.contexte.annee), ("F-decisions-1",), connu=False)
    text = _("Décisions demandées aujourd'hui : {liste}.").format(liste=" ; ".join(_decision(r) for r in rows[:_NAMES]))
    if len(rows) > _NAMES:
        text += " " + _("Le relevé de décisions donne les {n} autres.").format(n=_f(len(rows) - _NAMES))
    return make_sentence(10, text, ("F-decisions-1",))


def _decision(row: Row) -> str:
    """Say one décision as « what – who – by when »; what nobody said is said so."""
    day = row.get("echeance")
    who = texte(row, "libelle_organisme") or texte(row, "organisme") or _("responsable à désigner")
    when = date_longue(day) if isinstance(day, date) else _("échéance à fixer")
    return f"{texte(row, 'titre') or _('décision sans intitulé')} – {who} – {when}"
