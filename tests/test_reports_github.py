"""Workflow commands of GitHub Actions."""

import pytest

from fastlint.diagnostics import (
    Problem,
    ProblemKind,
    Report,
    Reported,
    Severity,
    Span,
    Step,
    Summary,
)
from fastlint.reports import View, github


@pytest.fixture
def render(book):
    def render(*, quiet=False, **parts) -> str:
        empty = {"findings": (), "problems": (), "summary": Summary(files=1, analysed=1)}
        report = Report.model_validate(empty | parts)
        return github.render(report, View(book, lambda _path: (), quiet=quiet))

    return render


def reported(**fields) -> Reported:
    finding = {
        "rule": "blocking-http",
        "path": "app/main.py",
        "span": Span(4, 11, 4, 28),
        "message": "`requests.get` blocks the event loop",
        "code": "FL102",
        "category": "blocking",
        "severity": Severity.ERROR,
        "fingerprint": "0",
    }
    return Reported.model_validate(finding | fields)


def test_a_finding_annotates_its_columns(render):
    assert render(findings=(reported(),)) == (
        "::error file=app/main.py,line=4,endLine=4,col=12,endColumn=28,"
        "title=FL102 blocking-http::`requests.get` blocks the event loop\n"
    )


def test_several_lines_have_no_columns(render):
    rendered = render(findings=(reported(span=Span(4, 11, 6, 2)),))
    assert "file=app/main.py,line=4,endLine=6,title=" in rendered


@pytest.mark.parametrize(
    ("severity", "command"),
    [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "notice")],
)
def test_severities_are_levels(render, severity, command):
    assert render(findings=(reported(severity=severity),)).startswith(f"::{command} ")


def test_entry_trace_and_help_stand_on_lines_of_their_own(render):
    finding = reported(
        entry="GET /",
        trace=(Step("app/b.py", Span(7, 0, 7, 1), "`b` calls `c`"),),
        help="Do it",
    )
    _, message = render(findings=(finding,)).rsplit("::", 1)
    assert message.rstrip("\n").split("%0A") == [
        "`requests.get` blocks the event loop",
        "reached from GET /",
        "app/b.py:7 `b` calls `c`",
        "help: Do it",
    ]


def test_what_has_a_meaning_in_commands_is_escaped(render):
    finding = reported(path="a,b:c%.py", message="100 %, then:\r\n::error::fake")
    (line,) = render(findings=(finding,)).splitlines()
    assert "file=a%2Cb%3Ac%25.py," in line
    assert line.endswith("::100 %25, then:%0D%0A::error::fake")


def test_problems_are_errors(render):
    problem = Problem(kind=ProblemKind.SYNTAX, path="b.py", message="no Python", line=3, column=2)
    assert render(problems=(problem,)) == (
        "::error file=b.py,line=3,col=2,title=fastlint%3A syntax problem::no Python\n"
    )


def test_notes_are_notices_unless_quiet(render):
    summary = Summary(files=1, analysed=1, notes=("A note.",))
    assert render(summary=summary) == "::notice title=fastlint::A note.\n"
    assert render(summary=summary, quiet=True) == ""
