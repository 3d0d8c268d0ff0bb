"""Write docs/reference/*.md from the headers of commands, queries, shapes and vocabulary. No fact is typed here twice.

Run it through « make docs »; a test says when a page is out of step.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import resources
from pathlib import Path

import click

from droitcommun.cli.main import build, choose_langue
from droitcommun.graph.catalogue import load_catalogue
from droitcommun.graph.names import local_code
from droitcommun.graph.reference import reference_store
from droitcommun.graph.store import Row, Store

FOLDER = Path(__file__).parent / "reference"
GENERATED = "<!-- Page engendrée par « make docs » : ne la corrigez pas ici, mais à sa source ({source}). -->"
GRAVITES = {"Violation": "à corriger", "Warning": "à compléter", "Info": "pour information"}

RULES = """
SELECT ?regle ?code ?libelle ?gravite ?correction ?destinataire ?nonVerifiee
       (GROUP_CONCAT(DISTINCT ?ligne ; separator=", ") AS ?lignes)
       (GROUP_CONCAT(DISTINCT ?texte ; separator=", ") AS ?textes) WHERE {
  ?regle a cdv:Regle ; dcterms:identifier ?code .
  OPTIONAL { ?regle rdfs:label ?libelle FILTER(lang(?libelle) = "fr") }
  OPTIONAL { ?regle sh:severity ?gravite }
  OPTIONAL { ?regle cdv:correction ?correction FILTER(lang(?correction) = "fr") }
  OPTIONAL { ?regle cdv:destinataire ?destinataire }
  OPTIONAL { ?regle cdv:nonVerifiee ?nonVerifiee }
  OPTIONAL { ?regle cdv:ligneSource ?ligne }
  OPTIONAL { ?regle dcterms:source ?texte FILTER(isLiteral(?texte)) }
} GROUP BY ?regle ?code ?libelle ?gravite ?correction ?destinataire ?nonVerifiee ORDER BY ?code
"""

# What a rule may say: itself, its parts, and the form fields whose faults count for it.
MESSAGES = """
SELECT DISTINCT ?regle ?message WHERE {
  ?regle a cdv:Regle .
  { ?regle sh:message ?message } UNION { ?regle sh:property|sh:sparql ?part . ?part sh:message ?message }
  UNION { ?part cdv:regle ?regle ; sh:message ?message }
  FILTER(lang(?message) = "fr")
} ORDER BY ?regle ?message
"""

TERMS = """
SELECT ?terme ?type ?libelle ?definition ?domaine ?portee WHERE {
  VALUES ?type { <http://www.w3.org/2002/07/owl#Class> <http://www.w3.org/2002/07/owl#ObjectProperty>
                 <http://www.w3.org/2002/07/owl#DatatypeProperty>
                 <http://www.w3.org/2002/07/owl#AnnotationProperty> }
  ?terme a ?type . FILTER(STRSTARTS(STR(?terme), "https://w3id.org/droit-commun/def#"))
  OPTIONAL { ?terme rdfs:label ?libelle FILTER(lang(?libelle) = "fr") }
  OPTIONAL { ?terme skos:definition ?definition FILTER(lang(?definition) = "fr") }
  OPTIONAL { ?terme rdfs:domain ?domaine FILTER(isIRI(?domaine)) }
  OPTIONAL { ?terme rdfs:range ?portee FILTER(isIRI(?portee)) }
} ORDER BY ?terme
"""

SCHEMES = """
SELECT ?scheme ?titre ?definition WHERE {
  ?scheme a skos:ConceptScheme ; skos:prefLabel ?titre . FILTER(lang(?titre) = "fr")
  OPTIONAL { ?scheme skos:definition ?definition FILTER(lang(?definition) = "fr") }
} ORDER BY ?scheme
"""

CONCEPTS = """
SELECT ?scheme ?code ?libelle WHERE {
  ?concept skos:inScheme ?scheme ; skos:notation ?code ; skos:prefLabel ?libelle . FILTER(lang(?libelle) = "fr")
  OPTIONAL { ?concept cdv:ordre ?ordre }
} ORDER BY ?scheme ?ordre ?code
"""


def text(row: Row, name: str) -> str:
    """Return the value of one column of a row, "" when unbound."""
    return row[name].value if name in row else ""


def cell(value: str) -> str:
    """Return *value* fit for a cell of a Markdown table."""
    return " ".join(value.split()).replace("|", "\\|")


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    yield "| " + " | ".join(headers) + " |"
    yield "|" + "---|" * len(headers)
    for row in rows:
        yield "| " + " | ".join(cell(value) for value in row) + " |"
    yield ""


def walk(command: click.Command, name: str, parent: click.Context | None = None) -> Iterator[click.Context]:
    """Yield a context for each command that does something, in the order of the help."""
    context = click.Context(command, info_name=name, parent=parent)
    if not isinstance(command, click.Group):
        yield context
        return
    for inner in command.list_commands(context):
        found = command.get_command(context, inner)
        if found is not None:
            yield from walk(found, inner, context)


def commands_page() -> Iterator[str]:
    """Describe every command: usage, help, arguments and options."""
    choose_langue(["--lang", "fr"])
    root = build()
    yield "# Commandes"
    yield ""
    yield "Avant la commande, les options de `droitcommun` lui-même :"
    yield ""
    yield from parameters(click.Context(root, info_name="droitcommun"))
    for context in walk(root, "droitcommun"):
        command = context.command
        yield f"## {context.command_path.removeprefix('droitcommun ')}"
        yield ""
        yield f"`{context.command_path} {' '.join(command.collect_usage_pieces(context))}`"
        yield ""
        yield command.help or ""
        yield ""
        yield from parameters(context)


def parameters(context: click.Context) -> Iterator[str]:
    """Yield the table of the arguments and options of one command."""
    records = [param.get_help_record(context) for param in context.command.params]
    yield from table(["paramètre", "sens"], ((f"`{r[0]}`", r[1]) for r in records if r))


def queries_page() -> Iterator[str]:
    """Describe every question of the catalogue."""
    yield "# Questions du catalogue"
    yield ""
    yield "Chacune se pose par `droitcommun query NOM -p annee=2026`. Une case vide est une valeur inconnue."
    yield ""
    for query in load_catalogue().values():
        yield f"## {query.name}"
        yield ""
        yield f"**{query.title}** {query.description}"
        yield ""
        yield f"Usage : {query.use}"
        yield ""
        yield from table(
            ["paramètre", "type", "par défaut", "sens"],
            ((f"`{p.name}`", p.type, p.default or "", p.description) for p in query.parameters),
        )
        yield from table(
            ["colonne", "type", "unité", "sens"],
            ((f"`{c.name}`", c.type, c.unit, c.description) for c in query.columns),
        )


def shapes_store() -> Store:
    """Return a store that holds the shapes and the codes."""
    store = reference_store()
    files = (f for f in resources.files("droitcommun.shapes").iterdir() if f.name.endswith(".ttl"))
    for file in sorted(files, key=lambda f: f.name):
        store.load_bytes(file.read_bytes(), ".ttl", name=file.name)
    return store


def rules_page() -> Iterator[str]:
    """Describe every rule of `check`."""
    yield "# Règles de la vérification"
    yield ""
    yield "Ce que `droitcommun check ANNEE` vérifie. Dans un énoncé, `{…}` est remplacé par ce qui est trouvé. Les"
    yield "références `L…` sont des lignes du document du contrat."
    yield ""
    store = shapes_store()
    people = {
        text(r, "code"): text(r, "libelle") for r in store.select(CONCEPTS) if "destinataire" in text(r, "scheme")
    }
    messages = store.select(MESSAGES)
    rules = store.select(RULES)
    for row in (r for r in rules if "nonVerifiee" not in r):
        yield f"## {text(row, 'code')} : {text(row, 'libelle')}"
        yield ""
        yield f"- gravité : **{GRAVITES.get(local_code(text(row, 'gravite')), '')}**"
        said = [_message(m) for m in messages if text(m, "regle") == text(row, "regle")]
        yield from ([f"- constat : {said[0]}"] if len(said) == 1 else ["- constats :", *(f"  - {one}" for one in said)])
        yield f"- que faire : {cell(text(row, 'correction'))}"
        code = local_code(text(row, "destinataire"))
        yield f"- qui peut agir : {people.get(code, code)}"
        origin = ", ".join(part for part in (text(row, "lignes"), text(row, "textes")) if part)
        if origin:
            yield f"- référence : {origin}"
        yield ""
    yield "## Ce qui n'est pas vérifié"
    yield ""
    yield from table(
        ["règle", "ce qui manque", "référence"],
        ((text(r, "code"), text(r, "libelle"), text(r, "lignes")) for r in rules if "nonVerifiee" in r),
    )


def _message(row: Row) -> str:
    return cell(re.sub(r"\{\?(\w+)\}", r"{\1}", text(row, "message")))


def vocabulary_page() -> Iterator[str]:
    """Describe every term of the vocabulary and every list of codes."""
    store = reference_store()
    terms = store.select(TERMS)
    yield "# Vocabulaire"
    yield ""
    yield "Préfixe `cdv:` : `https://w3id.org/droit-commun/def#`."
    yield ""
    yield "## Classes"
    yield ""
    classes = [r for r in terms if local_code(text(r, "type")) == "Class"]
    yield from table(
        ["terme", "libellé", "définition"],
        ((f"`{_name(r, 'terme')}`", text(r, "libelle"), text(r, "definition")) for r in classes),
    )
    yield "## Propriétés"
    yield ""
    properties = {text(r, "terme"): r for r in terms if local_code(text(r, "type")) != "Class"}
    yield from table(
        ["terme", "libellé", "définition", "valeur"],
        (
            (f"`{_name(r, 'terme')}`", text(r, "libelle"), text(r, "definition"), _name(r, "portee"))
            for r in properties.values()
        ),
    )
    yield "## Listes de codes"
    yield ""
    concepts = store.select(CONCEPTS)
    for scheme in store.select(SCHEMES):
        yield f"### {text(scheme, 'titre')} (`{local_code(text(scheme, 'scheme'))}`)"
        yield ""
        yield text(scheme, "definition")
        yield ""
        yield from table(
            ["code", "libellé"],
            (
                (f"`{text(c, 'code')}`", text(c, "libelle"))
                for c in concepts
                if text(c, "scheme") == text(scheme, "scheme")
            ),
        )


def _name(row: Row, column: str) -> str:
    """Return a term as a reader writes it: cdv:Action, xsd:date."""
    iri = text(row, column)
    for prefix, base in (
        ("cdv", "droit-commun/def#"),
        ("xsd", "XMLSchema#"),
        ("skos", "skos/core#"),
        ("prov", "ns/prov#"),
    ):
        if base in iri:
            return f"{prefix}:{local_code(iri)}"
    return iri


PAGES: dict[str, tuple[str, Callable[[], Iterator[str]]]] = {
    "commandes.md": ("cli/*.py", commands_page),
    "requetes.md": ("queries/catalogue/*.rq", queries_page),
    "regles.md": ("shapes/*.ttl", rules_page),
    "vocabulaire.md": ("ontology/", vocabulary_page),
}


def page(name: str) -> str:
    """Return the content of one page."""
    source, make = PAGES[name]
    return "\n".join([GENERATED.format(source=source), "", *make()]).rstrip() + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in PAGES:
        (FOLDER / name).write_text(page(name), encoding="utf-8", newline="\n")
        print(FOLDER / name)
