"""The codes and bodies that a mapping gives, or that its columns tell."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

from droitcommun.graph.classeurs.cells import clean, normalised
from droitcommun.graph.classeurs.columns import Line
from droitcommun.graph.classeurs.draft import Draft
from droitcommun.graph.classeurs.form import Field
from droitcommun.graph.classeurs.lookup import Entry, Lookup
from droitcommun.graph.classeurs.mapped import MapContext
from droitcommun.graph.classeurs.perimeter import Perimeter
from droitcommun.graph.classeurs.problems import Problem
from droitcommun.graph.classeurs.tablemapping import Code, TableMapping
from droitcommun.graph.errors import MappingInvalid
from droitcommun.graph.langue import _
from droitcommun.graph.names import CODES, code_iri, contrat_iri, shared_iri
from droitcommun.graph.store import Store, iri

_SCHEMES = {"phase": "phase", "nature": "nature-moyen", "source": "source-financement"}
_NOTATION = "SELECT $code ?notation WHERE { $code skos:notation ?notation }"
_BODIES = """
SELECT DISTINCT $contrat $genre ?body WHERE {
  ?partie a cdv:Partie ; cdv:contrat $contrat ; cdv:organisme ?body . ?body cdv:typeOrganisme $genre
}
"""


class Found:
    """The IRI that a text gives, or the likely ones."""

    def __init__(self, found: str | None, near: tuple[Entry, ...] = ()) -> None:
        self.iri, self.near = found, near


class TableCodes:
    """The codes of one mapping. Raises MappingInvalid when it names one that does not exist."""

    def __init__(self, mapping: TableMapping, context: MapContext, lookup: Lookup) -> None:
        self.mapping, self.context, self._lookup = mapping, context, lookup
        self._everyone = Perimeter((), context.reference, lookup, context.contrat)
        self._known: dict[tuple[str, int, str], Found] = {}
        self._bodies = {m.apporteur.fixe: self._fixed_body(m.apporteur.fixe) for m in mapping.moyens}
        for moyen in mapping.moyens:
            for name, code in (("phase", moyen.phase), ("nature", moyen.nature), ("source", moyen.source)):
                for value in (code.fixe, *(code.codes or {}).values()) if code else ():
                    if value:
                        self._check(_SCHEMES[name], value)

    def _check(self, scheme: str, code: str) -> None:
        if not _exists(self.context.reference, code_iri(scheme, code)):
            raise MappingInvalid(self.mapping.name, _("code inconnu : {liste}/{code}").format(liste=scheme, code=code))

    def _fixed_body(self, said: str) -> str | None:
        """Return the only body of that type in the contract, or the body of that code; None when there are several.

        Raises MappingInvalid when *said* is neither.
        """
        if not said:
            return None
        reference = self.context.reference
        if _exists(reference, code_iri("type-organisme", said)):
            given = {"contrat": iri(contrat_iri(self.context.contrat)), "genre": iri(code_iri("type-organisme", said))}
            bodies = reference.select(_BODIES, given)
            return bodies[0]["body"].value if len(bodies) == 1 else None
        if _exists(reference, shared_iri("organisme", said)):
            return shared_iri("organisme", said)
        raise MappingInvalid(
            self.mapping.name, _("code inconnu : {liste}/{code}").format(liste="type-organisme", code=said)
        )

    def tell_unknown_bodies(self, draft: Draft) -> None:
        """Say which types of body the contract does not have exactly once."""
        for said, body in self._bodies.items():
            if said and body is None:
                message = _(
                    "Le contrat n'a pas un seul organisme de type « {genre} » : l'apporteur de ces moyens est inconnu."
                )
                correction = _("Corrigez « apporteur » dans la correspondance si un autre type convient.")
                problem = Problem(
                    "info", "apporteur-inconnu", None, None, None, said, message.format(genre=said), correction
                )
                draft.problems.append(problem)

    def find(self, name: str, code: Code, text: str) -> Found:
        """Return the code of phase, nature or source that a row tells."""
        scheme = _SCHEMES[name]
        if code.fixe:
            return Found(code_iri(scheme, code.fixe))
        key = (name, id(code), text)
        if key not in self._known:
            self._known[key] = self._find(scheme, code, text)
        return self._known[key]

    def _find(self, scheme: str, code: Code, text: str) -> Found:
        said = translated(code.codes, text)
        if said:
            return Found(code_iri(scheme, said))
        answer = self._lookup.code(text, f"{CODES}{scheme}") if text else None
        return Found(answer.entry.iri if answer and answer.entry else None, answer.near if answer else ())

    def body(self, code: Code, text: str) -> Found:
        """Return the body of the contract that brings the resource of a row."""
        if code.fixe:
            return Found(self._bodies[code.fixe])
        key = ("apporteur", id(code), text)
        if key not in self._known:
            said = translated(code.codes, text)
            iris, near = ([shared_iri("organisme", said)], []) if said else self._everyone.named("organisme", text)
            self._known[key] = Found(iris[0] if iris else None, tuple(near))
        return self._known[key]

    def reserve(
        self,
        node: str,
        name: str,
        code: Code,
        found: Found,
        text: str,
        line: Line,
        fields: Mapping[str, Field],
        draft: Draft,
    ) -> None:
        """Report a word that gives no code."""
        near = " ; ".join(f"« {entry} »" for entry in found.near)
        message = _("« {texte} » n'a pas de code ({quoi}) dans la correspondance « {nom} ».")
        correction = _("Vouliez-vous dire {proches} ? ").format(proches=near) if near else ""
        correction += _("Ajoutez ce mot dans « codes » de la correspondance, et relancez.")
        draft.reserve(
            node,
            "code-inconnu",
            line,
            fields[code.colonne],
            message.format(texte=text, quoi=name, nom=self.mapping.name),
            correction,
        )


def translated(codes: Mapping[str, str] | None, text: str) -> str | None:
    """Return what the mapping makes of a word: one it names, or one of its patterns (« *0147* »)."""
    if not codes or not text:
        return None
    if text in codes:
        return codes[text]
    said = normalised(text)
    for word, code in codes.items():
        if (said and normalised(word) == said and "*" not in word) or fnmatchcase(clean(text).lower(), word.lower()):
            return code
    return None


def _exists(reference: Store, thing: str) -> bool:
    return bool(reference.select(_NOTATION, {"code": iri(thing)}))
