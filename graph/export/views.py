"""What a page shows, ready to print: charts, tables, matrices and texts. Plain data, no HTML and no arithmetic."""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup


@dataclass(frozen=True)
class Segment:
    """One part of a bar: its series, its words, and its width in percent of the track (None when unknown)."""

    serie: str
    libelle: str
    valeur: str
    largeur: float | None


@dataclass(frozen=True)
class Barre:
    """One labelled bar. `texte` is what stands at its end; a bar with no segment says why in `texte`.

    `avant` marks an earlier value on the track, in percent.
    """

    libelle: str
    segments: tuple[Segment, ...]
    texte: str
    code: str = ""
    inconnu: bool = False
    avant: float | None = None


@dataclass(frozen=True)
class Groupe:
    """Bars under one heading."""

    titre: str
    barres: tuple[Barre, ...]
    note: str = ""


@dataclass(frozen=True)
class Graphique:
    """A bar chart with its legend (series, label); the text of each bar is its alternative."""

    titre: str
    groupes: tuple[Groupe, ...]
    legende: tuple[tuple[str, str], ...] = ()
    note: str = ""
    genre: str = field(default="graphique", init=False)


@dataclass(frozen=True)
class Cellule:
    """One cell as it is read; `inconnu` marks what nobody said, which is not zero."""

    texte: str
    numerique: bool = False
    inconnu: bool = False


@dataclass(frozen=True)
class TableVue:
    """A table with its French headers. `source` is the command that gives it again; `ouvert` shows it at once."""

    titre: str
    entetes: tuple[Cellule, ...]
    lignes: tuple[tuple[Cellule, ...], ...]
    source: str
    note: str = ""
    ouvert: bool = False
    genre: str = field(default="table", init=False)


@dataclass(frozen=True)
class Case:
    """One cell of a matrix: state code, the symbol drawn and the words a screen reader says."""

    etat: str
    symbole: str
    texte: str
    niveau: int = 0


@dataclass(frozen=True)
class LigneMatrice:
    """One row of a matrix."""

    libelle: str
    cases: tuple[Case, ...]
    total: str


@dataclass(frozen=True)
class GroupeMatrice:
    """Rows of a matrix under one heading ("" for none)."""

    titre: str
    lignes: tuple[LigneMatrice, ...]


@dataclass(frozen=True)
class ColonneMatrice:
    """One column: its code, its full and short words, and whether it opens a new group of columns."""

    code: str
    libelle: str
    court: str
    debut_de_groupe: bool


@dataclass(frozen=True)
class MatriceVue:
    """A matrix of states. `groupes_colonnes` are (heading, number of columns)."""

    titre: str
    tete: str
    total: str
    groupes_colonnes: tuple[tuple[str, int], ...]
    colonnes: tuple[ColonneMatrice, ...]
    groupes: tuple[GroupeMatrice, ...]
    legende: tuple[tuple[Case, str, str], ...]
    source: str
    genre: str = field(default="matrice", init=False)


@dataclass(frozen=True)
class Liste:
    """Short statements under a heading."""

    titre: str
    elements: tuple[str, ...]
    genre: str = field(default="liste", init=False)


@dataclass(frozen=True)
class Encart:
    """A notice the reader must not miss (`alerte`) or a word of explanation."""

    texte: str
    alerte: bool = False
    genre: str = field(default="encart", init=False)


@dataclass(frozen=True)
class Fiche:
    """A card about one thing: name, what stands under it, (term, words) pairs; `inconnu` when nothing is declared."""

    titre: str
    sous_titre: str
    lignes: tuple[tuple[str, str], ...]
    inconnu: bool = False


@dataclass(frozen=True)
class Fiches:
    """Cards side by side, and a word under them."""

    titre: str
    fiches: tuple[Fiche, ...]
    note: str = ""
    genre: str = field(default="fiches", init=False)


@dataclass(frozen=True)
class Dessin:
    """A drawing: SVG made by this software, where every label is already escaped, and the words that say it."""

    titre: str
    svg: Markup
    note: str = ""
    genre: str = field(default="dessin", init=False)


@dataclass(frozen=True)
class NoeudReseau:
    """One node of a network: where it stands, its label on its lines, and the sentence that says its links.

    `cote` is « organisme » (on the left) or « ambition »; `pilier` the number of its colour ("" for a body).
    """

    id: str
    cote: str
    pilier: str
    libelle: str
    x: float
    y: float
    lignes: tuple[str, ...]
    dit: str
    inconnu: bool = False


@dataclass(frozen=True)
class LienReseau:
    """One link: its two nodes, the number of its colour, its width (1 to 3), its path, and its row of the table."""

    depuis: str
    vers: str
    pilier: str
    niveau: int
    chemin: str
    ligne: tuple[str, ...]


@dataclass(frozen=True)
class ReseauVue:
    """A network to filter. `titres` are (colour, words, y) over the nodes on the right; `piliers` (colour, words)."""

    titre: str
    description: str
    largeur: float
    hauteur: float
    noeuds: tuple[NoeudReseau, ...]
    liens: tuple[LienReseau, ...]
    titres: tuple[tuple[str, str, float], ...]
    piliers: tuple[tuple[str, str], ...]
    source: str
    montants: str
    genre: str = field(default="reseau", init=False)


Bloc = Graphique | TableVue | MatriceVue | Liste | Encart | Fiches | Dessin | ReseauVue


@dataclass(frozen=True)
class Section:
    """One section of the page: its title, the sentence to remember, and its blocks."""

    id: str
    titre: str
    message: str
    blocs: tuple[Bloc, ...]
