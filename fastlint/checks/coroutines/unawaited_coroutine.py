"""Coroutines that are created and never awaited."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.coroutines import CoroutineValue
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Usage

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Dropped on the spot, or bound to a name that nothing reads."""
    for value in project.coroutines.values:
        if value.usages not in ((), (Usage.DISCARDED,)):
            continue
        yield project.finding(
            value.module,
            value.call.start,
            value.call.end,
            f"`{value.callee}` is never awaited",
            help=_help(value),
            symbol=value.function.qualname if value.function else None,
        )


def _help(value: CoroutineValue) -> str:
    if value.function is not None and value.function.is_async:
        return "await it, or keep a task: `task = asyncio.create_task(...)`"
    return "await it in an `async def` function: a plain function cannot"
