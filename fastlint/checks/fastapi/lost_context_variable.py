"""Context variables that are set in a worker thread, whose context nobody sees."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding, Step
from fastlint.project import Project
from fastlint.project.objects import Frame, FunctionObject, LibraryMethod
from fastlint.project.symbols import Function
from fastlint.project.wording import name_of_function, written
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Attribute, Call, Expression

rule = Rule(__name__)

_SET = "contextvars.ContextVar.set"
_RESET = "contextvars.ContextVar.reset"
_DEEPEST = 4


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """At the call in the dependency that sets it, directly or through helpers."""
    dependencies = project.dependencies
    for function in dependencies.users:
        if function.is_async or function.is_coroutine_function:
            continue
        frame = project.types.generic_frame(function)
        if _is_reset(function, frame, project):
            continue
        for call in function.block.calls:
            found = _sets(call, frame, project, _DEEPEST)
            if found is not None:
                yield _finding(call, *found, function, project)


def _sets(
    call: Call, frame: Frame, project: Project[NoOptions], depth: int
) -> tuple[Call, Frame] | None:
    """The call of `set` that a call comes to, and where it stands."""
    if _is_method(call, frame, _SET, project):
        return call, frame
    if not depth:
        return None
    match project.types.evaluate(call.callee, frame):
        case (FunctionObject(function=function, certain=True),) if (
            not function.is_async and not function.is_generator
        ):
            inner = project.types.generic_frame(function)
            if any(_is_method(one, inner, _RESET, project) for one in function.block.calls):
                return None
            for one in function.block.calls:
                found = _sets(one, inner, project, depth - 1)
                if found is not None:
                    return found
    return None


def _is_method(call: Call, frame: Frame, name: str, project: Project[NoOptions]) -> bool:
    if not isinstance(call.callee, Attribute) or call.callee.name != name.rpartition(".")[2]:
        return False
    match project.types.evaluate(call.callee, frame):
        case (LibraryMethod(name=found),):
            return found == name
    return False


def _is_reset(function: Function, frame: Frame, project: Project[NoOptions]) -> bool:
    """Whether a dependency that is no generator resets what it has set: it is for itself."""
    return not function.is_generator and any(
        _is_method(one, frame, _RESET, project) for one in function.block.calls
    )


def _finding(
    call: Call, setting: Call, where: Frame, function: Function, project: Project[NoOptions]
) -> Finding:
    assert isinstance(setting.callee, Attribute)
    name = _name(setting.callee.value)
    step = Step(where.module.path, where.module.span(setting.start, setting.end), "it is set here")
    return project.finding(
        function.module,
        call.start,
        call.end,
        f"`{name}` is set in a worker thread: the route does not see it",
        help=f"write `async def` for `{name_of_function(function)}`",
        trace=(step,) if setting is not call else (),
        symbol=function.qualname,
    )


def _name(variable: Expression) -> str:
    return (written(variable) or "the variable").rpartition(".")[2]
