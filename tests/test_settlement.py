"""From raw findings to settled ones."""

from pathlib import Path

import pytest

from fastlint.config import load
from fastlint.diagnostics import Confidence, Finding, Reported, Severity, Span, Step
from fastlint.extraction import Extraction, extract
from fastlint.selection import select
from fastlint.settlement import settle
from fastlint.sources import Location, SourceFile, read
from fastlint.summaries import ModuleSummary

LINES = ("a = get(1)", "b = get(1)", "c = '名' + get(", "    1)")
STEP = Step("other.py", Span(1, 0, 1, 1), "`a` calls `b`")


def summary(path: str) -> ModuleSummary:
    location = Location(
        path=path,
        absolute=Path("/project", path),
        module=path.removesuffix(".py"),
        root=".",
        is_package=False,
        is_stub=False,
        reported=True,
        content="\n".join(LINES).encode(),
    )
    source = read(location)
    assert isinstance(source, SourceFile)
    extraction = extract(source)
    assert isinstance(extraction, Extraction)
    return extraction.summary


@pytest.fixture
def settled(book):
    """What is reported of findings in `main.py` and `other.py`."""

    def settled(*findings: Finding, lines=LINES) -> tuple[Reported, ...]:
        modules = {Path("/project", name): summary(name) for name in ("main.py", "other.py")}
        return settle(
            findings,
            modules,
            lambda _path: lines,
            book=book,
            selection=select(load(isolated=True), book),
            judged=(),
        ).findings

    return settled


def found(line: int = 1, **fields) -> Finding:
    finding = {
        "rule": "blocking-http",
        "path": "main.py",
        "span": Span(line, 4, line, 10),
        "message": "found",
    }
    return Finding.model_validate(finding | fields)


def test_findings_are_sorted_by_path_place_and_code(settled):
    findings = [
        found(2),
        found(1, path="other.py"),
        found(1),
        found(1, rule="blocking-sleep"),
        found(1, span=Span(1, 0, 1, 1)),
    ]
    report = [(at.path, at.span.line, at.span.column, at.code) for at in settled(*findings)]
    assert report == [
        ("main.py", 1, 0, "FL102"),
        ("main.py", 1, 4, "FL101"),
        ("main.py", 1, 4, "FL102"),
        ("main.py", 2, 4, "FL102"),
        ("other.py", 1, 4, "FL102"),
    ]


def test_findings_in_files_that_are_not_reported_on_are_dropped(settled):
    assert settled(found(path="elsewhere.py")) == ()


def test_a_check_may_depart_from_the_severity_of_its_card(settled):
    (finding,) = settled(found(severity=Severity.INFO))
    assert finding.severity is Severity.INFO


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (found(confidence=Confidence.HIGH), found(confidence=Confidence.LOW, entry="GET /")),
        (found(entry="GET /", trace=(STEP,)), found()),
        (found(trace=(STEP,)), found(trace=(STEP, STEP))),
        (found(message="a"), found(message="b")),
    ],
    ids=["surer", "with an entry", "shorter trace", "text"],
)
def test_one_finding_of_a_rule_is_kept_at_each_place(settled, better, worse):
    one_way, other_way = settled(better, worse), settled(worse, better)
    assert one_way == other_way
    (kept,) = one_way
    assert (kept.message, kept.trace, kept.entry) == (better.message, better.trace, better.entry)


def test_rules_do_not_displace_each_other(settled):
    assert len(settled(found(), found(rule="blocking-sleep"))) == 2


def test_fingerprints_tell_equal_code_apart_by_its_order(settled):
    first, second = settled(found(1), found(2))
    (alone,) = settled(found(1))
    assert first.fingerprint == alone.fingerprint != second.fingerprint


def test_fingerprints_tell_symbols_apart(settled):
    first, second = settled(found(1, symbol="f"), found(2, symbol="g"))
    (alone,) = settled(found(2, symbol="g"))
    assert first.fingerprint != second.fingerprint == alone.fingerprint


def test_a_span_of_several_lines_has_a_fingerprint(settled):
    (broken,) = settled(found(span=Span(3, 10, 4, 6)))
    (joined,) = settled(found(span=Span(1, 4, 1, 10)))
    assert broken.fingerprint == joined.fingerprint


def test_a_file_that_is_gone_still_gives_fingerprints(settled):
    first, second = settled(found(1), found(2), lines=())
    assert first.fingerprint != second.fingerprint
