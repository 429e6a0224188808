"""Values that are written into the text of SQL."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Confidence, Finding, Severity
from fastlint.project import Project
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Where the text is given to the library, or to the project's own function around it."""
    for argument in project.uses.arguments("statements"):
        for expression, frame, call in project.provenance.writers(
            argument.expression, argument.frame, argument.call
        ):
            found = list(project.provenance.inserted(expression, frame))
            if not found:
                continue
            given = max(found, key=lambda one: one.by_request)
            yield project.finding(
                frame.module,
                call.start,
                call.end,
                f"`{given.name}` is written into the SQL of `{argument.callee}`",
                help="hand it over beside the text: "
                '`execute(text("... where name = :name"), {"name": name})`',
                severity=None if given.by_request else Severity.WARNING,
                confidence=Confidence.HIGH if given.by_request else Confidence.MEDIUM,
                symbol=frame.block.qualname,
            )
