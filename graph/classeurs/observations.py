"""Values of indicators from a foreign table read through a mapping: one observation a value, in the import's cube."""

from __future__ import annotations

from collections.abc import Sequence

from droitcommun.graph.classeurs.cells import MEASURE, normalised, read_number, read_year
from droitcommun.graph.classeurs.columns import Line, Table
from droitcommun.graph.classeurs.draft import RDF_TYPE, Draft
from droitcommun.graph.classeurs.fill import decimal_literal
from droitcommun.graph.classeurs.form import Field
from droitcommun.graph.classeurs.lines import short_hash
from droitcommun.graph.classeurs.lookup import Lookup
from droitcommun.graph.classeurs.problems import blocking
from droitcommun.graph.classeurs.tablemapping import Observation, TableMapping
from droitcommun.graph.errors import MappingInvalid
from droitcommun.graph.langue import _
from droitcommun.graph.names import PREFIXES, STRUCTURE, cdv, code_iri, contract_thing, contrat_iri, slug
from droitcommun.graph.store import literal

_DIMENSION, _QB = PREFIXES["sdmx-dimension"], PREFIXES["qb"]
_AREAS = tuple(cdv(name) for name in ("QPV", "Commune", "EPCI", "Territoire"))
# How the producers of statistics write that there is no value to read.
_NO_VALUE = {
    **dict.fromkeys(("s", "secret", "secret statistique", "c"), "secrete"),
    **dict.fromkeys(("nd", "n d", "na", "n a", "ns", "n s", "non disponible"), "non-disponible"),
}


def map_observations(tables: Sequence[Table], mapping: TableMapping, draft: Draft, lookup: Lookup) -> None:
    """Make one observation for each value of each area of the contract; rows of other areas are counted and left out.

    A blank cell says nothing; « s » or « nd » is an observation without value, whose status says why. Raises
    MappingInvalid when the mapping names an indicator that the contract does not know.
    """
    reader = _Reader(mapping, draft, lookup)
    for table in tables:
        draft.describe_columns(table)
        for line in table.lines():
            reader.read(line)
    if not reader.seen:
        draft.problems.append(
            blocking(
                "hors-perimetre",
                _("Aucune valeur de ce fichier n'est d'un territoire du contrat."),
                _("Vérifiez que c'est le bon fichier, et le bon contrat."),
                tables[0].name,
            )
        )


class _Reader:
    def __init__(self, mapping: TableMapping, draft: Draft, lookup: Lookup) -> None:
        self.mapping, self.draft, self.lookup = mapping, draft, lookup
        self.contrat = draft.context.contrat
        self.cube = contract_thing(self.contrat, "cube", "import", slug(mapping.famille))
        self.indicators = [self._indicator(o) for o in mapping.observations]
        self.seen: set[str] = set()

    def _indicator(self, observation: Observation) -> str:
        entry = self.lookup.thing(observation.indicateur, (cdv("Indicateur"),)).entry
        if entry is None:
            reason = _("« {code} » n'est pas un indicateur du contrat").format(code=observation.indicateur)
            raise MappingInvalid(self.mapping.name, reason)
        return entry.iri

    def read(self, line: Line) -> None:
        """Read one row: an area, and one value an indicator."""
        area = self.lookup.thing(line.text(line.table.sheet.titled(self.mapping.territoire)), _AREAS).entry
        if area is None:
            self.draft.out_of_perimeter(line)
            return
        self.draft.open(line)
        for observation, indicator in zip(self.mapping.observations, self.indicators, strict=True):
            field = line.table.sheet.titled(observation.valeur)
            if line.cell(field) is not None:
                self._observe(observation, indicator, area.iri, line, field)

    def _observe(self, observation: Observation, indicator: str, area: str, line: Line, field: Field) -> None:
        draft = self.draft
        period = observation.periode or read_year(line.text(line.table.sheet.titled(self.mapping.periode)))
        key = short_hash("\x1f".join((indicator, area, str(period), observation.statistique, observation.champ)))
        node = contract_thing(self.contrat, "observation", "import", slug(self.mapping.famille), key)
        if node in self.seen:
            self._reserve(node, line, field, "ligne-en-double", _("cette valeur est déjà donnée par une autre ligne"))
            return
        if period is None:
            year = line.table.sheet.titled(self.mapping.periode)
            self._reserve(node, line, year, "date-illisible", _("l'année n'est pas lisible"))
            return
        cell = line.cell(field)
        number = read_number(cell.value, MEASURE) if cell else None
        status = _NO_VALUE.get(normalised(line.text(field))) if number is None else observation.statut
        if number is None and status is None:
            self._reserve(node, line, field, "nombre-illisible", _("ce n'est pas un nombre lisible sans hésitation"))
            return
        self.seen.add(node)
        draft.add(node, RDF_TYPE, cdv("Observation"))
        draft.add(node, cdv("contrat"), contrat_iri(self.contrat))
        draft.add(node, cdv("indicateur"), indicator)
        draft.add(node, _DIMENSION + "refArea", area)
        draft.add(node, _DIMENSION + "refPeriod", literal(str(period), "gYear"))
        draft.add(node, cdv("statistique"), code_iri("statistique", observation.statistique))
        draft.add(node, cdv("champ"), literal(observation.champ))
        draft.add_text(node, cdv("sourceDonnee"), observation.source)
        if number is not None:  # a cube holds values only (W3C, IC-14): what is secret is known to be, beside it
            draft.add(self.cube, RDF_TYPE, _QB + "DataSet")
            draft.add(self.cube, _QB + "structure", STRUCTURE)
            draft.add(node, RDF_TYPE, _QB + "Observation")
            draft.add(node, _QB + "dataSet", self.cube)
            draft.add(node, PREFIXES["sdmx-measure"] + "obsValue", decimal_literal(number))
        if status:
            draft.add(node, PREFIXES["sdmx-attribute"] + "obsStatus", code_iri("statut-observation", status))
        draft.locate(
            node, line, f"{line.text(line.table.sheet.titled(self.mapping.territoire))} – {observation.indicateur}"
        )

    def _reserve(self, node: str, line: Line, field: Field, code: str, reason: str) -> None:
        message = _("« {texte} » n'a pas été pris : {raison}.").format(texte=line.text(field), raison=reason)
        self.draft.reserve(node, code, line, field, message, _("Corrigez la cellule, et redonnez le fichier."))
