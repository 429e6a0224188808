"""Dependencies that FastAPI does not resolve."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.callables import is_never_callable
from fastlint.project.frameworks.dependencies import Injection, Unfilled
from fastlint.project.frameworks.fastapi import argument_of
from fastlint.project.objects import NONE, ClassObject, Frame, FunctionObject, Object
from fastlint.project.symbols import Class, Function
from fastlint.project.wording import name_of_call, name_of_function, written
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import (
    Attribute,
    Call,
    Expression,
    Name,
    Parameter,
    Sequence,
    Subscript,
)

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Called too early, not wrapped, or called like any other function."""
    dependencies = project.dependencies
    for injection in dependencies.injections:
        yield from _called_early(injection, project)
        yield from _not_callable(injection, project)
    for function, frame in dependencies.endpoints.items():
        for parameter in function.summary.parameters:
            yield from _not_wrapped(parameter, function, frame, project)
    for item, frame in dependencies.listed():
        yield from _unwrapped_in_list(item, frame, project)
    for unfilled in dependencies.unfilled():
        yield from _called_directly(unfilled, project)


def _called_early(injection: Injection, project: Project[NoOptions]) -> Iterator[Finding]:
    given = argument_of(injection.call, "dependency", 0)
    if not isinstance(given, Call):
        return
    callees = project.types.evaluate(given.callee, injection.frame)
    results = project.types.evaluate(given, injection.frame)
    if len(callees) == 1 and _is_certain(callees[0]) and is_never_callable(results, project.types):
        name = name_of_call(given.callee, callees[0])
        message = f"`{name}` is called here, once, and its result cannot be called for each request"
        cure = f"write `Depends({name})`: FastAPI calls it"
        yield _finding(project, injection.frame, given, message, cure)


def _not_callable(injection: Injection, project: Project[NoOptions]) -> Iterator[Finding]:
    """`Depends(settings)`, with an object that has no `__call__`."""
    given = argument_of(injection.call, "dependency", 0)
    if not isinstance(given, (Name, Attribute)):
        return
    objects = project.types.evaluate(given, injection.frame)
    if NONE not in objects and is_never_callable(objects, project.types):
        name = written(given)
        message = f"`{name}` cannot be called, and FastAPI raises TypeError at import"
        cure = f"write `Depends(lambda: {name})`, or pass what gives it"
        yield _finding(project, injection.frame, given, message, cure)


def _is_certain(callee: Object) -> bool:
    return isinstance(callee, ClassObject) or (
        isinstance(callee, FunctionObject) and callee.certain
    )


def _not_wrapped(
    parameter: Parameter, function: Function, frame: Frame, project: Project[NoOptions]
) -> Iterator[Finding]:
    """`user: Depends(f)`, `user=f` and `user: Annotated[User, f]`."""
    annotation, default = parameter.annotation, parameter.default
    if isinstance(annotation, Call) and project.types.invocations.is_injection(annotation, frame):
        message = f"`Depends` is the annotation of `{parameter.name}`: FastAPI does not resolve it"
        cure = f"write `{parameter.name}: Annotated[Type, Depends(...)]`"
        yield _finding(project, frame, annotation, message, cure, function)
    metadata = annotation.index if isinstance(annotation, Subscript) else None
    listed = metadata.items[1:] if isinstance(metadata, Sequence) else ()
    for item in (default, *listed):
        name = None if item is None else _function(item, frame, project)
        if item is not None and name is not None:
            message = f"`{name}` is not wrapped in `Depends`: FastAPI does not call it"
            yield _finding(project, frame, item, message, f"write `Depends({name})`", function)


def _unwrapped_in_list(
    item: Expression, frame: Frame, project: Project[NoOptions]
) -> Iterator[Finding]:
    """`dependencies=[f]`, and `[Checker("admin")]`."""
    name = _function(item, frame, project) or _class(item, frame, project)
    if name is not None:
        message = f"`{name}` is not wrapped in `Depends`: FastAPI cannot resolve it"
        yield _finding(project, frame, item, message, f"write `Depends({written(item) or '...'})`")


def _function(item: Expression, frame: Frame, project: Project[NoOptions]) -> str | None:
    """The name of a function of the project that stands there without a call."""
    if not isinstance(item, (Name, Attribute)):
        return None
    match project.types.evaluate(item, frame):
        case (FunctionObject(function=function),):
            return name_of_function(function)
    return None


def _class(item: Expression, frame: Frame, project: Project[NoOptions]) -> str | None:
    """The name of a class of the project that stands there, or is called, unless it looks
    like `Depends` itself."""
    classes = project.types.classes
    match project.types.evaluate(item.callee if isinstance(item, Call) else item, frame):
        case (ClassObject(cls=Class() as cls),):
            made = project.types.instance(cls, exact=True)
            known = not classes.has_unknown_base(cls)
            return cls.name if known and not classes.attribute(made, "dependency") else None
    return None


# --- called like any other function ---


def _called_directly(unfilled: Unfilled, project: Project[NoOptions]) -> Iterator[Finding]:
    """Tests put something in the place of what they leave out."""
    call, frame, _ = unfilled.site
    if frame.module.is_test or any(argument.stars for argument in call.arguments):
        return
    message = (
        f"`{name_of_function(unfilled.function)}` is called without `{unfilled.name}`, "
        f"which is then a `{unfilled.marker}` object"
    )
    cure = f"pass `{unfilled.name}`: only FastAPI fills it in"
    yield _finding(project, frame, call, message, cure)


def _finding(
    project: Project[NoOptions],
    frame: Frame,
    at: Expression,
    message: str,
    cure: str,
    function: Function | None = None,
) -> Finding:
    return project.finding(
        frame.module,
        getattr(at, "start", 0),
        getattr(at, "end", 0),
        message,
        help=cure,
        symbol=function.qualname if function else frame.block.qualname,
    )
