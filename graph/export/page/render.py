"""The picture as one HTML page that opens from a USB key: no outside resource, one script known by its hash."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from droitcommun.graph.export.drawings.palette import MARQUES
from droitcommun.graph.export.mentions import mention_photographie, publication_mots
from droitcommun.graph.export.page.coverage import (
    section_ambitions,
    section_institutions,
    section_quartiers,
    section_retours,
    silence,
)
from droitcommun.graph.export.page.evolution import section_evolution
from droitcommun.graph.export.page.figures import confiance
from droitcommun.graph.export.page.follow import sections_de_suite
from droitcommun.graph.export.page.money import (
    section_credits,
    section_formes,
    section_lieux,
    section_rencontre,
)
from droitcommun.graph.export.page.network import section_reseau
from droitcommun.graph.export.page.qpv import section_carte, section_fiches
from droitcommun.graph.export.views import Section
from droitcommun.graph.formats import date_longue, entier, keuros, points_virgules, typographie
from droitcommun.graph.langue import _, langue
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.figures import periodes_dites, repere_euros
from droitcommun.graph.profils import profil


@dataclass(frozen=True)
class Carte:
    """One key figure at the top of the page."""

    titre: str
    valeur: str
    precision: str
    figures: tuple[str, ...]
    inconnu: bool


def titre_page(picture: Picture) -> str:
    """Return the title of the picture."""
    return _("Photographie {annee} du droit commun").format(annee=picture.contexte.annee)


def render_page(picture: Picture) -> str:
    """Return the whole page. Every label is escaped: they come from files anyone may write."""
    template = _environment().get_template("page.html")
    script = _script()
    return template.render(
        script=Markup(script),  # noqa: S704 (a file of this package)
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        _=_,
        langue=langue(),
        version=picture.version,
        titre=titre_page(picture),
        marques=MARQUES,
        marque_css=Markup(_css_string(_marque(picture))),  # noqa: S704 (escaped for CSS, where HTML escapes mean nothing)
        contrat=picture.contexte.titre,
        fictif=picture.contexte.fictif,
        cadre=_cadre(picture),
        alerte=_alerte(picture),
        cartes=_cartes(picture),
        phrases=picture.phrases,
        sections=_sections(picture),
        provenance=provenance(picture),
    )


def _marque(picture: Picture) -> str:
    """Return what every printed sheet bears, invented data first."""
    said = mention_photographie(picture)
    return typographie(f"{_('Données fictives')} – {said}" if picture.contexte.fictif else said)


def _css_string(text: str) -> str:
    """Return *text* as a CSS string; all that is not a letter, a digit or a space is escaped, `</style>` included."""
    return '"' + "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in text) + '"'


@lru_cache(maxsize=1)
def _script() -> str:
    """Return the script of the network; the page's policy allows this very text and no other."""
    return (resources.files("droitcommun.graph.export") / "templates" / "reseau.js").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    loader = PackageLoader("droitcommun.graph.export", "templates")
    return Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _finalize(value: object) -> object:
    """Give every plain text its unbreakable spaces; what a macro returns already has them."""
    return typographie(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _sections(picture: Picture) -> list[Section]:
    found = [
        section_retours(picture),
        section_ambitions(picture),
        section_institutions(picture),
        section_reseau(picture),
        section_quartiers(picture),
        section_carte(picture),
        section_fiches(picture),
        section_formes(picture),
        section_credits(picture),
        section_lieux(picture),
        section_rencontre(picture),
        section_evolution(picture),
        *sections_de_suite(picture),
    ]
    return [section for section in found if section is not None]


def _statut(code: str) -> str:
    words = {"ouverte": _("ouverte"), "close": _("close"), "publiee": _("publiée")}
    return words.get(code, code)


def _cadre(picture: Picture) -> list[tuple[str, str]]:
    contexte = picture.contexte
    campagne = str(contexte.annee)
    if contexte.statut:
        campagne = _("{annee} ({statut})").format(annee=contexte.annee, statut=_statut(contexte.statut))
    frame = [(_("Campagne"), campagne)]
    if contexte.reference:
        frame.append((_("Date de référence"), date_longue(contexte.reference)))
    frame.append((_("État"), publication_mots(picture.publication)))
    frame.append((_("Profil"), profil(picture.profil).mots()))
    frame.append((_("Montants"), _("{a} et {b}").format(a=picture.principale.mots(), b=picture.autre.mots())))
    return frame


def _alerte(picture: Picture) -> str:
    """The notice above everything when nobody has answered."""
    if not silence(picture):
        return ""
    text = _("Aucune institution n'a répondu à la campagne {annee}.").format(annee=picture.contexte.annee)
    text += " " + _("Le droit commun est sans information : cela ne veut pas dire qu'il est nul.")
    if any(c.specifique is not None for c in picture.montants):
        text += " " + _("Les crédits spécifiques montrés ici viennent de fichiers importés, pas de réponses.")
    return text


def _cartes(picture: Picture) -> list[Carte]:
    answered, expected = picture.figures["F-retours-2"], picture.figures["F-retours-1"]
    covered = [picture.figures[f"F-ambitions-{n}"].valeur for n in (5, 6, 7, 8)]
    mots = picture.principale.mots()
    own = _("{periode}, hors prestations légales").format(periode=mots)
    cards = [
        Carte(
            _("Institutions qui ont répondu"),
            f"{entier(answered.valeur or 0)} / {entier(expected.valeur or 0)}",
            _("les chiffres portent sur elles seules"),
            (answered.id,),
            inconnu=False,
        ),
        _carte(picture, "F-actions-1", _("Actions de droit commun"), _adaptees(picture)),
        _carte(picture, "F-euros-1", _("Droit commun"), own),
        _carte_specifique(picture),
    ]
    value, known = _("sans information"), covered[1] is not None
    if known:
        value = " + ".join(f"{entier(c or 0)}/{entier(t or 0)}" for t, c in (covered[:2], covered[2:]) if t)
    precision = _("habitants + professionnels, au moins une action") if covered[2] else _("au moins une action")
    cards.append(Carte(_("Ambitions couvertes"), value, precision, ("F-ambitions-6", "F-ambitions-8"), not known))
    return cards


def _carte(picture: Picture, figure: str, titre: str, precision: str) -> Carte:
    found = picture.figures[figure]
    if found.valeur is None:
        return Carte(titre, found.masque or _("sans information"), precision, (found.id,), inconnu=True)
    shown = keuros(found.valeur) if found.unite == "EUR" else entier(found.valeur)
    sure = confiance(picture, found)
    if sure:
        precision = points_virgules((precision, sure))
    return Carte(titre, shown, precision, (found.id,), inconnu=False)


def _carte_specifique(picture: Picture) -> Carte:
    """The specific credits of the first period, else of the first period that holds some (an import may be alone)."""
    periodes = periodes_dites(picture.montants, picture.principale, picture.autre)
    held = (n for n, _p in enumerate(periodes) if picture.figures[repere_euros(n, 2)].valeur is not None)
    rang = next(held, 0)
    precision = _("{periode}, politique de la ville").format(periode=periodes[rang].mots())
    return _carte(picture, repere_euros(rang, 2), _("Crédits spécifiques"), precision)


def _adaptees(picture: Picture) -> str:
    value = picture.figures["F-actions-2"].valeur
    if value is None:
        return _("faute de réponse")
    text = _("hors prestations légales, dont {n} renforcées, adaptées ou nouvelles ; {d} actions déclarées en tout")
    return text.format(n=entier(value), d=entier(picture.figures["F-habitants-3"].valeur or 0))


def provenance(picture: Picture) -> list[tuple[str, str]]:
    """Return where the figures come from: data fingerprint, dates, version."""
    contexte = picture.contexte
    lines = [
        (_("Contrat"), f"{contexte.titre} ({contexte.identifiant or contexte.contrat})"),
        (_("Campagne"), str(contexte.annee)),
    ]
    if contexte.reference:
        lines.append((_("Données à la date de référence du"), date_longue(contexte.reference)))
    dates = [day for row in picture.tables["retours"].rows if isinstance(day := row.get("date_reponse"), date)]
    if dates:
        lines.append((_("Dernière réponse reçue"), date_longue(max(dates))))
    lines.append((_("Publication"), publication_mots(picture.publication)))
    if picture.publication is not None and picture.publication.motif:
        lines.append((_("Motif de cette publication"), picture.publication.motif))
    lines.append((_("Profil"), profil(picture.profil).mots()))
    lines.append((_("Empreinte des données (SHA-256)"), picture.empreinte))
    lines.append((_("Produit par"), f"droitcommun {picture.version}"))
    text = _("Les repères comme « F-euros-1 » désignent chaque chiffre ; les mêmes sont dans le classeur.")
    lines.append((_("Repères"), text))
    return lines
