"""One sh:sparql constraint as one set query: its targets go inside its WHERE, and `$this` stays free.

Exact for the forms that the lint lets through; the lint names the others. Measured and argued in docs (engines).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

_TOKEN = re.compile(
    r"""(?P<skip>\s+|\#[^\n]*)
      | (?P<iri><[^<>"{}|^`\\\s]*>)
      | (?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<var>[?$]\w+)
      | (?P<word>[A-Za-z_][\w.-]*(?::[\w.-]*)?)
      | (?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
_REFUSED = {"LIMIT", "OFFSET", "MINUS", "VALUES", "SERVICE", "GRAPH", "FROM", "REDUCED"}
_REFUSED_VARIABLES = {"PATH", "shapesGraph", "currentShape"}
_AGGREGATES = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}


@dataclass
class _Group:
    """One { … } of a query, or the whole text: its own tokens with their depth of parentheses, and inner groups."""

    tokens: list[tuple[str, int]] = field(default_factory=list)
    inner: list[_Group] = field(default_factory=list)

    @property
    def is_select(self) -> bool:
        return bool(self.tokens) and self.tokens[0][0].upper() == "SELECT"

    def head(self) -> list[str]:
        return [token for token, _ in self.tokens[: _first(self.words(), "WHERE")]]

    def words(self) -> list[str]:
        return [token.upper() for token, _ in self.tokens]

    def uses_this(self) -> bool:
        return any(_is_this(token) for token, _ in self.tokens)

    def binds_this(self) -> bool:
        return any(_is_this(token) and depth == 0 for token, depth in self.tokens)


def lint(select: str) -> list[str]:
    """Return why a sh:select cannot be run as a set query: one sentence a fault, nothing when it can."""
    return list(_faults(select))


@lru_cache(maxsize=512)
def _faults(select: str) -> tuple[str, ...]:
    root, _ = _parse(select)
    faults = [f"{token.upper()} is not allowed" for token in _all_words(root) if token.upper() in _REFUSED]
    faults += [f"{token} is not allowed" for token in _all_words(root) if token[1:] in _REFUSED_VARIABLES]
    if not root.is_select:
        return (*faults, "the query is not a SELECT")
    return (*faults, *_group_faults(root))


def set_query(select: str, targets: Sequence[str], prefixes: str, only: str = "") -> str:
    """Return *select* as a set query over all its targets.

    *targets* are SPARQL patterns that bind $this, of which one has to hold; *only* is a pattern of restricted() put
    before them. Raises ValueError on what lint() refuses.
    """
    faults = lint(select)
    if faults:
        raise ValueError("; ".join(faults))
    _, where = _parse(select)
    union = " UNION ".join(f"{{ {target} }}" for target in targets)
    inner, outer = (only, "") if "?this" in only else ("", only)
    injected = f"\n  {outer} {{ SELECT DISTINCT $this WHERE {{ {inner} {union} }} }}"
    return prefixes + select[:where] + injected + select[where:]


def restrict(select: str, only: str) -> str:
    """Return *select* with the pattern *only* at the head of its WHERE."""
    _, where = _parse(select)
    return f"{select[:where]} {only} {select[where:]}"


def restrict_to(select: str, bodies: Collection[str]) -> str:
    """Return *select* for a few bodies only, when ?organisme may be given; as it is for many, or when it may not."""
    if len(bodies) > 3 or not can_bind_whose(select):
        return select
    return restrict(select, f"VALUES ?organisme {{ {' '.join(f'<{body}>' for body in sorted(bodies))} }}")


def says_whose(select: str) -> bool:
    """Tell whether a query projects ?organisme, the body its rows are about."""
    return "?organisme" in _parse(select)[0].head()


def can_bind_whose(select: str) -> bool:
    """Tell whether ?organisme may be given from outside: a pattern of the first group binds it, and nothing else.

    It is not made by a BIND, an aggregate or an OPTIONAL: giving it then takes rows away, and changes none.
    """
    root, _ = _parse(select)
    binds = re.search(r"\bAS\s+\?organisme\b", select, re.IGNORECASE)
    group = root.inner[0] if root.inner else _Group()
    return binds is None and ("?organisme", 0) in group.tokens


@lru_cache(maxsize=512)
def _parse(text: str) -> tuple[_Group, int]:
    """Return the tree of groups, never to be changed, and the place just after the first brace."""
    root = _Group()
    stack = [(root, 0)]
    depth, where = 0, -1
    for match in _TOKEN.finditer(text):
        word = match.group()
        if match.lastgroup == "skip":
            continue
        group = stack[-1][0]
        if word == "{":
            where = match.end() if where < 0 else where
            child = _Group()
            group.inner.append(child)
            stack.append((child, depth))
            depth = 0
        elif word == "}":
            depth = stack.pop()[1]
        else:
            depth -= word == ")"
            group.tokens.append((word, depth))
            depth += word == "("
    return root, where


def _group_faults(group: _Group) -> list[str]:
    faults: list[str] = []
    if group.is_select:
        words = group.words()
        if not any(_is_this(token) and depth == 0 for token, depth in group.tokens[: _first(words, "WHERE")]):
            faults.append("a SELECT does not project $this")
        if _AGGREGATES & set(words) and not _groups_by_this(group):
            faults.append("an aggregate without GROUP BY $this")
        if not group.inner or not group.inner[0].binds_this():
            faults.append("the WHERE of a SELECT does not bind $this by a triple pattern")
    elif group.uses_this() and not group.binds_this():
        faults.append("a group uses $this without binding it by a triple pattern")
    for child in group.inner:
        faults += _group_faults(child)
    return faults


def _groups_by_this(group: _Group) -> bool:
    words = group.words()
    if "GROUP" not in words:
        return False
    return any(_is_this(token) for token, _ in group.tokens[words.index("GROUP") :])


def _first(words: list[str], word: str) -> int:
    return words.index(word) if word in words else len(words)


def _all_words(group: _Group) -> list[str]:
    return [token for token, _ in group.tokens] + [word for child in group.inner for word in _all_words(child)]


def _is_this(token: str) -> bool:
    return token in ("$this", "?this")
