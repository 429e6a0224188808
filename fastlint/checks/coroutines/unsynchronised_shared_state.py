"""Shared state that is overwritten with what was made of an older value of it."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding, Step
from fastlint.project import Project
from fastlint.project.frameworks.requests import frames_of_requests
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """At the write, in code that requests run at the same time."""
    frames = frames_of_requests(project.contexts, project.calls, project.types)
    functions = dict.fromkeys(frame.function for frame in frames)
    for function in functions:
        if function is None or not function.is_async or not function.block.awaits:
            continue
        for update in project.races.lost_updates(project.types.generic_frame(function)):
            path, place = function.module.path, function.module.span(update.read, update.read + 1)
            yield project.finding(
                function.module,
                update.start,
                update.end,
                f"`{update.state}` is written after an `await`, from what it was before",
                help="await first and then change it in one step, or hold an `asyncio.Lock`",
                related=(Step(path, place, "it is read here"),),
                symbol=function.qualname,
            )
