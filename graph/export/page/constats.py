"""Tables of the page on the findings: how many by body, then each one for those who correct."""

from __future__ import annotations

from droitcommun.graph.export.views import Cellule, TableVue
from droitcommun.graph.formats import debut_de_phrase, entier, points_virgules
from droitcommun.graph.langue import _
from droitcommun.graph.names import slug
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.rows import texte
from droitcommun.graph.words import gravites


def tables_des_constats(picture: Picture) -> list[TableVue]:
    """Return the counts by body and the findings one by one; what the profile leaves out is not there."""
    controle = picture.controle
    if controle is None:
        return []
    names = {texte(r, "organisme"): texte(r, "libelle_organisme") for r in picture.tables["retours"].rows}
    source = f"droitcommun check {picture.contexte.annee}"
    words = {code: debut_de_phrase(mot) for code, mot in gravites().items()}

    def named(code: str | None) -> str:
        return _("Le contrat lui-même") if code is None else names.get(code, code)

    found = []
    if controle.par_organisme:
        counts = tuple(
            (
                Cellule(named(c.organisme)),
                *(Cellule(entier(n), numerique=True) for n in (c.a_corriger, c.a_completer, c.pour_information)),
            )
            for c in sorted(controle.par_organisme, key=lambda c: (c.organisme is None, slug(named(c.organisme))))
        )
        heads = (Cellule(_("Institution")), *(Cellule(word, numerique=True) for word in words.values()))
        found.append(TableVue(_("constats par institution"), heads, counts, source))
    if controle.constats:
        lines = tuple(
            (
                Cellule(named(c.organisme)),
                Cellule(words.get(c.gravite, c.gravite)),
                Cellule(c.message),
                Cellule(c.correction),
                Cellule(_cases(c.cases, c.fichiers)),
            )
            for c in controle.constats
        )
        titles = (_("Institution"), _("Gravité"), _("Constat"), _("À faire"), _("Où"))
        found.append(TableVue(_("constats un par un"), tuple(Cellule(t) for t in titles), lines, source))
    return found


def _cases(cells: tuple[str, ...], files: tuple[str, ...]) -> str:
    """Say where: the cells, each with its file when the profile gives files."""
    if not files:
        return points_virgules(cells) or "–"
    return points_virgules(f"{cell} ({name})" for cell, name in zip(cells, files, strict=True)) or "–"
