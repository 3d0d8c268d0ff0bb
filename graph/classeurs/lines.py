"""What a line is known by from one sending to the next, which lines are alike, and which have gone.

An action is known by the first 10 hexadecimal digits of the SHA-1 of its normalised title; a resource by that of its
action, period, kind, source and QPV of the amount. A second one alike takes « -2 ». A filled « Identifiant » wins, so
that a renamed action stays the same. A line whose key was corrected since the previous sending keeps its code too.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from droitcommun.graph.classeurs.columns import Line
from droitcommun.graph.classeurs.draft import Draft
from droitcommun.graph.classeurs.form import IDENTIFIER, Field
from droitcommun.graph.classeurs.problems import Gravite, Problem
from droitcommun.graph.langue import _
from droitcommun.graph.names import PREFIXES, cdv

_TITLE = PREFIXES["dcterms"] + "title"
_IDENTIFIER = re.compile(r"[0-9a-f]{10}(-\d+)?")


def short_hash(text: str) -> str:
    """Return the 10 hexadecimal digits by which a line is known."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:10]


@dataclass(frozen=True)
class LineCodes:
    """The code of each line, in order; `corrected` gives, by line, the previous code that a changed key keeps."""

    codes: tuple[str, ...]
    corrected: Mapping[int, str]


def line_codes(
    lines: Sequence[Line],
    hashes: Sequence[str],
    known: Mapping[str, str],
    likeness: Callable[[int, str], float],
    draft: Draft,
) -> LineCodes:
    """Give each line its code: its « Identifiant », else that of the previous line of the same key, else a new one.

    *hashes* are those of the keys of the lines; *known* gives by code those of the previous version. What is then left
    on both sides is paired by *likeness* (0: not the same line): a correction is no disappearance.
    """
    codes = _given_codes(lines, hashes, draft)
    taken = set(codes.values())

    def take(n: int, code: str) -> None:
        codes[n] = code
        taken.add(code)

    for n, key in enumerate(hashes):
        same = sorted((len(c), c) for c, known_key in known.items() if known_key == key and c not in taken)
        if n not in codes and same:
            take(n, same[0][1])
    corrected: dict[int, str] = {}
    left = [n for n in range(len(lines)) if n not in codes]
    pairs = [(likeness(n, code), n, code) for n in left for code in sorted(set(known) - taken)]
    for score, n, code in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if score > 0 and n not in codes and code not in taken:
            take(n, code)
            corrected[n] = code
    for n, key in enumerate(hashes):
        rank = 1
        while n not in codes:
            code = key if rank == 1 else f"{key}-{rank}"
            if code not in taken and code not in known:
                take(n, code)
            rank += 1
    return LineCodes(tuple(codes[n] for n in range(len(lines))), corrected)


def _given_codes(lines: Sequence[Line], hashes: Sequence[str], draft: Draft) -> dict[int, str]:
    """Return the codes that the hidden column gives; of rows copied with it, only one may keep it."""
    given: dict[str, list[int]] = defaultdict(list)
    for n, line in enumerate(lines):
        text = line.text(line.table.sheet.field(IDENTIFIER))
        if _IDENTIFIER.fullmatch(text):
            given[text].append(n)
    codes: dict[int, str] = {}
    for text, owners in given.items():
        owner = next((n for n in owners if hashes[n] == text.partition("-")[0]), owners[0])
        codes[owner] = text
        for n in owners:
            if n != owner:
                _copied_identifier(lines[n], lines[owner], draft)
    return codes


def _copied_identifier(line: Line, owner: Line, draft: Draft) -> None:
    draft.report(
        "info",
        "identifiant-en-double",
        line,
        line.table.sheet.field(IDENTIFIER),
        _(
            "Cette ligne a été copiée de la ligne {autre}, avec son identifiant masqué : elle compte comme nouvelle."
        ).format(autre=owner.number),
        _("Rien à faire, sauf si c'est une erreur de copie."),
    )


def ask_about_twins(lines: Sequence[Line], field: Field, draft: Draft, nodes: Sequence[str] = ()) -> None:
    """Ask about lines that say the same in every column: they may be real, so both are kept.

    *nodes*, one a line, are then said to be identical to that of the first (cdv:identiqueA).
    """
    alike: dict[tuple[str, ...], list[Line]] = defaultdict(list)
    first: dict[tuple[str, ...], str] = {}
    for line, node in zip_longest(lines, nodes):
        alike[line.content()].append(line)
        if node and first.setdefault(line.content(), node) != node:
            draft.add(node, cdv("identiqueA"), first[line.content()])
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
                    "Si c'est une répétition, supprimez les lignes en trop et redonnez le classeur ; "
                    "sinon, rien à faire."
                ),
            )
        )


# Without these, a line had no name of its own: it may well stand in the new file, corrected.
_NAMED_BY = {
    "Action": (_TITLE,),
    "Moyen": (cdv("action"), cdv("phase"), cdv("nature"), cdv("source")),
    "Seance": (cdv("instance"), cdv("date")),
    "Presence": (cdv("seance"), cdv("organisme")),
    "Depot": (_TITLE,),
    "ObjetEvalue": (cdv("question"),),
    "Candidature": (_TITLE,),
    "VerificationCritere": (cdv("critere"),),
    "EnveloppeP147": (cdv("enveloppeP147"),),
    "PlanAction": (_TITLE,),
    "ConventionPluriannuelle": (_TITLE,),
    "Avenant": (_TITLE,),
    "EffetAvenant": (cdv("avenant"), cdv("effet")),
    "Decision": (_TITLE,),
    "Derogation": (cdv("constat"),),
    "IndicateurSuivi": (PREFIXES["skos"] + "prefLabel",),
    "Observation": (cdv("indicateur"),),
    "ContributionHabitants": (_TITLE,),
    "ProgrammationDispositif": (cdv("dispositif"),),
}


def report_absent(draft: Draft, name: str, sheet: str, correction: str) -> None:
    """Report the lines of the previous version that this file no longer has: blocking, unless confirmed.

    *name* is their class. Lines that had no name of their own (no title, no source …) never block.
    """
    previous = draft.previous
    gone = [node for node in previous.of_class(name) if node not in draft.nodes]
    named = [node for node in gone if all(previous.values(node, path) for path in _NAMED_BY[name])]
    if named and not draft.context.confirme:
        draft.problems.append(_absent(named, sheet, draft, "bloquant", correction))
    others = gone if draft.context.confirme else [node for node in gone if node not in named]
    if others:
        draft.problems.append(_absent(others, sheet, draft, "info", _("Rien à faire si c'est voulu.")))


def _absent(nodes: Sequence[str], sheet: str, draft: Draft, gravite: Gravite, correction: str) -> Problem:
    titles = " ; ".join(f"« {draft.previous.label(node)} »" for node in nodes)
    places = [draft.previous.place(node) for node in nodes]
    return Problem(
        gravite,
        "lignes-absentes",
        sheet,
        None,
        None,
        titles,
        _("{n} ligne(s) de l'envoi précédent (lignes {lignes} alors) ne sont plus là : {titres}.").format(
            n=len(nodes), lignes=", ".join(str(place[1]) for place in places if place), titres=titles
        ),
        correction,
    )
