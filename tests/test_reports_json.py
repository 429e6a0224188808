"""The report for other programs, and the schema that describes it."""

import json

import jsonschema
import pytest

from fastlint.diagnostics import (
    Confidence,
    Problem,
    ProblemKind,
    Report,
    Reported,
    Severity,
    Span,
    Step,
    Summary,
)
from fastlint.reports import View
from fastlint.reports import json as json_report

FINDING = Reported(
    rule="blocking-http",
    path="app/main.py",
    span=Span(4, 11, 5, 1),
    message="`requests.get` blocks the event loop",
    confidence=Confidence.MEDIUM,
    trace=(Step("app/b.py", Span(7, 0, 7, 3), "`b` calls `c`"),),
    help="Do it",
    symbol="read",
    entry="GET /",
    code="FL102",
    category="blocking",
    severity=Severity.ERROR,
    fingerprint="0123",
)
PROBLEM = Problem(kind=ProblemKind.SYNTAX, path="b.py", message="no Python", line=3, column=2)
REPORT = Report(
    findings=(FINDING, FINDING),
    problems=(PROBLEM,),
    summary=Summary(files=3, analysed=5, errors=2, suppressed=1, notes=("A note.",)),
)
EMPTY = Report(findings=(), problems=(), summary=Summary(files=0, analysed=0))


@pytest.fixture
def view(book) -> View:
    return View(rulebook=book, lines=lambda _path: ())


def test_the_document_of_version_1(view):
    finding = {
        "rule": "blocking-http",
        "code": "FL102",
        "category": "blocking",
        "severity": "error",
        "confidence": "medium",
        "message": "`requests.get` blocks the event loop",
        "help": "Do it",
        "path": "app/main.py",
        "line": 4,
        "column": 12,
        "end_line": 5,
        "end_column": 2,
        "symbol": "read",
        "entry": "GET /",
        "trace": [{"path": "app/b.py", "line": 7, "column": 1, "message": "`b` calls `c`"}],
        "fixable": False,
        "fingerprint": "0123",
    }
    assert json.loads(json_report.render(REPORT, view)) == {
        "version": 1,
        "findings": [finding, finding],
        "problems": [
            {
                "kind": "syntax",
                "path": "b.py",
                "line": 3,
                "column": 2,
                "message": "no Python",
                "rule": None,
            }
        ],
        "summary": {
            "files": 3,
            "analysed": 5,
            "errors": 2,
            "warnings": 0,
            "infos": 0,
            "suppressed": 1,
            "rules": {"blocking-http": 2},
            "notes": ["A note."],
        },
    }


@pytest.mark.parametrize("report", [REPORT, EMPTY], ids=["full", "empty"])
def test_the_schema_describes_the_output(view, report):
    validator = jsonschema.Draft202012Validator
    validator.check_schema(json_report.schema())
    validator(json_report.schema()).validate(json.loads(json_report.render(report, view)))


def test_the_schema_wants_every_key(view):
    document = json.loads(json_report.render(REPORT, view))
    del document["findings"][0]["entry"]
    with pytest.raises(jsonschema.ValidationError, match="entry"):
        jsonschema.validate(document, json_report.schema())


def test_the_output_is_ascii(view):
    finding = FINDING.model_copy(update={"path": "app/ä.py", "message": "名前"})
    report = REPORT.model_copy(update={"findings": (finding,)})
    rendered = json_report.render(report, view)
    assert rendered.isascii()
    assert json.loads(rendered)["findings"][0]["message"] == "名前"
