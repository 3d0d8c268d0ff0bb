"""Section of the page on what changed since the campagne before, for the bodies that answered both."""

from __future__ import annotations

from decimal import Decimal

from droitcommun.graph.export.cells import vue
from droitcommun.graph.export.page.coverage import largeur
from droitcommun.graph.export.views import Barre, Bloc, Graphique, Groupe, Section, Segment
from droitcommun.graph.formats import debut_de_phrase, ecart_keuros, entier, keuros
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.figures import Periode, comparables
from droitcommun.graph.pictures.rows import Row, masque, somme, texte


def section_evolution(picture: Picture) -> Section | None:
    """Réalisé of two campagnes for the bodies that answered both; None without a previous campagne."""
    before = picture.contexte.annee_precedente
    if before is None:
        return None
    table = picture.tables["evolution"]
    first = debut_de_phrase(Periode("realise", before - 1).mots())
    second = debut_de_phrase(Periode("realise", picture.contexte.annee - 1).mots())
    by_ambition: dict[str, list[Row]] = {}
    for row in table.rows:
        by_ambition.setdefault(texte(row, "ambition"), []).append(row)
    sums = {
        code: (somme(comparables(rows), "euros_dc_1"), somme(comparables(rows), "euros_dc_2"))
        for code, rows in by_ambition.items()
    }
    maximum = max((v for pair in sums.values() for v in pair if v is not None), default=Decimal(0))
    names = {a.code: a.court for a in picture.contexte.ambitions}
    hidden = {code for code, rows in by_ambition.items() if any(masque(row, "ecart") for row in rows)}
    bars = tuple(
        _barre_evolution(code, names.get(code), *pair, maximum, code in hidden) for code, pair in sorted(sums.items())
    )
    blocs: list[Bloc] = []
    if bars:
        legend = (("dc", second), ("avant", first))
        note = _("Seul ce qui est connu les deux années est comparé : un montant inconnu n'est pas zéro.")
        titre = _("Droit commun par ambition, à répondants constants")
        blocs.append(Graphique(titre, (Groupe("", bars),), legend, note))
        titles = {"euros_dc_1": f"{first} (€)", "euros_dc_2": f"{second} (€)"}
        for n, periode in ((1, first), (2, second)):
            titles[f"n_inconnus_{n}"] = _("Montants inconnus, {periode}").format(periode=periode.lower())
        columns = ["ambition", "libelle_organisme", "euros_dc_1", "n_inconnus_1", "euros_dc_2", "n_inconnus_2", "ecart"]
        rows = sorted(table.rows, key=lambda r: texte(r, "ambition"))
        titre = _("évolution par ambition et institution")
        blocs.append(vue(picture.contexte, table, titre, columns, rows=rows, entetes=titles))
    return Section("evolution", _("Ce qui a changé"), _message_evolution(picture, first, second), tuple(blocs))


def _barre_evolution(
    code: str, name: str | None, one: Decimal | None, two: Decimal | None, maximum: Decimal, hidden: bool
) -> Barre:
    """The later amount as a bar, the earlier one as a mark on the track; no sum when the profile hides a part of it."""
    label, shown = (name, code) if name else (_("Sans ambition"), "")
    if hidden:
        return Barre(label, (), _("non montré : une seule institution sans visa y entre"), shown, inconnu=True)
    mark = largeur(float(one), float(maximum)) if one is not None else None
    if two is None:
        return Barre(label, (), _("sans information : rien n'est connu les deux années"), shown, inconnu=True)
    text = keuros(two)
    if one is not None:
        text += f" ({ecart_keuros(two - one)})"
    segment = Segment("dc", label, keuros(two), largeur(float(two), float(maximum)))
    return Barre(label, (segment,), text, shown, avant=mark)


def _message_evolution(picture: Picture, first: str, second: str) -> str:
    common, one, two = (picture.figures[f"F-evolution-{n}"].valeur for n in (1, 2, 3))
    if not common:
        return _("Aucune institution n'a répondu aux deux campagnes : rien n'est comparable.")
    if picture.figures["F-evolution-3"].masque:
        return _("Une seule institution, sans visa, se compare d'une année à l'autre : le montant n'est pas montré.")
    if one is None or two is None:
        return _("Aucun montant n'est connu les deux années : l'évolution est sans information.")
    text = ngettext(
        "{n} institution a répondu aux deux campagnes. Sur ce qui est connu les deux années : "
        "{a} de droit commun ({periode_a}), puis {b} ({periode_b}), soit {d}.",
        "{n} institutions ont répondu aux deux campagnes. Sur ce qui est connu les deux années : "
        "{a} de droit commun ({periode_a}), puis {b} ({periode_b}), soit {d}.",
        int(common),
    )
    change = ecart_keuros(Decimal(two) - Decimal(one))
    text = text.format(
        n=entier(common), a=keuros(one), b=keuros(two), d=change, periode_a=first.lower(), periode_b=second.lower()
    )
    return text + _non_comparees(int(picture.figures["F-evolution-5"].valeur or 0))


def _non_comparees(n: int) -> str:
    if not n:
        return ""
    text = ngettext(
        "{n} ligne n'est pas comparée : un montant y est inconnu l'une des deux années.",
        "{n} lignes ne sont pas comparées : un montant y est inconnu l'une des deux années.",
        n,
    )
    return " " + text.format(n=entier(n))
