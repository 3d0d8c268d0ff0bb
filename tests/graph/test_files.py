"""Files written whole or not at all, and why the system refused said in the user's language."""

from __future__ import annotations

import errno
import os
import resource
import signal
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from droitcommun.graph.errors import WriteFailed
from droitcommun.graph.files import os_reason, write_atomic
from droitcommun.graph.lots import write_together


def test_a_full_disk_leaves_the_former_file_and_no_draft(tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    write_atomic(target, b"avant")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
        with pytest.raises(WriteFailed, match="dépasse la taille permise"):
            write_atomic(target, b"x" * 5000)
        with pytest.raises(WriteFailed, match=r"page\.html"):
            write_together({tmp_path / "autre.html": b"y", target: b"x" * 5000})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert target.read_bytes() == b"avant"
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_a_folder_where_a_file_should_be(tmp_path: Path) -> None:
    (tmp_path / "dossier").mkdir()
    (tmp_path / "dossier" / "x").write_text("x", encoding="utf-8")
    with pytest.raises(WriteFailed, match="c'est un dossier"):
        write_atomic(tmp_path / "dossier", b"x")
    with pytest.raises(WriteFailed, match="n'est pas un dossier"):
        write_atomic(tmp_path / "dossier" / "x" / "page.html", b"x")
    assert stat.S_ISDIR((tmp_path / "dossier").stat().st_mode)


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "tube"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_atomic(pipe, b"page")
        assert os.read(reader, 10) == b"page"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert [path.name for path in tmp_path.iterdir()] == ["tube"]


@pytest.mark.parametrize("write", [write_atomic, lambda path, data: write_together({path: data})])
def test_the_output_of_the_command_sent_to_a_file_is_written_to(write: Callable, tmp_path: Path) -> None:
    """/dev/stdout is then a link to a file: to replace it would be to take it away from the system."""
    target = tmp_path / "sortie.html"
    with target.open("wb") as stream:
        write(Path(f"/dev/fd/{stream.fileno()}"), b"page")
    assert target.read_bytes() == b"page"
    assert [path.name for path in tmp_path.iterdir()] == ["sortie.html"]


@pytest.mark.parametrize(
    "code", [errno.ENOENT, errno.EACCES, errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EIO, errno.EISDIR, errno.EMFILE]
)
def test_the_reason_is_never_the_system_s_own_words(code: int) -> None:
    said = os_reason(OSError(code, os.strerror(code)))
    assert said and os.strerror(code) not in said and "erreur" not in said


def test_an_unknown_reason_gives_its_code() -> None:
    assert "ESTALE" in os_reason(OSError(errno.ESTALE, "Stale file handle"))
    assert os_reason(OSError("sans numéro"))
