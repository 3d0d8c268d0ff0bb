"""droitcommun sparql: a question of one's own, read-only."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from droitcommun.cli.options import Session, campagne_option, format_option, out_option, pass_session
from droitcommun.cli.output import deliver, notice
from droitcommun.graph.errors import FileNotReadable
from droitcommun.graph.langue import _
from droitcommun.graph.names import PREFIXES

if TYPE_CHECKING:
    from droitcommun.graph.sparql import Answer
    from droitcommun.graph.store import Term


@click.command(
    "sparql",
    help=_(
        "Pose une question SPARQL (SELECT, ASK ou CONSTRUCT) au graphe du contrat. Les préfixes usuels sont connus "
        "(cdv:, skos:, dcterms: …). Rien ne s'écrit et rien ne sort de la machine."
    ),
    short_help=_("Pose une question SPARQL, en lecture seule."),
)
@click.argument("requete", required=False, metavar=_("[REQUETE]"), help=_("Le texte de la requête."))
@click.option(
    "-f",
    "--file",
    "fichier",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar=_("FICHIER.rq"),
    help=_("Lit la requête dans ce fichier."),
)
@campagne_option()
@click.option(
    "--secondes",
    type=click.FloatRange(min=0, min_open=True),
    default=30,
    show_default=True,
    metavar="N",
    help=_("Arrête la requête au bout de ce temps."),
)
@click.option(
    "--lignes",
    type=click.IntRange(min=1),
    default=10000,
    show_default=True,
    metavar="N",
    help=_("Ne garde que les premières lignes de la réponse."),
)
@format_option("table", "csv", "json", "ttl")
@out_option()
@pass_session
def command(
    session: Session,
    requete: str | None,
    fichier: Path | None,
    annee: int | None,
    secondes: float,
    lignes: int,
    form: str,
    out: Path | None,
) -> None:
    """Run the query and print its answer."""
    from droitcommun.graph.sparql import ask_store

    if (requete is None) == (fichier is None):
        raise click.UsageError(_("Donnez la requête en argument, ou un fichier avec -f (l'un ou l'autre)."))
    text = _read(fichier) if fichier else requete or ""
    answer = ask_store(session.loaded_contract(annee).store, text, secondes, lignes)
    graph = answer.triples is not None
    if (form == "ttl" and not graph) or (form in ("csv", "json") and graph):
        raise click.UsageError(_("« ttl » est la forme d'un CONSTRUCT ; les autres, celles d'un SELECT ou d'un ASK."))
    write = {"table": _as_table, "csv": _as_csv, "json": _as_json, "ttl": _as_turtle}["ttl" if graph else form]
    deliver(write(answer), out, machine=form != "table")
    if answer.cut:
        notice(_("Seules les {n} premières lignes sont là ; « --lignes » en garde davantage.").format(n=lignes))
    if out is not None:
        notice(_("Écrit : {fichier}").format(fichier=out))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileNotReadable(path, _("ce n'est pas un texte en UTF-8")) from error


def _as_table(answer: Answer) -> str:
    """Return the rows aligned, IRIs shortened by the usual prefixes; an ASK in one word."""
    if answer.truth is not None:
        return _("oui") if answer.truth else _("non")
    cells = [[_short(row.get(name)) for name in answer.columns] for row in answer.rows]
    widths = [max(map(len, column)) for column in zip(answer.columns, *cells, strict=True)]
    lines = [answer.columns, ["─" * width for width in widths], *cells]
    shown = ["  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join(shown if answer.rows else [*shown, _("Aucune ligne.")])


def _short(term: Term | None) -> str:
    if term is None:
        return "–"
    for prefix, base in sorted(PREFIXES.items(), key=lambda pair: -len(pair[1])):
        if str(term).startswith("<") and term.value.startswith(base):
            return f"{prefix}:{term.value.removeprefix(base)}"
    return " ".join(term.value.split())


def _as_csv(answer: Answer) -> str:
    """Return SPARQL 1.1 Query Results CSV, less what a spreadsheet would run as a formula."""
    from droitcommun.graph.export.tables import safe_text

    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(answer.columns if answer.truth is None else ["reponse"])
    if answer.truth is not None:
        writer.writerow([str(answer.truth).lower()])
    writer.writerows(
        [safe_text(row[name].value) if name in row else "" for name in answer.columns] for row in answer.rows
    )
    return target.getvalue()


def _as_json(answer: Answer) -> str:
    """Return SPARQL 1.1 Query Results JSON."""
    if answer.truth is not None:
        return json.dumps({"head": {}, "boolean": answer.truth})
    bindings = [{name: _json_term(row[name]) for name in answer.columns if name in row} for row in answer.rows]
    results = {"head": {"vars": list(answer.columns)}, "results": {"bindings": bindings}}
    return json.dumps(results, ensure_ascii=False, indent=1)


def _json_term(term: Term) -> dict[str, Any]:
    if str(term).startswith("<"):
        return {"type": "uri", "value": term.value}
    language, datatype = getattr(term, "language", None), getattr(term, "datatype", None)
    found: dict[str, Any] = {"type": "literal", "value": term.value}
    if language:
        found["xml:lang"] = language
    elif datatype is not None and datatype.value != PREFIXES["xsd"] + "string":
        found["datatype"] = datatype.value
    return found


def _as_turtle(answer: Answer) -> str:
    """Return the triples one a line: N-Triples, which every Turtle reader reads."""
    return "".join(f"{s} {p} {o} .\n" for s, p, o in answer.triples or ())
