"""Async generators that block, never await, and are sent as responses."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import argument_of
from fastlint.project.objects import GeneratorObject
from fastlint.project.symbols import Function
from fastlint.project.wording import name_of_function
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Usage

rule = Rule(__name__)

_STREAMING = "starlette.responses.StreamingResponse"


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Nobody but the response may iterate them: others need `async for`."""
    blocking = _blocking(project)
    streamed = {function for function in _streamed(project) if function in blocking}
    elsewhere = _iterated(project, streamed)
    for function in blocking:
        if function not in streamed or function in elsewhere:
            continue
        yield project.finding(
            function.module,
            function.summary.start,
            function.summary.name_end,
            f"`{name_of_function(function)}` blocks and never awaits",
            help="write it as a plain `def` generator: the response iterates it in a thread",
            symbol=function.qualname,
        )


def _blocking(project: Project[NoOptions]) -> dict[Function, None]:
    """The async generators that await nothing and surely block, in order."""
    functions = (frame.function for frame in project.effects.blocking)
    return {
        function: None
        for function in functions
        if function is not None
        and function.is_async
        and function.is_generator
        and not function.block.awaits
    }


def _streamed(project: Project[NoOptions]) -> Iterator[Function]:
    for site in project.sites.making(_STREAMING):
        content = argument_of(site.call, "content", 0)
        for item in project.types.evaluate(content, site.frame) if content else ():
            if isinstance(item, GeneratorObject) and item.frame.function is not None:
                yield item.frame.function


def _iterated(project: Project[NoOptions], functions: set[Function]) -> set[Function]:
    """Those of the functions that are called for something else than to be passed on."""
    return {
        function
        for function in functions
        for site in project.sites.of_function(function)
        if site.call.usage not in (Usage.PASSED, Usage.BOUND)
    }
