"""What is awaited, and cannot be."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.wording import name_of_call
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Usage

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Calls whose value is known to be no awaitable, whichever callable is meant."""
    for call, frame, callees in project.sites.all:
        if call.usage is not Usage.AWAITED:
            continue
        if not project.coroutines.gives_no_awaitable(call, frame):
            continue
        name = name_of_call(call.callee, callees[0])
        yield project.finding(
            frame.module,
            call.start,
            call.end,
            f"what `{name}` returns is no awaitable",
            help="drop the `await`",
            symbol=frame.block.qualname,
        )
