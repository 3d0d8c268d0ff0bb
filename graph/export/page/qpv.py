"""Sections of the page on the QPV on the ground: the map, and one card for each."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from droitcommun.graph.export.carte.carte import carte_svg
from droitcommun.graph.export.page.coverage import phrase, silence
from droitcommun.graph.export.views import Bloc, Dessin, Encart, Fiche, Fiches, Section
from droitcommun.graph.formats import entier, enumeration, keuros, nombre, points_virgules
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.names import slug
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.figures import lignes_de_la_periode
from droitcommun.graph.pictures.rows import Row, masque, montant, texte
from droitcommun.graph.pictures.rows import entier as lire_entier

_POSTES = ("plusieurs-qpv", "communal", "agglomeration", "au-dela")
_INSTITUTIONS = 4


def section_carte(picture: Picture) -> Section:
    """The QPV on a map, shaded by how many actions name them; the table of QPV is its text alternative."""
    note = _("Les mêmes nombres, quartier par quartier, sont dans les fiches et le tableau « moyens par quartier ».")
    drawn = carte_svg(picture).replace(' xmlns="http://www.w3.org/2000/svg"', "", 1)  # HTML has no need of it
    drawing = Dessin(_("Carte des quartiers"), Markup(drawn), note)  # noqa: S704 (escaped by its maker)
    message = phrase(picture, 7) if silence(picture) else _message_carte(picture)
    return Section("carte", _("La carte des quartiers"), message, (drawing,))


def _message_carte(picture: Picture) -> str:
    rows = [r for r in _lieux(picture).values() if texte(r, "genre") == "qpv"]
    acted = [r for r in rows if lire_entier(r, "n_actions")]
    if not acted:
        return _("Aucune action déclarée ne cite un quartier.")
    most = max(lire_entier(r, "n_actions") for r in acted)
    first = [texte(r, "libelle_lieu") for r in acted if lire_entier(r, "n_actions") == most]
    text = ngettext(
        "{n} quartier est cité par au moins une action ; le plus souvent : {noms} ({most}).",
        "{n} quartiers sont cités par au moins une action ; le plus souvent : {noms} ({most}).",
        len(acted),
    )
    said = ngettext("{n} action", "{n} actions", most).format(n=entier(most))
    return text.format(n=entier(len(acted)), noms=enumeration(sorted(first, key=slug), 3), most=said)


def _lieux(picture: Picture) -> dict[str, Row]:
    rows = lignes_de_la_periode(picture.tables["mobilisation-par-qpv"], picture.principale)
    return {texte(r, "lieu"): r for r in rows}


def section_fiches(picture: Picture) -> Section:
    """One card a QPV: who acts there, for what, with what is known for it alone; then the buckets it shares."""
    places = _lieux(picture)
    ambitions, bodies = _ambitions(picture), _institutions(picture)
    cards = tuple(
        _fiche(picture, row, ambitions.get(code, []), bodies.get(code, []))
        for code, row in sorted(places.items(), key=lambda item: slug(texte(item[1], "libelle_lieu")))
        if texte(row, "genre") == "qpv"
    )
    blocs: list[Bloc] = [Fiches(_("Une fiche par quartier"), cards, _note(picture))]
    buckets = _postes(picture, places)
    if buckets:
        blocs.append(Encart(buckets))
    message = _(
        "Chaque fiche ne montre que ce qui est connu pour ce seul quartier ; le reste est partagé, non réparti."
    )
    if silence(picture):
        message = phrase(picture, 7)
    return Section("fiches", _("Une fiche par quartier"), message, tuple(blocs))


def _note(picture: Picture) -> str:
    return _("Montants et équivalents temps plein : {periode}, hors prestations légales.").format(
        periode=picture.principale.mots()
    )


def _ambitions(picture: Picture) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in picture.tables["matrice-qpv-ambition"].rows:
        if texte(row, "etat") == "agit":
            found.setdefault(texte(row, "qpv"), []).append(texte(row, "ambition"))
    return found


def _institutions(picture: Picture) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in picture.tables["matrice-organisme-qpv"].rows:
        if texte(row, "etat") == "agit":
            found.setdefault(texte(row, "qpv"), []).append(texte(row, "libelle_organisme"))
    return found


def _fiche(picture: Picture, row: Row, ambitions: list[str], bodies: list[str]) -> Fiche:
    code, n = texte(row, "lieu"), lire_entier(row, "n_actions")
    where = enumeration(list(picture.communes.get(code, ())))
    population = lire_entier(row, "population")
    if population:
        people = _("{n} habitants").format(n=entier(population))
        where = f"{where} · {people}" if where else people
    if code in picture.contexte.qpv_a_cheval:
        where += " · " + _("à cheval sur une autre intercommunalité")
    if not n:
        said = _("sans information") if silence(picture) else _("aucune ne cite ce quartier")
        return Fiche(texte(row, "libelle_lieu"), where, ((_("Actions"), said),), inconnu=True)
    lines = [(_("Actions"), entier(n)), (_("Institutions"), _qui(row, bodies))]
    order = [a.code for a in picture.contexte.ambitions]
    lines.append((_("Ambitions"), ", ".join(sorted(ambitions, key=order.index)) or _("sans information")))
    lines.append((_("Droit commun"), _euros(row, "euros_dc")))
    if montant(row, "euros_spec") is not None or masque(row, "euros_spec"):
        lines.append((_("Crédits spécifiques"), _euros(row, "euros_spec")))
    staff = montant(row, "etp")
    if staff is not None:
        lines.append((_("Personnel"), _("{n} ETP").format(n=nombre(staff))))
    return Fiche(texte(row, "libelle_lieu"), where, tuple(lines))


def _qui(row: Row, bodies: list[str]) -> str:
    total = lire_entier(row, "n_organismes")
    if not bodies:
        return entier(total)
    named = enumeration(sorted(bodies, key=slug), _INSTITUTIONS)
    return (
        _("{n} : {noms}").format(n=entier(total), noms=named)
        if len(bodies) >= total
        else (_("{n}, dont {noms}").format(n=entier(total), noms=named))
    )


def _euros(row: Row, column: str) -> str:
    hidden, value = masque(row, column), montant(row, column)
    if hidden:
        return hidden
    return keuros(value) if value is not None else _("sans information")


def _postes(picture: Picture, places: Mapping[str, Row]) -> str:
    """Say the buckets that every QPV shares; "" when none holds anything."""
    said = []
    for place in _POSTES:
        row = places.get(place)
        if row is not None and (montant(row, "euros_dc") is not None or masque(row, "euros_dc")):
            said.append(
                _("{poste}, {montant}").format(poste=texte(row, "libelle_lieu"), montant=_euros(row, "euros_dc"))
            )
    if not said:
        return ""
    text = _("Droit commun commun à plusieurs quartiers, qui n'est dans aucune fiche ({periode}) : {detail}.")
    return text.format(periode=picture.principale.mots(), detail=points_virgules(said))
