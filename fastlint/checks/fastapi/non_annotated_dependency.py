"""Parameters that are declared by their default, in place of `Annotated`."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.dependencies import default_marker
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """At the parameter, in routes and dependencies."""
    dependencies = project.dependencies
    for function in dependencies.endpoints:
        for parameter in function.summary.parameters:
            marker = default_marker(parameter, function, project.types)
            if marker is None:
                continue
            name = parameter.name
            yield project.finding(
                function.module,
                parameter.start,
                parameter.end,
                f"`{name}` is declared by its default, a `{marker}` object",
                help=f"write `{name}: Annotated[..., {marker}(...)]`, with its default behind `=`",
                symbol=function.qualname,
            )
