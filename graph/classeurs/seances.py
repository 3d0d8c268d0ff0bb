"""The meetings of the co-pilots' workbook, as its other sheets name them: « Comité de pilotage – 12/03/2026 »."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from droitcommun.graph.classeurs.cells import DATE_IN_TEXT, read_date
from droitcommun.graph.classeurs.columns import Line
from droitcommun.graph.classeurs.fill import Filler
from droitcommun.graph.classeurs.form import Field
from droitcommun.graph.langue import _
from droitcommun.graph.names import cdv, code_iri

# Runs are read once, from their first character: a cell may hold thousands of dashes.
_AROUND_NAME = re.compile(r"^[\s–—,:;-]++|(?<![\s–—,:;-])[\s–—,:;-]*+(?:\bdu)?[\s–—,:;-]*+$")
# What stands for the instance of a meeting whose own is empty or not understood.
NO_INSTANCE = "instance"


class Meetings:
    """The meetings of one file. `known` gives them by instance code and date (ISO, else « ligne-N »)."""

    def __init__(self, known: Mapping[tuple[str, str], str], filler: Filler) -> None:
        self.known = known
        self._filler = filler
        self._attended: set[str] = set()
        self._astray: set[tuple[str | None, str | None]] = set()

    def are_cited(self, texts: Iterable[str]) -> None:
        """Note what the attendance lists name: the meetings that have a list, and the names that are no meeting."""
        for text in texts:
            found = self.find(text)
            if found:
                self._attended.add(found)
            elif text:
                self._astray.add(self._read(text))

    def find(self, text: str) -> str | None:
        """Return the meeting that *text* names; a body with a single meeting, or a date with one, is enough."""
        instance, when = self._read(text)
        if not (instance or when) or (instance is None and self._name(text)):
            return None
        found = [
            node
            for (what, day), node in self.known.items()
            if (instance is None or what == instance) and (when is None or day == when)
        ]
        return found[0] if len(found) == 1 else None

    def cause(self, text: str) -> str | None:
        """Return the meeting whose own row is at fault when *text* names none: no list names that one.

        Its instance or date is not understood, or its date is another one. None when there is a choice.
        """
        instance, when = self._read(text)
        if instance is None or when is None:
            return None
        rivals = {(i, day) for i, day in self._astray if i == instance or (i and day == when)}
        suspects = [
            node
            for (what, day), node in self.known.items()
            if self._lacks_its_list(node) and ((what == NO_INSTANCE and day == when) or what == instance)
        ]
        return suspects[0] if len(suspects) == 1 and len(rivals | {(instance, when)}) == 1 else None

    def _lacks_its_list(self, node: str) -> bool:
        """Tell whether no list names a meeting that was held, as far as can be read."""
        status = self._filler.draft.values(node, cdv("statutSeance"))
        return node not in self._attended and status in ([], [code_iri("statut-seance", "tenue")])

    def report_unknown(self, node: str, line: Line, field: Field) -> None:
        """Report a cell that names no meeting of the sheet Séances, or is empty."""
        if line.cell(field) is None:
            self._filler.missing(node, line, field)
            return
        shown = " ; ".join(f"« {_shown(*key)} »" for key in sorted(self.known)) or _("aucune")
        self._filler.draft.reserve(
            node,
            "seance-introuvable",
            line,
            field,
            _("« {texte} » n'est pas une séance de la feuille Séances.").format(texte=line.text(field)),
            _("Choisissez-la dans la liste (séances lues : {connues}), et redonnez le classeur.").format(connues=shown),
            cause=self.cause(line.text(field)),
        )

    def _read(self, text: str) -> tuple[str | None, str | None]:
        """Return the instance code and the date (ISO) that *text* gives."""
        name = self._name(text)
        entry = self._filler.lookup.thing(name, (cdv("Instance"),)).entry if name else None
        when = _date_in(text)
        return entry.code if entry else None, when.isoformat() if when else None

    def _name(self, text: str) -> str:
        match = DATE_IN_TEXT.search(text)
        return _AROUND_NAME.sub("", text.replace(match[0], "")) if match else text


def _date_in(text: str) -> date | None:
    match = DATE_IN_TEXT.search(text)
    return read_date(match[0]) if match else None


def _shown(what: str, day: str) -> str:
    """Return a meeting as its row says it, without what it is known by when its body or date is not understood."""
    name = _("(instance illisible)") if what == NO_INSTANCE else what
    shown = day if read_date(day) else _("(date illisible)")
    return f"{name} {shown}"
