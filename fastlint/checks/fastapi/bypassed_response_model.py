"""Routes that send a response of their own, past their model or the injected response."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import Route
from fastlint.project.frameworks.responses import mentions, settings_of
from fastlint.project.objects import Frame
from fastlint.project.symbols import Function
from fastlint.project.wording import written
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Block, Expression, Return

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Answers whose status is an error, or not known, are left alone."""
    for route in project.application.routes:
        signature = project.signatures.endpoint(route)
        function = route.function
        if route.is_websocket or signature is None or function is not signature.function:
            continue
        assert function is not None
        frame = project.types.generic_frame(function)
        model = _model(route, project)
        injected = project.responses.injected(function, signature.frame)
        for returned in function.block.returns:
            if returned.value is None:
                continue
            if model is not None and _is_data(returned.value, frame, project):
                message = f"The response bypasses the response model {model}"
                cure = "return the data itself, or drop the model"
                yield _finding(returned, function, message, cure, project)
            elif injected is not None and _is_lost(returned, injected, frame, project):
                message = f"What is set on `{injected}` is lost: another response is returned"
                cure = "set it on the response that is returned, or return data, not a response"
                yield _finding(returned, function, message, cure, project)


def _model(route: Route, project: Project[NoOptions]) -> str | None:
    """The response model of a route, where it is a class that filters what is sent."""
    model = project.responses.model(route)
    found = None if model is None else project.responses.filtering(model)
    if model is None or found is None:
        return None
    return f"`{written(model.expression) or found.name}`"


def _is_data(value: Expression, frame: Frame, project: Project[NoOptions]) -> bool:
    """Whether a value is known to be a JSON response that tells of success."""
    found = list(project.responses.made(value, frame))
    return bool(found) and all(
        one.status is not None and 200 <= one.status < 300 and one.is_json for one in found
    )


def _is_lost(returned: Return, injected: str, frame: Frame, project: Project[NoOptions]) -> bool:
    """Whether the injected response was changed, and one that has nothing of it is returned."""
    value, block = returned.value, frame.block
    assert value is not None
    sent = project.types.evaluate(value, frame)
    if not sent or not all(map(project.application.is_response, sent)):
        return False
    if mentions(value, injected) or _is_handed_on(injected, block):
        return False
    made = project.responses.made(value, frame)
    if any(one.status is None or one.status >= 400 for one in made):
        return False
    return any(
        setting.start < returned.start and set(setting.guards) <= set(returned.guards)
        for setting in settings_of(injected, block)
    )


def _is_handed_on(name: str, block: Block) -> bool:
    """Whether other code has the response, or what is set on it."""
    return any(
        mentions(argument.value, name) for call in block.calls for argument in call.arguments
    ) or any(mentions(store.value, name) for store in block.stores)


def _finding(
    returned: Return, function: Function, message: str, cure: str, project: Project[NoOptions]
) -> Finding:
    return project.finding(
        function.module,
        getattr(returned.value, "start", returned.start),
        returned.end,
        message,
        help=cure,
        symbol=function.qualname,
    )
