"""Routes with the method and path of an earlier one."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding, Step
from fastlint.project import Project
from fastlint.project.frameworks.routing import ServedRoute, shape
from fastlint.project.wording import written
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Call

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """One finding for each route that an earlier one hides."""
    for later, earlier in project.routing.covered:
        if shape(later.path) != shape(earlier.path) or _is_versioned(later):
            continue
        here, there = later.route.declaration, earlier.route.declaration
        function = later.route.function
        span = there.module.span(there.call.start, there.call.end)
        yield project.finding(
            here.module,
            here.call.start,
            here.call.end,
            f"`{later.label(earlier)}` is declared twice: this route is never reached",
            help="remove one of the two, or give this one another path or method",
            related=(Step(there.module.path, span, "the first one answers"),),
            symbol=None if function is None else function.qualname,
        )


def _is_versioned(item: ServedRoute) -> bool:
    """Whether a decorator says for which version of the interface the route is."""
    function = item.route.declaration.decorated
    return function is not None and any(
        "version" in (written(one.callee if isinstance(one, Call) else one) or "").lower()
        for one in function.summary.decorators
    )
