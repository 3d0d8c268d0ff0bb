"""A picture as a profile may see it: what it leaves out is taken out, so that products only print what they are given.

The table of docs/profils.md says it in words; tests/picture/test_profils.py proves it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from droitcommun.graph.catalogue import Table
from droitcommun.graph.formats import mask
from droitcommun.graph.pictures.constats import Controle
from droitcommun.graph.pictures.figures import repondants
from droitcommun.graph.pictures.modele import Picture
from droitcommun.graph.pictures.rows import texte
from droitcommun.graph.pictures.secret import hide_small_counts
from droitcommun.graph.pictures.sentence import Matiere
from droitcommun.graph.pictures.sentences import write_sentences
from droitcommun.graph.pictures.vises import only_approved
from droitcommun.graph.profils import Profil

# Gaps one by one, with their cells.
_LIGNE_A_LIGNE = ("actions-incompletes",)
# Texts that contributors typed, by table.
_TEXTES_LIBRES: Mapping[str, Collection[str]] = {
    "engagements-declares": ("precision",),
    "tableau-des-engagements": ("preuves",),
}


def restrict_picture(picture: Picture, profil: Profil) -> Picture:
    """Return *picture* without what *profil* leaves out; its sentences are written again from what is left.

    Raises ValueError when *picture* was already restricted to another profile: what was taken out is not there.
    """
    if picture.profil == profil.code != "interne":
        return picture
    if picture.profil != "interne":
        raise ValueError(f"picture already restricted to {picture.profil}")
    tables = dict(picture.tables)
    if not profil.constats:
        tables = {key: table for key, table in tables.items() if table.query.name not in _LIGNE_A_LIGNE}
    if not profil.textes_libres:
        tables = {key: _without(t, _TEXTES_LIBRES.get(t.query.name, ())) for key, t in tables.items()}
    found = replace(picture, tables=tables, controle=_controle(picture.controle, profil), profil=profil.code)
    if profil.detail_organismes == "vises":
        approved = {texte(r, "organisme") for r in picture.tables["retours"].rows if r.get("visa") is True}
        found = only_approved(found, approved)
        found = replace(found, non_detailles=len(repondants(picture.tables["retours"]) - approved))
    if profil.seuil_habitants is not None:
        found = hide_small_counts(found, profil.seuil_habitants)
    matiere = Matiere(found.contexte, found.tables, found.figures, found.montants, found.principale, found.autre)
    return replace(found, phrases=write_sentences(matiere))


def _without(table: Table, columns: Collection[str]) -> Table:
    """Return *table* without some columns."""
    if not columns:
        return table
    query = replace(table.query, columns=tuple(c for c in table.query.columns if c.name not in columns))
    rows = [{name: value for name, value in row.items() if name not in columns} for row in table.rows]
    return replace(table, query=query, rows=rows)


def _controle(controle: Controle | None, profil: Profil) -> Controle | None:
    if controle is None:
        return None
    findings = tuple(replace(f, message=mask(f.message)) for f in controle.constats) if profil.constats else ()
    if not profil.sources:
        findings = tuple(replace(f, fichiers=()) for f in findings)
    return replace(
        controle,
        constats=findings,
        doublons=tuple(mask(text) for text in controle.doublons) if profil.constats else (),
        par_organisme=controle.par_organisme if profil.detail_organismes == "tous" else (),
    )
