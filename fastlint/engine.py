"""A run from paths to report: discover, read, extract, analyse the project, check, settle.

Whatever fails costs one Problem and nothing else. The report depends only on the files and
the settings: not on the number of processes, nor on the order in which they finish.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from fastlint import catalogues, rulebook, workers
from fastlint.catalogues import Catalogue
from fastlint.config import Config
from fastlint.diagnostics import (
    Finding,
    Problem,
    ProblemKind,
    Report,
    Severity,
    Summary,
)
from fastlint.discovery import Discovery, discover
from fastlint.extraction import Extraction, extract
from fastlint.project import Project
from fastlint.project.versions import Versions
from fastlint.rule import Options, Rule, discover_rules
from fastlint.rulebook import Rulebook
from fastlint.selection import Selection, select
from fastlint.settlement import settle
from fastlint.sources import Location, line_starts, read
from fastlint.summaries import ModuleSummary
from fastlint.versions import detect

T = TypeVar("T")

SMALL_PROJECT = 500_000
"""Bytes of source up to which one process is faster: reading them takes about twice the 0.3
seconds that pass until worker processes are at work."""

PROJECT = "."
"""The path of problems that belong to no single file."""

Progress: TypeAlias = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done, and how much there is to do."""


def _quietly(_activity: str, _done: int, _total: int) -> None:
    pass


def run(
    paths: Sequence[Path],
    config: Config,
    *,
    stdin: tuple[str, bytes] | None = None,
    progress: Progress = _quietly,
) -> Report:
    """Analyses the project that `paths` belong to, and reports on `paths`.

    `stdin` is a file name, and what to read in place of that file. Raises what `discover` and
    `check` raise.
    """
    return check(discover(paths, config, stdin=stdin), config, progress=progress)


def check(discovery: Discovery, config: Config, *, progress: Progress = _quietly) -> Report:
    """Analyses what was discovered, and reports on what of it was named.

    Raises ConfigError for settings that name unknown rules or options, and PageError,
    PluginError or CatalogueError where rules and catalogues cannot be used.
    """
    setup = _Setup.load(config, discovery.project_root)
    with workers.collector_off():
        extractions = _extract(discovery.locations, setup, progress)
        return workers.deep(lambda: _report(discovery, extractions, setup, progress))


def ask(
    discovery: Discovery, config: Config, question: Callable[[Project[Any]], T]
) -> tuple[T, tuple[Problem, ...]]:
    """The answer to a question about the project that was discovered, and what could not be
    read of it. No check runs. Raises what `check` raises."""
    setup = replace(_Setup.load(config, discovery.project_root), rules=())
    with workers.collector_off():
        extractions = _extract(discovery.locations, setup, _quietly)
        pairs = list(zip(discovery.locations, extractions, strict=True))
        opaque = [(where, item) for where, item in pairs if isinstance(item, Problem)]
        project: Project[Any] = Project(
            [item.summary for _, item in pairs if isinstance(item, Extraction)],
            setup.catalogue,
            opaque=[(where.module, where.root) for where, _ in opaque],
            versions=setup.versions,
        )
        answer = workers.deep(lambda: question(project))
    problems = (*discovery.problems, *(item for where, item in opaque if where.reported))
    return answer, tuple(sorted(problems, key=_order))


class Sources:
    """The lines of the files of a run, read again when somebody asks for them."""

    def __init__(self, locations: Iterable[Location]) -> None:
        self._locations = {location.path: location for location in locations}
        self.lines = lru_cache(maxsize=64)(self._lines)

    def _lines(self, path: str) -> Sequence[str]:
        location = self._locations.get(path)
        source = read(location) if location else None
        if source is None or isinstance(source, Problem):
            return ()
        starts = line_starts(source.text)
        ends = (*starts[1:], len(source.text))
        return [source.text[s:e].rstrip("\r\n") for s, e in zip(starts, ends, strict=True)]


@dataclass(frozen=True, slots=True)
class _Setup:
    """What is known before the first file is read."""

    config: Config
    book: Rulebook
    catalogue: Catalogue
    selection: Selection
    rules: tuple[Rule[Any], ...]
    """those that are selected"""
    options: Mapping[str, Options]
    versions: Versions
    unmet: Mapping[str, int]
    """what selected rules require and the project does not meet: how many they are"""

    @classmethod
    def load(cls, config: Config, root: Path) -> _Setup:
        book = rulebook.load()
        versions = _versions(root, config)
        selection = select(config, book)
        unmet = dict(_unmet(selection.rules, book, versions))
        selection = replace(selection, rules=selection.rules - unmet.keys())
        rules = discover_rules()
        bundled = catalogues.bundled_files(rulebook.rules_root() / "catalogues")
        return cls(
            config,
            book,
            catalogues.load((*bundled, *config.catalogues)).with_own(
                config.blocking, config.allow_blocking, config.offloaders
            ),
            selection,
            tuple(rule for rule in rules if rule.name in selection.rules),
            {rule.name: config.options(rule.name, rule.options) for rule in rules},
            versions,
            Counter(unmet.values()),
        )


def _versions(root: Path, config: Config) -> Versions:
    found = detect(root, config).items()
    return Versions({name: one.version for name, one in found if one.version is not None})


def _unmet(rules: Iterable[str], book: Rulebook, versions: Versions) -> Iterator[tuple[str, str]]:
    """The rules that are not for this project's versions, and what they require."""
    for name in rules:
        required = book.page(name).card.requires
        if required is not None and not versions.meet(required):
            yield name, required


# --- extraction --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Extractor:
    """Reads and extracts a file; node checks run only where their findings are wanted."""

    rules: tuple[Rule[Any], ...]
    options: Mapping[str, Options]

    def __call__(self, location: Location) -> Extraction | Problem:
        source = read(location)
        if isinstance(source, Problem):
            return source
        return extract(source, self.rules if location.reported else (), self.options)


def _extract(
    locations: Sequence[Location], setup: _Setup, progress: Progress
) -> tuple[Extraction | Problem, ...]:
    """What each file gave, in order; in worker processes where that is worth while."""
    rules = tuple(rule for rule in setup.rules if rule.node_checks)
    extractor = _Extractor(rules, {rule.name: setup.options[rule.name] for rule in rules})
    extracted: dict[int, Extraction | Problem] = {}

    def keep(index: int, result: Extraction | Problem | workers.Failure) -> None:
        if isinstance(result, workers.Failure):
            result = _internal(locations[index].path, f"not analysed: {result.reason}")
        extracted[index] = result
        progress("Reading", len(extracted), len(locations))

    def keep_rest() -> None:
        for index, location in enumerate(locations):
            if index not in extracted:
                keep(index, workers.attempt(extractor, location))

    jobs = setup.config.jobs
    if jobs is None:
        jobs = _processors() if sum(map(_size, locations)) > SMALL_PROJECT else 1
    if jobs > 1:
        # Where no process can be started, this one does what is left.
        with suppress(workers.WorkersUnavailableError):
            for index, result in workers.spread(extractor, locations, jobs):
                keep(index, result)
    workers.deep(keep_rest)
    return tuple(extracted[index] for index in range(len(locations)))


def _size(location: Location) -> int:
    if location.content is not None:
        return len(location.content)
    try:
        return location.absolute.stat().st_size
    except OSError:  # which reading it tells
        return 0


def _processors() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))  # a container may grant fewer than there are
    return os.cpu_count() or 1


# --- the project -------------------------------------------------------------------


def _check_project(
    modules: Sequence[ModuleSummary],
    opaque: Sequence[tuple[str, str]],
    setup: _Setup,
    progress: Progress,
) -> Iterator[Finding | Problem]:
    rules = [rule for rule in setup.rules if rule.project_checks]
    try:
        project: Project[Options] = Project(
            modules,
            setup.catalogue,
            opaque=opaque,
            selected={rule.name: setup.options[rule.name] for rule in setup.rules},
            versions=setup.versions,
        )
    except Exception as error:  # noqa: BLE001 - what single files say still counts
        reason = workers.description(error)
        yield _internal(PROJECT, f"relations between files are not analysed: {reason}")
        return
    for number, rule in enumerate(rules, 1):
        yield from _check_rule(rule, project.for_rule(rule, setup.options[rule.name]))
        progress("Checking", number, len(rules))


def _check_rule(rule: Rule[Any], project: Project[Any]) -> Iterator[Finding | Problem]:
    """A crash ends this rule's checks; what they found before stays."""
    try:
        for check in rule.project_checks:
            yield from check(project)
    except Exception as error:  # noqa: BLE001 - a check may fail in any way
        reason = workers.description(error)
        yield _internal(PROJECT, f"the check of `{rule.name}` failed: {reason}", rule.name)


def _internal(path: str, message: str, rule: str | None = None) -> Problem:
    return Problem(kind=ProblemKind.INTERNAL, path=path, message=message, rule=rule)


# --- the report --------------------------------------------------------------------


def _report(
    discovery: Discovery,
    extractions: Sequence[Extraction | Problem],
    setup: _Setup,
    progress: Progress,
) -> Report:
    pairs = list(zip(discovery.locations, extractions, strict=True))
    extracted = [(where, item) for where, item in pairs if isinstance(item, Extraction)]
    opaque = [(where, item) for where, item in pairs if isinstance(item, Problem)]
    said: list[Finding | Problem] = [
        *discovery.problems,
        *(problem for _, problem in opaque),
        *(finding for _, item in extracted for finding in item.findings),
        *(problem for _, item in extracted for problem in item.problems),
        *_check_project(
            [item.summary for _, item in extracted],
            [(where.module, where.root) for where, _ in opaque],
            setup,
            progress,
        ),
    ]
    problems = [item for item in said if isinstance(item, Problem)]
    settled = settle(
        (item for item in said if isinstance(item, Finding)),
        {where.absolute: item.summary for where, item in extracted if where.reported},
        Sources(discovery.locations).lines,
        book=setup.book,
        selection=setup.selection,
        judged=_judged(setup, problems, blind=bool(opaque)),
    )
    unnamed = {where.path for where in discovery.locations if not where.reported}
    decisive = [problem for problem in problems if problem.path not in unnamed]
    severities = Counter(finding.severity for finding in settled.findings)
    return Report(
        findings=settled.findings,
        problems=tuple(sorted(decisive, key=_order)),
        summary=Summary(
            files=len(pairs) - len(unnamed),
            analysed=len(extracted),
            errors=severities[Severity.ERROR],
            warnings=severities[Severity.WARNING],
            infos=severities[Severity.INFO],
            suppressed=settled.suppressed,
            notes=tuple(_notes(setup, [item for item in problems if item.path in unnamed])),
        ),
    )


def _judged(setup: _Setup, problems: Iterable[Problem], *, blind: bool) -> frozenset[str]:
    """The rules that found all there is to find: none that failed and, where a file is
    `blind` to us, none that looks at the whole project."""
    failed = {problem.rule for problem in problems}
    hampered = {rule.name for rule in setup.rules if blind and rule.project_checks}
    return setup.selection.rules - failed - hampered


def _notes(setup: _Setup, unnamed: Iterable[Problem]) -> Iterator[str]:
    """What the user should know. A problem of a file that nobody asked to report on may hide
    a finding elsewhere, and is no failure of this run."""
    if not setup.selection.rules:
        yield "No rule is selected."
    for requirement, count in sorted(setup.unmet.items()):
        rules = "1 rule is" if count == 1 else f"{count} rules are"
        yield f"{rules} off: the project does not run on {requirement}."
    for problem in sorted(unnamed, key=_order):
        place = ":".join(map(str, filter(None, (problem.path, problem.line, problem.column))))
        yield f"{place} cannot be analysed, which may hide findings elsewhere: {problem.message}"


def _order(problem: Problem) -> tuple[str, int, int, str, str]:
    return problem.path, problem.line or 0, problem.column or 0, problem.kind, problem.message
