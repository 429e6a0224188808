"""The report for people."""

import re
from collections.abc import Callable

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
from fastlint.reports import View, text

SOURCE = ("import requests", "", "async def read():", "    return requests.get(URL)")


@pytest.fixture
def view(book) -> Callable[..., View]:
    def view(*lines: str, **fields) -> View:
        return View(rulebook=book, lines=lambda _path: lines or SOURCE, **fields)

    return view


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


def report(*findings: Reported, problems: tuple[Problem, ...] = (), **summary) -> Report:
    figures = Summary(**({"files": 3, "analysed": 5} | summary))
    return Report(findings=findings, problems=problems, summary=figures)


def excerpt(rendered: str) -> list[str]:
    """The lines of source, and what marks them."""
    return [line for line in rendered.splitlines() if re.match(r" +\d* \| | +\.\.\.$", line)]


# --- findings ----------------------------------------------------------------------


def test_everything_about_a_finding_in_order(view):
    finding = reported(
        entry="GET /users/{id}",
        trace=(
            Step("app/users.py", Span(7, 4, 7, 9), "`load` calls `fetch`"),
            Step("app/clients/http.py", Span(19, 4, 19, 9), "`fetch` calls `requests.get`"),
        ),
        help="Write `await client.get(URL)`",
    )
    assert text.render(report(finding, errors=1), view()) == (
        "app/main.py:4:12: error: FL102 blocking-http\n"
        "`requests.get` blocks the event loop\n"
        "\n"
        "  4 |     return requests.get(URL)\n"
        "    |            ^^^^^^^^^^^^^^^^^\n"
        "\n"
        "  reached from GET /users/{id}\n"
        "  app/users.py:7          `load` calls `fetch`\n"
        "  app/clients/http.py:19  `fetch` calls `requests.get`\n"
        "  help: Write `await client.get(URL)`\n"
        "\n"
        "Found 1 error in 1 of 3 files.\n"
    )


def test_a_finding_without_context_ends_with_its_source(view):
    rendered = text.render(report(reported()), view(quiet=True))
    assert rendered.endswith("^^^^^^^^^^^^^^^^^\n")


def test_related_places_follow_the_trace(view):
    finding = reported(related=(Step("app/settings.py", Span(2, 0, 2, 3), "set here"),))
    assert "  app/settings.py:2  set here\n" in text.render(report(finding), view())


def test_a_file_that_is_gone_costs_only_the_excerpt(book):
    gone = View(rulebook=book, lines=lambda _path: ())
    rendered = text.render(report(reported()), gone)
    assert "blocks the event loop" in rendered
    assert excerpt(rendered) == []


@pytest.mark.parametrize(
    ("line", "start", "end", "shown", "marks"),
    [
        ("\treturn get(URL)", 8, 16, "    return get(URL)", "           ^^^^^^^^"),
        ("x\t= get(URL)", 4, 12, "x   = get(URL)", "      ^^^^^^^^"),
        ("名前 = get(URL)", 5, 13, "名前 = get(URL)", "       ^^^^^^^^"),
        ("x = '名前' + b", 4, 8, "x = '名前' + b", "    ^^^^^^"),
        ("e\u0301 = get(URL)", 5, 13, "e\u0301 = get(URL)", "    ^^^^^^^^"),
        ("x = '\x1b[2J' + b", 4, 10, "x = '\N{REPLACEMENT CHARACTER}[2J' + b", "    ^^^^^^"),
        ("\x0cx = get(URL)", 5, 13, "\N{REPLACEMENT CHARACTER}x = get(URL)", "     ^^^^^^^^"),
        ("x = get(URL)", 4, 4, "x = get(URL)", "    ^"),
    ],
    ids=["tab", "inner tab", "wide", "wide marked", "combining", "escape", "form feed", "empty"],
)
def test_marks_stand_below_what_they_mark(view, line, start, end, shown, marks):
    finding = reported(span=Span(1, start, 1, end))
    rendered = excerpt(text.render(report(finding), view(line)))
    assert rendered == [f"  1 | {shown}", f"    | {marks}"]


@pytest.mark.parametrize("width", [40, 80])
def test_a_long_line_is_cut_around_the_marked_part(view, width):
    line = "    result = " + "before + " * 20 + "wrong(URL)" + " + after" * 20
    start = line.index("wrong")
    finding = reported(span=Span(1, start, 1, start + 10))
    source, marks = excerpt(text.render(report(finding), view(line, width=width)))
    assert len(source) <= width
    assert source[marks.index("^") : marks.rindex("^") + 1] == "wrong(URL)"
    assert source.startswith("  1 | ...")
    assert source.endswith("...")


def test_a_long_line_keeps_its_beginning_where_the_marked_part_is_near(view):
    line = "    wrong(URL)" + " + after" * 40
    finding = reported(span=Span(1, 4, 1, 14))
    source, marks = excerpt(text.render(report(finding), view(line)))
    assert source.startswith("  1 |     wrong(URL) + after")
    assert marks == "    |     ^^^^^^^^^^"


def test_a_marked_part_longer_than_the_line_is_cut_too(view):
    line = "x = [" + "1, " * 200 + "]"
    finding = reported(span=Span(1, 4, 1, len(line)))
    source, marks = excerpt(text.render(report(finding), view(line)))
    assert len(source) <= 80
    assert len(marks) <= len(source)


def test_wide_characters_count_twice_when_a_line_is_cut(view):
    line = "x = '" + "名" * 100 + "' + wrong"
    finding = reported(span=Span(1, len(line) - 5, 1, len(line)))
    source, marks = excerpt(text.render(report(finding), view(line)))
    wide = source.count("名")
    assert len(source) + wide <= 80
    assert source[marks.index("^") - wide :] == "wrong"


def test_every_line_of_a_span_is_marked(view):
    finding = reported(span=Span(1, 4, 3, 1))
    rendered = text.render(report(finding), view("x = call(", "    URL,", ")  # done"))
    assert excerpt(rendered) == [
        "  1 | x = call(",
        "    |     ^^^^^",
        "  2 |     URL,",
        "    |     ^^^^",
        "  3 | )  # done",
        "    | ^",
    ]


def test_the_middle_of_a_long_span_is_left_out(view):
    lines = ["call(", *(f"    {number}," for number in range(20)), ")"]
    finding = reported(span=Span(1, 0, 22, 1))
    rendered = excerpt(text.render(report(finding), view(*lines)))
    numbers = [match[1] for line in rendered if (match := re.match(r" +(\d+) \|", line))]
    assert numbers == ["1", "2", "3", "4", "22"]
    assert "..." in [line.strip() for line in rendered]


# --- wrapping and colour -----------------------------------------------------------


def test_prose_is_wrapped_and_keeps_its_indentation(view):
    finding = reported(
        message="`requests.get` blocks the event loop " + "again and " * 12,
        help="Call it in a thread, " * 8,
        trace=(Step("app/users.py", Span(7, 4, 7, 9), "`load` calls `fetch` " * 6),),
        entry="POST /some/rather/long/path/{with}/{many}/{parameters} " * 2,
    )
    rendered = text.render(report(finding), view(width=60))
    assert max(map(len, rendered.splitlines())) <= 60
    assert re.search(r"\n  app/users.py:7  `load` .*\n {18}\S", rendered)
    assert re.search(r"\n  help: Call .*\n {8}\S", rendered)


def test_a_long_place_does_not_push_the_others_aside(view):
    trace = (
        Step("app/a/very/long/path/to/some/module/far/away.py", Span(7, 4, 7, 9), "calls `b`"),
        Step("app/b.py", Span(1, 0, 1, 1), "calls `c`"),
    )
    rendered = text.render(report(reported(trace=trace)), view())
    assert "  app/b.py:1  calls `c`\n" in rendered


def test_colour_changes_no_word(view):
    finding = reported(help="Do it", entry="GET /")
    problem = Problem(kind=ProblemKind.SYNTAX, path="b.py", message="no Python", line=1, column=2)
    full = report(finding, problems=(problem,), notes=("A note.",))
    colored = text.render(full, view(color=True))
    plain = text.render(full, view())
    assert "\x1b[" in colored
    assert "\x1b[" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain


# --- problems, notes, summary ------------------------------------------------------


def test_a_problem_says_where_and_what(view):
    problem = Problem(
        kind=ProblemKind.INTERNAL,
        path="app/main.py",
        message="the check failed",
        line=3,
        column=2,
        rule="blocking-http",
    )
    rendered = text.render(report(problems=(problem,)), view())
    assert "app/main.py:3:2: problem: internal blocking-http\nthe check failed\n" in rendered
    assert "1 problem: the result is not complete." in rendered


def test_a_problem_without_a_line(view):
    problem = Problem(kind=ProblemKind.UNREADABLE, path="app/main.py", message="is binary")
    rendered = text.render(report(problems=(problem,)), view())
    assert rendered.startswith("app/main.py: problem: unreadable\nis binary\n")


@pytest.mark.parametrize(
    ("severities", "said"),
    [
        ("e", "Found 1 error in 1 of 3 files."),
        ("ewe", "Found 2 errors and 1 warning in 1 of 3 files."),
        ("wiewii", "Found 1 error, 2 warnings and 3 infos in 1 of 3 files."),
    ],
)
def test_the_summary_counts_severities(view, severities, said):
    by_letter = {severity[0]: severity for severity in Severity}
    findings = [reported(severity=by_letter[letter]) for letter in severities]
    assert text.render(report(*findings), view()).splitlines()[-1] == said


@pytest.mark.parametrize(
    ("suppressed", "said"), [(1, "1 finding suppressed."), (2, "2 findings suppressed.")]
)
def test_the_summary_counts_what_is_suppressed(view, suppressed, said):
    rendered = text.render(report(reported(), files=1, suppressed=suppressed), view())
    assert rendered.splitlines()[-1] == f"Found 1 error in 1 of 1 file. {said}"


def test_a_clean_run_says_so(view):
    assert text.render(report(), view()) == "No findings in 3 files.\n"


def test_a_run_without_files_says_so(view):
    assert text.render(report(files=0), view()) == "No Python files here.\n"


def test_quiet_prints_nothing_of_a_clean_run(view):
    assert text.render(report(notes=("A note.",)), view(quiet=True)) == ""


def test_many_notes_are_cut_short_unless_verbose(view):
    full = report(notes=tuple(f"Note {number}." for number in range(8)))
    short = text.render(full, view())
    assert "note: Note 4.\n" in short
    assert "Note 5." not in short
    assert "note: 3 more notes with --verbose.\n" in short
    assert "Note 7." in text.render(full, view(verbose=True))


def test_statistics_begin_with_the_most_frequent_rule(view):
    sleep = {"rule": "blocking-sleep", "code": "FL101"}
    findings = [reported(), reported(**sleep), reported(**sleep)]
    rendered = text.render(report(*findings), view(statistics=True))
    assert "     2  FL101  blocking-sleep\n     1  FL102  blocking-http\n" in rendered


def test_the_severity_is_named(view):
    for severity in Severity:
        rendered = text.render(report(reported(severity=severity)), view())
        assert rendered.startswith(f"app/main.py:4:12: {severity}: FL102 blocking-http\n")
