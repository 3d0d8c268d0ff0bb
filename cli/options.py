"""Options and arguments that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from droitcommun.graph.langue import _

if TYPE_CHECKING:
    from droitcommun.graph.store import Store
    from droitcommun.graph.workspace import Workspace

DATE_VARIABLE = "DROITCOMMUN_DATE"
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class LoadedContract:
    """One contract and everything current of it, in the default graph of a store."""

    contrat: str
    store: Store


@dataclass(frozen=True)
class Session:
    """What the options before the command said."""

    folder: Path | None
    contrat: str | None
    verbose: bool

    def workspace(self) -> Workspace:
        """Open the workspace. Raises WorkspaceNotFound."""
        from droitcommun.graph.workspace import Workspace

        return Workspace.open(self.folder)

    def loaded_contract(self, annee: int | None = None) -> LoadedContract:
        """Open the workspace and load the current graphs of the contract, all campagnes together.

        Raises CampagneInconnue when *annee* is given and was never opened.
        """
        from droitcommun.graph.dataset import activate, load_contract

        workspace = self.workspace()
        if annee is not None:
            dataset = activate(workspace, self.contrat, annee)
            return LoadedContract(dataset.contrat, dataset.store)
        contrat = workspace.choose_contrat(self.contrat)
        return LoadedContract(contrat, load_contract(workspace, contrat))

    def loaded_contract_of(self, annee: str | None) -> LoadedContract:
        """Load the contract as in force in the campagne that a question names, else with all that it ever was."""
        from droitcommun.graph.campagnes import list_campagnes

        workspace = self.workspace()
        contrat = workspace.choose_contrat(self.contrat)
        known = [str(info.annee) for info in list_campagnes(workspace, contrat)]
        return self.loaded_contract(int(annee) if annee in known and annee is not None else None)

    def loaded_contracts(self) -> LoadedContract:
        """Load every contract of the workspace together, under the code of the chosen one, or of the first."""
        from droitcommun.graph.dataset import load_contracts

        workspace = self.workspace()
        contrat = self.contrat or workspace.contrats()[0]
        return LoadedContract(workspace.choose_contrat(contrat), load_contracts(workspace))

    @staticmethod
    def today() -> date:
        """Return the day the command runs, or the one DROITCOMMUN_DATE imposes (reproducible runs)."""
        imposed = os.environ.get(DATE_VARIABLE)
        return parse_date(imposed) if imposed else date.today()


pass_session = click.make_pass_decorator(Session)


def parse_date(text: str) -> date:
    """Read 2026-06-30 or 30/06/2026. Raises click.BadParameter."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    raise click.BadParameter(
        _("« {valeur} » n'est pas une date. Écrivez-la AAAA-MM-JJ, par exemple 2026-06-30.").format(valeur=text)
    )


class DateType(click.ParamType[date]):
    """A day, as a date."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the text of an option."""
        return value if isinstance(value, date) else parse_date(value)


class AnneeType(click.ParamType[int]):
    """The year of a campagne, as an integer of four digits."""

    name = "annee"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read the text of an argument."""
        if isinstance(value, int):
            return value
        if value.isascii() and value.isdigit() and len(value) == 4:
            return int(value)
        return self.fail(_("« {valeur} » n'est pas une année : quatre chiffres, comme 2026.").format(valeur=value))


DATE = DateType()
ANNEE = AnneeType()


def annee_argument() -> Callable[[F], F]:
    """Return the argument ANNEE."""
    return click.argument("annee", type=ANNEE, metavar="ANNEE", help=_("L'année de la campagne, comme 2026."))


def campagne_option(required: bool = False) -> Callable[[F], F]:
    """Return the option --campagne."""
    return click.option(
        "--campagne", "annee", type=ANNEE, metavar="ANNEE", required=required, help=_("L'année d'une campagne.")
    )


def format_option(*formats: str) -> Callable[[F], F]:
    """Return the option --format; the first of *formats* is the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help=_("La forme du résultat."),
    )


def out_option(help_text: str | None = None) -> Callable[[F], F]:
    """Return the option --out for one file."""
    return click.option(
        "--out",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FICHIER",
        help=help_text or _("Écrit le résultat dans ce fichier au lieu de l'afficher."),
    )
