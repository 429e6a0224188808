"""The report as SARIF 2.1.0, for code scanning services and viewers.

<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from fastlint import __version__
from fastlint.diagnostics import Problem, Report, Reported, Severity, Span, Step
from fastlint.reports import View
from fastlint.rulebook import Page

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

FINGERPRINT = "fastlint/v1"
"""Key and version of our fingerprint among the partial fingerprints."""

_ROOT = "%SRCROOT%"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report, view: View) -> str:
    """A log of one run."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report, view)]}
    return json.dumps(log, indent=2) + "\n"


def _run(report: Report, view: View) -> dict[str, Any]:
    codes = sorted({finding.code for finding in report.findings})
    positions = {code: position for position, code in enumerate(codes)}
    driver = {
        "name": "fastlint",
        "version": __version__,
        "rules": [_rule(view.rulebook.page(code)) for code in codes],
    }
    return {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            _ROOT: {"description": {"text": "The directory that fastlint was run in."}}
        },
        "invocations": [_invocation(report)],
        "results": [_result(finding, positions) for finding in report.findings],
    }


def _rule(page: Page) -> dict[str, Any]:
    card = page.card
    prose = page.text.partition("\n## ")[0].strip()  # the examples would be too much
    return {
        "id": card.code,
        "name": card.name,
        "shortDescription": {"text": card.summary},
        "help": {"text": prose, "markdown": prose},
        "defaultConfiguration": {"level": _LEVELS[card.severity]},
        "properties": {"tags": [card.category]},
    }


# --- results -----------------------------------------------------------------------


def _result(finding: Reported, positions: Mapping[str, int]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": positions[finding.code],
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [_location(finding)],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
        "properties": {"confidence": finding.confidence, "fixable": finding.fixable},
    }
    if finding.trace:
        start = Step(finding.path, finding.span, finding.message)
        result["codeFlows"] = [_code_flow((start, *finding.trace))]
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, **_step(step)} for number, step in enumerate(finding.related, 1)
        ]
    return result


def _message(finding: Reported) -> str:
    entry = f"Reached from {finding.entry}." if finding.entry else None
    return "\n\n".join(filter(None, (finding.message, entry, finding.help)))


def _location(finding: Reported) -> dict[str, Any]:
    location = _physical(finding.path, finding.span)
    if finding.symbol:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.symbol}]
    return location


def _code_flow(steps: Sequence[Step]) -> dict[str, Any]:
    return {"threadFlows": [{"locations": [{"location": _step(step)} for step in steps]}]}


def _step(step: Step) -> dict[str, Any]:
    return {**_physical(step.path, step.span), "message": {"text": step.message}}


def _physical(path: str, span: Span) -> dict[str, Any]:
    region = {
        "startLine": span.line,
        "startColumn": span.column + 1,
        "endLine": span.end_line,
        "endColumn": span.end_column + 1,
    }
    return {"physicalLocation": {"artifactLocation": _artifact(path), "region": region}}


def _artifact(path: str) -> dict[str, str]:
    """A path that cannot be told relative to the working directory is an absolute URI."""
    if PurePath(path).is_absolute():
        return {"uri": PurePath(path).as_uri()}
    return {"uri": quote(path, errors="surrogateescape"), "uriBaseId": _ROOT}


# --- what could not be done --------------------------------------------------------


def _invocation(report: Report) -> dict[str, Any]:
    return {
        "executionSuccessful": not report.problems,
        "toolExecutionNotifications": [
            *map(_problem, report.problems),
            *_notes(report.summary.notes),
        ],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(problem.path)}
    if problem.line is not None:
        physical["region"] = {"startLine": problem.line, "startColumn": problem.column or 1}
    notification: dict[str, Any] = {
        "descriptor": {"id": problem.kind},
        "level": "error",
        "message": {"text": problem.message},
        "locations": [{"physicalLocation": physical}],
    }
    if problem.rule is not None:
        notification["properties"] = {"rule": problem.rule}
    return notification


def _notes(notes: Iterable[str]) -> list[dict[str, Any]]:
    return [{"level": "note", "message": {"text": note}} for note in notes]
