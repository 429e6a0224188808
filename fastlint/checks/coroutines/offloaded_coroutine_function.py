"""Coroutine functions that are given to what calls them and drops the coroutine."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.handing import HandOff
from fastlint.project.objects import Awaitable, Coroutine, FunctionObject, Object, PartialObject
from fastlint.project.wording import name_of_callee, name_of_function, written
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Call

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Threads, executors, signal handlers, sort keys: none of them awaits."""
    for item in project.handing.all:
        if not item.objects or not all(_gives_coroutine(one, project) for one in item.objects):
            continue
        yield project.finding(
            item.frame.module,
            item.call.start,
            item.call.end,
            f"{_subject(item)}: `{item.taker}` does not await it",
            help=_help(item),
            symbol=item.frame.block.qualname,
        )


def _gives_coroutine(item: Object, project: Project[NoOptions]) -> bool:
    """Whether it is a coroutine already, or calling it gives one."""
    match item:
        case Coroutine() | Awaitable():
            return True
        case PartialObject(callable=inner):
            return _gives_coroutine(inner, project)
        case FunctionObject(function=function) if function.summary.is_lambda:
            results = project.types.invocations.results((item,))
            return bool(results) and all(isinstance(one, (Coroutine, Awaitable)) for one in results)
    return project.types.is_coroutine_function(item) is True


def _subject(item: HandOff) -> str:
    one = item.objects[0]
    if isinstance(one, Coroutine) and one.frame.function is not None:
        return f"`{name_of_function(one.frame.function)}` gives a coroutine"
    if isinstance(one, Awaitable):
        name = written(item.argument.callee) if isinstance(item.argument, Call) else None
        return f"`{name}` gives a coroutine" if name else "this is a coroutine"
    if isinstance(one, FunctionObject) and one.function.summary.is_lambda:
        return "the lambda gives a coroutine"
    return f"`{name_of_callee(one) or written(item.argument)}` is a coroutine function"


def _help(item: HandOff) -> str:
    if item.offloaded:
        return "await it on the event loop: `await function(...)`"
    return "give it a plain function; one that the event loop calls may start a task"
