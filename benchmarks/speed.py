"""What fastlint costs on top of parsing: both over the same files, in one process.

Only the ratios mean something on another machine. The garbage collector is off for all
of it, because it slows libcst's parser down by half.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import libcst

from fastlint import config, engine
from fastlint.discovery import discover
from fastlint.extraction import extract
from fastlint.sources import Location, SourceFile, read


def report(projects: Sequence[Path], rounds: int) -> None:
    """Prints one row for every project: the median of the rounds."""
    print(f"{'project':28}{'kLOC':>8}{'parse s':>9}{'extraction':>12}{'whole run':>11}")
    for project in projects:
        print(row(project, rounds), flush=True)


def row(project: Path, rounds: int) -> str:
    settings = config.load([project], overrides={"jobs": 1})
    locations = discover([project], settings).locations
    sources = [source for source in map(read, locations) if isinstance(source, SourceFile)]
    parsing, extracting, running = [], [], []
    for _ in range(rounds):
        # Taken in turns, so that what else the machine does strikes all three.
        parsing.append(seconds(lambda: parse(sources)))
        extracting.append(seconds(lambda: extract_all(locations)))
        running.append(seconds(lambda: engine.run([project], settings)))
    base = statistics.median(parsing)
    lines = sum(source.text.count("\n") for source in sources)
    return (
        f"{project.name:28}{lines / 1000:8.1f}{base:9.2f}"
        f"{statistics.median(extracting) / base:11.2f}x{statistics.median(running) / base:10.2f}x"
    )


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes, with the garbage collector off and nothing left to collect."""
    gc.collect()
    gc.disable()
    try:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start
    finally:
        gc.enable()


def parse(sources: Sequence[SourceFile]) -> None:
    for source in sources:
        try:
            libcst.parse_module(source.text)
        except libcst.ParserSyntaxError:  # a template, or broken: fastlint meets it too
            continue


def extract_all(locations: Sequence[Location]) -> None:
    for location in locations:
        source = read(location)
        if isinstance(source, SourceFile):
            extract(source)
