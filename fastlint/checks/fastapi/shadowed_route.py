"""Routes whose requests an earlier, more general one takes."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding, Step
from fastlint.project import Project
from fastlint.project.frameworks.routing import shape
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Equal paths are left to `duplicate-route`."""
    for later, earlier in project.routing.covered:
        here, there = later.route.declaration, earlier.route.declaration
        function = later.route.function
        if shape(later.path) == shape(earlier.path) or (
            function is not None and function is earlier.route.function
        ):
            continue
        span = there.module.span(there.call.start, there.call.end)
        yield project.finding(
            here.module,
            here.call.start,
            here.call.end,
            f"`{later.label(earlier)}` is never reached: `{earlier.label(later)}` takes its "
            "requests",
            help=f"declare `{later.path}` before `{earlier.path}`, or narrow the parameter "
            "there with a convertor, such as `{name:int}`",
            related=(Step(there.module.path, span, "this route is tried first"),),
            symbol=None if function is None else function.qualname,
        )
