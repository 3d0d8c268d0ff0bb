"""The sheet Actions of a survey workbook."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable
from difflib import SequenceMatcher, get_close_matches

from droitcommun.graph.classeurs.cells import normalised
from droitcommun.graph.classeurs.columns import Line, Table
from droitcommun.graph.classeurs.draft import RDF_TYPE, Draft
from droitcommun.graph.classeurs.fill import Filler
from droitcommun.graph.classeurs.form import Field
from droitcommun.graph.classeurs.lines import ask_about_twins, line_codes, short_hash
from droitcommun.graph.classeurs.recensement import Reply
from droitcommun.graph.langue import _
from droitcommun.graph.names import PREFIXES, cdv, contrat_iri, local_code

_TITLE = PREFIXES["dcterms"] + "title"
_SAME_TITLE = 0.85
_LIKE_TITLE = 0.6


class ActionIndex:
    """The actions of a file by what a row of the sheet Moyens may call them."""

    def __init__(self) -> None:
        self.nodes: dict[str, str] = {}
        self._untitled: list[str] = []
        self._astray: set[str] = set()
        self._by_name: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
        self._titles: dict[str, str] = {}
        self._lines: dict[str, Line] = {}

    def add(self, node: str, title: str, line: Line) -> None:
        """Add an action under its title and its identifier."""
        content = line.content()
        self._lines[node] = line
        self._by_name[normalised(title)].append((node, content))
        self._titles[normalised(title)] = title
        self.nodes[local_code(node)] = node

    def add_untitled(self, node: str) -> None:
        """Note an action whose row has no title that can be read."""
        self._untitled.append(node)

    def are_cited(self, texts: Iterable[str]) -> None:
        """Note what the rows of the sheet Moyens call their actions."""
        self._astray = {normalised(t) for t in texts if t and not self.find(t) and not self._is_mistyped(t)}

    def _is_mistyped(self, text: str) -> bool:
        """Tell whether *text* is a title but for a letter or two; another number is another title."""
        return any(re.findall(r"\d+", title) == re.findall(r"\d+", text) for title in self.near(text, _SAME_TITLE))

    def cause(self, text: str) -> str | None:
        """Return the action without a title that *text*, the title of no action, most likely names; else None."""
        wanted = normalised(text) in self._astray and not self.is_ambiguous(text)
        return self._untitled[0] if wanted and len(self._astray) <= len(self._untitled) else None

    def find(self, text: str) -> str | None:
        """Return the action that *text* names; several rows alike in everything count as their first."""
        found = self._by_name.get(normalised(text), [])
        if found and len({content for _node, content in found}) == 1:
            return found[0][0]
        return self.nodes.get(text)

    def is_ambiguous(self, text: str) -> bool:
        """Tell whether several different actions have that title."""
        return len({content for _node, content in self._by_name.get(normalised(text), [])}) > 1

    def report_ambiguous(self, text: str, draft: Draft) -> str:
        """Report, at the later row, the title that several different actions have; return that action."""
        found = self._by_name[normalised(text)]
        node = next(node for node, content in found if content != found[0][1])
        line = self._lines[node]
        draft.reserve(
            node,
            "intitule-en-double",
            line,
            line.table.sheet.field(_TITLE),
            _(
                "Une autre action, différente, s'appelle aussi « {titre} » : on ne sait pas à laquelle vont ses moyens."
            ).format(titre=text),
            _("Donnez à chacune un intitulé à elle, reprenez-le dans la feuille Moyens, et redonnez le classeur."),
        )
        return node

    def near(self, text: str, cutoff: float = _LIKE_TITLE) -> list[str]:
        """Return the titles close to *text*, from *cutoff* (1: the same)."""
        return [self._titles[key] for key in get_close_matches(normalised(text), self._titles, n=2, cutoff=cutoff)]


def map_actions(tables: dict[str, Table], filler: Filler, reply: Reply, left_out: Container[int] = ()) -> ActionIndex:
    """Make one Action a row, without the rows *left_out* (their numbers)."""
    table, draft = tables["Actions"], filler.draft
    title = table.sheet.field(_TITLE)
    draft.describe_columns(table)
    lines = [line for line in table.lines() if line.number not in left_out]
    keys = [_action_key(line, title) for line in lines]
    before = _previous_titles(draft)
    known = {code: short_hash(normalised(text)) if text else code.partition("-")[0] for code, text in before.items()}

    def likeness(n: int, code: str) -> float:
        ratio = SequenceMatcher(None, keys[n], normalised(before[code])).ratio() if before[code] else 0.0
        return ratio if ratio >= _SAME_TITLE else 0.0

    found = line_codes(lines, [short_hash(key) for key in keys], known, likeness, draft)
    for n, code in found.corrected.items():
        _retitled(lines[n], title, before[code], draft)
        draft.previous.distrust(reply.thing("action", code))
    index = ActionIndex()
    for line, code in zip(lines, found.codes, strict=True):
        node = reply.thing("action", code)
        draft.open(line)
        _action(node, line, filler, reply)
        titles = draft.values(node, _TITLE)
        if not titles:
            index.add_untitled(node)
        index.add(node, titles[0] if titles else line.text(title), line)
    ask_about_twins(lines, title, draft, [reply.thing("action", code) for code in found.codes])
    return index


def _previous_titles(draft: Draft) -> dict[str, str]:
    """Return the titles of the previous version by code; empty for an action that had none."""
    titles: dict[str, str] = {}
    for node in draft.previous.of_class("Action"):
        said = draft.previous.values(node, _TITLE)
        titles[local_code(node)] = said[0].value if said else ""
    return titles


def _retitled(line: Line, title: Field, before: str, draft: Draft) -> None:
    draft.report(
        "info",
        "intitule-modifie",
        line,
        title,
        _("Cette action est lue comme « {avant} », dont l'intitulé aurait été corrigé.").format(avant=before),
        _("Si c'est une autre action, donnez-lui un intitulé plus différent, et gardez la ligne de la première."),
    )


def _action_key(line: Line, title: Field) -> str:
    """Return what an action is known by: its title, or the rest of its row when it has none."""
    return normalised(line.text(title)) or "\x1f".join(line.content())


def _action(node: str, line: Line, filler: Filler, reply: Reply) -> None:
    draft, sheet = filler.draft, line.table.sheet
    draft.add(node, RDF_TYPE, cdv("Action"))
    draft.add(node, cdv("contrat"), contrat_iri(reply.contrat))
    draft.add(node, cdv("campagne"), reply.campagne)
    draft.add(node, cdv("contribution"), reply.contribution)
    draft.add(node, cdv("declarant"), reply.body)
    draft.locate(node, line, line.text(sheet.field(_TITLE)))
    for field in sheet.fields:
        if field.path == cdv("autreAmbition"):
            _others(node, line, field, filler)
        elif field.path == cdv("qpv"):
            _places(node, line, field, filler)
        elif not field.hidden:
            filler.fill(node, line, field)
    for name in ("dontFemmes", "dontMoins25"):
        _check_part(node, line, sheet.field(name), sheet.field("habitantsTouches"), filler)
    filler.check_conditions(node, line, sheet.fields)


def _others(node: str, line: Line, field: Field, filler: Filler) -> None:
    cell = filler.understood_cell(node, line, field)
    if cell is None:
        return
    main = filler.draft.values(node, cdv("ambitionPrincipale"))
    parts = filler.listed(field, cell.text)
    for part in parts:
        answer = filler.lookup.thing(part, field.classes)
        found = filler.named(node, line, field, part, answer)
        if found and found in main:
            filler.impossible(
                node,
                line,
                field,
                "ambition-deja-principale",
                _("c'est déjà l'ambition principale de l'action"),
                part=part,
            )
        elif found:
            is_ambition = answer.entry is not None and answer.entry.kind == cdv("Ambition")
            filler.draft.add(node, cdv("autreAmbition") if is_ambition else cdv("axe"), found)
    if field.maximum and len(parts) > field.maximum:
        filler.draft.report(
            "info",
            "trop-de-valeurs",
            line,
            field,
            _("{n} valeurs dans « {colonne} », qui en attend {maximum} au plus.").format(
                n=len(parts), colonne=field.title, maximum=field.maximum
            ),
            _("Gardez les principales, et redonnez le classeur."),
        )


def _places(node: str, line: Line, field: Field, filler: Filler) -> None:
    """Read QPV and communes."""
    cell = filler.understood_cell(node, line, field)
    if cell is None:
        return
    for part in filler.listed(field, cell.text):
        answer = filler.lookup.thing(part, field.classes)
        found = filler.named(node, line, field, part, answer)
        if found and answer.entry:
            filler.draft.add(node, cdv("qpv") if answer.entry.kind == cdv("QPV") else cdv("commune"), found)


def _check_part(node: str, line: Line, field: Field, whole: Field, filler: Filler) -> None:
    """Refuse a part larger than its whole: the part stays unknown, the whole stands."""
    part, total = filler.draft.values(node, field.path), filler.draft.values(node, whole.path)
    if part and total and int(part[0]) > int(total[0]):
        filler.draft.remove(node, field.path)
        filler.impossible(
            node,
            line,
            field,
            "plus-que-le-total",
            _("plus que « {colonne} » ({total})").format(colonne=whole.title, total=total[0]),
        )
