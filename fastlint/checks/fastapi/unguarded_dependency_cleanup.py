"""Dependencies whose cleanup is skipped when the route raises."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding, Step
from fastlint.project import Project
from fastlint.project.frameworks.dependencies import CLEANUP
from fastlint.project.objects import Frame
from fastlint.project.symbols import Function
from fastlint.project.wording import written
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Attribute, Binding, BindingKind, Call, Name, Try, Usage, Yield

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """At the `yield`, with the cleanup that is skipped."""
    dependencies = project.dependencies
    for function in dependencies.users:
        if not function.is_generator or len(function.block.yields) != 1:
            continue
        (item,) = function.block.yields
        frame = project.types.generic_frame(function)
        around = [one for one in function.block.tries if one.start <= item.start < one.body_end]
        if item.delegates or not all(map(_lets_through, around)):
            continue
        skipped = _skipped(item, max((one.end for one in around), default=item.end), frame)
        if skipped is not None:
            yield _finding(item, skipped, function, project)


def _lets_through(statement: Try) -> bool:
    """Whether an exception passes what stands behind a `try` that sees it."""
    return not statement.has_finally and all(handler.leaves for handler in statement.handlers)


def _skipped(item: Yield, behind: int, frame: Frame) -> Call | None:
    """The first call behind the `yield`, and the `try` around it, that gives back what was
    taken before it, unless a handler does the same."""
    calls = [call for call in frame.block.calls if _gives_back(call, item, frame)]
    handled = {written(call.callee) for call in calls if call.start < behind}
    return next((call for call in calls if written(call.callee) not in handled), None)


def _gives_back(call: Call, item: Yield, frame: Frame) -> bool:
    match call.callee:
        case Attribute(value=Name(definitions=(index,)), name=name):
            return (
                call.start > item.end
                and name in CLEANUP
                and call.usage in (Usage.AWAITED, Usage.DISCARDED)
                and _is_taken(frame.block.bindings[index], item)
            )
    return False


def _is_taken(binding: Binding, item: Yield) -> bool:
    """Whether it is bound before the `yield`, and by no `with`, which closes it anyway."""
    return binding.start < item.start and binding.kind is not BindingKind.WITH


def _finding(
    item: Yield, skipped: Call, function: Function, project: Project[NoOptions]
) -> Finding:
    module = function.module
    step = Step(module.path, module.span(skipped.start, skipped.end), "this is skipped")
    return project.finding(
        module,
        item.start,
        item.end,
        f"`{written(skipped.callee)}()` is skipped when the route raises",
        help="put `try:` before the `yield` and the cleanup into `finally:`",
        related=(step,),
        symbol=function.qualname,
    )
