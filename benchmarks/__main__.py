"""Measures fastlint on pinned real projects, which are downloaded on first use."""

from __future__ import annotations

import os
from pathlib import Path

import click

from benchmarks import corpus, phases, scale, speed

CACHE = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "fastlint-benchmarks"

corpus_option = click.option(
    "--corpus",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=CACHE,
    show_default=True,
    help="Where the projects are kept.",
)
most_option = click.option(
    "--most",
    type=click.IntRange(1),
    help="Only this many projects, the smallest ones.",
)


@click.group(help=__doc__, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    pass


@main.command("speed")
@corpus_option
@most_option
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
def speed_command(folder: Path, most: int | None, rounds: int) -> None:
    """One process: extraction and whole runs against libcst.parse_module alone."""
    speed.report(corpus.prepare(folder)[:most], rounds)


@main.command("phases")
@corpus_option
@most_option
def phases_command(folder: Path, most: int | None) -> None:
    """The project phase, facts and rules, beside the extraction that comes before it."""
    projects = corpus.prepare(folder)
    phases.report(projects[:most] if most else [*projects, corpus.everything(folder)])


@main.command("scale")
@corpus_option
@most_option
@click.option("--jobs", type=click.IntRange(1), default=os.cpu_count() or 1, show_default=True)
def scale_command(folder: Path, most: int | None, jobs: int) -> None:
    """Whole runs over growing projects: time and memory, with one job and with several."""
    projects = corpus.prepare(folder)
    scale.report(projects[:most] if most else [*projects, corpus.everything(folder)], jobs)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
