"""The report for people: each finding with its source, how execution gets there, and the cure.

Only ASCII frames the text, and colour carries nothing that the words do not say, so that it
reads the same in a terminal, in a CI log and in a file.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import click
from rich.cells import cell_len

from fastlint.diagnostics import Finding, Problem, Report, Reported, Severity, Span, Step, Summary
from fastlint.reports import View

TAB = 4
"""Tab stops of printed source, in columns."""

LONGEST_EXCERPT = 5
"""Source lines shown of one finding; of a longer span the middle is left out."""

WIDEST_PLACE = 36
"""Places of a trace up to this width have their messages aligned in one column."""

FEW_NOTES = 5
"""Notes shown without `--verbose`."""

COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def render(report: Report, view: View) -> str:
    """Findings, problems, statistics if wanted, and the summary unless unwanted."""
    blocks = [
        *(_finding(finding, view) for finding in report.findings),
        "\n".join(_problems(report.problems, view.width)),
        statistics(report.findings) if view.statistics else "",
        "" if view.quiet else "\n".join(_ending(report, view)),
    ]
    text = "\n\n".join(filter(None, blocks))
    if not text:
        return ""
    return (text if view.color else click.unstyle(text)) + "\n"


def statistics(findings: Iterable[Reported]) -> str:
    """How often each rule reported: a table, the most frequent rule first."""
    counts = Counter((finding.code, finding.rule) for finding in findings)
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    width = max((len(code) for (code, _), _ in rows), default=0)
    return "\n".join(f"{count:6}  {code:{width}}  {rule}" for (code, rule), count in rows)


# --- findings ----------------------------------------------------------------------


def _finding(finding: Reported, view: View) -> str:
    excerpt = list(_excerpt(finding.span, view.lines(finding.path), view.width))
    context = list(_context(finding, view.width))
    rows = [_heading(finding), *_wrapped(finding.message, view.width)]
    for part in (excerpt, context):
        if part:
            rows += ["", *part]
    return "\n".join(rows)


def _heading(finding: Reported) -> str:
    place = click.style(_place(finding.path, finding.span, column=True), bold=True)
    severity = click.style(finding.severity, fg=COLORS[finding.severity], bold=True)
    return f"{place}: {severity}: {finding.code} {finding.rule}"


def _context(finding: Finding, width: int) -> Iterator[str]:
    """How execution gets to the place and on to the cause, and what to do about it."""
    if finding.entry:
        yield from _wrapped(f"  reached from {finding.entry}", width, indent=4)
    yield from _steps(finding.trace, width)
    yield from _steps(finding.related, width)
    if finding.help:
        yield from _labelled("  help:", finding.help, width, "green")


def _steps(steps: Sequence[Step], width: int) -> Iterator[str]:
    places = [_place(step.path, step.span) for step in steps]
    column = max((len(place) for place in places if len(place) <= WIDEST_PLACE), default=0)
    for place, step in zip(places, steps, strict=True):
        yield from _wrapped(f"  {place:{column}}  {step.message}", width, indent=column + 4)


def _place(path: str, span: Span, *, column: bool = False) -> str:
    return f"{path}:{span.line}:{span.column + 1}" if column else f"{path}:{span.line}"


# --- source ------------------------------------------------------------------------


def _excerpt(span: Span, lines: Sequence[str], width: int) -> Iterator[str]:
    """The source of a span with carets below it; nothing where the file has changed."""
    if span.end_line > len(lines):
        return
    gutter = len(str(span.end_line)) + 2
    bar = click.style(" | ", dim=True)
    hidden = _hidden_lines(span)
    for number in range(span.line, span.end_line + 1):
        if number in hidden:
            if number == hidden[0]:
                yield click.style("...".rjust(gutter), dim=True)
            continue
        line = lines[number - 1]
        text, carets = _marked(line, *_columns(span, number, line), width - gutter - 3)
        yield click.style(f"{number:{gutter}}", dim=True) + bar + text
        if carets:
            yield " " * gutter + bar + carets


def _hidden_lines(span: Span) -> range:
    if span.end_line - span.line < LONGEST_EXCERPT:
        return range(0)
    return range(span.line + LONGEST_EXCERPT - 1, span.end_line)


def _columns(span: Span, number: int, line: str) -> tuple[int, int]:
    """Which part of a line belongs to the span, its indentation left out."""
    start = span.column if number == span.line else len(line) - len(line.lstrip())
    end = span.end_column if number == span.end_line else len(line.rstrip())
    return start, end


def _marked(line: str, start: int, end: int, room: int) -> tuple[str, str]:
    """The line as it is printed in `room` columns, and what marks the part below it."""
    shown = _printable(line)
    start, end = len(_printable(line[:start])), len(_printable(line[:end]))
    left, right = _window(shown, start, end, room)
    before = "..." if left else ""
    after = "..." if right < len(shown) else ""
    indent = cell_len(before + shown[left:start])
    marks = "^" * max(1, cell_len(shown[start : min(end, right)]))
    text = before + shown[left:right] + after
    return text, " " * indent + click.style(marks, fg="red", bold=True) if shown.strip() else ""


def _window(shown: str, start: int, end: int, room: int) -> tuple[int, int]:
    """Which part of a line to print so that the marked part is in sight."""
    if cell_len(shown) <= room:
        return 0, len(shown)
    room = max(room - len("......"), 1)
    left = 0 if end <= room else max(0, start - room // 4)
    right = min(len(shown), left + room)
    while cell_len(shown[left:right]) > room:
        right -= 1
    return left, right


def _printable(text: str) -> str:
    """Tabs expanded, and a mark for each character that would confuse a terminal."""
    expanded = text.rstrip("\r\n").expandtabs(TAB)
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in expanded)


# --- ending ------------------------------------------------------------------------


def _problems(problems: Iterable[Problem], width: int) -> Iterator[str]:
    for problem in problems:
        place = ":".join(str(part) for part in (problem.path, problem.line, problem.column) if part)
        rule = f" {problem.rule}" if problem.rule else ""
        label = click.style("problem", fg="red", bold=True)
        yield f"{click.style(place, bold=True)}: {label}: {problem.kind}{rule}"
        yield from _wrapped(problem.message, width)


def _ending(report: Report, view: View) -> Iterator[str]:
    notes = report.summary.notes
    shown = notes if view.verbose else notes[:FEW_NOTES]
    for note in shown:
        yield from _labelled("note:", note, view.width, "cyan")
    if len(shown) < len(notes):
        yield f"note: {_count(len(notes) - len(shown), 'more note')} with --verbose."
    yield from _wrapped(conclusion(report), view.width)


def conclusion(report: Report) -> str:
    """What came of the run, in one or a few sentences."""
    summary = report.summary
    sentences = ["No Python files here." if summary.files == 0 else _found(report)]
    if summary.suppressed:
        sentences.append(f"{_count(summary.suppressed, 'finding')} suppressed.")
    if report.problems:
        sentences.append(f"{_count(len(report.problems), 'problem')}: the result is not complete.")
    return " ".join(sentences)


def _found(report: Report) -> str:
    if not report.findings:
        return f"No findings in {_files(report.summary)}."
    counts = Counter(finding.severity for finding in report.findings)
    worst_first = sorted(counts, key=lambda severity: -severity.rank)
    *some, last = [_count(counts[severity], severity) for severity in worst_first]
    listed = f"{', '.join(some)} and {last}" if some else last
    affected = len({finding.path for finding in report.findings})
    return f"Found {listed} in {affected} of {_files(report.summary)}."


def _files(summary: Summary) -> str:
    return _count(summary.files, "file")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


# --- wrapping ----------------------------------------------------------------------


def _wrapped(text: str, width: int, indent: int = 0) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )


def _labelled(label: str, text: str, width: int, color: str) -> Iterator[str]:
    first, *rest = _wrapped(f"{label} {text}", width, indent=len(label) + 1)
    yield first.replace(label, click.style(label, fg=color), 1)
    yield from rest
