"""What every document of a campagne bears: contract, campagne, publication, profile, fingerprint, fictitious data."""

from __future__ import annotations

from droitcommun.graph.export.word import Cadre, Word
from droitcommun.graph.formats import date_longue
from droitcommun.graph.langue import _
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.rows import texte
from droitcommun.graph.profils import profil

_COURTE = 12


def fictives(picture: Picture) -> str:
    """Return « Données fictives », or "" for real data."""
    return _("Données fictives") if picture.contexte.fictif else ""


def publication(picture: Picture) -> str:
    """Return « publication n° 2 du 3 avril 2026 », or « provisoire »."""
    held = picture.publication
    if held is None:
        return _("provisoire")
    return _("publication n° {n} du {jour}").format(n=held.numero, jour=date_longue(held.le))


def empreinte(picture: Picture) -> str:
    """Return the short fingerprint of the data."""
    return picture.empreinte[:_COURTE]


def ouvrir(picture: Picture, titre: str, court: str, corps: float = 10.5) -> Word:
    """Return a document whose pages bear all that; *court* names it in the footer, *corps* is the size of its text."""
    contexte = picture.contexte
    head = _("{contrat} · campagne {annee}").format(contrat=contexte.titre, annee=contexte.annee)
    foot = _("{titre} · {publication} · profil {profil} · données {empreinte}").format(
        titre=court,
        publication=publication(picture),
        profil=profil(picture.profil).mots(),
        empreinte=empreinte(picture),
    )
    return Word(titre, f"droitcommun {picture.version}", Cadre(head, fictives(picture), foot), corps)


def intercommunalite(picture: Picture) -> str:
    """Return the name of the EPCI of the contract, or a common noun when the contract does not say it."""
    return " / ".join(picture.contexte.intercommunalites) or _("l'intercommunalité")


def reference(picture: Picture) -> str:
    """Return the reference date of the campagne in words, "" when it does not state it."""
    return date_longue(picture.contexte.reference) if picture.contexte.reference else ""


def sans_reponse(picture: Picture) -> bool:
    """True when no body has answered."""
    return all(texte(r, "etat") == "pas-de-reponse" for r in picture.tables["retours"].rows)
