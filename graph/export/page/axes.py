"""Section of the page on the cross-cutting axes of the contract."""

from __future__ import annotations

from droitcommun.graph.export.cells import vue
from droitcommun.graph.export.page.coverage import largeur, silence
from droitcommun.graph.export.views import Barre, Bloc, Graphique, Groupe, Section, Segment
from droitcommun.graph.formats import entier, enumeration, points_virgules
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.rows import Row, texte
from droitcommun.graph.pictures.rows import entier as lire_entier

_TABLE = "axes-transversaux"


def section_axes(picture: Picture) -> Section | None:
    """Actions by axis, then by sub-axis; None when the contract has no axis. Axes hold no money."""
    table = picture.tables.get(_TABLE)
    if table is None or not table.rows:
        return None
    most = max(lire_entier(r, "n_actions") for r in table.rows)
    groups: dict[str, list[Row]] = {}
    for row in table.rows:
        groups.setdefault(texte(row, "axe"), []).append(row)
    bars = tuple(
        Groupe(f"{code} {texte(rows[0], 'libelle_axe')}", tuple(_barre(picture, row, most) for row in rows))
        for code, rows in groups.items()
    )
    note = _("Une action qui sert un sous-axe sert son axe. L'argent suit l'ambition principale, pas les axes.")
    columns = ["axe", "libelle_axe", "sous_axe", "libelle_sous_axe", "n_actions", "n_organismes"]
    blocs: list[Bloc] = [
        Graphique(_("Actions qui servent chaque axe"), bars, note=note),
        vue(picture.contexte, table, _("axes transversaux"), columns),
    ]
    return Section("axes", _("Les axes transversaux"), _message(picture, list(table.rows)), tuple(blocs))


def _barre(picture: Picture, row: Row, most: int) -> Barre:
    code = texte(row, "sous_axe")
    label = texte(row, "libelle_sous_axe") if code else _("Ensemble de l'axe")
    if silence(picture):
        return Barre(label, (), _("sans information"), code, inconnu=True)
    n, bodies = lire_entier(row, "n_actions"), lire_entier(row, "n_organismes")
    if not n:
        return Barre(label, (), _("aucune action déclarée"), code)
    text = ngettext("{n} action", "{n} actions", n).format(n=entier(n))
    text += " · " + ngettext("{n} institution", "{n} institutions", bodies).format(n=entier(bodies))
    return Barre(label, (Segment("clair" if code else "dc", label, text, largeur(n, most)),), text, code)


def _message(picture: Picture, rows: list[Row]) -> str:
    if silence(picture):
        return _("Les axes transversaux sont sans information, faute de réponse.")
    axes = [r for r in rows if not texte(r, "sous_axe")]
    said = [
        ngettext("{axe}, {n} action", "{axe}, {n} actions", lire_entier(r, "n_actions")).format(
            axe=texte(r, "libelle_axe"), n=entier(lire_entier(r, "n_actions"))
        )
        for r in axes
    ]
    empty = [texte(r, "sous_axe") for r in rows if texte(r, "sous_axe") and not lire_entier(r, "n_actions")]
    text = _("Actions qui servent chaque axe : {detail}.").format(detail=points_virgules(said))
    if empty:
        text += " " + ngettext(
            "Un sous-axe n'est servi par aucune : {codes}.", "Sous-axes servis par aucune : {codes}.", len(empty)
        ).format(codes=enumeration(empty))
    return text
