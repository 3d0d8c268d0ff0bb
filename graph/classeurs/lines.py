"""What a line is known by from one sending to the next, which lines are alike, and which have gone.

An action is known by the first 10 hexadecimal digits of the SHA-1 of its normalised title; a resource by that of its
action, period, kind, source and QPV of the amount. A second one alike takes « -2 ». A filled « Identifiant » wins, so
that a renamed action stays the same.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence

from droitcommun.graph.classeurs.columns import Line, Table
from droitcommun.graph.classeurs.draft import Draft
from droitcommun.graph.classeurs.form import IDENTIFIER, Field
from droitcommun.graph.classeurs.problems import Problem
from droitcommun.graph.langue import _

_IDENTIFIER = re.compile(r"[0-9a-f]{10}(-\d+)?")


def short_hash(text: str) -> str:
    """Return the 10 hexadecimal digits by which a line is known."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:10]


def line_codes(lines: Sequence[Line], keys: Sequence[str], table: Table, draft: Draft) -> list[str]:
    """Return the code of each line: its « Identifiant » when it is filled and is its own, else the hash of its key."""
    field = table.sheet.field(IDENTIFIER)
    hashes = [short_hash(key) for key in keys]
    given: dict[str, list[int]] = defaultdict(list)
    for n, line in enumerate(lines):
        text = line.text(field)
        if _IDENTIFIER.fullmatch(text):
            given[text].append(n)
    codes: dict[int, str] = {}
    for text, owners in given.items():
        owner = next((n for n in owners if hashes[n] == text.partition("-")[0]), owners[0])
        codes[owner] = text
        for n in owners:
            if n != owner:
                _copied_identifier(lines[n], lines[owner], field, draft)
    taken = set(codes.values())
    for n, code in enumerate(hashes):
        if n in codes:
            continue
        rank = 1
        while (free := code if rank == 1 else f"{code}-{rank}") in taken:
            rank += 1
        codes[n] = free
        taken.add(free)
    return [codes[n] for n in range(len(lines))]


def _copied_identifier(line: Line, owner: Line, field: Field, draft: Draft) -> None:
    draft.report(
        "info",
        "identifiant-en-double",
        line,
        field,
        _(
            "Cette ligne a été copiée de la ligne {autre}, avec son identifiant masqué : elle compte comme nouvelle."
        ).format(autre=owner.number),
        _("Rien à faire, sauf si c'est une erreur de copie."),
    )


def ask_about_twins(lines: Sequence[Line], field: Field, draft: Draft) -> None:
    """Ask about lines that say the same in every column: they may be real, so both are kept."""
    alike: dict[tuple[str, ...], list[Line]] = defaultdict(list)
    for line in lines:
        alike[line.content()].append(line)
    for twins in alike.values():
        if len(twins) < 2:
            continue
        places = " / ".join(str(line.place(field)) for line in twins)
        draft.problems.append(
            Problem(
                "info",
                "lignes-identiques",
                twins[0].table.name,
                twins[0].place(field),
                field.title,
                twins[0].text(field) or None,
                _("Les lignes {lignes} ({cellules}) disent exactement la même chose ; toutes ont été gardées.").format(
                    lignes=" et ".join(str(line.number) for line in twins), cellules=places
                ),
                _(
                    "Si c'est une répétition, supprimez les lignes en trop et renvoyez le classeur ; "
                    "sinon, rien à faire."
                ),
            )
        )


def report_absent(draft: Draft, name: str, sheet: str, correction: str | None = None) -> None:
    """Report the lines of the previous version that this file no longer has: blocking, unless confirmed."""
    gone = [node for node in draft.previous.of_class(name) if node not in draft.nodes]
    if not gone:
        return
    titles = "; ".join(f"« {draft.previous.label(node)} »" for node in gone)
    places = [draft.previous.place(node) for node in gone]
    rows = ", ".join(str(place[1]) for place in places if place)
    if draft.context.confirme:
        draft.problems.append(
            Problem(
                "info",
                "lignes-absentes",
                sheet,
                None,
                None,
                titles,
                _(
                    "{n} ligne(s) de l'envoi précédent ne sont plus là, et sont retirées comme confirmé : {titres}."
                ).format(n=len(gone), titres=titles),
                _("Rien à faire."),
            )
        )
        return
    draft.problems.append(
        Problem(
            "bloquant",
            "lignes-absentes",
            sheet,
            None,
            None,
            titles,
            _("{n} ligne(s) de l'envoi précédent (lignes {lignes} alors) ne sont plus là : {titres}.").format(
                n=len(gone), lignes=rows, titres=titles
            ),
            correction
            or _("Ajoutez-les avec « Suite donnée » = « Terminée », ou relancez avec --confirme pour les retirer."),
        )
    )
