"""What the whole program costs after its files are read: facts first, then every rule.

One process, the garbage collector off, as in a run of fastlint. The ratio to extraction holds
on any machine; the seconds for 500,000 lines are this one's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpus import count_lines
from fastlint import catalogues, config, rulebook, workers
from fastlint.discovery import discover
from fastlint.extraction import Extraction, extract
from fastlint.project import Project
from fastlint.rule import discover_rules
from fastlint.selection import select
from fastlint.sources import SourceFile, read
from fastlint.summaries import ModuleSummary

LINES = 500_000


def report(projects: Sequence[Path]) -> None:
    """Prints one row for every project."""
    print(
        f"{'project':28}{'kLOC':>8}{'extraction':>12}{'facts':>8}{'rules':>8}"
        f"{'of extraction':>15}{'s/500 kLOC':>12}"
    )
    for project in projects:
        print(row(project), flush=True)


def row(folder: Path) -> str:
    with workers.collector_off():
        return workers.deep(lambda: measure(folder))


def measure(folder: Path) -> str:
    """One project: seconds for reading its files, for the facts, for the rules."""
    lines = count_lines(folder)
    start = time.perf_counter()
    summaries = list(extracted(folder))
    extraction = time.perf_counter() - start
    bundled = catalogues.bundled_files(rulebook.rules_root() / "catalogues")
    settings = config.load([folder], isolated=True)
    selected = select(settings, rulebook.load()).rules
    rules = [rule for rule in discover_rules() if rule.name in selected]
    options = {rule.name: settings.options(rule.name, rule.options) for rule in rules}
    project: Project[Any] = Project(summaries, catalogues.load(bundled), selected=options)
    facts = seconds(lambda: find_facts(project))
    checks = seconds(
        lambda: [
            list(check(project.for_rule(rule, options[rule.name])))
            for rule in rules
            for check in rule.project_checks
        ]
    )
    return (
        f"{folder.name:28}{lines / 1000:8.1f}{extraction:12.2f}{facts:8.2f}{checks:8.2f}"
        f"{(facts + checks) / extraction:14.2f}x{facts * LINES / lines:6.2f} +"
        f"{checks * LINES / lines:5.2f}"
    )


def extracted(folder: Path) -> Iterator[ModuleSummary]:
    for location in discover([folder], config.load([folder], isolated=True)).locations:
        source = read(location)
        extraction = extract(source) if isinstance(source, SourceFile) else None
        if isinstance(extraction, Extraction):
            yield extraction.summary


def find_facts(project: Project[Any]) -> None:
    """Calls, contexts, effects and coroutines: what the rules ask."""
    _ = project.contexts.reached
    list(project.effects.reaches())
    _ = project.coroutines.values


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
