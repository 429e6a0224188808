"""One line per finding, for editors and other tools.

A line reads `path:line:column: severity code rule message`. Problems follow in the same
form, then notes. Nothing at all is printed where all is well.
"""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Problem, Report, Reported
from fastlint.reports import View


def render(report: Report, view: View) -> str:
    """The lines, each with its line break."""
    return "".join(f"{line}\n" for line in _lines(report, view))


def _lines(report: Report, view: View) -> Iterator[str]:
    yield from map(_finding, report.findings)
    yield from map(_problem, report.problems)
    if not view.quiet:
        yield from (f"note: {_one_line(note)}" for note in report.summary.notes)


def _finding(finding: Reported) -> str:
    place = f"{finding.path}:{finding.span.line}:{finding.span.column + 1}"
    rule = f"{finding.code} {finding.rule}"
    return f"{place}: {finding.severity} {rule} {_one_line(finding.message)}"


def _problem(problem: Problem) -> str:
    place = f"{problem.path}:{problem.line or 1}:{problem.column or 1}"
    rule = f" {problem.rule}" if problem.rule else ""
    return f"{place}: problem {problem.kind}{rule} {_one_line(problem.message)}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
