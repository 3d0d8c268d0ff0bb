"""Parts of the report that recall the contract and the districts: orientations, situation, how its parts join."""

from __future__ import annotations

from droitcommun.graph.export.carte.carte import carte_png
from droitcommun.graph.export.carte.quartiers import quartiers
from droitcommun.graph.export.cells import vue
from droitcommun.graph.export.rapport.communes import communes_du_quartier, communes_signataires
from droitcommun.graph.export.rapport.frame import intercommunalite
from droitcommun.graph.export.views import Cellule, TableVue
from droitcommun.graph.export.word import Word
from droitcommun.graph.formats import entier, enumeration, nombre, points_virgules, signe
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.figures import lignes_de_la_periode
from droitcommun.graph.pictures.rows import Row, entier_ou_rien, montant, texte


def orientations(word: Word, picture: Picture) -> None:
    """Recall the piliers, ambitions and axes of the contract; the local project is for people to write."""
    contexte = picture.contexte
    word.titre(_("1. Les orientations du contrat de ville"))
    word.texte(_("Le décret demande de rappeler les principales orientations du contrat et le projet de territoire."))
    piliers = {a.pilier: a.libelle_pilier for a in contexte.ambitions}
    n = len(contexte.ambitions)
    text = ngettext("Le contrat compte {n} ambition ({p}).", "Le contrat compte {n} ambitions ({p}).", n)
    detail = ngettext("{n} pilier", "{n} piliers", len(piliers)).format(n=len(piliers))
    word.texte(text.format(n=n, p=detail))
    rows = tuple(
        (
            Cellule(a.libelle_pilier),
            Cellule(f"{a.code} {a.libelle}"),
            Cellule(_("habitants") if a.habitants else _("professionnels")),
        )
        for a in contexte.ambitions
    )
    heads = (Cellule(_("Pilier")), Cellule(_("Ambition")), Cellule(_("Pour qui")))
    word.table(TableVue(_("Piliers et ambitions"), heads, rows, ""), (4, 10, 3))
    axes = picture.tables["axes-transversaux"]
    if axes.rows:
        columns = ["libelle_axe", "libelle_sous_axe", "n_actions", "n_organismes"]
        heads_axes = {"libelle_axe": _("Axe"), "libelle_sous_axe": _("Sous-axe")}
        word.table(vue(contexte, axes, _("Axes transversaux"), columns, entetes=heads_axes), (5.5, 6.5, 2.2, 2.8))
    word.a_completer(
        intercommunalite(picture),
        _("le projet de territoire dont vient le contrat, et ce qui a changé dans les orientations cette année."),
    )


def situation(word: Word, picture: Picture) -> None:
    """Say what is held of the districts: where, how many people; the evolution is for people to comment."""
    word.titre(_("2. La situation dans les quartiers prioritaires"))
    word.texte(
        _(
            "Le décret demande l'évolution de la situation dans les quartiers, au regard des objectifs de la loi du "
            "21 février 2014 et de ceux du contrat."
        )
    )
    _table_quartiers(word, picture)
    drawn = quartiers(picture, "actions")
    if drawn:
        words = points_virgules(q.alternative for q in drawn)
        word.image(carte_png(picture, "actions"), _("Carte des quartiers : {detail}.").format(detail=words), 16)
    ecrire_indicateurs(word, picture)
    word.a_completer(
        intercommunalite(picture),
        _(
            "l'évolution des indicateurs des quartiers (emploi, revenus, éducation, santé, cadre de vie, sécurité), "
            "avec leur année et leur source ; ce qui s'améliore, ce qui se dégrade, ce qu'on ne sait pas."
        ),
    )


def ecrire_indicateurs(word: Word, picture: Picture, territoires: frozenset[str] | None = None) -> None:
    """Write the indicators held, of some territories (codes) or of all; nothing is compared that the data do not."""
    table = picture.tables["indicateurs"]
    rows = [r for r in table.rows if territoires is None or texte(r, "territoire") in territoires]
    if not rows:
        return
    heads = (
        Cellule(_("Indicateur")),
        Cellule(_("Territoire")),
        Cellule(_("Période")),
        Cellule(_("Valeur"), True),
        Cellule(_("Écart avec l'agglomération"), True),
    )
    note = _("Deux périodes, deux concepts ou deux sources ne se comparent pas sans précaution.")
    lines = tuple(_indicateur(picture, row) for row in rows)
    word.table(TableVue(_("Indicateurs connus"), heads, lines, "", note), (4.9, 4.1, 2.6, 2.8, 2.6), 8)


def _indicateur(picture: Picture, row: Row) -> tuple[Cellule, ...]:
    details = [texte(row, "concept"), texte(row, "champ") if texte(row, "champ") != "ensemble" else ""]
    if texte(row, "statistique") not in ("", "valeur"):
        details.append(picture.contexte.mot("statistique", texte(row, "statistique")).lower())
    named = texte(row, "libelle_indicateur") or texte(row, "indicateur")
    said = [text for text in details if text]
    if said:
        named += f" ({', '.join(said)})"
    value, gap, unit = montant(row, "valeur"), montant(row, "ecart_agglomeration"), texte(row, "unite_indicateur")
    statut = texte(row, "statut")
    words = picture.contexte.mot("statut-observation", statut).lower() if statut else ""
    shown = Cellule(words or _("sans information"), True, True)
    if value is not None:
        text = f"{nombre(value, 2)} {unit}".strip()
        shown = Cellule(f"{text} ({words})" if words and statut != "definitive" else text, True)
    return (
        Cellule(named),
        Cellule(texte(row, "libelle_territoire") or texte(row, "territoire")),
        Cellule(texte(row, "periode")),
        shown,
        Cellule("–" if gap is None else signe(gap, 2), True),
    )


def _table_quartiers(word: Word, picture: Picture) -> None:
    table = picture.tables["mobilisation-par-qpv"]
    rows = [r for r in lignes_de_la_periode(table, picture.principale) if texte(r, "genre") == "qpv"]
    lines = []
    for row in rows:
        people, code = entier_ou_rien(row, "population"), texte(row, "lieu")
        where = enumeration(communes_du_quartier(picture, code)) or _("sans information")
        name = texte(row, "libelle_lieu") or code
        if code in picture.contexte.qpv_a_cheval:
            name = _("{nom} (à cheval sur une autre intercommunalité)").format(nom=name)
        lines.append(
            (
                Cellule(name),
                Cellule(where, inconnu=where == _("sans information")),
                Cellule(_("sans information") if people is None else entier(people), True, people is None),
            )
        )
    heads = (Cellule(_("Quartier (QPV)")), Cellule(_("Communes")), Cellule(_("Habitants"), True))
    word.table(TableVue(_("Les quartiers prioritaires du contrat"), heads, tuple(lines), ""), (7, 7, 3))


def articulation(word: Word, picture: Picture) -> None:
    """The three parts of the contract and renewal: only the axes are data here, the rest is for people."""
    word.titre(_("5. L'articulation des volets du contrat"))
    word.texte(
        _(
            "Le décret demande de présenter l'articulation entre les volets social, économique et urbain du contrat, "
            "et, s'il y en a un, avec le programme de renouvellement urbain."
        )
    )
    word.texte(_("Les données recueillies ne rangent pas les actions par volet : ce chapitre s'écrit à la main."))
    epci = intercommunalite(picture)
    word.a_completer(epci, _("comment les volets social, économique et urbain se répondent, exemples à l'appui."))
    word.a_completer(
        epci, _("où en sont les projets de renouvellement urbain, ou « sans objet » s'il n'y en a pas dans le contrat.")
    )
    word.titre(_("La dotation de solidarité urbaine (DSU)"), 2)
    word.texte(
        _(
            "Quand une commune a reçu la DSU l'année écoulée, le rapport dit les actions de développement social "
            "urbain menées chez elle, l'évolution des inégalités et les moyens qui y sont affectés. Les données "
            "recueillies ne disent pas qui l'a reçue."
        )
    )
    blank = Cellule("")
    rows = tuple((Cellule(c.libelle), blank, blank) for c in communes_signataires(picture))
    heads = (Cellule(_("Commune")), Cellule(_("DSU reçue (oui ou non, montant)")), Cellule(_("Actions et moyens")))
    word.table(TableVue(_("À compléter par chaque commune"), heads, rows, ""), (4, 4, 9))
