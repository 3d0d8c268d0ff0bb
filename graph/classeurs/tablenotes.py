"""What to say of a foreign table once it is read: what was left out, what stands twice, what is doubtful."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from droitcommun.graph.classeurs.columns import Line
from droitcommun.graph.classeurs.draft import Draft
from droitcommun.graph.classeurs.perimeter import Critere, Perimeter, Place
from droitcommun.graph.classeurs.problems import Problem
from droitcommun.graph.classeurs.tablemapping import Attention, TableMapping
from droitcommun.graph.langue import _

_TOLD_APART = 5


class Notes:
    """What is noted while the rows of one file are read."""

    def __init__(self, draft: Draft, mapping: TableMapping, perimeter: Perimeter) -> None:
        self.draft, self.mapping, self.perimeter = draft, mapping, perimeter
        self._out: dict[tuple[Critere | None, str], list[tuple[Place, Line]]] = defaultdict(list)

    def leave_out(self, place: Place, line: Line) -> None:
        """Note a row that is out of the perimeter."""
        self._out[place.critere, place.text].append((place, line))

    def write(self, kept: Sequence[Line]) -> None:
        """Ask about the lines alike, then say what was left out and what is doubtful."""
        self._ask_about_twins(kept)
        self._tell_left_out()
        self.draft.problems += [p for a in self.mapping.attentions if (p := self._attention(a, kept))]
        if kept and not any(c.genre in ("contrat", "epci", "commune", "qpv") for c in self.mapping.perimetre):
            self._tell_no_territory(kept)

    def _tell_left_out(self) -> None:
        """Say why rows do not count: one by one the first values, the others together."""
        apart = [group for group in self._out.values() if self._is_told_apart(group[0][0])]
        others = [group for group in self._out.values() if not self._is_told_apart(group[0][0])]
        if len(others) <= _TOLD_APART:
            apart, others = list(self._out.values()), []
        self.draft.problems += [self._left_out(group) for group in apart]
        if others:
            n = sum(len(group) for group in others)
            largest = sorted(others, key=lambda group: -len(group))[:3]
            examples = ", ".join(f"« {group[0][0].text} »" for group in largest)
            message = _("{n} lignes sont hors du contrat ({v} valeurs : {exemples} …) : elles ne comptent pas.")
            told = message.format(n=n, v=len(others), exemples=examples)
            self.draft.problems.append(replace(self._left_out(others[0]), valeur=None, message=told))

    def _is_told_apart(self, place: Place) -> bool:
        return not place.text or place.text in self.perimeter.old_codes

    def _left_out(self, group: Sequence[tuple[Place, Line]]) -> Problem:
        place, line = group[0]
        column = place.critere.colonne if place.critere else None
        field = next((f for f in line.table.sheet.fields if f.title == column), None)
        return Problem(
            "info",
            "hors-perimetre",
            line.table.name,
            line.place(field) if field else None,
            column,
            place.text or None,
            self.perimeter.why_out(place, len(group)),
            _("Rien à faire ; le fichier reçu est gardé tel quel."),
        )

    def _tell_no_territory(self, kept: Sequence[Line]) -> None:
        self.draft.problems.append(
            Problem(
                "info",
                "territoire-non-dit",
                kept[0].table.name,
                None,
                None,
                None,
                _("Cette table ne dit pas où va l'argent : {n} lignes sont prises en entier.").format(n=len(kept)),
                _("Si des lignes sont d'ailleurs, retirez-les, ou ajoutez un critère à « [perimetre] »."),
            )
        )

    def _ask_about_twins(self, lines: Sequence[Line]) -> None:
        """Ask about the lines that say the same: they may be real, so they are kept and counted."""
        columns = self.mapping.identiques
        alike: dict[tuple[str, ...], list[Line]] = defaultdict(list)
        for line in lines:
            if columns:
                alike[tuple(_text(line, column) for column in columns)].append(line)
            else:
                alike[tuple(f"{cell.column}={cell.text}" for cell in line.row.cells)].append(line)
        titles = [c for c in self.mapping.identite if c not in self.mapping.constantes] or list(self.mapping.columns)
        for twins in alike.values():
            if len(twins) > 1:
                first = next(f for f in twins[0].table.sheet.fields if f.title in titles)
                cells = " et ".join(str(line.place(first)) for line in twins)
                self.draft.problems.append(
                    Problem(
                        "info",
                        "lignes-identiques",
                        twins[0].table.name,
                        twins[0].place(first),
                        first.title,
                        " ; ".join(_text(twins[0], column) for column in titles),
                        _(
                            "Les lignes {cellules} disent la même chose : est-ce une répétition ? Toutes comptent."
                        ).format(cellules=cells),
                        _(
                            "Demandez à l'émetteur ; si c'est une répétition, supprimez une ligne "
                            "et redonnez le fichier."
                        ),
                    )
                )

    def _attention(self, attention: Attention, lines: Sequence[Line]) -> Problem | None:
        found = [ln for ln in lines if all(_text(ln, column) == value for column, value in attention.quand.items())]
        if not found:
            return None
        field = next(f for f in found[0].table.sheet.fields if f.title == self.mapping.moyens[0].montant)
        return Problem(
            "info",
            "valeur-douteuse",
            found[0].table.name,
            found[0].place(field),
            field.title,
            found[0].text(field) or None,
            attention.message.format(n=len(found), lignes=", ".join(str(line.number) for line in found)),
            attention.correction,
        )


def _text(line: Line, column: str) -> str:
    field = next((f for f in line.table.sheet.fields if f.title == column), None)
    return line.text(field) if field else ""
