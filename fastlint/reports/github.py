"""Annotations of GitHub Actions: workflow commands that mark the lines of a pull request.

<https://docs.github.com/actions/reference/workflow-commands-for-github-actions>
"""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Problem, Report, Reported, Severity
from fastlint.reports import View

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, view: View) -> str:
    """One workflow command per finding, problem and note."""
    return "".join(f"{command}\n" for command in _commands(report, view))


def _commands(report: Report, view: View) -> Iterator[str]:
    yield from map(_finding, report.findings)
    yield from map(_problem, report.problems)
    if not view.quiet:
        yield from (_command("notice", note, title="fastlint") for note in report.summary.notes)


def _finding(finding: Reported) -> str:
    span = finding.span
    place: dict[str, str | int] = {
        "file": finding.path,
        "line": span.line,
        "endLine": span.end_line,
    }
    if span.line == span.end_line:  # columns have no meaning over several lines
        place |= {"col": span.column + 1, "endColumn": max(span.end_column, span.column + 1)}
    title = f"{finding.code} {finding.rule}"
    message = "\n".join(_paragraphs(finding))
    return _command(_LEVELS[finding.severity], message, **place, title=title)


def _paragraphs(finding: Reported) -> Iterator[str]:
    yield finding.message
    if finding.entry:
        yield f"reached from {finding.entry}"
    for step in (*finding.trace, *finding.related):
        yield f"{step.path}:{step.span.line} {step.message}"
    if finding.help:
        yield f"help: {finding.help}"


def _problem(problem: Problem) -> str:
    place = {"file": problem.path, "line": problem.line, "col": problem.column}
    known = {key: value for key, value in place.items() if value is not None}
    return _command("error", problem.message, **known, title=f"fastlint: {problem.kind} problem")


def _command(command: str, message: str, **properties: str | int) -> str:
    listed = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{command} {listed}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
