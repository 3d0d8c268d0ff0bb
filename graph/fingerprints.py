"""What makes a product beside its data: the program, its rules, its questions and the libraries that write files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from droitcommun import __version__
from droitcommun.graph.langue import _

_LIBRARIES = (
    "jinja2",
    "matplotlib",
    "networkx",
    "openpyxl",
    "pyoxigraph",
    "pyshacl",
    "python-docx",
    "python-pptx",
    "rdflib",
    "shapely",
    "xlsxwriter",
)
_CODE = (".py", ".html", ".css", ".js", ".toml", ".po")


@dataclass(frozen=True)
class Logiciel:
    """The program that made something: its version, and the SHA-256 of each part that decides what it says.

    `code` covers the engine with its page templates and translations, `regles` the shapes, `requetes` the questions
    and derivations, `vocabulaire` the ontology and the shared codes (contracts are data). `bibliotheques` gives the
    version of each library that computes or writes.
    """

    version: str
    code: str
    regles: str
    requetes: str
    vocabulaire: str
    bibliotheques: Mapping[str, str]

    def to_data(self) -> dict[str, Any]:
        """Return the details as the journal keeps them."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Logiciel:
        """Read what the journal kept."""
        return cls(**{**data, "bibliotheques": dict(data["bibliotheques"])})

    def changes_since(self, before: Logiciel) -> tuple[str, ...]:
        """Return in words what is no longer as in *before*; nothing when all is the same."""
        said = []
        if self.version != before.version:
            said.append(_("version du logiciel : {avant} → {apres}").format(avant=before.version, apres=self.version))
        parts = (
            (self.code != before.code, _("code du logiciel")),
            (self.regles != before.regles, _("règles")),
            (self.requetes != before.requetes, _("questions")),
            (self.vocabulaire != before.vocabulaire, _("vocabulaire")),
        )
        said += [words for changed, words in parts if changed]
        for name in sorted({*self.bibliotheques, *before.bibliotheques}):
            then, now = before.bibliotheques.get(name, "–"), self.bibliotheques.get(name, "–")
            if then != now:
                said.append(f"{name} {then} → {now}")
        return tuple(said)


@lru_cache(maxsize=1)
def current_logiciel() -> Logiciel:
    """Return the program that is running."""
    from importlib import metadata

    return Logiciel(
        version=__version__,
        code=_hash("droitcommun.graph", _CODE),
        regles=_hash("droitcommun.shapes", (".ttl",)),
        requetes=_hash("droitcommun.queries", (".rq",)),
        vocabulaire=_hash("droitcommun.ontology", (".ttl",), without="contrats"),
        bibliotheques={name: metadata.version(name) for name in _LIBRARIES},
    )


def _hash(package: str, suffixes: tuple[str, ...], without: str | None = None) -> str:
    """Return the SHA-256 of the files of a package, by path; line ends count for one (a clone on Windows)."""
    total = hashlib.sha256()
    for path, file in sorted(_files(resources.files(package), suffixes, without), key=lambda pair: pair[0]):
        content = file.read_bytes().replace(b"\r\n", b"\n")
        total.update(f"{path}\n{len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()


def _files(
    folder: Traversable, suffixes: tuple[str, ...], without: str | None, prefix: str = ""
) -> Iterator[tuple[str, Traversable]]:
    for child in folder.iterdir():
        if child.is_dir():
            if child.name not in (without, "__pycache__"):
                yield from _files(child, suffixes, without, f"{prefix}{child.name}/")
        elif child.name.endswith(suffixes):
            yield prefix + child.name, child
