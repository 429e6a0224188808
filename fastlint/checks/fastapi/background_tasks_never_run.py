"""Background tasks that are added where nothing runs them."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.background import Backgrounds, Task
from fastlint.project.frameworks.fastapi import RESPONSE, argument_of
from fastlint.project.objects import ClassObject, Frame, FunctionObject
from fastlint.project.symbols import Function
from fastlint.project.wording import written
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import (
    Attribute,
    BindingKind,
    Call,
    Expression,
    Name,
    ParameterValue,
    Raise,
    Return,
    Usage,
)

rule = Rule(__name__)

_DECLARE = "declare a parameter `tasks: BackgroundTasks`, or give the response `background=tasks`"
_OWN = "add its task to the injected ones, and leave `background=` out"
_RAISES = "return a response with `background=`, or do it here instead of raising"
_AWAIT = "await it here, or start it as a task of its own"


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """At the place where the task is added."""
    backgrounds = project.backgrounds
    dependencies = project.dependencies
    websockets = _only_websockets(project)
    for task in backgrounds.added:
        function, owner = task.frame.function, task.collection
        if function is None:
            continue
        if owner is None:
            if task.call.usage is Usage.DISCARDED:
                yield _finding(task, "nothing keeps the task", _DECLARE, project)
        elif _is_forgotten(owner, task.frame, backgrounds):
            yield _finding(
                task, f"`{written(owner)}` is attached to no response", _DECLARE, project
            )
        elif not _is_injected(owner, task.frame) or _is_handed_on(owner, function):
            continue
        elif function in websockets:
            yield _finding(task, "a websocket route has no response", _AWAIT, project)
        elif function not in dependencies.endpoints:
            continue
        elif _are_displaced(owner, task.frame, backgrounds, project):
            yield _finding(task, "the response has a `background` of its own", _OWN, project)
        elif any(_follows(item, task.call, function) for item in function.block.raises):
            yield _finding(task, "an exception is raised after it is added", _RAISES, project)


def _only_websockets(project: Project[NoOptions]) -> set[Function]:
    kinds: dict[bool, set[Function]] = {True: set(), False: set()}
    for route in project.application.routes:
        for item in route.endpoints:
            if isinstance(item, FunctionObject):
                kinds[route.is_websocket].add(item.function)
    return kinds[True] - kinds[False]


def _is_forgotten(owner: Expression, frame: Frame, backgrounds: Backgrounds) -> bool:
    """Whether the tasks are made here, and nothing but `add_task` is done with them."""
    if not isinstance(owner, Name) or len(owner.definitions) != 1:
        return False
    binding = frame.block.bindings[owner.definitions[0]]
    if binding.kind is not BindingKind.ASSIGNED or not isinstance(binding.value, Call):
        return False
    if not backgrounds.is_collection(binding.value, frame):
        return False
    added = {item.start for item in _receivers(frame, owner.id)}
    uses = [use for use in frame.block.uses if set(use.definitions) & set(owner.definitions)]
    return all(use.start in added for use in uses) and not _is_captured(owner.id, frame)


def _receivers(frame: Frame, name: str) -> Iterator[Name]:
    for call in frame.block.calls:
        match call.callee:
            case Attribute(value=Name(id=found) as receiver, name="add_task") if found == name:
                yield receiver


def _is_captured(name: str, frame: Frame) -> bool:
    return any(
        function.qualname.startswith(f"{frame.block.qualname}.") and name in function.block.free
        for function in frame.module.functions.values()
    )


def _is_injected(owner: Expression, frame: Frame) -> bool:
    """Whether the tasks come from a parameter."""
    match owner:
        case Attribute(value=value):
            return _is_injected(value, frame)
        case Name(definitions=(index,)):
            return isinstance(frame.block.bindings[index].value, ParameterValue)
    return False


def _is_handed_on(owner: Expression, function: Function) -> bool:
    """Whether somebody else may run them, as `await tasks()` does."""
    name = written(owner)
    return any(
        written(call.callee) == name or any(written(item.value) == name for item in call.arguments)
        for call in function.block.calls
        if not _is_response_argument(call)
    )


def _is_response_argument(call: Call) -> bool:
    return argument_of(call, "background") is not None


def _are_displaced(
    owner: Expression, frame: Frame, backgrounds: Backgrounds, project: Project[NoOptions]
) -> bool:
    """Whether every response of the function has tasks of its own."""
    returns = frame.block.returns
    return bool(returns) and all(
        _displaces(item, written(owner), frame, backgrounds, project) for item in returns
    )


def _displaces(
    item: Return,
    owner: str | None,
    frame: Frame,
    backgrounds: Backgrounds,
    project: Project[NoOptions],
) -> bool:
    if item.value is None:
        return False
    place = project.values.source(item.value, frame)
    if not isinstance(place.expression, Call) or place.frame is not frame:
        return False
    call = place.expression
    given = argument_of(call, "background")
    if given is None or not any(
        isinstance(cls, ClassObject) and project.types.classes.derives_from(cls.cls, RESPONSE)
        for cls in project.types.evaluate(call.callee, frame)
    ):
        return False
    made = project.values.source(given, frame).expression
    if not isinstance(made, Call) or any(
        (written(argument.value) or "").startswith(owner or "") for argument in made.arguments
    ):
        return False
    return backgrounds.is_task(made, frame) or backgrounds.is_collection(made, frame)


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
