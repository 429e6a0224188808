"""Patterns of origins that match websites which nobody meant."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Confidence, Finding, Severity
from fastlint.project import Project
from fastlint.project.frameworks.cors import allows_credentials, origin_of
from fastlint.project.frameworks.fastapi import Middleware
from fastlint.project.frameworks.origins import Stranger, matches_all, stranger
from fastlint.project.values import Constant
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """A pattern for everybody is meant, and harmless where no credentials are allowed."""
    for item in project.application.cors:
        pattern = _pattern(item, project)
        if pattern is None:
            continue
        text, credentials = str(pattern.value), allows_credentials(item, project.values)
        found = stranger(text)
        if matches_all(text):
            if credentials:
                yield _finding(project, item, pattern, "every origin", _OWN_DOMAINS)
        elif found is not None:
            grave = credentials and found.exists
            yield _finding(
                project,
                item,
                pattern,
                f"`{found.origin}`, because of its `{found.part}`",
                _cure(found),
                severity=None if grave else Severity.WARNING,
                confidence=Confidence.HIGH if found.exists else Confidence.MEDIUM,
            )


def _pattern(item: Middleware, project: Project[NoOptions]) -> Constant | None:
    written = item.argument("allow_origin_regex")
    if written is None:
        return None
    match project.values.constant(*written):
        case Constant(value=str()) as pattern:
            return pattern
    return None


_OWN_DOMAINS = r"match your own domains only, as `https://([a-z0-9-]+\.)*example\.com` does"


def _cure(found: Stranger) -> str:
    if found.part == ".":
        return r"write `\.` for a dot"
    return f"let the pattern end in a domain of your own, and put `[a-z0-9-]+` for `{found.part}`"


def _finding(
    project: Project[NoOptions],
    item: Middleware,
    pattern: Constant,
    matched: str,
    cure: str,
    *,
    severity: Severity | None = None,
    confidence: Confidence = Confidence.HIGH,
) -> Finding:
    return project.finding(
        item.frame.module,
        item.call.start,
        item.call.end,
        f"`allow_origin_regex` matches {matched}",
        help=cure,
        severity=severity,
        confidence=confidence,
        trace=tuple(origin_of(pattern, item, "the pattern comes from here")),
    )
