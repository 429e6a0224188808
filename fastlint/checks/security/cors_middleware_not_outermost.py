"""CORS that other middleware is around."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding, Severity, Step
from fastlint.project import Project
from fastlint.project.frameworks.middleware import Layer
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """It matters most where what is around answers by itself."""
    layers = project.layers
    for stack in layers.stacks():
        for index, layer in enumerate(stack):
            if not layers.is_cors(layer):
                continue
            around = [other for other in stack[index + 1 :] if not other.excludes(layer)]
            twice = next((other for other in around if layers.is_cors(other)), None)
            answering = next((other for other in around if layers.answers(other)), None)
            if twice is not None:
                yield _finding(project, layer, twice, _TWICE, _ONE)
            elif answering is not None:
                yield _finding(project, layer, answering, _ANSWERS, _LAST)
            elif around:
                yield _finding(project, layer, around[0], _AROUND, _LAST, Severity.INFO)


_TWICE = "CORS is added twice: preflight requests never reach this one"
_ONE = "give one `CORSMiddleware` all origins"
_ANSWERS = "CORS is inside of `{}`, whose own answers have no CORS headers"
_AROUND = "CORS is not the outermost middleware: `{}` is around it"
_LAST = (
    "add it after all other middleware: what is added last is outermost; in `middleware=[...]` "
    "it comes first"
)


def _finding(
    project: Project[NoOptions],
    layer: Layer,
    other: Layer,
    message: str,
    cure: str,
    severity: Severity | None = None,
) -> Finding:
    module = other.frame.module
    span = module.span(other.call.start, other.call.end)
    return project.finding(
        layer.frame.module,
        layer.call.start,
        layer.call.end,
        message.format(other.name),
        help=cure,
        severity=severity,
        related=(Step(module.path, span, "this is around it"),),
    )
