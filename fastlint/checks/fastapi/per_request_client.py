"""Clients, engines and settings that are made anew for every request."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.dependencies import Dependencies
from fastlint.project.frameworks.requests import frames_of_requests
from fastlint.project.invocation import LibraryCall
from fastlint.project.objects import ClassObject, Frame, Object
from fastlint.project.wording import name_of_callee
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import (
    Attribute,
    Block,
    Call,
    Expression,
    Format,
    Literal,
    Mapping,
    Name,
    Operation,
    Sequence,
    Usage,
)

rule = Rule(__name__)

_SETTINGS = ("pydantic.BaseSettings", "pydantic_settings.BaseSettings")
_ONCE = "make it once, in the lifespan, and keep it in `app.state`"
_CACHE = "put `functools.lru_cache` on a function that makes them"


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """At the call that makes one, wherever a request gets there."""
    dependencies = project.dependencies
    seen: set[Call] = set()
    for frame in frames_of_requests(project.contexts, project.calls, project.types):
        for call in frame.block.calls:
            if call in seen or not _is_plain(call, frame):
                continue
            seen.add(call)
            made = _made(call, frame, project)
            if made is None or _is_kept(call, frame, dependencies):
                continue
            yield project.finding(
                frame.module,
                call.start,
                call.end,
                f"`{name_of_callee(made)}` is made for every request",
                help=_CACHE if _is_settings(made, project) else _ONCE,
                symbol=frame.block.qualname,
                entry=project.contexts.entry(frame),
            )


def _made(call: Call, frame: Frame, project: Project[NoOptions]) -> Object | None:
    match project.types.evaluate(call.callee, frame):
        case (made,) if _has_pool(made, call, frame, project) or _is_settings(made, project):
            return made
    return None


def _has_pool(made: Object, call: Call, frame: Frame, project: Project[NoOptions]) -> bool:
    """Whether what is made holds connections, and those are not given to it."""
    invocations = project.types.invocations
    return any(
        isinstance(item, LibraryCall) and item.behaviour.pool and invocations.applies(item)
        for item in invocations.reached(made, invocations.arguments(call, frame))
    )


def _is_settings(made: Object, project: Project[NoOptions]) -> bool:
    return isinstance(made, ClassObject) and project.types.classes.derives_from(
        made.cls, *_SETTINGS
    )


def _is_kept(call: Call, frame: Frame, dependencies: Dependencies) -> bool:
    """Whether it may outlive the request, or go to somebody who keeps it."""
    match call.usage:
        case Usage.RETURNED:
            return frame.function not in dependencies.users
        case Usage.STORED | Usage.PASSED | Usage.ELEMENT | Usage.OTHER | Usage.YIELDED:
            return True
        case Usage.BOUND:
            return _is_kept_by_name(call, frame.block)
    return False


def _is_kept_by_name(call: Call, block: Block) -> bool:
    bound = {index for index, one in enumerate(block.bindings) if one.value is call}
    uses = [use for use in block.uses if bound & set(use.definitions)]
    return not bound or any(
        use.usage in (Usage.RETURNED, Usage.STORED, Usage.ELEMENT, Usage.BOUND) for use in uses
    )


def _is_plain(call: Call, frame: Frame) -> bool:
    """Whether its arguments are the same for every request."""
    return all(_is_constant(argument.value, frame) for argument in call.arguments)


def _is_constant(value: Expression, frame: Frame) -> bool:
    match value:
        case Literal():
            return True
        case Name(id=name, definitions=()):
            return name in frame.module.summary.block.exit
        case Attribute(value=inner):
            return _is_constant(inner, frame)
        case Call(callee=callee, arguments=arguments):
            return _is_constant(callee, frame) and all(
                _is_constant(argument.value, frame) for argument in arguments
            )
        case Sequence(items=items) | Format(parts=items) | Operation(operands=items):
            return all(_is_constant(item, frame) for item in items)
        case Mapping(items=pairs):
            return all(_is_constant(item, frame) for _, item in pairs)
    return False
