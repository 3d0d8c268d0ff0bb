"""droitcommun query: a question of the catalogue."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from droitcommun.cli.options import Session, format_option, out_option, pass_session
from droitcommun.cli.output import deliver, notice
from droitcommun.graph.errors import ParameterInvalid
from droitcommun.graph.langue import _

if TYPE_CHECKING:
    from droitcommun.graph.catalogue import Query, Table


@click.command(
    "query",
    help=_("Pose la question NOM du catalogue. Sans NOM, ou avec --list, montre toutes les questions."),
    short_help=_("Pose une question du catalogue."),
)
@click.argument("nom", required=False, metavar=_("[NOM]"), help=_("Le nom de la question."))
@click.option(
    "-p", "--param", "parameters", multiple=True, metavar=_("NOM=VALEUR"), help=_("Un paramètre, comme « annee=2026 ».")
)
@click.option("--list", "listing", is_flag=True, help=_("Montre les questions, leurs paramètres et leurs colonnes."))
@format_option("table", "csv", "json", "xlsx", "md")
@out_option()
@pass_session
def command(
    session: Session, nom: str | None, parameters: tuple[str, ...], listing: bool, form: str, out: Path | None
) -> None:
    """Run one query, or list them."""
    from droitcommun.graph.catalogue import find_query, load_catalogue, run
    from droitcommun.graph.export import tables
    from droitcommun.graph.export.cells import en_mots
    from droitcommun.graph.pictures.contexte import read_lexique

    if listing or nom is None:
        if form not in ("table", "json"):
            raise click.UsageError(_("La liste des questions se montre en « table » ou en « json »."))
        queries = load_catalogue().values()
        listed = _listing_json(queries) if form == "json" else "\n".join(_listing(queries))
        deliver(listed, out, machine=form == "json")
        return
    query = find_query(nom)
    if form == "xlsx" and out is None:
        raise click.UsageError(_("Un classeur ne s'affiche pas : donnez un fichier avec --out."))
    values = values_of(nom, parameters)
    if query.across:
        loaded = session.loaded_contracts()
    else:
        loaded = session.loaded_contract_of(values.get("annee"))
    table = run(query, loaded, values)
    if form in ("table", "md"):
        table = en_mots(read_lexique(loaded.store), table)
    write: dict[str, Callable[[Table], str | bytes]] = {
        "table": tables.to_text,
        "csv": tables.to_csv,
        "json": tables.to_json,
        "xlsx": tables.to_xlsx,
        "md": tables.to_markdown,
    }
    deliver(write[form](table), out, machine=form != "table")
    if out is not None:
        notice(_("Écrit : {fichier}").format(fichier=out))


def values_of(query: str, parameters: Iterable[str]) -> dict[str, str]:
    """Return the values of « -p NOM=VALEUR ». Raises ParameterInvalid when one has no sign equal."""
    values: dict[str, str] = {}
    for parameter in parameters:
        name, equals, value = parameter.partition("=")
        if not equals:
            raise ParameterInvalid(query, name, _("écrivez « -p {nom}=VALEUR »").format(nom=name))
        values[name.strip()] = value.strip()
    return values


def _listing(queries: Iterable[Query]) -> Iterator[str]:
    for query in queries:
        yield query.name
        yield f"  {query.title}"
        parts = [p.name if p.default is None else f"{p.name}={p.default}" for p in query.parameters]
        yield "  " + _("paramètres : {liste}").format(liste=", ".join(parts) or _("aucun"))
    yield ""
    yield _("Pour poser une question : « droitcommun query NOM -p annee=2026 ».")


def _listing_json(queries: Iterable[Query]) -> str:
    listed: list[dict[str, Any]] = [
        {
            "nom": q.name,
            "titre": q.title,
            "description": q.description,
            "usage": q.use,
            "parametres": [
                {"nom": p.name, "type": p.type, "description": p.description, "defaut": p.default} for p in q.parameters
            ],
            "colonnes": [
                {"nom": c.name, "type": c.type, "unite": c.unit, "description": c.description} for c in q.columns
            ],
        }
        for q in queries
    ]
    return json.dumps({"requetes": listed}, ensure_ascii=False, indent=1)
