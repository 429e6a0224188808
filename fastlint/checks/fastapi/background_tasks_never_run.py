"""Background tasks that are added where nothing runs them."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.background import Task
from fastlint.project.symbols import Function
from fastlint.project.wording import written
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Call, Raise, Usage

rule = Rule(__name__)

_DECLARE = "declare a parameter `tasks: BackgroundTasks`, or give the response `background=tasks`"
_OWN = "add its task to the injected ones, and leave `background=` out"
_RAISES = "return a response with `background=`, or do it here instead of raising"
_AWAIT = "await it here, or start it as a task of its own"


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """At the place where the task is added."""
    for task in project.backgrounds.added:
        function, owner = task.frame.function, task.collection
        if function is None:
            continue
        if owner is None:
            if task.call.usage is Usage.DISCARDED:
                yield _finding(task, "nothing keeps the task", _DECLARE, project)
        elif project.backgrounds.is_forgotten(owner, task.frame):
            yield _finding(
                task, f"`{written(owner)}` is attached to no response", _DECLARE, project
            )
        elif project.backgrounds.are_left_to_fastapi(owner, task.frame):
            yield from _lost(task, function, project)


def _lost(task: Task, function: Function, project: Project[NoOptions]) -> Iterator[Finding]:
    """Tasks that FastAPI injects, and drops again."""
    if function in project.websockets.exclusive:
        yield _finding(task, "a websocket route has no response", _AWAIT, project)
    elif function not in project.dependencies.endpoints:
        return
    elif project.backgrounds.are_displaced(task):
        yield _finding(task, "the response has a `background` of its own", _OWN, project)
    elif any(_follows(item, task.call, function) for item in function.block.raises):
        yield _finding(task, "an exception is raised after it is added", _RAISES, project)


def _follows(item: Raise, call: Call, function: Function) -> bool:
    """Whether the exception is raised whenever the call has run, and leaves the function."""
    block = function.block
    return (
        item.start > call.end
        and item.guards == call.guards
        and not any(call.end < other.start < item.start for other in block.returns)
        and not any(one.start < item.start < one.body_end and one.handlers for one in block.tries)
    )


def _finding(task: Task, reason: str, cure: str, project: Project[NoOptions]) -> Finding:
    return project.finding(
        task.frame.module,
        task.call.start,
        task.call.end,
        f"this background task never runs: {reason}",
        help=cure,
        symbol=task.frame.block.qualname,
    )
