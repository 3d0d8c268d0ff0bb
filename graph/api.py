"""The workspace as analysts use it from Python: DataFrames, networkx graphs, an rdflib Dataset. Read-only."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from droitcommun.graph.catalogue import find_query, load_catalogue, run
from droitcommun.graph.check import check_campagne
from droitcommun.graph.dataset import ACTIFS, ActiveDataset, activate, load_contract, load_contracts
from droitcommun.graph.names import PREFIXES, graph_iri
from droitcommun.graph.store import Store
from droitcommun.graph.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd
    import rdflib

    from droitcommun.graph.explain import Explication
    from droitcommun.graph.network import Reseau
    from droitcommun.graph.networkmeasures import Mesure


@dataclass(frozen=True)
class _Everything:
    contrat: str
    store: Store


class Espace:
    """One contract of a workspace. Nothing here writes, and personal data is never loaded.

    What was read is kept: open again to see what another command has changed since.
    """

    def __init__(self, workspace: Workspace, contrat: str) -> None:
        self.workspace = workspace
        self.contrat = contrat
        self._active = cache(self._activate)

    def _activate(self, annee: int) -> ActiveDataset:
        return activate(self.workspace, self.contrat, annee)

    @cached_property
    def campagnes(self) -> tuple[int, ...]:
        """The years of the campagnes opened, oldest first."""
        from droitcommun.graph.campagnes import list_campagnes

        return tuple(c.annee for c in list_campagnes(self.workspace, self.contrat))

    @cached_property
    def questions(self) -> dict[str, str]:
        """The questions of the catalogue: name and title."""
        return {name: query.title for name, query in load_catalogue().items()}

    def _any(self) -> ActiveDataset:
        """Return the dataset of the last campagne: its store holds every campagne of the contract."""
        from droitcommun.graph.errors import CampagneInconnue

        if not self.campagnes:
            raise CampagneInconnue(date.today().year, [])
        return self._active(self.campagnes[-1])

    def _of(self, annee: object) -> ActiveDataset | _Everything:
        """Return the dataset of a campagne, with the contract in force then; the whole contract for several years."""
        if annee is None:
            return self._whole
        known = str(annee).isdecimal() and int(str(annee)) in self.campagnes
        return self._active(int(str(annee))) if known else self._any()

    @cached_property
    def _whole(self) -> _Everything:
        """All that was ever in force in the contract, with every campagne."""
        return _Everything(self.contrat, load_contract(self.workspace, self.contrat))

    @cached_property
    def _every(self) -> _Everything:
        """Every contract of the workspace, for the questions that set them side by side."""
        return _Everything(self.contrat, load_contracts(self.workspace))

    def query(self, nom: str, **parametres: object) -> pd.DataFrame:
        """Ask a question of the catalogue, as `ws.query("mobilisation-par-ambition", annee=2026)`.

        Returns the frame of frames.to_frame. Raises QueryUnknown, ParameterInvalid, CampagneInconnue.
        """
        from droitcommun.graph.frames import read_orders, to_frame

        question = find_query(nom)
        dataset = self._every if question.across else self._of(parametres.get("annee"))
        values = {name: str(v).lower() if isinstance(v, bool) else str(v) for name, v in parametres.items()}
        return to_frame(run(question, dataset, values), read_orders(dataset.store))

    def facts(self, annee: int) -> pd.DataFrame:
        """Return the flat table of a campagne: one row a moyen (see facts.colonnes)."""
        from droitcommun.graph.facts import facts
        from droitcommun.graph.frames import read_orders, to_frame

        dataset = self._active(annee)
        return to_frame(facts(dataset), read_orders(dataset.store))

    def diff(self, annee1: int, annee2: int) -> pd.DataFrame:
        """Return the rows of diff.compare; attrs["phrases"] and attrs["perimetre"] hold its sentences."""
        from droitcommun.graph.diff import compare
        from droitcommun.graph.frames import read_orders, to_frame

        dataset = self._whole
        found = compare(dataset, annee1, annee2)
        frame = to_frame(found.table, read_orders(dataset.store))
        frame.attrs |= {"phrases": list(found.phrases), "perimetre": list(found.perimetre)}
        return frame

    def check(self, annee: int, jour: date | None = None) -> pd.DataFrame:
        """Return the findings of a campagne on *jour* (today when None): one row a finding.

        Columns: id, regle, gravite (ordered: info < warning < violation), etat, destinataire, organisme, sujet,
        libelle, valeur, message, correction, reference, fichier, feuille, cellule (of its first source).
        """
        import pandas as pd

        dataset = activate(self.workspace, self.contrat, annee, alone=True)
        report = check_campagne(dataset, jour or date.today(), originals=self.workspace.originals.path)
        names: tuple[str, ...] = (
            "id",
            "regle",
            "gravite",
            "etat",
            "destinataire",
            "organisme",
            "sujet",
            "libelle",
            "valeur",
        )
        names += ("message", "correction", "reference")
        rows = []
        for finding in report.findings:
            row = {name: getattr(finding, name) for name in names}
            place = asdict(finding.sources[0]) if finding.sources else {}
            rows.append(row | {name: place.get(name) for name in ("fichier", "feuille", "cellule")})
        frame = pd.DataFrame(rows, columns=[*names, "fichier", "feuille", "cellule"], dtype="string")
        frame["gravite"] = frame["gravite"].astype(pd.CategoricalDtype(["info", "warning", "violation"], ordered=True))
        frame.attrs = {"contrat": report.contrat, "campagne": annee, "non_verifie": list(report.not_checked)}
        return frame

    def explain(self, sujet: str, annee: int | None = None, **parametres: object) -> Explication:
        """Walk a figure, a cell or a node back to its cells: see explain.explain (the last campagne when None)."""
        from droitcommun.graph.explain import explain

        dataset = self._any() if annee is None else self._active(annee)
        values = {name: str(value) for name, value in parametres.items()}
        return explain(dataset, sujet, self.workspace.originals.path, values)

    def network(self, nom: str, annee: int, phase: str = "realise") -> Reseau:
        """Return a networkx graph: organisme-ambition, -qpv, -engagement or -organisme. Raises NetworkUnknown."""
        from droitcommun.graph.network import build_network

        return build_network(nom, self._active(annee), phase)

    def measures(self, nom: str, annee: int) -> list[Mesure]:
        """Return what the network tells: questions, sentences, numbers and tables."""
        from droitcommun.graph.networkmeasures import measures

        return measures(nom, self.network(nom, annee))

    def sparql(
        self, texte: str, secondes: float | None = None, lignes: int | None = None
    ) -> pd.DataFrame | bool | rdflib.Graph:
        """Ask a SPARQL question of one's own.

        Returns a frame of strings (SELECT), a boolean (ASK) or an rdflib graph (CONSTRUCT).
        Raises SparqlRefused, SparqlStopped.
        """
        import pandas as pd
        import rdflib

        from droitcommun.graph.sparql import ask_store

        answer = ask_store(self._any().store, texte, secondes, lignes)
        if answer.truth is not None:
            return answer.truth
        if answer.triples is not None:
            text = "".join(f"{s} {p} {o} .\n" for s, p, o in answer.triples)
            return rdflib.Graph().parse(data=text, format="nt")
        rows = [{name: row[name].value if name in row else None for name in answer.columns} for row in answer.rows]
        return pd.DataFrame(rows, columns=list(answer.columns), dtype="string")

    @cached_property
    def dataset(self) -> rdflib.Dataset:
        """The current graphs, each under its name, and all that is derived under one; made once (some seconds)."""
        import rdflib

        found = rdflib.Dataset(default_union=True)
        for prefix, iri in PREFIXES.items():
            found.bind(prefix, iri)
        seen: set[str] = set()
        for genre in ("contrat", *ACTIFS):
            for entry in self.workspace.graphs.entries(genre, self.contrat):
                lines = [f"{s} {p} {o} .\n" for s, p, o in self.workspace.graphs.triples(entry)]
                seen.update(lines)
                found.graph(rdflib.URIRef(entry.iri)).parse(data="".join(lines), format="nt")
        rest = (f"{s} {p} {o} .\n" for s, p, o in self._any().store.triples())
        derived = found.graph(rdflib.URIRef(graph_iri(self.contrat, "derive")))
        derived.parse(data="".join(line for line in rest if line not in seen), format="nt")
        return found


def open_space(dossier: str | Path | None = None, contrat: str | None = None) -> Espace:
    """Open the workspace of a folder (or of the nearest one above the current folder when None).

    Raises WorkspaceNotFound, ContratInconnu.
    """
    workspace = Workspace.open(Path(dossier) if dossier is not None else None)
    return Espace(workspace, workspace.choose_contrat(contrat))
