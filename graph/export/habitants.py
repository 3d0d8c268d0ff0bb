"""Two pages for the residents of the districts and their Labo, in plain French: an HTML page, and a Word document.

Written as easy-to-read texts are: short sentences, one figure a sentence, each hard word explained once. No body is
named, no amount is given below the whole: the pages say the same in every profile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from droitcommun.graph.export.constats.htmlreport import environment
from droitcommun.graph.export.rapport.communes import communes_du_quartier
from droitcommun.graph.export.rapport.frame import empreinte, fictives, ouvrir, publication, reference
from droitcommun.graph.export.views import Cellule, TableVue
from droitcommun.graph.formats import debut_de_phrase, entier, enumeration, nombre, pourcent
from droitcommun.graph.langue import _, langue, ngettext
from droitcommun.graph.names import slug
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.figures import lignes_de_la_periode, montants_de, qpv_sans_action
from droitcommun.graph.pictures.rows import entier as compte
from droitcommun.graph.pictures.rows import masque, texte
from droitcommun.graph.profils import profil

# Beyond that many districts the page shows two columns; beyond twice as many, it sends to the report.
_UNE_COLONNE = 24
_MAXIMUM = 40
_MISSIONS = 4
_SUJETS = 12
_MILLION = Decimal(1_000_000)


@dataclass(frozen=True)
class Quartier:
    """One line of « near me »: the district, where it is, what is declared there in words."""

    nom: str
    communes: str
    actions: str
    connu: bool


@dataclass(frozen=True)
class Instance:
    """Where residents take part: its name, who comes, what it does, in the words of the contract; its meetings."""

    nom: str
    composition: str
    missions: tuple[str, ...]
    seances: str


@dataclass(frozen=True)
class Pages:
    """What the two pages say. `chiffres` are (figure in large, sentence); every text is ready to print."""

    titre: str
    contrat: str
    mots: tuple[tuple[str, str], ...]
    chiffres: tuple[tuple[str, str], ...]
    sujets: tuple[str, ...]
    compte: str
    inconnus: tuple[str, ...]
    quartiers: tuple[Quartier, ...]
    autres: str
    voisins: str
    partout: str
    instances: tuple[Instance, ...]
    pied: str


def habitants_products(picture: Picture) -> dict[str, bytes]:
    """Return the pages by file name: HTML to print, DOCX to edit. The same picture always gives the same bytes."""
    annee = picture.contexte.annee
    return {
        f"habitants-{annee}.html": habitants_html(picture).encode(),
        f"habitants-{annee}.docx": habitants_docx(picture),
    }


def habitants_html(picture: Picture) -> str:
    """Return the page, that prints on two sheets of A4. Every text is escaped."""
    pages = read_pages(picture)
    return (
        environment()
        .get_template("habitants.html")
        .render(
            _=_,
            langue=langue(),
            p=pages,
            version=picture.version,
            fictif=picture.contexte.fictif,
            colonnes=2 if len(pages.quartiers) > _UNE_COLONNE else 1,
        )
    )


def habitants_docx(picture: Picture) -> bytes:
    """Return the same two pages as a Word document to edit."""
    pages = read_pages(picture)
    word = ouvrir(picture, pages.titre, _("Pages pour les habitants"), corps=11)
    word.titre(pages.titre)
    word.texte(pages.contrat)
    word.titre(_("Les mots"), 2)
    for mot, sens in pages.mots:
        word.phrase([(_("{mot} : ").format(mot=mot), True), (sens, False)])
    word.titre(_("Ce que nous savons"), 2)
    for chiffre, text in pages.chiffres:
        word.phrase([(chiffre + " ", True), (text, False)], "List Bullet")
    if pages.sujets:
        word.titre(_("Sur quels sujets"), 2)
        word.liste(pages.sujets)
        word.texte(pages.compte)
    word.titre(_("Ce que nous ne savons pas"), 2)
    word.liste(pages.inconnus)
    word.saut()
    word.titre(_("Près de chez moi"), 2)
    heads = (Cellule(_("Mon quartier")), Cellule(_("Ma commune")), Cellule(_("Actions")))
    rows = tuple(
        (Cellule(q.nom), Cellule(q.communes), Cellule(q.actions, inconnu=not q.connu)) for q in pages.quartiers
    )
    word.table(TableVue("", heads, rows, ""), (7, 6.5, 3.5), 8.5)
    for text in (pages.autres, pages.voisins, pages.partout):
        if text:
            word.texte(text)
    word.titre(_("Prendre part"), 2)
    for instance in pages.instances:
        word.phrase([(instance.nom + " ", True), (instance.composition, False)])
        word.liste(instance.missions)
        word.texte(instance.seances)
    word.a_completer(
        _("l'équipe du contrat de ville"), _("la prochaine rencontre (jour, heure, lieu), le téléphone, l'adresse.")
    )
    return word.contenu()


def read_pages(picture: Picture) -> Pages:
    """Return what the pages say of *picture*. What nobody said is said to be unknown, never zero."""
    contexte = picture.contexte
    periode = picture.principale
    done = _("Ce qui a été fait pour nos quartiers en {annee}")
    planned = _("Ce qui est prévu pour nos quartiers en {annee}")
    title = (done if periode.phase == "realise" else planned).format(annee=periode.exercice)
    found = _quartiers(picture)
    left = len(found) - _MAXIMUM
    more = _("{n} autres quartiers sont dans le rapport complet.").format(n=entier(left)) if left > 0 else ""
    day = reference(picture)
    foot = _("{etat} · données au {jour}") if day else "{etat}"
    foot = foot.format(etat=debut_de_phrase(publication(picture)), jour=day)
    alerte = fictives(picture)
    return Pages(
        titre=title,
        contrat=contexte.titre,
        mots=_mots(),
        chiffres=tuple(_chiffres(picture)),
        sujets=tuple(_sujets(picture)),
        compte=_(
            "Une action compte une fois, à son sujet principal. Celles qui aident les professionnels sont à part."
        ),
        inconnus=tuple(_inconnus(picture)),
        quartiers=tuple(found[:_MAXIMUM]),
        autres=more,
        voisins=_voisins(picture),
        partout=_partout(picture),
        instances=_instances(picture),
        pied=" · ".join(
            text
            for text in (
                alerte,
                foot,
                _("profil {p}").format(p=profil(picture.profil).mots()),
                _("empreinte {e}").format(e=empreinte(picture)),
            )
            if text
        ),
    )


def _mots() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("Quartier prioritaire (QPV)"),
            _("un quartier où les habitants ont moins d'argent qu'ailleurs. L'État en fait la liste."),
        ),
        (
            _("Contrat de ville"),
            _("l'accord entre l'État, les communes et leurs partenaires pour aider ces quartiers."),
        ),
        (
            _("Droit commun"),
            _(
                "les services de tous les jours, pour tout le monde : l'école, la santé, l'emploi, le logement. "
                "Ils doivent marcher aussi bien dans les quartiers."
            ),
        ),
        (_("Crédits spécifiques"), _("de l'argent en plus, seulement pour les quartiers prioritaires.")),
        (_("Action"), _("quelque chose de précis qu'un service fait : une permanence, un atelier, des travaux.")),
    )


# Figures ------------------------------------------------------------------------------------------------------------


def _chiffres(picture: Picture) -> list[tuple[str, str]]:
    """Return the known figures, one a sentence, large figure first."""
    answered, expected = picture.figures["F-retours-2"].valeur, picture.figures["F-retours-1"].valeur
    text = ngettext(
        "service public ou partenaire a répondu, sur {a}.",
        "services publics et partenaires ont répondu, sur {a}.",
        int(answered or 0),
    )
    said = [(entier(int(answered or 0)), text.format(a=entier(int(expected or 0))))]
    tells: tuple[tuple[str, Callable[[Decimal], str], str], ...] = (
        ("F-habitants-3", entier, _("actions sont déclarées en tout.")),
        ("F-actions-1", entier, _("de ces actions sont du droit commun, sans compter ce que la loi donne à tous.")),
        ("F-actions-2", entier, _("de ces actions de droit commun sont renforcées, adaptées ou nouvelles.")),
        ("F-euros-1", argent, _("viennent du droit commun.")),
        ("F-euros-2", argent, _("viennent des crédits spécifiques.")),
        ("F-etp-1", nombre, _("postes à temps plein travaillent pour les quartiers.")),
        ("F-habitants-1", entier, _("participations d'habitants. Une personne peut venir plusieurs fois.")),
        ("F-habitants-4", _part, _("des participations sont celles de femmes.")),
        ("F-habitants-6", _part, _("des participations sont celles de jeunes de moins de 25 ans.")),
    )
    for name, form, words in tells:
        figure = picture.figures[name]
        if figure.masque:
            continue
        if figure.valeur is not None:
            said.append((form(Decimal(figure.valeur)), words))
    small = picture.figures["F-habitants-1"].masque
    if small:
        said.append((small, _("participations d'habitants.")))
    return said


def _sujets(picture: Picture) -> list[str]:
    """Return how many actions each ambition for residents has, in the order of the contract; [] in silence."""
    if picture.figures["F-habitants-3"].valeur is None:
        return []
    rows = lignes_de_la_periode(picture.tables["mobilisation-par-ambition"], picture.principale)
    counts = {texte(r, "ambition"): compte(r, "n_actions") for r in rows}
    said = []
    for ambition in [a for a in picture.contexte.ambitions if a.habitants][:_SUJETS]:
        n = counts.get(ambition.code, 0)
        words = ngettext("{n} action", "{n} actions", n).format(n=entier(n)) if n else _("aucune action déclarée")
        said.append(_("{sujet} : {n}.").format(sujet=ambition.court, n=words))
    return said


def _part(value: Decimal) -> str:
    return pourcent(value, 100)


def argent(value: Decimal) -> str:
    """Return an amount as it is said aloud: « 27,9 millions d'euros », « 12 346 euros »."""
    if value >= _MILLION:
        millions = (value / _MILLION).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
        return ngettext("{n} million d'euros", "{n} millions d'euros", int(millions)).format(n=nombre(millions))
    return _("{n} euros").format(n=entier(value))


def _inconnus(picture: Picture) -> list[str]:
    """Say what is not known, and that it is not zero."""
    figures = picture.figures
    waiting, known, total = (figures[f].valeur for f in ("F-retours-4", "F-habitants-2", "F-habitants-3"))
    said = []
    if not figures["F-retours-2"].valeur:
        said.append(_("Personne n'a encore répondu. Cela ne veut pas dire que rien n'est fait."))
    elif waiting:
        text = ngettext(
            "{n} service n'a pas répondu. Nous ne savons pas ce qu'il fait.",
            "{n} services n'ont pas répondu. Nous ne savons pas ce qu'ils font.",
            int(waiting),
        )
        said.append(text.format(n=entier(int(waiting))))
    if figures["F-euros-1"].valeur is None and not figures["F-euros-1"].masque:
        said.append(_("Nous ne savons pas combien d'argent vient du droit commun."))
    unknown = montants_de(picture.montants, picture.principale).n_inconnus
    if unknown:
        text = ngettext(
            "{n} montant n'a pas été donné.", "{n} montants n'ont pas été donnés.", unknown
        )  # fmt: skip
        said.append(text.format(n=entier(unknown)) + " " + _("Les totaux sont donc trop petits."))
    if known is not None and total and known < total:
        text = _("Pour {n} actions, nous ne savons pas combien d'habitants sont venus.")
        said.append(text.format(n=entier(int(total) - int(known))))
    if figures["F-habitants-3"].valeur is not None:
        found = qpv_sans_action(picture.tables["matrice-qpv-ambition"])
        empty = [label for code, label in found if code not in picture.contexte.qpv_a_cheval]
        if empty:
            text = ngettext(
                "Aucune action n'est déclarée pour ce quartier : {noms}.",
                "Aucune action n'est déclarée pour ces quartiers : {noms}.",
                len(empty),
            )
            said.append(text.format(noms=enumeration(empty, 6)))
    said.append(_("Nous ne savons pas encore si ces actions ont changé la vie des habitants."))
    return said


# Near me, and where to take part ------------------------------------------------------------------------------------


def _quartiers(picture: Picture) -> list[Quartier]:
    table = picture.tables["mobilisation-par-qpv"]
    rows = [r for r in lignes_de_la_periode(table, picture.principale) if texte(r, "genre") == "qpv"]
    silent = picture.figures["F-habitants-3"].valeur is None
    found = []
    for row in rows:
        code, n = texte(row, "lieu"), compte(row, "n_actions")
        words = masque(row, "n_actions") or ngettext("{n} action", "{n} actions", n).format(n=entier(n))
        known = not silent and n > 0
        if silent:
            words = _("sans information")
        elif n == 0:
            words = _("aucune déclarée")
        where = enumeration(communes_du_quartier(picture, code)) or "–"
        found.append(Quartier(texte(row, "libelle_lieu") or code, where, str(words), known))
    return sorted(found, key=lambda q: (slug(q.communes), slug(q.nom)))


def _voisins(picture: Picture) -> str:
    """Say which QPV, shown too, belong first to the contract of another EPCI: « aucune action » leaves them out."""
    rows = lignes_de_la_periode(picture.tables["mobilisation-par-qpv"], picture.principale)
    names = [texte(r, "libelle_lieu") for r in rows if texte(r, "lieu") in picture.contexte.qpv_a_cheval]
    if not names:
        return ""
    text = ngettext(
        "Ce quartier dépend aussi du contrat de ville d'à côté : {noms}.",
        "Ces quartiers dépendent aussi du contrat de ville d'à côté : {noms}.",
        len(names),
    )
    return text.format(noms=enumeration(names, 6))


def _partout(picture: Picture) -> str:
    rows = lignes_de_la_periode(picture.tables["mobilisation-par-qpv"], picture.principale)
    n = next((compte(r, "n_actions") for r in rows if texte(r, "lieu") == "agglomeration"), 0)
    if not n:
        return ""
    text = ngettext(
        "En plus, {n} action concerne toute l'agglomération.",
        "En plus, {n} actions concernent toute l'agglomération.",
        n,
    )
    return text.format(n=entier(n))


def _instances(picture: Picture) -> tuple[Instance, ...]:
    rows = [r for r in picture.tables["missions-des-instances"].rows if r.get("ouverte_aux_habitants") is True]
    held = {texte(r, "instance"): compte(r, "tenues") for r in picture.tables["calendrier-des-instances"].rows}
    found = []
    for code in dict.fromkeys(texte(r, "instance") for r in rows):
        own = [r for r in rows if texte(r, "instance") == code]
        n = held.get(code, 0)
        meetings = _("Aucune rencontre n'est notée cette année.")
        if n:
            meetings = ngettext("{n} rencontre a eu lieu.", "{n} rencontres ont eu lieu.", n).format(n=entier(n))
        missions = dict.fromkeys(debut_de_phrase(texte(r, "mission")) for r in own if texte(r, "mission"))
        who = texte(own[0], "composition")
        name = texte(own[0], "libelle_instance") or code
        members = _("Qui vient : {qui}.").format(qui=who.rstrip(".")) if who else ""
        found.append(
            Instance(
                _("{nom} : ouvert aux habitants.").format(nom=name), members, tuple(missions)[:_MISSIONS], meetings
            )
        )
    return tuple(found)
