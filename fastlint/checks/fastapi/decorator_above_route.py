"""Decorators that a route does not see, and those that hide its parameters."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import Route
from fastlint.project.symbols import Function
from fastlint.project.wording import written
from fastlint.project.wrappers import registers
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Expression, ParameterKind, callee_of

rule = Rule(__name__)


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
        if decorator in routed or not project.wrappers.wraps(function, index):
            return
        yield index


# --- right below the route -----------------------------------------------------------


def _hidden_parameters(
    route: Route, function: Function, project: Project[NoOptions]
) -> Iterator[Finding]:
    """A wrapper with `*args` or `**kwargs` that does not say what it wraps."""
    below = function.summary.decorators.index(route.declaration.call) + 1
    if below == len(function.summary.decorators):
        return
    wrapper = project.wrappers.wrapper(function, below)
    signature = project.signatures.endpoint(route)
    if wrapper is None or signature is None or signature.function is not wrapper:
        return
    hiding = (ParameterKind.VARIADIC, ParameterKind.KEYWORDS)
    if wrapper.summary.decorators or registers(wrapper) or _is_updated(wrapper):
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
    return written(callee_of(decorator)) or "this decorator"


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
