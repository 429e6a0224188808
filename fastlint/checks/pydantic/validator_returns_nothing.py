"""Validators without a return: what they return takes the place of the value."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.pydantic import Decoration
from fastlint.project.symbols import Function
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)

_OF_FIELDS = ("field_validator", "validator")
_OF_MODELS = ("model_validator", "root_validator")
_NONE = "every value of the field becomes None"


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """The end of the function is reached, and no path returns a value."""
    for item in project.pydantic.decorations:
        function = item.function
        if item.kind not in (*_OF_FIELDS, *_OF_MODELS) or not _returns_nothing(function):
            continue
        yield project.finding(
            function.module,
            function.summary.start,
            function.summary.name_end,
            f"`{function.name}` returns nothing: {_consequence(item)}",
            help=f"end it with `return {_returned(item)}`",
            symbol=item.symbol,
        )


@rule.on_project
def check_functions(project: Project[NoOptions]) -> Iterator[Finding]:
    """Functions that stand in annotations: `Annotated[str, AfterValidator(check)]`."""
    for used, function in project.pydantic.functional:
        if used.name.endswith("Validator") and _returns_nothing(function):
            yield project.finding(
                used.module,
                used.call.start,
                used.call.end,
                f"`{function.name}` returns nothing: {_NONE}",
                help="end the function with a `return` of the value that it is given",
                symbol=used.frame.block.qualname,
            )


def _returns_nothing(function: Function) -> bool:
    block = function.block
    if function.is_generator or function.is_async:
        return False
    ends = block.falls_through or any(item.value is None for item in block.returns)
    return ends and all(item.value is None for item in block.returns)


def _consequence(item: Decoration) -> str:
    if item.kind in _OF_FIELDS:
        return _NONE
    if item.text("mode") == "after":
        return "`model_validate` returns None"
    return "no data is left to validate"


def _returned(item: Decoration) -> str:
    """What it was given: the value behind `cls`, or the model itself."""
    parameters = item.function.summary.parameters
    if item.text("mode") == "after" and item.kind == "model_validator":
        return parameters[0].name if parameters else "self"
    return parameters[1].name if len(parameters) > 1 else "value"
