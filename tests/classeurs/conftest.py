"""Workbooks written from the form's titles by hand (not by the template), on the small fictitious contract."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from droitcommun.graph.classeurs.form import load_form
from droitcommun.graph.classeurs.map import MapContext, Mapped, map_pilotage, map_recensement
from droitcommun.graph.classeurs.read import RawClasseur, read_classeur
from droitcommun.graph.names import contract_thing
from droitcommun.graph.reference import reference_store
from droitcommun.graph.store import Store

CONTRAT = "val-d-essai"
VAL_D_ESSAI = Path(__file__).parents[1] / "contrats" / "val-d-essai.ttl"
RECEIVED = date(2026, 3, 20)

Grid = list[list[object]]
Grids = dict[str, Grid]
Row = Mapping[str, object]

MODELS: dict[str, dict[str, str]] = {
    "recensement": {
        "modele": "droitcommun-recensement",
        "version": "1",
        "contrat": CONTRAT,
        "campagne": "2026",
        "organisme": "essai-caf",
        "service": "Action sociale",
        "fait-le": "2026-01-15",
    },
    "pilotage": {"modele": "droitcommun-pilotage", "version": "3", "contrat": CONTRAT, "campagne": "2026"},
}
IDENTITE: dict[str, object] = {
    "Organisme": "Caf d'Essai",
    "Service ou direction": "Action sociale",
    "Fonction du référent technique": "Conseillère technique",
    "Date de réponse": date(2026, 3, 12),
    "Réponse": "Actions déclarées",
}
ACTION: dict[str, object] = {
    "Intitulé de l'action ou du dispositif": "Permanences RSA",
    "Ambition principale": "A1.1 – Apprendre",
    "Forme de mobilisation": "Renforcée",
    "Où se déroule l'action": "Dans un QPV",
    "QPV ou communes concernés": "QN00001X",
}
MOYEN: dict[str, object] = {
    "Action": "Permanences RSA",
    "Période": "Réalisé N-1 définitif",
    "Nature et unité": "Subvention (€)",
    "Quantité": 1000,
    "Dispositif ou source": "Budget ordinaire",
}


def grids(form: str, rows: Mapping[str, Sequence[Row]]) -> Grids:
    """Return each sheet as rows of cells: title, column titles as the workbook has them, then the rows given."""
    made: Grids = {}
    for sheet in load_form(form).sheets:  # type: ignore[arg-type]
        grid: Grid = [[sheet.title], [field.header for field in sheet.fields]]
        titles = [field.title for field in sheet.fields]
        for row in rows.get(sheet.name, ()):
            assert not set(row) - set(titles), set(row) - set(titles)
            grid.append([row.get(title) for title in titles])
        made[sheet.name] = grid
    return made


def book_bytes(
    sheets: Grids, model: Mapping[str, str] | None, hidden_rows: Mapping[str, Sequence[int]] | None = None
) -> bytes:
    """Return an XLSX of the given cells; `_modele` is left out when *model* is None."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        percent = book.add_format({"num_format": "0%"})
        for name, grid in sheets.items():
            page = book.add_worksheet(name)
            for r, cells in enumerate(grid):
                for c, value in enumerate(cells):
                    if isinstance(value, Percent):
                        page.write_number(r, c, value.share, percent)
                    elif isinstance(value, Formula):
                        page.write_formula(r, c, value.text, None, value.cached)
                    elif isinstance(value, date):
                        page.write_datetime(r, c, value, day)
                    elif value is not None:
                        page.write(r, c, value)
            for row in (hidden_rows or {}).get(name, ()):
                page.set_row(row, None, None, {"hidden": True})
        if model is not None:
            page = book.add_worksheet("_modele")
            page.hide()
            for r, (key, value) in enumerate(model.items()):
                page.write_string(r, 0, key)
                page.write_string(r, 1, value)
    return buffer.getvalue()


@dataclass(frozen=True)
class Percent:
    """A number shown as a percentage, as Excel keeps « 25% »."""

    share: float


@dataclass(frozen=True)
class Formula:
    """A formula with the value that the spreadsheet saved."""

    text: str
    cached: object


@dataclass(frozen=True)
class Desk:
    """All that a test needs to write a workbook and to map it."""

    folder: Path
    reference: Store

    def save(self, data: bytes, name: str = "classeur.xlsx") -> Path:
        """Write bytes to a file of the test's folder."""
        path = self.folder / name
        path.write_bytes(data)
        return path

    def recensement(
        self,
        actions: Sequence[Row] = (ACTION,),
        moyens: Sequence[Row] = (),
        identite: Row | None = None,
        edit: Callable[[Grids], None] | None = None,
        model: Mapping[str, str] | None = None,
        **others: Sequence[Row],
    ) -> Path:
        """Write a survey workbook; *edit* changes the cells before they are written."""
        rows: dict[str, Sequence[Row]] = {"Identité": [{**IDENTITE, **(identite or {})}], "Actions": actions}
        rows |= {"Moyens": moyens, **others}
        sheets = grids("recensement", rows)
        if edit:
            edit(sheets)
        return self.save(book_bytes(sheets, MODELS["recensement"] if model is None else model))

    def pilotage(self, **rows: Sequence[Row]) -> Path:
        """Write a steering workbook."""
        return self.save(book_bytes(grids("pilotage", rows), MODELS["pilotage"]))

    def context(self, raw: RawClasseur, previous: Mapped | None = None, **changes: Any) -> MapContext:
        """Return the circumstances of a mapping, on campagne 2026."""
        before = None
        if previous is not None:
            before = Store()
            before.add(previous.triples)
        given: dict[str, Any] = {
            "reference": self.reference,
            "contrat": CONTRAT,
            "annee": 2026,
            "campagne": contract_thing(CONTRAT, "campagne", 2026),
            "document": contract_thing(CONTRAT, "source", raw.sha256),
            "sha256": raw.sha256,
            "filename": "reponse.xlsx",
            "received": RECEIVED,
            "previous": before,
        }
        return MapContext(**{**given, **changes})

    def map(self, path: Path, previous: Mapped | None = None, **changes: Any) -> Mapped:
        """Read and map a survey workbook."""
        raw = read_classeur(path)
        return map_recensement(raw, self.context(raw, previous, **changes))

    def map_pilotage(self, path: Path, previous: Mapped | None = None) -> Mapped:
        """Read and map a steering workbook."""
        raw = read_classeur(path)
        return map_pilotage(raw, self.context(raw, previous))


@pytest.fixture(scope="session")
def reference() -> Store:
    """Return vocabulary, codes and the fictitious contract."""
    store = reference_store()
    store.load(VAL_D_ESSAI)
    return store


@pytest.fixture
def desk(tmp_path: Path, reference: Store) -> Desk:
    """Return a desk on a folder of its own."""
    return Desk(tmp_path, reference)


class Said:
    """What the triples of a mapping say, with short names."""

    def __init__(self, mapped: Mapped) -> None:
        self._triples = [(s.value, p.value, o.value) for s, p, o in mapped.triples]

    def of(self, ending: str) -> dict[str, list[str]]:
        """Return what is said of the node whose IRI ends so: last words of properties and values, sorted."""
        found: dict[str, list[str]] = {}
        for s, p, o in self._triples:
            if s.endswith(ending):
                found.setdefault(_last(p), []).append(_last(o))
        return {name: sorted(values) for name, values in found.items()}

    def all(self, name: str) -> list[str]:
        """Return the IRIs of the nodes of a class, sorted, from the kind on."""
        found = [s for s, p, o in self._triples if p.endswith("#type") and o.endswith(f"#{name}")]
        return sorted(s.rpartition(f"/id/{CONTRAT}/")[2] for s in found)


def _last(value: str) -> str:
    if not value.startswith("http"):
        return value
    return value.rpartition("#")[2] if "#" in value else value.rpartition("/")[2]


@pytest.fixture
def said() -> type[Said]:
    """Return the reader of triples."""
    return Said


@pytest.fixture
def rows() -> dict[str, dict[str, object]]:
    """Return one good row of each sheet, by the form's titles."""
    return {"identite": dict(IDENTITE), "action": dict(ACTION), "moyen": dict(MOYEN)}


@pytest.fixture
def kinds() -> dict[str, type]:
    """Return the special cells: percentages, formulas."""
    return {"percent": Percent, "formula": Formula}


@pytest.fixture
def write_book() -> Callable[..., bytes]:
    """Return the writer of raw workbooks."""
    return book_bytes


@pytest.fixture
def make_grids() -> Callable[[str, Mapping[str, Sequence[Row]]], Grids]:
    """Return the maker of sheets as rows of cells."""
    return grids


@pytest.fixture
def models() -> dict[str, dict[str, str]]:
    """Return what the hidden sheet `_modele` of each workbook holds."""
    return {name: dict(model) for name, model in MODELS.items()}
