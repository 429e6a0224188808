"""`with` and `for` on objects that have only the asynchronous protocol."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.objects import Frame, Objects
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Call, Implicit

rule = Rule(__name__)

_METHODS = {
    Implicit.ENTER: ("__enter__", "__aenter__", "async with"),
    Implicit.ITERATE: ("__iter__", "__aiter__", "async for"),
}
_ITERATING = (
    "builtins.dict",
    "builtins.enumerate",
    "builtins.frozenset",
    "builtins.list",
    "builtins.max",
    "builtins.min",
    "builtins.set",
    "builtins.sorted",
    "builtins.sum",
    "builtins.tuple",
)
"""Built-ins that iterate over their argument."""


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Both raise TypeError at once, so every object that may arrive has to be known."""
    for frame in project.types.generic_frames():
        for item in frame.block.implicit:
            if item.kind not in _METHODS:
                continue
            receivers = project.types.evaluate(item.receiver, frame)
            if _needs_async(receivers, item.kind, project):
                yield _finding(project, frame, item.start, item.end, item.kind)
    for call, frame, callees in project.sites.of(*_ITERATING):
        if len(callees) == 1 and _iterates_async(call, frame, project):
            yield _finding(project, frame, call.start, call.end, Implicit.ITERATE)


def _finding(
    project: Project[NoOptions], frame: Frame, start: int, end: int, kind: Implicit
) -> Finding:
    statement = _METHODS[kind][2]
    return project.finding(
        frame.module,
        start,
        end,
        f"this needs `{statement}`: it has no `{_METHODS[kind][0]}`",
        help=f"write `{statement}`",
        symbol=frame.block.qualname,
    )


def _needs_async(objects: Objects, kind: Implicit, project: Project[NoOptions]) -> bool:
    plain, wanted, _ = _METHODS[kind]
    return bool(objects) and all(
        project.coroutines.has_only(item, wanted, plain) for item in objects
    )


def _iterates_async(call: Call, frame: Frame, project: Project[NoOptions]) -> bool:
    if len(call.arguments) != 1 or call.arguments[0].stars:
        return False
    objects = project.types.evaluate(call.arguments[0].value, frame)
    return _needs_async(objects, Implicit.ITERATE, project)
