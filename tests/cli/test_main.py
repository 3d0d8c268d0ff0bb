"""The root command: French help, language, exit codes, narrow consoles, closed pipes, start-up."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

import click
import pytest

from droitcommun import __version__
from droitcommun.cli.main import COMMANDS, build, choose_langue
from droitcommun.graph.errors import RdfUnreadable, WorkspaceNotFound, WriteFailed

PROGRAM = [sys.executable, "-m", "droitcommun.cli.main"]
ENGLISH = re.compile(
    r"Usage|Options:|Commands:|Show this|Show the|Error|Missing|Try '|\[required\]|\[default|"
    r"\b(TEXT|INTEGER|PATH|FILE|FILENAME|DIRECTORY|DATE|COMMAND|ARGS|BOOLEAN)\b"
)


def commands() -> Iterator[tuple[str, ...]]:
    """Yield the path of every command, groups included."""
    choose_langue([])
    root = build()
    for name in COMMANDS:
        yield (name,)
        command = root.get_command(click.Context(root), name)
        if isinstance(command, click.Group):
            yield from ((name, inner) for inner in command.commands)


ALL = [(), *commands()]


@pytest.mark.parametrize("path", ALL, ids=lambda p: " ".join(p) or "droitcommun")
def test_every_command_has_a_french_help(cli: Callable, path: tuple[str, ...]) -> None:
    result = cli(*path, "--help")
    assert result.code == 0, result.err
    assert result.out.startswith(f"Utilisation\u00a0: {' '.join(['droitcommun', *path])}")
    assert not ENGLISH.search(result.out), ENGLISH.search(result.out)
    assert "Affiche cette aide." in result.out


@pytest.mark.parametrize("path", ALL[1:], ids=" ".join)
def test_every_option_is_explained(path: tuple[str, ...]) -> None:
    choose_langue([])
    command: click.Command = build()
    for name in path:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), name)
        assert found is not None
        command = found
    assert command.get_short_help_str()
    for param in command.params:
        if isinstance(param, click.Option):
            assert param.help, f"{path} {param.opts} has no help"


def test_the_list_of_commands_is_the_one_of_the_help(cli: Callable) -> None:
    shown = re.findall(r"^  ([a-z]+)  ", cli("--help").out, re.MULTILINE)
    assert tuple(shown) == COMMANDS


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["inconnue"], "Commande inconnue"),
        (["check"], "Il manque l'argument 'ANNEE'"),
        (["check", "26"], "n'est pas une année"),
        (["check", "2026", "--form"], "Option inconnue"),
        (["check", "2026", "--format", "pdf"], "n'est pas dans la liste"),
        (["campagne", "open", "2026", "--cloture", "demain"], "n'est pas une date"),
        (["--lang", "de", "doctor"], "n'est pas dans la liste"),
    ],
)
def test_wrong_usage_is_said_in_french_and_gives_2(cli: Callable, arguments: list[str], words: str) -> None:
    result = cli(*arguments)
    assert result.code == 2
    assert words in result.err
    assert not ENGLISH.search(result.err)
    assert result.out == ""


def _raising(error: BaseException) -> click.Command:
    def callback() -> None:
        raise error

    return click.Command("essai", callback=callback)


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (WorkspaceNotFound("ici"), 2, "droitcommun init DOSSIER"),  # type: ignore[arg-type]
        (RdfUnreadable("a.ttl", "ligne 3"), 3, "ligne 3"),
        (WriteFailed("a.xlsx", "verrouillé"), 4, "fermez-le"),  # type: ignore[arg-type]
        (OSError(28, "No space left on device"), 4, "le disque ou le système a refusé"),
        (PermissionError(13, "Permission denied", "a.csv"), 4, "« a.csv »"),
        (KeyboardInterrupt(), 130, "Interrompu."),
        (click.Abort(), 130, "Interrompu."),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_errors_become_exit_codes_here_and_only_here(
    cli: Callable, error: BaseException, code: int, words: str
) -> None:
    with mock.patch("droitcommun.cli.main.LazyGroup.get_command", return_value=_raising(error)):
        result = cli("essai")
    assert (result.code, result.out) == (code, "")
    assert words in result.err
    assert "Traceback" not in result.err


def test_a_bug_says_what_to_send_and_shows_its_detail_on_demand(cli: Callable) -> None:
    with mock.patch("droitcommun.cli.main.LazyGroup.get_command", return_value=_raising(KeyError("moyen"))):
        short, long = cli("essai"), cli("-v", "essai")
    assert short.code == long.code == 70
    assert "ce n'est pas votre faute" in short.err
    assert f"droitcommun {__version__}" in short.err
    assert "KeyError: 'moyen'" in short.err
    assert "Traceback" not in short.err
    assert "Traceback" in long.err


def test_without_a_workspace_the_message_says_how_to_make_one(cli: Callable, tmp_path) -> None:
    result = cli("-w", tmp_path, "doctor")
    assert result.code == 2
    assert "droitcommun init DOSSIER" in result.err


def test_version(cli: Callable) -> None:
    assert cli("--version").out == f"droitcommun {__version__}\n"


def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*PROGRAM, *arguments], capture_output=True, env={**os.environ, **env}, check=False)


@pytest.mark.parametrize("how", ["option", "option=", "variable"])
def test_english_on_demand(how: str) -> None:
    arguments = {"option": ["--lang", "en"], "option=": ["--lang=en"], "variable": []}[how]
    env = {"DROITCOMMUN_LANG": "en"} if how == "variable" else {}
    result = run(*arguments, "check", **env)
    assert result.returncode == 2
    assert b"Usage: droitcommun check [OPTIONS] ANNEE" in result.stderr
    assert b"Error: Missing argument 'ANNEE'" in result.stderr


def test_the_users_locale_does_not_change_the_language() -> None:
    result = run("check", LANG="en_GB.UTF-8", LC_ALL="C.UTF-8", LANGUAGE="en")
    assert b"Il manque l'argument" in result.stderr


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "latin-1"])
def test_a_narrow_console_never_crashes(encoding: str) -> None:
    result = run("--help", PYTHONIOENCODING=encoding)
    assert result.returncode == 0
    assert b"Traceback" not in result.stderr
    text = result.stdout.decode(encoding)
    assert "Utilisation" in text
    assert "?" not in text.partition("Options")[0]


@pytest.mark.parametrize("arguments", [["query", "--list"], ["query", "--list", "--format", "json"], ["--help"]])
def test_a_reader_that_leaves_is_no_error(arguments: list[str]) -> None:
    with subprocess.Popen([*PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        stderr = process.stderr.read()
        code = process.wait()
    assert (code, stderr) == (0, b"")


def test_the_help_starts_without_the_heavy_libraries() -> None:
    probe = (
        "import sys; from droitcommun.cli.main import run; run(['--help']); "
        "heavy = {'pandas', 'numpy', 'rdflib', 'pyshacl', 'networkx', 'openpyxl', 'pyoxigraph', 'jinja2', 'babel'}; "
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", probe], capture_output=True, check=True)
    assert result.stderr.decode().strip() == "[]"


def test_a_parser_s_own_words_are_kept_for_who_asks(cli: Callable, tmp_path: Path) -> None:
    broken = tmp_path / "faux.ttl"
    broken.write_text("@prefix a: <https://exemple.fr/> .\na:un a:dit bof .", encoding="utf-8")
    result = cli("init", tmp_path / "x", "--contrat", broken)
    assert result.code == 3
    assert "ligne 2, colonne 12 : « bof » n'est pas une valeur" in result.err
    assert "Détail" not in result.err
    detailed = cli("-v", "init", tmp_path / "x", "--contrat", broken)
    assert "Détail : SyntaxError: Parser error at line 2" in detailed.err
