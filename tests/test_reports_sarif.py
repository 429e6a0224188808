"""SARIF 2.1.0, held against the official schema."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from fastlint import __version__
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
from fastlint.reports import View, sarif

SCHEMA = json.loads((Path(__file__).parent / "data" / "sarif-schema-2.1.0.json").read_text())


def reported(**fields) -> Reported:
    finding = {
        "rule": "blocking-http",
        "path": "app/main.py",
        "span": Span(4, 11, 4, 28),
        "message": "`requests.get` blocks the event loop",
        "code": "FL102",
        "category": "blocking",
        "severity": Severity.ERROR,
        "fingerprint": "0123",
    }
    return Reported.model_validate(finding | fields)


@pytest.fixture
def run_of(book):
    """The only run of a report's log, which is valid."""

    def run_of(*findings: Reported, problems=(), notes=()) -> dict[str, Any]:
        summary = Summary(files=3, analysed=5, notes=notes)
        report = Report(findings=findings, problems=problems, summary=summary)
        log = json.loads(sarif.render(report, View(book, lambda _path: ())))
        jsonschema.Draft4Validator(SCHEMA).validate(log)
        assert log["version"] == "2.1.0"
        run: dict[str, Any] = log["runs"][0]
        assert log["runs"] == [run]
        return run

    return run_of


def test_an_empty_report_is_valid(run_of):
    run = run_of()
    assert run["results"] == []
    assert run["tool"]["driver"]["version"] == __version__
    assert run["invocations"][0]["executionSuccessful"] is True


def test_columns_count_code_points_from_one(run_of):
    run = run_of(reported())
    assert run["columnKind"] == "unicodeCodePoints"
    (location,) = run["results"][0]["locations"]
    assert location["physicalLocation"]["region"] == {
        "startLine": 4,
        "startColumn": 12,
        "endLine": 4,
        "endColumn": 29,
    }


def test_paths_are_relative_to_the_source_root(run_of):
    run = run_of(reported(path="app/my file%.py"))
    (location,) = run["results"][0]["locations"]
    assert location["physicalLocation"]["artifactLocation"] == {
        "uri": "app/my%20file%25.py",
        "uriBaseId": "%SRCROOT%",
    }


def test_a_path_on_another_drive_is_a_whole_uri(run_of):
    path = Path(__file__).resolve()
    run = run_of(reported(path=path.as_posix()))
    (location,) = run["results"][0]["locations"]
    assert location["physicalLocation"]["artifactLocation"] == {"uri": path.as_uri()}


def test_a_result_points_to_its_rule(run_of, book):
    run = run_of(reported(), reported(rule="blocking-sleep", code="FL101"))
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["FL101", "FL102"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == ["FL102", "FL101"]
    card = book.page("FL102").card
    assert rules[1]["name"] == card.name
    assert rules[1]["shortDescription"]["text"] == card.summary
    assert rules[1]["defaultConfiguration"]["level"] == "error"
    assert rules[1]["help"]["markdown"].startswith(f"# {card.name}")


@pytest.mark.parametrize(
    ("severity", "level"),
    [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "note")],
)
def test_severities_are_levels(run_of, severity, level):
    (result,) = run_of(reported(severity=severity))["results"]
    assert result["level"] == level


def test_the_fingerprint_is_a_partial_one(run_of):
    (result,) = run_of(reported())["results"]
    assert result["partialFingerprints"] == {"fastlint/v1": "0123"}


def test_the_trace_is_a_code_flow_from_the_finding_on(run_of):
    trace = (
        Step("app/b.py", Span(7, 0, 7, 3), "`b` calls `c`"),
        Step("app/c.py", Span(9, 4, 9, 8), "`c` waits"),
    )
    (result,) = run_of(reported(trace=trace))["results"]
    (flow,) = result["codeFlows"]
    (thread,) = flow["threadFlows"]
    hops = [hop["location"] for hop in thread["locations"]]
    assert [hop["message"]["text"] for hop in hops] == [
        "`requests.get` blocks the event loop",
        "`b` calls `c`",
        "`c` waits",
    ]
    uris = [hop["physicalLocation"]["artifactLocation"]["uri"] for hop in hops]
    assert uris == ["app/main.py", "app/b.py", "app/c.py"]


def test_entry_help_symbol_and_related_places_are_told(run_of):
    finding = reported(
        entry="GET /",
        help="Do it",
        symbol="read",
        related=(Step("app/s.py", Span(2, 0, 2, 3), "set here"),),
    )
    (result,) = run_of(finding)["results"]
    assert result["message"]["text"].split("\n\n")[1:] == ["Reached from GET /.", "Do it"]
    logical = result["locations"][0]["logicalLocations"]
    assert logical == [{"fullyQualifiedName": "read"}]
    (related,) = result["relatedLocations"]
    assert related["message"]["text"] == "set here"


def test_problems_and_notes_are_notifications(run_of):
    problems = (
        Problem(kind=ProblemKind.SYNTAX, path="b.py", message="no Python", line=3, column=2),
        Problem(kind=ProblemKind.INTERNAL, path=".", message="failed", rule="blocking-http"),
    )
    (invocation,) = run_of(problems=problems, notes=("A note.",))["invocations"]
    assert invocation["executionSuccessful"] is False
    syntax, internal, note = invocation["toolExecutionNotifications"]
    assert syntax["descriptor"] == {"id": "syntax"}
    region = syntax["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 3, "startColumn": 2}
    assert internal["properties"] == {"rule": "blocking-http"}
    assert (note["level"], note["message"]["text"]) == ("note", "A note.")
