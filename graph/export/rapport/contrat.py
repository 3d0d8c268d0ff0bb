"""Parts of the report that recall the contract and the districts: orientations, situation, how its parts join."""

from __future__ import annotations

from droitcommun.graph.export.carte import carte_png
from droitcommun.graph.export.cells import vue
from droitcommun.graph.export.quartiers import quartiers
from droitcommun.graph.export.rapport.cadre import intercommunalite
from droitcommun.graph.export.rapport.communes import communes_du_quartier, communes_signataires
from droitcommun.graph.export.views import Cellule, TableVue
from droitcommun.graph.export.word import Word
from droitcommun.graph.formats import entier, enumeration
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.figures import lignes_de_la_periode
from droitcommun.graph.pictures.rows import entier_ou_rien, texte


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
        words = " ; ".join(q.alternative for q in drawn)
        word.image(carte_png(picture, "actions"), _("Carte des quartiers : {detail}.").format(detail=words), 16)
    indicators = picture.tables.get("indicateurs")
    if indicators is not None and indicators.rows:
        columns = [c.name for c in indicators.query.columns if c.type != "code"]
        word.table(vue(picture.contexte, indicators, _("Indicateurs suivis"), columns), taille=8)
    word.a_completer(
        intercommunalite(picture),
        _(
            "l'évolution des indicateurs des quartiers (emploi, revenus, éducation, santé, cadre de vie, sécurité), "
            "avec leur année et leur source ; ce qui s'améliore, ce qui se dégrade, ce qu'on ne sait pas."
        ),
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
