"""Tasks that nothing keeps."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.objects import (
    UNKNOWN,
    Frame,
    FunctionObject,
    LibraryMethod,
    LibraryObject,
    Object,
)
from fastlint.project.wording import name_of_call
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Call, Usage

rule = Rule(__name__)

_ENSURE_FUTURE = "asyncio.ensure_future"
"""Gives back a task that it is given."""
_STARTERS = (
    "asyncio.AbstractEventLoop.create_task",
    "asyncio.create_task",
    _ENSURE_FUTURE,
)
_MOST_PASSED_ON = 4
_AWAITING = (Usage.AWAITED, Usage.ENTERED_ASYNC, Usage.ITERATED_ASYNC)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """The task is dropped, or bound to a name that nothing reads and that ends at once."""
    for call, frame, callees in project.sites.calling(_may_start_task):
        if call.usage not in (Usage.DISCARDED, Usage.BOUND):
            continue
        if not _starts_task(call, frame, project) or not _is_dropped(call, frame, project):
            continue
        name = name_of_call(call.callee, callees[0])
        yield project.finding(
            frame.module,
            call.start,
            call.end,
            f"`{name}` starts a task, and nobody keeps the task",
            help="keep it until it is done: `tasks.add(task)`, "
            "`task.add_done_callback(tasks.discard)`; or use an `asyncio.TaskGroup`",
            symbol=frame.block.qualname,
        )


def _may_start_task(callee: Object) -> bool:
    """Cheap: whether it is worth while to ask what a call starts."""
    match callee:
        case LibraryObject(name=name) | LibraryMethod(name=name):
            return name in _STARTERS
        case FunctionObject(function=function):
            return any(isinstance(item.value, Call) for item in function.block.returns)
    return False


def _starts_task(call: Call, frame: Frame, project: Project[NoOptions], depth: int = 0) -> bool:
    callees = project.types.evaluate(call.callee, frame)
    return bool(callees) and all(
        _gives_new_task(item, call, frame, project, depth) for item in callees
    )


def _gives_new_task(
    callee: Object, call: Call, frame: Frame, project: Project[NoOptions], depth: int
) -> bool:
    """Whether it is a library's starter, or a function that returns what one gives."""
    match callee:
        case LibraryObject(name=name) | LibraryMethod(name=name) if name in _STARTERS:
            return name != _ENSURE_FUTURE or _is_coroutine(call, frame, project)
        case FunctionObject(function=function, certain=True) if not function.is_async:
            inner = project.types.generic_frame(function)
            returned = [item.value for item in function.block.returns]
            return (
                bool(returned)
                and depth < _MOST_PASSED_ON
                and not function.is_generator
                and all(
                    isinstance(value, Call) and _starts_task(value, inner, project, depth + 1)
                    for value in returned
                )
            )
    return False


def _is_coroutine(call: Call, frame: Frame, project: Project[NoOptions]) -> bool:
    """Whether the argument is a coroutine; what a call gives that nobody knows is taken for
    one, as nobody calls for a future and drops it."""
    if not call.arguments:
        return False
    given = call.arguments[0].value
    objects = project.types.evaluate(given, frame)
    if isinstance(given, Call) and all(item is UNKNOWN for item in objects):
        return True
    return project.coroutines.is_coroutine(objects)


def _is_dropped(call: Call, frame: Frame, project: Project[NoOptions]) -> bool:
    if call.usage is Usage.DISCARDED:
        return True
    return project.coroutines.uses_of(call, frame) == [] and not _waits_after(call, frame)


def _waits_after(call: Call, frame: Frame) -> bool:
    """Whether the function waits behind the call, where its variable keeps the task."""
    before = sum(one.usage in _AWAITING and one.start < call.start for one in frame.block.calls)
    return bool(frame.block.yields) or before < frame.block.awaits
