"""Loops that only collect, and await one call after the other."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.loops import collecting_loops
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """At the comprehension, or at the head of the loop."""
    for function in project.functions():
        if not function.is_coroutine_function or not function.block.awaits:
            continue
        frame = project.types.generic_frame(function)
        for loop in collecting_loops(frame):
            if project.overlap.is_possible(loop.awaited, frame):
                yield project.finding(
                    function.module,
                    loop.start,
                    loop.end,
                    "the calls of this loop wait one after the other",
                    help="let them wait side by side: `await asyncio.gather(*[...])`",
                    symbol=function.qualname,
                )
