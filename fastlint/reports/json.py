"""The report as JSON, for other programs. The format is stable: see `Document`.

`version` is 1. Within a version, keys are never removed, renamed or given another meaning;
new keys may be added. Every key is always there; what is not known is null or empty.
`schema()` describes all of it as a JSON schema.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from fastlint.diagnostics import Confidence, ProblemKind, Report, Reported, Severity, Step
from fastlint.reports import View


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class Hop(_Record):
    """One step on the way from a finding to its cause."""

    path: str
    line: int = Field(ge=1)
    column: int = Field(ge=1)
    message: str

    @classmethod
    def of(cls, step: Step) -> Hop:
        """The hop of a trace's step."""
        span = step.span
        return cls(path=step.path, line=span.line, column=span.column + 1, message=step.message)


class FindingRecord(_Record):
    """One finding."""

    rule: str = Field(description="Name of the rule, such as `blocking-http`.")
    code: str = Field(description="Code of the rule, such as `FL102`.")
    category: str
    severity: Severity = Field(description="How bad it is.")
    confidence: Confidence = Field(description="How sure fastlint is.")
    message: str = Field(description="What is the case, in one line.")
    help: str | None = Field(description="What to do about it.")
    path: str = Field(description="Relative to the working directory, with forward slashes.")
    line: int = Field(ge=1)
    column: int = Field(ge=1, description="In code points; the first column is 1.")
    end_line: int = Field(ge=1)
    end_column: int = Field(ge=1, description="The column behind the last character.")
    symbol: str | None = Field(description="Qualified name of the function or class around it.")
    entry: str | None = Field(description="What brings execution there: `GET /users/{id}`.")
    trace: tuple[Hop, ...] = Field(description="The way from the place to the cause.")
    fixable: bool
    fingerprint: str = Field(description="Identity of the finding; stays when lines move.")

    @classmethod
    def of(cls, finding: Reported) -> FindingRecord:
        """The record of a settled finding."""
        span = finding.span
        return cls(
            line=span.line,
            column=span.column + 1,
            end_line=span.end_line,
            end_column=span.end_column + 1,
            trace=tuple(map(Hop.of, finding.trace)),
            **finding.model_dump(include=_SHARED),
        )


_SHARED = FindingRecord.model_fields.keys() & Reported.model_fields.keys() - {"trace"}


class ProblemRecord(_Record):
    """Something fastlint could not do. The exit code is 2 if there is any."""

    kind: ProblemKind
    path: str
    line: int | None
    column: int | None
    message: str
    rule: str | None = Field(description="The rule whose check failed, if one did.")


class SummaryRecord(_Record):
    """Figures about the run."""

    files: int = Field(description="Files that were reported on.")
    analysed: int = Field(description="Files of the project that were read.")
    errors: int
    warnings: int
    infos: int
    suppressed: int = Field(description="Findings that comments silence.")
    rules: dict[str, int] = Field(description="Number of findings by name of the rule.")
    notes: tuple[str, ...] = Field(description="What else the user should know.")


class Document(_Record):
    """All of the output. Findings and problems are sorted by path and place."""

    version: Literal[1]
    findings: tuple[FindingRecord, ...]
    problems: tuple[ProblemRecord, ...]
    summary: SummaryRecord

    @classmethod
    def of(cls, report: Report) -> Document:
        """The document of a report."""
        rules = Counter(finding.rule for finding in report.findings)
        return cls(
            version=1,
            findings=tuple(map(FindingRecord.of, report.findings)),
            problems=tuple(ProblemRecord(**problem.model_dump()) for problem in report.problems),
            summary=SummaryRecord(**report.summary.model_dump(), rules=dict(sorted(rules.items()))),
        )


def render(report: Report, _view: View) -> str:
    """The document, indented. Only ASCII, so that no encoding on the way can hurt it."""
    return json.dumps(Document.of(report).model_dump(mode="json"), indent=2) + "\n"


def schema() -> dict[str, Any]:
    """The JSON schema (draft 2020-12) of the output."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return dialect | Document.model_json_schema(mode="serialization")
