"""What is awaited, and cannot be."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.wording import name_of_call
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Implicit, Usage

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Calls whose value is known to be no awaitable, whichever callable is meant."""
    for call, frame, callees in project.sites.used(Usage.AWAITED):
        if not project.coroutines.gives_no_awaitable(call, frame):
            continue
        name = name_of_call(call.callee, callees[0])
        yield project.finding(
            frame.module,
            call.start,
            call.end,
            f"what `{name}` returns is no awaitable",
            help="drop the `await`",
            symbol=frame.block.qualname,
        )


_STATEMENTS = {
    Implicit.ENTER_ASYNC: ("__aenter__", "with"),
    Implicit.ITERATE_ASYNC: ("__aiter__", "for"),
}


@rule.on_project
def check_statements(project: Project[NoOptions]) -> Iterator[Finding]:
    """`async with` and `async for`, which await what they enter and iterate over."""
    for frame in project.types.generic_frames():
        for item in frame.block.implicit:
            if item.kind not in _STATEMENTS:
                continue
            if not project.coroutines.is_entered_in_vain(item, frame):
                continue
            method, statement = _STATEMENTS[item.kind]
            yield project.finding(
                frame.module,
                item.start,
                item.end,
                f"`async {statement}` needs `{method}`, which this does not have",
                help=f"write `{statement}`",
                symbol=frame.block.qualname,
            )
