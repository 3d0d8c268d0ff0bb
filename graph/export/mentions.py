"""What each product bears: the contract, the campagne, its date, its publication, its profile and its fingerprint."""

from __future__ import annotations

from datetime import date

from droitcommun.graph.formats import date_longue
from droitcommun.graph.langue import _
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.contexte import Publication
from droitcommun.graph.profils import profil as find_profil


def mention(
    titre: str,
    annee: int,
    reference: date | None = None,
    publication: Publication | None = None,
    profil: str = "",
    empreinte: str = "",
) -> str:
    """Return one line, as « Contrat … – campagne 2026, 30 avril 2026 – provisoire – empreinte 1a2b3c ».

    *reference* is the campagne's date of reference; *profil* a code of PROFILS. Raises ProfilInconnu.
    """
    when = f", {date_longue(reference)}" if reference else ""
    parts = [titre, _("campagne {annee}").format(annee=annee) + when, publication_mots(publication)]
    if profil:
        parts.append(_("profil {profil}").format(profil=find_profil(profil).mots()))
    if empreinte:
        parts.append(_("empreinte {empreinte}").format(empreinte=empreinte[:12]))
    return " – ".join(parts)


def mention_photographie(picture: Picture) -> str:
    """Return the line of a picture."""
    contexte = picture.contexte
    return mention(
        contexte.titre, contexte.annee, contexte.reference, picture.publication, picture.profil, picture.empreinte
    )


def publication_mots(publication: Publication | None) -> str:
    """Return « provisoire », or « publication n° 2 du 12 mai 2026 »."""
    if publication is None:
        return _("provisoire")
    return _("publication n° {numero} du {date}").format(numero=publication.numero, date=date_longue(publication.le))
