"""What a map says of each QPV: one measure of the picture, in words, in a state and in a class of colour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from droitcommun.graph.export.drawings.drawing import BLANC, ENCRE, GRIS, Style
from droitcommun.graph.formats import NBSP, entier, keuros, nombre
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.picture import Picture
from droitcommun.graph.pictures.rows import entier_ou_rien, masque, montant, texte
from droitcommun.graph.words import etats_couverture

_PLACES = "mobilisation-par-qpv"
_CASES = "matrice-qpv-ambition"
_AMBRE, _AMBRE_ENCRE = "#ffe9c2", "#8a5300"
# The three classes of the heat maps of the page, and the ink that reads on them.
NIVEAUX = (Style("#d6e4f5", trait=ENCRE), Style("#8db4e0", trait=ENCRE), Style("#1d4e89", trait=ENCRE))
ENCRES = (ENCRE, ENCRE, BLANC)
INCONNU, MASQUE = "inconnu", "masque"
ETATS = {
    MASQUE: Style("#eef0f4", "lignes", "#7a869e", ENCRE),
    INCONNU: Style("#eef0f4", "croix", "#7a869e", ENCRE),
    "attendu-rien-declare": Style(_AMBRE, "lignes", _AMBRE_ENCRE, _AMBRE_ENCRE, 1.5),
    "neant-declare": Style(BLANC, trait=ENCRE, epaisseur=2.5),
    "pas-de-reponse": Style("#f5f6f9", "points", GRIS, GRIS, pointille=True),
    "non-concerne": Style("#f5f6f9", trait=GRIS),
}
A_CHEVAL = Style(None, "hachures", "#6d3b72", "#6d3b72", 2)


@dataclass(frozen=True)
class Mesure:
    """What can be mapped: its title, its column of « Mobilisation par QPV », and how a value is written."""

    titre: str
    colonne: str
    ecrire: Callable[[Decimal], str]


def mesures() -> dict[str, Mesure]:
    """Return what can be mapped, by name."""
    return {
        "actions": Mesure(_("Actions déclarées par quartier"), "n_actions", _actions),
        "organismes": Mesure(_("Organismes qui déclarent des actions, par quartier"), "n_organismes", _organismes),
        "euros-dc": Mesure(_("Droit commun connu pour ce seul quartier"), "euros_dc", keuros),
        "etp": Mesure(_("Équivalents temps plein connus pour ce seul quartier"), "etp", _etp),
    }


def _actions(value: Decimal) -> str:
    return ngettext("{n} action", "{n} actions", int(value)).format(n=entier(value))


def _organismes(value: Decimal) -> str:
    return ngettext("{n} organisme", "{n} organismes", int(value)).format(n=entier(value))


def _etp(value: Decimal) -> str:
    return nombre(value, 1) + NBSP + _("ETP")


@dataclass(frozen=True)
class Quartier:
    """One QPV: `etat` is « agit », INCONNU (it acts, and no amount is known), MASQUE (the profile hides the amount) or
    a state of the coverage.

    `niveau` is its class (1 to 3) and `valeur` its number when it has one; `mots` says either.
    """

    code: str
    libelle: str
    communes: tuple[str, ...]
    a_cheval: bool
    etat: str
    valeur: Decimal | None
    niveau: int
    mots: str

    @property
    def style(self) -> Style:
        """How the QPV is filled."""
        return NIVEAUX[self.niveau - 1] if self.niveau else ETATS[self.etat]

    @property
    def encre(self) -> str:
        """The colour of a text on it."""
        return ENCRES[self.niveau - 1] if self.niveau else ENCRE

    @property
    def alternative(self) -> str:
        """The QPV in one line, for those who do not see it."""
        straddles = _(" (à cheval sur une autre intercommunalité)") if self.a_cheval else ""
        where = f" ({', '.join(self.communes)})" if self.communes else ""
        return _("{quartier}{communes} : {mots}{cheval}").format(
            quartier=self.libelle, communes=where, mots=self.mots, cheval=straddles
        )


def quartiers(picture: Picture, mesure: str) -> list[Quartier]:
    """Return every QPV of the contract, in the order of the codes, with its state for *mesure*.

    A QPV with no value has the state that the coverage matrix gives it: nobody said zero for those who did not answer.
    Source: queries/catalogue/mobilisation-par-qpv.rq and matrice-qpv-ambition.rq. Raises KeyError on another measure.
    """
    chosen = mesures()[mesure]
    states = _states(picture)
    year = picture.principale.exercice
    if year is None:
        year = picture.contexte.annee - (picture.principale.phase == "realise")
    rows = [
        row
        for row in picture.tables[_PLACES].rows
        if texte(row, "genre") == "qpv" and texte(row, "exercice") == str(year)
    ]
    values = {texte(row, "lieu"): _value(montant(row, chosen.colonne), chosen.colonne) for row in rows}
    levels = _levels([value for value in values.values() if value is not None])
    found = []
    for row in sorted(rows, key=lambda r: texte(r, "lieu")):
        code = texte(row, "lieu")
        value, acts = values[code], bool(entier_ou_rien(row, "n_actions"))
        hidden = masque(row, chosen.colonne)
        state = "agit" if value is not None else INCONNU if acts else states.get(code, "pas-de-reponse")
        state = MASQUE if hidden else state
        found.append(
            Quartier(
                code=code,
                libelle=texte(row, "libelle_lieu") or code,
                communes=tuple(picture.communes.get(code, ())),
                a_cheval=code in picture.contexte.qpv_a_cheval,
                etat=state,
                valeur=value,
                niveau=levels[value] if value is not None else 0,
                mots=chosen.ecrire(value) if value is not None else mots_etats()[state],
            )
        )
    return found


def mots_etats() -> dict[str, str]:
    """Return the words of the states a QPV can be in when it has no value."""
    return {**etats_couverture(), INCONNU: _("des actions, sans moyen connu"), MASQUE: _("non montré")}


def classes(found: Sequence[Quartier], mesure: str) -> list[tuple[int, str]]:
    """Return each class in use with the values it holds, as (2, « 17 à 19 actions »)."""
    write = mesures()[mesure].ecrire
    listed = []
    for niveau in (1, 2, 3):
        values = sorted(q.valeur for q in found if q.niveau == niveau and q.valeur is not None)
        if values:
            low, high = values[0], values[-1]
            text = _("{bas} à {haut}").format(bas=_bare(write(low)), haut=write(high)) if low != high else write(low)
            listed.append((niveau, text))
    return listed


def _bare(text: str) -> str:
    """Leave out the unit of the first of two numbers."""
    return text.rsplit(" ", 1)[0] if " " in text else text


def _value(value: Decimal | None, column: str) -> Decimal | None:
    """A count of 0 is a state, not a value; a known amount of 0 is a value."""
    return None if value == 0 and column.startswith("n_") else value


def _levels(values: Sequence[Decimal]) -> dict[Decimal, int]:
    """Part the values in three classes of as many QPV each; equal values stay together."""
    ranked = sorted(values)
    return {value: 1 + ranked.index(value) * 3 // len(ranked) for value in ranked}


def _states(picture: Picture) -> dict[str, str]:
    """Return the state of each QPV over every ambition that concerns inhabitants."""
    cases: dict[str, set[str]] = {}
    for row in picture.tables[_CASES].rows:
        cases.setdefault(texte(row, "qpv"), set()).add(texte(row, "etat"))
    order = ("pas-de-reponse", "attendu-rien-declare", "neant-declare", "non-concerne")
    return {code: next((s for s in order if s in states), "pas-de-reponse") for code, states in cases.items()}
