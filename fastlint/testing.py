"""The harness for rules: runs code and says where its markers and the report disagree.

    def test_page():
        page = read_page(Path("acme_rules/acme/no-orm-in-routes.md"))
        assert not testing.check_page(page)

Markers are `# error: 14 "part of the message"` and `# todo:`; see `fastlint.rulebook`.
"""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastlint import config, engine
from fastlint.diagnostics import Finding, Report
from fastlint.rulebook import SETTINGS, Example, Marker, Page, markers, without_markers


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A place where the markers promise something else than what is reported."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def run(files: Mapping[str, str | bytes], *, select: Sequence[str] = (), jobs: int = 1) -> Report:
    """What `fastlint .` reports in a folder that holds just these files, by their paths.

    The folder is temporary, and the working directory meanwhile. `fastlint.toml` among the
    files is obeyed; `select` holds unless that makes a selection of its own.
    """
    with tempfile.TemporaryDirectory() as folder, chdir(folder), _no_environment():
        for name, content in _with_selection(files, select).items():
            path = Path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        here = [Path()]
        return engine.run(here, config.load(here, overrides={"jobs": jobs}))


@contextmanager
def _no_environment() -> Iterator[None]:
    """Forgets the active virtual environment: it is not that of the files."""
    active = os.environ.pop("VIRTUAL_ENV", None)
    try:
        yield
    finally:
        if active is not None:
            os.environ["VIRTUAL_ENV"] = active


def _with_selection(
    files: Mapping[str, str | bytes], select: Sequence[str]
) -> dict[str, str | bytes]:
    """The files with a `fastlint.toml`, so that nothing above their folder counts."""
    settings = files.get(SETTINGS, "")
    text = settings.decode() if isinstance(settings, bytes) else settings
    if select and "select" not in tomllib.loads(text):
        text = f"select = {list(select)!r}\n{text}"
    return {**files, SETTINGS: text}


def check(files: Mapping[str, str], *, select: Sequence[str] = ()) -> tuple[Mismatch, ...]:
    """Runs files with markers, and says where they and the report disagree.

    Every file, every line and every problem counts: what no marker promises must not be there.
    """
    report = run({path: without_markers(text) for path, text in files.items()}, select=select)
    return tuple(mismatches(files, report))


def check_example(page: Page, example: Example) -> tuple[Mismatch, ...]:
    """Runs one example with the rule of its page, and says, by lines of the page, where its
    markers and the report disagree."""
    lines = {
        (file.path, number): line
        for file in example.files
        for number, line in enumerate(file.lines, 1)
    }
    found = check({file.path: file.text for file in example.files}, select=[page.name])
    return tuple(
        Mismatch(str(page.path), lines.get((at.path, at.line), example.line), at.message)
        for at in found
    )


def check_page(page: Page) -> tuple[Mismatch, ...]:
    """Runs all examples of a page; see `check_example`."""
    return tuple(mismatch for example in page.examples for mismatch in check_example(page, example))


def mismatches(
    files: Mapping[str, str], report: Report, *, lines_only: bool = False
) -> Iterator[Mismatch]:
    """Where the markers in `files` and the report disagree; of a marker, `lines_only` obeys
    neither the column nor the part of the message."""
    for problem in report.problems:
        yield Mismatch(problem.path, problem.line or 1, f"cannot be checked: {problem.message}")
    found: dict[tuple[str, int], list[Finding]] = defaultdict(list)
    promised: dict[tuple[str, int], list[Marker]] = defaultdict(list)
    for finding in report.findings:
        found[finding.path, finding.span.line].append(finding)
    for path, text in files.items():
        for marker in markers(text):
            promised[path, marker.line].append(
                Marker(marker.line, None, None, marker.missed) if lines_only else marker
            )
    for path, line in sorted(found.keys() | promised.keys()):
        for message in _compared(promised[path, line], found[path, line]):
            yield Mismatch(path, line, message)


def _compared(promised: list[Marker], found: list[Finding]) -> Iterator[str]:
    """What is wrong about one line. Markers that ask for more choose first."""
    left = list(found)
    for marker in sorted(promised, key=_vagueness):
        kept = next((finding for finding in left if _fits(marker, finding)), None)
        if kept is not None:
            left.remove(kept)
        if kept is None and not marker.missed:
            yield f"not reported: {_wanted(marker)}"
        if kept is not None and marker.missed:
            yield f"a known miss is reported now, make it `# error:`: {_shown(kept)}"
    yield from (f"unexpected: {_shown(finding)}" for finding in left)


def _vagueness(marker: Marker) -> tuple[bool, bool]:
    return marker.column is None, marker.part is None


def _fits(marker: Marker, finding: Finding) -> bool:
    if marker.column not in (None, finding.span.column + 1):
        return False
    return marker.part is None or marker.part in finding.message


def _wanted(marker: Marker) -> str:
    column = "" if marker.column is None else f" at column {marker.column}"
    part = "" if marker.part is None else f' with "{marker.part}"'
    return f"a finding{column}{part}"


def _shown(finding: Finding) -> str:
    return f"{finding.span.column + 1} {finding.rule}: {finding.message}"
