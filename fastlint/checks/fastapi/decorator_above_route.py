"""Decorators that a route does not see, and those that hide its parameters."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import Route
from fastlint.project.objects import ClassObject, FunctionObject, LibraryClass, LibraryObject
from fastlint.project.symbols import Function
from fastlint.project.wording import written
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Call, Expression, Name, ParameterKind, Usage

rule = Rule(__name__)

_WRAPPING = frozenset(
    {
        "backoff.on_exception",
        "backoff.on_predicate",
        "fastapi_cache.decorator.cache",
        "functools.cache",
        "functools.lru_cache",
        "starlette.authentication.requires",
        "tenacity.retry",
    }
)
"""What returns another function than it is given, and does nothing else with it."""

_CASTS = ("cast", "typing.cast")


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Looks above the topmost route decorator, and at what is right below each."""
    routed = frozenset(route.declaration.call for route in project.application.routes)
    above: set[Expression] = set()
    for route in project.application.routes:
        function = route.declaration.decorated
        if function is None:
            continue
        for index in _decorators_above(function, routed, project):
            decorator = function.summary.decorators[index]
            if decorator not in above:
                above.add(decorator)
                yield _finding(
                    decorator,
                    function,
                    f"`{_name(decorator)}` has no effect on the route: it wraps "
                    f"`{function.name}` after the route has it",
                    "put the route's decorator on top of it",
                    project,
                )
        yield from _hidden_parameters(route, function, project)


# --- above the route -----------------------------------------------------------------


def _decorators_above(
    function: Function, routed: frozenset[Expression], project: Project[NoOptions]
) -> Iterator[int]:
    """The decorators that wrap a function behind all its routes, as far as they are known."""
    for index, decorator in enumerate(function.summary.decorators):
        if decorator in routed or not _wraps(function, index, project):
            return
        yield index


def _wraps(function: Function, index: int, project: Project[NoOptions]) -> bool:
    """Whether a decorator returns another function, and keeps none of them anywhere."""
    decorator = function.summary.decorators[index]
    frame = project.types.defining_frame(function)
    callee = decorator.callee if isinstance(decorator, Call) else decorator
    found = project.types.evaluate(callee, frame)
    if len(found) == 1:
        match found[0]:
            case LibraryObject(name=name) | ClassObject(cls=LibraryClass(name=name)):
                return name in _WRAPPING
    wrapper = _wrapper(function, index, project)
    return wrapper is not None and not _registers(wrapper)


def _wrapper(function: Function, index: int, project: Project[NoOptions]) -> Function | None:
    """The function of the project that a decorator puts in place of the one it is given."""
    invocations = project.types.invocations
    given = invocations.decorated_below(function, index)
    match invocations.decorated_below(function, index - 1):
        case (FunctionObject(function=made, certain=True),):
            same = any(isinstance(item, FunctionObject) and item.function is made for item in given)
            return _written_wrapper(function, index, project) if same else made
    return _written_wrapper(function, index, project)


def _written_wrapper(
    function: Function, index: int, project: Project[NoOptions]
) -> Function | None:
    """The function that the body of a decorator returns, whatever its annotation says."""
    decorator = function.summary.decorators[index]
    callee = decorator.callee if isinstance(decorator, Call) else decorator
    match project.types.evaluate(callee, project.types.defining_frame(function)):
        case (FunctionObject(function=made, certain=True),):
            inner = _inner(made, project) if isinstance(decorator, Call) else made
            return None if inner is None else _inner(inner, project)
    return None


def _inner(function: Function, project: Project[NoOptions]) -> Function | None:
    """The one function that is defined in another and returned by it."""
    values = [item.value for item in function.block.returns]
    value = values[0] if len(values) == 1 else None
    if isinstance(value, Call) and written(value.callee) in _CASTS and len(value.arguments) == 2:
        value = value.arguments[1].value
    if not isinstance(value, Name):
        return None
    for item in project.types.evaluate(value, project.types.generic_frame(function)):
        if isinstance(item, FunctionObject) and item.function.parent is function:
            return item.function
    return None


def _registers(wrapper: Function) -> bool:
    """Whether a function around the wrapper does something that lasts."""
    around = wrapper.parent
    while isinstance(around, Function):
        if around.block.stores or any(call.usage is Usage.DISCARDED for call in around.block.calls):
            return True
        around = around.parent
    return False


# --- right below the route -----------------------------------------------------------


def _hidden_parameters(
    route: Route, function: Function, project: Project[NoOptions]
) -> Iterator[Finding]:
    """A wrapper with `*args` or `**kwargs` that does not say what it wraps."""
    below = function.summary.decorators.index(route.declaration.call) + 1
    if below == len(function.summary.decorators):
        return
    wrapper = _wrapper(function, below, project)
    signature = project.signatures.endpoint(route)
    if wrapper is None or signature is None or signature.function is not wrapper:
        return
    hiding = (ParameterKind.VARIADIC, ParameterKind.KEYWORDS)
    if wrapper.summary.decorators or _registers(wrapper) or _is_updated(wrapper):
        return
    names = [item.name for item in signature.parameters if item.kind in hiding]
    if names:
        decorator = function.summary.decorators[below]
        yield _finding(
            decorator,
            function,
            f"`{_name(decorator)}` hides the parameters of the route: FastAPI asks for "
            + " and ".join(f"`{name}`" for name in names),
            f"write `@functools.wraps(...)` above `def {wrapper.name}`",
            project,
        )


def _is_updated(wrapper: Function) -> bool:
    """Whether `functools.update_wrapper`, or the like, is called where a wrapper is made."""
    parent = wrapper.parent
    return parent is not None and any(
        "wrap" in (written(call.callee) or "") for call in parent.block.calls
    )


def _name(decorator: Expression) -> str:
    callee = decorator.callee if isinstance(decorator, Call) else decorator
    return written(callee) or "this decorator"


def _finding(
    decorator: Expression,
    function: Function,
    message: str,
    cure: str,
    project: Project[NoOptions],
) -> Finding:
    return project.finding(
        function.module,
        getattr(decorator, "start", function.summary.start),
        getattr(decorator, "end", function.summary.name_end),
        message,
        help=cure,
        symbol=function.qualname,
    )
