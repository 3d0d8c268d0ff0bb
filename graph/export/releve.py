"""The relevé de décisions: who does what, by when; what became of last year's; what is asked today; who signs.

The code of a décision never changes: the relevé of the next year takes it up again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from droitcommun.graph.catalogue import Table
from droitcommun.graph.export.cells import etat_de_decision
from droitcommun.graph.export.rapport.frame import fictives, ouvrir, publication, reference
from droitcommun.graph.export.views import Cellule, TableVue
from droitcommun.graph.export.word import Word
from droitcommun.graph.formats import date_courte, date_longue, points_virgules
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.figures import OUVERTES, decisions_ouvertes, en_retard
from droitcommun.graph.pictures.rows import Row, texte

_LIGNES_VIDES = 4
_LARGEURS = (2.5, 5.3, 3.7, 2.2, 3.3)


def releve_products(picture: Picture) -> dict[str, bytes]:
    """Return the relevé by file name. The same picture always gives the same bytes."""
    return {f"releve-de-decisions-{picture.contexte.annee}.docx": releve_bytes(picture)}


def releve_bytes(picture: Picture) -> bytes:
    """Return the relevé as a Word document to complete in the meeting and to sign."""
    contexte = picture.contexte
    titre = _("Relevé de décisions, campagne {annee}").format(annee=contexte.annee)
    word = ouvrir(picture, titre, titre)
    word.couverture(
        titre,
        contexte.titre,
        (
            (_("État"), publication(picture)),
            (_("Date de référence des données"), reference(picture)),
            (_("Copilotes"), points_virgules(contexte.copilotes)),
        ),
        fictives(picture),
    )
    word.a_completer(_("le secrétariat de séance"), _("l'instance, la date, le lieu, et les institutions présentes."))
    word.titre(_("1. Ce que sont devenues les décisions de la campagne précédente"))
    _precedentes(picture, word)
    word.titre(_("2. Les décisions demandées aujourd'hui"))
    opened, jour = decisions_ouvertes(picture.tables["decisions"]), contexte.reference
    if opened:
        heads = (*_entetes()[:4], Cellule(_("Décidé ? (oui, non, modifié)")))
        rows = tuple(_a_decider(row, jour) for row in opened)
        word.table(TableVue(_("À décider"), heads, rows, ""), _LARGEURS)
        _retards(word, opened, jour)
    else:
        word.texte(_("Aucune décision à faire ou en cours n'est enregistrée pour cette campagne."))
    word.titre(_("3. Les décisions de cette campagne déjà suivies"))
    closed = [r for r in picture.tables["decisions"].rows if texte(r, "etat_decision") not in OUVERTES]
    if closed:
        word.table(_table(_("Réalisées ou abandonnées"), closed, jour), _LARGEURS)
    else:
        word.texte(_("Aucune."))
    word.titre(_("4. Les autres décisions prises en séance"))
    blank = tuple(Cellule("") for _n in range(5))
    word.table(TableVue(_("À écrire en séance"), _entetes(), (blank,) * _LIGNES_VIDES, ""), _LARGEURS)
    word.texte(
        _(
            "Le code d'une décision ne change pas : elle se retrouve sous ce code au relevé de l'année suivante. Une "
            "décision prise en séance reçoit le sien quand elle est notée dans l'outil."
        )
    )
    word.titre(_("Signatures"))
    word.signatures(list(contexte.copilotes) or [_("Premier copilote"), _("Second copilote")])
    return word.contenu()


def _precedentes(picture: Picture, word: Word) -> None:
    before = picture.contexte.annee_precedente
    table: Table | None = picture.tables.get("decisions:precedente")
    if before is None or table is None:
        word.texte(_("C'est la première campagne : il n'y a pas de décision à suivre."))
        return
    if not table.rows:
        word.texte(_("Aucune décision n'est enregistrée pour la campagne {annee}.").format(annee=before))
        return
    done = sum(1 for r in table.rows if texte(r, "etat_decision") == "realisee")
    text = ngettext("{n} décision réalisée sur {total}.", "{n} décisions réalisées sur {total}.", done)
    word.texte(text.format(n=done, total=len(table.rows)))
    title = _("Décisions de la campagne {annee}").format(annee=before)
    word.table(_table(title, table.rows, picture.contexte.reference), _LARGEURS)
    _retards(word, table.rows, picture.contexte.reference)


def _retards(word: Word, rows: Sequence[Row], jour: date | None) -> None:
    """Say how many of the décisions are late."""
    late = sum(1 for row in rows if en_retard(row, jour))
    if late and jour is not None:
        text = ngettext(
            "{n} est encore ouverte après son échéance, au {jour}.",
            "{n} sont encore ouvertes après leur échéance, au {jour}.",
            late,
        )
        word.texte(text.format(n=late, jour=date_longue(jour)))


def _a_decider(row: Row, jour: date | None) -> tuple[Cellule, ...]:
    """Return a décision asked today, whose lateness stands with its day: its last cell is to be filled by hand."""
    code, titre, who, when, _state = _cellules(row, jour)
    day = row.get("echeance")
    if isinstance(day, date) and en_retard(row, jour):
        when = Cellule(_("en retard depuis le {jour}").format(jour=date_courte(day)))
    return (code, titre, who, when, Cellule(""))


def _entetes() -> tuple[Cellule, ...]:
    words = (_("Code"), _("Décision"), _("Qui"), _("Pour quand"), _("Où l'on en est"))
    return tuple(Cellule(text) for text in words)


def _table(titre: str, rows: Sequence[Row], jour: date | None) -> TableVue:
    return TableVue(titre, _entetes(), tuple(_cellules(row, jour) for row in rows), "")


def _cellules(row: Row, jour: date | None) -> tuple[Cellule, ...]:
    day, who = row.get("echeance"), texte(row, "libelle_organisme") or texte(row, "organisme")
    return (
        Cellule(texte(row, "code_decision")),
        Cellule(texte(row, "titre") or _("décision sans intitulé")),
        Cellule(who or _("à désigner"), inconnu=not who),
        Cellule(date_courte(day)) if isinstance(day, date) else Cellule(_("à fixer"), inconnu=True),
        Cellule(etat_de_decision(row, jour)),
    )
