"""The entry point, and the only place where an error becomes an exit code.

0 fine, 1 findings, 2 wrong usage, 3 bad input, 4 store or disk, 70 a bug, 130 interrupted by the user.
"""

from __future__ import annotations

import gc
import gettext
import os
import platform
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module, resources
from pathlib import Path

import click

from droitcommun import __version__
from droitcommun.cli.options import Session
from droitcommun.cli.output import notice, prepare_streams
from droitcommun.graph.errors import DroitCommunError
from droitcommun.graph.langue import LANGUES, _, set_langue

COMMANDS = (
    "demo",
    "init",
    "campagne",
    "template",
    "ingest",
    "mapping",
    "check",
    "visa",
    "waive",
    "link",
    "decision",
    "dialogue",
    "query",
    "sparql",
    "facts",
    "state",
    "network",
    "diff",
    "explain",
    "hackathon",
    "report",
    "export",
    "rebuild",
    "backup",
    "restore",
    "purge",
    "doctor",
)
LANGUE_VARIABLE = "DROITCOMMUN_LANG"
BUG, STORAGE, WRONG_USAGE, INTERRUPTED = 70, 4, 2, 130


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of a first use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"droitcommun.cli.{cmd_name}").command
        assert isinstance(command, click.Command)  # noqa: S101
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or propose the nearest of those that exist."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(error.command_name, possibilities=COMMANDS, ctx=ctx) from None


def build() -> LazyGroup:
    """Return the program's root command, its help in the current language."""

    @click.group(
        cls=LazyGroup,
        name="droitcommun",
        help=_("Suivre le droit commun d'un contrat de ville, du classeur reçu à la photographie de l'année."),
        epilog=_("Pour voir le résultat tout de suite : « droitcommun demo »."),
        subcommand_metavar=_("COMMANDE [ARGUMENTS]..."),
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    )
    @click.option(
        "-w",
        "--workspace",
        "folder",
        type=click.Path(path_type=Path, file_okay=False),
        metavar=_("DOSSIER"),
        help=_("L'espace de travail ; sinon, celui du dossier courant ou d'un dossier au-dessus."),
    )
    @click.option("-c", "--contrat", metavar="CODE", help=_("Le contrat ; inutile si l'espace n'en contient qu'un."))
    @click.option(
        "--lang",
        type=click.Choice(LANGUES),
        default="fr",
        envvar=LANGUE_VARIABLE,
        expose_value=False,
        help=_("La langue des messages (ou la variable DROITCOMMUN_LANG)."),
    )
    @click.option("-v", "--verbose", is_flag=True, help=_("Donne le détail, y compris celui d'une erreur interne."))
    @click.version_option(__version__, "--version", message="droitcommun %(version)s")
    @click.pass_context
    def root(ctx: click.Context, folder: Path | None, contrat: str | None, verbose: bool) -> None:
        ctx.obj = Session(folder=folder, contrat=contrat, verbose=verbose)

    return root


def _option_value(arguments: Sequence[str], name: str) -> str | None:
    for position, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == name and position + 1 < len(arguments):
            return arguments[position + 1]
        if argument.startswith(f"{name}="):
            return argument.partition("=")[2]
    return None


def choose_langue(arguments: Sequence[str]) -> None:
    """Set the language of our sentences and of click's own, before any command module writes its help."""
    asked = _option_value(arguments, "--lang") or os.environ.get(LANGUE_VARIABLE) or "fr"
    langue = asked if asked in LANGUES else "fr"
    set_langue(langue)
    os.environ["LANGUAGE"] = langue
    gettext.bindtextdomain("droitcommun", str(resources.files("droitcommun.graph") / "locale"))
    gettext.textdomain("droitcommun")


def main() -> None:
    """Run the program on the arguments of the process.

    A command lives for seconds and keeps nearly all it makes: looking for cycles often is time lost.
    """
    gc.set_threshold(100_000, 50, 50)
    sys.exit(run())


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code; None takes the arguments of the process (globs expanded on Windows)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    prepare_streams()
    choose_langue(given)
    color = False if os.environ.get("NO_COLOR") else None
    try:
        result = build().main(
            args=None if arguments is None else given, prog_name="droitcommun", standalone_mode=False, color=color
        )
        return result if isinstance(result, int) else 0
    except SystemExit:
        # Click leaves so when the reader of a help text has gone (« --help | head »).
        return 0
    except click.ClickException as error:
        error.show()
        return WRONG_USAGE
    except (click.Abort, KeyboardInterrupt):
        notice(_("Interrompu."))
        return INTERRUPTED
    except DroitCommunError as error:
        notice(_("Erreur : {message}").format(message=error))
        if error.__cause__ is not None and _verbose(given):
            notice(_("Détail : {cause}").format(cause=f"{type(error.__cause__).__name__}: {error.__cause__}"))
        return error.exit_code
    except OSError as error:
        notice(_("Erreur : {message}").format(message=_storage_sentence(error)))
        return STORAGE
    except Exception as error:
        notice(_bug_sentence(error, given))
        return BUG


def _verbose(arguments: Sequence[str]) -> bool:
    return any(a in ("-v", "--verbose") for a in arguments)


def _storage_sentence(error: OSError) -> str:
    from droitcommun.graph.files import os_reason

    reason = os_reason(error)
    if error.filename is None:
        return _("le disque ou le système a refusé ({raison}). Libérez de la place ou vérifiez vos droits.").format(
            raison=reason
        )
    return _("« {fichier} » : {raison}. Vérifiez qu'il existe, que vous y avez droit et qu'il est fermé.").format(
        fichier=error.filename, raison=reason
    )


def _bug_sentence(error: Exception, arguments: Sequence[str]) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    lines = [
        _("Erreur interne de droitcommun : ce n'est pas votre faute, et ce défaut nous intéresse."),
        _("Envoyez les lignes ci-dessous à l'équipe de l'outil, avec le fichier traité s'il ne contient pas de noms."),
        f"  droitcommun {__version__} · Python {platform.python_version()} · {platform.platform()}",
        "  " + _("commande : {commande}").format(commande=" ".join(["droitcommun", *arguments])),
        f"  {type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno})",
    ]
    if _verbose(arguments):
        lines.append("".join(traceback.format_exception(error)).rstrip())
    else:
        lines.append(_("Pour le détail : la même commande avec « -v » juste après « droitcommun »."))
    return "\n".join(lines)


if __name__ == "__main__":
    main()
