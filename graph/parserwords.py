"""Where and why a parser stopped, in the user's language: line, column, and what was expected as far as it is known.

The parsers of TOML, JSON, RDF and SPARQL speak English. Their own words stay in the cause of the error raised, which
`-v` shows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from droitcommun.graph.langue import _

_RDF_HEAD = re.compile(r"Parser error [^:]*: ")
_PLACE = re.compile(r"at line (\d+), column (\d+)")
_SPARQL_PLACE = re.compile(r"error at (\d+):(\d+)")
_LONGEST = 40
# The words of a parser (a pattern), what to say instead; « {0} » is the first group.
_Words = Sequence[tuple[str, str]]


def toml_reason(error: ValueError) -> str:
    """Return why tomllib refused a text."""
    place = _PLACE.search(str(error))
    where = _at(int(place[1]), int(place[2])) if place else _("à la fin du fichier")
    return _sentence(where, str(error), _toml_words())


def json_reason(error: ValueError | RecursionError) -> str:
    """Return why json refused a text."""
    if not isinstance(error, json.JSONDecodeError):
        return _("il est trop imbriqué") if isinstance(error, RecursionError) else _("ce qui suit ne se lit pas")
    return _sentence(_at(error.lineno, error.colno), error.msg, _json_words())


def rdf_reason(error: SyntaxError | ValueError) -> str:
    """Return why Oxigraph refused Turtle, TriG or N-Quads."""
    line, column = (error.lineno, error.offset) if isinstance(error, SyntaxError) else (None, None)
    where = _at(line, column or 1) if line else ""
    return _sentence(where, _RDF_HEAD.sub("", str(error.args[0]), count=1), _rdf_words())


def sparql_reason(error: SyntaxError) -> str:
    """Return why Oxigraph refused a query."""
    place = _SPARQL_PLACE.match(str(error))
    where = _at(int(place[1]), int(place[2])) if place else ""
    return _sentence(where, str(error), _sparql_words())


def _at(line: int, column: int) -> str:
    return _("ligne {l}, colonne {c}").format(l=line, c=column)


def _sentence(where: str, said: str, words: _Words) -> str:
    """Return « ligne 3, colonne 4 : what is wrong »."""
    for pattern, told in words:
        if match := re.search(pattern, said):
            what = told.format(*(" ".join(group.split())[:_LONGEST] for group in match.groups()))
            break
    else:
        what = _("ce qui suit ne se lit pas")
    return f"{where} : {what}" if where else what


def _toml_words() -> _Words:
    return (
        ("Expected '='", _("il manque « = » après une clé")),
        (r"Expected '\]", _("il manque un crochet à la fin d'un titre de partie")),
        (
            "Expected newline",
            _("une ligne ne dit qu'une chose ; il manque un retour à la ligne, ou un guillemet avant"),
        ),
        ("Invalid value", _("une valeur manque ou est mal écrite ; un texte se met entre guillemets")),
        ("Unterminated string", _("il manque le guillemet qui ferme un texte")),
        ("Unclosed array", _("il manque le crochet qui ferme une liste")),
        ("Unclosed inline table", _("il manque l'accolade qui ferme un groupe de valeurs")),
        ("Unescaped", _("dans un texte entre guillemets, « \\ » s'écrit « \\\\ »")),
        ("Cannot|Duplicate", _("la même clé ou la même partie est écrite deux fois")),
        ("Invalid date", _("une date s'écrit 2026-03-31")),
        (r"character '\\n'", _("il manque le guillemet qui ferme un texte")),
        ("[Cc]haracter '", _("il y a un caractère qui n'y a pas sa place")),
        (
            "Invalid (?:statement|initial)",
            _("on attend ici une clé et sa valeur, un titre de partie entre crochets, ou #"),
        ),
    )


def _json_words() -> _Words:
    return (
        ("Expecting property name", _("on attend ici un nom entre guillemets")),
        ("Expecting ','", _("il manque une virgule, ou ce qui ferme la liste ou l'objet")),
        ("Expecting ':'", _("il manque « : » après un nom")),
        ("Expecting value", _("il manque une valeur")),
        ("Unterminated string", _("il manque le guillemet qui ferme un texte")),
        ("Extra data", _("il y a autre chose après la fin")),
        ("control character", _("un texte contient un caractère de commande ou un retour à la ligne")),
        ("escape", _("« \\ » dans un texte s'écrit « \\\\ »")),
    )


def _rdf_words() -> _Words:
    return (
        ("followed by a dot|dot is expected", _("il manque le point qui finit un énoncé")),
        (r"The prefix (.*?): has not", _("le préfixe « {0}: » n'est pas déclaré ; ajoutez sa ligne @prefix en tête")),
        ("No scheme|relative IRI", _("une adresse entre < > n'est pas complète ; elle commence par https://")),
        ("PREFIX (?:keyword|declaration)", _("un préfixe se déclare ainsi : @prefix nom: <adresse> .")),
        ("BASE keyword", _("une base se déclare ainsi : @base <adresse> .")),
        ("(?s)(.*) is not a valid predicate", _("« {0} » n'est pas une propriété ; on attend une adresse ou un nom")),
        ("(?s)(.*) is not a valid (?:RDF )?(?:subject|graph)", _("« {0} » ne peut pas commencer un énoncé")),
        ("(?s)(.*) is not a valid RDF object", _("« {0} » n'est pas une valeur ; un texte se met entre guillemets")),
        (
            "must be an IRI",
            _("on attend ici une adresse complète entre < >, ou, comme valeur, un texte entre guillemets"),
        ),
        ("Only a single", _("une ligne ne porte qu'un énoncé")),
        ("IRI", _("une adresse ou un nom avec préfixe contient un caractère interdit, comme une espace")),
        ("UTF-8", _("ce n'est pas un texte en UTF-8")),
        ("Unexpected end", _("le fichier s'arrête au milieu d'un énoncé")),
        ("Line jumps", _("un texte sur plusieurs lignes se met entre trois guillemets")),
        ("language code", _("la langue d'un texte s'écrit ainsi : \"texte\"@fr")),
        ("(?i)escape", _("« \\ » dans un texte s'écrit « \\\\ »")),
        (r"end with a '\]'", _("il manque le crochet qui ferme")),
    )


def _sparql_words() -> _Words:
    return (("IRI parsing failed", _("une adresse entre < > n'est pas complète, ou contient un caractère interdit")),)
