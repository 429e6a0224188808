"""One line per finding."""

import pytest

from fastlint.diagnostics import Problem, ProblemKind, Report, Reported, Severity, Span, Summary
from fastlint.reports import View, compact

FINDING = Reported(
    rule="blocking-http",
    path="app/main.py",
    span=Span(4, 11, 4, 28),
    message="`requests.get` blocks the event loop",
    code="FL102",
    category="blocking",
    severity=Severity.ERROR,
    fingerprint="0",
    help="Write `await client.get(URL)`",
)


@pytest.fixture
def render(book):
    def render(*, quiet=False, **parts) -> str:
        empty = {"findings": (), "problems": (), "summary": Summary(files=1, analysed=1)}
        report = Report.model_validate(empty | parts)
        return compact.render(report, View(book, lambda _path: (), quiet=quiet))

    return render


def test_a_finding_is_one_line(render):
    assert render(findings=(FINDING,)) == (
        "app/main.py:4:12: error FL102 blocking-http `requests.get` blocks the event loop\n"
    )


def test_a_line_break_in_a_message_does_not_break_the_line(render):
    broken = FINDING.model_copy(update={"message": "one\n  two"})
    assert render(findings=(broken,)).endswith("blocking-http one two\n")


def test_a_problem_is_one_line_with_a_place(render):
    problem = Problem(kind=ProblemKind.UNREADABLE, path="b.py", message="is binary")
    assert render(problems=(problem,)) == "b.py:1:1: problem unreadable is binary\n"


def test_a_problem_names_the_rule_that_failed(render):
    problem = Problem(
        kind=ProblemKind.INTERNAL, path="b.py", message="failed", line=2, column=3, rule="some-rule"
    )
    assert render(problems=(problem,)) == "b.py:2:3: problem internal some-rule failed\n"


def test_notes_come_last(render):
    summary = Summary(files=1, analysed=1, notes=("A note.",))
    assert render(summary=summary) == "note: A note.\n"
    assert render(summary=summary, quiet=True) == ""


def test_nothing_is_printed_where_all_is_well(render):
    assert render() == ""
