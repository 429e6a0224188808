"""The grammar of suppression comments, what they silence, and what is said of useless ones."""

from pathlib import Path

import pytest

from fastlint import suppression
from fastlint.diagnostics import Finding, Span
from fastlint.extraction import Extraction, extract
from fastlint.sources import Location, SourceFile, read
from fastlint.summaries import ModuleSummary

SLEEP, HTTP = "blocking-sleep", "blocking-http"


def names(comment: str) -> list[str] | None:
    """What the only suppression in a comment names."""
    (directive,) = suppression.parse(comment, 0)
    return None if directive.names is None else [name for name, _, _ in directive.names]


# --- grammar -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "comment",
    [
        "# fastlint: ignore[blocking-http]",
        "#fastlint:ignore[blocking-http]",
        "#  fastlint:  ignore [ blocking-http ]",
        "# fastlint: ignore[blocking-http,]",
        "# fastlint: ignore[blocking-http] -- why",
        "# fastlint: ignore[blocking-http] # and more",
        "# fastlint: ignore[blocking-http] since it is small",
        "# type: ignore # fastlint: ignore[blocking-http]",
        "# fastlint: ignore[blocking-http]  # noqa: E501",
    ],
)
def test_a_name_is_read(comment):
    assert names(comment) == [HTTP]


def test_names_and_codes_stand_in_one_list():
    assert names("# fastlint: ignore[blocking-http, FL101]") == [HTTP, "FL101"]


def test_names_have_offsets():
    comment = "# fastlint: ignore[blocking-http, FL101]"
    (directive,) = suppression.parse(comment, 100)
    assert directive.names is not None
    assert [comment[start - 100 : end - 100] for _, start, end in directive.names] == [
        HTTP,
        "FL101",
    ]
    assert (directive.start, directive.end) == (100, 100 + len(comment))


@pytest.mark.parametrize(
    "comment",
    ["# fastlint: ignore", "# fastlint: ignore -- why", "# fastlint: ignore # noqa: E501"],
)
def test_without_brackets_every_rule_is_meant(comment):
    assert names(comment) is None


@pytest.mark.parametrize(
    ("comment", "whole_file"),
    [("# fastlint: ignore-file[FL101]", True), ("# fastlint: ignore[FL101]", False)],
)
def test_a_file_is_meant_where_it_says_so(comment, whole_file):
    (directive,) = suppression.parse(comment, 0)
    assert directive.whole_file is whole_file
    covered = directive.covering(3, 4)
    assert (covered.first, covered.last) == ((0, 0) if whole_file else (3, 4))


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("# fastlint: ignore[FL101] -- ticket #12, until May", "ticket #12, until May"),
        ("# fastlint: ignore -- legacy", "legacy"),
        ("# fastlint: ignore[FL101]--short", "short"),
        ("# noqa: FL101 -- short", "short"),
        ("# fastlint: ignore[FL101] --", None),
        ("# fastlint: ignore[FL101]", None),
        ("# fastlint: ignore[FL101] -- why # noqa: E501", "why"),
    ],
)
def test_the_reason_stands_behind_two_hyphens(comment, reason):
    (directive,) = suppression.parse(comment, 0)
    assert directive.reason == reason


@pytest.mark.parametrize(
    ("comment", "codes"),
    [
        ("# noqa: FL102", ["FL102"]),
        ("#noqa:FL102", ["FL102"]),
        ("# NOQA: fl102", ["FL102"]),
        ("# noqa: E501, FL102,FL201", ["FL102", "FL201"]),
        ("# noqa: E501 FL102", ["FL102"]),
        ("# noqa : FL102", ["FL102"]),
        ("# type: ignore[misc]  # noqa: FL102", ["FL102"]),
    ],
)
def test_our_codes_in_noqa_are_read(comment, codes):
    (directive,) = suppression.parse(comment, 0)
    assert directive.foreign
    assert names(comment) == codes


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "# noqa: E501",
        "# noqa: E501, see FL102",
        "# noqa: FLY002",
        "# type: ignore",
        "# see fastlint: ignore",
        "# ignore[blocking-http]",
        "# an ordinary comment",
    ],
)
def test_other_comments_are_left_alone(comment):
    assert suppression.parse(comment, 0) == ()


def test_one_comment_may_hold_several():
    comment = "# fastlint: ignore[blocking-http] -- why # noqa: FL201"
    ours, theirs = suppression.parse(comment, 0)
    assert (ours.foreign, theirs.foreign) == (False, True)
    assert (ours.reason, theirs.reason) == ("why", None)


@pytest.mark.parametrize(
    "comment",
    [
        "# fastlint: ingore[blocking-http]",
        "# fastlint: ignore[]",
        "# fastlint: ignore[blocking-http",
        "# fastlint: ignore blocking-http",
        "# fastlint: ignores",
        "# fastlint: disable=blocking-http",
        "# fastlint:",
    ],
)
def test_what_cannot_be_read_stands_for_itself(comment):
    assert names(comment) == [comment]


# --- filtering ---------------------------------------------------------------------


def summary(text: str) -> ModuleSummary:
    location = Location(
        path="main.py",
        absolute=Path("/nowhere/main.py"),
        module="main",
        root=".",
        is_package=False,
        is_stub=False,
        reported=True,
        content=text.encode(),
    )
    source = read(location)
    assert isinstance(source, SourceFile)
    extraction = extract(source)
    assert isinstance(extraction, Extraction)
    return extraction.summary


def at(line: int, rule: str = SLEEP) -> Finding:
    return Finding(rule=rule, path="main.py", span=Span(line, 0, line, 4), message="found")


@pytest.fixture
def left(book):
    """What is left of findings in a text: rules and lines."""

    def left(text, *findings, active=None):
        active = {page.name for page in book} if active is None else active
        filtered = suppression.apply(findings, [summary(text)], book, active)
        return sorted((finding.rule, finding.span.line) for finding in filtered.kept)

    return left


@pytest.mark.parametrize(
    "text",
    [
        "wait()  # fastlint: ignore[blocking-sleep]\n",
        "wait()  # fastlint: ignore[FL101]\n",
        "wait()  # noqa: FL101\n",
        "wait()  # fastlint: ignore[FL102, FL101]\n",
        "wait()\n# fastlint: ignore-file[blocking-sleep]\n",
        "wait()  # fastlint: ignore\n",
    ],
)
def test_a_comment_silences_the_rule_that_it_names(left, text):
    rules = {rule for rule, _ in left(text, at(1), active={SLEEP})}
    assert rules == set()


@pytest.mark.parametrize(
    "text",
    [
        "wait()  # fastlint: ignore[blocking-http]\n",
        "wait()  # noqa: FL102\n",
        "wait()  # fastlint: ignore[blocking]\n",
        "wait()  # noqa\n",
        "wait()  # fastlint: ingore[blocking-sleep]\n",
        "wait()\nstop()  # fastlint: ignore[blocking-sleep]\n",
        "wait()\n\n# fastlint: ignore[blocking-sleep]\nstop()\n",
    ],
)
def test_a_comment_silences_nothing_else(left, text):
    assert (SLEEP, 1) in left(text, at(1), active={SLEEP})


@pytest.mark.parametrize("commented", [1, 2, 3])
def test_a_comment_on_any_line_of_a_statement_silences_all_of_it(left, commented):
    lines = ["call(", "    wait(),", ")"]
    lines[commented - 1] += "  # fastlint: ignore[blocking-sleep]"
    assert left("\n".join(lines) + "\n", at(1), at(2), active={SLEEP}) == []


def test_a_comment_alone_silences_the_statement_below(left):
    text = "# fastlint: ignore[blocking-sleep]\ncall(\n    wait()\n)\nwait()\n"
    assert left(text, at(3), at(5), active={SLEEP}) == [(SLEEP, 5)]


def test_a_comment_on_a_header_leaves_the_body_alone(left):
    text = "while wait():  # fastlint: ignore[blocking-sleep]\n    wait()\n"
    assert left(text, at(1), at(2), active={SLEEP}) == [(SLEEP, 2)]


def test_another_file_is_not_concerned(book):
    elsewhere = Finding(rule=SLEEP, path="b.py", span=Span(1, 0, 1, 4), message="found")
    text = "# fastlint: ignore-file[blocking-sleep]\n"
    filtered = suppression.apply([elsewhere], [summary(text)], book, {SLEEP})
    assert filtered.kept == (elsewhere,)
    assert filtered.silenced == 0


def test_silenced_findings_are_counted(book):
    text = "wait()  # fastlint: ignore[blocking-sleep]\n"
    assert suppression.apply([at(1), at(1, HTTP)], [summary(text)], book, {SLEEP}).silenced == 1


# --- useless comments --------------------------------------------------------------


def test_a_name_that_silences_nothing_is_unused(left):
    text = "wait()  # fastlint: ignore[blocking-sleep, blocking-http]\n"
    assert left(text, at(1)) == [(suppression.UNUSED, 1)]


def test_only_the_unused_name_is_marked(book):
    text = "wait()  # fastlint: ignore[blocking-sleep, blocking-http]\n"
    active = {page.name for page in book}
    (unused,) = suppression.apply([at(1)], [summary(text)], book, active).kept
    assert text[unused.span.column : unused.span.end_column] == HTTP
    assert HTTP in unused.message


def test_an_unused_code_of_ours_in_noqa_is_reported(left):
    assert left("go()  # noqa: E501, FL101\n") == [(suppression.UNUSED, 1)]


def test_codes_of_other_tools_are_never_reported(left):
    assert left("go()  # noqa: E501, ASYNC251\n") == []


def test_a_rule_that_did_not_run_is_not_called_unused(left):
    text = "go()  # fastlint: ignore[blocking-sleep]\n"
    assert left(text, active={suppression.UNUSED, HTTP}) == []


def test_an_unused_bare_suppression_is_reported_where_all_default_rules_ran(left, book):
    text = "go()  # fastlint: ignore -- legacy\n"
    by_default = {page.name for page in book if page.card.default == "on"}
    assert (suppression.UNUSED, 1) in left(text, active=by_default)
    assert left(text, active=by_default - {HTTP, suppression.BARE}) == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [("blocking-htp", "blocking-http"), ("FL1O2", "FL102"), ("BLOCKING_HTTP", "blocking-http")],
)
def test_an_unknown_name_is_reported_with_what_was_meant(book, name, meant):
    text = f"go()  # fastlint: ignore[{name}]\n"
    (unknown,) = suppression.apply([], [summary(text)], book, {suppression.UNKNOWN}).kept
    assert unknown.rule == suppression.UNKNOWN
    assert f"`{name}`" in unknown.message
    assert unknown.help == f"Did you mean `{meant}`?"


def test_an_unknown_code_of_ours_in_noqa_is_reported(left):
    assert left("go()  # noqa: FL999\n") == [(suppression.UNKNOWN, 1)]


def test_a_comment_that_cannot_be_read_is_reported_whole(book):
    text = "go()  # fastlint: ignore blocking-http\n"
    (unknown,) = suppression.apply([], [summary(text)], book, {suppression.UNKNOWN}).kept
    assert unknown.span == Span(1, 6, 1, len(text) - 1)


def test_a_bare_suppression_is_told_what_it_hides(book):
    text = "wait()  # fastlint: ignore\n"
    findings = [at(1), at(1, HTTP)]
    (bare,) = suppression.apply(findings, [summary(text)], book, {suppression.BARE}).kept
    assert bare.rule == suppression.BARE
    assert bare.help == "Write `ignore[blocking-http, blocking-sleep]`."


def test_a_bare_suppression_of_a_file_is_told_to_name_rules_too(book):
    text = "wait()  # fastlint: ignore-file\n"
    (bare,) = suppression.apply([at(1)], [summary(text)], book, {suppression.BARE}).kept
    assert bare.help == "Write `ignore-file[blocking-sleep]`."


@pytest.mark.parametrize(
    "text",
    [
        "go()  # fastlint: ignore[blocking-sleep, unused-suppression]\n",
        "go()  # fastlint: ignore[blocking-htp, FL902]\n",
        "wait()  # fastlint: ignore\n# fastlint: ignore-file[FL903]\n",
    ],
)
def test_reports_about_comments_can_be_suppressed_by_name(left, text):
    assert left(text, at(1)) in ([], [(SLEEP, 1)])


def test_a_bare_suppression_does_not_hide_itself(left):
    assert left("wait()  # fastlint: ignore\n", at(1)) == [(suppression.BARE, 1)]


def test_reports_about_comments_run_only_if_selected(left):
    text = "go()  # fastlint: ignore\ngo()  # fastlint: ignore[blocking-htp, blocking-sleep]\n"
    assert left(text, active={SLEEP}) == []
