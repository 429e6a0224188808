"""Templates that are given their request in the context, as Starlette once wanted it."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding, Severity
from fastlint.project import Project
from fastlint.project.objects import Frame, Instance, TextObject
from fastlint.project.uses import is_for_some_versions
from fastlint.project.versions import Change
from fastlint.project.wording import written
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Call, Expression, Literal, Mapping

rule = Rule(__name__)

_METHOD = "TemplateResponse"


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """A request that may stand first is not reported."""
    if not project.versions.have(Change.TEMPLATES_TAKE_REQUEST):
        return
    raises = project.versions.have(Change.STARLETTE_1)
    fact = (
        f"is a TypeError since {Change.STARLETTE_1}"
        if raises
        else (f"is deprecated since {Change.TEMPLATES_TAKE_REQUEST}")
    )
    for call, frame, callees in project.sites.of(f"starlette.templating.Jinja2Templates.{_METHOD}"):
        if len(callees) == 1 and _is_old(call, frame, project):
            yield project.finding(
                frame.module,
                call.start,
                call.end,
                f"`{_METHOD}` without the request as its first argument {fact}",
                help=f"write `{_cure(call)}`",
                severity=None if raises else Severity.WARNING,
                symbol=frame.block.qualname,
            )


def _is_old(call: Call, frame: Frame, project: Project[NoOptions]) -> bool:
    if any(argument.stars for argument in call.arguments):
        return False
    if is_for_some_versions(call.guards, frame):
        return False
    positional = [argument.value for argument in call.arguments if argument.name is None]
    keywords = {argument.name: argument.value for argument in call.arguments if argument.name}
    if not positional:
        return "request" not in keywords and bool(keywords)
    context = positional[1] if len(positional) > 1 else keywords.get("context")
    return _is_text(positional[0], frame, project) or _request_in(context) is not None


def _is_text(expression: Expression, frame: Frame, project: Project[NoOptions]) -> bool:
    objects = project.types.evaluate(expression, frame)
    return bool(objects) and all(
        isinstance(item, TextObject)
        or (isinstance(item, Instance) and item.cls.name == "builtins.str")
        for item in objects
    )


def _request_in(context: Expression | None) -> Expression | None:
    """The request in a dict that is written out."""
    if isinstance(context, Mapping):
        for key, value in context.items:
            if isinstance(key, Literal) and key.value == "request":
                return value
    return None


def _cure(call: Call) -> str:
    """The call as it should be, as far as it can be told."""
    positional = [argument.value for argument in call.arguments if argument.name is None]
    keywords = {argument.name: argument.value for argument in call.arguments if argument.name}
    name = positional[0] if positional else keywords.get("name")
    context = positional[1] if len(positional) > 1 else keywords.get("context")
    request = _request_in(context) or keywords.get("request")
    shown = written(request) if request is not None else None
    parts = [shown or "request", _shown(name)]
    entries = len(context.items) if isinstance(context, Mapping) else int(context is not None)
    if entries > int(_request_in(context) is not None):
        parts.append("{...}")
    return f"{_METHOD}({', '.join(parts)})"


def _shown(name: Expression | None) -> str:
    match name:
        case Literal(value=str() as text):
            return f'"{text}"'
        case None:
            return "name"
    return written(name) or "name"
