"""One person as texts write them: any case and accents, either order of the names, any spacing of a number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from droitcommun.graph.errors import PersonneImprecise

EFFACE = "[effacé]"
_SHORTEST = 4
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_DIGITS_ONLY = re.compile(r"[\d\s+./()-]+")
_TITLES = r"(?:monsieur|madame|mademoiselle|mme|mlle|mr|m)\.?\s+"
_COMBINING = re.compile(r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
_GAP = r"[\s.,_'’-]+"


@dataclass(frozen=True)
class Personne:
    """Somebody, by all the words that name them: names, e-mail addresses, telephone numbers.

    A name counts in either order (« Jeanne Dupont », « DUPONT, Jeanne »), and each of its words after « M. » or
    « Mme ». Raises PersonneImprecise on words too short to name anybody.
    """

    termes: tuple[str, ...]

    def __post_init__(self) -> None:
        for terme in self.termes:
            if len(_folded(terme)[0].strip()) < _SHORTEST:
                raise PersonneImprecise(terme)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return where *text* names them, as positions in *text*, in order and apart."""
        if not self.in_text(text):
            return []
        folded, places = _folded(text)
        found: list[tuple[int, int]] = []
        for match in self._pattern.finditer(folded):
            end = places[match.end() - 1] + 1
            while end < len(text) and _COMBINING.match(text[end]):
                end += 1
            found.append((places[match.start()], end))
        return found

    def in_text(self, text: str) -> bool:
        """Tell whether *text* names them."""
        return self._pattern.search(_COMBINING.sub("", unicodedata.normalize("NFKD", text)).casefold()) is not None

    def erased(self, text: str) -> str:
        """Return *text* with « [effacé] » in their place; nothing when it said nothing else."""
        pieces, last = [], 0
        for start, end in self.spans(text):
            pieces += [text[last:start], EFFACE]
            last = end
        made = "".join((*pieces, text[last:]))
        return "" if last and not made.replace(EFFACE, "").strip(" \t,;:/-()<>") else made

    def also(self, termes: Iterable[str]) -> Personne:
        """Return the same person with more words; those too short to be sure of are left out."""
        more = (t.strip() for t in termes)
        return Personne(tuple(dict.fromkeys((*self.termes, *(t for t in more if len(_folded(t)[0]) >= _SHORTEST)))))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        # The longest first: an e-mail address goes whole, not only the name in it.
        parts = sorted({p for terme in self.termes for p in _patterns(terme)}, key=lambda p: (-len(p), p))
        return re.compile("|".join(parts) or "(?!)")  # nobody is in no text


def _patterns(terme: str) -> list[str]:
    """Return the forms, as regular expressions on folded text, in which a text may write a term."""
    folded = " ".join(_folded(terme)[0].split())
    if _EMAIL.fullmatch(folded):
        return [rf"(?<![\w.+-]){re.escape(folded)}(?![\w-])"]
    if _DIGITS_ONLY.fullmatch(folded):
        digits = re.sub(r"\D", "", folded)
        national = re.sub(r"^(?:0033|33|0)", "", digits)
        prefix = r"(?<!\d)(?:(?:\+|00)?33[\s.()-]{0,3}(?:0[\s.)-]{0,2})?|0[\s.)-]{0,2})?"
        return [prefix + r"[\s.()/-]{0,2}".join(national) + r"(?!\d)"]
    words = [re.escape(word) for word in re.split(_GAP, folded) if word]
    orders = {(*words[n:], *words[:n]) for n in range(len(words))}
    forms = [rf"(?<!\w){_GAP.join(order)}(?!\w)" for order in orders]
    if len(words) > 1:
        forms += [rf"(?<!\w){_TITLES}{word}(?!\w)" for word in words if len(word) > 2]
    return forms


def _folded(text: str) -> tuple[str, list[int]]:
    """Return *text* without case or accents, and for each of its characters the place it comes from."""
    letters: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for part in unicodedata.normalize("NFKD", char):
            if not _COMBINING.match(part):
                for letter in part.casefold():
                    letters.append(letter)
                    places.append(place)
    return "".join(letters), places
