"""Health checks that wait for something outside without a limit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fastlint.catalogues import Behaviour, Waits
from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.middleware_functions import dispatches
from fastlint.project.objects import Frame, FunctionObject, LibraryMethod
from fastlint.project.symbols import Function
from fastlint.project.wording import name_of_call, name_of_callee
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Argument, Attribute, Await, Call, Literal, Name, Usage

rule = Rule(__name__)

_HEALTH = re.compile(
    r"[^{]*/(health([-_]?check)?|healthz|live|livez|liveness|ready|readyz|readiness|status)"
    r"(/(cache|database|db|deep|dependencies|detailed|full|mongo(db)?|mysql|postgres(ql)?|redis))?"
    r"/?$"
)
_BOUNDING = frozenset({"fail_after", "move_on_after", "timeout", "timeout_at", "wait_for"})
_DEEPEST = 3


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """At the call in the route that waits, directly or through helpers."""
    seen: set[Function] = set()
    if _is_bounded_elsewhere(project):
        return
    for route in project.application.routes:
        function = route.function
        if function is None or function in seen or not _HEALTH.match(route.path):
            continue
        seen.add(function)
        frame = project.types.generic_frame(function)
        for call in function.block.calls:
            if _waits(call, frame, project, _DEEPEST):
                callees = project.types.evaluate(call.callee, frame)
                yield project.finding(
                    frame.module,
                    call.start,
                    call.end,
                    f"`{route.label}` waits for `{name_of_call(call.callee, callees[0])}` "
                    "without a timeout",
                    help="write `async with asyncio.timeout(2):` around it",
                    symbol=function.qualname,
                )


def _is_bounded_elsewhere(project: Project[NoOptions]) -> bool:
    """Whether connections are made with limits, or a middleware has one for all routes."""
    return any(
        item.arguments.incomplete
        or any(map(item.arguments.slot, item.behaviour.arguments["limits"]))
        for _, item in project.sites.taking("limits")
    ) or any(
        _bounds(call, project.types.generic_frame(item.function), project)
        for item in dispatches(project.application, project.types)
        for call in item.function.block.calls
    )


def _waits(call: Call, frame: Frame, project: Project[NoOptions], depth: int) -> bool:
    if call.usage is not Usage.AWAITED or not depth or _is_bounded(call, frame, project):
        return False
    match project.types.evaluate(call.callee, frame):
        case (LibraryMethod(behaviour=Behaviour(waits=str() as waits)),):
            return not _has_limit(call, waits, frame, project)
        case (FunctionObject(function=function, certain=True),) if function.is_coroutine_function:
            inner = project.types.generic_frame(function)
            return any(_waits(one, inner, project, depth - 1) for one in function.block.calls)
    return False


def _is_bounded(call: Call, frame: Frame, project: Project[NoOptions]) -> bool:
    """Whether a `with` around a call limits the time."""
    return any(
        item.start <= call.start < item.end
        and any(isinstance(value, Call) and _bounds(value, frame, project) for value in item.items)
        for item in frame.block.withs
    )


def _bounds(call: Call, frame: Frame, project: Project[NoOptions]) -> bool:
    """Whether a call limits the time of something, under whatever name it is imported."""
    return any(
        (name_of_callee(item) or "").rpartition(".")[2] in _BOUNDING
        for item in project.types.evaluate(call.callee, frame)
    )


def _has_limit(call: Call, waits: Waits, frame: Frame, project: Project[NoOptions]) -> bool:
    """Whether the call has a timeout of its own, or the object that it is made on."""
    made = _maker(call, frame, project)
    by_client = () if made is None else made.arguments
    match waits:
        case "limited":
            return not any(map(_is_unlimited, (*call.arguments, *by_client)))
        case "client" if made is None or any(map(_limits, by_client)):
            return True
    return any(map(_limits, call.arguments))


def _limits(argument: Argument) -> bool:
    return bool(argument.stars) or "timeout" in (argument.name or "")


def _is_unlimited(argument: Argument) -> bool:
    return argument.name == "timeout" and (
        isinstance(argument.value, Literal) and argument.value.value is None
    )


def _maker(call: Call, frame: Frame, project: Project[NoOptions]) -> Call | None:
    """The call that makes the object of a method, where that has one name, over files."""
    if not isinstance(call.callee, Attribute):
        return None
    owner = project.values.source(call.callee.value, frame)
    match owner.expression:
        case (Call() as made) | Await(value=Call() as made):
            return made
        case Name(definitions=(index,)):
            entered = getattr(owner.frame.block.bindings[index].value, "value", None)
            return entered if isinstance(entered, Call) else None
    return None
