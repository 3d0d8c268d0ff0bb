"""What is well and what is not in a workspace."""

from __future__ import annotations

import platform
from dataclasses import dataclass

import droitcommun
from droitcommun.graph.errors import SourceMissing
from droitcommun.graph.journal import Event
from droitcommun.graph.langue import _
from droitcommun.graph.published import Gardees, kept_publications
from droitcommun.graph.workspace import Workspace


@dataclass(frozen=True)
class DoctorLine:
    """One line of the report; `ok` is None for a plain fact."""

    label: str
    value: str
    ok: bool | None = None


def examine(workspace: Workspace) -> list[DoctorLine]:
    """Check the journal, the originals and the graph files, and return the report's lines.

    Raises JournalDamaged when the log itself cannot be trusted.
    """
    events = workspace.journal.events()
    entries = workspace.graphs.entries(current=False)
    missing = _bad_originals(workspace, _expected_originals(events))
    changed = workspace.graphs.changed_files()
    kept = kept_publications(workspace)
    return [
        DoctorLine("droitcommun", droitcommun.__version__),
        DoctorLine("Python", platform.python_version()),
        DoctorLine(_("espace"), str(workspace.folder)),
        DoctorLine(_("contrats"), ", ".join(workspace.contrats()) or _("aucun")),
        DoctorLine(_("journal"), _("{n} événements, chaîne intacte").format(n=len(events)), ok=True),
        DoctorLine(_("originaux"), _broken(missing) or _("tous présents et intacts"), ok=not missing),
        DoctorLine(
            _("graphes"),
            _("modifiés à la main ou absents : {liste} ; lancez « droitcommun rebuild »").format(
                liste=", ".join(str(p.relative_to(workspace.folder)) for p in changed)
            )
            if changed
            else _("{n} graphes, tels qu'écrits").format(n=len(entries)),
            ok=not changed,
        ),
        DoctorLine(
            _("publications"),
            _unlike_published(kept) or _("{n}, telles que publiées").format(n=kept.n),
            ok=not (kept.altered or kept.added),
        ),
        DoctorLine(_("empreinte"), "-" if changed else workspace.graphs.fingerprint()),
    ]


def _expected_originals(events: list[Event]) -> set[str]:
    found = {str(e.data["sha256"]) for e in events if "sha256" in e.data}
    found |= {str(e.data["mapping_sha256"]) for e in events if e.data.get("mapping_sha256")}
    return found | {str(f["sha256"]) for e in events for f in e.data.get("fichiers", ())}


def _bad_originals(workspace: Workspace, expected: set[str]) -> list[str]:
    bad = []
    for sha256 in sorted(expected):
        if workspace.originals.standing_for(sha256) is None:
            continue  # removed with a person: the journal says so
        try:
            workspace.originals.read(sha256)
        except SourceMissing:
            bad.append(sha256)
    return bad


def _broken(missing: list[str]) -> str:
    if not missing:
        return ""
    names = ", ".join(sha[:12] for sha in missing)
    return _("absents ou changés : {liste} ; reprenez-les d'une sauvegarde").format(liste=names)


def _unlike_published(kept: Gardees) -> str:
    said = []
    if kept.altered:
        said.append(
            _(
                "fichiers gardés absents ou changés : {liste} ; « droitcommun hackathon ANNEE --publication N » les "
                "refait, ou reprenez-les d'une sauvegarde"
            ).format(liste=", ".join(kept.altered))
        )
    if kept.added:
        said.append(
            _("fichiers ajoutés, qui n'ont pas été publiés : {liste} ; déplacez-les hors de ce dossier").format(
                liste=", ".join(kept.added)
            )
        )
    return " ; ".join(said)
