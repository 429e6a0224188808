"""The harness: it runs what it is given, and no disagreement passes it."""

from pathlib import Path

import pytest

from fastlint import testing
from fastlint.diagnostics import Problem, ProblemKind, Report, Reported, Severity, Span, Summary
from fastlint.rulebook import read_page
from fastlint.testing import Mismatch, mismatches

SLEEPING = """\
import time


async def tick() -> None:
    time.sleep(1)
"""


def report(*places: tuple[str, int, int, str]) -> Report:
    """A report with findings at these paths, lines and columns (1-based), with these messages."""
    findings = tuple(
        Reported(
            rule="blocking-sleep",
            path=path,
            span=Span(line, column - 1, line, column),
            message=message,
            code="FL101",
            category="blocking",
            severity=Severity.ERROR,
            fingerprint=f"{path}{line}{column}",
        )
        for path, line, column, message in places
    )
    return Report(findings=findings, problems=(), summary=Summary(files=1, analysed=1))


# --- comparing ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "marker", ["# error:", "# error: 5", '# error: "blocks"', '# error: 5 "sleep blocks"']
)
def test_a_kept_promise(marker):
    assert not list(mismatches({"a.py": f"x  {marker}\n"}, report(("a.py", 1, 5, "sleep blocks"))))


@pytest.mark.parametrize(
    ("marker", "wanted"),
    [
        ("# error: 6", "a finding at column 6"),
        ('# error: "waits"', 'a finding with "waits"'),
        ('# error: 5 "waits"', 'a finding at column 5 with "waits"'),
    ],
)
def test_another_column_or_message_than_promised(marker, wanted):
    found = list(mismatches({"a.py": f"x  {marker}\n"}, report(("a.py", 1, 5, "sleep blocks"))))
    assert found == [
        Mismatch("a.py", 1, f"not reported: {wanted}"),
        Mismatch("a.py", 1, "unexpected: 5 blocking-sleep: sleep blocks"),
    ]


def test_a_promise_that_is_not_kept():
    (mismatch,) = mismatches({"a.py": "x\ny  # error:\n"}, report())
    assert str(mismatch) == "a.py:2: not reported: a finding"


@pytest.mark.parametrize("path", ["a.py", "b.py", "elsewhere.py"])
def test_a_finding_that_nothing_promises(path):
    files = {"a.py": "x\n", "b.py": "y\n"}
    assert list(mismatches(files, report((path, 1, 1, "blocks")))) == [
        Mismatch(path, 1, "unexpected: 1 blocking-sleep: blocks")
    ]


def test_one_promise_and_two_findings():
    found = report(("a.py", 1, 1, "one"), ("a.py", 1, 5, "two"))
    assert list(mismatches({"a.py": "x  # error:\n"}, found)) == [
        Mismatch("a.py", 1, "unexpected: 5 blocking-sleep: two")
    ]


def test_two_promises_on_a_line_take_what_fits_each():
    found = report(("a.py", 1, 1, "one"), ("a.py", 1, 5, "two"))
    assert not list(mismatches({"a.py": "x  # error: # error: 1\n"}, found))


def test_a_known_miss():
    assert not list(mismatches({"a.py": "x  # todo:\n"}, report()))


def test_a_known_miss_that_is_reported_now():
    (mismatch,) = mismatches({"a.py": "x  # todo:\n"}, report(("a.py", 1, 1, "blocks")))
    assert mismatch.message.startswith("a known miss is reported now")


def test_another_finding_on_the_line_of_a_known_miss():
    (mismatch,) = mismatches({"a.py": 'x  # todo: "waits"\n'}, report(("a.py", 1, 1, "blocks")))
    assert mismatch.message.startswith("unexpected")


def test_a_problem_is_a_mismatch():
    problem = Problem(kind=ProblemKind.SYNTAX, path="a.py", message="invalid syntax", line=3)
    found = report().model_copy(update={"problems": (problem,)})
    assert list(mismatches({"a.py": ""}, found)) == [
        Mismatch("a.py", 3, "cannot be checked: invalid syntax")
    ]


def test_lines_only():
    files = {"a.py": 'x  # error: 9 "waits"\n'}
    assert not list(mismatches(files, report(("a.py", 1, 1, "blocks")), lines_only=True))


# --- running -----------------------------------------------------------------------


def test_files_are_checked_together():
    files = {
        "app/clock.py": "import time\n\n\ndef wait() -> None:\n    time.sleep(1)\n",
        "app/main.py": "from app.clock import wait\n\n\nasync def tick() -> None:\n    wait()\n",
    }
    (finding,) = testing.run(files, select=["blocking-sleep"]).findings
    assert (finding.path, finding.span.line) == ("app/main.py", 5)


def test_only_what_is_selected_runs():
    assert not testing.run({"main.py": SLEEPING}, select=["blocking-http"]).findings


def test_settings_among_the_files_are_obeyed():
    files = {"main.py": SLEEPING, "fastlint.toml": 'severity = { FL101 = "info" }\n'}
    (finding,) = testing.run(files, select=["blocking-sleep"]).findings
    assert finding.severity is Severity.INFO


def test_a_selection_among_the_files_wins():
    files = {"main.py": SLEEPING, "fastlint.toml": 'select = ["blocking-http"]\n'}
    assert not testing.run(files, select=["blocking-sleep"]).findings


def test_the_working_directory_is_as_before():
    before = Path.cwd()
    testing.run({"main.py": SLEEPING})
    assert Path.cwd() == before


def test_worker_processes_report_the_same():
    files = {f"app/module_{number}.py": SLEEPING for number in range(4)}
    alone = testing.run(files, select=["blocking-sleep"])
    assert len(alone.findings) == 4
    assert testing.run(files, select=["blocking-sleep"], jobs=2) == alone


def test_check_reads_the_markers():
    promised = SLEEPING.replace("sleep(1)", "sleep(1)  # error: 5")
    assert not testing.check({"main.py": promised}, select=["blocking-sleep"])
    (mismatch,) = testing.check({"main.py": SLEEPING}, select=["blocking-sleep"])
    assert (mismatch.path, mismatch.line) == ("main.py", 5)


def test_mismatches_of_a_page_have_the_lines_of_the_page(book, tmp_path):
    page = tmp_path / "blocking" / "blocking-sleep.md"
    page.parent.mkdir()
    card = book.page("blocking-sleep").source.partition("```toml\n")[2].partition("```")[0]
    page.write_text(f"```toml\n{card}```\n\n## Not reported\n\n```py\n{SLEEPING}```\n")
    (mismatch,) = testing.check_page(read_page(page))
    line = page.read_text().split("\n").index("    time.sleep(1)") + 1
    assert (mismatch.path, mismatch.line) == (str(page), line)
