"""The page of dialogue of one contributor, for the screen and for two or three sheets of A4. No script, no resource."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from droitcommun.graph.checks.findings import CheckReport
from droitcommun.graph.dataset import ActiveDataset
from droitcommun.graph.errors import OrganismeInconnu
from droitcommun.graph.export.constats.groups import method
from droitcommun.graph.export.constats.htmlreport import environment
from droitcommun.graph.export.dialogue.facts import Dialogue, Reader
from droitcommun.graph.files import write_atomic
from droitcommun.graph.formats import date_longue
from droitcommun.graph.langue import _, langue, ngettext


def write_dialogues(
    dataset: ActiveDataset,
    report: CheckReport,
    folder: Path,
    organisme: str | None = None,
    tell: Callable[[int, int], None] = lambda _done, _total: None,
) -> list[Path]:
    """Write `dialogue-ANNEE-CODE.html` for each body expected or that answered (or only *organisme*).

    *report* is the check of the same dataset. Returns the paths, by name of body. Raises OrganismeInconnu, WriteFailed.
    """
    reader = Reader(dataset, report)
    known = reader.bodies()
    if organisme is not None and organisme not in known:
        raise OrganismeInconnu(organisme, known)
    wanted: Sequence[str] = known if organisme is None else [organisme]
    paths = []
    for n, code in enumerate(wanted):
        tell(n, len(wanted))
        path = folder / f"dialogue-{report.annee}-{code}.html"
        write_atomic(path, render_dialogue(reader.read(code)).encode())
        paths.append(path)
    return paths


def render_dialogue(dialogue: Dialogue) -> str:
    """Return the whole page; every text is escaped."""
    return (
        environment()
        .get_template("dialogue.html")
        .render(
            _=_,
            ngettext=ngettext,
            langue=langue(),
            d=dialogue,
            titre=_("Page de dialogue {annee} – {organisme}").format(annee=dialogue.annee, organisme=dialogue.libelle),
            jour=date_longue(dialogue.jour) if dialogue.jour else "",
            n_actions=sum(len(service.actions) for service in dialogue.services),
            method=method(),
        )
    )
