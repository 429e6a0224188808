"""What fastlint says: findings, problems, fixes, and the places they speak of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A range of source: 1-based lines, 0-based columns in code points, end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Step:
    """One hop of a trace: at `span` of `path` (as reported), `message` happens."""

    path: str
    span: Span
    message: str


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the decoded text between two offsets (code points) by `text`."""

    start: int
    end: int
    text: str


class Severity(StrEnum):
    """How bad a finding is. Compare by `rank`: the higher, the worse."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for info, 1 for warning, 2 for error."""
        return _SEVERITIES.index(self)

    def lowered(self) -> Severity:
        """One step milder; info stays info."""
        return _SEVERITIES[max(0, self.rank - 1)]


_SEVERITIES = list(Severity)


class Confidence(StrEnum):
    """How sure fastlint is that a finding is true."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Applicability(StrEnum):
    """How far a fix may be applied without a look: safe, unsafe, or only displayed."""

    DISPLAY = "display"
    UNSAFE = "unsafe"
    SAFE = "safe"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Fix(_Frozen):
    """One way to mend a finding: edits to apply together, or none of them."""

    message: str
    edits: tuple[Edit, ...]
    applicability: Applicability


class Finding(_Frozen):
    """One reported place, as a check yields it.

    `message` states the fact in one line; the cure stands in `help`. `severity` is set
    only by a check that departs from its card (start-up code, a leaking secret).
    `trace` leads from the reported place to its cause. `entry` names what brings
    execution there (`GET /users/{id}`), where one is known.
    """

    rule: str
    path: str
    span: Span
    message: str
    confidence: Confidence = Confidence.HIGH
    severity: Severity | None = None
    trace: tuple[Step, ...] = ()
    related: tuple[Step, ...] = ()
    help: str | None = None
    fixable: bool = False
    symbol: str | None = None
    entry: str | None = None


class Reported(Finding):
    """A finding that is settled: its code and severity known, suppressions applied.

    `fingerprint` stays the same when lines move: it hashes rule, path, enclosing
    symbol, the normalised snippet and its ordinal among equals.
    """

    code: str
    category: str
    severity: Severity
    fingerprint: str


class ProblemKind(StrEnum):
    """Why fastlint could not do something it was asked to."""

    UNREADABLE = "unreadable"
    SYNTAX = "syntax"
    INTERNAL = "internal"


class Problem(_Frozen):
    """Something fastlint could not do, with its address. Any problem makes the exit code 2."""

    kind: ProblemKind
    path: str
    message: str
    line: int | None = None
    column: int | None = None
    """1-based column, as printed."""
    rule: str | None = None


class Summary(_Frozen):
    """Figures about a run."""

    files: int
    """Files reported on."""
    analysed: int
    """Files of the project that were read."""
    errors: int = 0
    warnings: int = 0
    infos: int = 0
    suppressed: int = 0
    notes: tuple[str, ...] = ()
    """Sentences the user should know: rules that are off because of a version, ..."""


class Report(_Frozen):
    """The outcome of a run, sorted by path and place."""

    findings: tuple[Reported, ...]
    problems: tuple[Problem, ...]
    summary: Summary
