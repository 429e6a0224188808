"""Where output goes: a terminal and its progress bar, a pipe that may close, a file."""

from __future__ import annotations

import io
import os
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

if TYPE_CHECKING:
    from rich.progress import Progress

WIDEST = 110
"""Text is not set wider, however wide the terminal is."""

PATIENCE = 0.5
"""Seconds until a progress bar appears."""


def is_colored() -> bool:
    """Whether stdout takes colors, and the user wants them."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not plain and sys.stdout.isatty()


def width() -> int:
    """How wide text is set."""
    return min(shutil.get_terminal_size().columns, WIDEST)


def show(text: str, *, color: bool = False) -> None:
    """Prints to stdout, whatever its encoding is, until its reader has seen enough."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        click.echo(text, nl=False, color=color)
        sys.stdout.flush()
    except BrokenPipeError:
        # Nothing may be left for the interpreter to flush when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write(path: Path, text: str) -> None:
    """Writes a file whole, or leaves it as it was. What is no regular file, such as
    `/dev/stderr`, is written to as it is. Raises OSError."""
    content = text.encode("utf-8", "backslashreplace")
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    target = path.resolve()  # a link stays a link
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        if target.exists():
            shutil.copymode(target, temporary)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


class ProgressBar:
    """A bar on stderr, if that is a terminal, once the run has taken a while."""

    def __init__(self, *, wanted: bool) -> None:
        self._wanted = wanted and sys.stderr.isatty()
        self._start = time.monotonic()
        self._bar: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, activity: str, done: int, total: int) -> None:
        """Shows that `done` of `total` is done of an activity."""
        if not self._wanted or time.monotonic() - self._start < PATIENCE:
            return
        if self._bar is None:
            self._bar = self._started()
        self._bar.update(self._bar.task_ids[0], description=activity, completed=done, total=total)

    def _started(self) -> Progress:
        from rich.console import Console  # noqa: PLC0415 - most runs need no bar
        from rich.progress import Progress  # noqa: PLC0415

        bar = Progress(console=Console(stderr=True), transient=True)
        bar.add_task("")
        bar.start()
        return bar
